/** A made-up town, the same every time, and the answers a server would give about it. */

import { distanceM, middleOf, moveBy, type Position } from "../src/core/geometry.ts";

function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ORIGIN: Position = [120.11, 30.29];
const COLUMNS = 4;
const ROWS = 3;
const SIDE = 720;
const NAMES = ["和睦", "华丰", "登云", "化纤", "李家桥", "鱼池", "荷塘", "翠苑", "古荡", "紫荆", "文新", "骆家庄"];
const TYPES = [
  ["canteen", "elderly", "社区食堂"],
  ["health_station", "health", "卫生服务站"],
  ["kindergarten", "education", "幼儿园"],
  ["convenience_store", "commerce", "便利店"],
  ["fitness_ground", "sport", "健身场地"],
  ["service_station", "governance", "综合服务站"],
  ["culture_station", "culture", "文化活动站"],
  ["parcel_station", "convenience", "快递驿站"],
] as const;

type Feature = GeoJSON.Feature<GeoJSON.Geometry, Record<string, unknown>>;

const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: "FeatureCollection", features });

function corner(column: number, row: number): Position {
  const random = dice(column * 31 + row * 7 + 5);
  return moveBy(ORIGIN, column * SIDE + (random() - 0.5) * 220, row * SIDE + (random() - 0.5) * 220);
}

const STATUSES = [
  "met",
  "partly",
  "not_met",
  "partly",
  "met",
  "unknown",
  "not_met",
  "partly",
  "met",
  "not_applicable",
  "partly",
  "not_met",
];
const COVERAGE = [0.91, 0.64, 0.22, 0.58, 0.83, null, 0.31, 0.47, 0.96, 0.72, 0.66, 0.12];

export function communities(): GeoJSON.FeatureCollection {
  const features = NAMES.map((name, i): Feature => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const ring = [corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1)];
    const properties = {
      id: `c${i}`,
      name: `${name}社区`,
      href: `/page/profile/${i}`,
      coverage: COVERAGE[i] ?? null,
      status: STATUSES[i],
      residents: 4200 + i * 613,
    };
    return {
      type: "Feature",
      properties,
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0]] as unknown as GeoJSON.Position[]] },
    };
  });
  return collection(features);
}

/** Where the name of each community stands. */
export function names(): GeoJSON.FeatureCollection {
  const features = communities().features.map((one) => {
    const middle = middleOf(one.geometry) as Position;
    return { ...one, geometry: { type: "Point" as const, coordinates: [...middle] } } as Feature;
  });
  return collection(features);
}

const BUILDINGS: Feature[] = (() => {
  const random = dice(2026);
  return Array.from({ length: 420 }, (_, i): Feature => {
    const at = moveBy(ORIGIN, (0.05 + random() * 0.9) * COLUMNS * SIDE, (0.05 + random() * 0.9) * ROWS * SIDE);
    const residents = Math.round(20 + random() ** 2 * 420);
    const old = Math.round(residents * (0.12 + random() * 0.2));
    const properties = {
      id: `b${i}`,
      name: `${i + 1} 号楼`,
      residents,
      residents_60_79: old,
      residents_80_plus: Math.round(old * 0.2),
      residents_0_2: Math.round(residents * 0.03),
    };
    return { type: "Feature", properties, geometry: { type: "Point", coordinates: [...at] } };
  });
})();

export const buildings = (): GeoJSON.FeatureCollection => collection(BUILDINGS);

const FACILITIES: Feature[] = (() => {
  const random = dice(77);
  return Array.from({ length: 44 }, (_, i): Feature => {
    const [type, group, name] = TYPES[i % TYPES.length] as (typeof TYPES)[number];
    const at = moveBy(ORIGIN, random() * COLUMNS * SIDE * 0.75, random() * ROWS * SIDE * 0.8);
    const properties = {
      id: `f${i}`,
      type,
      group,
      name: `${name}${i + 1}`,
      floor_area_m2: i % 5 === 0 ? null : 80 + i * 9,
      href: `/page/facility/${i}`,
    };
    return { type: "Feature", properties, geometry: { type: "Point", coordinates: [...at] } };
  });
})();

export function facilities(type?: string): GeoJSON.FeatureCollection {
  return collection(FACILITIES.filter((feature) => type === undefined || feature.properties.type === type));
}

export function without(): GeoJSON.FeatureCollection {
  const reached = reach("canteen").distances;
  return collection(BUILDINGS.filter((b) => (reached[id(b)] ?? Infinity) > 500));
}

const at = (feature: Feature): Position => (feature.geometry as GeoJSON.Point).coordinates as unknown as Position;
const id = (feature: Feature): string => String(feature.properties.id);
const WINDING = 1.28;
const FURTHEST = 1000;
/** Buildings that stand on no street. */
const LOST = 6;

type Distances = Record<string, number | null>;

const walk = (a: Position, b: Position): number => Math.round(distanceM(a, b) * WINDING);

export function reach(type: string, closed: readonly string[] = []): { distances: Distances } {
  const targets = FACILITIES.filter((one) => one.properties.type === type && !closed.includes(id(one))).map(at);
  const rows = BUILDINGS.slice(0, -LOST).map((building) => {
    const nearest = Math.min(...targets.map((target) => walk(at(building), target)));
    return [id(building), nearest > FURTHEST ? null : nearest] as const;
  });
  return { distances: Object.fromEntries(rows) };
}

const NEED: Readonly<Record<string, readonly string[]>> = { canteen: ["residents_60_79", "residents_80_plus"] };

/** Properties whose sum is the residents in need of a facility type. */
export const needOf = (type: string): readonly string[] => NEED[type] ?? ["residents"];

const people = (building: Feature, type: string): number =>
  needOf(type).reduce((sum, key) => sum + Number(building.properties[key]), 0);

export function whatIf(type: string, points: readonly Position[], closed: readonly string[]): object {
  const base = reach(type).distances;
  const drops = points.map((point): Distances => {
    const rows = BUILDINGS.slice(0, -LOST).map((b) => [id(b), walk(at(b), point)] as const);
    return Object.fromEntries(rows.filter(([, metres]) => metres <= FURTHEST));
  });
  const other = closed.length > 0 ? reach(type, closed).distances : {};
  const shut = Object.fromEntries(Object.entries(other).filter(([one, metres]) => metres !== base[one]));
  const told = new Set([...drops.flatMap((drop) => Object.keys(drop)), ...Object.keys(shut)]);
  const buildings = Object.fromEntries(
    BUILDINGS.filter((b) => told.has(id(b))).map((b) => [
      id(b),
      { at: at(b), name: b.properties.name, residents: people(b, type), metres: base[id(b)] ?? null },
    ]),
  );
  const names = Object.fromEntries(
    FACILITIES.filter((one) => closed.includes(id(one))).map((one) => [id(one), one.properties.name]),
  );
  return { drops, closed: shut, names, buildings };
}

/** The figures a server would give: the town as one community. */
export function summary(type: string, limit: number, points: readonly Position[], closed: readonly string[]): object {
  const { drops } = whatIf(type, points, []) as { drops: Distances[] };
  const total = (base: Distances, ideas: readonly Distances[]) => {
    const sum = { buildings: BUILDINGS.length, within: 0, without: 0, unknown: 0, uncounted: 0, lost: 0 };
    for (const b of BUILDINGS) {
      const metres = Math.min(...[base[id(b)], ...ideas.map((drop) => drop[id(b)])].map((m) => m ?? Infinity));
      const key = !Object.hasOwn(base, id(b)) ? "unknown" : metres <= limit ? "within" : "without";
      sum[key] += people(b, type);
    }
    return sum;
  };
  const now = total(reach(type).distances, []);
  const then = total(reach(type, closed).distances, drops);
  const base = reach(type, closed).distances;
  const share = then.within / (then.within + then.without);
  const line = { code: "c0", name: "和睦社区", href: "/page/profile/0", ...then, share, low: share, high: share };
  const wanting = BUILDINGS.filter((b) => Object.hasOwn(base, id(b)) && (base[id(b)] ?? Infinity) > limit)
    .map((b) => ({
      id: id(b),
      name: b.properties.name,
      at: at(b),
      residents: people(b, type),
      metres: base[id(b)] ?? null,
    }))
    .sort((a, b) => b.residents - a.residents)
    .slice(0, 60);
  const age = { band: "60_79", title: { zh: "60—79岁", en: "60–79" }, ...then, gain: then.within - now.within };
  return { now, then, ages: [age], communities: [{ ...line, gain: then.within - now.within }], of: 1, wanting };
}

export function rooms(): GeoJSON.FeatureCollection {
  const random = dice(404);
  const features = Array.from({ length: 5 }, (_, i): Feature => {
    const place = moveBy(ORIGIN, (0.3 + random() * 0.6) * COLUMNS * SIDE, (0.3 + random() * 0.6) * ROWS * SIDE);
    const properties = {
      id: `r${i}`,
      name: `空置用房 ${i + 1}`,
      floor_area_m2: i === 0 ? null : 90 + i * 40,
      storey: 1,
      allowed: i !== 1,
    };
    return { type: "Feature", properties, geometry: { type: "Point", coordinates: [...place] } };
  });
  return collection(features);
}

/** The buildings with the state that a server would put into its tiles. */
export function states(type: string, limit: number): GeoJSON.FeatureCollection {
  const base = reach(type).distances;
  const features = BUILDINGS.map((b): Feature => {
    const known = Object.hasOwn(base, id(b));
    const state = !known ? "unknown" : (base[id(b)] ?? Infinity) <= limit ? "served" : "without";
    const about = { id: id(b), name: b.properties.name, residents: people(b, type), n: 1, unknown: 0, state };
    return { ...b, properties: about };
  });
  return collection(features);
}

export function path(
  building: string,
  type: string,
  points: readonly Position[],
  closed: readonly string[],
): Feature | null {
  const home = BUILDINGS.find((feature) => id(feature) === building);
  if (!home) return null;
  const from = at(home);
  const there = FACILITIES.filter((one) => one.properties.type === type && !closed.includes(id(one)));
  const targets = [
    ...there.map((one) => ({ to: at(one), facility: { name: one.properties.name, href: one.properties.href } })),
    ...points.map((to) => ({ to, facility: undefined })),
  ];
  const [target] = targets.sort((a, b) => distanceM(from, a.to) - distanceM(from, b.to));
  if (!target) return null;
  const metres = walk(from, target.to);
  const properties = { distance_m: metres, minutes: metres / 50, facility: target.facility };
  return {
    type: "Feature",
    properties,
    geometry: { type: "LineString", coordinates: [[...from], [target.to[0], from[1]], [...target.to]] },
  };
}

export { TYPES };

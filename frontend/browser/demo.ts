/** A made-up town, the same every time, and the answers a server would give about it. */

import { distanceM, moveBy, type Position } from "../src/core/geometry.ts";

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
  return collection(BUILDINGS.filter((b) => (reached[b.properties.id as string] ?? Infinity) > 500));
}

const at = (feature: Feature): Position => (feature.geometry as GeoJSON.Point).coordinates as unknown as Position;
const WINDING = 1.28;

export function reach(type: string): { distances: Record<string, number | null> } {
  const targets = FACILITIES.filter((feature) => feature.properties.type === type).map(at);
  const rows = BUILDINGS.slice(0, -6).map((building) => {
    const nearest = Math.min(...targets.map((target) => distanceM(at(building), target) * WINDING));
    return [building.properties.id as string, nearest > 1500 ? null : Math.round(nearest)] as const;
  });
  return { distances: Object.fromEntries(rows) };
}

export function whatIf(point: Position, limit: number): { distances: Record<string, number> } {
  const rows = BUILDINGS.map(
    (b) => [b.properties.id as string, Math.round(distanceM(at(b), point) * WINDING)] as const,
  );
  return { distances: Object.fromEntries(rows.filter(([, metres]) => metres <= limit)) };
}

export function path(id: string, type: string): Feature | undefined {
  const building = BUILDINGS.find((feature) => feature.properties.id === id);
  if (!building) return undefined;
  const from = at(building);
  const [target] = FACILITIES.filter((f) => f.properties.type === type).sort(
    (a, b) => distanceM(from, at(a)) - distanceM(from, at(b)),
  );
  if (!target) return undefined;
  const to = at(target);
  const metres = Math.round(distanceM(from, to) * WINDING);
  const properties = {
    distance_m: metres,
    minutes: metres / 50,
    facility: { name: target.properties.name, href: target.properties.href },
  };
  return {
    type: "Feature",
    properties,
    geometry: { type: "LineString", coordinates: [[...from], [to[0], from[1]], [...to]] },
  };
}

export { TYPES };

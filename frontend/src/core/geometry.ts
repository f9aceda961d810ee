/** Plane geometry of what a person draws on a map: positions are [longitude, latitude] in degrees (EPSG:4326). */

export type Position = readonly [number, number];
export type Bounds = readonly [west: number, south: number, east: number, north: number];

const EARTH_M = 6_371_008.8;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;

/** The distance of two positions along the sphere, in metres. */
export function distanceM(a: Position, b: Position): number {
  const lat = rad(b[1] - a[1]);
  const lon = rad(b[0] - a[0]);
  const h = Math.sin(lat / 2) ** 2 + Math.cos(rad(a[1])) * Math.cos(rad(b[1])) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A position moved by metres to the east and north. */
export function moveBy(position: Position, eastM: number, northM: number): Position {
  const degree = (Math.PI / 180) * EARTH_M;
  const lat = position[1] + northM / degree;
  return [roundDegrees(position[0] + eastM / (degree * Math.cos(rad(position[1])))), roundDegrees(lat)];
}

/** Seven decimals: about a centimetre. */
export function roundDegrees(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}

/** The area within a ring (open or closed) on a locally flat earth, in m². */
export function ringAreaM2(ring: readonly Position[]): number {
  const first = ring[0];
  if (first === undefined || ring.length < 3) return 0;
  const degree = (Math.PI / 180) * EARTH_M;
  const shrink = Math.cos(rad(first[1]));
  const flat = ring.map(([x, y]) => [(x - first[0]) * degree * shrink, (y - first[1]) * degree] as const);
  const twice = flat.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = flat[(i + 1) % flat.length] as readonly [number, number];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function turn(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function between(a: Position, b: Position, c: Position): boolean {
  const [minX, maxX, minY, maxY] = [
    Math.min(a[0], b[0]),
    Math.max(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[1], b[1]),
  ];
  return c[0] >= minX && c[0] <= maxX && c[1] >= minY && c[1] <= maxY;
}

/** Whether two straight lines meet, their ends included. */
export function linesMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  const touching = [abc === 0 && between(a, b, c), abd === 0 && between(a, b, d), cda === 0 && between(c, d, a)];
  return touching.some(Boolean) || (cdb === 0 && between(c, d, b));
}

/** The sides of an open ring that cross another side: pairs of positions in the ring. */
export function crossings(ring: readonly Position[]): [number, number][] {
  const found: [number, number][] = [];
  const n = ring.length;
  const at = (i: number): Position => ring[i % n] as Position;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      if (linesMeet(at(i), at(i + 1), at(j), at(j + 1))) found.push([i, j]);
    }
  }
  return found;
}

/** Whether a position lies within a ring (even-odd rule). */
export function inRing(position: Position, ring: readonly Position[]): boolean {
  const [x, y] = position;
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i] as Position;
    const [xj, yj] = ring[j] as Position;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Whether a position lies within a polygon or multipolygon, holes taken out. */
export function inArea(position: Position, area: GeoJSON.Geometry): boolean {
  const within = (rings: readonly (readonly GeoJSON.Position[])[]): boolean => {
    const [shell, ...holes] = rings as unknown as readonly (readonly Position[])[];
    return shell !== undefined && inRing(position, shell) && !holes.some((hole) => inRing(position, hole));
  };
  if (area.type === "Polygon") return within(area.coordinates);
  if (area.type === "MultiPolygon") return area.coordinates.some(within);
  if (area.type === "GeometryCollection") return area.geometries.some((part) => inArea(position, part));
  return false;
}

/** Every position of a geometry, in order. */
export function positionsOf(geometry: GeoJSON.Geometry | null): Position[] {
  if (geometry === null) return [];
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positionsOf);
  const flatten = (value: unknown): Position[] => {
    if (!Array.isArray(value)) return [];
    return typeof value[0] === "number" ? [[value[0], value[1] as number]] : value.flatMap(flatten);
  };
  return flatten(geometry.coordinates);
}

/** The smallest box around positions, or undefined if there are none. */
export function boundsOf(positions: Iterable<Position>): Bounds | undefined {
  let box: [number, number, number, number] | undefined;
  for (const [x, y] of positions) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (box === undefined) box = [x, y, x, y];
    else box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
  }
  return box;
}

/** A position in the middle of a geometry: the point itself, or the mean of the positions of its outline. */
export function middleOf(geometry: GeoJSON.Geometry): Position | undefined {
  const all = positionsOf(geometry);
  if (all.length === 0) return undefined;
  const closed = all.length > 1 && /Polygon/.test(geometry.type) ? all.slice(1) : all;
  const sum = closed.reduce<[number, number]>((total, [x, y]) => [total[0] + x, total[1] + y], [0, 0]);
  return [sum[0] / closed.length, sum[1] / closed.length];
}

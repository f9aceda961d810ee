/** What a person draws: a point, several points or one outline, and every change to it; nothing here touches the page. */

import { crossings, inArea, type Position, ringAreaM2, roundDegrees } from "../core/geometry.ts";

export const KINDS = ["point", "multipoint", "polygon"] as const;
export type DraftKind = (typeof KINDS)[number];

/** The positions of an outline are an open ring: the first is not repeated at the end. */
export interface Draft {
  readonly kind: DraftKind;
  readonly positions: readonly Position[];
}

export type ProblemCode = "empty" | "few" | "crossing" | "tiny" | "double" | "range" | "outside";

export interface DraftProblem {
  readonly code: ProblemCode;
  /** `error` keeps the form from being sent, `warning` is only said. */
  readonly level: "error" | "warning";
  /** The positions it is about, counted from 0. */
  readonly at: readonly number[];
}

const SMALLEST_M2 = 1;

const rounded = ([x, y]: Position): Position => [roundDegrees(x), roundDegrees(y)];

const same = (a: Position | undefined, b: Position | undefined): boolean =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

/** Whether a position can be on earth. */
export function isPosition(value: unknown): value is Position {
  if (!Array.isArray(value) || value.length < 2) return false;
  const [x, y] = value as unknown[];
  return typeof x === "number" && typeof y === "number" && Math.abs(x) <= 180 && Math.abs(y) <= 90;
}

function open(ring: readonly Position[]): Position[] {
  const closed = ring.length > 1 && same(ring[0], ring.at(-1));
  return closed ? ring.slice(0, -1) : [...ring];
}

/** Read a GeoJSON geometry; undefined if it is none that can be drawn here (several outlines, holes, lines). */
export function readGeometry(geometry: unknown): Draft | undefined {
  if (typeof geometry !== "object" || geometry === null) return undefined;
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown };
  if (type === "Point" && isPosition(coordinates)) return { kind: "point", positions: [rounded(coordinates)] };
  if (!Array.isArray(coordinates)) return undefined;
  if (type === "MultiPoint" && coordinates.every(isPosition))
    return { kind: "multipoint", positions: coordinates.map(rounded) };
  const rings = type === "MultiPolygon" && coordinates.length === 1 ? (coordinates[0] as unknown) : coordinates;
  if (type !== "Polygon" && type !== "MultiPolygon") return undefined;
  if (!Array.isArray(rings) || rings.length !== 1 || !Array.isArray(rings[0]) || !rings[0].every(isPosition))
    return undefined;
  return { kind: "polygon", positions: open(rings[0].map(rounded)) };
}

/** Read the text of a form field: nothing is an empty draft; undefined = not readable. */
export function readText(text: string, kind: DraftKind): Draft | undefined {
  if (text.trim() === "") return { kind, positions: [] };
  try {
    const value: unknown = JSON.parse(text);
    const geometry =
      (value as { type?: string; geometry?: unknown }).type === "Feature"
        ? (value as { geometry: unknown }).geometry
        : value;
    return readGeometry(geometry);
  } catch {
    return undefined;
  }
}

function counterClockwise(ring: readonly Position[]): Position[] {
  const twice = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Position;
    return sum + (nextX - x) * (nextY + y);
  }, 0);
  return twice > 0 ? [...ring].reverse() : [...ring];
}

/** The draft as GeoJSON; undefined while it is not yet a geometry. An outline is closed and runs counter-clockwise. */
export function toGeometry({ kind, positions }: Draft): GeoJSON.Geometry | undefined {
  const [first] = positions;
  if (first === undefined) return undefined;
  const plain = positions.map((position) => [...position]);
  if (kind === "point") return { type: "Point", coordinates: [...first] };
  if (kind === "multipoint") return { type: "MultiPoint", coordinates: plain };
  if (positions.length < 3) return undefined;
  const ring = counterClockwise(positions).map((position) => [...position]);
  return { type: "Polygon", coordinates: [[...ring, [...(ring[0] as number[])]]] };
}

/** Put a position at the end, or before `index`; a point has only one, which moves. */
export function addPosition(draft: Draft, at: Position, index = draft.positions.length): Draft {
  if (draft.kind === "point") return { ...draft, positions: [rounded(at)] };
  return { ...draft, positions: [...draft.positions.slice(0, index), rounded(at), ...draft.positions.slice(index)] };
}

export function movePosition(draft: Draft, index: number, to: Position): Draft {
  return { ...draft, positions: draft.positions.map((position, i) => (i === index ? rounded(to) : position)) };
}

export function deletePosition(draft: Draft, index: number): Draft {
  return { ...draft, positions: draft.positions.filter((_, i) => i !== index) };
}

/** The same positions as another kind; a point keeps the first. */
export function changeKind(draft: Draft, kind: DraftKind): Draft {
  return { kind, positions: kind === "point" ? draft.positions.slice(0, 1) : draft.positions };
}

/** The middles of an outline's sides, where a corner can be put in: position and the index it would get. */
export function middles({ kind, positions }: Draft): { at: Position; index: number }[] {
  if (kind !== "polygon" || positions.length < 2) return [];
  const sides = positions.length === 2 ? positions.slice(0, 1) : positions;
  return sides.map((from, i) => {
    const to = positions[(i + 1) % positions.length] as Position;
    return { at: rounded([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), index: i + 1 };
  });
}

function doubles(positions: readonly Position[]): number[] {
  return positions.flatMap((position, i) => (positions.findIndex((other) => same(other, position)) < i ? [i] : []));
}

function outlineProblems(positions: readonly Position[]): DraftProblem[] {
  if (positions.length < 3) return [{ code: "few", level: "error", at: [] }];
  const crossed = crossings(positions);
  if (crossed.length > 0) return [{ code: "crossing", level: "error", at: [...new Set(crossed.flat())] }];
  return ringAreaM2(positions) < SMALLEST_M2 ? [{ code: "tiny", level: "error", at: [] }] : [];
}

/** Everything that is wrong or doubtful; `area` is where it should lie. */
export function findProblems(draft: Draft, required: boolean, area?: GeoJSON.Geometry): DraftProblem[] {
  const { kind, positions } = draft;
  if (positions.length === 0) return required ? [{ code: "empty", level: "error", at: [] }] : [];
  const bad = positions.flatMap((position, i) => (isPosition(position) ? [] : [i]));
  if (bad.length > 0) return [{ code: "range", level: "error", at: bad }];
  const twice = doubles(positions);
  const problems: DraftProblem[] = twice.length > 0 ? [{ code: "double", level: "error", at: twice }] : [];
  if (kind === "polygon" && twice.length === 0) problems.push(...outlineProblems(positions));
  const outside = area ? positions.flatMap((position, i) => (inArea(position, area) ? [] : [i])) : [];
  return outside.length > 0 ? [...problems, { code: "outside", level: "warning", at: outside }] : problems;
}

/** A draft that remembers what it was before. */
export interface History {
  readonly now: Draft;
  readonly before: readonly Draft[];
}

export function change(history: History, now: Draft): History {
  return { now, before: [...history.before, history.now].slice(-100) };
}

export function undo(history: History): History {
  const last = history.before.at(-1);
  return last === undefined ? history : { now: last, before: history.before.slice(0, -1) };
}

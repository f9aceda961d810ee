/** Who is served within a walking distance, and what a facility that is only imagined would change. */

import type { Position } from "../core/geometry.ts";

/** Metres on foot by building; null = farther than was computed, absent = unknown. */
export type Distances = Readonly<Record<string, number | null>>;

export interface Building {
  readonly id: string;
  readonly name: string;
  readonly at: Position;
  /** The residents whose need counts; unknown = null. */
  readonly residents: number | null;
}

/** A facility that a person put on the map to see what it would do. */
export interface Drop {
  readonly id: number;
  readonly at: Position;
  readonly distances: Distances;
}

export type State = "served" | "newly" | "without" | "unknown";

export interface Summary {
  readonly residents: number;
  readonly served: number;
  readonly newly: number;
  readonly without: number;
  readonly unknown: number;
  /** Buildings whose number of residents is unknown. */
  readonly uncounted: number;
}

function within(metres: number | null | undefined, limitM: number): boolean {
  return typeof metres === "number" && metres <= limitM;
}

/** The residents of a building whom a person's need stands for: the sum of those age bands that are known. */
export function residentsOf(properties: Readonly<Record<string, unknown>>, keys: readonly string[]): number | null {
  const known = keys
    .map((key) => properties[key])
    .filter((n): n is number => typeof n === "number" && Number.isFinite(n));
  return known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0);
}

/** The state of one building with the facilities there are and those imagined. */
export function stateOf(id: string, base: Distances, drops: readonly Drop[], limitM: number): State {
  if (within(base[id], limitM)) return "served";
  if (drops.some((drop) => within(drop.distances[id], limitM))) return "newly";
  return Object.hasOwn(base, id) ? "without" : "unknown";
}

/** The shortest way from a building to a facility, real or imagined; null = farther than computed, undefined = unknown. */
export function nearestM(id: string, base: Distances, drops: readonly Drop[]): number | null | undefined {
  const found = [base[id], ...drops.map((drop) => drop.distances[id])].filter(
    (m): m is number => typeof m === "number",
  );
  if (found.length > 0) return Math.min(...found);
  return Object.hasOwn(base, id) ? null : undefined;
}

/** How many residents are in each state. */
export function summarise(
  buildings: readonly Building[],
  base: Distances,
  drops: readonly Drop[],
  limitM: number,
): Summary {
  const total = { served: 0, newly: 0, without: 0, unknown: 0 };
  let uncounted = 0;
  for (const { id, residents } of buildings) {
    if (residents === null) uncounted += 1;
    else total[stateOf(id, base, drops, limitM)] += residents;
  }
  return { ...total, residents: total.served + total.newly + total.without + total.unknown, uncounted };
}

/** What each imagined facility adds to those put before it, in residents. */
export function gains(
  buildings: readonly Building[],
  base: Distances,
  drops: readonly Drop[],
  limitM: number,
): number[] {
  const newly = drops.map((_, i) => summarise(buildings, base, drops.slice(0, i + 1), limitM).newly);
  return newly.map((sum, i) => sum - (newly[i - 1] ?? 0));
}

/** A list of imagined facilities that remembers what it was before. */
export interface Drops {
  readonly now: readonly Drop[];
  readonly before: readonly (readonly Drop[])[];
}

export const NO_DROPS: Drops = { now: [], before: [] };

function change(drops: Drops, now: readonly Drop[]): Drops {
  return { now, before: [...drops.before, drops.now] };
}

export function addDrop(drops: Drops, drop: Drop): Drops {
  return change(drops, [...drops.now, drop]);
}

export function removeDrop(drops: Drops, id: number): Drops {
  return drops.now.some((drop) => drop.id === id)
    ? change(
        drops,
        drops.now.filter((drop) => drop.id !== id),
      )
    : drops;
}

export function clearDrops(drops: Drops): Drops {
  return drops.now.length > 0 ? change(drops, []) : drops;
}

/** The list as it was before the last change; unchanged if there was none. */
export function undoDrop(drops: Drops): Drops {
  const last = drops.before.at(-1);
  return last === undefined ? drops : { now: last, before: drops.before.slice(0, -1) };
}

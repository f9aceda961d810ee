/** Who is served within a walking distance, and what facilities that are only imagined, or closed, would change. */

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
  /** What stands there, if it is a room of the register. */
  readonly name?: string;
}

/** A facility that is there and imagined closed. */
export interface Closed {
  readonly id: string;
  readonly name: string;
}

/** What is imagined. */
export interface Ideas {
  readonly drops: readonly Drop[];
  readonly closed: readonly Closed[];
  /** Metres to the next facility from buildings whose nearest is closed. */
  readonly instead: Distances;
}

export const NO_IDEAS: Ideas = { drops: [], closed: [], instead: {} };

export type State = "served" | "newly" | "lost" | "without" | "unknown";

export type Counts = Readonly<Record<State, number>>;

export interface Summary extends Counts {
  readonly residents: number;
  /** Buildings whose number of residents is unknown. */
  readonly uncounted: number;
}

/** Streets are measured in whole millimetres: half of one is forgiven, as the assessment does. */
const SLACK_M = 0.0005;

function within(metres: number | null | undefined, limitM: number): boolean {
  return typeof metres === "number" && metres <= limitM + SLACK_M;
}

/** The residents of a building whom a person's need stands for: the sum of age bands, unknown if one of them is. */
export function residentsOf(properties: Readonly<Record<string, unknown>>, keys: readonly string[]): number | null {
  let sum = 0;
  for (const key of keys) {
    const n = properties[key];
    if (typeof n !== "number" || !Number.isFinite(n)) return null;
    sum += n;
  }
  return sum;
}

/** Metres to the nearest facility that stays open. */
function instead(id: string, base: Distances, ideas: Ideas): number | null | undefined {
  return Object.hasOwn(ideas.instead, id) ? ideas.instead[id] : base[id];
}

/** The state of one building with the facilities there are and those imagined. */
export function stateOf(id: string, base: Distances, ideas: Ideas, limitM: number): State {
  if (within(instead(id, base, ideas), limitM)) return "served";
  const now = within(base[id], limitM);
  if (ideas.drops.some((drop) => within(drop.distances[id], limitM))) return now ? "served" : "newly";
  if (now) return "lost";
  return Object.hasOwn(base, id) ? "without" : "unknown";
}

/** The shortest way to a facility, real or imagined; null = farther than computed, undefined = unknown. */
export function nearestM(id: string, base: Distances, ideas: Ideas): number | null | undefined {
  const ways = [instead(id, base, ideas), ...ideas.drops.map((drop) => drop.distances[id])];
  const found = ways.filter((m): m is number => typeof m === "number");
  if (found.length > 0) return Math.min(...found);
  return Object.hasOwn(base, id) ? null : undefined;
}

/** How many residents are in each state. */
export function summarise(buildings: readonly Building[], base: Distances, ideas: Ideas, limitM: number): Summary {
  const total = { served: 0, newly: 0, lost: 0, without: 0, unknown: 0 };
  let uncounted = 0;
  for (const { id, residents } of buildings) {
    if (residents === null) uncounted += 1;
    else total[stateOf(id, base, ideas, limitM)] += residents;
  }
  const residents = total.served + total.newly + total.lost + total.without + total.unknown;
  return { ...total, residents, uncounted };
}

/**
 * The figures of a place of which only some buildings are known here: what the server counted of all of them, and what
 * is imagined to change in those.
 */
export function changed(all: Summary, before: Summary, after: Summary): Summary {
  const add = (state: State): number => all[state] + after[state] - before[state];
  return {
    served: add("served"),
    newly: add("newly"),
    lost: add("lost"),
    without: add("without"),
    unknown: add("unknown"),
    residents: all.residents,
    uncounted: all.uncounted,
  };
}

/** What each imagined facility adds to those put before it, in residents. */
export function gains(buildings: readonly Building[], base: Distances, ideas: Ideas, limitM: number): number[] {
  const reached = ideas.drops.map((_, i) => {
    const sum = summarise(buildings, base, { ...ideas, drops: ideas.drops.slice(0, i + 1) }, limitM);
    return sum.served + sum.newly;
  });
  const none = summarise(buildings, base, { ...ideas, drops: [] }, limitM).served;
  return reached.map((sum, i) => sum - (reached[i - 1] ?? none));
}

/** What is imagined, remembering what it was before. */
export interface History {
  readonly now: Ideas;
  readonly before: readonly Ideas[];
}

export const NO_HISTORY: History = { now: NO_IDEAS, before: [] };

/** Whether anything is imagined. */
export const isAny = ({ drops, closed }: Ideas): boolean => drops.length > 0 || closed.length > 0;

function change(history: History, now: Ideas): History {
  return { now, before: [...history.before, history.now] };
}

export function addDrop(history: History, drop: Drop): History {
  return change(history, { ...history.now, drops: [...history.now.drops, drop] });
}

/** A drop put elsewhere; unchanged if there is none of that id. */
export function moveDrop(history: History, drop: Drop): History {
  if (!history.now.drops.some(({ id }) => id === drop.id)) return history;
  return change(history, { ...history.now, drops: history.now.drops.map((one) => (one.id === drop.id ? drop : one)) });
}

export function removeDrop(history: History, id: number): History {
  if (!history.now.drops.some((drop) => drop.id === id)) return history;
  return change(history, { ...history.now, drops: history.now.drops.filter((drop) => drop.id !== id) });
}

/** Other facilities closed; `instead` is what the server found for all of them together. */
export function setClosed(history: History, closed: readonly Closed[], found: Distances): History {
  return change(history, { ...history.now, closed, instead: found });
}

export function clearIdeas(history: History): History {
  return isAny(history.now) ? change(history, NO_IDEAS) : history;
}

/** As it was before the last change; unchanged if there was none. */
export function undoIdea(history: History): History {
  const last = history.before.at(-1);
  return last === undefined ? history : { now: last, before: history.before.slice(0, -1) };
}

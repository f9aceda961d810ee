/** The worker's list: what is near, what is to do, and what already waits on this device; pure functions. */

import { distanceM, type Position } from "../core/geometry.ts";
import type { Entry, EntryState } from "./queue.ts";

export interface Item {
  /** Layer and key, as entries name their record. */
  readonly record: string;
  readonly title: string;
  readonly position: Position | undefined;
  readonly asks: Asks;
  readonly todo: boolean;
  readonly missing: number;
}

/** A place to look at, a question to answer, or a type of which none is known. */
export type Asks = "record" | "question" | "type";

export type Wanted = "todo" | "missing" | "all";

/** Whether an item is among those that are wanted, and holds what is searched for. */
export function isWanted(item: Item, asks: Asks, wanted: Wanted, text: string): boolean {
  if (item.asks !== asks) return false;
  if (wanted === "todo" && !item.todo) return false;
  if (wanted === "missing" && item.missing === 0) return false;
  const asked = text.trim().toLowerCase();
  return asked === "" || item.title.toLowerCase().includes(asked);
}

/** Metres from here; undefined where the item's place is not known. */
export function distanceTo(item: Item, here: Position | undefined): number | undefined {
  return here && item.position ? distanceM(here, item.position) : undefined;
}

/** The items nearest first; those whose place is not known come last, in the order they had. */
export function nearestFirst<T extends Item>(items: readonly T[], here: Position): T[] {
  return items
    .map((item, at) => ({ item, at, m: distanceTo(item, here) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => (a.m === b.m ? a.at - b.at : a.m - b.m))
    .map(({ item }) => item);
}

/** A distance as people say it: 85 m, 1.2 km. */
export function distanceText(metres: number): string {
  return metres < 1000 ? `${Math.max(5, Math.round(metres / 5) * 5)} m` : `${(metres / 1000).toFixed(1)} km`;
}

const PRESSING: readonly EntryState[] = ["conflict", "invalid", "refused", "held", "sending", "waiting", "sent"];

/** The most pressing state of the entries of each record. */
export function statesByRecord(entries: readonly Entry[]): ReadonlyMap<string, EntryState> {
  const found = new Map<string, EntryState>();
  for (const { record, state } of entries) {
    if (record === null) continue;
    const known = found.get(record);
    if (known === undefined || PRESSING.indexOf(state) < PRESSING.indexOf(known)) found.set(record, state);
  }
  return found;
}

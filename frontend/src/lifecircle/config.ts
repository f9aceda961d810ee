/** What a page tells the life circle, and what its server answers. */

import type { Position } from "../core/geometry.ts";
import type { Text } from "../core/language.ts";
import type { FrameConfig } from "../map/types.ts";
import type { Distances } from "./model.ts";

export interface TypeChoice {
  readonly code: string;
  readonly label: Text;
  readonly group?: string;
  /** Properties of a building whose sum is the residents in need of it. */
  readonly residents?: readonly string[];
  /** Who that is, in words. */
  readonly whom?: Text;
}

export interface PersonChoice {
  readonly code: string;
  readonly label: Text;
  readonly metres_per_minute: number;
  /** How far they walk by minutes, m; speed times minutes if left out. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly residents?: readonly string[];
}

export interface LifeConfig extends FrameConfig {
  /** A place that is small enough comes whole … */
  readonly buildings?: string;
  readonly facilities?: string;
  readonly boundary?: string;
  readonly reach?: string;
  /** … a larger one in vector tiles. */
  readonly tiles?: string;
  readonly types: readonly TypeChoice[];
  readonly persons: readonly PersonChoice[];
  readonly minutes: readonly number[];
  readonly type?: string;
  readonly person?: string;
  readonly minute?: number | string;
  readonly unit?: Text;
  readonly path?: string;
  readonly what_if?: string;
  readonly summary?: string;
  readonly rooms?: string;
  /** The same as a table. */
  readonly table?: string;
  /** How many ideas are looked at together. */
  readonly most?: number;
}

export interface KnownBuilding {
  readonly at: Position;
  readonly name: string;
  readonly residents: number | null;
  readonly metres: number | null;
}

export interface WhatIf {
  readonly drops: readonly Distances[];
  readonly closed: Distances;
  readonly names?: Readonly<Record<string, string>>;
  readonly buildings: Readonly<Record<string, KnownBuilding>>;
}

export interface Totals {
  readonly within: number;
  readonly without: number;
  readonly unknown: number;
  readonly uncounted: number;
  readonly lost: number;
}

export interface AgeRow {
  readonly band: string;
  readonly title: Text;
  readonly within: number | null;
  readonly without: number | null;
  readonly unknown: number | null;
  readonly gain: number | null;
}

export interface CommunityRow {
  readonly code: string;
  readonly name: string;
  readonly href: string;
  readonly within: number | null;
  readonly without: number | null;
  readonly unknown: number | null;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly gain: number | null;
}

export interface Wanting {
  readonly id: string;
  readonly name: string;
  readonly at: Position;
  readonly residents: number;
  readonly metres: number | null;
}

export interface Answer {
  readonly now: Totals;
  readonly then: Totals;
  readonly ages: readonly AgeRow[];
  readonly communities: readonly CommunityRow[];
  readonly of: number;
  readonly wanting: readonly Wanting[];
}

export interface WayProperties {
  readonly distance_m: number;
  readonly minutes?: number | null;
  readonly facility?: { readonly name?: string; readonly href?: string; readonly outside?: boolean };
}

/** An address with its fields filled in, and more of the query behind them. */
export function fillIn(
  template: string,
  values: Readonly<Record<string, string>>,
  more: readonly (readonly [key: string, value: string])[] = [],
): string {
  const filled = template.replace(/\{(\w+)\}/g, (whole, key: string) =>
    values[key] === undefined ? whole : encodeURIComponent(values[key]),
  );
  const tail = more.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  if (tail === "") return filled;
  return `${filled}${filled.includes("?") ? "&" : "?"}${tail}`;
}

/** How far a person walks in so many minutes. */
export function limitOf(person: PersonChoice, minutes: number): number {
  return person.limits?.[String(minutes)] ?? minutes * person.metres_per_minute;
}

/** What is chosen of several, or the first. */
export function choose<T extends { readonly code: string }>(
  choices: readonly T[],
  wanted: string | null | undefined,
): T {
  const found = choices.find(({ code }) => code === wanted) ?? choices[0];
  if (found === undefined) throw new Error("life-circle: nothing to choose from");
  return found;
}

/** A place as the address writes it. */
export const written = (at: Position): string => `${Number(at[0].toFixed(7))},${Number(at[1].toFixed(7))}`;

/** Places from the address; what is none is passed over. */
export function placesOf(texts: readonly string[]): Position[] {
  return texts.flatMap((text) => {
    const [lon, lat] = text.split(",").map(Number);
    return lon !== undefined && lat !== undefined && Number.isFinite(lon) && Number.isFinite(lat)
      ? [[lon, lat] as const]
      : [];
  });
}

/** What is said about what the pointer is over or on: buildings, facilities, vacant rooms. */

import type { MapGeoJSONFeature } from "maplibre-gl";
import { h } from "../core/dom.ts";
import { formatNumber, type Language } from "../core/language.ts";
import { MAP_WORDS } from "../map/words.ts";
import { HOMES } from "./draw.ts";
import type { State } from "./model.ts";
import type { Speak } from "./panel.ts";

type Properties = Readonly<Record<string, unknown>>;

interface Speech {
  readonly word: Speak;
  readonly language: Language;
  readonly people: (n: number) => string;
}

/** An area in m², or that it is unknown. */
export function areaText(area: unknown, language: Language): string {
  const known = typeof area === "number" ? area : null;
  return known === null ? formatNumber(null, language) : `${formatNumber(known, language)} m²`;
}

function box(
  title: string,
  facts: readonly (readonly [string, string])[],
  more: readonly (Node | null)[],
): HTMLElement {
  const rows = facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
  const list = rows.length > 0 ? h("dl", {}, ...rows) : null;
  return h("div", { class: "ll-popup" }, h("strong", {}, title), list, ...more);
}

/** A light word on what the pointer is over. */
export function hoverContent(
  { layer, properties }: MapGeoJSONFeature,
  { word, language, people }: Speech,
): HTMLElement {
  const { name, residents, n, state, unknown } = properties as Properties;
  const isHome = (HOMES as readonly string[]).includes(layer.id);
  if (Number(n ?? 1) > 1) return box(word("several", { n: String(n), people: people(Number(residents)) }), [], []);
  if (!isHome) return box(String(name ?? ""), [], []);
  const known = Number(unknown ?? 0) === 0 && typeof residents === "number";
  const count = known ? people(residents) : formatNumber(null, language);
  return box(String(name ?? ""), [], [h("div", {}, `${word(`${state as State}_state`)} · ${count}`)]);
}

/** A facility: what is known of it, and to imagine it closed or open again. */
export function facilityContent(
  title: string,
  properties: Properties,
  isClosed: boolean,
  act: (() => void) | undefined,
  { word, language }: Speech,
): HTMLElement {
  const { floor_area_m2, community, outside, href } = properties;
  const facts: (readonly [string, string])[] = [];
  if (typeof community === "string") facts.push([word("community"), community]);
  if (floor_area_m2 !== undefined) facts.push([word("area"), areaText(floor_area_m2, language)]);
  const note = outside === true ? h("p", { class: "ll-note" }, word("outsideName")) : null;
  const button = act ? h("button", { type: "button", click: act }, word(isClosed ? "reopen" : "close")) : null;
  const own = typeof href === "string" && href.startsWith("/");
  const link = own ? h("a", { href }, MAP_WORDS.more[language]) : null;
  return box(title, facts, [note, h("div", { class: "ll-row" }, button, link)]);
}

/** A vacant room, and to put an imagined facility into it. */
export function roomContent(properties: Properties, act: () => void, { word, language }: Speech): HTMLElement {
  const { name, floor_area_m2, storey, allowed } = properties;
  const floor = storey === null || storey === undefined ? formatNumber(null, language) : String(storey);
  const facts = [[word("area"), areaText(floor_area_m2, language)] as const, [word("storey"), floor] as const];
  const note = allowed === false ? h("p", { class: "ll-note" }, word("roomNo")) : null;
  return box(String(name), facts, [note, h("button", { type: "button", click: act }, word("roomPut"))]);
}

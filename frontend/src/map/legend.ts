/** The legend: every layer with its signs, class limits written out, and a box to switch it off. */

import { countClasses } from "../core/classes.ts";
import { h, s } from "../core/dom.ts";
import { formatValue } from "../core/format.ts";
import { type Language, say, speaker } from "../core/language.ts";
import {
  ACCENT,
  GREYS,
  GROUP_WORDS,
  GROUPS,
  type Group,
  groupMark,
  LACKING,
  readStatus,
  STATUS_CODES,
  STATUS_WORDS,
  STATUSES,
  type Status,
  statusMark,
} from "../core/palette.ts";
import { breaksOf, coloursOf, peopleRadiusAt, valueKey } from "./layers.ts";
import type { Features, MapLayer } from "./types.ts";
import { MAP_WORDS } from "./words.ts";

/** A class in words: "20–40 %". */
export function classText(breaks: readonly number[], index: number, layer: MapLayer, language: Language): string {
  const share = layer.format === "share";
  const digits = layer.digits ?? decimalsOf(breaks.map((limit) => (share ? limit * 100 : limit)));
  const write = (value: number): string =>
    formatValue(value, layer.format ?? "number", language, digits).replace(" %", "");
  const unit = say(layer.unit, language) || (share ? "%" : "");
  return `${write(breaks[index] as number)}–${write(breaks[index + 1] as number)}${unit ? ` ${unit}` : ""}`;
}

/** How many decimals the limits need to be told apart, at most 3. */
export function decimalsOf(limits: readonly number[]): number {
  const need = (value: number): number => [0, 1, 2].find((n) => Math.abs(value - Number(value.toFixed(n))) < 1e-9) ?? 3;
  return limits.reduce((most, limit) => Math.max(most, need(limit)), 0);
}

function swatch(fill: string, hatched = false): SVGSVGElement {
  const box = s("rect", { x: 0.5, y: 0.5, width: 21, height: 13, fill, stroke: GREYS.line });
  const lines = s("path", { d: "M0 7L7 0M0 14L14 0M7 14L21 0M14 14L22 6", stroke: "#9aa5b1", "stroke-width": 1.2 });
  return s(
    "svg",
    { viewBox: "0 0 22 14", width: 22, height: 14, class: "ll-mark", "aria-hidden": "true" },
    box,
    hatched && lines,
  );
}

function statusSwatch(status: Status): SVGSVGElement {
  const { fill, colour } = STATUSES[status];
  if (status === "unknown") return swatch("#fff", true);
  const svg = swatch(fill);
  if (status === "partly")
    svg.append(s("path", { d: "M0 3.5H22M0 7.5H22M0 11.5H22", stroke: colour, "stroke-width": 1 }));
  const dots = status === "not_met" ? [4, 11, 18] : [];
  for (const x of dots)
    svg.append(
      s("circle", { cx: x, cy: 4, r: 1.3, fill: colour }),
      s("circle", { cx: x, cy: 10, r: 1.3, fill: colour }),
    );
  return svg;
}

const row = (mark: Element, text: string): HTMLElement => h("li", {}, mark, text);

function areaRows(layer: MapLayer, features: Features | undefined, language: Language): HTMLElement[] {
  const breaks = breaksOf(layer, features);
  const colours = coloursOf(breaks);
  const values = (features?.features ?? []).map((feature) => feature.properties?.[valueKey(layer)]);
  const { counts, unknown } = countClasses(values, breaks);
  // What comes in tiles is never here as a whole, so it is not counted.
  const count = (n: number): string => (features === undefined ? "" : `（${n}）`);
  const rows = colours.map((colour, i) =>
    row(swatch(colour), `${classText(breaks, i, layer, language)}${count(counts[i] ?? 0)}`),
  );
  if (features === undefined) rows.push(row(swatch("#fff", true), STATUS_WORDS.unknown[language]));
  else if (unknown > 0)
    rows.push(row(swatch("#fff", true), MAP_WORDS.unknown[language].replace("{n}", String(unknown))));
  return language === "en" ? rows.map(plainBrackets) : rows;
}

function plainBrackets(element: HTMLElement): HTMLElement {
  const text = element.lastChild as Text;
  text.data = text.data.replace("（", " (").replace("）", ")");
  return element;
}

function statusRows(layer: MapLayer, features: Features | undefined, language: Language): HTMLElement[] {
  const found = (features?.features ?? []).map((feature) => readStatus(feature.properties?.[valueKey(layer)]));
  const shown = STATUS_CODES.filter((code) => features === undefined || found.includes(code));
  return shown.map((code) => {
    const count = features === undefined ? "" : `（${found.filter((status) => status === code).length}）`;
    const words = say(layer.words?.[code], language) || STATUS_WORDS[code][language];
    const item = h("li", {}, statusSwatch(code), statusMark(code), `${words}${count}`);
    return language === "en" ? plainBrackets(item) : item;
  });
}

function groupRows(layer: MapLayer, features: Features | undefined, language: Language): HTMLElement[] {
  const key = layer.group ?? "group";
  const found = new Set((features?.features ?? []).map((feature) => feature.properties?.[key]));
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => features === undefined || found.has(group));
  const rows = groups.map((group) => row(groupMark(group, language), GROUP_WORDS[group][language]));
  return [...rows, ...togetherRow(features, language)];
}

function togetherRow(features: Features | undefined, language: Language): HTMLElement[] {
  if (features !== undefined) return [];
  const circle = s("circle", { cx: 11, cy: 7, r: 6.5, fill: ACCENT, "fill-opacity": 0.85 });
  const mark = s(
    "svg",
    { viewBox: "0 0 22 14", width: 22, height: 14, class: "ll-mark", "aria-hidden": "true" },
    circle,
  );
  return [row(mark, MAP_WORDS.together[language])];
}

/** The sizes of dots at a zoom. */
export function peopleRows(zoom: number, language: Language): HTMLElement[] {
  const marks = [10, 100, 500].map((people) => {
    const r = peopleRadiusAt(zoom, people);
    const side = Math.ceil(2 * r + 2);
    const dot = s("circle", { cx: side / 2, cy: side / 2, r, fill: LACKING, "fill-opacity": 0.62 });
    const svg = s(
      "svg",
      { width: side, height: side, viewBox: `0 0 ${side} ${side}`, class: "ll-mark", "aria-hidden": "true" },
      dot,
    );
    return row(svg, MAP_WORDS.people[language].replace("{n}", String(people)));
  });
  return [...marks, h("li", { class: "ll-note" }, MAP_WORDS.peopleNote[language])];
}

function lineRow(layer: MapLayer): Element {
  const dark = layer.kind === "outline";
  const stroke = { stroke: dark ? GREYS.ink : GREYS.line, "stroke-width": dark ? 1.8 : 1.4 };
  return s(
    "svg",
    { viewBox: "0 0 22 14", width: 22, height: 14, class: "ll-mark", "aria-hidden": "true" },
    s("path", { d: "M0 7H22", ...stroke }),
  );
}

function rowsOf(layer: MapLayer, features: Features | undefined, language: Language): HTMLElement[] {
  if (layer.kind === "areas") return areaRows(layer, features, language);
  if (layer.kind === "status") return statusRows(layer, features, language);
  if (layer.kind === "facilities") return groupRows(layer, features, language);
  if (layer.kind === "people") return peopleRows(15, language);
  if (layer.kind === "sites") return togetherRow(features, language);
  return [];
}

/** One layer's entry; `toggle` is called with whether it shall be seen. */
export function legendEntry(
  layer: MapLayer,
  features: Features | undefined,
  language: Language,
  toggle: (visible: boolean) => void,
): HTMLElement {
  const box = h("input", { type: "checkbox", checked: layer.visible !== false, change: () => toggle(box.checked) });
  const mark = layer.kind === "rooms" ? groupMark("room", language) : null;
  const line = layer.kind === "outline" || layer.kind === "lines" ? lineRow(layer) : mark;
  const unit = say(layer.unit, language);
  const label = h(
    "label",
    {},
    box,
    line,
    say(layer.label, language),
    layer.kind === "areas" && unit ? h("small", {}, unit) : null,
  );
  return h(
    "div",
    { class: "ll-entry" },
    label,
    h("ul", { "data-people": layer.kind === "people" }, ...rowsOf(layer, features, language)),
  );
}

/** The whole legend, which can be folded away. */
export function legendBox(language: Language, entries: readonly HTMLElement[]): HTMLElement {
  return h(
    "details",
    { class: "ll-legend", open: true },
    h("summary", {}, speaker(MAP_WORDS, language)("legend")),
    ...entries,
  );
}

/** The text alternative of a map layer: the same features and figures as rows. */

import { h } from "../core/dom.ts";
import type { Field } from "../core/format.ts";
import { type Language, say, speaker } from "../core/language.ts";
import { valueKey } from "./layers.ts";
import { hrefOf, nameOf, valueElement } from "./popup.ts";
import type { Features, MapLayer } from "./types.ts";
import { MAP_WORDS } from "./words.ts";

/** More rows than this are cut, and the table says so. */
export const MOST_ROWS = 500;

/** The columns of a layer: its fields, or the one value it draws. */
export function columnsOf(layer: MapLayer): readonly Field[] {
  if (layer.fields !== undefined && layer.fields.length > 0) return layer.fields;
  if (["outline", "lines", "facilities", "rooms", "sites"].includes(layer.kind)) return [];
  const { label, unit, digits } = layer;
  const format = layer.format ?? (layer.kind === "status" ? "status" : "number");
  return [
    { key: valueKey(layer), label, format, ...(unit ? { unit } : {}), ...(digits === undefined ? {} : { digits }) },
  ];
}

/** Whether figures stand in the column. */
function isNumeric(field: Field): boolean {
  return field.format === "number" || field.format === "share";
}

/** A table of one layer; `show` brings the map to a row's feature. */
export function layerTable(
  layer: MapLayer,
  features: Features,
  language: Language,
  show: (index: number) => void,
): HTMLElement {
  const word = speaker(MAP_WORDS, language);
  const columns = columnsOf(layer);
  const all = features.features.length;
  const shown = features.features.slice(0, MOST_ROWS);
  const count = all > MOST_ROWS ? word("first", { n: MOST_ROWS, all }) : word("rows", { n: all });
  const rows = shown.map((feature, index) => {
    const properties = feature.properties ?? {};
    const href = hrefOf(properties);
    const name = nameOf(properties, language);
    const cells = columns.map((field) =>
      h("td", isNumeric(field) ? { class: "n" } : {}, valueElement(properties, { ...field, unit: "" }, language)),
    );
    const label = `${word("show")}：${name}`;
    const button = h(
      "button",
      { type: "button", class: "plain", "aria-label": label, click: () => show(index) },
      word("show"),
    );
    return h("tr", {}, h("th", { scope: "row" }, href ? h("a", { href }, name) : name), ...cells, h("td", {}, button));
  });
  const heads = columns.map((field) => {
    const unit = say(field.unit, language);
    return h(
      "th",
      { scope: "col", ...(isNumeric(field) ? { class: "n" } : {}) },
      say(field.label, language),
      unit ? h("small", {}, unit) : null,
    );
  });
  return h(
    "div",
    { class: "ll-scroll", tabindex: 0, role: "region", "aria-label": say(layer.label, language) },
    h(
      "table",
      {},
      h("caption", {}, `${say(layer.label, language)} · ${count}`),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, word("name")), ...heads, h("td", {}))),
      h("tbody", {}, ...rows),
    ),
  );
}

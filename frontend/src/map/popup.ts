/** What is said about one feature. */

import { h } from "../core/dom.ts";
import type { Field } from "../core/format.ts";
import { formatField } from "../core/format.ts";
import { isOwn } from "../core/http.ts";
import { type Language, say, speaker } from "../core/language.ts";
import { readStatus, statusMark } from "../core/palette.ts";
import { MAP_WORDS } from "./words.ts";

type Properties = Readonly<Record<string, unknown>>;

/** The name of a feature, a word that it has none, or how many are drawn as one. */
export function nameOf(properties: Properties | null, language: Language): string {
  const { name, n } = properties ?? {};
  if (typeof n === "number" && n > 1) return MAP_WORDS.several[language].replace("{n}", String(n));
  return typeof name === "string" && name !== "" ? name : MAP_WORDS.unnamed[language];
}

/** A link of this site, or nothing: what came with the data cannot lead elsewhere. */
export function hrefOf(properties: Properties | null): string | undefined {
  const href = properties?.href;
  if (typeof href !== "string" || href === "") return undefined;
  return isOwn(href) && /^https?:$/.test(new URL(href, document.baseURI).protocol) ? href : undefined;
}

/** A value as an element: a status brings its mark. */
export function valueElement(properties: Properties, field: Field, language: Language): HTMLElement {
  const value = properties[field.key];
  const text = formatField(value, field, language);
  if (field.format === "status") {
    const status = readStatus(value);
    return h("span", { class: `ll-st ll-st-${status}` }, statusMark(status), text);
  }
  return h("span", {}, text);
}

/** The content of a popup: name, facts and a link to the page that says more. */
export function popupContent(properties: Properties | null, fields: readonly Field[], language: Language): HTMLElement {
  const known = properties ?? {};
  const word = speaker(MAP_WORDS, language);
  const href = hrefOf(known);
  const facts = fields.flatMap((field) => [
    h("dt", {}, say(field.label, language)),
    h("dd", {}, valueElement(known, field, language)),
  ]);
  return h(
    "div",
    { class: "ll-popup" },
    h("strong", {}, nameOf(known, language)),
    facts.length > 0 ? h("dl", {}, ...facts) : null,
    href ? h("a", { href }, word("more")) : null,
  );
}

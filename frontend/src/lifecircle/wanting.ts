/** The buildings without, most people first: the text alternative of the lit-up dots. */

import { h } from "../core/dom.ts";
import { formatNumber, type Language } from "../core/language.ts";
import { MAP_WORDS } from "../map/words.ts";
import type { Wanting } from "./config.ts";
import { type Building, type Distances, type Ideas, nearestM, type State, stateOf } from "./model.ts";
import { plain, type Speak } from "./panel.ts";

/** More than this are not listed. */
export const MOST_LISTED = 40;

export interface Listed {
  readonly building: Building;
  readonly metres: number | null | undefined;
  readonly state: State;
}

/** Of buildings that are all known here. */
export function wantingOf(
  buildings: readonly Building[],
  base: Distances,
  ideas: Ideas,
  limitM: number,
): readonly Listed[] {
  return buildings
    .map((building): Listed => {
      const { id } = building;
      return { building, metres: nearestM(id, base, ideas), state: stateOf(id, base, ideas, limitM) };
    })
    .filter(({ state }) => state === "without" || state === "lost")
    .sort((a, b) => (b.building.residents ?? 0) - (a.building.residents ?? 0));
}

/** Of a large place: those the server named, without those that ideas have served since. */
export function wantingLeft(
  named: readonly Wanting[],
  buildings: readonly Building[],
  base: Distances,
  ideas: Ideas,
  limitM: number,
): readonly Listed[] {
  const served = new Set(
    buildings.filter(({ id }) => stateOf(id, base, ideas, limitM) === "newly").map(({ id }) => id),
  );
  return named
    .filter(({ id }) => !served.has(id))
    .map(({ metres, ...building }) => ({ building, metres, state: "without" as const }));
}

/** The list as a table; `show` leads to a building's way. */
export function wantingTable(
  all: readonly Listed[],
  isCut: boolean,
  unit: string,
  show: ((building: Building) => void) | undefined,
  word: Speak,
  language: Language,
): HTMLElement {
  const first = all.slice(0, MOST_LISTED);
  const rows = first.map(({ building, metres, state }) => {
    const lead = show && plain(word("show"), `${word("show")}：${building.name}`, () => show(building));
    const far = metres === null ? word("far") : formatNumber(metres, language, 1);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, building.name),
      h("td", { class: "n" }, formatNumber(building.residents, language)),
      h("td", { class: "n" }, far),
      h("td", {}, word(`${state}_state`)),
      h("td", {}, lead),
    );
  });
  const template = first.length < all.length && !isCut ? MAP_WORDS.first : MAP_WORDS.rows;
  const count = template[language].replace("{n}", String(first.length)).replace("{all}", String(all.length));
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, word("building")),
    h("th", { scope: "col", class: "n" }, word("residents"), h("small", {}, unit)),
    h("th", { scope: "col", class: "n" }, word("distance"), h("small", {}, "m")),
    h("th", { scope: "col" }, word("state")),
    h("td", {}),
  );
  const table = h("table", {}, h("caption", {}, count), h("thead", {}, head), h("tbody", {}, ...rows));
  return h("div", { class: "ll-scroll", tabindex: 0, role: "region", "aria-label": word("list") }, table);
}

/** The life circle's controls and lists as elements. */

import { freshId, h } from "../core/dom.ts";
import { formatNumber, formatShare, type Language, say, type speaker } from "../core/language.ts";
import type { AgeRow, Answer, CommunityRow } from "./config.ts";
import { stateMark } from "./draw.ts";
import type { State } from "./model.ts";
import type { LifeWord } from "./words.ts";

export type Speak = ReturnType<typeof speaker<LifeWord>>;

interface Option {
  readonly code: string;
  readonly label: string;
}

/** A list to choose from. */
export function pick(
  label: string,
  options: readonly Option[],
  now: string,
  act: (code: string) => void,
): HTMLLabelElement {
  const select = h(
    "select",
    { change: () => act(select.value) },
    ...options.map((option) => h("option", { value: option.code, selected: option.code === now }, option.label)),
  );
  return h("label", { class: "ll-field" }, label, select);
}

/** One of a few. */
export function radios(
  label: string,
  options: readonly Option[],
  now: string,
  act: (code: string) => void,
): HTMLElement {
  const name = freshId("ll-choice");
  const parts = options.map((option) => {
    const checked = option.code === now;
    const input = h("input", { type: "radio", name, value: option.code, checked, change: () => act(option.code) });
    return h("label", {}, input, option.label);
  });
  return h("fieldset", { class: "ll-choices" }, h("legend", {}, label), ...parts);
}

/** A button that looks like a link and says what it does to which thing. */
export function plain(text: string, label: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "plain", "aria-label": label, click: act }, text);
}

/** The figures of a place: a line for each state. */
export function figureLines(
  sum: Readonly<Record<State | "residents", number>>,
  shown: readonly State[],
  people: (n: number) => string,
  word: Speak,
  language: Language,
): HTMLElement[] {
  const lines = shown.flatMap((state) => {
    const share = sum.residents > 0 ? formatShare(sum[state] / sum.residents, language, 1) : "";
    return [h("dt", {}, stateMark(state), word(state)), h("dd", {}, people(sum[state]), h("small", {}, share))];
  });
  return [h("dt", {}, word("residents")), h("dd", {}, people(sum.residents)), ...lines];
}

function box(label: string, head: readonly (Node | string)[], rows: readonly HTMLElement[], caption = ""): HTMLElement {
  const heads = head.map((title, i) => h("th", { scope: "col", ...(i > 0 ? { class: "n" } : {}) }, title));
  const table = h(
    "table",
    {},
    caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows),
  );
  return h("div", { class: "ll-scroll", tabindex: 0, role: "region", "aria-label": label }, table);
}

const number = (text: string): HTMLElement => h("td", { class: "n" }, text);

function signed(value: number | null, language: Language): string {
  const text = formatNumber(value, language);
  return value !== null && value > 0 ? `+${text}` : text;
}

function shareText({ share, low, high }: CommunityRow, word: Speak, language: Language): string {
  const text = formatShare(share, language);
  if (share === null || low === null || high === null) return text;
  const [from, to] = [formatShare(low, language), formatShare(high, language)];
  return from === to ? text : text + word("range", { low: from.replace(" %", ""), high: to });
}

/** Who has it and who has not, by age. */
export function agesTable(ages: readonly AgeRow[], imagined: boolean, word: Speak, language: Language): HTMLElement {
  const rows = ages.map((age) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, say(age.title, language)),
      number(formatNumber(age.within, language)),
      number(formatNumber(age.without, language)),
      number(formatNumber(age.unknown, language)),
      imagined ? number(signed(age.gain, language)) : null,
    ),
  );
  const head = [word("age"), word("reached"), word("notReached"), word("notKnown")];
  return box(word("ages"), imagined ? [...head, word("change")] : head, rows);
}

/** The same community by community. */
export function communitiesTable(
  answer: Answer,
  imagined: boolean,
  table: string | undefined,
  word: Speak,
  language: Language,
): HTMLElement {
  const rows = answer.communities.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", { href: one.href }, one.name)),
      imagined ? number(signed(one.gain, language)) : null,
      number(formatNumber(one.within, language)),
      number(formatNumber(one.without, language)),
      number(formatNumber(one.unknown, language)),
      number(shareText(one, word, language)),
    ),
  );
  const tail = [word("reached"), word("notReached"), word("notKnown"), word("share")];
  const head = [word("community"), ...(imagined ? [word("change")] : []), ...tail];
  const [n, all] = [answer.communities.length, answer.of];
  const caption = n < all ? word("firstRows", { n, all }) : word("someRows", { n });
  const link = table ? h("p", {}, h("a", { href: table }, word("allRows"))) : null;
  return h("div", {}, box(word("communities"), head, rows, caption), link);
}

/** A part of the page that can be folded away and stays as it was when it is written anew. */
export function fold(
  title: string,
  content: HTMLElement,
  before: HTMLDetailsElement | null | undefined,
  open: boolean,
): HTMLElement {
  return h("details", { open: before ? before.open : open }, h("summary", {}, title), content);
}

/** The two versions side by side: before, mine, theirs, and a choice for every field. */

import { freshId, h } from "../core/dom.ts";
import { formatDate, type Language, speaker } from "../core/language.ts";
import { type Choice, type Choices, suggest, undecided } from "./merge.ts";
import type { Conflict, ConflictField } from "./queue.ts";
import { OFFLINE_WORDS } from "./words.ts";

function when(at: string | undefined, language: Language): string {
  const time = at ? new Date(at) : undefined;
  return time && !Number.isNaN(time.getTime()) ? formatDate(time, true) : OFFLINE_WORDS.earlier[language];
}

function fieldRow(field: ConflictField, language: Language, choose: (choice: Choice) => void): HTMLTableRowElement {
  const word = speaker(OFFLINE_WORDS, language);
  const name = freshId("ll-take");
  const label = field.label ?? field.name;
  const suggested = suggest(field);
  const shown = (side: "base" | "mine" | "theirs"): string => {
    const value = field.shown?.[side] ?? field[side];
    return value === null || value === "" ? word("blank") : value;
  };
  const radio = (take: "mine" | "theirs"): HTMLElement => {
    const input = h("input", { type: "radio", name, checked: suggested === take, change: () => choose({ take }) });
    return h("label", {}, input, h("span", {}, shown(take)));
  };
  const text = h("input", { type: "text", value: field.mine ?? "", "aria-label": `${label}：${word("other")}` });
  const other = h("input", {
    type: "radio",
    name,
    "aria-label": `${label}：${word("other")}`,
    change: () => choose({ take: "other", text: text.value }),
  });
  text.addEventListener("input", () => {
    other.checked = true;
    choose({ take: "other", text: text.value });
  });
  if (suggested) choose({ take: suggested });
  const cell = (title: string, ...children: (Node | string)[]): HTMLElement =>
    h("td", { "data-title": title }, ...children);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, label),
    cell(word("base"), shown("base")),
    cell(word("mine"), radio("mine")),
    cell(word("theirs"), radio("theirs")),
    field.other === false
      ? h("td", { class: "ll-none" })
      : cell(word("other"), h("span", { class: "ll-other" }, other, text)),
  );
}

/** The table with its buttons; `apply` gets the choices once every field has one. */
export function conflictView(
  conflict: Conflict,
  language: Language,
  apply: (choices: Choices) => void,
  later: () => void,
): HTMLElement {
  const word = speaker(OFFLINE_WORDS, language);
  const choices: Record<string, Choice> = {};
  const open = h("span", { class: "ll-note", role: "status" });
  const send = h("button", { type: "button", class: "ll-primary" }, word("apply"));
  const show = (): void => {
    const left = undecided(conflict, choices).length;
    send.disabled = left > 0;
    open.textContent = left > 0 ? word("open_fields", { n: left }) : "";
  };
  const rows = conflict.fields.map((field) =>
    fieldRow(field, language, (choice) => {
      choices[field.name] = choice;
      show();
    }),
  );
  send.addEventListener("click", () => apply(choices));
  show();
  const heads = (["field", "base", "mine", "theirs", "other"] as const).map((key) =>
    h("th", { scope: "col" }, word(key)),
  );
  const intro = word("conflictIntro", { by: conflict.by ?? word("somebody"), at: when(conflict.at, language) });
  return h(
    "section",
    { class: "ll-conflict" },
    h("p", {}, intro),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
    h("div", { class: "ll-row" }, send, h("button", { type: "button", click: later }, word("later")), open),
  );
}

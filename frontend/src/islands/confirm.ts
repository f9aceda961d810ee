/** `confirm`: before a form is sent, say what will change and ask for the reason. */

import { freshId, h } from "../core/dom.ts";
import type { Mount } from "../core/island.ts";
import { languageOf, speaker } from "../core/language.ts";

const WORDS = {
  title: { zh: "请确认", en: "Please confirm" },
  rows: { zh: "影响 {n} 行", en: "{n} rows are affected" },
  reason: { zh: "原因", en: "Reason" },
  needed: { zh: "必填，记入审计", en: "required, kept in the audit trail" },
  optional: { zh: "选填，记入审计", en: "optional, kept in the audit trail" },
  yes: { zh: "确认", en: "Confirm" },
  no: { zh: "取消", en: "Cancel" },
} as const;

interface Answer {
  readonly reason: string;
}

function ask(element: HTMLElement): Promise<Answer | undefined> {
  const language = languageOf(element);
  const word = speaker(WORDS, language);
  const { title, message, rows, yes, danger } = element.dataset;
  const need = element.dataset.reason ?? "none";
  const [titleId, textId] = [freshId("ll-title"), freshId("ll-text")];
  const reason = h("textarea", { rows: 3, required: need === "required", maxlength: 1000 });
  const hint = h("small", {}, word(need === "required" ? "needed" : "optional"));
  const field = need === "none" ? null : h("label", { class: "ll-reason" }, word("reason"), " ", hint, reason);
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: titleId }, title ?? word("title")),
    h("p", { id: textId }, message ?? ""),
    rows ? h("p", { class: "ll-rows" }, word("rows", { n: Number(rows).toLocaleString("en-GB") })) : null,
    field,
    h(
      "div",
      { class: "ll-row ll-answers" },
      h(
        "button",
        { type: "submit", value: "yes", class: danger === undefined ? "ll-primary" : "ll-danger" },
        yes ?? word("yes"),
      ),
      h("button", { type: "submit", value: "no", formnovalidate: true }, word("no")),
    ),
  );
  const dialog = h("dialog", { class: "ll-dialog", "aria-labelledby": titleId, "aria-describedby": textId }, form);
  reason.addEventListener("input", () => reason.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    const sure = (event.submitter as HTMLButtonElement | null)?.value === "yes";
    if (!sure || need !== "required" || reason.value.trim() !== "") return;
    event.preventDefault(); // spaces are no reason
    reason.setCustomValidity(word("needed"));
    reason.reportValidity();
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? { reason: reason.value.trim() } : undefined);
    });
  });
}

function putReason(form: HTMLFormElement, name: string, reason: string): void {
  const known = form.elements.namedItem(name);
  if (known instanceof HTMLInputElement || known instanceof HTMLTextAreaElement) {
    known.value = reason;
    return;
  }
  form.append(h("input", { type: "hidden", name, value: reason }));
}

export const mount: Mount = (element) => {
  const name = element.dataset.reasonName ?? "reason";
  const isAjax = (target: Element): boolean => target.matches("[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-get]");
  let sure = false;

  element.addEventListener("submit", async (event) => {
    const form = event.target as HTMLFormElement;
    if (sure || isAjax(form)) return;
    event.preventDefault();
    const answer = await ask(element);
    if (answer === undefined) return;
    putReason(form, name, answer.reason);
    sure = true;
    form.requestSubmit(event.submitter);
    sure = false;
  });

  // htmx asks before it sends; it sends when `issueRequest` is called.
  element.addEventListener("htmx:confirm", async (event) => {
    const { detail } = event as CustomEvent<{ elt: Element; issueRequest: (skip: boolean) => void }>;
    event.preventDefault();
    const answer = await ask(element);
    if (answer === undefined) return;
    const form = detail.elt instanceof HTMLFormElement ? detail.elt : detail.elt.closest("form");
    if (form) putReason(form, name, answer.reason);
    else detail.elt.setAttribute("hx-vals", JSON.stringify({ [name]: answer.reason }));
    detail.issueRequest(true);
  });
  return undefined;
};

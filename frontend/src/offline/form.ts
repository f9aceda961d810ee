/** Between a form's fields and plain values. */

import type { Values } from "./queue.ts";

const SKIP = new Set(["csrfmiddlewaretoken"]);

/** What a form's fields hold, files left out; a field with several values is a list. */
export function readForm(form: HTMLFormElement): Values {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of new FormData(form).entries()) {
    if (typeof value !== "string" || SKIP.has(name)) continue;
    const known = values[name];
    if (known === undefined) values[name] = value;
    else values[name] = Array.isArray(known) ? [...known, value] : [known, value];
  }
  return values;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  );
}

function fillField(field: Field, chosen: readonly string[] | undefined): void {
  if (field instanceof HTMLSelectElement && field.multiple) {
    for (const option of field.options) option.selected = chosen?.includes(option.value) ?? false;
  } else if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
    field.checked = chosen?.includes(field.value) ?? false;
  } else if (chosen !== undefined) {
    field.value = chosen[0] ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Put values into a form's fields; a ticked box is ticked only if its value is among them. */
export function fillForm(form: HTMLFormElement, values: Values): void {
  for (const field of form.elements) {
    if (!isField(field) || field.name === "" || SKIP.has(field.name) || field.type === "file") continue;
    const value = values[field.name];
    fillField(field, value === undefined ? undefined : [value].flat());
  }
}

/** Whether two sets of values differ. */
export function differ(a: Values, b: Values): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].some((name) => JSON.stringify(a[name] ?? "") !== JSON.stringify(b[name] ?? ""));
}

/** Two people changed the same record: which value stands is decided field by field, by a person. */

import type { Conflict, ConflictField, Entry } from "./queue.ts";

export type Choice =
  | { readonly take: "mine" }
  | { readonly take: "theirs" }
  | { readonly take: "other"; readonly text: string };

export type Choices = Readonly<Record<string, Choice>>;

/** What only one side changed can be suggested; what both changed cannot. */
export function suggest({ base, mine, theirs }: ConflictField): "mine" | "theirs" | undefined {
  if (mine === theirs) return "theirs";
  if (mine === base) return "theirs";
  return theirs === base ? "mine" : undefined;
}

/** The fields nobody has decided yet. */
export function undecided(conflict: Conflict, choices: Choices): string[] {
  return conflict.fields.filter(({ name }) => choices[name] === undefined).map(({ name }) => name);
}

function chosen(field: ConflictField, choice: Choice): string {
  if (choice.take === "other") return choice.text;
  return (choice.take === "mine" ? field.mine : field.theirs) ?? "";
}

/**
 * The entry with what was decided: it waits to be sent again on top of the version the others made.
 *
 * Throws if a field is undecided: nothing is overwritten because somebody forgot it.
 */
export function resolve(entry: Entry, choices: Choices): Entry {
  const { conflict } = entry;
  if (conflict === undefined) throw new Error("there is no conflict to decide");
  const open = undecided(conflict, choices);
  if (open.length > 0) throw new Error(`undecided: ${open.join(", ")}`);
  const decided = conflict.fields.map((field) => [field.name, chosen(field, choices[field.name] as Choice)] as const);
  const theirs = conflict.fields.map(({ name, theirs: value }) => [name, value ?? ""] as const);
  const { conflict: _conflict, message: _message, ...rest } = entry;
  return {
    ...rest,
    values: { ...entry.values, ...Object.fromEntries(decided) },
    base: { ...entry.base, ...Object.fromEntries(theirs) },
    base_version: conflict.version,
    resolved: true,
    revision: entry.revision + 1,
    state: "waiting",
    not_before: 0,
  };
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Choice, resolve, suggest, undecided } from "../../src/offline/merge.ts";
import type { Conflict, ConflictField } from "../../src/offline/queue.ts";
import { makeEntry } from "./entry.ts";

const value = fc.constantFrom("a", "b", "c", null);
const fields = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("name", "area", "hours"), base: value, mine: value, theirs: value }),
  { selector: ({ name }) => name, minLength: 1 },
);
const choice: fc.Arbitrary<Choice> = fc.oneof(
  fc.constant<Choice>({ take: "mine" }),
  fc.constant<Choice>({ take: "theirs" }),
  fc.string().map((text): Choice => ({ take: "other", text })),
);

function decided(field: ConflictField, picked: Choice): string {
  if (picked.take === "other") return picked.text;
  return field[picked.take] ?? "";
}

describe("a conflict", () => {
  it("is sent only after every field was decided, with exactly what was decided", () => {
    fc.assert(
      fc.property(fields, fc.array(choice, { minLength: 3, maxLength: 3 }), fc.nat(3), (list, picks, missing) => {
        const conflict: Conflict = { version: 7, fields: list };
        const entry = makeEntry({ state: "conflict", conflict });
        const choices = Object.fromEntries(
          list.slice(0, list.length - missing).map(({ name }, i) => [name, picks[i] as Choice]),
        );
        if (undecided(conflict, choices).length > 0) {
          expect(() => resolve(entry, choices)).toThrow("undecided");
          return;
        }
        const next = resolve(entry, choices);
        expect(next).toMatchObject({ id: entry.id, state: "waiting", base_version: 7, resolved: true, revision: 1 });
        expect(next.conflict).toBeUndefined();
        for (const field of list) {
          expect(next.values[field.name]).toBe(decided(field, choices[field.name] as Choice));
          expect(next.base?.[field.name]).toBe(field.theirs ?? "");
        }
        for (const [name, kept] of Object.entries(entry.values)) {
          if (list.every((field) => field.name !== name)) expect(next.values[name]).toBe(kept);
        }
      }),
    );
  });

  it("is suggested an answer only where one side changed nothing", () => {
    expect(suggest({ name: "x", base: "a", mine: "a", theirs: "b" })).toBe("theirs");
    expect(suggest({ name: "x", base: "a", mine: "b", theirs: "a" })).toBe("mine");
    expect(suggest({ name: "x", base: "a", mine: "b", theirs: "c" })).toBeUndefined();
    expect(suggest({ name: "x", base: "a", mine: "b", theirs: "b" })).toBe("theirs");
    expect(() => resolve(makeEntry(), {})).toThrow("no conflict");
  });
});

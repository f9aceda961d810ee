import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  countStates,
  type Entry,
  hold,
  nextToSend,
  type Outcome,
  readOutcome,
  recover,
  STALE_MS,
  settle,
  waitAfter,
} from "../../src/offline/queue.ts";
import { makeEntry } from "./entry.ts";

const outcomes: Outcome[] = [
  { kind: "accepted", version: 7, href: "/x" },
  { kind: "conflict", conflict: { version: 7, fields: [] } },
  { kind: "invalid", errors: { area: ["too small"] } },
  { kind: "refused", message: "too large" },
  { kind: "signed_out" },
  { kind: "unreachable", message: "no network" },
];

describe("what waits", () => {
  it("keeps what a person filled in, whatever happens to it", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(outcomes.length - 1), { maxLength: 15 }), (list) => {
        let entry: Entry = makeEntry({
          photos: [{ key: "p", name: "a.jpg", field: "photos", taken_at: null, taken_at_source: null, position: null }],
        });
        for (const i of list) {
          entry = settle(begin(entry, 5), outcomes[i] as Outcome, 10);
          const { id, values, photos, base, base_version } = entry;
          expect({ id, values, photos, base, base_version }).toEqual({
            id: "e1",
            values: makeEntry().values,
            photos: entry.photos,
            base: makeEntry().base,
            base_version: 6,
          });
          expect(photos.length).toBe(1);
          expect(entry.state === "sent").toBe((outcomes[i] as Outcome).kind === "accepted");
        }
      }),
    );
  });

  it("is only sent when the server says so in full", () => {
    expect(readOutcome(200, { state: "accepted", version: 3 })).toEqual({ kind: "accepted", version: 3 });
    for (const body of [null, "<html>", {}, { state: "ok" }]) expect(readOutcome(200, body).kind).toBe("unreachable");
    expect(readOutcome(409, { state: "conflict", version: 7, fields: [] }).kind).toBe("conflict");
    expect(readOutcome(409, {}).kind).toBe("refused");
    expect(readOutcome(422, { errors: { a: ["b"] } }).kind).toBe("invalid");
    expect([401, 403, 302].map((status) => readOutcome(status, null).kind)).toEqual(Array(3).fill("signed_out"));
    expect([400, 404, 413, 415].map((status) => readOutcome(status, null).kind)).toEqual(Array(4).fill("refused"));
    expect([408, 429, 500, 503].map((status) => readOutcome(status, null).kind)).toEqual(Array(4).fill("unreachable"));
  });

  it("waits ever longer for a server that is away, but never for ever", () => {
    expect([1, 2, 3].map(waitAfter)).toEqual([5000, 10_000, 20_000]);
    expect(waitAfter(99)).toBe(600_000);
    const entry = settle(begin(makeEntry(), 0), { kind: "unreachable", message: "" }, 1000);
    expect(nextToSend([entry], "u1", 1001)).toBeUndefined();
    expect(nextToSend([entry], "u1", 6001)).toBe(entry);
  });

  it("goes oldest first, and only in its own person's name", () => {
    const older = makeEntry({ id: "a", saved_at: "2026-11-01T00:00:00Z" });
    const newer = makeEntry({ id: "b" });
    const theirs = makeEntry({ id: "c", user: "u2", saved_at: "2026-10-01T00:00:00Z" });
    const held = makeEntry({ id: "d", state: "held", saved_at: "2026-09-01T00:00:00Z" });
    expect(nextToSend([newer, older, theirs, held], "u1", 0)?.id).toBe("a");
    expect(nextToSend([theirs], "u1", 0)).toBeUndefined();
    const counts = countStates([newer, older, theirs, held], "u1");
    expect(counts).toMatchObject({ waiting: 2, held: 1, others: 1 });
  });

  it("waits again after its page was closed in the middle of sending", () => {
    const sending = begin(makeEntry(), 0);
    expect(recover(sending, STALE_MS)).toBe(sending);
    expect(recover(sending, STALE_MS + 1).state).toBe("waiting");
  });

  it("cannot be taken back once it is on its way", () => {
    expect(hold(begin(makeEntry(), 0))).toBeUndefined();
    expect(hold(makeEntry({ state: "sent" }))).toBeUndefined();
    expect(hold(makeEntry({ state: "invalid" }))?.state).toBe("held");
  });

  it("understands a refusal and a word along with what was accepted", () => {
    expect(readOutcome(200, { state: "refused", message: "no right" })).toEqual({
      kind: "refused",
      message: "no right",
    });
    const merged = readOutcome(200, { state: "accepted", version: 3, message: "merged" });
    expect(merged).toEqual({ kind: "accepted", version: 3, message: "merged" });
    expect(settle(makeEntry(), merged, 0)).toMatchObject({ state: "sent", message: "merged" });
  });
});

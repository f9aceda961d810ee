import type { Entry } from "../../src/offline/queue.ts";

/** An entry as the form makes it. */
export function makeEntry(more: Partial<Entry> = {}): Entry {
  return {
    id: "e1",
    revision: 0,
    user: "u1",
    form: "facility",
    title: "Canteen",
    endpoint: "http://localhost/survey/submissions",
    record: "f1",
    base_version: 6,
    base: { name: "A", area: "240" },
    values: { name: "B", area: "240" },
    photos: [],
    saved_at: "2026-11-23T10:00:00.000Z",
    state: "waiting",
    attempts: 0,
    not_before: 0,
    ...more,
  };
}

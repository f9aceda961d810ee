import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { STALE_MS } from "../../src/offline/queue.ts";
import { sendAll } from "../../src/offline/send.ts";
import { openStore, type Store } from "../../src/offline/store.ts";
import { makeEntry } from "./entry.ts";

type Handler = (form: FormData) => Response | Promise<Response>;

let store: Store;
let names = 0;
const TOKEN = "http://localhost/token";
const now = (): number => 1_000_000;

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

function serverAnswers(
  handler: Handler,
  token: () => Response = () => json(200, { csrf: "t", user: "u1" }),
): FormData[] {
  const got: FormData[] = [];
  const answer = async (address: string, options: RequestInit) => {
    if (address === TOKEN) return token();
    got.push(options.body as FormData);
    return handler(options.body as FormData);
  };
  vi.stubGlobal("fetch", vi.fn(answer));
  return got;
}

const accepted = (): Response => json(201, { state: "accepted", version: 7 });
const submission = (form: FormData | undefined): Record<string, unknown> =>
  JSON.parse(String(form?.get("submission"))) as Record<string, unknown>;

beforeEach(async () => {
  names += 1;
  store = await openStore(`test-${names}`);
});

afterEach(() => {
  vi.unstubAllGlobals();
  store.close();
});

describe("sending", () => {
  it("sends everything oldest first, with its photos, and forgets only the photos", async () => {
    const note = {
      key: "k1",
      name: "a.jpg",
      field: "photos",
      taken_at: "2026-11-23T09:00:00",
      taken_at_source: "exif",
      position: null,
    } as const;
    await store.keep(makeEntry({ id: "new", saved_at: "2026-11-23T12:00:00Z" }));
    await store.keep(makeEntry({ id: "old", saved_at: "2026-11-22T12:00:00Z", photos: [note] }), {
      k1: new Blob(["picture"]),
    });
    const got = serverAnswers(accepted);
    expect(await sendAll(store, TOKEN, () => undefined, now)).toMatchObject({ count: 2, signedOut: false });
    expect(got.map((form) => submission(form).id)).toEqual(["old", "new"]);
    const [photo] = submission(got[0]).photos as Record<string, unknown>[];
    expect(photo).toEqual({
      name: "a.jpg",
      field: "photos",
      taken_at: "2026-11-23T09:00:00",
      taken_at_source: "exif",
      position: null,
    });
    expect(got[0]?.get("photo-0")).not.toBeNull();
    expect((await store.all()).map(({ state }) => state)).toEqual(["sent", "sent"]);
    expect(await store.picture("k1")).toBeUndefined();
  });

  it("keeps everything when there is no network, and stops trying for now", async () => {
    await store.keep(makeEntry({ id: "a" }));
    await store.keep(makeEntry({ id: "b", saved_at: "2026-11-24T00:00:00Z" }));
    const got = serverAnswers(() => Promise.reject(new TypeError("no network")));
    expect(await sendAll(store, TOKEN, () => undefined, now)).toMatchObject({ reached: false, count: 1 });
    expect(got.length).toBe(1);
    const [a, b] = await store.all();
    expect([a?.state, b?.state]).toEqual(["waiting", "waiting"]);
    expect(a?.not_before).toBeGreaterThan(now());
  });

  it("asks to sign in, and sends nothing in another person's name", async () => {
    await store.keep(makeEntry());
    serverAnswers(accepted, () => json(403, {}));
    expect(await sendAll(store, TOKEN, () => undefined, now)).toMatchObject({ signedOut: true, count: 0 });
    const got = serverAnswers(accepted, () => json(200, { csrf: "t", user: "u2" }));
    expect(await sendAll(store, TOKEN, () => undefined, now)).toMatchObject({ signedOut: false, count: 0 });
    expect(got.length).toBe(0);
    serverAnswers(() => json(403, {}));
    expect(await sendAll(store, TOKEN, () => undefined, now)).toMatchObject({ signedOut: true });
    expect((await store.all())[0]).toMatchObject({ state: "waiting", signed_out: true });
  });

  it("leaves a conflict to the person and goes on with the next", async () => {
    await store.keep(makeEntry({ id: "a" }));
    await store.keep(makeEntry({ id: "b", saved_at: "2026-11-24T00:00:00Z" }));
    const conflict = { state: "conflict", version: 7, fields: [{ name: "name", base: "A", mine: "B", theirs: "C" }] };
    const got = serverAnswers((form) => (submission(form).id === "a" ? json(409, conflict) : accepted()));
    await sendAll(store, TOKEN, () => undefined, now);
    await sendAll(store, TOKEN, () => undefined, now);
    expect(got.length).toBe(2);
    expect((await store.all()).map(({ state }) => state)).toEqual(["conflict", "sent"]);
  });

  it("sends again what was on its way when the page was closed, under the same id", async () => {
    await store.keep(makeEntry({ state: "sending", sending_since: now() - STALE_MS - 1 }));
    const got = serverAnswers(accepted);
    await sendAll(store, TOKEN, () => undefined, now);
    expect(submission(got[0])).toMatchObject({ id: "e1", revision: 0, base_version: 6 });
  });

  it("does not throw a correction away that was made while it was being sent", async () => {
    await store.keep(makeEntry());
    const correction = makeEntry({ revision: 1, values: { name: "corrected" } });
    const got = serverAnswers(async (form) => {
      if (submission(form).revision === 0) await store.keep(correction); // another page of the browser
      return accepted();
    });
    await sendAll(store, TOKEN, () => undefined, now);
    expect(got.map((form) => submission(form).revision)).toEqual([0, 1]);
    expect((await store.all())[0]).toMatchObject({ revision: 1, state: "sent", values: { name: "corrected" } });
  });

  it("says when a picture is missing on the device instead of sending without it", async () => {
    const note = { key: "gone", name: "a.jpg", field: "p", taken_at: null, taken_at_source: null, position: null };
    await store.keep(makeEntry({ photos: [note] }));
    const got = serverAnswers(accepted);
    await sendAll(store, TOKEN, () => undefined, now);
    expect(got.length).toBe(0);
    expect((await store.all())[0]?.message).toContain("a.jpg");
  });
});

describe("the device's memory", () => {
  it("changes an entry only if it still is what was read", async () => {
    const entry = makeEntry();
    await store.keep(entry);
    expect(await store.replace(entry, { ...entry, state: "held" })).toBe(true);
    expect(await store.replace(entry, { ...entry, state: "sending" })).toBe(false);
    expect((await store.all())[0]?.state).toBe("held");
  });

  it("keeps what is being typed", async () => {
    await store.keepDraft({ key: "k", values: { a: "1" }, saved_at: "x" });
    expect(await store.draft("k")).toEqual({ key: "k", values: { a: "1" }, saved_at: "x" });
    await store.dropDraft("k");
    expect(await store.draft("k")).toBeUndefined();
  });

  it("forgets an entry together with its pictures", async () => {
    const note = { key: "k", name: "a.jpg", field: "p", taken_at: null, taken_at_source: null, position: null };
    const entry = makeEntry({ photos: [note] });
    await store.keep(entry, { k: new Blob(["x"]) });
    await store.drop(entry);
    expect([await store.all(), await store.picture("k")]).toEqual([[], undefined]);
  });
});

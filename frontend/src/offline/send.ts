/** Sending what waits, one after the other, oldest first; the same entry can be sent twice but counts once. */

import { begin, type Entry, nextToSend, type Outcome, readOutcome, recover, settle } from "./queue.ts";
import type { Store } from "./store.ts";

export interface Token {
  readonly csrf: string;
  readonly user: string;
}

/** Who is signed in, and the token with which they may write; undefined = nobody, or no connection (`reached` tells). */
export async function askToken(address: string): Promise<{ token?: Token; reached: boolean }> {
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
    if (!answer.ok)
      return { reached: answer.type === "opaqueredirect" || (answer.status >= 300 && answer.status < 500) };
    const body = (await answer.json()) as Partial<Token>;
    return {
      reached: true,
      ...(body.csrf && body.user !== undefined ? { token: { csrf: body.csrf, user: String(body.user) } } : {}),
    };
  } catch {
    return { reached: false };
  }
}

async function formOf(entry: Entry, store: Store): Promise<FormData> {
  const form = new FormData();
  const { id, revision, form: name, record, base_version, base, values, saved_at, resolved } = entry;
  const photos = entry.photos.map(({ key: _key, ...note }) => note);
  const submission = {
    id,
    revision,
    form: name,
    record,
    base_version,
    base,
    values,
    saved_at,
    photos,
    ...(resolved ? { resolved } : {}),
  };
  form.append("submission", JSON.stringify(submission));
  for (const [i, note] of entry.photos.entries()) {
    const blob = await store.picture(note.key);
    if (blob === undefined) throw new Error(`the picture ${note.name} is missing on this device`);
    form.append(`photo-${i}`, blob, note.name);
  }
  return form;
}

/** Send one entry and tell what came back. */
export async function sendEntry(entry: Entry, store: Store, csrf: string): Promise<Outcome> {
  try {
    const body = await formOf(entry, store);
    const answer = await fetch(entry.endpoint, {
      method: "POST",
      body,
      headers: { "x-csrftoken": csrf, accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect") return { kind: "signed_out" };
    const said: unknown = await answer.json().catch(() => null);
    return readOutcome(answer.status, said);
  } catch (reason) {
    return { kind: "unreachable", message: String(reason) };
  }
}

export interface Sent {
  /** Whether somebody has to sign in first. */
  readonly signedOut: boolean;
  readonly reached: boolean;
  readonly count: number;
}

/** Send everything of the person who is signed in that may go now; `changed` is called after each. */
export async function sendAll(
  store: Store,
  tokenAddress: string,
  changed: () => void,
  now: () => number = Date.now,
): Promise<Sent> {
  for (const entry of await store.all()) {
    const recovered = recover(entry, now());
    if (recovered !== entry) await store.replace(entry, recovered);
  }
  const { token, reached } = await askToken(tokenAddress);
  if (token === undefined) return { signedOut: reached, reached, count: 0 };
  let count = 0;
  for (;;) {
    const entry = nextToSend(await store.all(), token.user, now());
    if (entry === undefined) return { signedOut: false, reached: true, count };
    const sending = begin(entry, now());
    if (!(await store.replace(entry, sending))) continue;
    changed();
    const outcome = await sendEntry(sending, store, token.csrf);
    await store.replace(sending, settle(sending, outcome, now()));
    if (outcome.kind === "accepted") await store.dropPictures(entry);
    changed();
    count += 1;
    if (outcome.kind === "signed_out") return { signedOut: true, reached: true, count };
    if (outcome.kind === "unreachable") return { signedOut: false, reached: false, count };
  }
}

/** What waits to be sent, and what becomes of it; nothing here touches the device or the network. */

import type { Position } from "../core/geometry.ts";

export type Values = Readonly<Record<string, string | readonly string[]>>;

/** What is told about a photo; the picture itself is kept beside it. */
export interface PhotoNote {
  /** Under which the device keeps the picture. */
  readonly key: string;
  readonly name: string;
  readonly field: string;
  readonly taken_at: string | null;
  readonly taken_at_source: "exif" | "file" | null;
  readonly position: Position | null;
}

export interface ConflictField {
  readonly name: string;
  readonly label?: string;
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
  /** What people read instead of the values: the words of a code, a position in short. */
  readonly shown?: Readonly<Partial<Record<"base" | "mine" | "theirs", string | null>>>;
  /** False where one of the two must be taken, because another value cannot be typed. */
  readonly other?: boolean;
}

/** Somebody else changed the same record in the meantime. */
export interface Conflict {
  readonly version: number;
  readonly fields: readonly ConflictField[];
  readonly by?: string;
  readonly at?: string;
}

/** `held`: taken back by a person who is correcting it; not sent until it is saved again. */
export type EntryState = "waiting" | "held" | "sending" | "conflict" | "invalid" | "refused" | "sent";

export interface Entry {
  /** Made by the browser, the same however often it is sent: the server takes it once. */
  readonly id: string;
  /** How often it was changed after it was first saved: the same id with a higher revision is a correction. */
  readonly revision: number;
  readonly user: string;
  readonly form: string;
  /** Where it was filled in, so that it can be corrected there. */
  readonly page?: string;
  readonly title: string;
  readonly endpoint: string;
  readonly record: string | null;
  readonly base_version: number | null;
  readonly base: Values | null;
  readonly values: Values;
  readonly photos: readonly PhotoNote[];
  readonly saved_at: string;
  readonly state: EntryState;
  readonly attempts: number;
  /** Not before this moment, in milliseconds since 1970. */
  readonly not_before: number;
  /** Since when it is being sent: a page that was closed meanwhile leaves it so. */
  readonly sending_since?: number;
  readonly signed_out?: boolean;
  readonly resolved?: boolean;
  readonly message?: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly conflict?: Conflict;
  readonly version?: number;
  readonly href?: string;
}

/** What came back, or did not. */
export type Outcome =
  | { readonly kind: "accepted"; readonly version?: number; readonly href?: string; readonly message?: string }
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  | { readonly kind: "invalid"; readonly errors: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "signed_out" }
  | { readonly kind: "unreachable"; readonly message: string };

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/** A page that sends longer than this has been closed. */
export const STALE_MS = 3 * 60_000;

/** How long to wait after so many attempts that reached nobody. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_WAIT_MS);
}

function accepted(said: Record<string, unknown>): Outcome {
  const version = typeof said.version === "number" ? { version: said.version } : {};
  const href = typeof said.href === "string" ? { href: said.href } : {};
  return {
    kind: "accepted",
    ...version,
    ...href,
    ...(typeof said.message === "string" ? { message: said.message } : {}),
  };
}

// What trying again cannot change, unlike a server that is busy or away.
function isLasting(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

/** Read the server's answer; what cannot be understood is an attempt that reached nobody, never a success. */
export function readOutcome(status: number, body: unknown): Outcome {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const message = String(said.message ?? said.detail ?? `HTTP ${status}`);
  // The word decides, not the number: a server may say "conflict" with 200, so that the browser's console stays quiet.
  const understood = [200, 201, 409, 422].includes(status);
  if (understood && said.state === "accepted") return accepted(said);
  if (understood && said.state === "conflict" && Array.isArray(said.fields) && typeof said.version === "number") {
    return { kind: "conflict", conflict: said as unknown as Conflict };
  }
  if (understood && said.state === "refused") return { kind: "refused", message };
  if (understood && typeof said.errors === "object" && said.errors !== null) {
    return { kind: "invalid", errors: said.errors as Record<string, string[]> };
  }
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return { kind: "signed_out" };
  return isLasting(status) ? { kind: "refused", message } : { kind: "unreachable", message };
}

function without<K extends keyof Entry>(entry: Entry, ...keys: K[]): Omit<Entry, K> {
  const rest: Partial<Entry> = { ...entry };
  for (const key of keys) delete rest[key];
  return rest as Omit<Entry, K>;
}

/** An entry a person takes back to correct it; undefined if it is on its way or there already. */
export function hold(entry: Entry): Entry | undefined {
  return entry.state === "sending" || entry.state === "sent" ? undefined : { ...entry, state: "held" };
}

/** An entry that is on its way. */
export function begin(entry: Entry, now: number): Entry {
  return { ...entry, state: "sending", sending_since: now };
}

/** An entry after an answer. */
export function settle(entry: Entry, outcome: Outcome, now: number): Entry {
  const plain = without(entry, "sending_since", "signed_out", "message", "errors", "conflict");
  const done = { ...plain, attempts: entry.attempts + 1, not_before: 0 };
  switch (outcome.kind) {
    case "accepted":
      return {
        ...done,
        state: "sent",
        ...(outcome.version === undefined ? {} : { version: outcome.version }),
        ...(outcome.href ? { href: outcome.href } : {}),
        ...(outcome.message ? { message: outcome.message } : {}),
      };
    case "conflict":
      return { ...done, state: "conflict", conflict: outcome.conflict };
    case "invalid":
      return { ...done, state: "invalid", errors: outcome.errors };
    case "refused":
      return { ...done, state: "refused", message: outcome.message };
    case "signed_out":
      return { ...plain, state: "waiting", signed_out: true };
    case "unreachable":
      return { ...done, state: "waiting", message: outcome.message, not_before: now + waitAfter(entry.attempts + 1) };
  }
}

/** An entry of a page that was closed while sending waits again: the server knows its id, so it cannot count twice. */
export function recover(entry: Entry, now: number): Entry {
  const stale = entry.state === "sending" && now - (entry.sending_since ?? 0) > STALE_MS;
  return stale ? { ...without(entry, "sending_since"), state: "waiting" } : entry;
}

/** The next entry to be sent for this person: the oldest that may go. */
export function nextToSend(entries: readonly Entry[], user: string, now: number): Entry | undefined {
  const ready = entries.filter((entry) => entry.user === user && entry.state === "waiting" && entry.not_before <= now);
  return ready.sort((a, b) => a.saved_at.localeCompare(b.saved_at))[0];
}

/** How many are in which state, of one person; `others` are other people's on the same device. */
export function countStates(entries: readonly Entry[], user: string): Readonly<Record<EntryState | "others", number>> {
  const counts = { waiting: 0, held: 0, sending: 0, conflict: 0, invalid: 0, refused: 0, sent: 0, others: 0 };
  for (const entry of entries) {
    if (entry.user !== user) counts.others += entry.state === "sent" ? 0 : 1;
    else counts[entry.state] += 1;
  }
  return counts;
}

/** The device's own memory (IndexedDB): entries that wait, their pictures, and what is being typed. */

import type { Entry, Values } from "./queue.ts";

export interface Draft {
  /** Person, form and record together. */
  readonly key: string;
  readonly values: Values;
  readonly saved_at: string;
}

export interface Store {
  all(): Promise<Entry[]>;
  /** Keep an entry together with its pictures, all or nothing. */
  keep(entry: Entry, pictures?: Readonly<Record<string, Blob>>): Promise<void>;
  /** Change an entry if it still is as it was read; false if somebody was faster. */
  replace(before: Entry, after: Entry): Promise<boolean>;
  picture(key: string): Promise<Blob | undefined>;
  /** Forget an entry and its pictures: only when a person asks, or after it was sent. */
  drop(entry: Entry): Promise<void>;
  dropPictures(entry: Entry): Promise<void>;
  draft(key: string): Promise<Draft | undefined>;
  keepDraft(draft: Draft): Promise<void>;
  dropDraft(key: string): Promise<void>;
  close(): void;
}

const NAME = "linli-survey";
const VERSION = 1;

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "id" });
    request.result.createObjectStore("pictures");
    request.result.createObjectStore("drafts", { keyPath: "key" });
  };
  return answer(request);
}

/** Open the device's memory. */
export async function openStore(name = NAME): Promise<Store> {
  const database = await openDatabase(name);
  const write = (...stores: string[]): IDBTransaction =>
    database.transaction(stores, "readwrite", { durability: "strict" });
  const read = (store: string): IDBObjectStore => database.transaction(store).objectStore(store);
  return {
    all: () => answer<Entry[]>(read("entries").getAll()),
    keep: async (entry, pictures = {}) => {
      const transaction = write("entries", "pictures");
      for (const [key, blob] of Object.entries(pictures)) transaction.objectStore("pictures").put(blob, key);
      transaction.objectStore("entries").put(entry);
      await finished(transaction);
    },
    replace: async (before, after) => {
      const transaction = write("entries");
      const entries = transaction.objectStore("entries");
      const now = await answer<Entry | undefined>(entries.get(before.id));
      const same = now !== undefined && JSON.stringify(now) === JSON.stringify(before);
      if (same) entries.put(after);
      await finished(transaction);
      return same;
    },
    picture: (key) => answer<Blob | undefined>(read("pictures").get(key)),
    drop: async (entry) => {
      const transaction = write("entries", "pictures");
      transaction.objectStore("entries").delete(entry.id);
      for (const { key } of entry.photos) transaction.objectStore("pictures").delete(key);
      await finished(transaction);
    },
    dropPictures: async (entry) => {
      const transaction = write("pictures");
      for (const { key } of entry.photos) transaction.objectStore("pictures").delete(key);
      await finished(transaction);
    },
    draft: (key) => answer<Draft | undefined>(read("drafts").get(key)),
    keepDraft: async (draft) => {
      const transaction = write("drafts");
      transaction.objectStore("drafts").put(draft);
      await finished(transaction);
    },
    dropDraft: async (key) => {
      const transaction = write("drafts");
      transaction.objectStore("drafts").delete(key);
      await finished(transaction);
    },
    close: () => database.close(),
  };
}

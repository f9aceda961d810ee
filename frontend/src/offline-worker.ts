/**
 * The survey form's service worker: lets the form open without a network.
 *
 * It only sees pages below the survey's path. It keeps the pages it was asked to keep and the program's files. It never
 * keeps an answer to a question about data, and sends nothing: what waits is sent by the page, where a person sees it.
 */

import { mayKeep, pageKey, ruleOf } from "./offline/shell.ts";

declare const self: ServiceWorkerGlobalScope;

const PAGES = "linli-survey-pages";
const FILES = "linli-survey-files";
const PATIENCE_MS = 6_000;

interface Message {
  readonly type: "keep" | "forget";
  readonly pages?: readonly string[];
  readonly files?: readonly string[];
}

async function keep(cacheName: string, address: string): Promise<void> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (mayKeep(answer)) await (await caches.open(cacheName)).put(pageKey(address), answer);
}

async function keepAll({ pages = [], files = [] }: Message): Promise<void> {
  const whole = (address: string): string => new URL(address, self.registration.scope).href;
  const known = await caches.open(FILES);
  const missing = [];
  for (const file of files.map(whole)) if (!(await known.match(file))) missing.push(keep(FILES, file));
  await Promise.allSettled([...pages.map((page) => keep(PAGES, whole(page))), ...missing]);
}

async function forget(): Promise<void> {
  await caches.delete(PAGES);
}

// A network that says nothing for a while counts as none, if there is a copy.
async function fetchPatiently(request: Request): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function answerPage(request: Request): Promise<Response> {
  const pages = await caches.open(PAGES);
  const key = pageKey(request.url);
  const copy = await pages.match(key);
  try {
    const answer = copy ? await fetchPatiently(request) : await fetch(request);
    if (copy && mayKeep(answer)) await pages.put(key, answer.clone());
    return answer;
  } catch (reason) {
    if (copy) return copy;
    throw reason;
  }
}

async function answerFile(request: Request, copyFirst: boolean): Promise<Response> {
  const files = await caches.open(FILES);
  const copy = await files.match(request);
  if (copy && copyFirst) return copy;
  try {
    const answer = await fetch(request);
    if (mayKeep(answer)) await files.put(request, answer.clone());
    return answer;
  } catch (reason) {
    if (copy) return copy;
    throw reason;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
  const message = event.data as Message;
  const work = message.type === "keep" ? keepAll(message) : forget();
  event.waitUntil(work.then(() => event.ports[0]?.postMessage("done")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = { method: request.method, address: request.url, navigates: request.mode === "navigate" };
  const rule = ruleOf(asked, self.registration.scope);
  if (rule === "page") event.respondWith(answerPage(request));
  if (rule === "file" || rule === "fresh-file") event.respondWith(answerFile(request, rule === "file"));
});

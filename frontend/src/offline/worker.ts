/** Installing the survey's service worker, and telling it which pages and files to keep on this device. */

import { notedFiles } from "../core/files.ts";
import { isOwn } from "../core/http.ts";

export interface WorkerConfig {
  readonly user: string;
  readonly worker?: string;
  readonly scope?: string;
  readonly shell?: readonly string[];
}

const OTHERS_MS = 20_000;
const OWNER = "linli-survey-owner";
const AT_ONCE = 4;

// The page's other islands (a map, say) have loaded all they need once they live.
async function othersLive(element: HTMLElement): Promise<void> {
  const others = [...element.querySelectorAll<HTMLElement>("[data-island]")];
  const deadline = Date.now() + OTHERS_MS;
  while (others.some(({ dataset }) => dataset.islandState !== "ready" && dataset.islandState !== "failed")) {
    if (Date.now() > deadline) return;
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

async function tell(message: object): Promise<void> {
  const { active } = await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  const done = new Promise<void>((finish) => {
    channel.port1.onmessage = () => finish();
  });
  active?.postMessage(message, [channel.port2]);
  await done;
}

// What one person's pages hold is not shown to the next one who uses this device.
async function changeOwner(user: string): Promise<void> {
  const before = localStorage.getItem(OWNER);
  if (before !== null && before !== user) await tell({ type: "forget" });
  localStorage.setItem(OWNER, user);
}

/** Install the worker and keep this page; false where there can be none (an address without https). */
export async function installWorker(element: HTMLElement, config: WorkerConfig): Promise<boolean> {
  if (!config.worker || !("serviceWorker" in navigator)) return false;
  await othersLive(element);
  await navigator.serviceWorker.register(config.worker, { scope: config.scope ?? "./", updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  await changeOwner(config.user);
  const loaded = performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => isOwn(name) && /\/static\//.test(name));
  const pages = (config.shell ?? []).filter((address) => !/\/static\/|\.(css|js|svg)$/.test(address));
  const more = (config.shell ?? []).filter((address) => !pages.includes(address));
  const files = [...new Set([...loaded, ...notedFiles(), ...more])];
  await tell({ type: "keep", pages, files });
  return true;
}

/** Keep further pages, a few at a time; `kept` hears how far it is. */
export async function keepPages(pages: readonly string[], kept: (done: number) => void): Promise<void> {
  for (let at = 0; at < pages.length; at += AT_ONCE) {
    await tell({ type: "keep", pages: pages.slice(at, at + AT_ONCE), files: [] });
    kept(Math.min(at + AT_ONCE, pages.length));
  }
}

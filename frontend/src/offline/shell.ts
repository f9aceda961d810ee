/** What the survey's service worker does with a request: pages it was asked to keep, files of the program, nothing else. */

export type Rule = "page" | "file" | "fresh-file" | "network";

export interface Asked {
  readonly method: string;
  readonly address: string;
  readonly navigates: boolean;
}

/**
 * The rule for a request.
 *
 * `page`: from the network, from the device if there is none. `file`: its name changes with its content, so the device's
 * copy is good. `fresh-file`: from the network, else from the device. `network`: not our business.
 */
export function ruleOf({ method, address, navigates }: Asked, scope: string): Rule {
  const url = new URL(address);
  const home = new URL(scope);
  if (method !== "GET" || url.origin !== home.origin) return "network";
  if (navigates) return url.pathname.startsWith(home.pathname) ? "page" : "network";
  const ownScript = url.pathname.startsWith(home.pathname) && url.pathname.endsWith("-worker.js");
  if (ownScript) return "fresh-file";
  if (!/\/static\//.test(url.pathname)) return "network";
  return /\/assets\/.+-[\w-]{8}\.\w+$|\.[0-9a-f]{12}\.\w+$/.test(url.pathname) ? "file" : "fresh-file";
}

/** Whether an answer may be kept: a whole, good answer of the address that was asked, not of a sign-in page behind it. */
export function mayKeep(answer: { ok: boolean; redirected: boolean; type: string }): boolean {
  return answer.ok && !answer.redirected && answer.type === "basic";
}

/** Under which name a page is kept: without what follows the #. */
export function pageKey(address: string): string {
  const url = new URL(address);
  url.hash = "";
  return url.href;
}

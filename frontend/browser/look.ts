/** A browser for the tests: Debian's Chromium with software WebGL, and what must never happen on a page. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const SHOTS = fileURLToPath(new URL("shots/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function openBrowser(): Promise<Browser> {
  mkdirSync(SHOTS, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
}

export interface Watched {
  readonly page: Page;
  /** Whatever went against the rules: console errors, CSP reports, requests to elsewhere. */
  readonly bad: string[];
}

/** A page that remembers every console error, policy violation and outside request. */
export async function openPage(
  context: BrowserContext,
  address: string,
  path: string,
  ignore: RegExp = /$^/,
): Promise<Watched> {
  const page = await context.newPage();
  const bad: string[] = [];
  const note = (what: string): void => {
    if (!ignore.test(what)) bad.push(what);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      note(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`page error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) note(`outside request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // biome-ignore lint/suspicious/noConsole: the console is what the tests listen to
      console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber}`);
    });
  });
  await page.goto(address + path);
  return { page, bad };
}

/** Wait until every island of the page lives. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll<HTMLElement>("[data-island]")];
    return all.length > 0 && all.every((element) => element.dataset.islandState === "ready");
  });
}

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe-core calls serious or critical. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // by the debugger, past the page's policy
  const found = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Finding[] }> } }).axe;
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

export const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;

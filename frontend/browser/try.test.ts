import { expect, it } from "vitest";
import { openBrowser, openPage, ready, SHOTS, SIZES, seriousFindings } from "./look.ts";
import { serve } from "./server.ts";

it("looks", async () => {
  const { server, address } = await serve();
  const browser = await openBrowser();
  const bad: unknown[] = [];
  for (const name of (process.env.PAGES ?? "map").split(",")) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const context = await browser.newContext({ viewport });
      const seen = await openPage(
        context,
        address,
        `${name === "survey" ? "/survey/form" : `/page/${name}`}${size === "phone" ? "?lang=en" : ""}`,
      );
      await ready(seen.page).catch((reason) => seen.bad.push(String(reason)));
      await seen.page.waitForTimeout(1200);
      await seen.page.screenshot({ path: `${SHOTS}${name}-${size}.png`, fullPage: true });
      bad.push(name, size, seen.bad, await seriousFindings(seen.page));
      await context.close();
    }
  }
  process.stdout.write(JSON.stringify(bad, null, 1));
  await browser.close();
  server.close();
  expect(1).toBe(1);
});

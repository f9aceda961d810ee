import type { Server } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { photo, withTags } from "../tests/offline/photo.ts";
import { openBrowser, openPage, ready, SHOTS, SIZES, seriousFindings, type Watched } from "./look.ts";
import { serve } from "./server.ts";
import { forgetSubmissions, submissions } from "./survey.ts";

let browser: Browser;
let server: Server;
let address: string;
let context: BrowserContext;
let seen: Watched;

// What the browser (and axe, which looks for style sheets) writes when the network is gone.
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Couldn't load preload assets/;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, address } = await serve());
});

afterAll(async () => {
  await browser.close();
  server.close();
});

beforeEach(async () => {
  forgetSubmissions();
  context = await browser.newContext({ viewport: SIZES.phone, hasTouch: true, isMobile: true });
  seen = await openPage(context, address, "/survey/form", NO_NETWORK);
  await ready(seen.page);
});

afterEach(async () => {
  await context.close();
});

const cached = (page: Page): Promise<unknown> => page.waitForSelector('[data-offline="ready"]');
const states = (page: Page): Promise<(string | null)[]> =>
  page.locator(".ll-queue > li").evaluateAll((items) => items.map((item) => item.getAttribute("data-state")));

async function untilState(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`.ll-queue > li[data-state="${state}"]`);
}

async function picture(page: Page): Promise<Buffer> {
  const jpeg = await page.screenshot({ type: "jpeg", quality: 60 });
  const tagged = photo(true, "2026:11:20 09:30:15", "+08:00", {
    lat: [30, 18, 36],
    latRef: "N",
    lon: [120, 7, 12],
    lonRef: "E",
  });
  return Buffer.from(withTags(new Uint8Array(jpeg), tagged));
}

describe("the survey form", () => {
  it("opens, is filled in and keeps a photo without a network, and sends it when there is one", async () => {
    const { page } = seen;
    await cached(page);
    await context.setOffline(true);
    await page.reload();
    await ready(page);
    expect(await page.locator(".ll-canvas canvas").count()).toBe(1); // the map with its worker came from the device
    await page.getByLabel("名称").fill("和睦社区食堂");
    await page.getByRole("button", { name: "第 1 点", exact: true }).press("ArrowRight");
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "door.jpg", mimeType: "image/jpeg", buffer: await picture(page) });
    await page.locator(".ll-photo canvas").waitFor();
    expect(await page.locator(".ll-photo figcaption").innerText()).toMatch(/拍摄于 2026-11-20/);
    await page.getByRole("button", { name: "保存" }).click();
    await untilState(page, "waiting");
    expect(await page.locator(".ll-network").innerText()).toContain("无网络");
    await page.screenshot({ path: `${SHOTS}survey-offline.png`, fullPage: true });
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload(); // the phone was put away
    await ready(page);
    expect(await states(page)).toEqual(["waiting"]);
    expect(submissions()).toEqual([]);
    await context.setOffline(false);
    await untilState(page, "sent");
    const [sent] = submissions();
    expect(sent?.values.name).toBe("和睦社区食堂");
    expect(JSON.parse(sent?.values.geometry ?? "")).toMatchObject({
      type: "Point",
      coordinates: [120.1215104, 30.2991],
    });
    expect(sent?.photos).toEqual([
      {
        name: "door.jpg",
        field: "photos",
        taken_at: "2026-11-20T09:30:15+08:00",
        taken_at_source: "exif",
        position: null,
      },
    ]);
    const bytes = sent?.pictures[0] as Uint8Array;
    expect([bytes[0], bytes[1]]).toEqual([0xff, 0xd8]);
    expect(Buffer.from(bytes).includes("Exif")).toBe(false); // place and device are gone from the file
    expect(seen.bad).toEqual([]);
  });

  it("shows a conflict side by side and sends only what a person decided", async () => {
    const { page } = seen;
    await page.getByLabel("建筑面积").fill("300");
    await page.getByRole("button", { name: "保存" }).click();
    await untilState(page, "conflict");
    expect(submissions()).toEqual([]);
    await page.getByRole("button", { name: /对比并决定/ }).click();
    const send = page.getByRole("button", { name: "按以上选择发送" });
    expect(await send.isDisabled()).toBe(true); // the area was changed by both
    await page.screenshot({ path: `${SHOTS}survey-conflict.png`, fullPage: true });
    await page.setViewportSize(SIZES.desk);
    await page.screenshot({ path: `${SHOTS}survey-conflict-desk.png`, fullPage: true });
    await page.setViewportSize(SIZES.phone);
    expect(await seriousFindings(page)).toEqual([]);
    const area = page.locator(".ll-conflict tr", { hasText: "建筑面积" });
    await area.getByText("300").click();
    expect(await send.isDisabled()).toBe(false);
    await send.click();
    await untilState(page, "sent");
    expect(submissions()[0]).toMatchObject({
      base_version: 7,
      resolved: true,
      revision: 1,
      values: { floor_area_m2: "300", opening_hours: "07:00–19:00", name: "和睦社区食堂" },
    });
    expect(seen.bad).toEqual([]);
  });

  it("brings a refused value back to its field", async () => {
    const { page } = seen;
    await page.getByLabel("建筑面积").fill("-1");
    await page.getByRole("button", { name: "保存" }).click();
    await untilState(page, "invalid");
    await page.getByRole("button", { name: /修改/ }).click();
    expect(await page.locator("[data-offline-error]").innerText()).toContain("面积必须大于 0");
    expect(await page.getByLabel("建筑面积").inputValue()).toBe("-1");
    expect(await states(page)).toEqual(["held"]);
    await page.getByLabel("建筑面积").fill("260");
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await untilState(page, "sent");
    expect(submissions()[0]?.values.floor_area_m2).toBe("260");
    expect(seen.bad).toEqual([]);
  });

  it("brings back what was being typed when the page was closed", async () => {
    const { page } = seen;
    await page.getByLabel("开放时间").fill("8–20");
    await page.waitForTimeout(900);
    await page.reload();
    await ready(page);
    expect(await page.getByLabel("开放时间").inputValue()).toBe("8–20");
    await page.getByRole("button", { name: "清空重填" }).click();
    await page.waitForFunction(
      () => (document.querySelector('[name="opening_hours"]') as HTMLInputElement).value === "",
    );
    expect(seen.bad).toEqual([]);
  });

  it("is not fooled by a file that is no picture", async () => {
    const { page } = seen;
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "x.heic", mimeType: "image/heic", buffer: Buffer.from("no picture") });
    await page.waitForFunction(() => document.body.innerText.includes("无法读取照片"));
    expect(seen.bad).toEqual([]);
  });
});

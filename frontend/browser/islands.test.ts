import { readdirSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openBrowser, openPage, ready, SHOTS, SIZES, seriousFindings, type Watched } from "./look.ts";
import { serve } from "./server.ts";

let browser: Browser;
let server: Server;
let address: string;
let context: BrowserContext;
let seen: Watched;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, address } = await serve());
});

afterAll(async () => {
  await browser.close();
  server.close();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: SIZES.desk });
});

afterEach(async () => {
  await context.close();
});

async function open(path: string): Promise<Page> {
  seen = await openPage(context, address, path);
  await ready(seen.page);
  return seen.page;
}

async function mapIsStill(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}

const text = (page: Page, selector: string): Promise<string> => page.locator(selector).first().innerText();

const PATHS: Readonly<Record<string, string>> = {
  map: "/page/map",
  status: "/page/status",
  "map-tiles": "/page/map-tiles",
  "life-circle": "/page/life-circle",
  "life-circle-large": "/page/life-circle-large",
  pin: "/page/pin",
  chart: "/page/chart",
  table: "/page/table",
  confirm: "/page/confirm",
  progress: "/page/progress",
  survey: "/survey/form",
};

describe("every island", () => {
  for (const [name, path] of Object.entries(PATHS)) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      it(`${name}, ${size}: keeps the policy, asks nobody else, is accessible`, async () => {
        await context.close();
        context = await browser.newContext({ viewport });
        const page = await open(`${path}${size === "phone" ? "?lang=en" : ""}`);
        await mapIsStill(page);
        await page.screenshot({ path: `${SHOTS}${name}-${size}.png`, fullPage: true });
        expect(await seriousFindings(page)).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
        expect(seen.bad).toEqual([]);
      });
    }
  }

  it("leaves the page's own content where there is no JavaScript", async () => {
    await context.close();
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${address}/page/map`);
    expect(await text(page, "table")).toContain("和睦社区");
    await page.goto(`${address}/page/pin`);
    expect(await page.locator("textarea").inputValue()).toContain("Point");
  });

  it("prints", async () => {
    for (const name of ["map", "chart", "life-circle"]) {
      const page = await open(`/page/${name}`);
      await mapIsStill(page);
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize({ width: 690, height: 1000 }); // A4 less its margins
      await mapIsStill(page);
      await page.screenshot({ path: `${SHOTS}${name}-print.png`, fullPage: true });
      expect(await page.locator(".ll-tools:visible").count()).toBe(0);
      expect(seen.bad).toEqual([]);
    }
  });
});

describe("map", () => {
  it("tells the same by popup and by table", async () => {
    const page = await open("/page/map");
    await mapIsStill(page);
    await page.getByRole("button", { name: "以表格查看" }).click();
    expect(await page.locator(".ll-alternative tbody tr").count()).toBeGreaterThan(60);
    expect(await text(page, ".ll-alternative tbody tr:nth-child(6)")).toContain("待补");
    await page.getByRole("button", { name: "在图上看：登云社区" }).click();
    const popup = page.locator(".maplibregl-popup");
    await popup.waitFor();
    expect(await popup.innerText()).toContain("22 %");
    expect(await popup.locator("a").getAttribute("href")).toBe("/page/profile/2");
    await page.keyboard.press("Tab");
    expect(seen.bad).toEqual([]);
  });

  it("opens a popup on a click and switches layers off", async () => {
    const page = await open("/page/map");
    await mapIsStill(page);
    const box = page.locator(".ll-canvas canvas");
    const { width, height } = (await box.boundingBox()) as { width: number; height: number };
    await box.click({ position: { x: width / 2 + 60, y: height / 2 + 90 } });
    await page.locator(".maplibregl-popup a").waitFor();
    await page.locator(".maplibregl-popup-close-button").click();
    for (const each of await page.locator(".ll-legend input").all()) await each.uncheck();
    await mapIsStill(page);
    await box.click({ position: { x: width / 2 + 60, y: height / 2 + 90 } });
    await mapIsStill(page);
    expect(await page.locator(".maplibregl-popup a").count()).toBe(0);
    expect(seen.bad).toEqual([]);
  });
});

describe("tiles", () => {
  it("are drawn, tell what they hold, and keep the page's own table", async () => {
    const page = await open("/page/map-tiles");
    await mapIsStill(page);
    expect(await text(page, "table caption")).toBe("后备表格");
    const box = page.locator(".ll-canvas canvas");
    const { width, height } = (await box.boundingBox()) as { width: number; height: number };
    await box.hover({ position: { x: width / 2 + 60, y: height / 2 + 90 } });
    await page.locator(".ll-hover").waitFor();
    await box.click({ position: { x: width / 2 + 60, y: height / 2 + 90 } });
    await page
      .locator(".maplibregl-popup:not(.ll-hover) dl, .maplibregl-popup:not(.ll-hover) strong")
      .first()
      .waitFor();
    expect(seen.bad).toEqual([]);
  });
});

for (const size of ["life-circle", "life-circle-large"]) {
  describe(size, () => {
    const figures = (page: Page): Promise<string> => text(page, ".ll-figures");
    const drops = (page: Page, n: number) => page.locator(`.ll-drops li:nth-child(${n}) .ll-acts`).waitFor();

    it("follows facility, person and minutes, and keeps them in the address", async () => {
      const page = await open(`/page/${size}`);
      const before = await figures(page);
      await page.getByLabel("15 分钟").check();
      await page.waitForFunction(
        (old) => (document.querySelector(".ll-figures") as HTMLElement).innerText !== old,
        before,
      );
      await page.getByRole("combobox").first().selectOption({ label: "便利店" });
      await page.waitForURL(/type=convenience_store/);
      await page.getByRole("combobox").nth(1).selectOption({ label: "成年人" });
      await page.waitForURL(/person=adult.*minute=15|minute=15.*person=adult/);
      await mapIsStill(page);
      const chosen = await figures(page);
      await page.reload();
      await ready(page);
      await page.waitForFunction(
        (expected) => (document.querySelector(".ll-figures") as HTMLElement).innerText === expected,
        chosen,
      );
      expect(seen.bad).toEqual([]);
    });

    it("shows at once whom one more facility would serve, and undoes it", async () => {
      const page = await open(`/page/${size}`);
      await mapIsStill(page);
      const before = await figures(page);
      const begun = Date.now();
      await page.getByRole("button", { name: "放在地图中心" }).click();
      await drops(page, 1);
      expect(Date.now() - begun).toBeLessThan(1000);
      await page.getByRole("button", { name: "在图上放一处设施" }).click();
      const canvas = page.locator(".ll-canvas canvas");
      const { width, height } = (await canvas.boundingBox()) as { width: number; height: number };
      await canvas.click({ position: { x: width * 0.68, y: height * 0.55 } });
      await drops(page, 2);
      await page.keyboard.press("Escape");
      expect(await text(page, ".ll-drops li:nth-child(2)")).toMatch(/新增 [\d,]+ 人/);
      expect(await figures(page)).toContain("新增可达");
      await mapIsStill(page);
      await page.screenshot({ path: `${SHOTS}${size}-what-if.png`, fullPage: true });
      const both = await figures(page);
      await page.reload();
      await ready(page);
      expect(await figures(page)).toBe(both);
      await mapIsStill(page);
      await page.getByRole("button", { name: "移除设想 1" }).click();
      await page.getByRole("button", { name: "撤销" }).click();
      expect(await page.locator(".ll-drops li").count()).toBe(2);
      await page.getByRole("button", { name: "全部清除" }).click();
      expect(await figures(page)).toBe(before);
      expect(seen.bad).toEqual([]);
    });

    it("moves an idea with the pointer", async () => {
      const page = await open(`/page/${size}`);
      await mapIsStill(page);
      await page.getByRole("button", { name: "放在地图中心" }).click();
      await drops(page, 1);
      await mapIsStill(page);
      const before = new URL(page.url()).searchParams.get("drop");
      const canvas = page.locator(".ll-canvas canvas");
      const { width, height } = (await canvas.boundingBox()) as { width: number; height: number };
      await canvas.hover({ position: { x: width / 2, y: height / 2 } });
      await page.mouse.down();
      await canvas.hover({ position: { x: width / 2 + 90, y: height / 2 - 60 } });
      await page.mouse.up();
      await page.waitForFunction((old) => new URL(location.href).searchParams.get("drop") !== old, before);
      const [lon] = (new URL(page.url()).searchParams.get("drop") as string).split(",").map(Number);
      expect(lon).toBeGreaterThan(Number((before as string).split(",")[0]));
      expect(await page.locator(".ll-drops li").count()).toBe(1);
      await page.getByRole("button", { name: "撤销" }).click();
      expect(new URL(page.url()).searchParams.get("drop")).toBe(before);
      expect(seen.bad).toEqual([]);
    });

    it("shows the way from a building", async () => {
      const page = await open(`/page/${size}`);
      await page.locator("summary", { hasText: "未覆盖的建筑" }).click();
      await page
        .getByRole("button", { name: /^看路线/ })
        .first()
        .click();
      await page.waitForFunction(() =>
        /到最近的社区食堂：[\d,]+ m/.test(document.querySelector(".ll-said")?.textContent ?? ""),
      );
      expect(await page.locator(".ll-said a").getAttribute("href")).toMatch(/^\/page\/facility/);
      expect(seen.bad).toEqual([]);
    });

    it("closes a facility that is there", async () => {
      const page = await open(`/page/${size}?type=canteen&close=f0`);
      expect(await text(page, ".ll-drops li:nth-child(1)")).toContain("关闭：社区食堂1");
      expect(await figures(page)).toContain("不再可达");
      await page.getByRole("button", { name: /^恢复/ }).click();
      await page.waitForFunction(() => !location.search.includes("close"));
      expect(await figures(page)).not.toContain("不再可达");
      expect(seen.bad).toEqual([]);
    });
  });
}

describe("life circle", () => {
  it("puts an idea into a vacant room", async () => {
    const page = await open("/page/life-circle");
    await page.getByLabel("存量用房").selectOption({ label: "空置用房 4（210 m²）" });
    await page.locator(".ll-drops li:nth-child(1) .ll-acts").waitFor();
    expect(await text(page, ".ll-drops li:nth-child(1)")).toContain("空置用房 4");
    expect(seen.bad).toEqual([]);
  });
});

describe("pin", () => {
  it("moves an entrance by pointer and by keyboard, and sends it with the form", async () => {
    const page = await open("/page/pin");
    await mapIsStill(page);
    const canvas = page.locator(".ll-canvas canvas");
    const { width, height } = (await canvas.boundingBox()) as { width: number; height: number };
    await canvas.hover({ position: { x: width / 2, y: height / 2 } });
    await page.mouse.down();
    await canvas.hover({ position: { x: width / 2 + 120, y: height / 2 - 40 } });
    await page.mouse.up();
    const dragged = JSON.parse(await page.locator("textarea").inputValue()) as GeoJSON.Point;
    expect(dragged.coordinates[0]).toBeGreaterThan(120.1216);
    await page.getByRole("button", { name: "第 1 点", exact: true }).focus();
    await page.keyboard.press("Shift+ArrowUp");
    const nudged = JSON.parse(await page.locator("textarea").inputValue()) as GeoJSON.Point;
    expect(((nudged.coordinates[1] as number) - (dragged.coordinates[1] as number)) * 111_195).toBeCloseTo(10, 1);
    await page.getByRole("button", { name: "撤销" }).click();
    expect(JSON.parse(await page.locator("textarea").inputValue())).toEqual(dragged);
    await page.getByRole("button", { name: "保存" }).click();
    expect(decodeURIComponent((await text(page, "#echo")).replaceAll("+", " "))).toContain('"type":"Point"');
    expect(seen.bad).toEqual([]);
  });

  it("draws an outline, puts a corner into a side, and refuses one that crosses itself", async () => {
    const page = await open("/page/pin");
    await page.getByLabel("外轮廓").check();
    await page.getByRole("button", { name: "清空" }).click();
    const canvas = page.locator(".ll-canvas canvas");
    const corners = [
      [300, 120],
      [520, 120],
      [520, 300],
      [300, 300],
    ] as const;
    for (const [x, y] of corners) {
      await canvas.click({ position: { x, y } });
      await page.waitForTimeout(350); // two quick clicks would zoom
    }
    expect(await page.locator(".ll-positions tbody tr").count()).toBe(4);
    expect(await text(page, ".ll-side")).toMatch(/面积约 [\d,.]+ m²/);
    await mapIsStill(page);
    await canvas.hover({ position: { x: 410, y: 120 } });
    await page.mouse.down();
    await canvas.hover({ position: { x: 410, y: 70 } });
    await page.mouse.up();
    expect(await page.locator(".ll-positions tbody tr").count()).toBe(5);
    await page.screenshot({ path: `${SHOTS}pin-outline.png`, fullPage: true });
    await canvas.hover({ position: { x: 300, y: 120 } });
    await page.mouse.down();
    await canvas.hover({ position: { x: 640, y: 240 } });
    await page.mouse.up();
    expect(await text(page, ".ll-problems")).toContain("相交");
    await page.getByRole("button", { name: "保存" }).click();
    expect(page.url()).toContain("/page/pin");
    await page.getByRole("button", { name: "撤销" }).click();
    expect(await page.locator(".ll-problems li").count()).toBe(0);
    const { type, coordinates } = JSON.parse(await page.locator("textarea").inputValue()) as GeoJSON.Polygon;
    expect([type, coordinates[0]?.length]).toEqual(["Polygon", 6]);
    expect(seen.bad).toEqual([]);
  });

  it("asks the device where it is", async () => {
    await context.grantPermissions(["geolocation"]);
    await context.setGeolocation({ longitude: 120.1251, latitude: 30.3011, accuracy: 12 });
    const page = await open("/page/pin");
    await page.getByRole("button", { name: "我的位置" }).click();
    await page.waitForFunction(() => document.querySelector("textarea")?.value.includes("120.1251"));
    expect(await text(page, ".ll-status")).toContain("12 m");
    expect(seen.bad).toEqual([]);
  });
});

describe("chart", () => {
  it("is an SVG that says what it is, with its figures as a table", async () => {
    const page = await open("/page/chart");
    expect(await page.locator(".ll-chart svg").count()).toBe(5);
    expect(await page.locator(".ll-chart").first().getAttribute("aria-label")).toContain("各社区助餐覆盖率");
    await page.locator(".ll-data summary").first().click();
    expect(await text(page, ".ll-data table")).toContain("待补");
    expect(await page.locator(".ll-data a").count()).toBe(5);
    expect(seen.bad).toEqual([]);
  });
});

describe("table", () => {
  it("sorts, filters, hides columns, and remembers it in the address", async () => {
    const page = await open("/page/table");
    await page.getByRole("button", { name: /覆盖率/ }).click();
    const names = (): Promise<string[]> => page.locator("tbody tr:visible th").allInnerTexts();
    expect(await names()).toEqual(["和睦社区", "华丰社区", "登云社区", "化纤社区"]);
    await page.getByRole("button", { name: /覆盖率/ }).click();
    expect(await names()).toEqual(["登云社区", "华丰社区", "和睦社区", "化纤社区"]);
    await page.locator("summary").click();
    await page.getByLabel("备注").uncheck();
    await page.getByRole("searchbox").fill("华丰");
    expect(await names()).toEqual(["华丰社区"]);
    await page.reload();
    await ready(page);
    expect(await names()).toEqual(["华丰社区"]);
    expect(await page.locator("thead th:visible").count()).toBe(3);
    expect(await text(page, ".count")).toBe("1 / 4 行");
    expect(seen.bad).toEqual([]);
  });
});

describe("confirm", () => {
  it("asks for the reason before it sends", async () => {
    const page = await open("/page/confirm");
    await page.getByRole("button", { name: "撤销这一批…" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.innerText()).toContain("影响 312 行");
    await page.screenshot({ path: `${SHOTS}confirm-open.png` });
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "撤销这一批" }).click();
    expect(page.url()).toContain("/page/confirm"); // no reason yet
    await dialog.getByRole("textbox").fill("   ");
    await dialog.getByRole("button", { name: "撤销这一批" }).click();
    expect(page.url()).toContain("/page/confirm");
    await page.keyboard.press("Escape");
    expect(await dialog.count()).toBe(0);
    await page.getByRole("button", { name: "撤销这一批…" }).click();
    await dialog.getByRole("textbox").fill("wrong template");
    await dialog.getByRole("button", { name: "撤销这一批" }).click();
    await page.waitForURL(/echo/);
    expect(await text(page, "#echo")).toBe("batch=7&reason=wrong+template");
    expect(seen.bad).toEqual([]);
  });
});

describe("progress", () => {
  it("follows a job to its end", async () => {
    await fetch(`${address}/data/job/reset`);
    const page = await open("/page/progress");
    await page.waitForFunction(() => document.body.innerText.includes("评估社区"));
    expect(await text(page, ".ll-progress")).toContain("65 % · 8 / 12 · 还需约 20 秒");
    await page.screenshot({ path: `${SHOTS}progress-running.png` });
    await page.waitForFunction(() => document.body.innerText.includes("已完成"));
    expect(await page.getByRole("link", { name: "查看结果" }).getAttribute("href")).toBe("/page/chart");
    expect(seen.bad).toEqual([]);
  });
});

describe("the build", () => {
  it("has no chunk that imports the entry, which would then run twice", () => {
    const folder = fileURLToPath(new URL("../../src/linli/web/static/linli/assets/", import.meta.url));
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
      expect(/["'][./]*app\.js["']/.test(readFileSync(folder + name, "utf8")), name).toBe(false);
    }
  });
});

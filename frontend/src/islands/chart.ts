/** `chart`: a figure in the house's look, with the same numbers as a table beneath. */

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { tableOf } from "../chart/data-table.ts";
import { drawingOf, FONT, partLook, partName } from "../chart/options.ts";
import type { ChartConfig } from "../chart/types.ts";
import { h, s } from "../core/dom.ts";
import { explain, isOwn, request } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { type Language, languageOf, say, speaker } from "../core/language.ts";
import { ACCENT, GREYS, STATUS_CODES, STATUS_WORDS, statusMark } from "../core/palette.ts";

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, AriaComponent, LabelLayout, SVGRenderer]);

const WORDS = {
  table: { zh: "数据表", en: "Table of the figures" },
  chart: { zh: "图：{title}。数据见下表。", en: "Chart: {title}. The figures are in the table below." },
  source: { zh: "资料来源：{source}", en: "Source: {source}" },
  date: { zh: "数据日期 {date}", en: "Data of {date}" },
  empty: { zh: "没有数据。", en: "There is no data." },
} as const;

function measurer(): (text: string) => number {
  const pen = document.createElement("canvas").getContext("2d");
  if (pen) pen.font = `13px ${FONT}`;
  return (text) => pen?.measureText(text).width ?? text.length * 13;
}

function dot(colour: string, hollow = false): SVGSVGElement {
  const look = hollow ? { fill: "#fff", stroke: colour, "stroke-width": 2 } : { fill: colour };
  return s(
    "svg",
    { viewBox: "0 0 14 14", width: 14, height: 14, class: "ll-mark", "aria-hidden": "true" },
    s("circle", { cx: 7, cy: 7, r: 5, ...look }),
  );
}

function square(colour: string): SVGSVGElement {
  return s(
    "svg",
    { viewBox: "0 0 14 14", width: 14, height: 14, class: "ll-mark", "aria-hidden": "true" },
    s("rect", { x: 1, y: 1, width: 12, height: 12, fill: colour, stroke: GREYS.line }),
  );
}

function keys(config: ChartConfig, language: Language): HTMLElement | null {
  if (config.kind === "dumbbell") {
    const { before, after } = config.names;
    const items = [
      h("li", {}, dot(GREYS.soft, true), say(before, language)),
      h("li", {}, dot(ACCENT), say(after, language)),
    ];
    return h("ul", { class: "ll-keys" }, ...items);
  }
  if (config.kind === "bars") {
    const found = STATUS_CODES.filter((code) => config.rows.some(({ status }) => status === code));
    const items = found.map((code) => h("li", {}, statusMark(code), STATUS_WORDS[code][language]));
    return items.length > 0 ? h("ul", { class: "ll-keys" }, ...items) : null;
  }
  if (config.kind !== "stacked") return null;
  const items = config.series.map((part, i) => {
    const { colour, mark } = partLook(part.code, i);
    return h("li", {}, square(colour), `${mark}${partName(part, language)}`);
  });
  return h("ul", { class: "ll-keys" }, ...items);
}

function dataTable(config: ChartConfig, language: Language): HTMLElement {
  const { heads, rows } = tableOf(config, language);
  const number = config.kind === "gantt" ? {} : { class: "n" };
  const head = h("tr", {}, ...heads.map((text, i) => h("th", { scope: "col", ...(i > 0 ? number : {}) }, text)));
  const body = rows.map(({ label, href, cells }) => {
    const name = href && isOwn(href) ? h("a", { href }, label) : label;
    return h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((text) => h("td", number, text)));
  });
  const title = say(config.title, language);
  const table = h("table", {}, h("caption", {}, title), h("thead", {}, head), h("tbody", {}, ...body));
  const box = h("div", { class: "ll-scroll", tabindex: 0, role: "region", "aria-label": title }, table);
  return h("details", { class: "ll-data" }, h("summary", {}, speaker(WORDS, language)("table")), box);
}

function isEmpty(config: ChartConfig): boolean {
  return config.kind === "line" ? config.series.every(({ points }) => points.length === 0) : config.rows.length === 0;
}

function figureOf(config: ChartConfig, language: Language): { figure: HTMLElement; box: HTMLElement } {
  const word = speaker(WORDS, language);
  const title = say(config.title, language);
  const box = h("div", { class: "ll-chart", role: "img", "aria-label": word("chart", { title }) });
  const notes = [
    config.date && word("date", { date: config.date }),
    config.source && word("source", { source: say(config.source, language) }),
  ];
  const caption = h(
    "div",
    { class: "ll-caption" },
    ...notes.filter(Boolean).map((note) => h("span", {}, note as string)),
  );
  const figure = h(
    "figure",
    { class: "ll-figure" },
    h("div", { class: "ll-title" }, title),
    keys(config, language),
    box,
    caption,
    dataTable(config, language),
  );
  return { figure, box };
}

// The chart follows the width of its place, on the screen and on paper.
function follow(chart: ECharts, box: HTMLElement, config: ChartConfig, language: Language): () => void {
  const measure = measurer();
  let last = 0;
  const draw = (): void => {
    const width = Math.floor(box.clientWidth);
    if (width === 0 || width === last) return;
    last = width;
    const { option, height } = drawingOf(config, { language, width, measure });
    chart.resize({ width, height });
    chart.setOption(option, { notMerge: true });
  };
  const watcher = new ResizeObserver(draw);
  watcher.observe(box);
  const paper = matchMedia("print");
  paper.addEventListener("change", draw);
  draw();
  return () => {
    watcher.disconnect();
    paper.removeEventListener("change", draw);
  };
}

export const mount: Mount = async (element) => {
  const language = languageOf(element);
  let config = readConfig<ChartConfig>(element);
  if (config.src) {
    try {
      config = { ...config, ...(await request<Partial<ChartConfig>>(config.src)) } as ChartConfig;
    } catch (reason) {
      element.append(h("p", { class: "ll-error", role: "alert" }, explain(reason, language)));
      return undefined;
    }
  }
  const own = [...element.children].filter(({ tagName }) => tagName !== "SCRIPT");
  if (isEmpty(config)) {
    element.append(h("p", { class: "ll-empty" }, WORDS.empty[language]));
    return undefined;
  }
  const { figure, box } = figureOf(config, language);
  element.append(figure);
  for (const child of own) child.remove();
  const chart = init(box, null, { renderer: "svg", width: 600, height: 200 });
  const stop = follow(chart, box, config, language);
  chart.on("click", ({ dataIndex }) => {
    const row = "rows" in config ? config.rows[dataIndex] : undefined;
    if (row && "href" in row && row.href && isOwn(row.href)) location.assign(row.href);
  });
  return {
    destroy: () => {
      stop();
      chart.dispose();
    },
  };
};

/** From what a page says to what ECharts draws: labelled directly, zero-based, still (no animation, no tooltip). */

import type { EChartsCoreOption } from "echarts/core";
import { formatValue } from "../core/format.ts";
import { type Language, say, type Text } from "../core/language.ts";
import {
  ACCENT,
  GREYS,
  LACKING,
  readStatus,
  STATUS_CODES,
  STATUS_WORDS,
  STATUSES,
  type Status,
  seriesColour,
} from "../core/palette.ts";
import type { BarChart, ChartConfig, DumbbellChart, GanttChart, LineChart, StackedChart } from "./types.ts";

export const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","Noto Sans SC",sans-serif';

/** The marks of the statuses as characters. */
export const STATUS_MARKS: Readonly<Record<Status, string>> = {
  met: "●",
  partly: "◐",
  not_met: "○",
  not_applicable: "–",
  unknown: "?",
};

const ROW_PX = 30;
const LINE_PX = 320;
const MOST_LABELLED = 12;

export interface Drawing {
  readonly option: EChartsCoreOption;
  readonly height: number;
}

export interface Context {
  readonly language: Language;
  readonly width: number;
  /** The width of a text in pixels. */
  measure(text: string): number;
}

interface Api {
  value(index: number): number;
  coord(point: readonly (number | string)[]): [number, number];
  size?(span: readonly number[]): [number, number];
}

type Shape = { type: string; shape?: object; style?: object; children?: Shape[] };

const write = (config: ChartConfig, value: unknown, language: Language): string => {
  const text = formatValue(value, config.format ?? "number", language, config.digits);
  return text;
};

/** A value, with its range if it has one: "64 % (55–71)". */
export function withRange(config: ChartConfig, row: BarChart["rows"][number], language: Language): string {
  const text = write(config, row.value, language);
  const { low, high } = row;
  if (typeof low !== "number" || typeof high !== "number" || low === high) return text;
  const bare = (value: number): string => write(config, value, language).replace(" %", "");
  return `${text} (${bare(low)}–${bare(high)})`;
}

function unitTitle(config: ChartConfig, language: Language): string {
  const unit = say(config.unit, language);
  return config.format === "share" && unit ? `${unit} (%)` : unit;
}

function shorten(text: string, most: number, measure: (text: string) => number): string {
  if (measure(text) <= most) return text;
  let cut = text;
  while (cut.length > 1 && measure(`${cut}…`) > most) cut = cut.slice(0, -1);
  return `${cut}…`;
}

// The labels of the rows take what they need, at most two fifths of the width.
function rowAxis(labels: readonly string[], context: Context): { left: number; axis: object } {
  const most = Math.max(70, context.width * 0.4);
  const shown = labels.map((label) => shorten(label, most, context.measure));
  const left = Math.ceil(Math.max(0, ...shown.map(context.measure))) + 14;
  const axis = {
    type: "category",
    data: shown,
    inverse: true,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: GREYS.text } },
    axisLabel: { color: GREYS.ink, fontSize: 13, margin: 8, interval: 0 },
  };
  return { left, axis };
}

function valueAxis(config: ChartConfig, language: Language, extra: object = {}): object {
  return {
    type: "value",
    min: 0,
    name: unitTitle(config, language),
    nameLocation: "middle",
    nameGap: 26,
    nameTextStyle: { color: GREYS.soft, fontSize: 12 },
    axisLabel: {
      color: GREYS.soft,
      fontSize: 12,
      hideOverlap: true,
      formatter: (value: number) =>
        config.format === "share" ? `${Math.round(value * 100)}` : write(config, value, language),
    },
    splitLine: { lineStyle: { color: GREYS.rule } },
    ...extra,
  };
}

const base = (): object => ({ animation: false, textStyle: { fontFamily: FONT, color: GREYS.ink } });

const rowsHeight = (rows: number, top: number): number => top + rows * ROW_PX + 48;

function whiskers(config: BarChart): object {
  const data = config.rows.flatMap((row, i) =>
    typeof row.low === "number" && typeof row.high === "number" && row.low !== row.high ? [[row.low, row.high, i]] : [],
  );
  return {
    type: "custom",
    data,
    silent: true,
    z: 5,
    encode: { x: [0, 1], y: 2 },
    renderItem: (_params: unknown, api: Api): Shape => {
      const [x1, y] = api.coord([api.value(0), api.value(2)]);
      const [x2] = api.coord([api.value(1), api.value(2)]);
      const line = (a: number, b: number, c: number, d: number): Shape => ({
        type: "line",
        shape: { x1: a, y1: b, x2: c, y2: d },
        style: { stroke: GREYS.ink, lineWidth: 1.4 },
      });
      return { type: "group", children: [line(x1, y, x2, y), line(x1, y - 4, x1, y + 4), line(x2, y - 4, x2, y + 4)] };
    },
  };
}

function bars(config: BarChart, context: Context): Drawing {
  const { language } = context;
  const { left, axis } = rowAxis(
    config.rows.map(({ label }) => say(label, language)),
    context,
  );
  const texts = config.rows.map((row) => {
    const mark = row.status ? `${STATUS_MARKS[readStatus(row.status)]} ` : "";
    return `${mark}${withRange(config, row, language)}`;
  });
  const right = Math.ceil(Math.max(0, ...texts.map(context.measure))) + 14;
  const data = config.rows.map((row, i) => ({
    value: row.value ?? 0,
    itemStyle: { color: row.status ? STATUSES[readStatus(row.status)].colour : ACCENT },
    // A range reaches beyond the bar's end: the label stands behind the range.
    label: {
      formatter: texts[i] as string,
      color: row.value === null ? GREYS.soft : GREYS.ink,
      ...behind(config, row, context, left, right),
    },
  }));
  const target = config.target && {
    silent: true,
    symbol: "none",
    lineStyle: { color: GREYS.ink, type: "dashed", width: 1.2 },
    label: {
      formatter: say(config.target.label, language),
      color: GREYS.ink,
      fontSize: 12,
      position: "start",
      distance: 4,
    },
    data: [{ xAxis: config.target.value }],
  };
  const series = {
    type: "bar",
    data,
    barWidth: 16,
    label: { show: true, position: "right", fontSize: 13, backgroundColor: "rgba(255,255,255,0.88)", padding: [1, 2] },
    ...(target ? { markLine: target } : {}),
  };
  const top = config.target ? 24 : 8;
  const max = topOf(config);
  return {
    height: rowsHeight(config.rows.length, top),
    option: {
      ...base(),
      grid: { left, right, top, bottom: 48 },
      xAxis: valueAxis(config, language, { max }),
      yAxis: { ...axis },
      series: [series, whiskers(config)],
    },
  };
}

// The right end of the axis: a round figure at or above everything drawn; a share that comes near 1 ends at 1.
export function topOf(config: BarChart): number {
  const all = config.rows.flatMap(({ value, high }) => [value ?? 0, high ?? 0]);
  const most = Math.max(config.target?.value ?? 0, ...all, 1e-9);
  if (config.format === "share" && most > 0.5 && most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * power >= most * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

function behind(
  config: BarChart,
  row: BarChart["rows"][number],
  context: Context,
  left: number,
  right: number,
): object {
  if (row.value === null || typeof row.high !== "number" || row.high <= row.value) return {};
  const px = ((row.high - row.value) / topOf(config)) * Math.max(context.width - left - right, 0);
  return { distance: px + 7 };
}

type Ends = { readonly before?: number; readonly after?: number; readonly y: number; readonly zero: number };
type Words = { readonly x: number; readonly text: string; readonly left: boolean; readonly weight: number };

/** What stands beside the points of a row; near zero, where the left figure would stand on the row's name, both on the right. */
function dumbbellWords(
  row: DumbbellChart["rows"][number],
  { before, after, zero }: Ends,
  text: (v: number) => string,
  measure: (text: string) => number,
): Words[] {
  const then = text(row.before ?? 0);
  const now = text(row.after ?? 0);
  const fits = (x: number, words: string): boolean => x - 10 - measure(words) >= zero;
  if (before === undefined) return after === undefined ? [] : [{ x: after, text: now, left: false, weight: 600 }];
  if (after === undefined) return [{ x: before, text: then, left: fits(before, then), weight: 400 }];
  const falls = after < before;
  if (!(falls ? fits(after, now) : fits(before, then)))
    return [{ x: Math.max(before, after), text: `${then} → ${now}`, left: false, weight: 600 }];
  return [
    { x: before, text: then, left: !falls, weight: 400 },
    { x: after, text: now, left: falls, weight: 600 },
  ];
}

function dumbbellShape(points: Ends, words: readonly Words[], good: string): Shape[] {
  const { before, after, y } = points;
  const shapes: Shape[] = [];
  if (before !== undefined && after !== undefined)
    shapes.push({
      type: "line",
      shape: { x1: before, y1: y, x2: after, y2: y },
      style: { stroke: good, lineWidth: 3, opacity: 0.5 },
    });
  if (before !== undefined)
    shapes.push({
      type: "circle",
      shape: { cx: before, cy: y, r: 5.5 },
      style: { fill: "#fff", stroke: GREYS.soft, lineWidth: 2 },
    });
  if (after !== undefined) shapes.push({ type: "circle", shape: { cx: after, cy: y, r: 6.5 }, style: { fill: good } });
  const labels = words.map(
    ({ x, text, left, weight }): Shape => ({
      type: "text",
      style: {
        text,
        x: x + (left ? -10 : 10),
        y,
        align: left ? "right" : "left",
        verticalAlign: "middle",
        fontSize: 12.5,
        fontWeight: weight,
        fontFamily: FONT,
        fill: weight > 400 ? GREYS.ink : GREYS.soft,
      },
    }),
  );
  return [...shapes, ...labels];
}

function dumbbell(config: DumbbellChart, context: Context): Drawing {
  const { language } = context;
  const { left, axis } = rowAxis(
    config.rows.map(({ label }) => say(label, language)),
    context,
  );
  const text = (value: number): string => write(config, value, language);
  const lacking = (row: DumbbellChart["rows"][number]): string => {
    const side = row.before === null ? config.names.before : config.names.after;
    return ` (${say(side, language)}: ${write(config, null, language)})`;
  };
  const known = config.rows.flatMap(({ before, after }) => [before, after]).filter((v): v is number => v !== null);
  const max = topOf({ ...config, kind: "bars", rows: known.map((value) => ({ label: "", value })) } as BarChart);
  const series = {
    type: "custom",
    silent: false,
    data: config.rows.map((row, i) => [row.before ?? 0, row.after ?? 0, i]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (params: { dataIndex: number }, api: Api): Shape => {
      const row = config.rows[params.dataIndex] as DumbbellChart["rows"][number];
      const [, y] = api.coord([0, params.dataIndex]);
      const x = (value: number | null): number | undefined =>
        value === null ? undefined : api.coord([value, params.dataIndex])[0];
      const rise = (row.after ?? 0) - (row.before ?? 0);
      const worse = row.before !== null && row.after !== null && (config.better === "down" ? rise > 0 : rise < 0);
      const points = { y, zero: x(0) ?? 0, ...definedX("before", x(row.before)), ...definedX("after", x(row.after)) };
      const unknown: Shape = {
        type: "text",
        style: {
          text: write(config, null, language),
          x: (x(0) ?? 0) + 8,
          y,
          verticalAlign: "middle",
          fontSize: 12.5,
          fontFamily: FONT,
          fill: GREYS.soft,
        },
      };
      const half = (row.before === null) !== (row.after === null);
      const told = half ? (value: number): string => text(value) + lacking(row) : text;
      const words = dumbbellWords(row, points, told, context.measure);
      const shapes = dumbbellShape(points, words, worse ? LACKING : ACCENT);
      return { type: "group", children: row.before === null && row.after === null ? [unknown] : shapes };
    },
  };
  return {
    height: rowsHeight(config.rows.length, 8),
    option: {
      ...base(),
      grid: { left, right: 60, top: 8, bottom: 48 },
      xAxis: valueAxis(config, language, { max }),
      yAxis: axis,
      series: [series],
    },
  };
}

function definedX(key: "before" | "after", x: number | undefined): { before?: number; after?: number } {
  return x === undefined ? {} : { [key]: x };
}

/** The name of a part of a stacked chart: its own label, or the status word. */
export function partName(part: { readonly code: string; readonly label?: Text }, language: Language): string {
  const status = STATUS_CODES.find((code) => code === part.code);
  return say(part.label, language) || (status ? STATUS_WORDS[status][language] : part.code);
}

/** How a part of a stacked chart looks: colour, colour of the text on it, mark. */
export function partLook(code: string, position: number): { colour: string; text: string; mark: string } {
  const status = STATUS_CODES.find((each) => each === code);
  if (status) return { colour: STATUSES[status].fill, text: GREYS.ink, mark: `${STATUS_MARKS[status]} ` };
  return { colour: seriesColour(position), text: "#ffffff", mark: "" };
}

function stacked(config: StackedChart, context: Context): Drawing {
  const { language } = context;
  const { left, axis } = rowAxis(
    config.rows.map(({ label }) => say(label, language)),
    context,
  );
  const totals = config.rows.map(({ values }) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0));
  const most = Math.max(...totals, 1e-9);
  const plot = context.width - left - 24;
  const series = config.series.map((part, p) => {
    const look = partLook(part.code, p);
    const data = config.rows.map(({ values }) => {
      const value = values[p] ?? 0;
      const text = `${look.mark}${write(config, value, language)}`;
      const fits = (value / most) * plot > context.measure(text) + 6;
      return { value, label: { show: value > 0 && fits, formatter: text } };
    });
    const decal =
      part.code === "unknown"
        ? {
            decal: { symbol: "rect", color: "#9aa5b1", dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: -Math.PI / 4 },
          }
        : {};
    return {
      type: "bar",
      name: partName(part, language),
      stack: "all",
      barWidth: 20,
      data,
      itemStyle: { color: look.colour, borderColor: "#fff", borderWidth: 1, ...decal },
      label: { color: look.text, fontSize: 12 },
    };
  });
  return {
    height: rowsHeight(config.rows.length, 8),
    option: {
      ...base(),
      grid: { left, right: 24, top: 8, bottom: 48 },
      xAxis: valueAxis(config, language, { max: most }),
      yAxis: axis,
      series,
    },
  };
}

function lineSeries(config: LineChart, context: Context, index: number): object[] {
  const { language } = context;
  const { label, points } = config.series[index] as LineChart["series"][number];
  const colour = seriesColour(index);
  const name = say(label, language);
  const few = points.length <= MOST_LABELLED && config.series.length === 1;
  const line = {
    type: "line",
    name,
    data: points.map(({ x, y }) => [x, y ?? "-"]),
    symbol: "circle",
    symbolSize: 6,
    lineStyle: { color: colour, width: 2.4 },
    itemStyle: { color: colour },
    label: {
      show: few,
      position: "top",
      fontSize: 12,
      color: GREYS.ink,
      formatter: ({ value }: { value: [number, number] }) => (value[1] === 0 ? "" : write(config, value[1], language)),
    },
    labelLayout: { hideOverlap: true },
    endLabel: { show: config.series.length > 1, formatter: name, color: colour, fontSize: 12.5, fontWeight: 600 },
    z: 4,
  };
  const bounded = points.filter(({ low, high }) => typeof low === "number" && typeof high === "number");
  if (bounded.length === 0) return [line];
  const hidden = {
    type: "line",
    silent: true,
    symbol: "none",
    lineStyle: { opacity: 0 },
    stack: `band-${index}`,
    stackStrategy: "all",
  };
  const floor = { ...hidden, data: bounded.map(({ x, low }) => [x, low]) };
  const span = {
    ...hidden,
    data: bounded.map(({ x, low, high }) => [x, (high as number) - (low as number)]),
    areaStyle: { color: colour, opacity: 0.16 },
  };
  return [floor, span, line];
}

function lines(config: LineChart, context: Context): Drawing {
  const { language } = context;
  const wide = Math.max(0, ...config.series.map(({ label }) => context.measure(say(label, language))));
  const all = config.series.flatMap(({ points }) => points);
  const text = Math.max(30, ...all.map(({ y }) => context.measure(write(config, y, language))));
  const xs = all.map(({ x }) => x);
  const x = {
    ...valueAxis({ ...config, unit: config.x_title ?? "", format: "number" } as LineChart, language),
    min: Math.min(...xs),
    max: Math.max(...xs),
    axisLabel: { color: GREYS.soft, fontSize: 12, hideOverlap: true, formatter: (value: number) => plainX(value) },
    splitLine: { show: false },
  };
  const y = {
    ...valueAxis(config, language),
    nameLocation: "end",
    nameGap: 10,
    nameTextStyle: { color: GREYS.soft, fontSize: 12, align: "left", padding: [0, 0, 0, -text - 8] },
  };
  return {
    height: LINE_PX,
    option: {
      ...base(),
      grid: { left: text + 16, right: config.series.length > 1 ? wide + 16 : 28, top: 34, bottom: 48 },
      xAxis: x,
      yAxis: y,
      series: config.series.flatMap((_, i) => lineSeries(config, context, i)),
    },
  };
}

// Years are written without grouping.
function plainX(value: number): string {
  return Number.isInteger(value) && value >= 1900 && value <= 2100
    ? String(value)
    : formatValue(value, "number", "en", 2);
}

/** When a bar of a Gantt chart begins, as a fraction of years; a year begins on 1 January. */
export function beginOf(time: number | string): number {
  if (typeof time === "number" || /^\d{4}$/.test(time)) return Number(time);
  const [year, month, day] = time.split("-").map(Number) as [number, number, number];
  const start = Date.UTC(year, 0, 1);
  return year + (Date.UTC(year, month - 1, day || 1) - start) / (Date.UTC(year + 1, 0, 1) - start);
}

/** When it ends: a year on 31 December, a day in the evening. */
export function endOf(time: number | string): number {
  if (typeof time === "number" || /^\d{4}$/.test(time)) return Number(time) + 1;
  return beginOf(time) + 1 / 365.25;
}

function gantt(config: GanttChart, context: Context): Drawing {
  const { language } = context;
  const { left, axis } = rowAxis(
    config.rows.map(({ label }) => say(label, language)),
    context,
  );
  const groups = [...new Set(config.rows.map(({ group }) => say(group, language)))];
  const begin = Math.floor(Math.min(...config.rows.map(({ start }) => beginOf(start))));
  const end = Math.ceil(Math.max(...config.rows.map((row) => endOf(row.end))));
  const series = {
    type: "custom",
    data: config.rows.map((row, i) => [beginOf(row.start), endOf(row.end), i]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (params: { dataIndex: number }, api: Api): Shape => {
      const row = config.rows[params.dataIndex] as GanttChart["rows"][number];
      const [x1, y] = api.coord([api.value(0), params.dataIndex]);
      const [x2] = api.coord([api.value(1), params.dataIndex]);
      const group = say(row.group, language);
      const text = [group, say(row.note, language)].filter(Boolean).join(" · ");
      const inside = context.measure(text) + 10 < x2 - x1;
      const bar: Shape = {
        type: "rect",
        shape: { x: x1 + 1, y: y - 9, width: Math.max(x2 - x1 - 2, 2), height: 18 },
        style: { fill: seriesColour(Math.max(groups.indexOf(group), 0)) },
      };
      const label: Shape = {
        type: "text",
        style: {
          text,
          x: inside ? x1 + 6 : x2 + 5,
          y,
          verticalAlign: "middle",
          fontSize: 12.5,
          fontFamily: FONT,
          fill: inside ? "#fff" : GREYS.ink,
        },
      };
      return { type: "group", children: [bar, label] };
    },
  };
  const x = {
    type: "value",
    position: "top",
    min: begin,
    max: end,
    interval: 1,
    axisLabel: {
      color: GREYS.text,
      fontSize: 12.5,
      align: "left",
      showMaxLabel: false,
      formatter: (year: number) => (Number.isInteger(year) ? String(year) : ""),
    },
    splitLine: { lineStyle: { color: GREYS.line } },
  };
  return {
    height: 34 + config.rows.length * ROW_PX + 8,
    option: { ...base(), grid: { left, right: 28, top: 28, bottom: 8 }, xAxis: x, yAxis: axis, series: [series] },
  };
}

/** The drawing of any chart. */
export function drawingOf(config: ChartConfig, context: Context): Drawing {
  if (config.kind === "bars") return bars(config, context);
  if (config.kind === "dumbbell") return dumbbell(config, context);
  if (config.kind === "stacked") return stacked(config, context);
  if (config.kind === "line") return lines(config, context);
  return gantt(config, context);
}

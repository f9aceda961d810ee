import { describe, expect, it } from "vitest";
import { tableOf } from "../../src/chart/data-table.ts";
import { beginOf, drawingOf, endOf, partLook, partName, topOf, withRange } from "../../src/chart/options.ts";
import type { BarChart, ChartConfig } from "../../src/chart/types.ts";

const context = { language: "en", width: 600, measure: (text: string) => text.length * 7 } as const;

const bars: BarChart = {
  kind: "bars",
  title: "T",
  unit: "residents",
  format: "share",
  target: { value: 0.8, label: "target" },
  rows: [
    { label: "A", value: 0.64, low: 0.55, high: 0.71, status: "partly" },
    { label: "B", value: null, status: "unknown", href: "/b" },
  ],
};

const charts: ChartConfig[] = [
  bars,
  {
    kind: "dumbbell",
    title: "T",
    names: { before: "2024", after: "2026" },
    rows: [{ label: "A", before: 1, after: null }],
  },
  {
    kind: "stacked",
    title: "T",
    series: [{ code: "met" }, { code: "other", label: "Other" }],
    rows: [{ label: "A", values: [3, null] }],
  },
  {
    kind: "line",
    title: "T",
    series: [
      {
        label: "found",
        points: [
          { x: 1, y: 2, low: 1, high: 3 },
          { x: 2, y: null },
        ],
      },
    ],
  },
  { kind: "gantt", title: "T", rows: [{ label: "A", start: 2026, end: "2027-06-30", group: "convert" }] },
];

describe("charts", () => {
  it("of every kind are still, zero-based and have a height", () => {
    for (const config of charts) {
      const { option, height } = drawingOf(config, context);
      expect(height).toBeGreaterThan(60);
      expect((option as { animation: boolean }).animation).toBe(false);
      const axis = (option as { xAxis: { min: number } }).xAxis;
      if (config.kind !== "line" && config.kind !== "gantt") expect(axis.min).toBe(0);
    }
  });

  it("tell both figures on the right where the left one would stand on the row's name", () => {
    const drawn = (before: number | null, after: number | null) => {
      const rows = [{ label: "A", before, after }];
      const { option } = drawingOf({ kind: "dumbbell", title: "T", names: { before: "1", after: "2" }, rows }, context);
      const series = (option as { series: { renderItem: (params: unknown, api: unknown) => Drawn }[] }).series;
      const api = { coord: ([value]: [number]) => [100 + value, 10] };
      type Drawn = { children: { type: string; style: { text: string; align: string } }[] };
      const { children } = (series[0] as (typeof series)[number]).renderItem({ dataIndex: 0 }, api);
      return children.filter(({ type }) => type === "text").map(({ style }) => `${style.align} ${style.text}`);
    };
    expect(drawn(300, 400)).toEqual(["right 300", "left 400"]);
    expect(drawn(400, 300)).toEqual(["left 400", "right 300"]);
    expect(drawn(0, 7)).toEqual(["left 0 → 7"]);
    expect(drawn(7, 0)).toEqual(["left 7 → 0"]);
    expect(drawn(0, null).map((words) => words.slice(0, 6))).toEqual(["left 0"]);
    expect(drawn(500, null).map((words) => words.slice(0, 9))).toEqual(["right 500"]);
  });

  it("end their axis at a round figure", () => {
    const top = (value: number, format?: "share") =>
      topOf({ kind: "bars", title: "", ...(format ? { format } : {}), rows: [{ label: "", value }] });
    expect([0.91, 0.3].map((value) => top(value, "share"))).toEqual([1, 0.3]);
    expect([17, 1234, 999].map((value) => top(value))).toEqual([20, 1500, 1000]);
    expect(topOf(bars)).toBe(1);
  });

  it("write ranges and unknown in words", () => {
    const [known, unknown] = bars.rows as [BarChart["rows"][number], BarChart["rows"][number]];
    expect(withRange(bars, known, "en")).toBe("64 % (55–71)");
    expect(withRange(bars, unknown, "zh")).toBe("待补");
  });

  it("read years and days", () => {
    expect(
      [beginOf(2026), endOf(2026), beginOf("2027"), beginOf("2026-07-02")].map((x) => Number(x.toFixed(2))),
    ).toEqual([2026, 2027, 2027, 2026.5]);
    expect(endOf("2026-12-31")).toBeCloseTo(2027, 2);
  });

  it("carry a status by mark and word", () => {
    expect(partLook("not_met", 0).mark).toBe("○ ");
    expect(partName({ code: "met" }, "zh")).toBe("达标");
    expect(partName({ code: "x", label: { zh: "甲", en: "A" } }, "en")).toBe("A");
  });
});

describe("the table of a chart", () => {
  it("holds every figure", () => {
    expect(tableOf(bars, "en")).toEqual({
      heads: ["Name", "residents", "Low", "High", "Status"],
      rows: [
        { label: "A", cells: ["64 %", "55 %", "71 %", "partly met"] },
        { label: "B", href: "/b", cells: ["unknown", "unknown", "unknown", "unknown"] },
      ],
    });
    for (const config of charts) {
      const { heads, rows } = tableOf(config, "zh");
      expect(rows.length).toBeGreaterThan(0);
      for (const { cells } of rows) expect(cells.length).toBe(heads.length - 1);
    }
  });
});

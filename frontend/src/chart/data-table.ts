/** The figures of a chart as rows: what screen readers read, and what anybody can open. */

import { formatValue } from "../core/format.ts";
import { type Language, say, type Text } from "../core/language.ts";
import { readStatus, STATUS_WORDS } from "../core/palette.ts";
import { partName } from "./options.ts";
import type { ChartConfig } from "./types.ts";

export interface DataTable {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly label: string; readonly href?: string; readonly cells: readonly string[] }[];
}

const WORDS = {
  name: { zh: "名称", en: "Name" },
  value: { zh: "数值", en: "Value" },
  low: { zh: "下限", en: "Low" },
  high: { zh: "上限", en: "High" },
  status: { zh: "结论", en: "Status" },
  start: { zh: "开始", en: "Start" },
  end: { zh: "结束", en: "End" },
  group: { zh: "类别", en: "Group" },
  note: { zh: "备注", en: "Note" },
} as const;

type Row = DataTable["rows"][number];

const linked = (href: string | undefined): { href?: string } => (href ? { href } : {});

/** The table of any chart. */
export function tableOf(config: ChartConfig, language: Language): DataTable {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const write = (value: unknown): string => formatValue(value, config.format ?? "number", language, config.digits);
  const named = (label: Text, cells: readonly string[], href?: string): Row => ({
    label: say(label, language),
    cells,
    ...linked(href),
  });
  if (config.kind === "bars") {
    const ranged = config.rows.some(({ low, high }) => typeof low === "number" && typeof high === "number");
    const judged = config.rows.some(({ status }) => status !== undefined);
    const heads = [
      word("name"),
      say(config.unit, language) || word("value"),
      ...(ranged ? [word("low"), word("high")] : []),
      ...(judged ? [word("status")] : []),
    ];
    const rows = config.rows.map((row) =>
      named(
        row.label,
        [
          write(row.value),
          ...(ranged ? [write(row.low), write(row.high)] : []),
          ...(judged ? [STATUS_WORDS[readStatus(row.status)][language]] : []),
        ],
        row.href,
      ),
    );
    return { heads, rows };
  }
  if (config.kind === "dumbbell") {
    const heads = [word("name"), say(config.names.before, language), say(config.names.after, language)];
    return { heads, rows: config.rows.map((row) => named(row.label, [write(row.before), write(row.after)], row.href)) };
  }
  if (config.kind === "stacked") {
    const heads = [word("name"), ...config.series.map((part) => partName(part, language))];
    return {
      heads,
      rows: config.rows.map((row) =>
        named(
          row.label,
          config.series.map((_, i) => write(row.values[i] ?? null)),
          row.href,
        ),
      ),
    };
  }
  if (config.kind === "line") return lineTable(config, language);
  const heads = [word("name"), word("start"), word("end"), word("group"), word("note")];
  const rows = config.rows.map((row) =>
    named(row.label, [String(row.start), String(row.end), say(row.group, language), say(row.note, language)], row.href),
  );
  return { heads, rows };
}

function lineTable(config: Extract<ChartConfig, { kind: "line" }>, language: Language): DataTable {
  const write = (value: unknown): string => formatValue(value, config.format ?? "number", language, config.digits);
  const xs = [...new Set(config.series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const bounded = config.series.some(({ points }) => points.some(({ low }) => typeof low === "number"));
  const heads = config.series.flatMap(({ label }) => {
    const name = say(label, language);
    return bounded ? [name, `${name} · ${WORDS.low[language]}`, `${name} · ${WORDS.high[language]}`] : [name];
  });
  const rows = xs.map((x) => {
    const cells = config.series.flatMap(({ points }) => {
      const point = points.find((each) => each.x === x);
      return bounded ? [write(point?.y), write(point?.low), write(point?.high)] : [write(point?.y)];
    });
    return { label: String(x), cells };
  });
  return { heads: [say(config.x_title, language) || WORDS.name[language], ...heads], rows };
}

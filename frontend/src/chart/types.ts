/** What a page tells a chart. */

import type { Format } from "../core/format.ts";
import type { Text } from "../core/language.ts";

interface Common {
  readonly title: Text;
  readonly unit?: Text;
  readonly format?: Format;
  readonly digits?: number;
  readonly source?: Text;
  readonly date?: string;
  /** Where the rest of the configuration is fetched from. */
  readonly src?: string;
}

export interface BarRow {
  readonly label: Text;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly status?: string;
  readonly href?: string;
}

export interface BarChart extends Common {
  readonly kind: "bars";
  readonly rows: readonly BarRow[];
  readonly target?: { readonly value: number; readonly label: Text };
}

export interface DumbbellRow {
  readonly label: Text;
  readonly before: number | null;
  readonly after: number | null;
  readonly href?: string;
}

export interface DumbbellChart extends Common {
  readonly kind: "dumbbell";
  readonly names: { readonly before: Text; readonly after: Text };
  readonly rows: readonly DumbbellRow[];
  /** Whether more is better (the usual) or less. */
  readonly better?: "up" | "down";
}

export interface StackedRow {
  readonly label: Text;
  readonly values: readonly (number | null)[];
  readonly href?: string;
}

export interface StackedChart extends Common {
  readonly kind: "stacked";
  readonly series: readonly { readonly code: string; readonly label?: Text }[];
  readonly rows: readonly StackedRow[];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

export interface LineChart extends Common {
  readonly kind: "line";
  readonly x_title?: Text;
  readonly series: readonly { readonly label: Text; readonly points: readonly LinePoint[] }[];
}

export interface GanttRow {
  readonly label: Text;
  /** A year, or a date as 2026-11-23; both ends are included. */
  readonly start: number | string;
  readonly end: number | string;
  readonly group?: Text;
  readonly note?: Text;
  readonly href?: string;
}

export interface GanttChart extends Common {
  readonly kind: "gantt";
  readonly rows: readonly GanttRow[];
}

export type ChartConfig = BarChart | DumbbellChart | StackedChart | LineChart | GanttChart;

/** Five classes of equal width with round limits; the same as `linli.report.palette.sort_into_classes`. */

import { CLASS_COLOURS } from "./palette.ts";

const STEPS = [1, 2, 2.5, 5, 10] as const;
const COUNT = CLASS_COLOURS.length;

function niceStep(span: number): number {
  const rough = Math.max(span / COUNT, 1e-9);
  const power = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

const round = (value: number): number => Number(value.toFixed(10));

/** Six limits, ascending; NaN and null are unknown and left out; `ceiling` is the largest value that can be (1 = a share). */
export function findBreaks(values: readonly (number | null | undefined)[], ceiling?: number): number[] {
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const low = known.length > 0 ? known.reduce((a, b) => Math.min(a, b)) : 0;
  const high = known.length > 0 ? known.reduce((a, b) => Math.max(a, b)) : 1;
  let step = niceStep(Math.max(high - low, ceiling === 1 ? 0.05 : Math.abs(high) * 0.05));
  let start = Math.floor(low / step + 1e-9) * step;
  while (start + COUNT * step < high - 1e-9) {
    step = niceStep(step * COUNT * 1.01);
    start = Math.floor(low / step + 1e-9) * step;
  }
  if (ceiling !== undefined && start + COUNT * step > ceiling) start = Math.max(ceiling - COUNT * step, 0);
  return Array.from({ length: COUNT + 1 }, (_, i) => round(start + i * step));
}

/** The class of a value, 0–4, or undefined if it is unknown; a class holds its lower limit, the last also its upper. */
export function classOf(value: unknown, breaks: readonly number[]): number | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const inner = breaks.slice(1, -1);
  return inner.filter((limit) => value >= limit).length;
}

/** How many values are in each class, and how many are unknown. */
export function countClasses(values: readonly unknown[], breaks: readonly number[]) {
  const counts = new Array<number>(breaks.length - 1).fill(0);
  let unknown = 0;
  for (const value of values) {
    const found = classOf(value, breaks);
    if (found === undefined) unknown += 1;
    else counts[found] = (counts[found] ?? 0) + 1;
  }
  return { counts, unknown };
}

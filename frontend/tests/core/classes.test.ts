import { describe, expect, it } from "vitest";
import { classOf, countClasses, findBreaks } from "../../src/core/classes.ts";
import cases from "./classes.json" with { type: "json" }; // what linli.report.palette.sort_into_classes answers

describe("classes", () => {
  it("are those of the reports", () => {
    for (const { values, ceiling, breaks, counts, unknown } of cases) {
      const found = findBreaks(values, ceiling ?? undefined);
      expect(found.map((limit) => limit.toFixed(8))).toEqual(breaks.map((limit) => limit.toFixed(8)));
      expect(countClasses(values, found)).toEqual({ counts, unknown });
    }
  });

  it("hold their lower limit, the last also its upper", () => {
    const breaks = [0, 1, 2, 3, 4, 5];
    expect([0, 0.99, 1, 4, 5].map((value) => classOf(value, breaks))).toEqual([0, 0, 1, 4, 4]);
    expect([null, undefined, Number.NaN, "3"].map((value) => classOf(value, breaks))).toEqual(Array(4).fill(undefined));
  });
});

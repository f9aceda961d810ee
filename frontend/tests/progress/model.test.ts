import { describe, expect, it } from "vitest";
import { factsOf, isOver, timeLeft, waitMs } from "../../src/progress/model.ts";

describe("progress", () => {
  it("asks often at first, seldom later, ever less of a silent server", () => {
    expect([0, 20, 100].map((asked) => waitMs(asked, 0))).toEqual([1000, 2000, 5000]);
    expect(waitMs(0, 3)).toBe(8000);
    expect(waitMs(100, 20)).toBe(60_000);
  });

  it("writes time in words that do not pretend to be exact", () => {
    expect(timeLeft(2, "en")).toBe("about 5 s");
    expect(timeLeft(61, "zh")).toBe("约 2 分钟");
    expect(timeLeft(9000, "en")).toBe("about 2.5 h");
    expect([null, undefined, -1, Number.NaN].map((seconds) => timeLeft(seconds, "en"))).toEqual(["", "", "", ""]);
  });

  it("says how far it is", () => {
    expect(factsOf({ state: "running", fraction: 0.256, done: 3, total: 12, seconds_left: 40 }, "en")).toEqual([
      "26 %",
      "3 of 12",
      "about 40 s left",
    ]);
    expect(factsOf({ state: "done", fraction: 1, done: 12, total: 12 }, "zh")).toEqual(["12 / 12"]);
    expect(factsOf({ state: "queued" }, "zh")).toEqual([]);
    expect(["queued", "running", "done", "failed", "cancelled"].map((state) => isOver(state as never))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});

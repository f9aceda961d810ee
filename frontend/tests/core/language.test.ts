// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { formatDate, formatNumber, formatShare, languageOf, say, speaker } from "../../src/core/language.ts";

describe("language", () => {
  it("groups digits and calls unknown by its name", () => {
    expect(formatNumber(1234567.8, "en", 1)).toBe("1,234,567.8");
    expect(formatNumber(null, "zh")).toBe("待补");
    expect(formatNumber(Number.NaN, "en")).toBe("unknown");
    expect(formatShare(0.6249, "en")).toBe("62 %");
    expect(formatShare(undefined, "zh")).toBe("待补");
  });

  it("reads the nearest lang attribute", () => {
    document.body.innerHTML = '<div lang="en"><p id="a"></p></div><p id="b" lang="zh-Hans"></p><p id="c"></p>';
    expect(["a", "b", "c"].map((id) => languageOf(document.getElementById(id) as Element))).toEqual(["en", "zh", "zh"]);
  });

  it("fills in values and keeps what it was not told", () => {
    const word = speaker({ found: { zh: "找到 {n} 条", en: "{n} found in {place}" } }, "en");
    expect(word("found", { n: 3 })).toBe("3 found in {place}");
    expect(say({ zh: "甲", en: "A" }, "zh")).toBe("甲");
  });

  it("writes dates as ISO days", () => {
    expect(formatDate(new Date(2026, 10, 3, 7, 5), true)).toBe("2026-11-03 07:05");
  });
});

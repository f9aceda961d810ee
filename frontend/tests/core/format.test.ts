import { describe, expect, it } from "vitest";
import { formatField, formatValue } from "../../src/core/format.ts";
import { readGroup, readStatus } from "../../src/core/palette.ts";

describe("values in words", () => {
  it("bring their unit, and none if they are unknown", () => {
    const field = { key: "a", label: "Area", unit: "m²", format: "number", digits: 0 } as const;
    expect(formatField(1234.4, field, "en")).toBe("1,234 m²");
    expect(formatField(null, field, "zh")).toBe("待补");
    expect(formatField("", field, "en")).toBe("unknown");
    expect(formatValue(0.615, "share", "en", 1)).toBe("61.5 %");
    expect(formatValue("2026-11-23T10:00", "date", "en")).toBe("2026-11-23");
    expect(formatValue(0, "number", "en")).toBe("0");
  });

  it("know the five statuses and the eight groups", () => {
    expect(formatValue("partly", "status", "zh")).toBe("部分达标");
    expect(readStatus("nonsense")).toBe("unknown");
    expect(readGroup("elderly")).toBe("elderly");
    expect(readGroup("toString")).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { compare, matches, readState, sortValue, writeState } from "../../src/table/model.ts";

describe("tables", () => {
  it("sort numbers as numbers, Chinese by its sound, unknown last either way", () => {
    const order = (values: (string | number | null)[], down: boolean) =>
      [...values].sort((a, b) => compare(a, b, down, "zh"));
    expect(order([10, null, 9, 100], false)).toEqual([9, 10, 100, null]);
    expect(order([10, null, 9, 100], true)).toEqual([100, 10, 9, null]);
    expect(order(["登云", "荷塘", "翠苑"], false)).toEqual(["翠苑", "登云", "荷塘"]);
    expect(sortValue("", "x")).toBeNull();
    expect(sortValue("12", "x")).toBe(12);
    expect(sortValue(undefined, " Abc ")).toBe("abc");
  });

  it("find rows that hold every word", () => {
    expect(matches("和睦社区 停业 Canteen", "canteen 和睦")).toBe(true);
    expect(matches("和睦社区", "和睦 华丰")).toBe(false);
    expect(matches("anything", "  ")).toBe(true);
  });

  it("keep their state in the address beside what else is there", () => {
    const state = { query: "a b", hidden: ["x", "y"], sort: { key: "n", down: true } };
    const search = writeState("?page=2", "t", state);
    expect(readState(search, "t")).toEqual(state);
    expect(new URLSearchParams(search).get("page")).toBe("2");
    expect(writeState(search, "t", { query: "", hidden: [], sort: undefined })).toBe("page=2");
  });
});

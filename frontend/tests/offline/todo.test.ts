import { describe, expect, it } from "vitest";
import { distanceText, distanceTo, type Item, isWanted, nearestFirst, statesByRecord } from "../../src/offline/todo.ts";
import { makeEntry } from "./entry.ts";

const item = (record: string, more: Partial<Item> = {}): Item => ({
  record,
  title: record,
  position: undefined,
  asks: "record",
  todo: true,
  missing: 0,
  ...more,
});

describe("the worker's list", () => {
  it("shows what is wanted and what is searched for", () => {
    const done = item("和睦食堂", { todo: false });
    expect(isWanted(done, "record", "todo", "")).toBe(false);
    expect(isWanted(done, "record", "all", "")).toBe(true);
    expect(isWanted(done, "record", "missing", "")).toBe(false);
    expect(isWanted(item("x", { missing: 2 }), "record", "missing", "")).toBe(true);
    expect(isWanted(done, "record", "all", " 食堂 ")).toBe(true);
    expect(isWanted(item("Canteen"), "record", "todo", "cant")).toBe(true);
    expect(isWanted(done, "record", "all", "药店")).toBe(false);
    expect(isWanted(done, "question", "all", "")).toBe(false);
  });

  it("puts the nearest first and what has no place last, in its own order", () => {
    const here = [120, 30] as const;
    const items = [
      item("far", { position: [120.1, 30] }),
      item("nowhere"),
      item("near", { position: [120.001, 30] }),
      item("nowhere too"),
    ];
    expect(nearestFirst(items, here).map(({ record }) => record)).toEqual(["near", "far", "nowhere", "nowhere too"]);
    expect(distanceTo(items[1] as Item, here)).toBeUndefined();
    expect(distanceTo(items[2] as Item, undefined)).toBeUndefined();
    expect(distanceTo(items[2] as Item, here)).toBeCloseTo(96.3, 0);
  });

  it("writes distances as people say them", () => {
    expect([0, 12, 87, 996, 1000, 1234].map(distanceText)).toEqual([
      "5 m",
      "10 m",
      "85 m",
      "995 m",
      "1.0 km",
      "1.2 km",
    ]);
  });

  it("tells the most pressing state of each record", () => {
    const states = statesByRecord([
      makeEntry({ record: "a", state: "sent" }),
      makeEntry({ record: "a", state: "conflict" }),
      makeEntry({ record: "a", state: "waiting" }),
      makeEntry({ record: "b", state: "sent" }),
      makeEntry({ record: null, state: "conflict" }),
    ]);
    expect([...states]).toEqual([
      ["a", "conflict"],
      ["b", "sent"],
    ]);
  });
});

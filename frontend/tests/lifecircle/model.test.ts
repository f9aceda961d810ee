import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDrop,
  type Building,
  clearDrops,
  type Drop,
  gains,
  NO_DROPS,
  nearestM,
  removeDrop,
  residentsOf,
  stateOf,
  summarise,
  undoDrop,
} from "../../src/lifecircle/model.ts";

const LIMIT = 500;
const metres = fc.option(fc.integer({ min: 0, max: 1200 }), { nil: null });
const town = fc
  .array(
    fc.record({
      residents: fc.option(fc.nat(300), { nil: null }),
      base: fc.option(metres, { nil: undefined, freq: 8 }),
    }),
    { maxLength: 30 },
  )
  .map((rows) => ({
    buildings: rows.map(({ residents }, i): Building => ({ id: `b${i}`, name: "", at: [0, 0], residents })),
    base: Object.fromEntries(rows.flatMap(({ base }, i) => (base === undefined ? [] : [[`b${i}`, base]]))) as Record<
      string,
      number | null
    >,
  }));
const drops = fc
  .array(
    fc.dictionary(
      fc.integer({ min: 0, max: 29 }).map((i) => `b${i}`),
      fc.nat(1200),
    ),
    { maxLength: 4 },
  )
  .map((all) => all.map((distances, id): Drop => ({ id, at: [0, 0], distances })));

describe("the life circle", () => {
  it("counts every resident once", () => {
    fc.assert(
      fc.property(town, drops, ({ buildings, base }, ideas) => {
        const sum = summarise(buildings, base, ideas, LIMIT);
        const all = buildings.reduce((total, { residents }) => total + (residents ?? 0), 0);
        expect(sum.served + sum.newly + sum.without + sum.unknown).toBe(all);
        expect(sum.residents).toBe(all);
        expect(sum.uncounted).toBe(buildings.filter(({ residents }) => residents === null).length);
      }),
    );
  });

  it("never loses anybody by one more facility, and the gains add up", () => {
    fc.assert(
      fc.property(town, drops, ({ buildings, base }, ideas) => {
        const added = gains(buildings, base, ideas, LIMIT);
        expect(added.every((gain) => gain >= 0)).toBe(true);
        expect(added.reduce((a, b) => a + b, 0)).toBe(summarise(buildings, base, ideas, LIMIT).newly);
        for (const { id } of buildings) {
          if (stateOf(id, base, [], LIMIT) === "served") expect(stateOf(id, base, ideas, LIMIT)).toBe("served");
        }
      }),
    );
  });

  it("keeps unknown apart from out of reach", () => {
    expect(stateOf("a", { a: null }, [], LIMIT)).toBe("without");
    expect(stateOf("a", {}, [], LIMIT)).toBe("unknown");
    expect(nearestM("a", {}, [])).toBeUndefined();
    expect(nearestM("a", { a: null }, [])).toBeNull();
    expect(nearestM("a", { a: 900 }, [{ id: 1, at: [0, 0], distances: { a: 300 } }])).toBe(300);
    expect(residentsOf({ x: 3, y: null }, ["x", "y"])).toBe(3);
    expect(residentsOf({ y: "7" }, ["x", "y"])).toBeNull();
  });

  it("undoes what was put, removed and cleared", () => {
    const drop = (id: number): Drop => ({ id, at: [0, 0], distances: {} });
    const two = addDrop(addDrop(NO_DROPS, drop(1)), drop(2));
    const one = removeDrop(two, 1);
    expect(one.now.map(({ id }) => id)).toEqual([2]);
    expect(undoDrop(one).now.map(({ id }) => id)).toEqual([1, 2]);
    expect(undoDrop(clearDrops(one)).now.map(({ id }) => id)).toEqual([2]);
    expect(removeDrop(two, 9)).toBe(two);
    expect(undoDrop(NO_DROPS)).toBe(NO_DROPS);
    expect(clearDrops(NO_DROPS)).toBe(NO_DROPS);
  });
});

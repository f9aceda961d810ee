import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDrop,
  type Building,
  changed,
  clearIdeas,
  type Drop,
  gains,
  type Ideas,
  isAny,
  moveDrop,
  NO_HISTORY,
  NO_IDEAS,
  nearestM,
  removeDrop,
  residentsOf,
  setClosed,
  stateOf,
  summarise,
  undoIdea,
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
const places = fc.dictionary(
  fc.integer({ min: 0, max: 29 }).map((i) => `b${i}`),
  fc.nat(1200),
);
const drops = fc
  .array(places, { maxLength: 4 })
  .map((all) => all.map((distances, id): Drop => ({ id, at: [0, 0], distances })));
/** Closing never brings a facility nearer, nor a building onto a street. */
const ideas = (base: Readonly<Record<string, number | null>>) =>
  fc.tuple(drops, fc.subarray(Object.keys(base)), fc.nat(900)).map(
    ([some, without, farther]): Ideas => ({
      drops: some,
      closed: without.length > 0 ? [{ id: "f", name: "f" }] : [],
      instead: Object.fromEntries(
        without.map((id) => {
          const now = base[id];
          return [id, typeof now === "number" && now + farther <= 1200 ? now + farther : null] as const;
        }),
      ),
    }),
  );
const world = town.chain((one) => ideas(one.base).map((some) => ({ ...one, some })));
const only = (some: readonly Drop[]): Ideas => ({ ...NO_IDEAS, drops: some });

describe("the life circle", () => {
  it("counts every resident once", () => {
    fc.assert(
      fc.property(world, ({ buildings, base, some }) => {
        const sum = summarise(buildings, base, some, LIMIT);
        const all = buildings.reduce((total, { residents }) => total + (residents ?? 0), 0);
        expect(sum.served + sum.newly + sum.lost + sum.without + sum.unknown).toBe(all);
        expect(sum.residents).toBe(all);
        expect(sum.uncounted).toBe(buildings.filter(({ residents }) => residents === null).length);
      }),
    );
  });

  it("never loses anybody by one more facility, and the gains add up", () => {
    fc.assert(
      fc.property(world, ({ buildings, base, some }) => {
        const added = gains(buildings, base, some, LIMIT);
        expect(added.every((gain) => gain >= 0)).toBe(true);
        const [none, all] = [{ ...some, drops: [] }, some].map((one) => summarise(buildings, base, one, LIMIT));
        const reached = (sum: typeof none) => (sum?.served ?? 0) + (sum?.newly ?? 0);
        expect(added.reduce((a, b) => a + b, 0)).toBe(reached(all) - reached(none));
        for (const { id } of buildings) {
          if (stateOf(id, base, NO_IDEAS, LIMIT) === "served")
            expect(stateOf(id, base, only(some.drops), LIMIT)).toBe("served");
        }
      }),
    );
  });

  it("loses only who had it, and only by closing", () => {
    fc.assert(
      fc.property(world, ({ buildings, base, some }) => {
        for (const { id } of buildings) {
          const state = stateOf(id, base, some, LIMIT);
          if (state === "lost") expect(stateOf(id, base, NO_IDEAS, LIMIT)).toBe("served");
          expect(stateOf(id, base, only(some.drops), LIMIT)).not.toBe("lost");
          if (stateOf(id, base, NO_IDEAS, LIMIT) === "unknown") expect(["unknown", "newly"]).toContain(state);
        }
      }),
    );
  });

  it("tells the same of a place whose buildings are only known where ideas concern them", () => {
    fc.assert(
      fc.property(world, ({ buildings, base, some }) => {
        const concerned = new Set([
          ...some.drops.flatMap((drop) => Object.keys(drop.distances)),
          ...Object.keys(some.instead),
        ]);
        const known = buildings.filter(({ id }) => concerned.has(id));
        const all = summarise(buildings, base, NO_IDEAS, LIMIT);
        const before = summarise(known, base, NO_IDEAS, LIMIT);
        const after = summarise(known, base, some, LIMIT);
        expect(changed(all, before, after)).toEqual(summarise(buildings, base, some, LIMIT));
      }),
    );
  });

  it("keeps unknown apart from out of reach", () => {
    expect(stateOf("a", { a: null }, NO_IDEAS, LIMIT)).toBe("without");
    expect(stateOf("a", {}, NO_IDEAS, LIMIT)).toBe("unknown");
    expect(nearestM("a", {}, NO_IDEAS)).toBeUndefined();
    expect(nearestM("a", { a: null }, NO_IDEAS)).toBeNull();
    expect(nearestM("a", { a: 900 }, only([{ id: 1, at: [0, 0], distances: { a: 300 } }]))).toBe(300);
    expect(
      nearestM("a", { a: 100 }, { ...NO_IDEAS, closed: [{ id: "f", name: "" }], instead: { a: null } }),
    ).toBeNull();
    expect(residentsOf({ x: 3, y: null }, ["x", "y"]), "one band unknown: the sum is").toBeNull();
    expect(residentsOf({ x: 3, y: 0 }, ["x", "y"])).toBe(3);
    expect(residentsOf({ y: "7" }, ["x", "y"])).toBeNull();
  });

  it("forgives half a millimetre, as the assessment does", () => {
    expect(stateOf("a", { a: 500.0004 }, NO_IDEAS, LIMIT)).toBe("served");
    expect(stateOf("a", { a: 500.001 }, NO_IDEAS, LIMIT)).toBe("without");
  });

  it("undoes what was put, moved, closed, removed and cleared", () => {
    const drop = (id: number, x = 0): Drop => ({ id, at: [x, 0], distances: {} });
    const two = addDrop(addDrop(NO_HISTORY, drop(1)), drop(2));
    const one = removeDrop(two, 1);
    expect(one.now.drops.map(({ id }) => id)).toEqual([2]);
    expect(undoIdea(one).now.drops.map(({ id }) => id)).toEqual([1, 2]);
    expect(undoIdea(clearIdeas(one)).now.drops.map(({ id }) => id)).toEqual([2]);
    expect(removeDrop(two, 9)).toBe(two);
    expect(undoIdea(NO_HISTORY)).toBe(NO_HISTORY);
    expect(clearIdeas(NO_HISTORY)).toBe(NO_HISTORY);
    const moved = moveDrop(two, drop(1, 5));
    expect(moved.now.drops.map(({ at }) => at[0])).toEqual([5, 0]);
    expect(undoIdea(moved).now).toBe(two.now);
    expect(moveDrop(two, drop(7))).toBe(two);
    const shut = setClosed(two, [{ id: "f", name: "F" }], { a: null });
    expect(isAny(clearIdeas(shut).now)).toBe(false);
    expect(undoIdea(shut).now.closed).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inRing, moveBy, type Position, ringAreaM2 } from "../../src/core/geometry.ts";
import {
  addPosition,
  change,
  changeKind,
  type Draft,
  deletePosition,
  findProblems,
  type History,
  middles,
  movePosition,
  readGeometry,
  readText,
  toGeometry,
  undo,
} from "../../src/pin/model.ts";

const position = fc
  .tuple(fc.integer({ min: 1200000, max: 1202000 }), fc.integer({ min: 300000, max: 302000 }))
  .map(([x, y]): Position => [x / 1e4, y / 1e4]);
const kind = fc.constantFrom("point", "multipoint", "polygon");
const draft = fc
  .tuple(kind, fc.uniqueArray(position, { maxLength: 8, selector: String }))
  .map(([k, positions]): Draft => changeKind({ kind: "multipoint", positions }, k as Draft["kind"]));
const square: Position[] = [[120, 30], moveBy([120, 30], 50, 0), moveBy([120, 30], 50, 50), moveBy([120, 30], 0, 50)];

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("add" as const), at: position }),
    fc.record({ do: fc.constant("move" as const), i: fc.nat(9), at: position }),
    fc.record({ do: fc.constant("delete" as const), i: fc.nat(9) }),
    fc.record({ do: fc.constant("kind" as const), to: kind }),
  ),
  { maxLength: 25 },
);

function apply(now: Draft, step: { do: string; at?: Position; i?: number; to?: string }): Draft {
  if (step.do === "add") return addPosition(now, step.at as Position);
  if (step.do === "move") return movePosition(now, step.i as number, step.at as Position);
  if (step.do === "delete") return deletePosition(now, step.i as number);
  return changeKind(now, step.to as Draft["kind"]);
}

describe("a drawing", () => {
  it("comes back from its own GeoJSON", () => {
    fc.assert(
      fc.property(draft, (drawn) => {
        const geometry = toGeometry(drawn);
        if (geometry === undefined) return;
        const back = readGeometry(JSON.parse(JSON.stringify(geometry))) as Draft;
        expect(back.kind).toBe(drawn.kind);
        expect(new Set(back.positions.map(String))).toEqual(new Set(drawn.positions.map(String)));
        expect(toGeometry(back)).toEqual(geometry);
      }),
    );
  });

  it("stays whole whatever is done to it, and every step can be undone", () => {
    fc.assert(
      fc.property(draft, steps, (first, list) => {
        let history: History = { now: first, before: [] };
        const seen = [first];
        for (const step of list) {
          history = change(history, apply(history.now, step));
          seen.push(history.now);
          if (history.now.kind === "point") expect(history.now.positions.length).toBeLessThan(2);
          expect(history.now.positions.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
        }
        for (const expected of seen.reverse()) {
          expect(history.now).toEqual(expected);
          history = undo(history);
        }
        expect(history.now).toEqual(first);
      }),
    );
  });

  it("closes outlines and runs them counter-clockwise", () => {
    for (const positions of [square, [...square].reverse()]) {
      const { coordinates } = toGeometry({ kind: "polygon", positions }) as GeoJSON.Polygon;
      const ring = coordinates[0] as [number, number][];
      expect(ring[0]).toEqual(ring.at(-1));
      const twice = ring
        .slice(1)
        .reduce((sum, [x, y], i) => sum + (x - (ring[i]?.[0] ?? 0)) * (y + (ring[i]?.[1] ?? 0)), 0);
      expect(twice).toBeLessThan(0);
    }
  });

  it("gets a corner in the middle of a side without changing its area", () => {
    for (const { at, index } of middles({ kind: "polygon", positions: square })) {
      const more = addPosition({ kind: "polygon", positions: square }, at, index);
      expect(Math.abs(ringAreaM2(more.positions) - ringAreaM2(square))).toBeLessThan(0.5);
      expect(findProblems(more, true)).toEqual([]);
    }
    expect(middles({ kind: "multipoint", positions: square })).toEqual([]);
  });

  it("is told what is wrong with it", () => {
    const codes = (d: Draft, required = true, area?: GeoJSON.Geometry) =>
      findProblems(d, required, area).map(({ code }) => code);
    expect(codes({ kind: "point", positions: [] })).toEqual(["empty"]);
    expect(codes({ kind: "point", positions: [] }, false)).toEqual([]);
    expect(codes({ kind: "polygon", positions: square.slice(0, 2) })).toEqual(["few"]);
    expect(codes({ kind: "polygon", positions: [square[0], square[2], square[1], square[3]] as Position[] })).toEqual([
      "crossing",
    ]);
    expect(codes({ kind: "multipoint", positions: [square[0], square[0]] as Position[] })).toEqual(["double"]);
    expect(codes({ kind: "point", positions: [[200, 30]] })).toEqual(["range"]);
    const line = [
      square[0],
      moveBy(square[0] as Position, 0.02, 0),
      moveBy(square[0] as Position, 0, 0.02),
    ] as Position[];
    expect(codes({ kind: "polygon", positions: line })).toEqual(["tiny"]);
    const area: GeoJSON.Polygon = {
      type: "Polygon",
      coordinates: [[...square, square[0] as Position].map((p) => [...p])],
    };
    const outside: Draft = { kind: "point", positions: [[121, 31]] };
    expect(findProblems(outside, true, area)).toEqual([{ code: "outside", level: "warning", at: [0] }]);
    expect(inRing(moveBy([120, 30], 20, 20), square)).toBe(true);
  });

  it("reads what forms hold, and nothing that it cannot draw", () => {
    expect(readText("", "polygon")).toEqual({ kind: "polygon", positions: [] });
    expect(
      readText('{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2,3]}}', "point"),
    ).toEqual({ kind: "point", positions: [[1, 2]] });
    const one = '{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}';
    expect(readText(one, "point")?.positions.length).toBe(3);
    const bad = [
      "{",
      "null",
      '{"type":"LineString","coordinates":[[0,0],[1,1]]}',
      '{"type":"Point","coordinates":["a",1]}',
      '{"type":"Point","coordinates":[500,1]}',
      '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]],[[0,0]]]}',
    ];
    for (const text of bad) expect(readText(text, "point")).toBeUndefined();
  });
});

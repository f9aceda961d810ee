import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  boundsOf,
  crossings,
  distanceM,
  inArea,
  inRing,
  linesMeet,
  middleOf,
  moveBy,
  type Position,
  positionsOf,
  ringAreaM2,
} from "../../src/core/geometry.ts";

const place = fc.tuple(fc.double({ min: 73, max: 135, noNaN: true }), fc.double({ min: 18, max: 54, noNaN: true }));
const step = fc.double({ min: -2000, max: 2000, noNaN: true });

function square(at: Position, side: number): Position[] {
  return [at, moveBy(at, side, 0), moveBy(at, side, side), moveBy(at, 0, side)];
}

describe("geometry", () => {
  it("moves by as many metres as it measures", () => {
    fc.assert(
      fc.property(place, step, step, (at, east, north) => {
        const metres = Math.hypot(east, north);
        expect(Math.abs(distanceM(at, moveBy(at, east, north)) - metres)).toBeLessThan(0.05 + metres * 2e-3);
      }),
    );
  });

  it("measures areas whatever the direction and the first corner", () => {
    fc.assert(
      fc.property(place, fc.double({ min: 5, max: 800, noNaN: true }), fc.nat(3), (at, side, turn) => {
        const ring = square(at, side);
        const turned = [...ring.slice(turn), ...ring.slice(0, turn)];
        const area = ringAreaM2(ring);
        expect(Math.abs(area - side * side) / (side * side)).toBeLessThan(0.01);
        expect(Math.abs(ringAreaM2([...turned].reverse()) - area) / area).toBeLessThan(0.01);
      }),
    );
  });

  it("sees crossing sides and no others", () => {
    const ring = square([120, 30], 100);
    expect(crossings(ring)).toEqual([]);
    const bow = [ring[0], ring[2], ring[1], ring[3]] as Position[];
    expect(crossings(bow).length).toBe(1);
    expect(linesMeet([0, 0], [1, 1], [0, 1], [1, 0])).toBe(true);
    expect(linesMeet([0, 0], [1, 0], [0, 1], [1, 1])).toBe(false);
    expect(linesMeet([0, 0], [2, 0], [1, 0], [1, 5])).toBe(true);
  });

  it("tells inside from outside, holes taken out", () => {
    const ring = square([120, 30], 100);
    const hole = square(moveBy([120, 30], 40, 40), 20);
    expect(inRing(moveBy([120, 30], 50, 50), ring)).toBe(true);
    expect(inRing(moveBy([120, 30], 150, 50), ring)).toBe(false);
    const area = {
      type: "Polygon",
      coordinates: [ring, hole].map((part) => part.map((p) => [...p])),
    } as GeoJSON.Polygon;
    expect(inArea(moveBy([120, 30], 50, 50), area)).toBe(false);
    expect(inArea(moveBy([120, 30], 10, 10), area)).toBe(true);
    expect(inArea([0, 0], { type: "Point", coordinates: [0, 0] })).toBe(false);
  });

  it("finds boxes and middles", () => {
    const line: GeoJSON.LineString = {
      type: "LineString",
      coordinates: [
        [1, 2],
        [3, -4],
      ],
    };
    expect(boundsOf(positionsOf(line))).toEqual([1, -4, 3, 2]);
    expect(boundsOf([])).toBeUndefined();
    expect(
      middleOf({
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [2, 0],
            [2, 2],
            [0, 2],
            [0, 0],
          ],
        ],
      }),
    ).toEqual([1, 1]);
    expect(positionsOf(null)).toEqual([]);
  });
});

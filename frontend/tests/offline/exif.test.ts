import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExif } from "../../src/offline/exif.ts";
import { photo } from "./photo.ts";

describe("EXIF", () => {
  it("gives time and place, whatever the order of bytes", () => {
    for (const little of [true, false]) {
      const gps = { lat: [30, 18, 36], latRef: "N", lon: [120, 7, 12], lonRef: "E" };
      const { takenAt, position } = readExif(photo(little, "2026:11:23 09:30:15", "+08:00", gps));
      expect(takenAt).toBe("2026-11-23T09:30:15+08:00");
      expect(position?.[0]).toBeCloseTo(120.12, 6);
      expect(position?.[1]).toBeCloseTo(30.31, 6);
    }
    const south = readExif(
      photo(true, "2026:01:02 03:04:05", undefined, { lat: [1, 0, 0], latRef: "S", lon: [2, 0, 0], lonRef: "W" }),
    );
    expect(south).toEqual({ takenAt: "2026-01-02T03:04:05", position: [-2, -1] });
  });

  it("says so when there is none", () => {
    const none = { takenAt: null, position: null };
    expect(readExif(new ArrayBuffer(0))).toEqual(none);
    expect(readExif(new Uint8Array([0x89, 0x50, 0x4e, 0x47]).buffer)).toEqual(none);
    expect(readExif(photo(true, "0000:00:00 00:00:00")).takenAt).toBeNull();
  });

  it("is not upset by any bytes", () => {
    const whole = new Uint8Array(
      photo(true, "2026:11:23 09:30:15", "+08:00", { lat: [30, 1, 2], latRef: "N", lon: [120, 1, 2], lonRef: "E" }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = whole.slice(0, length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const { position } = readExif(bytes.buffer);
          if (position) expect(Math.abs(position[0]) <= 180 && Math.abs(position[1]) <= 90).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

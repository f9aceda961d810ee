import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExif } from "../../src/offline/exif.ts";

interface Tag {
  tag: number;
  type: number;
  data: number[];
  count: number;
}

const ascii = (tag: number, text: string): Tag => ({
  tag,
  type: 2,
  data: [...`${text}\0`].map((c) => c.charCodeAt(0)),
  count: text.length + 1,
});

/** A JPEG file with the tags a camera writes; little- or big-endian. */
function photo(
  little: boolean,
  taken: string,
  offset?: string,
  gps?: { lat: number[]; latRef: string; lon: number[]; lonRef: string },
): ArrayBuffer {
  const number = (value: number, size: number): number[] => {
    const bytes = Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 255);
    return little ? bytes : bytes.reverse();
  };
  const rational = (tag: number, parts: number[]): Tag => ({
    tag,
    type: 5,
    count: 3,
    data: parts.flatMap((part) => [...number(Math.round(part * 100), 4), ...number(100, 4)]),
  });
  const pointer = (tag: number, at: number): Tag => ({ tag, type: 4, count: 1, data: number(at, 4) });
  const directory = (tags: Tag[], at: number): number[] => {
    let next = at + 2 + tags.length * 12 + 4;
    const behind: number[] = [];
    const entries = tags.flatMap(({ tag, type, count, data }) => {
      const head = [...number(tag, 2), ...number(type, 2), ...number(count, 4)];
      if (data.length <= 4) return [...head, ...data, ...Array(4 - data.length).fill(0)];
      const place = next;
      behind.push(...data);
      next += data.length;
      return [...head, ...number(place, 4)];
    });
    return [...number(tags.length, 2), ...entries, 0, 0, 0, 0, ...behind];
  };
  const exifTags = [ascii(0x9003, taken), ...(offset ? [ascii(0x9011, offset)] : [])];
  const gpsTags = gps ? [ascii(1, gps.latRef), rational(2, gps.lat), ascii(3, gps.lonRef), rational(4, gps.lon)] : [];
  const main = 8;
  const exifAt = main + directory([pointer(0x8769, 0), pointer(0x8825, 0)], main).length;
  const gpsAt = exifAt + directory(exifTags, exifAt).length;
  const tiff = [
    ...(little ? [0x49, 0x49] : [0x4d, 0x4d]),
    ...number(42, 2),
    ...number(main, 4),
    ...directory([pointer(0x8769, exifAt), pointer(0x8825, gpsAt)], main),
    ...directory(exifTags, exifAt),
    ...directory(gpsTags, gpsAt),
  ];
  const length = tiff.length + 8;
  const jfif = [0xff, 0xe0, 0, 4, 1, 2];
  return new Uint8Array([
    0xff,
    0xd8,
    ...jfif,
    0xff,
    0xe1,
    length >> 8,
    length & 255,
    0x45,
    0x78,
    0x69,
    0x66,
    0,
    0,
    ...tiff,
    0xff,
    0xda,
    0,
    2,
  ]).buffer;
}

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

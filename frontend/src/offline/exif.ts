/** When and where a photo was taken, read from the EXIF part of a JPEG file. */

import type { Position } from "../core/geometry.ts";

export interface Exif {
  /** 2026-11-23T18:55:00 with the offset from UTC if the camera wrote one; null = not written. */
  readonly takenAt: string | null;
  readonly position: Position | null;
}

const NONE: Exif = { takenAt: null, position: null };

const TAG = { exif: 0x8769, gps: 0x8825, taken: 0x9003, offset: 0x9011, latRef: 1, lat: 2, lonRef: 3, lon: 4 } as const;
const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const MOST_ENTRIES = 200;

interface Entry {
  readonly type: number;
  readonly count: number;
  readonly at: number;
}

// The TIFF block inside the APP1 segment, or undefined.
function findTiff(view: DataView): DataView | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda || length < 2) return undefined;
    const isExif =
      marker === 0xffe1 && length > 14 && at + 10 <= view.byteLength && view.getUint32(at + 4) === 0x45786966;
    if (isExif) {
      const start = at + 10;
      const end = Math.min(at + 2 + length, view.byteLength);
      return start < end ? new DataView(view.buffer, view.byteOffset + start, end - start) : undefined;
    }
    at += 2 + length;
  }
  return undefined;
}

class Tiff {
  constructor(
    private readonly view: DataView,
    private readonly little: boolean,
  ) {}

  private has(at: number, bytes: number): boolean {
    return at >= 0 && at + bytes <= this.view.byteLength;
  }

  short(at: number): number | undefined {
    return this.has(at, 2) ? this.view.getUint16(at, this.little) : undefined;
  }

  long(at: number): number | undefined {
    return this.has(at, 4) ? this.view.getUint32(at, this.little) : undefined;
  }

  /** The entries of a directory by tag; what points outside the file is left out. */
  directory(at: number | undefined): Map<number, Entry> {
    const found = new Map<number, Entry>();
    const count = at === undefined ? undefined : this.short(at);
    if (at === undefined || count === undefined || count > MOST_ENTRIES) return found;
    for (let i = 0; i < count; i += 1) {
      const where = at + 2 + i * 12;
      const [tag, type, many] = [this.short(where), this.short(where + 2), this.long(where + 4)];
      if (tag === undefined || type === undefined || many === undefined || many > 65_535) continue;
      const size = (SIZES[type] ?? 1) * many;
      const place = size <= 4 ? where + 8 : this.long(where + 8);
      if (place !== undefined && this.has(place, size)) found.set(tag, { type, count: many, at: place });
    }
    return found;
  }

  text(entry: Entry | undefined): string | undefined {
    if (entry?.type !== ASCII) return undefined;
    const codes = Array.from({ length: entry.count }, (_, i) => this.view.getUint8(entry.at + i));
    return String.fromCharCode(...codes.slice(0, codes.indexOf(0) === -1 ? codes.length : codes.indexOf(0))).trim();
  }

  /** Degrees, minutes and seconds as one number. */
  degrees(entry: Entry | undefined): number | undefined {
    if (entry?.type !== RATIONAL || entry.count < 3) return undefined;
    const parts = [0, 1, 2].map((i) => {
      const under = this.long(entry.at + i * 8 + 4) ?? 0;
      return under === 0 ? 0 : (this.long(entry.at + i * 8) ?? 0) / under;
    }) as [number, number, number];
    return parts[0] + parts[1] / 60 + parts[2] / 3600;
  }

  pointer(entry: Entry | undefined): number | undefined {
    return entry?.type === LONG ? this.long(entry.at) : undefined;
  }
}

function readTime(tiff: Tiff, exif: Map<number, Entry>): string | null {
  const found = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(tiff.text(exif.get(TAG.taken)) ?? "");
  if (found === null || found[1] === "0000") return null;
  const [, year, month, day, hour, minute, second] = found;
  const offset = tiff.text(exif.get(TAG.offset)) ?? "";
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${/^[+-]\d\d:\d\d$/.test(offset) ? offset : ""}`;
}

function readPosition(tiff: Tiff, gps: Map<number, Entry>): Position | null {
  const [lat, lon] = [tiff.degrees(gps.get(TAG.lat)), tiff.degrees(gps.get(TAG.lon))];
  if (lat === undefined || lon === undefined || lat > 90 || lon > 180 || (lat === 0 && lon === 0)) return null;
  const south = tiff.text(gps.get(TAG.latRef)) === "S";
  const west = tiff.text(gps.get(TAG.lonRef)) === "W";
  return [west ? -lon : lon, south ? -lat : lat];
}

/** Read the time and place of a JPEG; nothing is thrown, whatever the bytes are. */
export function readExif(bytes: ArrayBuffer): Exif {
  const view = findTiff(new DataView(bytes));
  if (view === undefined || view.byteLength < 8) return NONE;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return NONE;
  const tiff = new Tiff(view, order === 0x4949);
  const main = tiff.directory(tiff.long(4));
  const exif = tiff.directory(tiff.pointer(main.get(TAG.exif)));
  const gps = tiff.directory(tiff.pointer(main.get(TAG.gps)));
  return { takenAt: readTime(tiff, exif), position: readPosition(tiff, gps) };
}

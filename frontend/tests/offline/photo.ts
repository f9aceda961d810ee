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
export function photo(
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

/** The part of a file made by `photo` that holds the tags, put into a real picture. */
export function withTags(jpeg: Uint8Array, tagged: ArrayBuffer): Uint8Array {
  const tags = new Uint8Array(tagged).slice(2, -4);
  return new Uint8Array([...jpeg.slice(0, 2), ...tags, ...jpeg.slice(2)]);
}

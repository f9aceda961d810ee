/** The pictures a map needs: hatches that repeat and facility symbols, as pixels made here, asked from nobody. */

import type { Language } from "../core/language.ts";
import { GROUPS, type Group, ROOM, STATUS_CODES, STATUSES, type Status } from "../core/palette.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** The side of a repeating pattern, in pixels of the picture; shown at half that size. */
export const PATTERN_SIDE = 16;

type Rgb = readonly [number, number, number];

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

// Between fill and colour: seen, but names can be read on it.
const INKS: Readonly<Record<Status, string>> = {
  met: "#9fd1b2",
  partly: "#cf9f4a",
  not_met: "#cf6a61",
  not_applicable: "#e1e6ea",
  unknown: "#9aa5b1",
};

// Where a pattern carries ink; every rule repeats after PATTERN_SIDE in both directions.
const INK: Readonly<Record<Status, (x: number, y: number) => boolean>> = {
  met: () => false,
  partly: (_x, y) => y % 8 < 2,
  not_met: (x, y) => (x % 8) ** 2 + (y % 8) ** 2 < 5 || ((x % 8) - 8) ** 2 + (y % 8) ** 2 < 5 || corner(x, y),
  not_applicable: () => false,
  unknown: (x, y) => (x + y) % 8 < 2,
};

function corner(x: number, y: number): boolean {
  return (x % 8) ** 2 + ((y % 8) - 8) ** 2 < 5 || ((x % 8) - 8) ** 2 + ((y % 8) - 8) ** 2 < 5;
}

/** The repeating pattern of a status: plain, stripes, dots, plain grey, hatched. */
export function patternPixels(status: Status): Pixels {
  const ground = rgb(status === "unknown" ? "#ffffff" : STATUSES[status].fill);
  const ink = rgb(INKS[status]);
  const data = new Uint8ClampedArray(PATTERN_SIDE * PATTERN_SIDE * 4);
  for (let y = 0; y < PATTERN_SIDE; y += 1) {
    for (let x = 0; x < PATTERN_SIDE; x += 1) {
      const colour = INK[status](x, y) ? ink : ground;
      data.set([...colour, 255], (y * PATTERN_SIDE + x) * 4);
    }
  }
  return { width: PATTERN_SIDE, height: PATTERN_SIDE, data };
}

/** The names under which a map holds its pictures. */
export const patternName = (status: Status): string => `pattern-${status}`;
export const groupName = (group: Group): string => `group-${group}`;
export const ROOM_NAME = "room";

const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif';

function signImage(sign: (typeof GROUPS)[Group] | typeof ROOM, language: Language, ratio: number): ImageData {
  const side = 28 * ratio;
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.scale(ratio, ratio);
  pen.translate(2, 2);
  const shape = new Path2D(sign.path);
  pen.lineWidth = 3;
  pen.strokeStyle = "#fff";
  pen.stroke(shape);
  pen.fillStyle = sign.colour;
  pen.fill(shape);
  pen.fillStyle = "#fff";
  pen.font = `600 13px ${FONT}`;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.fillText(sign[language], 12, 16.7);
  return pen.getImageData(0, 0, side, side);
}

interface ImageHolder {
  addImage(name: string, image: Pixels | ImageData, options: { pixelRatio: number }): unknown;
}

/** Give a map every pattern and symbol. */
export function addImages(map: ImageHolder, language: Language): void {
  for (const status of STATUS_CODES) map.addImage(patternName(status), patternPixels(status), { pixelRatio: 2 });
  for (const group of Object.keys(GROUPS) as Group[]) {
    map.addImage(groupName(group), signImage(GROUPS[group], language, 2), { pixelRatio: 2 });
  }
  map.addImage(ROOM_NAME, signImage(ROOM, language, 2), { pixelRatio: 2 });
}

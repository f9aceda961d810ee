/**
 * A photo made ready: smaller, and without what the camera wrote into it.
 *
 * The time it was taken is kept and told beside it. Everything else in the file (place, device, owner, thumbnails) goes,
 * because the picture is drawn anew; the place is only told if the page asks for it.
 */

import { readExif } from "./exif.ts";
import type { PhotoNote } from "./queue.ts";

export const LONGEST_SIDE = 2048;
const QUALITY = 0.85;

export interface Photo {
  readonly note: Omit<PhotoNote, "key">;
  readonly blob: Blob;
}

/** The size of a picture whose longer side is at most `LONGEST_SIDE`. */
export function fitSize(width: number, height: number, most = LONGEST_SIDE): { width: number; height: number } {
  const share = Math.min(1, most / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** Make a file ready; throws if the browser cannot read it as a picture. */
export async function preparePhoto(file: File, field: string, tellPosition: boolean): Promise<Photo> {
  const { takenAt, position } = readExif(await file.arrayBuffer());
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const { width, height } = fitSize(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  picture.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) throw new Error("the picture could not be drawn");
  const byFile = takenAt === null && file.lastModified > 0;
  const note = {
    name: file.name.replace(/\.\w+$/, "").concat(".jpg"),
    field,
    taken_at: byFile ? new Date(file.lastModified).toISOString() : takenAt,
    taken_at_source: takenAt !== null ? ("exif" as const) : byFile ? ("file" as const) : null,
    position: tellPosition ? position : null,
  };
  return { note, blob };
}

/** A small canvas of a picture; a canvas needs no `blob:` address, which the policy forbids. */
export async function thumbnail(blob: Blob, label: string): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(blob);
  const { width, height } = fitSize(picture.width, picture.height, 160);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.className = "ll-thumb";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  picture.close();
  return canvas;
}

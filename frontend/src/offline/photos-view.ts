/** The photos chosen for a form: made ready at once, shown small, removable. */

import { h } from "../core/dom.ts";
import { formatDate, type Language, speaker } from "../core/language.ts";
import { type Photo, preparePhoto, thumbnail } from "./photo.ts";
import { OFFLINE_WORDS } from "./words.ts";

export interface PhotosView {
  photos(): readonly Photo[];
  /** Whether photos are still being made ready. */
  busy(): Promise<void>;
  clear(): void;
}

function takenText(takenAt: string | null, language: Language): string {
  const word = speaker(OFFLINE_WORDS, language);
  if (takenAt === null) return word("takenUnknown");
  const time = new Date(takenAt);
  return word("taken", { time: Number.isNaN(time.getTime()) ? takenAt : formatDate(time, true) });
}

/** Watch every file field of a form. */
export function watchPhotos(
  form: HTMLFormElement,
  language: Language,
  tellPosition: boolean,
  failed: (message: string) => void,
): PhotosView {
  const word = speaker(OFFLINE_WORDS, language);
  let chosen: Photo[] = [];
  let work: Promise<void> = Promise.resolve();
  const fields = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')];
  const strips = new Map<HTMLInputElement, HTMLElement>();

  const add = async (field: HTMLInputElement, file: File): Promise<void> => {
    try {
      const photo = await preparePhoto(file, field.name, tellPosition);
      chosen.push(photo);
      const picture = await thumbnail(photo.blob, photo.note.name);
      const item = h(
        "figure",
        { class: "ll-photo" },
        picture,
        h("figcaption", {}, takenText(photo.note.taken_at, language)),
      );
      const remove = (): void => {
        chosen = chosen.filter((each) => each !== photo);
        item.remove();
      };
      item.append(
        h(
          "button",
          { type: "button", "aria-label": word("removePhoto", { name: photo.note.name }), click: remove },
          "×",
        ),
      );
      strips.get(field)?.append(item);
    } catch {
      failed(word("photoBad", { name: file.name }));
    }
  };

  for (const field of fields) {
    const strip = h("div", { class: "ll-photos" });
    const note = h("p", { class: "ll-note" }, word(tellPosition ? "photoPlace" : "photoNote"));
    (field.closest("p, .field, label") ?? field).after(note, strip);
    strips.set(field, strip);
    field.addEventListener("change", () => {
      const files = [...(field.files ?? [])];
      field.value = ""; // what is chosen is shown below; choosing again adds to it
      for (const file of files) work = work.then(() => add(field, file));
    });
  }
  return {
    photos: () => chosen,
    busy: () => work,
    clear: () => {
      chosen = [];
      for (const strip of strips.values()) strip.replaceChildren();
    },
  };
}

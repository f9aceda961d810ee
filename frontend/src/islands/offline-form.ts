/** `offline-form`: a survey form that works without a network, keeps what was filled in, and sends it later. */

import { h } from "../core/dom.ts";
import { isOwn } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { formatDate, type Language, languageOf, say, speaker, type Text } from "../core/language.ts";
import { differ, fillForm, readForm } from "../offline/form.ts";
import { type PhotosView, watchPhotos } from "../offline/photos-view.ts";
import { type Entry, hold, type Values } from "../offline/queue.ts";
import { QueueView } from "../offline/queue-view.ts";
import { openStore, type Store } from "../offline/store.ts";
import { OFFLINE_WORDS } from "../offline/words.ts";
import { installWorker } from "../offline/worker.ts";

interface OfflineConfig {
  readonly user: string;
  readonly form: string;
  readonly title?: Text;
  /** Which field's value names an entry in the list. */
  readonly title_field?: string;
  readonly record?: string | null;
  readonly base_version?: number | string | null;
  readonly base?: Values | null;
  readonly endpoint: string;
  readonly token: string;
  readonly worker?: string;
  readonly scope?: string;
  readonly shell?: readonly string[];
  readonly sign_in?: string;
  readonly photo_position?: boolean;
  /** Where the list is that led here. */
  readonly back?: string;
}

const DRAFT_AFTER_MS = 600;

class OfflineForm {
  private readonly language: Language;
  private readonly word;
  private readonly photos: PhotosView;
  private readonly queue: QueueView;
  private readonly notice = h("p", { class: "ll-notice", role: "status" });
  private readonly pristine: Values;
  private editing: Entry | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly config: OfflineConfig,
    private readonly store: Store,
  ) {
    this.language = languageOf(form);
    this.word = speaker(OFFLINE_WORDS, this.language);
    this.photos = watchPhotos(form, this.language, config.photo_position === true, (message) => this.tell(message));
    this.queue = new QueueView(config, store, this.language, {
      edit: (entry) => this.edit(entry),
      editing: () => this.editing?.id,
    });
    this.pristine = readForm(form);
  }

  private get draftKey(): string {
    return [this.config.user, this.config.form, this.config.record ?? ""].join("\n");
  }

  async start(element: HTMLElement): Promise<void> {
    element.append(this.notice, this.queue.element);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("input", () => this.keepDraft());
    await this.bringBackDraft();
    await this.queue.start();
    await this.takeAsked();
  }

  destroy(): void {
    this.queue.destroy();
    this.store.close();
  }

  // Another page led here to correct an entry: its id is in the address.
  private async takeAsked(): Promise<void> {
    const asked = /^#edit=([\w-]+)$/.exec(location.hash)?.[1];
    if (asked === undefined) return;
    history.replaceState(null, "", location.pathname + location.search);
    const entry = (await this.store.all()).find(({ id, user }) => id === asked && user === this.config.user);
    if (entry) await this.edit(entry);
  }

  private tell(message: string): void {
    this.notice.textContent = message;
  }

  // What is being typed survives a closed page.
  private keepDraft(): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => {
      const values = readForm(this.form);
      const changed = this.editing === undefined && differ(values, this.pristine);
      const work = changed
        ? this.store.keepDraft({ key: this.draftKey, values, saved_at: new Date().toISOString() })
        : this.store.dropDraft(this.draftKey);
      work.catch((reason: unknown) => this.tell(this.word("notSaved", { reason: String(reason) })));
    }, DRAFT_AFTER_MS);
  }

  private async bringBackDraft(): Promise<void> {
    const draft = await this.store.draft(this.draftKey);
    if (draft === undefined || !differ(draft.values, this.pristine)) return;
    fillForm(this.form, draft.values);
    const time = formatDate(new Date(draft.saved_at), true);
    const anew = h("button", { type: "button", class: "plain", click: () => this.reset() }, this.word("dropDraft"));
    this.notice.replaceChildren(this.word("draft", { time }), " ", anew);
  }

  /** Stop correcting: what was taken back waits again, as it was. */
  private async putBack(): Promise<void> {
    const entry = this.editing;
    await this.reset();
    if (entry) await this.queue.again(entry);
  }

  private async reset(): Promise<void> {
    clearTimeout(this.draftTimer);
    await this.store.dropDraft(this.draftKey);
    this.editing = undefined;
    this.form.reset();
    fillForm(this.form, this.pristine);
    this.photos.clear();
    this.showErrors({});
    this.tell("");
  }

  private titleOf(values: Values): string {
    const field = this.config.title_field ?? "name";
    const value = values[field];
    return (typeof value === "string" && value) || say(this.config.title, this.language) || this.config.form;
  }

  private makeEntry(values: Values): { entry: Entry; pictures: Record<string, Blob> } {
    const { user, form, endpoint, record, base } = this.config;
    const version = this.config.base_version;
    const pictures: Record<string, Blob> = {};
    const fresh = this.photos.photos().map(({ note, blob }) => {
      const key = crypto.randomUUID();
      pictures[key] = blob;
      return { ...note, key };
    });
    const before = this.editing;
    const entry: Entry = {
      id: before?.id ?? crypto.randomUUID(),
      revision: before ? before.revision + 1 : 0,
      user,
      form,
      page: location.pathname,
      title: this.titleOf(values),
      endpoint,
      record: before ? before.record : (record ?? null),
      base_version: before
        ? before.base_version
        : version === undefined || version === null || version === ""
          ? null
          : Number(version),
      base: before ? before.base : (base ?? null),
      values,
      photos: [...(before?.photos ?? []), ...fresh],
      saved_at: new Date().toISOString(),
      state: "waiting",
      attempts: 0,
      not_before: 0,
      ...(before?.resolved ? { resolved: true } : {}),
    };
    return { entry, pictures };
  }

  private async save(): Promise<void> {
    await this.photos.busy();
    const { entry, pictures } = this.makeEntry(readForm(this.form));
    try {
      await this.store.keep(entry, pictures);
    } catch (reason) {
      this.tell(this.word("notSaved", { reason: String(reason) }));
      return;
    }
    await this.reset();
    const { back } = this.config;
    const link = back && isOwn(back) ? h("a", { href: back }, this.word("back")) : "";
    this.notice.replaceChildren(this.word("saved"), " ", link);
    this.notice.scrollIntoView({ block: "center" });
    await this.queue.show();
    this.queue.send(true);
  }

  /** Take an entry back into the form; while it is there it is not sent, so that no correction comes too late. */
  private async edit(entry: Entry): Promise<void> {
    const held = hold(entry);
    if (held === undefined || !(await this.store.replace(entry, held))) {
      await this.queue.show();
      return;
    }
    this.editing = held;
    await this.queue.show();
    fillForm(this.form, entry.values);
    this.showErrors(entry.errors ?? {});
    const stop = h("button", { type: "button", class: "plain", click: () => this.putBack() }, this.word("stopEdit"));
    this.notice.replaceChildren(this.word("correct"), " ", stop);
    const wrong = Object.keys(entry.errors ?? {})[0];
    const field = wrong ? this.form.elements.namedItem(wrong) : null;
    this.form.scrollIntoView({ block: "start" });
    (field instanceof HTMLElement
      ? field
      : this.form.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")
    )?.focus();
  }

  // All errors at once, each at its field.
  private showErrors(errors: Readonly<Record<string, readonly string[]>>): void {
    for (const old of this.form.querySelectorAll("[data-offline-error]")) old.remove();
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const [name, texts] of Object.entries(errors)) {
      const field = this.form.elements.namedItem(name);
      if (!(field instanceof HTMLElement)) continue;
      field.setAttribute("aria-invalid", "true");
      (field.closest("label") ?? field).after(
        h("p", { class: "ll-error", "data-offline-error": true }, texts.join(" ")),
      );
    }
  }
}

export const mount: Mount = async (element) => {
  const config = readConfig<OfflineConfig>(element);
  const form = element.querySelector("form");
  if (form === null) throw new Error("offline-form: a form is needed inside");
  const language = languageOf(element);
  let store: Store;
  try {
    store = await openStore();
  } catch {
    element.prepend(h("p", { class: "ll-notice" }, OFFLINE_WORDS.noStore[language]));
    return undefined; // the form itself still works online
  }
  const offline = new OfflineForm(form, config, store);
  await offline.start(element);
  navigator.storage?.persist?.().catch(() => false); // the browser should not clear what waits
  installWorker(element, config).then(
    (ready) => {
      if (!ready) return;
      element.dataset.offline = "ready";
      element.append(h("p", { class: "ll-note" }, OFFLINE_WORDS.ready[language]));
    },
    () => undefined, // no service worker (an address without https): the queue works all the same
  );
  return { destroy: () => offline.destroy() };
};

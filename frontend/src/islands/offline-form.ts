/** `offline-form`: a survey form that works without a network, keeps what was filled in, and sends it later. */

import { h } from "../core/dom.ts";
import { notedFiles } from "../core/files.ts";
import { isOwn } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { formatDate, type Language, languageOf, say, speaker, type Text } from "../core/language.ts";
import { conflictView } from "../offline/conflict-view.ts";
import { differ, fillForm, readForm } from "../offline/form.ts";
import { resolve } from "../offline/merge.ts";
import { type PhotosView, watchPhotos } from "../offline/photos-view.ts";
import { countStates, type Entry, type EntryState, hold, type Values } from "../offline/queue.ts";
import { sendAll } from "../offline/send.ts";
import { openStore, type Store } from "../offline/store.ts";
import { OFFLINE_WORDS } from "../offline/words.ts";

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
}

const LOOK_AGAIN_MS = 15_000;
const DRAFT_AFTER_MS = 600;
const OTHERS_MS = 20_000;
const MARKS: Readonly<Record<EntryState, string>> = {
  waiting: "◷",
  held: "✎",
  sending: "↑",
  conflict: "≠",
  invalid: "!",
  refused: "×",
  sent: "✓",
};

class OfflineForm {
  private readonly language: Language;
  private readonly word;
  private readonly photos: PhotosView;
  private readonly network = h("span", { class: "ll-network" });
  private readonly summary = h("strong", { role: "status" });
  private readonly list = h("ol", { class: "ll-queue" });
  private readonly notice = h("p", { class: "ll-notice", role: "status" });
  private readonly signIn = h("p", { class: "ll-notice", role: "alert", hidden: true });
  private readonly others = h("p", { class: "ll-note" });
  private readonly sendButton: HTMLButtonElement;
  private readonly pristine: Values;
  private editing: Entry | undefined;
  private comparing: string | undefined;
  private sending = false;
  private timers: ReturnType<typeof setInterval>[] = [];
  private draftTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly config: OfflineConfig,
    private readonly store: Store,
  ) {
    this.language = languageOf(form);
    this.word = speaker(OFFLINE_WORDS, this.language);
    this.photos = watchPhotos(form, this.language, config.photo_position === true, (message) => this.tell(message));
    this.sendButton = h("button", { type: "button", click: () => this.send() }, this.word("sendNow"));
    this.pristine = readForm(form);
  }

  private get draftKey(): string {
    return [this.config.user, this.config.form, this.config.record ?? ""].join("\n");
  }

  async start(element: HTMLElement): Promise<void> {
    const head = h("div", { class: "ll-row" }, this.summary, this.network, this.sendButton);
    const box = h(
      "section",
      { class: "ll-offline", "aria-label": this.word("heading") },
      head,
      this.signIn,
      this.list,
      this.others,
    );
    element.append(this.notice, box);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("input", () => this.keepDraft());
    window.addEventListener("online", this.onNetwork);
    window.addEventListener("offline", this.onNetwork);
    this.timers.push(setInterval(() => this.send(), LOOK_AGAIN_MS));
    await this.bringBackDraft();
    await this.show();
    this.send();
  }

  destroy(): void {
    window.removeEventListener("online", this.onNetwork);
    window.removeEventListener("offline", this.onNetwork);
    for (const timer of this.timers) clearInterval(timer);
    this.store.close();
  }

  private readonly onNetwork = (): void => {
    this.show();
    if (navigator.onLine) this.send(true);
  };

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
    if (entry) await this.again(entry);
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
    this.tell(this.word("saved"));
    await this.show();
    this.send(true);
  }

  /** Send what may go; only one page of the browser does it at a time. */
  private async send(alsoEarly = false): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      if (alsoEarly) await this.hurry();
      const entries = await this.store.all();
      if (!entries.some(({ state, user }) => user === this.config.user && (state === "waiting" || state === "sending")))
        return;
      const work = (): Promise<void> => this.sendNow();
      if ("locks" in navigator)
        await navigator.locks.request("linli-survey-send", { ifAvailable: true }, (lock) =>
          lock ? work() : undefined,
        );
      else await work();
    } finally {
      this.sending = false;
      await this.show();
    }
  }

  // A person who presses "send now", or a network that came back, does not wait.
  private async hurry(): Promise<void> {
    for (const entry of await this.store.all()) {
      if (entry.user === this.config.user && entry.state === "waiting" && entry.not_before > 0) {
        await this.store.replace(entry, { ...entry, not_before: 0 });
      }
    }
  }

  private async sendNow(): Promise<void> {
    const { signedOut } = await sendAll(this.store, this.config.token, () => this.show());
    const address = this.config.sign_in;
    const link = address && isOwn(address) ? h("a", { href: address }, this.word("signInLink")) : "";
    this.signIn.hidden = !signedOut;
    this.signIn.replaceChildren(this.word("signIn"), " ", link);
  }

  private async show(): Promise<void> {
    const entries = await this.store.all();
    const counts = countStates(entries, this.config.user);
    const open = counts.conflict + counts.invalid + counts.refused + counts.held;
    const waiting = counts.waiting + counts.sending;
    const idle = waiting + open === 0;
    this.summary.textContent = idle ? this.word("nothing") : this.word("summary", { waiting, open });
    this.network.textContent = navigator.onLine ? `● ${this.word("online")}` : `○ ${this.word("offline")}`;
    this.network.classList.toggle("ll-off", !navigator.onLine);
    this.sendButton.hidden = waiting === 0;
    this.others.textContent = counts.others > 0 ? this.word("others", { n: counts.others }) : "";
    const mine = entries
      .filter(({ user }) => user === this.config.user)
      .sort((a, b) => b.saved_at.localeCompare(a.saved_at));
    if (this.comparing !== undefined && mine.some(({ id, state }) => id === this.comparing && state === "conflict")) {
      this.refreshOthers(mine);
      return;
    }
    this.comparing = undefined;
    this.list.replaceChildren(...mine.map((entry) => this.item(entry)));
  }

  // While a person compares two versions, that item is left alone.
  private refreshOthers(entries: readonly Entry[]): void {
    const old = new Map([...this.list.children].map((item) => [(item as HTMLElement).dataset.id, item]));
    this.list.replaceChildren(
      ...entries.map((entry) =>
        entry.id === this.comparing ? (old.get(entry.id) ?? this.item(entry)) : this.item(entry),
      ),
    );
  }

  private item(entry: Entry): HTMLElement {
    const { state, title, photos, attempts } = entry;
    const facts = [
      this.word("savedAt", { time: formatDate(new Date(entry.saved_at), true) }),
      photos.length > 0 ? this.word("photos", { n: photos.length }) : "",
      state === "waiting" && attempts > 0 ? this.word("retry", { n: attempts }) : "",
      state === "waiting" && attempts > 2 ? (entry.message ?? "") : "",
      state === "refused" ? (entry.message ?? "") : "",
    ];
    const errors = Object.values(entry.errors ?? {}).flat();
    const line = h(
      "div",
      { class: "ll-row" },
      h(
        "span",
        { class: `ll-state ll-state-${state}` },
        h("span", { "aria-hidden": "true" }, MARKS[state]),
        ` ${this.word(`state_${state}`)}`,
      ),
      h("strong", {}, title),
      h("span", { class: "ll-note" }, facts.filter(Boolean).join(" · ")),
    );
    const item = h("li", { "data-id": entry.id, "data-state": state }, line);
    if (errors.length > 0) item.append(h("ul", { class: "ll-problems" }, ...errors.map((text) => h("li", {}, text))));
    item.append(h("div", { class: "ll-row" }, ...this.actions(entry, item)));
    return item;
  }

  private actions(entry: Entry, item: HTMLElement): HTMLElement[] {
    const button = (text: string, act: () => void): HTMLElement =>
      h("button", { type: "button", "aria-label": `${text}：${entry.title}`, click: act }, text);
    const remove = button(this.word("remove"), () => this.remove(entry));
    if (entry.state === "conflict") return [button(this.word("decide"), () => this.compare(entry, item)), remove];
    if (entry.state === "invalid") return [button(this.word("edit"), () => this.edit(entry)), remove];
    if (entry.state === "refused")
      return [
        button(this.word("edit"), () => this.edit(entry)),
        button(this.word("again"), () => this.again(entry)),
        remove,
      ];
    if (entry.state === "waiting") return [button(this.word("edit"), () => this.edit(entry)), remove];
    if (entry.state === "held") return this.held(entry, button, remove);
    if (entry.state === "sending") return [];
    const open = entry.href && isOwn(entry.href) ? [h("a", { href: entry.href }, this.word("open"))] : [];
    return [...open, button(this.word("removeSent"), () => this.forget(entry))];
  }

  private held(
    entry: Entry,
    button: (text: string, act: () => void) => HTMLElement,
    remove: HTMLElement,
  ): HTMLElement[] {
    if (this.editing?.id === entry.id) return [];
    return [
      button(this.word("edit"), () => this.edit(entry)),
      button(this.word("sendNow"), () => this.again(entry)),
      remove,
    ];
  }

  private async forget(entry: Entry): Promise<void> {
    await this.store.drop(entry);
    await this.show();
  }

  private async remove(entry: Entry): Promise<void> {
    if (window.confirm(this.word("removeSure", { title: entry.title }))) await this.forget(entry);
  }

  private async again(entry: Entry): Promise<void> {
    await this.store.replace(entry, { ...entry, state: "waiting", not_before: 0 });
    await this.show();
    this.send();
  }

  /** Take an entry back into the form; while it is there it is not sent, so that no correction comes too late. */
  private async edit(entry: Entry): Promise<void> {
    const held = hold(entry);
    if (held === undefined || !(await this.store.replace(entry, held))) {
      await this.show();
      return;
    }
    this.editing = held;
    await this.show();
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

  private compare(entry: Entry, item: HTMLElement): void {
    if (entry.conflict === undefined || item.querySelector(".ll-conflict")) return;
    this.comparing = entry.id;
    const close = (): void => {
      this.comparing = undefined;
      this.show();
    };
    const view = conflictView(
      entry.conflict,
      this.language,
      async (choices) => {
        await this.store.replace(entry, resolve(entry, choices));
        close();
        this.send();
      },
      close,
    );
    item.append(view);
    view.querySelector<HTMLElement>("input")?.focus();
  }
}

// The form's other islands (a map, say) have loaded all they need once they live.
async function othersLive(element: HTMLElement): Promise<void> {
  const others = [...element.querySelectorAll<HTMLElement>("[data-island]")];
  const deadline = Date.now() + OTHERS_MS;
  while (others.some(({ dataset }) => dataset.islandState !== "ready" && dataset.islandState !== "failed")) {
    if (Date.now() > deadline) return;
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

async function installWorker(element: HTMLElement, config: OfflineConfig): Promise<boolean> {
  if (!config.worker || !("serviceWorker" in navigator)) return false;
  await othersLive(element);
  await navigator.serviceWorker.register(config.worker, { scope: config.scope ?? "./", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => isOwn(name) && /\/static\//.test(name));
  const pages = (config.shell ?? []).filter((address) => !/\/static\/|\.(css|js|svg)$/.test(address));
  const more = (config.shell ?? []).filter((address) => !pages.includes(address));
  const files = [...new Set([...loaded, ...notedFiles(), ...more])];
  const channel = new MessageChannel();
  const done = new Promise<void>((finish) => {
    channel.port1.onmessage = () => finish();
  });
  active?.postMessage({ type: "keep", pages, files }, [channel.port2]);
  await done;
  return true;
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

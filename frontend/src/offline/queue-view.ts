/** What waits on this device, as a person sees it: the list with its buttons, sending, and conflicts to decide. */

import { h } from "../core/dom.ts";
import { isOwn } from "../core/http.ts";
import { formatDate, type Language, speaker } from "../core/language.ts";
import { conflictView } from "./conflict-view.ts";
import { resolve } from "./merge.ts";
import { countStates, type Entry, type EntryState } from "./queue.ts";
import { sendAll } from "./send.ts";
import type { Store } from "./store.ts";
import { OFFLINE_WORDS } from "./words.ts";

export interface QueueConfig {
  readonly user: string;
  readonly token: string;
  readonly sign_in?: string;
  /** Whether what was sent, and needs no word, is left out of the list. */
  readonly quiet?: boolean;
}

export interface QueueHooks {
  /** Take an entry back to correct it. */
  edit(entry: Entry): void;
  /** Whether an entry can be corrected from here; one tap in a list cannot. */
  canEdit?(entry: Entry): boolean;
  /** Which entry is in the form now. */
  editing(): string | undefined;
  /** The entries of this person changed, or may have. */
  changed?(entries: readonly Entry[]): void;
}

const LOOK_AGAIN_MS = 15_000;
const MARKS: Readonly<Record<EntryState, string>> = {
  waiting: "◷",
  held: "✎",
  sending: "↑",
  conflict: "≠",
  invalid: "!",
  refused: "×",
  sent: "✓",
};

type Button = (text: string, act: () => void) => HTMLElement;

export class QueueView {
  readonly element: HTMLElement;
  private readonly word;
  private readonly network = h("span", { class: "ll-network" });
  private readonly summary = h("strong", { role: "status" });
  private readonly list = h("ol", { class: "ll-queue" });
  private readonly signIn = h("p", { class: "ll-notice", role: "alert", hidden: true });
  private readonly others = h("p", { class: "ll-note" });
  private readonly sendButton: HTMLButtonElement;
  private readonly clearButton: HTMLButtonElement;
  private comparing: string | undefined;
  private sending = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly config: QueueConfig,
    private readonly store: Store,
    private readonly language: Language,
    private readonly hooks: QueueHooks,
  ) {
    this.word = speaker(OFFLINE_WORDS, language);
    this.sendButton = h("button", { type: "button", click: () => this.send(true) }, this.word("sendNow"));
    this.clearButton = h("button", { type: "button", class: "plain", click: () => this.clearSent() });
    const head = h("div", { class: "ll-row" }, this.summary, this.network, this.sendButton, this.clearButton);
    const label = this.word("heading");
    this.element = h(
      "section",
      { class: "ll-offline", "aria-label": label },
      head,
      this.signIn,
      this.list,
      this.others,
    );
  }

  async start(): Promise<void> {
    window.addEventListener("online", this.onNetwork);
    window.addEventListener("offline", this.onNetwork);
    this.timer = setInterval(() => this.send(), LOOK_AGAIN_MS);
    await this.show();
    this.send();
  }

  destroy(): void {
    window.removeEventListener("online", this.onNetwork);
    window.removeEventListener("offline", this.onNetwork);
    clearInterval(this.timer);
  }

  private readonly onNetwork = (): void => {
    this.show();
    if (navigator.onLine) this.send(true);
  };

  /** Send what may go; only one page of the browser does it at a time. */
  async send(alsoEarly = false): Promise<void> {
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

  async show(): Promise<void> {
    const entries = await this.store.all();
    const counts = countStates(entries, this.config.user);
    const open = counts.conflict + counts.invalid + counts.refused + counts.held;
    const waiting = counts.waiting + counts.sending;
    const idle = waiting + open === 0;
    this.summary.textContent = idle ? this.word("nothing") : this.word("summary", { waiting, open });
    this.network.textContent = navigator.onLine ? `● ${this.word("online")}` : `○ ${this.word("offline")}`;
    this.network.classList.toggle("ll-off", !navigator.onLine);
    this.sendButton.hidden = waiting === 0;
    this.clearButton.hidden = counts.sent === 0;
    this.clearButton.textContent = this.word("clearSent", { n: counts.sent });
    this.others.textContent = counts.others > 0 ? this.word("others", { n: counts.others }) : "";
    const mine = entries
      .filter(({ user }) => user === this.config.user)
      .sort((a, b) => b.saved_at.localeCompare(a.saved_at));
    this.hooks.changed?.(mine);
    if (this.comparing !== undefined && mine.some(({ id, state }) => id === this.comparing && state === "conflict")) {
      this.refreshOthers(mine);
      return;
    }
    this.comparing = undefined;
    const listed = mine.filter(({ state, message }) => !this.config.quiet || state !== "sent" || message);
    this.list.replaceChildren(...listed.map((entry) => this.item(entry)));
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
    if (entry.message && (state === "refused" || state === "sent"))
      item.append(h("p", { class: "ll-said" }, entry.message));
    if (errors.length > 0) item.append(h("ul", { class: "ll-problems" }, ...errors.map((text) => h("li", {}, text))));
    item.append(h("div", { class: "ll-row" }, ...this.actions(entry, item)));
    return item;
  }

  private actions(entry: Entry, item: HTMLElement): HTMLElement[] {
    const button: Button = (text, act) =>
      h("button", { type: "button", "aria-label": `${text}：${entry.title}`, click: act }, text);
    const remove = button(this.word("remove"), () => this.remove(entry));
    const editable = this.hooks.canEdit?.(entry) ?? true;
    const edit = editable ? [button(this.word("edit"), () => this.hooks.edit(entry))] : [];
    switch (entry.state) {
      case "conflict":
        return [button(this.word("decide"), () => this.compare(entry, item)), remove];
      case "invalid":
      case "waiting":
        return [...edit, remove];
      case "refused":
        return [...edit, button(this.word("again"), () => this.again(entry)), remove];
      case "held":
        return this.held(entry, button, [...edit], remove);
      case "sending":
        return [];
      case "sent":
        return this.sent(entry, button);
    }
  }

  private sent(entry: Entry, button: Button): HTMLElement[] {
    const open = entry.href && isOwn(entry.href) ? [h("a", { href: entry.href }, this.word("open"))] : [];
    return [...open, button(this.word("removeSent"), () => this.forget(entry))];
  }

  private held(entry: Entry, button: Button, edit: HTMLElement[], remove: HTMLElement): HTMLElement[] {
    if (this.hooks.editing() === entry.id) return [];
    return [...edit, button(this.word("sendNow"), () => this.again(entry)), remove];
  }

  private async forget(entry: Entry): Promise<void> {
    await this.store.drop(entry);
    await this.show();
  }

  private async clearSent(): Promise<void> {
    for (const entry of await this.store.all())
      if (entry.user === this.config.user && entry.state === "sent") await this.store.drop(entry);
    await this.show();
  }

  private async remove(entry: Entry): Promise<void> {
    if (window.confirm(this.word("removeSure", { title: entry.title }))) await this.forget(entry);
  }

  /** Let an entry wait to be sent again. */
  async again(entry: Entry): Promise<void> {
    await this.store.replace(entry, { ...entry, state: "waiting", not_before: 0 });
    await this.show();
    this.send();
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

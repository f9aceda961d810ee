/** `field-list`: what is to be surveyed here, near me first, with one tap for what has not changed; works offline. */

import { h } from "../core/dom.ts";
import type { Position } from "../core/geometry.ts";
import { isOwn } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { type Language, languageOf, speaker } from "../core/language.ts";
import type { Entry } from "../offline/queue.ts";
import { QueueView } from "../offline/queue-view.ts";
import { openStore, type Store } from "../offline/store.ts";
import {
  type Asks,
  distanceText,
  distanceTo,
  type Item,
  isWanted,
  nearestFirst,
  statesByRecord,
  type Wanted,
} from "../offline/todo.ts";
import { OFFLINE_WORDS } from "../offline/words.ts";
import { installWorker, keepPages } from "../offline/worker.ts";

interface ListConfig {
  readonly user: string;
  readonly endpoint: string;
  readonly token: string;
  readonly worker?: string;
  readonly scope?: string;
  readonly shell?: readonly string[];
  readonly sign_in?: string;
  readonly community?: string;
  /** The pages of all forms of this list, to be kept on this device when a person asks. */
  readonly pages?: readonly string[];
}

interface Row extends Item {
  readonly element: HTMLElement;
  readonly far: HTMLElement;
  readonly mark: HTMLElement;
}

const WANTED: readonly Wanted[] = ["todo", "missing", "all"];
const ASKS: readonly Asks[] = ["record", "question", "type"];

function readRow(element: HTMLElement): Row {
  const { record = "", title = "", asks, lon, lat, todo, missing } = element.dataset;
  const position: Position | undefined = lon && lat ? [Number(lon), Number(lat)] : undefined;
  const far = h("span", { class: "ll-far" });
  const mark = h("span", { class: "ll-state" });
  (element.querySelector("[data-marks]") ?? element).append(far, mark);
  const item = { record, title, position, asks: (asks ?? "record") as Asks, todo: todo === "1" };
  return { ...item, missing: Number(missing ?? 0), element, far, mark };
}

class FieldList {
  private readonly language: Language;
  private readonly word;
  private readonly rows: Row[];
  private readonly queue: QueueView;
  private readonly list: HTMLElement;
  private readonly told = h("p", { class: "ll-note", role: "status" });
  private readonly buttons: HTMLButtonElement[] = [];
  private readonly search;
  private wanted: Wanted = "todo";
  private asks: Asks;
  private here: Position | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly config: ListConfig,
    private readonly store: Store,
  ) {
    this.language = languageOf(element);
    this.word = speaker(OFFLINE_WORDS, this.language);
    this.list = element.querySelector<HTMLElement>("[data-items]") ?? element;
    this.rows = [...this.list.querySelectorAll<HTMLElement>("[data-record]")].map(readRow);
    this.search = h("input", {
      type: "search",
      placeholder: this.word("search"),
      "aria-label": this.word("search"),
      input: () => this.filter(),
    });
    this.queue = new QueueView({ ...config, quiet: true }, store, this.language, {
      edit: (entry) => this.edit(entry),
      canEdit: (entry) => entry.page !== undefined && entry.page !== location.pathname,
      editing: () => undefined,
      changed: (entries) => this.mark(entries),
    });
    this.asks = ASKS.find((asks) => this.rows.some((row) => row.asks === asks)) ?? "record";
    if (!this.rows.some(({ asks, todo }) => asks === this.asks && todo)) this.wanted = "all";
  }

  async start(): Promise<void> {
    this.list.before(this.queue.element, this.tools(), this.told);
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("button[data-form]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.enqueue(button));
    }
    this.filter();
    await this.queue.start();
  }

  destroy(): void {
    this.queue.destroy();
    this.store.close();
  }

  private chip(text: string, data: Record<string, string>, choose: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "ll-chip", click: choose }, text);
    Object.assign(button.dataset, data);
    this.buttons.push(button);
    return button;
  }

  private chips(): HTMLElement[] {
    const kinds = ASKS.filter((asks) => this.rows.some((row) => row.asks === asks)).map((asks) =>
      this.chip(this.word(`asks_${asks}`), { asks }, () => {
        this.asks = asks;
        this.filter();
      }),
    );
    const wishes = WANTED.map((wanted) =>
      this.chip(this.word(`wanted_${wanted}`), { wanted }, () => {
        this.wanted = wanted;
        this.filter();
      }),
    );
    const group = (label: string, buttons: HTMLButtonElement[]): HTMLElement =>
      h("div", { class: "ll-chips", role: "group", "aria-label": label }, ...buttons);
    return [group(this.word("kind"), kinds), group(this.word("show"), wishes)];
  }

  private tools(): HTMLElement {
    const near = h("button", { type: "button", class: "ll-near", click: () => this.locate() }, this.word("near"));
    const keep = h("button", { type: "button", click: () => this.keep(keep) }, this.word("keepAll"));
    const canKeep = (this.config.pages?.length ?? 0) > 0 && "serviceWorker" in navigator;
    return h("div", { class: "ll-tools-row" }, ...this.chips(), this.search, near, canKeep ? keep : "");
  }

  private filter(): void {
    for (const button of this.buttons) {
      const { asks, wanted } = button.dataset;
      const on = asks === undefined ? wanted === this.wanted : asks === this.asks;
      button.setAttribute("aria-pressed", String(on));
      const rows = this.rows.filter((row) =>
        isWanted(row, (asks ?? this.asks) as Asks, (wanted ?? this.wanted) as Wanted, ""),
      );
      const name = asks === undefined ? this.word(`wanted_${wanted as Wanted}`) : this.word(`asks_${asks as Asks}`);
      button.textContent = `${name} ${rows.length}`;
    }
    let shown = 0;
    for (const row of this.rows) {
      const visible = isWanted(row, this.asks, this.wanted, this.search.value);
      row.element.hidden = !visible;
      if (visible) shown += 1;
    }
    this.told.textContent = this.rows.length === 0 ? "" : this.word("shown", { n: shown });
  }

  private locate(): void {
    this.told.textContent = this.word("locating");
    if (!("geolocation" in navigator)) {
      this.told.textContent = this.word("noPlace");
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.sortFrom([coords.longitude, coords.latitude], coords.accuracy),
      () => {
        this.told.textContent = this.word("noPlace");
      },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  }

  private sortFrom(here: Position, accuracy: number): void {
    this.here = here;
    for (const row of nearestFirst(this.rows, here)) this.list.append(row.element);
    for (const row of this.rows) {
      const metres = distanceTo(row, this.here);
      const nowhere = row.asks === "record" ? this.word("placeUnknown") : "";
      row.far.textContent = metres === undefined ? nowhere : distanceText(metres);
    }
    this.filter();
    this.told.textContent = this.word("nearest", { m: Math.round(accuracy) });
  }

  private mark(entries: readonly Entry[]): void {
    const states = statesByRecord(entries);
    for (const row of this.rows) {
      const state = states.get(row.record);
      row.mark.className = state === undefined ? "ll-state" : `ll-state ll-state-${state}`;
      row.mark.textContent = state === undefined ? "" : this.word(`state_${state}`);
      const busy = state !== undefined && state !== "sent" && state !== "refused";
      for (const button of row.element.querySelectorAll<HTMLButtonElement>("button[data-form]"))
        button.disabled = busy || (state === "sent" && button.dataset.done === "1");
    }
  }

  // One tap: what was seen is as it was, or there is none of it.
  private async enqueue(button: HTMLButtonElement): Promise<void> {
    const row = this.rows.find(({ element }) => element.contains(button));
    if (row === undefined) return;
    const { version, kind } = button.dataset;
    const { user, endpoint, community = "" } = this.config;
    const entry: Entry = {
      id: crypto.randomUUID(),
      revision: 0,
      user,
      form: button.dataset.form ?? "",
      page: location.pathname,
      title: `${row.title}：${button.textContent ?? ""}`,
      endpoint,
      record: row.record,
      base_version: version ? Number(version) : null,
      base: null,
      values: { community_id: community, ...(kind ? { type: kind } : {}) },
      photos: [],
      saved_at: new Date().toISOString(),
      state: "waiting",
      attempts: 0,
      not_before: 0,
    };
    button.dataset.done = "1";
    try {
      await this.store.keep(entry);
    } catch (reason) {
      this.told.textContent = this.word("notSaved", { reason: String(reason) });
      return;
    }
    await this.queue.show();
    this.queue.send(true);
  }

  private edit(entry: Entry): void {
    const page = entry.page;
    if (page && isOwn(page)) location.assign(`${page}#edit=${entry.id}`);
  }

  private async keep(button: HTMLButtonElement): Promise<void> {
    const pages = this.config.pages ?? [];
    button.disabled = true;
    await keepPages(pages, (n) => {
      button.textContent = this.word("keeping", { n, all: pages.length });
    });
    button.disabled = false;
    button.textContent = this.word("kept", { all: pages.length });
  }
}

export const mount: Mount = async (element) => {
  const config = readConfig<ListConfig>(element);
  let store: Store;
  try {
    store = await openStore();
  } catch {
    element.prepend(h("p", { class: "ll-notice" }, OFFLINE_WORDS.noStore[languageOf(element)]));
    return undefined; // the list itself still leads to the forms
  }
  const list = new FieldList(element, config, store);
  await list.start();
  installWorker(element, config).then(
    (ready) => {
      if (ready) element.dataset.offline = "ready";
    },
    () => undefined, // no service worker (an address without https): the list works all the same
  );
  return { destroy: () => list.destroy() };
};

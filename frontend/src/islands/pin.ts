/** `pin`: put an entrance, several entrances or an outline on a map, and write it into the form as GeoJSON. */

import { freshId, h } from "../core/dom.ts";
import { boundsOf, moveBy, type Position, positionsOf, ringAreaM2 } from "../core/geometry.ts";
import { request } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { formatNumber, speaker } from "../core/language.ts";
import { canDraw, createFrame, FIT, type Frame } from "../map/frame.ts";
import { sourceOf, specsOf } from "../map/layers.ts";
import type { Features, FrameConfig, MapLayer } from "../map/types.ts";
import { draftFeatures, listenToHand, prepareDraft, showDraft } from "../pin/draw.ts";
import {
  addPosition,
  change,
  changeKind,
  type Draft,
  type DraftKind,
  type DraftProblem,
  deletePosition,
  findProblems,
  type History,
  KINDS,
  movePosition,
  readText,
  toGeometry,
  undo,
} from "../pin/model.ts";
import { PIN_WORDS } from "../pin/words.ts";

interface PinConfig extends FrameConfig {
  readonly kinds?: readonly DraftKind[];
  readonly layers?: readonly MapLayer[];
  readonly required?: boolean;
  readonly within?: string;
  /** Where it should lie, if the page has the outline at hand. */
  readonly area?: GeoJSON.Geometry;
}

const ARROWS: Readonly<Record<string, Position>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const STEP_M = 1;
const LEAP_M = 10;

class Pin {
  private readonly word;
  private readonly kinds: readonly DraftKind[];
  private history: History;
  private selected: number | undefined;
  private area: GeoJSON.Geometry | undefined;
  private readonly help = h("p", { class: "ll-note" });
  private readonly rows = h("tbody");
  private readonly problems = h("ul", { class: "ll-problems" });
  private readonly size = h("p", { class: "ll-note" });
  private readonly said = h("p", { class: "ll-hidden", role: "status" });
  private readonly choices: HTMLElement;
  private readonly undoButton: HTMLButtonElement;

  constructor(
    private readonly frame: Frame,
    private readonly field: HTMLTextAreaElement | HTMLInputElement,
    private readonly config: PinConfig,
  ) {
    this.word = speaker(PIN_WORDS, frame.language);
    this.kinds = config.kinds && config.kinds.length > 0 ? config.kinds : KINDS;
    const kind = this.kinds[0] as DraftKind;
    const read = readText(field.value, kind);
    this.history = { now: read ?? { kind, positions: [] }, before: [] };
    this.choices = this.kindChoices();
    this.undoButton = h("button", { type: "button", click: () => this.go(undo(this.history)) }, this.word("undo"));
  }

  private get draft(): Draft {
    return this.history.now;
  }

  private kindChoices(): HTMLElement {
    const name = freshId("ll-kind");
    const all = this.kinds.map((kind) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name, value: kind, change: () => this.set(changeKind(this.draft, kind)) }),
        this.word(kind),
      ),
    );
    return h("fieldset", { class: "ll-choices" }, h("legend", {}, this.word("kind")), ...all);
  }

  /** Build the panel and show what the field holds. */
  start(host: HTMLElement): void {
    const button = (text: string, act: () => void): HTMLElement => h("button", { type: "button", click: act }, text);
    const tools = h(
      "div",
      { class: "ll-row" },
      button(this.word("here"), () => this.locate()),
      button(this.word("centre"), () => this.set(addPosition(this.draft, this.frame.map.getCenter().toArray()))),
      this.undoButton,
      button(this.word("clear"), () => this.set({ ...this.draft, positions: [] })),
    );
    const heads = h(
      "tr",
      {},
      h("th", { scope: "col" }, "#"),
      h("th", { scope: "col" }, this.word("lon")),
      h("th", { scope: "col" }, this.word("lat")),
      h("td"),
    );
    const table = h("table", { class: "ll-positions" }, h("thead", {}, heads), this.rows);
    const keys = h("p", { class: "ll-note" }, this.word("keys"));
    this.frame.side.append(
      this.kinds.length > 1 ? this.choices : "",
      this.help,
      tools,
      h("div", { role: "status" }, this.problems),
      table,
      this.size,
      keys,
      this.said,
    );
    const text = h("details", { class: "ll-fieldtext" }, h("summary", {}, this.word("text")));
    const label = this.field.closest("label") ?? this.field;
    host.append(text);
    text.append(label);
    this.field.addEventListener("change", () => this.readField());
    // Before anything else that listens to the form, such as the offline queue.
    this.field.form?.addEventListener("submit", (event) => this.beforeSubmit(event), { capture: true });
    this.field.form?.addEventListener("reset", () => setTimeout(() => this.readField(), 0));
    this.listen();
    this.show();
  }

  /** Where it should lie. */
  setArea(area: GeoJSON.Geometry): void {
    this.area = area;
    this.show();
  }

  private listen(): void {
    let taken: Draft | undefined;
    listenToHand(this.frame.map, {
      click: (at) => {
        this.selected = this.draft.kind === "point" ? 0 : this.draft.positions.length;
        this.set(addPosition(this.draft, at));
      },
      take: (index) => {
        taken = this.draft;
        this.selected = index;
        this.show();
      },
      split: (index, at) => {
        taken = this.draft;
        this.selected = index;
        this.history = { ...this.history, now: addPosition(this.draft, at, index) };
        this.show();
      },
      drag: (index, to) => {
        this.history = { ...this.history, now: movePosition(this.draft, index, to) };
        this.show();
      },
      drop: () => {
        const before = taken ?? this.draft;
        if (before !== this.draft) this.history = { now: this.draft, before: [...this.history.before, before] };
        this.show();
        this.write();
      },
    });
  }

  private set(draft: Draft): void {
    this.go(change(this.history, draft));
  }

  private go(history: History): void {
    this.history = history;
    if (this.selected !== undefined && this.selected >= this.draft.positions.length) this.selected = undefined;
    this.show();
    this.write();
  }

  // The form hears of the change as if it had been typed.
  private write(): void {
    const geometry = toGeometry(this.draft);
    this.field.value = geometry ? JSON.stringify(geometry) : "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private readField(): void {
    const read = readText(this.field.value, this.draft.kind);
    const allowed = read !== undefined && this.kinds.includes(read.kind);
    this.field.setCustomValidity(allowed ? "" : this.word("unreadable"));
    if (!allowed) {
      this.field.closest("details")?.setAttribute("open", "");
      this.field.reportValidity();
      return;
    }
    this.history = change(this.history, read);
    this.show();
    this.goThere();
  }

  private beforeSubmit(event: Event): void {
    const errors = this.found().filter(({ level }) => level === "error");
    if (errors.length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.problems.scrollIntoView({ block: "center" });
    this.problems.classList.add("ll-error");
    this.show();
  }

  private found(): DraftProblem[] {
    return findProblems(this.draft, this.config.required === true, this.area);
  }

  goThere(): void {
    const bounds = boundsOf(this.draft.positions);
    if (bounds)
      this.frame.map.fitBounds([...bounds] as [number, number, number, number], { ...FIT, padding: 80, maxZoom: 16.5 });
  }

  private locate(): void {
    this.frame.tell(this.word("locating"));
    const fail = (code?: number): void => {
      this.frame.tell(this.word("noGps", { reason: this.word(code === 1 ? "denied" : "unavailable") }));
    };
    if (!("geolocation" in navigator)) {
      fail();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const at: Position = [coords.longitude, coords.latitude];
        this.set(addPosition(this.draft, at));
        this.frame.map.jumpTo({ center: [...at] as [number, number], zoom: Math.max(this.frame.map.getZoom(), 17) });
        this.frame.tell(this.word("located", { m: formatNumber(coords.accuracy, this.frame.language) }));
      },
      (error) => fail(error.code),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 5_000 },
    );
  }

  private show(): void {
    const { kind, positions } = this.draft;
    const found = this.found();
    const wrong = found.flatMap(({ at }) => at);
    showDraft(this.frame.map, draftFeatures(this.draft, this.selected, wrong));
    for (const input of this.choices.querySelectorAll("input")) input.checked = input.value === kind;
    this.help.textContent = this.word(`help_${kind}`);
    this.undoButton.disabled = this.history.before.length === 0;
    this.problems.classList.toggle("ll-error", this.problems.classList.contains("ll-error") && found.length > 0);
    // Nothing is wrong with a form that nobody has filled in yet.
    const sent = this.problems.classList.contains("ll-error");
    this.problems.replaceChildren(
      ...found.map(({ code, level, at }) =>
        h(
          "li",
          { "data-level": code === "empty" && !sent ? "hint" : level },
          this.word(code, { at: at.map((i) => i + 1).join("、") }),
        ),
      ),
    );
    const area = kind === "polygon" && positions.length > 2 ? ringAreaM2(positions) : undefined;
    this.size.textContent = area === undefined ? "" : this.word("area", { m: formatNumber(area, this.frame.language) });
    this.showRows();
  }

  // Rows are kept and filled anew, so that a person who types or uses the arrow keys keeps the focus.
  private showRows(): void {
    const { positions } = this.draft;
    while (this.rows.rows.length > positions.length) this.rows.deleteRow(-1);
    while (this.rows.rows.length < positions.length) this.rows.append(this.row(this.rows.rows.length));
    positions.forEach((position, i) => {
      const row = this.rows.rows[i] as HTMLTableRowElement;
      row.classList.toggle("ll-selected", i === this.selected);
      row.querySelectorAll("input").forEach((input, axis) => {
        const text = position[axis as 0 | 1].toFixed(6);
        if (document.activeElement !== input || Number(input.value) !== Number(text)) input.value = text;
      });
    });
  }

  private row(index: number): HTMLTableRowElement {
    const n = index + 1;
    const input = (axis: 0 | 1, label: string): HTMLElement => {
      const box = h("input", {
        inputmode: "decimal",
        "aria-label": `${this.word("number", { n })} ${label}`,
        change: () => typed(),
      });
      const typed = (): void => {
        const now = this.draft.positions[index] as Position;
        const value = Number(box.value);
        if (Number.isFinite(value))
          this.set(movePosition(this.draft, index, axis === 0 ? [value, now[1]] : [now[0], value]));
        this.goThere();
      };
      return h("td", {}, box);
    };
    const handle = h(
      "button",
      { type: "button", class: "ll-handle", "aria-label": this.word("number", { n }) },
      String(n),
    );
    handle.addEventListener("keydown", (event) => this.nudge(event, index));
    handle.addEventListener("focus", () => {
      this.selected = index;
      this.show();
    });
    handle.addEventListener("click", () => {
      const at = this.draft.positions[index];
      if (at) this.frame.map.jumpTo({ center: [...at] as [number, number] });
    });
    const remove = h(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-label": this.word("remove", { n }),
        click: () => this.set(deletePosition(this.draft, index)),
      },
      this.word("removeShort"),
    );
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, handle),
      input(0, this.word("lon")),
      input(1, this.word("lat")),
      h("td", {}, remove),
    );
  }

  private nudge(event: KeyboardEvent, index: number): void {
    const now = this.draft.positions[index];
    if (now === undefined) return;
    if (event.key === "Delete") {
      event.preventDefault();
      this.set(deletePosition(this.draft, index));
      (
        this.rows.rows[Math.min(index, this.rows.rows.length - 1)]?.querySelector(".ll-handle") as HTMLElement | null
      )?.focus();
      return;
    }
    const arrow = ARROWS[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    const metres = event.shiftKey ? LEAP_M : STEP_M;
    const to = moveBy(now, arrow[0] * metres, arrow[1] * metres);
    this.set(movePosition(this.draft, index, to));
    this.said.textContent = this.word("moved", { n: index + 1, lon: to[0].toFixed(6), lat: to[1].toFixed(6) });
  }
}

async function addContext(frame: Frame, layers: readonly MapLayer[]): Promise<void> {
  for (const layer of layers) {
    const features =
      layer.features ?? (layer.src ? await request<Features>(layer.src).catch(() => undefined) : undefined);
    frame.map.addSource(layer.id, sourceOf(layer, features, document.baseURI));
    for (const spec of specsOf(layer, features)) frame.map.addLayer(spec);
  }
}

async function readArea(address: string): Promise<GeoJSON.GeometryCollection> {
  const answer = await request<Features>(address);
  const geometries = answer.features.flatMap(({ geometry }) => (geometry ? [geometry] : []));
  return { type: "GeometryCollection", geometries };
}

export const mount: Mount = async (element) => {
  const config = readConfig<PinConfig>(element);
  const field = element.querySelector<HTMLTextAreaElement | HTMLInputElement>("textarea, input");
  if (field === null) throw new Error("pin: a textarea or input is needed inside");
  if (!canDraw()) return undefined; // the field itself stays
  const frame = await createFrame(element, config, false);
  await addContext(frame, config.layers ?? []);
  prepareDraft(frame.map);
  const pin = new Pin(frame, field, config);
  pin.start(element);
  if (config.bounds) frame.setHome(config.bounds);
  if (field.value.trim() !== "") pin.goThere();
  if (config.within || config.area) {
    const area = config.area ?? (await readArea(config.within ?? "").catch(() => undefined));
    if (area) {
      pin.setArea(area);
      const bounds = boundsOf(positionsOf(area));
      if (bounds && !config.bounds) frame.setHome(bounds);
    }
  }
  return { destroy: frame.destroy };
};

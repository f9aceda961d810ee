/** `life-circle`: who can walk to what, who cannot, by which way, and what more or fewer facilities would change. */

import { type MapGeoJSONFeature, type MapMouseEvent, Popup } from "maplibre-gl";
import { h } from "../core/dom.ts";
import { type Bounds, boundsOf, middleOf, type Position, positionsOf } from "../core/geometry.ts";
import { explain, RequestError, request } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { formatNumber, type Language, languageOf, say, speaker } from "../core/language.ts";
import {
  type Answer,
  choose,
  fillIn,
  type LifeConfig,
  limitOf,
  type PersonChoice,
  placesOf,
  type TypeChoice,
  type WayProperties,
  type WhatIf,
  written,
} from "../lifecircle/config.ts";
import { moveDrops } from "../lifecircle/drag.ts";
import {
  buildingFeatures,
  dropFeatures,
  HOMES,
  lineFeatures,
  paleFacilities,
  prepare,
  put,
  roomMark,
  STATES,
  stateMark,
  useTiles,
} from "../lifecircle/draw.ts";
import {
  addDrop,
  type Building,
  type Closed,
  changed,
  clearIdeas,
  type Distances,
  type Drop,
  gains,
  type History,
  isAny,
  moveDrop,
  NO_HISTORY,
  NO_IDEAS,
  removeDrop,
  residentsOf,
  type State,
  type Summary,
  setClosed,
  summarise,
  undoIdea,
} from "../lifecircle/model.ts";
import { agesTable, communitiesTable, figureLines, fold, pick, plain, radios } from "../lifecircle/panel.ts";
import { areaText, facilityContent, hoverContent, roomContent } from "../lifecircle/popups.ts";
import { wantingLeft, wantingOf, wantingTable } from "../lifecircle/wanting.ts";
import { LIFE_WORDS } from "../lifecircle/words.ts";
import { canDraw, createFrame, FIT, type Frame } from "../map/frame.ts";
import type { Features } from "../map/types.ts";
import { MAP_WORDS } from "../map/words.ts";

const MOST_IDEAS = 20;
const QUIET_MS = 150;

interface View {
  type: TypeChoice;
  person: PersonChoice;
  minutes: number;
  /** Metres as things are, of the buildings known here. */
  base: Distances;
  history: History;
  /** All buildings of a small place; of a large one those that ideas concern. */
  buildings: readonly Building[];
  answer: Answer | undefined;
}

/** What the server counted, as the figures that are shown. */
function counted({ now }: Answer): Summary {
  const { within: served, without, unknown, uncounted } = now;
  return { served, newly: 0, lost: 0, without, unknown, uncounted, residents: served + without + unknown };
}

class LifeCircle {
  readonly word;
  readonly language: Language;
  private readonly figures = h("dl", { class: "ll-figures", "aria-live": "polite" });
  private readonly notes = h("p", { class: "ll-note" });
  private readonly said = h("p", { class: "ll-said", role: "status" });
  private readonly ideaList = h("ol", { class: "ll-drops" });
  private readonly roomBox = h("div");
  private readonly tables = h("div", { class: "ll-tables" });
  private readonly ages = h("div", { class: "ll-ages" });
  private readonly roomKeys = h("ul", { class: "ll-keys" });
  private readonly undoButton: HTMLButtonElement;
  private readonly clearButton: HTMLButtonElement;
  private readonly placeButton: HTMLButtonElement;
  private readonly hover = new Popup({
    closeButton: false,
    closeOnClick: false,
    maxWidth: "260px",
    className: "ll-hover",
  });
  private readonly fixed = new Popup({ closeButton: true, maxWidth: "320px", focusAfterOpen: true });
  private placing = false;
  private asked = 0;
  private nextDrop = 1;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private features: Features = { type: "FeatureCollection", features: [] };
  private rooms: Features = { type: "FeatureCollection", features: [] };

  constructor(
    private readonly frame: Frame,
    private readonly config: LifeConfig,
    private readonly view: View,
  ) {
    this.language = frame.language;
    this.word = speaker(LIFE_WORDS, frame.language);
    const button = (text: string, act: () => void): HTMLButtonElement =>
      h("button", { type: "button", click: act }, text);
    this.undoButton = button(this.word("undo"), () => this.setIdeas(undoIdea(this.view.history)));
    this.clearButton = button(this.word("clear"), () => this.setIdeas(clearIdeas(this.view.history)));
    this.placeButton = button(this.word("place"), () => this.setPlacing(!this.placing));
    this.placeButton.className = "ll-primary";
    this.placeButton.setAttribute("aria-pressed", "false");
  }

  private get limitM(): number {
    return limitOf(this.view.person, this.view.minutes);
  }

  private get isLarge(): boolean {
    return this.config.tiles !== undefined;
  }

  private get values(): Readonly<Record<string, string>> {
    const { type, person, minutes } = this.view;
    return { type: type.code, person: person.code, minutes: String(minutes), minute: String(minutes) };
  }

  /** What is imagined, as the address writes it. */
  private get ideaQuery(): (readonly [string, string])[] {
    const { drops, closed } = this.view.history.now;
    return [
      ...drops.map(({ at }) => ["drop", written(at)] as const),
      ...closed.map(({ id }) => ["close", id] as const),
    ];
  }

  readonly people = (n: number): string => this.word("people", { n: formatNumber(n, this.language), unit: this.unit });

  private get unit(): string {
    return say(this.config.unit, this.language) || this.word("unit");
  }

  private controls(): HTMLElement[] {
    const { types, persons, minutes } = this.config;
    const named = (choices: readonly (TypeChoice | PersonChoice)[]) =>
      choices.map(({ code, label }) => ({ code, label: say(label, this.language) }));
    return [
      pick(this.word("type"), named(types), this.view.type.code, (code) => {
        this.view.type = choose(types, code);
        this.load(true);
      }),
      pick(this.word("person"), named(persons), this.view.person.code, (code) => {
        this.view.person = choose(persons, code);
        this.load(false);
      }),
      radios(
        this.word("minutes"),
        minutes.map((n) => ({ code: String(n), label: this.word("minute", { n }) })),
        String(this.view.minutes),
        (code) => {
          this.view.minutes = Number(code);
          this.load(false);
        },
      ),
    ];
  }

  /** Build the panel, listen to the map, and show the first answer. */
  async start(features: Features, after: HTMLElement): Promise<void> {
    this.features = features;
    const keys = STATES.map((state) => h("li", {}, stateMark(state), this.word(state)));
    this.frame.side.append(
      ...this.controls(),
      this.figures,
      this.notes,
      h("p", { class: "ll-note" }, this.word("legend")),
      h("ul", { class: "ll-keys" }, ...keys),
      this.roomKeys,
      this.config.what_if ? this.whatIfBox() : "",
    );
    this.frame.column.append(this.said);
    // Beneath the map there is room on a wide screen; on a phone what one chooses by comes first.
    if (matchMedia("(max-width: 900px)").matches) after.append(this.ages);
    else this.frame.column.append(this.ages);
    after.append(this.tables);
    this.listen();
    await this.load(true, new URLSearchParams(location.search));
  }

  private whatIfBox(): HTMLElement {
    const centre = h(
      "button",
      { type: "button", click: () => this.drop(this.frame.map.getCenter().toArray()) },
      this.word("centre"),
    );
    return h(
      "section",
      { class: "ll-whatif" },
      h("h3", {}, this.word("whatIf")),
      this.placeButton,
      centre,
      this.roomBox,
      this.ideaList,
      h("div", { class: "ll-row" }, this.undoButton, this.clearButton),
      h("p", { class: "ll-note no-print" }, this.word("drag")),
    );
  }

  // What the pointer does ---------------------------------------------------------------------------------------------

  private under(event: MapMouseEvent, layers: readonly string[]): MapGeoJSONFeature | undefined {
    return this.frame.map.queryRenderedFeatures(event.point, { layers: [...layers] })[0];
  }

  private listen(): void {
    const { map } = this.frame;
    map.on("click", (event) => this.clicked(event));
    map.on("mousemove", (event) => {
      const found = this.placing
        ? undefined
        : this.under(event, ["drops/dots", "facilities/symbol", "rooms/dots", ...HOMES]);
      map.getCanvas().classList.toggle("ll-over", found !== undefined);
      map.getCanvas().classList.toggle("ll-cross", this.placing);
      this.tellOver(event, found);
    });
    map.on("mouseout", () => this.hover.remove());
    this.frame.figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.placing) this.setPlacing(false);
    });
    moveDrops(map, {
      isFree: () => !this.placing,
      dropOf: (id) => this.view.history.now.drops.find((drop) => drop.id === id),
      show: (drops) => put(map, "drops", drops),
      drops: () => this.view.history.now.drops,
      moved: (id, at) => void this.move(id, at),
    });
  }

  private tellOver(event: MapMouseEvent, found: MapGeoJSONFeature | undefined): void {
    if (found === undefined || found.layer.id === "drops/dots" || this.fixed.isOpen()) this.hover.remove();
    else this.hover.setLngLat(event.lngLat).setDOMContent(hoverContent(found, this)).addTo(this.frame.map);
  }

  private clicked(event: MapMouseEvent): void {
    if (this.placing) {
      this.drop(event.lngLat.toArray());
      return;
    }
    const place = this.under(event, ["facilities/symbol", "rooms/dots"]);
    if (place !== undefined && place.properties.id !== undefined) {
      if (place.layer.id === "rooms/dots") this.showRoom(String(place.properties.id), event.lngLat.toArray());
      else this.showFacility(place, event.lngLat.toArray());
      return;
    }
    const home = place ?? this.under(event, HOMES);
    if (home === undefined) return;
    if (home.properties.id !== undefined) this.way(String(home.properties.id), String(home.properties.name));
    else this.frame.map.easeTo({ center: event.lngLat, zoom: this.frame.map.getZoom() + 2 });
  }

  private open(content: HTMLElement, at: Position): void {
    this.hover.remove();
    this.fixed
      .setLngLat([...at] as [number, number])
      .setDOMContent(content)
      .addTo(this.frame.map);
  }

  private showFacility({ properties }: MapGeoJSONFeature, at: Position): void {
    const id = String(properties.id);
    const title = String(properties.name || say(this.view.type.label, this.language));
    const closed = this.view.history.now.closed;
    const others = closed.filter((one) => one.id !== id);
    const isClosed = others.length < closed.length;
    const act = (): void => {
      this.fixed.remove();
      void this.close(isClosed ? others : [...others, { id, name: title }]);
    };
    this.open(facilityContent(title, properties, isClosed, this.config.what_if ? act : undefined, this), at);
  }

  private showRoom(id: string, at: Position): void {
    const room = this.rooms.features.find(({ properties }) => properties?.id === id);
    if (room === undefined) return;
    const act = (): void => {
      this.fixed.remove();
      this.dropInRoom(id);
    };
    this.open(roomContent(room.properties ?? {}, act, this), at);
  }

  private setPlacing(on: boolean): void {
    this.placing = on;
    this.placeButton.setAttribute("aria-pressed", String(on));
    this.frame.tell(on ? this.word("placing") : "");
    this.frame.map.getCanvas().classList.toggle("ll-cross", on);
  }

  // What is asked of the server ---------------------------------------------------------------------------------------

  private countResidents(): void {
    const keys = this.view.type.residents ?? this.view.person.residents ?? ["residents"];
    this.view.buildings = this.features.features.flatMap((feature) => {
      const at = feature.geometry ? middleOf(feature.geometry) : undefined;
      const properties = feature.properties ?? {};
      if (at === undefined) return [];
      const id = String(properties.id ?? properties.building_id);
      return [{ id, name: String(properties.name ?? id), at, residents: residentsOf(properties, keys) }];
    });
  }

  /** Buildings of a large place that an answer tells of join those known. */
  private learn({ buildings }: WhatIf): void {
    if (!this.isLarge) return;
    const known = new Map(this.view.buildings.map((one) => [one.id, one]));
    const base: Record<string, number | null> = { ...this.view.base };
    for (const [id, { metres, ...rest }] of Object.entries(buildings)) {
      known.set(id, { id, ...rest });
      base[id] = metres;
    }
    this.view.buildings = [...known.values()];
    this.view.base = base;
  }

  // Answers may overtake each other: only the last question's answer is shown.
  private async load(other: boolean, query?: URLSearchParams): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    this.frame.tell(this.word("loading"));
    put(this.frame.map, "way", lineFeatures(undefined));
    this.said.textContent = "";
    try {
      const kept = query ? placesOf(query.getAll("drop")) : this.view.history.now.drops.map(({ at }) => at);
      const closed = query ? query.getAll("close").map((id): Closed => ({ id, name: id })) : [];
      if (other) await this.loadType(mine);
      if (mine !== this.asked) return;
      if (other && (kept.length > 0 || closed.length > 0)) await this.imagineAgain(kept, closed, mine);
      if (this.config.tiles !== undefined) {
        useTiles(this.frame.map, fillIn(this.config.tiles, this.values));
        await this.summarise();
      }
      if (mine !== this.asked) return;
      this.frame.tell(this.placing ? this.word("placing") : "");
      this.show();
    } catch (reason) {
      if (mine === this.asked) this.frame.tell(explain(reason, this.language));
    }
  }

  private async loadType(mine: number): Promise<void> {
    const { reach, facilities, rooms } = this.config;
    const [distances, services, free] = await Promise.all([
      reach ? request<{ distances: Distances }>(fillIn(reach, this.values)) : undefined,
      facilities ? request<Features>(fillIn(facilities, this.values)) : undefined,
      rooms ? request<Features>(fillIn(rooms, this.values)) : undefined,
    ]);
    if (mine !== this.asked) return;
    this.view.base = distances?.distances ?? {};
    this.view.history = NO_HISTORY;
    if (this.isLarge) this.view.buildings = [];
    else this.countResidents();
    if (services) put(this.frame.map, "facilities", this.withGroup(services));
    if (free) {
      this.rooms = free;
      put(this.frame.map, "rooms", free);
      this.listRooms();
    }
  }

  /** What was imagined before, for another facility type or from the page's address. */
  private async imagineAgain(places: readonly Position[], closed: readonly Closed[], mine: number): Promise<void> {
    const found = await this.whatIf(places, closed);
    if (mine !== this.asked) return;
    this.learn(found);
    const drops = found.drops.map(
      (distances, i): Drop => this.named(places[i] as Position, distances, this.nextDrop + i),
    );
    this.nextDrop += drops.length;
    const named = closed.map(({ id }) => ({ id, name: found.names?.[id] ?? id }));
    this.view.history = { now: { drops, closed: named, instead: found.closed }, before: [] };
  }

  private named(at: Position, distances: Distances, id: number): Drop {
    const room = this.rooms.features.find(({ geometry }) => {
      const place = geometry ? middleOf(geometry) : undefined;
      return place !== undefined && written(place) === written(at);
    });
    return { id, at, distances, ...(room ? { name: String(room.properties?.name) } : {}) };
  }

  private whatIf(places: readonly Position[], closed: readonly Closed[]): Promise<WhatIf> {
    const more = [
      ...places.map((at) => ["drop", written(at)] as const),
      ...closed.map(({ id }) => ["close", id] as const),
    ];
    return request<WhatIf>(fillIn(this.config.what_if as string, this.values, more));
  }

  private withGroup(facilities: Features): Features {
    const group = this.view.type.group;
    const features = facilities.features.map((feature) => ({
      ...feature,
      properties: { ...(group ? { group } : {}), ...feature.properties },
    }));
    return { ...facilities, features };
  }

  private listRooms(): void {
    const options = this.rooms.features.map(({ properties }) => {
      const { id, name, floor_area_m2, allowed } = properties ?? {};
      const area = areaText(floor_area_m2, this.language);
      const text = this.word("roomText", { name: String(name), area });
      return { code: String(id), label: allowed === false ? `${text} · ${this.word("roomNo")}` : text };
    });
    const keys = [true, false].filter((may) =>
      this.rooms.features.some(({ properties }) => (properties?.allowed !== false) === may),
    );
    this.roomKeys.replaceChildren(
      ...keys.map((may) => h("li", {}, roomMark(may), this.word(may ? "roomKey" : "roomNoKey"))),
    );
    if (options.length === 0) {
      this.roomBox.replaceChildren();
      return;
    }
    const first = { code: "", label: this.word("roomChoose") };
    const field = pick(this.word("room"), [first, ...options], "", (code) => {
      if (code !== "") this.dropInRoom(code);
      const select = field.querySelector("select");
      if (select) select.value = "";
    });
    this.roomBox.replaceChildren(field);
  }

  private dropInRoom(id: string): void {
    const room = this.rooms.features.find(({ properties }) => properties?.id === id);
    const at = room?.geometry ? middleOf(room.geometry) : undefined;
    if (at) void this.drop(at);
  }

  // What is imagined --------------------------------------------------------------------------------------------------

  private setIdeas(history: History): void {
    this.view.history = history;
    this.show();
  }

  private served(): number {
    const { served, newly } = this.total();
    return served + newly;
  }

  private async drop(at: Position): Promise<void> {
    const most = this.config.most ?? MOST_IDEAS;
    if (this.config.what_if === undefined) return;
    if (this.view.history.now.drops.length >= most) {
      this.frame.tell(this.word("most", { n: most }));
      return;
    }
    await this.ask([at], [], (found) => {
      const before = this.served();
      const drop = this.named(at, found.drops[0] ?? {}, this.nextDrop);
      this.nextDrop += 1;
      this.setIdeas(addDrop(this.view.history, drop));
      const n = formatNumber(this.served() - before, this.language);
      this.said.textContent = this.word("dropped", { n, unit: this.unit });
    });
  }

  private async move(id: number, at: Position): Promise<void> {
    await this.ask([at], [], (found) => {
      this.setIdeas(moveDrop(this.view.history, this.named(at, found.drops[0] ?? {}, id)));
    });
    put(this.frame.map, "drops", dropFeatures(this.view.history.now.drops));
  }

  private async close(closed: readonly Closed[]): Promise<void> {
    await this.ask([], closed, (found) => {
      this.setIdeas(setClosed(this.view.history, closed, found.closed));
      const n = formatNumber(this.total().lost, this.language);
      if (closed.length > 0) this.said.textContent = this.word("closedNow", { n, unit: this.unit });
    });
  }

  private async ask(
    places: readonly Position[],
    closed: readonly Closed[],
    act: (found: WhatIf) => void,
  ): Promise<void> {
    const mine = this.asked;
    try {
      const found = await this.whatIf(places, closed);
      if (mine !== this.asked) return;
      this.learn(found);
      this.frame.tell(this.placing ? this.word("placing") : "");
      act(found);
    } catch (reason) {
      this.frame.tell(explain(reason, this.language));
    }
  }

  private async way(id: string, name: string): Promise<void> {
    const template = this.config.path;
    if (template === undefined) return;
    const names = { building: name, type: say(this.view.type.label, this.language) };
    try {
      const address = fillIn(template, { ...this.values, building: id }, this.ideaQuery);
      const line = await request<GeoJSON.Feature<GeoJSON.LineString, WayProperties> | null>(address);
      if (line === null) throw new RequestError(404, "", null);
      put(this.frame.map, "way", lineFeatures(line));
      const { distance_m, minutes, facility } = line.properties;
      const t = formatNumber(minutes ?? distance_m / this.view.person.metres_per_minute, this.language, 1);
      const where = facility?.outside ? `${facility.name ?? ""} · ${this.word("outsideName")}` : (facility?.name ?? "");
      this.said.replaceChildren(
        this.word("path", { ...names, m: formatNumber(distance_m, this.language), t }),
        facility?.href ? h("a", { href: facility.href }, facility.name ?? "→") : where,
      );
    } catch (reason) {
      put(this.frame.map, "way", lineFeatures(undefined));
      const none = reason instanceof RequestError && reason.status === 404;
      this.said.textContent = none ? this.word("noPath", names) : explain(reason, this.language);
    }
  }

  // What is shown -----------------------------------------------------------------------------------------------------

  private total(): Summary {
    const { buildings, base, history, answer } = this.view;
    const after = summarise(buildings, base, history.now, this.limitM);
    if (!this.isLarge || answer === undefined) return after;
    return changed(counted(answer), summarise(buildings, base, NO_IDEAS, this.limitM), after);
  }

  private show(): void {
    const { buildings, base, history } = this.view;
    const ideas = history.now;
    const features = buildingFeatures(buildings, base, ideas, this.limitM, this.isLarge);
    put(this.frame.map, this.isLarge ? "changes" : "buildings", features);
    put(this.frame.map, "drops", dropFeatures(ideas.drops));
    paleFacilities(
      this.frame.map,
      ideas.closed.map(({ id }) => id),
    );
    this.showFigures();
    this.showIdeas();
    this.showTables();
    this.remember();
    this.summariseSoon();
  }

  private showFigures(): void {
    const { history, person, minutes, type, answer } = this.view;
    const sum = this.total();
    const used = (state: State): boolean =>
      (state !== "newly" || history.now.drops.length > 0) && (state !== "lost" || history.now.closed.length > 0);
    const shown = STATES.filter(used);
    this.figures.replaceChildren(...figureLines(sum, shown, this.people, this.word, this.language));
    const limit = this.word("limit", { n: minutes, m: formatNumber(this.limitM, this.language) });
    const parts = [`${say(person.label, this.language)} · ${limit}`];
    if (type.whom) parts.push(this.word("counted", { whom: say(type.whom, this.language) }));
    const notes = [parts.join(" · ")];
    if (sum.uncounted > 0) notes.push(this.word("uncounted", { n: formatNumber(sum.uncounted, this.language) }));
    const lost = Math.round(answer?.now.lost ?? 0);
    if (lost > 0) notes.push(this.word("missing", { n: formatNumber(lost, this.language), unit: this.unit }));
    this.notes.textContent = notes.join(" ");
  }

  private dropItem(drop: Drop, gain: number): HTMLElement {
    const { id, at } = drop;
    const name = drop.name ? `${id} · ${drop.name}` : this.word("drop", { n: id });
    const { map } = this.frame;
    const go = plain(name, name, () => map.jumpTo({ center: [...at] as [number, number] }));
    const onPaper = h("span", { class: "ll-paper", "aria-hidden": "true" }, name);
    const n = formatNumber(gain, this.language);
    const move = plain(this.word("moveHereShort"), this.word("moveHere", { name }), () => {
      void this.move(id, map.getCenter().toArray());
    });
    const remove = plain(this.word("removeShort"), this.word("remove", { name }), () =>
      this.setIdeas(removeDrop(this.view.history, id)),
    );
    return h(
      "li",
      {},
      h("div", {}, go, onPaper),
      h("span", {}, this.word("gain", { n, unit: this.unit })),
      h("span", { class: "ll-acts" }, move, remove),
    );
  }

  private showIdeas(): void {
    const { buildings, base, history } = this.view;
    const { drops, closed } = history.now;
    const added = gains(buildings, base, history.now, this.limitM);
    const items = drops.map((drop, i) => this.dropItem(drop, added[i] ?? 0));
    const shut = closed.map(({ id, name }) => {
      const reopen = plain(this.word("reopen"), this.word("reopenName", { name }), () => {
        void this.close(closed.filter((one) => one.id !== id));
      });
      return h("li", {}, h("span", {}, this.word("closed", { name })), h("span"), reopen);
    });
    const none = h("li", { class: "ll-note" }, this.word("none"));
    this.ideaList.replaceChildren(...(isAny(history.now) ? [...items, ...shut] : [none]));
    this.undoButton.disabled = history.before.length === 0;
    this.clearButton.disabled = !isAny(history.now);
  }

  private wantingTable(): HTMLElement {
    const { buildings, base, history, answer } = this.view;
    const all = this.isLarge
      ? wantingLeft(answer?.wanting ?? [], buildings, base, history.now, this.limitM)
      : wantingOf(buildings, base, history.now, this.limitM);
    const show = this.config.path ? (building: Building) => this.goTo(building) : undefined;
    return wantingTable(all, this.isLarge, this.unit, show, this.word, this.language);
  }

  private showTables(): void {
    const { answer, history } = this.view;
    const imagined = isAny(history.now);
    const table = this.config.table ? fillIn(this.config.table, this.values, this.ideaQuery) : undefined;
    const [list, communities] = [...this.tables.querySelectorAll("details")].reverse();
    const parts = [fold(this.word("list"), this.wantingTable(), list, false)];
    if (answer) {
      const rows = communitiesTable(answer, imagined, table, this.word, this.language);
      parts.unshift(fold(this.word("communities"), rows, communities, true));
      const ages = agesTable(answer.ages, imagined, this.word, this.language);
      this.ages.replaceChildren(fold(this.word("ages"), ages, this.ages.querySelector("details"), true));
    }
    this.tables.replaceChildren(...parts);
  }

  /** The server's figures by community and age follow what is shown here after a moment. */
  private summariseSoon(): void {
    if (this.config.summary === undefined) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.summarise()
        .then(() => {
          this.showFigures();
          this.showTables();
        })
        .catch((reason: unknown) => this.frame.tell(explain(reason, this.language)));
    }, QUIET_MS);
  }

  private async summarise(): Promise<void> {
    if (this.config.summary === undefined) return;
    const address = fillIn(this.config.summary, this.values, this.ideaQuery);
    const answer = await request<Answer>(address);
    if (address === fillIn(this.config.summary, this.values, this.ideaQuery)) this.view.answer = answer;
  }

  // What is chosen and imagined lives in the address, so that it can be shared and printed.
  private remember(): void {
    const address = new URL(location.href);
    const { type, person, minute } = this.values as Record<"type" | "person" | "minute", string>;
    for (const [key, value] of Object.entries({ type, person, minute })) address.searchParams.set(key, value);
    for (const key of ["drop", "close"]) address.searchParams.delete(key);
    for (const [key, value] of this.ideaQuery) address.searchParams.append(key, value);
    history.replaceState(history.state, "", address);
  }

  private goTo(building: Building): void {
    this.frame.map.jumpTo({
      center: [...building.at] as [number, number],
      zoom: Math.max(this.frame.map.getZoom(), 15),
    });
    this.frame.figure.scrollIntoView({ block: "nearest" });
    void this.way(building.id, building.name);
  }
}

const EMPTY: Features = { type: "FeatureCollection", features: [] };

export const mount: Mount = async (element) => {
  const config = readConfig<LifeConfig>(element);
  const own = [...element.children].filter(({ tagName }) => tagName !== "SCRIPT");
  if (!canDraw()) {
    element.append(h("p", { class: "ll-empty", role: "status" }, MAP_WORDS.noGraphics[languageOf(element)]));
    return undefined;
  }
  const frame = await createFrame(element, config, false);
  const [features, boundary] = await Promise.all([
    config.buildings ? request<Features>(config.buildings) : EMPTY,
    config.boundary ? request<Features>(config.boundary) : EMPTY,
  ]);
  const asked = new URLSearchParams(location.search);
  const minute = Number(asked.get("minute") ?? config.minute ?? config.minutes[0]);
  const view: View = {
    type: choose(config.types, asked.get("type") ?? config.type),
    person: choose(config.persons, asked.get("person") ?? config.person),
    minutes: config.minutes.includes(minute) ? minute : (config.minutes[0] ?? 10),
    base: {},
    history: NO_HISTORY,
    buildings: [],
    answer: undefined,
  };
  const { tiles } = config;
  const chosen = { type: view.type.code, person: view.person.code, minutes: String(view.minutes) };
  prepare(frame.map, boundary, tiles === undefined ? undefined : fillIn(tiles, chosen));
  const positions = [...boundary.features, ...features.features].flatMap(({ geometry }) => positionsOf(geometry));
  const bounds: Bounds | undefined = config.bounds ?? boundsOf(positions);
  if (bounds) {
    frame.setHome(bounds);
    frame.map.fitBounds([...bounds] as [number, number, number, number], FIT);
  }
  await new LifeCircle(frame, config, view).start(features, element);
  for (const child of own) child.remove();
  return { destroy: frame.destroy };
};

/** `life-circle`: who can walk to what, who cannot, by which way, and what one more facility would change. */

import { freshId, h } from "../core/dom.ts";
import { boundsOf, middleOf, type Position, positionsOf } from "../core/geometry.ts";
import { explain, post, RequestError, request } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { formatNumber, formatShare, type Language, languageOf, say, speaker, type Text } from "../core/language.ts";
import { buildingFeatures, dropFeatures, lineFeatures, prepare, put, STATES, stateMark } from "../lifecircle/draw.ts";
import {
  addDrop,
  type Building,
  clearDrops,
  type Distances,
  type Drops,
  gains,
  NO_DROPS,
  nearestM,
  removeDrop,
  residentsOf,
  type State,
  stateOf,
  summarise,
  undoDrop,
} from "../lifecircle/model.ts";
import { LIFE_WORDS } from "../lifecircle/words.ts";
import { canDraw, createFrame, FIT, type Frame } from "../map/frame.ts";
import type { Features, FrameConfig } from "../map/types.ts";
import { MAP_WORDS } from "../map/words.ts";

interface TypeChoice {
  readonly code: string;
  readonly label: Text;
  readonly group?: string;
}

interface PersonChoice {
  readonly code: string;
  readonly label: Text;
  readonly metres_per_minute: number;
  readonly residents?: readonly string[];
}

interface LifeConfig extends FrameConfig {
  readonly buildings: string;
  readonly facilities?: string;
  readonly boundary?: string;
  readonly types: readonly TypeChoice[];
  readonly persons: readonly PersonChoice[];
  readonly minutes: readonly number[];
  readonly type?: string;
  readonly person?: string;
  readonly minute?: number | string;
  readonly reach: string;
  readonly path?: string;
  readonly what_if?: string;
}

interface PathProperties {
  readonly distance_m: number;
  readonly minutes?: number;
  readonly facility?: { readonly name?: string; readonly href?: string };
}

const MOST_LISTED = 40;

interface View {
  type: TypeChoice;
  person: PersonChoice;
  minutes: number;
  base: Distances;
  drops: Drops;
  buildings: readonly Building[];
}

const fillIn = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, key: string) =>
    values[key] === undefined ? whole : encodeURIComponent(values[key]),
  );

function choose<T extends { readonly code: string }>(choices: readonly T[], wanted: string | null | undefined): T {
  const found = choices.find(({ code }) => code === wanted) ?? choices[0];
  if (found === undefined) throw new Error("life-circle: nothing to choose from");
  return found;
}

// A choice lives in the address, so that it can be shared and printed.
function remember(view: View): void {
  const address = new URL(location.href);
  address.searchParams.set("type", view.type.code);
  address.searchParams.set("person", view.person.code);
  address.searchParams.set("minute", String(view.minutes));
  history.replaceState(history.state, "", address);
}

function pick(
  label: string,
  options: readonly { code: string; label: string }[],
  now: string,
  act: (code: string) => void,
): HTMLElement {
  const select = h(
    "select",
    { change: () => act(select.value) },
    ...options.map((option) => h("option", { value: option.code, selected: option.code === now }, option.label)),
  );
  return h("label", { class: "ll-field" }, label, select);
}

function radios(
  label: string,
  options: readonly { code: string; label: string }[],
  now: string,
  act: (code: string) => void,
): HTMLElement {
  const name = freshId("ll-choice");
  const parts = options.map((option) => {
    const input = h("input", {
      type: "radio",
      name,
      value: option.code,
      checked: option.code === now,
      change: () => act(option.code),
    });
    return h("label", {}, input, option.label);
  });
  return h("fieldset", { class: "ll-choices" }, h("legend", {}, label), ...parts);
}

class LifeCircle {
  private readonly word;
  private readonly language: Language;
  private readonly figures = h("dl", { class: "ll-figures", "aria-live": "polite" });
  private readonly notes = h("p", { class: "ll-note" });
  private readonly said = h("p", { class: "ll-said", role: "status" });
  private readonly dropList = h("ol", { class: "ll-drops" });
  private readonly listed = h("div");
  private readonly undoButton: HTMLButtonElement;
  private readonly clearButton: HTMLButtonElement;
  private placing = false;
  private placeButton: HTMLButtonElement;
  private asked = 0;
  private nextDrop = 1;
  private features: Features = { type: "FeatureCollection", features: [] };

  constructor(
    private readonly frame: Frame,
    private readonly config: LifeConfig,
    private readonly view: View,
  ) {
    this.language = frame.language;
    this.word = speaker(LIFE_WORDS, frame.language);
    this.undoButton = h(
      "button",
      { type: "button", click: () => this.setDrops(undoDrop(this.view.drops)) },
      this.word("undo"),
    );
    this.clearButton = h(
      "button",
      { type: "button", click: () => this.setDrops(clearDrops(this.view.drops)) },
      this.word("clear"),
    );
    this.placeButton = h(
      "button",
      { type: "button", class: "ll-primary", "aria-pressed": "false", click: () => this.setPlacing(!this.placing) },
      this.word("place"),
    );
  }

  private get limitM(): number {
    return this.view.minutes * this.view.person.metres_per_minute;
  }

  private controls(): HTMLElement[] {
    const { types, persons, minutes } = this.config;
    const named = (choices: readonly { code: string; label: Text }[]) =>
      choices.map(({ code, label }) => ({ code, label: say(label, this.language) }));
    return [
      pick(this.word("type"), named(types), this.view.type.code, (code) => {
        this.view.type = choose(types, code);
        this.view.drops = NO_DROPS;
        this.load();
      }),
      pick(this.word("person"), named(persons), this.view.person.code, (code) => {
        this.view.person = choose(persons, code);
        this.view.drops = NO_DROPS;
        this.countResidents();
        this.load();
      }),
      radios(
        this.word("minutes"),
        minutes.map((n) => ({ code: String(n), label: this.word("minute", { n }) })),
        String(this.view.minutes),
        (code) => {
          this.view.minutes = Number(code);
          this.show();
        },
      ),
    ];
  }

  /** Build the panel, listen to the map, and show the first answer. */
  async start(features: Features, after: HTMLElement): Promise<void> {
    this.features = features;
    this.countResidents();
    const legend = h(
      "ul",
      { class: "ll-keys" },
      ...STATES.map((state) => h("li", {}, stateMark(state), this.word(state))),
    );
    const panel = [
      ...this.controls(),
      this.figures,
      this.notes,
      h("p", { class: "ll-note" }, this.word("legend")),
      legend,
    ];
    this.frame.side.append(...panel, this.config.what_if ? this.whatIfBox() : "");
    this.frame.column.append(this.said);
    after.append(this.listed);
    this.listen();
    await this.load();
  }

  private whatIfBox(): HTMLElement {
    const centre = h(
      "button",
      { type: "button", click: () => this.drop(this.frame.map.getCenter().toArray()) },
      this.word("centre"),
    );
    const buttons = h("div", { class: "ll-row" }, this.undoButton, this.clearButton);
    return h(
      "section",
      { class: "ll-whatif" },
      h("h3", {}, this.word("whatIf")),
      this.placeButton,
      centre,
      this.dropList,
      buttons,
    );
  }

  private listen(): void {
    const { map } = this.frame;
    map.on("click", (event) => {
      if (this.placing) {
        this.drop(event.lngLat.toArray());
        return;
      }
      const [feature] = map.queryRenderedFeatures(event.point, { layers: ["buildings/dots"] });
      if (feature) this.way(String(feature.properties.id));
    });
    map.on("mousemove", (event) => {
      const over = this.placing || map.queryRenderedFeatures(event.point, { layers: ["buildings/dots"] }).length > 0;
      map.getCanvas().classList.toggle("ll-over", over && !this.placing);
      map.getCanvas().classList.toggle("ll-cross", this.placing);
    });
    this.frame.figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.placing) this.setPlacing(false);
    });
  }

  private setPlacing(on: boolean): void {
    this.placing = on;
    this.placeButton.setAttribute("aria-pressed", String(on));
    this.frame.tell(on ? this.word("placing") : "");
    this.frame.map.getCanvas().classList.toggle("ll-cross", on);
  }

  private countResidents(): void {
    const keys = this.view.person.residents ?? ["residents"];
    this.view.buildings = this.features.features.flatMap((feature) => {
      const at = feature.geometry ? middleOf(feature.geometry) : undefined;
      const properties = feature.properties ?? {};
      if (at === undefined) return [];
      const id = String(properties.id ?? properties.building_id);
      return [{ id, name: String(properties.name ?? id), at, residents: residentsOf(properties, keys) }];
    });
  }

  // Answers may overtake each other: only the last question's answer is shown.
  private async load(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const values = { type: this.view.type.code, person: this.view.person.code, minutes: String(this.view.minutes) };
    this.frame.tell(this.word("loading"));
    put(this.frame.map, "path", lineFeatures(undefined));
    this.said.textContent = "";
    try {
      const [answer, facilities] = await Promise.all([
        request<{ distances: Distances }>(fillIn(this.config.reach, values)),
        this.config.facilities ? request<Features>(fillIn(this.config.facilities, values)) : undefined,
      ]);
      if (mine !== this.asked) return;
      this.view.base = answer.distances;
      if (facilities) put(this.frame.map, "facilities", this.withGroup(facilities));
      this.frame.tell(this.placing ? this.word("placing") : "");
      this.show();
    } catch (reason) {
      if (mine === this.asked) this.frame.tell(explain(reason, this.language));
    }
  }

  private withGroup(facilities: Features): Features {
    const group = this.view.type.group;
    const features = facilities.features.map((feature) => ({
      ...feature,
      properties: { ...(group ? { group } : {}), ...feature.properties },
    }));
    return { ...facilities, features };
  }

  private setDrops(drops: Drops): void {
    this.view.drops = drops;
    this.show();
  }

  private async drop(at: Position): Promise<void> {
    const address = this.config.what_if;
    if (address === undefined) return;
    const mine = this.asked;
    const { type, person } = this.view;
    const reachM = Math.max(...this.config.minutes) * person.metres_per_minute;
    try {
      const body = { type: type.code, person: person.code, point: at, limit_m: reachM };
      const answer = await post<{ distances: Distances }>(address, body);
      if (mine !== this.asked) return;
      const before = summarise(this.view.buildings, this.view.base, this.view.drops.now, this.limitM).newly;
      this.setDrops(addDrop(this.view.drops, { id: this.nextDrop, at, distances: answer.distances }));
      this.nextDrop += 1;
      const after = summarise(this.view.buildings, this.view.base, this.view.drops.now, this.limitM).newly;
      this.said.textContent = this.word("dropped", { n: formatNumber(after - before, this.language) });
    } catch (reason) {
      this.frame.tell(explain(reason, this.language));
    }
  }

  private async way(id: string): Promise<void> {
    const template = this.config.path;
    const building = this.view.buildings.find((each) => each.id === id);
    if (template === undefined || building === undefined) return;
    const names = { building: building.name, type: say(this.view.type.label, this.language) };
    const values = { building: id, type: this.view.type.code, person: this.view.person.code };
    try {
      const line = await request<GeoJSON.Feature<GeoJSON.LineString, PathProperties> | null>(fillIn(template, values));
      if (line === null) throw new RequestError(404, "", null);
      put(this.frame.map, "path", lineFeatures(line));
      const { distance_m, minutes, facility } = line.properties;
      const t = formatNumber(minutes ?? distance_m / this.view.person.metres_per_minute, this.language, 1);
      this.said.replaceChildren(
        this.word("path", { ...names, m: formatNumber(distance_m, this.language), t }),
        facility?.href ? h("a", { href: facility.href }, facility.name ?? "→") : (facility?.name ?? ""),
      );
    } catch (reason) {
      put(this.frame.map, "path", lineFeatures(undefined));
      const none = reason instanceof RequestError && reason.status === 404;
      this.said.textContent = none ? this.word("noPath", names) : explain(reason, this.language);
    }
  }

  private show(): void {
    const { buildings, base, drops } = this.view;
    put(this.frame.map, "buildings", buildingFeatures(buildings, base, drops.now, this.limitM));
    put(this.frame.map, "drops", dropFeatures(drops.now));
    this.showFigures();
    this.showDrops();
    this.showList();
    remember(this.view);
  }

  private showFigures(): void {
    const { buildings, base, drops, person, minutes } = this.view;
    const sum = summarise(buildings, base, drops.now, this.limitM);
    const line = (state: State): HTMLElement[] => {
      const share = sum.residents > 0 ? formatShare(sum[state] / sum.residents, this.language, 1) : "";
      return [
        h("dt", {}, stateMark(state), this.word(state)),
        h("dd", {}, this.word("people", { n: formatNumber(sum[state], this.language) }), h("small", {}, share)),
      ];
    };
    const shown = STATES.filter((state) => state !== "newly" || drops.now.length > 0);
    const all = [
      h("dt", {}, this.word("residents")),
      h("dd", {}, this.word("people", { n: formatNumber(sum.residents, this.language) })),
    ];
    this.figures.replaceChildren(...all, ...shown.flatMap(line));
    const limit = this.word("limit", { n: minutes, m: formatNumber(this.limitM, this.language) });
    const lost = sum.uncounted > 0 ? ` ${this.word("uncounted", { n: sum.uncounted })}` : "";
    this.notes.textContent = `${say(person.label, this.language)} · ${limit}${lost}`;
  }

  private showDrops(): void {
    const { buildings, base, drops } = this.view;
    const added = gains(buildings, base, drops.now, this.limitM);
    const items = drops.now.map(({ id, at }, i) => {
      const name = this.word("drop", { n: id });
      const go = (): void => {
        this.frame.map.jumpTo({ center: [...at] as [number, number] });
      };
      const remove = h(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": this.word("remove", { name }),
          click: () => this.setDrops(removeDrop(this.view.drops, id)),
        },
        this.word("removeShort"),
      );
      const link = h("button", { type: "button", class: "plain", click: go }, name);
      return h(
        "li",
        {},
        link,
        h("span", {}, this.word("gain", { n: formatNumber(added[i] ?? 0, this.language) })),
        remove,
      );
    });
    this.dropList.replaceChildren(...(items.length > 0 ? items : [h("li", { class: "ll-note" }, this.word("none"))]));
    this.undoButton.disabled = drops.before.length === 0;
    this.clearButton.disabled = drops.now.length === 0;
  }

  private showList(): void {
    const { buildings, base, drops } = this.view;
    const states = buildings.map((building) => ({
      building,
      state: stateOf(building.id, base, drops.now, this.limitM),
    }));
    const wanting = states.filter(({ state }) => state === "without" || state === "unknown");
    wanting.sort((a, b) => (b.building.residents ?? 0) - (a.building.residents ?? 0));
    const rows = wanting.slice(0, MOST_LISTED).map(({ building, state }) => {
      const metres = nearestM(building.id, base, drops.now);
      const far = metres === null ? this.word("far") : formatNumber(metres, this.language);
      const label = `${this.word("show")}：${building.name}`;
      const show = h(
        "button",
        { type: "button", class: "plain", "aria-label": label, click: () => this.goTo(building) },
        this.word("show"),
      );
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, building.name),
        h("td", { class: "n" }, formatNumber(building.residents, this.language)),
        h("td", { class: "n" }, far),
        h("td", {}, this.word(`${state}_state`)),
        h("td", {}, this.config.path ? show : ""),
      );
    });
    const cut = wanting.length > MOST_LISTED ? MAP_WORDS.first[this.language] : MAP_WORDS.rows[this.language];
    const count = cut
      .replace("{n}", String(Math.min(MOST_LISTED, wanting.length)))
      .replace("{all}", String(wanting.length));
    const heads = [
      h("th", { scope: "col" }, this.word("building")),
      h(
        "th",
        { scope: "col", class: "n" },
        this.word("residents"),
        h("small", {}, this.language === "zh" ? "人" : "people"),
      ),
      h("th", { scope: "col", class: "n" }, this.word("distance"), h("small", {}, "m")),
      h("th", { scope: "col" }, this.word("state")),
      h("td", {}),
    ];
    const table = h(
      "table",
      {},
      h("caption", {}, count),
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...rows),
    );
    const open = this.listed.querySelector("details")?.open ?? false;
    const box = h("div", { class: "ll-scroll", tabindex: 0, role: "region", "aria-label": this.word("list") }, table);
    this.listed.replaceChildren(h("details", { open }, h("summary", {}, this.word("list")), box));
  }

  private goTo(building: Building): void {
    this.frame.map.jumpTo({
      center: [...building.at] as [number, number],
      zoom: Math.max(this.frame.map.getZoom(), 15),
    });
    this.frame.figure.scrollIntoView({ block: "nearest" });
    this.way(building.id);
  }
}

export const mount: Mount = async (element) => {
  const config = readConfig<LifeConfig>(element);
  const own = [...element.children].filter(({ tagName }) => tagName !== "SCRIPT");
  if (!canDraw()) {
    element.append(h("p", { class: "ll-empty", role: "status" }, MAP_WORDS.noGraphics[languageOf(element)]));
    return undefined;
  }
  const frame = await createFrame(element, config, false);
  const [features, boundary] = await Promise.all([
    request<Features>(config.buildings),
    config.boundary ? request<Features>(config.boundary) : ({ type: "FeatureCollection", features: [] } as Features),
  ]);
  prepare(frame.map, boundary);
  const positions = [...boundary.features, ...features.features].flatMap(({ geometry }) => positionsOf(geometry));
  const bounds = config.bounds ?? boundsOf(positions);
  if (bounds) {
    frame.setHome(bounds);
    frame.map.fitBounds([...bounds] as [number, number, number, number], FIT);
  }
  const asked = new URLSearchParams(location.search);
  const minute = Number(asked.get("minute") ?? config.minute ?? config.minutes[0]);
  const view: View = {
    type: choose(config.types, asked.get("type") ?? config.type),
    person: choose(config.persons, asked.get("person") ?? config.person),
    minutes: config.minutes.includes(minute) ? minute : (config.minutes[0] ?? 10),
    base: {},
    drops: NO_DROPS,
    buildings: [],
  };
  await new LifeCircle(frame, config, view).start(features, element);
  for (const child of own) child.remove();
  return { destroy: frame.destroy };
};

/** A map on the page: canvas, buttons, scale bar and what must stand on every map (title, date, source, 审图号). */

import { Map as MapLibre, ScaleControl, type StyleSpecification, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { h } from "../core/dom.ts";
import { noteFile } from "../core/files.ts";
import type { Bounds } from "../core/geometry.ts";
import { isOwn } from "../core/http.ts";
import { type Language, languageOf, say, speaker } from "../core/language.ts";
import { mayAsk, useBasemap } from "./basemap.ts";
import { addImages } from "./images.ts";
import type { FrameConfig } from "./types.ts";
import { MAP_WORDS } from "./words.ts";

export interface Frame {
  readonly map: MapLibre;
  readonly language: Language;
  /** The whole map with its caption. */
  readonly figure: HTMLElement;
  /** The map itself with its caption; what is said about it comes beneath. */
  readonly column: HTMLElement;
  /** Beside the map on a wide screen, beneath it on a phone: legend, controls. */
  readonly side: HTMLElement;
  readonly word: ReturnType<typeof speaker<keyof typeof MAP_WORDS>>;
  /** Show what happens, for eyes and for screen readers. */
  tell(message: string): void;
  /** The box that "whole area" goes to. */
  setHome(bounds: Bounds): void;
  destroy(): void;
}

const EMPTY: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: "ground", type: "background", paint: { "background-color": "#f5f7f8" } }],
};

export const FIT = { padding: 28, maxZoom: 17, animate: false } as const;

/** Whether this browser can draw a map. */
export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

function caption(config: FrameConfig, language: Language): HTMLElement {
  const word = speaker(MAP_WORDS, language);
  const parts = [
    config.date && word("date", { date: config.date }),
    config.source && word("source", { source: say(config.source, language) }),
    config.map_number && word("mapNumber", { number: config.map_number }),
    config.basemap?.kind === "tianditu" && word("tianditu"),
    config.attribution && word("ground", { whose: say(config.attribution, language) }),
  ];
  const text = parts.filter(Boolean).map((part) => h("span", {}, part as string));
  return h("div", { class: "ll-caption" }, ...text);
}

function button(label: string, sign: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "ll-tool", title: label, "aria-label": label, click: act }, sign);
}

/**
 * Make a map inside `host`. It waits until MapLibre is ready to take layers.
 *
 * Every request goes to this site; only a Tianditu basemap, if the site's administrator switched it on, asks elsewhere.
 */
export async function createFrame(host: HTMLElement, config: FrameConfig, gentle = true): Promise<Frame> {
  const language = languageOf(host);
  const word = speaker(MAP_WORDS, language);
  const title = say(config.title, language);
  const box = h("div", { class: "ll-canvas" });
  const status = h("p", { class: "ll-status", role: "status" });
  const tools = h("div", { class: "ll-tools" });
  const stage = h("div", { class: "ll-stage" }, box, tools, status);
  const heading = title ? h("div", { class: "ll-title" }, title) : null;
  const side = h("div", { class: "ll-side" });
  const column = h("div", {}, stage, caption(config, language));
  const figure = h("figure", { class: "ll-map" }, heading, h("div", { class: "ll-body" }, column, side));
  host.append(figure);

  const worker = config.worker !== undefined && isOwn(config.worker) ? config.worker : workerUrl;
  setWorkerUrl(worker);
  noteFile(worker);
  const touch = matchMedia("(pointer: coarse)").matches;
  const map = new MapLibre({
    container: box,
    style: EMPTY,
    center: [...(config.centre ?? [120.15, 30.28])] as [number, number],
    zoom: config.zoom ?? 11,
    ...(config.bounds ? { bounds: [...config.bounds] as [number, number, number, number], fitBoundsOptions: FIT } : {}),
    attributionControl: false,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    cooperativeGestures: gentle && touch,
    canvasContextAttributes: { preserveDrawingBuffer: true }, // so that the map prints
    locale: {
      "Map.Title": word("map"),
      "Popup.Close": word("close"),
      "ScaleControl.Meters": "m",
      "ScaleControl.Kilometers": "km",
      "CooperativeGesturesHandler.MobileHelpText":
        language === "zh" ? "用两指移动地图" : "Use two fingers to move the map",
    },
    transformRequest: (url) => {
      if (!mayAsk(url, config.basemap)) throw new Error(`not an address of this site: ${url}`);
      return { url };
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");

  let home = config.bounds;
  let atHome = true; // until a person moves the map
  const goHome = (): void => {
    if (home) map.fitBounds([...home] as [number, number, number, number], FIT);
    atHome = true;
  };
  map.on("movestart", ({ originalEvent }) => {
    if (originalEvent) atHome = false;
  });
  const zoom = (step: 1 | -1): void => {
    atHome = false;
    if (step > 0) map.zoomIn();
    else map.zoomOut();
  };
  tools.append(
    button(word("zoomIn"), "+", () => zoom(1)),
    button(word("zoomOut"), "−", () => zoom(-1)),
    button(word("whole"), "⤢", goHome),
  );
  await map.once("load");
  addImages(map, language);
  // Our own layers are drawn in any case; what is said about the ground stands beneath them.
  if (config.basemap)
    await useBasemap(map, config.basemap).catch(() => {
      column.querySelector(".ll-caption")?.append(h("span", { role: "status" }, word("noGround")));
    });
  const paper = matchMedia("print");
  let onScreen = map.getBounds();
  // Paper is narrower than the screen: show the same part of the world, drawn before the page is taken.
  const onPaper = ({ matches }: { matches: boolean }): void => {
    if (matches) onScreen = map.getBounds();
    map.resize();
    if (atHome && home) goHome();
    else map.fitBounds(onScreen, { animate: false, padding: 0 });
    map.redraw();
  };
  paper.addEventListener("change", onPaper);
  return {
    map,
    language,
    figure,
    column,
    side,
    word,
    tell: (message) => {
      status.textContent = message;
    },
    setHome: (bounds) => {
      home = bounds;
    },
    destroy: () => {
      paper.removeEventListener("change", onPaper);
      map.remove();
    },
  };
}

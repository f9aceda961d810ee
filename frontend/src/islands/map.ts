/** `map`: layers of this site on a map, with legend, popups and the same figures as a table. */

import { type MapGeoJSONFeature, type Map as MapLibre, type MapMouseEvent, Popup } from "maplibre-gl";
import { freshId, h } from "../core/dom.ts";
import { boundsOf, middleOf, positionsOf } from "../core/geometry.ts";
import { explain, request } from "../core/http.ts";
import { type Mount, readConfig } from "../core/island.ts";
import { languageOf, say } from "../core/language.ts";
import { canDraw, createFrame, FIT, type Frame } from "../map/frame.ts";
import { isHit, layerOf, sourceName, sourceOf, specsOf } from "../map/layers.ts";
import { legendBox, legendEntry, peopleRows } from "../map/legend.ts";
import { popupContent } from "../map/popup.ts";
import { columnsOf, layerTable } from "../map/text-table.ts";
import type { Features, MapConfig, MapLayer } from "../map/types.ts";
import { MAP_WORDS } from "../map/words.ts";

interface Loaded {
  readonly layer: MapLayer;
  readonly features: Features | undefined;
}

async function load(frame: Frame, layer: MapLayer): Promise<Loaded> {
  if (layer.src === undefined) return { layer, features: undefined };
  try {
    return { layer, features: await request<Features>(layer.src) };
  } catch (reason) {
    const why = explain(reason, frame.language);
    frame.tell(frame.word("failed", { layer: say(layer.label, frame.language), reason: why }));
    return { layer, features: { type: "FeatureCollection", features: [] } };
  }
}

function draw(map: MapLibre, { layer, features }: Loaded): void {
  const name = sourceName(layer);
  if (map.getSource(name) === undefined) map.addSource(name, sourceOf(layer, features, document.baseURI));
  for (const spec of specsOf(layer, features)) map.addLayer(spec);
}

function goHome(frame: Frame, config: MapConfig, loaded: readonly Loaded[]): void {
  const found = loaded
    .flatMap(({ features }) => features?.features ?? [])
    .flatMap((feature) => positionsOf(feature.geometry));
  const bounds = config.bounds ?? boundsOf(found);
  if (bounds === undefined) return;
  frame.setHome(bounds);
  frame.map.fitBounds([...bounds] as [number, number, number, number], FIT);
}

function hitIds(map: MapLibre): string[] {
  return map.getLayersOrder().filter(isHit);
}

// Popups: a light one that follows the pointer, and one that stays when a feature is clicked.
function talk(
  frame: Frame,
  layers: readonly MapLayer[],
): (feature: Pick<MapGeoJSONFeature, "properties">, layer: MapLayer, at: [number, number]) => void {
  const { map, language } = frame;
  const hover = new Popup({ closeButton: false, closeOnClick: false, maxWidth: "280px", className: "ll-hover" });
  const fixed = new Popup({ closeButton: true, maxWidth: "320px", focusAfterOpen: true });
  const under = (event: MapMouseEvent): { feature: MapGeoJSONFeature; layer: MapLayer } | undefined => {
    const [feature] = map.queryRenderedFeatures(event.point, { layers: hitIds(map) });
    const layer = feature && layerOf(layers, feature.layer.id);
    return feature && layer ? { feature, layer } : undefined;
  };
  const open = (feature: Pick<MapGeoJSONFeature, "properties">, layer: MapLayer, at: [number, number]): void => {
    hover.remove();
    fixed
      .setLngLat(at)
      .setDOMContent(popupContent(feature.properties, columnsOf(layer), language))
      .addTo(map);
  };
  map.on("mousemove", (event) => {
    const found = under(event);
    map.getCanvas().classList.toggle("ll-over", found !== undefined);
    if (found === undefined || fixed.isOpen()) hover.remove();
    else
      hover
        .setLngLat(event.lngLat)
        .setDOMContent(popupContent(found.feature.properties, columnsOf(found.layer), language))
        .addTo(map);
  });
  map.on("mouseout", () => hover.remove());
  map.on("click", (event) => {
    const found = under(event);
    if (found === undefined) return;
    // Several in one place: go nearer until they can be told apart.
    if (Number(found.feature.properties.n) > 1) map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
    else open(found.feature, found.layer, event.lngLat.toArray());
  });
  return open;
}

/** Whether the features of a layer are here and say more than where they are. */
function isTabled({ layer, features }: Loaded): boolean {
  return features !== undefined && layer.kind !== "outline" && layer.kind !== "lines";
}

function tables(frame: Frame, loaded: readonly Loaded[], open: ReturnType<typeof talk>): HTMLElement {
  const id = freshId("ll-table");
  const show = (layer: MapLayer, features: Features) => (index: number) => {
    const feature = features.features[index];
    const at = feature?.geometry ? middleOf(feature.geometry) : undefined;
    if (!feature || !at) return;
    frame.map.jumpTo({
      center: [...at] as [number, number],
      zoom: Math.max(frame.map.getZoom(), layer.kind === "facilities" || layer.kind === "rooms" ? 15.5 : 13),
    });
    frame.figure.scrollIntoView({ block: "nearest" });
    open({ properties: feature.properties ?? {} }, layer, [...at] as [number, number]);
  };
  const body = h("div", { id, hidden: true });
  const fill = (): void => {
    if (body.childElementCount > 0) return;
    for (const { layer, features } of loaded.filter(isTabled)) {
      if (features) body.append(layerTable(layer, features, frame.language, show(layer, features)));
    }
  };
  const toggle = h("button", { type: "button", "aria-expanded": "false", "aria-controls": id }, frame.word("table"));
  toggle.addEventListener("click", () => {
    fill();
    body.hidden = !body.hidden;
    toggle.setAttribute("aria-expanded", String(!body.hidden));
    toggle.textContent = frame.word(body.hidden ? "table" : "hideTable");
  });
  return h("div", { class: "ll-alternative" }, toggle, body);
}

// Dots grow with the zoom, and their legend with them. Names stay above the dots.
function followZoom({ map, side, language }: Frame, loaded: readonly Loaded[]): void {
  const names = map.getLayersOrder().filter((id) => id.endsWith("/name"));
  for (const id of names) map.moveLayer(id);
  if (!loaded.some(({ layer }) => layer.kind === "people")) return;
  const update = (): void => {
    for (const list of side.querySelectorAll("ul[data-people]"))
      list.replaceChildren(...peopleRows(map.getZoom(), language));
  };
  map.on("zoomend", update);
  update();
}

export const mount: Mount = async (element) => {
  const config = readConfig<MapConfig>(element);
  const own = [...element.children];
  if (!canDraw()) {
    element.append(h("p", { class: "ll-empty", role: "status" }, MAP_WORDS.noGraphics[languageOf(element)]));
    return undefined;
  }
  const frame = await createFrame(element, config);
  frame.tell(frame.word("loading"));
  const loaded = await Promise.all(config.layers.map((layer) => load(frame, layer)));
  for (const entry of loaded) draw(frame.map, entry);
  goHome(frame, config, loaded);
  const legend = loaded.map(({ layer, features }) =>
    legendEntry(layer, features, frame.language, (visible) => {
      for (const spec of specsOf(layer, features))
        frame.map.setLayoutProperty(spec.id, "visibility", visible ? "visible" : "none");
    }),
  );
  frame.side.append(legendBox(frame.language, legend));
  followZoom(frame, loaded);
  const open = talk(frame, config.layers);
  if (loaded.some(isTabled)) element.append(tables(frame, loaded, open));
  // What comes in tiles is never here as a whole: then the page's own table is the text alternative, and stays.
  if (config.layers.every(({ tiles }) => tiles === undefined))
    for (const child of own) if (child.tagName !== "SCRIPT") child.remove();
  if (loaded.every(({ features }) => features === undefined || features.features.length > 0)) frame.tell("");
  return { destroy: frame.destroy };
};

/** The life circle's map layers: buildings by state, the facilities, the imagined ones, the way from a building. */

import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { s } from "../core/dom.ts";
import { ACCENT, GREYS, LACKING } from "../core/palette.ts";
import { peopleRadius, specsOf } from "../map/layers.ts";
import type { Features } from "../map/types.ts";
import { type Building, type Distances, type Drop, nearestM, type State, stateOf } from "./model.ts";

/** How a building looks: fill, edge, width of the edge. */
export const LOOKS: Readonly<Record<State, readonly [fill: string, edge: string, width: number]>> = {
  served: ["#7bb8b6", "#ffffff", 0.5],
  newly: ["#f2c14e", GREYS.ink, 1.8],
  without: [LACKING, "#ffffff", 0.5],
  unknown: ["#ffffff", "#9aa5b1", 1.2],
};

export const STATES = ["served", "newly", "without", "unknown"] as const;

function byState(index: 0 | 1 | 2): unknown[] {
  const cases = STATES.flatMap((state) => [state, LOOKS[state][index]]);
  return ["match", ["get", "state"], ...cases, LOOKS.unknown[index]];
}

/** The mark of a state for the legend. */
export function stateMark(state: State): SVGSVGElement {
  const [fill, edge, width] = LOOKS[state];
  const circle = s("circle", { cx: 8, cy: 8, r: 5.5, fill, stroke: edge, "stroke-width": width });
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, class: "ll-mark", "aria-hidden": "true" }, circle);
}

export const empty = (): Features => ({ type: "FeatureCollection", features: [] });

/** The buildings as features with their state. */
export function buildingFeatures(
  buildings: readonly Building[],
  base: Distances,
  drops: readonly Drop[],
  limitM: number,
): Features {
  const features = buildings.map(({ id, name, at, residents }) => ({
    type: "Feature" as const,
    properties: {
      id,
      name,
      residents: residents ?? 0,
      state: stateOf(id, base, drops, limitM),
      metres: nearestM(id, base, drops) ?? null,
    },
    geometry: { type: "Point" as const, coordinates: [...at] },
  }));
  return { type: "FeatureCollection", features };
}

/** The imagined facilities as features. */
export function dropFeatures(drops: readonly Drop[]): Features {
  const features = drops.map(({ id, at }) => ({
    type: "Feature" as const,
    properties: { id, label: String(id) },
    geometry: { type: "Point" as const, coordinates: [...at] },
  }));
  return { type: "FeatureCollection", features };
}

const LAYERS = [
  { id: "path/case", type: "line", source: "path", paint: { "line-color": "#ffffff", "line-width": 6 } },
  {
    id: "path/line",
    type: "line",
    source: "path",
    paint: { "line-color": ACCENT, "line-width": 3, "line-dasharray": [2, 1] },
  },
  {
    id: "buildings/dots",
    type: "circle",
    source: "buildings",
    layout: { "circle-sort-key": ["match", ["get", "state"], "newly", 3, "without", 2, "unknown", 1, 0] },
    paint: {
      "circle-radius": peopleRadius("residents"),
      "circle-color": byState(0),
      "circle-stroke-color": byState(1),
      "circle-stroke-width": byState(2),
      "circle-opacity": ["match", ["get", "state"], "served", 0.6, 0.85],
    },
  },
  {
    id: "drops/dots",
    type: "circle",
    source: "drops",
    paint: {
      "circle-radius": 11,
      "circle-color": GREYS.ink,
      "circle-stroke-color": "#f2c14e",
      "circle-stroke-width": 3,
    },
  },
  {
    id: "drops/label",
    type: "symbol",
    source: "drops",
    layout: { "text-field": ["get", "label"], "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff" },
  },
] as unknown as LayerSpecification[];

/** Put the layers on the map, empty. */
export function prepare(map: MapLibre, boundary: Features): void {
  const sources = { boundary, path: empty(), buildings: empty(), facilities: empty(), drops: empty() };
  for (const [id, data] of Object.entries(sources))
    map.addSource(id, { type: "geojson", data: data as GeoJSON.GeoJSON });
  const outline = [
    { id: "boundary/edge", type: "line", source: "boundary", paint: { "line-color": "#8a97a3", "line-width": 1 } },
  ] as LayerSpecification[];
  const facilities = specsOf({ id: "facilities", label: "", kind: "facilities" }, undefined);
  for (const layer of [...outline, ...LAYERS.slice(0, 3), ...facilities, ...LAYERS.slice(3)]) map.addLayer(layer);
}

/** Change what a source holds. */
export function put(map: MapLibre, source: string, data: Features): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData(data as GeoJSON.GeoJSON);
}

/** A line from the server, or nothing. */
export function lineFeatures(line: GeoJSON.Feature<GeoJSON.LineString> | undefined): Features {
  return { type: "FeatureCollection", features: line ? [line as Features["features"][number]] : [] };
}

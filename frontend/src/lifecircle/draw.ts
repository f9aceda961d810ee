/** The life circle's map layers: buildings by state, the facilities, the imagined ones, rooms, the way from a building. */

import type {
  ExpressionSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibre,
  VectorTileSource,
} from "maplibre-gl";
import { s } from "../core/dom.ts";
import { ACCENT, GREYS, LACKING } from "../core/palette.ts";
import { peopleRadius, specsOf, tileAddress } from "../map/layers.ts";
import type { Features } from "../map/types.ts";
import { type Building, type Distances, type Drop, type Ideas, nearestM, type State, stateOf } from "./model.ts";

/** How a building looks: fill, edge, width of the edge. */
export const LOOKS: Readonly<Record<State, readonly [fill: string, edge: string, width: number]>> = {
  served: ["#7bb8b6", "#ffffff", 0.5],
  newly: ["#f2c14e", GREYS.ink, 1.8],
  lost: ["#ffffff", LACKING, 2.4],
  without: [LACKING, "#ffffff", 0.5],
  unknown: ["#ffffff", "#9aa5b1", 1.2],
};

const ROOM_COLOUR = "#3b4a9c";

export const STATES = ["served", "newly", "lost", "without", "unknown"] as const;

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

/** The mark of a vacant room for the legend. */
export function roomMark(allowed: boolean): SVGSVGElement {
  const look = { fill: allowed ? ROOM_COLOUR : "#ffffff", stroke: ROOM_COLOUR, "stroke-width": 1.4 };
  const square = s("rect", { x: 3, y: 3, width: 10, height: 10, ...look });
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, class: "ll-mark", "aria-hidden": "true" }, square);
}

export const empty = (): Features => ({ type: "FeatureCollection", features: [] });

/** The buildings as features with their state; only those that change, if asked for. */
export function buildingFeatures(
  buildings: readonly Building[],
  base: Distances,
  ideas: Ideas,
  limitM: number,
  onlyChanged = false,
): Features {
  const features = buildings.flatMap(({ id, name, at, residents }) => {
    const state = stateOf(id, base, ideas, limitM);
    if (onlyChanged && state !== "newly" && state !== "lost") return [];
    const metres = nearestM(id, base, ideas) ?? null;
    return [
      {
        type: "Feature" as const,
        properties: { id, name, residents: residents ?? 0, unknown: residents === null ? 1 : 0, state, metres },
        geometry: { type: "Point" as const, coordinates: [...at] },
      },
    ];
  });
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

/** Layers of buildings: where a pointer meets one. */
export const HOMES = ["buildings/dots", "changes/dots"] as const;

// Of whom nobody knows how many they are: hollow.
const hollow = ["all", [">", ["number", ["get", "unknown"], 0], 0], ["==", ["number", ["get", "residents"], 0], 0]];
const orHollow = (usual: unknown, ifHollow: unknown): unknown => ["case", hollow, ifHollow, usual];

const dots = (source: string): unknown => ({
  id: `${source}/dots`,
  type: "circle",
  source,
  layout: { "circle-sort-key": ["match", ["get", "state"], "newly", 3, "lost", 3, "without", 2, "unknown", 1, 0] },
  paint: {
    "circle-radius": peopleRadius("residents"),
    "circle-color": orHollow(byState(0), "#ffffff"),
    "circle-stroke-color": orHollow(byState(1), byState(0)),
    "circle-stroke-width": orHollow(byState(2), 1.8),
    "circle-opacity": ["match", ["get", "state"], "served", 0.6, "newly", 1, "lost", 1, 0.85],
  },
});

const WAY = [
  { id: "way/case", type: "line", source: "way", paint: { "line-color": "#ffffff", "line-width": 6 } },
  {
    id: "way/line",
    type: "line",
    source: "way",
    paint: { "line-color": ACCENT, "line-width": 3, "line-dasharray": [2, 1] },
  },
];

/** A room is a square: filled if its owner allows the facility, hollow if not. */
const ROOM_SIGNS = { allowed: "■", other: "□" } as const;
const ROOMS = [
  {
    id: "rooms/dots",
    type: "symbol",
    source: "rooms",
    minzoom: 12,
    layout: {
      "text-field": ["case", ["==", ["get", "allowed"], false], ROOM_SIGNS.other, ROOM_SIGNS.allowed],
      "text-size": ["interpolate", ["linear"], ["zoom"], 12, 10, 16, 20],
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { "text-color": ROOM_COLOUR, "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  },
];

const DROPS = [
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
];

const EDGE = {
  id: "boundary/edge",
  type: "line",
  source: "boundary",
  paint: { "line-color": "#8a97a3", "line-width": 1 },
};

const NAMES = {
  id: "names/name",
  type: "symbol",
  source: "names",
  layout: { "text-field": ["to-string", ["get", "name"]], "text-size": 12, "text-max-width": 7, "text-padding": 4 },
  paint: { "text-color": GREYS.soft, "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
};

const facilities = (): unknown[] => specsOf({ id: "facilities", label: "", kind: "facilities" }, undefined);

/** What comes in tiles, by the layer's name in them. */
const IN_TILES: Readonly<Record<string, string>> = {
  boundary: "communities",
  names: "communities_names",
  buildings: "buildings",
  facilities: "facilities",
};

function order(tiled: boolean): LayerSpecification[] {
  const names = tiled ? NAMES : { ...NAMES, source: "boundary" };
  const all = [EDGE, names, ...WAY, dots("buildings"), dots("changes"), ...ROOMS, ...facilities(), ...DROPS];
  const moved = all.map((spec) => {
    const { source } = spec as { source: string };
    const inTiles = IN_TILES[source];
    return tiled && inTiles ? { ...(spec as object), source: "tiles", "source-layer": inTiles } : spec;
  });
  return moved as LayerSpecification[];
}

/** Put the layers on the map, empty; buildings, facilities and boundaries from tiles if there are any. */
export function prepare(map: MapLibre, boundary: Features, tiles?: string): void {
  const own = { way: empty(), changes: empty(), rooms: empty(), drops: empty() };
  const whole = { boundary, buildings: empty(), facilities: empty() };
  const sources = tiles === undefined ? { ...own, ...whole } : own;
  for (const [id, data] of Object.entries(sources))
    map.addSource(id, { type: "geojson", data: data as GeoJSON.GeoJSON });
  if (tiles !== undefined) map.addSource("tiles", { type: "vector", tiles: [tileAddress(tiles)], maxzoom: 15 });
  for (const layer of order(tiles !== undefined)) map.addLayer(layer);
}

/** Ask for other tiles: of another facility type, person or time. */
export function useTiles(map: MapLibre, tiles: string): void {
  (map.getSource("tiles") as VectorTileSource | undefined)?.setTiles([tileAddress(tiles)]);
}

/** Make the facilities that are imagined closed pale, and those outside the jurisdiction less so. */
export function paleFacilities(map: MapLibre, closed: readonly string[]): void {
  const opacity = [
    "case",
    ["in", ["get", "id"], ["literal", [...closed]]],
    0.25,
    ["==", ["get", "outside"], true],
    0.55,
    1,
  ];
  map.setPaintProperty("facilities/symbol", "icon-opacity", opacity as unknown as ExpressionSpecification);
}

/** Change what a source holds. */
export function put(map: MapLibre, source: string, data: Features): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData(data as GeoJSON.GeoJSON);
}

/** A line from the server, or nothing. */
export function lineFeatures(line: GeoJSON.Feature<GeoJSON.LineString> | undefined): Features {
  return { type: "FeatureCollection", features: line ? [line as Features["features"][number]] : [] };
}

/** From a layer as the page describes it to the sources and layers MapLibre draws; nothing here touches the browser. */

import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import { findBreaks } from "../core/classes.ts";
import { ACCENT, CLASS_COLOURS, GREYS, GROUPS, LACKING, STATUS_CODES } from "../core/palette.ts";
import { groupName, patternName, ROOM_NAME } from "./images.ts";
import type { Features, Kind, MapLayer } from "./types.ts";

type Expression = unknown[];

/** The property that a layer draws. */
export function valueKey(layer: MapLayer): string {
  const usual: Partial<Record<Kind, string>> = { status: "status", people: "residents" };
  return layer.value ?? usual[layer.kind] ?? "value";
}

/** The class limits of an areas layer: those of the page, or round ones found from the features. */
export function breaksOf(layer: MapLayer, features: Features | undefined): readonly number[] {
  if (layer.breaks !== undefined && layer.breaks.length >= 3) return layer.breaks;
  const key = valueKey(layer);
  const values = (features?.features ?? []).map((feature) => feature.properties?.[key] as number | null | undefined);
  return findBreaks(values, layer.format === "share" ? 1 : undefined);
}

/** The colour of each class; fewer classes than five take colours from the whole range. */
export function coloursOf(breaks: readonly number[]): string[] {
  const count = breaks.length - 1;
  const last = CLASS_COLOURS.length - 1;
  return Array.from(
    { length: count },
    (_, i) => CLASS_COLOURS[Math.round((i * last) / Math.max(count - 1, 1))] as string,
  );
}

const isNumber = (key: string): Expression => ["==", ["typeof", ["get", key]], "number"];

function classColour(key: string, breaks: readonly number[]): Expression {
  const colours = coloursOf(breaks);
  const steps = breaks.slice(1, -1).flatMap((limit, i) => [limit, colours[i + 1]]);
  return ["step", ["number", ["get", key], 0], colours[0], ...steps];
}

const filled: Expression = ["==", ["geometry-type"], "Polygon"];

// The radius of a dot in pixels at a zoom, so that its area is people: 1 px² of the square of the radius for `per` people.
// Who is not counted is seen all the same.
const uncounted: Expression = [">", ["number", ["get", "unknown"], 0], 0];
const radius = (key: string, per: number): Expression => [
  "max",
  ["case", uncounted, 3.2, 1.2],
  ["sqrt", ["/", ["max", ["number", ["get", key], 0], 0], per]],
];

/** How many people one unit of radius² (px²) stands for, by zoom: dots grow as one comes nearer. */
export const PEOPLE_PER_PX2: readonly (readonly [zoom: number, people: number])[] = [
  [11, 24],
  [13, 6],
  [15, 2],
  [17, 0.7],
];

/** The radius of dots whose area is people, growing with the zoom. */
export function peopleRadius(key: string): Expression {
  const stops = PEOPLE_PER_PX2.flatMap(([zoom, people]) => [zoom, radius(key, people)]);
  return ["interpolate", ["linear"], ["zoom"], ...stops];
}

/** The radius in pixels of the dot of so many people at a zoom: what `peopleRadius` draws. */
export function peopleRadiusAt(zoom: number, people: number): number {
  const at = (per: number): number => Math.max(1.2, Math.sqrt(Math.max(people, 0) / per));
  const [first, last] = [PEOPLE_PER_PX2[0], PEOPLE_PER_PX2.at(-1)] as [
    readonly [number, number],
    readonly [number, number],
  ];
  if (zoom <= first[0]) return at(first[1]);
  if (zoom >= last[0]) return at(last[1]);
  const above = PEOPLE_PER_PX2.findIndex(([stop]) => stop > zoom);
  const [low, lowPer] = PEOPLE_PER_PX2[above - 1] as readonly [number, number];
  const [high, highPer] = PEOPLE_PER_PX2[above] as readonly [number, number];
  const share = (zoom - low) / (high - low);
  return at(lowPer) * (1 - share) + at(highPer) * share;
}

type Part = { readonly suffix: string; readonly spec: Record<string, unknown> };

function areas(key: string, breaks: readonly number[]): Part[] {
  return [
    {
      suffix: "fill",
      spec: {
        type: "fill",
        filter: ["all", filled, isNumber(key)],
        paint: { "fill-color": classColour(key, breaks), "fill-opacity": 0.88 },
      },
    },
    {
      suffix: "unknown",
      spec: {
        type: "fill",
        filter: ["all", filled, ["!", isNumber(key)]],
        paint: { "fill-pattern": patternName("unknown"), "fill-opacity": 0.9 },
      },
    },
    edge("#ffffff", 1.2),
    name(),
  ];
}

function edge(colour: string, width: number): Part {
  return { suffix: "edge", spec: { type: "line", paint: { "line-color": colour, "line-width": width } } };
}

function name(): Part {
  return {
    suffix: "name",
    spec: {
      type: "symbol",
      layout: {
        "text-field": ["to-string", ["get", "name"]],
        "text-size": 12.5,
        "text-max-width": 7,
        "text-padding": 3,
      },
      paint: { "text-color": GREYS.ink, "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
    },
  };
}

function statuses(key: string): Part[] {
  const cases = STATUS_CODES.flatMap((code) => (code === "unknown" ? [] : [code, patternName(code)]));
  const pattern = ["match", ["to-string", ["get", key]], ...cases, patternName("unknown")];
  return [
    { suffix: "fill", spec: { type: "fill", filter: filled, paint: { "fill-pattern": pattern, "fill-opacity": 0.9 } } },
    edge("#ffffff", 1.6),
    name(),
  ];
}

// Where things are too many to be told apart, tiles have one feature for several; `n` says for how many.
const many: Expression = [">", ["number", ["get", "n"], 1], 1];
const single: Expression = ["!", many];

function together(): Part[] {
  const root: Expression = ["sqrt", ["number", ["get", "n"], 1]];
  return [
    {
      suffix: "many",
      spec: {
        type: "circle",
        filter: many,
        paint: {
          "circle-radius": ["interpolate", ["linear"], root, 1, 9, 10, 15, 60, 26],
          "circle-color": ACCENT,
          "circle-opacity": 0.85,
          "circle-stroke-color": "#ffffff",
          "circle-stroke-width": 1.4,
        },
      },
    },
    {
      suffix: "count",
      spec: {
        type: "symbol",
        filter: many,
        layout: { "text-field": ["to-string", ["get", "n"]], "text-size": 11.5, "text-allow-overlap": true },
        paint: { "text-color": "#ffffff" },
      },
    },
  ];
}

function label(offset: number): Part {
  return {
    suffix: "label",
    spec: {
      type: "symbol",
      minzoom: 15,
      filter: single,
      layout: {
        "text-field": ["to-string", ["get", "name"]],
        "text-size": 11.5,
        "text-offset": [0, offset],
        "text-anchor": offset > 0 ? "top" : "center",
        "text-optional": true,
      },
      paint: { "text-color": GREYS.text, "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
    },
  };
}

function sites(): Part[] {
  return [
    { suffix: "fill", spec: { type: "fill", filter: filled, paint: { "fill-color": ACCENT, "fill-opacity": 0.12 } } },
    {
      suffix: "edge",
      spec: { type: "line", filter: filled, paint: { "line-color": ACCENT, "line-width": 1.4 } },
    },
    {
      suffix: "dots",
      spec: {
        type: "circle",
        filter: ["all", ["==", ["geometry-type"], "Point"], single],
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 3, 14, 5, 16, 7],
          "circle-color": ACCENT,
          "circle-stroke-color": "#ffffff",
          "circle-stroke-width": 1.2,
        },
      },
    },
    label(0.9),
    ...together(),
  ];
}

function facilities(key: string): Part[] {
  const cases = Object.keys(GROUPS).flatMap((group) => [group, groupName(group as keyof typeof GROUPS)]);
  return signs(["match", ["to-string", ["get", key]], ...cases, groupName("convenience")]);
}

function signs(image: Expression | string): Part[] {
  const size = ["interpolate", ["linear"], ["zoom"], 11, 0.42, 14, 0.7, 16, 0.95];
  return [
    {
      suffix: "symbol",
      spec: {
        type: "symbol",
        filter: single,
        layout: { "icon-image": image, "icon-size": size, "icon-allow-overlap": true },
      },
    },
    label(1.3),
    ...together(),
  ];
}

function people(key: string): Part[] {
  return [
    {
      suffix: "dots",
      spec: {
        type: "circle",
        layout: { "circle-sort-key": ["-", 0, ["number", ["get", key], 0]] },
        paint: {
          "circle-radius": peopleRadius(key),
          "circle-color": LACKING,
          "circle-opacity": 0.62,
          "circle-stroke-color": "#ffffff",
          "circle-stroke-width": 0.6,
        },
      },
    },
  ];
}

function partsOf(layer: MapLayer, features: Features | undefined): Part[] {
  const key = valueKey(layer);
  if (layer.kind === "areas") return areas(key, breaksOf(layer, features));
  if (layer.kind === "status") return statuses(key);
  if (layer.kind === "facilities") return facilities(layer.group ?? "group");
  if (layer.kind === "rooms") return signs(ROOM_NAME);
  if (layer.kind === "sites") return sites();
  if (layer.kind === "people") return people(key);
  if (layer.kind === "outline") return [edge(GREYS.ink, 1.8)];
  return [edge(GREYS.line, 1)];
}

/** The deepest tiles there are; nearer ones are drawn from these. */
const DEEPEST = 15;

/** The whole address of tiles, with the fields that MapLibre fills in left as they are. */
export function tileAddress(tiles: string, base: string = document.baseURI): string {
  return new URL(tiles, base).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** The name of a layer's source: layers that come in the same tiles share one. */
export function sourceName(layer: MapLayer): string {
  return layer.tiles === undefined ? layer.id : `tiles ${layer.tiles}`;
}

/** The layer of the page that a drawn one belongs to. */
export function layerOf<T extends MapLayer>(layers: readonly T[], drawn: string): T | undefined {
  return layers.find(({ id }) => id === drawn.slice(0, drawn.lastIndexOf("/")));
}

/** The source of a layer: features already here, or tiles of this site. */
export function sourceOf(layer: MapLayer, features: Features | undefined, base: string): SourceSpecification {
  if (layer.tiles !== undefined)
    return { type: "vector", tiles: [tileAddress(layer.tiles, base)], minzoom: 0, maxzoom: DEEPEST };
  return {
    type: "geojson",
    data: (features ?? { type: "FeatureCollection", features: [] }) as GeoJSON.GeoJSON,
    generateId: true,
  };
}

/** The layers MapLibre draws for one layer of the page; ids begin with `<layer id>/`. */
export function specsOf(layer: MapLayer, features: Features | undefined): LayerSpecification[] {
  const visibility = layer.visible === false ? "none" : "visible";
  const inTiles = layer.source_layer ?? layer.id;
  return partsOf(layer, features).map(({ suffix, spec }) => {
    const layout = { ...(spec.layout as object | undefined), visibility };
    // An area is cut by the sides of tiles, but its name stands once: in a layer of its own.
    const place = { "source-layer": suffix === "name" ? `${inTiles}_names` : inTiles };
    return {
      ...spec,
      ...(layer.tiles === undefined ? {} : place),
      id: `${layer.id}/${suffix}`,
      source: sourceName(layer),
      layout,
    } as unknown as LayerSpecification;
  });
}

/** Which layers a pointer can hit, topmost kinds first. */
export function isHit(specId: string): boolean {
  return /\/(fill|unknown|symbol|dots|many)$/.test(specId);
}

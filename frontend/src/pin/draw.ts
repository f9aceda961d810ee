/** The drawing on the map: vertices that can be dragged, sides, and the middles of sides. */

import type { GeoJSONSource, LayerSpecification, Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Position } from "../core/geometry.ts";
import { ACCENT, LACKING } from "../core/palette.ts";
import type { Features } from "../map/types.ts";
import { type Draft, middles } from "./model.ts";

type Feature = Features["features"][number];

/** The draft as features: area, side, vertex, middle. */
export function draftFeatures(draft: Draft, selected: number | undefined, wrong: readonly number[]): Features {
  const { kind, positions } = draft;
  const vertices = positions.map(
    (at, index): Feature => ({
      type: "Feature",
      properties: {
        part: "vertex",
        index,
        label: String(index + 1),
        selected: index === selected,
        wrong: wrong.includes(index),
      },
      geometry: { type: "Point", coordinates: [...at] },
    }),
  );
  const between = middles(draft).map(
    ({ at, index }): Feature => ({
      type: "Feature",
      properties: { part: "middle", index },
      geometry: { type: "Point", coordinates: [...at] },
    }),
  );
  const ring = positions.map((at) => [...at]);
  const outline: Feature[] =
    kind === "polygon" && ring.length > 1
      ? [
          {
            type: "Feature",
            properties: { part: "area" },
            geometry: { type: "Polygon", coordinates: [[...ring, ring[0] as number[]]] },
          },
        ]
      : [];
  return { type: "FeatureCollection", features: [...outline, ...between, ...vertices] };
}

const part = (name: string): unknown[] => ["==", ["get", "part"], name];

const LAYERS = [
  {
    id: "draft/area",
    type: "fill",
    source: "draft",
    filter: part("area"),
    paint: { "fill-color": ACCENT, "fill-opacity": 0.14 },
  },
  {
    id: "draft/side",
    type: "line",
    source: "draft",
    filter: part("area"),
    paint: { "line-color": ACCENT, "line-width": 2.5 },
  },
  {
    id: "draft/middle",
    type: "circle",
    source: "draft",
    filter: part("middle"),
    paint: { "circle-radius": 6, "circle-color": "#ffffff", "circle-stroke-color": ACCENT, "circle-stroke-width": 1.5 },
  },
  {
    id: "draft/vertex",
    type: "circle",
    source: "draft",
    filter: part("vertex"),
    paint: {
      "circle-radius": ["case", ["get", "selected"], 14, 11],
      "circle-color": ["case", ["get", "wrong"], LACKING, ACCENT],
      "circle-stroke-color": ["case", ["get", "selected"], "#f2c14e", "#ffffff"],
      "circle-stroke-width": ["case", ["get", "selected"], 4, 2.5],
    },
  },
  {
    id: "draft/label",
    type: "symbol",
    source: "draft",
    filter: part("vertex"),
    layout: { "text-field": ["get", "label"], "text-size": 12.5, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff" },
  },
] as unknown as LayerSpecification[];

export function prepareDraft(map: MapLibre): void {
  map.addSource("draft", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  for (const layer of LAYERS) map.addLayer(layer);
}

export function showDraft(map: MapLibre, features: Features): void {
  (map.getSource("draft") as GeoJSONSource | undefined)?.setData(features as GeoJSON.GeoJSON);
}

/** What a person does with the pointer. */
export interface Hand {
  /** A click beside everything. */
  click(at: Position): void;
  /** A vertex was taken hold of. */
  take(index: number): void;
  /** It is being dragged. */
  drag(index: number, to: Position): void;
  /** It was let go; undo goes back to before it was taken. */
  drop(index: number): void;
  /** A middle was taken hold of: it becomes a vertex with this index. */
  split(index: number, at: Position): void;
}

// A finger is less exact than a mouse: look a few pixels around.
function hit(map: MapLibre, event: MapMouseEvent | MapTouchEvent): { part: string; index: number } | undefined {
  const { x, y } = event.point;
  const r = "touches" in event.originalEvent ? 14 : 4;
  const layers = ["draft/vertex", "draft/middle"];
  const found = map.queryRenderedFeatures(
    [
      [x - r, y - r],
      [x + r, y + r],
    ],
    { layers },
  );
  const best = found.find(({ properties }) => properties.part === "vertex") ?? found[0];
  return best && { part: String(best.properties.part), index: Number(best.properties.index) };
}

/** Listen to mouse and finger. */
export function listenToHand(map: MapLibre, hand: Hand): void {
  let held: number | undefined;
  let justLetGo = false;
  const begin = (event: MapMouseEvent | MapTouchEvent): void => {
    const found = hit(map, event);
    if (found === undefined) return;
    event.preventDefault(); // the map itself stays
    if (found.part === "middle") hand.split(found.index, event.lngLat.toArray());
    else hand.take(found.index);
    held = found.index;
  };
  const move = (event: MapMouseEvent | MapTouchEvent): void => {
    if (held !== undefined) hand.drag(held, event.lngLat.toArray());
    else if (!("touches" in event.originalEvent))
      map.getCanvas().classList.toggle("ll-over", hit(map, event) !== undefined);
  };
  const end = (): void => {
    if (held === undefined) return;
    hand.drop(held);
    held = undefined;
    justLetGo = true;
    setTimeout(() => {
      justLetGo = false;
    }, 0);
  };
  map.on("mousedown", begin);
  map.on("touchstart", begin);
  map.on("mousemove", move);
  map.on("touchmove", move);
  map.on("mouseup", end);
  map.on("touchend", end);
  map.on("click", (event) => {
    if (!justLetGo && hit(map, event) === undefined) hand.click(event.lngLat.toArray());
  });
}

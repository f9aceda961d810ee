/** Moving an imagined facility with the pointer or a finger. */

import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Position } from "../core/geometry.ts";
import type { Features } from "../map/types.ts";
import { dropFeatures } from "./draw.ts";
import type { Drop } from "./model.ts";

interface Owner {
  /** Whether a drop may be taken hold of now. */
  isFree(): boolean;
  dropOf(id: number): Drop | undefined;
  drops(): readonly Drop[];
  /** Show the drops while one is on its way. */
  show(drops: Features): void;
  /** It was let go of elsewhere. */
  moved(id: number, at: Position): void;
}

const LAYER = "drops/dots";

/** Let drops be dragged: shown on their way, told once they are let go of. */
export function moveDrops(map: MapLibre, owner: Owner): void {
  let held: { readonly id: number; at: Position } | undefined;

  const take = (event: MapMouseEvent | MapTouchEvent): void => {
    const [feature] = map.queryRenderedFeatures(event.point, { layers: [LAYER] });
    const drop = feature && owner.isFree() ? owner.dropOf(Number(feature.properties.id)) : undefined;
    const fingers = "points" in event ? event.points.length : 1;
    if (drop === undefined || fingers > 1) return;
    event.preventDefault(); // the map itself stays where it is
    held = { id: drop.id, at: drop.at };
  };
  const carry = (event: MapMouseEvent | MapTouchEvent): void => {
    if (held === undefined) return;
    held.at = event.lngLat.toArray();
    const { id, at } = held;
    owner.show(dropFeatures(owner.drops().map((drop) => (drop.id === id ? { ...drop, at } : drop))));
  };
  const release = (): void => {
    if (held === undefined) return;
    const { id, at } = held;
    held = undefined;
    if (owner.dropOf(id)?.at !== at) owner.moved(id, at);
  };

  map.on("mousedown", take);
  map.on("touchstart", take);
  map.on("mousemove", carry);
  map.on("touchmove", carry);
  map.on("mouseup", release);
  map.on("touchend", release);
  map.on("touchcancel", release);
}

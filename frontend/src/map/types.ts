/** What a page tells a map. */

import type { Field, Format } from "../core/format.ts";
import type { Bounds } from "../core/geometry.ts";
import type { Text } from "../core/language.ts";
import type { Status } from "../core/palette.ts";

export type Kind = "areas" | "status" | "facilities" | "people" | "rooms" | "sites" | "outline" | "lines";

export interface MapLayer {
  readonly id: string;
  readonly label: Text;
  readonly kind: Kind;
  readonly src?: string;
  /** The features themselves, where the page has them at hand: a map without a network needs no request for them. */
  readonly features?: Features;
  readonly tiles?: string;
  readonly source_layer?: string;
  readonly value?: string;
  readonly group?: string;
  readonly format?: Format;
  readonly unit?: Text;
  readonly digits?: number;
  readonly breaks?: readonly number[];
  readonly visible?: boolean;
  readonly fields?: readonly Field[];
  /** Of a layer of statuses: what they are called here, where the house's words for the five do not fit. */
  readonly words?: Readonly<Partial<Record<Status, Text>>>;
}

export type Basemap =
  | { readonly kind: "tianditu"; readonly key: string }
  | { readonly kind: "pmtiles"; readonly url: string };

export interface FrameConfig {
  readonly title?: Text;
  readonly date?: string;
  readonly source?: Text;
  readonly map_number?: string;
  /** Whose the ground is. */
  readonly attribution?: Text;
  readonly bounds?: Bounds;
  readonly centre?: readonly [number, number];
  readonly zoom?: number;
  readonly basemap?: Basemap;
  /**
   * Where the map's worker (`static/linli/map-worker.js`) is served below the survey's path. Browsers give a worker's
   * script to the service worker of the script's own address, so a map without a network needs it there.
   */
  readonly worker?: string;
}

export interface MapConfig extends FrameConfig {
  readonly layers: readonly MapLayer[];
}

export type Features = GeoJSON.FeatureCollection<GeoJSON.Geometry | null, Record<string, unknown> | null>;

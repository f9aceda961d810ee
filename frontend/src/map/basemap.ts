/** The optional ground beneath our layers: none by default, Tianditu by the city's key, or a PMTiles file of this site. */

import { addProtocol, type Map as MapLibre, type SourceSpecification } from "maplibre-gl";
import { isOwn } from "../core/http.ts";
import type { Basemap } from "./types.ts";

const PMTILES = "pmtiles://";

/** Whether a map may ask for an address: of this site, of a file of this site, and of Tianditu if that is the ground. */
export function mayAsk(url: string, basemap: Basemap | undefined): boolean {
  if (basemap?.kind === "tianditu" && /^https:\/\/t[0-7]\.tianditu\.gov\.cn\//.test(url)) return true;
  return isOwn(basemap?.kind === "pmtiles" && url.startsWith(PMTILES) ? url.slice(PMTILES.length) : url);
}

const HOSTS = [0, 1, 2, 3, 4, 5, 6, 7];

/** The tile addresses of a Tianditu layer in Web Mercator; 1 ≤ zoom ≤ 18. */
export function tiandituTiles(layer: "vec" | "cva", key: string): string[] {
  const query = [
    "service=wmts&request=GetTile&version=1.0.0",
    `LAYER=${layer}&tileMatrixSet=w&style=default&format=tiles`,
    `TileMatrix={z}&TileRow={y}&TileCol={x}&tk=${encodeURIComponent(key)}`,
  ].join("&");
  return HOSTS.map((host) => `https://t${host}.tianditu.gov.cn/${layer}_w/wmts?${query}`);
}

function addTianditu(map: MapLibre, key: string): void {
  for (const layer of ["vec", "cva"] as const) {
    const source: SourceSpecification = {
      type: "raster",
      tiles: tiandituTiles(layer, key),
      tileSize: 256,
      minzoom: 1,
      maxzoom: 18,
    };
    map.addSource(`tianditu-${layer}`, source);
    map.addLayer({
      id: `tianditu-${layer}`,
      type: "raster",
      source: `tianditu-${layer}`,
      paint: { "raster-saturation": -0.6 },
    });
  }
}

const QUIET: readonly (readonly [name: string, colour: string, line?: number])[] = [
  ["water", "#d9e6ec"],
  ["landuse", "#eef0ee"],
  ["park", "#e2ece0"],
  ["buildings", "#e4e7ea"],
  ["building", "#e4e7ea"],
  ["roads", "#ffffff", 1.6],
  ["transportation", "#ffffff", 1.6],
];

async function addPmtiles(map: MapLibre, url: string): Promise<void> {
  const { PMTiles, Protocol } = await import("pmtiles");
  const protocol = new Protocol();
  const file = new PMTiles(new URL(url, document.baseURI).href);
  protocol.add(file);
  addProtocol("pmtiles", protocol.tile);
  const header = await file.getHeader();
  const address = `pmtiles://${new URL(url, document.baseURI).href}/{z}/{x}/{y}`;
  const bounds: [number, number, number, number] = [header.minLon, header.minLat, header.maxLon, header.maxLat];
  const common = { tiles: [address], minzoom: header.minZoom, maxzoom: header.maxZoom, bounds };
  if (header.tileType !== 1) {
    map.addSource("base", { type: "raster", tileSize: 256, ...common });
    map.addLayer({ id: "base", type: "raster", source: "base" });
    return;
  }
  map.addSource("base", { type: "vector", ...common });
  for (const [name, colour, line] of QUIET) {
    const id = `base-${name}`;
    const place = { id, source: "base", "source-layer": name };
    if (line) map.addLayer({ ...place, type: "line", paint: { "line-color": colour, "line-width": line } });
    else
      map.addLayer({
        ...place,
        type: "fill",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": colour },
      });
  }
}

/** Put the basemap beneath everything that is added later. */
export async function useBasemap(map: MapLibre, basemap: Basemap): Promise<void> {
  if (basemap.kind === "tianditu") addTianditu(map, basemap.key);
  else await addPmtiles(map, basemap.url);
}

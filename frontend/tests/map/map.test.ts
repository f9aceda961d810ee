// @vitest-environment happy-dom
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { STATUS_CODES } from "../../src/core/palette.ts";
import { mayAsk, tiandituTiles } from "../../src/map/basemap.ts";
import { PATTERN_SIDE, patternPixels } from "../../src/map/images.ts";
import {
  breaksOf,
  coloursOf,
  isHit,
  layerOf,
  PEOPLE_PER_PX2,
  peopleRadiusAt,
  sourceName,
  sourceOf,
  specsOf,
} from "../../src/map/layers.ts";
import { classText, decimalsOf, legendEntry } from "../../src/map/legend.ts";
import { hrefOf, popupContent } from "../../src/map/popup.ts";
import { columnsOf, layerTable, MOST_ROWS } from "../../src/map/text-table.ts";
import type { Features, Kind, MapLayer } from "../../src/map/types.ts";

vi.mock("maplibre-gl", () => ({ addProtocol: () => undefined }));

const features = (values: unknown[]): Features => ({
  type: "FeatureCollection",
  features: values.map((value, i) => ({
    type: "Feature",
    properties: { value, name: `n${i}`, href: i === 0 ? "/a" : "https://example.org/" },
    geometry: { type: "Point", coordinates: [0, 0] },
  })),
});

const layer = (kind: Kind, more: Partial<MapLayer> = {}): MapLayer => ({ id: "x", label: "X", kind, ...more });

describe("layers", () => {
  it("are all valid MapLibre layers", () => {
    const kinds: Kind[] = ["areas", "status", "facilities", "rooms", "sites", "people", "outline", "lines"];
    for (const kind of kinds) {
      const specs = specsOf(layer(kind), features([1, 2, null]));
      const style = {
        version: 8,
        sources: { x: sourceOf(layer(kind), features([1]), "http://localhost/") },
        layers: specs,
        sprite: "http://localhost/s",
      };
      const problems = validateStyleMin(style as never).filter(
        ({ message }) => !/text-field.*glyphs|use of "text-field"/.test(message),
      );
      expect(problems.map(({ message }) => message)).toEqual([]);
    }
  });

  it("draw unknown apart, never in the lowest class", () => {
    const specs = specsOf(layer("areas", { breaks: [0, 1, 2, 3, 4, 5] }), undefined);
    const [fill, unknown] = specs as unknown as { filter: unknown[]; paint: Record<string, unknown> }[];
    expect(JSON.stringify(fill?.filter)).toContain('["==",["typeof",["get","value"]],"number"]');
    expect(unknown?.paint["fill-pattern"]).toBe("pattern-unknown");
  });

  it("take their limits from the page or find round ones", () => {
    expect(breaksOf(layer("areas", { breaks: [0, 10, 20] }), undefined)).toEqual([0, 10, 20]);
    expect(breaksOf(layer("areas", { format: "share" }), features([0.31, 0.77, null]))).toEqual([
      0.3, 0.4, 0.5, 0.6, 0.7, 0.8,
    ]);
    expect(coloursOf([0, 1, 2])).toEqual(["#e6f2f1", "#0b5f66"]);
  });

  it("read tiles of this site", () => {
    const source = sourceOf(layer("areas", { tiles: "/t/{z}/{x}/{y}.mvt" }), undefined, "http://h/p/");
    expect(source).toMatchObject({ type: "vector", tiles: ["http://h/t/{z}/{x}/{y}.mvt"] });
    expect(specsOf(layer("lines", { tiles: "/t", source_layer: "s" }), undefined)[0]).toMatchObject({
      "source-layer": "s",
    });
  });

  it("show people by area: four times the people, twice the radius", () => {
    for (const zoom of [9, 12.3, 15, 19]) {
      expect(peopleRadiusAt(zoom, 4000) / peopleRadiusAt(zoom, 1000)).toBeCloseTo(2, 6);
    }
    const [first] = PEOPLE_PER_PX2[0] as readonly [number, number];
    expect(peopleRadiusAt(first - 2, 1000)).toBe(peopleRadiusAt(first, 1000));
    expect(["x/fill", "x/edge", "x/dots", "x/name", "x/many"].map(isHit)).toEqual([true, false, true, false, true]);
  });
});

describe("patterns", () => {
  it("differ by shape, not by colour alone, and repeat", () => {
    const shapes = STATUS_CODES.map((status) => {
      const { data } = patternPixels(status);
      const ground = data.slice(4 * (PATTERN_SIDE * 5 + 5), 4 * (PATTERN_SIDE * 5 + 5) + 3).join();
      let ink = "";
      for (let i = 0; i < data.length; i += 4) ink += data.slice(i, i + 3).join() === ground ? "." : "#";
      return ink;
    });
    const [met, partly, notMet, notApplicable, unknown] = shapes as [string, string, string, string, string];
    expect(new Set([met, partly, notMet, unknown]).size).toBe(4);
    expect(met).not.toContain("#");
    expect(notApplicable).not.toContain("#");
    const half = PATTERN_SIDE / 2;
    for (let y = 0; y < half; y += 1) {
      const row = notMet.slice(y * PATTERN_SIDE, (y + 1) * PATTERN_SIDE);
      expect(row).toBe(notMet.slice((y + half) * PATTERN_SIDE, (y + half + 1) * PATTERN_SIDE));
      expect(row.slice(0, half)).toBe(row.slice(half));
    }
  });
});

describe("legend", () => {
  it("writes the class limits out", () => {
    const share = layer("areas", { format: "share" });
    expect(classText([0.2, 0.4, 0.6], 0, share, "en")).toBe("20–40 %");
    expect(classText([0, 2.5, 5], 1, layer("areas", { unit: "m²" }), "en")).toBe("2.5–5 m²");
    expect(decimalsOf([0, 0.25, 0.5])).toBe(2);
  });

  it("counts what is in each class, and the unknown", () => {
    const entry = legendEntry(
      layer("areas", { breaks: [0, 1, 2] }),
      features([0.5, 1.5, 1.6, null]),
      "en",
      () => undefined,
    );
    expect([...entry.querySelectorAll("li")].map((item) => item.textContent)).toEqual([
      "0–1 (1)",
      "1–2 (2)",
      "unknown (1)",
    ]);
  });

  it("says what a circle with a number is where tiles put several together", () => {
    const texts = (features_: Features | undefined): string[] =>
      [...legendEntry(layer("sites"), features_, "en", () => undefined).querySelectorAll("li")].map(
        (item) => item.textContent ?? "",
      );
    expect(texts(undefined)).toEqual(["how many are here; click to go nearer"]);
    expect(texts(features([1]))).toEqual([]);
    expect(columnsOf(layer("sites"))).toEqual([]);
  });

  it("calls statuses what the page calls them", () => {
    const words = { met: { zh: "已通过", en: "accepted" } };
    const statuses = layer("status", { value: "value", words });
    const entry = legendEntry(statuses, features(["met", "met", "partly"]), "en", () => undefined);
    const texts = [...entry.querySelectorAll("li")].map((item) => item.textContent);
    expect(texts).toEqual(["accepted (2)", "partly met (1)"]);
  });

  it("switches a layer off", () => {
    const toggle = vi.fn();
    document.body.append(legendEntry(layer("outline"), undefined, "zh", toggle));
    const box = document.querySelector("input") as HTMLInputElement;
    box.click();
    expect(toggle).toHaveBeenCalledWith(false);
  });
});

describe("popups and tables", () => {
  beforeEach(() => {
    document.head.innerHTML = "";
  });

  it("link to this site only", () => {
    expect(hrefOf({ href: "/profile/1" })).toBe("/profile/1");
    for (const href of ["https://example.org/", "javascript:alert(1)", "", 3]) expect(hrefOf({ href })).toBeUndefined();
  });

  it("write what came with the data as text", () => {
    const content = popupContent({ name: "<img src=x>", value: "<b>" }, [{ key: "value", label: "V" }], "en");
    expect(content.querySelector("img, b")).toBeNull();
    expect(content.textContent).toContain("<img src=x>");
  });

  it("hold the same rows as the map, and say when they are cut", () => {
    const show = vi.fn();
    const table = layerTable(layer("people"), features(Array(MOST_ROWS + 5).fill(1)), "en", show);
    expect(table.querySelectorAll("tbody tr").length).toBe(MOST_ROWS);
    expect(table.textContent).toContain(`the first ${MOST_ROWS} of ${MOST_ROWS + 5} rows`);
    table.querySelectorAll("button")[1]?.click();
    expect(show).toHaveBeenCalledWith(1);
    expect(columnsOf(layer("status"))[0]).toMatchObject({ key: "status", format: "status" });
    expect(columnsOf(layer("outline"))).toEqual([]);
  });
});

it("Tianditu's key is written so that it cannot change the address", () => {
  expect(tiandituTiles("vec", "a&b")[7]).toContain("https://t7.tianditu.gov.cn/vec_w/wmts?");
  expect(tiandituTiles("cva", "a&b")[0]).toContain("tk=a%26b");
});

describe("layers in tiles", () => {
  const tiled = (id: string, kind: Kind): MapLayer =>
    layer(kind, { id, tiles: "/t/{z}/{x}/{y}", source_layer: "areas" });

  it("share one source, and stand in the layer of the tiles that they name", () => {
    expect(sourceName(tiled("a", "areas"))).toBe(sourceName(tiled("b", "people")));
    const specs = specsOf(tiled("a", "areas"), undefined) as unknown as { id: string; "source-layer": string }[];
    const inTiles = Object.fromEntries(specs.map((spec) => [spec.id, spec["source-layer"]]));
    expect(inTiles["a/fill"]).toBe("areas");
    expect(inTiles["a/name"], "an area is cut by tiles, its name stands once").toBe("areas_names");
  });

  it("are found again by what was drawn", () => {
    const layers = [tiled("a", "areas"), tiled("a/b", "people")];
    expect(layerOf(layers, "a/b/dots")?.id).toBe("a/b");
    expect(layerOf(layers, "c/dots")).toBeUndefined();
  });

  it("are not counted in the legend, for they are never here as a whole", () => {
    const entry = legendEntry(layer("areas", { tiles: "/t", breaks: [0, 1, 2, 3] }), undefined, "zh", () => undefined);
    expect(entry.textContent).not.toContain("（0）");
    expect(entry.textContent).toContain("待补");
  });

  it("say how many are drawn as one", () => {
    expect(popupContent({ n: 12 }, [], "en").textContent).toContain("12 of them");
  });
});

describe("the ground", () => {
  it("lets a map ask this site, and Tianditu only if that is the ground", () => {
    const own = new URL("/x", document.baseURI).href;
    const tianditu = "https://t3.tianditu.gov.cn/vec_w/wmts?tk=k";
    expect(mayAsk(own, undefined)).toBe(true);
    expect(mayAsk(tianditu, undefined)).toBe(false);
    expect(mayAsk(tianditu, { kind: "tianditu", key: "k" })).toBe(true);
    expect(mayAsk("https://t9.tianditu.gov.cn/", { kind: "tianditu", key: "k" })).toBe(false);
    expect(mayAsk("https://tianditu.gov.cn.example.org/", { kind: "tianditu", key: "k" })).toBe(false);
    expect(mayAsk(`pmtiles://${own}/1/2/3`, { kind: "pmtiles", url: "/x" })).toBe(true);
    expect(mayAsk("pmtiles://https://example.org/x/1/2/3", { kind: "pmtiles", url: "/x" })).toBe(false);
  });
});

// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { speaker } from "../../src/core/language.ts";
import { type Ideas, NO_IDEAS } from "../../src/lifecircle/model.ts";
import { MOST_LISTED, wantingLeft, wantingOf, wantingTable } from "../../src/lifecircle/wanting.ts";
import { LIFE_WORDS } from "../../src/lifecircle/words.ts";

vi.mock("maplibre-gl", () => ({ addProtocol: () => undefined }));

const home = (id: string, residents: number | null) => ({ id, name: id, at: [0, 0] as const, residents });
const homes = [home("a", 5), home("b", 90), home("c", null), home("d", 40)];
const base = { a: 900, b: null, c: 700, d: 100 };

describe("buildings without", () => {
  it("are listed most people first, those within reach not at all", () => {
    expect(wantingOf(homes, base, NO_IDEAS, 500).map(({ building }) => building.id)).toEqual(["b", "a", "c"]);
  });

  it("of a large place are those the server named, less those an idea serves", () => {
    const ideas: Ideas = { ...NO_IDEAS, drops: [{ id: 1, at: [0, 0], distances: { b: 100 } }] };
    const named = [home("b", 90), home("a", 5)].map((one) => ({ ...one, residents: one.residents ?? 0, metres: 900 }));
    const left = wantingLeft(named, homes, base, ideas, 500);
    expect(left.map(({ building }) => building.id)).toEqual(["a"]);
  });

  it("say unknown and out of reach in words, and how many were cut", () => {
    const many = Array.from({ length: MOST_LISTED + 3 }, (_, i) => home(`h${i}`, i === 0 ? null : 1));
    const all = many.map((building) => ({ building, metres: null, state: "without" as const }));
    const table = wantingTable(all, false, "人", undefined, speaker(LIFE_WORDS, "zh"), "zh");
    expect(table.querySelectorAll("tbody tr").length).toBe(MOST_LISTED);
    expect(table.querySelector("caption")?.textContent).toContain(String(MOST_LISTED + 3));
    expect(table.querySelector("tbody tr")?.textContent).toContain("待补");
    expect(table.querySelector("tbody tr")?.textContent).toContain("走不到");
  });
});

// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keepData, mountIslands, readConfig, unmountIslands } from "../../src/core/island.ts";

describe("islands", () => {
  beforeEach(() => {
    document.body.innerHTML = "";
  });

  it("come to life once and stop when they leave", async () => {
    document.body.innerHTML = '<div id="a" data-island="one"></div>';
    const element = document.getElementById("a") as HTMLElement;
    const destroy = vi.fn();
    const mount = vi.fn(() => ({ destroy }));
    const registry = { one: async () => ({ mount }) };
    mountIslands(document, registry);
    mountIslands(element, registry);
    await vi.waitFor(() => expect(element.dataset.islandState).toBe("ready"));
    expect(mount).toHaveBeenCalledTimes(1);
    unmountIslands(element);
    await vi.waitFor(() => expect(destroy).toHaveBeenCalledTimes(1));
  });

  it("that fail leave the page's own content", async () => {
    vi.stubGlobal("reportError", () => undefined);
    document.body.innerHTML = '<div id="a" data-island="nobody"><table></table></div>';
    const element = document.getElementById("a") as HTMLElement;
    mountIslands(document, {});
    await vi.waitFor(() => expect(element.dataset.islandState).toBe("failed"));
    expect(element.querySelector("table")).not.toBeNull();
    vi.unstubAllGlobals();
  });

  it("read their configuration from a script and from attributes", () => {
    document.body.innerHTML =
      '<div id="a" data-island="x" data-unit="m"><script type="application/json">{"kind":"bars","unit":"km"}</script></div>' +
      '<script id="c" type="application/json">{"n":3}</script><div id="b" data-island="x" data-config="c"></div><div id="d" data-config="no"></div>';
    const at = (id: string) => document.getElementById(id) as HTMLElement;
    expect(readConfig(at("a"))).toEqual({ kind: "bars", unit: "m" });
    expect(readConfig(at("b"))).toEqual({ n: 3 });
    expect(() => readConfig(at("d"))).toThrow("#no");
  });

  it("read it from a page that htmx brought, which lost its scripts", () => {
    const page =
      '<div id="a" data-island="x"><script type="application/json">{"n":1,"text":"\\u003C\\u0026 $1"}</script></div>' +
      '<script id="c" type="application/json">{"n":3}</script><div id="b" data-island="x" data-config="c"></div>';
    document.body.innerHTML = keepData(page);
    for (const script of document.querySelectorAll("script")) script.remove();
    const at = (id: string) => document.getElementById(id) as HTMLElement;
    expect(readConfig(at("a"))).toEqual({ n: 1, text: "<& $1" });
    expect(readConfig(at("b"))).toEqual({ n: 3 });
    const script = '<script type="module" src="/app.js"></script>';
    expect(keepData(script)).toBe(script);
  });
});

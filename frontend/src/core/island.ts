/** An *island* is one element of a page, `<div data-island="name">`, that the browser brings to life. */

export interface Island {
  /** Stop timers, remove listeners outside the element; called when the element leaves the page. */
  destroy?(): void;
}

export type Mount = (element: HTMLElement) => Island | undefined | Promise<Island | undefined>;

export type Registry = Readonly<Record<string, () => Promise<{ readonly mount: Mount }>>>;

const mounted = new WeakMap<Element, Promise<Island | undefined>>();

const selector = "[data-island]";

function islandsIn(root: Element | Document): HTMLElement[] {
  const own = root instanceof HTMLElement && root.matches(selector) ? [root] : [];
  return [...own, ...root.querySelectorAll<HTMLElement>(selector)];
}

async function start(element: HTMLElement, registry: Registry): Promise<Island | undefined> {
  const name = element.dataset.island ?? "";
  const load = registry[name];
  if (load === undefined) throw new Error(`no island is called "${name}"`);
  const island = await (await load()).mount(element);
  element.dataset.islandState = "ready";
  return island;
}

/** Bring to life every island within `root` that is not alive yet; what fails keeps the page's own table or text. */
export function mountIslands(root: Element | Document, registry: Registry): void {
  for (const element of islandsIn(root)) {
    if (mounted.has(element)) continue;
    element.dataset.islandState = "loading";
    const island = start(element, registry).catch((reason: unknown) => {
      element.dataset.islandState = "failed";
      element.dispatchEvent(new CustomEvent("linli:failed", { bubbles: true, detail: String(reason) }));
      reportError(reason);
      return undefined;
    });
    mounted.set(element, island);
  }
}

/** Stop every island within `root`. */
export function unmountIslands(root: Element): void {
  for (const element of islandsIn(root)) {
    mounted.get(element)?.then((island) => island?.destroy?.());
    mounted.delete(element);
  }
}

/**
 * Keep the data blocks of a page that htmx brings: it drops every `<script>`, and these are none. Django's `json_script`
 * escapes `<`, `>` and `&`, so what stands inside is the same text in a `<template>`.
 */
export function keepData(html: string): string {
  const block = /<script((?: id="[^"<>]*")?) type="application\/json">([^<]*)<\/script>/g;
  return html.replace(block, "<template$1 data-json>$2</template>");
}

/**
 * Read the configuration of an island: the first data block inside it, `<script type="application/json">` or what
 * `keepData` made of it, or the one whose id is in `data-config` (Django's `json_script`), overlaid by the `data-*`
 * attributes.
 */
export function readConfig<T extends object>(element: HTMLElement): T {
  const id = element.dataset.config;
  const block = id ? document.getElementById(id) : element.querySelector('[type="application/json"], [data-json]');
  if (id && block === null) throw new Error(`island ${element.dataset.island}: there is no element #${id}`);
  const text = block instanceof HTMLTemplateElement ? block.content.textContent : block?.textContent;
  const written: unknown = text ? JSON.parse(text) : {};
  const { island: _island, islandState: _state, config: _config, ...attributes } = element.dataset;
  return { ...(written as object), ...attributes } as T;
}

/** htmx with our security settings, and the islands found on the page. */

import "./styles/islands.css";
import htmx from "htmx.org/dist/htmx.esm.js";
import { csrfToken } from "./core/http.ts";
import { keepData, mountIslands, type Registry, unmountIslands } from "./core/island.ts";

const islands: Registry = {
  chart: () => import("./islands/chart.ts"),
  confirm: () => import("./islands/confirm.ts"),
  "field-list": () => import("./islands/field-list.ts"),
  "life-circle": () => import("./islands/life-circle.ts"),
  map: () => import("./islands/map.ts"),
  "offline-form": () => import("./islands/offline-form.ts"),
  pin: () => import("./islands/pin.ts"),
  progress: () => import("./islands/progress.ts"),
  table: () => import("./islands/table.ts"),
};

// The content security policy forbids eval and inline styles; pages run no scripts of their own.
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // nothing of a page stays in the browser's storage after signing out

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, verb } = (event as CustomEvent<{ headers: Record<string, string>; verb: string }>).detail;
  if (verb !== "get") headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent<{ serverResponse: string }>;
  detail.serverResponse = keepData(detail.serverResponse);
});
document.addEventListener("htmx:load", (event) => {
  const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
  mountIslands(elt, islands);
});
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
  if (elt.hasAttribute("data-island")) unmountIslands(elt);
});

// Whoever signs out leaves no page behind on this device; what still waits to be sent stays, for them alone.
document.addEventListener("submit", (event) => {
  const { target } = event;
  const leaves =
    target instanceof HTMLFormElement && /\/(logout|sign-out)\/?$/.test(new URL(target.action, location.href).pathname);
  if (leaves && "caches" in window) void caches.delete("linli-survey-pages");
});

mountIslands(document, islands);
document.documentElement.dataset.linli = "ready";

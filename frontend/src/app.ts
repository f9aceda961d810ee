/** The entry of every page: the skeleton's style, htmx and islands, and the few things that HTML cannot do by itself. */

import "./app.css";
import "./styles/communities.css";
import "./styles/survey.css";
import "./styles/register.css";
import "./main.ts";

/** The first wrong field, or the list of errors, takes the keyboard's focus. */
function showErrors(root: ParentNode): void {
  root.querySelector<HTMLElement>("#errors")?.focus();
}

/** A menu that was opened closes when one clicks elsewhere or presses Escape. */
function closeMenus(event: Event): void {
  for (const open of document.querySelectorAll<HTMLDetailsElement>("details.me[open], details.columns[open]")) {
    if (event instanceof KeyboardEvent ? event.key === "Escape" : !open.contains(event.target as Node)) {
      open.open = false;
    }
  }
}

document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) window.print();
});
document.addEventListener("htmx:afterSwap", (event) => showErrors(event.target as HTMLElement));
showErrors(document);

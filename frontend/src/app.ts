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

/** The menu's entry of this page is brought into sight: on a phone the menu is one line, on a low window a short column. */
function showWhere(): void {
  const here = document.querySelector<HTMLElement>("nav.side [aria-current=page]");
  const menu = here?.closest<HTMLElement>("nav.side");
  if (!(here && menu)) return;
  const [entry, frame] = [here.getBoundingClientRect(), menu.getBoundingClientRect()];
  menu.scrollLeft += entry.left - frame.left - (frame.width - entry.width) / 2;
  if (entry.bottom > frame.bottom) menu.scrollTop += entry.top - frame.top - frame.height / 2;
}

document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("click", (event) => {
  if ((event.target as HTMLElement).closest("[data-print]")) window.print();
});
document.addEventListener("htmx:afterSwap", (event) => showErrors(event.target as HTMLElement));
showErrors(document);
showWhere();

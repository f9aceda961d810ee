/** `table`: a small table that sorts, filters and lets one choose its columns; what is chosen lives in the address. */

import { h } from "../core/dom.ts";
import type { Mount } from "../core/island.ts";
import { languageOf, speaker } from "../core/language.ts";
import { compare, matches, readState, sortValue, type TableState, writeState } from "../table/model.ts";

const WORDS = {
  filter: { zh: "筛选", en: "Filter" },
  columns: { zh: "选择列", en: "Columns" },
  count: { zh: "{shown} / {all} 行", en: "{shown} of {all} rows" },
  sort: { zh: "按此列排序", en: "sort by this column" },
  none: { zh: "没有符合条件的行。", en: "No row fits." },
} as const;

interface Column {
  readonly index: number;
  readonly key: string;
  readonly title: string;
  readonly head: HTMLTableCellElement;
  readonly first: "up" | "down" | undefined;
  readonly fixed: boolean;
}

// The title of a column is its text without the unit beneath.
function titleOf(head: HTMLTableCellElement): string {
  const copy = head.cloneNode(true) as HTMLElement;
  for (const unit of copy.querySelectorAll("small")) unit.remove();
  return copy.textContent?.trim() ?? "";
}

function columnsOf(table: HTMLTableElement): Column[] {
  const rows = table.tHead?.rows;
  const heads = rows ? [...(rows[rows.length - 1]?.cells ?? [])] : [];
  return heads.map((head, index) => {
    const { key, sort, fixed } = head.dataset;
    const first = sort === undefined ? undefined : sort === "down" ? "down" : "up";
    return { index, key: key ?? String(index), title: titleOf(head), head, first, fixed: fixed !== undefined };
  });
}

export const mount: Mount = (element) => {
  const table = element.querySelector("table");
  const body = table?.tBodies[0];
  if (!table || !body) return undefined;
  const language = languageOf(element);
  const word = speaker(WORDS, language);
  const name = element.dataset.name ?? "table";
  const columns = columnsOf(table);
  const rows = [...body.rows];
  let state = readState(location.search, name);

  const none = h("p", { class: "ll-empty" }, word("none"));
  const count = h("span", { class: "count", role: "status" });

  const show = (): void => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = !matches(row.textContent ?? "", state.query);
      if (!row.hidden) shown += 1;
    }
    for (const { index, key, fixed } of columns) {
      const hide = !fixed && state.hidden.includes(key);
      for (const row of table.rows) {
        const cell = row.cells[index];
        if (cell && row.cells.length === columns.length) cell.hidden = hide;
      }
    }
    count.textContent = word("count", { shown, all: rows.length });
    none.hidden = shown > 0;
  };

  const order = (): void => {
    const { sort } = state;
    const column = columns.find(({ key }) => key === sort?.key);
    for (const { head, first } of columns) if (first) head.ariaSort = "none";
    if (!sort || !column) return;
    column.head.ariaSort = sort.down ? "descending" : "ascending";
    const worth = (row: HTMLTableRowElement) => {
      const cell = row.cells[column.index];
      return sortValue(cell?.dataset.v, cell?.textContent ?? "");
    };
    const sorted = [...rows].sort((a, b) => compare(worth(a), worth(b), sort.down, language));
    body.append(...sorted);
  };

  const set = (next: Partial<TableState>): void => {
    state = { ...state, ...next };
    const query = writeState(location.search, name, state);
    history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    if ("sort" in next) order();
    show();
  };

  for (const { key, head, first } of columns) {
    if (!first) continue;
    const button = h("button", { type: "button", class: "ll-sort", title: word("sort") });
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const again = state.sort?.key === key;
      set({ sort: { key, down: again ? !state.sort?.down : first === "down" } });
    });
    head.append(button);
  }

  const tools = h("div", { class: "tools ll-tabletools" });
  if (element.dataset.filter !== "off") {
    const search = h("input", {
      type: "search",
      value: state.query,
      placeholder: word("filter"),
      "aria-label": word("filter"),
    });
    search.addEventListener("input", () => set({ query: search.value }));
    tools.append(search);
  }
  const choices = columns
    .filter(({ fixed, title }) => !fixed && title !== "")
    .map(({ key, title }) => {
      const box = h("input", { type: "checkbox", checked: !state.hidden.includes(key) });
      box.addEventListener("change", () => {
        const others = state.hidden.filter((each) => each !== key);
        set({ hidden: box.checked ? others : [...others, key] });
      });
      return h("label", {}, box, title);
    });
  if (choices.length > 0) {
    tools.append(h("details", { class: "columns" }, h("summary", {}, word("columns")), h("div", {}, ...choices)));
  }
  tools.append(count);

  const label = table.caption?.textContent ?? name;
  const scroll = h("div", { class: "ll-scroll ll-tall", tabindex: 0, role: "region", "aria-label": label });
  table.replaceWith(scroll);
  scroll.append(table);
  scroll.before(tools);
  scroll.after(none);
  order();
  show();
  return undefined;
};

/** Sorting, filtering and choosing columns of a small table; nothing here touches the page. */

export type SortValue = string | number | null;

/** What a cell is sorted by: `data-v` if there is one (empty = unknown), else its text. */
export function sortValue(raw: string | undefined, text: string): SortValue {
  if (raw === undefined) return text.trim().toLowerCase();
  if (raw.trim() === "") return null;
  const number = Number(raw);
  return Number.isNaN(number) ? raw.toLowerCase() : number;
}

/** The order of two values; unknown comes last either way. */
export function compare(a: SortValue, b: SortValue, down: boolean, locale = "zh"): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const less =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), locale, { numeric: true });
  return down ? -less : less;
}

/** Whether a row's text holds every word that was typed. */
export function matches(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => lower.includes(word));
}

export interface TableState {
  readonly query: string;
  readonly hidden: readonly string[];
  readonly sort: { readonly key: string; readonly down: boolean } | undefined;
}

/** Read a table's state from the address: `<name>.q`, `<name>.hide`, `<name>.sort`. */
export function readState(search: string, name: string): TableState {
  const params = new URLSearchParams(search);
  const sort = params.get(`${name}.sort`);
  return {
    query: params.get(`${name}.q`) ?? "",
    hidden: (params.get(`${name}.hide`) ?? "").split(",").filter(Boolean),
    sort: sort ? { key: sort.replace(/^-/, ""), down: sort.startsWith("-") } : undefined,
  };
}

/** Write it back; what is as usual is left out. */
export function writeState(search: string, name: string, { query, hidden, sort }: TableState): string {
  const params = new URLSearchParams(search);
  const put = (key: string, value: string): void => {
    if (value === "") params.delete(`${name}.${key}`);
    else params.set(`${name}.${key}`, value);
  };
  put("q", query);
  put("hide", hidden.join(","));
  put("sort", sort ? `${sort.down ? "-" : ""}${sort.key}` : "");
  return params.toString();
}

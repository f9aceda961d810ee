// Tables that sort, filter, hide columns and export what is on the screen; figures that can be saved.
// Works from a file, asks nobody for anything. What is chosen lives in the address, so that it can be shared.
"use strict";
(() => {
  const say = JSON.parse(document.getElementById("words").textContent);
  const state = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
  const keep = () => history.replaceState(null, "", state.size ? "#?" + state : location.pathname + location.search);
  const value = (cell) => {
    const raw = cell.dataset.v;
    if (raw === undefined) return cell.textContent.trim().toLowerCase();
    return raw === "" ? null : isNaN(raw) ? raw.toLowerCase() : Number(raw);
  };
  const order = (a, b, down) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1; // unknown comes last either way
    const less = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
    return down ? -less : less;
  };
  const quote = (text) => {
    const clean = text.replace(/\s+/g, " ").trim();
    const safe = /^[=+@\t]|^-(?!\d)/.test(clean) ? "'" + clean : clean;
    return /[",\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const save = (name, type, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const make = (tag, props, ...children) => { const e = Object.assign(document.createElement(tag), props); e.append(...children); return e; };

  for (const table of document.querySelectorAll("table[data-table]")) {
    const name = table.dataset.table, body = table.tBodies[0], rows = [...body.rows];
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const search = make("input", { type: "search", placeholder: say.filter, ariaLabel: say.filter, value: state.get(name + ".q") || "" });
    const count = make("span", { className: "count" });
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = say.rows.replace("{shown}", shown).replace("{all}", rows.length);
      if (search.value) state.set(name + ".q", search.value); else state.delete(name + ".q");
      keep();
    };
    const sort = (index, down) => {
      heads.forEach((head, i) => { if (head.dataset.sort !== undefined) head.ariaSort = i === index ? (down ? "descending" : "ascending") : "none"; });
      body.append(...[...body.rows].sort((a, b) => order(value(a.cells[index]), value(b.cells[index]), down)));
      state.set(name + ".s", (down ? "-" : "") + index);
      keep();
    };
    heads.forEach((head, index) => {
      if (head.dataset.sort === undefined) return;
      head.tabIndex = 0;
      const go = () => sort(index, head.ariaSort ? head.ariaSort === "ascending" : head.dataset.sort === "down");
      head.addEventListener("click", go);
      head.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } });
    });
    search.addEventListener("input", filter);
    const hide = (index, hidden) => { for (const row of table.rows) if (row.cells[index]) row.cells[index].hidden = hidden; };
    const title = (head) => head.textContent.replace(/\s+/g, " ").trim();
    const picks = table.tHead.rows.length > 1 ? [] : heads.map((head, index) => {
      const box = make("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => hide(index, !box.checked));
      return make("label", {}, box, " " + title(head));
    });
    const csv = make("button", { type: "button", textContent: say.csv });
    csv.addEventListener("click", () => {
      const cells = (row) => [...row.cells].filter((cell) => !cell.hidden).map((cell) => quote(cell.dataset.csv ?? cell.textContent));
      const lines = [heads.filter((cell) => !cell.hidden).map((cell) => quote(title(cell))), ...[...body.rows].filter((row) => !row.hidden).map(cells)];
      save(name + ".csv", "text/csv;charset=utf-8", "\ufeff" + lines.map((line) => line.join(",")).join("\r\n") + "\r\n");
    });
    const tools = make("div", { className: "tools" }, search, csv);
    if (picks.length) tools.append(make("details", {}, make("summary", { textContent: say.columns }), make("div", {}, ...picks)));
    tools.append(count);
    (table.closest(".scroll") || table).before(tools);
    const sorted = state.get(name + ".s");
    if (sorted !== null && heads[Math.abs(parseInt(sorted, 10))]) sort(Math.abs(parseInt(sorted, 10)), sorted.startsWith("-"));
    filter();
  }

  for (const figure of document.querySelectorAll("figure[data-figure]")) {
    const svg = figure.querySelector("svg.figure");
    if (!svg) continue;
    const button = make("button", { type: "button", className: "plain", textContent: say.save });
    button.addEventListener("click", () => save(figure.dataset.figure + ".svg", "image/svg+xml", new XMLSerializer().serializeToString(svg)));
    (figure.querySelector("figcaption") || figure.appendChild(document.createElement("figcaption"))).append(button);
  }

  // links inside a page keep working although the address also holds filters
  const open = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (open && open.tagName === "DETAILS") open.open = true;
})();

// The list to be decided: what is chosen on the page becomes a doubtful.csv that `linli compare --decided` reads.
"use strict";
(() => {
  const list = document.getElementById("doubtful");
  const button = document.getElementById("export");
  if (!list || !button) return;
  const { columns, name, rows } = JSON.parse(list.textContent);
  const picks = [...document.querySelectorAll("select[data-row]")];
  const key = "linli:" + location.pathname;
  const count = document.getElementById("decided-count");
  const show = () => { count.textContent = picks.filter((pick) => pick.value).length + " / " + picks.length; };
  // what was chosen stays in this browser, so that the list can be left and taken up again
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(key) || "{}"); } catch { kept = {}; }
  const id = (row) => JSON.stringify([0, 1, 2].map((i) => rows[row][i]));
  for (const pick of picks) {
    pick.value = kept[id(Number(pick.dataset.row))] || "";
    pick.addEventListener("change", () => {
      kept[id(Number(pick.dataset.row))] = pick.value;
      try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* a page from a file may not keep anything */ }
      show();
    });
  }
  const ids = ["layer", "id_before", "id_after", "same"];
  const quote = (text, column) => {
    // a name that a spreadsheet would take for a formula is kept a text; ids must stay what they are
    const safe = !ids.includes(column) && /^[=+@\t-]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  button.addEventListener("click", () => {
    const lines = rows.map((cells, row) => {
      const pick = picks.find((one) => Number(one.dataset.row) === row);
      return cells.map((cell, i) => quote(columns[i] === "same" && pick ? pick.value : cell, columns[i])).join(",");
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + [columns.join(","), ...lines].join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  show();
})();

// Sorts the tables of answers by a column. Without this script they keep the order of the answer.
"use strict";

(function () {
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

  function keyOf(body, place) {
    const cell = body.rows[0].cells[place];
    const key = cell.dataset.key;
    return key === undefined ? cell.textContent.trim() : Number(key);
  }

  function sort(table, place, down) {
    const bodies = Array.from(table.tBodies);
    const keys = new Map(bodies.map((body) => [body, keyOf(body, place)]));
    bodies.sort((one, other) => {
      const a = keys.get(one);
      const b = keys.get(other);
      const empty = (a === "") - (b === "");
      const order = typeof a === "number" && typeof b === "number" ? a - b : compare(a, b);
      return empty || (down ? -order : order);
    });
    table.append(...bodies);
  }

  function enhance(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = table.dataset.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, place, down);
      });
    });
  }

  document.querySelectorAll("table.sortable").forEach(enhance);
})();

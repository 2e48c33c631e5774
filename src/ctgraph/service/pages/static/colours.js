// Light or dark colours: those of the theme or the reader's system until the reader chooses others,
// which this browser then keeps for all pages here. It runs before anything is drawn.
"use strict";

(function () {
  const KEY = "ctgraph-colours";
  const root = document.documentElement;
  const isDark = () => getComputedStyle(root).colorScheme === "dark";

  function keep(choice) {
    root.dataset.colours = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // A page from disk or a strict browser may keep nothing; the choice holds for this page.
    }
  }

  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") root.dataset.colours = kept;
  } catch {
    // As above.
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("colours");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    button.addEventListener("click", () => {
      keep(isDark() ? "light" : "dark");
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  });
})();

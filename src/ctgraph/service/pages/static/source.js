// Shows which claims cite the words that were chosen. Without this script the links still lead there.
"use strict";

(function () {
  function light(names) {
    document.querySelectorAll(".cite.lit").forEach((one) => one.classList.remove("lit"));
    names.forEach((name) => document.getElementById(name)?.classList.add("lit"));
  }

  document.addEventListener("click", (event) => {
    const cited = event.target.closest(".cited");
    if (cited) light(cited.dataset.claims.trim().split(" "));
    const up = event.target.closest(".cite .up");
    if (up) light([up.closest(".cite").id]);
  });
})();

// Searches the index of a static site, which stands in a script so that it works from a folder.
"use strict";

(async function () {
  const most = 100;
  const around = 60;

  const language = document.documentElement.lang === "ja" ? 1 : 0;
  // Compressed (RFC 1950) and in base64.
  const bytes = Uint8Array.from(atob(window.ctgraphIndex), (letter) => letter.charCodeAt(0));
  const packed = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const index = await new Response(packed).json();
  const things = index.things.map(([u, names, kind, a, t, r]) => ({
    u, n: names[language] || names[0], k: index.kinds[kind][language],
    a: [...names, ...a], t, r,
  }));

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s・]+/gu, "");

  // Where a folded text stands in one that is not folded: its first and last character.
  function place(text, wanted) {
    let folded = "";
    const from = [];
    let at = 0;
    for (const character of text) {
      const piece = fold(character);
      for (let i = 0; i < piece.length; i += 1) from.push([at, at + character.length]);
      folded += piece;
      at += character.length;
    }
    const start = folded.indexOf(wanted);
    return start < 0 ? null : [from[start][0], from[start + wanted.length - 1][1]];
  }

  function rank(entry, wanted) {
    const names = [entry.n, ...entry.a];
    for (const name of names) if (fold(name) === wanted) return [0, name];
    for (const name of names) if (fold(name).startsWith(wanted)) return [1, name];
    for (const name of names) if (fold(name).includes(wanted)) return [2, name];
    for (const text of entry.t) if (fold(text).includes(wanted)) return [3, text];
    return null;
  }

  function show(entry, text, wanted) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.u;
    link.textContent = entry.n;
    link.dir = "auto";
    item.append(link);
    if (entry.k) {
      const kind = document.createElement("span");
      kind.className = "tag";
      kind.textContent = entry.k;
      item.append(" ", kind);
    }
    const span = text === entry.n ? null : place(text, wanted);
    if (span) {
      const line = document.createElement("span");
      line.className = "small soft";
      line.dir = "auto";
      const mark = document.createElement("mark");
      mark.textContent = text.slice(...span);
      const before = text.slice(0, span[0]);
      const after = text.slice(span[1]);
      line.append(
        before.length > around ? "…" + before.slice(-around) : before,
        mark,
        after.length > around ? after.slice(0, around) + "…" : after,
      );
      item.append(document.createElement("br"), line);
    }
    return item;
  }

  function search(text) {
    const wanted = fold(text);
    const found = [];
    for (const entry of wanted ? things : []) {
      const hit = rank(entry, wanted);
      if (hit) found.push([entry.r, hit[0], hit[0] < 3 ? entry.n.length : 0, entry, hit[1]]);
    }
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    const items = found.slice(0, most).map((hit) => show(hit[3], hit[4], wanted));
    document.getElementById("hits").replaceChildren(...items);
    document.getElementById("none").hidden = !wanted || items.length > 0;
    document.getElementById("hint").hidden = Boolean(wanted);
  }

  const field = document.getElementById("q");
  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", () => search(field.value));
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(field.value);
  });
  search(field.value);
})();

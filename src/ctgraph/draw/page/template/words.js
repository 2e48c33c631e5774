// Everything that is said outside the picture and the tables, in the reader's language.

const LABELLED = [
  ["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"], ["fit", "fit"], ["play", "play"], ["picture", "picture"],
  ["tools", "tools"], ["charts", "charts"], ["languages", "language"], ["colours", "dark_colours"], ["origin", "source"],
];

function showWords() {
  document.documentElement.lang = state.lang;
  document.title = inLanguage(page.title);
  $("title").textContent = inLanguage(page.title);
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  $("query").placeholder = word("find_hint");
  for (const button of $("languages").children) {
    button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
  }
  for (const [id, key] of LABELLED) {
    $(id).setAttribute("aria-label", word(key));
    if ($(id).tagName === "BUTTON") $(id).title = word(key);
  }
  $("note").textContent = inLanguage(page.note);
  $("note").hidden = !inLanguage(page.note);
}

function showSummary() {
  const { nodes, edges } = seen;
  const allNodes = page.nodes.filter((node) => isDrawnNode(node)).length;
  const allEdges = page.edges.filter((_, number) => isDrawnEdge(number)).length;
  const part = nodes.size < allNodes || edges.size < allEdges;
  $("summary").textContent = [
    (part ? nodes.size + " / " : "") + count(allNodes, "nodes"),
    (part ? edges.size + " / " : "") + count(allEdges, "edges"),
    ...filterWords(),
  ].join(" · ");
}

function sourceName(source) {
  const name = source["label_" + state.lang] || source["label_" + other()];
  const by = source["publisher_" + state.lang] || source["publisher_" + other()];
  return [name, by, source.date].filter(Boolean).join(", ");
}

// A line that stays short where a graph has hundreds of sources; the footer lists them all.
function fewSources(sources) {
  const left = sources.length - 3;
  const named = left < 2 ? sources : sources.slice(0, 3);
  return [...named, left < 2 ? "" : word("more").replace("{n}", left)]
    .filter(Boolean).join(word("between"));
}

function origin() {
  const about = page.about;
  const sources = about.sources.map(sourceName).filter(Boolean);
  return {
    sources,
    from: sources.length ? word("source") + ": " + fewSources(sources) : "",
    version: ["ctgraph " + about.version, about.licence,
      about.hash ? "SHA-256 " + about.hash.slice(0, 12) + "…" : ""].filter(Boolean).join(" · "),
  };
}

function showOrigin() {
  const about = page.about;
  const { sources, from, version } = origin();
  $("origin").replaceChildren(
    make("span", { class: "from", dir: "auto", title: from, text: from }),
    make("span", { title: about.hash, text: version }));
  const rows = [
    ...sources.map((source) => [word("source"), source]),
    [word("filters"), filterWords().join(" · ") || word("none")],
    [word("version"), "ctgraph " + about.version + (about.url ? " · " + about.url : "")],
    [word("licence"), [about.licence, about.licence_url].filter(Boolean).join(" · ")],
    [word("data"), about.hash ? "SHA-256 " + about.hash : ""],
  ].filter(([, value]) => value);
  $("footer").replaceChildren(make("dl", {}, ...rows.flatMap(([key, value]) =>
    [make("dt", { text: key }), make("dd", { dir: "auto", text: value })])));
}

onChange((before) => {
  if (before.lang !== state.lang || !document.title) showWords();
  showSummary();
  showOrigin();
});

for (const button of $("languages").children) {
  button.addEventListener("click", () => change({ lang: button.dataset.lang }));
}

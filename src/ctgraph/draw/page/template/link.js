// The reader's choices in the fragment of the address, so that a link shows the same.

const numberOf = new Map(page.nodes.map((node, number) => [node.iri, number]));

function toFragment() {
  const said = new URLSearchParams();
  const iri = (number) => page.nodes[number].iri;
  if (state.lang !== START.lang) said.set("lang", state.lang);
  for (const facet of FACETS) if (state[facet] >= 0) said.set(facet, page.facets[facet][state[facet]].iri);
  if (state.rolled !== START.rolled) said.set("roll-up", state.rolled ? page.level : "none");
  if (state.against >= 0) said.set("against", page.facets.year[state.against].iri);
  if (state.whole !== START.whole) said.set("whole", "1");
  if (!state.grouped) said.set("communities", "none");
  if (state.hidden.size) said.set("without", [...state.hidden].sort().join(" "));
  if (state.ego) said.set("near", iri(state.ego.node) + " " + state.ego.hops);
  if (state.ego && state.open.size) said.set("open", [...state.open].map(iri).join(" "));
  if (state.path) said.set("path", iri(state.path.from) + " " + iri(state.path.to));
  if (state.step >= 0) said.set("step", state.step + 1);
  if (state.chart !== START.chart) said.set("chart", state.chart || "none");
  if (state.board !== null) said.set("board", iri(state.board));
  if (isOnStage()) said.set("stage", "1");
  if (state.dark !== null) said.set("colours", state.dark ? "dark" : "light");
  if (state.selected) {
    const { kind, number } = state.selected;
    const edge = page.edges[number];
    said.set(kind, kind === "node" ? iri(number) : iri(edge.from) + " " + iri(edge.to));
  }
  if (moved.size) {
    said.set("at", [...moved].map((number) =>
      [iri(number), places[number].x, places[number].y].join(" ")).join(" "));
  }
  if (notes.length) {
    said.set("notes", JSON.stringify(notes.map(({ text, x, y, to }) =>
      ({ text, at: [x, y], ...(to === null ? {} : { to: iri(to) }) }))));
  }
  return said.toString();
}

// What a fragment says that this page can show; the rest is ignored.
function fromFragment(text) {
  const said = new URLSearchParams(text);
  const words = (name) => (said.get(name) || "").split(" ").filter(Boolean);
  const found = words("node").map((iri) => numberOf.get(iri));
  const choices = { ...START };
  if (Object.hasOwn(page.words, said.get("lang") || "")) choices.lang = said.get("lang");
  for (const facet of FACETS) {
    choices[facet] = (page.facets[facet] || []).findIndex((value) => value.iri === said.get(facet));
  }
  if ([page.level, "none"].includes(said.get("roll-up"))) {
    choices.rolled = canRollUp && said.get("roll-up") === page.level;
  }
  const known = new Set([...page.legend.map((entry) => entry.group), "Stated", "Inferred"]);
  choices.hidden = new Set(words("without").filter((key) => known.has(key)));
  const [centre, hops] = words("near");
  if (numberOf.has(centre) && ["1", "2", "3"].includes(hops)) {
    choices.ego = { node: numberOf.get(centre), hops: Number(hops) };
  }
  choices.open = new Set(words("open").map((iri) => numberOf.get(iri)).filter((number) => number !== undefined));
  if (choices.year >= 0 && said.has("against")) {
    choices.against = page.facets.year.findIndex((value) => value.iri === said.get("against"));
  }
  if (said.get("whole") === "1") choices.whole = true;
  if (["dark", "light"].includes(said.get("colours"))) choices.dark = said.get("colours") === "dark";
  if (said.get("communities") === "none") choices.grouped = false;
  const ends = words("path").map((iri) => numberOf.get(iri));
  if (ends.length === 2 && !ends.includes(undefined)) {
    choices.path = { from: ends[0], to: ends[1] };
  }
  if (page.charts.some(({ key }) => key === said.get("chart"))) choices.chart = said.get("chart");
  else if (said.get("chart") === "none") choices.chart = null;
  const board = numberOf.get(said.get("board"));
  if (page.boards[board]) choices.board = board;
  const step = Number(said.get("step"));
  if (page.story && Number.isInteger(step) && step >= 1 && step <= page.story.steps.length) {
    choices.step = step - 1;
    choices.stage = said.get("stage") === "1";
    if (said.size === 1 + said.has("stage") + said.has("lang")) Object.assign(choices, page.story.steps[step - 1].choices);
  }
  const pair = words("edge").map((iri) => numberOf.get(iri));
  const edge = pair.length === 2
    ? page.edges.findIndex(({ from, to }, number) =>
      from === pair[0] && to === pair[1] && isDrawnEdge(number, choices.rolled)) : -1;
  if (edge >= 0) choices.selected = { kind: "edge", number: edge };
  else if (found.length === 1 && found[0] !== undefined) {
    choices.selected = { kind: "node", number: found[0] };
  }
  return choices;
}

// Where the nodes were put, and the notes.
function placesFrom(text) {
  const said = new URLSearchParams(text);
  const at = (said.get("at") || "").split(" ").filter(Boolean);
  const nodes = {};
  for (let number = 0; number + 2 < at.length; number += 3) {
    nodes[at[number]] = [Number(at[number + 1]), Number(at[number + 2])];
  }
  let written = null;
  try {
    written = JSON.parse(said.get("notes") || "null");
  } catch {
    // Like all else of an address that this page cannot show.
  }
  if (at.length || written) arrangeBy({ nodes, notes: written });
}

function writeLink() {
  const fragment = toFragment();
  if (fragment === location.hash.slice(1)) return;
  // Not a step back for every click; an address without fragment stays without "#".
  history.replaceState(null, "", fragment ? "#" + fragment : location.pathname + location.search);
}
onChange(writeLink);

window.addEventListener("hashchange", () => {
  // "#table" is a place in the page, and no choice.
  if (document.getElementById(location.hash.slice(1))) return;
  placesFrom(location.hash.slice(1));
  change(fromFragment(location.hash.slice(1)));
});

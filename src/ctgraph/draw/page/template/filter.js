// What the reader's choices leave of the network.

const nodeName = (number) => inLanguage(page.nodes[number].name);
const edgeName = (edge) => nodeName(edge.from) + (page.directed ? " → " : " – ") + nodeName(edge.to);

const touching = page.nodes.map(() => []);
page.edges.forEach((edge, number) => {
  touching[edge.from].push(number);
  if (edge.to !== edge.from) touching[edge.to].push(number);
});
const acrossFrom = (number, node) => {
  const edge = page.edges[number];
  return edge.from === node ? edge.to : edge.from;
};

// Rolled up, a body of a state is drawn as the state, its `whole`, and ties are joined: a tie has the
// numbers of its `pieces`, and what makes these makes it.
const joined = new Map();
page.edges.forEach((edge, number) => {
  for (const part of edge.activities || []) {
    part.roles = part.roles ? part.roles.map((role) => edge.roles[role]) : edge.roles;
  }
  if (!edge.pieces) return;
  edge.activities = edge.pieces.flatMap((piece) => page.edges[piece].activities);
  for (const piece of edge.pieces) joined.set(piece, number);
});
const standsFor = (node) => (state.rolled ? page.nodes[node].whole ?? node : node);
const isDrawnNode = ({ whole, added }, rolled = state.rolled) =>
  (rolled ? whole === undefined : !added);
const isDrawnEdge = (number, rolled = state.rolled) => {
  const { from, to, pieces } = page.edges[number];
  if (!rolled) return !pieces;
  return !joined.has(number) && [from, to].every((end) => isDrawnNode(page.nodes[end], true));
};
const drawnAs = ({ kind, number }) => ({
  kind,
  number: kind === "node" ? standsFor(number)
    : state.rolled ? joined.get(number) ?? number : number,
});

const isFiltered = () => FACETS.some((facet) => state[facet] >= 0)
  || state.hidden.has("Stated") || state.hidden.has("Inferred");

// A part is an activity (or statement) of an edge; the edge stays while a part of it does. Years are
// those that count, or none if all do.
function keepsPart(part, years) {
  if (state.hidden.has(part.basis || "Inferred")) return false;
  return FACETS.every((facet) => {
    const wanted = facet === "year" ? years : state[facet] < 0 ? [] : [state[facet]];
    return !wanted.length || wanted.some((value) => (part.facets[facet] || []).includes(value));
  });
}

// What is left of a part according to the chosen source, which may only imply what others state.
function accordingly(part) {
  if (state.source < 0 || !part.claims) return part;
  const stated = part.basis === "Stated"
    && (part.stated || part.facets.source || []).includes(state.source);
  return {
    ...part,
    basis: stated ? "Stated" : "Inferred",
    claims: part.claims.filter((claim) => page.claims[claim].sources.includes(state.source)),
  };
}

// What makes several of the ties that were joined is one part.
function distinct(parts) {
  const found = new Map();
  for (const part of parts) {
    const { basis, claims } = found.get(part.iri) || part;
    found.set(part.iri, {
      ...part,
      basis: basis === "Stated" ? basis : part.basis,
      claims: [...new Set([...claims, ...part.claims])],
      roles: [...(found.get(part.iri) || { roles: [] }).roles, ...part.roles],
    });
  }
  return [...found.values()];
}

const chosenYears = () => [state.year, state.against].filter((year) => year >= 0);

function keptEdge(edge, years) {
  if ([edge.from, edge.to].some((end) => state.hidden.has(page.nodes[end].group))) return null;
  // A network made elsewhere may not say what makes its edges.
  const whole = edge.activities.length ? edge.activities : [{ basis: edge.basis, facets: {} }];
  const kept = whole.map(accordingly).filter((part) => keepsPart(part, years));
  if (!kept.length) return null;
  const isWhole = kept.length === whole.length;
  const parts = edge.activities.length ? (edge.pieces ? distinct(kept) : kept) : [];
  return {
    parts,
    isWhole,
    weight: isWhole ? edge.weight : parts.length,
    change: state.against >= 0 ? changeOf(kept) : null,
    basis: kept.some((part) => part.basis === "Stated") ? "Stated" : "Inferred",
  };
}

// What became of a tie between two years: the earlier one is the one that is compared with.
function changeOf(parts) {
  const [then, now] = [state.against, state.year].map((year) =>
    parts.filter((part) => (part.facets.year || []).includes(year)).length);
  if (!then) return "came";
  if (!now) return "went";
  return now > then ? "grew" : now < then ? "shrank" : "same";
}

// The nodes within some steps, by walking over the edges that are left.
function near(edges, start, hops) {
  const reached = new Map([[start, 0]]);
  const queue = [start];
  for (const node of queue) {
    if (reached.get(node) === hops) continue;
    for (const number of touching[node]) {
      const next = acrossFrom(number, node);
      if (!edges.has(number) || reached.has(next)) continue;
      reached.set(next, reached.get(node) + 1);
      queue.push(next);
    }
  }
  return reached;
}

// A shortest path as the numbers of its nodes and edges, or null; the first in the order of the
// page, so that it is the same every time. Directions do not count.
function shortest(edges, from, to) {
  const cameBy = new Map([[from, null]]);
  const queue = [from];
  for (const node of queue) {
    if (node === to) break;
    for (const number of touching[node]) {
      const next = acrossFrom(number, node);
      if (!edges.has(number) || cameBy.has(next)) continue;
      cameBy.set(next, number);
      queue.push(next);
    }
  }
  if (!cameBy.has(to)) return null;
  const path = { nodes: [to], edges: [] };
  for (let node = to; cameBy.get(node) !== null;) {
    const number = cameBy.get(node);
    node = acrossFrom(number, node);
    path.edges.unshift(number);
    path.nodes.unshift(node);
  }
  return path;
}

// Nothing is left of a node whose every tie was filtered away or lies within a state, but one without
// ties stays.
function leftOf(edges) {
  const nodes = new Set();
  page.nodes.forEach((node, number) => {
    if (state.hidden.has(node.group) || !isDrawnNode(node)) return;
    const isLeft = (edge) => (isFiltered() ? edges.has(edge) : isDrawnEdge(edge));
    if (touching[number].length && !touching[number].some(isLeft)) return;
    nodes.add(number);
  });
  return nodes;
}

function keptEdges(years) {
  const edges = new Map();
  page.edges.forEach((edge, number) => {
    const kept = isDrawnEdge(number) ? keptEdge(edge, years) : null;
    if (kept) edges.set(number, kept);
  });
  return edges;
}

// Around a node, and around those that were opened after it.
function cutTo({ nodes, edges }) {
  const centre = standsFor(state.ego.node);
  if (!nodes.has(centre)) return;
  const within = new Set(near(edges, centre, state.ego.hops).keys());
  for (const node of [...state.open].map(standsFor)) {
    if (within.has(node)) for (const next of near(edges, node, 1).keys()) within.add(next);
  }
  for (const number of [...nodes]) if (!within.has(number)) nodes.delete(number);
  for (const number of [...edges.keys()]) {
    const { from, to } = page.edges[number];
    if (!nodes.has(from) || !nodes.has(to)) edges.delete(number);
  }
}

function lookIn(years) {
  const edges = keptEdges(years);
  const left = { edges, nodes: leftOf(edges) };
  if (state.ego) cutTo(left);
  return left;
}

function look() {
  if (isBegun()) return { nodes: new Set(), edges: new Map(), path: null };
  const { nodes, edges } = lookIn(chosenYears());
  return { nodes, edges, path: findPath(nodes, edges), ghosts: state.year >= 0 ? ghostsOf(nodes, edges) : null };
}

// What was in other years, so that one year is seen as a part of them.
function ghostsOf(nodes, edges) {
  const all = lookIn([]);
  return {
    nodes: [...all.nodes].filter((number) => !nodes.has(number)),
    edges: [...all.edges.keys()].filter((number) => !edges.has(number)),
  };
}

function findPath(nodes, edges) {
  if (!state.path) return null;
  const [from, to] = [state.path.from, state.path.to].map(standsFor);
  return nodes.has(from) && nodes.has(to) ? shortest(edges, from, to) : null;
}

const isSeen = ({ kind, number }) =>
  (kind === "node" ? seen.nodes.has(number) : seen.edges.has(number));

// What stands out while the rest is pale: the path, or the step of the story.
function litNow() {
  if (seen.path) return seen.path;
  if (!page.story || state.step < 0) return null;
  const { nodes, edges } = page.story.steps[state.step];
  if (!nodes.length && !edges.length) return null;
  return {
    nodes: nodes.map(standsFor),
    edges: edges.map((number) => drawnAs({ kind: "edge", number }).number),
  };
}

// The choices in words, for the heading, the files and the print.
function filterWords() {
  const said = page.filters.map((filter) => [filter.key && word(filter.key), filter[state.lang]]
    .filter(Boolean).join(" "));
  for (const facet of FACETS) {
    if (state[facet] < 0) continue;
    said.push(word({ year: "in_year", source: "according_to" }[facet] || facet) + " "
      + inLanguage(page.facets[facet][state[facet]]));
  }
  if (state.against >= 0) {
    said.push(word("compared_with") + " " + inLanguage(page.facets.year[state.against]));
  }
  if (state.rolled) {
    said.push(word({ states: "rolled_up_states", series: "rolled_up_series" }[page.level]));
  }
  const without = [
    ...page.legend.filter((entry) => state.hidden.has(entry.group))
      .map((entry) => inLanguage(entry.name)),
    ...["Stated", "Inferred"].filter((basis) => state.hidden.has(basis))
      .map((basis) => word(basis.toLowerCase())),
  ];
  if (without.length) said.push(word("without") + " " + listed(without));
  if (state.ego && seen.nodes.has(standsFor(state.ego.node))) {
    said.push(word("actor") + " " + nodeName(standsFor(state.ego.node)) + " (" + word("hops") + " "
      + state.ego.hops + ")" + (state.open.size ? " + " + state.open.size : ""));
  }
  return said;
}

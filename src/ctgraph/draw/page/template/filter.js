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

const isFiltered = () => FACETS.some((facet) => state[facet] >= 0)
  || state.hidden.has("Stated") || state.hidden.has("Inferred");

// A part is an activity (or statement) of an edge; the edge stays while a part of it does.
function keepsPart(part) {
  if (state.hidden.has(part.basis || "Inferred")) return false;
  return FACETS.every((facet) =>
    state[facet] < 0 || (part.facets[facet] || []).includes(state[facet]));
}

function keptEdge(edge) {
  if ([edge.from, edge.to].some((end) => state.hidden.has(page.nodes[end].group))) return null;
  // A network made elsewhere may not say what makes its edges.
  const whole = edge.activities.length ? edge.activities : [{ basis: edge.basis, facets: {} }];
  if (!whole.some(keepsPart)) return null;
  const parts = edge.activities.filter(keepsPart);
  if (parts.length === edge.activities.length) {
    return { parts, weight: edge.weight, basis: edge.basis };
  }
  const stated = parts.some((part) => part.basis === "Stated");
  return { parts, weight: parts.length, basis: stated ? "Stated" : "Inferred" };
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

function look() {
  const edges = new Map();
  page.edges.forEach((edge, number) => {
    const kept = keptEdge(edge);
    if (kept) edges.set(number, kept);
  });
  const nodes = new Set();
  page.nodes.forEach((node, number) => {
    if (state.hidden.has(node.group)) return;
    // Nothing is left of a node whose every tie was filtered away, but one without ties stays.
    if (isFiltered() && touching[number].length
      && !touching[number].some((edge) => edges.has(edge))) return;
    nodes.add(number);
  });
  if (state.ego && nodes.has(state.ego.node)) {
    const within = near(edges, state.ego.node, state.ego.hops);
    for (const number of [...nodes]) if (!within.has(number)) nodes.delete(number);
    for (const number of [...edges.keys()]) {
      const { from, to } = page.edges[number];
      if (!nodes.has(from) || !nodes.has(to)) edges.delete(number);
    }
  }
  return { nodes, edges, path: findPath(nodes, edges) };
}

function findPath(nodes, edges) {
  if (!state.path) return null;
  const { from, to } = state.path;
  return nodes.has(from) && nodes.has(to) ? shortest(edges, from, to) : null;
}

const isSeen = ({ kind, number }) =>
  (kind === "node" ? seen.nodes.has(number) : seen.edges.has(number));

// What stands out while the rest is pale: the path, or the step of the story.
function litNow() {
  if (seen.path) return seen.path;
  if (page.story && state.step >= 0) return page.story.steps[state.step];
  return null;
}

// The choices in words, for the heading, the files and the print.
function filterWords() {
  const said = page.filters.map((filter) => [filter.key && word(filter.key), filter[state.lang]]
    .filter(Boolean).join(" "));
  for (const facet of FACETS) {
    if (state[facet] >= 0) said.push(word(facet) + " " + inLanguage(page.facets[facet][state[facet]]));
  }
  const without = [
    ...page.legend.filter((entry) => state.hidden.has(entry.group))
      .map((entry) => inLanguage(entry.name)),
    ...["Stated", "Inferred"].filter((basis) => state.hidden.has(basis))
      .map((basis) => word(basis.toLowerCase())),
  ];
  if (without.length) said.push(word("without") + " " + listed(without));
  if (state.ego && seen.nodes.has(state.ego.node)) {
    said.push(word("actor") + " " + nodeName(state.ego.node) + " (" + word("hops") + " "
      + state.ego.hops + ")");
  }
  return said;
}

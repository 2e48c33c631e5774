// The drawing: vis-network with places from the file; it never moves a node by itself.

const nodes = new vis.DataSet(page.drawn.nodes);
const edges = new vis.DataSet(page.drawn.edges);
const network = new vis.Network($("picture"), { nodes, edges }, page.options);
const canvas = $("picture").querySelector("canvas");
canvas.tabIndex = -1;

const drawnNodes = new Map(page.drawn.nodes.map((node) => [node.id, node]));
const drawnEdges = new Map(page.drawn.edges.map((edge) => [edge.id, edge]));
const PALE = "#d3dae0";

function fit(animation) {
  // Leave a little room at the rim, and do not blow a small network up.
  network.fit({ nodes: [...seen.nodes], animation: false, maxZoomLevel: 1.6 });
  const position = network.getViewPosition();
  const scale = network.getScale() * 0.96;
  if (animation) network.moveTo({ scale: scale * 0.9, animation: false });
  network.moveTo({ position, scale, animation });
  if (!animation) nameSoon();
}

function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor, animation: motion });
  if (!motion) nameSoon();
}

function pan(right, down) {
  const { x, y } = network.getViewPosition();
  const step = 80 / network.getScale();
  network.moveTo({ position: { x: x + right * step, y: y + down * step }, animation: motion });
}

function inView(number) {
  const { x, y } = network.canvasToDOM(network.getPosition(number));
  const { clientWidth, clientHeight } = $("picture");
  return network.getScale() > 0.45 && x > 0 && y > 0 && x < clientWidth && y < clientHeight;
}

const paleNodes = new Set();

function drawnNode(number, lit) {
  const drawn = drawnNodes.get(number);
  const pale = lit !== null && !lit.has(number);
  if (pale) paleNodes.add(number);
  else paleNodes.delete(number);
  return {
    id: number,
    hidden: !seen.nodes.has(number),
    opacity: pale ? 0.25 : 1,
    borderWidth: !pale && lit !== null ? 4 : drawn.borderWidth,
  };
}

function drawnEdge(number, lit) {
  const kept = seen.edges.get(number);
  if (!kept) return { id: number, hidden: true };
  const inferred = kept.basis !== "Stated";
  const pale = lit !== null && !lit.has(number);
  const colour = inferred ? "#8794a0" : "#33424d";
  return {
    id: number,
    hidden: false,
    width: Math.min(8, 1.25 + 1.25 * kept.weight),
    dashes: inferred ? [7, 5] : false,
    color: { ...drawnEdges.get(number).color, color: pale ? PALE : colour },
  };
}

function showPicture() {
  const lit = litNow();
  const litNodes = lit && new Set(lit.nodes);
  const litEdges = lit && new Set(lit.edges);
  nodes.update(page.nodes.map((_, number) => drawnNode(number, litNodes)));
  edges.update(page.edges.map((_, number) => drawnEdge(number, litEdges)));
  network.unselectAll();
  if (!state.selected) return;
  const { kind, number } = state.selected;
  if (kind === "node") network.selectNodes([number]);
  else network.selectEdges([number]);
}
onChange(showPicture);

// Whoever asks for a part of the network sees that part; a filter leaves the view as it is.
onChange((before) => {
  if (before.ego !== state.ego) fit(motion);
});

// Selects a thing; `move` says that it was chosen elsewhere than in the picture.
function select(kind, number, move) {
  change({ selected: kind === null ? null : { kind, number } });
  if (kind === null || !state.selected) return;
  announce(kind === "node" ? nodeName(number) : edgeName(page.edges[number]));
  if (!move) return;
  if (kind === "node" && !inView(number)) {
    network.focus(number, { scale: Math.max(network.getScale(), 0.8), animation: motion });
  }
  if (kind === "edge") {
    const { from, to } = page.edges[number];
    if (!(inView(from) && inView(to))) {
      network.fit({ nodes: [from, to], animation: motion, maxZoomLevel: 1.1 });
    }
  }
  $("details").scrollTop = 0;
  $("details").focus({ preventScroll: false });
}

function showNear(node, hops) {
  change({ ego: { node, hops }, selected: { kind: "node", number: node } });
  announce(filterWords().join(", "));
}

network.on("click", (event) => {
  if (event.nodes.length) select("node", event.nodes[0]);
  else if (event.edges.length) select("edge", event.edges[0]);
  else select(null);
});
network.on("doubleClick", (event) => {
  if (event.nodes.length) showNear(event.nodes[0], 1);
  else if (!event.edges.length && state.ego) change({ ego: null });
});
network.on("hoverNode", () => { canvas.style.cursor = "pointer"; });
network.on("blurNode", () => { canvas.style.cursor = "default"; });
network.on("hoverEdge", () => { canvas.style.cursor = "pointer"; });
network.on("blurEdge", () => { canvas.style.cursor = "default"; });

$("zoom-in").addEventListener("click", () => zoom(1.3));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
$("fit").addEventListener("click", () => fit(motion));
window.addEventListener("resize", () => fit(false));

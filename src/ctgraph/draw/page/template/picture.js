// The drawing: vis-network with places from the file; it never moves a node by itself.

const nodes = new vis.DataSet(page.drawn.nodes);
const edges = new vis.DataSet(page.drawn.edges);
const network = new vis.Network($("picture"), { nodes, edges }, page.options);
const canvas = $("picture").querySelector("canvas");
canvas.tabIndex = -1;

const drawnNodes = new Map(page.drawn.nodes.map((node) => [node.id, node]));
const drawnEdges = new Map(page.drawn.edges.map((edge) => [edge.id, edge]));
const PALE = "#d3dae0";

const LARGEST = 1.6; // a small network is not blown up
const RIM = 8; // pixels of the screen
const MEASURED = 300; // names beyond these are too small a part of the whole to be measured

// What a picture at a scale has to hold: the nodes, with the names that keep their size on screen.
function extent(numbers, scale) {
  const size = nameSize(scale);
  const boxes = numbers.length > MEASURED
    ? numbers.map(shapeOf) : numbers.flatMap((number) => [shapeOf(number), variants(number, size)[0]]);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.left);
    right = Math.max(right, box.right);
    top = Math.min(top, box.top);
    bottom = Math.max(bottom, box.bottom);
  }
  return { left, right, top, bottom };
}

// The largest scale at which everything fits below a strip of the picture. Names grow in the picture
// as it gets smaller, so the scale is found by halving.
function frameBelow(numbers, strip) {
  const { clientWidth, clientHeight } = $("picture");
  const fits = ({ left, right, top, bottom }, scale) =>
    (right - left) * scale <= Math.max(60, clientWidth - 2 * RIM)
    && (bottom - top) * scale <= Math.max(60, clientHeight - strip - 2 * RIM);
  let [low, high] = [0, LARGEST];
  for (let round = 0; round < 12; round += 1) {
    const scale = (low + high) / 2;
    if (fits(extent(numbers, scale), scale)) low = scale;
    else high = scale;
  }
  const scale = low || high;
  const { left, right, top, bottom } = extent(numbers, scale);
  return { scale, position: { x: (left + right) / 2, y: (top + bottom - strip / scale) / 2 } };
}

// No node lies under the buttons; if one would, all stand below them.
function frame(numbers) {
  const whole = frameBelow(numbers, 0);
  const { offsetLeft, offsetTop, offsetHeight } = $("zoom");
  const { clientWidth, clientHeight } = $("picture");
  const { x, y } = whole.position;
  const isCovered = numbers.length <= MEASURED && numbers.map(shapeOf).some(({ right, top }) =>
    (right - x) * whole.scale + clientWidth / 2 > offsetLeft
    && (top - y) * whole.scale + clientHeight / 2 < offsetTop + offsetHeight);
  return isCovered ? frameBelow(numbers, offsetTop + offsetHeight) : whole;
}

function fit(animation, numbers = [...seen.nodes]) {
  if (numbers.length) network.moveTo({ ...frame(numbers), animation });
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
}

let wasDrawn = false;
function showSelection() {
  network.unselectAll();
  if (!state.selected) return;
  const { kind, number } = state.selected;
  if (kind === "node") network.selectNodes([number]);
  else network.selectEdges([number]);
}
onChange((before) => {
  const drawn = isNew(before, "hidden", "ego", "path", "step", "rolled", ...FACETS);
  if (drawn || !wasDrawn) showPicture();
  wasDrawn = true;
  showSelection();
});

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
      fit(motion, [from, to]);
    }
  }
  $("details").scrollTop = 0;
  $("details").focus({ preventScroll: false });
}

function showNear(node, hops) {
  change({ ego: { node, hops }, selected: { kind: "node", number: node } });
  announce(filterWords().join(", "));
}

// The second click of a double click comes when the picture may have moved on.
let doubled = -Infinity;
network.on("click", (event) => {
  if (performance.now() - doubled < 400) return;
  if (event.nodes.length) select("node", event.nodes[0]);
  else if (event.edges.length) select("edge", event.edges[0]);
  else select(null);
});
network.on("doubleClick", (event) => {
  doubled = performance.now();
  if (event.nodes.length) showNear(event.nodes[0], 1);
  else if (!event.edges.length && state.ego) change({ ego: null });
});
network.on("hoverNode", () => { canvas.style.cursor = "pointer"; });
network.on("blurNode", () => { canvas.style.cursor = "default"; });
network.on("hoverEdge", () => { canvas.style.cursor = "pointer"; });
network.on("blurEdge", () => { canvas.style.cursor = "default"; });

$("zoom-in").addEventListener("click", () => zoom(1.3));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
$("fit").addEventListener("click", () => { isMoved = false; fit(motion); });
// Who has moved the picture keeps their place in it.
let isMoved = false;
network.on("dragEnd", () => { isMoved = true; });
network.on("zoom", () => { isMoved = true; });
// In the frame after: vis-network moves the view to its own idea of it once its listeners are done.
network.on("resize", () => { requestAnimationFrame(() => { if (!isMoved) fit(false); }); });

// Which names stand in the picture, and how large. Names keep a size that can be read however far
// away the network is; where they would cover each other, those with more ties come first, and the
// rest appear when there is room: closer, or when they are selected or pointed at.

const READABLE = 12; // pixels on the screen
const FULL = page.options.nodes.font.size;
const pen = document.createElement("canvas").getContext("2d");
const inGroup = new Map(); // how many nodes of each kind the network has, as it is drawn
onChange((before) => {
  if (inGroup.size && !isNew(before, "rolled")) return;
  inGroup.clear();
  for (const node of page.nodes.filter((one) => isDrawnNode(one))) {
    inGroup.set(node.group, (inGroup.get(node.group) || 0) + 1);
  }
});
let pointed = null;
let placed = []; // the boxes of the names that are shown

const nameSize = (scale) => Math.max(FULL, READABLE / scale);

function widths(label, size) {
  pen.font = size + "px " + page.options.nodes.font.face;
  return Math.max(...label.split("\n").map((line) => pen.measureText(line).width));
}

// A name in full or its beginning, below the node or above it: the first that has room is taken.
function variants(number, size) {
  const { x, y } = network.getPosition(number);
  const { acronym, label } = page.nodes[number];
  const radius = drawnNodes.get(number).size;
  const lines = label[state.lang].split("\n");
  const short = acronym ? [acronym] : [...lines.slice(0, 2)];
  if (!acronym && lines.length > 2) short[1] = short[1].replace(/…?$/, "…");
  return [lines, short].flatMap((some) => {
    const text = some.join("\n");
    const wide = widths(text, size) / 2 + 3;
    const high = some.length * size;
    const hanging = 0.15 * size; // the foot of a "g" in the last line
    // Where vis-network begins the first line below a node.
    const below = y + radius + size / 2 + 4;
    const above = y - radius - high - 4;
    const at = (top, vadjust) =>
      ({ text, vadjust, left: x - wide, right: x + wide, top, bottom: top + high + hanging });
    return [at(below, 0), at(above, above - below)];
  });
}

function shapeOf(number) {
  const { x, y } = network.getPosition(number);
  const radius = drawnNodes.get(number).size * 0.8;
  return { number, left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

const overlap = (one, two) => one.left < two.right && two.left < one.right
  && one.top < two.bottom && two.top < one.bottom;

// Boxes by square of a grid, so that thousands of names need not be compared with each other.
function makeGrid(side) {
  const squares = new Map();
  const keysOf = (box) => {
    const found = [];
    for (let x = Math.floor(box.left / side); x * side < box.right; x += 1) {
      for (let y = Math.floor(box.top / side); y * side < box.bottom; y += 1) found.push(x + "," + y);
    }
    return found;
  };
  return {
    add: (box) => keysOf(box).forEach((key) => {
      if (!squares.has(key)) squares.set(key, []);
      squares.get(key).push(box);
    }),
    meets: (box, except) => keysOf(box).some((key) => (squares.get(key) || [])
      .some((other) => other.number !== except && overlap(other, box))),
  };
}

function wanted() {
  const lit = litNow();
  const chosen = new Set(lit ? lit.nodes : []);
  const always = new Set(chosen);
  if (state.selected && state.selected.kind === "node") always.add(state.selected.number);
  if (state.selected && state.selected.kind === "edge") {
    const { from, to } = page.edges[state.selected.number];
    always.add(from).add(to);
  }
  if (pointed !== null) always.add(pointed);
  // Of a rare kind, such as the goals, each name says more.
  const rank = (number) => (always.has(number) ? 1e6 : 0)
    + touching[number].length * (1 + 10 / inGroup.get(page.nodes[number].group));
  return {
    always,
    order: [...seen.nodes].sort((one, two) => rank(two) - rank(one) || one - two),
  };
}

function visibleFrame() {
  const { clientWidth, clientHeight } = $("picture");
  const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
  const { x: right, y: bottom } = network.DOMtoCanvas({ x: clientWidth, y: clientHeight });
  return { left, right, top, bottom };
}

// Where the buttons lie on the picture.
function buttonsBox() {
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = $("zoom");
  const { x: left, y: top } = network.DOMtoCanvas({ x: offsetLeft, y: offsetTop });
  const { x: right, y: bottom } = network.DOMtoCanvas({
    x: offsetLeft + offsetWidth, y: offsetTop + offsetHeight,
  });
  return { left, right, top, bottom };
}

// Whether a name would be cut off though its node is in the picture.
function leaves(box, number, frame) {
  const { x, y } = network.getPosition(number);
  const isIn = x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
  return isIn && (box.left < frame.left || box.right > frame.right
    || box.top < frame.top || box.bottom > frame.bottom);
}

function showNamesInPicture() {
  const size = nameSize(network.getScale());
  const { always, order } = wanted();
  const grid = makeGrid(12 * size);
  const frame = visibleFrame();
  for (const number of seen.nodes) grid.add(shapeOf(number));
  grid.add(buttonsBox());
  const updates = [];
  placed = [];
  for (const number of order) {
    const tried = variants(number, size);
    let box = tried.find((one) => !grid.meets(one, number) && !leaves(one, number, frame));
    if (!box && always.has(number)) [box] = tried;
    if (box) {
      grid.add(box);
      placed.push({ ...box, size });
    }
    updates.push({
      id: number,
      label: box ? box.text : undefined,
      font: {
        size, vadjust: box ? box.vadjust : 0, color: paleNodes.has(number) ? "#8a959d" : "#16202a",
      },
    });
  }
  nodes.update(updates);
}

let waiting = false;
function nameSoon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    showNamesInPicture();
  });
}

onChange(nameSoon);
network.on("zoom", nameSoon);
network.on("animationFinished", nameSoon);
network.on("hoverNode", ({ node }) => { pointed = node; nameSoon(); });
network.on("blurNode", () => { pointed = null; nameSoon(); });

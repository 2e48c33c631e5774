// What is drawn: the scene of the picture as the reader's choices leave it, and what they point at.

const CHANGES = { came: "came", went: "went", grew: "grew", shrank: "shrank", same: "pale-line" };
const GROUPS = 8; // roles of colours of communities
const groupColour = (number) => colour("group-" + ((number % GROUPS) + 1));

const hasReverse = new Set(page.edges.map(({ from, to }) => from + " " + to));
let pointed = null; // { kind, number } under the pointer

// A tie and its reverse bend to different sides.
function lineOf({ from, to }) {
  const { x, y } = pointOf(from);
  const { x: toX, y: toY } = pointOf(to);
  if (!page.directed || !hasReverse.has(to + " " + from) || from === to) return [x, y, toX, toY];
  const long = Math.hypot(toX - x, toY - y) || 1;
  const bend = Math.min(40, 0.18 * long);
  return [
    x,
    y,
    toX,
    toY,
    (x + toX) / 2 - ((toY - y) / long) * bend,
    (y + toY) / 2 + ((toX - x) / long) * bend,
  ];
}

const lineWidth = (weight) =>
  Math.min(7, 0.5 + 0.8 * Math.sqrt(weight)) * Math.min(1.6, Math.max(0.55, unit));

// What stands out: the step of a story or a path while the rest is pale, or else what is selected or
// pointed at, with what it is tied to.
function standsOut() {
  const lit = litNow();
  if (lit) return { nodes: new Set(lit.nodes), edges: new Set(lit.edges), isHard: true };
  const chosen = pointed || state.selected;
  if (!chosen || !isSeen(chosen)) return null;
  const { kind, number } = chosen;
  const edges =
    kind === "edge" ? [number] : touching[number].filter((edge) => seen.edges.has(edge));
  const nodes = edges.flatMap((edge) => [page.edges[edge].from, page.edges[edge].to]);
  return {
    nodes: new Set(kind === "node" ? [...nodes, number] : nodes),
    edges: new Set(edges),
    isHard: false,
  };
}

// Lines that look the same are drawn in one go.
function tieItems(out) {
  const items = new Map();
  const heads = new Map();
  const add = (level, look, line, number) => {
    const key = level + JSON.stringify(look);
    if (!items.has(key)) items.set(key, { type: "lines", lines: [], numbers: [], level, ...look });
    items.get(key).lines.push(line);
    items.get(key).numbers.push(number);
    if (page.directed) {
      if (!heads.has(look.stroke)) heads.set(look.stroke, []);
      heads.get(look.stroke).push(arrow(line, radiusOf(page.edges[number].to), look.width));
    }
  };
  for (const number of seen.ghosts ? seen.ghosts.edges : []) {
    add(0, { stroke: colour("ghost-line"), width: 1 }, lineOf(page.edges[number]), number);
  }
  for (const [number, kept] of seen.edges) {
    const inferred = kept.basis !== "Stated";
    const isOut = out !== null && out.edges.has(number);
    const isPale = out !== null && !isOut;
    const width = lineWidth(kept.weight) * (isOut ? 1.35 : 1);
    const basic = CHANGES[kept.change] || (inferred ? "inferred-line" : "stated-line");
    add(
      isOut ? 2 : 1,
      {
        stroke: colour(isPale ? "pale-line" : isOut && !kept.change ? "ink" : basic),
        width: isPale ? Math.min(width, 2) : kept.change === "same" ? 1 : width,
        dash: inferred ? [7, 5] : null,
      },
      lineOf(page.edges[number]),
      number,
    );
  }
  const triangles = [...heads].flatMap(([fill, points]) =>
    points.map((one) => ({ type: "area", points: one, fill, isHead: true })),
  );
  const [outer, ...rest] = [2, 1, 0].map((level) =>
    [...items.values()].filter((item) => item.level === level),
  );
  return { back: rest.reverse().flat(), front: [...outer, ...triangles] };
}

// The head of an arrow, where a line reaches the rim of its node.
function arrow([x, y, toX, toY, midX, midY], radius, width) {
  const [fromX, fromY] = midX === undefined ? [x, y] : [midX, midY];
  const long = Math.hypot(toX - fromX, toY - fromY) || 1;
  const [across, down] = [(toX - fromX) / long, (toY - fromY) / long];
  const size = 5 + 1.6 * width;
  const tip = [toX - across * (radius + 1.5), toY - down * (radius + 1.5)];
  const back = [tip[0] - across * size, tip[1] - down * size];
  return [
    tip,
    [back[0] - down * size * 0.42, back[1] + across * size * 0.42],
    [back[0] + down * size * 0.42, back[1] - across * size * 0.42],
  ];
}

function nodeItems(out) {
  const paper = { type: "shapes", fill: colour("paper"), stroke: colour("paper"), width: 1 };
  const items = new Map();
  const add = (number, alpha) => {
    const drawn = page.drawn.nodes[number];
    const { x, y } = pointOf(number);
    const radius = radiusOf(number);
    if (x < -radius || y < -radius || x > screen.wide + radius || y > screen.high + radius) return;
    const key = page.nodes[number].group + alpha;
    if (!items.has(key)) {
      // No tie shows through what is pale.
      if (alpha < 1) items.set(key + "paper", { ...paper, shape: drawn.shape, places: [] });
      items.set(key, {
        type: "shapes",
        shape: drawn.shape,
        places: [],
        numbers: [],
        alpha: alpha === 1 ? undefined : alpha,
        fill: drawn.color.background,
        stroke: drawn.color.border,
        width: drawn.borderWidth * Math.min(1, Math.max(0.5, unit)),
      });
    }
    items.get(key).places.push([x, y, radius]);
    items.get(key).numbers.push(number);
    if (alpha < 1) items.get(key + "paper").places.push([x, y, radius]);
  };
  for (const number of seen.ghosts ? seen.ghosts.nodes : [])
    if (!seen.nodes.has(number)) add(number, 0.12);
  for (const number of seen.nodes) if (out && !out.nodes.has(number)) add(number, 0.3);
  const back = [...items.values()];
  items.clear();
  for (const number of seen.nodes) if (!out || out.nodes.has(number)) add(number, 1);
  const rims = [];
  const rim = (number, width) => {
    const { x, y } = pointOf(number);
    rims.push({
      type: "shapes",
      shape: page.drawn.nodes[number].shape,
      fill: null,
      stroke: colour("chosen"),
      width,
      places: [[x, y, radiusOf(number) + width / 2]],
    });
  };
  if (out && out.isHard)
    for (const number of out.nodes) if (seen.nodes.has(number)) rim(number, 2.5);
  for (const chosen of [pointed, state.selected]) {
    if (chosen && chosen.kind === "node" && seen.nodes.has(chosen.number)) rim(chosen.number, 3.5);
  }
  return { back, front: [...items.values(), ...rims] };
}

// --- communities: an area around those that belong together

// The points of the least convex area, by Andrew's monotone chain.
function hull(points) {
  const order = [...points].sort((one, two) => one[0] - two[0] || one[1] - two[1]);
  const turn = ([x, y], [x2, y2], [x3, y3]) => (x2 - x) * (y3 - y) - (y2 - y) * (x3 - x);
  const half = (some) => {
    const kept = [];
    for (const point of some) {
      while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...half(order), ...half(order.reverse())];
}

const isGrouped = () => page.communities.groups.length > 0 && state.grouped && !state.rolled;

function groupItems() {
  if (!isGrouped()) return [];
  return page.communities.groups.flatMap(({ nodes }, number) => {
    const drawn = nodes.filter((node) => seen.nodes.has(node));
    if (drawn.length < 2) return [];
    const round = drawn.flatMap((node) => {
      const { x, y } = pointOf(node);
      const wide = radiusOf(node) + 12;
      return [...Array(12).keys()].map((part) => [
        x + wide * Math.cos((part * Math.PI) / 6),
        y + wide * Math.sin((part * Math.PI) / 6),
      ]);
    });
    const fill = groupColour(number);
    return [{ type: "area", points: hull(round), fill, stroke: fill, width: 2, alpha: 0.45 }];
  });
}

// --- the scene

function makeScene() {
  unit = nodeUnit();
  const out = standsOut();
  const ties = tieItems(out);
  const drawn = nodeItems(out);
  return [
    ...groupItems(),
    ...ties.back,
    ...drawn.back,
    ...ties.front,
    ...drawn.front,
    ...nameItems(out),
    ...noteItems(),
  ];
}

// The same for a slide: lines that lead to the middle of nodes lie behind all of them.
function sceneParts() {
  unit = nodeUnit();
  const out = standsOut();
  const ties = tieItems(out);
  const drawn = nodeItems(out);
  return {
    back: [...groupItems(), ...ties.back, ...ties.front],
    nodes: [...drawn.back, ...drawn.front],
    names: nameItems(out),
  };
}

let waiting = false;
let isReady = false;
let last = null; // the view that was drawn last, and a copy of it once it is moved
function draw() {
  waiting = false;
  const context = canvas.getContext("2d");
  const sharp = canvas.width / Math.max(1, screen.wide);
  const copy = isMoving && standsStill() ? copyOf(last) : null;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  // A program for PDF may show as black what is clear.
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (copy) moveCopy(context, sharp, copy);
  else {
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    paint(context, makeScene());
    last = { view: { ...view }, pointed, wide: canvas.width, high: canvas.height };
  }
}

// Many things take long to draw: while only the view moves, what was drawn is moved, and it is drawn
// anew at rest.
const MANY = 3000;
function standsStill() {
  if (last === null || (held && (held.note || held.node !== null))) return false;
  if (seen.nodes.size + seen.edges.size < MANY) return false;
  return last.pointed === pointed && last.wide === canvas.width && last.high === canvas.height;
}

function copyOf(drawn) {
  if (drawn.copy) return drawn.copy;
  drawn.copy = make("canvas", { width: drawn.wide, height: drawn.high });
  drawn.copy.getContext("2d").drawImage(canvas, 0, 0);
  return drawn.copy;
}

function moveCopy(context, sharp, copy) {
  const across = (view.scale * view.stretch) / (last.view.scale * last.view.stretch);
  const down = view.scale / view.stretch / (last.view.scale / last.view.stretch);
  const { x, y } = toScreen(last.view);
  const [left, top] = [x - (screen.wide / 2) * across, y - (screen.high / 2) * down];
  // Whole pixels, so that letters stay sharp.
  context.setTransform(across, 0, 0, down, Math.round(left * sharp), Math.round(top * sharp));
  context.drawImage(copy, 0, 0);
}
function drawSoon() {
  if (waiting || !isReady) return;
  waiting = true;
  requestAnimationFrame(draw);
}
onChange(() => {
  last = null;
  drawSoon();
});

// --- what is where

function nodeAt({ x, y }) {
  let best = null;
  for (const number of seen.nodes) {
    const point = pointOf(number);
    const far = Math.hypot(point.x - x, point.y - y) - radiusOf(number);
    if (far < 4 && (best === null || far < best.far)) best = { number, far };
  }
  return best && best.number;
}

// How far a point is from a line that may bend, which is then looked at as a few straight ones.
function distance({ x, y }, [fromX, fromY, toX, toY, midX, midY]) {
  if (midX !== undefined) {
    const bent = [0, 0.25, 0.5, 0.75, 1].map((part) => [
      (1 - part) ** 2 * fromX + 2 * part * (1 - part) * midX + part ** 2 * toX,
      (1 - part) ** 2 * fromY + 2 * part * (1 - part) * midY + part ** 2 * toY,
    ]);
    return Math.min(
      ...bent.slice(1).map((point, number) => distance({ x, y }, [...bent[number], ...point])),
    );
  }
  const [across, down] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * across + (y - fromY) * down) / (across * across + down * down || 1);
  const part = Math.max(0, Math.min(1, along));
  return Math.hypot(fromX + part * across - x, fromY + part * down - y);
}

function edgeAt(at) {
  let best = null;
  for (const number of seen.edges.keys()) {
    const far = distance(at, lineOf(page.edges[number]));
    if (far < 6 && (best === null || far < best.far)) best = { number, far };
  }
  return best && best.number;
}

function thingAt(at) {
  const node = nodeAt(at);
  if (node !== null) return { kind: "node", number: node };
  const name = placed.find((box) => holds(box, at));
  if (name) return { kind: "node", number: name.number };
  const edge = edgeAt(at);
  return edge === null ? null : { kind: "edge", number: edge };
}

function point(at) {
  const found = at && seen ? thingAt(at) : null;
  canvas.style.cursor = found ? "pointer" : "default";
  if (found ? !same(found, pointed) : pointed) {
    pointed = found;
    drawSoon();
  }
  showHint(found, at);
}

// --- selecting

// The second click of a double click comes when the picture may have moved on.
let doubled = -Infinity;
function click(at) {
  showHint(null);
  if (performance.now() - doubled < 400 || takesNote(at)) return;
  const found = thingAt(at);
  if (found) select(found.kind, found.number);
  else select(null);
}

function doubleClick(at) {
  doubled = performance.now();
  const node = nodeAt(at);
  if (node !== null) openNode(node);
  else if (edgeAt(at) === null && state.ego) change({ ego: null, open: START.open });
}

// Selects a thing; `move` says that it was chosen elsewhere than in the picture.
function select(kind, number, move) {
  change({ selected: kind === null ? null : { kind, number } });
  if (kind === null || !state.selected) return;
  announce(kind === "node" ? nodeName(number) : edgeName(page.edges[number]));
  const ends = kind === "node" ? [number] : [page.edges[number].from, page.edges[number].to];
  const isHidden = !ends.every(inView);
  if (isHidden && ends.length === 1) lookAt(number);
  else if (isHidden && move) moveTo(frame(ends, view.stretch), motion);
  $("details").scrollTop = 0;
  if (move) $("details").focus({ preventScroll: false });
}

function showNear(node, hops) {
  change({ ego: { node, hops }, open: START.open, selected: { kind: "node", number: node } });
  announce(filterWords().join(", "));
}

// Around a neighbourhood each node that is opened adds what it is tied to.
function openNode(node) {
  if (!state.ego || standsFor(state.ego.node) === node) showNear(node, 1);
  else {
    change({ open: new Set([...state.open, node]), selected: { kind: "node", number: node } });
    announce(filterWords().join(", "));
  }
}

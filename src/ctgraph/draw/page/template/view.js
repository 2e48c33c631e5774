// Where the picture looks: places of the network and points of the screen, and how the reader moves
// from one to the other. Nodes stand where the file says, or where the reader put them.

const stage = $("picture");
const canvas = make("canvas", { tabindex: -1 });
stage.append(canvas);

const places = page.drawn.nodes.map(({ x, y }) => ({ x, y }));
// The middle of the screen, how large things are, and how much wider than high they are drawn.
const view = { x: 0, y: 0, scale: 1, stretch: 1 };
const screen = { wide: 0, high: 0 };
let whole = 1; // the scale at which everything fits
let isMoved = false; // who has moved the picture keeps their place in it

const RIM = 10; // pixels of the screen
const MOST_STRETCH = 1.45;
const LARGEST = 1.9; // a small network is not blown up
const CLOSEST = 12; // times the whole

const toScreen = ({ x, y }) => ({
  x: (x - view.x) * view.scale * view.stretch + screen.wide / 2,
  y: ((y - view.y) * view.scale) / view.stretch + screen.high / 2,
});
const toNetwork = ({ x, y }) => ({
  x: (x - screen.wide / 2) / (view.scale * view.stretch) + view.x,
  y: ((y - screen.high / 2) * view.stretch) / view.scale + view.y,
});
const pointOf = (number) => toScreen(places[number]);

// Things are as large as the screen and the number of nodes allow.
const screenUnit = () => Math.max(0.75, Math.min(screen.wide / 1280, screen.high / 620));
function nodeUnit() {
  const room = Math.sqrt((screen.wide * screen.high) / Math.max(1, seen.nodes.size)) / 78;
  const closer = Math.min(2.2, Math.max(0.6, Math.sqrt(view.scale / whole)));
  return Math.min(Math.max(0.25, Math.min(room, 1.15 * screenUnit())) * closer, 4 * screenUnit());
}
let unit = 1; // made anew before each drawing
const radiusOf = (number) => page.drawn.nodes[number].size * unit;

// Nothing is drawn under the captions of a stage.
const captioned = () => ($("stage-caption").hidden ? 0 : $("stage-caption").offsetHeight + 12);

// The panel of details lies on the right of the picture, unless it stands below it.
function covered() {
  const panel = $("details");
  if (panel.hidden || getComputedStyle(panel).position !== "absolute") return 0;
  return panel.offsetWidth;
}

// The largest scale at which nodes, and places of notes, fit beside the panel and below a strip, and
// the middle of it.
function frameBelow(numbers, noted, strip, stretched) {
  const points = [...numbers.map((number) => places[number]), ...noted];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const panel = covered();
  // A name beside a node at the rim needs room too; it may stand below or above it.
  const letters = nameSize();
  const most = Math.max(...numbers.slice(0, 400).map(radiusOf), 4);
  const aside = RIM + most + Math.min(2.2 * letters, screen.wide / 20);
  const above = RIM + most + 1.3 * letters;
  const room = {
    wide: Math.max(60, screen.wide - panel - 2 * aside),
    high: Math.max(60, screen.high - strip - captioned() - 2 * above),
  };
  const across = room.wide / Math.max(1, right - left);
  const down = room.high / Math.max(1, bottom - top);
  const stretch =
    stretched ?? Math.min(MOST_STRETCH, Math.max(1 / MOST_STRETCH, Math.sqrt(across / down)));
  const scale = Math.min(across / stretch, down * stretch, LARGEST * screenUnit());
  return {
    scale,
    stretch,
    x: (left + right) / 2 + panel / 2 / (scale * stretch),
    y: (top + bottom) / 2 - (((strip - captioned()) / 2) * stretch) / scale,
  };
}

// No node lies under the buttons; if one would, all stand below them.
function frame(numbers, stretched, noted = []) {
  const found = frameBelow(numbers, noted, 0, stretched);
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = $("zoom");
  const isCovered =
    numbers.length <= 400 &&
    numbers.some((number) => {
      const { x, y } = places[number];
      const radius = radiusOf(number);
      return (
        (x - found.x) * found.scale * found.stretch + screen.wide / 2 - radius <
          offsetLeft + offsetWidth &&
        ((y - found.y) * found.scale) / found.stretch + screen.high / 2 - radius <
          offsetTop + offsetHeight
      );
    });
  return isCovered ? frameBelow(numbers, noted, offsetTop + offsetHeight, stretched) : found;
}

// --- moving the view, at once or in little time

let isMoving = false;
let resting = null;
function drawMoving() {
  isMoving = true;
  clearTimeout(resting);
  resting = setTimeout(rest, 150);
  drawSoon();
}
function rest() {
  clearTimeout(resting);
  isMoving = false;
  drawSoon();
}

let moving = null;
function moveTo(wanted, animation) {
  cancelAnimationFrame(moving);
  const start = { ...view };
  const began = performance.now();
  const step = (now) => {
    const part = animation ? Math.min(1, Math.max(0, now - began) / animation.duration) : 1;
    const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) ** 2;
    for (const key of Object.keys(wanted))
      view[key] = start[key] + (wanted[key] - start[key]) * eased;
    if (part < 1) {
      moving = requestAnimationFrame(step);
      drawMoving();
    } else rest();
  };
  step(began);
}

const shownNodes = () => [...seen.nodes, ...(seen.ghosts ? seen.ghosts.nodes : [])];

function fit(animation, some) {
  const numbers = some || shownNodes();
  isMoved = false;
  unit = nodeUnit();
  if (!numbers.length) return;
  const wanted = frame(numbers, undefined, some ? [] : notes);
  whole = wanted.scale;
  unit = nodeUnit();
  moveTo(wanted, animation);
}

function zoom(
  factor,
  at = { x: (screen.wide - covered()) / 2, y: screen.high / 2 },
  animation = motion,
) {
  isMoved = true;
  const scale = Math.min(whole * CLOSEST, Math.max(whole / 4, view.scale * factor));
  const before = toNetwork(at);
  const share = view.scale / scale;
  moveTo(
    {
      scale,
      x: before.x + (view.x - before.x) * share,
      y: before.y + (view.y - before.y) * share,
    },
    animation,
  );
}

function pan(right, down) {
  isMoved = true;
  const from = toNetwork({ x: 0, y: 0 });
  const to = toNetwork({ x: 80 * right, y: 80 * down });
  moveTo({ x: view.x + to.x - from.x, y: view.y + to.y - from.y }, motion);
}

function inView(number) {
  const { x, y } = pointOf(number);
  return x > 0 && y > 0 && x < screen.wide - covered() && y < screen.high;
}

// Brings a node into the part of the picture that is free.
function lookAt(number, scale = view.scale) {
  isMoved = true;
  const { x, y } = places[number];
  moveTo({ x: x + covered() / 2 / (scale * view.stretch), y, scale }, motion);
}

// --- the size of the picture

// On paper the picture is that of the screen, as wide as the paper.
const paper = window.matchMedia("print");
function resize() {
  const { clientWidth, clientHeight } = stage;
  if (paper.matches || (clientWidth === screen.wide && clientHeight === screen.high)) return;
  [screen.wide, screen.high] = [clientWidth, clientHeight];
  const sharp = window.devicePixelRatio || 1;
  canvas.width = Math.round(clientWidth * sharp);
  canvas.height = Math.round(clientHeight * sharp);
  if (seen === null) return;
  if (!isMoved) fit(false);
  if (isReady) draw(); // at once: a canvas of another size is empty
}
new ResizeObserver(resize).observe(stage);

// --- pointer, wheel and fingers

const fingers = new Map();
let held = null; // what is dragged: { node } or the view

const offsetOf = (event) => {
  const { left, top } = canvas.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

canvas.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  const at = offsetOf(event);
  fingers.set(event.pointerId, at);
  canvas.setPointerCapture(event.pointerId);
  if (fingers.size > 1) held = null;
  else held = { start: at, last: at, note: noteAt(at), node: nodeAt(at), isDragged: false };
});

canvas.addEventListener("pointermove", (event) => {
  const at = offsetOf(event);
  if (!fingers.size) point(at);
  if (!fingers.has(event.pointerId)) return;
  const before = fingers.get(event.pointerId);
  fingers.set(event.pointerId, at);
  if (fingers.size === 2) {
    const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    zoom(apart(at) / apart(before), { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }, false);
    drawMoving();
    return;
  }
  if (!held) return;
  if (!held.isDragged && Math.hypot(at.x - held.start.x, at.y - held.start.y) < 4) return;
  held.isDragged = true;
  if (held.note) Object.assign(held.note, rounded(toNetwork(at)));
  else if (held.node !== null) putNode(held.node, toNetwork(at));
  if (!held.note && held.node === null) {
    isMoved = true;
    const from = toNetwork(held.last);
    const to = toNetwork(at);
    Object.assign(view, { x: view.x + from.x - to.x, y: view.y + from.y - to.y });
  }
  drawMoving();
  held.last = at;
});

function release(event) {
  fingers.delete(event.pointerId);
  if (held && held.isDragged && (held.note || held.node !== null)) keepPlaces();
  if (held && !held.isDragged && event.type === "pointerup") click(held.start);
  if (held && held.isDragged) rest();
  held = null;
}
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("pointerleave", () => {
  if (!fingers.size) point(null);
});
canvas.addEventListener("dblclick", (event) => doubleClick(offsetOf(event)));
canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    zoom(1.0015 ** -event.deltaY, offsetOf(event), false);
    drawMoving();
  },
  { passive: false },
);

$("zoom-in").addEventListener("click", () => zoom(1.3));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
$("fit").addEventListener("click", () => fit(motion));

// Which names stand in the picture. At rest a name is crossed by no tie and covers no node and no
// other name; those with more ties come first, and the rest appear when there is room: closer, or
// when they are selected, pointed at or told of.

const READABLE = 16; // pixels on a screen of 1280 and more
const MOST_NAMES = 400; // tried at once
const nameSize = () => (screen.wide < 700 ? 13 : READABLE * Math.max(1, 0.85 * screenUnit()));

const inGroup = new Map(); // how many nodes of each kind the network has, as it is drawn
onChange((before) => {
  if (inGroup.size && !isNew(before, "rolled")) return;
  inGroup.clear();
  for (const node of page.nodes.filter((one) => isDrawnNode(one))) {
    inGroup.set(node.group, (inGroup.get(node.group) || 0) + 1);
  }
});
let placed = []; // the boxes of the names that are shown

const overlap = (one, two) =>
  one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom;

const holds = ({ left, right, top, bottom }, { x, y }) =>
  x > left && x < right && y > top && y < bottom;

// Whether a straight line enters a box: it does unless all of the box lies beyond one of its ends, or
// on one side of it (the theorem of separating axes).
function crosses([x, y, toX, toY], { left, right, top, bottom }) {
  if ((x <= left && toX <= left) || (x >= right && toX >= right)) return false;
  if ((y <= top && toY <= top) || (y >= bottom && toY >= bottom)) return false;
  const [across, down] = [toX - x, toY - y];
  if (across === 0 && down === 0) return true;
  const isLeft = (cornerX, cornerY) => across * (cornerY - y) > down * (cornerX - x);
  const first = isLeft(left, top);
  return (
    isLeft(right, top) !== first ||
    isLeft(left, bottom) !== first ||
    isLeft(right, bottom) !== first
  );
}

// Things by square of a grid, so that thousands of names need not be compared with each other.
function makeGrid(side) {
  const squares = new Map();
  const at = (x, y) => {
    const key = x * 65536 + y;
    if (!squares.has(key)) squares.set(key, []);
    return squares.get(key);
  };
  const each = ({ left, right, top, bottom }, does) => {
    const last = [Math.floor(right / side), Math.floor(bottom / side)];
    for (let x = Math.floor(left / side); x <= last[0]; x += 1) {
      for (let y = Math.floor(top / side); y <= last[1]; y += 1) if (does(at(x, y))) return true;
    }
    return false;
  };
  return {
    addBox: (box) => {
      each(box, (square) => {
        square.push(box);
      });
    },
    // A long line is cut, so that it is not looked for far from where it runs.
    addLine: (line) => {
      const [x, y, toX, toY] = line;
      const parts = Math.ceil(Math.max(Math.abs(toX - x), Math.abs(toY - y), 1) / (2 * side));
      for (let part = 0; part < parts; part += 1) {
        const piece = [
          x + ((toX - x) * part) / parts,
          y + ((toY - y) * part) / parts,
          x + ((toX - x) * (part + 1)) / parts,
          y + ((toY - y) * (part + 1)) / parts,
        ];
        each(
          {
            left: Math.min(piece[0], piece[2]),
            right: Math.max(piece[0], piece[2]),
            top: Math.min(piece[1], piece[3]),
            bottom: Math.max(piece[1], piece[3]),
          },
          (square) => {
            square.push({ line: piece });
          },
        );
      }
    },
    isClear: (box, except) =>
      !each(box, (square) =>
        square.some(
          (other) => !other.line && other.number !== except && !other.gone && overlap(other, box),
        ),
      ),
    isFree: (box, except) =>
      !each(box, (square) =>
        square.some((other) =>
          other.line
            ? crosses(other.line, box)
            : other.number !== except && !other.gone && overlap(other, box),
        ),
      ),
  };
}

// A name in few lines and, if it is longer, in full. A name that is as short as an acronym says more.
const SHORT = 4.2; // times the size
function spellings(number) {
  const { acronym, label, name } = page.nodes[number];
  const full = label[state.lang].split("\n");
  if (acronym && textWidth(inLanguage(name), 1) <= SHORT) return [[inLanguage(name)]];
  const few = acronym ? [acronym] : full.slice(0, 2);
  if (!acronym && full.length > 2) few[1] = few[1].replace(/…?$/, "…");
  return full.length === few.length ? [few] : [few, full];
}

const GAP = 3;
const INSIDE = {
  dot: (wide, high, radius) => wide * wide + high * high <= (1.9 * radius) ** 2,
  square: (wide, high, radius) => Math.max(wide, high) <= 1.72 * radius,
  hexagon: (wide, high, radius) => wide <= 1.5 * radius && high <= 1.6 * radius,
  diamond: (wide, high, radius) => wide + high <= 2.2 * radius,
  star: (wide, high, radius) => wide <= 0.9 * radius && high <= 0.9 * radius,
};
const isDark = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue < 110;
};

function boxOf(number, lines, size, place) {
  const wide = Math.max(...lines.map((line) => textWidth(line, size)));
  const high = lines.length * LEADING * size;
  const { left, top } = place(wide, high);
  return { number, lines, size, left, right: left + wide, top, bottom: top + high };
}

// A name within its node is crossed by nothing; there it may be as small as can be read.
function within(number, lines) {
  const { x, y } = pointOf(number);
  const { shape, color } = page.drawn.nodes[number];
  if (!INSIDE[shape]) return [];
  const smallest = Math.min(nameSize(), Math.max(READABLE, 0.7 * nameSize()));
  return [nameSize(), smallest]
    .map((size) =>
      boxOf(number, lines, size, (wide, high) => ({ left: x - wide / 2, top: y - high / 2 })),
    )
    .filter(({ left, right, size }) =>
      INSIDE[shape](right - left, lines.length * size, radiusOf(number)),
    )
    .slice(0, 1)
    .map((box) => ({ ...box, isInside: true, isLight: isDark(color.background) }));
}

// Where a name may stand: within a large node, or around it.
function spots(number, lines) {
  const { x, y } = pointOf(number);
  const radius = radiusOf(number);
  const [near, slant] = [radius + GAP, 0.6 * radius + GAP];
  const around = [
    (wide, high) => ({ left: x + near, top: y - high / 2 }),
    (wide) => ({ left: x - wide / 2, top: y + near }),
    (wide, high) => ({ left: x - near - wide, top: y - high / 2 }),
    (wide, high) => ({ left: x - wide / 2, top: y - near - high }),
    () => ({ left: x + slant, top: y + slant }),
    (wide, high) => ({ left: x + slant, top: y - slant - high }),
    (wide) => ({ left: x - slant - wide, top: y + slant }),
    (wide, high) => ({ left: x - slant - wide, top: y - slant - high }),
  ];
  return [
    ...within(number, lines),
    ...around.map((place) => boxOf(number, lines, nameSize(), place)),
  ];
}

// Where the name of a node in a crowd may stand, with a line that leads to it.
const LED = 40; // nodes with most ties, whose names may be led to
const RINGS = [0.9, 1.7, 2.6, 3.6, 4.8, 6, 7.5, 9, 11];
const TURNS = [...Array(24).keys()].map((part) => [
  Math.cos((part * Math.PI) / 12),
  Math.sin((part * Math.PI) / 12),
]);
function ledSpot(number, lines, isFree) {
  const { x, y } = pointOf(number);
  const radius = radiusOf(number);
  const size = nameSize();
  const { right: wide, bottom: high } = boxOf(number, lines, size, () => ({ left: 0, top: 0 }));
  for (const ring of RINGS) {
    const far = radius + ring * size;
    for (const [across, down] of TURNS) {
      const left = x + across * (far + wide / 2) - wide / 2;
      const top = y + down * (far + high / 2) - high / 2;
      const box = { number, lines, size, left, right: left + wide, top, bottom: top + high };
      const rim = [x + across * radius, y + down * radius];
      box.leader = [
        ...rim,
        Math.max(left, Math.min(box.right, rim[0])),
        Math.max(top, Math.min(box.bottom, rim[1])),
      ];
      if (isFree(box)) return box;
    }
  }
  return null;
}

// A line that leads to a name runs over no node and no other name.
function isLeaderFree({ number, leader: [x, y, toX, toY] }, grid) {
  return [0.5, 0.7, 0.9].every((part) => {
    const [left, top] = [x + (toX - x) * part - 1, y + (toY - y) * part - 1];
    return grid.isClear({ left, top, right: left + 2, bottom: top + 2 }, number);
  });
}

function byRank(out) {
  const told = out && out.isHard ? out.nodes : new Set();
  // Of a rare kind, such as the goals, each name says more.
  const rank = (number) =>
    (told.has(number) ? 1e6 : 0) +
    touching[number].length * (1 + 10 / inGroup.get(page.nodes[number].group));
  const ranks = new Map([...seen.nodes].map((number) => [number, rank(number)]));
  return [...seen.nodes]
    .filter((number) => {
      const { x, y } = pointOf(number);
      return x > 0 && y > 0 && x < screen.wide && y < screen.high;
    })
    .sort((one, two) => ranks.get(two) - ranks.get(one) || one - two)
    .slice(0, MOST_NAMES);
}

const shapeBox = (number) => {
  const { x, y } = pointOf(number);
  const radius = radiusOf(number);
  return { number, left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
};

function placeNames(out) {
  const size = nameSize();
  const grid = makeGrid(3 * size);
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = $("zoom");
  grid.addBox({
    left: offsetLeft,
    right: offsetLeft + offsetWidth,
    top: offsetTop,
    bottom: offsetTop + offsetHeight,
  });
  if (isOnStage()) {
    const bar = $("story");
    grid.addBox({
      left: bar.offsetLeft,
      right: screen.wide,
      top: 0,
      bottom: bar.offsetTop + bar.offsetHeight,
    });
  }
  const shown = { left: 0, right: screen.wide, top: 0, bottom: screen.high };
  const near = { left: -size, right: screen.wide + size, top: -size, bottom: screen.high + size };
  for (const number of seen.edges.keys()) {
    const { from, to } = page.edges[number];
    const line = lineOf(page.edges[number]).slice(0, 4);
    if (from !== to && crosses(line, near)) grid.addLine(line);
  }
  for (const number of seen.nodes) {
    const box = shapeBox(number);
    if (overlap(box, shown)) grid.addBox(box);
  }
  const end = screen.wide - covered();
  const foot = screen.high - captioned();
  const isIn = ({ left, right, top, bottom }) =>
    left > 2 && right < end - 2 && top > 2 && bottom < foot - 2;
  const free = (number, lines) =>
    spots(number, lines).find((box) => isIn(box) && (box.isInside || grid.isFree(box, number)));
  const order = byRank(out);
  const found = new Map();
  const put = (number, box) => {
    if (!box) return;
    if (found.has(number)) found.get(number).gone = true;
    found.set(number, box);
    grid.addBox(box);
  };
  order.forEach((number, rank) => {
    const [few] = spellings(number);
    put(
      number,
      free(number, few) ||
        (rank < LED && (!out || !out.isHard || out.nodes.has(number))
          ? ledSpot(
              number,
              few,
              (box) => isIn(box) && grid.isFree(box, null) && isLeaderFree(box, grid),
            )
          : null),
    );
  });
  for (const number of order) {
    const [, full] = spellings(number);
    if (!full || !found.has(number)) continue;
    found.get(number).gone = true;
    const box = free(number, full);
    if (box) put(number, box);
    else found.get(number).gone = false;
  }
  // What is told of has its name, though a tie may run under it.
  const told = out ? [...out.nodes].filter((number) => seen.nodes.has(number)) : [];
  for (const number of out && out.isHard ? told : told.slice(0, 60)) {
    if (found.has(number)) continue;
    const tried = spots(number, spellings(number)[0]).filter((box) => !box.isInside);
    const clear = (box) => ![...found.values()].some((other) => overlap(other, box));
    const box = tried.find((one) => isIn(one) && clear(one)) || (out.isHard ? tried[1] : null);
    if (box) put(number, { ...box, isOver: true });
  }
  amountsPlaced = out !== null && out.isHard ? [] : placeAmounts(grid, isIn);
  return [...found.values()];
}

const middleOf = ({ from, to }) => {
  const [one, other] = [pointOf(from), pointOf(to)];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
};

// What was paid stands on the tie, where there is room.
const MOST_AMOUNTS = 60;
const NO_NODE = -1;
let amountsPlaced = [];
function placeAmounts(grid, isIn) {
  const paid = [...seen.edges].filter(
    ([number, kept]) => page.edges[number].amounts.length && kept.isWhole,
  );
  if (paid.length > MOST_AMOUNTS) return [];
  const size = 0.8 * nameSize();
  return paid
    .map(([number]) => {
      const { amounts: all, shared } = page.edges[number];
      const some = listed([
        ...all.slice(0, 2).map(({ few }) => few[state.lang]),
        ...(all.length > 2 ? ["…"] : []),
      ]);
      const text = shared ? word("part_of").replace("{amount}", some) : some;
      const [x, y, toX, toY, midX, midY] = lineOf(page.edges[number]);
      for (const part of [0.5, 0.42, 0.58, 0.34, 0.66]) {
        const along = (from, middle, to) =>
          middle === undefined
            ? from + (to - from) * part
            : (1 - part) ** 2 * from + 2 * part * (1 - part) * middle + part ** 2 * to;
        const box = boxOf(number, [text], size, (wide, high) => ({
          left: along(x, midX, toX) - wide / 2,
          top: along(y, midY, toY) - high / 2,
        }));
        if (isIn(box) && grid.isClear(box, NO_NODE)) {
          grid.addBox({ ...box, number: null });
          return { ...box, anchor: () => middleOf(page.edges[number]) };
        }
      }
      return null;
    })
    .filter((box) => box !== null);
}

function amountItems() {
  return amountsPlaced.flatMap((box) => {
    const { lines, size, left, right, top } = box;
    return [
      { type: "area", points: cornersOf(box), fill: colour("paper"), alpha: 0.85 },
      { type: "text", lines, size, x: (left + right) / 2, y: top, fill: colour("ink"), weight: 600 },
    ];
  });
}

const isPaleName = ({ number }, out) => out !== null && !out.nodes.has(number);

function nameItem(box, out) {
  const { lines, size, left, right, top, isInside, isLight, isOver } = box;
  const isPale = isPaleName(box, out);
  return {
    type: "text",
    lines,
    size,
    x: (left + right) / 2,
    y: top,
    fill: colour(
      isPale ? (isInside ? "ink" : "pale-name") : !isInside ? "ink" : isLight ? "on-dark" : "on-light",
    ),
    // Letters that no tie crosses need none, and it is most of the work of drawing them.
    halo: isOver || (seen.ghosts && !isInside) ? colour("paper") + "e6" : null,
    alpha: isPale && isInside ? 0.45 : undefined,
  };
}

// While the picture moves, names and amounts go with what they are of; where they stand best is found
// when it rests.
let placedFor = [];
function standNames(out) {
  const shown = [seen, out && out.isHard, pointed, state.selected, state.step];
  if (isMoving && shown.every((one, number) => one === placedFor[number])) {
    placed = placed.map(follow);
    amountsPlaced = amountsPlaced.map(follow);
    return;
  }
  placedFor = shown;
  placed = placeNames(out).map((box) => ({ ...box, anchor: () => pointOf(box.number) }));
  for (const box of [...placed, ...amountsPlaced]) box.at = box.anchor();
}

function follow(box) {
  const at = box.anchor();
  const [right, down] = [at.x - box.at.x, at.y - box.at.y];
  return {
    ...box,
    at,
    left: box.left + right,
    right: box.right + right,
    top: box.top + down,
    bottom: box.bottom + down,
    leader: box.leader && box.leader.map((one, number) => one + (number % 2 ? down : right)),
  };
}

function nameItems(out) {
  standNames(out);
  const led = placed.filter(({ leader }) => leader);
  const leaders = (isPale, stroke) => ({
    type: "lines",
    stroke,
    width: 0.8,
    lines: led.filter((box) => isPaleName(box, out) === isPale).map(({ leader }) => leader),
  });
  return [
    leaders(true, colour("pale-line")),
    leaders(false, colour("soft")),
    ...amountItems(),
    ...placed.map((box) => ({ ...nameItem(box, out), number: box.number })),
  ];
}

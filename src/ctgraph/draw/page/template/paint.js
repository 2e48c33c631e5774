// How a picture becomes pixels or SVG. A scene is a list of things to draw, the hindmost first, in
// pixels of the screen: areas, lines, shapes of nodes, heads of arrows, plates and texts.

// Points within a circle of radius 1; a dot is the circle itself.
const SHAPES = {
  dot: null,
  square: [
    [-0.88, -0.88],
    [0.88, -0.88],
    [0.88, 0.88],
    [-0.88, 0.88],
  ],
  diamond: [
    [0, -1.15],
    [1.15, 0],
    [0, 1.15],
    [-1.15, 0],
  ],
  triangle: [
    [0, -1.08],
    [1.08, 0.87],
    [-1.08, 0.87],
  ],
  triangleDown: [
    [0, 1.08],
    [1.08, -0.87],
    [-1.08, -0.87],
  ],
  hexagon: [
    [-0.57, -0.99],
    [0.57, -0.99],
    [1.15, 0],
    [0.57, 0.99],
    [-0.57, 0.99],
    [-1.15, 0],
  ],
  star: [
    [0, -1.14],
    [0.31, -0.37],
    [1.14, -0.33],
    [0.5, 0.2],
    [0.71, 1],
    [0, 0.56],
    [-0.71, 1],
    [-0.5, 0.2],
    [-1.14, -0.33],
    [-0.31, -0.37],
  ],
};

const FACE = rootStyle.getPropertyValue("--page-faces").trim();
const fontOf = ({ size, weight }) => (weight || 400) + " " + size + "px " + FACE;
const LEADING = 1.18; // of the size of a text

const pen = document.createElement("canvas").getContext("2d");
const knownWidths = new Map();
let penWeight = null; // the pen keeps its font, which takes long to set
function textWidth(text, size, weight = 400) {
  const key = weight + text;
  if (!knownWidths.has(key)) {
    if (penWeight !== weight) pen.font = fontOf({ size: 100, weight });
    penWeight = weight;
    knownWidths.set(key, pen.measureText(text).width / 100);
  }
  return knownWidths.get(key) * size;
}

const cornersOf = ({ left, right, top, bottom }) => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

// --- on a canvas

// Points around a middle, from which they are a radius away; or as they are.
function trace(context, points, x = 0, y = 0, radius = 1) {
  context.moveTo(x + points[0][0] * radius, y + points[0][1] * radius);
  for (let number = 1; number < points.length; number += 1)
    context.lineTo(x + points[number][0] * radius, y + points[number][1] * radius);
  context.closePath();
}

// In Chromium a path of closed shapes takes time by the square of their number.
const AT_ONCE = 100;

const ON_CANVAS = {
  area(context, { points, fill, stroke, width }) {
    context.beginPath();
    trace(context, points);
    context.fillStyle = fill;
    context.fill();
    if (!stroke) return;
    context.strokeStyle = stroke;
    context.lineWidth = width || 1;
    context.stroke();
  },
  lines(context, { lines, stroke, width, dash }) {
    context.beginPath();
    for (const [x, y, toX, toY, midX, midY] of lines) {
      context.moveTo(x, y);
      if (midX === undefined) context.lineTo(toX, toY);
      else context.quadraticCurveTo(midX, midY, toX, toY);
    }
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.stroke();
    context.setLineDash([]);
  },
  shapes(context, { shape, places, fill, stroke, width }) {
    if (fill) context.fillStyle = fill;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    for (let start = 0; start < places.length; start += AT_ONCE) {
      context.beginPath();
      for (const [x, y, radius] of places.slice(start, start + AT_ONCE)) {
        if (SHAPES[shape]) trace(context, SHAPES[shape], x, y, radius);
        else {
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, 2 * Math.PI);
        }
      }
      if (fill) context.fill();
      context.stroke();
    }
  },
  text(context, { x, y, lines, size, weight, fill, halo, align }) {
    context.font = fontOf({ size, weight });
    context.textAlign = align || "center";
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
    lines.forEach((line, number) => {
      const base = y + (0.88 + number * LEADING) * size;
      if (halo) {
        context.strokeStyle = halo;
        context.lineWidth = Math.max(3, size / 5);
        context.strokeText(line, x, base);
      }
      context.fillStyle = fill;
      context.fillText(line, x, base);
    });
  },
};

function paint(context, scene) {
  for (const item of scene) {
    context.globalAlpha = item.alpha ?? 1;
    ON_CANVAS[item.type](context, item);
  }
  context.globalAlpha = 1;
}

// --- as SVG

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const short = (value) => String(Math.round(value * 100) / 100);
const pairs = (points) => points.map((point) => point.map(short).join(",")).join(" ");
const path = ([x, y, toX, toY, midX, midY]) =>
  "M" +
  short(x) +
  " " +
  short(y) +
  (midX === undefined ? "L" : "Q" + short(midX) + " " + short(midY) + " ") +
  short(toX) +
  " " +
  short(toY);

const AS_SVG = {
  area: ({ points, fill, stroke, width }) => [
    svg("polygon", {
      points: pairs(points),
      fill,
      stroke: stroke || "none",
      "stroke-width": width || 1,
    }),
  ],
  lines: ({ lines, stroke, width, dash }) => [
    svg("path", {
      d: lines.map(path).join(""),
      fill: "none",
      stroke,
      "stroke-width": short(width),
      "stroke-dasharray": dash ? dash.map(short).join(" ") : null,
    }),
  ],
  shapes: ({ shape, places, fill, stroke, width }) =>
    places.map(([x, y, radius]) => {
      const look = { fill: fill || "none", stroke, "stroke-width": short(width) };
      if (!SHAPES[shape])
        return svg("circle", { cx: short(x), cy: short(y), r: short(radius), ...look });
      const points = SHAPES[shape].map(([dx, dy]) => [x + dx * radius, y + dy * radius]);
      return svg("polygon", { points: pairs(points), ...look });
    }),
  text: ({ x, y, lines, size, weight, fill, halo, align }) =>
    lines.map((line, number) => {
      const written = svg("text", {
        x: short(x),
        y: short(y + (0.88 + number * LEADING) * size),
        fill,
        "font-size": short(size),
        "font-weight": weight || 400,
        "text-anchor": { left: "start", right: "end" }[align] || "middle",
        stroke: halo || null,
        "stroke-width": halo ? short(Math.max(3, size / 5)) : null,
        "stroke-linejoin": halo ? "round" : null,
        "paint-order": halo ? "stroke" : null,
      });
      written.textContent = line;
      return written;
    }),
};

function drawSvg(scene) {
  return scene.flatMap((item) => {
    const drawn = AS_SVG[item.type](item);
    return item.alpha === undefined ? drawn : [svg("g", { opacity: item.alpha }, ...drawn)];
  });
}

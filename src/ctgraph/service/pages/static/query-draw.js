// Drawings of an answer: chart, timeline, network. Each is an SVG made here; the table beside it
// holds the same for those who cannot see it.

import { count, dayOf, draw, make, numberOf, pageOf, say, textOf, words } from "./query-common.js";

const MOST_BARS = 60;
const MOST_LINES = 300;
const MOST_NODES = 120;
const NAMED_NODES = 45;

/** Columns of a table for which most cells that are not empty pass a test. */
export function columnsWith(answer, test) {
  return answer.columns
    .map((_, column) => column)
    .filter((column) => {
      const filled = answer.rows.map((row) => row[column]).filter(Boolean);
      return filled.length > 0 && filled.filter((cell) => test(cell)).length * 2 > filled.length;
    });
}

const isNumber = (cell) => numberOf(cell) !== undefined;
const isDay = (cell) => dayOf(cell) !== undefined;
const isThing = (cell) => cell.iri !== undefined || cell.blank !== undefined;

/** Which drawings an answer allows. */
export function drawingsOf(answer) {
  if (answer.kind === "boolean" || !answer.rows.length) return [];
  const found = [];
  if (answer.kind === "triples" || columnsWith(answer, isThing).length > 1) found.push("network");
  if (columnsWith(answer, isNumber).length && answer.kind === "table") found.push("chart");
  if (columnsWith(answer, isDay).length) found.push("timeline");
  return found;
}

function choice(label, options, chosen, onChange) {
  const select = make("select", { onchange: () => onChange(select.value) });
  for (const [value, text] of options) {
    select.append(make("option", { value, selected: String(value) === String(chosen) }, text));
  }
  return make("label", {}, label, " ", select);
}

function short(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

/** How wide a text is, in ems of its size: what is not Latin counts double. */
function width(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.56), 0);
}

function fitTo(text, ems) {
  let made = text;
  while (made.length > 1 && width(made) > ems) made = short(made, [...made].length - 1);
  return made;
}

/** Round numbers between two bounds, about as many as asked for. */
export function ticks(low, high, most) {
  const span = high - low || 1;
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) found.push(Number(at.toPrecision(12)));
  return found;
}

function svg(wide, high, label) {
  return draw("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": label });
}

/** A box that can be scrolled, by keyboard too. */
function frame(drawing, label) {
  return make("div", { class: "drawing", tabindex: "0", role: "region", "aria-label": label }, drawing);
}

function title(text) {
  return draw("title", {}, text);
}

// --- chart ---

/** A chart of numbers, with its settings. */
export function showChart(answer, naming, kept) {
  const numbers = columnsWith(answer, isNumber);
  const box = make("div");
  if (!numbers.length) return make("p", {}, words.chart_none);
  const columns = answer.columns.map((name, column) => [column, `?${name}`]);
  const others = answer.columns.map((_, column) => column).filter((one) => !numbers.includes(one));
  kept.values ??= numbers[numbers.length - 1];
  kept.names ??= others[0] ?? (numbers[0] === kept.values ? "row" : numbers[0]);
  const named = (cell) => (isDay(cell ?? {}) || isNumber(cell ?? {})) && answer.rows.length > 2;
  kept.kind ??= kept.names !== "row" && answer.rows.every((row) => named(row[kept.names])) ? "line" : "bars";
  const redraw = (key) => (value) => {
    kept[key] = key === "kind" || value === "row" ? value : Number(value);
    box.replaceChildren(...parts());
  };
  function parts() {
    const settings = make(
      "div",
      { class: "answer-tools" },
      choice(words.chart_kind, [["bars", words.chart_bars], ["line", words.chart_line]], kept.kind, redraw("kind")),
      choice(words.chart_names, [["row", words.number], ...columns], kept.names, redraw("names")),
      choice(words.chart_values, numbers.map((one) => columns[one]), kept.values, redraw("values")),
    );
    const points = answer.rows
      .map((row, place) => ({
        name: kept.names === "row" ? String(place + 1) : textOf(row[kept.names], answer.labels, naming),
        cell: kept.names === "row" ? null : row[kept.names],
        place,
        value: numberOf(row[kept.values]),
      }))
      .filter((one) => one.value !== undefined);
    const label = say("chart_label", {
      values: `?${answer.columns[kept.values]}`,
      names: kept.names === "row" ? words.number : `?${answer.columns[kept.names]}`,
    });
    const most = kept.kind === "bars" ? MOST_BARS : MOST_LINES;
    const note = points.length > most ? make("p", { class: "soft" }, say("chart_first", { count: count(most) })) : null;
    const drawing = (kept.kind === "bars" ? bars : line)(points.slice(0, most), label);
    return [settings, note, frame(drawing, label)].filter(Boolean);
  }
  box.append(...parts());
  return box;
}

function bars(points, label) {
  const wide = 960;
  const left = 250;
  const step = 24;
  const high = points.length * step + 34;
  const most = Math.max(0, ...points.map((one) => one.value));
  const least = Math.min(0, ...points.map((one) => one.value));
  const at = (value) => left + ((value - least) / (most - least || 1)) * (wide - left - 90);
  const made = svg(wide, high, label);
  for (const tick of ticks(least, most, 6)) {
    made.append(
      draw("line", { x1: at(tick), x2: at(tick), y1: 4, y2: high - 26, class: "grid" }),
      draw("text", { x: at(tick), y: high - 8, "text-anchor": "middle", class: "soft-text" }, count(tick)),
    );
  }
  points.forEach((one, place) => {
    const top = 6 + place * step;
    const [from, to] = [Math.min(at(0), at(one.value)), Math.max(at(0), at(one.value))];
    made.append(
      draw("text", { x: left - 8, y: top + 13, "text-anchor": "end" }, fitTo(one.name, 17.5), title(one.name)),
      draw("rect", { x: from, y: top, width: Math.max(to - from, 1), height: step - 7, class: one.value < 0 ? "bar negative" : "bar" }, title(`${one.name}: ${count(one.value)}`)),
      draw("text", { x: to + 6, y: top + 13, class: "soft-text" }, count(one.value)),
    );
  });
  return made;
}

function line(points, label) {
  const [wide, high, left, low] = [960, 420, 90, 370];
  const across = (one) => (one.cell && dayOf(one.cell)) ?? (one.cell && numberOf(one.cell)) ?? one.place;
  const isOrdered = points.every((one) => one.cell && (isDay(one.cell) || isNumber(one.cell)));
  const ordered = isOrdered ? [...points].sort((one, two) => across(one) - across(two)) : points;
  const xs = ordered.map((one, place) => (isOrdered ? across(one) : place));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const values = ordered.map((one) => one.value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = (value) => left + 20 + ((value - first) / (last - first || 1)) * (wide - left - 80);
  const y = (value) => low - ((value - least) / (most - least || 1)) * (low - 30);
  const made = svg(wide, high, label);
  for (const tick of ticks(least, most, 6)) {
    made.append(
      draw("line", { x1: left, x2: wide - 30, y1: y(tick), y2: y(tick), class: "grid" }),
      draw("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end", class: "soft-text" }, count(tick)),
    );
  }
  let free = -Infinity;
  ordered.forEach((one, place) => {
    const name = fitTo(one.name, 9);
    if (x(xs[place]) - free < width(name) * 6.5) return;
    free = x(xs[place]) + width(name) * 6.5 + 6;
    made.append(draw("text", { x: x(xs[place]), y: low + 24, "text-anchor": "middle", class: "soft-text" }, name));
  });
  made.append(draw("path", { class: "curve", d: ordered.map((one, place) => `${place ? "L" : "M"}${x(xs[place])} ${y(one.value)}`).join("") }));
  ordered.forEach((one, place) => {
    made.append(draw("circle", { cx: x(xs[place]), cy: y(one.value), r: 4, class: "dot" }, title(`${one.name}: ${count(one.value)}`)));
  });
  return made;
}

// --- timeline ---

/** Rows on an axis of time, with its settings. */
export function showTimeline(answer, naming, kept) {
  const days = columnsWith(answer, isDay);
  if (!days.length) return make("p", {}, words.timeline_none);
  const box = make("div");
  const others = answer.columns.map((_, column) => column).filter((one) => !days.includes(one));
  kept.start ??= days[0];
  kept.end ??= days[1] ?? "none";
  kept.names ??= others[0] ?? "row";
  const options = days.map((one) => [one, `?${answer.columns[one]}`]);
  const redraw = (key) => (value) => {
    kept[key] = /^\d+$/.test(value) ? Number(value) : value;
    box.replaceChildren(...parts());
  };
  function parts() {
    const settings = make(
      "div",
      { class: "answer-tools" },
      choice(words.timeline_start, options, kept.start, redraw("start")),
      choice(words.timeline_end, [["none", words.none], ...options], kept.end, redraw("end")),
      choice(words.chart_names, [["row", words.number], ...others.map((one) => [one, `?${answer.columns[one]}`])], kept.names, redraw("names")),
    );
    const spans = answer.rows
      .map((row, place) => {
        const from = dayOf(row[kept.start]);
        const to = kept.end === "none" ? undefined : dayOf(row[kept.end]);
        const cells = [row[kept.start], kept.end === "none" ? null : row[kept.end]].filter(Boolean);
        return {
          name: kept.names === "row" ? String(place + 1) : textOf(row[kept.names], answer.labels, naming),
          from: from ?? to,
          to: to ?? from,
          said: [...new Set(cells.map((cell) => cell.text))].join(" – "),
        };
      })
      .filter((one) => one.from !== undefined)
      .sort((one, two) => one.from - two.from || one.to - two.to);
    const without = answer.rows.length - spans.length;
    const notes = [];
    if (without) notes.push(say("timeline_undated", { count: count(without) }));
    if (spans.length > MOST_LINES) notes.push(say("chart_first", { count: count(MOST_LINES) }));
    const label = say("timeline_label", { count: count(spans.length) });
    return [
      settings,
      ...notes.map((one) => make("p", { class: "soft" }, one)),
      frame(spansDrawing(spans.slice(0, MOST_LINES), label), label),
    ];
  }
  box.append(...parts());
  return box;
}

function spansDrawing(spans, label) {
  const [wide, left, step] = [960, 330, 24];
  const high = spans.length * step + 40;
  const first = Math.min(...spans.map((one) => one.from));
  const last = Math.max(...spans.map((one) => one.to));
  const margin = Math.max(15, (last - first) * 0.03);
  const at = (day) => left + ((day - first + margin) / (last - first + 2 * margin)) * (wide - left - 30);
  const made = svg(wide, high, label);
  for (const [day, text] of dateTicks(first, last).filter(([day]) => at(day) > left + 12 && at(day) < wide - 20)) {
    made.append(
      draw("line", { x1: at(day), x2: at(day), y1: 4, y2: high - 30, class: "grid" }),
      draw("text", { x: at(day), y: high - 10, "text-anchor": "middle", class: "soft-text" }, text),
    );
  }
  spans.forEach((one, place) => {
    const top = 8 + place * step;
    made.append(
      draw("text", { x: left - 8, y: top + 12, "text-anchor": "end" }, fitTo(one.name, 23), title(one.name)),
      draw("rect", { x: at(one.from), y: top, width: Math.max(at(one.to + 1) - at(one.from), 5), height: step - 9, rx: 2, class: "bar" }, title(`${one.name}: ${one.said}`)),
    );
  });
  return made;
}

function dateTicks(first, last) {
  const date = (day) => new Date(day * 86_400_000);
  const years = date(last).getUTCFullYear() - date(first).getUTCFullYear();
  const found = [];
  if (years > 1) {
    for (const year of ticks(date(first).getUTCFullYear(), date(last).getUTCFullYear() + 1, 8)) {
      if (!Number.isInteger(year)) continue;
      const made = new Date(Date.UTC(2000, 0, 1));
      made.setUTCFullYear(year);
      found.push([made.getTime() / 86_400_000, String(year)]);
    }
    return found;
  }
  const at = new Date(Date.UTC(date(first).getUTCFullYear(), date(first).getUTCMonth(), 1));
  for (; at.getTime() / 86_400_000 <= last + 31; at.setUTCMonth(at.getUTCMonth() + (years ? 3 : 1))) {
    found.push([at.getTime() / 86_400_000, at.toISOString().slice(0, 7)]);
  }
  return found.filter(([day]) => day >= first - 31);
}

// --- network ---

/** Things and their ties, with its settings. */
export function showNetwork(answer, naming, kept) {
  const things = answer.kind === "triples" ? [0, 2] : columnsWith(answer, isThing);
  if (things.length < 2) return make("p", {}, words.network_none);
  const box = make("div");
  kept.from ??= things[0];
  kept.to ??= things[1];
  const options = things.map((one) => [one, `?${answer.columns[one]}`]);
  const redraw = (key) => (value) => {
    kept[key] = Number(value);
    box.replaceChildren(...parts());
  };
  function parts() {
    const settings =
      answer.kind === "triples"
        ? null
        : make(
            "div",
            { class: "answer-tools" },
            choice(words.network_from, options, kept.from, redraw("from")),
            choice(words.network_to, options, kept.to, redraw("to")),
          );
    const { nodes, edges, total } = readNetwork(answer, naming, kept);
    const note = total > nodes.length ? make("p", { class: "soft" }, say("network_first", { count: count(nodes.length) })) : null;
    const label = say("network_label", { nodes: count(nodes.length), edges: count(edges.length) });
    return [settings, note, frame(networkDrawing(nodes, edges, label), label)].filter(Boolean);
  }
  box.append(...parts());
  return box;
}

function readNetwork(answer, naming, kept) {
  const nodes = new Map();
  const ties = new Map();
  const node = (cell) => {
    const key = cell.iri ?? `_:${cell.blank}`;
    if (!nodes.has(key)) nodes.set(key, { key, iri: cell.iri, name: textOf(cell, answer.labels, naming), ties: 0 });
    return nodes.get(key);
  };
  for (const row of answer.rows) {
    const [from, to] = [row[kept.from], row[kept.to]];
    if (!from || !to || !isThing(from) || !isThing(to)) continue;
    const [one, two] = [node(from), node(to)];
    const key = [one.key, two.key].sort().join(" ");
    if (!ties.has(key)) {
      ties.set(key, { one, two, number: 0 });
      one.ties += 1;
      if (one !== two) two.ties += 1;
    }
    ties.get(key).number += 1;
  }
  const order = [...nodes.values()].sort((one, two) => two.ties - one.ties);
  const shown = new Set(order.slice(0, MOST_NODES));
  return {
    nodes: [...shown],
    edges: [...ties.values()].filter(({ one, two }) => one !== two && shown.has(one) && shown.has(two)),
    total: nodes.size,
  };
}

/** Places by forces: what is tied attracts, what is near repels. The same answer looks the same. */
function placeNodes(nodes, edges, wide, high) {
  const ideal = Math.sqrt((wide * high) / (nodes.length + 1)) * 0.8;
  nodes.forEach((one, place) => {
    const angle = place * 2.399963;
    const away = Math.sqrt((place + 0.5) / nodes.length);
    one.x = wide / 2 + away * Math.cos(angle) * wide * 0.4;
    one.y = high / 2 + away * Math.sin(angle) * high * 0.4;
  });
  for (let round = 0, heat = wide / 8; round < 250; round += 1, heat *= 0.98) {
    for (const one of nodes) [one.dx, one.dy] = [(wide / 2 - one.x) * 0.02, (high / 2 - one.y) * 0.03];
    for (let first = 0; first < nodes.length; first += 1) {
      for (let second = first + 1; second < nodes.length; second += 1) {
        const [one, two] = [nodes[first], nodes[second]];
        const [dx, dy] = [one.x - two.x || 0.1, one.y - two.y || 0.1];
        const force = (ideal * ideal) / (dx * dx + dy * dy);
        one.dx += dx * force;
        one.dy += dy * force;
        two.dx -= dx * force;
        two.dy -= dy * force;
      }
    }
    for (const { one, two } of edges) {
      const [dx, dy] = [one.x - two.x, one.y - two.y];
      const force = Math.hypot(dx, dy) / ideal;
      one.dx -= dx * force;
      one.dy -= dy * force;
      two.dx += dx * force;
      two.dy += dy * force;
    }
    for (const one of nodes) {
      const length = Math.hypot(one.dx, one.dy) || 1;
      one.x += (one.dx / length) * Math.min(length, heat);
      one.y += (one.dy / length) * Math.min(length, heat);
    }
  }
  stretch(nodes, "x", 110, wide - 110);
  stretch(nodes, "y", 30, high - 40);
}

/** Spread the nodes between two bounds. */
function stretch(nodes, axis, low, high) {
  const places = nodes.map((one) => one[axis]);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  for (const one of nodes) {
    one[axis] = most > least ? low + ((one[axis] - least) / (most - least)) * (high - low) : (low + high) / 2;
  }
}

/** Where the name of a node covers no other name, below it or above; null if nowhere. */
function placeName(one, size, name, taken) {
  const half = width(name) * 7 + 3;
  for (const y of [one.y + size + 13, one.y - size - 5]) {
    const box = [one.x - half, y - 12, one.x + half, y + 4];
    if (taken.every(([x1, y1, x2, y2]) => box[2] < x1 || x2 < box[0] || box[3] < y1 || y2 < box[1])) {
      taken.push(box);
      return y;
    }
  }
  return null;
}

function networkDrawing(nodes, edges, label) {
  const [wide, high] = [1000, Math.min(900, 400 + nodes.length * 8)];
  placeNodes(nodes, edges, wide, high);
  const made = svg(wide, high, label);
  made.setAttribute("role", "group");
  const most = Math.max(1, ...edges.map((one) => one.number));
  for (const { one, two, number } of edges) {
    made.append(
      draw("line", { x1: one.x, y1: one.y, x2: two.x, y2: two.y, class: "edge", "stroke-width": 1 + (3 * number) / most }, title(`${one.name} – ${two.name}: ${count(number)}`)),
    );
  }
  const taken = nodes.map((one) => [one.x - 6, one.y - 6, one.x + 6, one.y + 6]);
  nodes.forEach((one, place) => {
    const size = 5 + Math.min(9, Math.sqrt(one.ties) * 2);
    const dot = draw("circle", { cx: one.x, cy: one.y, r: size, class: "node" });
    const about = say("network_node", { name: one.name, count: count(one.ties) });
    const parts = [title(about), dot];
    const name = fitTo(one.name, 14);
    const y = place < NAMED_NODES ? placeName(one, size, name, taken) : null;
    if (y !== null) parts.push(draw("text", { x: one.x, y, "text-anchor": "middle", class: "halo" }, name));
    made.append(one.iri ? draw("a", { href: pageOf(one.iri), "aria-label": about }, ...parts) : draw("g", {}, ...parts));
  });
  return made;
}

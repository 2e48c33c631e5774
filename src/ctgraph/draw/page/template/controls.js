// What the reader filters and finds with: legend, fiscal years, topics, places, names, paths.

const SHAPES = {
  dot: ["circle", { cx: 9, cy: 9, r: 6.5 }],
  square: ["rect", { x: 3, y: 3, width: 12, height: 12 }],
  diamond: ["polygon", { points: "9,1 17,9 9,17 1,9" }],
  triangle: ["polygon", { points: "9,2 16.5,15.5 1.5,15.5" }],
  triangleDown: ["polygon", { points: "9,16 16.5,2.5 1.5,2.5" }],
  hexagon: ["polygon", { points: "5,2.1 13,2.1 17,9 13,15.9 5,15.9 1,9" }],
  star: ["polygon", {
    points: "9,1 11.2,6.4 17,6.7 12.5,10.4 14,16 9,12.9 4,16 5.5,10.4 1,6.7 6.8,6.4",
  }],
};

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function symbol(look) {
  const [shape, attributes] = SHAPES[look.shape];
  return svg("svg", { width: 18, height: 18, "aria-hidden": "true" }, svg(shape, {
    ...attributes,
    fill: look.inside, stroke: look.rim, "stroke-width": look.thick ? 2.5 : 1,
  }));
}

function dash(inferred) {
  return svg("svg", { width: 34, height: 18, "aria-hidden": "true" }, svg("line", {
    x1: 1, y1: 9, x2: 33, y2: 9,
    stroke: inferred ? "#8794a0" : "#33424d",
    "stroke-width": 2.5,
    ...(inferred ? { "stroke-dasharray": "7 5" } : {}),
  }));
}

// --- legend: each entry switches what it names on and off

function toggle(key, picture, text) {
  const shown = !state.hidden.has(key);
  return make("li", {}, make("button", {
    type: "button", class: "entry", "aria-pressed": String(shown), "data-key": key,
    onclick: () => {
      const hidden = new Set(state.hidden);
      if (shown) hidden.add(key);
      else hidden.delete(key);
      change({ hidden });
    },
  }, picture, named(text)));
}

function showLegend() {
  const drawn = page.legend.filter((entry) => inGroup.has(entry.group));
  const bases = new Set(page.edges.flatMap((edge) =>
    edge.activities.map((part) => part.basis || "Inferred")));
  replace($("legend-list"), [
    ...drawn.map((entry) => toggle(entry.group, symbol(entry.look),
      inLanguage(entry.name) + " (" + inGroup.get(entry.group) + ")")),
    ...["Stated", "Inferred"].filter((basis) => bases.has(basis)).map((basis) =>
      toggle(basis, dash(basis === "Inferred"), word(basis.toLowerCase() + "_edge"))),
    ...(page.edges.some((edge) => edge.weight > 1)
      ? [make("li", {}, named(word("width")))] : []),
  ]);
}

// --- years: bars say how much there is, the slider chooses

const partsByYear = (page.facets.year || []).map((_, year) => new Set(
  page.edges.flatMap((edge, number) => (edge.pieces ? [] : edge.activities)
    .filter((part) => (part.facets.year || []).includes(year))
    .map((part) => (part.statement ? number + " " : "") + part.iri))).size);

const SLIDER = 144; // pixels, as in page.css
function showYears() {
  const years = page.facets.year;
  $("year-tool").hidden = !years;
  if (!years) return;
  // The middle of a bar stands where the slider's thumb, 16 pixels wide, stands for its year.
  const most = Math.max(...partsByYear, 1);
  const step = (SLIDER - 16) / years.length;
  const wide = Math.min(14, step - Math.min(4, step / 3));
  $("year-bars").replaceChildren(...partsByYear.map((number, year) => {
    const high = Math.max(1, Math.round((14 * number) / most));
    const bar = svg("rect", {
      x: 8 + step * (year + 1) - wide / 2, y: 16 - high, width: wide, height: high,
      fill: state.year < 0 || state.year === year ? "#0b5c8f" : "#b6c4cf",
    }, svg("title", {}));
    bar.firstChild.textContent = inLanguage(years[year]) + ": " + number;
    return bar;
  }));
  $("year-bars").setAttribute("viewBox", "0 0 " + SLIDER + " 16");
  $("year").max = years.length;
  $("year").value = state.year + 1;
  const said = state.year < 0
    ? word("all_years") : inLanguage(years[state.year]) + " (" + partsByYear[state.year] + ")";
  $("year-said").textContent = said;
  $("year").setAttribute("aria-valuetext", said);
}
$("year").addEventListener("input", () => change({ year: Number($("year").value) - 1 }));

const CHOICES = ["topic", "place", "source"];
function showChoice(facet, before) {
  const values = page.facets[facet];
  $(facet + "-tool").hidden = !values;
  if (!values) return;
  if (isNew(before, "lang") || !$(facet).firstChild) {
    const options = values.map((value, index) => ({ text: inLanguage(value), value: index }))
      .sort((one, two) => one.text.localeCompare(two.text, state.lang));
    // All sources of a kind come before the sources, each by itself.
    const isKind = (option) => values[option.value].iri.startsWith("kind:");
    const ordered = [...options.filter(isKind), ...options.filter((option) => !isKind(option))];
    $(facet).replaceChildren(make("option", { value: -1, text: word("all") }),
      ...ordered.map((option) => make("option", option)));
  }
  $(facet).value = state[facet];
}
for (const facet of CHOICES) {
  $(facet).addEventListener("change", () => change({ [facet]: Number($(facet).value) }));
}

const canRollUp = page.nodes.some((node) => node.whole !== undefined);
$("roll-up").addEventListener("click", () => change({ rolled: !state.rolled }));

$("reset").addEventListener("click", () => {
  const { hidden, year, topic, place, source, rolled, ego, path } = START;
  change({ hidden, year, topic, place, source, rolled, ego, path });
  fit(motion);
});

// --- names: case, width and white space do not count, as everywhere in ctgraph

const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s・]+/gu, "");
const keys = page.nodes.map((node) =>
  [node.name.en, node.name.ja, node.acronym, node.iri].filter(Boolean).map(fold));

function findNode(text, loose) {
  const wanted = fold(text);
  if (!wanted) return -1;
  const tests = [(name) => name === wanted];
  if (loose) tests.push((name) => name.startsWith(wanted), (name) => name.includes(wanted));
  for (const test of tests) {
    const found = keys.findIndex((names) => names.some(test));
    if (found >= 0) return found;
  }
  return -1;
}

function search(loose) {
  const found = findNode($("query").value, loose);
  $("search-answer").textContent = "";
  if (found >= 0 && !seen.nodes.has(found)) $("search-answer").textContent = word("filtered_away");
  else if (found >= 0) select("node", found, true);
  else if (loose && $("query").value.trim()) $("search-answer").textContent = word("not_found");
}
$("search").addEventListener("submit", (event) => { event.preventDefault(); search(true); });
$("query").addEventListener("input", (event) => {
  // A choice from the list comes as an input without a keystroke.
  if (!event.inputType || event.inputType === "insertReplacementText") search(false);
});

function showNames() {
  const names = new Set(page.nodes.flatMap((node) =>
    [node.acronym, inLanguage(node.name), node.name[other()]].filter(Boolean)));
  $("names").replaceChildren(...[...names].map((name) => make("option", { value: name })));
}

// --- a path between two nodes

function startPath(number) {
  $("path-tool").open = true;
  $("path-from").value = nodeName(number);
  $("path-to").value = "";
  $("path-to").focus();
}

$("path-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const from = findNode($("path-from").value, true);
  const to = findNode($("path-to").value, true);
  $("path-answer").textContent = from < 0 || to < 0 ? word("not_found") : "";
  if (from < 0 || to < 0) {
    $(from < 0 ? "path-from" : "path-to").focus();
    return;
  }
  $("path-tool").open = false;
  change({ path: { from, to }, selected: null });
  announce(seen.path ? count(seen.path.edges.length, "steps") : word("no_path"));
  if (seen.path) fit(motion, seen.path.nodes);
  $("details").scrollTop = 0;
  $("details").focus();
});

onChange((before) => {
  showLegend();
  showYears();
  if (before.lang !== state.lang || !$("names").firstChild) showNames();
  for (const facet of CHOICES) showChoice(facet, before);
  $("roll-up").hidden = !canRollUp;
  $("roll-up").setAttribute("aria-pressed", String(state.rolled));
  const changed = state.hidden.size || state.ego || state.path || state.rolled !== START.rolled
    || FACETS.some((facet) => state[facet] >= 0);
  $("reset").disabled = !changed;
});

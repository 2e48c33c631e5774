// What the reader filters and finds with: legend, fiscal years, topics, places, names, paths.

function symbol(look) {
  return svg("svg", { width: 18, height: 18, "aria-hidden": "true" }, ...drawSvg([{
    type: "shapes", shape: look.shape, places: [[9, 9, 6.8]], fill: colour(look.inside), stroke: colour(look.rim),
    width: look.thick ? 2.5 : 1,
  }]));
}

function sample({ stroke, dash }) {
  return svg("svg", { width: 34, height: 18, "aria-hidden": "true" },
    ...drawSvg([{ type: "lines", lines: [[1, 9, 33, 9]], stroke, width: 2.5, dash }]));
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

// Kinds of nodes with how many are shown, of how many if some are not.
function legendKinds() {
  const shown = new Map();
  for (const number of seen.nodes) {
    const { group } = page.nodes[number];
    shown.set(group, (shown.get(group) || 0) + 1);
  }
  return page.legend.filter(({ group }) => inGroup.has(group)).map(({ group, name, look }) => {
    const [some, all] = [shown.get(group) || 0, inGroup.get(group)];
    return { group, look, text: inLanguage(name) + " (" + (some < all ? some + " / " : "") + all + ")" };
  });
}

function legendLines() {
  if (state.against >= 0) {
    const changes = [...seen.edges.values()].map((kept) => kept.change);
    return Object.entries(CHANGES).map(([change, stroke]) => {
      const number = changes.filter((one) => one === change).length;
      return { stroke: colour(change === "same" ? "inferred-line" : stroke), text: word(change) + " (" + number + ")" };
    });
  }
  const bases = new Set(page.edges.flatMap((edge) =>
    edge.activities.map((part) => part.basis || "Inferred")));
  return ["Stated", "Inferred"].filter((basis) => bases.has(basis)).map((basis) => ({
    basis, text: word(basis.toLowerCase() + "_edge"),
    ...(basis === "Stated" ? { stroke: colour("stated-line"), dash: null } : { stroke: colour("inferred-line"), dash: [7, 5] }),
  }));
}

function legendGroups() {
  return isGrouped() ? page.communities.groups.map(({ name }, number) =>
    ({ fill: groupColour(number), text: inLanguage(name) })) : [];
}

function groupToggle() {
  if (page.communities.modularity === null || state.rolled) return [];
  if (!page.communities.groups.length) {
    return [make("li", {}, named(word("no_communities").replace("{q}", page.communities.modularity)))];
  }
  return [make("li", {}, make("button", {
    type: "button", class: "entry", "aria-pressed": String(state.grouped), "data-key": "communities",
    onclick: () => change({ grouped: !state.grouped }),
  }, named(word("communities").replace("{q}", page.communities.modularity))))];
}

function showLegend() {
  replace($("legend-list"), [
    ...legendKinds().map(({ group, look, text }) => toggle(group, symbol(look), text)),
    ...legendLines().map((line) => (line.basis ? toggle(line.basis, sample(line), line.text)
      : make("li", {}, sample(line), named(line.text)))),
    ...(seen.ghosts && seen.ghosts.edges.length
      ? [make("li", {}, sample({ stroke: colour("ghost-line") }), named(word("other_years")))] : []),
    ...(page.edges.some((edge) => edge.weight > 1)
      ? [make("li", {}, named(word("width")))] : []),
    ...groupToggle(),
    ...legendGroups().map(({ fill, text }) => make("li", { class: "group" },
      svg("svg", { width: 16, height: 16, "aria-hidden": "true" },
        svg("rect", { width: 16, height: 16, rx: 4, fill, stroke: colour("strong-line") })), named(text))),
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
      fill: state.year < 0 || state.year === year ? colour("accent") : colour("pale-bar"),
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
const chooseYear = (year) => change({ year, against: year === state.against || year < 0 ? -1 : state.against });
$("year").addEventListener("input", () => {
  stopPlaying();
  chooseYear(Number($("year").value) - 1);
});

// --- the years one after the other, and one beside another

const YEAR_TAKES = 1400; // milliseconds
let playing = null;
function stopPlaying() {
  clearInterval(playing);
  playing = null;
  $("play").textContent = "▶";
  $("play").setAttribute("aria-pressed", "false");
}
$("play").addEventListener("click", () => {
  if (playing !== null) {
    stopPlaying();
    return;
  }
  const last = page.facets.year.length - 1;
  chooseYear(state.year < 0 || state.year === last ? 0 : state.year + 1);
  $("play").textContent = "⏸";
  $("play").setAttribute("aria-pressed", "true");
  playing = setInterval(() => {
    if (state.year >= last) stopPlaying();
    else chooseYear(state.year + 1);
  }, YEAR_TAKES);
});

function showAgainst(before) {
  $("against-tool").hidden = !page.facets.year || state.year < 0;
  if ($("against-tool").hidden) return;
  if (isNew(before, "lang", "year") || !$("against").firstChild) {
    $("against").replaceChildren(make("option", { value: -1, text: word("nothing") }),
      ...page.facets.year.map((value, index) => ({ value: index, text: inLanguage(value) }))
        .filter(({ value }) => value !== state.year).map((option) => make("option", option)));
  }
  $("against").value = state.against;
}
$("against").addEventListener("change", () => change({ against: Number($("against").value) }));

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
  stopPlaying();
  const { lang, selected, step, grouped, ...rest } = START;
  change(rest);
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
  if (found >= 0 && isBegun()) showNear(found, 1);
  else if (found >= 0 && !seen.nodes.has(found)) $("search-answer").textContent = word("filtered_away");
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

// Thousands of names are not listed before somebody is about to choose one.
for (const id of ["query", "path-from", "path-to"]) {
  $(id).addEventListener("focus", () => { if (!$("names").firstChild) showNames(); });
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
  if (before.lang !== state.lang) $("names").replaceChildren();
  for (const facet of CHOICES) showChoice(facet, before);
  showAgainst(before);
  $("roll-up").hidden = !canRollUp;
  if (canRollUp) {
    const key = { states: "roll_up_states", series: "roll_up_series" }[page.level];
    $("roll-up").textContent = word(key);
  }
  $("roll-up").setAttribute("aria-pressed", String(state.rolled));
  const changed = state.hidden.size || state.ego || state.path || state.rolled !== START.rolled
    || state.whole !== START.whole
    || FACETS.some((facet) => state[facet] >= 0);
  $("reset").disabled = !changed;
});

// Other charts of the same graph, in the place of the network.

function chartTab(key, text) {
  return make("button", {
    type: "button",
    "aria-pressed": String(state.chart === key),
    "data-key": "chart-" + key,
    text,
    onclick: () => change({ chart: key }),
  });
}

// A chart holds marks for the roles of its colours.
function coloured(chart) {
  const text = chart.replace(/#f0f([1-9a-f][0-9a-f]{2})\b/g, (_, number) =>
    colour(page.roles[parseInt(number, 16) - 0x100]),
  );
  return "data:image/svg+xml," + encodeURIComponent(text);
}

// What a chart says where a pointer rests on it, over its image; a click opens the words. Who uses
// no pointer has the same in the table.
function chartSpots(chart) {
  const spots = chart.spots[state.lang];
  if (!spots.length) return null;
  const over = svg("svg", {
    viewBox: "0 0 " + chart.size[state.lang].join(" "),
    "aria-hidden": "true",
  });
  for (const [cx, cy, r, told, iri] of spots) {
    const spot = svg("circle", { cx, cy, r }, svg("title", {}, told));
    if (numberOf.has(iri)) spot.addEventListener("click", () => selectSpot(numberOf.get(iri)));
    over.append(spot);
  }
  return over;
}

function drawnChart(chart) {
  const image = make("img", { src: coloured(chart.svg[state.lang]), alt: inLanguage(chart.title) });
  return make("div", { class: "drawn" }, image, chartSpots(chart));
}

// A map shows states, of which the network as it is may draw the bodies alone.
function selectSpot(number) {
  const selected = { kind: "node", number };
  change(isSeen(selected) || !canRollUp ? { selected } : { selected, rolled: true });
}

function showChart(before) {
  $("charts").hidden = !page.charts.length;
  if (!page.charts.length) return;
  replace($("charts"), [
    chartTab(null, word("network")),
    ...page.charts.map(({ key, name }) => chartTab(key, inLanguage(name))),
  ]);
  const chart = page.charts.find(({ key }) => key === state.chart);
  // Neither the legend nor the filters are those of the chart.
  for (const id of ["picture", "zoom", "legend", "tools"]) $(id).hidden = Boolean(chart);
  $("chart").hidden = !chart;
  if (!chart) return;
  const isShown = $("chart").hasChildNodes();
  if (!isShown || isNew(before, "chart", "lang", "step", "stage", "board", "dark", ...LOOKED_AT)) {
    replace($("chart"), [chart.key === "board" ? boardChart() : drawnChart(chart)]);
  }
  // Neither the caption of a stage nor the panel covers it.
  $("chart").style.padding = "0 " + covered() + "px " + captioned() + "px 0";
}
onChange(showChart);

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

function showChart(before) {
  $("charts").hidden = !page.charts.length;
  if (!page.charts.length) return;
  replace($("charts"), [
    chartTab(null, word("network")),
    ...page.charts.map(({ key, title }) => chartTab(key, inLanguage(title))),
  ]);
  const chart = page.charts.find(({ key }) => key === state.chart);
  // Neither the legend nor the filters are those of the chart.
  for (const id of ["picture", "zoom", "legend", "tools"]) $(id).hidden = Boolean(chart);
  $("chart").hidden = !chart;
  if (!chart || !isNew(before, "chart", "lang", "step", "stage", "selected", "dark")) return;
  const image = make("img", { src: coloured(chart.svg[state.lang]), alt: inLanguage(chart.title) });
  $("chart").replaceChildren(image);
  // Neither the caption of a stage nor the panel covers it.
  $("chart").style.padding = "0 " + covered() + "px " + captioned() + "px 0";
}
onChange(showChart);

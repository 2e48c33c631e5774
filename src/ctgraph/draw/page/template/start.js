// Whoever asks for another part of the network sees all of it, beside the panel as it is now.
onChange((before) => {
  if (isNew(before, "step", "stage", ...LOOKED_AT)) fit(motion);
});

const asked = location.hash.slice(1);
placesFrom(asked);
change(fromFragment(asked));
// A story begins by itself; an address says where in it somebody was, or that they were not.
if (page.story && !asked) {
  change({ stage: true });
  goTo(0);
}
showWords();
if (location.hash === "#table") openTables();
// Legend and filters have their heights now, so the picture has its own.
resize();

// What is drawn where, for tests and for scripts around the page; it changes nothing.
window.ctgraph = {
  page,
  place: (number) => {
    const { x, y } = pointOf(number);
    const { left, top } = canvas.getBoundingClientRect();
    return { x: x + left, y: y + top };
  },
  names: () => placed.map(({ number, lines, size, left, top, right, bottom, isInside, isOver }) =>
    ({ number, text: lines.join("\n"), size, left, top, right, bottom, isInside: !!isInside, isOver: !!isOver })),
  amounts: () => amountsPlaced.map(({ lines }) => lines[0]),
  lines: () => [...seen.edges.keys()].map((number) => lineOf(page.edges[number])),
  radius: radiusOf,
  scale: () => view.scale,
  colour,
  lit: () => { const lit = litNow(); return lit && lit.nodes; },
  pictureSize: () => { const { wide, high, top } = sheet(); return [wide, high, top].map((one) => one * SHARPEST); },
};

// Whoever opens the page by a program may wait for the mark: everything is drawn.
letters.finally(() => {
  fit(false);
  isReady = true;
  draw();
  requestAnimationFrame(() => { document.documentElement.dataset.ready = "true"; });
});

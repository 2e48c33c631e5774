change(fromFragment(location.hash.slice(1)));
showWords();
// Legend and filters have their heights now, so the picture has its own.
network.setSize("100%", "100%");
network.redraw();
fit(false);

// What is drawn where, for tests and for scripts around the page; it changes nothing.
window.ctgraph = {
  place: (number) => {
    const { x, y } = network.canvasToDOM(network.getPosition(number));
    const { left, top } = canvas.getBoundingClientRect();
    return { x: x + left, y: y + top };
  },
  names: () => placed.map((box) => {
    const scale = network.getScale();
    const { x: left, y: top } = network.canvasToDOM({ x: box.left, y: box.top });
    const { x: right, y: bottom } = network.canvasToDOM({ x: box.right, y: box.bottom });
    return { text: box.text, size: box.size * scale, left, top, right, bottom };
  }),
  scale: () => network.getScale(),
  lit: () => { const lit = litNow(); return lit && lit.nodes; },
  pictureSize: () => { const { width, height } = picture(); return [width, height]; },
};

// Whoever opens the page by a program may wait for this mark: everything is drawn.
network.once("afterDrawing", () => requestAnimationFrame(() => {
  document.documentElement.dataset.ready = "true";
}));
nameSoon();

// A test or a script may wait for this mark: everything stands.
change(fromFragment(location.hash.slice(1)));
showWords();
fit(false);
network.once("afterDrawing", () => { document.documentElement.dataset.ready = "true"; });
network.redraw();

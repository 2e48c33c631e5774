// The keyboard: in the picture the arrows walk from node to node, elsewhere they tell the story.

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

const place = pointOf;

// The node that is nearest in a direction; what lies off to the side counts as further away.
function nearest(start, [right, down]) {
  const here = place(start);
  let best = null;
  for (const number of seen.nodes) {
    const there = place(number);
    const along = (there.x - here.x) * right + (there.y - here.y) * down;
    const aside = Math.abs((there.x - here.x) * down + (there.y - here.y) * right);
    if (number === start || along <= 0 || aside > 2 * along) continue;
    const far = along + 2 * aside;
    if (!best || far < best.far) best = { number, far };
  }
  return best && best.number;
}

function firstNode() {
  const order = [...seen.nodes].sort((one, two) =>
    touching[two].length - touching[one].length || one - two);
  return order[0];
}

function selectSeen(kind, number) {
  select(kind, number, false);
  if (kind === "node" && !inView(number)) lookAt(number);
}

function walk(direction) {
  const at = state.selected;
  let start = at && at.kind === "node" ? at.number : null;
  if (at && at.kind === "edge") start = page.edges[at.number].from;
  const next = start === null ? firstNode() : nearest(start, direction);
  if (next !== undefined && next !== null) selectSeen("node", next);
}

// The ties of the selected node one after the other; of a tie, those of the node it began at.
let hub = null;
function nextEdge(step) {
  const at = state.selected;
  if (!at) return;
  if (at.kind === "node") hub = at.number;
  else if (hub === null || !touching[hub].includes(at.number)) hub = page.edges[at.number].from;
  const ties = touching[hub].filter((number) => seen.edges.has(number));
  if (!ties.length) return;
  const now = at.kind === "edge" ? ties.indexOf(at.number) : step > 0 ? -1 : 0;
  selectSeen("edge", ties[(now + step + ties.length) % ties.length]);
}

const IN_PICTURE = {
  "]": () => nextEdge(1),
  "[": () => nextEdge(-1),
  "+": () => zoom(1.3),
  "=": () => zoom(1.3),
  "-": () => zoom(1 / 1.3),
  0: () => fit(motion),
  Enter: () => $("details").focus(),
  e: () => { if (state.selected && state.selected.kind === "node") openNode(state.selected.number); },
  p: () => { if (state.selected && state.selected.kind === "node") startPath(state.selected.number); },
};

$("picture").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const direction = DIRECTIONS[event.key];
  // While a story is told these go on and back wherever the reader is.
  if (state.step >= 0 && !event.shiftKey && IN_STORY[event.key]) return;
  if (direction && event.shiftKey) pan(...direction);
  else if (direction) walk(direction);
  else if (IN_PICTURE[event.key]) IN_PICTURE[event.key]();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

const IN_STORY = {
  ArrowRight: () => goTo(state.step + 1),
  PageDown: () => goTo(state.step + 1),
  ArrowLeft: () => goTo(state.step - 1),
  PageUp: () => goTo(state.step - 1),
  Home: () => goTo(0),
  End: () => goTo(steps.length - 1),
};

// What is undone first: the selection, then the path, the neighbourhood, the story.
function escape() {
  const tool = ["path-tool", "arrange-tool", "save-tool"].map($).find(({ open }) => open);
  if (tool) {
    tool.open = false;
    tool.querySelector("summary").focus();
  } else if (isNoting) startNote(false);
  else if (state.selected) select(null);
  else if (state.path) change({ path: null });
  else if (state.ego) change({ ego: null, open: START.open });
  else if (isOnStage()) change({ stage: false });
  else if (state.step >= 0) endStory();
}

const isTyping = (element) => /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || $("keys").open) return;
  if (event.key === "Escape") {
    escape();
    return; // a search field empties itself
  }
  if (isTyping(event.target)) return;
  else if (event.key === "/") $("query").focus();
  else if (event.key === "?") showKeys();
  else if (event.key === "f" && page.story) fillScreen();
  else if (event.key === "n" && state.step >= 0) openPresenter();
  else if (state.step >= 0 && IN_STORY[event.key]) IN_STORY[event.key]();
  else return;
  event.preventDefault();
});

function showKeys() {
  $("keys-list").replaceChildren(...word("keys_list").map(([key, does]) =>
    make("tr", {}, make("th", { scope: "row" }, make("kbd", { text: key })),
      make("td", { text: does }))));
  $("keys").showModal();
}
$("show-keys").addEventListener("click", showKeys);
$("close-keys").addEventListener("click", () => $("keys").close());

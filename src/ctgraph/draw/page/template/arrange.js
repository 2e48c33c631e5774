// The reader's own arrangement: nodes that were dragged, and notes. Both stand in the address and can
// be kept in a file, which `ctgraph draw --layout` and this page take again.

const moved = new Set();
let notes = page.notes.map((note) => ({ ...note })); // { text, x, y, to: a node or null }
let isNoting = false; // whether the next click says where a note stands

const rounded = ({ x, y }) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });

function putNode(number, place) {
  places[number] = rounded(place);
  moved.add(number);
  drawSoon();
}

function keepPlaces() {
  writeLink();
  showUndo();
}

function showUndo() {
  $("arrange-undo").disabled = !moved.size && !notes.length;
}

$("arrange-undo").addEventListener("click", () => {
  for (const number of moved) {
    const { x, y } = page.drawn.nodes[number];
    places[number] = { x, y };
  }
  moved.clear();
  notes = [];
  keepPlaces();
  fit(motion);
});

// --- notes

function noteBox({ text, x, y }) {
  const lines = text.split("\n");
  const size = nameSize();
  const at = toScreen({ x, y });
  const wide = Math.max(...lines.map((line) => textWidth(line, size))) + size;
  const high = lines.length * LEADING * size + 0.7 * size;
  return {
    lines,
    size,
    left: at.x - wide / 2,
    right: at.x + wide / 2,
    top: at.y - high / 2,
    bottom: at.y + high / 2,
  };
}

function noteItems() {
  return notes.flatMap((note) => {
    const box = noteBox(note);
    const { lines, size, left, right, top, bottom } = box;
    const middle = [(left + right) / 2, (top + bottom) / 2];
    const items = [
      {
        type: "area",
        points: cornersOf(box),
        fill: colour("note"),
        stroke: colour("note-line"),
        width: 1.2,
      },
      { type: "text", lines, size, x: middle[0], y: top + 0.35 * size, fill: colour("ink") },
    ];
    if (note.to === null || !seen.nodes.has(standsFor(note.to))) return items;
    const { x, y } = pointOf(standsFor(note.to));
    const line = [...middle, x, y];
    const radius = radiusOf(standsFor(note.to));
    return [
      { type: "lines", lines: [line], stroke: colour("note-line"), width: 2 },
      { type: "area", points: arrow(line, radius, 2), fill: colour("note-line") },
      ...items,
    ];
  });
}

const noteAt = (at) => notes.findLast((note) => holds(noteBox(note), at));

let edited = null;
function editNote(note) {
  edited = note;
  $("note-text").value = note.text;
  $("note-delete").hidden = !notes.includes(note);
  $("note-edit").showModal();
}

function startNote(on) {
  isNoting = on;
  stage.classList.toggle("noting", on);
  $("note-add").setAttribute("aria-pressed", String(on));
}

// A click on a node makes a note that points to it; one elsewhere makes a note by itself.
function takesNote(at) {
  const note = noteAt(at);
  if (note) {
    editNote(note);
    return true;
  }
  if (!isNoting) return false;
  startNote(false);
  const to = nodeAt(at);
  const aside = to === null ? at : { x: at.x + 7 * nameSize(), y: at.y - 4 * nameSize() };
  editNote({ text: "", to, ...rounded(toNetwork(aside)) });
  return true;
}

$("note-add").addEventListener("click", () => {
  $("arrange-tool").open = false;
  const chosen = state.selected;
  // Whoever has selected a node writes about it; no pointer is needed.
  if (chosen && chosen.kind === "node") {
    const { x, y } = pointOf(chosen.number);
    editNote({
      text: "",
      to: chosen.number,
      ...rounded(toNetwork({ x: x + 7 * nameSize(), y: y - 4 * nameSize() })),
    });
  } else startNote(!isNoting);
});

$("note-form").addEventListener("submit", () => {
  const text = $("note-text").value.trim();
  notes = notes.filter((note) => note !== edited);
  if (text) notes.push({ ...edited, text });
  edited = null;
  keepPlaces();
  drawSoon();
});
$("note-delete").addEventListener("click", () => {
  notes = notes.filter((note) => note !== edited);
  $("note-edit").close();
  keepPlaces();
  drawSoon();
});
$("note-cancel").addEventListener("click", () => $("note-edit").close());

// --- the file

function arrangement() {
  const at = {};
  for (const number of seen.nodes)
    at[page.nodes[number].iri] = [places[number].x, places[number].y];
  return {
    format: "ctgraph-layout",
    version: 1,
    view: page.view,
    nodes: at,
    notes: notes.map(({ text, x, y, to }) => ({
      text,
      at: [x, y],
      ...(to === null ? {} : { to: page.nodes[to].iri }),
    })),
  };
}

// What a file or an address says that this page can show; the rest is left out.
function arrangeBy(said) {
  const isPlace = (value) =>
    Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
  let known = 0;
  for (const [iri, at] of Object.entries(said.nodes || {})) {
    const number = numberOf.get(iri);
    if (number === undefined || !isPlace(at)) continue;
    putNode(number, { x: at[0], y: at[1] });
    known += 1;
  }
  const written = Array.isArray(said.notes) ? said.notes : [];
  notes = written
    .filter((note) => note && typeof note.text === "string" && note.text.trim() && isPlace(note.at))
    .map(({ text, at, to }) => ({
      text: text.slice(0, 500),
      x: at[0],
      y: at[1],
      to: numberOf.get(to) ?? null,
    }));
  showUndo();
  return known + notes.length;
}

$("arrange-save").addEventListener("click", () => {
  const text = JSON.stringify(arrangement(), null, 1) + "\n";
  save(fileName(".layout.json"), new Blob([text], { type: "application/json" }));
});

$("arrange-open").addEventListener("change", async () => {
  const [file] = $("arrange-open").files;
  $("arrange-open").value = "";
  if (!file) return;
  let said = null;
  try {
    said = JSON.parse(await file.text());
  } catch {
    // Said below: no JSON is no arrangement either.
  }
  const isOurs = said !== null && typeof said === "object" && said.format === "ctgraph-layout";
  const known = isOurs ? arrangeBy(said) : 0;
  $("arrange-answer").textContent = known
    ? ""
    : word(isOurs ? "layout_of_others" : "layout_unknown");
  if (!known) return;
  keepPlaces();
  fit(motion);
});

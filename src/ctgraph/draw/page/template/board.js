// The board of an actor: who it works with, a line for each partner. It is made once, so the
// reader's filters do not change it, and it says so.

function boardMark(columns, [column, stated, goesOn]) {
  const isDated = columns[column] !== "?";
  const mark = make("span", {
    class: (isDated ? "dot" : "undated") + (stated ? "" : " inferred") + (goesOn ? " on" : ""),
    text: isDated ? null : "?",
    title: columns[column] + " " + word(stated ? "stated" : "inferred"),
  });
  mark.style.gridColumn = column + 1;
  return mark;
}

function boardMarks(columns, children) {
  const marks = make("span", { class: "marks" }, ...children);
  marks.style.gridTemplateColumns = "repeat(" + columns.length + ", minmax(0, 1fr))";
  return marks;
}

function boardYears({ columns, headings }) {
  return make("p", { class: "board-row years", "aria-hidden": "true" }, make("span"), make("span"),
    boardMarks(columns, headings.map((column) => {
      const year = make("b", { text: columns[column] });
      year.style.gridColumn = column + 1;
      return year;
    })));
}

function boardRow(board, hub, { edge, done, figure, marks }, pick) {
  return make(
    "button",
    { type: "button", class: "board-row", "data-key": "row" + edge, onclick: () => pick(edge) },
    named(nodeName(acrossFrom(edge, hub))),
    named(inLanguage(done), { class: "second" }),
    boardMarks(
      board.columns,
      marks.map((mark) => boardMark(board.columns, mark)),
    ),
    named(inLanguage(figure), { class: "figure" }),
  );
}

function boardBody(hub, pick) {
  const board = page.boards[hub];
  return [
    make("p", { class: "second", text: inLanguage(board.subtitle) }),
    make("p", { class: "second", text: word("board_key") }),
    ...(isFiltered() || state.hidden.size ? [make("p", { text: word("board_whole") })] : []),
    boardYears(board),
    ...board.groups.flatMap(({ name, rows }) => [
      make("h3", { dir: "auto", text: inLanguage(name) }),
      ...rows.map((row) => boardRow(board, hub, row, pick)),
    ]),
  ];
}

function openBoard(hub) {
  $("board-title").textContent = inLanguage(page.boards[hub].title);
  const pick = (edge) => {
    $("board").close();
    select("edge", edge, true);
  };
  $("board-body").replaceChildren(...boardBody(hub, pick));
  $("board").showModal();
  $("board").scrollTop = 0;
}

// --- among the charts: whose board the reader, the step of a story or the network chose

function boardHub() {
  const told = state.step >= 0 ? steps[state.step].nodes.find((node) => page.boards[node]) : null;
  return state.board ?? told ?? page.hub;
}

function boardChart() {
  const hub = boardHub();
  const choice = make("select", {
    id: "board-of",
    "data-key": "board-of",
    autocomplete: "off",
    onchange: (event) => change({ board: Number(event.target.value) }),
  });
  const actors = Object.keys(page.boards).map(Number);
  actors.sort((one, two) => nodeName(one).localeCompare(nodeName(two), state.lang));
  choice.append(
    ...actors.map((node) => make("option", { value: String(node), text: nodeName(node) })),
  );
  choice.value = String(hub);
  // The rows are of the network as it is.
  const pick = (edge) => change({ rolled: false, selected: { kind: "edge", number: edge } });
  return make(
    "div",
    { class: "drawn board" },
    make("p", { class: "board-of" }, make("label", { for: "board-of", text: word("board_of") }), choice),
    make("h2", { dir: "auto", text: inLanguage(page.boards[hub].title) }),
    ...boardBody(hub, pick),
  );
}

const boardButton = (number) => (page.boards[number] && !state.rolled ? make("button", {
  type: "button", id: "open-board", text: word("board"), "data-key": "open-board",
  onclick: () => openBoard(number),
}) : null);

$("close-board").addEventListener("click", () => $("board").close());

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

function boardRow(board, hub, { edge, done, figure, marks }) {
  return make("button", {
    type: "button", class: "board-row",
    onclick: () => {
      $("board").close();
      select("edge", edge, true);
    },
  },
  named(nodeName(acrossFrom(edge, hub))), named(inLanguage(done), { class: "second" }),
  boardMarks(board.columns, marks.map((mark) => boardMark(board.columns, mark))),
  named(inLanguage(figure), { class: "figure" }));
}

function openBoard(hub) {
  const board = page.boards[hub];
  $("board-title").textContent = inLanguage(board.title);
  $("board-body").replaceChildren(
    make("p", { class: "second", text: inLanguage(board.subtitle) }),
    make("p", { class: "second", text: word("board_key") }),
    ...(isFiltered() || state.hidden.size ? [make("p", { text: word("board_whole") })] : []),
    boardYears(board),
    ...board.groups.flatMap(({ name, rows }) => [
      make("h3", { dir: "auto", text: inLanguage(name) }),
      ...rows.map((row) => boardRow(board, hub, row)),
    ]));
  $("board").showModal();
  $("board").scrollTop = 0;
}

const boardButton = (number) => (page.boards[number] && !state.rolled ? make("button", {
  type: "button", id: "open-board", text: word("board"), "data-key": "open-board",
  onclick: () => openBoard(number),
}) : null);

$("close-board").addEventListener("click", () => $("board").close());

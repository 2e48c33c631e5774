// The same as tables: for those who do not see the picture, and for looking things up.

const MOST_ROWS = 500; // before the reader asks for all: thousands take the browser seconds
let allRows = false;
const sorting = { edges: null, nodes: null }; // { column, down }

function compare(one, two) {
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one).localeCompare(String(two), state.lang);
}

function sorted(name, rows) {
  const by = sorting[name];
  if (!by) return rows;
  return [...rows].sort((one, two) =>
    compare(one.keys[by.column], two.keys[by.column]) * (by.down ? -1 : 1));
}

function head(name, column, text) {
  const by = sorting[name];
  const isBy = by !== null && by.column === column;
  const direction = isBy ? (by.down ? "descending" : "ascending") : "none";
  return make("th", { scope: "col", "aria-sort": direction },
    make("button", {
      type: "button", class: "sort", "data-key": "sort-" + name + column,
      onclick: () => {
        sorting[name] = { column, down: isBy && !by.down };
        showTables();
      },
    }, text, make("span", {
      "aria-hidden": "true", text: isBy ? (by.down ? " ▼" : " ▲") : " ↕",
    })));
}

function table(name, caption, heads, rows) {
  const shownRows = sorted(name, rows).slice(0, allRows ? Infinity : MOST_ROWS);
  return [
    make("h3", { id: name + "-heading", text: caption }),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": name + "-heading" },
      make("table", { id: name + "-table" },
        make("thead", {}, make("tr", {}, ...heads.map((text, column) =>
          (text ? head(name, column, text) : make("th", { scope: "col" },
            make("span", { class: "unseen", text: word("evidence") })))))),
        make("tbody", {}, ...shownRows.map((row) => make("tr", {}, ...row.cells()))))),
    shownRows.length < rows.length ? make("p", {}, make("button", {
      type: "button", text: word("all_rows") + " (" + rows.length + ")", "data-key": "all-" + name,
      onclick: () => {
        allRows = true;
        showTables();
        $(name + "-table").parentNode.focus({ preventScroll: true });
      },
    })) : null,
  ].filter((part) => part !== null);
}

const cell = (content, options) => make("td", { dir: "auto", ...options }, content);

function edgeRow([number, kept]) {
  const edge = page.edges[number];
  const between = state.lang === "ja" ? "；" : "; ";
  const told = (part) => listed([...new Set(part.roles.map(inLanguage))])
    + (when(part) && " (" + when(part) + ")");
  const middle = edge.roles.length
    ? kept.parts.filter((part) => part.roles.length).map(told).join(between)
      || listed(edge.roles.map(inLanguage))
    : kept.parts.map((part) => inLanguage(part.name)).join(between);
  return {
    keys: [nodeName(edge.from), nodeName(edge.to), middle, kept.weight,
      word(kept.basis.toLowerCase())],
    cells: () => [
      cell(link(nodeName(edge.from), "node", edge.from)),
      cell(link(nodeName(edge.to), "node", edge.to)),
      cell(middle),
      cell(String(kept.weight), { class: "number" }),
      cell(badge(kept.basis)),
      cell(make("button", {
        type: "button", text: word("show"), "data-key": "show" + number,
        "aria-label": word("show") + ": " + edgeName(edge),
        onclick: () => select("edge", number, true),
      })),
    ],
  };
}

function nodeRow(number) {
  const node = page.nodes[number];
  const ties = touching[number].filter((edge) => seen.edges.has(edge)).length;
  const kind = inLanguage(page.kinds[node.kind]);
  return {
    keys: [nodeName(number), node.name[other()], node.acronym, kind, ties],
    cells: () => [
      make("td", { dir: "auto" }, link(nodeName(number), "node", number), ...members(node)),
      cell(node.name[other()], { lang: other() }),
      cell(node.acronym),
      cell(kind),
      cell(String(ties), { class: "number" }),
    ],
  };
}

function showTables() {
  const middle = page.edges.some((edge) => edge.roles.length) ? "roles" : "activities";
  const ties = [...seen.edges].map(edgeRow);
  const things = [...seen.nodes].map(nodeRow);
  replace($("tables"), [
    ...table("edges", word("edges_heading") + " (" + ties.length + ")",
      [word("from"), word("to"), word(middle), word("weight"), word("basis"), ""], ties),
    ...table("nodes", word("nodes_heading") + " (" + things.length + ")",
      [word("name"), word("other_name"), word("acronym"), word("kind"), word("ties_of")], things),
  ]);
}
// Rows that nobody has asked for are not made: thousands would keep the picture waiting.
const isOpen = () => $("tables-tool").open;
onChange((before) => {
  if (isNew(before, "lang", ...LOOKED_AT) && $("tables").firstChild) {
    if (isOpen()) showTables();
    else $("tables").replaceChildren();
  }
});
function openTables() {
  $("tables-tool").open = true;
  if (!$("tables").firstChild) showTables();
}
$("tables-tool").addEventListener("toggle", () => { if (isOpen()) openTables(); });
window.addEventListener("beforeprint", openTables);
paper.addEventListener("change", ({ matches }) => { if (matches) openTables(); });
document.querySelector(".skip").addEventListener("click", openTables);

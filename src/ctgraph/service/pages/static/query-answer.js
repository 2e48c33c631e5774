// The answer of a query: a table with pages, drawings, raw data, downloads, evidence on every row.

import { ask, count, fetchOrRefuse, lang, make, numberOf, root, say, showTerm, textOf, words } from "./query-common.js";
import { drawingsOf, showChart, showNetwork, showTimeline } from "./query-draw.js";
import { fillEvidence } from "./query-evidence.js";

const ROWS_A_PAGE = 100;
const MOST_RAW = 300_000;
const RESULTS = {
  CSV: ["text/csv", "csv"],
  TSV: ["text/tab-separated-values", "tsv"],
  JSON: ["application/sparql-results+json", "srj"],
  XML: ["application/sparql-results+xml", "srx"],
};
const GRAPHS = {
  Turtle: ["text/turtle", "ttl"],
  "N-Triples": ["application/n-triples", "nt"],
  "JSON-LD": ["application/ld+json", "jsonld"],
  "RDF/XML": ["application/rdf+xml", "rdf"],
};
const collator = new Intl.Collator(lang, { numeric: true });

/**
 * Show an answer in an element.
 *
 * @param place The element.
 * @param query The query that was answered.
 * @param answer What /query/run gave.
 * @param settings {view, onView(view), onGo(line, column)}.
 */
export function showAnswer(place, query, answer, settings) {
  if (answer.kind === "boolean") place.replaceChildren(...showVerdict(query, answer, settings));
  else if (!answer.rows.length) place.replaceChildren(...showEmpty(query, settings));
  else new Shown(place, query, answer, settings);
}

function showVerdict(query, answer, settings) {
  const parts = [
    make("p", { class: "verdict" }, answer.value ? words.yes : words.no),
    make("p", {}, answer.value ? words.yes_text : words.no_text),
  ];
  if (!answer.value) return [...parts, explanation(query, settings)];
  const place = make("div", { class: "evidence-box", hidden: true });
  const button = make("button", { type: "button", class: "quiet evidence", "aria-expanded": "false" }, words.evidence_of_answer);
  button.addEventListener("click", () => toggle(button, place, () => fillEvidence(place, query, { row: {} })));
  return [...parts, button, place];
}

function toggle(button, place, fill) {
  const opens = place.hidden;
  place.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
  if (opens && !place.childElementCount) fill();
}

function showEmpty(query, settings) {
  return [make("p", { class: "verdict" }, words.empty), explanation(query, settings)];
}

/** Why there is no answer, as soon as the server has found out. */
function explanation(query, settings) {
  const box = make("div", { class: "notice", "aria-live": "polite" }, make("p", {}, `${words.empty_why} …`));
  ask("/query/explain", { query }).then(
    ({ explanations }) => {
      const lines = explanations.map((one) => {
        const item = make("li", {}, one.message);
        if (one.line) {
          const go = () => settings.onGo(one.line, one.column);
          item.append(" ", make("button", { type: "button", class: "quiet evidence", onclick: go }, say("go_to_line", { line: one.line })));
        }
        return item;
      });
      box.replaceChildren(
        make("p", {}, make("strong", {}, words.empty_why)),
        lines.length ? make("ul", {}, ...lines) : make("p", {}, words.empty_unknown),
      );
    },
    (error) => box.replaceChildren(make("p", {}, error.message)),
  );
  return box;
}

/** Why a query did not run. */
export function showFailure(place, error, settings) {
  const said = error.said ?? {};
  const box = make("div", { class: "notice bad", role: "alert" }, make("p", {}, make("strong", {}, words.failed)));
  box.append(make("p", {}, error.message));
  if (said.hint) box.append(make("p", {}, said.hint));
  if (said.line) {
    const go = () => settings.onGo(said.line, said.column || 1);
    box.append(make("button", { type: "button", class: "quiet evidence", onclick: go }, say("go_to_line", { line: said.line })));
  }
  place.replaceChildren(box);
}

class Shown {
  constructor(place, query, answer, settings) {
    Object.assign(this, { place, query, answer, settings });
    this.naming = lang;
    this.filter = "";
    this.order = null;
    this.page = 0;
    this.kept = { chart: {}, timeline: {}, network: {} };
    this.views = ["table", ...drawingsOf(answer), "raw"];
    this.view = this.views.includes(settings.view) ? settings.view : "table";
    this.body = make("div");
    const parts = [];
    if (answer.partial) parts.push(make("p", { class: "notice" }, words.partial));
    parts.push(this.tools(), this.body, this.downloads());
    place.replaceChildren(...parts);
    this.show();
  }

  tools() {
    const views = make("div", { class: "answer-views", role: "group", "aria-label": words.views });
    for (const view of this.views) {
      const button = make("button", { type: "button", class: "quiet", "data-view": view }, words[`view_${view}`]);
      button.addEventListener("click", () => {
        this.view = view;
        this.settings.onView(view);
        this.show();
      });
      views.append(button);
    }
    this.buttons = views;
    const naming = make("select", {
      id: "answer-names",
      onchange: () => {
        this.naming = naming.value;
        this.show();
      },
    });
    for (const one of ["en", "ja", "iri"]) naming.append(make("option", { value: one, selected: one === this.naming }, words[`names_${one}`]));
    this.search = make("input", {
      type: "search",
      id: "answer-filter",
      oninput: () => {
        this.filter = this.search.value;
        this.page = 0;
        this.show();
      },
    });
    this.searchLabel = make("label", {}, words.filter, " ", this.search);
    return make("div", { class: "answer-tools" }, views, make("label", {}, words.names, " ", naming), this.searchLabel);
  }

  show() {
    for (const button of this.buttons.children) {
      button.setAttribute("aria-pressed", String(button.dataset.view === this.view));
    }
    this.searchLabel.hidden = this.view !== "table";
    if (this.view === "table") this.body.replaceChildren(...this.table());
    else if (this.view === "raw") this.showRaw();
    else {
      const drawing = { chart: showChart, timeline: showTimeline, network: showNetwork }[this.view];
      this.body.replaceChildren(drawing(this.answer, this.naming, this.kept[this.view]));
    }
  }

  // Table.

  rows() {
    const { rows, labels } = this.answer;
    const text = (cell) => textOf(cell, labels, this.naming);
    let places = rows.map((_, place) => place);
    const wanted = this.filter.normalize("NFKC").toLowerCase().trim();
    if (wanted) {
      places = places.filter((place) => rows[place].some((cell) => text(cell).normalize("NFKC").toLowerCase().includes(wanted)));
    }
    if (this.order) {
      const { column, down } = this.order;
      const keys = new Map(places.map((place) => [place, [numberOf(rows[place][column]), text(rows[place][column])]]));
      places.sort((one, two) => {
        const [first, second] = [keys.get(one), keys.get(two)];
        // What is empty stays behind.
        const empty = Number(!first[1]) - Number(!second[1]);
        const numbers = first[0] !== undefined && second[0] !== undefined;
        const order = numbers ? first[0] - second[0] : collator.compare(first[1], second[1]);
        return empty || (down ? -order : order) || one - two;
      });
    }
    return places;
  }

  table() {
    const places = this.rows();
    const pages = Math.max(1, Math.ceil(places.length / ROWS_A_PAGE));
    this.page = Math.min(this.page, pages - 1);
    const shown = places.slice(this.page * ROWS_A_PAGE, (this.page + 1) * ROWS_A_PAGE);
    const head = make("tr", {}, make("th", { scope: "col", class: "count" }, words.number));
    this.answer.columns.forEach((name, column) => {
      const isOrder = this.order?.column === column;
      const sort = isOrder ? (this.order.down ? "descending" : "ascending") : false;
      const button = make("button", { type: "button", onclick: () => this.sort(column) }, name);
      const cells = shown.map((place) => this.answer.rows[place][column]).filter(Boolean);
      const isNumber = cells.length > 0 && cells.every((cell) => numberOf(cell) !== undefined);
      head.append(make("th", { scope: "col", class: isNumber ? "number" : false, "aria-sort": sort }, button));
    });
    head.append(make("th", { scope: "col" }, words.evidence));
    const body = make("tbody", {}, ...shown.map((place) => this.row(place)));
    const table = make("table", { "aria-labelledby": "answer-title" }, make("thead", {}, head), body);
    const parts = [make("div", { class: "answer-table", tabindex: "0", role: "region", "aria-labelledby": "answer-title" }, table)];
    if (this.filter) {
      const values = { shown: count(places.length), count: count(this.answer.rows.length) };
      parts.unshift(make("p", { class: "soft", role: "status" }, say("filtered", values)));
    }
    if (pages > 1) parts.push(this.pager(pages));
    return parts;
  }

  sort(column) {
    const isSame = this.order?.column === column;
    this.order = isSame && this.order.down ? null : { column, down: isSame };
    this.page = 0;
    this.show();
    this.body.querySelectorAll("thead button")[column].focus();
  }

  row(place) {
    const { rows, labels } = this.answer;
    const line = make("tr", {}, make("td", { class: "count" }, count(place + 1)));
    rows[place].forEach((cell, column) => {
      const isNumber = numberOf(cell) !== undefined;
      const said = { class: !cell ? "none" : isNumber ? "number" : false, "data-name": this.answer.columns[column] };
      line.append(make("td", said, showTerm(cell, labels, this.naming)));
    });
    const button = make(
      "button",
      { type: "button", class: "quiet evidence", "aria-expanded": "false", "aria-label": say("evidence_of", { row: count(place + 1) }) },
      words.evidence,
    );
    button.addEventListener("click", () => this.toggleEvidence(place, line, button));
    line.append(make("td", {}, button));
    return line;
  }

  toggleEvidence(place, line, button) {
    const opens = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(opens));
    if (!opens) {
      line.nextElementSibling.remove();
      return;
    }
    const { rows, columns, kind } = this.answer;
    const box = make("div", { class: "evidence-box", role: "group", "aria-label": say("evidence_of", { row: count(place + 1) }) });
    line.after(make("tr", { class: "evidence-row" }, make("td", { colspan: columns.length + 2 }, box)));
    const row = kind === "triples" ? { triple: rows[place] } : { row: Object.fromEntries(columns.map((name, column) => [name, rows[place][column]])) };
    fillEvidence(box, this.query, row);
  }

  pager(pages) {
    const go = (page) => () => {
      this.page = page;
      this.show();
      this.body.querySelector(".pages [role=status]").scrollIntoView({ block: "nearest" });
    };
    const button = (name, page, off) => make("button", { type: "button", class: "quiet", onclick: go(page), disabled: off }, words[name]);
    return make(
      "nav",
      { class: "pages", "aria-label": words.pages },
      button("page_first", 0, this.page === 0),
      button("page_previous", this.page - 1, this.page === 0),
      make("span", { role: "status" }, say("page", { page: count(this.page + 1), pages: count(pages) })),
      button("page_next", this.page + 1, this.page === pages - 1),
      button("page_last", pages - 1, this.page === pages - 1),
    );
  }

  // Data.

  formats() {
    return this.answer.kind === "triples" ? GRAPHS : RESULTS;
  }

  fetch(mediaType) {
    const body = new URLSearchParams({ query: this.query });
    return fetchOrRefuse(`${root}/sparql`, { method: "POST", body, headers: { Accept: `${mediaType}, application/json;q=0.1` } });
  }

  async showRaw() {
    const [mediaType] = Object.values(this.formats())[this.answer.kind === "triples" ? 0 : 2];
    const box = make("pre", { class: "raw", tabindex: "0", "aria-label": words.view_raw }, words.running);
    this.body.replaceChildren(box);
    try {
      const text = await (await this.fetch(mediaType)).text();
      box.textContent = text.length > MOST_RAW ? `${text.slice(0, MOST_RAW)}…` : text;
    } catch (error) {
      box.textContent = [error.message, error.said?.hint].filter(Boolean).join(" ");
    }
  }

  downloads() {
    const said = make("span", { class: "soft", role: "status" });
    const box = make("div", { class: "answer-tools downloads" }, make("span", { class: "soft" }, words.download));
    for (const [name, [mediaType, extension]] of Object.entries(this.formats())) {
      const save = async () => {
        said.textContent = words.running;
        try {
          const blob = await (await this.fetch(mediaType)).blob();
          const link = make("a", { href: URL.createObjectURL(blob), download: `answer.${extension}` });
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
          said.textContent = "";
        } catch (error) {
          said.textContent = [error.message, error.said?.hint].filter(Boolean).join(" ");
        }
      };
      box.append(make("button", { type: "button", class: "quiet", onclick: save, "aria-label": say("download_as", { name }) }, name));
    }
    box.append(said);
    return box;
  }
}

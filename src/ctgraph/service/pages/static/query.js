// The query page: tabs, the editor or the plain field, running and what was run.

import { showAnswer, showFailure } from "./query-answer.js";
import { ask, count, data, lang, make, root, say, words } from "./query-common.js";

const byId = (id) => document.getElementById(id);
const MOST_TABS = 12;
const MOST_KEPT = 50;
const LONGEST_TITLE = 40;
const LONGEST_LINK = 6000;
const LONGEST_FRAGMENT = 60_000;
const CHECK_AFTER = 400;

// --- what the browser keeps ---

const KEY = `ctgraph-query:${root}`;

function remember(name, value) {
  try {
    localStorage.setItem(`${KEY}:${name}`, JSON.stringify(value));
  } catch {
    // Storage is full or not allowed; the page works without.
  }
}

function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(`${KEY}:${name}`));
  } catch {
    return null;
  }
}

// --- the field where one writes ---

/** The plain field, with the functions of the editor. */
function plainField(settings) {
  const field = byId("query-text");
  let timer;
  const changed = () => {
    settings.onChange(field.value);
    clearTimeout(timer);
    timer = setTimeout(() => settings.check(field.value), CHECK_AFTER);
  };
  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      settings.onRun();
    }
  });
  const put = (from, to, text) => {
    field.focus();
    field.setSelectionRange(from, to);
    // Unlike setting the value this can be undone, where the browser still knows it.
    if (!document.execCommand?.("insertText", false, text)) field.setRangeText(text, from, to, "end");
    changed();
  };
  return {
    text: () => field.value,
    show(name, text) {
      field.value = text;
      settings.check(text);
    },
    forget() {},
    replace: (text) => put(0, field.value.length, text),
    change: put,
    select(from, to) {
      field.focus();
      field.setSelectionRange(from, to);
    },
    mark() {},
    focus: () => field.focus(),
  };
}

async function openField(settings) {
  let createEditor;
  try {
    ({ createEditor } = await import("./editor.js"));
  } catch {
    byId("query-keys").textContent = words.plain_keys;
    return plainField(settings);
  }
  byId("editor-place").hidden = false;
  byId("query-text").hidden = true;
  byId("query-label").hidden = true;
  return createEditor({ parent: byId("editor-place"), ...settings });
}

// --- checking while one writes ---

let problems = [];
let checking;

async function check(text) {
  checking?.abort();
  checking = new AbortController();
  try {
    const found = await ask("/query/check", { query: text }, checking.signal);
    showProblems(found.problems);
    return found.problems;
  } catch {
    return []; // the next key asks again
  }
}

function showProblems(found) {
  problems = found;
  const list = byId("problems");
  list.hidden = !found.length;
  list.replaceChildren(
    ...found.map((one) => {
      const where = say("place", { line: one.line, column: one.column });
      const go = make("button", { type: "button", class: "quiet", onclick: () => field.select(one.start, one.end) }, where);
      const uses = one.suggestions.map((name) =>
        make("button", { type: "button", class: "quiet", onclick: () => field.change(one.start, one.end, name) }, say("use", { name })),
      );
      return make("li", { class: one.severity }, [one.message, one.hint].filter(Boolean).join(" "), " ", go, ...uses);
    }),
  );
}

/** The place of a line and a column, which count letters, in the units of the browser. */
function placeOf(text, line, column) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

function goTo(line, column) {
  const place = placeOf(field.text(), line, column);
  field.select(place, place);
}

// --- tabs ---

let tabs = [];
let active = 0;

const saveTabs = () => remember("tabs", { tabs: tabs.map(({ id, text }) => ({ id, text })), active });

function titleOf(tab, place) {
  const comment = /^\s*#\s*([^\n]*\S)/.exec(tab.text);
  const title = comment ? comment[1] : `${words.tab} ${place + 1}`;
  return [...title].length > LONGEST_TITLE ? `${[...title].slice(0, LONGEST_TITLE).join("")}…` : title;
}

function showTabs() {
  const list = byId("tabs");
  const buttons = tabs.map((tab, place) =>
    make(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${tab.id}`,
        "aria-selected": String(place === active),
        "aria-controls": "editor-panel",
        tabindex: place === active ? "0" : "-1",
        onclick: () => openTab(place),
      },
      titleOf(tab, place),
    ),
  );
  list.replaceChildren(...buttons);
  const panel = byId("editor-panel");
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", `tab-${tabs[active].id}`);
  byId("close-tab").hidden = tabs.length < 2;
  byId("close-tab").textContent = say("close_tab", { name: titleOf(tabs[active], active) });
  byId("new-tab").disabled = tabs.length >= MOST_TABS;
}

function openTab(place, { focus = false } = {}) {
  active = place;
  field.show(tabs[active].id, tabs[active].text);
  showTabs();
  saveTabs();
  if (focus) byId(`tab-${tabs[active].id}`).focus();
}

/** Open a query in the tab that has it, else in a new one, else, if there are too many, in this. */
function addTab(text) {
  const same = tabs.findIndex((one) => one.text === text);
  if (same >= 0) return openTab(same);
  if (tabs.length >= MOST_TABS) {
    field.replace(text);
    return undefined;
  }
  tabs.push({ id: 1 + Math.max(0, ...tabs.map((one) => one.id)), text });
  return openTab(tabs.length - 1);
}

function closeTab() {
  field.forget(tabs[active].id);
  tabs.splice(active, 1);
  openTab(Math.min(active, tabs.length - 1), { focus: true });
}

function moveInTabs(event) {
  const moves = { ArrowRight: active + 1, ArrowLeft: active - 1, Home: 0, End: tabs.length - 1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  openTab((moves[event.key] + tabs.length) % tabs.length, { focus: true });
}

// --- running ---

let running = null;

async function run({ view = "table" } = {}) {
  const query = field.text();
  if (!query.trim()) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const began = performance.now();
  const clock = setInterval(() => {
    byId("clock").textContent = say("seconds", { seconds: ((performance.now() - began) / 1000).toFixed(1) });
  }, 100);
  byId("answer").hidden = false;
  byId("answer").setAttribute("aria-busy", "true");
  byId("answer-body").replaceChildren();
  byId("answer-status").textContent = words.running;
  byId("cancel").hidden = false;
  const settings = { view, onView: (chosen) => keepInAddress(query, chosen), onGo: goTo };
  let result;
  try {
    const answer = await ask("/query/run", { query }, mine.signal);
    const seconds = say("seconds", { seconds: ((performance.now() - began) / 1000).toFixed(2) });
    result = answer.rows?.length;
    byId("answer-status").textContent = [rowsOf(answer), seconds].filter(Boolean).join(" · ");
    showAnswer(byId("answer-body"), query, answer, settings);
    keepInAddress(query, view);
    addToHistory(query, result);
  } catch (error) {
    if (running !== mine) return; // another run has begun
    const isCancelled = error.name === "AbortError";
    byId("answer-status").textContent = isCancelled ? words.cancelled : "";
    if (!isCancelled) {
      showFailure(byId("answer-body"), error, settings);
      markFailure(query, error);
    }
  } finally {
    clearInterval(clock);
    if (running === mine) {
      running = null;
      byId("clock").textContent = "";
      byId("cancel").hidden = true;
      byId("answer").removeAttribute("aria-busy");
    }
  }
}

function rowsOf(answer) {
  if (answer.kind === "boolean") return "";
  const number = answer.rows.length;
  const key = `${answer.kind === "table" ? "rows" : "triples"}_${number === 1 ? "one" : "many"}`;
  return say(key, { count: `${count(number)}${answer.partial ? "+" : ""}` });
}

function markFailure(query, error) {
  if (!error.said?.line || problems.some((one) => one.severity === "error")) return;
  const { line, column, hint } = error.said;
  const start = placeOf(query, line, column || 1);
  field.mark([{ severity: "error", message: error.message, hint: hint ?? "", start, end: start + 1, suggestions: [] }]);
}

// --- links ---

/** The address of the page with a query in it; null if it would be too long. */
function addressOf(query, { view = "table", runs = false } = {}) {
  const said = new URLSearchParams({ lang, ...(view === "table" ? {} : { view }), ...(runs ? { run: "1" } : {}) });
  const quoted = encodeURIComponent(query);
  if (quoted.length <= LONGEST_LINK) return `${location.pathname}?${said}&query=${quoted}`;
  if (quoted.length <= LONGEST_FRAGMENT) return `${location.pathname}?${said}#query=${quoted}`;
  return null;
}

let viewNow = "table";

function keepInAddress(query, view) {
  viewNow = view;
  const address = addressOf(query, { view });
  if (address) history.replaceState(null, "", address);
}

async function share() {
  const address = addressOf(field.text(), { view: viewNow, runs: true });
  if (!address) {
    byId("said").textContent = words.too_long_link;
    return;
  }
  try {
    await navigator.clipboard.writeText(new URL(address, location.href).href);
    byId("said").textContent = words.copied;
  } catch {
    history.replaceState(null, "", address);
    byId("said").textContent = words.link_in_address;
  }
}

// --- history ---

function addToHistory(query, rows) {
  const kept = (recall("history") ?? []).filter((one) => one.query !== query);
  kept.unshift({ query, rows, when: Date.now() });
  remember("history", kept.slice(0, MOST_KEPT));
  showHistory();
}

function showHistory() {
  const kept = recall("history") ?? [];
  byId("history-empty").hidden = kept.length > 0;
  byId("history-clear").hidden = !kept.length;
  byId("history-list").replaceChildren(
    ...kept.map(({ query, rows, when }) => {
      const line = query.replace(/\s+/g, " ").trim();
      const title = [...line].length > 110 ? `${[...line].slice(0, 110).join("")}…` : line;
      const about = [new Date(when).toLocaleString(lang)];
      if (rows !== undefined) about.push(say(rows === 1 ? "rows_one" : "rows_many", { count: count(rows) }));
      return make(
        "li",
        {},
        make("button", { type: "button", class: "link", onclick: () => openAndShow(query) }, title),
        make("span", { class: "soft small" }, ` ${about.join(" · ")}`),
      );
    }),
  );
}

function openAndShow(query) {
  addTab(query);
  byId("query-form").scrollIntoView();
  field.focus();
}

// --- examples ---

function findExamples() {
  const wanted = byId("examples-find").value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of byId("examples-list").children) {
    const text = `${item.dataset.words} ${item.textContent}`.normalize("NFKC").toLowerCase();
    item.hidden = !wanted.every((word) => text.includes(word));
    found += Number(!item.hidden);
  }
  byId("examples-none").hidden = found > 0;
}

function openExample(event) {
  const link = event.target.closest("a[data-name]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [query, view] = data.examples[link.dataset.name];
  openAndShow(query);
  run({ view });
}

// --- begin ---

async function format() {
  try {
    const { query } = await ask("/query/format", { query: field.text() });
    if (query !== field.text()) field.replace(query);
    byId("said").textContent = "";
  } catch (error) {
    byId("said").textContent = error.message;
  }
}

let vocabulary;
const names = new Map();

const field = await openField({
  lang,
  words,
  phrases: data.phrases,
  label: words.editor,
  description: words.editor_keys,
  check,
  onRun: () => run(),
  onFormat: format,
  onChange(text) {
    if (!tabs[active] || tabs[active].text === text) return;
    const before = titleOf(tabs[active], active);
    tabs[active].text = text;
    if (titleOf(tabs[active], active) !== before) showTabs();
    saveTabs();
  },
  async vocabulary() {
    vocabulary ??= ask("/query/vocabulary").catch((error) => {
      vocabulary = undefined;
      throw error;
    });
    return vocabulary.catch(() => ({ prefixes: {}, classes: [], properties: [], together: {} }));
  },
  async names(text) {
    if (!names.has(text)) {
      try {
        names.set(text, (await ask(`/query/names?q=${encodeURIComponent(text)}`)).names);
      } catch {
        return [];
      }
    }
    return names.get(text);
  },
});

function begin() {
  const address = new URL(location.href);
  const fragment = /^#query=(.*)$/s.exec(address.hash);
  const kept = recall("tabs");
  const given = fragment ? decodeURIComponent(fragment[1]) : data.given ? byId("query-text").defaultValue : null;
  tabs = (kept?.tabs ?? []).filter((one) => typeof one.text === "string" && Number.isInteger(one.id));
  if (!tabs.length) tabs = [{ id: 1, text: given ?? byId("query-text").defaultValue }];
  active = Math.min(Math.max(0, Number(kept?.active) || 0), tabs.length - 1);
  openTab(active);
  if (given !== null) addTab(given);
  showHistory();
  const view = address.searchParams.get("view") ?? "table";
  viewNow = view;
  if (given !== null && address.searchParams.get("run") === "1") run({ view });
}

document.documentElement.classList.add("scripted");
byId("query-form").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("cancel").addEventListener("click", () => running?.abort());
byId("format").addEventListener("click", format);
byId("share").addEventListener("click", share);
byId("new-tab").addEventListener("click", () => {
  addTab("SELECT *\nWHERE {\n  \n}\nLIMIT 100\n");
  field.focus();
});
byId("close-tab").addEventListener("click", closeTab);
byId("tabs").addEventListener("keydown", moveInTabs);
byId("examples-find").addEventListener("input", findExamples);
byId("examples-list").addEventListener("click", openExample);
byId("history-clear").addEventListener("click", () => {
  remember("history", []);
  showHistory();
});
begin();

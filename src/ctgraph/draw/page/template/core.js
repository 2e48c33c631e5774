// What the page shows, and how what it is told becomes elements. Everything that comes from the
// data becomes text (textContent), never markup, and nothing is fetched.
const $ = (id) => document.getElementById(id);
if (!window.DecompressionStream) {
  $("note").textContent = $("note").dataset.old;
  $("note").hidden = false;
  throw new Error("no DecompressionStream");
}
const unpacked = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
// Compressed (RFC 1950) and in base64, for most of it are words that stand in it again and again.
const packed = new Blob([unpacked($("data").textContent)]).stream();
const page = await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).json();
// Names are measured in the letters of the page, which are read while the rest is made.
const letters = Promise.all(
  ["ctgraph-sans", "ctgraph-fallback"].map((family) => document.fonts.load("16px " + family)),
);
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const motion = calm ? false : { duration: 350 };

// The reader's choices. Facets hold the index of a value, or -1 for all.
const START = {
  lang: page.lang,
  selected: null, // { kind: "node" | "edge", number }
  hidden: new Set(), // groups of the legend, and "Stated" or "Inferred"
  year: -1,
  against: -1, // the year that `year` is compared with
  topic: -1,
  place: -1,
  source: -1,
  rolled: page.rolled, // whether bodies of a state are drawn as the state
  ego: null, // { node, hops }
  open: new Set(), // nodes whose own neighbourhoods were added to it
  whole: !page.starts, // whether everything is drawn before anybody asks for a part
  grouped: true, // whether communities are coloured
  path: null, // { from, to }
  step: -1, // of the story; -1 if it is not told
  chart: page.opens, // the key of the chart in the place of the network
  board: null, // whose board is among the charts; null for that of the step or of the page
  stage: false, // whether it is told without tools
  dark: null, // whether colours are dark; null where the theme or the system says it
};
const state = { ...START };
const FACETS = ["year", "topic", "place", "source"];
const LOOKED_AT = ["hidden", "ego", "open", "whole", "path", "rolled", "against", ...FACETS];
// A source of the whole page is named with the others.
for (const value of page.facets.source || []) {
  const { label_en: en, label_ja: ja } = page.about.sources[value.source] || {};
  if ("source" in value) Object.assign(value, { en: en || ja, ja: ja || en });
}

// What the choices leave; `refresh` makes it anew. Set by look(), in filter.js.
let seen = null;
const viewers = [];

function onChange(view) {
  viewers.push(view);
}

// A choice made again keeps the object that stands for it, so that views see nothing new.
function same(one, two) {
  const plain = (value) => JSON.stringify(value instanceof Set ? [...value].sort() : value);
  return plain(one) === plain(two);
}

const isNew = (before, ...keys) => keys.some((key) => before[key] !== state[key]);

function change(choices) {
  const before = { ...state };
  const home = document.activeElement.closest("#details, #story, #tools");
  for (const [key, value] of Object.entries(choices)) if (!same(state[key], value)) state[key] = value;
  if (isNew(before, "rolled") && state.selected) state.selected = drawnAs(state.selected);
  if (seen === null || isNew(before, ...LOOKED_AT)) seen = look();
  if (state.selected && !isSeen(state.selected)) state.selected = null;
  for (const view of viewers) view(before);
  keepPlace(home);
}

const isUsable = (element) => element !== document.body && element.isConnected
  && !element.disabled && element.getClientRects().length > 0;

// A button may take itself away; who stood on it then stands on what it was part of.
function keepPlace(home) {
  if (!home || isUsable(document.activeElement)) return;
  const near = [home, ...home.querySelectorAll("button, input, select, summary"), $("picture")];
  near.find((element) => element.tabIndex >= 0 && isUsable(element)).focus({ preventScroll: true });
}

const word = (key) => page.words[state.lang][key];
const other = () => (state.lang === "ja" ? "en" : "ja");
const inLanguage = (names) => names[state.lang] || names[other()] || "";
const listed = (names) => names.join(state.lang === "ja" ? "、" : ", ");

function count(number, key) {
  const text = word(number === 1 ? key + "_one" : key + "_many");
  return state.lang === "ja" ? number + text : number + " " + text;
}

function make(tag, options, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options || {})) {
    if (value === null || value === undefined || value === "") continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const named = (text, options) => make("span", { dir: "auto", text, ...options });

// Lists are made anew when something changes; who stood on a button still stands on it then.
function replace(container, children) {
  const marked = document.activeElement && container.contains(document.activeElement)
    ? document.activeElement.getAttribute("data-key") : null;
  container.replaceChildren(...children);
  if (marked === null) return;
  const again = [...container.querySelectorAll("[data-key]")]
    .find((element) => element.getAttribute("data-key") === marked);
  if (again) again.focus({ preventScroll: true });
}

function announce(text) {
  $("announcement").textContent = text;
}

// What the parts of the query page share: its words, elements, labels of terms, requests.

export const data = JSON.parse(document.getElementById("query-data").textContent);
export const { words, lang, root } = data;
const LANGUAGES = ["en", "ja"];

/** A phrase with its places filled in. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A number as the language writes it. */
export function count(number) {
  return number.toLocaleString(lang);
}

/**
 * An element. Texts become text nodes, never markup; of the properties `on…` are listeners, and
 * true and false mean that an attribute is there or not.
 */
export function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((one) => one !== null && one !== undefined));
  return made;
}

/** An element of a drawing. */
export function draw(name, properties = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The page about a thing. */
export function pageOf(iri) {
  for (const [space, path] of Object.entries(data.places)) {
    const local = iri.slice(space.length);
    if (!iri.startsWith(space) || !/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(local)) continue;
    return path.endsWith("#") ? `${root}${path}${local}` : `${root}${path}${local}.html?lang=${lang}`;
  }
  return `${root}/entity?iri=${encodeURIComponent(iri)}&lang=${lang}`;
}

/** A cell as text; `naming` is en, ja or iri. */
export function textOf(cell, labels, naming) {
  if (!cell) return "";
  if (cell.iri !== undefined) {
    const names = labels[cell.iri];
    return (naming !== "iri" && names && names[LANGUAGES.indexOf(naming)]) || cell.curie;
  }
  if (cell.blank !== undefined) return `_:${cell.blank}`;
  return cell.text ?? cell.triple;
}

/** A cell as an element. */
export function showTerm(cell, labels, naming) {
  const text = textOf(cell, labels, naming);
  if (!cell) return make("span");
  if (cell.iri !== undefined) {
    return make("a", { href: pageOf(cell.iri), title: cell.curie.startsWith("<") ? cell.iri : cell.curie }, text);
  }
  if (cell.blank !== undefined) return make("span", { class: "soft", title: words.blank }, text);
  if (!cell.lang) return make("span", { title: cell.type ?? false }, text);
  return make("span", { lang: cell.lang }, text, make("span", { class: "lang", "aria-hidden": "true" }, cell.lang));
}

const NUMBER = /^http:\/\/www\.w3\.org\/2001\/XMLSchema#(integer|decimal|double|float|int|long|short|byte|(non)?(Negative|Positive)Integer|(non|positive|negative)[A-Za-z]*Integer|unsigned[A-Za-z]+)$/;
const DATE = /^http:\/\/www\.w3\.org\/2001\/XMLSchema#(date|dateTime|gYear|gYearMonth)$/;

/** The number of a cell; undefined if it is none. */
export function numberOf(cell) {
  if (!cell || !cell.type || !NUMBER.test(cell.type)) return undefined;
  const number = Number(cell.text);
  return Number.isFinite(number) ? number : undefined;
}

/** The day of a cell as a number of days; undefined if it is no date. */
export function dayOf(cell) {
  if (!cell || !cell.type || !DATE.test(cell.type)) return undefined;
  const match = /^(-?\d{4,6})(?:-(\d\d))?(?:-(\d\d))?/.exec(cell.text);
  if (!match) return undefined;
  const made = new Date(Date.UTC(2000, Number(match[2] ?? 1) - 1, Number(match[3] ?? 1)));
  made.setUTCFullYear(Number(match[1]));
  return made.getTime() / 86_400_000;
}

/** What went wrong with a request, as the server says it. */
export class Refused extends Error {
  constructor(said, status) {
    super(said.error ?? words.unreachable);
    this.said = { ...said, status };
  }
}

/** Ask a path of the query page; what is sent goes as JSON. */
export async function ask(path, sent, signal) {
  const url = `${root}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`;
  const options = { signal, headers: { Accept: "application/json" } };
  if (sent !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(sent);
  }
  return (await fetchOrRefuse(url, options)).json();
}

/** A reply, or `Refused` if it is none. */
export async function fetchOrRefuse(url, options) {
  let reply;
  try {
    reply = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused({}, 0);
  }
  if (reply.ok) return reply;
  const said = await reply.json().catch(() => ({}));
  throw new Refused(said, reply.status);
}

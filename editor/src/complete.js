// Completion of a query: what may stand where it is asked for, found by term or label.

import { expectedAt } from "./tokens.js";

const FUNCTIONS = (
  "ABS AVG BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI EXISTS FLOOR " +
  "GROUP_CONCAT HOURS IF IRI isBLANK isIRI isLITERAL isNUMERIC LANG LANGMATCHES LCASE MAX MD5 MIN " +
  "MINUTES MONTH NOW RAND REGEX REPLACE ROUND sameTerm SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR " +
  "STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE " +
  "URI UUID YEAR"
).split(" ");
const WORDS = {
  start: "SELECT ASK CONSTRUCT DESCRIBE PREFIX BASE WHERE FROM",
  prefix: "",
  select: "DISTINCT REDUCED WHERE FROM AS",
  subject: "OPTIONAL FILTER BIND VALUES UNION MINUS GRAPH SELECT NOT EXISTS",
  verb: "",
  object: "",
  class: "",
  after: "OPTIONAL FILTER BIND VALUES UNION MINUS GRAPH",
  expression: "AS ASC DESC DISTINCT EXISTS IN LIMIT NOT OFFSET ORDER SEPARATOR",
  values: "UNDEF",
  graph: "",
  modifier: "GROUP BY HAVING ORDER LIMIT OFFSET VALUES ASC DESC",
};
const MOST = 60;
const SHORTEST_NAME = 2;

/** A text in the form in which it is compared. */
export function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

/** How well a text fits what was typed: 0 is best, undefined not at all. */
export function rank(typed, term, labels) {
  if (!typed) return 0;
  const name = fold(term);
  const local = name.slice(name.indexOf(":") + 1);
  if (name.startsWith(typed) || local.startsWith(typed)) return 0;
  const folded = labels.map(fold);
  if (folded.some((one) => one.startsWith(typed))) return 1;
  if (folded.some((one) => one.split(/[\s（(・-]+/u).some((word) => word.startsWith(typed)))) return 2;
  // Within a word a single letter says nothing.
  const inside = typed.length > 1 || /[^\u0000-\u024f]/u.test(typed);
  return inside && (local.includes(typed) || folded.some((one) => one.includes(typed))) ? 3 : undefined;
}

function label(labels, lang) {
  const other = lang === "ja" ? "en" : "ja";
  return [labels[lang], labels[other]].filter(Boolean).join(" · ");
}

/** The option of a class or a property. */
function termOption(one, type, settings) {
  const { lang, words } = settings;
  const about = one.definitions[lang] ?? one.definitions.en ?? "";
  const uses = one.number === null ? "" : words.uses.replace("{count}", one.number.toLocaleString(lang));
  return {
    label: one.term,
    detail: label(one.labels, lang),
    type,
    info: about || uses ? () => infoBox([about, uses]) : undefined,
  };
}

function infoBox(lines) {
  const box = document.createElement("div");
  for (const line of lines.filter(Boolean)) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    box.append(paragraph);
  }
  return box;
}

function pickTerms(terms, typed, first = []) {
  const places = new Map(first.map((term, place) => [term, place]));
  return terms
    .map((one, place) => [
      rank(typed, one.term, Object.values(one.labels)),
      places.has(one.term) ? places.get(one.term) : first.length,
      place,
      one,
    ])
    .filter(([fit]) => fit !== undefined)
    .sort((one, two) => one[1] - two[1] || one[0] - two[0] || one[2] - two[2])
    .sort((one, two) => Number(one[0] > 2) - Number(two[0] > 2))
    .slice(0, MOST)
    .map(([, , , one]) => one);
}

/**
 * The options at a place of a query: {from, options}, or null if nothing may stand there.
 *
 * @param text The query.
 * @param place Where, in UTF-16 units.
 * @param explicit Whether they were asked for, so that an empty word has options too.
 * @param settings {lang, words, vocabulary, names}, the last two as /query/vocabulary answers and
 *   as a function that asks /query/names.
 */
export async function optionsAt(text, place, explicit, settings) {
  const found = expectedAt(text, place);
  const { slot, word, variables } = found;
  if (slot === "none" || (!explicit && !word.text)) return null;
  const vocabulary = await settings.vocabulary();
  const typed = fold(word.text);
  const isVariable = /^[?$]/.test(word.text);
  const named = variables
    .filter((one) => (isVariable ? one.slice(1).startsWith(word.text.slice(1)) : !typed))
    .map((one) => ({ label: one, type: "variable" }));
  const terms = isVariable ? [] : await termOptions(found, typed, vocabulary, settings);
  // Where a property or a class is due, a variable is the exception.
  const parts = slot === "verb" || slot === "class" ? [terms, named] : [named, terms];
  const options = slot === "prefix" ? terms : parts.flat();
  return options.length ? { from: word.from, options, filter: false } : null;
}

async function termOptions(found, typed, vocabulary, settings) {
  const { slot, subject, types } = found;
  const options = [];
  const words = (slot === "verb" ? ["a"] : WORDS[slot].split(" ")).filter(Boolean);
  const functions = slot === "expression" || slot === "select" ? FUNCTIONS : [];
  for (const one of words) {
    if (fold(one).startsWith(typed)) options.push({ label: one, type: "keyword" });
  }
  for (const one of functions) {
    if (fold(one).startsWith(typed) && typed) options.push({ label: one, type: "function" });
  }
  if (slot === "prefix") {
    for (const [name, iri] of Object.entries(vocabulary.prefixes)) {
      if (name.startsWith(typed.replace(/:.*/, ""))) {
        options.push({ label: `${name}: <${iri}>`, type: "namespace" });
      }
    }
    return options;
  }
  if (slot === "verb") {
    const kinds = types.get(subject) ?? [];
    const first = [...new Set(kinds.flatMap((kind) => vocabulary.together[kind] ?? []))];
    options.push(...pickTerms(vocabulary.properties, typed, first).map((one) => termOption(one, "property", settings)));
  } else if (slot === "class") {
    options.push(...pickTerms(vocabulary.classes, typed).map((one) => termOption(one, "class", settings)));
  } else if (["object", "subject", "values", "graph", "expression"].includes(slot)) {
    if (typed.length >= SHORTEST_NAME || /[^\u0000-\u024f]/u.test(typed)) {
      const asked = typed.replace(/^[\p{L}\p{N}_.-]*:/u, "");
      const things = asked ? await settings.names(asked) : [];
      options.push(
        ...things.map((one) => ({
          label: one.term,
          detail: [one.name, one.kind].filter(Boolean).join(" · "),
          type: "constant",
        })),
      );
      if (slot === "values" || slot === "object" || slot === "expression") {
        options.push(...pickTerms(vocabulary.classes, typed).slice(0, 5).map((one) => termOption(one, "class", settings)));
      }
    }
    if (slot !== "subject" || typed.length >= SHORTEST_NAME) {
      for (const name of Object.keys(vocabulary.prefixes)) {
        if (typed && name.startsWith(typed)) options.push({ label: `${name}:`, type: "namespace" });
      }
    }
  }
  return options;
}

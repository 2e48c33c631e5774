// The tokens of a query, as sparql.py reads them, and what stands at a place of it.

const start = "\\p{L}\\p{Nl}_";
const part = `${start}\\p{N}\\p{M}\\u00B7`;
const escape = "%[0-9A-Fa-f]{2}|\\\\[-_~.!$&'()*+,;=/?#@%]";
const local = `(?:[${part}:]|${escape})(?:(?:[${part}:.-]|${escape})*(?:[${part}:-]|${escape}))?`;
const prefix = `(?:[${start}](?:[${part}.-]*[${part}-])?)?`;

const KINDS = [
  ["comment", "#[^\\n\\r]*"],
  ["space", "\\s+"],
  ["string", '"""(?:(?:""?)?(?:[^"\\\\]|\\\\[^]))*"""|\'\'\'(?:(?:\'\'?)?(?:[^\'\\\\]|\\\\[^]))*\'\'\''],
  ["open", '"""[^]*|\'\'\'[^]*'],
  ["string", '"(?:[^"\\\\\\n\\r]|\\\\.)*"|\'(?:[^\'\\\\\\n\\r]|\\\\.)*\''],
  ["open", "[\"'][^\\n\\r]*"],
  ["iri", '<[^<>"{}|^`\\\\\\u0000-\\u0020]*>'],
  ["var", `[?$](?:[${part}])+`],
  ["bnode", `_:[${part}](?:[${part}.-]*[${part}-])?`],
  ["pname", `${prefix}:(?:${local})?`],
  ["langtag", "@[A-Za-z]+(?:-[A-Za-z0-9]+)*"],
  ["number", "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\\.[0-9]+|[0-9]+"],
  ["word", "[A-Za-z][A-Za-z0-9_]*"],
  ["punct", "\\^\\^|&&|\\|\\||<=|>=|!=|[{}()\\[\\].,;*/|^!?+\\-=<>&~]"],
  ["other", "[^]"],
];
const PATTERN = new RegExp(KINDS.map(([, one]) => `(${one})`).join("|"), "uy");

/** The tokens of a text in order, each {kind, text, from, to}; white space is left out. */
export function tokenize(text) {
  const found = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const from = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    const kind = KINDS[match.findIndex((one, place) => place > 0 && one !== undefined) - 1][0];
    if (kind !== "space") found.push({ kind, text: match[0], from, to: PATTERN.lastIndex });
  }
  return found;
}

const PARTS = new Set(["OPTIONAL", "MINUS", "UNION", "WHERE", "EXISTS", "NOT"]);
const TERMS = new Set(["iri", "pname", "var", "bnode", "string", "number"]);
const TO_CLASS = new Set(["a", "rdf:type", "rdfs:subClassOf", "rdfs:domain", "rdfs:range"]);
const PATH_ENDS = new Set(["*", "+", "?"]);

function frame(bracket, slot, more = {}) {
  return { bracket, slot, subject: "", verb: "", resume: "after", ...more };
}

/**
 * What is expected behind some tokens: {slot, subject, types, variables}.
 *
 * The slot is one of start, prefix, select, subject, verb, object, class, after, expression,
 * values, graph, modifier and none; the subject is that of the triple being written, `types` the
 * classes that the tokens say each subject has.
 */
export function follow(tokens) {
  const frames = [frame("", "start")];
  const types = new Map();
  const top = () => frames[frames.length - 1];

  function term(text) {
    const one = top();
    if (one.slot === "subject") {
      one.subject = text;
      one.slot = "verb";
    } else if (one.slot === "verb") {
      one.verb = text;
      one.slot = TO_CLASS.has(text) ? "class" : "object";
    } else if (one.slot === "object" || one.slot === "class") {
      if (one.slot === "class" && TO_CLASS.has(one.verb)) {
        types.set(one.subject, [...(types.get(one.subject) ?? []), text]);
      }
      if (one.bracket !== "list") one.slot = "after";
    } else if (one.slot === "graph") {
      one.slot = "subject";
    }
  }

  function open(text) {
    const one = top();
    if (text === "{") {
      if (one.slot === "values") frames.push(frame("{", "values", { resume: "subject" }));
      else {
        const resume = one.bracket === "(" ? "expression" : one.bracket === "" ? "modifier" : "subject";
        frames.push(frame("{", "subject", { resume }));
      }
    } else if (text === "[") {
      frames.push(frame("[", "verb"));
    } else if (one.slot === "verb") {
      frames.push(frame("path", "verb", { resume: "object" }));
    } else if (one.slot === "subject" || one.slot === "object" || one.slot === "class") {
      frames.push(frame("list", "object"));
    } else if (one.slot === "values") {
      frames.push(frame("(", "values", { resume: "values" }));
    } else {
      const resume = one.slot === "expression" && one.bracket !== "(" && one.bracket !== "" ? "subject" : one.slot;
      frames.push(frame("(", "expression", { resume }));
    }
  }

  function close() {
    if (frames.length < 2) return;
    const closed = frames.pop();
    const one = top();
    if (closed.bracket === "[" || closed.bracket === "list") term(closed.bracket);
    else one.slot = one.bracket === "" && closed.bracket === "{" && closed.resume === "subject" ? "modifier" : closed.resume;
  }

  function word(text, upper) {
    const one = top();
    if (text === "a" && one.slot === "verb") return term("a");
    if (upper === "TRUE" || upper === "FALSE") return term(text);
    if (upper === "PREFIX") one.slot = "prefix";
    else if (upper === "SELECT" || upper === "DESCRIBE") one.slot = "select";
    else if (upper === "FILTER" || upper === "BIND" || upper === "HAVING" || upper === "BY") one.slot = "expression";
    else if (upper === "VALUES") one.slot = "values";
    else if (upper === "GRAPH" || upper === "SERVICE" || upper === "FROM" || upper === "NAMED") one.slot = one.bracket === "" ? "none" : "graph";
    else if (upper === "LIMIT" || upper === "OFFSET") one.slot = "modifier";
    else if (PARTS.has(upper) && one.slot !== "expression" && one.bracket === "{") one.slot = "subject";
    return undefined;
  }

  for (const { kind, text } of tokens) {
    const one = top();
    if (kind === "word") word(text, text.toUpperCase());
    else if (kind === "punct") {
      if (text === "{" || text === "(" || text === "[") open(text);
      else if (text === "}" || text === ")" || text === "]") close();
      else if (one.bracket === "{" || one.bracket === "[" || one.bracket === "path") {
        if (text === "." && one.slot !== "expression") one.slot = "subject";
        else if (text === ";") one.slot = "verb";
        else if (text === ",") one.slot = TO_CLASS.has(one.verb) ? "class" : "object";
        else if (text === "/" || text === "|") {
          if (one.slot === "object" || one.slot === "class" || one.bracket === "path") one.slot = "verb";
        } else if (PATH_ENDS.has(text)) continue;
      }
    } else if (kind === "iri" && one.slot === "prefix") {
      one.slot = "start";
    } else if (TERMS.has(kind)) {
      term(text);
    }
  }
  const { slot, subject } = top();
  return { slot, subject, types, depth: frames.length - 1 };
}

/** The word at a place, which completion replaces: {from, text}. */
export function wordAt(text, place) {
  const before = text.slice(0, place);
  const match = /(?:[?$]|[\p{L}\p{N}_.-]*:)?[\p{L}\p{M}\p{N}_.-]*$/u.exec(before);
  return { from: place - match[0].length, text: match[0] };
}

/** What may stand at a place of a query; the slot is none within comments, strings and IRIs. */
export function expectedAt(text, place) {
  const word = wordAt(text, place);
  const before = tokenize(text.slice(0, word.from));
  const last = before[before.length - 1];
  const touching = last && last.to === word.from ? last : undefined;
  const inside =
    touching && (touching.kind === "open" || touching.kind === "comment" || touching.text === "<");
  const found = follow(before.filter((one) => one.kind !== "comment"));
  const whole = tokenize(text).filter((one) => one.kind !== "comment");
  const variables = new Set(
    whole
      .filter((one) => one.kind === "var" && !(one.from <= place && place <= one.to))
      .map((one) => `?${one.text.slice(1)}`),
  );
  const isNumber = /^[0-9.-]/.test(word.text);
  return {
    ...found,
    slot: inside || isNumber ? "none" : found.slot,
    word,
    types: new Map([...follow(whole).types, ...found.types]),
    variables: [...variables].sort(),
  };
}

// The editor of the query page: CodeMirror in a shadow root, so that its styles are constructed
// sheets and the page needs no exception in its Content-Security-Policy.

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { forceLinting, linter, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { optionsAt } from "./complete.js";
import { expectedAt, tokenize } from "./tokens.js";

export { expectedAt, optionsAt, tokenize };

const STYLES = {
  comment: "comment",
  string: "string",
  open: "invalid",
  iri: "url",
  var: "variableName",
  bnode: "variableName",
  pname: "typeName",
  langtag: "meta",
  number: "number",
  word: "keyword",
  punct: "operator",
  other: "invalid",
};

// Lines come one by one; a long string that is still open is all that a line must know of those
// before it, besides how deep the braces are.
const sparql = StreamLanguage.define({
  name: "sparql",
  startState: () => ({ quote: "", depth: 0 }),
  token(stream, state) {
    if (state.quote) {
      const end = stream.string.indexOf(state.quote, stream.pos);
      if (end < 0) stream.skipToEnd();
      else {
        stream.pos = end + state.quote.length;
        state.quote = "";
      }
      return "string";
    }
    if (stream.eatSpace()) return null;
    const [one] = tokenize(stream.string.slice(stream.pos));
    const isLong = one.kind === "open" && /^("""|''')/.test(one.text);
    if (isLong) state.quote = one.text.slice(0, 3);
    stream.pos += one.to;
    if (one.text === "{") state.depth += 1;
    if (one.text === "}") state.depth = Math.max(0, state.depth - 1);
    if (one.kind === "word" && one.text !== "a" && /^(true|false)$/i.test(one.text)) return "atom";
    if (one.kind === "punct" && /^[{}()[\]]$/.test(one.text)) return "bracket";
    return isLong ? "string" : STYLES[one.kind];
  },
  indent(state, after, context) {
    return Math.max(0, state.depth - (/^\s*\}/.test(after) ? 1 : 0)) * context.unit;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "[", "{", '"', "'"] },
    indentOnInput: /^\s*\}$/,
  },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.atom, color: "var(--code-number)" },
  { tag: tags.url, color: "var(--code-iri)" },
  { tag: tags.typeName, color: "var(--code-term)" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.meta, color: "var(--code-comment)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "0.9375rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "11rem", maxHeight: "60vh", overflow: "auto",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 18%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)" },
  ".cm-tooltip": {
    color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--strong-line)",
    borderRadius: "6px", maxWidth: "min(34rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem", maxWidth: "min(34rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { fontFamily: "var(--text)", fontStyle: "normal", opacity: "1" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.4rem 0.7rem", fontFamily: "var(--text)", fontSize: "0.875rem" },
  ".cm-completionInfo p": { margin: "0 0 0.3rem" },
  ".cm-diagnostic": { fontFamily: "var(--text)", padding: "0.3rem 0.6rem" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--accent-ink)", padding: "0.15rem 0.6rem" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button": { font: "inherit" },
  ".cm-panel.cm-search label": { fontSize: "0.875rem" },
});

/**
 * An editor in an element, which gets a shadow root.
 *
 * @param settings What it works with: `parent`, `label` and `description` (texts for screen
 *   readers), `lang`, `words`, `phrases`, and the functions `vocabulary()`, `names(text)`,
 *   `check(text)` (problems as /query/check gives them), `onRun()`, `onFormat()` and
 *   `onChange(text)`.
 * @returns The functions of the editor.
 */
export function createEditor(settings) {
  const root = settings.parent.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  root.append(place);
  const states = new Map();
  let current;

  function toDiagnostic(problem, length) {
    const from = Math.min(problem.start, length);
    return {
      from,
      to: Math.min(Math.max(problem.end, from), length),
      severity: problem.severity,
      message: [problem.message, problem.hint].filter(Boolean).join(" "),
      actions: problem.suggestions.map((name) => ({
        name: settings.words.use.replace("{name}", name),
        apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: name } }),
      })),
    };
  }

  const extensions = [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: () => (settings.onRun(), true), preventDefault: true },
        { key: "Shift-Alt-f", run: () => (settings.onFormat(), true), preventDefault: true },
        { key: "Tab", run: acceptCompletion },
      ]),
    ),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    sparql,
    syntaxHighlighting(colours),
    look,
    autocompletion({
      override: [
        (context) => optionsAt(context.state.doc.toString(), context.pos, context.explicit, settings),
      ],
      maxRenderedOptions: 60,
      icons: false,
    }),
    linter(
      async (view) => {
        const text = view.state.doc.toString();
        const problems = await settings.check(text);
        return problems.map((one) => toDiagnostic(one, text.length));
      },
      { delay: 400 },
    ),
    lintGutter(),
    EditorState.phrases.of(settings.phrases),
    EditorView.contentAttributes.of({
      "aria-label": settings.label,
      "aria-description": settings.description,
      lang: "zxx",
      spellcheck: "false",
      autocapitalize: "off",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) settings.onChange(update.state.doc.toString());
    }),
  ];

  const view = new EditorView({ root, parent: place, doc: "", extensions });

  return {
    isPlain: false,
    text: () => view.state.doc.toString(),
    /** Show a text under a name; what was written under it before, with its undo, comes back. */
    show(name, text) {
      if (current !== undefined) states.set(current, view.state);
      current = name;
      const kept = states.get(name);
      const fits = kept && kept.doc.toString() === text;
      view.setState(fits ? kept : EditorState.create({ doc: text, extensions }));
      forceLinting(view);
    },
    forget: (name) => states.delete(name),
    /** Put a text in place of the whole one; undo brings it back. */
    replace(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: isolateHistory.of("full"),
      });
    },
    /** Put a text in place of a part. */
    change(from, to, text) {
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        annotations: isolateHistory.of("full"),
      });
      view.focus();
    },
    /** Go to a place. */
    select(from, to) {
      const length = view.state.doc.length;
      view.dispatch({
        selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
        scrollIntoView: true,
      });
      view.focus();
    },
    /** Show the problems that running the query brought to light. */
    mark(problems) {
      const length = view.state.doc.length;
      view.dispatch(setDiagnostics(view.state, problems.map((one) => toDiagnostic(one, length))));
    },
    complete: () => startCompletion(view),
    focus: () => view.focus(),
  };
}

"""The checks of the graph: shapes, violation queries, quotes, coverage, labels, files, questions.

`check` runs them and gives a `Report`; each `Finding` names the rule, the file and line of the
thing that is wrong, and how to mend it, in English and Japanese.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, DataError, UnknownName, suggest
from ctgraph.query import questions
from ctgraph.query.checks.findings import (
    GROUPS,
    Coverage,
    Finding,
    Passage,
    Report,
    Skipped,
    Words,
    show,
    with_detail,
)
from ctgraph.query.checks.quotes import (
    FEW_DIFFERENCES,
    CheckedQuote,
    SourceText,
    read_number,
    squeeze,
    touches_quote,
)
from ctgraph.query.checks.shapes import LARGE, Shapes, copy_merge
from ctgraph.query.evidence.quotes import coverage
from ctgraph.query.why_empty import check_terms
from ctgraph.store import rules
from ctgraph.store.reader.places import Places
from ctgraph.store.reader.reader import survey
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.safety import refuse_unsafe
from ctgraph.terms import CT, CTD, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.store import Store


Progress = Callable[[str], None]
"""Called with the name of the group of rules that is about to run."""


_RDFS = PREFIXES["rdfs"]
_SKOS = PREFIXES["skos"]


_RULES: dict[str, Words] = {
    "quote-not-found": Words(
        "A quote occurs in the text of its source.", "引用は出典の本文に現れる。"
    ),
    "quote-outside-section": Words(
        "A quote touches the section its claim names.", "引用は主張が示す節にかかる。"
    ),
    "section-outside-text": Words(
        "A section ends within the text of its source.", "節は出典の本文の中で終わる。"
    ),
    "number-not-as-worded": Words(
        "A number is the one that the words of the source give.",
        "数値は出典の表現が示す数である。",
    ),
    "quote-without-text": Words(
        "A source that is quoted has its text in the project.",
        "引用される出典の本文がプロジェクトにある。",
    ),
    "coverage-gap": Words(
        "Every sentence of a source is quoted by some claim.",
        "出典のどの文もいずれかの主張に引用されている。",
    ),
    "label-missing": Words(
        "Every individual and concept has one label in each language.",
        "どの個体・概念も各言語のラベルを一つずつ持つ。",
    ),
    "term-label-missing": Words(
        "Every term of the ontology has one label and one definition in each language.",
        "オントロジーのどの語も各言語のラベルと定義を一つずつ持つ。",
    ),
    "file-broken": Words(
        "Every file of the project can be read and keeps the rules of the format.",
        "プロジェクトのどのファイルも読め、形式の規則を守っている。",
    ),
    "question-broken": Words(
        "Every question, check and rule has a complete header and runs.",
        "どの質問・検査・規則も見出しがそろい、実行できる。",
    ),
}
_GROUP_OF = {
    "quote-not-found": "quotes",
    "quote-outside-section": "quotes",
    "quote-without-text": "quotes",
    "section-outside-text": "quotes",
    "number-not-as-worded": "quotes",
    "coverage-gap": "coverage",
    "label-missing": "labels",
    "term-label-missing": "labels",
    "file-broken": "files",
    "question-broken": "questions",
}


def list_rules(bundle: Bundle) -> dict[str, dict[str, Words]]:
    """What each rule asks, by group and by name of the rule.

    Args:
        bundle: Where shapes and violation queries are.

    Raises:
        DataError: A shape or a violation query cannot be read.
    """
    found: dict[str, dict[str, Words]] = {group.name: {} for group in GROUPS}
    shapes = Shapes(bundle)
    found["shapes"] = {name: shapes.message(name) for name in shapes.names}
    found["queries"] = {
        _check_name(name): Words(asked.title["en"], asked.title["ja"])
        for name, asked in questions.read_checks(bundle).items()
    }
    for name, words in _RULES.items():
        found[_GROUP_OF[name]][name] = words
    return found


def check(
    store: Store,
    *,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """What is wrong with a graph.

    Everything but the group ``files`` runs over any store. Quotes are looked up in the texts of
    the project; the report says how many are of sources whose text is elsewhere.

    Args:
        store: The graph.
        only: Names of groups and of rules to run, or one name; None means all. A large graph is
            checked against the shapes only if they are named here.
        progress: Told which group is about to run.

    Raises:
        UnknownName: `only` names a group or rule that does not exist.
        DataError: A shape file or a violation query cannot be read.
        StoreError: A store on disk is damaged.
    """
    names = [only] if isinstance(only, str) else only
    store.verify()
    return _Run(store, None if names is None else list(names), progress).report()


def check_uncounted(
    bundle: Bundle, *, only: Iterable[str] | None = None, progress: Progress | None = None
) -> Report | None:
    """What is wrong with a project that cannot be opened for its totals alone; else None.

    Whoever adds a claim sees all that is wrong at once, the totals that do not fit among it.

    Args:
        bundle: The project.
        only: As for `check`.
        progress: Told which group is about to run.

    Raises:
        UnknownName: `only` names a group or rule that does not exist.
        DataError: A shape file or a violation query cannot be read.
    """
    from ctgraph.store.cache import compile_graph
    from ctgraph.store.store import Store

    totals = bundle.show(bundle.totals_file())
    problems = survey(bundle).problems
    if not problems or any(problem.file != totals for problem in problems):
        return None
    graph = compile_graph(bundle, counted=False)
    with Store("memory", str(bundle.root), bundle, graph=graph) as store:
        return check(store, only=only, progress=progress)


def check_files(bundle: Bundle, fault: CtgraphError | None = None) -> Report:
    """What is wrong with the files of a project, which need not be in order for this.

    It is what `check` says of the files, for a project that cannot be opened because of them.

    Args:
        bundle: The project.
        fault: Why it cannot be opened; told if the files themselves say no more.

    Raises:
        DataError: The project has no ontology.
    """
    findings = [
        Finding(
            "file-broken",
            "files",
            "error",
            problem.file,
            problem.line,
            "",
            Words(f"{problem.message}.", f"{problem.message}."),
            Words(problem.hint, problem.hint),
        )
        for problem in survey(bundle).problems
    ]
    if fault is not None and not findings:
        message, hint = (Words(text, text) for text in (fault.message, fault.hint or ""))
        findings = [Finding("file-broken", "files", "error", "", 0, "", message, hint)]
    return Report(tuple(findings), {"files": 1})


def _check_name(name: str) -> str:
    return name.removesuffix("-violation")


class _Run:
    """One run of the checks over one store."""

    def __init__(self, store: Store, only: list[str] | None, progress: Progress | None) -> None:
        self.store = store
        self.bundle = store.bundle
        self.places = Places(self.bundle)
        self._progress = progress
        self._findings: list[Finding] = []
        self._skipped: list[Skipped] = []
        self._coverage: list[Coverage] = []
        self._ran: dict[str, int] = {}
        self._told_by_shapes: set[tuple[str, str]] = set()
        self._asked = frozenset(only or ())
        self._rules: dict[str, list[str]] = self._choose(only)

    def _choose(self, only: list[str] | None) -> dict[str, list[str]]:
        """The rules to run, by group; groups with none are left out."""
        wanted = None if only is None else set(only)
        builtin: dict[str, list[str]] = {}
        for name, owner in _GROUP_OF.items():
            builtin.setdefault(owner, []).append(name)
        # Shapes are read through rdflib, which is slow to import: not if nothing asks for them.
        known = set(_RULES) | {group.name for group in GROUPS}
        checks = [_check_name(name) for name in questions.read_checks(self.bundle)]
        known.update(checks)
        shapes: list[str] = []
        if wanted is None or "shapes" in wanted or not wanted <= known:
            self._shapes = Shapes(self.bundle)
            shapes = self._shapes.names
            known.update(shapes)
        for name in sorted(wanted or ()):
            if name not in known:
                raise UnknownName(
                    "rule or group",
                    name,
                    suggest(name, known),
                    hint=f"Groups: {', '.join(group.name for group in GROUPS)}.",
                )
        chosen: dict[str, list[str]] = {}
        for group in GROUPS:
            names = {"shapes": shapes, "queries": checks}.get(group.name) or builtin.get(
                group.name, []
            )
            picked = [
                name for name in names if wanted is None or name in wanted or group.name in wanted
            ]
            if picked:
                chosen[group.name] = picked
        return chosen

    def report(self) -> Report:
        steps: dict[str, Callable[[list[str]], bool]] = {
            "shapes": self._check_shapes,
            "queries": self._run_queries,
            "quotes": self._check_quotes,
            "coverage": self._check_coverage,
            "labels": self._check_labels,
            "files": self._check_files,
            "questions": self._check_questions,
        }
        for group, names in self._rules.items():
            if self._progress is not None:
                self._progress(group)
            if steps[group](names):
                self._ran[group] = len(names)
        order = {group.name: number for number, group in enumerate(GROUPS)}
        # Labels are asked for by the shapes of the classes too; one word about it is enough.
        told = {found.subject for found in self._findings if found.rule == "label-languages"}
        findings = sorted(
            {
                found
                for found in self._findings
                if found.rule != "label-missing" or found.subject not in told
            },
            key=lambda found: (
                order[found.group],
                found.severity,
                found.file,
                found.line,
                found.rule,
                found.subject,
                found.message,
            ),
        )
        return Report(tuple(findings), self._ran, tuple(self._skipped), tuple(self._coverage))

    # What is common to the groups

    def _skip(self, group: str, en: str, ja: str) -> bool:
        self._skipped.append(Skipped(group, Words(en, ja)))
        return False

    def _holds_bundle(self) -> bool:
        """Whether the store was filled from the files of the project."""
        return bool(self.store.kind == "memory")

    def _add(
        self,
        rule: str,
        severity: str,
        subject: str,
        message: Words,
        repair: Words,
        *,
        group: str = "",
        property_iri: str = "",
        graph: str = "",
    ) -> None:
        """Add a finding about a thing, with the place of the thing in the files."""
        # What has no name (a blank node, a literal) stands nowhere that could be found again.
        is_named = not subject.startswith(("_:", '"'))
        file, line = self.places.find(subject, property_iri, graph)
        if not file and is_named:
            file, line = self._made_by(subject)
        self._findings.append(
            Finding(
                rule,
                group or _GROUP_OF[rule],
                severity,
                file,
                line,
                shorten(subject) if is_named else subject,
                message,
                repair,
            )
        )

    def _made_by(self, subject: str) -> tuple[str, int]:
        """The rule file that made a thing which no curated file describes."""
        rows = self.store.select(
            "SELECT DISTINCT ?g WHERE { "
            f"GRAPH ?g {{ {ox.NamedNode(subject)} ?p ?o }} }} ORDER BY ?g"
        )
        for row in rows:
            name = str(row["g"].value)
            if name.startswith(CTD + "rule-"):
                path = self.bundle.ontology / "rules" / (name[len(CTD + "rule-") :] + ".rq")
                if path.is_file():
                    return self.bundle.show(path), 1
        return "", 0

    # Shapes

    def _check_shapes(self, names: list[str]) -> bool:
        (size,) = next(iter(self.store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
        if int(show(size)) > LARGE and not self._asked & {"shapes", *names}:
            return self._skip(
                "shapes",
                f"The graph has {show(size)} triples; name the group shapes to check them all.",
                f"グラフは{show(size)}トリプルある。検査するにはグループ名shapesを指定する。",
            )
        wanted = set(names)
        self._told_by_shapes.clear()
        for result in self._shapes.validate(copy_merge(self.store)):
            if result.shape not in wanted:
                continue
            self._told_by_shapes.add((result.focus, result.path))
            self._add(
                result.shape,
                result.severity,
                result.focus,
                with_detail(self._shapes.message(result.shape), result.detail),
                self._shapes.repair(result.shape, result.parent),
                group="shapes",
                property_iri=result.path,
            )
        return True

    # Violation queries

    def _run_queries(self, names: list[str]) -> bool:
        for name, asked in questions.read_checks(self.bundle).items():
            rule = _check_name(name)
            if rule not in names:
                continue
            solutions = self.store.select(asked.text)
            columns = [variable.value for variable in solutions.variables]
            for solution in solutions:
                subject = solution["this"]
                this = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
                rest = [
                    f"{column}: {show(solution[column])}"
                    for column in columns
                    if column not in ("this", "message") and solution[column] is not None
                ]
                graph = ""
                if "claim" in columns and isinstance(solution["claim"], ox.NamedNode):
                    graph = solution["claim"].value
                prop = ""
                if "property" in columns and isinstance(solution["property"], ox.NamedNode):
                    prop = solution["property"].value
                if rule in _GENERAL and (this, prop) in self._told_by_shapes:
                    continue
                self._add(
                    rule,
                    asked.severity,
                    this,
                    with_detail(
                        Words(asked.description["en"], asked.description["ja"]), ", ".join(rest)
                    ),
                    Words(asked.repair["en"], asked.repair["ja"]),
                    group="queries",
                    property_iri=prop,
                    graph=graph,
                )
        return True

    # Quotes

    def _quoted(self) -> Iterator[CheckedQuote]:
        for row in self.store.select(_QUOTES):
            yield CheckedQuote(
                claim=row["claim"].value,
                quote=row["quote"].value,
                source="" if row["source"] is None else row["source"].value,
                section="" if row["section"] is None else row["section"].value,
                start=None if row["start"] is None else int(row["start"].value),
                end=None if row["end"] is None else int(row["end"].value),
            )

    def _text_of(self, source: str) -> SourceText | None:
        if not source.startswith(CTD):
            return None
        path = self.bundle.text_file(source[len(CTD) :])
        if not path.is_file():
            return None
        return SourceText(path, self.bundle.show(path))

    def _check_quotes(self, names: list[str]) -> bool:
        texts: dict[str, SourceText | None] = {}
        without: Counter[str] = Counter()
        for quoted in self._quoted():
            if quoted.source not in texts:
                texts[quoted.source] = self._text_of(quoted.source)
            text = texts[quoted.source]
            if text is None:
                without[quoted.source] += 1
                continue
            found = text.spans(quoted.quote)
            if not found:
                if "quote-not-found" in names:
                    self._report_lost_quote(quoted, text)
            elif "quote-outside-section" in names and not touches_quote(found, quoted):
                start, end = found[0]
                self._add(
                    "quote-outside-section",
                    "error",
                    quoted.claim,
                    Words(
                        f"The quote stands at characters {start} to {end} "
                        f"({text.shown}:{text.line(start)}), outside the section "
                        f"{shorten(quoted.section)} ({quoted.start} to {quoted.end}).",
                        f"引用は{start}〜{end}文字目（{text.shown}:{text.line(start)}）にあり、"
                        f"節{shorten(quoted.section)}（{quoted.start}〜{quoted.end}）の外にある。",
                    ),
                    Words(
                        "Name the section in which the words stand.",
                        "その語句のある節をct:sectionで示す。",
                    ),
                    property_iri=CT + "section",
                )
        if "section-outside-text" in names:
            self._check_sections(texts)
        if "number-not-as-worded" in names:
            self._check_numbers()
        if without and not self._holds_bundle():
            self._skip(
                "quotes",
                f"{without.total()} quotes are from sources whose text is not in the project.",
                f"{without.total()}件の引用は、本文がプロジェクトにない出典からのものである。",
            )
        elif "quote-without-text" in names:
            for source, number in sorted(without.items()):
                name = shorten(source) if source else "?"
                folder = source[len(CTD) :] if source.startswith(CTD) else "<source-id>"
                self._add(
                    "quote-without-text",
                    "error",
                    source or CT + "Source",
                    Words(
                        f"{number} quotes from {name} cannot be checked: there is no "
                        f"data/{folder}/text.txt.",
                        f"{name}からの引用{number}件を照合できない。data/{folder}/text.txtがない。",
                    ),
                    Words(
                        "Add the text of the source, or use ct:sourcePage instead of ct:quote.",
                        "出典の本文を加えるか、ct:quoteの代わりにct:sourcePageを使う。",
                    ),
                )
        return True

    def _check_sections(self, texts: dict[str, SourceText | None]) -> None:
        for section, source, end in self.store.select(_SECTIONS):
            text = texts.get(source.value)
            if text is None or int(show(end)) <= len(text.squeezed):
                continue
            self._add(
                "section-outside-text",
                "error",
                section.value,
                Words(
                    f"The section ends at character {show(end)}, but {text.shown} has only "
                    f"{len(text.squeezed)} (white space left out).",
                    f"節は{show(end)}文字目で終わるとされるが、{text.shown}は空白を除いて"
                    f"{len(text.squeezed)}文字しかない。",
                ),
                Words(
                    "Correct oa:start and oa:end of the section.",
                    "節のoa:startとoa:endを直す。",
                ),
                property_iri=PREFIXES["oa"] + "end",
            )

    def _check_numbers(self) -> None:
        for thing, number, words in self.store.select(_NUMBERS):
            said = read_number(show(words))
            if said is None or said == Decimal(show(number)):
                continue
            self._add(
                "number-not-as-worded",
                "error",
                str(thing.value),
                Words(
                    f"The number is {show(number)}, but the words {show(words)} give {said:f}.",
                    f"数値は{show(number)}だが、表現「{show(words)}」は{said:f}を示す。",
                ),
                Words(
                    "Correct the number, or the words in ct:sourceExpression.",
                    "数値か、ct:sourceExpressionの表現を直す。",
                ),
                property_iri=CT + "sourceExpression",
            )

    def _report_lost_quote(self, quoted: CheckedQuote, text: SourceText) -> None:
        near = text.nearest(quoted.quote)
        en = f"The quote is not in {text.shown}."
        ja = f"引用が{text.shown}にない。"
        if near is not None:
            en += f" Nearest, at line {near.line}: {near.text} ({near.difference.en})"
            ja += f" 最も近いのは{near.line}行目：{near.text}（{near.difference.ja}）"
        self._add(
            "quote-not-found",
            "error",
            quoted.claim,
            Words(en, ja),
            Words(
                "Copy the words from the text as they stand; only white space may differ.",
                "本文の語句をそのまま写す。違ってよいのは空白だけである。",
            ),
            property_iri=CT + "quote",
        )

    # Coverage

    def _check_coverage(self, names: list[str]) -> bool:
        quotes: dict[str, list[str]] = {}
        for quoted in self._quoted():
            quotes.setdefault(quoted.source, []).append(quoted.quote)
        for source in sorted(quotes):
            text = self._text_of(source)
            if text is not None:
                self._cover(source, text, quotes[source])
        return True

    def _cover(self, source: str, text: SourceText, quotes: list[str]) -> None:
        found = coverage(text.raw, quotes)
        untouched = [sentence for sentence in found.sentences if not sentence.share]
        self._coverage.append(
            Coverage(
                shorten(source),
                text.shown,
                found.share,
                len(found.sentences),
                len(found.sentences) - len(untouched),
                tuple(
                    Passage(passage.first_line, squeeze(passage.text))
                    for passage in found.uncovered
                ),
            )
        )
        for sentence in untouched:
            words = squeeze(sentence.text)
            # A word or two that stand alone (a tag of the page, a unit) are passages only.
            if len(words) <= FEW_DIFFERENCES:
                continue
            self._findings.append(
                Finding(
                    "coverage-gap",
                    "coverage",
                    "warning",
                    text.shown,
                    sentence.first_line,
                    shorten(source),
                    Words(f"No claim quotes: {words}", f"どの主張にも引用されていない：{words}"),
                    Words(
                        "Add the claims that this passage makes.", "この箇所が述べる主張を加える。"
                    ),
                )
            )

    # Labels

    def _check_labels(self, names: list[str]) -> bool:
        if "label-missing" in names:
            for row in self.store.select(_UNLABELLED):
                lang = row["lang"].value
                self._add(
                    "label-missing",
                    "error",
                    row["this"].value,
                    Words(
                        f"It has {row['number'].value} labels (skos:prefLabel) in "
                        f"{_LANGUAGES[lang].en}, and needs one.",
                        f"{_LANGUAGES[lang].ja}のラベル（skos:prefLabel）が"
                        f"{row['number'].value}個ある。一つ必要である。",
                    ),
                    Words(
                        f'Write skos:prefLabel "…"@{lang}; more names are skos:altLabel.',
                        f'skos:prefLabel "…"@{lang}と書く。ほかの名はskos:altLabelにする。',
                    ),
                    property_iri=_SKOS + "prefLabel",
                )
        if "term-label-missing" in names:
            for row in self.store.select(_UNLABELLED_TERMS):
                lang = row["lang"].value
                wanted = shorten(row["property"].value)
                self._add(
                    "term-label-missing",
                    "error",
                    row["this"].value,
                    Words(
                        f"The term has {row['number'].value} {wanted} in {_LANGUAGES[lang].en}, "
                        "and needs one.",
                        f"この語の{_LANGUAGES[lang].ja}の{wanted}が{row['number'].value}個ある。"
                        "一つ必要である。",
                    ),
                    Words(
                        f'Write {wanted} "…"@{lang} in ontology/ctgraph.ttl.',
                        f'ontology/ctgraph.ttlに{wanted} "…"@{lang}と書く。',
                    ),
                    property_iri=row["property"].value,
                )
        return True

    # Files and questions

    def _check_files(self, names: list[str]) -> bool:
        if not self._holds_bundle():
            return self._skip(
                "files",
                "The store was not filled from the files of the project.",
                "このストアはプロジェクトのファイルから作られていない。",
            )
        self._findings += check_files(self.bundle)
        return True

    def _check_questions(self, names: list[str]) -> bool:
        seen: set[str] = set()
        readers: list[Callable[[], object]] = [
            lambda: questions.read_questions(self.bundle, self.store),
            lambda: questions.read_checks(self.bundle),
            lambda: rules.read_rules(self.bundle),
        ]
        for read in readers:
            try:
                read()
            except DataError as error:
                if str(error) not in seen:
                    seen.add(str(error))
                    self._add_question(error)
        for path in [*self.bundle.question_files(), *self.bundle.check_files()]:
            try:
                text = rules.read_query_text(path, self.bundle.show(path))
                refuse_unsafe(text)
                parse_query(text)
                unknown = check_terms(self.store, text)
            except CtgraphError as error:
                self._add_question(error, self.bundle.show(path))
                continue
            for term in unknown:
                message = f"unknown term {shorten(term.iri)}."
                self._findings.append(
                    Finding(
                        "question-broken",
                        "questions",
                        "error",
                        self.bundle.show(path),
                        term.line,
                        shorten(term.iri),
                        Words(message, f"語{shorten(term.iri)}は定義されていない。"),
                        Words("Correct the name.", "名前を直す。"),
                    )
                )
        return True

    def _add_question(self, error: CtgraphError, file: str = "") -> None:
        message = error.message
        line = int(getattr(error, "line", 0))
        placed = _PLACED.match(message)
        if placed:
            file = placed["file"]
            line = int(placed["line"] or 0)
            message = placed["text"]
        hint = error.hint or "Compare the file with another of its folder."
        self._findings.append(
            Finding(
                "question-broken",
                "questions",
                "error",
                file,
                line,
                "",
                Words(message, message),
                Words(hint, hint),
            )
        )


_PLACED = re.compile(r"(?P<file>[^\s:]+\.rq)(?::(?P<line>\d+))?: (?P<text>.*)", re.DOTALL)
# Queries over all properties; what a shape says about the same value is more to the point.
_GENERAL = frozenset({"dangling-reference", "domain", "range"})
_LANGUAGES = {"en": Words("English", "英語"), "ja": Words("Japanese", "日本語")}

_QUOTES = f"""
PREFIX ct: <{CT}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT ?claim ?quote ?section ?source ?start ?end
WHERE {{
  ?claim a ct:Claim ; ct:quote ?quote .
  OPTIONAL {{
    ?claim ct:section ?section .
    OPTIONAL {{ ?section ct:source ?source }}
    OPTIONAL {{ ?section oa:start ?start ; oa:end ?end }}
  }}
}}
ORDER BY ?claim ?quote ?section ?source
"""

_SECTIONS = f"""
PREFIX ct: <{CT}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT DISTINCT ?section ?source ?end
WHERE {{ ?section ct:source ?source ; oa:end ?end }}
ORDER BY ?section ?end
"""

_NUMBERS = f"""
PREFIX ct: <{CT}>
SELECT DISTINCT ?thing ?number ?words
WHERE {{ ?thing ct:amount|ct:value ?number ; ct:sourceExpression ?words }}
ORDER BY ?thing ?number ?words
"""

# A claim is named by its gloss, and what a rule makes is named by the rule.
_UNLABELLED = f"""
PREFIX ct: <{CT}>
PREFIX skos: <{_SKOS}>
SELECT ?this ?lang (COUNT(?label) AS ?number)
WHERE {{
  {{
    SELECT DISTINCT ?this WHERE {{
      ?this a ?class .
      FILTER(STRSTARTS(STR(?this), "{CTD}") || ?class = skos:Concept)
      FILTER NOT EXISTS {{ ?this a ct:Claim }}
      FILTER NOT EXISTS {{ ?this a ct:CooperationTie }}
      FILTER NOT EXISTS {{ ?this a ct:Rule }}
      FILTER(!STRSTARTS(STR(?class), "{PREFIXES["qb"]}Data")
        && !STRSTARTS(STR(?class), "{PREFIXES["qb"]}Component"))
    }}
  }}
  VALUES ?lang {{ "en" "ja" }}
  OPTIONAL {{ ?this skos:prefLabel ?label . FILTER(LANG(?label) = ?lang) }}
}}
GROUP BY ?this ?lang
HAVING(COUNT(?label) != 1)
ORDER BY ?this ?lang
"""

_UNLABELLED_TERMS = f"""
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX rdfs: <{_RDFS}>
PREFIX skos: <{_SKOS}>
SELECT ?this ?property ?lang (COUNT(?label) AS ?number)
WHERE {{
  {{
    SELECT DISTINCT ?this WHERE {{
      ?this a ?kind .
      VALUES ?kind {{
        owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty
      }}
      FILTER(STRSTARTS(STR(?this), "{CT}"))
    }}
  }}
  VALUES ?property {{ rdfs:label skos:definition }}
  VALUES ?lang {{ "en" "ja" }}
  OPTIONAL {{ ?this ?property ?label . FILTER(LANG(?label) = ?lang) }}
}}
GROUP BY ?this ?property ?lang
HAVING(COUNT(?label) != 1)
ORDER BY ?this ?property ?lang
"""

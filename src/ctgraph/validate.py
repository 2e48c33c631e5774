"""The checks of the graph: shapes, violation queries, quotes, coverage, labels, files, questions.

`check` runs them and gives a `Report`; each `Finding` names the rule, the file and line of the
thing that is wrong, and how to mend it, in English and Japanese.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph import data, explain, questions, rules, sparql
from ctgraph.errors import CtgraphError, DataError, UnknownName, suggest
from ctgraph.quotes import coverage
from ctgraph.terms import BASE, CT, CTD, PREFIXES, shorten

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from ctgraph.bundle import Bundle
    from ctgraph.store import Store

Progress = Callable[[str], None]
"""Called with the name of the group of rules that is about to run."""

SHAPES = BASE + "shapes#"
LARGE = 200_000
"""Triples of the merge above which the shapes run only when they are asked for by name."""

_SH = PREFIXES["sh"]
_RDFS = PREFIXES["rdfs"]
_SKOS = PREFIXES["skos"]


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    ja: str

    def __str__(self) -> str:
        return self.en

    def say(self, lang: str) -> str:
        """The text in a language, ``en`` or ``ja``."""
        return self.ja if lang == "ja" else self.en


class Group(NamedTuple):
    """A kind of rules that run together."""

    name: str
    title: Words


GROUPS = (
    Group("shapes", Words("Shapes", "シェイプ")),
    Group("queries", Words("Violation queries", "違反クエリ")),
    Group("quotes", Words("Quotes", "引用")),
    Group("coverage", Words("Coverage of the sources", "出典の網羅")),
    Group("labels", Words("Labels", "ラベル")),
    Group("files", Words("Files and totals", "ファイルと件数")),
    Group("questions", Words("Questions", "質問")),
)
"""The groups of rules, in the order in which they run and are reported."""

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


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        rule: The rule that is broken: the local name of a shape, the name of a violation query
            without ``-violation``, or a rule of this module.
        group: The name of one of `GROUPS`.
        severity: ``error`` or ``warning``.
        file: The file, relative to the project; empty if the thing stands in no file.
        line: Line from 1; 0 if it concerns the file as a whole or there is no file.
        subject: What is wrong, as a CURIE or as an IRI in angle brackets; empty if no one thing is.
        message: What is wrong with it.
        repair: What to do about it.
    """

    rule: str
    group: str
    severity: str
    file: str
    line: int
    subject: str
    message: Words
    repair: Words

    @property
    def where(self) -> str:
        """File and line as ``file:line``, or the subject if there is no file."""
        if not self.file:
            return self.subject
        return f"{self.file}:{self.line}" if self.line else self.file


class Skipped(NamedTuple):
    """Something that was not checked, and why."""

    group: str
    reason: Words


class Passage(NamedTuple):
    """A piece of a source that no claim quotes."""

    line: int
    """Line of the text file, from 1."""
    text: str
    """The piece, as it stands but without white space."""


class Coverage(NamedTuple):
    """How much of a source is quoted."""

    source: str
    """CURIE of the source."""
    file: str
    share: float
    """Quoted characters over all, white space left out: 0 to 1."""
    sentences: int
    """Sentences, headings and cells in the text."""
    touched: int
    """How many of them some quote touches."""
    passages: tuple[Passage, ...]
    """What no quote covers, marks of punctuation alone left out."""


@dataclass(frozen=True)
class Report(Sequence[Finding]):
    """What a check found. It is also the sequence of its findings.

    Attributes:
        findings: What is wrong, by group, severity, file and line; empty if nothing is.
        ran: How many rules ran, by name of the group.
        skipped: What was not checked.
        coverage: One entry for each source whose text is in the project.
    """

    findings: tuple[Finding, ...]
    ran: Mapping[str, int]
    skipped: tuple[Skipped, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    summary: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        summary: dict[str, Any] = {
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "rules": sum(self.ran.values()),
            "groups": {
                name: {
                    "rules": count,
                    "findings": sum(1 for found in self.findings if found.group == name),
                }
                for name, count in self.ran.items()
            },
            "coverage": {entry.source: round(entry.share, 4) for entry in self.coverage},
        }
        object.__setattr__(self, "summary", summary)

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, index: Any) -> Any:
        return self.findings[index]

    def __bool__(self) -> bool:
        # A report is there even if it found nothing.
        return True

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of severity ``error``."""
        return tuple(found for found in self.findings if found.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings of severity ``warning``."""
        return tuple(found for found in self.findings if found.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether no error was found; warnings do not count."""
        return not self.errors


def list_rules(bundle: Bundle) -> dict[str, dict[str, Words]]:
    """What each rule asks, by group and by name of the rule.

    Args:
        bundle: Where shapes and violation queries are.

    Raises:
        DataError: A shape or a violation query cannot be read.
    """
    found: dict[str, dict[str, Words]] = {group.name: {} for group in GROUPS}
    shapes = _Shapes(bundle)
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
    from ctgraph.snapshot import compile_graph
    from ctgraph.store import Store

    totals = bundle.show(bundle.totals_file())
    problems = data.survey(bundle).problems
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
        for problem in data.survey(bundle).problems
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
        self.places = _Places(self.bundle)
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
            self._shapes = _Shapes(self.bundle)
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
        if int(_show(size)) > LARGE and not self._asked & {"shapes", *names}:
            return self._skip(
                "shapes",
                f"The graph has {_show(size)} triples; name the group shapes to check them all.",
                f"グラフは{_show(size)}トリプルある。検査するにはグループ名shapesを指定する。",
            )
        wanted = set(names)
        self._told_by_shapes.clear()
        for result in self._shapes.validate(_copy_merge(self.store)):
            if result.shape not in wanted:
                continue
            self._told_by_shapes.add((result.focus, result.path))
            self._add(
                result.shape,
                result.severity,
                result.focus,
                _with_detail(self._shapes.message(result.shape), result.detail),
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
                    f"{column}: {_show(solution[column])}"
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
                    _with_detail(
                        Words(asked.description["en"], asked.description["ja"]), ", ".join(rest)
                    ),
                    Words(asked.repair["en"], asked.repair["ja"]),
                    group="queries",
                    property_iri=prop,
                    graph=graph,
                )
        return True

    # Quotes

    def _quoted(self) -> Iterator[_Quote]:
        for row in self.store.select(_QUOTES):
            yield _Quote(
                claim=row["claim"].value,
                quote=row["quote"].value,
                source="" if row["source"] is None else row["source"].value,
                section="" if row["section"] is None else row["section"].value,
                start=None if row["start"] is None else int(row["start"].value),
                end=None if row["end"] is None else int(row["end"].value),
            )

    def _text_of(self, source: str) -> _SourceText | None:
        if not source.startswith(CTD):
            return None
        path = self.bundle.text_file(source[len(CTD) :])
        if not path.is_file():
            return None
        return _SourceText(path, self.bundle.show(path))

    def _check_quotes(self, names: list[str]) -> bool:
        texts: dict[str, _SourceText | None] = {}
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
            elif "quote-outside-section" in names and not _touches(found, quoted):
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

    def _check_sections(self, texts: dict[str, _SourceText | None]) -> None:
        for section, source, end in self.store.select(_SECTIONS):
            text = texts.get(source.value)
            if text is None or int(_show(end)) <= len(text.squeezed):
                continue
            self._add(
                "section-outside-text",
                "error",
                section.value,
                Words(
                    f"The section ends at character {_show(end)}, but {text.shown} has only "
                    f"{len(text.squeezed)} (white space left out).",
                    f"節は{_show(end)}文字目で終わるとされるが、{text.shown}は空白を除いて"
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
            said = read_number(_show(words))
            if said is None or said == Decimal(_show(number)):
                continue
            self._add(
                "number-not-as-worded",
                "error",
                str(thing.value),
                Words(
                    f"The number is {_show(number)}, but the words {_show(words)} give {said:f}.",
                    f"数値は{_show(number)}だが、表現「{_show(words)}」は{said:f}を示す。",
                ),
                Words(
                    "Correct the number, or the words in ct:sourceExpression.",
                    "数値か、ct:sourceExpressionの表現を直す。",
                ),
                property_iri=CT + "sourceExpression",
            )

    def _report_lost_quote(self, quoted: _Quote, text: _SourceText) -> None:
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

    def _cover(self, source: str, text: _SourceText, quotes: list[str]) -> None:
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
                    Passage(passage.first_line, _squeeze(passage.text))
                    for passage in found.uncovered
                ),
            )
        )
        for sentence in untouched:
            words = _squeeze(sentence.text)
            # A word or two that stand alone (a tag of the page, a unit) are passages only.
            if len(words) <= _FEW:
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
                sparql.refuse_unsafe(text)
                sparql.parse_query(text)
                unknown = explain.check_terms(self.store, text)
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


def _show(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal):
        return term.value
    return str(term)


def _with_detail(words: Words, detail: str) -> Words:
    return Words(f"{words.en} [{detail}]", f"{words.ja}［{detail}］") if detail else words


# --- shapes --------------------------------------------------------------------------------------


class _Result(NamedTuple):
    """One result of a validation."""

    shape: str
    parent: str
    severity: str
    focus: str
    path: str
    detail: str


def _copy_merge(store: Store) -> rdflib.Graph:
    """The merge of a store as a plain graph: pyshacl is slow and at times wrong over others."""
    import rdflib

    lines = [
        f"{subject} {predicate} {value} .\n"
        for subject, predicate, value in store.select("SELECT ?s ?p ?o { ?s ?p ?o }")
    ]
    graph = rdflib.Graph()
    graph.parse(data="".join(lines), format="nt")
    return graph


class _Shapes:
    """The shapes of a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        import rdflib

        self._graph = rdflib.Graph()
        for path in bundle.shape_files():
            for quad in data.read_quads(path, bundle.show(path)):
                self._graph.add(
                    (
                        _to_rdflib(quad.subject),
                        _to_rdflib(quad.predicate),
                        _to_rdflib(quad.object),
                    )
                )
        message = rdflib.URIRef(_SH + "message")
        self.names = sorted(
            {
                _local(shape)
                for shape in self._graph.subjects(message, None)
                if isinstance(shape, rdflib.URIRef)
            }
        )
        self._parents: dict[str, list[str]] = {}
        for parent, child in self._graph.subject_objects(rdflib.URIRef(_SH + "property")):
            self._parents.setdefault(_local(child), []).append(_local(parent))

    def message(self, name: str) -> Words:
        """What a shape says, in both languages."""
        return self._words(name, _SH + "message") or Words(name, name)

    def repair(self, name: str, parent: str = "") -> Words:
        """What to do about a node that fails a shape."""
        for shape in (name, parent, *sorted(self._parents.get(name, []))):
            words = self._words(shape, SHAPES + "repair") if shape else None
            if words is not None:
                return words
        return Words("", "")

    def _words(self, name: str, property_iri: str) -> Words | None:
        import rdflib

        said = {
            value.language: str(value)
            for value in self._graph.objects(
                rdflib.URIRef(SHAPES + name), rdflib.URIRef(property_iri)
            )
            if isinstance(value, rdflib.Literal)
        }
        if "en" not in said:
            return None
        return Words(said["en"], said.get("ja", said["en"]))

    def validate(self, graph: rdflib.Graph) -> Iterator[_Result]:
        """The results of all shapes over a plain graph."""
        import logging

        import pyshacl
        import rdflib

        # rdflib logs a traceback for each ill-typed literal; the shapes report them.
        logger = logging.getLogger("rdflib.term")
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            _, results, _ = pyshacl.validate(
                graph, shacl_graph=self._graph, inference="none", advanced=False, meta_shacl=False
            )
        finally:
            logger.setLevel(level)
        if not isinstance(results, rdflib.Graph):
            raise DataError(
                f"the shapes cannot be run: {results}.", hint="Correct ontology/shapes/."
            )
        sh = rdflib.Namespace(_SH)
        for result in results.objects(None, sh.result):
            shape = results.value(result, sh.sourceShape)
            focus = results.value(result, sh.focusNode)
            if focus is None:
                raise DataError("the shapes gave a result about nothing.")
            path = results.value(result, sh.resultPath)
            value = results.value(result, sh.value)
            severity = results.value(result, sh.resultSeverity)
            yield _Result(
                _local(shape),
                self._parent(_local(shape), focus, graph),
                "error" if severity == sh.Violation else "warning",
                str(focus) if isinstance(focus, rdflib.URIRef) else focus.n3(),
                str(path) if isinstance(path, rdflib.URIRef) else "",
                _detail(graph, focus, path, value),
            )

    def _parent(self, name: str, focus: Node, graph: rdflib.Graph) -> str:
        """The node shape through which a property shape reached a node."""
        import rdflib

        parents = self._parents.get(name, [])
        if len(parents) < 2:
            return parents[0] if parents else ""
        classes = set(graph.objects(focus, rdflib.RDF.type))
        for parent in sorted(parents):
            target = self._graph.value(
                rdflib.URIRef(SHAPES + parent), rdflib.URIRef(_SH + "targetClass")
            )
            if target in classes:
                return parent
        return ""


def _local(iri: object) -> str:
    return str(iri).removeprefix(SHAPES)


def _to_rdflib(term: Any) -> Any:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def _detail(graph: rdflib.Graph, focus: Any, path: Any, value: Any) -> str:
    """The property and the values that a result is about."""
    import rdflib

    def show(term: object) -> str:
        if isinstance(term, rdflib.URIRef):
            return shorten(str(term))
        text = str(term)
        return text if len(text) <= 80 else text[:79] + "…"

    if not isinstance(path, rdflib.URIRef):
        return "" if value is None or value == focus else show(value)
    if value is not None:
        return f"{shorten(str(path))} {show(value)}"
    values = sorted(show(other) for other in graph.objects(focus, path))
    listed = ", ".join(values[:4]) + (", …" if len(values) > 4 else "")
    return f"{shorten(str(path))} {listed}" if values else ""


# --- texts ---------------------------------------------------------------------------------------


class _Quote(NamedTuple):
    """A quote, and the section it should stand in."""

    claim: str
    quote: str
    source: str
    section: str
    start: int | None
    end: int | None


class _Near(NamedTuple):
    """The passage of a text that is most like a lost quote."""

    line: int
    text: str
    difference: Words


_SCALES = {
    "千": 10**3,
    "万": 10**4,
    "億": 10**8,
    "兆": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(_SCALES)})?", re.ASCII | re.IGNORECASE)


def read_number(words: str) -> Decimal | None:
    """The one number that a text gives in digits; None if it gives none or several.

    Full-width digits, separators and the scales 千, 万, 億, 兆, thousand, million and billion
    are read; numbers of falling scale that follow each other are one number.

    Args:
        words: A text such as ct:sourceExpression holds.

    Example:
        >>> read_number("約4,830万米ドル"), read_number("令和３～５年度")
        (Decimal('48300000'), None)
    """
    import unicodedata

    text = unicodedata.normalize("NFKC", words)
    total: Decimal | None = None
    end = -1
    last = 0
    for match in _NUMBER.finditer(text):
        scale = _SCALES[match[2].lower()] if match[2] else 1
        number = Decimal(match[1].replace(",", "")) * scale
        if total is None:
            total = number
        elif match.start() == end and scale < last:
            total += number
        else:
            return None
        end, last = match.end(), scale
    return total


def _touches(spans: Iterable[tuple[int, int]], quoted: _Quote) -> bool:
    if quoted.start is None or quoted.end is None:
        return True
    return any(start < quoted.end and quoted.start < end for start, end in spans)


_FEW = 4


def _squeeze(text: str) -> str:
    return "".join(text.split())


class _SourceText:
    """The text of a source, with and without white space."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.raw = rules.read_query_text(path, shown)
        self._kept = [index for index, char in enumerate(self.raw) if not char.isspace()]
        self.squeezed = "".join(self.raw[index] for index in self._kept)
        self._line_starts = [0] + [match.end() for match in re.finditer(r"\n", self.raw)]

    def line(self, position: int) -> int:
        """The line of the file, from 1, of a character counted without white space."""
        if not self._kept:
            return 1
        raw = self._kept[min(position, len(self._kept) - 1)]
        return bisect_right(self._line_starts, raw)

    def spans(self, quote: str) -> list[tuple[int, int]]:
        """Start and end of each place where a quote stands, white space left out.

        The same as `quotes.quote_offsets`, without reading the whole text for each quote.
        """
        wanted = _squeeze(quote)
        found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", self.squeezed)]
        return [(start, start + len(wanted)) for start in found] if wanted else []

    def nearest(self, quote: str) -> _Near | None:
        """The passage most like a quote that is not in the text; None if none is like it."""
        wanted = _squeeze(quote)
        if not wanted or not self.squeezed:
            return None
        start, end = self._window(wanted)
        matcher = difflib.SequenceMatcher(None, self.squeezed[start:end], wanted, autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        if not blocks or sum(block.size for block in blocks) * 3 < len(wanted):
            return None
        # The window is cut where the first and the last thing in common stand.
        first, last = blocks[0], blocks[-1]
        cut_start = max(start, start + first.a - first.b)
        cut_end = min(end, start + last.a + len(wanted) - last.b)
        passage = self.squeezed[cut_start:cut_end]
        return _Near(self.line(cut_start), passage, _difference(passage, wanted))

    def _window(self, wanted: str) -> tuple[int, int]:
        """A stretch of the text around the longest run that it shares with a quote.

        Runs are compared in the form that leaves width and case out, so that a difference in
        width alone does not hide the right place.
        """
        plain = _even(self.squeezed)
        matcher = difflib.SequenceMatcher(None, plain, _even(wanted), autojunk=False)
        match = matcher.find_longest_match()
        slack = max(8, len(wanted) // 4)
        start = max(0, match.a - match.b - slack)
        return start, min(len(self.squeezed), match.a - match.b + len(wanted) + slack)


def _even(text: str) -> str:
    """A text with width and case left out, character for character."""
    import unicodedata

    evened = (unicodedata.normalize("NFKC", char).casefold() for char in text)
    return "".join(
        even if len(even) == 1 else char for even, char in zip(evened, text, strict=True)
    )


def _difference(passage: str, quote: str) -> Words:
    """What distinguishes a passage from a quote."""
    if _even(passage) == _even(quote):
        kind = Words("only the width or case of characters differs: ", "文字の幅か大小だけが違う：")
    else:
        kind = Words("", "")
    parts_en: list[str] = []
    parts_ja: list[str] = []
    matcher = difflib.SequenceMatcher(None, passage, quote, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        parts_en.append(f"text {passage[a:b] or '-'} | quote {quote[c:d] or '-'}")
        parts_ja.append(f"本文「{passage[a:b]}」、引用「{quote[c:d]}」")
    more = "; …" if len(parts_en) > 4 else ""
    return Words(kind.en + "; ".join(parts_en[:4]) + more, kind.ja + "；".join(parts_ja[:4]) + more)


# --- places --------------------------------------------------------------------------------------


_TOKEN = re.compile(
    r'''(?P<long>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\')'''
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<comment>\#[^\n]*)"""
    r"""|(?P<iri><[^<>\s]*>)"""
    r"""|(?P<tag>@[A-Za-z][A-Za-z0-9-]*|\^\^)"""
    r"""|(?P<name>[^\s<>"'{}\[\]();,\#@^:]*:(?:[^\s<>"'{}\[\]();,\#@^\\.]|\\.|\.(?=[\w:%-]))*)"""
    r"""|(?P<mark>[{}\[\]();,.])"""
    r"""|(?P<word>[^\s{}\[\]();,<>"'\#]+)""",
    re.DOTALL,
)


_PREFIX = re.compile(
    r"^[ \t]*@?prefix\s+(?P<prefix>[^\s:]*):\s*<(?P<iri>[^>]*)>[ \t]*\.?",
    re.MULTILINE | re.IGNORECASE,
)
# What a name behind each mark is.
_EXPECTED = {"{": "subject", "}": "subject", ".": "subject", ";": "predicate"}


class _Place(NamedTuple):
    """Where something is described."""

    file: str
    line: int
    graph: str
    properties: dict[str, int]
    """The line of each of its properties there."""


class _Places:
    """Where the subjects of the curated files stand.

    A file is read when the first finding needs a place. The reader knows subjects and
    predicates, not the whole grammar: it works on files that have been parsed already.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._at: dict[str, list[_Place]] | None = None

    def find(self, subject: str, property_iri: str = "", graph: str = "") -> tuple[str, int]:
        """File and line of a thing: of its property if that stands somewhere; else ("", 0)."""
        if self._at is None:
            self._at = {}
            bundle = self._bundle
            paths = [*bundle.data_files(), *bundle.vocabulary_files()]
            paths.append(bundle.ontology / "ctgraph.ttl")
            for path in paths:
                if path.is_file():
                    self._read(path, self._at)
        places = self._at.get(subject, [])
        if graph:
            places = [place for place in places if place.graph == graph] or places
        for place in places:
            if property_iri in place.properties:
                return place.file, place.properties[property_iri]
        return places[0][:2] if places else ("", 0)

    def _read(self, path: Path, at: dict[str, list[_Place]]) -> None:
        shown = self._bundle.show(path)
        text = rules.read_query_text(path, shown)
        starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        lines: dict[str, int] = {}
        before = -1
        for graph, subject, start, predicate, place in _statements(text):
            if start != before:
                before, lines = start, {}
                at.setdefault(subject, []).append(
                    _Place(shown, bisect_right(starts, start), graph, lines)
                )
            lines.setdefault(predicate, bisect_right(starts, place))


def _statements(text: str) -> Iterator[tuple[str, str, int, str, int]]:
    """Graph, subject and its position, predicate and its position, for each property."""
    prefixes = {match["prefix"]: match["iri"] for match in _PREFIX.finditer(text)}
    # Declarations are blanked, so that what is left is graphs and statements only.
    text = _PREFIX.sub(lambda match: " " * len(match[0]), text)
    graph = subject = ""
    start = 0
    expected = "subject"
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in _EXPECTED:
            if token in "{}":
                graph, subject = (subject if token == "{" else ""), ""
            expected = _EXPECTED[token]
        elif match.lastgroup in ("iri", "name") or token == "a":
            iri = _expand(token, prefixes)
            if expected == "subject":
                subject, start, expected = iri, match.start(), "predicate"
            elif expected == "predicate":
                yield graph, subject, start, iri, match.start()
                expected = "object"


def _expand(token: str, prefixes: Mapping[str, str]) -> str:
    if token == "a":
        return PREFIXES["rdf"] + "type"
    if token.startswith("<"):
        return token[1:-1]
    prefix, _, local = token.partition(":")
    return prefixes.get(prefix, prefix + ":") + local.replace("\\", "")


# --- reports -------------------------------------------------------------------------------------


def format_report(report: Report, lang: str = "en") -> str:
    """A report as text, with a line break at the end: findings by group, each with its repair.

    Args:
        report: What a check found.
        lang: ``en`` or ``ja``.
    """
    is_ja = lang == "ja"
    out: list[str] = []
    skipped = {entry.group: entry.reason for entry in report.skipped}
    for group in GROUPS:
        if group.name in skipped:
            said = "実施せず" if is_ja else "skipped"
            out.append(f"{group.title.say(lang)}: {said}. {skipped[group.name].say(lang)}")
            continue
        if group.name not in report.ran:
            continue
        found = [entry for entry in report.findings if entry.group == group.name]
        number = report.ran[group.name]
        if is_ja:
            state = f"{len(found)}件の指摘" if found else "問題なし"
            out.append(f"{group.title.ja}：{state}（規則{number}件）")
        else:
            state = _plural(len(found), "finding") if found else "ok"
            out.append(f"{group.title.en}: {state} ({_plural(number, 'rule')})")
        if group.name == "coverage":
            out += [_format_coverage(entry, is_ja) for entry in report.coverage]
        for entry in found:
            out += _format_finding(entry, lang)
    errors, warnings = len(report.errors), len(report.warnings)
    if is_ja:
        out.append(f"エラー{errors}件、警告{warnings}件。")
    else:
        out.append(f"{_plural(errors, 'error')}, {_plural(warnings, 'warning')}.")
    return "\n".join(out) + "\n"


def _format_coverage(entry: Coverage, is_ja: bool) -> str:
    share = f"{entry.share:.1%}"
    if is_ja:
        head = (
            f"  {entry.file}：文字の{share}、文・見出し・欄{entry.sentences}件中"
            f"{entry.touched}件が引用されている"
        )
    else:
        head = (
            f"  {entry.file}: {share} of the characters, "
            f"{entry.touched} of {entry.sentences} sentences, headings and cells are quoted"
        )
    passages = [f"    {passage.line}: {passage.text}" for passage in entry.passages]
    if passages:
        head += "。引用のない箇所：" if is_ja else "; not quoted:"
    return "\n".join([head, *passages])


def _format_finding(entry: Finding, lang: str) -> list[str]:
    words = {"error": Words("error", "エラー"), "warning": Words("warning", "警告")}
    head = f"  {entry.where or '-'}: {words[entry.severity].say(lang)}: "
    head += f"{entry.subject} " if entry.subject and entry.file else ""
    lines = [head + f"[{entry.rule}]", f"    {entry.message.say(lang)}"]
    if entry.repair.say(lang):
        lines.append(f"    → {entry.repair.say(lang)}")
    return lines


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def report_to_json(report: Report) -> dict[str, Any]:
    """A report as what `json.dumps` takes: `summary`, `findings`, `coverage` and `skipped`.

    Messages and repairs are objects with the keys ``en`` and ``ja``.

    Args:
        report: What a check found.
    """
    return {
        "ok": report.ok,
        "summary": report.summary,
        "findings": [
            {
                "rule": found.rule,
                "group": found.group,
                "severity": found.severity,
                "file": found.file or None,
                "line": found.line or None,
                "subject": found.subject or None,
                "message": found.message._asdict(),
                "repair": found.repair._asdict(),
            }
            for found in report.findings
        ],
        "coverage": [
            {
                **entry._asdict(),
                "share": round(entry.share, 4),
                "passages": [passage._asdict() for passage in entry.passages],
            }
            for entry in report.coverage
        ],
        "skipped": [
            {"group": entry.group, "reason": entry.reason._asdict()} for entry in report.skipped
        ],
    }

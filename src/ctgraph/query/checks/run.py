"""The checks of the graph: shapes, violation queries, quotes, coverage, labels, files, questions.

`check` runs them and gives a `Report`; each `Finding` names the rule, the file and line of the
thing that is wrong, and how to mend it, in English and Japanese.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, UnknownName, suggest
from ctgraph.query.checks import (
    coverage,
    labels,
    names,
    questions,
    quotes,
    roles,
    sentences,
    words,
)
from ctgraph.query.checks.findings import (
    GROUPS,
    Coverage,
    Finding,
    Report,
    Skipped,
    Words,
    show,
    suggesting,
    with_detail,
)
from ctgraph.query.checks.graph import CheckedGraph
from ctgraph.query.checks.reading import Reading
from ctgraph.query.checks.shapes import LARGE, Shapes
from ctgraph.query.questions import read_checks
from ctgraph.store.reader import survey

if TYPE_CHECKING:
    from ctgraph.errors import Problem
    from ctgraph.store import Bundle, Store


Progress = Callable[[str], None]
"""Called with the name of the group of rules that is about to run."""


_RULES: dict[str, dict[str, Words]] = {
    "quotes": quotes.RULES,
    "words": words.RULES | roles.RULES | sentences.RULES | names.RULES,
    "coverage": coverage.RULES,
    "labels": labels.RULES,
    "files": {
        "file-broken": Words(
            "Every file of the project can be read and keeps the rules of the format.",
            "プロジェクトのどのファイルも読め、形式の規則を守っている。",
        ),
    },
    "questions": questions.RULES,
    "answers": questions.ANSWERS,
}
"""The rules that are part of the package, by group; shapes and queries are the project's."""

# Queries over all properties; what a shape says about the same value is more to the point.
_GENERAL = frozenset({"dangling-reference", "domain", "range", "several-values"})


def list_rules(bundle: Bundle) -> dict[str, dict[str, Words]]:
    """Return what each rule asks, by group and by name of the rule.

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
        for name, asked in read_checks(bundle).items()
    }
    for name, rules in _RULES.items():
        found[name].update(rules)
    return found


def check(
    store: Store,
    *,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    problems: Sequence[Problem] | None = None,
) -> Report:
    """Return what is wrong with a graph.

    Everything but the group ``files`` runs over any store. Quotes are looked up in the texts of
    the project; the report says how many are of sources whose text is elsewhere.

    Args:
        store: The graph.
        only: Names of groups and of rules to run, or one name; None means all. A large graph is
            checked against the shapes only if they are named here.
        progress: Told which group is about to run.
        problems: What is wrong with the files, of which a graph that was loaded strictly leaves
            nothing; None means that they are read for it.

    Raises:
        UnknownName: `only` names a group or rule that does not exist.
        DataError: A shape file or a violation query cannot be read.
        StoreError: A store on disk is damaged.
    """
    names = [only] if isinstance(only, str) else only
    store.verify()
    return _Run(store, None if names is None else list(names), progress, problems).report()


def check_broken(
    bundle: Bundle, *, only: Iterable[str] | None = None, progress: Progress | None = None
) -> Report | None:
    """Return what is wrong with a project that cannot be opened.

    None if a file cannot be parsed either.

    Whoever adds a claim sees all that is wrong at once: what keeps the files from being loaded,
    and what the other groups find in the graph that they would make.

    Args:
        bundle: The project.
        only: As for `check`.
        progress: Told which group is about to run.

    Raises:
        UnknownName: `only` names a group or rule that does not exist.
        DataError: A shape file or a violation query cannot be read.
    """
    from ctgraph.store import Store, compile_graph

    found = survey(bundle)
    if not found.problems or not found.is_parsed:
        return None
    graph = compile_graph(bundle, strict=False)
    with Store("memory", str(bundle.root), bundle, graph=graph) as store:
        return check(store, only=only, progress=progress, problems=found.problems)


def check_files(
    bundle: Bundle,
    fault: CtgraphError | None = None,
    problems: Sequence[Problem] | None = None,
) -> Report:
    """Return what is wrong with the files of a project, which need not be in order for this.

    It is what `check` says of the files, for a project that cannot be opened because of them.

    Args:
        bundle: The project.
        fault: Why it cannot be opened; told if the files themselves say no more.
        problems: What is wrong with them; None means that they are read for it.

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
            Words(problem.tell(), problem.tell("ja")),
            Words(problem.advise(), problem.advise("ja")),
        )
        for problem in (survey(bundle).problems if problems is None else problems)
    ]
    if fault is not None and not findings:
        message = Words(fault.tell(), fault.tell("ja"))
        hint = Words(fault.advise(), fault.advise("ja"))
        findings = [Finding("file-broken", "files", "error", "", 0, "", message, hint)]
    return Report(tuple(findings), {"files": 1})


def _check_name(name: str) -> str:
    return name.removesuffix("-violation")


def _refuse_unknown(name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UnknownName(
            "rule or group",
            name,
            suggest(name, known),
            hint="groups",
            names=[group.name for group in GROUPS],
        )


class _Run:
    """One run of the checks over one store."""

    def __init__(
        self,
        store: Store,
        only: list[str] | None,
        progress: Progress | None,
        problems: Sequence[Problem] | None,
    ) -> None:
        self.graph = CheckedGraph(store)
        self._progress = progress
        self._problems = problems
        self._findings: list[Finding] = []
        self._skipped: list[Skipped] = []
        self._coverage: list[Coverage] = []
        self._ran: dict[str, int] = {}
        self._told_by_shapes: set[tuple[str, str]] = set()
        self._asked = frozenset(only or ())
        self._rules: dict[str, list[str]] = self._choose(only)

    def _choose(self, only: list[str] | None) -> dict[str, list[str]]:
        """Return the rules to run, by group; groups with none are left out."""
        wanted = None if only is None else set(only)
        known = {name for words in _RULES.values() for name in words}
        known.update(group.name for group in GROUPS)
        checks = [_check_name(name) for name in read_checks(self.graph.bundle)]
        known.update(checks)
        # Shapes are read through rdflib, which is slow to import: not if nothing asks for them.
        shapes: list[str] = []
        if wanted is None or "shapes" in wanted or not wanted <= known:
            self._shapes = Shapes(self.graph.bundle)
            shapes = self._shapes.names
            known.update(shapes)
        for name in sorted(wanted or ()):
            _refuse_unknown(name, known)
        there = {"shapes": shapes, "queries": checks}
        there.update((group, list(words)) for group, words in _RULES.items())
        chosen: dict[str, list[str]] = {}
        for group in GROUPS:
            names = there[group.name]
            if wanted is not None and group.name not in wanted:
                names = [name for name in names if name in wanted]
            if group.name == "answers" and wanted is None and self.graph.is_here():
                continue  # its answers are the right ones
            if names:
                chosen[group.name] = names
        return chosen

    def report(self) -> Report:
        steps: dict[str, Callable[[list[str]], bool]] = {
            "shapes": self._check_shapes,
            "queries": self._run_queries,
            "quotes": lambda names: self._gather(quotes.check_quotes(self.graph, names)),
            "words": self._check_words,
            "coverage": lambda names: self._gather(coverage.check_coverage(self.graph)),
            "labels": lambda names: self._gather(labels.check_labels(self.graph, names)),
            "files": self._check_files,
            "questions": lambda names: self._gather(questions.check_questions(self.graph)),
            "answers": self._check_answers,
        }
        for group, rules in self._rules.items():
            if self._progress is not None:
                self._progress(group)
            if steps[group](rules):
                self._ran[group] = len(rules)
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
        return Report(
            tuple(findings),
            self._ran,
            tuple(self._skipped),
            tuple(self._coverage),
            self._count_disagreements(),
        )

    def _count_disagreements(self) -> int:
        (row,) = self.graph.store.select("SELECT (COUNT(?x) AS ?n) { ?x a ct:Disagreement }")
        return int(show(row["n"]))

    # What is common to the groups

    def _skip(self, group: str, en: str, ja: str) -> bool:
        self._skipped.append(Skipped(group, Words(en, ja)))
        return False

    def _gather(self, found: Iterable[Finding | Skipped | Coverage]) -> bool:
        """Keep what a group found; such a group always runs."""
        for one in found:
            if isinstance(one, Finding):
                self._findings.append(one)
            elif isinstance(one, Skipped):
                self._skipped.append(one)
            else:
                self._coverage.append(one)
        return True

    # Shapes

    def _check_shapes(self, names: list[str]) -> bool:
        (size,) = next(iter(self.graph.store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
        if int(show(size)) > LARGE and not self._asked & {"shapes", *names}:
            return self._skip(
                "shapes",
                f"The graph has {show(size)} triples; name the group shapes to check them all.",
                f"グラフは{show(size)}トリプルある。検査するにはグループ名shapesを指定する。",
            )
        wanted = set(names)
        self._told_by_shapes.clear()
        for result in self._shapes.validate(self.graph.store):
            if result.shape not in wanted:
                continue
            self._told_by_shapes.add((result.focus, result.path))
            self._findings.append(
                self.graph.make_finding(
                    result.shape,
                    result.severity,
                    result.focus,
                    with_detail(self._shapes.message(result.shape), result.detail),
                    suggesting(self._shapes.repair(result.shape, result.parent), result.near),
                    group="shapes",
                    property_iri=result.path,
                )
            )
        return True

    # Violation queries

    def _run_queries(self, names: list[str]) -> bool:
        for name, asked in read_checks(self.graph.bundle).items():
            rule = _check_name(name)
            if rule not in names:
                continue
            solutions = self.graph.store.select(asked.text)
            columns = [variable.value for variable in solutions.variables]
            for solution in solutions:
                subject = solution["this"]
                this = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
                rest = [
                    f"{column}: {show(solution[column])}"
                    for column in columns
                    if column not in ("this", "message") and solution[column] is not None
                ]
                graph = prop = ""
                if "claim" in columns and isinstance(solution["claim"], ox.NamedNode):
                    graph = solution["claim"].value
                if "property" in columns and isinstance(solution["property"], ox.NamedNode):
                    prop = solution["property"].value
                if rule in _GENERAL and (this, prop) in self._told_by_shapes:
                    continue
                self._findings.append(
                    self.graph.make_finding(
                        rule,
                        asked.severity,
                        this,
                        with_detail(
                            Words(asked.description["en"], asked.description["ja"]),
                            ", ".join(rest),
                        ),
                        Words(asked.repair["en"], asked.repair["ja"]),
                        group="queries",
                        property_iri=prop,
                        graph=graph,
                    )
                )
        return True

    # Words

    def _check_words(self, rules: list[str]) -> bool:
        if {*rules} - names.RULES.keys():
            reading = Reading(self.graph)
            found = (
                *words.check_words(reading),
                *roles.check_roles(reading),
                *sentences.check_sentences(reading),
            )
            self._gather(one for one in found if one.rule in rules)
        return self._gather(names.check_names(self.graph, rules))

    # Files

    def _check_files(self, names: list[str]) -> bool:
        if not self.graph.holds_bundle():
            return self._skip(
                "files",
                "The store was not filled from the files of the project.",
                "このストアはプロジェクトのファイルから作られていない。",
            )
        self._findings += check_files(self.graph.bundle, problems=self._problems)
        return True

    # Answers

    def _check_answers(self, names: list[str]) -> bool:
        if self.graph.is_here():
            return self._skip(
                "answers",
                "Name an endpoint, whose answers are compared with those of the graph here.",
                "エンドポイントを指定すると、ここにあるグラフの回答と比べる。",
            )
        return self._gather(questions.check_answers(self.graph, names))

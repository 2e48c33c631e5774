"""What the checks report: findings, groups of rules, and how much of a source is quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from ctgraph.terms import shorten


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    ja: str

    def __str__(self) -> str:
        return self.en

    def say(self, lang: str) -> str:
        """Return the text in a language, ``en`` or ``ja``."""
        return self.ja if lang == "ja" else self.en


class Group(NamedTuple):
    """A kind of rules that run together."""

    name: str
    title: Words


GROUPS = (
    Group("shapes", Words("Shapes", "シェイプ")),
    Group("queries", Words("Violation queries", "違反クエリ")),
    Group("quotes", Words("Quotes", "引用")),
    Group("words", Words("Words", "文言")),
    Group("coverage", Words("Coverage of the sources", "出典の網羅")),
    Group("labels", Words("Labels", "ラベル")),
    Group("files", Words("Files and totals", "ファイルと件数")),
    Group("questions", Words("Questions", "質問")),
    Group("answers", Words("Answers of the endpoint", "エンドポイントの回答")),
)
"""The groups of rules, in the order in which they run and are reported."""


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
        disagreements: How many disagreements of sources the graph holds, which are no faults.
    """

    findings: tuple[Finding, ...]
    ran: Mapping[str, int]
    skipped: tuple[Skipped, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    disagreements: int = 0
    summary: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        summary: dict[str, Any] = {
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "disagreements": self.disagreements,
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


def show(term: Any) -> str:
    """Return a term as a finding names it: a CURIE or the lexical form."""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal):
        return term.value
    return str(term)


def with_detail(words: Words, detail: str) -> Words:
    """Return words with a detail in brackets behind them."""
    return Words(f"{words.en} [{detail}]", f"{words.ja}［{detail}］") if detail else words


def suggesting(words: Words, near: Sequence[str]) -> Words:
    """Return the words of a repair with what may have been meant behind them."""
    if not near:
        return words
    return Words(
        f"{words.en} Did you mean {' or '.join(near)}?",
        f"{words.ja}もしかして：{'、'.join(near)}",
    )

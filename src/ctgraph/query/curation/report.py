"""What an import tells, as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ctgraph.errors import Problem
from ctgraph.words import fill, join_sentences, read_words

SECTIONS = (
    "sources", "actors", "events", "linked", "similar", "confirmations", "disagreements",
    "duplicates", "remarks", "untranslated", "warnings", "refused",
)  # fmt: skip
"""The parts of a report, in the order in which they are told."""


@dataclass(frozen=True)
class Told:
    """A text in both languages, in a place of a sentence."""

    en: str
    ja: str

    def tell(self, lang: str = "en") -> str:
        """Return the text in a language."""
        return self.ja if lang == "ja" else self.en


class ImportReport(NamedTuple):
    """What an import would do.

    Attributes:
        folder: The folder that it makes, as messages name it.
        facts: The facts that go in.
        sections: What is said of rows, by `SECTIONS`.
    """

    folder: str
    facts: Sequence[str]
    sections: Mapping[str, Sequence[Problem]]

    @property
    def refused(self) -> Sequence[Problem]:
        """Why rows cannot go in."""
        return self.sections["refused"]

    @property
    def rows_refused(self) -> int:
        """How many rows cannot go in."""
        return len({(one.file, one.line) for one in self.refused})

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be added."""
        return not self.facts


def format_import(report: ImportReport, lang: str = "en") -> str:
    """Return a report as text, with a line break at the end.

    Args:
        report: What an import would do.
        lang: ``en`` or ``ja``.
    """
    words = read_words("curation", lang)
    out: list[str] = []
    for section in SECTIONS:
        told = report.sections[section]
        if told:
            out.append(
                f"{words[section]} ({len(told)})"
                if lang == "en"
                else f"{words[section]}（{len(told)}件）"
            )
            out += [f"  {say(problem, lang)}" for problem in told]
    values = {
        "facts": len(report.facts),
        "sources": len(report.sections["sources"]),
        "actors": len(report.sections["actors"]),
        "events": len(report.sections["events"]),
        "n": report.rows_refused,
    }
    out.append(fill("curation", "summary", lang, values))
    return "\n".join(out) + "\n"


def say(problem: Problem, lang: str) -> str:
    """Return where a row is, what is said of it, and what to do about it.

    Args:
        problem: What is said.
        lang: ``en`` or ``ja``.
    """
    values = problem.values
    # Facts have numbers for names, which a line alone does not tell.
    parts = [values.get("row") if problem.file.endswith("facts.tsv") else "", values.get("column")]
    where = " ".join([problem.place(), *(str(part) for part in parts if part)])
    told = join_sentences([problem.tell(lang), problem.advise(lang)], lang)
    return fill("errors", "place", lang, {"place": where}) + told


def import_to_json(report: ImportReport, *, written: bool) -> dict[str, Any]:
    """Return a report as what `json.dumps` takes.

    Args:
        report: What an import would do.
        written: Whether it was done.
    """
    return {
        "ok": not report.refused,
        "folder": report.folder,
        "written": written,
        "summary": {
            "facts": len(report.facts),
            "rowsRefused": report.rows_refused,
            **{section: len(report.sections[section]) for section in SECTIONS},
        },
        "facts": [*report.facts],
        **{
            section: [_to_json(problem) for problem in report.sections[section]]
            for section in SECTIONS
        },
    }


def _to_json(problem: Problem) -> dict[str, Any]:
    values = dict(problem.values)
    return {
        "file": problem.file,
        "line": problem.line or None,
        "column": values.pop("column", None),
        "row": values.pop("row", None),
        "kind": problem.key,
        "message": {lang: problem.tell(lang) for lang in ("en", "ja")},
        "advice": {lang: problem.advise(lang) for lang in ("en", "ja")},
        "values": {name: _plain(value) for name, value in values.items()},
    }


def _plain(value: object) -> object:
    if isinstance(value, Told):
        return asdict(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (str, int, type(None))) else str(value)

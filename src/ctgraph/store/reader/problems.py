"""Problems of curated files, each with its place, and what a reading counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ctgraph.errors import DataError

MOST_PROBLEMS = 20
"""How many problems an error lists; the rest is counted."""


class Problem(NamedTuple):
    """One thing that is wrong with a file.

    Attributes:
        file: The file, as messages name it.
        line: Line from 1, or 0 if it concerns the file as a whole.
        message: What is wrong, a sentence without a full stop.
        hint: What to do.
    """

    file: str
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}. {self.hint}".rstrip()


class BrokenFiles(DataError):  # noqa: N818 - reads as the condition it names
    """Files break the rules of the format.

    Args:
        problems: What is wrong, at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        if len(problems) == 1:
            only = problems[0]
            where = f"{only.file}:{only.line}" if only.line else only.file
            super().__init__(f"{where}: {only.message}.", hint=only.hint or None)
            return
        lines = [f"{len(problems)} problems in the data:"]
        lines += [f"  {problem}" for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            lines.append(f"  and {len(problems) - MOST_PROBLEMS} more.")
        super().__init__("\n".join(lines))


class FileCount(NamedTuple):
    """What one file holds.

    Attributes:
        claims: Claim graphs.
        quads: Statements in claim graphs, self-descriptions included.
    """

    claims: int
    quads: int


class Survey(NamedTuple):
    """What a look at every file of a bundle found.

    Attributes:
        problems: What is wrong; empty if all is well.
        counts: Claims and quads by file, as `data/totals.toml` names the files.
        is_parsed: Whether every file could be parsed, so that all of them could be looked at.
    """

    problems: tuple[Problem, ...]
    counts: dict[str, FileCount]
    is_parsed: bool

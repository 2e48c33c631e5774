"""What a reading counted, and what a look at every file found."""

from __future__ import annotations

from typing import NamedTuple

from ctgraph.errors import Problem


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

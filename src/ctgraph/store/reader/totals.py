"""The totals that stand beside the data, held against what was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ctgraph.errors import Problem
from ctgraph.store.reader.collector import Collector


class FileCount(NamedTuple):
    """What one file holds.

    Attributes:
        claims: Claim graphs.
        quads: Statements in claim graphs, self-descriptions included.
    """

    claims: int
    quads: int


def format_totals(counts: Mapping[str, FileCount]) -> str:
    """Return the text of `data/totals.toml` for counts.

    Args:
        counts: Claims and quads by file below `data/`.

    Example:
        >>> print(format_totals({"mini/a.trig": FileCount(2, 14)}), end="")
        [total]
        claims = 2
        quads = 14
        <BLANKLINE>
        [files."mini/a.trig"]
        claims = 2
        quads = 14
    """
    total = _sum(counts)
    parts = [f"[total]\nclaims = {total.claims}\nquads = {total.quads}\n"]
    parts += [
        f'[files."{name}"]\nclaims = {count.claims}\nquads = {count.quads}\n'
        for name, count in sorted(counts.items())
    ]
    return "\n".join(parts)


def check_totals(counts: Mapping[str, FileCount], problems: Collector) -> None:
    """Check what was read against `data/totals.toml`.

    Args:
        counts: Claims and quads by file below `data/`.
        problems: Where problems are added.
    """
    path = problems.bundle.totals_file()
    where = problems.bundle.show(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.report(path, "totals-missing")
        return
    except (OSError, UnicodeDecodeError) as error:
        problems.report(path, "file-unreadable", "save-as-utf8", said=error)
        return
    import tomllib

    try:
        totals = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        problems.found.append(
            Problem(where, line, "totals-not-toml", "totals-not-toml", {"said": str(error)})
        )
        return

    def report(heading: str, key: str, hint: str | None = None, /, **values: object) -> None:
        lines = text.splitlines()
        line = next((n for n, row in enumerate(lines, 1) if row.strip() == heading != ""), 0)
        problems.found.append(Problem(where, line, key, hint or key, values))

    files = totals.get("files")
    files = files if isinstance(files, dict) else {}
    for name in sorted(set(files) - set(counts)):
        report(f'[files."{name}"]', "listed-file-missing", name=name)
    for name, count in sorted(counts.items()):
        if name not in files:
            report("", "file-not-listed", name=name, **count._asdict())
        else:
            _compare(files[name], count, f"data/{name}", f'[files."{name}"]', report)
    _compare(totals.get("total"), _sum(counts), "data/", "[total]", report)


def _sum(counts: Mapping[str, FileCount]) -> FileCount:
    return FileCount(*map(sum, zip(*counts.values(), strict=True))) if counts else FileCount(0, 0)


def _compare(
    expected: object,
    count: FileCount,
    what: str,
    heading: str,
    report: Callable[..., None],
) -> None:
    """Report what differs between the totals beside the data and what was read."""
    if not isinstance(expected, dict):
        report(heading, "totals-without-counts", what=what, heading=heading, **count._asdict())
        return
    for key, number in count._asdict().items():
        if expected.get(key) != number:
            report(
                heading,
                "totals-differ" if key in expected else "totals-lack",
                "correct-totals",
                what=what,
                heading=heading,
                name=key,
                number=number,
                stated=expected.get(key),
            )

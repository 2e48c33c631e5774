"""The totals that stand beside the data, held against what was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ctgraph.store.reader.collector import Collector
from ctgraph.store.reader.problems import FileCount, Problem


def format_totals(counts: Mapping[str, FileCount]) -> str:
    """The text of `data/totals.toml` for counts.

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
    total = FileCount(
        sum(count.claims for count in counts.values()),
        sum(count.quads for count in counts.values()),
    )
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
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.report(
            path,
            "no such file",
            "It states how many claims and quads each file holds; "
            "make an empty one, and `ctgraph check` prints them.",
        )
        return
    except (OSError, UnicodeDecodeError) as error:
        problems.report(path, f"cannot be read: {error}", "Save it as UTF-8.")
        return
    import tomllib

    try:
        totals = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        problems.found.append(Problem(where, line, f"not TOML: {error}", "Mend that line."))
        return

    def report(message: str, hint: str, heading: str) -> None:
        lines = text.splitlines()
        line = next((n for n, row in enumerate(lines, 1) if row.strip() == heading != ""), 0)
        problems.found.append(Problem(where, line, message, hint))

    files = totals.get("files")
    files = files if isinstance(files, dict) else {}
    for name in sorted(set(files) - set(counts)):
        report(
            f"data/{name} is missing",
            "Restore the file, or take it out of the list.",
            f'[files."{name}"]',
        )
    for name, count in sorted(counts.items()):
        if name not in files:
            report(
                f"data/{name} is not listed",
                f'Add [files."{name}"] with claims = {count.claims}, quads = {count.quads}.',
                "",
            )
        else:
            _compare(files[name], count, f"data/{name}", f'[files."{name}"]', report)
    total = FileCount(
        sum(count.claims for count in counts.values()),
        sum(count.quads for count in counts.values()),
    )
    _compare(totals.get("total"), total, "data/", "[total]", report)


def _compare(
    expected: object,
    count: FileCount,
    what: str,
    heading: str,
    report: Callable[[str, str, str], None],
) -> None:
    """Report what differs between the totals beside the data and what was read."""
    if not isinstance(expected, dict):
        report(
            f"no expected counts for {what}",
            f"Write {heading} with claims = {count.claims} and quads = {count.quads}.",
            heading,
        )
        return
    for key, number in count._asdict().items():
        if expected.get(key) != number:
            stated = expected.get(key, "no number of")
            report(
                f"{what} holds {number} {key}, not {stated}"
                if key in expected
                else f"{heading} lacks {key}",
                f"Find out what was lost or added; if it is meant, write {key} = {number}.",
                heading,
            )

"""The totals that stand beside the data, held against what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ctgraph.store.reader.problems import FileCount


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


def compare_totals(
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

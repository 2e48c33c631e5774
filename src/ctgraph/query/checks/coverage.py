"""How much of each source the claims quote, and which of its sentences none of them does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctgraph.query.checks.findings import Coverage, Finding, Passage, Words
from ctgraph.query.checks.quotes import (
    FEW_DIFFERENCES,
    SourceText,
    read_quotes,
    read_source,
    squeeze,
)
from ctgraph.query.sources.quotes import coverage
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from ctgraph.query.checks.graph import CheckedGraph


RULES = {
    "coverage-gap": Words(
        "Every sentence of a source is quoted by some claim.",
        "出典のどの文もいずれかの主張に引用されている。",
    ),
}
"""What each rule of the group asks, by its name."""


def check_coverage(graph: CheckedGraph) -> Iterator[Finding | Coverage]:
    """Yield for each source how much of it is quoted, and its sentences that nothing quotes.

    Sources whose text is not in the project are left out.

    Args:
        graph: The graph.
    """
    quotes: dict[str, list[str]] = {}
    for quoted in read_quotes(graph.store):
        quotes.setdefault(quoted.source, []).append(quoted.quote)
    for source in sorted(quotes):
        text = read_source(graph.bundle, source)
        if text is not None:
            yield from _check_source(source, text, quotes[source])


def _check_source(
    source: str, text: SourceText, quotes: Sequence[str]
) -> Iterator[Finding | Coverage]:
    found = coverage(text.raw, quotes)
    untouched = [sentence for sentence in found.sentences if not sentence.share]
    yield Coverage(
        shorten(source),
        text.shown,
        found.share,
        len(found.sentences),
        len(found.sentences) - len(untouched),
        tuple(Passage(passage.first_line, squeeze(passage.text)) for passage in found.uncovered),
    )
    for sentence in untouched:
        words = squeeze(sentence.text)
        # A word or two that stand alone (a tag of the page, a unit) are passages only.
        if len(words) <= FEW_DIFFERENCES:
            continue
        yield Finding(
            "coverage-gap",
            "coverage",
            "warning",
            text.shown,
            sentence.first_line,
            shorten(source),
            Words(f"No claim quotes: {words}", f"どの主張にも引用されていない：{words}"),
            Words("Add the claims that this passage makes.", "この箇所が述べる主張を加える。"),
        )

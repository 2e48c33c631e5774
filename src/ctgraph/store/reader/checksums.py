"""Digests of words that claims rest on: how each is written, and that it is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from ctgraph.store.reader.collector import Collector
from ctgraph.terms import SHA256, ct, ctv, name_words, rdf, shorten, spdx, xsd

DESCRIBING = frozenset((spdx.checksumValue, spdx.algorithm, ct.wordsLength, ct.normalization))
"""The properties of digests."""

_REQUIRED = (rdf.type, spdx.algorithm, spdx.checksumValue, ct.normalization)
_ONLY = {
    spdx.algorithm: spdx.checksumAlgorithm_sha256,
    ct.normalization: ctv["nfkc-no-space"],
}
_POSITIVE = re.compile(r"\+?0*[1-9][0-9]*\Z", re.ASCII)


class Checksums:
    """What was seen of the digests of words.

    The same words under two claims are one digest, described the same in both.
    """

    def __init__(self, problems: Collector) -> None:
        self._problems = problems
        self._seen: dict[ox.NamedNode, dict[ox.NamedNode, object]] = {}

    def describe(self, path: Path, graph: ox.NamedNode, quad: ox.Quad) -> None:
        """Check what a claim says of a digest, and note it.

        Args:
            path: The file.
            graph: The claim's graph.
            quad: The statement.
        """
        subject, predicate, value, _ = quad
        if not isinstance(subject, ox.NamedNode):
            return
        seen = self._seen.setdefault(subject, {})
        if seen.setdefault(predicate, value) != value:
            self._report(path, graph, "words-described-twice", subject, predicate)
        elif predicate == spdx.checksumValue:
            self._check_value(path, graph, subject, value)
        elif predicate == ct.wordsLength:
            if not _is_literal(value, xsd.integer, _POSITIVE):
                self._report(path, graph, "words-length-wrong", value, predicate)
        elif predicate in _ONLY and value != _ONLY[predicate]:
            self._report(
                path,
                graph,
                "words-method-unknown",
                value,
                predicate,
                expected=_ONLY[predicate].value,
            )

    def check(self, path: Path, graph: ox.NamedNode, words: ox.NamedNode) -> None:
        """Check that a digest that a claim rests on is described as a whole.

        Args:
            path: The file of the claim.
            graph: The claim's graph.
            words: The digest.
        """
        seen: Mapping[ox.NamedNode, object] = self._seen.get(words, {})
        missing = [shorten(one.value) for one in _REQUIRED if one not in seen]
        if missing and len(missing) < len(_REQUIRED):  # an unknown node is told as such
            self._problems.report(
                path,
                "words-incomplete",
                claim=graph,
                needle=words,
                name=shorten(words.value),
                names=missing,
            )

    def _check_value(
        self, path: Path, graph: ox.NamedNode, subject: ox.NamedNode, value: object
    ) -> None:
        if not _is_literal(value, xsd.hexBinary, SHA256):
            self._report(path, graph, "words-value-malformed", value, spdx.checksumValue)
            return
        expected = name_words(getattr(value, "value", ""))
        if subject.value != expected:
            self._report(path, graph, "words-named-otherwise", subject, expected=expected)

    def _report(
        self,
        path: Path,
        graph: ox.NamedNode,
        key: str,
        what: object,
        predicate: ox.NamedNode | None = None,
        *,
        expected: str = "",
    ) -> None:
        shown = (
            shorten(what.value) if isinstance(what, ox.NamedNode) else getattr(what, "value", "")
        )
        self._problems.report(
            path,
            key,
            claim=graph,
            needle=predicate or what,
            name=shown,
            property=shorten(predicate.value) if predicate else "",
            expected=shorten(expected),
        )


def _is_literal(value: object, datatype: ox.NamedNode, pattern: re.Pattern[str]) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype == datatype
        and pattern.match(value.value) is not None
    )

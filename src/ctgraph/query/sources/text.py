"""The sources of a graph: their texts, their sections, and which words of them are cited."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.evidence.claims import ClaimEvidence, load_claims
from ctgraph.query.sources.quotes import quote_offsets
from ctgraph.store import keep
from ctgraph.terms import CTD

if TYPE_CHECKING:
    from ctgraph.store import Store


def source_name(iri: str) -> str:
    """Return the name of a source in URLs, which is that of its folder of data.

    Empty if it has none.

    Args:
        iri: The source.
    """
    name = iri.removeprefix(CTD)
    return name if name != iri and name and "/" not in name and ".." not in name else ""


def source_text(store: Store, iri: str) -> str | None:
    """Return the text of a source; None if the project does not hold it.

    Args:
        store: The graph, whose bundle has the texts.
        iri: The source.
    """

    def read() -> str | None:
        name = source_name(iri)
        path = store.bundle.text_file(name) if name else None
        if path is None or not path.is_file():
            return None
        return path.read_text(encoding="utf-8-sig")

    return keep(store, ("text", iri), read)


class Section(NamedTuple):
    """A section of a source: where it begins in the text without white space, if that is known."""

    iri: str
    label: str
    start: int | None
    order: float
    claims: int


def read_sections(store: Store, source: str, lang: str) -> list[Section]:
    """Return the sections of a source in their order.

    Args:
        store: The graph.
        source: IRI of the source.
        lang: Language of the labels.
    """
    rows = store.select(
        "SELECT ?x (MIN(?o) AS ?order) (MIN(?s) AS ?start) (COUNT(DISTINCT ?c) AS ?claims) "
        f"{{ ?x ct:source <{source}> OPTIONAL {{ ?x ct:order ?o }} OPTIONAL {{ ?x oa:start ?s }} "
        "OPTIONAL { ?c ct:section ?x ; a ct:Claim } } GROUP BY ?x"
    )
    found = []
    for row in rows:
        if row["x"] is None:
            continue
        found.append((row["x"].value, _number(row["start"]), _number(row["order"]), row["claims"]))
    labels = store.labels([iri for iri, *_ in found], lang)
    sections = [
        Section(
            iri,
            labels.get(iri) or iri.removeprefix(CTD),
            None if start is None else int(start),
            float("inf") if order is None else order,
            int(claims.value),
        )
        for iri, start, order, claims in found
    ]
    return sorted(sections, key=lambda one: (one.order, one.start or 0, one.iri))


def _number(term: object) -> float | None:
    try:
        return float(getattr(term, "value", ""))
    except ValueError:
        return None


def read_source_claims(store: Store, source: str, lang: str) -> list[ClaimEvidence]:
    """Return the claims that rest on a source, by IRI.

    Args:
        store: The graph.
        source: IRI of the source.
        lang: Language of glosses and reasons.
    """
    claims = load_claims(store, [iri for iri, _ in list_source_claims(store, source)], lang)
    return [claims[iri] for iri in sorted(claims)]


def list_source_claims(store: Store, source: str) -> list[tuple[str, str]]:
    """Return the IRIs of the claims that rest on a source, each with that of its section, by claim.

    Args:
        store: The graph.
        source: IRI of the source.
    """
    rows = store.select(
        f"SELECT ?c ?x {{ ?x ct:source <{source}> . ?c ct:section ?x ; a ct:Claim }}"
    )
    # A claim in two sections is shown in one.
    return sorted({row["c"].value: row["x"].value for row in rows}.items())


class Segment(NamedTuple):
    """A part of a text that the same claims cite all over.

    Attributes:
        text: The part.
        claims: IRIs of the claims that cite it; empty for what nothing cites.
        ends: IRIs of the claims whose quote ends with it.
        start: Where it begins, in characters of the text.
    """

    text: str
    claims: tuple[str, ...]
    ends: tuple[str, ...]
    start: int


def cut_text(text: str, claims: Sequence[ClaimEvidence], cuts: Sequence[int] = ()) -> list[Segment]:
    """Return a text in segments, cut where a quote begins or ends.

    A quote is marked wherever it stands, as the coverage of the source counts it.

    Args:
        text: The text of a source.
        claims: The claims with their quotes.
        cuts: Further places to cut at, such as where a section begins.
    """
    spans: list[tuple[int, int, str]] = []
    places: dict[str, list[tuple[int, int]]] = {}
    for claim in claims:
        if not claim.quote:
            continue
        if claim.quote not in places:
            places[claim.quote] = [
                (one.raw_start, one.raw_end) for one in quote_offsets(text, claim.quote)
            ]
        spans += [(start, end, claim.iri) for start, end in places[claim.quote]]
    starts: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for start, end, iri in spans:
        starts.setdefault(start, []).append(iri)
        ends.setdefault(end, []).append(iri)
    edges = sorted({0, len(text), *starts, *ends, *(cut for cut in cuts if 0 < cut < len(text))})
    open_claims: dict[str, int] = {}
    lengths = {(start, iri): end - start for start, end, iri in spans}
    length_of: dict[str, int] = {}
    out = []
    for start, end in itertools.pairwise(edges):
        for iri in ends.get(start, ()):
            open_claims[iri] -= 1
        for iri in starts.get(start, ()):
            open_claims[iri] = open_claims.get(iri, 0) + 1
            length_of[iri] = lengths[start, iri]
        citing = [iri for iri, count in open_claims.items() if count > 0]
        # The shortest quote is the one that is most about these words.
        citing.sort(key=lambda iri: (length_of[iri], iri))
        closing = tuple(sorted(set(ends.get(end, ()))))
        out.append(Segment(text[start:end], tuple(citing), closing, start))
    return out

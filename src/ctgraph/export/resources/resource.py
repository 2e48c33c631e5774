"""One thing as RDF: what is said of it, and the claims that say so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.export.rdf import Content, write_rdf
from ctgraph.export.resources.description import LICENCE, LICENCE_NAME
from ctgraph.export.snapshot import Graphs, is_plain
from ctgraph.query.evidence import graphs_of_triples
from ctgraph.store import RULE_GRAPHS
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, PREFIXES, ct, shorten
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store import Store


_AT_ONCE = 200
_NAMING = (
    PREFIXES["rdf"] + "type",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
)


# What cites the source of a claim, and what says by which digest its words are known.
_CITING = (
    *(CT + name for name in ("source", "sourceKind", "startDate", "endDate", "datePrecision")),
    *(PREFIXES["dcterms"] + name for name in ("title", "publisher")),
    *(CT + name for name in ("seenOn", "wordsLength", "normalization")),
    *(PREFIXES["spdx"] + name for name in ("algorithm", "checksumValue")),
    PREFIXES["schema"] + "url",
)


class Resource(NamedTuple):
    """What is said of one thing, as RDF.

    Attributes:
        iri: The thing.
        content: Triples with the thing as subject or as object, the names of all that they
            mention, the claims that hold them, and what cites the sources of these.
        is_partial: Whether the limit left triples out.
    """

    iri: str
    content: Content
    is_partial: bool


def read_resource(store: Store, iri: str, limit: int = 10_000) -> Resource:
    """Return what is said of one thing and by which claims.

    Args:
        store: The graph.
        iri: The thing.
        limit: Triples at most for each direction.
    """
    term = ox.NamedNode(iri)
    outgoing, cut_out = _outgoing(store, term, limit)
    incoming, cut_in = _some(
        store, f"SELECT ?s ?p {{ ?s ?p {term} }}", limit, lambda row: (row["s"], row["p"], term)
    )
    # What stands in the graph of a claim is what it says.
    said, cut_said = _some(
        store,
        f"SELECT ?s ?p ?o {{ GRAPH {term} {{ ?s ?p ?o }} }}",
        limit,
        lambda row: (row["s"], row["p"], row["o"]),
    )
    triples = {*outgoing, *incoming, *said}
    graphs, described = _read_claims(store, triples)
    triples |= described
    triples |= _read_sources(store, described)
    triples |= _read_names(store, triples)
    return Resource(iri, Content(triples, graphs), cut_out or cut_in or cut_said)


def read_about(store: Store, iri: str, limit: int = 1000) -> Resource:
    """Return what is said of one thing with it as subject, and nothing else.

    Args:
        store: The graph.
        iri: The thing.
        limit: Triples at most.
    """
    triples, is_cut = _outgoing(store, ox.NamedNode(iri), limit)
    return Resource(iri, Content(triples), is_cut)


def resource_text(found: Resource, format: str) -> str:
    """Return one thing in a format.

    Args:
        found: What is said of it.
        format: The name of one of `RDF_FORMATS`.

    Raises:
        Unwritable: RDF/XML cannot hold a character or a property of it.
    """
    content = found.content if format == "trig" else Content(found.content.triples)
    header = [
        f"What ctgraph says of {shorten(found.iri)}",
        f"version {__version__}; licence {LICENCE_NAME}, {LICENCE}",
    ]
    if found.is_partial:
        header.append("not all of it: a limit was reached")
    return write_rdf(format, content, header).decode()


def _outgoing(store: Store, term: ox.NamedNode, limit: int) -> tuple[list[ox.Triple], bool]:
    return _some(
        store, f"SELECT ?p ?o {{ {term} ?p ?o }}", limit, lambda row: (term, row["p"], row["o"])
    )


def _some(
    store: Store, text: str, limit: int, read: Callable[..., tuple[Any, Any, Any]]
) -> tuple[list[ox.Triple], bool]:
    """Return triples that rows stand for, and whether there were more than the limit.

    Blank nodes cannot be written in every format, and are left out.
    """
    rows = store.select(f"{text} LIMIT {limit + 1}")
    found = list(filter(is_plain, (ox.Triple(*read(row)) for row in rows)))
    return found[:limit], len(found) > limit


def _read_claims(store: Store, triples: Collection[ox.Triple]) -> tuple[Graphs, set[ox.Triple]]:
    """Return the claims that hold triples, and what these claims say of themselves."""
    graphs: Graphs = {}
    described: set[ox.Triple] = set()
    for triple, names in graphs_of_triples(store, list(triples)).items():
        for name in names:
            if not name.startswith(RULE_GRAPHS):
                graphs.setdefault(ox.NamedNode(name), set()).add(triple)
    for part in _parts(graphs):
        rows = store.select(
            f"SELECT ?g ?p ?o {{ VALUES ?g {{ {part} }} GRAPH ?g {{ ?g a <{CT}Claim> ; ?p ?o }} }}"
        )
        for row in rows:
            made = ox.Triple(row["g"], row["p"], row["o"])
            if is_plain(made):
                described.add(made)
                graphs[row["g"]].add(made)
    return graphs, described


def _read_sources(store: Store, described: Collection[ox.Triple]) -> set[ox.Triple]:
    """Return what cites the sources of claims: the digests of their words, sections, sources."""
    wanted = {ct.section, ct.words}
    things = {one.object for one in described if one.predicate in wanted}
    found: set[ox.Triple] = set()
    properties = ", ".join(f"<{one}>" for one in _CITING)
    for part in _parts(one for one in things if isinstance(one, ox.NamedNode)):
        found |= _select_triples(
            store,
            f"VALUES ?x {{ {part} }} ?x ct:source? ?s . ?s ?p ?o FILTER(?p IN ({properties}))",
        )
    return found


def _read_names(store: Store, triples: Collection[ox.Triple]) -> set[ox.Triple]:
    """Return labels and types of the things in triples."""
    ends = {end for triple in triples for end in (triple.subject, triple.object)}
    # A second block of VALUES would be multiplied with the first.
    properties = ", ".join(f"<{one}>" for one in _NAMING)
    found: set[ox.Triple] = set()
    for part in _parts(end for end in ends if isinstance(end, ox.NamedNode)):
        found |= _select_triples(
            store, f"VALUES ?s {{ {part} }} ?s ?p ?o FILTER(?p IN ({properties}))"
        )
    return found


def _select_triples(store: Store, pattern: str) -> set[ox.Triple]:
    """Return the triples that a pattern of ?s ?p ?o finds; blank nodes are left out."""
    rows: Any = store.select(f"SELECT ?s ?p ?o {{ {pattern} }}")
    return set(filter(is_plain, (ox.Triple(*row) for row in rows)))


def _parts(things: Iterable[ox.NamedNode]) -> Iterator[str]:
    """Yield things as the contents of VALUES blocks, some hundred in each."""
    ordered = sorted(things)
    for start in range(0, len(ordered), _AT_ONCE):
        yield " ".join(map(term_to_sparql, ordered[start : start + _AT_ONCE]))


def graph_text(store: Store, graph: str, format: str, title: str) -> str:
    """Return one named graph in a format.

    Args:
        store: The store.
        graph: IRI of the graph.
        format: The name of one of `RDF_FORMATS` but TriG.
        title: What the file is, for its first line.
    """
    triples = _select_triples(store, f"GRAPH <{graph}> {{ ?s ?p ?o }}")
    header = [title, f"version {__version__}; licence {LICENCE_NAME}, {LICENCE}"]
    return write_rdf(format, Content(triples), header).decode()

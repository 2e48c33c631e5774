"""One thing as RDF: what is said of it, and the claims that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.export.rdf import Content, Key, render
from ctgraph.export.resources.description import LICENCE, LICENCE_NAME
from ctgraph.query.evidence import graphs_of_triples
from ctgraph.store import RULE_GRAPHS
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import CT, PREFIXES, shorten
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.store import Store


_AT_ONCE = 200
_NAMING = (
    PREFIXES["rdf"] + "type",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
)


class RdfFormat(NamedTuple):
    """A way to write one thing: its ending in URLs, its media type, and a name for people."""

    extension: str
    media_type: str
    name: str
    title: str

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        # JSON is UTF-8 by definition, and its type has no such parameter.
        return self.media_type + ("" if self.extension == "jsonld" else "; charset=utf-8")


RDF_FORMATS: tuple[RdfFormat, ...] = (
    RdfFormat("ttl", "text/turtle", "turtle", "Turtle"),
    RdfFormat("nt", "application/n-triples", "ntriples", "N-Triples"),
    RdfFormat("jsonld", "application/ld+json", "jsonld", "JSON-LD"),
    RdfFormat("rdf", "application/rdf+xml", "rdfxml", "RDF/XML"),
    RdfFormat("trig", "application/trig", "trig", "TriG"),
)
"""How a thing can be had, the usual one first; TriG has each claim as a graph of its own."""


class Resource(NamedTuple):
    """What is said of one thing, as RDF.

    Attributes:
        iri: The thing.
        about: Triples with the thing as subject.
        content: These, those with the thing as object, the names of all that they mention, and
            the claims that hold them.
        is_partial: Whether the limit left triples out.
    """

    iri: str
    about: frozenset[Key]
    content: Content
    is_partial: bool


def read_resource(store: Store, iri: str, limit: int = 10_000) -> Resource:
    """What is said of one thing and by which claims.

    Args:
        store: The graph.
        iri: The thing.
        limit: Triples at most for each direction.
    """
    term = ox.NamedNode(iri)
    made = _Maker(store)
    outgoing, cut_out = _some(
        store, f"SELECT ?p ?o {{ {term} ?p ?o }}", limit, lambda row: (term, row["p"], row["o"])
    )
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
    about = frozenset(filter(None, map(made.key, outgoing)))
    triples = about | set(filter(None, map(made.key, [*incoming, *said])))
    made.add_claims([*outgoing, *incoming, *said])
    triples |= made.described
    triples |= made.names({part for s, _, o in triples for part in (s, _iri_in(o)) if part})
    graphs = {name: set(held) for name, held in made.graphs.items() if held}
    content = Content(set(triples), graphs, set(made.claims), made.literals)
    return Resource(iri, about, content, cut_out or cut_in or cut_said)


def read_about(store: Store, iri: str, limit: int = 1000) -> Resource:
    """What is said of one thing with it as subject, and nothing else.

    Args:
        store: The graph.
        iri: The thing.
        limit: Triples at most.
    """
    term = ox.NamedNode(iri)
    made = _Maker(store)
    triples, is_cut = _some(
        store, f"SELECT ?p ?o {{ {term} ?p ?o }}", limit, lambda row: (term, row["p"], row["o"])
    )
    about = frozenset(filter(None, map(made.key, triples)))
    return Resource(iri, about, Content(set(about), {}, set(), made.literals), is_cut)


def resource_text(found: Resource, format: str) -> str:
    """One thing in a format.

    Args:
        found: What is said of it.
        format: A `RdfFormat.name`.

    Raises:
        Unwritable: RDF/XML cannot hold a character or a property of it.
    """
    content = found.content if format == "trig" else found.content._replace(graphs={})
    header = [
        f"What ctgraph says of {shorten(found.iri)}",
        f"version {__version__}; licence {LICENCE_NAME}, {LICENCE}",
    ]
    if found.is_partial:
        header.append("not all of it: a limit was reached")
    return "".join(render(format, content, header))


def _some(
    store: Store, text: str, limit: int, read: Callable[..., tuple[Any, Any, Any]]
) -> tuple[list[ox.Triple], bool]:
    """Triples that rows stand for, and whether there were more than the limit."""
    found: list[ox.Triple] = []
    for row in store.select(f"{text} LIMIT {limit + 1}"):
        s, p, o = read(row)
        if isinstance(s, ox.NamedNode) and isinstance(o, (ox.NamedNode, ox.Literal)):
            found.append(ox.Triple(s, p, o))
    return found[:limit], len(found) > limit


def _iri_in(key: str) -> str:
    return key[1:-1] if key.startswith("<") else ""


class _Maker:
    """Collects triples in the form in which they are written."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.literals: dict[str, ox.Literal] = {}
        self.graphs: dict[str, set[Key]] = {}
        self.claims: set[str] = set()
        self.described: set[Key] = set()

    def key(self, triple: ox.Triple) -> Key | None:
        """A triple as its key; None for what cannot be written, a blank node."""
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            return None
        if not isinstance(value, (ox.NamedNode, ox.Literal)):
            return None
        text = str(value)
        if isinstance(value, ox.Literal):
            self.literals[text] = value
        return subject.value, triple.predicate.value, text

    def add_claims(self, triples: Sequence[ox.Triple]) -> None:
        """Which claims hold some triples, and what the claims say of themselves."""
        for triple, graphs in graphs_of_triples(self.store, triples).items():
            made = self.key(triple)
            for graph in graphs:
                if made is not None and not graph.startswith(RULE_GRAPHS):
                    self.graphs.setdefault(graph, set()).add(made)
        for part in _parts(sorted(self.graphs)):
            rows = self.store.select(
                f"SELECT ?g ?p ?o {{ VALUES ?g {{ {part} }} "
                f"GRAPH ?g {{ ?g a <{CT}Claim> ; ?p ?o }} }}"
            )
            for row in rows:
                made = self.key(ox.Triple(row["g"], row["p"], row["o"]))
                if made is not None:
                    self.claims.add(row["g"].value)
                    self.described.add(made)
                    self.graphs[row["g"].value].add(made)

    def names(self, iris: Iterable[str]) -> set[Key]:
        """Labels and types of things."""
        # A second block of VALUES would be multiplied with the first.
        properties = ", ".join(f"<{one}>" for one in _NAMING)
        found: set[Key] = set()
        for part in _parts(sorted(iris)):
            rows = self.store.select(
                f"SELECT ?s ?p ?o {{ VALUES ?s {{ {part} }} ?s ?p ?o "
                f"FILTER(?p IN ({properties})) }}"
            )
            for row in rows:
                made = self.key(ox.Triple(row["s"], row["p"], row["o"]))
                if made is not None:
                    found.add(made)
        return found


def _parts(iris: Sequence[str]) -> Iterator[str]:
    """IRIs as the contents of VALUES blocks, some hundred in each."""
    for start in range(0, len(iris), _AT_ONCE):
        yield " ".join(term_to_sparql(ox.NamedNode(iri)) for iri in iris[start : start + _AT_ONCE])


def graph_text(store: Store, graph: str, format: str, title: str) -> str:
    """One named graph in a format.

    Args:
        store: The store.
        graph: IRI of the graph.
        format: A `RdfFormat.name` but TriG.
        title: What the file is, for its first line.
    """
    made = _Maker(store)
    rows = store.select(f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    keys = (made.key(ox.Triple(row["s"], row["p"], row["o"])) for row in rows)
    triples = {key for key in keys if key is not None}
    header = [title, f"version {__version__}; licence {LICENCE_NAME}, {LICENCE}"]
    return "".join(render(format, Content(triples, {}, set(), made.literals), header))

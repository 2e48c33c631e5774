"""What the service says of itself in RDF (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.sparql import results
from ctgraph.service.sparql.graph_store import count_graphs
from ctgraph.terms import BASE, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from ctgraph.store import Store


_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = PREFIXES["void"]
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads"),
)
_MOST_GRAPHS = 1000


def describe_service(store: Store, request: Request, media_type: str) -> Reply:
    """Return the reply that describes the endpoint, its languages, formats and graphs.

    Every node has an IRI, the endpoint's with an anchor. The graphs of the data set are counted;
    of more than a thousand named graphs the largest thousand are there.

    Args:
        store: The graph.
        request: What was asked for.
        media_type: A media type for triples.
    """
    return results.reply_graph(
        _triples(store, request),
        media_type,
        Limits(),
        may_cut=False,
        prefixes={**PREFIXES, "sd": _SD, "formats": _FORMATS},
    )


def _triples(store: Store, request: Request) -> list[ox.Triple]:
    found: list[ox.Triple] = []
    endpoint = request.base + "sparql"

    def say(subject: str, predicate: str, value: str | ox.Literal) -> str:
        """Keep a triple; give its object back."""
        term = ox.NamedNode(value) if isinstance(value, str) else value
        found.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term))
        return value if isinstance(value, str) else ""

    kind = PREFIXES["rdf"] + "type"
    label = PREFIXES["rdfs"] + "label"
    service = f"{endpoint}#service"
    say(service, kind, _SD + "Service")
    say(service, label, ox.Literal("SPARQL endpoint of ctgraph", language="en"))
    say(service, label, ox.Literal("ctgraphのSPARQLエンドポイント", language="ja"))
    say(service, _SD + "endpoint", endpoint)
    say(service, _SD + "supportedLanguage", _SD + "SPARQL11Query")
    say(service, _SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
    for name in _FORMAT_NAMES:
        say(service, _SD + "resultFormat", _FORMATS + name)
    dataset = say(service, _SD + "defaultDataset", f"{endpoint}#dataset")
    say(service, _SD + "availableGraphs", dataset)
    say(dataset, kind, _SD + "Dataset")
    say(dataset, kind, _VOID + "Dataset")
    say(dataset, PREFIXES["dcterms"] + "license", _licence())
    say(dataset, _VOID + "sparqlEndpoint", endpoint)
    say(dataset, _VOID + "vocabulary", ONTOLOGY)
    say(dataset, _VOID + "uriSpace", ox.Literal(BASE))
    default = say(dataset, _SD + "defaultGraph", f"{endpoint}#default")
    say(default, kind, _SD + "Graph")
    say(default, _VOID + "triples", _number(store.counts().triples))
    graphs = count_graphs(store)
    for number, (iri, triples) in enumerate(graphs[:_MOST_GRAPHS], 1):
        named = say(dataset, _SD + "namedGraph", f"{endpoint}#graph-{number}")
        say(named, kind, _SD + "NamedGraph")
        say(named, _SD + "name", iri)
        graph = say(named, _SD + "graph", f"{endpoint}#graph-{number}-content")
        say(graph, kind, _SD + "Graph")
        say(graph, _VOID + "triples", _number(triples))
    if len(graphs) > _MOST_GRAPHS:
        note = f"{len(graphs)} named graphs; {request.base}graphs lists them all."
        say(dataset, PREFIXES["rdfs"] + "comment", ox.Literal(note, language="en"))
    return found


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))


def _licence() -> str:
    from ctgraph.export.resources import LICENCE

    return LICENCE

"""The SHACL shapes, run by pyshacl, and what their results mean to a curator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import DataError, suggest
from ctgraph.query.checks.findings import Words
from ctgraph.store.reader import read_quads
from ctgraph.terms import BASE, PREFIXES, shorten

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from ctgraph.store import Bundle, Store


SHAPES = BASE + "shapes#"
LARGE = 200_000
"""Triples of the merge above which the shapes run only when they are asked for by name."""

_SH = PREFIXES["sh"]


# --- shapes --------------------------------------------------------------------------------------


class _Result(NamedTuple):
    """One result of a validation."""

    shape: str
    parent: str
    severity: str
    focus: str
    path: str
    detail: str
    near: tuple[str, ...]
    """Values of the list that look like the one that is not in it."""


def copy_merge(store: Store) -> rdflib.Graph:
    """Return the merge of a store as a plain graph.

    Pyshacl is slow and at times wrong over others.
    """
    import rdflib

    lines = [
        f"{subject} {predicate} {value} .\n"
        for subject, predicate, value in store.select("SELECT ?s ?p ?o { ?s ?p ?o }")
    ]
    graph = rdflib.Graph()
    with _quiet_literals():
        graph.parse(data="".join(lines), format="nt")
    return graph


@contextmanager
def _quiet_literals() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal; the shapes report them."""
    import logging

    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


class Shapes:
    """The shapes of a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        import rdflib

        self._graph = rdflib.Graph()
        for path in bundle.shape_files():
            for quad in read_quads(path, bundle.show(path)):
                self._graph.add(
                    (
                        _to_rdflib(quad.subject),
                        _to_rdflib(quad.predicate),
                        _to_rdflib(quad.object),
                    )
                )
        message = rdflib.URIRef(_SH + "message")
        self.names = sorted(
            {
                _local(shape)
                for shape in self._graph.subjects(message, None)
                if isinstance(shape, rdflib.URIRef)
            }
        )
        self._parents: dict[str, list[str]] = {}
        for parent, child in self._graph.subject_objects(rdflib.URIRef(_SH + "property")):
            self._parents.setdefault(_local(child), []).append(_local(parent))

    def message(self, name: str) -> Words:
        """Return what a shape says, in both languages."""
        return self._words(name, _SH + "message") or Words(name, name)

    def repair(self, name: str, parent: str = "") -> Words:
        """Return what to do about a node that fails a shape."""
        for shape in (name, parent, *sorted(self._parents.get(name, []))):
            words = self._words(shape, SHAPES + "repair") if shape else None
            if words is not None:
                return words
        return Words("", "")

    def _words(self, name: str, property_iri: str) -> Words | None:
        import rdflib

        said = {
            value.language: str(value)
            for value in self._graph.objects(
                rdflib.URIRef(SHAPES + name), rdflib.URIRef(property_iri)
            )
            if isinstance(value, rdflib.Literal)
        }
        if "en" not in said:
            return None
        return Words(said["en"], said.get("ja", said["en"]))

    def validate(self, graph: rdflib.Graph) -> Iterator[_Result]:
        """Yield the results of all shapes over a plain graph."""
        import pyshacl
        import rdflib

        with _quiet_literals():
            _, results, _ = pyshacl.validate(
                graph, shacl_graph=self._graph, inference="none", advanced=False, meta_shacl=False
            )
        if not isinstance(results, rdflib.Graph):
            raise DataError("shapes-not-runnable", results=results)
        sh = rdflib.Namespace(_SH)
        for result in results.objects(None, sh.result):
            shape = results.value(result, sh.sourceShape)
            focus = results.value(result, sh.focusNode)
            if focus is None:
                raise DataError("shape-result-without-focus")
            path = results.value(result, sh.resultPath)
            value = results.value(result, sh.value)
            severity = results.value(result, sh.resultSeverity)
            yield _Result(
                _local(shape),
                self._parent(_local(shape), focus, graph),
                "error" if severity == sh.Violation else "warning",
                str(focus) if isinstance(focus, rdflib.URIRef) else focus.n3(),
                str(path) if isinstance(path, rdflib.URIRef) else "",
                _detail(graph, focus, path, value),
                self._near(graph, shape, path, value),
            )

    def _near(
        self, graph: rdflib.Graph, shape: Node | None, path: Node | None, value: Node | None
    ) -> tuple[str, ...]:
        """Return what a value that is not in the list of a shape may have been meant to be.

        What the graph has elsewhere comes before the rest of the list.
        """
        import rdflib
        from rdflib.collection import Collection

        values = self._graph.value(shape, rdflib.URIRef(_SH + "in"))
        if values is None or not isinstance(value, rdflib.Literal):
            return ()
        known = {str(term) for term in Collection(self._graph, values)}
        used = known.intersection(map(str, graph.objects(None, path)))
        return tuple(suggest(value, used, 2) or suggest(value, known, 2))

    def _parent(self, name: str, focus: Node, graph: rdflib.Graph) -> str:
        """Return the node shape through which a property shape reached a node."""
        import rdflib

        parents = self._parents.get(name, [])
        if len(parents) < 2:
            return parents[0] if parents else ""
        classes = set(graph.objects(focus, rdflib.RDF.type))
        for parent in sorted(parents):
            target = self._graph.value(
                rdflib.URIRef(SHAPES + parent), rdflib.URIRef(_SH + "targetClass")
            )
            if target in classes:
                return parent
        return ""


def _local(iri: object) -> str:
    return str(iri).removeprefix(SHAPES)


def _to_rdflib(term: Any) -> Any:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return rdflib.Literal(term.value)  # as rdflib reads it; the two are not equal to it
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def _detail(graph: rdflib.Graph, focus: Any, path: Any, value: Any) -> str:
    """Return the property and the values that a result is about."""
    import rdflib

    def show(term: object) -> str:
        if isinstance(term, rdflib.URIRef):
            return shorten(str(term))
        text = str(term)
        return text if len(text) <= 80 else text[:79] + "…"

    if not isinstance(path, rdflib.URIRef):
        return "" if value is None or value == focus else show(value)
    if value is not None:
        return f"{shorten(str(path))} {show(value)}"
    values = sorted(show(other) for other in graph.objects(focus, path))
    listed = ", ".join(values[:4]) + (", …" if len(values) > 4 else "")
    return f"{shorten(str(path))} {listed}" if values else ""

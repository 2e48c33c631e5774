"""The SHACL shapes, run by pyshacl, and what their results mean to a curator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, count
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


def _copy_merge(store: Store) -> rdflib.Graph:
    """Return the merge of a store as a plain graph; over others pyshacl is at times wrong."""
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

    def validate(self, store: Store) -> Iterator[_Result]:
        """Yield the results of all shapes over the merge of a store.

        The store tells which nodes may fail; only at these does pyshacl look, which takes a
        hundred times as long for each.
        """
        shapes = _aim_at_suspects(self._graph, store)
        if shapes is None:
            return
        import pyshacl
        import rdflib

        graph = _copy_merge(store)
        with _quiet_literals():
            _, results, _ = pyshacl.validate(
                graph, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False
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


# --- which nodes may fail ------------------------------------------------------------------------

_TARGETS = {
    "targetClass": "?node a/rdfs:subClassOf* {}",
    "targetSubjectsOf": "?node {} ?any",
    "targetObjectsOf": "?any {} ?node",
    "targetNode": "VALUES ?node {{ {} }}",
}
# How the values of a datatype are written as a rule; others are looked at.
_XSD = PREFIXES["xsd"]
_WRITTEN = {
    PREFIXES["rdf"] + "langString": "",
    _XSD + "string": "",
    _XSD + "anyURI": "",
    _XSD + "boolean": "^(true|false)$",
    _XSD + "integer": "^-?[0-9]+$",
    _XSD + "decimal": "^-?[0-9]+([.][0-9]+)?$",
    _XSD + "date": "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    _XSD + "hexBinary": "^([0-9A-Fa-f]{2})*$",
}
# What of a shape asks nothing of its nodes, or is read with another part.
_SILENT = frozenset({"path", "severity", "message", "qualifiedMinCount", *_TARGETS})


def _aim_at_suspects(shapes: rdflib.Graph, store: Store) -> rdflib.Graph | None:
    """Return shapes whose targets are the nodes that may fail them; None if there are none."""
    import rdflib

    sh = rdflib.Namespace(_SH)
    writer = _Suspicion(shapes)
    aimed = rdflib.Graph()
    for triple in shapes:
        aimed.add(triple)
    # A shape that is a class aims at its instances, and pyshacl finds these.
    is_any = (None, rdflib.RDF.type, rdflib.RDFS.Class) in shapes
    targets: dict[Node, list[str]] = {}
    for name, pattern in _TARGETS.items():
        for shape, value in shapes.subject_objects(sh[name]):
            targets.setdefault(shape, []).append(f"{{ {pattern.format(value.n3())} }}")
            aimed.remove((shape, sh[name], value))
    for shape, patterns in targets.items():
        rows = store.select(
            f"SELECT DISTINCT ?node {{ {' UNION '.join(patterns)} "
            f"FILTER({writer.fails(shape, '?node')}) }}"
        )
        for row in rows:
            if isinstance(row["node"], ox.BlankNode):
                return shapes  # it has no name by which it could be a target
            aimed.add((shape, sh.targetNode, _to_rdflib(row["node"])))
            is_any = True
    return aimed if is_any else None


class _Suspicion:
    """Writes a shape as a SPARQL expression that is true of each node that may fail it.

    What has no expression here counts as failing, or as kept where failing is what is asked for.
    """

    def __init__(self, shapes: rdflib.Graph) -> None:
        self._shapes = shapes
        self._numbers = count()

    def fails(self, shape: Node, node: str, unsure: str = "true") -> str:
        """Return the expression.

        Args:
            shape: The shape.
            node: The variable of the node.
            unsure: What the expression is where that cannot be told: ``true`` or ``false``.
        """
        import rdflib

        path = self._shapes.value(shape, rdflib.URIRef(_SH + "path"))
        if path is not None and not isinstance(path, rdflib.URIRef):
            return unsure
        value = node if path is None else self._new()
        at = f"{node} {path.n3()}" if path is not None else ""
        found, of_values = ["false"], ["false"]
        for predicate, asked in self._shapes.predicate_objects(shape):
            name = str(predicate).removeprefix(_SH)
            if name == str(predicate) or name in _SILENT:
                continue
            said = path is not None and self._of_node(name, asked, at, shape, unsure)
            if said:
                found.append(said)
            else:
                of_values.append(self._of_value(name, asked, value, unsure))
        if path is None:
            return f"({' || '.join(of_values)})"
        if len(of_values) > 1:
            found.append(f"EXISTS {{ {at} {value} FILTER({' || '.join(of_values)}) }}")
        return f"({' || '.join(found)})"

    def _of_node(  # noqa: PLR0911 - one for each constraint
        self, name: str, asked: Any, at: str, shape: Node, unsure: str
    ) -> str:
        """Return how the values at a node and a path fail what is asked of all together."""
        import rdflib

        if name == "minCount":
            return f"!{self._has(at, int(asked))}"
        if name == "maxCount":
            return self._has(at, int(asked) + 1)
        if name == "hasValue":
            return f"NOT EXISTS {{ {at} {asked.n3()} }}"
        if name == "uniqueLang":
            same = 'LANG({0}) != "" && LCASE(LANG({0})) = LCASE(LANG({1}))'
            return self._has(at, 2, same)
        if name == "lessThanOrEquals":
            one, other = self._new(), self._new()
            return (
                f"EXISTS {{ {at} {one} ; {asked.n3()} {other} "
                f"FILTER(!COALESCE({one} <= {other}, false)) }}"
            )
        if name == "qualifiedValueShape":
            least = self._shapes.value(shape, rdflib.URIRef(_SH + "qualifiedMinCount"))
            if least is None or int(str(least)) != 1:
                return unsure
            one = self._new()
            kept = f"!{self.fails(asked, one, unsure)}"
            return f"NOT EXISTS {{ {at} {one} FILTER({kept}) }}"
        return ""

    def _of_value(  # noqa: PLR0911 - one for each constraint
        self, name: str, asked: Any, value: str, unsure: str
    ) -> str:
        """Return how a value fails what is asked of each."""
        import rdflib
        from rdflib.collection import Collection

        if name in ("node", "property"):
            return self.fails(asked, value, unsure)
        if name == "not":
            return f"!{self.fails(asked, value, _other(unsure))}"
        if name == "class":
            return f"NOT EXISTS {{ {value} a/rdfs:subClassOf* {asked.n3()} }}"
        if name == "datatype" and str(asked) in _WRITTEN:
            text = f"STR({value})"
            day = f" && COALESCE(xsd:date({text}) = xsd:date({text}), false)"
            return (
                f"!(COALESCE(DATATYPE({value}) = {asked.n3()}, false) && "
                f"REGEX({text}, {rdflib.Literal(_WRITTEN[str(asked)]).n3()})"
                f"{day if str(asked) == _XSD + 'date' else ''})"
            )
        if name == "pattern":
            return f"!COALESCE(REGEX(STR({value}), {asked.n3()}), false)"
        if name in ("minInclusive", "minExclusive"):
            sign = ">=" if name == "minInclusive" else ">"
            return f"!COALESCE({value} {sign} {asked.n3()}, false)"
        if name == "nodeKind" and str(asked) == _SH + "IRI":
            return f"!isIRI({value})"
        members = [*Collection(self._shapes, asked)] if name in _LISTS else []
        if name == "or":
            return f"({' && '.join(self.fails(one, value, unsure) for one in members)})"
        if name == "xone":
            # Exactly one is kept for certain, and the others are failed for certain.
            sure = [
                " && ".join(
                    f"!{self.fails(one, value, unsure)}"
                    if one == kept
                    else self.fails(one, value, _other(unsure))
                    for one in members
                )
                for kept in members
            ]
            return f"!({' || '.join(f'({one})' for one in sure)})"
        if name == "languageIn":
            tags = (f"LANGMATCHES(LANG({value}), {one.n3()})" for one in members)
            return f"!COALESCE({' || '.join(tags)}, false)"
        if name == "in" and all(_is_plain(one) for one in members):
            return f"{value} NOT IN ({', '.join(one.n3() for one in members)})"
        return unsure

    def _has(self, at: str, number: int, alike: str = "") -> str:
        """Return whether so many values are there, each two of them alike in some way."""
        if number < 1:
            return "(true)"
        values = [self._new() for _ in range(number)]
        tests = [
            f"!sameTerm({one}, {other})" + (f" && {alike.format(one, other)}" if alike else "")
            for one, other in combinations(values, 2)
        ]
        test = f" FILTER({' && '.join(tests)})" if tests else ""
        return f"(EXISTS {{ {at} {', '.join(values)}{test} }})"

    def _new(self) -> str:
        return f"?v{next(self._numbers)}"


_LISTS = ("or", "xone", "languageIn", "in")


def _other(unsure: str) -> str:
    return "false" if unsure == "true" else "true"


def _is_plain(term: Any) -> bool:
    """Tell whether SPARQL and SHACL take a term for the same others: an IRI or a plain text."""
    import rdflib

    if isinstance(term, rdflib.Literal):
        return term.datatype is None or str(term.datatype) == _XSD + "string"
    return isinstance(term, rdflib.URIRef)


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

"""Try our parser and formatter of SPARQL on the tests of the W3C.

    git clone https://github.com/w3c/rdf-tests
    python scripts/w3c_tests.py rdf-tests

Of SPARQL 1.0 and 1.1, `parse_query` has to read each query that is one; what is none has to be
refused by it or by the engine. Where data are given, the engine must answer what the parser writes
anew and what the formatter lays out as it answers the query itself: the same rows, whatever their
blank nodes are called. Exit code 1 if one is not so.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ctgraph.errors import CtgraphError
from ctgraph.store.sparql.layout import format_query
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.write import to_text

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# `?x<?a&&?b>?y` is no query by the rule of the longest token; engines, and so we, compare.
KNOWN = frozenset({"syntax-sparql3 syn-bad-26"})


class Manifest:
    """One manifest and what it says of its tests."""

    def __init__(self, path: Path) -> None:
        self.store = ox.Store()
        self.store.bulk_load(path=str(path), base_iri=path.resolve().as_uri())

    def values(self, subject: Any, name: str) -> list[Any]:
        """Return the objects of a property."""
        found = self.store.quads_for_pattern(subject, ox.NamedNode(name), None)
        return [quad.object for quad in found]

    def tests(self) -> Iterator[tuple[str, Any, Any]]:
        """Yield kind, name and action of each test, in the order of their names."""
        for quad in sorted(
            self.store.quads_for_pattern(None, ox.NamedNode(MF + "action"), None), key=str
        ):
            kinds = [kind.value for kind in self.values(quad.subject, RDF + "type")]
            yield kinds[0].rpartition("#")[2] if kinds else "", quad.subject, quad.object


def read_file(iri: str) -> Path:
    """Return the path of an IRI of a manifest."""
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(iri).path))


def load(manifest: Manifest, action: Any) -> ox.Store:
    """Return the data of a test."""
    store = ox.Store()
    for data in manifest.values(action, QT + "data"):
        store.load(path=str(read_file(data.value)), base_iri=data.value)
    for data in manifest.values(action, QT + "graphData"):
        store.load(path=str(read_file(data.value)), base_iri=data.value, to_graph=data)
    return store


def answer(store: ox.Store, text: str) -> object:
    """Return what a query is answered by, in any order, with nameless blank nodes."""

    def plain(term: Any) -> object:
        if isinstance(term, ox.Triple):
            return tuple(map(plain, term))
        return "_:" if isinstance(term, ox.BlankNode) else term

    found = store.query(text)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return Counter(map(plain, found))
    names = tuple(variable.value for variable in found.variables)
    order = sorted(range(len(names)), key=names.__getitem__)
    return sorted(names), Counter(tuple(plain(row[place]) for place in order) for row in found)


def is_read(text: str) -> bool:
    """Tell whether our parser reads a query, with no prefixes but its own."""
    try:
        parse_query(text, prefixes={})
    except CtgraphError:
        return False
    return True


class Run:
    """What was found so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def count(self, name: str, where: str, passed: bool) -> None:
        """Note whether a test passed."""
        self.counts[f"{name}: all"] += 1
        self.counts[f"{name}: as they should be"] += passed
        if not passed and where not in KNOWN:
            self.faults.append(f"{where}: {name}")

    def refuse(self, where: str, text: str) -> None:
        """Try what is no query."""
        try:
            ox.Store().query(text)
        except SyntaxError:
            self.count("refused", where, True)
        else:
            self.count("refused", where, not is_read(text))

    def ask(self, where: str, text: str, store: ox.Store) -> None:
        """Ask a query, as it was read and as it was laid out."""
        try:
            expected = answer(store, text)
        except (OSError, RuntimeError, SyntaxError, ValueError):
            self.counts["not answered by the engine itself"] += 1
            return
        self.count("written anew", where, answer(store, to_text(parse_query(text))) == expected)
        self.count("laid out", where, answer(store, format_query(text)) == expected)


def main() -> int:
    """Print the figures and every difference; the exit code is 1 if there is one."""
    run = Run()
    root = Path(sys.argv[1]) / "sparql"
    for path in sorted(root.glob("sparql1[01]/*/manifest.ttl")):
        manifest = Manifest(path)
        for kind, name, action in manifest.tests():
            queries = manifest.values(action, QT + "query")
            if "Update" in kind or not (queries or "SyntaxTest" in kind):
                continue
            file = read_file((queries or [action])[0].value)
            text = f"BASE <{file.as_uri()}>\n{file.read_text(encoding='utf-8')}"
            where = f"{path.parent.name} {name.value.rpartition('#')[2]}"
            if kind.startswith("Negative"):
                run.refuse(where, text)
                continue
            run.count("read", where, is_read(text))
            if kind == "QueryEvaluationTest" and is_read(text):
                run.ask(where, text, load(manifest, action))
    for name, count in run.counts.items():
        sys.stdout.write(f"{count:5} {name}\n")
    sys.stdout.write("".join(f"{fault}\n" for fault in run.faults))
    return bool(run.faults)


if __name__ == "__main__":
    raise SystemExit(main())

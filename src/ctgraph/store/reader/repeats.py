"""What a file says that a store holds already, as our own exports do."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator

import pyoxigraph as ox

from ctgraph.store.rules import is_of_rule
from ctgraph.terms import ct


class Repeats:
    """The quads of a file without those that say nothing new.

    These are: statements of a claim, or of a vocabulary, that stand in the same graph of the store;
    what rules made, which is made anew; and in the default graph, which is the merge of all, what
    stands in a graph of the file or in the merge of the store, and the links to claims.

    Args:
        read: Reads the file from its beginning.
        store: What is known.

    Attributes:
        number: How many were left out so far.
    """

    def __init__(self, read: Callable[[], Iterable[ox.Quad]], store: ox.Store) -> None:
        self._read = read
        self._store = store
        self.number = 0

    def __iter__(self) -> Iterator[ox.Quad]:
        store = self._store
        loose: dict[ox.Triple, ox.Quad] = {}
        # Graphs of the file, and whether the store has them.
        graphs: dict[object, bool] = {}
        for quad in self._read():
            name = quad.graph_name
            if isinstance(name, ox.DefaultGraph):
                self.number += 1
                if quad not in store:
                    loose[quad.triple] = quad
                continue
            if name not in graphs:
                graphs[name] = isinstance(name, ox.NamedNode) and store.contains_named_graph(name)
            if loose:
                loose.pop(quad.triple, None)
            if is_of_rule(name) or (graphs[name] and quad in store):
                self.number += 1
            else:
                yield quad
        for quad in self._unfounded(loose, graphs):
            self.number -= 1
            yield quad

    def _unfounded(
        self, loose: dict[ox.Triple, ox.Quad], graphs: Container[object]
    ) -> Iterable[ox.Quad]:
        """Return what of the merge stands in no graph."""
        for triple in [*loose]:
            claim = triple.object
            if triple.predicate == ct.evidence and (
                claim in graphs
                or (isinstance(claim, ox.NamedNode) and self._store.contains_named_graph(claim))
            ):
                del loose[triple]
        if loose:
            # A graph may stand before the merge.
            for quad in self._read():
                if not isinstance(quad.graph_name, ox.DefaultGraph):
                    loose.pop(quad.triple, None)
        return loose.values()

"""What was found behind a row so far, and what stands for the patterns of its query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from pyoxigraph import NamedNode, Triple, Variable

from ctgraph.query.evidence.claims import Term, terms_of
from ctgraph.query.evidence.notes import Note
from ctgraph.store.sparql import tree

Row: TypeAlias = Mapping[str, Term]
Solve: TypeAlias = "Callable[[Sequence[Row]], list[Support]]"


class Support:
    """What was found behind one row so far: triples, each with its graph if that is known."""

    __slots__ = ("complete", "groups", "notes", "of_no_length", "solved", "triples")

    def __init__(self) -> None:
        self.triples: dict[tuple[Triple, str | None], None] = {}
        self.notes: dict[Note, None] = {}
        self.of_no_length: dict[Note, None] = {}  # to be told if there are no triples
        self.groups: set[tuple[Term | None, ...]] = set()
        self.complete = True
        self.solved = False

    def add(self, note: Note) -> None:
        """Add a note."""
        self.notes[note] = None

    def merge(self, other: Support) -> None:
        """Add what another support has."""
        self.triples.update(other.triples)
        self.notes.update(other.notes)
        self.of_no_length.update(other.of_no_length)
        self.complete = self.complete and other.complete

    def is_single_route(self, start: Term, end: Term) -> bool:
        """Whether the triples are one chain between two ends, so that each of them is needed."""
        neighbours: dict[Term, list[Term]] = {}
        edges = {triple for triple, _ in self.triples}
        for edge in edges:
            subject, _, value = terms_of(edge)
            neighbours.setdefault(subject, []).append(value)
            neighbours.setdefault(value, []).append(subject)
        before, here, steps = None, start, 0
        while here != end and steps < len(edges):
            onward = [there for there in neighbours.get(here, ()) if there != before]
            if len(onward) != 1:
                return False
            before, here = here, onward[0]
            steps += 1
        return self.complete and here == end and steps == len(edges) > 0


class Kept(tree.Triple):
    """A triple pattern that only joins: it is solved, but is no evidence."""

    subject: tree.Term
    predicate: tree.Verb
    object: tree.Term


class Pattern(NamedTuple):
    """A triple pattern of the query, and when it holds."""

    subject: tree.Term
    predicate: tree.Term
    object: tree.Term
    graph: NamedNode | Variable | None
    marker: str | None


class PatternPlace(NamedTuple):
    """Where in the query a triple pattern stands: in which graph, behind which marker."""

    graph: NamedNode | Variable | None
    marker: str | None
    origin: tree.Triple


class Remark(NamedTuple):
    """A note about a part of the query, if what stands behind its marker matched."""

    note: Note
    marker: str | None
    is_complete: bool


class FollowUp(NamedTuple):
    """A part of the query that is followed by a query of its own.

    `row` says which values of a solution go into it: its variables by the terms that give them.
    """

    run: Solve
    row: Mapping[str, tree.Term]
    marker: str | None


class Follower(Protocol):
    """What a plan needs of the solver that it is made for: notes, and queries that follow."""

    def note(self, kind: str, element: tree.Element | None = None) -> Note:
        """Return a note in the language asked for."""
        ...

    def follow_group(
        self, group: tree.Group, rows: Sequence[Row], *, given: bool = False
    ) -> list[Support]:
        """Return what a group rests on for each row of values of its variables."""
        ...

    def follow_query(
        self, query: tree.QueryTree, rows: Sequence[Row], graph: str | None = None
    ) -> list[Support]:
        """Return what each row of a query, or of a sub-select, rests on."""
        ...

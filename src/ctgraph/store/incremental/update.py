"""A compiled graph with other claims: what they change, and what it then holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import DataError
from ctgraph.store.cache import Counts
from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.claims import change_claims, is_in_merge
from ctgraph.store.incremental.derive import Derivation
from ctgraph.store.incremental.plan import make_plans
from ctgraph.store.merge import MERGE
from ctgraph.store.reader.reader import read_addition, read_quads
from ctgraph.store.rules import is_of_rule, read_rules
from ctgraph.terms import CTD, ct, rdf, shorten

if TYPE_CHECKING:
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress

_MOST_SHOWN = 5


def add_files(
    old: ox.Store,
    changes: Changes,
    bundle: Bundle,
    files: Sequence[Path],
    progress: Progress | None = None,
    *,
    correct: bool = False,
) -> None:
    """Add files of claims to a compiled graph, and derive what they can reach.

    Args:
        old: The graph as it is.
        changes: The same graph, to be changed.
        bundle: The bundle that it was compiled from.
        files: The files.
        progress: Told what is being read.
        correct: Whether a claim of the files takes the place of one of the same name.

    Raises:
        DataError: A file is missing or malformed, a claim is there already and says something
            else, or what others speak of would no longer be described.
    """
    gone: list[ox.Quad] = []
    if correct:
        names = {quad.graph_name for file in files for quad in read_quads(file, bundle.show(file))}
        gone = _list_quads(old, [name for name in names if _is_claim(old, name)])
        change_claims(changes, old, (), gone)
    state = changes.store if correct else old
    change_claims(changes, None if correct else old, read_addition(state, bundle, files, progress))
    _refuse_loose_ends(changes.store, gone)
    _derive(old, changes, bundle, progress)


def remove_claims(
    old: ox.Store,
    changes: Changes,
    bundle: Bundle,
    claims: Iterable[ox.NamedNode],
    progress: Progress | None = None,
) -> None:
    """Take claims out of a compiled graph, and what rested on them alone.

    Args:
        old: The graph as it is.
        changes: The same graph, to be changed.
        bundle: The bundle that it was compiled from.
        claims: The claims.
        progress: Told what is being done.

    Raises:
        DataError: What other claims speak of would no longer be described.
    """
    gone = _list_quads(old, claims)
    change_claims(changes, old, (), gone)
    _refuse_loose_ends(changes.store, gone)
    _derive(old, changes, bundle, progress)


def _list_quads(state: ox.Store, claims: Iterable[object]) -> list[ox.Quad]:
    names = [claim for claim in claims if isinstance(claim, ox.NamedNode)]
    return [quad for name in names for quad in state.quads_for_pattern(None, None, None, name)]


def _derive(
    old: ox.Store,
    changes: Changes,
    bundle: Bundle,
    progress: Callable[[str, int], None] | None,
) -> None:
    def is_stated(triple: ox.Triple) -> bool:
        return is_in_merge(changes.store, triple)

    Derivation(old, changes, is_stated, progress).run(make_plans(read_rules(bundle)))


def update_counts(counts: Counts, old: ox.Store, changes: Changes) -> Counts:
    """Return what a graph holds after changes; its hashes are left open.

    Args:
        counts: What it held before.
        old: The graph as it was.
        changes: The graph with what changed.
    """
    more = dict.fromkeys(("claims", "stated", "inferred", "triples", "asserted", "derived"), 0)
    touched: dict[ox.Triple, None] = {}
    for sign, quads, state in ((1, changes.added, changes.store), (-1, changes.removed, old)):
        for quad in quads:
            if quad.graph_name != MERGE:
                touched[quad.triple] = None
                continue
            more["triples"] += sign
            if quad.predicate == rdf.type and quad.object == ct.Claim:
                more["claims"] += sign
            elif quad.predicate == ct.basis and _is_claim(state, quad.subject):
                more["stated"] += sign * (quad.object == ct.Stated)
                more["inferred"] += sign * (quad.object == ct.Inferred)
    for triple in touched:
        for sign, state in ((1, changes.store), (-1, old)):
            of_claim, of_rule = _makers(state, triple)
            more["asserted"] += sign * of_claim
            more["derived"] += sign * of_rule
    fields = {name: getattr(counts, name) + number for name, number in more.items()}
    return counts._replace(**fields, claims_hash="", graph_hash="")


def _makers(state: ox.Store, triple: ox.Triple) -> tuple[bool, bool]:
    """Return whether a claim states a triple, and whether a rule makes it."""
    quads = state.quads_for_pattern(triple.subject, triple.predicate, triple.object)
    names = [quad.graph_name for quad in quads if quad.graph_name != MERGE]
    return any(_is_claim(state, name) for name in names), any(map(is_of_rule, names))


def _is_claim(state: ox.Store, name: object) -> bool:
    return isinstance(name, ox.NamedNode) and ox.Quad(name, rdf.type, ct.Claim) in state


def _refuse_loose_ends(state: ox.Store, gone: Iterable[ox.Quad]) -> None:
    """Refuse a graph in which claims speak of what is no longer described, as loading does."""
    loose: dict[str, None] = {}
    users: dict[str, None] = {}
    for thing in dict.fromkeys(quad.subject for quad in gone):
        if not isinstance(thing, ox.NamedNode) or not thing.value.startswith(CTD):
            continue
        if not _find_graphs(state, thing, None) and (found := _find_graphs(state, None, thing)):
            loose[shorten(thing.value)] = None
            users |= dict.fromkeys(shorten(name) for name in found)
    if loose:
        raise DataError(
            "claims-left-loose",
            things=sorted(loose)[:_MOST_SHOWN],
            n=len(loose),
            claims=sorted(users)[:_MOST_SHOWN],
            number=len(users),
        )


def _find_graphs(
    state: ox.Store, subject: ox.NamedNode | None, value: ox.NamedNode | None
) -> set[str]:
    """Return the claims, or vocabularies, in which something is a subject, or a value."""
    return {
        quad.graph_name.value
        for quad in state.quads_for_pattern(subject, None, value)
        if isinstance(quad.graph_name, ox.NamedNode) and not is_of_rule(quad.graph_name)
    }

"""Taking claims and sources back out of a store on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import StoreError, UnknownName, suggest
from ctgraph.store.build import change_database, check_base
from ctgraph.store.disk import DESCRIPTION, open_database, read_description
from ctgraph.store.generations import Made, at_work, make_next
from ctgraph.store.incremental.changes import Changes
from ctgraph.store.incremental.update import remove_claims
from ctgraph.store.merge import MERGE, list_subjects
from ctgraph.store.reader.preference import find_source
from ctgraph.terms import CTD, ct, expand, rdf, shorten

if TYPE_CHECKING:
    from ctgraph.store.cache import Counts
    from ctgraph.store.project import Bundle
    from ctgraph.store.reader.reader import Progress


class Withdrawal(NamedTuple):
    """What is withdrawn, or would be.

    Attributes:
        claims: IRIs of the claims, sorted, with their glosses by language.
        before: What the store held.
        after: What it holds then.
    """

    claims: dict[str, dict[str, str]]
    before: Counts
    after: Counts


def withdraw(
    directory: Path,
    names: Sequence[str],
    bundle: Bundle,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Withdrawal:
    """Take claims, or all claims of sources, out of a store on disk.

    What was derived from them alone goes with them, and of what sources disagree about, the merge
    follows those that stay. The store is as if it had been built without them.

    Args:
        directory: The store's folder.
        names: IRIs of claims and sources, in full, with a prefix, or the local name of a thing.
        bundle: The bundle that it was built from.
        dry_run: Only find out what would go.
        progress: Told what is being done.

    Raises:
        UnknownName: A name is neither that of a claim nor of a source that has claims.
        DataError: Claims that stay speak of what only these describe.
        StoreError: As for a load.
    """
    read_description(directory)  # says that there is none, before one is made
    with at_work(directory) as old:
        if old is None:
            raise StoreError(
                "store-description-missing", directory=directory, DESCRIPTION=DESCRIPTION
            )
        content = bundle.content_hash()
        check_base(old, content)
        graph = open_database(old)
        claims = [claim for name in names for claim in _find_claims(graph, name)]
        found = {claim.value: _read_glosses(graph, claim) for claim in sorted(claims, key=str)}

        def remove(before: ox.Store, changes: Changes) -> None:
            remove_claims(before, changes, bundle, claims, progress)

        def make(folder: Path) -> Made:
            return change_database(old, folder, remove, progress)

        made = make_next(
            directory, old, old, make,
            bundle=content, withdrawn=[_read_name(name) for name in names], tell=progress,
            publish=not dry_run,
        )  # fmt: skip
    return Withdrawal(found, old.counts, made.counts)


def _find_claims(graph: ox.Store, name: str) -> Iterable[ox.NamedNode]:
    """Return the claim that has a name, or those of the source that has it."""
    iri = _read_name(name)
    try:
        thing = ox.NamedNode(iri)
    except ValueError:  # what is no IRI is the name of nothing
        raise _unknown(graph, name, iri) from None
    if ox.Quad(thing, rdf.type, ct.Claim, MERGE) in graph:
        return [thing]
    claims = [
        claim
        for section in list_subjects(graph, ct.source, thing)
        for claim in list_subjects(graph, ct.section, section)
        if find_source(graph, claim) == thing
    ]
    if not claims:
        raise _unknown(graph, name, iri)
    return claims


def _unknown(graph: ox.Store, name: str, iri: str) -> UnknownName:
    sources = {
        shorten(quad.object.value)
        for quad in graph.quads_for_pattern(None, ct.source, None, MERGE)
        if isinstance(quad.object, ox.NamedNode)
    }
    near = suggest(shorten(iri), sorted(sources))
    return UnknownName("source", name, near, key="withdrawal-unknown", hint="withdrawal-unknown")


def _read_name(name: str) -> str:
    """Return the IRI that a name stands for: in full, with a prefix, or without that of things."""
    name = name.strip().removeprefix("<").removesuffix(">")
    if "/" in name:
        return name
    return expand(name) if ":" in name else CTD + name


def _read_glosses(graph: ox.Store, claim: ox.NamedNode) -> dict[str, str]:
    quads = graph.quads_for_pattern(claim, ct.gloss, None, MERGE)
    texts = (quad.object for quad in quads)
    return {one.language or "": one.value for one in texts if isinstance(one, ox.Literal)}

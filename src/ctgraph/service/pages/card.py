"""The card of a thing: what a reader asks first, each answer in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ctgraph.query.entities import EntityView, Statement
from ctgraph.service.pages.sketch import Moment
from ctgraph.terms import CT, CTV, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    from ctgraph.store import Store


_NAMED = 4
_MONEY = ("contributor", "channel", "recipient")
"""Parts in a contribution, as concepts of roles."""


class Named(NamedTuple):
    """Something in a line of a card: its name, where it leads, and what stands behind it."""

    name: str
    iri: str = ""
    note: str = ""


class Fact(NamedTuple):
    """A line of a card.

    Attributes:
        key: What it answers, by its key in the words of pages.
        lead: A text at its beginning.
        things: What it names, the first of them.
        more: How many are not named.
    """

    key: str
    lead: str = ""
    things: tuple[Named, ...] = ()
    more: int = 0


class Partner(NamedTuple):
    """Who has a tie with an actor: with how many joint activities, and whether it is stated."""

    iri: str
    name: str
    weight: int
    is_stated: bool


def read_partners(store: Store, iri: str, lang: str) -> list[Partner]:
    """Return who an actor has ties with, those of the most joint activities first.

    Args:
        store: The graph.
        iri: The actor; of anything else there are none.
        lang: Language of the names.
    """
    rows = list(
        store.select(
            f"SELECT ?partner ?weight ?basis {{ ?tie ct:tieBetween <{iri}> , ?partner "
            f"FILTER(?partner != <{iri}>) OPTIONAL {{ ?tie ct:weight ?weight }} "
            "OPTIONAL { ?tie ct:weakestBasis ?basis } }"
        )
    )
    labels = store.labels(sorted({row["partner"].value for row in rows}), lang)
    found = [
        Partner(
            row["partner"].value,
            labels.get(row["partner"].value) or shorten(row["partner"].value),
            int(row["weight"].value) if row["weight"] is not None else 1,
            row["basis"] is not None and row["basis"].value == CT + "Stated",
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.weight, not one.is_stated, one.iri))


def make_card(
    store: Store, view: EntityView, partners: Sequence[Partner], moments: Sequence[Moment]
) -> list[Fact]:
    """Return what is known of a thing in lines; one of which nothing is known is left out.

    Args:
        store: The graph.
        view: What is said of the thing.
        partners: Who it works with, as `read_partners` gives them.
        moments: What it is connected with that has dates, itself included.
    """
    words = read_words("pages", view.lang)
    lines = [
        _listed("card_part_of", _others(view, "parentBody")),
        _with_whom(view, partners, words["card_partners"]),
        _when(view, moments, words["card_dated"]),
        _amount(view),
        *_money(store, view),
        _disputed(view),
        _as_of(view, words),
    ]
    return [line for line in lines if line.lead or line.things]


def _others(view: EntityView, *names: str, incoming: bool = False) -> list[Statement]:
    """Return the statements with a property of ours."""
    wanted = {CT + name for name in names}
    groups = view.incoming if incoming else view.outgoing
    return [one for group in groups if group.predicate in wanted for one in group.statements]


def _listed(key: str, statements: Sequence[Statement], lead: str = "") -> Fact:
    named = dict.fromkeys(
        Named(one.text, one.other.value)
        for one in statements
        if isinstance(one.other, ox.NamedNode)
    )
    return Fact(key, lead, tuple(named)[:_NAMED], max(0, len(named) - _NAMED))


def _with_whom(view: EntityView, partners: Sequence[Partner], lead: str) -> Fact:
    """Return who an actor works with most, or who takes part in an activity and as what."""
    if partners:
        # Where no partner stands out, their numbers say nothing.
        differ = len({one.weight for one in partners}) > 1
        things = tuple(
            Named(one.name, one.iri, f"{one.weight:,}" if differ else "")
            for one in partners[:_NAMED]
        )
        said = lead.format(n=len(partners)) if differ else ""
        return Fact("card_partners_key", said, things, max(0, len(partners) - _NAMED))
    roles: dict[tuple[str, str], list[str]] = {}
    for one in _others(view, "activity", incoming=True):
        # A participation tells its role and, behind it, who has it.
        held = [name for name, iri in one.pieces if iri.startswith(CTV)]
        for name, iri in one.pieces:
            if iri and not iri.startswith(CTV):
                roles.setdefault((name, iri), []).extend(held)
    things = tuple(
        Named(name, iri, ", ".join(dict.fromkeys(roles[name, iri]))) for name, iri in roles
    )
    return Fact("card_with", "", things[:_NAMED], max(0, len(things) - _NAMED))


def _when(view: EntityView, moments: Sequence[Moment], lead: str) -> Fact:
    own = next((one for one in moments if one.iri == view.iri), None)
    if own is not None:
        return Fact("card_when", own.period)
    if not moments:
        return Fact("card_when")
    first = min(one.start for one in moments)[:4]
    last = max(one.end or one.start for one in moments)[:4]
    span = first if first == last else f"{first}–{last}"
    return Fact("card_when", lead.format(span=span, n=len(moments)) if len(moments) > 1 else span)


def _amount(view: EntityView) -> Fact:
    """Return the amount of a contribution or the value of a figure."""
    value = next(iter(_others(view, "amount", "value")), None)
    if value is None:
        return _listed("card_amount", _others(view, "amountStatus"))
    unit = next(iter(_others(view, "currency", "unit")), None)
    text = value.text
    if isinstance(value.other, ox.Literal) and text.replace(".", "", 1).isdigit():
        whole, dot, part = text.partition(".")
        text = f"{int(whole):,}{dot}{part}"
    return Fact("card_amount", f"{text} {unit.text}" if unit else text)


def _money(store: Store, view: EntityView) -> Iterable[Fact]:
    """Yield the contributions that an actor gave, passed on and received, with their amounts."""
    roles = " ".join(f"ctv:{name}" for name in _MONEY)
    rows = list(
        store.select(
            f"SELECT DISTINCT ?role ?x ?amount ?currency {{ VALUES ?role {{ {roles} }} "
            f"?p ct:participant <{view.iri}> ; ct:role ?role ; ct:activity ?x . "
            "?x a ct:Contribution OPTIONAL { ?x ct:amount ?amount ; ct:currency ?currency } }"
        )
    )
    for name in _MONEY:
        part = [row for row in rows if row["role"].value == CTV + name]
        notes = {row["x"].value: "" for row in part}
        for row in part:
            if row["amount"] is not None:
                # As a float an amount of a hundred billion would be told by its exponent.
                amount = Decimal(row["amount"].value)
                notes[row["x"].value] = f"{amount:,f} {row['currency'].value}"
        labels = store.labels(sorted(notes), view.lang)
        # Amounts in different currencies cannot be compared, so their order is no other's.
        shown = sorted(notes, key=lambda iri: (not notes[iri], iri))
        things = [Named(labels.get(iri) or shorten(iri), iri, notes[iri]) for iri in shown]
        yield Fact(f"card_{name}", "", tuple(things[:2]), max(0, len(things) - 2))


def _disputed(view: EntityView) -> Fact:
    """Return what other sources say, each once however many statements they dispute."""
    others = {one.claim: one for statement in view.statements for one in statement.others}
    said = dict.fromkeys(Named(one.text, note=one.source_label) for one in others.values())
    return Fact("card_disputed", "", tuple(said)[:2], max(0, len(said) - 2))


def _as_of(view: EntityView, words: Mapping[str, str]) -> Fact:
    """Return by how many claims of how many sources a thing is told, and the newest of these."""
    claims = {claim.iri: claim for one in view.statements for claim in one.claims}
    claims |= {claim.iri: claim for claim in view.claims}
    if not claims:
        return Fact("card_as_of")
    dates = [one.source_date for one in claims.values() if one.source_date]
    stated = sum(one.is_stated for one in claims.values())
    said = words["card_sources"].format(
        stated=f"{stated:,}",
        inferred=f"{len(claims) - stated:,}",
        sources=f"{len({one.source for one in claims.values() if one.source}):,}",
    )
    if dates:
        said = words["card_newest"].format(date=max(dates), said=said)
    return Fact("card_as_of", said)

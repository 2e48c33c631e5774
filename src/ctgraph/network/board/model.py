"""What a cooperation board is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Said = Mapping[str, str]
"""A text by language."""


class Mark(NamedTuple):
    """What one activity, or several, leave in a column of a row.

    Attributes:
        basis: ``Stated`` if one of them is.
        goes_on: Whether one of them reaches into the next column.
    """

    basis: str
    goes_on: bool


class Deed(NamedTuple):
    """An activity that ties the hub to a partner.

    Attributes:
        iri: The activity.
        name: What it is called.
        kind: Local name of its class.
        when: Its first and last year; None if no date is stated of it.
        amount: Its amount in words, if it has one.
        basis: ``Stated`` or ``Inferred``, as in the network.
        claims: IRIs of the claims that it ties the two by.
    """

    iri: str
    name: Said
    kind: str
    when: tuple[int, int] | None
    amount: Said
    basis: str
    claims: Sequence[str]


class Row(NamedTuple):
    """A partner in one line.

    Attributes:
        partner: Its IRI.
        name: What it is called.
        acronym: Its acronym if that is not its name, or "".
        is_state: Whether it is a state.
        done: What was done: the activity, or kinds of activities with their numbers.
        kinds: The most frequent kinds of activities, and how many more there are.
        marks: By number of a column of the board.
        figure: The number of activities, or the amount.
        basis: ``Stated`` or ``Inferred``, that of the tie.
        deeds: The activities, the latest first.
    """

    partner: str
    name: Said
    acronym: str
    is_state: bool
    done: Said
    kinds: Said
    marks: Mapping[int, Mark]
    figure: Said
    basis: str
    deeds: Sequence[Deed]


class Group(NamedTuple):
    """The rows of an area of work, or of a kind of activity."""

    name: Said
    rows: Sequence[Row]


class Board(NamedTuple):
    """All partners of an actor.

    Attributes:
        hub: IRI of the actor.
        title: What the board finds, in a sentence.
        subtitle: What it counts, how it is grouped, and what the network was cut by.
        columns: Headings of the columns of marks: years, all before them first if there are any,
            and ``?`` last if there is anything without a date.
        groups: The rows; in the same order in every language.
        ties: The basis of each tie among two partners, by their IRIs in order.
    """

    hub: str
    title: Said
    subtitle: Said
    columns: Sequence[str]
    groups: Sequence[Group]
    ties: Mapping[tuple[str, str], str]

    @property
    def rows(self) -> list[Row]:
        """The rows of all groups, from top to bottom."""
        return [row for group in self.groups for row in group.rows]

    @property
    def claims(self) -> set[str]:
        """IRIs of the claims that the rows rest on."""
        return {claim for row in self.rows for deed in row.deeds for claim in deed.claims}

    @property
    def goes_on(self) -> bool:
        """Whether any mark goes on in the next column."""
        return any(mark.goes_on for row in self.rows for mark in row.marks.values())

    @property
    def bands(self) -> list[int]:
        """Numbers of the columns in every second span of five years, which are shaded."""
        headings = enumerate(self.columns)
        return [number for number, one in headings if one.isdigit() and int(one) // 5 % 2]


class Facts(NamedTuple):
    """What boards say of activities beside what the network says.

    Attributes:
        values: By IRI of an activity and ``area``, ``amount``, ``currency``, ``about``, ``period``
            or ``channel``, its values in order.
        sides: By IRI of a contribution, who gives and who receives it or passes it on.
        names: What areas and kinds of activities are called, by IRI.
    """

    values: Mapping[tuple[str, str], list[str]]
    sides: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    names: Mapping[str, Mapping[str, Any]]

    def channels(self, contribution: str) -> Sequence[str]:
        """Return who passes a contribution on."""
        return self.values.get((contribution, "channel"), ())

    def one(self, activity: str, what: str) -> str:
        """Return the first value, or an empty text."""
        return next(iter(self.values.get((activity, what), ())), "")

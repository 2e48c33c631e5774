"""The edges of a network: what rows of a view say of them, and what several say together."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from ctgraph.errors import UsageError
from ctgraph.network.things import INFERRED, STATED

_SIDES = ("claims", "others", "thirds")


class Row(NamedTuple):
    """One thing that makes an edge.

    Attributes:
        source: Where the edge begins.
        target: Where it ends.
        through: What makes it: an activity, a contribution, a property.
        stated: Whether it rests on stated claims alone.
        sides: Lists of claims, of each of which it takes one.
        roles: The roles in it.
        is_relation: Whether the edge is a statement with the property `through`.
        amount: What is paid, such as ``48300000 USD``; "" if that is not known, and None if it is
            not about money.
        is_shared: Whether it pays for other edges too.
        weight: What it counts for, if a query says so.
    """

    source: str
    target: str
    through: str
    stated: bool
    sides: Sequence[Collection[str]]
    roles: Collection[str] = ()
    is_relation: bool = False
    amount: str | None = None
    is_shared: bool = False
    weight: int | float | None = None


def read_row(cells: Mapping[str, str]) -> Row:
    """Return a row of text as `ctgraph.network.views.View` has them.

    Args:
        cells: Its cells by variable.

    Raises:
        UsageError: The weight is no finite number.
    """
    amount = None
    if "amount" in cells:
        is_known = cells["amount"] and cells["currency"]
        amount = f"{Decimal(cells['amount'])} {cells['currency']}" if is_known else ""
    return Row(
        cells["source"],
        cells["target"],
        cells["through"],
        int(cells["stated"] or "0") > 0,
        [cells[name].split() for name in _SIDES if cells.get(name)],
        cells.get("roles", "").split(),
        bool(cells.get("relation")),
        amount,
        amount is not None and (int(cells["channels"]) > 1 or int(cells["places"]) > 1),
        _number(cells["weight"]) if cells.get("weight") else None,
    )


def read_ties(rows: Iterable[Row], *, stated_only: bool) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the attributes of edges, which `ctgraph.network.build.build_network` describes.

    Args:
        rows: What makes them.
        stated_only: Whether to leave out what is only inferred.
    """
    ties: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if stated_only and not row.stated:
            continue
        # An aggregate over nothing is one row without bindings on some servers.
        if row.source and row.target and row.through:
            ties.setdefault((row.source, row.target), []).append(row)
    return {pair: _describe_tie(*pair, made) for pair, made in ties.items()}


def join_ties(source: str, target: str, parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the attributes of the edge that stands for some: what makes several counts once.

    Args:
        source: Where it begins.
        target: Where it ends.
        parts: Attributes of edges, as `read_ties` gives them.
    """
    return _describe_tie(source, target, [row for part in parts for row in _rows_of(part)])


def _rows_of(tie: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what makes an edge, as rows."""
    weight = tie["weight"] if tie.get("is_weighted") else None
    for through, made in tie["by_activity"].items():
        yield Row(
            tie["source"],
            tie["target"],
            through,
            made["basis"] == STATED,
            [made["claims"]],
            made.get("roles", ()),
            through in tie["relations"],
            made.get("amount"),
            tie.get("shared", False),
            weight,
        )
        weight = None


def _describe_tie(source: str, target: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the attributes of the edge that some rows make."""
    by_activity: dict[str, list[Row]] = {}
    for row in rows:
        by_activity.setdefault(row.through, []).append(row)
    relations = sorted({row.through for row in rows if row.is_relation})
    activities = sorted({row.through for row in rows if not row.is_relation})
    roles = sorted({role for row in rows for role in row.roles})
    made = {through: _describe_made(by_activity[through]) for through in sorted(by_activity)}
    weights = [row.weight for row in rows if row.weight is not None]
    amounts = [one["amount"] for one in made.values() if "amount" in one]
    counted = 0 if amounts else len(roles) + len(relations)
    data: dict[str, Any] = {
        "weight": sum(weights) if weights else counted or len(activities),
        "activities": activities,
        "relations": relations,
        "roles": roles,
        "claims": sorted({claim for row in rows for side in row.sides for claim in side}),
        "basis": STATED if any(row.stated for row in rows) else INFERRED,
        "source": source,
        "target": target,
        "by_activity": made,
    }
    if weights:
        data["is_weighted"] = True
    if amounts:
        data["amounts"] = sorted(filter(None, amounts))
        data["shared"] = any(row.is_shared for row in rows)
        if len({text.rpartition(" ")[2] for text in amounts}) == 1 and all(amounts):
            data["amount"] = float(sum(Decimal(text.partition(" ")[0]) for text in amounts))
            data["currency"] = amounts[0].rpartition(" ")[2]
    return data


def _describe_made(rows: Sequence[Row]) -> dict[str, Any]:
    """Return what is said of what makes an edge; sides if one claim is not enough."""
    together = zip_longest(*(row.sides for row in rows), fillvalue=())
    sides = [sorted({claim for side in some for claim in side}) for some in together]
    found: dict[str, Any] = {
        "basis": STATED if any(row.stated for row in rows) else INFERRED,
        "claims": sorted({claim for side in sides for claim in side}),
    }
    if any(side != sides[0] for side in sides):
        found["sides"] = sides
    if roles := sorted({role for row in rows for role in row.roles}):
        found["roles"] = roles
    amounts = [row.amount for row in rows if row.amount is not None]
    return found | ({"amount": next(filter(None, amounts), "")} if amounts else {})


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        found = float(text)
    except ValueError as error:
        raise UsageError("weight-not-number", text=text) from error
    if not math.isfinite(found):
        raise UsageError("weight-not-finite", text=text)
    return found

"""The edges of a network: what rows of a view say of them, and what several say together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ctgraph.errors import UsageError
from ctgraph.network.things import INFERRED, STATED

_SIDES = ("claims", "others", "thirds")
_LISTS = ("activities", "relations", "roles", "claims")


def read_ties(
    rows: Iterable[Mapping[str, str]], *, stated_only: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the attributes of edges, which `ctgraph.network.build.build_network` describes.

    Args:
        rows: Rows as `ctgraph.network.views.View` has them.
        stated_only: Whether to leave out what is only inferred.

    Raises:
        UsageError: A weight is no finite number.
    """
    ties: dict[tuple[str, str], _Tie] = {}
    for row in rows:
        stated = int(row["stated"] or "0") > 0
        if stated_only and not stated:
            continue
        source, target = row["source"], row["target"]
        if not (source and target and row["through"]):
            # An aggregate over nothing is one row without bindings on some servers.
            continue
        ties.setdefault((source, target), _Tie()).add(row, stated)
    return {pair: tie.data(*pair) for pair, tie in ties.items()}


def join_ties(source: str, target: str, parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the attributes of the edge that stands for some: what makes several counts once.

    Args:
        source: Where it begins.
        target: Where it ends.
        parts: Attributes of edges, as `read_ties` gives them.
    """
    tie = _Tie()
    for part in parts:
        tie.join(part)
    return tie.data(source, target)


class _Tie:
    """What rows of a view say of one edge."""

    def __init__(self) -> None:
        self.lists: dict[str, set[str]] = {name: set() for name in _LISTS}
        self.made: dict[str, dict[str, Any]] = {}
        self.stated = self.shared = False
        self.weight: int | float | None = None

    def add(self, row: Mapping[str, str], stated: bool) -> None:
        """Add what one row says."""
        through = row["through"]
        sides = [set(row[name].split()) for name in _SIDES if row.get(name)]
        self.lists["relations" if row.get("relation") else "activities"].add(through)
        made: dict[str, Any] = {"basis": STATED if stated else INFERRED, "sides": sides}
        made["roles"] = row.get("roles", "").split()
        if "amount" in row:
            known = row["amount"] and row["currency"]
            made["amount"] = f"{Decimal(row['amount'])} {row['currency']}" if known else ""
            self.shared |= int(row["channels"]) > 1 or int(row["places"]) > 1
        self._make(through, made)
        if row.get("weight"):
            self.weight = (self.weight or 0) + _number(row["weight"])

    def join(self, part: Mapping[str, Any]) -> None:
        """Add what an edge says."""
        for name in _LISTS:
            self.lists[name].update(part[name])
        for through, made in part["by_activity"].items():
            self._make(through, {**made, "sides": [set(made["claims"])]})
        self.shared |= part.get("shared", False)
        if part.get("is_weighted"):
            self.weight = (self.weight or 0) + part["weight"]

    def _make(self, through: str, made: Mapping[str, Any]) -> None:
        known = self.made.setdefault(through, {"basis": INFERRED, "sides": [], "roles": set()})
        known["roles"].update(made.get("roles", ()))
        self.lists["roles"].update(made.get("roles", ()))
        if made["basis"] == STATED:
            known["basis"] = STATED
            self.stated = True
        for number, side in enumerate(made["sides"]):
            if number == len(known["sides"]):
                known["sides"].append(set())
            known["sides"][number] |= side
            self.lists["claims"] |= side
        if "amount" in made:
            known["amount"] = known.get("amount") or made["amount"]

    def data(self, source: str, target: str) -> dict[str, Any]:
        """Return the attributes of the edge."""
        amounts = [made["amount"] for made in self.made.values() if "amount" in made]
        weight = self.weight
        if weight is None:
            counted = 0 if amounts else len(self.lists["roles"]) + len(self.lists["relations"])
            weight = counted or len(self.lists["activities"])
        data: dict[str, Any] = {
            "weight": weight,
            **{name: sorted(values) for name, values in self.lists.items()},
            "basis": STATED if self.stated else INFERRED,
            "source": source,
            "target": target,
            "by_activity": {key: _described(self.made[key]) for key in sorted(self.made)},
        }
        if self.weight is not None:
            data["is_weighted"] = True
        if amounts:
            data["amounts"] = sorted(filter(None, amounts))
            data["shared"] = self.shared
            if len({text.rpartition(" ")[2] for text in amounts}) == 1 and all(amounts):
                data["amount"] = float(sum(Decimal(text.partition(" ")[0]) for text in amounts))
                data["currency"] = amounts[0].rpartition(" ")[2]
        return data


def _described(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of what makes an edge; sides if one claim is not enough."""
    sides = [sorted(side) for side in made["sides"] if side]
    found = {"basis": made["basis"], "claims": sorted({claim for side in sides for claim in side})}
    if any(side != sides[0] for side in sides):
        found["sides"] = sides
    if made["roles"]:
        found["roles"] = sorted(made["roles"])
    return found | ({"amount": made["amount"]} if "amount" in made else {})


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

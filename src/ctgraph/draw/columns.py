"""Lines below names of groups, put into columns or on slides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Item(Protocol):
    """A line, or the name of the group of those that follow."""

    @property
    def high(self) -> float:
        """Its height."""

    @property
    def is_head(self) -> bool:
        """Whether it is the name of a group."""


ItemT = TypeVar("ItemT", bound=Item)


def fill_columns(items: Sequence[ItemT], limit: float) -> list[list[ItemT]]:
    """Return items in columns of a height at most, each as full as it can be.

    A group that goes on in the next column has its name there again. What is higher than a column
    stands in one alone.

    Args:
        items: The lines; the first one is the name of a group.
        limit: Height of a column.
    """
    found: list[list[ItemT]] = [[]]
    used, head = 0.0, items[0]
    for number, item in enumerate(items):
        # The name of a group stands above a line of it.
        need = item.high + (items[number + 1].high if item.is_head else 0.0)
        if found[-1] and used + need > limit + 0.01:
            found.append([] if item.is_head else [head])
            used = sum(one.high for one in found[-1])
        head = item if item.is_head else head
        found[-1].append(item)
        used += item.high
    return found

"""Answers that are kept, the most recently used first, within a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Answers by request. They belong to one state of the graph; `clear` when it changes.

    Args:
        room: Bytes that bodies and keys may take; 0 keeps nothing.
    """

    _EACH = 1024  # roughly what an entry takes beside its body

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> T | None:
        """Return the answer that is kept, or None.

        Args:
            key: The request.
        """
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, answer: T, size: int) -> None:
        """Keep an answer, and let older ones go if there is no room.

        One that would take more than an eighth of the room is not kept, lest it drive all others
        out.

        Args:
            key: The request.
            answer: Its answer.
            size: Bytes of body and key.
        """
        size += self._EACH
        if size > self.room // 8:
            return
        old = self._kept.pop(key, None)
        if old is not None:
            self.size -= old[1]
        self._kept[key] = (answer, size)
        self.size += size
        while self.size > self.room:
            _, (_, oldest) = self._kept.popitem(last=False)
            self.size -= oldest

    def clear(self) -> None:
        """Let all go."""
        self._kept.clear()
        self.size = 0

"""What is expensive to make is kept with its store, and ends with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ctgraph.store.store import Store


_Made = TypeVar("_Made")


# --- what is kept with a store ------------------------------------------------------------------

_kept: weakref.WeakKeyDictionary[Store, dict[Any, Any]] = weakref.WeakKeyDictionary()


def keep(store: Store, key: object, make: Callable[[], _Made]) -> _Made:
    """Return what was made for a store, made once; a graph that is served does not change.

    Args:
        store: The graph.
        key: What it is called.
        make: Makes it.
    """
    made = _kept.setdefault(store, {})
    if key not in made:
        made[key] = make()
    found: _Made = made[key]
    return found


def keep_each(
    store: Store,
    key: object,
    names: Iterable[str],
    make: Callable[[list[str]], Mapping[str, _Made]],
) -> dict[str, _Made]:
    """Return what was made for each of some names, once.

    A name that nothing was made for is left out.

    Args:
        store: The graph.
        key: What they are called together.
        names: The names, such as IRIs.
        make: Makes what is not there yet, for many names at once.
    """
    made: dict[str, _Made | None] = keep(store, key, dict)
    wanted = list(dict.fromkeys(names))
    missing = [name for name in wanted if name not in made]
    new = make(missing) if missing else {}
    made.update((name, new.get(name)) for name in missing)
    return {name: one for name in wanted if (one := made[name]) is not None}


def keep_last(store: Store, key: tuple[object, ...], make: Callable[[], _Made]) -> _Made:
    """As `keep`, but only the last of its kind is kept, for what is asked for in several forms.

    Args:
        store: The graph.
        key: What it is called; its kind comes first.
        make: Makes it.
    """
    made = _kept.setdefault(store, {})
    known, found = made.get(("last", key[0]), (None, None))
    if known != key:
        found = make()
        made["last", key[0]] = (key, found)
    last: _Made = found
    return last

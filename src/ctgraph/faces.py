"""What the faces of the rooms share: a name is fetched from its file when it is first used."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from collections.abc import Mapping


def fetch(package: str, homes: Mapping[str, str], name: str) -> object:
    """Return a name of a package from the module where it stands, and keep it (PEP 562).

    Args:
        package: The package, by its full name.
        homes: Its names, each with the module of the package that defines it.
        name: What is asked for.

    Raises:
        AttributeError: It is no name of the package.
    """
    import sys
    from importlib import import_module

    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
    setattr(sys.modules[package], name, value)
    return value

"""The version of the package, and how its faces fetch names; importing it loads nothing else."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__version__ = "0.2.0"


def attach(
    package: str, names: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], list[str]]:
    """Return ``__getattr__`` and ``__all__`` of a face, which loads a module when it is needed.

    Args:
        package: The package, by its full name.
        names: Its names by the module of the package that defines them; a module without names is
            a name itself.
    """
    homes = {name: module for module, defined in names.items() for name in defined}
    homes |= {module: "" for module, defined in names.items() if not defined}

    def get(name: str) -> object:
        return fetch(package, homes, name)

    return get, [*homes]


def fetch(package: str, homes: dict[str, str], name: str) -> object:
    """Return a name of a package from the file where it stands, and keep it (PEP 562).

    The faces of the rooms share this, so that importing one loads nothing else.

    Args:
        package: The package, by its full name.
        homes: Its names, each with the module of the package that defines it, or "" if it is a
            module; behind a colon the name that it has there, if it is another.
        name: What is asked for.

    Raises:
        AttributeError: It is no name of the package.
    """
    import sys
    from importlib import import_module

    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    module, _, attribute = homes[name].partition(":")
    found = import_module(f"{package}.{module or name}")
    value: object = getattr(found, attribute or name) if module else found
    setattr(sys.modules[package], name, value)
    return value

"""Networks as figures in a notebook that runs in IPython."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ctgraph.errors import CtgraphError

if TYPE_CHECKING:
    import networkx

_CLASS = ("networkx.classes.graph", "Graph")
_langs: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def show_inline(network: networkx.Graph[str], lang: str) -> networkx.Graph[str]:
    """Let a notebook draw a network where it would show its text otherwise; return the network.

    The classes of networks are those of networkx, so IPython is told how; without it nothing is
    done. Networks of others, and those that no figure can hold, stay text.

    Args:
        network: A network as `build_network` made it.
        lang: Language of the figure.
    """
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        _langs[network] = lang
        shell.display_formatter.formatters["image/svg+xml"].for_type_by_name(*_CLASS, draw_inline)
    return network


def draw_inline(network: networkx.Graph[str]) -> str | None:
    """Return the figure of a network as SVG, or None if there is none.

    Args:
        network: A network; one that `build_network` made has a title.
    """
    from ctgraph.draw.figures.figures import write_figure

    if "title_en" not in network.graph:
        return None
    target = io.BytesIO()
    try:
        write_figure(network, target, format="svg", lang=_langs.get(network, "en"))
    except CtgraphError:
        return None
    return target.getvalue().decode()

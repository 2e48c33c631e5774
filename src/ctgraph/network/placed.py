"""Layouts that somebody made: read from a file, and given to a network that is drawn.

The page of a network writes such a file (``format`` is ``ctgraph-layout``), and so do Gephi (GEXF),
Cytoscape (JSON) and whatever writes GraphML with ``x`` and ``y``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import DataError, UsageError
from ctgraph.network.files import file_faults
from ctgraph.terms import expand, fold

if TYPE_CHECKING:
    import networkx

FORMAT = "ctgraph-layout"
_EXTENT = 1600.0
_STEP = 0.06 * _EXTENT


class Note(NamedTuple):
    """Words of somebody's own on a picture.

    Attributes:
        text: The words; lines end with a line feed.
        at: Where their middle stands.
        to: The node that they point to, or None.
    """

    text: str
    at: tuple[float, float]
    to: str | None


class Layout(NamedTuple):
    """Where nodes stand, in units of its own; y grows downwards.

    Attributes:
        places: Places by IRI, or by another name of the node where the file has no IRIs.
        notes: Notes on the picture.
    """

    places: dict[str, tuple[float, float]]
    notes: list[Note]


def read_layout(path: Path) -> Layout:
    """Return the layout in a file; its greater extent is 1,600.

    Args:
        path: JSON of a page or of Cytoscape, GEXF or GraphML.

    Raises:
        UsageError: The file cannot be read, or its name has another ending.
        DataError: There is no layout in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError("layout-unreadable", path=path, strerror=error.strerror) from error
    except UnicodeDecodeError as error:
        raise DataError("layout-malformed", path=path, reason="UTF-8") from error
    ending = path.suffix.lower()
    if ending not in _READERS:
        raise UsageError("layout-format-unknown", path=path, endings=[*_READERS])
    try:
        found = _READERS[ending](text)
    except file_faults() as error:
        raise DataError("layout-malformed", path=path, reason=str(error)) from error
    if not found.places:
        raise DataError("layout-empty", path=path)
    return _scaled(found)


def place_by(graph: networkx.Graph[str], layout: Layout) -> int:
    """Give a network the places and notes of a layout; return how many of its nodes have none.

    These stand by those they are tied to, or else in a row below.

    Args:
        graph: A network of `ctgraph.network.build.build_network`; its attributes change.
        layout: Places by IRI, label or acronym of nodes.

    Raises:
        DataError: The layout places none of the nodes.
    """
    names = _names(graph)
    placed = {names[key]: at for key, at in _keyed(layout.places).items() if key in names}
    if not placed:
        raise DataError("layout-of-other-network")
    missing = [node for node in sorted(graph) if node not in placed]
    _place_rest(graph, missing, placed)
    graph.graph["places"] = {
        node: (round(placed[node][0], 1) + 0.0, round(placed[node][1], 1) + 0.0)
        for node in sorted(graph)
    }
    graph.graph["notes"] = [
        note._replace(to=names.get(_key(note.to)) if note.to else None) for note in layout.notes
    ]
    return len(missing)


def _place_rest(
    graph: networkx.Graph[str], missing: Sequence[str], placed: dict[str, tuple[float, float]]
) -> None:
    """Place nodes amid those they are tied to, by and by; what is tied to none goes below."""
    bottom = max(y for _, y in placed.values()) + _STEP
    left = min(x for x, _ in placed.values())
    rest, number = list(missing), 0
    while rest:
        ready = [node for node in rest if any(other in placed for other in graph[node])]
        found = {}
        for node in ready or rest:
            near = [placed[other] for other in graph[node] if other in placed]
            x = sum(x for x, _ in near) / len(near) if near else left + _STEP * number
            y = sum(y for _, y in near) / len(near) if near else bottom
            # Those that are tied to the same stand around it, further out the more they are.
            far = _STEP * math.sqrt(1 + number / 6) if near else 0.0
            found[node] = (x + far * math.cos(2.4 * number), y + far * math.sin(2.4 * number))
            number += 1
        placed.update(found)
        rest = [node for node in rest if node not in placed]


def _key(name: str) -> str:
    """Return a name as it is compared; an IRI may be shortened."""
    return fold(expand(name)) if name.count(":") == 1 and "/" not in name else fold(name)


def _keyed(places: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {_key(name): at for name, at in places.items()}


def _names(graph: networkx.Graph[str]) -> dict[str, str]:
    """Return nodes by whatever a file may call them; an IRI comes before a label."""
    names: dict[str, str] = {}
    for field in (None, "label", "label_en", "label_ja", "acronym"):
        for node in sorted(graph):
            name = node if field is None else graph.nodes[node].get(field)
            if name:
                names.setdefault(_key(str(name)), node)
    return names


def _scaled(layout: Layout) -> Layout:
    xs = [x for x, _ in layout.places.values()]
    ys = [y for _, y in layout.places.values()]
    by = _EXTENT / (max(max(xs) - min(xs), max(ys) - min(ys)) or _EXTENT)

    def at(place: tuple[float, float]) -> tuple[float, float]:
        return (round(place[0] * by, 1) + 0.0, round(place[1] * by, 1) + 0.0)

    return Layout(
        {name: at(place) for name, place in layout.places.items()},
        [note._replace(at=at(note.at)) for note in layout.notes],
    )


# --- formats ------------------------------------------------------------------------------------


def _place(x: Any, y: Any) -> tuple[float, float]:
    place = (float(x), float(y))
    if not all(map(math.isfinite, place)):
        raise ValueError(f"{x}, {y}")
    return place


def _read_json(text: str) -> Layout:
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError(type(said).__name__)
    if said.get("format") == FORMAT:
        return Layout(
            {name: _place(*at) for name, at in said["nodes"].items()},
            [
                Note(str(note["text"]), _place(*note["at"]), note.get("to"))
                for note in said.get("notes", ())
            ],
        )
    places = {
        str(node["data"]["id"]): _place(node["position"]["x"], node["position"]["y"])
        for node in said["elements"]["nodes"]
        if "position" in node
    }
    return Layout(places, [])


def _read_gexf(text: str) -> Layout:
    import io

    import networkx as nx

    graph = nx.read_gexf(io.BytesIO(text.encode("utf-8")))
    places = {}
    for node, data in graph.nodes(data=True):
        position = data.get("viz", {}).get("position")
        if position:
            # In Gephi y grows upwards.
            places[str(node)] = _place(position["x"], -position["y"])
    return Layout(places, [])


def _read_graphml(text: str) -> Layout:
    import networkx as nx

    graph = nx.parse_graphml(text)
    return Layout(
        {
            str(node): _place(data["x"], data["y"])
            for node, data in graph.nodes(data=True)
            if "x" in data and "y" in data
        },
        [],
    )


_READERS = {
    ".json": _read_json,
    ".cyjs": _read_json,
    ".gexf": _read_gexf,
    ".graphml": _read_graphml,
}

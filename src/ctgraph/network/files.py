"""Networks as files that other programs read, and that give back the same network.

GraphML, GEXF and CSV hold numbers, truth values and short texts. What they cannot hold as it is (a
list, a mapping, a text with line breaks or control characters, an empty text where it would be
lost) is JSON under the name of the attribute with ``_json`` behind it, which `read_network`
restores. Beside it stands what a person can read, if anything: a list of texts with blanks between,
a text without its control characters. Cytoscape JSON holds values as they are.

GraphML and GEXF declare one type for each attribute: whole numbers among others are written as
floating-point ones, which are equal, and what is text somewhere is text everywhere, with the value
as JSON. Weights in GraphML are always ``double``, which NetworKit looks for.

Some names belong to the files: ``from`` and ``to`` of an edge are its attributes ``source`` and
``target``; ``x``, ``y``, ``colour``, ``viz``, ``start`` and ``end`` are places, colours and dates
that programs draw by, and `read_network` leaves these out. An attribute that has such a name itself
is JSON too; those with names that no file can hold are together in the attribute ``_json``.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ctgraph.errors import DataError, UnknownName, suggest
from ctgraph.text import allow_long_cells

if TYPE_CHECKING:
    import networkx


Places = Mapping[str, tuple[float, float]]

TEXT_FORMATS = ("graphml", "gexf", "cyjs")
READ_FORMATS = (*TEXT_FORMATS, "zip")

_JSON = "_json"
_OF_THE_FILE = {"x", "y", "colour", "viz", "start", "end"}
# What formats and NetworkX have for themselves beside these.
_RESERVED = _OF_THE_FILE | {"id", "name", "value", "key", "from", "to", "source", "target"}
_RESERVED |= {"node_default", "edge_default", "networkx_key", "parents", "pid", "slices", "spells"}
_RESERVED |= {"type"}
_OF_GEXF: dict[str, tuple[type, ...]] = {"label": (str,), "weight": (int, float)}
_ENDS = {"from": "source", "to": "target"}


def network_text(
    graph: networkx.Graph[str],
    format: str,
    positions: Mapping[str, tuple[float, float]] | None = None,
    colours: Mapping[str, str] | None = None,
) -> str:
    """Return a network as GraphML, GEXF or Cytoscape JSON, which NetworkX reads.

    How attributes are kept, the description of this module says; GEXF has those of the whole
    network in its description. GEXF nodes and edges have ``start`` and ``end`` if what they are, or
    what makes them, has dates, so that Gephi shows a time line.

    Args:
        graph: The network.
        format: ``graphml``, ``gexf`` or ``cyjs``.
        positions: Where the nodes lie; GraphML gets them as ``x`` and ``y``.
        colours: ``#rrggbb`` of the nodes; GraphML and Cytoscape JSON get it as ``colour``.

    Raises:
        UnknownName: The format is another.
    """
    if format not in TEXT_FORMATS:
        raise UnknownName("network format", format, suggest(format, TEXT_FORMATS))
    if format == "cyjs":
        return _cytoscape(graph, positions or {}, colours or {})
    flat: networkx.Graph[str] = graph.__class__()
    flat.graph.update(_encoded(graph.graph, format))
    for node, data in graph.nodes(data=True):
        flat.add_node(node, **_encoded(data, format))
        if format == "gexf" and data.get("label") == node:
            # The label of a node without one.
            flat.nodes[node]["label" + _JSON] = json.dumps(node)
    for source, target, data in graph.edges(data=True):
        flat.add_edge(source, target, **_encoded_edge(data, format))
    _give_one_type([data for _, data in flat.nodes(data=True)])
    _give_one_type([data for _, _, data in flat.edges(data=True)])
    if format == "graphml":
        return _to_graphml(flat, positions or {}, colours or {})
    return _to_gexf(flat, graph, positions or {}, colours or {})


def network_tables(
    graph: networkx.Graph[str], positions: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, str]:
    """The texts of ``nodes.csv``, ``edges.csv`` and ``graph.json`` (what is said of the whole).

    Args:
        graph: The network.
        positions: Where the nodes lie; they become the columns ``x`` and ``y``.
    """
    nodes = []
    for node, data in graph.nodes(data=True):
        place = dict(zip("xy", (positions or {}).get(node, ()), strict=False))
        nodes.append({"id": node, **_encoded(data, "csv"), **place})
    edges = []
    for source, target, data in graph.edges(data=True):
        edges.append({"source": source, "target": target, **_encoded_edge(data, "csv")})
    about = {"directed": graph.is_directed(), "graph": graph.graph}
    return {
        "nodes.csv": _csv(nodes, ["id"]),
        "edges.csv": _csv(edges, ["source", "target"]),
        "graph.json": json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
    }


def pack_tables(files: Mapping[str, str]) -> bytes:
    """Return texts, such as those of `network_tables`, in one ZIP file; same texts, same bytes."""
    import io

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return held.getvalue()


def _csv(rows: list[dict[str, Any]], first: list[str]) -> str:
    import csv
    import io

    columns = [*first, *sorted({key for row in rows for key in row} - set(first))]
    held = io.StringIO()
    writer = csv.DictWriter(held, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


def _cytoscape(
    graph: networkx.Graph[str],
    positions: Mapping[str, tuple[float, float]],
    colours: Mapping[str, str],
) -> str:
    import networkx as nx

    copy: networkx.Graph[str] = graph.__class__()
    for node, data in graph.nodes(data=True):
        colour = {"colour": colours[node]} if node in colours else {}
        copy.add_node(node, **_encoded(data, "cyjs"), **colour)
    for source, target, data in graph.edges(data=True):
        copy.add_edge(source, target, **_encoded_edge(data, "cyjs"))
    # What Cytoscape shows is the name.
    found = nx.cytoscape_data(copy, name="label")
    found["data"] = graph.graph
    for element in found["elements"]["nodes"]:
        node = element["data"]["id"]
        if node in positions:
            x, y = positions[node]
            element["position"] = {"x": round(x * 100, 1), "y": round(y * 100, 1)}
    for element in found["elements"]["edges"]:
        element["data"]["id"] = "{source} {target}".format(**element["data"])
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


# --- attributes as files hold them --------------------------------------------------------------


def _encoded_edge(data: Mapping[str, Any], format: str) -> dict[str, Any]:
    """Return attributes of an edge; its ends as the view has them are ``from`` and ``to``."""
    found = _encoded(data, format)
    for name, key in _ENDS.items():
        if key in data and _fits(data[key], format):
            del found[key + _JSON]
            found[name] = data[key]
    return found


def _encoded(data: Mapping[str, Any], format: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    nameless: dict[str, Any] = {}
    for key, value in data.items():
        # GEXF has labels and weights for itself, and reads a label as text, a weight as a number.
        kinds = _OF_GEXF.get(key) if format == "gexf" else None
        is_its_kind = kinds is None or type(value) in kinds
        is_free = key not in _RESERVED and not key.endswith(_JSON)
        if not _fits(key, "csv"):
            nameless[key] = value
        elif _fits(value, format) and is_its_kind and is_free:
            found[key] = value
        else:
            found[key + _JSON] = _to_json(value)
            may_show = is_free and (kinds is None or str in kinds)
            shown = _shown(value) if may_show else None
            if shown is not None and _fits(shown, format):
                found[key] = shown
    return {**found, _JSON: _to_json(nameless)} if nameless else found


def _give_one_type(rows: Sequence[dict[str, Any]]) -> None:
    """Let each attribute of encoded nodes, or edges, have values of one type.

    Args:
        rows: The attributes of each, which are changed.
    """
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for key, value in row.items():
            # Beyond 32 bits some readers have floating-point numbers alone.
            is_long = type(value) is int and not -(2**31) < value < 2**31
            kinds.setdefault(key, set()).add(float if is_long else type(value))
    for key, found in kinds.items():
        if found <= {int, float} and float in found:
            for row in rows:
                if key in row:
                    row[key] = float(row[key])
        elif len(found) > 1:
            for row in rows:
                if key in row and not isinstance(row[key], str):
                    row[key + _JSON] = row[key] = _to_json(row[key])


def _shown(value: Any) -> str | None:
    """Return what a person reads of a value that a file cannot hold; None if that is nothing."""
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        value = " ".join(value)
    if not isinstance(value, str):
        return None
    kept = (" " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c for c in value)
    return "".join("\ufffd" if _is_odd(c) else c for c in kept).strip()


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)


def _fits(value: Any, format: str) -> bool:
    """Tell whether a file gives a value back as it is."""
    if format == "cyjs":
        return True
    if isinstance(value, (int, float)):
        # As far as a floating-point number is exact; "not a number" fails every comparison.
        return -(2**53) <= value <= 2**53
    if not isinstance(value, str) or value != value.strip() or any(map(_is_odd, value)):
        return False
    return format != "csv" or (value != "" and isinstance(_cell(value), str))


def _is_odd(character: str) -> bool:
    """Tell whether XML forbids a character, or some reader takes it for the end of a line."""
    return (
        character < " "
        or "\ud800" <= character <= "\udfff"
        or character in "\x7f\x85\u2028\u2029\ufffe\uffff"
    )


def _cell(text: str) -> Any:
    """Return what the text of a cell means: a number, a truth value, or itself."""
    if text in {"True", "False"}:
        return text == "True"
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _decoded(data: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    for key, value in data.items():
        if key == _JSON:
            exact.update(json.loads(value))
        elif key.endswith(_JSON):
            exact[key.removesuffix(_JSON)] = json.loads(value)
        elif key not in _OF_THE_FILE:
            found[_ENDS.get(key, key)] = value
    return {**found, **exact}


# --- reading ------------------------------------------------------------------------------------


def read_network(path: str | Path, format: str = "") -> networkx.Graph[str]:
    """The network of a file that `network_text` or `pack_tables` made, with all attributes.

    Args:
        path: The file.
        format: One of `READ_FORMATS`; by default what the name of the file ends in.

    Raises:
        UnknownName: The format is another.
        DataError: The file is missing or is not of this format.
    """
    path = Path(path)
    named = format or path.suffix.lower().lstrip(".")
    if named not in READ_FORMATS:
        raise UnknownName("network format", named, suggest(named, READ_FORMATS))
    readers = {
        "graphml": _read_graphml, "gexf": _read_gexf, "cyjs": _read_cytoscape, "zip": _read_archive,
    }  # fmt: skip
    try:
        read = readers[named](path)
    except OSError as error:
        key = "network-file-unreadable" if error.strerror else "network-file-not-readable"
        raise DataError(key, path=path, strerror=error.strerror) from error
    except file_faults() as error:
        raise DataError("network-file-malformed", path=path, named=named, reason=error) from error
    made: networkx.Graph[str] = read.__class__()
    made.graph.update(_decoded(read.graph) if named == "graphml" else read.graph)
    for node, data in read.nodes(data=True):
        made.add_node(node, **_decoded(data))
    for source, target, data in read.edges(data=True):
        made.add_edge(source, target, **_decoded(data))
    return made


def file_faults() -> tuple[type[Exception], ...]:
    """Return what is raised by files that are of another kind or broken."""
    import networkx as nx

    return ValueError, LookupError, TypeError, SyntaxError, nx.NetworkXException, zipfile.BadZipFile


def _read_graphml(path: Path) -> networkx.Graph[str]:
    import networkx as nx

    read: networkx.Graph[str] = nx.read_graphml(path)
    for name in ("node_default", "edge_default"):
        read.graph.pop(name, None)
    for _, _, data in read.edges(data=True):
        _tell_whole_weight(data)
    return read


def _read_gexf(path: Path) -> networkx.Graph[str]:
    from xml.etree import ElementTree

    import networkx as nx

    read: networkx.Graph[str] = nx.read_gexf(path)
    read.graph.clear()
    about = ElementTree.parse(path).findtext(".//{*}meta/{*}description")
    read.graph.update(json.loads(about or "{}"))
    for node, data in read.nodes(data=True):
        if data.get("label") == node:
            del data["label"]
    for _, _, data in read.edges(data=True):
        data.pop("id", None)
        _tell_whole_weight(data)
    return read


def _tell_whole_weight(data: dict[str, Any]) -> None:
    if isinstance(data.get("weight"), float) and data["weight"].is_integer():
        data["weight"] = int(data["weight"])


def _read_cytoscape(path: Path) -> networkx.Graph[str]:
    import networkx as nx

    read: networkx.Graph[str] = nx.cytoscape_graph(json.loads(path.read_text(encoding="utf-8")))
    for _, data in read.nodes(data=True):
        for key in ("id", "value", "name"):
            del data[key]
    for _, _, data in read.edges(data=True):
        for key in ("id", *_ENDS.values()):
            data.pop(key, None)
    return read


def _read_archive(path: Path) -> networkx.Graph[str]:
    import csv
    import io

    import networkx as nx

    def rows(
        archive: zipfile.ZipFile, name: str
    ) -> Iterable[tuple[dict[str, str], dict[str, Any]]]:
        text = archive.read(name).decode("utf-8")
        allow_long_cells(text)
        for row in csv.DictReader(io.StringIO(text, newline="")):
            cells = {
                key: value if key.endswith(_JSON) else _cell(value)
                for key, value in row.items()
                if value
            }
            yield row, cells

    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("graph.json"))
        read: networkx.Graph[str] = nx.DiGraph() if about["directed"] else nx.Graph()
        read.graph.update(about["graph"])
        for row, data in rows(archive, "nodes.csv"):
            del data["id"]
            read.add_node(row["id"], **data)
        for row, data in rows(archive, "edges.csv"):
            del data["source"], data["target"]
            read.add_edge(row["source"], row["target"], **data)
    return read


# --- markup ---------------------------------------------------------------------------------------


def _to_graphml(flat: networkx.Graph[str], places: Places, colours: Mapping[str, str]) -> str:
    """Return a network as GraphML.

    Weights are ``double``, for NetworKit looks for no other. What is said of the whole stands
    before the nodes, for graph-tool takes it for said of the edge before it. Labels are not where
    yEd has them (``y:NodeLabel``), for graph-tool and rustworkx refuse such a file.

    Args:
        flat: The network with attributes that XML can hold, of one type each.
        places: Where the nodes lie; ``x`` and ``y``.
        colours: ``#rrggbb`` of the nodes; ``colour``.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    for node, data in flat.nodes(data=True):
        data.update(zip("xy", places.get(node, ()), strict=False))
        if node in colours:
            data["colour"] = colours[node]
    for _, _, data in flat.edges(data=True):
        if type(data.get("weight")) is int:
            data["weight"] = float(data["weight"])
    writer = GraphMLWriter()
    writer.xml_type |= {int: "int", float: "double"}
    writer.add_graph_element(flat)
    keys = writer.xml.findall("key")
    booleans = {key.get("id") for key in keys if key.get("attr.type") == "boolean"}
    for element in writer.xml.iter("data"):
        if element.get("key") in booleans:
            element.text = str(element.text).lower()
    whole = writer.xml[-1]
    about = whole.findall("data")
    for element in about:
        whole.remove(element)
    whole[:0] = about
    return f"{writer}\n"


def _to_gexf(
    flat: networkx.Graph[str],
    graph: networkx.Graph[str],
    places: Places,
    colours: Mapping[str, str],
) -> str:
    """Return a network as GEXF, with what is said of the whole in its description.

    Args:
        flat: The network with attributes that XML can hold, of one type each.
        graph: The network itself, whose dates become ``start`` and ``end``.
        places: Where the nodes lie.
        colours: ``#rrggbb`` of the nodes.
    """
    from networkx.readwrite.gexf import generate_gexf

    for node, data in graph.nodes(data=True):
        look = _gexf_look(places.get(node), colours.get(node))
        flat.nodes[node].update({**look, **_span([data])})
    things = graph.graph.get("things", {})
    for source, target, data in graph.edges(data=True):
        made = [things.get(iri) or graph.nodes.get(iri, {}) for iri in data.get("activities", ())]
        flat.edges[source, target].update(_span(made))
    text = "\n".join(generate_gexf(flat, prettyprint=True)) + "\n"
    # The day of writing would make every day's file differ.
    text = re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1)
    about = escape(json.dumps(graph.graph, ensure_ascii=True, sort_keys=True))
    return text.replace("</meta>", f"  <description>{about}</description>\n  </meta>", 1)


def _gexf_look(place: tuple[float, float] | None, colour: str | None) -> dict[str, Any]:
    viz: dict[str, Any] = {}
    if place:
        # In Gephi y grows upwards.
        viz["position"] = {"x": place[0], "y": -place[1] + 0.0, "z": 0.0}
    if colour:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        viz["color"] = {"r": red, "g": green, "b": blue, "a": 1.0}
    return {"viz": viz} if viz else {}


def _span(dated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """First and last day of things, as GEXF names them; empty unless all have dates."""
    known = [(str(data.get("starts", "")), str(data.get("ends", ""))) for data in dated]
    if not known or not all(start for start, _ in known):
        return {}
    return {
        "start": min(start for start, _ in known),
        "end": max(end or start for start, end in known),
    }

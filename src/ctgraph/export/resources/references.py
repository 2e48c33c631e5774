"""References for citation managers: the graph, a source, the answer to a question.

A reference is an item of CSL-JSON (citation-style-language, schema 1.0); BibTeX and RIS say the
same in their fields. Formats: https://docs.citationstyles.org/en/1.0.2/specification.html,
https://ctan.org/pkg/bibtex and https://en.wikipedia.org/wiki/RIS_(file_format).
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from typing import TYPE_CHECKING, Any

from ctgraph.errors import UnknownName, suggest
from ctgraph.export.resources.citations import CITATION_FORMATS
from ctgraph.export.resources.description import TITLE, citation
from ctgraph.export.resources.sources import read_sources
from ctgraph.export.tables import format_answer
from ctgraph.terms import CTD, shorten
from ctgraph.words import sentence

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from ctgraph.query import Table
    from ctgraph.store import Store

Reference = dict[str, Any]


def refer_to_graph(store: Store) -> Reference:
    """Return the reference of the graph: version, hash, and according to whom it speaks.

    Args:
        store: The graph.
    """
    cited: dict[str, Any] = citation(store)
    said = [sentence(cited["scope"]) + "."] if "scope" in cited else []
    said.append(f"SHA-256 of the canonical N-Quads {cited['hash']}. {cited['licence_name']}.")
    return {
        "id": f"ctgraph-{cited['version']}-{cited['hash'][:12]}",
        "type": "dataset",
        "title": cited["title"],
        "author": [{"literal": cited["publisher"]}],
        "publisher": cited["publisher"],
        "version": cited["version"],
        "URL": cited["url"],
        "language": "en",
        "note": " ".join(said),
    }


def refer_to_sources(store: Store, iris: Sequence[str], lang: str = "en") -> list[Reference]:
    """Return the references of sources, in the order given.

    Args:
        store: The graph.
        iris: IRIs of sources.
        lang: Language of publishers' names.
    """
    known = {source["iri"]: source for source in read_sources(store)}
    facts: dict[str, dict[str, str]] = {}
    wanted = " ".join(f"<{iri}>" for iri in iris)
    properties = "dcterms:title dcterms:language schema:url ct:seenOn"
    for row in store.select(
        f"SELECT ?x ?p ?value {{ VALUES ?x {{ {wanted} }} VALUES ?p {{ {properties} }} "
        "?x ?p ?value } ORDER BY ?x ?p ?value"
    ):
        name = row["p"].value.replace("#", "/").rpartition("/")[2]
        facts.setdefault(row["x"].value, {}).setdefault(name, row["value"].value)
    return [_refer_to_source(iri, known.get(iri, {}), facts.get(iri, {}), lang) for iri in iris]


def _refer_to_source(
    iri: str, known: dict[str, str], facts: dict[str, str], lang: str
) -> Reference:
    publisher = known.get(f"publisher_{lang}") or known.get("publisher_en", "")
    item: Reference = {
        "id": iri.removeprefix(CTD),
        "type": "webpage" if "url" in facts else "report",
        "title": facts.get("title") or known.get(f"label_{lang}") or shorten(iri),
    }
    if publisher:
        item |= {"author": [{"literal": publisher}], "publisher": publisher}
    if known.get("date"):
        item["issued"] = _date_parts(known["date"])
    if "seenOn" in facts:
        item["accessed"] = _date_parts(facts["seenOn"])
    if "url" in facts:
        item["URL"] = facts["url"]
    if "language" in facts:
        item["language"] = facts["language"]
    return item


def refer_to_answer(store: Store, table: Table, day: datetime.date) -> Reference:
    """Return the reference of an answer: the question, the hash of its TSV, the graph, the day.

    The note has the command that asks again; the SHA-256 of what it writes is the hash.

    Args:
        store: The graph.
        table: The answer to a named question.
        day: When it was asked.
    """
    assert table.question is not None
    graph = refer_to_graph(store)
    given = [
        f"{name}={shorten(value.value)}"
        for name, values in sorted(table.params.items())
        for value in values
    ]
    command = ["ctgraph", "ask", table.question.name]
    for one in given:
        command += ["-p", one]
    for source in sorted(store.scope.sources):
        command += ["--source", shorten(source)]
    if store.scope.as_of:
        command += ["--as-of", str(store.scope.as_of)]
    command += ["-f", "tsv"]
    digest = hashlib.sha256()
    for piece in format_answer(table, "tsv", "en", labels=False):
        digest.update(piece if isinstance(piece, bytes) else piece.encode())
    shown = f" ({', '.join(given)})" if given else ""
    return {
        **graph,
        "id": f"ctgraph-{table.question.name}-{digest.hexdigest()[:12]}",
        "title": f"{table.question.title['en']}{shown}",
        "container-title": TITLE["en"],
        "accessed": _date_parts(day.isoformat()),
        "note": f"Answer of {len(table)} rows to: {shlex.join(command)}. "
        f"SHA-256 of the answer {digest.hexdigest()}. {graph['note']}",
    }


def _date_parts(day: str) -> dict[str, list[list[int]]]:
    """Return a date, a month or a year as CSL-JSON has it."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}


# --- formats -------------------------------------------------------------------------------------

# Characters that TeX takes for something else, and what it prints for each.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: "\\" + char for char in "&%$#_"},
    }
)
_BIBTEX_TYPES = {"dataset": "misc", "webpage": "misc", "report": "techreport"}
_RIS_TYPES = {"dataset": "DATA", "webpage": "ELEC", "report": "RPRT"}


def format_references(items: Sequence[Reference], format: str) -> str:
    """Return references as text.

    Args:
        items: The references.
        format: One of `CITATION_FORMATS`.

    Raises:
        UnknownName: There is no such format.
    """
    if format == "csl-json":
        return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
    if format == "bibtex":
        return "\n".join(map(_bibtex, items))
    if format == "ris":
        return "\n".join(map(_ris, items))
    raise UnknownName(
        "format", format, suggest(format, CITATION_FORMATS), hint="known", names=[*CITATION_FORMATS]
    )


def _day(item: Reference, name: str, separator: str) -> str:
    parts: list[int] = item[name]["date-parts"][0]
    return separator.join(f"{part:02}" for part in parts)


def _authors(item: Reference) -> Iterable[str]:
    return (author["literal"] for author in item.get("author", ()))


def _bibtex(item: Reference) -> str:
    fields: dict[str, str] = {
        # A second pair of braces keeps the letters as they are, and a body in one piece.
        "author": " and ".join(f"{{{name.translate(_TEX)}}}" for name in _authors(item)),
        "title": f"{{{item['title'].translate(_TEX)}}}",
        "howpublished": item.get("container-title", "").translate(_TEX),
        "institution" if item["type"] == "report" else "publisher": item.get(
            "publisher", ""
        ).translate(_TEX),
        "version": item.get("version", ""),
        "url": item.get("URL", "").replace("{", "%7B").replace("}", "%7D"),
        "language": item.get("language", ""),
        "note": item.get("note", "").translate(_TEX),
    }
    if "issued" in item:
        fields["date"] = _day(item, "issued", "-")
        fields["year"] = fields["date"][:4]
    if "accessed" in item:
        fields["urldate"] = _day(item, "accessed", "-")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:.-]", "-", item["id"])
    return "\n".join([f"@{_BIBTEX_TYPES[item['type']]}{{{key},", *lines, "}", ""])


def _ris(item: Reference) -> str:
    fields = [
        ("TY", _RIS_TYPES[item["type"]]),
        ("ID", item["id"]),
        *(("AU", name) for name in _authors(item)),
        ("TI", item["title"]),
        ("T2", item.get("container-title", "")),
        ("PB", item.get("publisher", "")),
        ("ET", item.get("version", "")),
        ("PY", _day(item, "issued", "/")[:4] if "issued" in item else ""),
        ("DA", _day(item, "issued", "/") if "issued" in item else ""),
        ("Y2", _day(item, "accessed", "/") if "accessed" in item else ""),
        ("UR", item.get("URL", "")),
        ("LA", item.get("language", "")),
        ("N1", item.get("note", "")),
    ]
    # A value is one line; the program that reads it would take another for a new field.
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])

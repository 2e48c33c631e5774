"""The graph as files, whole or cut, and its description.

How triples become text is in `ctgraph.export.rdf`, CSV in `ctgraph.export.class_tables`, what is
cut in `ctgraph.export.subsets`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.errors import UnknownName, UsageError, suggest
from ctgraph.export.class_tables import COLUMNS, csv_files
from ctgraph.export.formats import (
    FORMATS,
    NETWORK_FORMATS,
    PARTS,
    Exported,
    find_format,
    guess_format,
)
from ctgraph.export.network import export_network
from ctgraph.export.output import Target, is_path, replace_folder, translated_errors, write_output
from ctgraph.export.rdf import Content, write_rdf
from ctgraph.export.resources.description import LICENCE, LICENCE_NAME, TITLE
from ctgraph.export.snapshot import Snapshot, read_snapshot
from ctgraph.export.subsets import Slice, cut, resolve_name
from ctgraph.terms import ct, rdfs
from ctgraph.version import __version__

if TYPE_CHECKING:
    from ctgraph.export.formats import Format
    from ctgraph.store import Store


def export(
    store: Store,
    target: Target,
    *,
    format: str | None = None,
    parts: Collection[str] = (),
    actor: str | None = None,
    topic: str | None = None,
    year: str | int | None = None,
    stated_only: bool = False,
    construct: str | Path | None = None,
    view: str | None = None,
    lang: str = "en",
) -> Exported:
    """Write the graph, or a slice of it, and say what was written.

    Without `parts` it holds the asserted triples: everything that stands in claim graphs, the
    claims' own description (quote, gloss, section, basis) included, and the `ct:evidence` links
    from subjects to claims. A slice holds what is asked for and all that is needed to read it:
    labels and types of everything mentioned, the claims behind every triple, their sections and
    sources. Slices combine: what is written satisfies all of them.

    Args:
        store: The graph.
        target: A path or a stream; a directory (or ``.zip`` file) for CSV.
        format: A name of `FORMATS`; by default what the extension says, Turtle for a stream.
        parts: Any of ``derived`` (what the rules made), ``ontology`` (with the vocabularies) and
            ``claims`` (each claim a named graph beside the default graph; TriG, N-Quads and
            JSON-LD only). All three as N-Quads is a complete dump: loaded into a SPARQL server it
            answers like the store, and its SHA-256 is the data hash of `describe`.
        actor: An actor (IRI, CURIE, label or acronym): itself, what names it, its activities with
            everyone who takes part, and with ``derived`` its ties.
        topic: A topic, with those below it: what has the topic, and who takes part.
        year: A fiscal year (``2023`` or an individual): what lies in it, and who takes part.
        stated_only: Leave out triples that stand in `ct:Inferred` claims only. What the rules
            made is then made anew from the stated claims.
        construct: A file with a CONSTRUCT query: its triples, and the claims behind them.
        view: For GraphML, GEXF and Cytoscape JSON: the network, a name of `network.VIEWS`;
            cooperation if none is named.
        lang: Language in which labels are looked up first.

    Raises:
        UsageError: The options do not fit each other, the format or the path.
        UnknownName: Nothing has a name that was given.
        DataError: The slice is empty, or a term cannot be written in the format.
    """
    chosen = _choose_format(target, format)
    asked = _check_parts(parts, chosen)
    actor = resolve_name(store, actor, "actor")
    topic = resolve_name(store, topic, "topic")
    if chosen.name in NETWORK_FORMATS:
        if construct is not None:
            raise UsageError("network-cut-unsupported", title=chosen.title, name="construct")
        if asked:
            raise UsageError("network-without-parts", title=chosen.title, names=[*asked])
        return export_network(
            store,
            target,
            chosen.name,
            view or "cooperation",
            lang=lang,
            actor=actor,
            topic=topic,
            year=year,
            stated_only=stated_only,
        )
    if view is not None:
        raise UsageError(
            "export-format-without-views", title=chosen.title, names=[*NETWORK_FORMATS]
        )
    from ctgraph.network import fiscal_year

    snapshot = read_snapshot(store)
    wanted = Slice(
        actor=actor,
        topic=topic,
        year=None if year is None else fiscal_year(store, year),
        stated_only=stated_only,
        construct=Path(construct) if construct is not None else None,
    )
    content = cut(store, snapshot, wanted, asked)
    header = _header(store, snapshot, asked, wanted)
    outside = _outside(content, snapshot) if "claims" in asked else 0
    written = Exported(chosen.name, len(content.triples), len(content.claims), outside)
    if chosen.name == "csv":
        labels = _labels(snapshot)
        _write_csv(target, csv_files(content.triples, header, labels, snapshot.hash()))
    else:
        write_output(target, [write_rdf(chosen.name, content, header)])
    return written


def _outside(content: Content, snapshot: Snapshot) -> int:
    """Count what a query made itself, which no claim and no rule in the file stands for."""
    held = set().union(*content.graphs.values(), *snapshot.ontology.values())
    loose = (triple for triple in content.triples if triple not in held)
    return sum(triple.predicate != ct.evidence for triple in loose)


def _choose_format(target: Target, name: str | None) -> Format:
    if name is not None:
        return find_format(name)
    if isinstance(target, (str, Path)) or is_path(target):
        path = Path(target)  # type: ignore[arg-type]
        if not path.suffix and path.is_dir():
            return FORMATS["csv"]
        return guess_format(path)
    return FORMATS["turtle"]


def _check_parts(parts: Collection[str], chosen: Format) -> tuple[str, ...]:
    for part in parts:
        if part not in PARTS:
            raise UnknownName("part", part, suggest(part, PARTS), hint="known", names=[*PARTS])
    if "claims" in parts and not chosen.graphs:
        able = [item.title for item in FORMATS.values() if item.graphs]
        raise UsageError("export-format-without-graphs", title=chosen.title, able=able)
    return tuple(part for part in PARTS if part in parts)


def _header(store: Store, snapshot: Snapshot, parts: Sequence[str], wanted: Slice) -> list[str]:
    """Return lines that say what a file is; the same for the same data and options."""
    from ctgraph.query import say_scope

    words = wanted.words()
    scope = say_scope(store, "en")
    return [
        TITLE["en"],
        f"version {__version__}; data sha256:{snapshot.hash()}",
        f"licence {LICENCE_NAME}, {LICENCE}",
        *([f"scope: {scope}"] if scope else []),
        f"parts: {', '.join(('asserted', *parts))}",
        f"slice: {'; '.join(words) if words else 'none' if scope else 'none, the whole graph'}",
    ]


def _labels(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return the labels of the terms of the ontology, by IRI and language."""
    found: dict[str, dict[str, str]] = {}
    for triples in snapshot.ontology.values():
        for subject, predicate, text in triples:
            if predicate == rdfs.label and isinstance(subject, ox.NamedNode):
                found.setdefault(subject.value, {})[text.language or ""] = text.value
    return {iri: dict(sorted(labels.items())) for iri, labels in found.items()}


def _write_csv(target: Target, files: Mapping[str, str]) -> None:
    if not is_path(target) or str(target).lower().endswith(".zip"):
        _write_zip(target, files)
        return
    given = Path(target)  # type: ignore[arg-type]
    if given.suffix.lower() == ".csv" and not given.is_dir():
        raise UsageError(
            "csv-needs-folder",
            given=given,
            value=given.with_suffix(""),
            value2=given.with_suffix(".zip"),
        )
    _write_directory(given, files)


def _write_zip(target: Target, files: Mapping[str, str]) -> None:
    import io
    import zipfile

    # Stored, not compressed: compressed bytes depend on the version of zlib.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].encode("utf-8"))
    write_output(target, [packed.getvalue()])


def _write_directory(given: Path, files: Mapping[str, str]) -> None:
    import os
    import shutil

    path = given.resolve()
    if not path.parent.is_dir():
        raise UsageError("csv-parent-folder-missing", given=given, parent=given.parent)
    if path.exists() and not path.is_dir():
        raise UsageError("csv-target-is-file", given=given)
    with translated_errors(given):
        if path.is_dir() and any(path.iterdir()) and not (path / COLUMNS).is_file():
            raise UsageError("csv-folder-has-others", given=given)
        fresh = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
        try:
            fresh.mkdir()
            for name, text in files.items():
                (fresh / name).write_bytes(text.encode("utf-8"))
            replace_folder(fresh, path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

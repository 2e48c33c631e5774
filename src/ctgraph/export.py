"""The graph as files, whole or cut, and its description.

How triples become text is in `ctgraph.serialise`, what is cut in `ctgraph.slices`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from ctgraph import __version__
from ctgraph.errors import DataError, UnknownName, UsageError, suggest
from ctgraph.output import Target, is_path, translated_errors, write_output
from ctgraph.serialise import COLUMNS, Content, Key, csv_files, render, turtle
from ctgraph.slices import LABELS, Index, Slice, Snapshot, cut, everything, is_stated, read_snapshot
from ctgraph.terms import BASE, CT, PREFIXES, expand, shorten

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store

_TYPE = PREFIXES["rdf"] + "type"

TITLE = {
    "en": "ctgraph: a citable knowledge graph of counter-terrorism cooperation",
    "ja": "ctgraph：テロ対策協力の引用可能な知識グラフ",
}
DESCRIPTION = {
    "en": "Who cooperates with whom against terrorism and organised crime, doing what, towards "
    "which goals. Every statement shows the words of the source that it rests on.",
    "ja": "テロ及び組織犯罪に対し、誰が誰と、何を、どの目標に向けて行っているか。"
    "すべての記述に、根拠となる出典の原文が付いている。",
}
PUBLISHER = "The ctgraph project"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
DATASET = BASE + "dataset"

PARTS = ("derived", "ontology", "claims")


class Format(NamedTuple):
    """A file format: its names, its extensions, its media type, and whether it holds graphs."""

    name: str
    aliases: tuple[str, ...]
    extensions: tuple[str, ...]
    media_type: str
    graphs: bool
    title: str


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format("turtle", ("ttl",), (".ttl", ".turtle"), "text/turtle", False, "Turtle"),
        Format("trig", (), (".trig",), "application/trig", True, "TriG"),
        Format("ntriples", ("nt",), (".nt",), "application/n-triples", False, "N-Triples"),
        Format("nquads", ("nq",), (".nq",), "application/n-quads", True, "N-Quads"),
        Format(
            "jsonld",
            ("json-ld", "json"),
            (".jsonld", ".json"),
            "application/ld+json",
            True,
            "JSON-LD",
        ),
        Format(
            "rdfxml",
            ("rdf", "xml", "rdf-xml"),
            (".rdf", ".xml", ".owl"),
            "application/rdf+xml",
            False,
            "RDF/XML",
        ),
        Format("csv", (), (".zip", ".csv"), "text/csv", False, "CSV, one table per class"),
        Format(
            "graphml",
            (),
            (".graphml",),
            "application/graphml+xml",
            False,
            "GraphML of a network",
        ),
        Format("gexf", (), (".gexf",), "application/gexf+xml", False, "GEXF of a network"),
        Format("cyjs", (), (".cyjs",), "application/json", False, "Cytoscape JSON of a network"),
    )
}
NETWORK_FORMATS = ("graphml", "gexf", "cyjs")


class Exported(NamedTuple):
    """What was written: the format, the number of triples (or edges) and of claims."""

    format: str
    triples: int
    claims: int


def find_format(name: str) -> Format:
    """The format with a name or an alias of it.

    Raises:
        UnknownName: There is none.
    """
    lowered = name.lower().lstrip(".")
    for item in FORMATS.values():
        if lowered == item.name or lowered in item.aliases:
            return item
    raise UnknownName("format", name, suggest(name, FORMATS), hint=f"Known: {', '.join(FORMATS)}.")


def guess_format(path: str | Path) -> Format:
    """The format that a path's extension stands for.

    Raises:
        UnknownName: The extension stands for none.
    """
    suffix = Path(path).suffix.lower()
    for item in FORMATS.values():
        if suffix in item.extensions:
            return item
    known = [extension for item in FORMATS.values() for extension in item.extensions]
    raise UnknownName(
        "file extension",
        suffix or str(path),
        suggest(suffix, known),
        hint=f"Name a format, or use one of {' '.join(known)}.",
    )


def export(
    store: Store,
    target: Target,
    *,
    format: str | None = None,
    parts: Collection[str] = (),
    actor: str | None = None,
    topic: str | None = None,
    year: str | int | None = None,
    source: str | None = None,
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
        source: A source: the claims that rest on it (labels of what they mention may rest on
            others).
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
    if chosen.name in NETWORK_FORMATS:
        return _export_network(
            store,
            target,
            chosen,
            asked,
            unusable={"source": source, "construct": construct},
            view=view,
            actor=actor,
            topic=topic,
            year=year,
            stated_only=stated_only,
            lang=lang,
        )
    if view is not None:
        raise UsageError(
            f"{chosen.title} has no views.", hint=f"Views are for {', '.join(NETWORK_FORMATS)}."
        )
    snapshot = read_snapshot(store)
    wanted = Slice(
        actor=_resolve(store, actor, "actor", lang),
        topic=_resolve(store, topic, "topic", lang),
        year=_resolve_year(store, snapshot, year, lang),
        source=_resolve(store, source, "source", lang),
        stated_only=stated_only,
        construct=Path(construct) if construct is not None else None,
    )
    content = cut(store, snapshot, wanted, asked)
    header = _header(snapshot, asked, wanted)
    written = Exported(chosen.name, len(content.triples), len(content.claims))
    if chosen.name == "csv":
        _write_csv(target, content, header)
    else:
        write_output(target, render(chosen.name, content, header))
    return written


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
            raise UnknownName("part", part, suggest(part, PARTS), hint=f"Known: {', '.join(PARTS)}")
    if "claims" in parts and not chosen.graphs:
        able = " or ".join(item.title for item in FORMATS.values() if item.graphs)
        raise UsageError(
            f"{chosen.title} cannot hold each claim as a graph of its own.",
            hint=f"Use {able}; the claims and their quotes are in every format without that.",
        )
    return tuple(part for part in PARTS if part in parts)


def _resolve(store: Store, text: str | None, kind: str, lang: str) -> str | None:
    if text is None:
        return None
    from ctgraph.names import resolve

    term = resolve(store, text, kind)
    if not isinstance(term, pyoxigraph.NamedNode):
        raise UsageError(f"{text!r} is not a thing of the graph.", hint=f"Name a {kind}.")
    return term.value


def _resolve_year(
    store: Store, snapshot: Snapshot, year: str | int | None, lang: str
) -> str | None:
    if year is None:
        return None
    from ctgraph.network import fiscal_year

    return fiscal_year(store, year)


def _header(snapshot: Snapshot, parts: Sequence[str], wanted: Slice) -> list[str]:
    """Lines that say what a file is; the same for the same data and options."""
    words = wanted.words()
    return [
        TITLE["en"],
        f"version {__version__}; data sha256:{snapshot.hash()}",
        f"licence {LICENCE_NAME}, {LICENCE}",
        f"parts: {', '.join(('asserted', *parts))}",
        f"slice: {'; '.join(words) if words else 'none, the whole graph'}",
    ]


def _write_csv(target: Target, content: Content, header: Sequence[str]) -> None:
    files = csv_files(content, header)
    if not is_path(target) or str(target).lower().endswith(".zip"):
        _write_zip(target, files)
        return
    given = Path(target)  # type: ignore[arg-type]
    if given.suffix.lower() == ".csv" and not given.is_dir():
        raise UsageError(
            f"{given}: CSV comes as one table per class, which one file cannot hold.",
            hint=f"Name a directory ({given.with_suffix('')}) or a zip file "
            f"({given.with_suffix('.zip')}).",
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
        raise UsageError(
            f"{given}: the directory {given.parent} does not exist.", hint="Make it first."
        )
    if path.exists() and not path.is_dir():
        raise UsageError(f"{given} is a file.", hint="CSV needs a directory or a .zip file.")
    with translated_errors(given):
        if path.is_dir() and any(path.iterdir()) and not (path / COLUMNS).is_file():
            raise UsageError(
                f"{given} holds other files, which would be lost.", hint="Name a new directory."
            )
        fresh = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
        old = path.with_name(f".{path.name[:40]}.{os.getpid()}.old")
        try:
            fresh.mkdir()
            for name, text in files.items():
                (fresh / name).write_bytes(text.encode("utf-8"))
            if path.is_dir():
                path.rename(old)
            fresh.rename(path)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            if old.is_dir() and not path.exists():
                old.rename(path)
            raise
        shutil.rmtree(old, ignore_errors=True)


# --- networks -----------------------------------------------------------------------------------


def _export_network(
    store: Store,
    target: Target,
    chosen: Format,
    parts: Sequence[str],
    *,
    unusable: Mapping[str, object],
    view: str | None,
    actor: str | None,
    topic: str | None,
    year: str | int | None,
    stated_only: bool,
    lang: str,
) -> Exported:
    from ctgraph.network import build_network

    for name, value in unusable.items():
        if value is not None:
            raise UsageError(
                f"{chosen.title} cannot be cut by {name}.",
                hint="Networks are cut by actor, topic, year and stated only, and in other ways by"
                " `ctgraph draw`.",
            )
    if parts:
        raise UsageError(
            f"{chosen.title} holds a network, which has no parts to add ({', '.join(parts)}).",
            hint="Leave --with out.",
        )
    graph = build_network(
        store,
        view or "cooperation",
        actor=_resolve(store, actor, "actor", lang),
        topic=_resolve(store, topic, "topic", lang),
        year=year,
        stated_only=stated_only,
        lang=lang,
    )
    if not graph.number_of_edges():
        raise DataError("the slice is empty: the network has no ties.", hint="Ask for more.")
    write_network(graph, target, chosen.name)
    claims = {claim for _, _, data in graph.edges(data=True) for claim in data["claims"]}
    return Exported(chosen.name, graph.number_of_edges(), len(claims))


def write_network(graph: networkx.Graph[str], target: Target, format: str) -> None:
    """Write a network with its places and colours, and the version and licence of the data.

    Args:
        graph: The network.
        target: A path or a stream.
        format: One of `NETWORK_FORMATS`, or ``csv`` for a ZIP file of two tables.
    """
    from ctgraph.exchange import network_archive, network_text
    from ctgraph.layout import layout
    from ctgraph.looks import node_colours

    signed = graph.copy()
    signed.graph.update(version=__version__, licence=LICENCE)
    places = layout(graph)
    if format == "csv":
        write_output(target, [network_archive(signed, places)])
    else:
        write_output(target, [network_text(signed, format, places, node_colours(graph))])


# --- the description ----------------------------------------------------------------------------

_SPDX = "http://spdx.org/rdf/terms#"


def describe(store: Store, *, format: str = "turtle", endpoint: str = "") -> str:
    """The VoID and DCAT description of the graph, as text in a format for triples.

    Every node of it has an IRI. Counts are those of the default graph, which is the merge of all
    graphs; what is asserted, derived and in the ontology, and the stated and the inferred claims,
    are counted as subsets. The checksum is the SHA-256 of the graph in RDFC-1.0 canonical form,
    which is the complete N-Quads export byte for byte.

    Args:
        store: The graph.
        format: ``turtle``, ``ntriples``, ``jsonld`` or ``rdfxml``.
        endpoint: URL of a SPARQL endpoint that answers for this graph, if there is one.

    Raises:
        UsageError: The format does not hold triples.
    """
    chosen = find_format(format)
    if chosen.name in {"csv", *NETWORK_FORMATS}:
        raise UsageError(f"{chosen.title} cannot hold the description.", hint="Use Turtle.")
    snapshot = read_snapshot(store)
    content = _description(snapshot)
    if endpoint:
        served = pyoxigraph.NamedNode(endpoint)
        content.triples.add((DATASET, expand("void:sparqlEndpoint"), str(served)))
    header = [f"Description of {TITLE['en']}", f"version {__version__}"]
    if chosen.name in {"turtle", "trig"}:
        return "".join(turtle(content, header, {"spdx": _SPDX}))
    return "".join(render(chosen.name, content, header))


def citation(store: Store) -> dict[str, str | list[dict[str, str]] | None]:
    """What a citation of the graph needs.

    Keys: ``title``, ``title_ja``, ``version``, ``publisher``, ``licence``, ``licence_name``,
    ``url``, ``doi`` (None: there is none), ``hash`` (SHA-256 of the canonical N-Quads of the whole
    graph), ``text`` (one sentence) and ``sources``: a list, by IRI, with ``iri``, ``label_en``,
    ``label_ja``, ``date`` (as far as known), ``publisher_en`` and ``publisher_ja`` of each source
    that claims rest on, empty where the graph does not say.

    Args:
        store: The graph.
    """
    snapshot = read_snapshot(store)
    return cite_sources(_sources(snapshot), snapshot.hash())


def cite_sources(
    sources: list[dict[str, str]], digest: str = ""
) -> dict[str, str | list[dict[str, str]] | None]:
    """What `citation` gives, for sources and a hash that were found elsewhere.

    Args:
        sources: As under ``sources`` of `citation`.
        digest: The hash of the graph; the sentence leaves it out if it is empty.
    """
    hashed = f"Data SHA-256 {digest}. " if digest else ""
    return {
        "title": TITLE["en"],
        "title_ja": TITLE["ja"],
        "version": __version__,
        "publisher": PUBLISHER,
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "url": BASE,
        "doi": None,
        "hash": digest,
        "text": f"{PUBLISHER}: {TITLE['en']}. Version {__version__}. {BASE}. "
        f"{hashed}{LICENCE_NAME}.",
        "sources": sources,
    }


def _sources(snapshot: Snapshot) -> list[dict[str, str]]:
    index = Index(snapshot, stated_only=False)

    def label(iri: str, language: str) -> str:
        for predicate in LABELS:
            for _, name, key in sorted(index.by_subject.get(iri, ())):
                literal = snapshot.literals.get(key)
                if name == predicate and literal is not None and literal.language == language:
                    return literal.value
        return ""

    found = []
    for source in index.cited_sources():
        publisher = next(iter(sorted(index.objects(source, PREFIXES["dcterms"] + "publisher"))), "")
        found.append(
            {
                "iri": source,
                "label_en": label(source, "en"),
                "label_ja": label(source, "ja"),
                "date": _date(index, snapshot.literals, source),
                "publisher_en": label(publisher, "en"),
                "publisher_ja": label(publisher, "ja"),
            }
        )
    return found


# How much of a date is known, by the local name of its precision.
_PRECISIONS = {"day": 10, "month": 7, "year": 4}


def _date(index: Index, literals: Mapping[str, pyoxigraph.Literal], thing: str) -> str:
    """The date of a source as far as it is known: ``2024-08``, or empty."""
    dates = sorted(
        literals[key].value
        for _, predicate, key in index.by_subject.get(thing, ())
        if predicate in {CT + "startDate", PREFIXES["dcterms"] + "issued"} and key in literals
    )
    if not dates:
        return ""
    precision = min(index.objects(thing, CT + "datePrecision"), default="")
    return dates[0][: _PRECISIONS.get(precision.rpartition("/")[2], 10)]


class _Description:
    """The triples of the description while they are made."""

    def __init__(self) -> None:
        self.triples: set[Key] = set()
        self.literals: dict[str, pyoxigraph.Literal] = {}

    def add(self, subject: str, curie: str, *values: str | int | pyoxigraph.Literal) -> None:
        """Say something about a subject: IRIs as str, counts as int, text as Literal."""
        predicate = curie if curie.startswith("http") else expand(curie)
        for value in values:
            if isinstance(value, str):
                key = f"<{value}>"
            else:
                made = pyoxigraph.Literal(value) if isinstance(value, int) else value
                key = str(made)
                self.literals[key] = made
            self.triples.add((subject, predicate, key))


def _both(texts: Mapping[str, str]) -> list[pyoxigraph.Literal]:
    return [pyoxigraph.Literal(text, language=language) for language, text in texts.items()]


def _description(snapshot: Snapshot) -> Content:
    made = _Description()
    merge = everything(snapshot).triples
    dataset = DATASET
    add = made.add
    digest = snapshot.hash()
    publisher = f"{dataset}#publisher"
    add(dataset, "rdf:type", expand("void:Dataset"), expand("dcat:Dataset"))
    add(dataset, "dcterms:title", *_both(TITLE))
    add(dataset, "dcterms:description", *_both(DESCRIPTION))
    add(dataset, "owl:versionInfo", pyoxigraph.Literal(__version__))
    add(dataset, "dcat:version", pyoxigraph.Literal(__version__))
    add(dataset, "dcterms:license", LICENCE)
    add(dataset, "dcterms:creator", publisher)
    add(dataset, "dcterms:publisher", publisher)
    add(publisher, "rdf:type", expand("foaf:Organization"))
    add(publisher, "foaf:name", pyoxigraph.Literal(PUBLISHER))
    add(dataset, "dcterms:source", *(source["iri"] for source in _sources(snapshot)))
    for language in ("en", "ja"):
        add(dataset, "dcterms:language", f"http://id.loc.gov/vocabulary/iso639-1/{language}")
    add(dataset, "dcat:landingPage", BASE)
    add(dataset, "void:uriSpace", pyoxigraph.Literal(PREFIXES["ctd"]))
    _count(made, dataset, merge)
    _add_partitions(made, dataset, merge)
    namespaces = {
        ns for ns in PREFIXES.values() for p in {p for _, p, _ in merge} if p.startswith(ns)
    }
    add(dataset, "void:vocabulary", *sorted(namespaces))
    subjects = sorted({s for s, p, _ in merge if p == CT + "participant"})
    add(dataset, "void:exampleResource", *subjects[:3], *sorted(snapshot.claims)[:1])
    _add_subsets(made, dataset, snapshot)
    for item in FORMATS.values():
        distribution = f"{dataset}#distribution-{item.name}"
        add(dataset, "dcat:distribution", distribution)
        add(distribution, "rdf:type", expand("dcat:Distribution"))
        add(distribution, "dcterms:title", pyoxigraph.Literal(item.title, language="en"))
        add(distribution, "dcterms:license", LICENCE)
        media = f"https://www.iana.org/assignments/media-types/{item.media_type}"
        add(distribution, "dcat:mediaType", media)
    checksum = f"{dataset}#checksum"
    complete = f"{dataset}#distribution-nquads"
    about = "Complete: every claim, rule and vocabulary a named graph; RDFC-1.0 canonical form."
    add(complete, "dcterms:description", pyoxigraph.Literal(about, language="en"))
    add(complete, _SPDX + "checksum", checksum)
    add(checksum, "rdf:type", _SPDX + "Checksum")
    add(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
    hexadecimal = pyoxigraph.NamedNode(expand("xsd:hexBinary"))
    add(checksum, _SPDX + "checksumValue", pyoxigraph.Literal(digest, datatype=hexadecimal))
    return Content(made.triples, {}, set(), made.literals)


def _count(made: _Description, dataset: str, triples: Collection[Key]) -> None:
    typed = {s for s, p, _ in triples if p == _TYPE}
    made.add(dataset, "void:triples", len(triples))
    made.add(dataset, "void:entities", len(typed))
    made.add(dataset, "void:distinctSubjects", len({s for s, _, _ in triples}))
    made.add(dataset, "void:distinctObjects", len({o for _, _, o in triples}))
    made.add(dataset, "void:properties", len({p for _, p, _ in triples}))
    made.add(dataset, "void:classes", len({o for _, p, o in triples if p == _TYPE}))


def _add_partitions(made: _Description, dataset: str, triples: Collection[Key]) -> None:
    members: dict[str, int] = {}
    uses: dict[str, int] = {}
    subjects: dict[str, set[str]] = {}
    for s, p, o in triples:
        uses[p] = uses.get(p, 0) + 1
        subjects.setdefault(p, set()).add(s)
        if p == _TYPE and o[0] == "<":
            members[o[1:-1]] = members.get(o[1:-1], 0) + 1
    for kind, count in members.items():
        part = f"{dataset}#class-{_fragment(kind)}"
        made.add(dataset, "void:classPartition", part)
        made.add(part, "void:class", kind)
        made.add(part, "void:entities", count)
    for predicate, count in uses.items():
        part = f"{dataset}#property-{_fragment(predicate)}"
        made.add(dataset, "void:propertyPartition", part)
        made.add(part, "void:property", predicate)
        made.add(part, "void:triples", count)
        made.add(part, "void:distinctSubjects", len(subjects[predicate]))


def _fragment(iri: str) -> str:
    short = shorten(iri)
    if short[0] != "<":
        return short.replace(":", "-", 1)
    return hashlib.sha256(iri.encode("utf-8")).hexdigest()[:16]


def _add_subsets(made: _Description, dataset: str, snapshot: Snapshot) -> None:
    stated = {c for c, triples in snapshot.claims.items() if is_stated(c, triples)}
    subsets: list[tuple[str, dict[str, str], dict[str, list[Key]]]] = [
        ("asserted", {"en": "Asserted triples", "ja": "主張されたトリプル"}, snapshot.claims),
        (
            "stated",
            {"en": "Stated claims", "ja": "出典に明記された記述"},
            {c: triples for c, triples in snapshot.claims.items() if c in stated},
        ),
        (
            "inferred",
            {"en": "Inferred claims", "ja": "出典から推論した記述"},
            {c: triples for c, triples in snapshot.claims.items() if c not in stated},
        ),
        ("derived", {"en": "Derived triples", "ja": "規則から導いたトリプル"}, snapshot.rules),
        (
            "ontology",
            {"en": "Ontology and vocabularies", "ja": "オントロジーと語彙"},
            snapshot.ontology,
        ),
    ]
    for name, title, graphs in subsets:
        subset = f"{dataset}#{name}"
        made.add(dataset, "void:subset", subset)
        made.add(subset, "rdf:type", expand("void:Dataset"))
        made.add(subset, "dcterms:title", *_both(title))
        made.add(subset, "void:triples", len({t for triples in graphs.values() for t in triples}))
        if name in {"stated", "inferred", "asserted"}:
            made.add(subset, "void:entities", len(graphs))
            made.add(subset, "void:class", CT + "Claim")

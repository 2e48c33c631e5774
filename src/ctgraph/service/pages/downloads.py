"""What can be taken away, and what must be said with it: downloads, citation, description."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.errors import RequestError
from ctgraph.export import FORMATS, RDF_FORMATS, export
from ctgraph.export.resources import citation, cite_sources, describe
from ctgraph.query import say_scope
from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.negotiation import negotiate
from ctgraph.service.pages.frame import Links, render
from ctgraph.store import keep
from ctgraph.terms import ONTOLOGY
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.store import Store


_MEASURED = 300_000
"""Triples up to which sizes and hashes are worked out for the page."""


class File(NamedTuple):
    """A file of the whole graph: its name, its format, and the parts beside what is asserted."""

    name: str
    format: str
    parts: tuple[str, ...]
    words: str


FILES: tuple[File, ...] = (
    File("ctgraph.ttl", "turtle", (), "file_plain"),
    File("ctgraph.trig", "trig", ("claims",), "file_claims"),
    File("ctgraph.nq", "nquads", ("derived", "ontology", "claims"), "file_complete"),
    File("ctgraph.jsonld", "jsonld", (), "file_plain"),
    File("ctgraph.rdf", "rdfxml", (), "file_plain"),
    File("ctgraph.nt", "ntriples", (), "file_plain"),
    File("ctgraph-csv.zip", "csv", (), "file_tables"),
)
GZIP = ".gz"
"""Ending of a file that is compressed, as a static site has them."""

_CITATIONS = {
    "CITATION.cff": "text/yaml; charset=utf-8",
    "ctgraph.bib": "text/x-bibtex; charset=utf-8",
}


def downloads(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the files of the whole graph with their sizes and hashes, and how to cite them."""
    is_small = store.counts().triples <= _MEASURED and store.kind != "endpoint"
    measured = keep(store, "measured", lambda: _measure(store, request)) if is_small else {}
    links = Links(store, request)
    said = read_words("pages", request.lang)
    return render(
        store,
        request,
        "downloads.html",
        title=said["downloads"],
        files=[
            (name, _format_name(one), said[one.words], *measured.get(name, (0, "")))
            for one in FILES
            for name in (one.name, one.name + GZIP)
            if (name == one.name or request.is_static) and links.url(f"/downloads/{name}")
        ],
        citations=_CITATIONS,
        cited=cite(store),
    )


def _format_name(file: File) -> str:
    # What stands behind the comma the page says itself, in the reader's language.
    return FORMATS[file.format].title.partition(",")[0]


def _measure(store: Store, request: Request) -> dict[str, tuple[int, str]]:
    found = {}
    names = [one.name for one in FILES]
    if request.site:
        names = [name for name in (*names, *(one + GZIP for one in names))
                 if f"/downloads/{name}" in request.site]  # fmt: skip
    for name in names:
        body = _read_file(store, name)
        assert body is not None
        found[name] = (len(body), hashlib.sha256(body).hexdigest())
        if request.site:  # which is about to be written, and is made once
            keep(store, ("file", name), lambda body=body: body)  # type: ignore[misc]
    return found


def _read_file(store: Store, name: str) -> bytes | None:
    """Return a file of the whole graph, which may be compressed; None if there is none."""
    for one in FILES:
        if name in (one.name, one.name + GZIP):
            body = _file(store, one)
            return body if name == one.name else gzip.compress(body, mtime=0)
    return None


def _file(store: Store, file: File) -> bytes:
    stream = io.BytesIO()
    export(store, stream, format=file.format, parts=file.parts)
    return _compress(stream) if file.format == "csv" else stream.getvalue()


def _compress(stored: io.BytesIO) -> bytes:
    """Return a ZIP file whose files were only stored with them compressed."""
    from zipfile import ZIP_DEFLATED, ZipFile

    packed = io.BytesIO()
    with ZipFile(stored) as given, ZipFile(packed, "w", compresslevel=9) as made:
        for entry in given.infolist():
            made.writestr(entry, given.read(entry), ZIP_DEFLATED)
    return packed.getvalue()


def file_names() -> list[str]:
    """Return the names of all files that `download` offers."""
    return [*(one.name for one in FILES), *_CITATIONS]


def download(store: Store, request: Request, limits: Limits) -> Reply:
    """Return one file of the whole graph, or of its citation."""
    name = request.values["file"]
    headers = (("Content-Disposition", f'attachment; filename="{name}"'),)
    if name in _CITATIONS:
        text = citation_cff(store) if name.endswith("cff") else bibtex(store)
        return Reply(text.encode("utf-8"), _CITATIONS[name], headers=headers)
    kept = request.is_static
    body = (
        keep(store, ("file", name), lambda: _read_file(store, name))
        if kept
        else _read_file(store, name)
    )
    if body is not None:
        if len(body) > limits.bytes:
            raise RequestError("download-too-large", name=name, n=len(body), status=413)
        return Reply(body, _media_type(name), headers=headers)
    raise RequestError("no-such-download", name=name, names=[*file_names()], status=404)


def _media_type(name: str) -> str:
    if name.endswith(GZIP):
        return "application/gzip"
    (kind,) = (one.format for one in FILES if one.name == name)
    media = "application/zip" if kind == "csv" else FORMATS[kind].media_type
    is_text = media.startswith(("text/", "application/n-", "application/trig"))
    return f"{media}; charset=utf-8" if is_text else media


# --- citing --------------------------------------------------------------------------------------


def cite(store: Store) -> dict[str, Any]:
    """Return what a citation of the graph needs, as `ctgraph.export.resources.citation` gives it.

    Of a remote or a very large graph the hash is not worked out, because all of it would have to
    be read; ``hash`` is empty then.

    Args:
        store: The graph.
    """

    def read() -> dict[str, Any]:
        if store.kind != "endpoint" and store.counts().triples <= _MEASURED:
            return dict(citation(store))
        return _unhashed(store)

    return keep(store, "citation", read)


def _unhashed(store: Store) -> dict[str, Any]:
    from ctgraph.service.pages.source import read_source_list

    labels = {
        lang: {one.iri: one for one in read_source_list(store, lang)} for lang in ("en", "ja")
    }
    sources = [
        {
            "iri": iri,
            "label_en": one.label,
            "label_ja": labels["ja"][iri].label,
            "date": "",
            "publisher_en": "",
            "publisher_ja": "",
        }
        for iri, one in labels["en"].items()
        if one.claims
    ]
    return dict(cite_sources(sources, scope=say_scope(store, "en")))


def bibtex(store: Store) -> str:
    """Return the citation as an entry for BibTeX.

    Args:
        store: The graph.
    """
    cited = cite(store)
    year = _date(store)[:4]
    fields = {
        "title": f"{{{cited['title']}}}",
        "author": f"{{{cited['publisher']}}}",
        **({"year": year} if year else {}),
        "version": cited["version"],
        "url": cited["url"],
        "note": ". ".join(
            [
                *([sentence(cited["scope"])] if "scope" in cited else []),
                *([f"Data SHA-256 {cited['hash']}"] if cited["hash"] else []),
                cited["licence_name"],
            ]
        ),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join(["@misc{ctgraph,", *lines, "}", ""])


def citation_cff(store: Store) -> str:
    """Return the citation in the Citation File Format 1.2.0.

    Args:
        store: The graph.
    """
    cited = cite(store)
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this graph, please cite it as below.",
        "type: dataset",
        f"title: {_yaml(cited['title'])}",
        *([f"abstract: {_yaml(cited['scope'])}"] if "scope" in cited else []),
        f"version: {_yaml(cited['version'])}",
        *([f"date-released: {date}"] if (date := _date(store)) else []),
        "authors:",
        f"  - name: {_yaml(cited['publisher'])}",
        f"url: {_yaml(cited['url'])}",
        "license: CC-BY-4.0",
    ]
    if cited["hash"]:
        lines += [
            "identifiers:",
            "  - type: other",
            f"    value: {_yaml('sha256:' + cited['hash'])}",
            "    description: SHA-256 of the canonical N-Quads of the whole graph (RDFC-1.0)",
        ]
    if cited["sources"]:
        lines.append("references:")
    for source in cited["sources"]:
        lines += [
            "  - type: generic",
            f"    title: {_yaml(source['label_ja'] or source['label_en'] or source['iri'])}",
            "    authors:",
            f"      - name: {_yaml(source['publisher_en'] or source['publisher_ja'] or 'unknown')}",
        ]
    return "\n".join([*lines, ""])


def _yaml(text: str) -> str:
    # A JSON string is a YAML string, whatever is in it.
    return json.dumps(text, ensure_ascii=False)


def _date(store: Store) -> str:
    for row in store.select(f"SELECT (MAX(?d) AS ?last) {{ <{ONTOLOGY}> dcterms:modified ?d }}"):
        if row["last"] is not None:
            return str(row["last"].value)
    return ""


# --- describing ----------------------------------------------------------------------------------


def void(store: Store, request: Request, limits: Limits) -> Reply:
    """Return the VoID and DCAT description of the graph, by what the client accepts."""
    offers = {one.media_type: one for one in RDF_FORMATS if one.extension != "trig"}
    extension = request.values.get("extension", "")
    if extension:
        found = next((one for one in offers.values() if one.extension == extension), None)
        if found is None:
            raise RequestError("description-extension-unsupported", extension=extension, status=404)
    else:
        # A browser gets Turtle, which it can at least show.
        chosen = negotiate(request.headers.get("accept", ""), tuple(offers))
        found = offers[chosen or "text/turtle"]
    served = {} if request.is_static else {one.format: one.name for one in FILES}
    text = describe(
        store,
        format=found.name,
        endpoint="" if request.is_static else f"{request.base}sparql",
        downloads={name: f"{request.base}downloads/{file}" for name, file in served.items()},
    )
    return Reply(text.encode("utf-8"), found.content_type, headers=(("Vary", "Accept"),))


def _figures(store: Store) -> list[tuple[str, int]]:
    """Return what there is, counted: keys of the words, and numbers."""
    counts = store.counts()

    def number(pattern: str) -> int:
        for row in store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"):
            return int(row["n"].value)
        return 0

    return [
        ("claims_stated", counts.stated),
        ("claims_inferred", counts.inferred),
        ("actors", number("?x a/rdfs:subClassOf* ct:Actor")),
        ("activities", number("?x a/rdfs:subClassOf* ct:Activity")),
        ("ties", number("?x a ct:CooperationTie")),
        ("sources_count", number("?x a ct:Source")),
        ("triples", counts.triples),
    ]


def about(store: Store, request: Request, limits: Limits) -> Reply:
    """Return what this is, how to cite it, under which licence, and where its limits are."""
    links = Links(store, request)
    said = read_words("pages", request.lang)
    return render(
        store,
        request,
        "about.html",
        title=said["about"],
        cited=cite(store),
        bibtex=bibtex(store),
        figures=keep(store, "figures", lambda: _figures(store)),
        versions=[
            (said[f"version_{name}"], value)
            for name, value in store.version_info(_MEASURED).items()
            if value
        ],
        limits=limits,
        void=links.url("/void.ttl"),
    )

"""The frame of every page: its words, its links, and the template that holds it together."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from ctgraph.errors import RequestError
from ctgraph.export.resources import LICENCE, LICENCE_NAME
from ctgraph.query import list_sources, say_scope, say_undated
from ctgraph.query.entities import say_dispute
from ctgraph.query.evidence import attribution_pieces
from ctgraph.query.sources import source_name
from ctgraph.service.handler import SCOPE, Reply, Request, link
from ctgraph.service.markup import tongue
from ctgraph.service.mentions import Mentions
from ctgraph.service.scope import asked_scope, own_parameters
from ctgraph.store import keep
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, is_local_name_safe, shorten
from ctgraph.version import __version__
from ctgraph.words import read_words, sentence, term_name

if TYPE_CHECKING:
    from jinja2 import Environment

    from ctgraph.store import Store


Item = TypeVar("Item")

_READ = 200_000  # triples up to which a page reads all of a graph
_TEMPLATES = Path(__file__).parent / "templates"

NAVIGATION = (
    ("questions", "/ask"),
    ("networks", "/networks"),
    ("query", "/query"),
    ("things", "/things"),
    ("sources", "/source"),
    ("downloads", "/downloads"),
    ("ontology", "/ontology.html"),
    ("about", "/about"),
)
"""What the menu holds: a key of the words, and a path."""

# What a static site cannot hold, because it needs a server.
_LIVE_ONLY = ("/query", "/sparql", "/graphs", "/healthz", "/readyz", "/metrics")


def render(
    store: Store,
    request: Request,
    template: str,
    *,
    title: str,
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    may_keep: bool = True,
    **context: Any,
) -> Reply:
    """Return the reply that holds a page.

    A template extends ``base.html`` and fills its block ``content``. Every template has ``w`` (the
    words by key), ``url(path, **query)`` and ``thing(iri)`` (links), ``live`` (whether a server
    answers), ``lang`` and what `context` adds.

    Args:
        store: The graph.
        request: What was asked for.
        template: A file of templates/web/.
        title: Title of the page.
        status: The HTTP status.
        headers: Further headers.
        may_keep: Whether the same request has the same answer while the graph is the same.
        **context: Values for the template.
    """
    links = Links(store, request)
    body = fill(
        template,
        request,
        links,
        title=title,
        data_hash=data_hash(store),
        thing=links.thing,
        scope=_scope(store, request, links),
        **context,
    )
    return Reply(body.encode("utf-8"), status=status, headers=tuple(headers), may_keep=may_keep)


def _scope(store: Store, request: Request, links: Links) -> dict[str, Any] | None:
    """Return whose claims a page shows, and what its form for that offers; None if it has none."""
    if request.is_static or store.kind == "endpoint" or not _is_scoped(request.path):
        return None
    own = own_parameters(store, request)
    passed_over = {*SCOPE, "row", "page"} - own
    return {
        "text": sentence(say_scope(store, request.lang)),
        "undated": say_undated(store, request.lang),
        "whole": links.of_whole(),
        "action": link(request.root, request.path),
        **({} if "source" in own else _sources(store, links, request.lang)),
        "day": next((value for name, value in links.scope if name == "as-of"), ""),
        "hidden": [pair for pair in request.query if pair[0] not in passed_over],
    }


def _sources(store: Store, links: Links, lang: str) -> dict[str, Any]:
    """Return the kinds of sources and the sources that are chosen; another one has to be named."""
    chosen = {value for name, value in links.scope if name == "source"}
    groups = list_sources(store, lang)
    return {
        "kinds": [(group.name, group.label) for group in groups if group.name],
        "sources": [one for group in groups for one in group.sources if one[0] in chosen],
        "chosen": chosen,
    }


def fill(template: str, request: Request, links: Links, *, title: str, **context: Any) -> str:
    """Return a page as text; without `thing` in the context no graph is needed.

    Args:
        template: A file of templates/web/.
        request: What was asked for.
        links: The links of the page.
        title: Title of the page.
        **context: Values for the template.
    """
    other = next(one for one in LANGUAGES if one != request.lang)
    return (
        _environment()
        .get_template(template)
        .render(
            w=read_words("pages", request.lang),
            s=read_words("scope", request.lang),
            kept_scope=links.scope,
            evidence_words=read_words("evidence", request.lang),
            lang=request.lang,
            other=other,
            other_url=links.in_language(other),
            url=links.url,
            live=not request.is_static,
            here=request.path,
            asked=request.get("q"),
            kept_lang=links.lang,
            title=title,
            mentions=Mentions(),
            tongue=functools.partial(tongue, request.lang),
            navigation=[(key, path) for key, path in NAVIGATION if links.url(path)],
            version=__version__,
            licence=LICENCE,
            licence_name=LICENCE_NAME,
            **context,
        )
    )


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    from ctgraph.service.markup import attribute, compact, direction, href

    environment = Environment(
        loader=FunctionLoader(lambda name: compact((_TEMPLATES / name).read_text("utf-8"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(attribute=attribute, dir=direction, href=href)
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["curie"] = shorten
    environment.filters["named"] = term_name
    environment.filters["dispute"] = say_dispute
    environment.filters["attribution"] = attribution_pieces
    environment.filters["embed"] = embed
    return environment


def embed(data: object) -> str:
    r"""JSON for a script element, which nothing in it can end early.

    Args:
        data: What JSON can hold.

    Example:
        >>> print(embed("</script>"))
        "\u003c/script\u003e"
    """
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def data_hash(store: Store) -> str:
    """Return the hash of the claims as the store knows it; empty for an endpoint, which has none.

    Args:
        store: The graph.
    """
    return keep(store, "data hash", lambda: store.version_info(_READ).get("claims_sha256", ""))


# --- links --------------------------------------------------------------------------------------


class Links:
    """Links of one page, live or in a static site.

    Args:
        store: The graph; a live page without links to things needs none.
        request: What was asked for.
    """

    def __init__(self, store: Store | None, request: Request) -> None:
        self.store = store
        self.request = request
        # A language that was asked for in the URL stays; one that the browser prefers need not.
        self.lang = request.get("lang") if request.get("lang") in LANGUAGES else ""
        self.scope = asked_scope(store, request) if store is not None and store.scope else []

    def url(self, path: str, **query: str) -> str:
        """Return the URL of a path of the service; empty if a static site does not have it.

        Args:
            path: The path below the root of the service, with an anchor if need be.
            **query: Values of the query string.
        """
        path, _, anchor = path.partition("#")
        end = f"#{quote(anchor, safe='')}" if anchor else ""
        if not self.request.is_static:
            said = {"lang": self.lang, **query} if _is_for_people(path) else query
            scope = self.scope if _is_scoped(path) else []
            return link(self.request.root, path, scope, **said) + end
        if path.startswith(_LIVE_ONLY) or query.keys() - {"iri", "lang"}:
            return ""
        site = self.request.site
        if site and not path.startswith("/static/") and site_path(path, query) not in site:
            return ""
        lang = query.get("lang", self.request.lang)
        if is_bilingual(path) and not end and lang != LANGUAGES[0]:
            end = f"#lang={lang}"
        file = static_file(path, lang, query)
        return end if end and file == self._file() else self._relative(file) + end

    def thing(self, iri: str) -> str:
        """Return the URL of the page about a thing; empty if there is none.

        Args:
            iri: The thing.
        """
        path = thing_path(iri)
        if path:
            return self.url(path) or self._in_source(iri)
        is_web = iri.startswith(("https://", "http://"))
        if self.request.is_static and self.store is not None:
            known = iri in described_elsewhere(self.store)
            return self.url("/entity", iri=iri) if known else iri if is_web else ""
        return self.url("/entity", iri=iri)

    def _in_source(self, iri: str) -> str:
        """Return where the page of a source tells a thing that has no page of its own."""
        if not self.request.site or self.store is None:
            return ""
        return self.url(told_by_sources(self.store).get(iri, ""))

    def files(self, path: str, request: Request) -> str:
        """Return the URL of a file with the same values as the page that offers it.

        Args:
            path: The path of the file.
            request: What the page was asked for.
        """
        if request.is_static:
            return self.url(path)
        said = [(name, value) for name, value in request.query if name != "row"]
        return link(request.root, path) + (f"?{urlencode(said)}" if said else "")

    def with_value(self, name: str, before: str, value: str) -> str:
        """Return the URL of the same page with another value of one parameter.

        Args:
            name: The parameter.
            before: The value that is replaced; others that it has stay.
            value: The value that takes its place.
        """
        asked = [
            (key, value if (key, said) == (name, before) else said)
            for key, said in self.request.query
            if key != "row"
        ]
        return link(self.request.root, self.request.path) + "?" + urlencode(asked)

    def of_whole(self) -> str:
        """Return the URL of the same page about the whole graph."""
        kept = [pair for pair in self.request.query if pair not in self.scope]
        return link(self.request.root, self.request.path, kept)

    def in_language(self, lang: str) -> str:
        """Return the URL of the same page in a language.

        Args:
            lang: ``en`` or ``ja``.
        """
        if self.request.is_static:
            said = dict(self.request.query)
            return self._relative(static_file(self.request.path, lang, said))
        kept = [(name, value) for name, value in self.request.query if name != "lang"]
        return link(self.request.root, self.request.path) + "?" + urlencode([*kept, ("lang", lang)])

    def _relative(self, file: str) -> str:
        return _relative_url(file, posixpath.dirname(self._file()) or ".")

    def _file(self) -> str:
        """Return the file of the page itself in a static site."""
        return static_file(self.request.path, self.request.lang, dict(self.request.query))


@functools.lru_cache(maxsize=1 << 14)
def _relative_url(file: str, folder: str) -> str:
    return quote(posixpath.relpath(file, folder), safe="/-._~")


def _is_for_people(path: str) -> bool:
    return not path.startswith(("/static/", "/sparql", "/graphs"))


_SCOPED = (
    *("/id/", "/concept/", "/entity", "/find", "/things", "/ask", "/networks", "/downloads"),
    *("/void", "/about", "/sparql", "/graphs"),
)


def _is_scoped(path: str) -> bool:
    """Tell whether a path may be asked of a part of the claims."""
    return path == "/" or path.startswith(_SCOPED)


_NAME = {CTD: "/id/", CTV: "/concept/"}
_BY_LANGUAGE = ("/ask/", "/networks/")
_DATA = (".html", ".gexf", ".graphml", ".json", ".zip")


def thing_path(iri: str) -> str:
    """Return the path of the page about a thing of our namespaces; empty for any other.

    Args:
        iri: The thing.

    Example:
        >>> thing_path(CTD + "unodc"), thing_path(CT + "Actor"), thing_path("urn:x")
        ('/id/unodc.html', '/ontology.html#Actor', '')
    """
    for base, path in _NAME.items():
        local = iri.removeprefix(base)
        if local != iri and is_local_name_safe(local):
            return f"{path}{local}.html"
    if iri.startswith(CT) and len(iri) > len(CT):
        return f"/ontology.html#{iri[len(CT) :]}"
    return ""


def static_file(path: str, lang: str, query: Mapping[str, str] | None = None) -> str:
    """Return the file of a static site that holds what a path answers; English stands at the top.

    Args:
        path: The path below the root of the service.
        lang: ``en`` or ``ja``.
        query: The query string, of which only ``iri`` counts.

    Example:
        >>> static_file("/", "en"), static_file("/ask/partners", "ja")
        ('index.html', 'ja/ask/partners.html')
    """
    iri = (query or {}).get("iri", "")
    name = path.strip("/") or "index"
    if iri:
        name = f"{name}/{_file_name(iri)}"
    if "." not in posixpath.basename(name):
        name += ".html"
    depends = name.endswith(".html") or path.startswith(_BY_LANGUAGE)
    depends = depends and not is_bilingual(path)
    return f"{lang}/{name}" if depends and lang != LANGUAGES[0] else name


def is_bilingual(path: str) -> bool:
    """Tell whether a file is the same in each language, as those of networks, which hold both.

    Args:
        path: The path below the root of the service.
    """
    return path.startswith("/networks/") and path.endswith(_DATA)


def site_path(path: str, query: Mapping[str, str]) -> str:
    """Return a path with the thing that a query names, as `Request.site` lists it.

    Args:
        path: The path below the root of the service.
        query: The query string, of which only ``iri`` counts.
    """
    iri = query.get("iri", "")
    return f"{path}?iri={iri}" if iri else path.partition("#")[0]


def told_by_sources(store: Store) -> dict[str, str]:
    """Return where the pages of sources tell claims, sections and sources, by IRI.

    Args:
        store: The graph.
    """

    def read() -> dict[str, str]:
        found: dict[str, str] = {}
        rows = store.select(
            "SELECT ?claim ?section ?source "
            "{ ?section ct:source ?source OPTIONAL { ?claim ct:section ?section ; a ct:Claim } }"
        )
        for row in rows:
            page = f"/source/{source_name(row['source'].value)}"
            found[row["source"].value] = found[row["section"].value] = page
            if row["claim"] is not None:
                iri = row["claim"].value
                found[iri] = f"{page}#{iri.rpartition('/')[2]}"
        return found

    return keep(store, "told by sources", read)


def _file_name(iri: str) -> str:
    name = shorten(iri).replace(":", "-", 1)
    # Names that differ in case alone are one file on macOS and Windows.
    if name == name.lower() and not name.startswith("<"):
        return name
    digest = hashlib.sha256(iri.encode("utf-8")).hexdigest()
    return digest[:16] if name.startswith("<") else f"{name}-{digest[:6]}"


def described_elsewhere(store: Store) -> frozenset[str]:
    """Return what the graph says something about and that has no path of its own.

    `/entity` shows it.

    Args:
        store: The graph.
    """

    def read() -> frozenset[str]:
        rows = store.select("SELECT DISTINCT ?x { ?x ?p ?o FILTER(ISIRI(?x)) }")
        return frozenset(row["x"].value for row in rows if not thing_path(row["x"].value))

    return keep(store, "described elsewhere", read)


def pick_page(
    request: Request, listed: Sequence[Item], size: int
) -> tuple[int, int, Sequence[Item]]:
    """Return the page of a list that a request asks for: its number, of how many, what is on it.

    A static site has the whole list on one.

    Args:
        request: The request; without ``page`` it asks for the first.
        listed: The list.
        size: How much is on a page.

    Raises:
        RequestError: There is no such page (404).
    """
    size = max(size, len(listed)) if request.is_static else size
    pages = max(1, math.ceil(len(listed) / size))
    asked = request.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= pages):
        raise RequestError(
            "no-such-page",
            asked=asked,
            status=404,
            pages=pages,
            hint="page-1-only" if pages == 1 else "pages",
        )
    page = int(asked)
    return page, pages, listed[(page - 1) * size : page * size]

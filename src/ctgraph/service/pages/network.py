"""The networks: a gallery, and each as a page that needs no connection, a figure or a file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from html import unescape
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from ctgraph.errors import DataError, RequestError, UnknownName, UsageError, suggest
from ctgraph.network import FILTERS, OLD_NAMES, VIEWS, resolve_filters
from ctgraph.network.stories import read_stories
from ctgraph.query.entities import candidates, resolve
from ctgraph.service.handler import SCOPE, Limits, Reply, Request, link, see_other
from ctgraph.service.pages.frame import render
from ctgraph.service.pages.sketch import Map, draw_map, thing_colours
from ctgraph.store import keep
from ctgraph.terms import LANGUAGES, shorten
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


FILES = ("gexf", "graphml", "json", "zip")
FIGURES = ("svg", "pdf", "png")
SLIDES = "pptx"
CHARTS = ("map", "chord", "timeline", "funding", "indicators", "goals", "matrix")
"""Figures of the whole graph beside the networks."""

BOARD = "board"
"""Who works with an actor, which the filter ``actor`` names."""

_DRAWING = (
    *("matplotlib", "matplotlib.text", "matplotlib.axes", "matplotlib.figure"),
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("matplotlib.backends.backend_pdf", "fontTools.subset", "fontTools.pens.cu2quPen"),
    "fontTools.pens.ttGlyphPen",
)
_MEDIA = {
    "html": "text/html; charset=utf-8",
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "json": "application/json",
    "zip": "application/zip",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_FILTERS = {name.replace("_", "-"): name for name in FILTERS if name != "query"} | OLD_NAMES
_COARSE = ("communities", "backbone")
_OTHERS = ("lang", "view", "size", "timeout", *SCOPE)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_MOST_DRAWN = 3000
_MOST_PREPARED = 200_000  # triples


class Picture(NamedTuple):
    """A network in the gallery."""

    name: str
    title: str
    nodes: int
    ties: int
    map: Map


def prepare(store: Store) -> Iterator[None]:
    """Load what the networks need, and yield after each part of it.

    Args:
        store: The graph. Only of a small one in memory the networks themselves are made.
    """
    for name in ("numpy", "networkx", *(_DRAWING if can_draw() else ())):
        import_module(name)
        yield
    if can_draw():
        from ctgraph.draw import prepare

        prepare()
        yield
    if store.kind != "memory" or store.counts().triples > _MOST_PREPARED:
        return
    for lang in LANGUAGES:
        for name in VIEWS:
            _network(store, name, {}, lang)
            yield
        gallery(store, Request(path="/networks", lang=lang), Limits())
        yield
    name = next(iter(VIEWS))
    if _network(store, name, {}, LANGUAGES[0]):
        network(store, Request(values={"file": f"{name}.html"}), Limits())


def gallery(store: Store, request: Request, limits: Limits) -> Reply:
    """All networks with small pictures, the stories, the figures, and a form with filters."""
    asked = request.get("view")
    if asked and not request.is_static:
        if asked not in (*VIEWS, BOARD):
            raise RequestError("no-such-view", asked=asked, names=[*VIEWS, BOARD], status=404)
        kept = [(name, value) for name, value in request.query if name != "view" and value]
        if [pair for pair in kept if pair[0] not in SCOPE] == [("hops", "1")]:
            kept.remove(("hops", "1"))
        target = link(request.root, f"/networks/{asked}.html")
        return see_other(target + (f"?{urlencode(kept)}" if kept else ""))
    lang = request.lang
    return render(
        store,
        request,
        "networks.html",
        title=read_words("pages", lang)["networks"],
        pictures=keep(store, ("gallery", lang), lambda: _pictures(store, lang)),
        stories=[
            (name, story.title[lang], story.description[lang])
            for name, story in read_stories(store.bundle).items()
        ],
        files=FILES,
        figures=FIGURES if can_draw() else (),
        slides=(SLIDES,) if has_slides() else (),
        charts=read_charts(store),
        views=[
            *((name, view.title[lang]) for name, view in VIEWS.items()),
            (BOARD, read_words("pages", lang)["board_of_actor"]),
        ],
        actors=_options(store, "actor", lang),
        years=_options(store, "year", lang),
        topics=_options(store, "topic", lang),
    )


def read_charts(store: Store) -> tuple[str, ...]:
    """Return the figures beside the networks for which the graph has something to show.

    Of a large graph these are all, for to draw each takes minutes; who asks for one that has
    nothing, or too much, is told so.

    Args:
        store: The graph.
    """

    def read() -> tuple[str, ...]:
        if not can_draw():
            return ()
        if store.counts().triples > _MOST_PREPARED:
            return CHARTS
        from ctgraph.draw import has_chart

        return tuple(kind for kind in CHARTS if has_chart(store, kind, "en"))

    return keep(store, "charts", read)


def can_draw() -> bool:
    """Tell whether figures can be made, which need packages that not everybody installs."""
    from importlib.util import find_spec

    from ctgraph.draw import font_files

    if find_spec("matplotlib") is None:
        return False
    try:
        font_files()
    except UsageError:
        return False
    return True


def has_slides() -> bool:
    """Tell whether slides can be made, which need a package that not everybody installs."""
    from importlib.util import find_spec

    return find_spec("pptx") is not None


def _options(store: Store, kind: str, lang: str) -> list[tuple[str, str]]:
    def read() -> list[tuple[str, str]]:
        iris = list(candidates(store, kind, limit=2000))
        labels = store.labels(iris, lang)
        found = [(shorten(iri), labels.get(iri) or shorten(iri)) for iri in iris]
        return sorted(found, key=lambda item: item[1].casefold())

    return keep(store, ("options", kind, lang), read)


def _pictures(store: Store, lang: str) -> list[Picture]:
    def sketch() -> dict[str, tuple[int, int, Map]]:
        return {name: _sketch(store, name) for name in VIEWS}

    return [
        Picture(name, VIEWS[name].title[lang], nodes, ties, drawn)
        for name, (nodes, ties, drawn) in keep(store, "sketches", sketch).items()
    ]


def _sketch(store: Store, view: str) -> tuple[int, int, Map]:
    """Return how many nodes and ties a view has, and a small picture, without words."""
    from ctgraph.network import build_outline, compute_layout

    outline = build_outline(store, view)
    drawn = draw_map({}, (), {})
    if 0 < len(outline) <= _MOST_DRAWN:
        drawn = draw_map(compute_layout(outline), outline.edges(), thing_colours(store, outline))
    return len(outline), outline.number_of_edges(), drawn


def network(store: Store, request: Request, limits: Limits) -> Reply:
    """Return one network or figure in the form that its ending names."""
    name, _, extension = request.values["file"].rpartition(".")
    if extension not in _MEDIA:
        known = ", ".join(_MEDIA)
        raise RequestError(
            "no-such-network-file", values=request.values["file"], known=known, status=404
        )
    if name.startswith("story-"):
        return _story(store, request, name.removeprefix("story-"), extension)
    if name.startswith("chart-"):
        return _chart(store, request, name.removeprefix("chart-"), extension)
    if name == BOARD and extension in ("html", *FIGURES):
        return _board(store, request, extension)
    if name not in VIEWS:
        raise RequestError("no-such-network", name=name, names=[*VIEWS, BOARD], status=404)
    if extension in FIGURES:
        return _figure(store, request, "network", extension, view=name)
    if extension == SLIDES:
        return _slide(store, request, name)
    filters = _read_filters(store, request)
    if extension == "html" and not any(name in filters for name in _COARSE):
        filters["rolled_down"] = True  # the page shows the network both ways
    found = _network(store, name, filters, request.lang)
    if not found:
        raise RequestError("network-empty", status=404)
    return _written(store, request, found, name, extension)


def _written(
    store: Store, request: Request, found: networkx.Graph[str], name: str, extension: str
) -> Reply:
    if extension == "html":
        from ctgraph.draw import page_text

        return _offline(page_text(found, lang=request.lang, store=store, shared=_shared(request)))
    from ctgraph.export import write_network

    stream = io.BytesIO()
    write_network(found, stream, {"json": "cyjs", "zip": "csv"}.get(extension, extension))
    return _attached(stream.getvalue(), f"{name}.{extension}")


def _shared(request: Request) -> str:
    """Return where a page finds what all have; one of a running service may be saved alone."""
    return "../static/" if request.is_static else ""


def _offline(text: str) -> Reply:
    """Return the reply that holds a page with its own policy, which the header repeats."""
    policy = _POLICY.search(text)
    headers = [("Content-Security-Policy", unescape(policy[1]))] if policy else []
    return Reply(text.encode("utf-8"), headers=headers)


def _story(store: Store, request: Request, name: str, extension: str) -> Reply:
    from ctgraph.draw import page_text
    from ctgraph.network.stories import build_story

    stories = read_stories(store.bundle)
    if name not in stories or extension not in ("html", SLIDES):
        raise RequestError(
            "no-such-story" if name not in stories else "story-only-as-page",
            name=name,
            extension=extension,
            status=404,
            hint="known",
            names=[f"story-{one}.html" for one in stories],
        )
    story = stories[name]
    store = story.narrow(store)
    found = build_story(store, story, request.lang)
    if extension == SLIDES:
        from ctgraph.draw import write_slides

        stream = io.BytesIO()
        write_slides(store, story, stream, request.lang)
        return _attached(stream.getvalue(), f"story-{name}.{SLIDES}")
    return _offline(
        page_text(found, lang=request.lang, store=store, story=story, shared=_shared(request))
    )


def _slide(store: Store, request: Request, view: str) -> Reply:
    """Return a network as one slide; of many nodes its communities."""
    from ctgraph.draw import write_network_slide

    found = _network(store, view, _read_filters(store, request), request.lang)
    if not found:
        raise RequestError("network-empty", status=404)
    stream = io.BytesIO()
    write_network_slide(store, found, stream, request.lang)
    return _attached(stream.getvalue(), f"{view}.{SLIDES}")


def _attached(body: bytes, name: str) -> Reply:
    headers = (("Content-Disposition", f'attachment; filename="{name}"'),)
    return Reply(body, _MEDIA[name.rpartition(".")[2]], headers=headers)


def _chart(store: Store, request: Request, kind: str, extension: str) -> Reply:
    if kind not in CHARTS or extension not in FIGURES:
        known = ", ".join(f"chart-{one}.svg" for one in CHARTS)
        raise RequestError(
            "no-such-figure", kind=kind, extension=extension, known=known, status=404
        )
    return _figure(store, request, kind, extension)


def _board(store: Store, request: Request, extension: str) -> Reply:
    if extension != "html":
        return _figure(store, request, BOARD, extension, view="cooperation")
    from ctgraph.draw import board_text
    from ctgraph.network.board import build_board

    found = _network(store, "cooperation", _read_filters(store, request), request.lang)
    try:
        board = build_board(store, found)
    except DataError as error:
        raise RequestError("passed-on", reason=error, status=404, hint=error) from error
    return _offline(board_text(store, board, request.lang))


def _figure(
    store: Store, request: Request, kind: str, extension: str, view: str | None = None
) -> Reply:
    if not can_draw():
        raise RequestError("server-without-figures", status=404)
    from ctgraph.draw import write_figure

    stream = io.BytesIO()
    subject: Any = store
    if view is not None:
        subject = _network(store, view, _read_filters(store, request), request.lang)
        if not subject and kind != BOARD:
            raise RequestError("figure-network-empty", status=404)
    try:
        write_figure(
            subject,
            stream,
            kind=kind,
            lang=request.lang,
            size=request.get("size", "slide"),
            store=store,
            format=extension,
        )
    except DataError as error:
        raise RequestError("passed-on", reason=error, status=404, hint=error) from error
    return Reply(stream.getvalue(), _MEDIA[extension])


def _read_filters(store: Store, request: Request) -> dict[str, Any]:
    """Return the filters of a request, as `ctgraph.network.build.build_network` takes them.

    Raises:
        UsageError: A filter is unknown, or nothing has a name that it gives.
    """
    known = (*_FILTERS, *_COARSE, *_OTHERS)
    filters: dict[str, Any] = {}
    for name, value in request.query:
        if name not in known:
            close = suggest(name, known)
            raise UnknownName("filter", name, close, hint="known", names=[*known])
        if not value.strip():
            continue
        if name in _OTHERS:
            continue
        takes = "flag" if name in _COARSE else FILTERS[_FILTERS[name]].takes
        if takes == "flag":
            given: Any = value not in ("0", "false", "no")
        elif takes == "year":
            given = resolve(store, value, "year", request.lang).value
        elif takes == "number":
            if not (value.isascii() and value.isdigit() and 1 <= int(value[:3]) <= 20):
                raise UsageError("hops-out-of-range", value=value)
            given = int(value)
        else:
            given = value
        if given is not False:
            filters[_FILTERS.get(name, name)] = given
    coarse = {name: filters.pop(name) for name in _COARSE if name in filters}
    return {**resolve_filters(store, filters, request.lang), **coarse}


def read_network(store: Store, view: str, lang: str) -> networkx.Graph[str]:
    """Return a whole network, which is kept with the store.

    Args:
        store: The graph.
        view: A name of `ctgraph.network.VIEWS`.
        lang: Language of the labels.
    """
    return _network(store, view, {}, lang)


def _network(store: Store, view: str, filters: Mapping[str, Any], lang: str) -> networkx.Graph[str]:
    """Return a network; without filters it is kept with the store."""
    from ctgraph.network import build_network
    from ctgraph.network.analysis import to_backbone, to_communities

    given = dict(filters)
    is_coarse = given.pop("communities", False)
    is_backbone = given.pop("backbone", False)
    if is_coarse and is_backbone:
        raise UsageError("communities-and-backbone-asked")

    rolled_down = given.pop("rolled_down", False)

    def build() -> networkx.Graph[str]:
        return build_network(store, view, lang=lang, rolled_down=rolled_down, **given)

    found = build() if given else keep(store, ("network", view, lang), build)
    if is_coarse and found:
        return to_communities(found, lang=lang)
    if is_backbone and found:
        return to_backbone(found)
    return found

"""A network as one HTML file that needs no connection and can show the words behind every edge.

pyvis' `Network` is the model of nodes, edges and options; the page around it is ours, because
pyvis' own page loads scripts from elsewhere and cannot show evidence.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctgraph.draw.figures.typefaces import font_faces
from ctgraph.draw.page.boards import find_hub, read_boards
from ctgraph.draw.page.charts import PAGE_CHARTS, draw_charts
from ctgraph.draw.page.choices import charts_of
from ctgraph.draw.page.data import claims_of, page_data, read_titles
from ctgraph.draw.page.places import MOST_NODES
from ctgraph.draw.slides.empty import empty_deck
from ctgraph.errors import DataError, UnknownName
from ctgraph.export import Target, write_output
from ctgraph.network import read_claims
from ctgraph.network.analysis import to_communities
from ctgraph.network.facets import read_facets
from ctgraph.network.rollup import LEVELS, read_roll_up
from ctgraph.network.styles import ThemeLike, marked_theme, theme_css, theme_in_use, themed
from ctgraph.terms import LANGUAGES
from ctgraph.text import pack, unpack
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.network.facets import Facets
    from ctgraph.network.stories import Story
    from ctgraph.store import Store


_TEMPLATES = Path(__file__).parent / "template"
_LETTERS = "network-letters.css"
# In the order in which they stand in the page, inside one function.
_SCRIPTS = (
    *(
        "core",
        "colours",
        "paint",
        "filter",
        "labels",
        "arrange",
        "view",
        "picture",
        "words",
        "hint",
        "board",
    ),
    *("details", "charts", "tables", "controls", "story", "files", "slide", "keys", "link"),
    "start",
)


def write_page(
    graph: networkx.Graph[str],
    target: Target,
    *,
    title: str | Mapping[str, str] | None = None,
    lang: str = "en",
    store: Store | None = None,
    evidence: Mapping[str, Mapping[str, str]] | None = None,
    about: Mapping[str, Any] | None = None,
    facets: Facets | None = None,
    story: Story | None = None,
    charts: Sequence[str] = (),
    opens: str | None = None,
    seed: int = 1,
    theme: ThemeLike = None,
) -> None:
    """Write a network as one HTML page that asks no host for anything.

    Same graph and options, same bytes. A network of more than `MOST_NODES` is shown by its
    communities, and the page says so and how to see the rest. With a store, the reader can roll
    bodies up to their states; a network that was built with ``roll_up`` and ``rolled_down`` opens
    so.

    Args:
        graph: A network as `ctgraph.network.build.build_network` makes it.
        target: A path or a stream.
        title: Heading of the page, or one by language; by default that of the view.
        lang: Language in which the page opens, ``en`` or ``ja``; the reader can switch.
        store: Where evidence and the words about the data come from if they are not given.
        evidence: Words of claims by IRI, as `ctgraph.network.things.read_claims` gives them.
        about: Version, licence, hash and sources, as `ctgraph.export.description.citation` gives
            them.
        facets: What a reader can filter by, as `ctgraph.network.facets.read_facets` gives it.
        story: The steps in which the page can tell the network.
        charts: Names of `ctgraph.draw.page.charts.PAGE_CHARTS`, shown beside the network if there
            is a store to draw them from.
        opens: One of these names: the chart that the reader sees first.
        seed: Where the layout starts.
        theme: As for `ctgraph.network.styles.use_theme`.

    Raises:
        UnknownName: The language is another.
        DataError: The network is empty, or the chart that is seen first has nothing to show.
        UsageError: The file cannot be written.
    """
    write_output(
        target,
        [
            page_text(
                graph,
                title=title,
                lang=lang,
                store=store,
                evidence=evidence,
                about=about,
                facets=facets,
                story=story,
                charts=charts,
                opens=opens,
                seed=seed,
                theme=theme,
            )
        ],
    )


@themed
def page_text(
    graph: networkx.Graph[str],
    *,
    title: str | Mapping[str, str] | None = None,
    lang: str = "en",
    store: Store | None = None,
    evidence: Mapping[str, Mapping[str, str]] | None = None,
    about: Mapping[str, Any] | None = None,
    facets: Facets | None = None,
    story: Story | None = None,
    charts: Sequence[str] = (),
    opens: str | None = None,
    seed: int = 1,
    theme: ThemeLike = None,
    shared: str = "",
) -> str:
    """Return the page of `write_page` as text.

    With `shared`, the address of a folder with the files of `shared_files`, ending in a slash, the
    page uses these; else it holds all that it needs.
    """
    from markupsafe import Markup

    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    if not graph.number_of_nodes():
        raise DataError("network-empty")
    is_too_big = graph.number_of_nodes() > MOST_NODES
    if is_too_big:
        graph = to_communities(graph, seed, lang=lang)
    rolling = None
    if store is not None:
        level = graph.graph.get("filters", {}).get("roll_up", next(iter(LEVELS)))
        rolling = read_roll_up(store, graph, level)
        if evidence is None:
            told = {claim for step in story.steps for claim in step.claims} if story else set()
            for one in (rolling.graph, rolling.rolled) if rolling else (graph,):
                told |= claims_of(one)
            evidence = read_claims(store, told)
        if about is None:
            from ctgraph.export.resources import citation

            about = citation(store)
        if facets is None:
            facets = read_facets(store, graph)
    titles = read_titles(graph, title or (story.title if story else None))
    data = page_data(
        graph,
        titles=titles,
        lang=lang,
        evidence=evidence or {},
        about=about or {},
        facets=facets,
        rolling=rolling,
        story=story,
        seed=seed,
        is_too_big=is_too_big,
    )
    needed = charts_of(story) if story else []
    if opens is not None:
        if opens not in PAGE_CHARTS:
            raise UnknownName("kind of figure", opens, PAGE_CHARTS)
        needed = [*needed, opens]
    data["opens"] = opens
    data["level"] = rolling.level if rolling else ""
    named = [name for name in PAGE_CHARTS if name in {*charts, *needed}]
    data["boards"] = read_boards(store, graph) if store is not None else {}
    data["hub"] = find_hub(graph, data["boards"])
    data["charts"] = []
    if store is not None:
        data["charts"] = draw_charts(store, graph, named, needed=needed, boards=data["boards"])
    data["roles"] = marked_theme()[1] if data["charts"] else []
    data["deck"] = empty_deck()
    words = read_words("network_page", lang)
    embedded = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    style, script = _page_style(), _page_script()
    fonts = "" if shared else font_faces(_letters(data, embedded))
    own = "'self' file:"  # "self" is no origin for a page that is opened as a file
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {own if shared else source_hash(script)}",
            f"style-src {own if shared else f'{source_hash(style)} {source_hash(fonts)}'}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return render_template(
        "page.html",
        lang=lang,
        title=titles[lang],
        policy=policy,
        style="" if shared else style,
        fonts=fonts,
        styles=[shared + name for name in (_shared_name(style, "css"), _LETTERS)] if shared else [],
        data=pack(embedded),
        script=Markup("" if shared else script),
        script_address=shared + _shared_name(script, "js") if shared else "",
        words=words,
        has_story=story is not None,
        logo=theme_in_use().logo,
    )


def shared_files(pages: Iterable[str]) -> dict[str, str]:
    """Return what pages with `shared` use, by name of the file: style, letters and script.

    Args:
        pages: The pages, for their letters.
    """
    style, script = _page_style(), _page_script()
    letters: set[str] = set()
    for page in pages:
        embedded = _read_data(page)
        letters.update(_letters(json.loads(embedded), embedded))
    return {
        _shared_name(style, "css"): style,
        _LETTERS: font_faces("".join(letters)),
        _shared_name(script, "js"): script,
    }


def _letters(data: Mapping[str, Any], embedded: str) -> str:
    """Return text with all letters of a page."""
    return embedded + "".join(map(str, data["words"].values()))


def _shared_name(text: str, ending: str) -> str:
    """Return a name that is another for another text, so that no browser keeps an old one."""
    return f"network-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:12]}.{ending}"


def render_template(name: str, **values: Any) -> str:
    """Return a template beside the scripts of the page, filled in.

    Args:
        name: Its file; what is filled into HTML is escaped.
        **values: What its variables stand for.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text: str = environment.get_template(name).render(**values)
    return text


def page_style(style: str, *, flip: str = "") -> str:
    """Return the style sheet of a page with the colours of the theme in use.

    Args:
        style: What the page adds.
        flip: As for `ctgraph.network.styles.theme_css`.
    """
    return theme_css(theme_in_use(), flip=flip) + style


def source_hash(text: str) -> str:
    """Return a script or style sheet as a Content-Security-Policy names it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _page_script() -> str:
    """Return the script of the page: its files, one after the other, in one function."""
    parts = [(_TEMPLATES / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return "\n".join(['"use strict";', "(async function () {", *parts, "})();", ""])


def _page_style() -> str:
    return page_style((_TEMPLATES / "page.css").read_text(encoding="utf-8"))


_DATA = re.compile(r'id="data">([^<]*)<')


def _read_data(page: str) -> str:
    """Return what a page holds of its network, in JSON."""
    match = _DATA.search(page)
    assert match is not None
    return unpack(match[1])

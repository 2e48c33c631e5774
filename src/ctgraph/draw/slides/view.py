"""A network as one slide, told like a step of a story that is about all of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ctgraph.draw.slides.places import NODE_LIMIT, place_nodes
from ctgraph.draw.slides.powerpoint import Deck
from ctgraph.draw.slides.slides import Telling, draw_step, require_pptx
from ctgraph.errors import DataError, UsageError
from ctgraph.export import Target, write_output
from ctgraph.export.resources import citation
from ctgraph.network import read_claims
from ctgraph.network.analysis import to_communities
from ctgraph.network.facets import say_filters
from ctgraph.network.stories import Step, Story
from ctgraph.network.styles import ThemeLike, themed
from ctgraph.terms import LANGUAGES
from ctgraph.words import read_words

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


@themed
def write_network_slide(
    store: Store,
    graph: networkx.Graph[str],
    target: Target,
    lang: str = "en",
    *,
    theme: ThemeLike = None,
) -> networkx.Graph[str]:
    """Write a network as a PowerPoint file of one slide, with the words of its ties in the notes.

    A network with more nodes than a slide can name is shown by its communities, and says so.

    Args:
        store: The graph that the network is from.
        graph: A network of `ctgraph.network.build.build_network`.
        target: A path or a binary stream.
        lang: Language of the slide, ``en`` or ``ja``.
        theme: As for `ctgraph.network.styles.use_theme`.

    Returns:
        The network that was drawn.

    Raises:
        UsageError: python-pptx is not installed, the communities are too many as well, or the
            file cannot be written.
        DataError: The network is empty.
    """
    require_pptx()
    if not graph:
        raise DataError("network-empty")
    # Nodes that somebody placed are those that the slide is to show.
    if len(graph) > NODE_LIMIT and not {"note_en", "places"} & graph.graph.keys():
        graph = to_communities(graph, lang=lang)
    if len(graph) > NODE_LIMIT:
        raise UsageError("network-too-large-for-slide", graph=len(graph), limit=NODE_LIMIT)
    titles = {one: str(graph.graph[f"title_{one}"]) for one in LANGUAGES}
    captions = {one: _caption(graph, one) for one in LANGUAGES}
    claims = {claim for _, _, data in graph.edges(data=True) for claim in data.get("claims", ())}
    step = Step(titles, captions, (), tuple(sorted(claims)))
    view = str(graph.graph.get("view", ""))
    story = Story("", Path(), "", titles, captions, view, {}, (step,))
    deck = Deck(lang)
    words, said = read_claims(store, claims), read_words("slides", lang)
    telling = Telling(deck, story, graph, words, citation(store), lang, said)
    draw_step(telling, place_nodes(graph), 1, step)
    write_output(target, [deck.to_bytes(titles[lang], captions[lang])])
    return graph


def _caption(graph: networkx.Graph[str], lang: str) -> str:
    words = read_words("chart_network", lang)
    said = [words["counts"].format(graph.number_of_nodes(), graph.number_of_edges())]
    said += say_filters(graph, lang)
    scope = graph.graph.get("scope", {}).get(lang, "")
    comma = str(read_words("board", lang)["comma"])
    note = graph.graph.get(f"note_{lang}", "")
    return "\n".join(filter(None, [comma.join(filter(None, [*said, scope])), note]))

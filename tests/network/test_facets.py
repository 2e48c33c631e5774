"""Facets: a reader of a page filters as the store does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.network.build import build_network
from ctgraph.network.facets import FACETS, read_facets
from ctgraph.network.views import VIEWS
from ctgraph.query import read_scope
from ctgraph.store.store import Store, open_store


def keep(store: Store, view: str, facet: str, value: str) -> nx.Graph[str]:
    """The network that the options of a facet's value leave."""
    if facet == "year":
        return build_network(store, view, since=value, until=value)
    if facet == "source":
        scope = read_scope(store, [value], None, "en")
        return build_network(store.within(scope), view)
    return build_network(store, view, **{facet: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("view", VIEWS)
def test_a_facet_keeps_the_edges_that_the_filter_keeps(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    facets = read_facets(graph_store, graph)
    for facet in FACETS:
        for iri in facets.names[facet]:
            wanted = keep(graph_store, view, facet, iri)
            kept = {
                (data["source"], data["target"])
                for _, _, data in graph.edges(data=True)
                if any(
                    iri in facets.of_part(view, made, (data["source"], data["target"]), facet, told)
                    for made, told in data["by_activity"].items()
                )
            }
            ends = {(data["source"], data["target"]) for _, _, data in wanted.edges(data=True)}
            assert kept == ends, (facet, iri)


def test_values_have_names_in_both_languages_and_years_their_order(graph_store: Store) -> None:
    facets = read_facets(graph_store, build_network(graph_store, "activities"))
    years = [names["label_en"] for names in facets.names["year"].values()]
    assert years == sorted(years)
    assert len(years) > 1
    for facet in FACETS:
        assert all(names["label_ja"] for names in facets.names[facet].values())


def test_an_empty_network_has_none(graph_store: Store) -> None:
    graph = build_network(graph_store, actor="ctd:nobody")
    facets = read_facets(graph_store, graph)
    assert facets.values == {}
    assert not any(facets.names.values())


@pytest.fixture(scope="module")
def all_sources() -> Iterator[Store]:
    with open_store(Path(__file__).parents[2]) as store:
        yield store


@pytest.mark.parametrize("view", ["funding", "membership", "treaties", "plans"])
def test_a_source_keeps_what_its_own_graph_has(all_sources: Store, view: str) -> None:
    graph = build_network(all_sources, view)
    facets = read_facets(all_sources, graph)
    values = list(facets.names["source"])
    kinds = [value for value in values if value.startswith("kind:")]
    assert kinds == values[: len(kinds)]
    for value in [*kinds, *values[len(kinds) :: 8]]:
        wanted = keep(all_sources, view, "source", value)
        kept = {
            (data["source"], data["target"], made)
            for _, _, data in graph.edges(data=True)
            for made, told in data["by_activity"].items()
            if value in facets.of_part(view, made, (), "source", told)
        }
        assert kept == {
            (data["source"], data["target"], made)
            for _, _, data in wanted.edges(data=True)
            for made in data["by_activity"]
        }, value

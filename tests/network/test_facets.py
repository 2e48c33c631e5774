"""Facets: a reader of a page filters as the store does."""

from __future__ import annotations

import pytest

from ctgraph.network.build import build_network
from ctgraph.network.facets import FACETS, read_facets
from ctgraph.network.views import VIEWS
from ctgraph.store.store import Store


@pytest.mark.parametrize("view", VIEWS)
def test_a_facet_keeps_the_edges_that_the_filter_keeps(graph_store: Store, view: str) -> None:
    graph = build_network(graph_store, view)
    facets = read_facets(graph_store, graph)
    for facet in FACETS:
        for iri in facets.names[facet]:
            wanted = build_network(graph_store, view, **{facet: iri})  # type: ignore[arg-type]
            kept = {
                (data["source"], data["target"])
                for _, _, data in graph.edges(data=True)
                if any(
                    iri in facets.of_part(view, through, (data["source"], data["target"]), facet)
                    for through in data["by_activity"]
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

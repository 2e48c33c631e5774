"""Pages of claims whose words are known by their digest: they say so, and lead to the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pagetools import Markup, get, unpack_page
from pyoxigraph import NamedNode

from ctgraph.draw.page.page import page_text
from ctgraph.network.build import build_network
from ctgraph.query.evidence.find import find_evidence
from ctgraph.service.pages.query import _evidence
from ctgraph.store.store import Store, open_store

CLAIMS = Path(__file__).parents[1] / "digests" / "claims.trig"
OWN = {
    "en": "in our words; the page's words are known by their digest",
    "ja": "当方の言葉による。ページの文言は要約値で特定できる",
}
TOLD = {
    "en": "according to Example Press, “Institute of Examples: News”, first paragraph, 2025-05-06",
    "ja": "出典：例示通信、『例示研究所「ニュース」』、第１段落、2025-05-06",
}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store(files=[CLAIMS]) as opened:
        yield opened


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    "target", ["/id/example-news-01.html", "/id/institute-of-examples.html", "/source/example-news"]
)
def test_pages_show_our_words_as_ours(store: Store, target: str, lang: str) -> None:
    text = get(store, f"{target}?lang={lang}", accept="text/html").body.decode()
    shown = " ".join(Markup(text).text.split())
    if not target.startswith("/source"):
        assert OWN[lang] in shown.replace("&#39;", "'")
        assert TOLD[lang] in shown
        assert "href=https://example.org/news" in text
    assert "<blockquote" not in text
    assert "<q" not in text


def test_the_page_of_a_claim_has_its_digest(store: Store) -> None:
    text = get(store, "/id/example-news-01.html", accept="text/html").body.decode()
    assert "SHA-256 0b6e74788690a792" in text


def test_the_page_of_an_answer_names_the_source(store: Store) -> None:
    target = "/ask/partners?actor=ctd:institute-of-examples"
    text = get(store, target, accept="text/html").body.decode()
    assert "UNODC held the workshop with the institute." in text
    assert TOLD["en"] in " ".join(Markup(text).text.split())


def test_the_query_page_gets_separate_fields(store: Store) -> None:
    query = "SELECT ?who { ?p ct:activity ctd:example-workshop-2025-05 ; ct:participant ?who }"
    row = {"who": NamedNode("https://w3id.org/ctgraph/id/unodc")}
    found = _evidence(store, find_evidence(store, query, row), "en")
    (claim,) = [one for one in found["claims"] if one["claim"].endswith("example-news-02")]
    assert claim["evidence"] == "digest"
    assert claim["attribution"] == TOLD["en"]
    assert claim["publisherLabel"] == "Example Press"
    assert claim["sourceDate"] == "2025-05-06"


def test_the_network_page_has_the_line_in_both_languages(store: Store) -> None:
    graph = build_network(store, "cooperation", actor="ctd:institute-of-examples")
    text = page_text(graph, store=store)
    data = unpack_page(text.encode())
    for claim in data["claims"]:
        if claim["kind"] == "digest":
            assert (claim["told_en"], claim["told_ja"]) == (TOLD["en"], TOLD["ja"])
            assert claim["quote"] == ""
            assert claim["gloss_en"] != claim["gloss_ja"]
            assert claim["address"] == "https://example.org/news"
    assert [claim["kind"] for claim in data["claims"]].count("digest") == 2
    assert data["words"]["ja"]["own_words"] == OWN["ja"]


def test_rdf_of_a_thing_cites_the_source_of_its_claims(store: Store) -> None:
    text = get(store, "/id/institute-of-examples.ttl").body.decode()
    for words in (
        'schema:url "https://example.org/news"^^xsd:anyURI',
        "dcterms:publisher ctd:example-press",
        'spdx:checksumValue "0b6e74788690a792',
        "ct:source ctd:example-news",
    ):
        assert words in text

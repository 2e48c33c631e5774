"""The pages: what they say, where they lead, and that nothing in the data can break them."""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import openpyxl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
import rdflib
from conftest import ServeQuads
from pagetools import HOSTILE_CLAIM, NAMES, Markup, dangers, get, unpack_page, write_hostile

from ctgraph.errors import CtgraphError, RequestError, UnknownName, Unwritable, UsageError
from ctgraph.export.formats import RDF_FORMATS
from ctgraph.export.resources.description import citation
from ctgraph.network.build import build_network
from ctgraph.query.evidence.claims import load_claims
from ctgraph.query.evidence.find import find_evidence
from ctgraph.query.questions import read_questions
from ctgraph.query.run import ask
from ctgraph.query.sources.quotes import coverage, quote_offsets
from ctgraph.query.sources.text import cut_text, read_source_claims, source_name, source_text
from ctgraph.service import faults
from ctgraph.service.handler import Limits, Reply
from ctgraph.service.pages import downloads, frame, source
from ctgraph.service.pages.card import read_partners
from ctgraph.service.pages.frame import _environment, static_file, thing_path
from ctgraph.service.pages.sketch import draw_bars, kind_colours, thing_colours
from ctgraph.store.memo import keep, keep_last
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store, build_store, open_store
from ctgraph.terms import CT, CTD, CTV, shorten
from ctgraph.words.read import read_words, term_name

SOURCE = CTD + "mofa-evaluation-2024"
TEMPLATES = Path(frame.__file__).with_name("templates")


def page(reply: Reply) -> Markup:
    assert reply.media_type == "text/html; charset=utf-8"
    return Markup(reply.body.decode())


def text_of(markup: Markup) -> str:
    return " ".join(markup.text.split())


@pytest.fixture(scope="module", params=["memory", "disk", "endpoint"])
def small(
    request: pytest.FixtureRequest,
    mini: Path,
    mini_bundle: Bundle,
    tmp_path_factory: pytest.TempPathFactory,
    serve_quads: ServeQuads,
    mini_quads: bytes,
) -> Iterator[Store]:
    """The mini graph in each kind of store."""
    if request.param == "memory":
        store = open_store(mini)
    elif request.param == "disk":
        folder = tmp_path_factory.mktemp("disk") / "store"
        build_store(folder, [], mini_bundle)
        store = open_store(mini, store=folder)
    else:
        store = open_store(mini, endpoint=serve_quads(mini_quads))
    with store:
        yield store


def status_of(store: Store, target: str) -> int:
    """The status that a browser gets; a page that it gets holds nothing that runs."""
    try:
        reply = get(store, target, accept="text/html")
    except RequestError as error:
        return error.status
    except LookupError:
        return 404
    assert dangers(page(reply)) == []
    return reply.status


def status_of_file(store: Store, target: str) -> int:
    try:
        return get(store, target).status
    except RequestError as error:
        return error.status


# --- every page on every store -------------------------------------------------------------------

PATHS = (
    *("/", "/find", "/find?q=研修", "/things", "/things/Workshop", "/concept", "/ontology.html"),
    *("/about", "/downloads", "/ask", "/source", "/source/mini-source", "/networks"),
    *("/id/unodc.html", "/id/mini-a01.html", "/concept/partner.html", "/ask/activities"),
    "/entity?iri=http://www.w3.org/2004/02/skos/core%23Concept",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_on_every_store(small: Store, path: str) -> None:
    for lang in ("en", "ja"):
        reply = get(small, path, lang=lang)
        assert reply.status == 200, path
        markup = page(reply)
        assert dangers(markup) == []
        assert dict(markup.elements[0][1])["lang"] == lang
        assert markup.anchors.count("content") == 1
        assert len(markup.anchors) == len(set(markup.anchors)), "an id stands twice"
        assert sum(tag == "h1" for tag, _ in markup.elements) == 1


@pytest.mark.parametrize(
    "path",
    [
        *(f"/id/unodc.{one.extension}" for one in RDF_FORMATS),
        *("/void", "/ontology.ttl", "/ask.ttl", "/ask/activities.csv", "/downloads/ctgraph.nq"),
        *("/networks/activities.html", "/networks/activities.gexf", "/networks/activities.zip"),
    ],
)
def test_every_file_on_every_store(small: Store, mini_store: Store, path: str) -> None:
    reply = get(small, path)
    assert reply.status == 200
    same = get(mini_store, path)
    assert reply.media_type == same.media_type
    if not path.startswith("/networks/activities.html"):  # which has the hash of a local graph
        assert reply.body == same.body


def test_links_keep_the_root_and_a_language_that_was_asked_for(mini_store: Store) -> None:
    plain = page(get(mini_store, "/id/unodc.html", root="/graph"))
    own = [address for _, address in plain.links if address.startswith("/")]
    assert own
    assert all(address.startswith("/graph/") for address in own)
    asked = page(get(mini_store, "/id/unodc.html?lang=ja"))
    leading = [
        a for tag, a in asked.links if tag == "a" and a.startswith("/") and "lang=en" not in a
    ]
    assert leading
    assert all("lang=ja" in address or address.startswith("/id/unodc.") for address in leading)


def test_pages_name_their_other_language(mini_store: Store) -> None:
    found = page(get(mini_store, "/ask/activities?actor=UNODC&lang=ja")).elements
    alternates = {
        v["hreflang"]: v["href"]
        for t, v in found
        if v.get("rel") == "alternate" and "hreflang" in v
    }
    assert alternates == {"en": "/ask/activities?actor=UNODC&lang=en"}


def test_every_template_finds_its_words() -> None:
    sources = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    used = set(re.findall(r"\bw\.(\w+)", sources))
    assert used <= read_words("pages", "en").keys()


def test_things_have_the_colours_of_networks(graph_store: Store) -> None:
    network = build_network(graph_store, "everything")
    found = thing_colours(graph_store, network)
    assert found == kind_colours(network)
    assert len(set(found.values())) > 8


@pytest.mark.parametrize("name", ["cooperation", "parent-bodies"])
def test_pictures_of_answers_dash_what_no_source_states(graph_store: Store, name: str) -> None:
    answer = ask(graph_store, name, {}, "en")
    ends = answer.columns[:1] + answer.columns[-1:] if name == "parent-bodies" else answer.columns
    stated: dict[tuple[str, ...], bool] = {}
    for row in answer:
        pair = tuple(str(row.bindings[column]) for column in ends[:2])
        basis = row.bindings.get("basis")
        found = find_evidence(graph_store, answer.query, row.bindings)
        is_stated = str(basis) == f"<{CT}Stated>" if basis is not None else found.is_stated
        stated[pair] = stated.get(pair, False) or is_stated
    paths = re.findall('<path d="M([^>]*)>', get(graph_store, f"/ask/{name}").body.decode())
    drawn = sum(path.count("L") for path in paths)
    assert drawn == len(stated)
    dashed = sum(path.count("L") for path in paths if "stroke-dasharray" in path)
    assert dashed == sum(not one for one in stated.values())
    assert dashed


def test_the_home_page_finds_what_its_questions_answer(graph_store: Store) -> None:
    for lang in ("en", "ja"):
        markup = page(get(graph_store, "/", lang=lang))
        text = text_of(markup)
        best = next(iter(ask(graph_store, "best-connected", {}, lang)))
        assert f"{best.bindings['partners'].value}" in text
        things = {row.bindings["thing"] for row in ask(graph_store, "disagreements", {}, lang)}
        asked = ["best-connected", "ties-grown", *(["disagreements"] if things else [])]
        shown = [one for _, one in markup.links if one.startswith("/ask/")]
        assert [one.partition("?")[0] for one in shown] == [f"/ask/{name}" for name in asked]
        # The picture leads to the network, and each actor of it to its page.
        network = build_network(graph_store, "cooperation", lang=lang)
        links = {one.partition("?")[0] for _, one in markup.links}
        assert {thing_path(iri) for iri in network} <= links
        assert "/networks/cooperation.html" in links
        circles = [values for tag, values in markup.elements if tag == "circle"]
        assert sum("fill" in one for one in circles) == len(network)
    assert "triples" in text_of(page(get(graph_store, "/about")))


def test_a_finding_of_a_graph_that_has_none_is_left_out(mini_store: Store) -> None:
    assert "disagree" not in text_of(page(get(mini_store, "/")))


# --- one thing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/things", "/ask", "/about", "/source", "/find?q=UNODC"])
def test_pages_of_the_graph_of_all_sources(path: str) -> None:
    with open_store(Path(__file__).parents[2]) as store:
        assert page(get(store, path)).text


def test_an_entity_page_dashes_what_the_network_dashes(graph_store: Store) -> None:
    drawn = build_network(graph_store, "cooperation")
    compared = 0
    for actor in ("jpn", "unafei", "gifct", "iij"):
        partners = read_partners(graph_store, CTD + actor, "en")
        assert {one.iri for one in partners} == set(drawn[CTD + actor])
        for one in partners:
            tie = drawn.edges[CTD + actor, one.iri]
            assert one.is_stated == (tie["basis"] == "Stated"), one.iri
        compared += len(partners)
    assert compared > 15


def test_a_card_says_what_a_reader_asks_first(graph_store: Store) -> None:
    body = get(graph_store, "/id/jpn-capacity-building-contribution.html").body.decode()
    card = re.search(r'<dl class="card facts">(.*?)</dl>', body, re.DOTALL)
    assert card is not None
    lines = {
        " ".join(re.sub(r"<[^>]*>", "", key).split()): " ".join(
            re.sub(r"<[^>]*>", "", value).split()
        )
        for key, value in re.findall(r"<dt>(.*?)<dd>(.*?)</div>", card[1], re.DOTALL)
    }
    assert "Japan (contributor)" in lines["Who"]
    assert lines["How much"] == "48,300,000 USD"
    assert lines["When"] == "FY2021-FY2023"
    assert lines["As of"].startswith("2024-08 (sources: 1; claims: ")
    # An actor gives: with whom most, since when, what it gave.
    text = text_of(page(get(graph_store, "/id/jpn.html")))
    assert re.search(r"Works with ?\d+ partners, most joint activities with ?: ", text)
    assert text.index("Works with") < text.index("cooperates with")


def test_a_page_shows_the_words_of_a_claim_once(graph_store: Store) -> None:
    body = get(graph_store, "/id/unafei.html").body.decode()
    shown = re.findall(r'<article class=claim id="c(\d+)">.*?>(ctd:[^<]+)</a>', body, re.DOTALL)
    assert len(shown) == len({name for _, name in shown}) > 5
    named = set(re.findall(r"href=#c(\d+)", body))
    assert named
    assert named <= {number for number, _ in shown} | set(re.findall(r" id=c(\d+)", body))


def test_long_groups_are_folded(graph_store: Store) -> None:
    body = get(graph_store, "/id/jpn.html").body.decode()
    for part in re.split(r"<h3>", body.partition("<section class=statements>")[2])[1:]:
        seen = part.partition("<details class=folded>")[0].count("<li>")
        assert seen <= 6
    assert body.count("<details class=folded>") > 2


def test_an_entity_page_has_labels_statements_and_their_quotes(graph_store: Store) -> None:
    markup = page(get(graph_store, "/id/unodc.html"))
    text = text_of(markup)
    for said in ("United Nations Office on Drugs and Crime", "国連薬物・犯罪事務所", "UNODC"):
        assert said in text
    assert "総額約4,830万米ドルを拠出" in text
    assert "derived by a rule" in text
    data = json.loads(next(block for block in markup.blocks if "@graph" in block))
    assert data["@graph"][0]["@id"] == "ctd:unodc"
    assert {address for _, address in markup.links} >= {
        *(f"/id/unodc.{one.extension}" for one in RDF_FORMATS),
        "/id/jpn.html",
        "/ontology.html#tieBetween",
    }


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("gifct", []),  # one name in both languages, and no other acronym
        ("unodc", ["国連薬物・犯罪事務所", "UNODC"]),
        ("roma-lyon-group", ["ローマ・リヨン・グループ"]),
    ],
)
def test_an_entity_page_says_no_name_twice(graph_store: Store, name: str, names: list[str]) -> None:
    body = get(graph_store, f"/id/{name}.html").body.decode()
    line = re.search(r"<p class=names>(.*?)</p>", body, re.DOTALL)
    said = " ".join(re.sub(r"<[^>]*>", "", line[1]).split()) if line else ""
    assert said == " · ".join(names)


def test_an_entity_page_shows_neighbours_and_a_timeline(graph_store: Store) -> None:
    markup = page(get(graph_store, "/id/unafei.html"))
    circles = [values for tag, values in markup.elements if tag == "circle"]
    assert len(circles) >= 3
    japan = page(get(graph_store, "/id/jpn.html"))
    bars = [values for tag, values in japan.elements if tag == "rect" and "x" in values]
    assert len(bars) > 8
    assert all(
        0 <= x <= 100 and x + width <= 100.01
        for x, width in ([float(bar[name].rstrip("%")) for name in ("x", "width")] for bar in bars)
    )


def test_the_network_of_an_actor_is_linked_where_there_is_one(graph_store: Store) -> None:
    for row in graph_store.select("SELECT DISTINCT ?x { ?x a/rdfs:subClassOf* ct:Actor }"):
        iri = row["x"].value
        links = page(get(graph_store, thing_path(iri))).links
        shown = [one for _, one in links if one.startswith("/networks/cooperation.html")]
        name = quote(f"ctd:{iri.removeprefix(CTD)}", safe="")
        there = status_of_file(graph_store, f"/networks/cooperation.json?actor={name}")
        assert shown == ([f"/networks/cooperation.html?actor={name}"] if there == 200 else []), iri
        board = [one for _, one in links if one.startswith("/networks/board.html")]
        assert board == [one.replace("cooperation", "board") for one in shown]


def test_a_claim_page_shows_the_quote_in_its_context(graph_store: Store) -> None:
    iri = CTD + "mofa-2024-a07"
    markup = page(get(graph_store, "/id/mofa-2024-a07.html"))
    claim = load_claims(graph_store, [iri])[iri]
    text = source_text(graph_store, SOURCE)
    assert text is not None
    place = quote_offsets(text, claim.quote or "")[0]
    around = text[place.raw_start - 20 : place.raw_end + 20]
    assert "".join(around.split()) in "".join(markup.text.split())
    assert "Roma-Lyon Group meeting, March 2023" in text_of(markup)
    assert ("a", "/source/mofa-evaluation-2024#mofa-2024-a07") in markup.links
    inferred = page(get(graph_store, "/id/mofa-2024-x11.html"))
    assert "Because:" in text_of(inferred)
    assert ("a", "/id/mofa-2024-a08.html") in inferred.links


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("", "html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json, text/turtle;q=0.9", "jsonld"),
        ("application/trig", "trig"),
        ("application/n-triples", "nt"),
    ],
)
def test_an_iri_leads_to_what_the_client_accepts(
    graph_store: Store, accept: str, ending: str
) -> None:
    for path in ("/id/unodc", "/concept/partner"):
        reply = get(graph_store, path, accept=accept)
        headers = dict(reply.headers)
        assert (reply.status, headers["Location"]) == (303, f"{path}.{ending}")
        assert headers["Vary"] == "Accept"
        assert f'<{path}.ttl>; rel="describedby"; type="text/turtle"' in headers["Link"]
        found = get(graph_store, headers["Location"])
        assert found.status == 200


def test_an_iri_that_no_type_fits(graph_store: Store) -> None:
    with pytest.raises(RequestError) as caught:
        get(graph_store, "/id/unodc", accept="image/png")
    assert caught.value.status == 406


def test_an_unknown_iri_is_not_found_and_close_names_are_offered(graph_store: Store) -> None:
    for path in ("/id/unodcc", "/id/unodcc.html"):
        reply = get(graph_store, path, accept="text/html")
        assert reply.status == 404
        assert ("a", "/id/unodc.html") in page(reply).links
    with pytest.raises(RequestError, match="Did you mean ctd:unodc") as caught:
        get(graph_store, "/id/unodcc", accept="text/turtle")
    assert caught.value.status == 404
    for bad in ("/id/%20", "/id/%22%3E", "/entity?iri=not%20an%20iri"):
        assert status_of(graph_store, bad) in (400, 404)


def test_a_name_with_a_dot_is_not_taken_for_an_ending(tmp_path: Path, mini: Path) -> None:
    file = tmp_path / "dots.trig"
    file.write_text(
        "@prefix ct: <https://w3id.org/ctgraph/ontology#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://w3id.org/ctgraph/id/mini-d01> {\n"
        "  <https://w3id.org/ctgraph/id/mini-d01> a ct:Claim ; ct:basis ct:Stated ;\n"
        '    ct:quote "東京で研修を実施した"@ja ; '
        " ct:section <https://w3id.org/ctgraph/id/mini-section-2> .\n"
        '  <https://w3id.org/ctgraph/id/a.ttl> a ct:State ; skos:prefLabel "Dots"@en , "点"@ja .\n'
        "}\n",
        encoding="utf-8",
    )
    with open_store(mini, files=[file]) as store:
        assert thing_path(CTD + "a.ttl") == ""
        reply = get(store, "/entity?iri=" + CTD + "a.ttl")
        assert "Dots" in page(reply).text
        assert (
            dict(get(store, "/id/a.ttl", accept="text/turtle").headers)["Location"]
            == "/id/a.ttl.ttl"
        )
        assert b"Dots" in get(store, "/id/a.ttl.ttl").body


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_files_of_a_thing_say_the_same_and_hold_their_claims(graph_store: Store) -> None:
    parsers = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
    graphs = {}
    for ending, parser in parsers.items():
        reply = get(graph_store, f"/id/unodc.{ending}")
        graphs[ending] = rdflib.Graph().parse(data=reply.body, format=parser)
    sizes = {ending: len(graph) for ending, graph in graphs.items()}
    assert set(sizes.values()) == {get(graph_store, "/id/unodc.ttl").rows}
    quads = ox.Dataset(ox.parse(get(graph_store, "/id/unodc.trig").body, format=ox.RdfFormat.TRIG))
    claims = {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    assert claims
    for claim in claims:
        assert any(
            quad.predicate.value == CT + "basis" for quad in quads.quads_for_graph_name(claim)
        )
    unodc = rdflib.URIRef(CTD + "unodc")
    assert (unodc, None, None) in graphs["ttl"]
    assert (None, None, unodc) in graphs["ttl"]


def test_a_file_that_was_cut_says_so(graph_store: Store) -> None:
    reply = get(graph_store, "/id/jpn.ttl", limits=Limits(rows=5))
    assert reply.is_partial
    assert b"a limit was reached" in reply.body


def test_a_retired_name_leads_to_its_successor(tmp_path: Path, mini: Path) -> None:
    file = tmp_path / "retired.trig"
    file.write_text(
        "PREFIX ct: <https://w3id.org/ctgraph/ontology#> PREFIX ctd: <https://w3id.org/ctgraph/id/>\n"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
        "PREFIX dcterms: <http://purl.org/dc/terms/>\n"
        "ctd:mini-r01 { ctd:mini-r01 a ct:Claim ; ct:basis ct:Stated ;\n"
        "  ct:section ctd:mini-section-2 ;\n"
        '  ct:quote "東京で研修を実施した"@ja .\n'
        '  ctd:old-unodc a ct:State ; skos:prefLabel "Old"@en , "旧"@ja ; owl:deprecated true ;\n'
        "  dcterms:isReplacedBy ctd:unodc . }\n",
        encoding="utf-8",
    )
    with open_store(mini, files=[file]) as store:
        markup = page(get(store, "/id/old-unodc.html"))
        assert "retired" in markup.text
        assert ("a", "/id/unodc.html") in markup.links


# --- questions -----------------------------------------------------------------------------------


def test_every_question_is_listed_and_answers_with_evidence(graph_store: Store) -> None:
    questions = read_questions(graph_store.bundle)
    index = page(get(graph_store, "/ask"))
    assert {f"/ask/{name}" for name in questions} <= {address for _, address in index.links}
    for name, question in questions.items():
        for lang in ("en", "ja"):
            markup = page(get(graph_store, f"/ask/{name}", lang=lang))
            assert question.title[lang] in text_of(markup), name
            assert dangers(markup) == [], name
        answer = ask(graph_store, name)
        rows = [
            values
            for tag, values in markup.elements
            if tag == "tr" and "proofs" in values.get("class", "")
        ]
        assert len(rows) == len(answer), name


def test_a_question_takes_names_and_offers_the_graphs_own(graph_store: Store) -> None:
    markup = page(get(graph_store, "/ask/partners?actor=UNAFEI"))
    assert "International Institute for Justice and the Rule of Law" in markup.text
    selects = {values["name"] for tag, values in markup.elements if tag == "select"}
    assert selects == {"actor", "source"}  # the other is whose claims count
    options = [values for tag, values in markup.elements if tag == "option"]
    assert [one["value"] for one in options if "selected" in one] == ["ctd:unafei"]
    assert len(options) == len({one["value"] for one in options}) > 30
    other = page(get(graph_store, "/ask/claims-about"))
    assert any(tag == "datalist" for tag, _ in other.elements)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_wrong_value_is_told_beside_its_field(graph_store: Store, lang: str) -> None:
    reply = get(graph_store, "/ask/joint-activities?actor=unodcc&partner=UNODC", lang=lang)
    assert reply.status == 400
    markup = page(reply)
    wrong = [values for tag, values in markup.elements if values.get("aria-invalid") == "true"]
    assert [(one["name"], one["value"]) for one in wrong] == [("actor", "unodcc")]
    assert wrong[0]["aria-describedby"] in markup.anchors
    assert ("「unodcc」" if lang == "ja" else "Unknown actor 'unodcc'.") in markup.text
    meant = [link for _, link in markup.links if "ctd%3Aunodc&" in link]
    assert meant == ["/ask/joint-activities?actor=ctd%3Aunodc&partner=UNODC"]
    assert ("国連薬物・犯罪事務所" if lang == "ja" else "United Nations Office") in markup.text
    with pytest.raises(UsageError):
        get(graph_store, "/ask/joint-activities.csv?actor=unodcc")


def test_an_unknown_parameter_or_question_is_refused(graph_store: Store) -> None:
    with pytest.raises(UnknownName, match="actr"):
        get(graph_store, "/ask/partners?actr=UNODC")
    with pytest.raises(RequestError, match="partners") as caught:
        get(graph_store, "/ask/partnerz")
    assert caught.value.status == 404


def test_several_values_and_an_open_parameter(graph_store: Store) -> None:
    markup = page(get(graph_store, "/ask/partners?actor=UNODC&actor=GIFCT"))
    assert [v["value"] for t, v in markup.elements if t == "option" and "selected" in v] == [
        "ctd:gifct",
        "ctd:unodc",
    ]
    both = get(graph_store, "/ask/indicators.csv?indicator=&year=").body
    assert both == get(graph_store, "/ask/indicators.csv").body


def test_an_empty_answer_is_explained(graph_store: Store) -> None:
    text = text_of(page(get(graph_store, "/ask/claims-with-words?words=zzzz")))
    assert "Nothing fits" in text
    assert "Why there is nothing" in text


def test_the_evidence_of_one_row(graph_store: Store) -> None:
    whole = page(get(graph_store, "/ask/claims-by-section"))
    link = next(a for _, a in whole.links if "row=30" in a)
    one = page(get(graph_store, link.partition("#")[0]))
    answer = ask(graph_store, "claims-by-section")
    row = answer[29]
    assert row["quote"] in one.text
    assert sum(tag == "blockquote" for tag, _ in one.elements) >= 1
    with pytest.raises(RequestError) as caught:
        get(graph_store, "/ask/claims-by-section?row=99999")
    assert caught.value.status == 404


def test_answers_as_files(graph_store: Store) -> None:
    csv = get(graph_store, "/ask/partners.csv?actor=UNODC")
    assert csv.body.decode().splitlines()[1].startswith("Japan")
    assert "日本" in get(graph_store, "/ask/partners.csv?actor=UNODC", lang="ja").body.decode()
    found = json.loads(get(graph_store, "/ask/partners.json?actor=UNODC").body)
    assert found["results"]["bindings"][0]["partner"]["value"] == CTD + "jpn"
    sheet = openpyxl.load_workbook(io.BytesIO(get(graph_store, "/ask/partners.xlsx").body))
    assert sheet.active is not None
    assert b"<sparql" in get(graph_store, "/ask/partners.xml").body
    assert b"|" in get(graph_store, "/ask/partners.md").body
    assert get(graph_store, "/ask/claims-by-section.tsv", limits=Limits(rows=3)).is_partial


def test_questions_as_rdf_have_the_form_of_sparql_examples(graph_store: Store) -> None:
    sh, schema = (
        rdflib.Namespace("http://www.w3.org/ns/shacl#"),
        rdflib.Namespace("https://schema.org/"),
    )
    graph = rdflib.Graph().parse(data=get(graph_store, "/ask.ttl").body, format="turtle")
    nodes = set(graph.subjects(rdflib.RDF.type, sh.SPARQLExecutable))
    assert len(nodes) == len(read_questions(graph_store.bundle))
    for node in nodes:
        assert (node, rdflib.RDF.type, sh.SPARQLSelectExecutable) in graph
        assert {
            one.language
            for one in graph.objects(node, rdflib.RDFS.comment)
            if isinstance(one, rdflib.Literal)
        } == {"en", "ja"}
        assert graph.value(node, schema.target) == rdflib.URIRef("http://localhost/sparql")
        query = str(graph.value(node, sh.select))
        prefixes = graph.value(node, sh.prefixes)
        declared = {
            str(graph.value(one, sh.prefix)): str(graph.value(one, sh.namespace))
            for one in graph.objects(prefixes, sh.declare)
        }
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in declared.items())
        assert len(list(graph_store.select(head + query))) >= 0
    one = rdflib.Graph().parse(data=get(graph_store, "/ask/partners.ttl").body, format="turtle")
    assert len(set(one.subjects(rdflib.RDF.type, sh.SPARQLExecutable))) == 1


# --- sources -------------------------------------------------------------------------------------


def test_the_source_page_marks_what_is_cited(graph_store: Store) -> None:
    markup = page(get(graph_store, "/source/mofa-evaluation-2024"))
    claims = read_source_claims(graph_store, SOURCE, "en")
    text = source_text(graph_store, SOURCE)
    assert text is not None
    names = {claim.iri.rpartition("/")[2] for claim in claims}
    assert names <= set(markup.anchors)
    assert {f"in-{claim.iri.rpartition('/')[2]}" for claim in claims if claim.quote} <= set(
        markup.anchors
    )
    found = coverage(text, [claim.quote for claim in claims if claim.quote])
    assert f"{found.share * 100:.1f} %" in text_of(markup)
    marked = [
        values for tag, values in markup.elements if "cited" in values.get("class", "").split()
    ]
    assert {name for values in marked for name in values["data-claims"].split()} <= names
    assert all(values["href"][1:] in markup.anchors for values in marked)


def test_segments_cut_the_text_and_name_every_claim(graph_store: Store) -> None:
    text = source_text(graph_store, SOURCE)
    assert text is not None
    claims = read_source_claims(graph_store, SOURCE, "en")
    segments = cut_text(text, claims, [100, 5000])
    assert "".join(one.text for one in segments) == text
    expected: list[set[str]] = [set() for _ in text]
    for claim in claims:
        for place in quote_offsets(text, claim.quote) if claim.quote else ():
            for index in range(place.raw_start, place.raw_end):
                expected[index].add(claim.iri)
    for one in segments:
        for index in range(one.start, one.start + len(one.text)):
            assert set(one.claims) == expected[index]


def test_a_source_without_text_says_so(graph_store: Store) -> None:
    text = text_of(page(get(graph_store, "/source/un-m49")))
    assert "holds no text of this source" in text
    assert "ctd:register-m49" in text or "ctd:" in text
    for bad in ("/source/nothing", "/source/unodc", "/source/..%2F..%2Fregister"):
        with pytest.raises((RequestError, LookupError)):
            get(graph_store, bad)
    assert source_name(CTD + "../../etc") == ""


def test_a_source_with_many_claims_and_no_text_has_pages(
    graph_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page(get(graph_store, "/source/un-m49"))
    cited = [one for one in whole.anchors if one.startswith("register-")]
    monkeypatch.setattr(source, "_ON_A_PAGE", 7)
    found: list[str] = []
    for number in range(1, math.ceil(len(cited) / 7) + 1):
        shown = page(get(graph_store, f"/source/un-m49?page={number}"))
        part = [one for one in shown.anchors if one.startswith("register-")]
        assert 1 <= len(part) <= 7
        found += part
        assert text_of(shown).count(f"{len(cited)}") >= 1
    assert found == cited
    with pytest.raises(RequestError):
        get(graph_store, f"/source/un-m49?page={number + 1}")
    static = page(get(graph_store, "/source/un-m49", is_static=True))
    assert [one for one in static.anchors if one.startswith("register-")] == cited


# --- networks, downloads, ontology, search -------------------------------------------------------


def test_networks_in_every_form(graph_store: Store) -> None:
    markup = page(get(graph_store, "/networks"))
    linked = {address for _, address in markup.links}
    assert {"/networks/cooperation.html", "/networks/story-the-sheet-in-six-steps.html"} <= linked
    whole = get(graph_store, "/networks/cooperation.json")
    part = get(graph_store, "/networks/cooperation.json?actor=UNODC")
    assert len(json.loads(part.body)["elements"]["nodes"]) == 2
    assert len(json.loads(whole.body)["elements"]["nodes"]) > 10
    names = zipfile.ZipFile(io.BytesIO(get(graph_store, "/networks/plans.zip").body)).namelist()
    assert {"nodes.csv", "edges.csv", "datapackage.json"} <= set(names)
    offline = get(graph_store, "/networks/funding.html?year=2023&lang=ja")
    policy = dict(offline.headers)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sha256-" in policy
    told = get(graph_store, "/networks/story-japan-in-fiscal-year-2023.html")
    assert told.status == 200


def test_the_board_of_an_actor(graph_store: Store) -> None:
    board = get(graph_store, "/networks/board.html?actor=Japan&lang=ja")
    assert "日本は17の相手と協力" in board.body.decode()
    assert "style-src 'sha256-" in dict(board.headers)["Content-Security-Policy"]
    figure = get(graph_store, "/networks/board.svg?actor=GIFCT&size=column")
    assert figure.body.startswith(b"<?xml")
    asked = get(graph_store, "/networks?view=board&actor=ctd:jpn&hops=1")
    assert dict(asked.headers)["Location"].startswith("/networks/board.html?actor=ctd")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/networks/nothing.html", 404),
        ("/networks/cooperation.exe", 404),
        ("/networks/story-nothing.html", 404),
        ("/networks/chart-nothing.svg", 404),
        ("/networks/cooperation.html?actor=GIFCT&year=2021", 404),
        ("/networks/board.html", 400),
        ("/networks/board.gexf?actor=Japan", 404),
        ("/networks/board.html?actor=Japan&hops=2", 400),
        ("/networks/board.html?actor=Japan&since=2060", 404),
        ("/networks/board.png?actor=Japan&since=2060", 404),
        ("/networks?view=nothing", 404),
        ("/networks/cooperation.html?hops=x", 400),
        ("/networks/cooperation.html?actr=UNODC", 400),
        ("/networks/cooperation.html?communities=1&backbone=1", 400),
        ("/networks/structure.json?roll-up=forums", 400),
        ("/things/Nothing", 404),
        ("/things/Meeting?page=0", 404),
        ("/downloads/nothing", 404),
        ("/ontology.exe", 404),
        ("/void.exe", 404),
    ],
)
def test_what_is_not_there_is_refused(graph_store: Store, path: str, status: int) -> None:
    with pytest.raises(CtgraphError) as caught:
        get(graph_store, path)
    found = caught.value.status if isinstance(caught.value, RequestError) else 400
    assert found == status


def test_a_network_is_rolled_up(graph_store: Store) -> None:
    def nodes(query: str) -> set[str]:
        body = get(graph_store, f"/networks/structure.json{query}").body
        return {one["data"]["id"] for one in json.loads(body)["elements"]["nodes"]}

    assert nodes("") - nodes("?roll-up=states") >= {
        CTD + "mofa",
        CTD + "mofa-foreign-policy-bureau",
    }
    offline = unpack_page(get(graph_store, "/networks/structure.html?roll-up=states").body)
    assert offline["rolled"] is True
    assert "ctd:mofa" in {node["iri"] for node in offline["nodes"]}, "the page rolls down again"
    assert unpack_page(get(graph_store, "/networks/structure.html").body)["rolled"] is False
    drawn = get(graph_store, "/networks/structure.svg?roll-up=states&lang=ja").body.decode()
    assert "国家単位に集約" in drawn


def test_the_form_for_a_part_of_a_network(graph_store: Store) -> None:
    fields = [one for tag, one in page(get(graph_store, "/networks")).elements if tag == "input"]
    assert {"name": "roll-up", "value": "states", "type": "checkbox"} in fields
    reply = get(graph_store, "/networks?view=structure&hops=1&roll-up=states")
    location = dict(reply.headers)["Location"]
    assert location == "/networks/structure.html?hops=1&roll-up=states"
    reply = get(graph_store, "/networks?view=goals&actor=&hops=1&topic=&year=2023")
    assert dict(reply.headers)["Location"] == "/networks/goals.html?hops=1&year=2023"
    reply = get(graph_store, "/networks?view=goals&actor=&hops=1&topic=&year=")
    assert dict(reply.headers)["Location"] == "/networks/goals.html"


def test_a_figure(graph_store: Store) -> None:
    reply = get(graph_store, "/networks/structure.svg")
    assert reply.media_type == "image/svg+xml"
    assert b"<svg" in reply.body


def test_downloads_are_what_the_page_says(graph_store: Store) -> None:
    import hashlib

    text = page(get(graph_store, "/downloads")).text
    for name in downloads.file_names():
        body = get(graph_store, f"/downloads/{name}").body
        if name.startswith("ctgraph.bib") or name.endswith("cff"):
            continue
        assert hashlib.sha256(body).hexdigest() in text
        assert f"{len(body):,}" in text
    complete = get(graph_store, "/downloads/ctgraph.nq").body
    assert hashlib.sha256(complete).hexdigest() == citation(graph_store)["hash"]
    with pytest.raises(RequestError) as caught:
        get(graph_store, "/downloads/ctgraph.nq", limits=Limits(bytes=1000))
    assert caught.value.status == 413


def test_citations(graph_store: Store) -> None:
    digest = str(citation(graph_store)["hash"])
    about = text_of(page(get(graph_store, "/about")))
    for name in ("CITATION.cff", "ctgraph.bib"):
        assert digest in get(graph_store, f"/downloads/{name}").body.decode()
    assert digest in about
    assert "CC BY 4.0" in about


def test_about_says_what_is_installed_and_nothing_that_is_not(small: Store) -> None:
    for lang, engine in (("en", "Engine (pyoxigraph)"), ("ja", "エンジン（pyoxigraph）")):
        about = text_of(page(get(small, "/about", lang=lang)))
        assert engine in about
        assert "None" not in about


@pytest.mark.parametrize("iri", [CTD + "unodcc", CTV + "nothing", CT + "Nothing"])
def test_an_unknown_iri_of_ours_is_missing_at_once(graph_store: Store, iri: str) -> None:
    reply = get(graph_store, f"/entity?iri={quote(iri)}", accept="text/html")
    assert reply.status == 404
    near = {link for _, link in page(reply).links if link.startswith("/id/unodc.html")}
    assert bool(near) is (iri == CTD + "unodcc")


def test_what_a_format_cannot_hold_is_not_acceptable_rather_than_out_of_order(
    tmp_path: Path, mini: Path, mini_bundle: Bundle
) -> None:
    odd = tmp_path / "odd.trig"
    odd.write_text(HOSTILE_CLAIM.replace("rdfs:seeAlso", "<urn:x:ends-in/>"), encoding="utf-8")
    build_store(tmp_path / "store", [odd], mini_bundle)
    with open_store(mini, store=tmp_path / "store") as store:
        for path in ("/id/hostile-emoji.rdf", "/downloads/ctgraph.rdf"):
            with pytest.raises(Unwritable, match="does not end in a name") as caught:
                get(store, path)
            assert faults.of_error(caught.value, {}).status == 406
        assert get(store, "/id/hostile-emoji.ttl").status == 200


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_terms_of_other_vocabularies_have_names(graph_store: Store, lang: str) -> None:
    """Of whatever the graph uses and does not label, no prefixed name is left on the lists."""
    used = graph_store.select("SELECT DISTINCT ?x { { ?a ?x ?b } UNION { ?a a ?x } }")
    foreign = [row["x"].value for row in used if not row["x"].value.startswith(CT)]
    labels = graph_store.labels(foreign, lang)
    bare = [shorten(one) for one in foreign if labels.get(one, shorten(one)) == shorten(one)]
    assert len(bare) > 40
    assert not [one for one in bare if term_name(one, lang) == one]
    for path in ("/things", "/concept/partner.html", "/find?q=unit"):
        assert not re.search(
            r"(skos|org|qb):[A-Za-z]", text_of(page(get(graph_store, path, lang=lang)))
        )


def test_the_description_names_the_endpoint(graph_store: Store) -> None:
    reply = get(graph_store, "/void", accept="text/html")
    graph = rdflib.Graph().parse(data=reply.body, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    assert rdflib.URIRef("http://localhost/sparql") in set(graph.objects(None, void.sparqlEndpoint))
    assert (
        get(graph_store, "/void", accept="application/ld+json").media_type == "application/ld+json"
    )


def test_every_term_of_the_ontology_has_its_anchor(graph_store: Store) -> None:
    markup = page(get(graph_store, "/ontology.html"))
    terms = {iri.removeprefix(CT) for iri in graph_store.known_terms() if iri.startswith(CT)}
    assert terms <= set(markup.anchors)
    text = text_of(markup)
    assert "cooperates with" in text
    assert "協力" in text
    assert (
        dict(get(graph_store, "/ontology", accept="text/turtle").headers)["Location"]
        == "/ontology.ttl"
    )


def test_every_concept_stands_in_its_vocabulary(graph_store: Store) -> None:
    linked = {address for _, address in page(get(graph_store, "/concept")).links}
    rows = graph_store.select(
        "SELECT DISTINCT ?c { ?c skos:inScheme ?s . ?s a skos:ConceptScheme }"
    )
    concepts = [row["c"].value for row in rows]
    assert len(concepts) > 100
    for iri in concepts:
        assert thing_path(iri) in linked, iri


def test_search_finds_names_and_quotes(graph_store: Store) -> None:
    names = page(get(graph_store, "/find?q=unodc"))
    assert (
        next(a for t, a in names.links if a.startswith(("/id/", "/concept/"))) == "/id/unodc.html"
    )
    quotes = page(get(graph_store, "/find?q=総額約4,830万"))
    assert any("/id/mofa-2024-" in address for _, address in quotes.links)
    assert "総額約4,830万" in quotes.text
    assert "Nothing has" in page(get(graph_store, "/find?q=zzzzzz")).text
    assert get(graph_store, "/find?q=%E3%80%80").status == 200


def test_lists_hold_everything_of_a_kind(graph_store: Store) -> None:
    linked = [a for _, a in page(get(graph_store, "/things/Actor")).links if a.startswith("/id/")]
    actors = {
        thing_path(row["x"].value)
        for row in graph_store.select("SELECT DISTINCT ?x { ?x a/rdfs:subClassOf* ct:Actor }")
    }
    assert set(linked) == actors
    claims = page(get(graph_store, "/things/Claim?page=2"))
    assert "Page 2 of 2" in claims.text


# --- hostile data --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, mini: Path) -> Iterator[Store]:
    with open_store(mini, files=[write_hostile(tmp_path_factory.mktemp("hostile"))]) as store:
        yield store


@pytest.mark.parametrize("is_static", [False, True])
def test_hostile_names_show_as_text_everywhere(hostile: Store, is_static: bool) -> None:
    paths = [
        *(path for path in PATHS if is_static <= ("?" not in path)),
        *(f"/id/hostile-{slug}.html" for slug in NAMES),
        *("/id/workshop-2023.html", "/things/State", "/id/mini-h01.html"),
    ]
    if not is_static:
        paths += ["/find?q=%3Cscript%3E", "/find?q=%22%3E%3Cimg", "/entity?iri=javascript:alert(1)"]
        paths += ["/ask/activities?actor=ctd:hostile-image"]
    for path in paths:
        for lang in ("en", "ja"):
            markup = page(get(hostile, path, lang=lang, is_static=is_static))
            assert dangers(markup) == [], path
    for slug, name in NAMES.items():
        markup = page(get(hostile, f"/id/hostile-{slug}.html", is_static=is_static))
        assert " ".join(name.split()) in text_of(markup), slug
        assert all(json.loads(block) for block in markup.blocks if block.strip())


def test_hostile_input_shows_as_text(graph_store: Store) -> None:
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (
        f"/find?q={evil}",
        f"/ask/partners?actor={evil}",
        f"/id/{evil}",
        f"/entity?iri=urn:{evil}",
    ):
        assert status_of(graph_store, path) in (200, 400, 404)


# --- the frame -----------------------------------------------------------------------------------


def test_what_is_made_for_a_store_is_kept_with_it(mini: Path) -> None:
    made = iter("abcd")
    with open_store(mini) as store, open_store(mini) as other:
        assert [keep(store, "x", lambda: next(made)) for _ in range(2)] == ["a", "a"]
        assert keep(other, "x", lambda: next(made)) == "b"
        assert [keep_last(store, ("x", n), lambda: next(made)) for n in (1, 1, 2)] == list("ccd")


def test_templates_escape() -> None:
    assert _environment().autoescape is True
    for path in TEMPLATES.glob("*.html"):
        assert "|safe" not in path.read_text("utf-8").replace(" ", ""), path.name


@pytest.mark.parametrize(
    ("path", "lang", "file"),
    [
        ("/", "en", "index.html"),
        ("/", "ja", "ja/index.html"),
        ("/ask", "en", "ask.html"),
        ("/ask/partners.csv", "ja", "ja/ask/partners.csv"),
        ("/id/unodc.html", "ja", "ja/id/unodc.html"),
        ("/id/unodc.ttl", "ja", "id/unodc.ttl"),
        ("/static/style.css", "ja", "static/style.css"),
    ],
)
def test_files_of_a_static_site(path: str, lang: str, file: str) -> None:
    assert static_file(path, lang) == file


def test_paths_of_things() -> None:
    assert thing_path(CTV + "host") == "/concept/host.html"
    assert thing_path(CTD + "a/b") == ""
    assert thing_path("http://example.org/x") == ""


def test_bars_of_different_units_have_scales_of_their_own(graph_store: Store) -> None:
    body = get(graph_store, "/ask/indicators").body.decode()
    scales = re.findall(r"<table class=bars>(.*?)</table>", body, re.DOTALL)
    units = [re.search(r"<caption>(.*?)</caption>", one)[1] for one in scales]  # type: ignore[index]
    assert len(units) == len(set(units)) >= 3
    for one in scales:
        lengths = [float(width) for width in re.findall(r"<rect width=([\d.]+)%", one)]
        assert max(lengths) in (0, 100)
    (one,) = draw_bars([("a", 2, ""), ("b", 1, "")])
    assert [bar.length for bar in one.bars] == [100, 50]


def test_a_timeline_hatches_what_is_known_by_the_year(graph_store: Store) -> None:
    body = get(graph_store, "/ask/timeline").body.decode()
    rows = re.findall(r"<tr><td>([^<]*)<th .*?<rect ([^>]*)/>", body, re.DOTALL)
    assert {bool(re.search(r"\d-", period)) for period, _ in rows} == {True, False}
    for period, bar in rows:
        is_vague = re.search(r"\d{4}-\d\d", period) is None
        assert ("class=vague" in bar) == is_vague, period
    assert body.count("id=hatch") == 1

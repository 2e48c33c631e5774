"""Stories: read strictly, checked against the graph, and true to the claims that they cite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctgraph.errors import DataError, UnknownName
from ctgraph.network.build import build_network
from ctgraph.network.stories import (
    build_story,
    light_up,
    lit,
    read_stories,
    read_story,
)
from ctgraph.network.things import read_claims, read_things
from ctgraph.store.project import Bundle, locate
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD, CTV, LANGUAGES

GOOD = """\
title.en = "T"
title.ja = "題"
description.en = "D"
description.ja = "説明"
year = 2023

[[step]]
title.en = "One"
title.ja = "一"
caption.en = "Said."
caption.ja = "述べる。"
highlight = [
    "ctd:gifct",
    "ctd:jpn -- ctd:unodc",
]
claims = ["ctd:mofa-2024-a12", "ctd:mofa-2024-a13"]

[[step]]
title.en = "Two"
title.ja = "二"
caption.en = "More."
caption.ja = "更に。"
highlight = []
claims = [
    "ctd:mofa-2024-a15",
]
"""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return locate()


def write(folder: Path, text: str) -> Path:
    path = folder / "story.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- reading --------------------------------------------------------------------------------------


def test_a_story_is_read_as_it_stands(tmp_path: Path, bundle: Bundle) -> None:
    story = read_story(write(tmp_path, GOOD), bundle)
    assert (story.name, story.view, story.filters) == ("story", "cooperation", {"year": 2023})
    assert (story.title, story.description["ja"]) == ({"en": "T", "ja": "題"}, "説明")
    one, two = story.steps
    assert one.highlight == (CTD + "gifct", (CTD + "jpn", CTD + "unodc"))
    assert one.claims == (CTD + "mofa-2024-a12", CTD + "mofa-2024-a13")
    assert (two.title["ja"], two.caption["en"], two.highlight) == ("二", "More.", ())


def test_names_and_paths_are_told_apart(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    assert read_story("story.toml", bundle).title["en"] == "T"
    assert read_story("./story.toml", bundle).title["en"] == "T"
    shipped = read_story("the-sheet-in-six-steps", bundle)
    assert shipped.where == "queries/stories/the-sheet-in-six-steps.toml"
    with pytest.raises(UnknownName, match="Did you mean the-sheet-in-six-steps"):
        read_story("the-sheet-in-6-steps", bundle)
    with pytest.raises(DataError, match=r"gone\.toml: the story cannot be read"):
        read_story("gone.toml", bundle)


BROKEN = [
    ('title.en = "T"', "title.en = T", 1, "not TOML"),
    ('title.en = "T"', 'titel.en = "T"', 1, "unknown key 'titel'. Did you mean title?"),
    ('title.en = "T"\n', "", 1, "the story needs title.en"),
    ('title.ja = "題"', 'title.fr = "T"', 2, "unknown language title.fr"),
    ('title.ja = "題"', 'title.ja = " "', 1, "the story needs title.ja"),
    ("year = 2023", 'year = "2023"', 5, "year is not a whole number"),
    ("year = 2023", "year = true", 5, "year is not a whole number"),
    ("year = 2023", 'view = "coperation"', 5, "Did you mean cooperation?"),
    ("year = 2023", 'actor = "Japan"', 5, "'Japan' is not a prefixed name"),
    ("year = 2023", 'actor = "cdt:jpn"', 5, "unknown prefix 'cdt'"),
    ('caption.en = "More."', 'captoin.en = "More."', 21, "Did you mean caption?"),
    ('caption.en = "More."', "caption.en = 3", 21, "step 2 needs caption.en"),
    ('"ctd:gifct",', '"gifct",', 13, "not a prefixed name"),
    ('"ctd:gifct",', '"ctd:gi fct",', 13, "not a prefixed name"),
    ('"ctd:gifct",', "3,", 12, "needs a list of names as highlight"),
    ('"ctd:gifct",', '"ctd:a -- ctd:b -- ctd:c",', 13, "more than two ends"),
    ('"ctd:jpn -- ctd:unodc"', '"ctd:gifct"', 13, "ctd:gifct stands twice in highlight"),
    ('claims = [\n    "ctd:mofa-2024-a15",\n]', "claims = []", 24, "step 2 rests on no claims"),
    ('claims = [\n    "ctd:mofa-2024-a15",\n]', "", 18, "needs a list of names as claims"),
    (GOOD[GOOD.index("[[step]]") :], "", 1, "a story needs steps"),
    (GOOD[GOOD.index("[[step]]") :], "step = 3", 7, "a story needs steps"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_what_a_file_must_not_be(
    old: str, new: str, line: int, message: str, tmp_path: Path, bundle: Bundle
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        read_story(path, bundle)
    assert str(caught.value).startswith(f"{bundle.show(path)}:{line}: ")
    assert message in str(caught.value)


def test_a_file_of_another_encoding_is_refused_with_its_line(
    tmp_path: Path, bundle: Bundle
) -> None:
    path = tmp_path / "story.toml"
    path.write_bytes(GOOD.encode("shift_jis"))
    with pytest.raises(DataError, match=r"story\.toml:2: not UTF-8"):
        read_story(path, bundle)


def test_a_header_inside_a_text_is_no_step(tmp_path: Path, bundle: Bundle) -> None:
    text = GOOD.replace('"D"', '"""\n[[step]]\nx\n"""').replace("2023", '"2023"')
    with pytest.raises(DataError, match=r"story\.toml:8: year"):
        read_story(write(tmp_path, text), bundle)


# --- against the graph ----------------------------------------------------------------------------

ABSENT = [
    ("ctd:gifct", "ctd:gifkt", 13, "step 1: the graph has no ctd:gifkt. Did you mean ctd:gifct?"),
    ("ctd:gifct", "ctd:hamas", 13, "ctd:hamas is not in the network of this story"),
    ("ctd:jpn -- ctd:unodc", "ctd:gifct -- ctd:unodc", 14, "no edge joins ctd:gifct -- ctd:unodc"),
    ("ctd:jpn -- ctd:unodc", "ctd:jpn -- ctd:hamas", 14, "ctd:hamas is not in the network"),
    ("ctd:mofa-2024-a13", "ctd:mofa-2024-a99", 16, "the graph has no claim ctd:mofa-2024-a99"),
    ("ctd:mofa-2024-a15", "ctd:gifct", 25, "the graph has no claim ctd:gifct"),
    ("year = 2023", "year = 1850", 5, "unknown fiscal year"),
    ("year = 2023", 'actor = "ctd:hamas-related-persons"', 5, "nothing in the view cooperation"),
    ("year = 2023", "hops = 0", 5, "0 hops reach nothing"),
    ("year = 2023", 'from = "2023-02-30"', 5, "2023-02-30"),
    ("year = 2023", 'kind = "Workshp"', 5, "Workshp"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), ABSENT)
def test_what_the_graph_does_not_have_is_refused(
    old: str, new: str, line: int, message: str, tmp_path: Path, graph_store: Store, bundle: Bundle
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    story = read_story(path, bundle)
    with pytest.raises(DataError) as caught:
        build_story(graph_store, story)
    assert str(caught.value).startswith(f"{bundle.show(path)}:{line}: ")
    assert message in str(caught.value)


def test_every_filter_of_a_network_can_be_named(
    tmp_path: Path, graph_store: Store, bundle: Bundle
) -> None:
    given = (
        'actor = "ctd:jpn"\nhops = 2\ntopic = "ctv:cybercrime"\nplace = "ctd:place-jpn"\n'
        'from = "2023-04"\nto = "2024"\nrole = "ctv:host"\nkind = "Workshop"\nstated_only = false'
    )
    story = read_story(write(tmp_path, GOOD.replace("year = 2023", given)), bundle)
    assert story.filters == {
        "actor": CTD + "jpn", "hops": 2, "topic": CTV + "cybercrime", "place": CTD + "place-jpn",
        "since": "2023-04", "until": "2024", "role": CTV + "host", "kind": "Workshop",
        "stated_only": False,
    }  # fmt: skip
    build_network(graph_store, story.view, **story.filters)


def test_what_a_highlight_means(tmp_path: Path, graph_store: Store, bundle: Bundle) -> None:
    story = read_story(write(tmp_path, GOOD), bundle)
    graph = build_story(graph_store, story)
    jpn, gifct, unodc = (CTD + name for name in ("jpn", "gifct", "unodc"))
    none: frozenset[tuple[str, str]] = frozenset()
    dialogue = frozenset({(jpn, unodc)})
    assert light_up(graph, gifct) == (frozenset({gifct}), none)
    assert light_up(graph, (unodc, jpn)) == (frozenset({jpn, unodc}), dialogue)
    workshop = CTD + "online-terrorism-workshop-2023-10"
    assert light_up(graph, workshop) == (frozenset({jpn, gifct}), frozenset({(gifct, jpn)}))
    assert light_up(graph, CTD + "hamas") == (frozenset(), none)
    assert lit(graph, story.steps[0]) == (frozenset({jpn, unodc, gifct}), dialogue)
    assert lit(graph, story.steps[1]) == (frozenset(), none)


# --- the shipped stories --------------------------------------------------------------------------

SHIPPED = ["japan-in-fiscal-year-2023", "the-sheet-in-six-steps"]
"""Those of the first source."""


OF_MANY_SOURCES = ("what-came-of-the-plans", "who-holds-the-network-together")


@pytest.mark.parametrize("name", OF_MANY_SOURCES)
def test_stories_of_many_sources(bundled_project: Bundle, name: str) -> None:
    """Each step is about ties of the network and claims of the graph, more than one source's."""
    stories = read_stories(bundled_project)
    assert list(stories) == sorted([*SHIPPED, *OF_MANY_SOURCES])
    story = stories[name]
    with open_store(bundled_project.root) as store:
        for lang in LANGUAGES:
            assert build_story(store, story, lang).number_of_nodes() > 100
        claims = " ".join(f"<{claim}>" for step in story.steps for claim in step.claims)
        asked = f"SELECT DISTINCT ?s {{ VALUES ?c {{ {claims} }} ?c ct:section/ct:source ?s }}"
        assert len(list(store.select(asked))) > 5


def test_two_stories_are_shipped(graph_store: Store, bundle: Bundle) -> None:
    stories = read_stories(bundle)
    assert list(stories) == SHIPPED
    assert len(stories["the-sheet-in-six-steps"].steps) == 6
    for story in stories.values():
        assert build_story(graph_store, story).number_of_edges() >= 9


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_highlighted_is_what_the_claims_are_about(
    name: str, graph_store: Store, bundle: Bundle
) -> None:
    for step in read_story(name, bundle).steps:
        claims = " ".join(f"<{claim}>" for claim in step.claims)
        for part in step.highlight:
            assert isinstance(part, str)
            about = f"ASK {{ VALUES ?c {{ {claims} }} GRAPH ?c {{ ?s ?p <{part}> }} }}"
            said = f"ASK {{ VALUES ?c {{ {claims} }} GRAPH ?c {{ <{part}> ?p ?o }} }}"
            assert graph_store.ask(about) or graph_store.ask(said), (step.title["en"], part)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_edge_stands_out_that_the_claims_do_not_carry(
    name: str, graph_store: Store, bundle: Bundle
) -> None:
    story = read_story(name, bundle)
    graph = build_story(graph_store, story)
    for step in story.steps:
        for source, target in lit(graph, step)[1]:
            by_activity = graph.edges[source, target]["by_activity"]
            cited = [a for a, made in by_activity.items() if set(made["claims"]) & set(step.claims)]
            assert set(cited) & set(step.highlight), (step.title["en"], source, target)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_numbers_and_acronyms_of_a_caption_stand_in_its_claims(
    name: str, lang: str, graph_store: Store, bundle: Bundle
) -> None:
    numbers = {"one": "1", "two": "2", "three": "3", "five": "5", "eight": "8", "six": "6"}
    for step in read_story(name, bundle).steps:
        words = read_claims(graph_store, step.claims)
        said = " ".join(
            one[key] for one in words.values() for key in ("quote", "gloss_en", "reason_en")
        )
        said = _plain(said)
        for word, digit in numbers.items():
            said = re.sub(rf"\b{word}\b", digit, said, flags=re.IGNORECASE)
        caption = _plain(step.caption[lang] + " " + step.title[lang])
        for word, digit in numbers.items():
            caption = re.sub(rf"\b{word}\b(?! of)(?! on)", digit, caption, flags=re.IGNORECASE)
        for found in re.findall(r"\d[\d,.]*\d|\d|[A-Z]{3,}", caption):
            assert found in said, (step.title["en"], found)


def _plain(text: str) -> str:
    import unicodedata

    text = unicodedata.normalize("NFKC", text)
    # Reiwa 3 to 5 are the fiscal years 2021 to 2023.
    for reiwa, year in ((3, 2021), (4, 2022), (5, 2023)):
        text = text.replace(f"令和{reiwa}年度", f"{year}").replace(f"Reiwa {reiwa}", f"{year}")
    return text


def test_actors_that_stand_out_are_named_in_the_caption_or_title(
    graph_store: Store, bundle: Bundle
) -> None:
    said_otherwise = {
        # Bodies whose names are too long for a caption.
        "budapest-convention-meetings": ("Budapest Convention", "ブダペスト条約"),
        "ccpcj": ("UN crime commission", "国連犯罪防止刑事司法委員会"),
        "countries-concerned": ("countries", "か国"),
        "uncac-states-parties": ("UN Convention against Corruption", "国連腐敗防止条約"),
    }
    for name in SHIPPED:
        story = read_story(name, bundle)
        graph = build_story(graph_store, story)
        things = read_things(graph_store, graph)
        for step in story.steps:
            for node in lit(graph, step)[0]:
                for lang, number in (("en", 0), ("ja", 1)):
                    text = f"{step.title[lang]} {step.caption[lang]}"
                    names = {things[node]["acronym"], things[node][f"label_{lang}"]} - {""}
                    other = said_otherwise.get(node.removeprefix(CTD))
                    names |= {other[number]} if other else set()
                    assert any(one in text for one in names) or (
                        node == CTD + "countries-concerned" and "関係国" in text
                    ), (name, step.title["en"], node, lang)

"""The network page: complete in itself, safe against its data, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pagetools import unpack
from processes import same_output

from ctgraph.cli.app import run
from ctgraph.draw.page.page import page_text, write_page
from ctgraph.draw.page.places import arrange
from ctgraph.errors import DataError, UnknownName, UsageError
from ctgraph.export.resources import citation
from ctgraph.network.build import build_network
from ctgraph.network.files import read_network
from ctgraph.network.layout import compute_layout
from ctgraph.network.stories import read_story
from ctgraph.store.project import locate
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD
from ctgraph.text import display_width, wrap_evenly
from ctgraph.words.read import read_words

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "src" / "ctgraph" / "draw" / "page" / "template"

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "'\"><svg onload=document.title='owned'>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u202eevil\u2066 مرحبا בעולם",
    "😀" * 40,
    "x" * 500,
    "長い名称" * 60,
    "<!-- \u2028\u2029 -->]]>",
    "",
]


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


@pytest.fixture(scope="module")
def page(store: Store) -> str:
    return page_text(build_network(store), store=store)


def hostile_network() -> tuple[nx.Graph[str], dict[str, dict[str, str]], dict[str, Any]]:
    graph: nx.Graph[str] = nx.Graph()
    evidence = {}
    for number, text in enumerate(HOSTILE):
        graph.add_node(
            f"n{number}",
            label_en=text,
            label_ja=text,
            kind="State",
            acronym=text[:8],
            claims=[f"c{number}"],
        )
        evidence[f"c{number}"] = {
            "kind": "digest" if number % 2 else "quote",
            "quote": "" if number % 2 else text,
            "quote_language": "ja",
            "page": text,
            "digest": text,
            "address": text,
            "gloss_en": text,
            "gloss_ja": text,
            "gloss_language_en": "en",
            "gloss_language_ja": "en",
            "told_en": text,
            "told_ja": text,
            "basis": "Inferred",
            "reason_en": text,
            "reason_ja": text,
        }
        if number:
            graph.add_edge(
                "n0",
                f"n{number}",
                activities=["a"],
                by_activity={"a": {"claims": [f"c{number}"], "basis": "Inferred"}},
            )
    graph.graph["things"] = {"a": {"label_en": HOSTILE[0], "label_ja": HOSTILE[1]}}
    graph.graph["kinds"] = {"State": {"label_en": HOSTILE[0], "label_ja": HOSTILE[1]}}
    graph.graph["filters"] = {"actor": "n0"}
    about = {
        "version": HOSTILE[0],
        "licence": HOSTILE[0],
        "licence_name": HOSTILE[1],
        "hash": HOSTILE[2],
        "url": HOSTILE[0],
        "sources": [{"label_en": HOSTILE[0], "label_ja": HOSTILE[1], "date": HOSTILE[2]}],
    }
    return graph, evidence, about


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of script and style."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.raw.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and self.raw:
            tag, attributes, text = self.raw[-1]
            self.raw[-1] = (tag, attributes, text + data)

    def data(self) -> dict[str, Any]:
        text = next(text for _, attributes, text in self.raw if attributes.get("id") == "data")
        loaded: dict[str, Any] = unpack(text)
        return loaded


def policy_of(elements: Elements) -> dict[str, list[str]]:
    content = next(
        attributes["content"]
        for tag, attributes in elements.found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert content
    parts = (part.split() for part in content.split(";"))
    return {name: values for name, *values in parts}


def test_policy_allows_nothing_but_the_scripts_of_the_page(page: str) -> None:
    elements = Elements(page)
    policy = policy_of(elements)
    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == policy["font-src"] == ["data:"]
    assert set(policy) == {
        *("default-src", "script-src", "style-src", "font-src", "img-src"),
        *("base-uri", "form-action"),
    }  # fmt: skip

    def source(text: str) -> str:
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    scripts = [text for tag, attributes, text in elements.raw if tag == "script" and not attributes]
    styles = [text for tag, _, text in elements.raw if tag == "style"]
    assert policy["script-src"] == [source(text) for text in scripts]
    assert policy["style-src"] == [source(text) for text in styles]
    assert len(scripts) == 1


def test_nothing_is_asked_from_anywhere(page: str) -> None:
    for tag, attributes in Elements(page).found:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            value = attributes.get(name)
            assert value is None or value in {"data:,", "#table"}, (tag, name, value)
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert "sourceMappingURL" not in page
    ours = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.js"))
    for word in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch("):
        assert word not in ours
    assert "url(" not in (TEMPLATES / "page.css").read_text(encoding="utf-8")


def test_page_holds_the_network_with_its_words(store: Store, page: str) -> None:
    graph = build_network(store)
    data = Elements(page).data()
    # Words of several tables stand side by side; those of the page itself are never replaced.
    for lang, words in data["words"].items():
        assert read_words("network_page", lang).items() <= words.items()
    assert [node["name"]["ja"] for node in data["nodes"]] == [
        graph.nodes[node]["label_ja"] for node in graph
    ]
    assert len(data["edges"]) == graph.number_of_edges()
    for edge in data["edges"]:
        for activity in edge["activities"]:
            assert activity["claims"]
            for number in activity["claims"]:
                claim = data["claims"][number]
                assert claim["quote"] or claim["page"]
                assert claim["basis"] in {"Stated", "Inferred"}
    assert data["about"]["hash"] == citation(store)["hash"]
    assert data["about"]["sources"][0]["date"] == "2024-08"
    assert data["about"]["licence"] == "CC BY 4.0"
    ends = [(edge["from"], edge["to"]) for edge in data["edges"]]
    assert [(edge["from"], edge["to"]) for edge in data["drawn"]["edges"]] == ends
    assert "--page-faces:ctgraph-sans," in page
    assert "@font-face{font-family:'ctgraph-sans'" in page


def test_filters_are_said(store: Store) -> None:
    graph = build_network(store, actor="ctd:unodc", year=2022, stated_only=False)
    data = Elements(page_text(graph, store=store)).data()
    said = {item["key"]: item["ja"] for item in data["filters"]}
    assert said["actor"] == "国連薬物・犯罪事務所"
    assert "2022" in said["year"]
    graph = build_network(store, "activities", kind="Meeting", since="2022", place="ctd:place-jpn")
    said = {i["key"]: i["en"] for i in Elements(page_text(graph, store=store)).data()["filters"]}
    assert said == {"kind": "Meeting", "since": "2022-01-01", "place": "Japan (territory)"}


def test_hostile_words_cannot_leave_the_data() -> None:
    graph, evidence, about = hostile_network()
    text = page_text(graph, title=HOSTILE[0], evidence=evidence, about=about)
    elements = Elements(text)
    assert [tag for tag, _ in elements.found].count("script") == 2
    tags = [tag for tag, _ in elements.found]
    assert "img" not in tags
    assert tags.count("svg") == 1  # the bars of the fiscal years
    data = elements.data()
    assert [claim["gloss_en"] for claim in data["claims"]] == HOSTILE
    assert [node["name"]["en"] for node in data["nodes"]][:9] == HOSTILE[:9]
    block = text[text.index('id="data">') : text.index("</script>", text.index('id="data">'))]
    assert re.fullmatch("[A-Za-z0-9+/=]+", block.removeprefix('id="data">'))


SAME_PAGE = """
import sys
from ctgraph.draw.page.page import write_page
from ctgraph.network.build import build_network
from ctgraph.store.store import open_store
store = open_store()
for view in ("cooperation", "activities"):
    write_page(build_network(store, view), sys.stdout.buffer, store=store, lang="ja")
"""


def test_same_bytes_in_every_process() -> None:
    pages = same_output(SAME_PAGE)
    assert pages.count(b"<!DOCTYPE html>") == 2


def test_errors_are_told(store: Store, tmp_path: Path) -> None:
    graph = build_network(store, stated_only=True)
    with pytest.raises(UnknownName, match="language"):
        page_text(graph, lang="fr")
    with pytest.raises(DataError, match="empty"):
        page_text(nx.Graph())
    with pytest.raises(UsageError, match="does not exist"):
        write_page(graph, tmp_path / "no" / "x.html")
    write_page(graph, tmp_path / "x.html")
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


# --- looks and labels ---------------------------------------------------------------------------


def test_every_word_is_in_both_languages_and_used() -> None:
    pairs = (read_words("network_page", one)["keys_list"] for one in ("en", "ja"))
    listed = [[key for key, _ in one] for one in pairs]
    assert listed[0] == listed[1]
    files = [*TEMPLATES.glob("*.js"), TEMPLATES / "page.html"]
    code = "".join(path.read_text("utf-8") for path in files)
    # Counts and filters are looked up by a key that is put together; Python adds the last.
    made = {
        f"{thing}_{one}"
        for thing in ("nodes", "edges", "steps", "parts")
        for one in ("one", "many")
    }
    made |= {"stated_edge", "inferred_edge", "stated", "inferred", "too_big"}
    made |= {"actor", "topic", "year", "hops", "stated_only", "place", "role", "since", "until"}
    for word in set(read_words("network_page", "en")) - made:
        assert re.search(rf"\b{word}\b", code), word


def test_japanese_lines_break_well() -> None:
    assert wrap_evenly("国連薬物・犯罪事務所", 20, 3) == ["国連薬物・犯罪事務所"]
    assert wrap_evenly("ローマ・リヨン・グループ", 20, 3) == ["ローマ・", "リヨン・グループ"]
    assert wrap_evenly("サイバー犯罪条約（ブダペスト条約）関連会合", 24, 3)[0] == "サイバー犯罪条約"
    label = "能力構築支援のための拠出（総額約4,830万米ドル）"
    assert wrap_evenly(label, 20, 4) == ["能力構築支援のための", "拠出（総額約", "4,830万米ドル）"]


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from("、。「」（）ー・ァ a"),
        max_size=120,
    ),
    st.integers(4, 30),
    st.integers(1, 5),
)
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int, lines: int) -> None:
    made = wrap_evenly(text, width, lines)
    assert 1 <= len(made) <= lines
    assert all(display_width(line) <= width for line in made)
    shown = "".join("".join(made).split())
    whole = "".join(text.split())
    if "…" in made[-1] and shown != whole:
        assert whole.startswith(shown[:-1])
    else:
        assert shown == whole


@pytest.mark.parametrize("view", ["cooperation", "activities"])
def test_no_label_covers_another(store: Store, view: str) -> None:
    data = Elements(page_text(build_network(store, view), store=store)).data()
    boxes = []
    for drawn, node in zip(data["drawn"]["nodes"], data["nodes"], strict=True):
        lines = [line for text in node["label"].values() for line in text.split("\n")]
        wide = max(display_width(line) for line in lines) * 16 * 0.5
        high = max(text.count("\n") + 1 for text in node["label"].values()) * 16
        x, y, size = drawn["x"], drawn["y"], drawn["size"]
        boxes.append((x - wide / 2, y - size, x + wide / 2, y + size + high))
    for index, (left, top, right, bottom) in enumerate(boxes):
        for left2, top2, right2, bottom2 in boxes[index + 1 :]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


def test_nodes_on_one_spot_are_parted() -> None:
    names = [f"n{number}" for number in range(6)]
    labels = {name: {"en": "A label", "ja": "名称"} for name in names}
    places = arrange(dict.fromkeys(names, (0.0, 0.0)), labels, dict.fromkeys(names, 12))
    assert len(set(places.values())) == 6


def test_layout_is_what_the_page_draws(store: Store, page: str) -> None:
    places = compute_layout(build_network(store))
    data = Elements(page).data()
    drawn = dict(zip(places, data["drawn"]["nodes"], strict=True))
    centre = drawn[CTD + "jpn"]
    assert abs(centre["x"]) < 40
    assert abs(centre["y"]) < 40


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_page_tells_a_story(tmp_path: Path, lang: str) -> None:
    target = tmp_path / "x.html"
    story = "japan-in-fiscal-year-2023"
    assert run(["draw", "--story", story, "--lang", lang, "-q", "-o", str(target)]) == 0
    data = Elements(target.read_text(encoding="utf-8")).data()
    told = read_story(story, locate())
    assert data["title"] == told.title
    assert [step["caption"] for step in data["story"]["steps"]] == [s.caption for s in told.steps]
    for step in data["story"]["steps"]:
        assert step["nodes"]
        assert step["claims"]
        for edge in step["edges"]:
            ends = data["edges"][edge]
            assert {ends["from"], ends["to"]} <= set(step["nodes"])


def test_a_story_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        """
title = { en = "One", ja = "一" }
description = { en = "One step.", ja = "一段階。" }
view = "cooperation"
[[step]]
title = { en = "IIJ", ja = "IIJ" }
caption = { en = "</script><b>bold</b>", ja = "太字" }
highlight = ["ctd:iij -- ctd:unafei"]
claims = ["ctd:mofa-2024-a18"]
""",
        encoding="utf-8",
    )
    target = tmp_path / "x.html"
    assert run(["draw", "--story", str(own), "-q", "-o", str(target)]) == 0
    data = Elements(target.read_text(encoding="utf-8")).data()
    assert len(data["story"]["steps"]) == 1
    assert len(data["story"]["steps"][0]["edges"]) == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--story", "no-such-story", "-o", "x.html"], 2, "unknown story"),
        (["--story", "the-sheet-in-six-steps", "-o", "x.svg"], 2, "a page or slides"),
        (["--story", "the-sheet-in-six-steps", "--year", "2023", "-o", "x.html"], 2, "Leave"),
        (["--story", "the-sheet-in-six-steps", "--communities", "-o", "x.html"], 2, "Leave"),
        (["--communities", "--backbone", "-o", "x.html"], 2, "Choose one"),
        (["--backbone", "-o", "x.html"], 3, "no backbone"),
    ],
)
def test_what_does_not_go_together_is_refused(
    options: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["draw", *options]) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_communities_are_drawn(tmp_path: Path) -> None:
    for name in ("x.html", "x.graphml"):
        target = tmp_path / name
        options = ["--view", "everything", "--communities"]
        assert run(["draw", *options, "-q", "-o", str(target)]) == 0
    data = Elements((tmp_path / "x.html").read_text(encoding="utf-8")).data()
    assert "Louvain" in data["note"]["en"]
    assert {node["group"] for node in data["nodes"]} >= {"Community"}
    assert len(read_network(tmp_path / "x.graphml")) == len(data["nodes"])

"""The controls of the interactive page in a real browser: mouse and keyboard, both languages."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

import networkx as nx
import pytest
from browser import Visit, file_url, findings, serve_folder
from network_page import (
    READY,
    Pages,
    Windows,
    data_of,
    details,
    focused,
    fragment,
    go,
    in_pages,
    lang_of,
    open_tables,
    place_of,
    rows,
    use,
    words_of,
)
from playwright.sync_api import Page

from ctgraph.draw.page.board import board_text
from ctgraph.draw.page.page import write_page
from ctgraph.network.board import build_board
from ctgraph.network.build import build_network
from ctgraph.store.store import Store

HANDS = ("mouse", "keyboard")


# --- filters -------------------------------------------------------------------------------------


@in_pages("cooperation", "goals")
def test_the_legend_hides_and_shows_each_kind(opened: Visit) -> None:
    page = opened.page
    every = rows(page, "nodes")
    kinds = [entry["group"] for entry in data_of(page)["legend"]]
    assert len(kinds) > 4
    for index, kind in enumerate(kinds):
        button = page.locator("#legend button").nth(index)
        said = re.search(r"\((\d+)\)$", button.inner_text())
        assert said is not None
        use(button, HANDS[index % 2])
        assert button.get_attribute("aria-pressed") == "false"
        assert len(rows(page, "nodes")) == len(every) - int(said[1])
        assert fragment(page)["without"] == kind
        # Again with the other hand; the keyboard still stands there, though the list is new.
        if index % 2:
            button.click()
        else:
            page.keyboard.press("Space")
        assert button.get_attribute("aria-pressed") == "true"
    assert rows(page, "nodes") == every
    assert fragment(page) == {}


@in_pages("cooperation")
def test_the_legend_hides_what_is_stated_or_inferred(opened: Visit) -> None:
    page = opened.page
    words = words_of(page)
    for hand, basis, left in zip(
        HANDS, ("inferred", "stated"), ("stated", "inferred"), strict=True
    ):
        use(page.locator("#legend button", has_text=words[f"{basis}_edge"]), hand)
        assert {row[4] for row in rows(page)} == {words[left]}
        assert fragment(page)["without"] == basis.capitalize()
        assert words[basis] in page.inner_text("#summary")
        use(page.locator("#reset"), hand)
        assert len(rows(page)) == len(data_of(page)["edges"])
        assert fragment(page) == {}


@in_pages("cooperation", "activities")
def test_the_year_slider_leaves_what_was_in_the_year(
    opened: Visit, graph_store: Store, request: pytest.FixtureRequest
) -> None:
    page = opened.page
    view = request.node.callspec.params["opened"]["view"]
    years = data_of(page)["facets"]["year"]
    page.focus("#year")
    page.keyboard.press("End")
    year = years[-1]["iri"]
    wanted = build_network(graph_store, view, since=year, until=year)
    assert len(rows(page)) == wanted.number_of_edges()
    assert len(rows(page, "nodes")) == wanted.number_of_nodes()
    assert fragment(page)["year"] == years[-1]["iri"]
    weights = sorted(int(row[3]) for row in rows(page))
    if view == "cooperation":
        assert weights == sorted(data["weight"] for _, _, data in wanted.edges(data=True))
    page.keyboard.press("ArrowLeft")
    assert fragment(page)["year"] == years[-2]["iri"]
    assert years[-2][lang_of(page)] in page.inner_text("#year-said")
    page.keyboard.press("Home")
    assert len(rows(page)) == len(data_of(page)["edges"])
    box = page.locator("#year").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert fragment(page)["year"] == years[-1]["iri"]


@in_pages("cooperation", "goals")
@pytest.mark.parametrize("facet", ["topic", "place"])
def test_topics_and_places_filter_as_the_store_does(
    opened: Visit, graph_store: Store, facet: str, request: pytest.FixtureRequest
) -> None:
    page = opened.page
    view = request.node.callspec.params["opened"]["view"]
    lang = lang_of(page)
    values = data_of(page)["facets"][facet]
    for index, value in list(enumerate(values))[::2]:
        page.select_option(f"#{facet}", str(index))
        wanted = build_network(graph_store, view, **{facet: value["iri"]})
        assert len(rows(page)) == wanted.number_of_edges(), value
        assert value[lang] in page.inner_text("#summary")
        assert fragment(page)[facet] == value["iri"]
    page.select_option(f"#{facet}", "-1")
    assert fragment(page) == {}
    # The keyboard goes through them in the order in which they are listed.
    page.focus(f"#{facet}")
    page.keyboard.press("ArrowDown")
    first = page.locator(f"#{facet} option").nth(1).inner_text()
    assert first in page.inner_text("#summary")
    assert focused(page) == facet


@in_pages("cooperation")
def test_what_a_filter_leaves_can_be_filtered_again_and_reset(opened: Visit) -> None:
    page = opened.page
    assert page.is_disabled("#reset")
    counts = []
    page.focus("#year")
    page.keyboard.press("ArrowRight")  # the first year
    counts.append(len(rows(page)))
    page.locator("#legend button[data-key=Forum]").click()
    counts.append(len(rows(page)))
    page.select_option("#topic", "1")
    counts.append(len(rows(page)))
    assert len(data_of(page)["edges"]) > counts[0] > counts[1] >= counts[2]
    assert set(fragment(page)) == {"year", "topic", "without"}
    page.click("#reset")
    assert fragment(page) == {}
    assert page.input_value("#year") == "0"
    assert page.input_value("#topic") == "-1"


@in_pages("cooperation")
def test_nothing_left_is_a_page_too(opened: Visit) -> None:
    page = opened.page
    for button in page.locator("#legend button").all():
        button.click()
    assert rows(page) == rows(page, "nodes") == []
    page.focus("#picture")
    for key in ("ArrowRight", "]", "e", "p", "0", "Enter"):
        page.keyboard.press(key)
    page.click("#fit")
    page.click("#reset")
    assert len(rows(page)) == len(data_of(page)["edges"])


# --- finding and selecting -----------------------------------------------------------------------


@in_pages("cooperation")
def test_search_finds_any_name_and_shows_its_words(opened: Visit) -> None:
    page = opened.page
    page.keyboard.press("/")
    page.keyboard.type("ｇｉｆｃｔ")
    page.keyboard.press("Enter")
    assert "GIFCT" in details(page)
    assert focused(page) == "details"
    assert page.locator("#details blockquote").count() > 0
    assert fragment(page)["node"] == "ctd:gifct"
    for text in ("日 本", "JAPAN", "ctd:jpn"):
        page.click("#query")
        page.fill("#query", text)
        page.press("#query", "Enter")
        assert fragment(page)["node"] == "ctd:jpn"
    words = words_of(page)
    page.fill("#query", "Nothing of that name")
    page.press("#query", "Enter")
    assert page.inner_text("#search-answer") == words["not_found"]
    page.press("#query", "Escape")
    assert "node" not in fragment(page)
    page.locator("#legend button[data-key=Initiative]").click()
    page.fill("#query", "GIFCT")
    page.press("#query", "Enter")
    assert page.inner_text("#search-answer") == words["filtered_away"]


@in_pages("cooperation")
def test_a_name_chosen_from_the_list_needs_no_enter(opened: Visit) -> None:
    page = opened.page
    page.focus("#query")  # they are listed when somebody is about to choose
    options = page.eval_on_selector_all("#names option", "all => all.map(o => o.value)")
    data = data_of(page)
    assert {name for node in data["nodes"] for name in node["name"].values()} <= set(options)
    page.evaluate(
        """name => {
            document.getElementById("query").value = name;
            const chosen = new InputEvent("input", { inputType: "insertReplacementText" });
            document.getElementById("query").dispatchEvent(chosen);
        }""",
        data["nodes"][1]["name"][lang_of(page)],
    )
    assert fragment(page)["node"] == data["nodes"][1]["iri"]


@in_pages("cooperation")
@pytest.mark.parametrize("hand", HANDS)
def test_rows_of_the_tables_lead_to_the_words(opened: Visit, hand: str) -> None:
    page = opened.page
    name = rows(page, "nodes")[2][0]
    use(page.locator("#nodes-table tbody tr").nth(2).locator("button"), hand)
    assert details(page).startswith(name)
    assert focused(page) == "details"
    use(page.locator("#edges-table tbody tr").nth(3).locator("button").last, hand)
    ends = rows(page)[3][:2]
    assert all(end in details(page) for end in ends)
    assert "「" in details(page)
    assert focused(page) == "details"
    data = data_of(page)
    at = [node["iri"] for node in data["nodes"]]
    source, target = fragment(page)["edge"].split(" ")
    edge = next(e for e in data["edges"] if (at[e["from"]], at[e["to"]]) == (source, target))
    cited = {claim for part in edge["activities"] for claim in part["claims"]}
    for claim in cited:
        assert data["claims"][claim]["quote"] in details(page)
        assert data["claims"][claim].get("gloss", "") in details(page)


@in_pages("cooperation")
@pytest.mark.parametrize("hand", HANDS)
def test_details_lead_from_one_thing_to_the_next(opened: Visit, hand: str) -> None:
    page = opened.page
    go(page, "node=ctd:gifct")
    use(page.locator("#details ul .link").first, hand)
    assert set(fragment(page)["edge"].split(" ")) == {"ctd:gifct", "ctd:jpn"}
    use(page.locator("#details h3 .link[data-key^=node]").first, hand)
    assert "node" in fragment(page)
    use(page.locator("#clear"), hand)
    assert fragment(page) == {}
    assert not page.is_visible("#details")
    assert hand == "mouse" or focused(page) == "picture"


@in_pages("activities", "goals")
def test_roles_amounts_and_directions_are_told(opened: Visit) -> None:
    page = opened.page
    data = data_of(page)
    lang = lang_of(page)
    edge = next(edge for edge in data["edges"] if edge["roles"] or data["directed"])
    ends = [data["nodes"][edge[end]] for end in ("from", "to")]
    go(page, f"edge={ends[0]['iri']}+{ends[1]['iri']}")
    arrow = "→" if data["directed"] else "–"
    heading = page.inner_text("#details h3").replace("\n", "")
    assert heading == f"{ends[0]['name'][lang]} {arrow} {ends[1]['name'][lang]}"
    assert all(role[lang] in details(page) for role in edge["roles"])
    assert edge["activities"][0]["name"][lang] in details(page)


@in_pages("funding")
def test_amounts_of_a_tie_are_told(opened: Visit) -> None:
    page = opened.page
    data = data_of(page)
    edge = next(edge for edge in data["edges"] if edge["amounts"])
    ends = [data["nodes"][edge[end]]["iri"] for end in ("from", "to")]
    go(page, f"edge={ends[0]}+{ends[1]}")
    assert edge["amounts"][0][lang_of(page)] in details(page)


# --- the picture ---------------------------------------------------------------------------------


def wait_for(page: Page, key: str) -> None:
    """Until the address says it; clicks in the picture are taken as such after a moment."""
    page.wait_for_function("key => new URLSearchParams(location.hash.slice(1)).has(key)", arg=key)


@in_pages("cooperation")
def test_a_click_and_a_double_click_in_the_picture(opened: Visit) -> None:
    page = opened.page
    x, y = place_of(page, "ctd:unafei")
    page.mouse.click(x, y)
    wait_for(page, "node")
    assert fragment(page)["node"] == "ctd:unafei"
    page.mouse.dblclick(x, y)
    wait_for(page, "near")
    assert len(rows(page, "nodes")) == 3
    page.click("#ego-off")
    assert len(rows(page, "nodes")) == len(data_of(page)["nodes"])


@in_pages("cooperation")
def test_a_tie_in_the_picture_can_be_clicked_and_left(opened: Visit) -> None:
    page = opened.page
    (x1, y1), (x2, y2) = place_of(page, "ctd:g7"), place_of(page, "ctd:jpn")
    page.mouse.click(x1 + (x2 - x1) * 0.4, y1 + (y2 - y1) * 0.4)
    wait_for(page, "edge")
    assert set(fragment(page)["edge"].split(" ")) == {"ctd:g7", "ctd:jpn"}
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + 3, frame["y"] + frame["height"] - 3)
    page.wait_for_function("() => !location.hash")
    go(page, "near=ctd:iij+1")
    page.mouse.dblclick(frame["x"] + 3, frame["y"] + frame["height"] - 3)
    page.wait_for_function("() => !location.hash")


@in_pages("cooperation")
def test_the_picture_can_be_dragged_and_zoomed_with_the_wheel(opened: Visit) -> None:
    page = opened.page
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    x, y = place_of(page, "ctd:jpn")
    scale = page.evaluate("ctgraph.scale()")
    page.mouse.move(frame["x"] + 4, frame["y"] + frame["height"] - 4)
    page.mouse.down()
    page.mouse.move(frame["x"] + 44, frame["y"] + frame["height"] - 34, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "([number, x]) => Math.abs(ctgraph.place(number).x - x - 40) < 3",
        arg=[[node["iri"] for node in data_of(page)["nodes"]].index("ctd:jpn"), x],
    )
    assert place_of(page, "ctd:jpn")[1] == pytest.approx(y - 30, abs=3)
    assert page.evaluate("ctgraph.scale()") == scale
    page.mouse.wheel(0, -240)
    page.wait_for_function("scale => ctgraph.scale() > 1.05 * scale", arg=scale)
    page.click("#fit")
    page.wait_for_function("scale => Math.abs(ctgraph.scale() / scale - 1) < 0.02", arg=scale)


@in_pages("cooperation")
def test_zoom_by_button_and_key(opened: Visit) -> None:
    page = opened.page
    start = page.evaluate("ctgraph.scale()")
    larger = "start => ctgraph.scale() > 1.2 * start"
    smaller = "start => ctgraph.scale() < 0.9 * start"
    same = "start => Math.abs(ctgraph.scale() / start - 1) < 0.02"
    for hand in HANDS:
        use(page.locator("#zoom-in"), hand)
        page.wait_for_function(larger, arg=start)
        use(page.locator("#fit"), hand)
        page.wait_for_function(same, arg=start)
        use(page.locator("#zoom-out"), hand)
        page.wait_for_function(smaller, arg=start)
        page.focus("#picture")
        page.keyboard.press("0")
        page.wait_for_function(same, arg=start)
    page.keyboard.press("+")
    page.wait_for_function(larger, arg=start)
    page.keyboard.press("-")
    page.wait_for_function(same, arg=start)
    page.keyboard.press("-")
    page.wait_for_function(smaller, arg=start)


@in_pages("cooperation")
def test_shift_and_arrows_move_the_picture(opened: Visit) -> None:
    page = opened.page
    number = [node["iri"] for node in data_of(page)["nodes"]].index("ctd:jpn")
    page.focus("#picture")
    for key, axis, sign in (
        ("ArrowRight", "x", -1),
        ("ArrowLeft", "x", 1),
        ("ArrowDown", "y", -1),
        ("ArrowUp", "y", 1),
    ):
        before = page.evaluate("number => ctgraph.place(number)", number)[axis]
        page.keyboard.press(f"Shift+{key}")
        page.wait_for_function(
            "([number, axis, wanted]) => Math.abs(ctgraph.place(number)[axis] - wanted) < 1",
            arg=[number, axis, before + 80 * sign],
        )
    assert fragment(page) == {}


@in_pages("cooperation")
def test_arrows_walk_and_brackets_go_through_the_ties(opened: Visit) -> None:
    page = opened.page
    page.focus("#picture")
    page.keyboard.press("ArrowRight")
    assert fragment(page)["node"] == "ctd:jpn"  # most ties
    for key, axis, sign in (("ArrowRight", 0, 1), ("ArrowUp", 1, -1), ("ArrowDown", 1, 1)):
        go(page, "node=ctd:jpn")
        page.focus("#picture")
        before = place_of(page, "ctd:jpn")
        page.keyboard.press(key)
        there = fragment(page)["node"]
        assert there != "ctd:jpn"
        assert (place_of(page, there)[axis] - before[axis]) * sign > 0
    page.keyboard.press("]")
    edge = fragment(page)["edge"]
    go(page, "node=ctd:jpn")
    page.focus("#picture")
    page.keyboard.press("]")
    edge = fragment(page)["edge"]
    page.keyboard.press("]")
    assert fragment(page)["edge"] != edge
    page.keyboard.press("[")
    assert fragment(page)["edge"] == edge
    assert " – " in page.inner_text("#announcement")
    page.keyboard.press("Enter")
    assert focused(page) == "details"


# --- neighbourhood and path ----------------------------------------------------------------------


@in_pages("activities")
@pytest.mark.parametrize("hand", HANDS)
def test_the_neighbourhood(opened: Visit, hand: str) -> None:
    page = opened.page
    data = data_of(page)
    network: nx.Graph[str] = nx.Graph()
    at = [node["iri"] for node in data["nodes"]]
    network.add_edges_from((at[edge["from"]], at[edge["to"]]) for edge in data["edges"])
    go(page, "node=ctd:unodc")
    if hand == "mouse":
        page.click("#ego")
    else:
        page.focus("#picture")
        page.keyboard.press("e")
    assert fragment(page)["near"] == "ctd:unodc 1"
    assert len(rows(page, "nodes")) == len(nx.ego_graph(network, "ctd:unodc", 1))
    if hand == "mouse":
        page.select_option("#hops", "2")
    else:
        page.focus("#hops")
        page.keyboard.press("ArrowDown")
        assert focused(page) == "hops"
    assert fragment(page)["near"] == "ctd:unodc 2"
    assert len(rows(page, "nodes")) == len(nx.ego_graph(network, "ctd:unodc", 2))
    if hand == "mouse":
        page.click("#ego-off")
    else:
        page.focus("#picture")
        page.keyboard.press("Escape")  # the selection
        assert set(fragment(page)) == {"near"}
        page.keyboard.press("Escape")  # the neighbourhood
    assert "near" not in fragment(page)
    assert len(rows(page, "nodes")) == len(at)


@in_pages("cooperation", "goals")
@pytest.mark.parametrize("hand", HANDS)
def test_a_path_between_two_nodes(opened: Visit, hand: str) -> None:
    page = opened.page
    data = data_of(page)
    network: nx.Graph[int] = nx.Graph()
    network.add_edges_from((edge["from"], edge["to"]) for edge in data["edges"])
    start, lengths = max(
        nx.all_pairs_shortest_path_length(network),
        key=lambda found: (max(found[1].values()), found[0]),
    )
    end, steps = max(lengths.items(), key=lambda found: (found[1], found[0]))
    names = [data["nodes"][number]["name"][lang_of(page)] for number in (start, end)]
    if hand == "mouse":
        page.click("#path-tool summary")
        page.fill("#path-from", names[0])
        page.fill("#path-to", names[1])
        page.click("#path-form button")
    else:
        go(page, f"node={data['nodes'][start]['iri']}")
        page.focus("#picture")
        page.keyboard.press("p")
        assert page.input_value("#path-from") == names[0]
        assert focused(page) == "path-to"
        page.keyboard.type(names[1])
        page.keyboard.press("Enter")
    assert focused(page) == "details"
    assert page.locator("#details h4 .link").count() == steps
    assert page.locator("#details blockquote").count() >= 1
    lit = page.evaluate("ctgraph.lit()")
    assert (lit[0], lit[-1], len(lit)) == (start, end, steps + 1)
    assert all(network.has_edge(*pair) for pair in itertools.pairwise(lit))
    if hand == "mouse":
        page.click("#path-off")
    else:
        page.keyboard.press("Escape")
    assert fragment(page) == {}
    assert page.evaluate("ctgraph.lit()") is None


@in_pages("cooperation")
def test_what_has_no_path_and_no_name_is_said(opened: Visit) -> None:
    page = opened.page
    go(page, "without=State&path=ctd:iij+ctd:gifct")
    assert words_of(page)["no_path"] in details(page)
    page.click("#path-off")
    page.click("#path-tool summary")
    page.fill("#path-from", "no such thing")
    page.fill("#path-to", "GIFCT")
    page.press("#path-to", "Enter")
    assert page.inner_text("#path-answer") == words_of(page)["not_found"]
    assert focused(page) == "path-from"
    page.keyboard.press("Escape")
    assert not page.is_visible("#path-form")
    go(page, "node=ctd:gifct")
    page.click("#path-here")
    assert page.is_visible("#path-form")
    assert focused(page) == "path-to"


# --- language, keys, tables ----------------------------------------------------------------------


@in_pages("goals")
@pytest.mark.parametrize("hand", HANDS)
def test_the_language_can_be_switched(opened: Visit, hand: str) -> None:
    page = opened.page
    other = "ja" if lang_of(page) == "en" else "en"
    iri = data_of(page)["nodes"][0]["iri"]
    go(page, f"node={iri}")
    use(page.locator(f"#languages [data-lang={other}]"), hand)
    assert lang_of(page) == other
    data = data_of(page)
    assert page.inner_text("h1") == data["title"][other] == page.title()
    assert {row[0] for row in rows(page, "nodes")} == {n["name"][other] for n in data["nodes"]}
    assert details(page).startswith(data["nodes"][0]["name"][other])
    labels = page.eval_on_selector_all("[data-word]", "all => all.map(e => e.textContent)")
    assert set(labels) <= {str(word) for word in data["words"][other].values()}
    drawn = {box["text"] for box in page.evaluate("ctgraph.names()")}
    assert drawn & {node["label"][other] for node in data["nodes"]}
    assert page.locator("#languages [aria-pressed=true]").get_attribute("data-lang") == other
    assert fragment(page) == {"lang": other, "node": iri}


@in_pages("cooperation")
def test_the_keys_are_listed(opened: Visit) -> None:
    page = opened.page
    is_open = "document.getElementById('keys').open"
    for hand in HANDS:
        use(page.locator("#show-keys"), hand)
        listed = page.locator("#keys-list tr").all_inner_texts()
        assert len(listed) == len(words_of(page)["keys_list"])
        assert focused(page) == "close-keys"
        use(page.locator("#close-keys"), hand)
        assert not page.evaluate(is_open)
        assert focused(page) == "show-keys"
    page.keyboard.press("?")
    assert page.evaluate(is_open)
    page.keyboard.press("/")  # nothing behind a dialog moves
    page.keyboard.press("Escape")
    assert not page.evaluate(is_open)
    assert focused(page) == "show-keys"


@in_pages("cooperation")
def test_tables_are_sorted_by_any_column(opened: Visit) -> None:
    page = opened.page
    open_tables(page)
    for name, columns in (("edges", 5), ("nodes", 5)):
        for column in range(columns):
            head = page.locator(f"#{name}-table th").nth(column)
            use(head.locator("button"), HANDS[column % 2])
            assert head.get_attribute("aria-sort") == "ascending"
            up = [row[column] for row in rows(page, name)]
            wanted = page.evaluate(
                """([texts, lang]) => [...texts].sort((one, two) =>
                    /^[0-9]+$/.test(one) ? one - two : one.localeCompare(two, lang))""",
                [up, lang_of(page)],
            )
            assert up == wanted
            page.keyboard.press("Enter")  # who pressed it still stands there
            assert head.get_attribute("aria-sort") == "descending"
            down = [row[column] for row in rows(page, name)]
            assert down == sorted(down, key=wanted.index, reverse=True)
    assert page.locator("#edges-table [aria-sort=descending]").count() == 1


# --- files and links -----------------------------------------------------------------------------


@in_pages("cooperation")
@pytest.mark.parametrize("hand", HANDS)
def test_csv_holds_the_visible_ties(opened: Visit, hand: str, tmp_path: Path) -> None:
    page = opened.page
    go(page, "near=ctd:unafei+1")
    with page.expect_download() as waiting:
        page.click("#save-tool summary")
        use(page.locator("#save-csv"), hand)
    assert waiting.value.suggested_filename == f"ctgraph-cooperation-{lang_of(page)}.csv"
    waiting.value.save_as(tmp_path / "x.csv")
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [[row["source_label"], row["target_label"], row["weight"]] for row in read] == [
        [row[0], row[1], row[3]] for row in rows(page)
    ]
    assert ("ctd:iij", "ctd:unafei") in {(row["source"], row["target"]) for row in read}
    assert all("「" in row["quotes"] for row in read)


@in_pages("cooperation")
@pytest.mark.parametrize("hand", HANDS)
def test_png_is_the_picture_with_its_words(opened: Visit, hand: str, tmp_path: Path) -> None:
    from matplotlib.image import imread

    page = opened.page
    with page.expect_download() as waiting:
        page.click("#save-tool summary")
        use(page.locator("#save-png"), hand)
    assert waiting.value.suggested_filename == f"ctgraph-cooperation-{lang_of(page)}.png"
    waiting.value.save_as(tmp_path / "x.png")
    pixels = imread(tmp_path / "x.png")
    high, wide = pixels.shape[:2]
    *size, head = (round(one) for one in page.evaluate("ctgraph.pictureSize()"))
    assert [wide, high] == size
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    sharp = wide / frame["width"]
    assert sharp == 3
    number = [node["iri"] for node in data_of(page)["nodes"]].index("ctd:jpn")
    x, y = place_of(page, "ctd:jpn")
    below = page.evaluate("number => ctgraph.radius(number)", number) * 0.85
    blue = pixels[round((y - frame["y"] + below) * sharp) + head, round((x - frame["x"]) * sharp)]
    assert [round(part * 255) for part in blue[:3]] == [0x00, 0x72, 0xB2]
    foot = head + round(frame["height"] * sharp)
    assert (pixels[:head, :, :3] < 0.5).any()
    assert (pixels[foot:, :, :3] < 0.5).any()
    assert (pixels[:4] == 1).all()  # white, not transparent


@in_pages("cooperation")
def test_the_link_is_copied(opened: Visit) -> None:
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(page, "node=ctd:gifct&near=ctd:gifct+1")
    page.click("#save-tool summary")
    for hand in HANDS:
        page.evaluate("navigator.clipboard.writeText('before')")
        page.evaluate("document.getElementById('announcement').textContent = ''")
        use(page.locator("#copy-link"), hand)
        page.wait_for_function("() => document.getElementById('announcement').textContent")
        assert page.inner_text("#announcement") == words_of(page)["copied"]
        assert page.evaluate("navigator.clipboard.readText()") == page.url
        assert "ctd%3Agifct" in page.url
    page.evaluate(
        """Object.defineProperty(navigator.clipboard, "writeText",
            { value: () => Promise.reject(new Error("refused")) })"""
    )
    page.click("#copy-link")
    page.wait_for_function(
        "said => document.getElementById('announcement').textContent === said",
        arg=words_of(page)["link_in_address"],
    )


SAID = [
    "lang=ja&year=2023&without=TreatyBody&near=ctd:jpn+1&node=ctd:g7",
    "lang=ja&topic=ctv:cybercrime&place=ctd:ukr",
    "path=ctd:iij+ctd:gifct&without=Forum+Institute",
    "edge=ctd:iij+ctd:unafei",
    "step=3&lang=ja",
]


@pytest.mark.parametrize("said", SAID)
def test_a_link_restores_everything(windows: Windows, pages: Pages, said: str) -> None:
    visited = windows()
    page = visited.page
    visited.open(pages("story"), READY)
    go(page, said)
    there = fragment(page)
    kept = {key: there[key] for key in there if f"{key}=" in said}
    assert kept == there
    shown = [rows(page), rows(page, "nodes"), details(page), page.inner_text("#summary")]
    link = page.url
    visited.open(link, READY)
    assert fragment(page) == there
    assert [rows(page), rows(page, "nodes"), details(page), page.inner_text("#summary")] == shown
    go(page, "")
    assert fragment(page) == {}
    assert visited.complaints == []


def test_every_part_of_a_link_counts(windows: Windows, pages: Pages) -> None:
    visited = windows()
    page = visited.page
    visited.open(pages() + "#" + SAID[0], READY)
    assert lang_of(page) == "ja"
    assert page.input_value("#year") == "3"
    assert page.locator("#legend button[aria-pressed=false]").count() == 1
    # G7 has its tie with Japan alone, so it is the heading of the details.
    assert "Ｇ７" in details(page)
    assert fragment(page) == {
        "lang": "ja",
        "year": "2023",
        "without": "TreatyBody",
        "near": "ctd:jpn 1",
        "node": "ctd:g7",
    }


@pytest.mark.parametrize(
    "said",
    [
        "lang=fr&year=x&topic=&near=ctd:jpn+99&path=ctd:jpn&node=nope&step=7&edge=a",
        "%%%&&==&node=%00%ff",
        "near=&path=+&without=__proto__+constructor",
        "lang=toString&step=constructor&node=toString",
        "<script>alert(1)</script>",
    ],
)
def test_a_malformed_link_is_ignored(windows: Windows, pages: Pages, said: str) -> None:
    visited = windows()
    visited.open(f"{pages()}#{said}", READY)
    assert len(rows(visited.page)) == len(data_of(visited.page)["edges"])
    assert lang_of(visited.page) == "en"
    assert visited.complaints == []


# --- story ---------------------------------------------------------------------------------------


@in_pages("story")
def test_a_story_is_told_by_keyboard(opened: Visit) -> None:
    page = opened.page
    told = data_of(page)["story"]["steps"]
    lang = lang_of(page)
    page.focus("#story-start")
    page.keyboard.press("Enter")
    assert focused(page) == "story-next"
    assert page.is_visible("#stage-caption")
    page.keyboard.press("Escape")  # off the stage
    assert page.inner_text("#caption") == told[0]["caption"][lang]
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#caption") == told[1]["caption"][lang]
    assert page.locator("#details blockquote").count() == len(
        [claim for claim in told[1]["claims"] if data_of(page)["claims"][claim]["quote"]]
    )
    assert told[1]["title"][lang] in page.inner_text("#announcement")
    page.keyboard.press("End")
    assert fragment(page)["step"] == str(len(told))
    assert page.is_disabled("#story-next")
    page.focus("#picture")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    assert fragment(page) == {"step": str(len(told) - 1)}
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert fragment(page)["step"] == "1"
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    page.keyboard.press("Escape")
    assert fragment(page) == {}
    assert page.is_visible("#story-start")


@in_pages("story")
def test_a_story_is_told_by_mouse_and_fills_the_screen(opened: Visit) -> None:
    page = opened.page
    told = data_of(page)["story"]["steps"]
    page.click("#story-start")
    page.click("#stage-on")
    for number, step in enumerate(told):
        assert page.inner_text("#caption") == step["caption"][lang_of(page)]
        assert page.evaluate("ctgraph.lit()") == step["nodes"]
        assert page.inner_text("#story-progress") == f"{number + 1} / {len(told)}"
        if number + 1 < len(told):
            page.click("#story-next")
    page.click("#story-back")
    assert fragment(page)["step"] == str(len(told) - 1)
    page.click("#full-screen")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.click("#full-screen")
    page.wait_for_function("() => document.fullscreenElement === null")
    page.click("#story-end")
    assert page.evaluate("ctgraph.lit()") is None


@in_pages("story")
def test_who_looks_at_a_node_comes_back_to_the_step(opened: Visit) -> None:
    page = opened.page
    go(page, "step=2")
    caption = page.inner_text("#caption")
    open_tables(page)
    page.locator("#nodes-table tbody button").first.click()
    assert page.locator("#caption").count() == 0
    page.keyboard.press("Escape")
    assert page.inner_text("#caption") == caption


@in_pages("cooperation")
def test_a_page_without_a_story_has_no_bar(opened: Visit) -> None:
    assert not opened.page.is_visible("#story")
    go(opened.page, "step=1")
    opened.page.keyboard.press("f")
    assert opened.page.evaluate("document.fullscreenElement") is None
    assert fragment(opened.page) in ({}, {"step": "1"})


# --- from a server, and large networks -----------------------------------------------------------


def test_a_page_from_a_server_asks_for_nothing_more(
    windows: Windows, pages: Pages, tmp_path: Path
) -> None:
    from urllib.request import url2pathname

    source = Path(url2pathname(pages("story", begins=True).removeprefix("file://")))
    (tmp_path / "page.html").write_bytes(source.read_bytes())
    visited = windows()
    with serve_folder(tmp_path) as own:
        visited.open(own + "page.html#node=ctd:gifct", READY)
        page = visited.page
        for _ in range(3):
            page.click("#story-start" if page.is_visible("#story-start") else "#story-next")
        page.click("#stage-on")
        page.click("#zoom-in")
        page.press("body", "?")
        assert visited.requests == [own + "page.html"]
        assert visited.complaints == []
        page.goto("about:blank")


def plain_network(edges: list[tuple[str, str]]) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((f"http://x.org/{one}", f"http://x.org/{two}") for one, two in edges)
    for _, _, data in graph.edges(data=True):
        data.update(activities=[], relations=[], roles=[], claims=[], weight=1, by_activity={})
    return graph


def test_thousands_of_rows_are_shown_when_asked_for(windows: Windows, tmp_path: Path) -> None:
    graph = plain_network([(f"{n}", f"{n + 1}") for n in range(700)])
    write_page(graph, tmp_path / "x.html", evidence={}, about={})
    visited = windows()
    visited.open(file_url(tmp_path / "x.html"), READY)
    page = visited.page
    assert page.is_visible("#begin")
    page.click("#begin-whole")
    assert len(rows(page)) == 500
    use(page.get_by_role("button", name="Show all (700)"), "keyboard")
    assert len(rows(page)) == 700
    assert len(rows(page, "nodes")) == 701
    assert page.evaluate("document.activeElement !== document.body")
    assert visited.complaints == []


def test_a_network_too_large_shows_its_communities(
    windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctgraph.draw.page.page.MOST_NODES", 100)
    caves = nx.connected_caveman_graph(40, 5)
    graph = plain_network([(str(one), str(two)) for one, two in caves.edges])
    write_page(graph, tmp_path / "x.html", evidence={}, about={})
    visited = windows()
    visited.open(file_url(tmp_path / "x.html"), READY)
    page = visited.page
    for lang in ("ja", "en"):
        page.click(f"#languages [data-lang={lang}]")
        assert words_of(page)["too_big"] in page.inner_text("#note")
    assert "--backbone" in page.inner_text("#note")
    assert 1 < len(data_of(page)["nodes"]) <= 100
    assert visited.complaints == []


# --- the board of an actor -----------------------------------------------------------------------


@in_pages("cooperation")
@pytest.mark.parametrize("hand", HANDS)
def test_the_board_of_an_actor_and_the_words_of_a_line(opened: Visit, hand: str) -> None:
    page, lang = opened.page, lang_of(opened.page)
    data = data_of(page)
    hub = [node["iri"] for node in data["nodes"]].index("ctd:jpn")
    board = data["boards"][str(hub)]
    go(page, "node=ctd:jpn")
    use(page.locator("#open-board"), hand)
    assert page.inner_text("#board-title") == board["title"][lang]
    lines = page.locator("#board-body button.board-row")
    told = [row for group in board["groups"] for row in group["rows"]]
    assert lines.count() == len(told) == 17
    for number in (0, 16):
        edge = data["edges"][told[number]["edge"]]
        partner = data["nodes"][edge["to"] if edge["from"] == hub else edge["from"]]
        said = lines.nth(number).inner_text()
        assert partner["name"][lang] in said
        assert told[number]["done"][lang] in said
        assert lines.nth(number).locator(".marks > *").count() == len(told[number]["marks"])
    use(lines.nth(16), hand)
    assert not page.locator("#board").is_visible()
    assert partner["name"][lang] in details(page)
    assert set(fragment(page)) == {"edge"}


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_the_page_of_a_board(
    windows: Windows, graph_store: Store, tmp_path: Path, size: str
) -> None:
    board = build_board(graph_store, build_network(graph_store, actor="ctd:jpn"))
    path = tmp_path / "board.html"
    path.write_text(board_text(graph_store, board), encoding="utf-8")
    visited = windows(size)
    visited.open(file_url(path))
    page = visited.page
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.inner_text("h1:visible") == board.title["en"]
    page.get_by_text("日本語").click()
    assert page.inner_text("h1:visible") == board.title["ja"]
    page.keyboard.press("ArrowRight")
    assert page.inner_text("h1:visible") == board.title["en"]
    lines = page.locator("summary.row:visible")
    assert lines.count() == len(board.rows)
    assert not page.locator("blockquote:visible").count()
    lines.nth(0).click()
    assert page.locator("blockquote:visible").count()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visited.complaints == []
    assert visited.foreign("file://") == []

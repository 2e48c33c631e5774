"""The cooperation board: its rows, what it finds, what it refuses, and ties as brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

from ctgraph.errors import CtgraphError, DataError, UsageError
from ctgraph.network import STATED
from ctgraph.network.analysis import to_communities
from ctgraph.network.board import (
    Board,
    Row,
    build_board,
    choose_headings,
    find_brackets,
    make_board,
    read_facts,
)
from ctgraph.network.build import build_network
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CTD

JAPAN = """\
# Strengthening of international counter-terrorism cooperation
g7 | Meeting · Sanction measure | ..i.i | 2
roma-lyon-group | Meeting ×2 | ..i.. | 2
countries-concerned | Counter-terrorism consultations | i-i-i-i. | 1
fatf | Attendance at meetings of FATF and others | ....i | 1
gifct | Workshop on online terrorism (October 2023) | ..i.. | 1
iij | Workshop on the rule of law (February 2024) | ...i. | 1
like-minded-countries-meetings | Attendance at meetings of like-minded countries | ....i | 1
un-ct-framework | Attendance at meetings under the UN counter-terrorism framework | ....i | 1
unafei | Workshop on the rule of law (February 2024) | ...i. | 1
# Progress of international cooperation against international organised crime
budapest-convention-meetings | Attendance at meetings related to the Convention on Cybercrime \
| ....i | 1
ccpcj | Submission of draft resolutions to the Commission on Crime Prevention and Criminal Justice \
| ....i | 1
cnd | Attendance at the Commission on Narcotic Drugs and others | ....i | 1
g20 | Attendance at G20 meetings related to anti-corruption | ....i | 1
iom | Contributions to IOM | ....i | 1
uncac-states-parties | Attendance at meetings of the States Parties to the UN Convention against \
Corruption | ....i | 1
# Strengthening of capacity-building support for developing countries and others
unodc | Contribution · Strategic dialogue | i-i-i-ii | about 48.3M USD (shared)
icpo | Contribution for capacity-building support (about 48.30 million US dollars) | ....i \
| about 48.3M USD (shared)
"""
"""The rows of Japan; of marks `i` is inferred, `S` stated, `-` goes on into the next column."""


def marks_of(board: Board, row: Row) -> str:
    found = ""
    for number in range(len(board.columns)):
        mark = row.marks.get(number)
        found += "." if mark is None else "S" if mark.basis == STATED else "i"
        found += "-" if mark is not None and mark.goes_on else ""
    return found


def lines_of(board: Board) -> str:
    lines = []
    for group in board.groups:
        lines.append(f"# {group.name['en']}")
        for row in group.rows:
            name = row.partner.removeprefix(CTD)
            cells = (name, row.done["en"], marks_of(board, row), row.figure["en"])
            lines.append(" | ".join(cells))
    return "\n".join([*lines, ""])


@pytest.fixture(scope="module")
def japan(graph_store: Store) -> Board:
    return build_board(graph_store, build_network(graph_store, actor="ctd:jpn"))


@pytest.fixture(scope="module")
def every_source() -> Iterator[Store]:
    """The checkout's own graph, with all its sources."""
    with open_store(Path(__file__).parents[2]) as store:
        yield store


def boards_of(store: Store) -> tuple[nx.Graph[str], dict[str, Board]]:
    network = build_network(store)
    facts = read_facts(store, network)
    return network, {node: make_board(network, node, facts) for node in network}


# --- rows ----------------------------------------------------------------------------------------


def test_the_rows_of_japan(japan: Board) -> None:
    assert lines_of(japan) == JAPAN
    assert list(japan.columns) == ["2021", "2022", "2023", "2024", "?"]
    assert japan.title == {
        "en": "Japan worked with 17 partners; the money went to UNODC, ICPO and IOM",
        "ja": "日本は17の相手と協力。資金をUNODC、ICPO、IOMへ拠出",
    }
    assert japan.subtitle["en"] == (
        "Partners: 0 stated, 17 only inferred · 1 tie among them · by area of work"
    )
    assert [*japan.ties] == [(f"{CTD}iij", f"{CTD}unafei")]


def test_a_board_says_what_the_network_says(every_source: Store) -> None:
    """For every actor: its partners, their ties, and what is stated of each activity."""
    network, boards = boards_of(every_source)
    alone = build_board(every_source, build_network(every_source, actor="ctd:unodc"))
    assert alone == boards[f"{CTD}unodc"]
    assert len(boards[f"{CTD}jpn"].rows) > 40
    for hub, board in boards.items():
        assert {row.partner for row in board.rows} == set(network[hub])
        for row in board.rows:
            tie = network.edges[hub, row.partner]
            assert row.basis == tie["basis"]
            said = {deed.iri: (deed.basis, list(deed.claims)) for deed in row.deeds}
            assert said == {
                iri: (made["basis"], made["claims"]) for iri, made in tie["by_activity"].items()
            }
            assert row.marks
            assert max(row.marks) < len(board.columns)
            # What is stated of no activity is stated in no year.
            stated = any(deed.basis == STATED for deed in row.deeds)
            assert any(mark.basis == STATED for mark in row.marks.values()) == stated
        assert set(board.ties) == {
            tuple(sorted(pair)) for pair in combinations(network[hub], 2) if network.has_edge(*pair)
        }
        for lang in ("en", "ja"):
            assert str(len(board.rows)) in board.title[lang] or len(board.rows) == 1
            assert not re.search(r"[{}]", board.title[lang] + board.subtitle[lang])


def test_many_years_share_a_column_and_kinds_with_one_row_a_group(every_source: Store) -> None:
    board = build_board(every_source, build_network(every_source, actor="ctd:jpn"))
    assert board.columns[0] == "–2001"
    assert board.columns[-1] == "?"
    assert list(board.columns[1:-1]) == [str(year) for year in range(2002, 2026)]
    row = next(row for row in board.rows if row.partner == f"{CTD}un")
    assert (marks_of(board, row)[0], len(row.marks)) == ("S", 1), "an agreement of 1962"
    assert [group.name["en"] for group in board.groups][-1] == "Other activities"
    assert all(len(group.rows) > 1 for group in board.groups)
    # Amounts are not added, and none is compared with one of another currency.
    row = next(row for row in board.rows if row.partner == f"{CTD}unodc")
    assert row.figure["en"].count("USD") == row.figure["en"].count("JPY") == 1


def test_filters_and_roll_up_are_those_of_the_network(graph_store: Store) -> None:
    cut = build_board(graph_store, build_network(graph_store, actor="ctd:jpn", kind="Workshop"))
    assert {row.partner.removeprefix(CTD) for row in cut.rows} == {"gifct", "iij", "unafei"}
    assert cut.subtitle["en"].endswith(" · kind: Workshop or seminar")
    assert cut.subtitle["ja"].endswith("・種類：ワークショップ・セミナー")
    rolled = build_board(graph_store, build_network(graph_store, actor="ctd:jpn", roll_up="states"))
    assert rolled.hub == f"{CTD}jpn"
    assert "rolled up to states" in rolled.subtitle["en"]


# --- what is refused -----------------------------------------------------------------------------


def test_what_is_no_board_is_refused_with_a_way_out(graph_store: Store) -> None:
    whole = build_network(graph_store)
    around = build_network(graph_store, actor="ctd:jpn")
    for network, said in (
        (whole, "Name one with --actor"),
        (build_network(graph_store, "funding", actor="ctd:jpn"), "--view"),
        (build_network(graph_store, actor="ctd:jpn", hops=2), "Leave --hops out"),
        (to_communities(around), "--communities"),
    ):
        with pytest.raises(UsageError) as error:
            build_board(graph_store, network)
        assert said in error.value.say("en")
    nobody = build_network(graph_store, actor="ctd:jpn", year="2021", topic="ctd:nothing")
    with pytest.raises(DataError) as empty:
        build_board(graph_store, nobody)
    assert empty.value.say("en").startswith("Japan has no partner here")
    assert empty.value.say("ja").startswith("日本には相手がありません")


def test_every_actor_without_partners_is_told_so(graph_store: Store) -> None:
    network = build_network(graph_store)
    actors = graph_store.select("SELECT DISTINCT ?x { ?x a/rdfs:subClassOf* ct:Actor }")
    alone = sorted({row["x"].value for row in actors} - set(network))
    assert alone
    for iri in alone[:3]:
        with pytest.raises(CtgraphError, match="has no partner here"):
            build_board(graph_store, build_network(graph_store, actor=iri))


# --- brackets and headings -----------------------------------------------------------------------


def test_brackets_hold_every_tie_once_there_are_lanes_and_never_meet(every_source: Store) -> None:
    _, boards = boards_of(every_source)
    for board in boards.values():
        partners = [row.partner for row in board.rows]
        place = {partner: number for number, partner in enumerate(partners)}
        ties = {tuple(sorted((place[a], place[b]))): basis for (a, b), basis in board.ties.items()}
        for lanes in (0, 2, 100):
            brackets, missed = find_brackets(board, partners, lanes)
            held = {pair for one in brackets for pair in combinations(one.rows, 2)}
            assert held <= set(ties), "who did not work together is not joined"
            assert missed == len(set(ties) - held)
            for one in brackets:
                stated = all(ties[pair] == STATED for pair in combinations(one.rows, 2))
                assert (one.basis == STATED) == stated
                assert one.lane < lanes
            for one, other in combinations(brackets, 2):
                if one.lane == other.lane:
                    assert one.rows[-1] < other.rows[0] or other.rows[-1] < one.rows[0]
        assert missed == 0


def test_headings_have_room() -> None:
    columns = ["–2001", *map(str, range(2002, 2026)), "?"]
    wide = choose_headings(columns, lambda heading: 0.5, 1.0)
    assert wide == list(range(26))
    found = choose_headings(columns, lambda heading: 2.0, 1.0)
    assert [columns[number] for number in found] == ["–2001", "2005", "2010", "2015", "2020", "?"]

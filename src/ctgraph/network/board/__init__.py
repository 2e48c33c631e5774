"""Who an actor works with, one line a partner: the cooperation board.

A board is made once from a network of cooperation and drawn many times: as a figure, a page, slides
and beside the network. It says nothing that the network does not: a mark is stated where the tie
that an activity makes is stated there.
"""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network.board.brackets import Bracket, choose_headings, count_lanes, find_brackets
    from ctgraph.network.board.model import Board, Facts, Group, Row
    from ctgraph.network.board.rows import build_board, make_board, read_facts
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "brackets": ("Bracket", "choose_headings", "count_lanes", "find_brackets"),
            "model": ("Board", "Facts", "Group", "Row"),
            "rows": ("build_board", "make_board", "read_facts"),
        },
    )

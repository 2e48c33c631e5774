"""Who an actor works with, one line a partner: the cooperation board.

A board is made once from a network of cooperation and drawn many times: as a figure, a page, slides
and beside the network. It says nothing that the network does not: a mark is stated where the tie
that an activity makes is stated there.
"""

from __future__ import annotations

from ctgraph.version import fetch as _fetch

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network.board.brackets import Bracket, choose_headings, find_brackets
    from ctgraph.network.board.model import Board, Facts, Group, Row
    from ctgraph.network.board.rows import build_board, make_board, read_facts

__all__ = [
    "Board",
    "Bracket",
    "Facts",
    "Group",
    "Row",
    "build_board",
    "choose_headings",
    "find_brackets",
    "make_board",
    "read_facts",
]

_HOMES = {
    "Board": "model",
    "Bracket": "brackets",
    "Facts": "model",
    "Group": "model",
    "Row": "model",
    "build_board": "rows",
    "choose_headings": "brackets",
    "find_brackets": "brackets",
    "make_board": "rows",
    "read_facts": "rows",
}


if not TYPE_CHECKING:  # a type checker reads the imports above

    def __getattr__(name: str) -> object:
        """Fetch a name of this room from the file where it stands."""
        return _fetch(__name__, _HOMES, name)

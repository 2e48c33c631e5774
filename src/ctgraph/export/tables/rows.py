"""An answer as rows of cells, whatever it will be written as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ctgraph.query import Table, Triples
from ctgraph.query.entities import mark_cells, say_dispute
from ctgraph.terms import PREFIXES, shorten
from ctgraph.words import column_heads, read_words

if TYPE_CHECKING:
    from ctgraph.query.entities import OtherValue

Answer: TypeAlias = "Table | Triples | bool"
"""What a query can be answered with."""

_XSD = PREFIXES["xsd"]


_NUMBER_TYPES = (
    "integer decimal double float int long short byte nonNegativeInteger positiveInteger "
    "nonPositiveInteger negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte"
)
_NUMERIC = frozenset(_XSD + name for name in _NUMBER_TYPES.split())


def kind_of(answer: Answer) -> str:
    """Return what an answer is: ``table``, ``boolean`` or ``triples``."""
    if isinstance(answer, bool):
        return "boolean"
    return "table" if isinstance(answer, Table) else "triples"


_TRUTHS = {"true": "はい", "false": "いいえ"}

Cell: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None"


class Grid:
    """Rows and columns of an answer; triples have three columns."""

    def __init__(self, answer: Table | Triples, lang: str, labels: bool) -> None:
        self.lang = lang
        self.question = answer.question if isinstance(answer, Table) else None
        self.has_labels = labels
        if isinstance(answer, Table):
            self.columns = answer.columns
            self.rows: Sequence[Iterable[Cell]] = answer.solutions
        else:
            self.columns = ["subject", "predicate", "object"]
            self.rows = [(one.subject, one.predicate, one.object) for one in answer.triples]
        self.limit = answer.limit
        self.truncated = answer.truncated
        self.labels = answer.labels(lang) if labels else {}
        self._answer = answer

    @cached_property
    def heads(self) -> list[str]:
        """The headings of the columns for people, as `column_heads` gives them."""
        return column_heads(self.columns, self.lang) if self.has_labels else list(self.columns)

    @cached_property
    def disputed(self) -> dict[tuple[int, int], str]:
        """What is said against cells that other sources dispute, by row and column."""
        return {place: say_dispute(others, self.lang) for place, (_, others) in self._marks.items()}

    @cached_property
    def _marks(self) -> dict[tuple[int, int], tuple[str, tuple[OtherValue, ...]]]:
        if not self.has_labels or not isinstance(self._answer, Table):
            return {}
        return mark_cells(self._answer.store, self._answer.iris(), self.rows, self.lang)

    def show_rows(self) -> list[list[str]]:
        """Return all cells for people, those that are disputed with a mark."""
        return [
            [
                self._tell(cell) + (" †" if (number, column) in self.disputed else "")
                for column, cell in enumerate(row)
            ]
            for number, row in enumerate(self.rows)
        ]

    def _tell(self, cell: Cell) -> str:
        """Return a cell for people; a truth value in words where the language has its own."""
        shown = self.show(cell)
        is_truth = isinstance(cell, ox.Literal) and cell.datatype.value == _XSD + "boolean"
        return _TRUTHS.get(shown, shown) if is_truth and self.lang == "ja" else shown

    def dispute_notes(self) -> list[str]:
        """Return what the marks of `show_rows` mean, a line each."""
        template = read_words("disputes", self.lang)["note"]
        said = []
        for (number, column), (thing, _) in self._marks.items():
            cell = list(self.rows[number])[column]
            name, mark = self.labels.get(thing) or shorten(thing), self.disputed[number, column]
            said.append(template.format(thing=name, value=self.show(cell), mark=mark))
        return list(dict.fromkeys(said))

    def show(self, cell: Cell) -> str:
        """Return a cell for people: a label or CURIE, or the text of a literal."""
        if cell is None:
            return ""
        if type(cell) is ox.NamedNode:
            value: str = cell.value
            if not self.has_labels:
                return value
            return self.labels.get(value) or shorten(value)
        if type(cell) is ox.BlankNode:
            return f"_:{cell.value}"
        if type(cell) is ox.Literal:
            text: str = cell.value
            return text
        return str(cell)

    def note(self) -> str:
        """Return the sentence that says that the answer was cut."""
        return truncation_note(len(self.rows), self.lang)

    def numeric(self) -> list[bool]:
        """For each column, whether it holds numbers and nothing else."""
        seen = [False] * len(self.columns)
        left = set(range(len(self.columns)))
        for row in self.rows:
            if not left:
                break
            for index, cell in enumerate(row):
                if cell is None:
                    continue
                seen[index] = True
                if not isinstance(cell, ox.Literal) or cell.datatype.value not in _NUMERIC:
                    left.discard(index)
        return [index in left and seen[index] for index in range(len(self.columns))]


_TRUNCATED = {
    "en": "(truncated at {rows} rows: there are more)",
    "ja": "（{rows}行で打ち切り: 続きがあります）",
}


def truncation_note(rows: int, lang: str) -> str:
    """Return the sentence that says that an answer was cut.

    Args:
        rows: How many rows are left.
        lang: ``en`` or ``ja``.
    """
    return _TRUNCATED[lang].format(rows=rows)


EMPTY_NOTE = {"en": "(no rows)", "ja": "（結果なし）"}

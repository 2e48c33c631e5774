"""Cells to terms: what each kind of column gives to the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pyoxigraph as ox

from ctgraph.errors import Problem, UsageError, suggest
from ctgraph.store.scope import first_day, last_day
from ctgraph.store.tables.known import Known
from ctgraph.store.tables.read import Row, Table
from ctgraph.terms import CT, CTD, CTV, PREFIXES, SHA256, is_slug, name_words, tell_language, xsd

Term = ox.NamedNode | ox.Literal
Cells = dict[str, Term | list[Term]]

_XSD = PREFIXES["xsd"]
_DATE = xsd.date
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?\Z", re.ASCII)
_CURRENCY = re.compile(r"([A-Z]{3})(-per-year)?\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_SUGGESTED = 2
NEW = "new:"
"""Stands before the name of a concept that was proposed for the vocabularies."""


def thing(slug: str) -> ox.NamedNode:
    """Return the individual with a name."""
    return ox.NamedNode(CTD + slug)


def first_and_last(text: str) -> tuple[str, str] | None:
    """Return the first and the last day that a date, month or year can mean, or None.

    Example:
        >>> first_and_last("2024-02")
        ('2024-02-01', '2024-02-29')
    """
    if not _DAY.match(text):
        return None
    try:
        return first_day(text), last_day(text)
    except UsageError:
        return None


class CellReader:
    """Reads the cells of one folder's tables.

    Args:
        folder: The name of the folder, which its claims begin with.
        tables: The tables of the folder.
        known: What rows may speak of besides.
        problems: Where problems are added.
        show: Names a file as messages do.
    """

    def __init__(
        self,
        folder: str,
        tables: Mapping[str, Table],
        known: Known,
        problems: list[Problem],
        show: Callable[[Path], str],
    ) -> None:
        self.folder = folder
        self._tables = tables
        self._known = known
        self._problems = problems
        self._show = show
        self._path = Path()
        self._row = Row(0, {})
        self._column = ""

    def read(self, table: Table, row: Row) -> Cells:
        """Return what the cells of a row give, by variable.

        Args:
            table: The table.
            row: One of its rows.
        """
        self._path, self._row = table.path, row
        cells: Cells = {}
        for column, text in row.cells.items():
            kind = table.layout.columns.get(column)
            if kind is not None:
                self._column = column
                read = getattr(self, f"_{kind}")
                read(cells, column.removesuffix("_id") if kind != "text" else column, text)
        return cells

    def claim(self, kind: str, key: str) -> ox.NamedNode:
        """Return the claim of a row.

        Args:
            kind: Such as ``actor``; empty for a fact.
            key: The key of the row.
        """
        return thing("-".join(part for part in (self.folder, kind, key.lower()) if part))

    def rank(self, source: str) -> int:
        """Return the rank of the kind of a page; 1 comes first.

        Args:
            source: The key of the source.
        """
        page = self._known.pages.get(source)
        kind = self._known.concept(page.row.cells.get("source_kind", "")) if page else None
        return self._known.ranks.get(kind, 1) if kind is not None else 1

    def sections(self, source: str) -> dict[str, ox.NamedNode]:
        """Return the sections of a page by locator, in the order in which facts name them.

        Args:
            source: The key of the source.
        """
        page = self._known.pages.get(source)
        return page.sections if page else {}

    def _report(self, key: str, hint: str | None = None, /, **values: object) -> None:
        where = self._show(self._path)
        values["column"] = self._column
        self._problems.append(Problem(where, self._row.line, key, hint or key, values))

    def _unknown(self, kind: str, name: str, names: list[str], where: str) -> None:
        close = suggest(name, names, _SUGGESTED)
        hint = "did-you-mean" if close else "define-first"
        self._report("unknown-term", hint, kind=kind, name=name, near=close, where=where)

    # One method a kind; `ontology/tables/columns.toml` says what each gives.

    def _text(self, cells: Cells, name: str, text: str) -> None:
        lang = name[-2:] if name.endswith(("_en", "_ja")) else None
        cells[name] = ox.Literal(text, language=lang) if lang else ox.Literal(text)

    def _quote(self, cells: Cells, name: str, text: str) -> None:
        page = self._known.pages.get(self._row.cells.get("source_id", ""))
        lang = page.row.cells.get("language") if page is not None else None
        cells[name] = ox.Literal(text, language=lang) if lang else ox.Literal(text)

    def _texts(self, cells: Cells, name: str, text: str) -> None:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        cells[name] = [ox.Literal(part, language=tell_language(part)) for part in parts]

    def _number(self, cells: Cells, name: str, text: str) -> None:
        match = _NUMBER.match(text)
        if match is None:
            self._report("literal-malformed", "write-decimal", value=text, type="decimal")
            return
        kind = "decimal" if match[1] else "integer"
        cells[name] = ox.Literal(text, datatype=xsd[kind])

    def _date(self, cells: Cells, name: str, text: str) -> None:
        if len(text) != len("2024-01-01") or first_and_last(text) is None:
            self._report("literal-malformed", "write-day", value=text, type="date")
            return
        cells[name] = ox.Literal(text, datatype=_DATE)

    def _day(self, cells: Cells, name: str, text: str) -> None:
        days = first_and_last(text)
        if days is None:
            self._report("literal-malformed", "write-day", value=text, type="date")
            return
        cells[name] = ox.Literal(text)
        for end, day in zip(("start", "end"), days, strict=True):
            cells[f"{name}_{end}"] = ox.Literal(day, datatype=_DATE)

    def _class(self, cells: Cells, name: str, text: str) -> None:
        term = ox.NamedNode(CT + text[:1].upper() + text[1:])
        if term in self._known.terms:
            cells[name] = term
        else:
            terms = (t.value[len(CT) :] for t in self._known.terms if t.value.startswith(CT))
            names = [term for term in terms if term[:1].isupper()]
            self._unknown("class", text, names, "ontology/ctgraph.ttl")

    def _concept(self, cells: Cells, name: str, text: str) -> None:
        concept = self._find_concept(text)
        if concept is not None:
            cells[name] = concept
            self._name(cells, name, concept)

    def _concepts(self, cells: Cells, name: str, text: str) -> None:
        found = (self._find_concept(part.strip()) for part in text.split(";"))
        cells[name] = [concept for concept in found if concept is not None]

    def _find_concept(self, text: str) -> ox.NamedNode | None:
        name = text.removeprefix(NEW)
        # What is not known is nothing that could be said.
        if name == "unknown":
            return None
        concept = self._known.concept(name)
        if concept is None:
            names = [t.value[len(CTV) :] for t in self._known.terms if t.value.startswith(CTV)]
            self._unknown("concept", name, names, "ontology/vocabularies/")
        return concept

    def _unit(self, cells: Cells, name: str, text: str) -> None:
        currency = _CURRENCY.match(text)
        if currency is None:
            unit = self._known.notations.get(text)
            self._concept(cells, name, unit.value[len(CTV) :] if unit is not None else text)
            return
        known = self._known.currencies
        if known and currency[1] not in known:
            used = known.intersection(
                row.cells.get("unit", "")[:3] for row in self._tables["facts"].rows.values()
            )
            names = used if suggest(currency[1], used) else known
            self._unknown("currency", currency[1], [*names], "ontology/shapes/currency.ttl")
            return
        self._concept(cells, name, "money")
        cells[f"{name}_currency"] = ox.Literal(currency[1])
        if currency[2]:
            self._concept(cells, f"{name}_per", "per-year")

    def _thing(self, cells: Cells, name: str, text: str) -> None:
        term = self._find_thing(text)
        if term is None:
            return
        cells[name] = term
        cells[f"{name}_class"] = self._known.classes[term]
        self._name(cells, name, term)
        event = self._tables["events"].rows.get(text) if "events" in self._tables else None
        if event is not None:
            for column, kind in (("start", "date"), ("end", "date"), ("date_precision", "concept")):
                if column in event.cells:
                    getattr(self, f"_{kind}")(cells, f"{name}_{column}", event.cells[column])

    def _things(self, cells: Cells, name: str, text: str) -> None:
        found = (self._find_thing(part.strip()) for part in text.split(";"))
        cells[name] = [term for term in found if term is not None]

    def _find_thing(self, text: str) -> ox.NamedNode | None:
        term = thing(text if is_slug(text) else "")
        if term in self._known.classes:
            return term
        self._unknown("individual", text, self._known.slugs(), self._show(self._path.parent))
        return None

    def _source(self, cells: Cells, name: str, text: str) -> None:
        pages = self._known.pages
        if text not in pages:
            where = self._show(self._path.with_name("sources.tsv"))
            self._unknown("source", text, [*pages], where)
            return
        cells[name] = thing(text)
        cells[f"{name}_page"] = thing(f"{pages[text].folder}-source-{text}")
        issued = first_and_last(pages[text].row.cells.get("page_date", ""))
        if issued is not None:
            cells[f"{name}_issued"] = ox.Literal(issued[1], datatype=_DATE)

    def _place(self, cells: Cells, name: str, text: str) -> None:
        rows = self._tables["places"].rows if "places" in self._tables else {}
        if text == "online":
            self._concept(cells, "mode", text)
        elif text not in rows:
            self._unknown("place", text, [*rows], self._show(self._path.with_name("places.tsv")))
        else:
            row = rows[text].cells
            cells[name] = thing(row.get("id", ""))
            self._class(cells, f"{name}_class", row.get("class", "Place"))
            for lang in ("en", "ja"):
                self._text(cells, f"{name}_{lang}", row.get(f"label_{lang}", text))

    def _locator(self, cells: Cells, name: str, text: str) -> None:
        section = self.sections(self._row.cells.get("source_id", "")).get(text)
        if section is not None:
            cells[name] = section

    def locator_names(self, text: str) -> tuple[ox.Literal, ox.Literal]:
        """Return the English and the Japanese name of a place in a page.

        Args:
            text: The locator.
        """
        rows = self._tables["locators"].rows if "locators" in self._tables else {}
        named = rows[text].cells.get("label_ja") if text in rows else None
        return ox.Literal(text, language="en"), ox.Literal(named or f"「{text}」", language="ja")

    def _facts(self, cells: Cells, name: str, text: str) -> None:
        rows = self._tables["facts"].rows
        found: list[Term] = []
        for part in text.split(";"):
            key = part.strip()
            # A key that several other folders have names no fact.
            others = self._known.facts.get(key.lower(), [])
            if key in rows:
                found.append(self.claim("", key))
            elif len(others) == 1:
                found += others
            elif key:
                self._unknown("fact", key, [*rows], self._show(self._path.with_name("facts.tsv")))
        cells[name] = found

    def _digest(self, cells: Cells, name: str, text: str) -> None:
        if not SHA256.match(text):
            self._report("digest-malformed", value=text)
            return
        cells[name] = ox.NamedNode(name_words(text))
        cells[f"{name}_value"] = ox.Literal(text, datatype=xsd.hexBinary)

    def _name(self, cells: Cells, name: str, term: ox.NamedNode) -> None:
        for lang in ("en", "ja"):
            label = self._known.labels.get((term, lang))
            if label is not None:
                cells[f"{name}_{lang}"] = ox.Literal(label, language=lang)

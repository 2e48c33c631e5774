"""A folder of tables to claims: every row is one claim of its source, or more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ctgraph.errors import Problem
from ctgraph.store.project import Bundle
from ctgraph.store.tables.cells import CellReader, Cells, thing
from ctgraph.store.tables.known import Known, Page
from ctgraph.store.tables.read import Row, Table, read_layouts, read_table
from ctgraph.store.tables.templates import Template, fill, read_templates
from ctgraph.terms import CT, ct, is_slug, rdf

_CLAIMS = ("sources", "actors", "events", "places", "facts")
_KINDS = {"sources": "source", "actors": "actor", "events": "event", "places": "", "facts": ""}
_NAMES = ("subject_id", "object_id", "event_id")
_PARTS = {"actors": "parent_id", "events": "series_id"}
"""The column that names the whole of which a row is a part."""


class TableClaims(NamedTuple):
    """The claims of one table.

    Attributes:
        path: The table.
        quads: What its claims state, claim by claim.
        lines: The line of each claim's row.
        named: The line of the row that names each thing, whatever other rows say of it.
    """

    path: Path
    quads: list[ox.Quad]
    lines: dict[ox.NamedNode, int]
    named: dict[ox.NamedNode, int]


def read_claims(bundle: Bundle, known: Known, problems: list[Problem]) -> Iterator[TableClaims]:
    """Yield the claims of every table below `data/`.

    Args:
        bundle: The project.
        known: What the other files describe; what the tables describe is added.
        problems: What is wrong with the tables is added.

    Raises:
        DataError: The layout of the tables or a template is not as it must be.
    """
    folders = bundle.table_folders()
    if not folders:
        return
    layouts = read_layouts(bundle)
    read = [
        {
            name: read_table(path, bundle.show(path), layout, problems)
            for name, layout in layouts.items()
            if (path := folder / f"{name}.tsv").is_file()
        }
        for folder in folders
    ]
    templates = {name: read_templates(bundle, name) for name in (*_CLAIMS, "sections")}
    known.currencies = _read_currencies(bundle)
    for tables in read:
        _describe(tables, known, problems, bundle)
    _describe_pages(
        {folder.name: tables for folder, tables in zip(folders, read, strict=True)}, known
    )
    for folder, tables in zip(folders, read, strict=True):
        cells = CellReader(folder.name, tables, known, problems, bundle.show)
        yield from _Folder(tables, cells, templates).claims()


def _read_currencies(bundle: Bundle) -> frozenset[str]:
    """Return the codes in the list of the shape; empty if the project has no such shape."""
    path = bundle.currencies_file()
    if not path.is_file():
        return frozenset()
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return frozenset(
        quad.object.value
        for quad in quads
        if quad.predicate == rdf.first and isinstance(quad.object, ox.Literal)
    )


def _describe(
    tables: Mapping[str, Table], known: Known, problems: list[Problem], bundle: Bundle
) -> None:
    """Note the class and the names of what the rows describe, before any row speaks of it.

    A row whose name cannot be part of an IRI is reported and taken out.
    """

    def report(table: Table, row: Row, key: str, **values: object) -> None:
        problems.append(Problem(bundle.show(table.path), row.line, key, key, values))

    for name, table in tables.items():
        if name == "locators":
            continue
        for key, row in [*table.rows.items()]:
            slug = row.cells.get("id", key) if name == "places" else key
            if not is_slug(slug.lower() if name == "facts" else slug):
                report(table, row, "name-not-slug", name=slug)
                del table.rows[key]
            elif name in ("sources", "actors", "events"):
                term = thing(key)
                kind = ox.NamedNode(
                    CT + ("Source" if name == "sources" else row.cells.get("class", ""))
                )
                other = known.classes.get(term)
                if other is not None and ct.Source in (kind, other):
                    report(
                        table,
                        row,
                        "name-of-other-thing",
                        name=key,
                        other=other.value.removeprefix(CT),
                    )
                # What a row says goes before what other files say, which may be less: an actor of
                # no kind, an acronym.
                known.classes[term] = kind
                for lang in ("en", "ja"):
                    if label := row.cells.get(f"label_{lang}"):
                        known.labels[term, lang] = label


def _describe_pages(folders: Mapping[str, Mapping[str, Table]], known: Known) -> None:
    """Note the pages with their sections, and the facts, before any row speaks of them.

    The facts beside a page go first, so that its sections stay when another folder names more.
    """
    for folder, tables in folders.items():
        for key, row in tables["sources"].rows.items() if "sources" in tables else ():
            known.pages.setdefault(key, Page(folder, row, {}))
        for key in tables["facts"].rows:
            claim = thing(f"{folder}-{key.lower()}")
            for name in (key.lower(), f"{folder}-{key.lower()}"):
                known.facts.setdefault(name, []).append(claim)
    for is_beside in (True, False):
        for folder, tables in folders.items():
            for row in tables["facts"].rows.values():
                source, locator = row.cells.get("source_id", ""), row.cells.get("locator", "")
                page = known.pages.get(source)
                if page is None or locator in {"", *page.sections}:
                    continue
                if (page.folder == folder) is is_beside:
                    page.sections[locator] = _section(source, locator, page.sections)


def _section(source: str, locator: str, sections: Mapping[str, ox.NamedNode]) -> ox.NamedNode:
    slug = re.sub(r"[^a-z0-9]+", "-", locator.lower())[:48].strip("-")
    section = thing(f"{source}-{slug or f'section-{len(sections) + 1}'}")
    if section in sections.values() or slug == "page":
        section = thing(f"{source}-section-{len(sections) + 1}")
    return section


def _title(row: Row) -> tuple[str, ...]:
    """Return what a page is called by: two versions of one page may have the same."""
    return tuple(row.cells.get(column, "") for column in ("title", "publisher", "page_date"))


class _Folder:
    """The tables of one folder, and what their rows rest on."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        cells: CellReader,
        templates: Mapping[str, list[Template]],
    ) -> None:
        self._tables = tables
        self._cells = cells
        self._templates = templates
        self._facts = {key: self._fact(key, row) for key, row in tables["facts"].rows.items()}
        self._titles = Counter(
            map(_title, tables["sources"].rows.values() if "sources" in tables else ())
        )
        self._about: dict[str, list[str]] = {}
        for key, row in tables["facts"].rows.items():
            for column in _NAMES:
                if column in row.cells:
                    self._about.setdefault(row.cells[column], []).append(key)

    def claims(self) -> Iterator[TableClaims]:
        """Yield the claims of each table."""
        for name in _CLAIMS:
            table = self._tables.get(name)
            if table is None:
                continue
            rows = {key: self._row(name, key, row) for key, row in table.rows.items()}
            filled = self._fill(name, table, {key: row for key, row in rows.items() if row})
            if filled.quads:
                yield filled

    def _fact(self, key: str, row: Row) -> Cells:
        cells = self._cells.read(self._tables["facts"], row)
        cells["claim"] = self._cells.claim("", key)
        return cells

    def _row(self, name: str, key: str, row: Row) -> Cells | None:
        """Return what a row gives, or None for one that nothing is said of."""
        if name == "facts":
            return self._facts[key]
        cells = self._cells.read(self._tables[name], row)
        # A place is called by its id, for its key is a name as pages write it.
        slug = row.cells.get("id", key)
        cells["claim"] = self._cells.claim(_KINDS[name], slug)
        cells["this"] = thing(slug)
        if name == "sources":
            if self._titles[_title(row)] > 1:
                cells["has_title_of_another"] = ox.Literal(True)
            return cells
        about = [*self._about.get(key, [])]
        if about:
            cells["spoken_of"] = ox.Literal(True)
        about = [
            part
            for column in ("named_by", "within_facts")
            for part in row.cells.get(column, "").split(";")
            if part in self._facts
        ] or about
        about = about or self._about_parts(name, key, set())
        if not about:
            return None
        facts = self._tables["facts"].rows
        about.sort(key=lambda fact: self._cells.rank(facts[fact].cells.get("source_id", "")))
        first = self._facts[about[0]]
        for variable in ("locator", "words_sha256", "quote"):
            if variable in first:
                cells[variable] = first[variable]
        cells["facts"] = [self._cells.claim("", fact) for fact in about]
        return cells

    def _about_parts(self, name: str, key: str, seen: set[str]) -> list[str]:
        """Return the facts about the rounds of a series, or about the parts of a body."""
        column = _PARTS.get(name)
        found: list[str] = []
        for part, row in self._tables[name].rows.items() if column else ():
            if row.cells.get(column or "") == key and part not in seen:
                seen.add(part)
                found += self._about.get(part) or self._about_parts(name, part, seen)
        return found

    def _fill(self, name: str, table: Table, rows: Mapping[str, Cells]) -> TableClaims:
        given = [*rows.values()]
        keys = [*rows]
        found: dict[ox.NamedNode, dict[ox.Triple, None]] = {}
        lines: dict[ox.NamedNode, int] = {}
        for template in self._templates[name]:
            named = [self._suffixed(row, template.suffix) for row in given]
            for number, triple in fill(template, named):
                claim = named[number]["claim"]
                assert isinstance(claim, ox.NamedNode)
                found.setdefault(claim, {})[triple] = None
                lines[claim] = table.rows[keys[number]].line
        if name == "sources":
            self._fill_sections(rows, found)
        quads = [
            ox.Quad(triple.subject, triple.predicate, triple.object, claim)
            for claim, triples in found.items()
            for triple in triples
        ]
        # A place is called by its id, for its key is a name as pages write it.
        named_by = {
            thing(row.cells.get("id", key)): row.line
            for key, row in table.rows.items()
            if name != "facts"
        }
        return TableClaims(table.path, quads, lines, named_by)

    def _fill_sections(
        self, rows: Mapping[str, Cells], found: dict[ox.NamedNode, dict[ox.Triple, None]]
    ) -> None:
        """Add the sections of each page to the claim that describes the page."""
        sections: list[Cells] = []
        for key, row in rows.items():
            for order, (locator, section) in enumerate(self._cells.sections(key).items(), 1):
                english, japanese = self._cells.locator_names(locator)
                sections.append(
                    {
                        "claim": row["claim"],
                        "source": row["this"],
                        "section": section,
                        "order": ox.Literal(order),
                        "locator_en": english,
                        "locator_ja": japanese,
                    }
                )
        for template in self._templates["sections"]:
            for number, triple in fill(template, sections):
                claim = sections[number]["claim"]
                assert isinstance(claim, ox.NamedNode)
                found.setdefault(claim, {})[triple] = None

    def _suffixed(self, row: Cells, suffix: str) -> Cells:
        claim = row["claim"]
        assert isinstance(claim, ox.NamedNode)
        return {**row, "claim": ox.NamedNode(claim.value + suffix)} if suffix else row

"""An import from the folder of a curator to the project: prepared, told, and made in one step."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import DataError, Problem
from ctgraph.query.checks import check
from ctgraph.query.curation.folder import TABLES, Place, read_folder
from ctgraph.query.curation.known import Known
from ctgraph.query.curation.link import Linker, signature
from ctgraph.query.curation.place_rows import Rows, find_locators, find_places
from ctgraph.query.curation.project import publish, renew_totals, would_be
from ctgraph.query.curation.report import ImportReport, Told
from ctgraph.query.curation.statements import find_statements
from ctgraph.store import Bundle, Store, compile_graph, open_store
from ctgraph.store.reader import survey
from ctgraph.store.tables import Layout, Row, read_layouts, read_table
from ctgraph.terms import LANGUAGES, is_slug, make_slug

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Finding

Progress = Callable[[str], None]
"""Called with what is about to be done."""

_REFERENCES = ("disagrees_with", "named_by", "within_facts")
_NEW = {"sources": "new-source", "actors": "new-actor", "events": "new-event"}
_NAMED = re.compile(r"ctd:([a-z0-9-]+)")


class Import(NamedTuple):
    """What an import would do to a project; `write` does it.

    Attributes:
        report: What is new, linked, known already, disputed, and what cannot go in.
        bundle: The project.
        name: The folder below `data/` that is made.
        files: The text of each table.
        totals: The text of the new totals.
        before: What the project was when the import was prepared (`Bundle.fingerprint`).
    """

    report: ImportReport
    bundle: Bundle
    name: str
    files: Mapping[str, str]
    totals: str
    before: str

    def write(self) -> None:
        """Add the folder and the totals to the project, both or neither.

        Raises:
            DataError: The project is not what it was when the import was prepared, or it cannot
                be written.
        """
        if self.bundle.fingerprint() != self.before:
            raise DataError("project-changed", place=self.bundle.show(self.bundle.data))
        publish(self.bundle, self.name, self.files, self.totals)


def prepare_import(
    path: Path, bundle: Bundle, name: str | None = None, progress: Progress | None = None
) -> Import:
    """Return what an import of a folder of tables would do; nothing is written.

    Every row is linked to what is known or refused; the project that the others would make is
    read by the loader and checked in full, and the rows behind an error are refused as well,
    until none is found.

    Args:
        path: The folder, with `facts.tsv` in it.
        bundle: The project.
        name: The folder below `data/` to be made; None means that of the tables.
        progress: Told what is about to be done.

    Raises:
        DataError: The folder has no such tables, a table cannot be read as one, or the project
            is wrong already, or has such a folder.
    """
    return _Preparation(path, bundle, name, progress or (lambda _: None)).prepare()


class _Preparation:
    """One import on its way: what was read, what became of each row."""

    def __init__(self, path: Path, bundle: Bundle, name: str | None, progress: Progress) -> None:
        self._bundle = bundle
        self._before = bundle.fingerprint()
        self._progress = progress
        self._layouts = read_layouts(bundle)
        self._name = name if name is not None else make_slug(path.resolve().name)
        if not is_slug(self._name):
            raise DataError("name-not-slug", place="--name", name=self._name)
        if (bundle.data / self._name).exists():
            where = bundle.show(bundle.data / self._name)
            raise DataError("import-folder-exists", place=where)
        self._folder = read_folder(path, self._layouts)
        self._facts: dict[tuple[str, ...], str] = {}
        self._places: dict[str, Row] = {}
        self._locators: dict[str, Row] = {}
        self._lines: dict[tuple[str, int], Place] = {}
        self._idle: set[Place] = set()
        self._known_before: frozenset[str] = frozenset()
        self._told: dict[str, list[Problem]] = {}
        self._warnings: list[tuple[Place, Problem]] = []

    def prepare(self) -> Import:
        self._progress("read")
        with open_store(self._bundle.root) as store:
            known = Known(store)
            self._known_before = frozenset(known.things)
            self._read_project(known)
            linker = Linker(self._folder, known, self._facts, self._bundle)
            linker.link()
            self._place_references(linker)
            return self._settle(linker, known)

    def _read_project(self, known: Known) -> None:
        """Note the facts and the names of places of the project, and how its rows call actors."""
        for folder in self._bundle.table_folders():
            tables = {
                name: read_table(folder / f"{name}.tsv", name, layout, []).rows
                for name, layout in self._layouts.items()
                if (folder / f"{name}.tsv").is_file()
            }
            for key, row in tables.get("facts", {}).items():
                self._facts[signature(row.cells)] = f"{folder.name}-{key.lower()}"
            self._places.update(tables.get("places", {}))
            self._locators.update(tables.get("locators", {}))
            for key, row in tables.get("actors", {}).items():
                thing = known.things.get(key)
                if thing is not None:
                    # The loader names an actor as rows do before it asks other files.
                    thing.classes = (row.cells.get("class", ""), *thing.classes)
                    for lang in LANGUAGES:
                        thing.labels[lang] = row.cells.get(f"label_{lang}", "")

    def _place_references(self, linker: Linker) -> None:
        """Let references to facts that are repeated name the fact that they repeat."""
        for table in ("facts", "actors", "places"):
            for _, row in self._folder.kept(table):
                for column in _REFERENCES:
                    if column in row.cells:
                        parts = [part.strip() for part in row.cells[column].split(";")]
                        row.cells[column] = ";".join(linker.duplicate_of(p) or p for p in parts)

    # From rows to a project without errors

    def _settle(self, linker: Linker, known: Known) -> Import:
        """Refuse what rows are wrong for the loader and the checks, until nothing is wrong."""
        while True:
            self._refuse_what_rests_on_refused()
            self._pass_over_what_no_fact_names()
            refused = len(self._folder.refused)
            places, missing = find_places(self._folder, known, self._places)
            if len(self._folder.refused) > refused:
                continue
            locators, unnamed = find_locators(self._folder, self._locators)
            files = self._write_tables(places, locators)
            if "facts.tsv" not in files:
                return self._finish({}, "", linker, [*missing, *unnamed])
            self._progress("check")
            with would_be(self._bundle, self._name, files) as bundle:
                found = survey(bundle)
                problems = [one for one in found.problems if not one.file.endswith("totals.toml")]
                if problems:
                    self._refuse_problems(problems)
                    continue
                totals = renew_totals(self._bundle.totals_file(), found.counts)
                bundle.totals_file().write_text(totals, encoding="utf-8")
                graph = compile_graph(bundle)
                with Store("memory", str(bundle.root), bundle, graph=graph) as made:
                    found_in_graph = check(made, problems=())
                    if found_in_graph.errors:
                        self._refuse_findings(found_in_graph.errors, made)
                        continue
                    self._warnings = self._find_rows(found_in_graph.warnings, made)
                    self._told = find_statements(made, self._folder, self._claims())
            return self._finish(files, totals, linker, [*missing, *unnamed])

    def _refuse_what_rests_on_refused(self) -> None:
        """Refuse rows that speak of refused ones; take references to refused facts out."""
        folder = self._folder
        rests = {"thing": ("actors", "events"), "source": ("sources",)}
        again = True
        while again:
            again = False
            for table in ("actors", "events", "sources", "facts"):
                for key, row in [*folder.kept(table)]:
                    for column, kind in self._layouts[table].columns.items():
                        text = row.cells.get(column, "")
                        for other in rests.get(kind, ()):
                            if Place(other, text) in folder.refused:
                                again = True
                                where = f"{folder.where(other)}:{folder.line(Place(other, text))}"
                                told = folder.tell(
                                    Place(table, key), "rests-on-refused", column=column,
                                    name=text, where=where,
                                )  # fmt: skip
                                folder.refuse(Place(table, key), told)
        for table in ("facts", "actors"):
            for key, row in folder.kept(table):
                for column in _REFERENCES:
                    parts = row.cells.get(column, "").split(";")
                    gone = [part for part in parts if Place("facts", part) in folder.refused]
                    if gone:
                        row.cells[column] = ";".join(part for part in parts if part not in gone)
                        told = folder.tell(
                            Place(table, key), "reference-left-out", "", column=column, names=gone
                        )
                        folder.remarks.append(told)

    def _pass_over_what_no_fact_names(self) -> None:
        """Leave out actors and events that no fact speaks of, nor of a part of theirs.

        The loader says nothing of them; a publisher that does not act is a name.
        """
        folder = self._folder
        wholes = {"actors": "parent_id", "events": "series_id"}
        named = {
            row.cells.get(column, "")
            for _, row in folder.kept("facts")
            for column in ("subject_id", "object_id", "event_id")
        }
        # Those of which refused rows speak are no surprise.
        refused = {cell for row in folder.rows("facts").values() for cell in row.cells.values()}
        own: dict[str, tuple[Place, dict[str, str]]] = {}
        for table in wholes:
            for key, row in folder.kept(table):
                if row.cells:
                    own[row.cells["id"]] = Place(table, key), row.cells
        waiting = [*named]
        while waiting:
            place, cells = own.get(waiting.pop(), (None, {}))
            whole = cells.get(wholes[place.table]) if place is not None else None
            if whole and whole not in named:
                named.add(whole)
                waiting.append(whole)
        for name, (place, cells) in own.items():
            if name in named or place in self._idle:
                continue
            self._idle.add(place)
            cells.clear()
            if name in self._known_before or name in refused:
                continue
            folder.remarks.append(folder.tell(place, "named-by-no-fact", "", name=name))
            for key, row in folder.kept("sources"):
                if row.cells.get("publisher_is_actor_id") == name:
                    del row.cells["publisher_is_actor_id"]
                    told = folder.tell(
                        Place("sources", key), "publisher-does-not-act", "", name=name,
                        column="publisher_is_actor_id",
                    )  # fmt: skip
                    folder.remarks.append(told)

    def _write_tables(self, places: Rows, locators: Rows) -> dict[str, str]:
        """Return the text of each table, and note which row each line is from."""
        files: dict[str, str] = {}
        self._lines = {}
        named = {"places": places, "locators": locators}
        for table in TABLES:
            kept = {key: row.cells for key, row in self._folder.kept(table) if row.cells}
            rows = dict(sorted(named[table].items())) if table in named else kept
            if rows:
                files[f"{table}.tsv"] = _format_table(self._layouts[table], rows.values())
            for line, key in enumerate(rows, 2):
                if key in kept:
                    self._lines[f"{table}.tsv", line] = Place(table, key)
        return files

    def _row_at(self, file: str, line: int) -> Place | None:
        """Return the row that a line of the would-be project is from."""
        folder, _, name = file.rpartition("/")
        return self._lines.get((name, line)) if folder == f"data/{self._name}" else None

    def _claims(self) -> dict[str, Place]:
        """Return the row of each claim that the rows make, by the name of the claim."""
        found: dict[str, Place] = {}
        for place in self._lines.values():
            key = self._folder.rows(place.table)[place.key].cells[self._layouts[place.table].key]
            kind = "" if place.table == "facts" else f"{place.table[:-1]}-"
            found[f"{self._name}-{kind}{key.lower()}"] = place
        return found

    def _refuse_problems(self, problems: list[Problem]) -> None:
        """Refuse the rows that the loader finds wrong.

        Raises:
            DataError: What is wrong is in no row.
        """
        refused = False
        for problem in problems:
            place = self._row_at(problem.file, problem.line)
            if place is None:
                continue
            refused = True
            if problem.key == "row-states-nothing" and place in self._folder.refused:
                continue  # for what is told already
            told = self._folder.tell(place, problem.key, problem.hint, **problem.values)
            self._folder.refuse(place, told)
        if not refused:
            raise DataError("import-breaks-project", sentences=problems[:1])

    def _refuse_findings(self, errors: tuple[Finding, ...], store: Store) -> None:
        """Refuse the rows behind what the checks find.

        Raises:
            DataError: No row is behind it.
        """
        refused = self._find_rows(errors, store)
        for place, told in refused:
            self._folder.refuse(place, told)
        if not refused:
            said = Told(*(f"{errors[0].where}: {text}" for text in errors[0].message))
            raise DataError("import-breaks-project", sentences=[said])

    def _find_rows(
        self, findings: tuple[Finding, ...], store: Store
    ) -> list[tuple[Place, Problem]]:
        """Return the rows behind what the checks find, each with what is said of it."""
        found: list[tuple[Place, Problem]] = []
        for finding in findings:
            own = self._row_at(finding.file, finding.line)
            for place in {own} if own is not None else self._rows_about(finding, store):
                told = self._folder.tell(
                    place, "check-finds", rule=finding.rule, subject=finding.subject,
                    said=Told(*finding.message), repair=Told(*finding.repair),
                )  # fmt: skip
                found.append((place, told))
        return found

    def _rows_about(self, finding: Finding, store: Store) -> set[Place]:
        """Return the rows whose claims speak of the things that a finding names."""
        claims = self._claims()
        names = _NAMED.findall(f"{finding.subject} {finding.message.en}")
        values = " ".join(f"ctd:{name}" for name in dict.fromkeys(names))
        rows = store.select(
            f"SELECT DISTINCT ?g {{ VALUES ?x {{ {values} }} GRAPH ?g {{ ?x ?p ?o }} }}"
        )
        found = {row["g"].value.rpartition("/")[2] for row in rows}
        return {place for name, place in claims.items() if name in found}

    # What is told

    def _finish(
        self, files: Mapping[str, str], totals: str, linker: Linker, untranslated: list[Problem]
    ) -> Import:
        folder = self._folder
        new = {
            table: [
                folder.tell(
                    Place(table, key), told, "",
                    id=key, label=_label(row.cells),
                )
                for key, row in folder.kept(table)
                if row.cells.get(self._layouts[table].key) == key
            ]
            for table, told in _NEW.items()
        }  # fmt: skip
        facts = [key for key, row in folder.kept("facts") if row.cells]
        refused = [problem for told in folder.refused.values() for problem in told]
        gone = {(one.file, one.line) for one in refused}
        if linker.known_rows:
            told = Problem(folder.path.name, 0, "known-rows", "", {"n": linker.known_rows})
            folder.remarks.append(told)
        report = ImportReport(
            self._bundle.show(self._bundle.data / self._name),
            facts,
            {
                **new,
                "linked": linker.linked,
                "similar": linker.similar,
                "confirmations": self._told.get("confirmations", []),
                "disagreements": self._told.get("disagreements", []),
                "duplicates": folder.duplicates,
                "remarks": [one for one in folder.remarks if (one.file, one.line) not in gone],
                "untranslated": untranslated,
                "warnings": [told for _, told in self._warnings],
                "refused": sorted(refused, key=lambda one: (one.file, one.line)),
            },
        )
        return Import(report, self._bundle, self._name, files, totals, self._before)


def _label(cells: Mapping[str, str]) -> str:
    return " / ".join(cells[c] for c in ("label_en", "label_ja", "title") if cells.get(c))


def _format_table(layout: Layout, rows: Collection[Mapping[str, str]]) -> str:
    """Return rows as the text of a table; columns that no row fills are left out."""
    columns = [
        one for one in layout.columns
        if one == layout.key or one in layout.required or any(row.get(one) for row in rows)
    ]  # fmt: skip
    lines = ["\t".join(columns), *("\t".join(row.get(c, "") for c in columns) for row in rows)]
    return "".join(f"{line}\n" for line in lines)

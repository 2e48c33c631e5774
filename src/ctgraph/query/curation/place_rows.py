"""Places of events and places in pages: the rows that a curator need not write."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from ctgraph.errors import Problem
from ctgraph.query.curation.folder import Folder, Place
from ctgraph.query.curation.known import Known
from ctgraph.store.tables import Row
from ctgraph.terms import make_slug, tell_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rows = dict[str, dict[str, str]]
"""Cells of rows by the key of the row."""

_NO_PLACE = "online"  # a mode of an event
_LATIN = re.compile(r"[A-Za-z]")


def find_places(
    folder: Folder, known: Known, project: Mapping[str, Row]
) -> tuple[Rows, list[Problem]]:
    """Return a row for each place that facts and events name, and what is to be translated.

    A row of the folder itself goes first, then that of another folder of the project, a place
    of the graph by its name, the territory of a state by the name of the state. Any other place
    is new; of what kind it is, and what it is called in the other language, nobody said.

    Args:
        folder: The rows.
        known: What is known, the states of the folder included.
        project: Rows of places of the project, by the name of the place.
    """
    found: Rows = {}
    missing: list[Problem] = []
    rows = dict(folder.kept("places"))
    named = [*_cells(folder, ("events", "facts"), "place"), *_cells(folder, ("places",), "within")]
    for table, key, text in named:
        if text in found or text == _NO_PLACE:
            continue
        own, other = rows.get(text), project.get(text)
        if own is not None:
            usual = _known_place(text, known) or {"id": _slug(text), "class": "Place"}
            found[text] = {"place": text, **usual, **own.cells}
        elif other is not None:
            # What it lies in is said there.
            kept = ("id", "class", "label_en", "label_ja")
            found[text] = {"place": text, **{c: other.cells[c] for c in kept if c in other.cells}}
        elif (row := _known_place(text, known)) is not None:
            found[text] = {"place": text, **row}
        elif tell_language(text) == "ja":
            folder.refuse(
                Place(table, key), folder.tell(Place(table, key), "place-without-english",
                                               column="place", name=text)
            )  # fmt: skip
        else:
            found[text] = {"place": text, "id": _slug(text), "class": "Place"}
            near = [one.show() for one in known.near(text, ("place",))]
            missing.append(
                folder.tell(
                    Place(table, key), "place-untranslated", "place-alike" if near else "",
                    column="place", name=text, near=near,
                )
            )  # fmt: skip
    return found, missing


def find_locators(folder: Folder, project: Mapping[str, Row]) -> tuple[Rows, list[Problem]]:
    """Return a row for each place in a page whose Japanese name is known, and the others.

    Args:
        folder: The rows.
        project: Rows of locators of the project.
    """
    known = {
        text: row.cells["label_ja"]
        for text, row in (*project.items(), *folder.kept("locators"))
        if "label_ja" in row.cells
    }
    found: Rows = {}
    missing: list[Problem] = []
    seen: set[str] = set()
    for table, key, text in _cells(folder, ("facts",), "locator"):
        if text in seen:
            continue
        seen.add(text)
        # A heading and a paragraph below it: "Background, first paragraph".
        parts = text.split(", ")
        names = [known.get(part) or _number_part(part) for part in parts]
        if text in known:
            found[text] = {"locator": text, "label_ja": known[text]}
        elif any(names):
            label = "、".join(
                name or f"「{part}」" for name, part in zip(names, parts, strict=True)
            )
            found[text] = {"locator": text, "label_ja": label}
        elif _LATIN.search(text) and tell_language(text) == "en":
            place = Place(table, key)
            told = folder.tell(place, "locator-untranslated", "", column="locator", name=text)
            missing.append(told)
    return found, missing


def _number_part(text: str) -> str | None:
    """Return a numbered part of a page in Japanese, as drafts name it; None for another."""
    found = re.fullmatch(r"(page|paragraph) (\d+)", text)
    if found is None:
        return None
    return f"{found[2]}ページ" if found[1] == "page" else f"第{found[2]}段落"


def _cells(folder: Folder, tables: Iterable[str], column: str) -> Iterable[tuple[str, str, str]]:
    for table in tables:
        for key, row in folder.kept(table):
            if text := row.cells.get(column):
                yield table, key, text


def _known_place(text: str, known: Known) -> dict[str, str] | None:
    for place in known.named(text, ("place",))[:1]:
        return {
            "id": place.id,
            "class": place.classes[0],
            "label_en": place.labels.get("en", ""),
            "label_ja": place.labels.get("ja", ""),
        }
    for state in known.named(text, ("actor",)):
        territory = known.things.get(state.values.get("territory", ""))
        iso = state.values.get("iso", "").lower()
        if "State" in state.classes and (territory or iso):
            # As the row of a state names its territory.
            labels = territory.labels if territory else {
                "en": f"{state.labels['en']} (territory)",
                "ja": f"{state.labels['ja']}（領域）",
            }  # fmt: skip
            name = territory.id if territory else f"place-{iso}"
            return {
                "id": name,
                "class": "Country",
                **{f"label_{lang}": labels[lang] for lang in labels},
            }
    return None


def _slug(text: str) -> str:
    return f"place-{make_slug(text) or hashlib.sha256(text.encode()).hexdigest()[:8]}"

"""Rows linked to what is known: ids and names that mean the same become one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctgraph.errors import Problem
from ctgraph.query.curation.folder import Folder, Place
from ctgraph.query.curation.known import Known, Thing, address, plain
from ctgraph.query.sources.digests import digest_words, fold_words
from ctgraph.store.tables import NEW
from ctgraph.terms import LANGUAGES, is_slug

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ctgraph.store import Bundle
    from ctgraph.store.tables import Row

_ACTOR, _EVENT = ("actor",), ("event",)
_EITHER = ("actor", "event")
# What the cells of a column may name.
_COLUMNS = {
    "subject_id": _EITHER,
    "object_id": _EITHER,
    "event_id": _EVENT,
    "series_id": _EVENT,
    "parent_id": _ACTOR,
    "distinct_from": _ACTOR,
    "publisher_is_actor_id": _ACTOR,
    "fiscal_year_of": _ACTOR,
}
_BRACKETED = re.compile(r"(.+?)\s*[(（]([A-Z][A-Za-z0-9-]*)[)）]\Z")
_STATEMENT = (
    "source_id", "subject_id", "relation", "object_id", "event_id", "role_subject", "role_object",
    "start", "end", "as_of", "value", "unit", "name_en", "place",
)  # fmt: skip
"""What two rows that state the same have in common."""


def signature(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a row of facts states, whatever its words and its place in the page."""
    return tuple(row.get(column, "").removeprefix(NEW) for column in _STATEMENT)


class Linker:
    """Links the rows of a folder to what is known, and refuses those that cannot be linked.

    Args:
        folder: The rows; their cells are changed to the ids that are known.
        known: What is known; what the rows describe is added.
        facts: Facts of the project by what they state, with the name of their claim.
        bundle: The project, which holds the texts of some sources.

    Attributes:
        linked: Names and ids that were linked, by what they stand for.
        similar: Events that may be one that is known.
        known_rows: How many rows describe what is known under the same id.
    """

    def __init__(
        self, folder: Folder, known: Known, facts: Mapping[tuple[str, ...], str], bundle: Bundle
    ) -> None:
        self._folder = folder
        self._known = known
        self._facts = facts
        self._bundle = bundle
        self._ids: dict[str, str] = {}
        self._links: dict[tuple[str, str, str], list[Problem]] = {}
        self._before = frozenset(known.things)
        self.similar: list[Problem] = []
        self.known_rows = 0

    @property
    def linked(self) -> list[Problem]:
        """Each name or id that was linked, once, at its first row."""
        return [
            found[0]._replace(
                key="linked" if len(found) == 1 else "linked-often",
                values={**found[0].values, "n": len(found)},
            )
            for found in self._links.values()
        ]

    def link(self) -> None:
        """Link all rows."""
        for table, link in (
            ("actors", self._link_actor),
            ("events", self._link_event),
            ("sources", self._link_source),
        ):
            for key, row in [*self._folder.kept(table)]:
                if is_slug(key):
                    link(Place(table, key), row)
                else:
                    self._refuse(Place(table, key), "name-not-slug", name=key)
        for table in ("actors", "events", "sources"):
            for key, row in [*self._folder.kept(table)]:
                self._link_cells(Place(table, key), row)
        stated = dict(self._facts)
        for key, row in [*self._folder.kept("facts")]:
            self._link_fact(Place("facts", key), row, stated)

    # Actors

    def _link_actor(self, place: Place, row: Row) -> None:
        cells = row.cells
        full, short = _names(cells)
        thing = Thing(place.key, "actor", (cells.get("class", ""),), full | short, _labels(cells))
        parent = cells.get("parent_id", "")
        whole = [] if parent in self._known.things else self._known.named(parent, _ACTOR)
        thing.values = {
            "parent": whole[0].id if len(whole) == 1 else self._ids.get(parent, parent),
            "iso": cells.get("iso_3166", ""),
        }
        same = self._known.things.get(place.key)
        if same is not None:
            if same.kind == "actor" and (
                _share(same.names, thing.names) or same in self._alike(thing, place.key)
            ):
                self._link_to(place, row, thing, same)
            else:
                self._refuse(place, "id-of-another", name=place.key, near=same.show(), column="id")
            return
        distinct = self._distinct(cells.get("distinct_from", ""))
        found = {
            one.id: one
            for name in sorted(full)
            for one in self._known.named(name, _ACTOR)
            if one.id not in distinct
        }
        # A code says which state it is, whatever its name; what has both is to be told apart.
        for one in self._known.things.values():
            if one.values.get("iso") == thing.values["iso"] != "" and "State" in one.classes:
                found[one.id] = one
        if len(found) == 1 and not self._conflicts(thing, one := next(iter(found.values()))):
            self._link_to(place, row, thing, one)
            return
        alike = {**found, **{one.id: one for one in self._alike(thing, "", short)}}
        alike = {name: one for name, one in alike.items() if name not in distinct}
        if alike:
            near = [one.show() for one in alike.values()]
            self._refuse(place, "actor-alike", near=near, name=place.key, column="label_en")
            return
        self._known.add(thing)

    def _distinct(self, text: str) -> set[str]:
        """Return the actors from which a row tells its own apart, whatever it calls them."""
        parts = {part.strip() for part in text.split(";")}
        return parts | {one.id for part in parts for one in self._known.named(part, _ACTOR)}

    def _alike(self, thing: Thing, own: str, short: Collection[str] = ()) -> list[Thing]:
        """Return actors whose names look like those of a new one, or that have its acronym."""
        known = Thing("", thing.kind, thing.classes, thing.names, thing.labels, thing.values)
        found = [one for one in self._known.alike(known) if own in ("", one.id)]
        return found + [one for name in sorted(short) for one in self._known.named(name, _ACTOR)]

    def _conflicts(self, one: Thing, other: Thing) -> bool:
        return any(
            one.values.get(column) and other.values.get(column)
            and one.values[column] != other.values[column]
            for column in ("iso", "parent")
        ) or "ActorGroup" in other.classes  # fmt: skip

    def _link_to(self, place: Place, row: Row, thing: Thing, known: Thing) -> None:
        """Note that a row means a known actor, and keep of it what is new."""
        self._note(place, "id", place.key, known)
        cells = row.cells
        if (given := cells.get("class", "")) not in known.classes:
            self._folder.remarks.append(
                self._folder.tell(
                    place, "class-of-known", "", column="class", value=given,
                    near=known.show(), names=[*known.classes],
                )
            )  # fmt: skip
        new = [name for name in sorted(thing.names) if known not in self._known.named(name, _ACTOR)]
        kept: dict[str, str] = {
            "id": known.id,
            "class": known.classes[0] if known.classes else given,
            **{f"label_{lang}": known.labels.get(lang, "") for lang in LANGUAGES},
            "other_names": ";".join(new),
            **{c: cells[c] for c in ("named_by", "distinct_from") if c in cells},
        }
        cells.clear()
        if known.id in self._before and (new or "distinct_from" in kept):
            cells.update({column: text for column, text in kept.items() if text})

    # Events

    def _link_event(self, place: Place, row: Row) -> None:
        cells = row.cells
        names, labels = set.union(*_names(cells)), _labels(cells)
        thing = Thing(place.key, "event", (cells.get("class", ""),), names, labels)
        thing.values = {column: cells.get(column, "") for column in ("start", "end", "place")}
        same = self._known.things.get(place.key)
        found = [same] if same is not None else []
        for name in sorted(thing.names):
            if same is None:
                found += [
                    one for one in self._known.named(name, _EVENT)
                    if one not in found and _overlap(thing, one)
                ]  # fmt: skip
        if same is not None and not (
            same.kind == "event"
            and (
                self._known.is_alike(thing, same)
                or (thing.classes[0] in same.classes and _overlap(thing, same))
            )
        ):
            self._refuse(place, "id-of-another", name=place.key, near=same.show(), column="id")
        elif len(found) == 1:
            self._note(place, "id", place.key, found[0])
            self._compare_dates(place, cells, found[0], "event-dated-otherwise")
            cells.clear()
        elif found:
            near = [one.show() for one in found]
            self._refuse(place, "name-of-several", near=near, name=labels["en"], column="label_en")
        else:
            near = [one.show() for one in self._known.things.values() if self._may_be(thing, one)]
            if near:
                self.similar.append(
                    self._folder.tell(place, "event-alike", name=place.key, near=near)
                )
            self._known.add(thing)

    def _may_be(self, new: Thing, old: Thing) -> bool:
        """Whether an event of the same days and class has the same place or like names."""
        if old.kind != "event" or new.classes[0] not in old.classes or not new.values["start"]:
            return False
        if any(new.values[c] != old.values.get(c) for c in ("start", "end")):
            return False
        at = self._known.things.get(old.values.get("place", ""))
        place = new.values["place"]
        is_there = bool(place) and at is not None and _share({place}, at.names)
        return is_there or self._known.is_alike(new, old)

    def _compare_dates(
        self, place: Place, cells: Mapping[str, str], event: Thing, key: str
    ) -> None:
        """Tell that a row dates an event otherwise, unless one span lies within the other."""
        ours, theirs = (
            (one.get("start", ""), one.get("end", "") or one.get("start", ""))
            for one in (cells, event.values)
        )
        if not ours[0] or not theirs[0] or any(
            outer[0] <= inner[0] and inner[1] <= outer[1]
            for outer, inner in ((ours, theirs), (theirs, ours))
        ):  # fmt: skip
            return
        told = self._folder.tell(
            place, key, "", column="start", near=event.show(), value="/".join(ours),
            other="/".join(theirs),
        )  # fmt: skip
        self._folder.remarks.append(told)

    # Sources

    def _link_source(self, place: Place, row: Row) -> None:
        cells = row.cells
        url = address(cells.get("url", ""))
        same = self._known.things.get(place.key)
        if same is not None and (
            same.kind != "source" or address(same.values.get("url", "")) != url
        ):
            self._refuse(
                place, "id-of-another", name=place.key, near=same.show(), column="source_id"
            )
            return
        found = [same] if same is not None else self._at(url, cells.get("page_date", ""))
        if len(found) > 1:
            near = [one.show() for one in found]
            self._refuse(place, "address-of-several", near=near, column="url")
        elif found:
            self._note(place, "source_id", place.key, found[0])
            cells.clear()
        else:
            self._known.add(_source(place.key, cells))

    def _at(self, url: str, date: str = "") -> list[Thing]:
        """Return the sources with an address, but for versions of another day."""
        found = []
        for one in self._known.things.values():
            if one.kind == "source" and url and address(one.values.get("url", "")) == url:
                other = one.values.get("start", "")
                if not date or not other or other.startswith(date[:7]):
                    found.append(one)
        return found

    # Facts

    def _link_fact(self, place: Place, row: Row, stated: dict[tuple[str, ...], str]) -> None:
        cells = row.cells
        self._link_page(place, row)
        self._link_cells(place, row)
        self._read_words(place, cells)
        if Place("facts", place.key) in self._folder.refused:
            return
        key = signature(cells)
        if key in stated:
            self._folder.duplicates.append(
                self._folder.tell(place, "fact-repeated", "", name=stated[key])
            )
            self._ids[f"facts/{place.key}"] = stated[key]
            cells.clear()
            return
        stated[key] = place.key
        event = self._known.things.get(cells.get("event_id", ""))
        if event is not None and event.id not in self._before:
            # What is known of other events is compared in the graph.
            self._compare_dates(place, cells, event, "fact-dated-otherwise")

    def duplicate_of(self, fact: str) -> str | None:
        """Return the fact or claim that a duplicate repeats; None for a row that is none."""
        return self._ids.get(f"facts/{fact}")

    def _link_page(self, place: Place, row: Row) -> None:
        text = row.cells.get("source_id", "")
        if not text:
            return
        if Place("sources", text) in self._folder.refused:
            return
        own = self._ids.get(text, text)
        thing = self._known.things.get(own)
        found = [thing] if thing is not None and thing.kind == "source" else self._at(address(text))
        found = found or self._known.named(text, ("source",))
        if len(found) == 1:
            if found[0].id != text and own == text:
                self._note(place, "source_id", text, found[0])
            row.cells["source_id"] = found[0].id
        else:
            near = found or self._known.near(text, ("source",))
            self._unknown(place, "source_id", text, "source", near)

    def _read_words(self, place: Place, cells: dict[str, str]) -> None:
        """Quote the words of a page whose text the project holds; of others, take the digest."""
        words = cells.pop("words", None)
        if words is None or words.startswith("?"):
            return
        if self._bundle.text_file(cells.get("source_id", "")).is_file():
            for column in ("words_sha256", "words_length"):
                cells.pop(column, None)
            cells.setdefault("quote", words)
            return
        for column, value in (
            ("words_sha256", digest_words(words)),
            ("words_length", str(len(fold_words(words).text))),
        ):
            if cells.setdefault(column, value) != value:
                self._refuse(place, "words-do-not-fit", column=column, value=value)

    # Cells that name things

    def _link_cells(self, place: Place, row: Row) -> None:
        for column, kinds in _COLUMNS.items():
            text = row.cells.get(column)
            if text is None or text.startswith("?"):
                continue
            parts = text.split(";") if column == "distinct_from" else [text]
            ids = [self._resolve(place, column, part.strip(), kinds) for part in parts]
            row.cells[column] = ";".join(
                found or part for found, part in zip(ids, parts, strict=True)
            )

    def _resolve(self, place: Place, column: str, text: str, kinds: Sequence[str]) -> str | None:
        # That a row rests on one that is refused is told when all are known.
        if any(Place(table, text) in self._folder.refused for table in ("actors", "events")):
            return None
        if text in self._ids:
            return self._ids[text]
        thing = self._known.things.get(text)
        if thing is not None and thing.kind in (*kinds, ""):
            return text
        found = self._known.named(text, kinds)
        if not found and (lower := self._known.things.get(text.lower())) is not None:
            # A code or an id in capitals: JPN.
            found = [lower] if lower.kind in kinds else []
        # Who is named means the actor, not an event that is called after it.
        found = [one for one in found if one.kind == "actor"] or found
        if len(found) == 1:
            self._note(place, column, text, found[0])
            return found[0].id
        if thing is not None:
            self._refuse(place, "thing-of-other-kind", column=column, near=thing.show())
        else:
            near = found or self._known.near(text, kinds[:1]) or self._known.near(text, kinds)
            self._unknown(place, column, text, kinds[0], near)
        return None

    # What is told

    def _note(self, place: Place, column: str, text: str, known: Thing) -> None:
        """Note that a text stands for a known thing."""
        if column in ("id", "source_id"):
            self._ids[text] = known.id
        if text == known.id:
            self.known_rows += 1
            return
        told = self._folder.tell(
            place, "linked", "", column=column, text=text, near=known.show(), id=known.id
        )
        self._links.setdefault((known.kind, text, known.id), []).append(told)

    def _unknown(self, place: Place, column: str, text: str, kind: str, near: list[Thing]) -> None:
        shown = [one.show() for one in near]
        hint = "link-or-describe" if near else "describe-first"
        self._refuse(
            place, "unknown-term", hint, column=column, kind=kind, name=text, near=shown,
            where=self._folder.where("sources" if kind == "source" else f"{kind}s"),
        )  # fmt: skip

    def _refuse(self, place: Place, key: str, hint: str | None = None, /, **values: object) -> None:
        self._folder.refuse(place, self._folder.tell(place, key, hint, **values))


def _names(cells: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return the full names and the acronyms that a row gives."""
    full = {cells.get(column, "") for column in ("label_en", "label_ja")}
    full |= {part.strip() for part in cells.get("other_names", "").split(";")}
    short = {cells.get("acronym", "")}
    for name in [*full]:
        if match := _BRACKETED.match(name):
            full.add(match[1])
            short.add(match[2])
    return full - {""}, short - full - {""}


def _labels(cells: Mapping[str, str]) -> dict[str, str]:
    return {lang: cells.get(f"label_{lang}", "") for lang in LANGUAGES}


def _share(some: Collection[str], others: Collection[str]) -> bool:
    return bool({plain(name) for name in some} & {plain(name) for name in others})


def _overlap(one: Thing, other: Thing) -> bool:
    """Whether two events can be of the same time; what is not dated can be of any."""
    starts = [thing.values.get("start") or "" for thing in (one, other)]
    ends = [
        thing.values.get("end") or thing.values.get("start") or "9999" for thing in (one, other)
    ]
    return starts[0] <= ends[1] and starts[1] <= ends[0]


def _source(key: str, cells: Mapping[str, str]) -> Thing:
    values = {"url": cells.get("url", ""), "start": cells.get("page_date", "")}
    title = cells.get("title", "")
    return Thing(key, "source", ("Source",), {title} - {""}, {"en": title}, values)

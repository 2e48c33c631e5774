"""Rows for `ctgraph import` out of a document: what is decided, and `?` where a curator decides."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.drafting.about import About, find_issue_day, name_source, read_day
from ctgraph.query.drafting.bodies import find_bodies, tell_class
from ctgraph.query.drafting.cues import Act, read_acts
from ctgraph.query.drafting.figures import MONEY, OPEN, list_figures, write_amount
from ctgraph.query.drafting.mentions import Mention, read_mentions
from ctgraph.query.drafting.names import find_actors, find_texts, read_names
from ctgraph.query.drafting.periods import Periods
from ctgraph.query.entities import show_period
from ctgraph.query.sources.digests import digest_words, fold_words
from ctgraph.query.wording import (
    Amount,
    DateSpan,
    NameSpan,
    read_amounts,
    read_dates,
    read_wording,
)
from ctgraph.query.wording.words import any_of
from ctgraph.store import locate
from ctgraph.terms import CT, CTD, CTV, LANGUAGES, make_slug, tell_language

if TYPE_CHECKING:
    from ctgraph.query.drafting.documents import Document, Sentence
    from ctgraph.query.drafting.names import Names
    from ctgraph.query.wording import Wording
    from ctgraph.store import Bundle, Store

Row = dict[str, str]


class Draft(NamedTuple):
    """Tables that a curator reads, corrects and imports.

    Attributes:
        source_id: The name of the source.
        tables: The rows of each table by its name; tables without rows are left out.
        sentences: How many sentences were read.
    """

    source_id: str
    tables: Mapping[str, Sequence[Row]]
    sentences: int

    def count_open(self) -> int:
        """Return how many cells are left to the curator."""
        return sum(
            cell.startswith(OPEN)
            for rows in self.tables.values()
            for row in rows
            for cell in row.values()
        )


def draft_rows(
    store: Store, document: Document, about: About, bundle: Bundle | None = None
) -> Draft:
    """Return rows that a document gives.

    Args:
        store: The graph whose names are known.
        document: The document.
        about: What is known of it besides.
        bundle: The project whose cue words are used; None for the one of `locate`.
    """
    wording = read_wording(bundle or locate())
    about = replace(
        about,
        url=about.url or document.address,
        title=about.title or document.title,
        publisher=about.publisher or document.publisher,
        date=about.date or document.date or find_issue_day(document.sentences, wording),
        language=about.language or document.language,
    )
    about = replace(about, source_id=about.source_id or name_source(about))
    drafter = _Drafter(store, wording, about)
    for sentence in document.sentences:
        drafter.read(sentence)
    return Draft(about.source_id, drafter.list_tables(), len(document.sentences))


class _Event(NamedTuple):
    """An event of the graph, by which a drafted one is known again."""

    iri: str
    days: tuple[str, str]
    actors: frozenset[str]


@dataclass
class _Drafter:
    """Reads sentences into rows."""

    store: Store
    wording: Wording
    about: About
    facts: list[Row] = field(default_factory=list)
    actors: dict[str, Row] = field(default_factory=dict)
    events: dict[str, Row] = field(default_factory=dict)
    locators: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names: Names = read_names(self.store)
        self.around: set[str] = set()
        # UN News is not the UN.
        whole = (0, len(self.about.publisher.rstrip()))
        found = [one for one in self.names.actors.find(self.about.publisher) if one[:2] == whole]
        self.publisher = found[0].iris if found and len(found[0].iris) == 1 else ()
        # The publisher, and the bodies and the state of which it is part.
        owners = [*self.publisher]
        while owners and owners[-1] in self.names.parents:
            owners.append(self.names.parents[owners[-1]])
        self.owners = tuple(owners)
        self.around.update(owners)
        self.near = read_day(self.about.date)
        self.known_events = _read_events(self.store)
        self.periods = Periods(self.wording)

    # --- a sentence ------------------------------------------------------------------------------

    def read(self, sentence: Sentence) -> None:
        """Add the rows that a sentence gives."""
        text = sentence.text
        amounts = read_amounts(text, self.wording)
        dates = self.periods.find(sentence, read_dates(text, self.wording, self.near))
        texts = find_texts(text, self.names)
        taken = [(one.start, one.end) for one in texts]
        taken += [(one.start, one.end) for one in amounts if one.currencies]
        spans = [
            span
            for span in find_actors(text, self.names, self.wording, sorted(self.around))
            if not any(start <= span.start and span.end <= end for start, end in taken)
        ]
        spans += self._find_own_state(text)
        taken += [(span.start, span.end) for span in spans]
        spans += find_bodies(text, taken, self.wording)
        mentions = [
            replace(
                one,
                is_adverse=bool(self.names.adverse.intersection(one.iris)),
                is_forum=bool(one.iris) and self.names.forums.issuperset(one.iris),
            )
            for one in read_mentions(text, spans, self.wording)
        ]
        self.around.update(iri for one in mentions if len(one.iris) == 1 for iri in one.iris)
        acts = read_acts(text, mentions, read_mentions(text, texts, self.wording), self.wording)
        told = {one.iris for act in acts for one in (act.subject, act.object) if one}
        others = list(
            {
                one.iris: one
                for one in mentions
                if one.iris
                and one.iris not in told
                and not one.is_adverse
                and "as" not in one.parts
            }.values()
        )
        pairs = itertools.zip_longest(others[::2], others[1::2])
        acts += [Act(OPEN, OPEN, *pair, "", "", "", 0, len(text)) for pair in pairs]
        place = self._find_place(text)
        events: dict[str, str] = {}
        for act in acts:
            for span in _choose_dates(dates, act):
                row = self._make_row(sentence, act, span, place)
                self._add_event(act, row, events)
                self._add_amount(row, act, amounts)
                self._add_statements(row, act)
                self.facts.append(row)
        for figure, amount in list_figures(text, acts, mentions, amounts, self.wording):
            row = self._make_row(sentence, figure, _choose_dates(dates, figure)[0], "")
            row.update(write_amount(amount))
            if events:
                # The number may be one of the event or of who held it.
                cells = [*events.values(), row["subject_id"].strip(OPEN)]
                row["subject_id"] = OPEN + "|".join(filter(None, cells))
            self.facts.append(row)

    def _make_row(self, sentence: Sentence, act: Act, span: DateSpan | None, place: str) -> Row:
        inferred_from = ""
        if span is not None and not span.is_whole:
            is_above = span.end <= span.start
            inferred_from = "layout" if is_above else "calendar"
        topics = self.names.topics.find(sentence.text)
        row = {
            "id": f"D{len(self.facts) + 1:04}",
            "source_id": self.about.source_id,
            "locator": self._locate(sentence),
            "kind": act.kind,
            "subject_id": self._name(act.subject) if act.subject else self._guess_subject(),
            "relation": act.relation,
            "object_id": self._name(act.object) if act.object else "",
            "role_subject": act.role_subject,
            "role_object": act.role_object,
            "date_precision": span.precision if span else "unknown",
            "place": place,
            "topic": ";".join(sorted({_local(iri) for one in topics for iri in one.iris})),
            "basis": "inferred" if inferred_from else "stated",
            "inference_kind": inferred_from,
            "statement_en": OPEN,
            "statement_ja": OPEN,
            "words": sentence.text,
            "words_sha256": digest_words(sentence.text),
            "words_length": str(len(fold_words(sentence.text).text)),
        }
        return {**row, **_write_dates(span)}

    def _find_own_state(self, text: str) -> list[NameSpan]:
        """Return where a sentence speaks of the state of its publisher (我が国)."""
        if not self.owners:
            return []
        words = any_of(self.wording.cues["own_state"][tell_language(text)])
        return [
            NameSpan(match.start(), match.end(), match.group(), self.owners[-1:])
            for match in re.finditer(words, text)
        ]

    def _name(self, mention: Mention) -> str:
        """Return the cell for an actor or text: its name, candidates, or a proposed one."""
        if len(mention.iris) == 1:
            return _local(mention.iris[0])
        if mention.iris:
            return OPEN + "|".join(map(_local, mention.iris))
        return self._propose(mention)

    def _propose(self, mention: Mention) -> str:
        lang = tell_language(mention.name)
        name = re.sub(r"\s*[(（].*", "", mention.name)
        acronym = re.search(r"[(（]([A-Z][A-Za-z-]+)[)）]", mention.name)
        slug = make_slug(acronym[1]) if acronym else ""
        if len(slug) < 3 or self.store.knows(CTD + slug):
            slug = make_slug(name)[:60].strip("-")
        if not slug:
            return OPEN + name  # a Japanese name makes no identifier
        self.actors.setdefault(
            slug,
            {
                "id": slug,
                "class": OPEN + tell_class(mention.name, self.wording),
                "label_en": name if lang == "en" else OPEN,
                "label_ja": name if lang == "ja" else OPEN,
                "acronym": acronym[1] if acronym else "",
            },
        )
        return slug

    def _guess_subject(self) -> str:
        """Return who may be meant where the subject is left out: the publisher, or its state."""
        return OPEN + "|".join(map(_local, self.owners))

    def _find_place(self, text: str) -> str:
        """Return the place that a sentence names as one, by its English name."""
        for span in (*self.names.places.find(text), *self._find_own_state(text)):
            before, behind = text[: span.start], text[span.end :]
            if re.search(r"\b(?:in|at)\s+\Z", before) or re.match(
                "(?:で|において|における)", behind
            ):
                labels = self.store.labels(span.iris[:1], "en")
                return labels.get(span.iris[0], "").removesuffix(" (territory)")
        return ""

    def _locate(self, sentence: Sentence) -> str:
        """Return the place of a sentence in its document, and note it in both languages."""
        en, ja = [], []
        if sentence.page:
            en.append(f"page {sentence.page}")
            ja.append(f"{sentence.page}ページ")
        if sentence.heading:
            en.append(sentence.heading)
            ja.append(f"「{sentence.heading}」")
        if sentence.paragraph:
            en.append(f"paragraph {sentence.paragraph}")
            ja.append(f"第{sentence.paragraph}段落")
        locator = ", ".join(en)
        self.locators.setdefault(locator, {"locator": locator, "label_ja": "、".join(ja)})
        return locator

    # --- events ----------------------------------------------------------------------------------

    def _add_event(self, act: Act, row: Row, events: dict[str, str]) -> None:
        """Name the event of a row: one that is known, one of this draft, or a new one."""
        if not act.event_class:
            return
        days = (row.get("start", ""), row.get("end", ""))
        actors = frozenset(
            cell
            for cell in (row["subject_id"], row["object_id"])
            if cell and not cell.startswith(OPEN)
        )
        known = [
            event
            for event in self.known_events.get(act.event_class, ())
            if days[0] and event.days == days and actors & event.actors
        ]
        best = max((len(actors & event.actors) for event in known), default=0)
        fit = sorted({event.iri for event in known if len(actors & event.actors) == best})
        if fit:
            row["event_id"] = fit[0] if len(fit) == 1 else OPEN + "|".join(fit)
            return
        key = f"{act.event_class} {days}"
        if key not in events:
            when = days[0][
                : {"month": 7, "year": 4, "fiscal-year": 4}.get(row["date_precision"], 10)
            ]
            kind = re.sub(r"(?<!^)(?=[A-Z])", "-", act.event_class).lower().strip(OPEN) or "event"
            slug = "-".join(
                filter(
                    None,
                    [
                        *sorted(actors, key=[row["subject_id"], row["object_id"]].index),
                        kind,
                        when,
                    ],
                )
            )
            slug = slug if actors else f"{self.about.source_id}-{slug}"
            number, name = 1, slug
            while self.store.knows(CTD + name) or (
                name in self.events and self.events[name]["start"] != days[0]
            ):
                number += 1
                name = f"{slug}-{number}"
            events[key] = name
            self.events.setdefault(
                events[key],
                {
                    "id": events[key],
                    "class": act.event_class,
                    **self._label_event(act, row),
                    "start": days[0],
                    "end": days[1],
                    "date_precision": row["date_precision"],
                    "place": row["place"],
                    "topics": row["topic"],
                },
            )
        row["event_id"] = events[key]

    def _label_event(self, act: Act, row: Row) -> Row:
        """Return what an event may be called: its class and its days."""
        event = CT + act.event_class.strip(OPEN)
        labels = {}
        for lang, form in (("en", "{} ({})"), ("ja", "{}（{}）")):
            kind = self.store.labels([event], lang).get(event, "")
            days = _show_days(row, lang)
            labels[f"label_{lang}"] = OPEN + (form.format(kind, days) if kind and days else kind)
        return labels

    # --- numbers ---------------------------------------------------------------------------------

    def _add_amount(self, row: Row, act: Act, amounts: Sequence[Amount]) -> None:
        money = [one for one in amounts if one.currencies]
        if act.relation in MONEY and money:
            near = min(money, key=lambda one: abs(one.start - act.start))
            row.update(write_amount(near))

    # --- statements ------------------------------------------------------------------------------

    def _add_statements(self, row: Row, act: Act) -> None:
        """Propose a sentence in each language, where all that it speaks of is known."""
        mentions = [one for one in (act.subject, act.object) if one]
        if any(len(one.iris) != 1 for one in mentions) or not act.subject:
            return
        event = CT + act.event_class.strip(OPEN)
        for lang in LANGUAGES:
            template = self.wording.cues["sentences"][lang].get(act.relation, "")
            kind = self.store.labels([event], lang).get(event, "")
            days = _show_days(row, lang)
            labels = self.store.labels([one.iris[0] for one in mentions], lang)
            is_known = template and len(labels) == len(mentions)
            if (
                not is_known
                or ("{object}" in template and not act.object)
                or ("{event}" in template and not kind)
            ):
                continue
            values = {
                "subject": labels[act.subject.iris[0]],
                "object": labels[act.object.iris[0]] if act.object else "",
                "event": kind if lang == "ja" else f"a {kind.lower()}",
                "amount": f"{row.get('value', OPEN)} {row.get('unit', '')}".strip(),
                "when": days and (f" ({days})" if lang == "en" else f"{days}に"),
                "where": row["place"] and (f" in {row['place']}" if lang == "en" else ""),
            }
            row[f"statement_{lang}"] = OPEN + template.format(**values)

    # --- tables ----------------------------------------------------------------------------------

    def list_tables(self) -> dict[str, list[Row]]:
        """Return the tables that have rows."""
        about = self.about
        source = {
            "source_id": about.source_id,
            "url": about.url or OPEN,
            "title": about.title or OPEN,
            "publisher": about.publisher or OPEN,
            "publisher_is_actor_id": _local(self.publisher[0]) if self.publisher else "",
            "page_date": about.date,
            "date_precision": {10: "day", 7: "month", 4: "year"}.get(len(about.date), "unknown"),
            "language": about.language or OPEN,
            "source_kind": OPEN,
        }
        is_known = self.store.knows(CTD + about.source_id)
        tables = {
            "sources": [] if is_known else [source],
            "actors": [*self.actors.values()],
            "events": [*self.events.values()],
            "facts": self.facts,
            "locators": [*self.locators.values()],
        }
        return {name: rows for name, rows in tables.items() if rows}


def _choose_dates(dates: Sequence[DateSpan], act: Act) -> list[DateSpan | None]:
    """Return the date of an act, the nearest; all that are listed with it."""
    if not dates:
        return [None]
    near = min(dates, key=lambda one: (not one.is_whole, abs(one.start - act.start)))
    listed = [
        one
        for one in dates
        if one is near
        or (
            one.precision == near.precision
            and 0 <= max(one.start, near.start) - min(one.end, near.end) <= 5
        )
    ]
    return list(listed)


def _write_dates(span: DateSpan | None) -> Row:
    if span is None:
        return {}
    first, last = span.first.isoformat(), span.last.isoformat()
    if span.bound == "as-of":
        return {"as_of": last}
    return {
        "start": "" if span.bound == "until" else first,
        "end": "" if span.bound == "from" else last,
    }


def _show_days(row: Row, lang: str) -> str:
    start = row.get("start") or row.get("as_of", "")
    return show_period(start, row.get("end", ""), row["date_precision"], lang) if start else ""


def _read_events(store: Store) -> dict[str, list[_Event]]:
    """Return the events of a graph by class, with their days and who took part."""
    actors: dict[tuple[str, str, str, str], set[str]] = {}
    for row in store.select(
        "SELECT ?x ?class ?start ?end ?actor { ?part ct:activity ?x ; ct:participant ?actor ."
        " ?x a ?class ; ct:startDate ?start ; ct:endDate ?end }"
    ):
        key = (row["x"].value, row["class"].value, row["start"].value, row["end"].value)
        actors.setdefault(key, set()).add(_local(row["actor"].value))
    events: dict[str, list[_Event]] = {}
    for (iri, kind, start, end), who in actors.items():
        event = _Event(_local(iri), (start, end), frozenset(who))
        events.setdefault(kind.rpartition("#")[2], []).append(event)
    return events


def _local(iri: str) -> str:
    return iri.removeprefix(CTD).removeprefix(CTV)

"""What a sentence says that its actors did: cue words to relations and roles."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.query.drafting.mentions import tell_language
from ctgraph.query.wording import fold_width
from ctgraph.query.wording.words import any_of

if TYPE_CHECKING:
    from ctgraph.query.drafting.mentions import Mention
    from ctgraph.query.wording import Wording


class Act(NamedTuple):
    """What a sentence says of one or two actors.

    Attributes:
        relation: A relation of facts.tsv.
        kind: The kind of fact.
        subject: Who; None if the sentence leaves it out.
        object: Whom or what body or text, if there is one.
        role_subject: The role of the subject, empty for none.
        role_object: The role of the object, empty for none.
        event_class: The class of the event in which they have their roles; ``?`` for an event
            that no noun names, empty for none.
        start: Where the words begin that say so.
        end: Where they end.
    """

    relation: str
    kind: str
    subject: Mention | None
    object: Mention | None
    role_subject: str
    role_object: str
    event_class: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class _Cue:
    """A cue of the table; `ontology/wording/cues.toml` says what its fields mean."""

    words: Mapping[str, Any]
    patterns: Mapping[str, re.Pattern[str]]


class _Match(NamedTuple):
    cue: _Cue
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class _Forms:
    cues: Sequence[_Cue]
    negation: Mapping[str, re.Pattern[str]]
    passive: Mapping[str, re.Pattern[str]]
    events: Mapping[str, str]
    nouns: re.Pattern[str]


_GAPS = {"en": r"(?:\W+\w[\w'’.,-]*){0,6}?\W+", "ja": "[^、。]{0,15}?"}
_BREAKS = {
    "en": re.compile(r"; | – |, (?:and|while|where|after|before|but) |,? (?:that|which|who) "),
    "ja": re.compile(r"(?<=[しりいきちみてで])、|。"),
}
_MUTUAL = frozenset(("subject", "with", "between", "by"))
_GATHERINGS = frozenset(("Meeting", "Workshop", "Consultation", "StrategicDialogue"))


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> _Forms:
    words = wording.cues
    cues = [
        _Cue(cue, {lang: _compile_cue(cue[lang], lang) for lang in ("en", "ja")})
        for cue in words["cues"]
    ]
    negation, passive = words["negation"], words["passive"]
    events = {noun.casefold(): name for name, nouns in words["events"].items() for noun in nouns}
    return _Forms(
        cues,
        {
            "en": re.compile(rf"{any_of(negation['en'])}\W+(?:\w+\W+){{0,2}}\Z", re.IGNORECASE),
            "ja": re.compile(rf"[^、。]{{0,6}}{any_of(negation['ja'])}"),
        },
        {
            "en": re.compile(rf"\b{any_of(passive['en'])}\s+(?:\w+ly\s+|first\s+)?\Z"),
            "ja": re.compile(rf"[かさら]?{any_of(passive['ja'])}"),
        },
        events,
        re.compile(any_of(events), re.IGNORECASE),
    )


def _compile_cue(words: Sequence[str], lang: str) -> re.Pattern[str]:
    """Return the pattern of a cue's words, in which "…" stands for a few others."""
    # "Co-hosted" is not hosted, nor is "EU-funded" what somebody funded.
    begins = r"(?<![-‐])" if lang == "en" else ""
    patterns = (
        begins + _GAPS[lang].join(any_of([piece.strip()]) for piece in word.split("…"))
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)


def read_acts(
    text: str, mentions: Sequence[Mention], texts: Sequence[Mention], wording: Wording
) -> list[Act]:
    """Return what a sentence says of its actors.

    Of each clause the first cue of the table counts that gives an act, and those that add to it.

    Args:
        text: A sentence.
        mentions: The actors that it names.
        texts: The treaties and other texts that it names.
        wording: The cue words.
    """
    forms = _compile(wording)
    lang = tell_language(text)
    sentence = _Sentence(fold_width(text), lang, texts, forms)
    acts: list[Act] = []
    topics: list[Mention] = []
    for clause in _cut_clauses(sentence.text, lang, forms):
        inside = [one for one in mentions if clause[0] <= one.start < clause[1]]
        has_act = False
        for match in _find_cues(sentence.text, clause, lang, forms):
            adds = bool(match.cue.words.get("adds"))
            if has_act and not adds:
                continue
            found = list(sentence.apply(match, [*topics, *inside], clause))
            known = [_who(act) for act in acts]
            found = [act for act in found if not adds or _who(act) not in known]
            has_act = has_act or bool(found)
            acts += found
        topics += [one for one in inside if "subject" in one.parts]
    return acts


def _find_cues(
    text: str, clause: tuple[int, int], lang: str, forms: _Forms
) -> Iterator[_Match]:
    for cue in forms.cues:
        if match := cue.patterns[lang].search(text, *clause):
            yield _Match(cue, match.start(), match.end())


def _cut_clauses(text: str, lang: str, forms: _Forms) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of a sentence begin and end; each has a cue, if it has any."""
    start = 0
    for match in _BREAKS[lang].finditer(text):
        end = match.end()
        sides = ((start, end), (end, len(text)))
        if all(next(_find_cues(text, side, lang, forms), None) for side in sides):
            yield start, end
            start = end
    yield start, len(text)


class _Sentence(NamedTuple):
    """A sentence in which cues are looked for."""

    text: str
    lang: str
    texts: Sequence[Mention]
    forms: _Forms

    def apply(
        self,
        match: _Match,
        mentions: Sequence[Mention],
        clause: tuple[int, int],
    ) -> Iterator[Act]:
        """Yield what a cue says of the actors of its clause."""
        cue = match.cue.words
        if self._is_negated(match):
            return
        event = self._find_event(match, clause)
        parted = self._part(match, mentions)
        if cue.get("mutual"):
            parties = self._parties(match, parted)
            if len(parties) > 1:
                for other in parties[1:]:
                    yield _make(match, parties[0], other, event)
            elif parties and not cue.get("listed") and "with" in parties[0].parts:
                yield _make(match, None, parties[0], event)
            return
        subjects = _pick(parted, cue["subject"])
        if cue.get("instrument"):
            found = [one for one in self.texts if clause[0] <= one.start < clause[1]]
            if found and (subjects or not cue["subject"]):
                is_subject = cue["instrument"] == "subject"
                for subject in subjects or [None]:
                    yield _make(match, found[0] if is_subject else subject, None if is_subject else found[0], "")
                return
            if not cue["object"]:
                if self.forms.nouns.search(self.text, *clause) is None:
                    return
                for subject in subjects:
                    yield _make(match, subject, None, "")
                return
        objects = [one for one in _pick(parted, cue["object"]) if one not in subjects]
        objects = [one for one in objects if all(one.iris != other.iris for other in subjects)]
        objects.sort(key=lambda one: "of" in one.parts and len(one.parts) > 1)
        object_ = objects[0] if objects else None
        if cue.get("together") or (event and cue.get("shared") and len(subjects) > 1):
            parties = [*subjects, *(objects if cue.get("together") else ())]
            shared = cue.get("shared", {})
            for other in parties[1:] or [None]:
                is_left_out = other is None and parties and not subjects
                first, second = (None, parties[0]) if is_left_out else (parties[0] if parties else None, other)
                if first or second:
                    yield _make(match, first, second, event)._replace(**shared)
        elif cue.get("alone") and not subjects and object_:
            yield _make(match, object_, None, "")._replace(relation=cue["alone"], role_subject="")
        elif cue.get("office"):
            is_office = object_ is not None and event not in _GATHERINGS
            for subject in subjects:
                act = _make(match, subject, object_ if is_office else None, "" if is_office else event)
                yield act._replace(**cue["office"]) if is_office else act
        else:
            for subject in subjects or ([None] if object_ else []):
                yield _make(match, subject, object_, event)

    def _is_negated(self, match: _Match) -> bool:
        form = self.forms.negation[self.lang]
        if self.lang == "ja":
            return bool(form.match(self.text, match.end))
        return bool(form.search(self.text[: match.start]))

    def _part(
        self, match: _Match, mentions: Sequence[Mention]
    ) -> list[tuple[Mention, frozenset[str]]]:
        """Return the mentions with their parts beside a cue: what is bare, and what is passive."""
        text = self.text
        first = next((one.group for one in mentions if not one.parts and one.end <= match.start), -1)
        parted = []
        for one in mentions:
            parts = one.parts
            if self.lang == "en" and not parts:
                if one.start < match.start:
                    # Of two bare names before a verb the first is the subject, the other belongs
                    # to a noun (Canada took over the G7 presidency).
                    parts = frozenset(["subject" if one.group == first else "of"])
                else:
                    between = text[match.end : one.start].split()
                    parts = frozenset(["object" if len(between) <= 4 else "of"])
            parted.append((one, parts))
        if any("subject" in parts and "of" not in parts for _, parts in parted):
            parted = [
                (one, parts - {"subject"} if "of" in parts else parts) for one, parts in parted
            ]
        if self.lang == "ja":
            is_passive = bool(self.forms.passive["ja"].match(text, match.end))
        else:
            is_passive = bool(self.forms.passive["en"].search(text[: match.start]))
        if is_passive or any("by" in parts for _, parts in parted):
            parted = [
                (one, frozenset("object" if part == "subject" else part for part in parts))
                for one, parts in parted
            ]
        return parted

    def _parties(
        self, match: _Match, parted: Sequence[tuple[Mention, frozenset[str]]]
    ) -> list[Mention]:
        """Return those who do something with each other."""
        found = []
        for one, parts in parted:
            # Parties that are named together are so in any place (the dialogue of A and B).
            is_listed = "of" in parts and sum(one.group == other.group for other, _ in parted) > 1
            is_direct = "object" in parts and self.text[match.end : one.start].strip() in ("", "the")
            is_passive = "object" in parts and one.end <= match.start and self.lang == "en"
            is_inside = match.start < one.start < match.end
            if not is_inside and (parts & _MUTUAL or is_listed or is_direct or is_passive):
                found.append(one)
        if match.cue.words.get("listed"):
            groups = [one.group for one in found]
            found = [one for one in found if groups.count(one.group) > 1]
        return _distinct(found)

    def _find_event(self, match: _Match, clause: tuple[int, int]) -> str:
        """Return the class of the event: that of the cue, or of the nearest noun, else ``?``."""
        cue = match.cue.words
        if cue.get("event") != "*":
            return str(cue.get("event", ""))
        nouns = [
            (noun, self.forms.events[" ".join(noun.group().split()).casefold()])
            for noun in self.forms.nouns.finditer(self.text, *clause)
        ]
        only, without = cue.get("only", ()), cue.get("without", ())
        fit = [
            (noun, name)
            for noun, name in nouns
            if name not in without and (not only or name in only)
        ]
        behind = [name for noun, name in fit if noun.start() >= match.start]
        ahead = [name for noun, name in fit if noun.end() <= match.end]
        near = [*behind[:1], *ahead[-1:]] if self.lang == "en" else [*ahead[-1:], *behind[:1]]
        return near[0] if near else str(cue.get("default", "?"))


def _make(match: _Match, subject: Mention | None, object_: Mention | None, event: str) -> Act:
    cue = match.cue.words
    is_organised = event in cue.get("role_of_organiser", ())
    role_object = "organiser" if is_organised else cue.get("role_object", "")
    return Act(
        cue["relation"],
        cue["kind"],
        subject,
        object_,
        cue.get("role_subject", ""),
        role_object if object_ else "",
        event,
        match.start,
        match.end,
    )


def _who(act: Act) -> frozenset[str]:
    """Return who is in an act, in whatever part."""
    return frozenset(one.name for one in (act.subject, act.object) if one)


def _pick(
    parted: Sequence[tuple[Mention, frozenset[str]]], wanted: Sequence[str]
) -> list[Mention]:
    """Return the mentions with one of some parts; those of the first part that any has."""
    return _distinct([one for one, parts in parted if parts & set(wanted)])


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    return list({one.iris or one.name: one for one in reversed(mentions)}.values())[::-1]

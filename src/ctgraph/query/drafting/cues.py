"""What a sentence says that its actors did: cue words to relations and roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ctgraph.query.drafting.cuetable import Forms, Match, compile_cues
from ctgraph.query.wording import fold_width, read_amounts
from ctgraph.terms import tell_language

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


_BREAKS = {
    "en": re.compile(r"; | – |, (?:and|while|where|after|before|but) |,? (?:that|which|who) "),
    "ja": re.compile(r"(?<=[しりいきちみてで])、|。"),
}
# People whom a name names tell what is done for them.
_PEOPLE = frozenset(("VictimSupport",))
_MUTUAL = frozenset(("subject", "with", "between", "by"))
_MUTUAL_EVENTS = frozenset(("Consultation", "StrategicDialogue"))
_GATHERINGS = frozenset(("Meeting", "Workshop", "Consultation", "StrategicDialogue"))


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
    forms = compile_cues(wording)
    lang = tell_language(text)
    taken = [(one.start, one.end) for one in (*mentions, *texts)]
    has_money = any(one.currencies for one in read_amounts(text, wording))
    sentence = _Sentence(fold_width(text), lang, texts, taken, forms, has_money)
    acts: list[Act] = []
    topics: list[Mention] = []
    for clause in sentence.cut():
        inside = [one for one in mentions if clause[0] <= one.start < clause[1]]
        has_act = False
        for match in sentence.find_cues(clause):
            adds = bool(match.cue.words.get("adds"))
            if has_act and not adds:
                continue
            found = sentence.apply(match, [*topics, *inside], clause)
            known = [_who(act) for act in acts]
            found = [act for act in found if not adds or _who(act) not in known]
            has_act = has_act or bool(found)
            acts += map(_plan, found) if sentence.is_planned(match) else found
        topics += [one for one in inside if "subject" in one.parts]
    # Who is invited to a workshop is invited to that (検察官を招聘し、ワークショップを開催した).
    held = [act.event_class for act in acts if act.event_class in _GATHERINGS]
    return [
        act._replace(event_class=held[0]) if held and act.relation == "invited" else act
        for act in acts
    ]


class _Sentence(NamedTuple):
    """A sentence in which cues are looked for."""

    text: str
    lang: str
    texts: Sequence[Mention]
    taken: Sequence[tuple[int, int]]
    forms: Forms
    has_money: bool

    def cut(self) -> Iterator[tuple[int, int]]:
        """Yield where its clauses begin and end; each has a cue of its own, if any has."""
        start = 0
        for match in _BREAKS[self.lang].finditer(self.text):
            end = match.end()
            # "In cooperation with" belongs to what follows.
            leads = any(not one.cue.words.get("adds") for one in self.find_cues((start, end)))
            if leads and next(self.find_cues((end, len(self.text))), None):
                yield start, end
                start = end
        yield start, len(self.text)

    def find_cues(self, clause: tuple[int, int]) -> Iterator[Match]:
        """Yield the cues of a clause, in the order of the table; none lies within a name."""
        for cue in self.forms.cues:
            for match in cue.patterns[self.lang].finditer(self.text, *clause):
                if not self._is_name(match):
                    yield Match(cue, match.start(), match.end())
                    break

    def is_planned(self, match: Match) -> bool:
        """Tell whether what a cue says is still to come."""
        form = self.forms.planned[self.lang]
        if self.lang == "ja":
            return bool(form.match(self.text, match.end))
        return bool(form.search(self.text[: match.start]))

    def _is_name(self, match: re.Match[str]) -> bool:
        return any(start <= match.start() and match.end() <= end for start, end in self.taken)

    def apply(
        self, match: Match, mentions: Sequence[Mention], clause: tuple[int, int]
    ) -> list[Act]:
        """Return what a cue says of the actors of its clause.

        Args:
            match: The cue.
            mentions: The actors of the clause, and those that go on being spoken of.
            clause: Where the clause begins and ends.
        """
        cue = match.cue.words
        if self._is_negated(match):
            return []
        event = self._find_event(match, clause)
        takes_adverse = cue.get("role_object") == "target"
        fit = [one for one in mentions if takes_adverse or not one.is_adverse]
        parted = self._part(match, fit)
        if cue.get("mutual"):
            return self._read_mutual(match, parted, event)
        subjects = [one for one in _pick(parted, cue["subject"]) if not one.is_adverse]
        if cue.get("adjacent"):
            # EU-funded projects are funded by whom stands there.
            subjects = [one for one, _ in parted if one.end == match.start]
        if cue.get("instrument"):
            texts = [one for one in self.texts if clause[0] <= one.start < clause[1]]
            found = self._read_texts(match, subjects, texts, clause)
            if found or not cue["object"]:
                return found
        objects = self._list_objects(match, parted, subjects)
        if cue.get("shared") and event not in ("Meeting", "?"):
            objects = []
        if self._is_another(cue, event, subjects, objects, parted):
            return []
        if cue.get("guests") and event in _MUTUAL_EVENTS:
            objects = []
        if cue.get("together") or (event and cue.get("shared") and len(subjects) > 1):
            return self._read_together(match, subjects, objects, event)
        return self._read_directed(match, subjects, objects, event)

    def _list_objects(
        self,
        match: Match,
        parted: Sequence[tuple[Mention, frozenset[str]]],
        subjects: Sequence[Mention],
    ) -> list[Mention]:
        """Return the object of a cue with those listed with it.

        One that belongs to a noun goes last, else the one with the first part of the cue's, else
        the nearest.
        """
        wanted = match.cue.words["object"]
        parts_of = dict(parted)
        objects = [
            one
            for one in _pick(parted, wanted)
            if all(one.iris != other.iris or one.name != other.name for other in subjects)
        ]
        objects.sort(
            key=lambda one: (
                not one.is_adverse,
                "of" in one.parts and len(one.parts) > 1,
                min(wanted.index(part) for part in parts_of[one] if part in wanted),
                max(one.start - match.end, match.start - one.end),
            )
        )
        return [one for one in objects if one.group == objects[0].group]

    def _is_another(
        self,
        cue: Mapping[str, Any],
        event: str,
        subjects: Sequence[Mention],
        objects: Sequence[Mention],
        parted: Sequence[tuple[Mention, frozenset[str]]],
    ) -> bool:
        """Tell whether a cue does not fit, so that one further down the table may."""
        is_lacking = (cue.get("needs") == "object" or cue.get("adjacent")) and not objects
        if is_lacking or (cue.get("adjacent") and not subjects):
            return True
        if event not in _MUTUAL_EVENTS:
            return False
        # Those who chair a dialogue together, or take part in their own, are its parties.
        is_own = any(
            one.iris == other.iris for one in subjects for other, _ in parted if other != one
        )
        return bool((cue.get("parties") and len(subjects) > 1) or (cue.get("guests") and is_own))

    def _read_mutual(
        self, match: Match, parted: Sequence[tuple[Mention, frozenset[str]]], event: str
    ) -> list[Act]:
        """Return what parties do with each other: the first with each other one."""
        parties = self._parties(match, parted)
        forums = [one for one in parties if one.is_forum]
        if "forum" in match.cue.words and len(forums) == 1 and len(parties) > 1:
            # Who meets with a forum is its guest.
            guests = [one for one in parties if one is not forums[0]]
            acts = [_make(match, guest, forums[0], event) for guest in guests]
            return [act._replace(**match.cue.words["forum"]) for act in acts]
        if len(parties) > 1:
            return [_make(match, parties[0], other, event) for other in parties[1:]]
        # "関係国と協議した" leaves out who.
        is_left_out = not match.cue.words.get("listed") and any(
            "with" in one.parts for one in parties
        )
        return [_make(match, None, one, event) for one in parties if is_left_out]

    def _read_texts(
        self,
        match: Match,
        subjects: Sequence[Mention],
        texts: Sequence[Mention],
        clause: tuple[int, int],
    ) -> list[Act]:
        """Return what is done with a treaty or another text, or what becomes of it."""
        cue = match.cue.words
        if cue["instrument"] == "subject":
            is_named = texts or self.forms.nouns.search(self.text, *clause)
            return [_make(match, next(iter(texts), None), None, "")] if is_named else []
        if not texts and (cue["object"] or not self.forms.nouns.search(self.text, *clause)):
            return []
        text = next(iter(texts), None)
        return [_make(match, subject, text, "") for subject in subjects]

    def _read_together(
        self, match: Match, subjects: Sequence[Mention], objects: Sequence[Mention], event: str
    ) -> list[Act]:
        """Return what several hold together: the first with each other one."""
        cue = match.cue.words
        parties = _distinct([*subjects, *(objects if cue.get("together") else ())])
        pairs: list[tuple[Mention | None, Mention | None]]
        if len(parties) > 1:
            pairs = [(parties[0], other) for other in parties[1:]]
        else:
            pairs = [(one, None) if one in subjects else (None, one) for one in parties]
        # Those who hold a meeting together meet; a workshop they host.
        shared = cue.get("shared", {})
        if event == "Meeting" and self._says(match, cue.get("met_by", ())):
            shared = cue["met"]
        return [_make(match, *pair, event)._replace(**shared) for pair in pairs]

    def _says(self, match: Match, words: Sequence[str]) -> bool:
        """Tell whether a cue stands there with one of some of its words."""
        return self.text[match.start : match.end].casefold() in words

    def _read_directed(
        self, match: Match, subjects: Sequence[Mention], objects: Sequence[Mention], event: str
    ) -> list[Act]:
        """Return what each subject does, to each object if there are any."""
        cue = match.cue.words
        if cue.get("alone") and objects and not subjects:
            begun = _make(match, objects[0], None, "")
            return [begun._replace(relation=cue["alone"], role_subject="")]
        if cue.get("office"):
            if not objects or event in _GATHERINGS:
                return [_make(match, subject, None, event) for subject in subjects]
            acts = [_make(match, subject, objects[0], "") for subject in subjects]
            return [act._replace(**cue["office"]) for act in acts]
        # A Japanese sentence may leave out who held what it names.
        is_held = self.lang == "ja" and cue.get("shared") and event not in ("", "?")
        if not subjects and not objects and not is_held:
            return []
        first: Sequence[Mention | None] = subjects or [None]
        second: Sequence[Mention | None] = objects or [None]
        return [_make(match, one, other, event) for one in first for other in second]

    def _is_negated(self, match: Match) -> bool:
        form = self.forms.negation[self.lang]
        if self.lang == "ja":
            return bool(form.match(self.text, match.end))
        return bool(form.search(self.text[: match.start]))

    def _part(
        self, match: Match, mentions: Sequence[Mention]
    ) -> list[tuple[Mention, frozenset[str]]]:
        """Return the mentions with their parts beside a cue: what is bare, and what is passive."""
        text = self.text
        first = next(
            (one.group for one in mentions if not one.parts and one.end <= match.start), -1
        )
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
            elif parts == {"to"} and " to " in text[match.start : match.end]:
                # The "to" is that of the verb (was to chair the forum).
                parts = frozenset(["object"])
            parted.append((one, parts))
        if any("subject" in parts and "of" not in parts for _, parts in parted):
            parted = [
                (one, parts - {"subject"} if "of" in parts else parts) for one, parts in parted
            ]
        if self.lang == "ja":
            is_passive = bool(self.forms.passive["ja"].match(text, match.end))
        else:
            is_passive = bool(self.forms.passive["en"].search(text[: match.start]))
        gives = {"by", "from"} if match.cue.words.get("from") else {"by"}
        if is_passive or any(parts & gives for _, parts in parted):
            parted = [
                (one, frozenset("object" if part == "subject" else part for part in parts))
                for one, parts in parted
            ]
        return parted

    def _parties(
        self, match: Match, parted: Sequence[tuple[Mention, frozenset[str]]]
    ) -> list[Mention]:
        """Return those who do something with each other."""
        found = []
        for one, parts in parted:
            # Parties that are named together are so in any place (the dialogue of A and B).
            is_listed = "of" in parts and sum(one.group == other.group for other, _ in parted) > 1
            is_direct = "object" in parts and self.text[match.end : one.start].strip() in (
                "",
                "the",
            )
            is_passive = "object" in parts and one.end <= match.start and self.lang == "en"
            is_adjacent = "of" in parts and 0 <= match.start - one.end <= len("'s a ")
            is_inside = match.start < one.start < match.end
            if not is_inside and (
                parts & _MUTUAL or is_listed or is_direct or is_passive or is_adjacent
            ):
                found.append(one)
        if match.cue.words.get("listed"):
            # The parties stand at the noun, as in the ASEAN–Japan meeting.
            groups = [one.group for one in found]
            found = [
                one for one in found if groups.count(one.group) > 1 and self._names_noun(one, match)
            ]
        return _distinct(found)

    def _names_noun(self, mention: Mention, match: Match) -> bool:
        """Tell whether a name belongs to the noun of a cue, with no verb between them."""
        if self.lang == "ja":
            return "of" in mention.parts
        between = (mention.end, match.start)
        return not any(cue.patterns["en"].search(self.text, *between) for cue in self.forms.cues)

    def _find_event(self, match: Match, clause: tuple[int, int]) -> str:
        """Return the class of the event: that of the cue, or of the nearest noun, else ``?``."""
        cue = match.cue.words
        if cue.get("event") != "*":
            return str(cue.get("event", ""))
        if cue.get("unpaid") and self.has_money:
            return str(cue["default"])
        nouns = [
            (noun, name)
            for noun in self.forms.nouns.finditer(self.text, *clause)
            for name in (self.forms.events[" ".join(noun.group().split()).casefold()],)
            if name in _PEOPLE or not self._is_name(noun)
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


def _make(match: Match, subject: Mention | None, object_: Mention | None, event: str) -> Act:
    cue = match.cue.words
    is_organised = event in cue.get("role_of_organiser", ())
    role_object = "organiser" if is_organised else cue.get("role_object", "")
    if object_ and "through" in object_.parts:
        role_object = cue.get("role_through", role_object)
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


def _plan(act: Act) -> Act:
    """Return what is still to come as a plan, in which nobody has a role yet."""
    if act.kind in ("plan", "figure"):
        return act
    plan = act._replace(relation="plans", kind="plan", event_class="")
    return plan._replace(role_subject="", role_object="")


def _who(act: Act) -> frozenset[str]:
    """Return who is in an act, in whatever part."""
    return frozenset(one.name for one in (act.subject, act.object) if one)


def _pick(parted: Sequence[tuple[Mention, frozenset[str]]], wanted: Sequence[str]) -> list[Mention]:
    """Return the mentions with one of some parts; those of the first part that any has."""
    return _distinct([one for one, parts in parted if parts & set(wanted)])


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    return list({one.iris or one.name: one for one in reversed(mentions)}.values())[::-1]

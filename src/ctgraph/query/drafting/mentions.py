"""Actors that a sentence names, and the words beside them that tell their part in it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ctgraph.query.wording import NameSpan, fold_width
from ctgraph.query.wording.words import any_of
from ctgraph.terms import tell_language

if TYPE_CHECKING:
    from ctgraph.query.wording import KnownNames, Wording
    from ctgraph.terms import Language


@dataclass(frozen=True)
class Mention:
    """An actor where a sentence names it.

    Attributes:
        start: Position of the first character of its name.
        end: Position behind the last, a name in brackets included.
        iris: What has the name; empty for a name that the graph does not know.
        name: The name as the sentence has it.
        parts: Parts that the words beside it give it (`ontology/wording/cues.toml`); ``of`` for a
            name that belongs to a noun; empty for one that stands bare, as subjects and objects
            do in English.
        group: The same for names that are listed together.
        is_adverse: Whether it is one that measures are aimed at, who is never a partner.
        is_forum: Whether it is one that others meet in.
    """

    start: int
    end: int
    iris: tuple[str, ...]
    name: str
    parts: frozenset[str] = frozenset()
    group: int = 0
    is_adverse: bool = False
    is_forum: bool = False


def read_mentions(text: str, spans: Iterable[NameSpan], wording: Wording) -> list[Mention]:
    """Return the actors of a sentence with their parts, in their order.

    Args:
        text: A sentence.
        spans: The names that stand in it.
        wording: The words that tell parts.
    """
    forms = _compile(wording)
    folded = fold_width(text)
    lang = tell_language(text)
    found: list[Mention] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        previous = found[-1] if found else None
        if (previous and span.start < previous.end) or forms.others[lang].match(folded, span.end):
            continue
        mention = Mention(span.start, span.end, span.iris, text[span.start : span.end])
        between = folded[previous.end : span.start] if previous else ""
        closing = folded[span.end : span.end + 1] == ")"
        if previous and closing and _NAMED_IN_BRACKETS[lang].fullmatch(between):
            # The name in brackets is that of the whole noun (the UN network of institutes (PNI)).
            is_alias = mention.iris == previous.iris or not between.startswith("(")
            if is_alias:
                found[-1] = replace(mention, start=previous.start, end=span.end + 1)
                continue
        found.append(mention)
    mark = _mark_japanese if lang == "ja" else _mark_english
    return _mark_reporter(folded, mark(folded, found, forms), lang, forms)


def _mark_reporter(
    text: str, mentions: list[Mention], lang: Language, forms: _Forms
) -> list[Mention]:
    """Return mentions of which the one that only tells what the sentence says has no part in it.

    Who tells of what was done with somebody else may well have done it.
    """
    if len(mentions) < _LEAST_MENTIONS or any("with" in one.parts for one in mentions):
        return mentions
    reports = forms.reporting[lang]
    for index, one in enumerate(mentions):
        if lang == "en":
            is_reporter = not one.parts and reports.match(text, one.end)
        else:
            is_reporter = one.parts == {"subject"} and reports.search(text)
        if is_reporter:
            mentions[index] = replace(one, parts=frozenset(["as"]), group=-1)
            break
    return mentions


_LEAST_MENTIONS = 2
_NAMED_IN_BRACKETS = {
    "en": re.compile(r"[^,;.()]{0,60}\((?:the )?"),
    "ja": re.compile(r"[一-龥ァ-ヶー・A-Za-z]{0,30}\("),
}


def find_together(text: str, names: KnownNames, wording: Wording) -> list[NameSpan]:
    """Return states that Japanese writes together in one character each, as in 日米豪協議.

    Args:
        text: A sentence.
        names: The names that the characters stand for, and those that may stand among them.
        wording: The characters.
    """
    short: Mapping[str, str] = wording.cues["abbreviations"]
    known = names.find(text)
    found: list[NameSpan] = []
    for match in re.finditer(_compile(wording).together, text):
        run: list[NameSpan] = []
        at = match.start()
        while at < len(text):
            if text[at] == "・" and run:
                at += 1
                continue
            letters = next((one for one in short if text.startswith(one, at)), "")
            whole = next((one for one in known if one.start == at), None)
            if whole and run:
                run.append(whole)
                at = whole.end
            elif letters and not whole:
                name = short[letters]
                iris = {iri for one in names.find(name) for iri in one.iris}
                run.append(NameSpan(at, at + len(letters), name, tuple(sorted(iris))))
                at += len(letters)
            else:
                break
        # "日本" and "日中に" are words of their own.
        if len(run) > 1 and _JAPANESE_NOUN.match(text, at) and all(one.iris for one in run):
            found += run
    return found


_JAPANESE_NOUN = re.compile("[一-龥ァ-ヶA-Za-zＡ-Ｚ・]|の[一-龥]")


@dataclass(frozen=True, eq=False)
class _Forms:
    others: Mapping[str, re.Pattern[str]]
    together: str
    lists: Mapping[str, re.Pattern[str]]
    heads: Mapping[str, re.Pattern[str]]
    markers: Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]
    reporting: Mapping[str, re.Pattern[str]]


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> _Forms:
    words: Mapping[str, Any] = wording.cues
    others, lists, heads = words["others"], words["lists"], words["heads"]
    head = f"(?i:{any_of(heads['en'])})"
    return _Forms(
        {
            "en": re.compile(rf"\s+(?:[a-z-]+\s+){{0,2}}{any_of(others['en'])}"),
            "ja": re.compile(rf"\s*{any_of(others['ja'])}"),
        },
        f"(?<![一-龥ァ-ヶ])(?={any_of(words['abbreviations'])})|(?<=回)(?={any_of(words['abbreviations'])})",
        {
            "en": re.compile(rf"(?:'s)?(?:\s*{any_of(lists['en'])}\s*)+(?:{head}\s*)*"),
            "ja": re.compile(rf"\s*{any_of(lists['ja'])}\s*"),
        },
        {
            "en": re.compile(rf"\b(?:{head}\s+)+\Z"),
            "ja": re.compile(f"(?:{any_of(heads['ja'])})+"),
        },
        {
            "en": _list_markers(
                words["markers"]["en"], lambda word: rf"\b{word}\s+(?:[a-z][\w'-]*\s+){{0,2}}\Z"
            ),
            "ja": _list_markers(words["markers"]["ja"], lambda word: rf"\s*{word}"),
        },
        {
            "en": re.compile(rf"\s+(?:also\s+)?{any_of(words['reporting']['en'])}"),
            "ja": re.compile(rf"{any_of(words['reporting']['ja'])}。?\s*\Z"),
        },
    )


def _list_markers(
    markers: Mapping[str, Sequence[str]], make: Callable[[str], str]
) -> Sequence[tuple[str, re.Pattern[str]]]:
    """Return each marker's pattern with its part, the longest word first."""
    words = [(word, part) for part, words in markers.items() for word in words]
    words.sort(key=lambda pair: -len(pair[0]))
    return [(part, re.compile(make(any_of([word])))) for word, part in words]


def _mark_english(text: str, mentions: Sequence[Mention], forms: _Forms) -> list[Mention]:
    marked: list[Mention] = []
    for number, mention in enumerate(mentions):
        previous = marked[-1] if marked else None
        gap = text[previous.end if previous else 0 : mention.start]
        if previous and forms.lists["en"].fullmatch(gap):
            parts, group = previous.parts, previous.group
        else:
            ahead = forms.heads["en"].sub("", gap).rstrip() + " "
            part = next((part for part, form in forms.markers["en"] if form.search(ahead)), "")
            parts, group = frozenset([part] if part else []), number
        if text.startswith(("'s ", "' ", "’s "), mention.end) and parts:
            parts = frozenset([*(parts - {"between"}), "of"])
        marked.append(replace(mention, parts=parts, group=group))
    return marked


# A noun to which a name belongs, up to the next particle, and nouns that follow with "の".
_NOUN = re.compile(r"[一-龥々ァ-ヶーA-Za-z0-9+・/&. ]*")
_CHAIN = re.compile(r"の?[^、。はがをにへでとものか(]{1,30}")
_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)")


def _mark_japanese(text: str, mentions: Sequence[Mention], forms: _Forms) -> list[Mention]:
    marked: list[Mention] = []
    following: Mention | None = None
    for number, mention in enumerate(reversed(mentions)):
        if text[mention.start - 1 : mention.start] == "(" and text[mention.end :][:1] == ")":
            marked.append(replace(mention, parts=frozenset(["as"]), group=-1 - number))
            continue
        end = mention.end
        if brackets := _BRACKETS.match(text, end):
            end = brackets.end()
        parts, group = _find_parts(text, end, forms), number
        if following:
            noun = _NOUN.match(text, end)
            after = noun.end() if noun else end
            joint = forms.lists["ja"].match(text, after)
            if after > end and joint and joint.end() == following.start:
                # Ｇ20関連会合、麻薬委員会等に
                parts, group = following.parts | {"of"}, following.group
            joint = forms.lists["ja"].match(text, end)
            is_joined = joint and joint.end() == following.start
            # 日米 are two; イタリア外務省 and Ｇ７ローマ・リヨン・グループ are one.
            is_letter = len(mention.name) <= 2 and not text[mention.start : mention.end].isascii()
            if is_joined or (end == following.start and is_letter):
                parts, group = following.parts, following.group
        following = replace(mention, parts=parts, group=group)
        marked.append(following)
    return marked[::-1]


def _find_parts(text: str, end: int, forms: _Forms) -> frozenset[str]:
    """Return the part that the particle behind a name tells, and that of the noun it belongs to."""
    parts: set[str] = set()
    if heads := forms.heads["ja"].match(text, end):
        end = heads.end()
    noun = _NOUN.match(text, end)
    if noun and noun.end() > end:
        parts.add("of")
        end = noun.end()
        if brackets := _BRACKETS.match(text, end):
            end = brackets.end()
    part, behind = _read_particle(text, end, forms)
    while part == "of":
        parts.add(part)
        chain = _CHAIN.match(text, behind)
        if not chain:
            break
        part, behind = _read_particle(text, chain.end(), forms)
    return frozenset({*parts, part} - {""})


def _read_particle(text: str, at: int, forms: _Forms) -> tuple[str, int]:
    for part, form in forms.markers["ja"]:
        if match := form.match(text, at):
            return part, match.end()
    return "", at

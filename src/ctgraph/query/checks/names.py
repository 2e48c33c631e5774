"""Names and labels by themselves: near a known name, in another language, of another day."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.checks.findings import Words, show
from ctgraph.query.wording import fold_width, read_dates, read_wording
from ctgraph.terms import CT, CTD, PREFIXES, shorten, tell_language

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.graph import CheckedGraph


RULES = {
    "look-alike": Words(
        "Two actors with names that are alike are said to be distinct.",
        "名称の似た二つの主体は別物であると示されている。",
    ),
    "name-misspelt": Words(
        "No text has a name that is a letter away from a known one.",
        "既知の名称と一字だけ違う名称が文にない。",
    ),
    "language-tag": Words(
        "A text is in the language of its tag.", "文の言語はそのタグの言語である。"
    ),
    "dated-otherwise": Words(
        "The dates in the label and in the name of a thing are its dates.",
        "ラベルや名前の日付は、そのものの日付である。",
    ),
}
"""What each rule asks, by its name."""

_LATIN_PHRASE = re.compile("[a-z]{3,}")
_CAPITALS = re.compile("(?<![A-Za-z0-9])[A-Z]{4,}(?![A-Za-z0-9])")
# Names long enough that a letter more or less is no other word; a character of Chinese is one.
_COMPARED = re.compile("[a-z0-9]{6,}|[ァ-ヶー]{6,}|.{8,}")
_DATED = re.compile(r"(?<!fy)(?<!\d)((?:19|20)\d\d(?:-\d\d){0,2})$")
_SHORTEST = {True: 12, False: 8}
"""The shortest names that are compared, without blanks and marks: Latin ones and others."""


class _Text(NamedTuple):
    value: str
    lang: str
    property: str
    thing: str
    claim: str


def check_names(graph: CheckedGraph, names: Collection[str]) -> Iterator[Finding]:
    """Yield names, labels and texts that are near others, in another language or of another day.

    Args:
        graph: The graph.
        names: The rules of the group to run.
    """
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for actor, name in graph.store.select(_ACTORS):
        known[name.value][actor.value] = _fold(name.value)
    texts = [
        _Text(
            row["text"].value,
            row["text"].language or "",
            row["property"].value,
            row["thing"].value,
            row["claim"].value,
        )
        for row in graph.store.select(_TEXTS)
    ]
    if "look-alike" in names:
        yield from _check_look_alikes(graph, known)
    if "name-misspelt" in names:
        yield from _check_spelling(graph, known, texts)
    if "language-tag" in names:
        yield from _check_tags(graph, texts)
    if "dated-otherwise" in names:
        yield from _check_labels(graph)


# --- names that are near each other --------------------------------------------------------------


def _check_look_alikes(
    graph: CheckedGraph, known: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    distinct = {frozenset((one.value, other.value)) for one, other in graph.store.select(_DISTINCT)}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    entries = [
        (name, key, actor) for name, actors in known.items() for actor, key in actors.items()
    ]
    by_key: dict[str, list[tuple[str, str]]] = defaultdict(list)
    # Two names a letter apart are the same without some letter of each, or of one of them.
    for name, key, actor in entries:
        is_compared = bool(_COMPARED.fullmatch(key) or _CAPITALS.fullmatch(name))
        cut = {key[:at] + key[at + 1 :] for at in range(len(key))}
        for form in {f"={key}", key, *cut} if is_compared else {f"={key}"}:
            by_key[form].append((name, actor))
    for near in by_key.values():
        for name, actor in near:
            for other_name, other in near:
                pair = (actor, other)
                if actor >= other or pair in found or frozenset(pair) in distinct:
                    continue
                if _is_near(known[name][actor], known[other_name][other]):
                    found[pair] = (name, other_name)
    claims = {actor.value: int(show(number)) for actor, number in graph.store.select(_CLAIMS)}
    for pair, both in sorted(found.items()):
        # Who is less known was added last.
        ((actor, name), (other, other_name)) = sorted(
            zip(pair, both, strict=True), key=lambda one: claims.get(one[0], 0)
        )
        yield graph.make_finding(
            "look-alike",
            "warning",
            actor,
            Words(
                f"{name} is like {other_name}, a name of {shorten(other)}.",
                f"「{name}」は{shorten(other)}の名称「{other_name}」に似ている。",
            ),
            Words(
                f"If they are two, say so: ct:distinctFrom {shorten(other)}, or "
                f"{other.removeprefix(CTD)} in the column distinct_from of actors.tsv. If they are "
                "one, use one name for it.",
                f"別物ならct:distinctFrom {shorten(other)}、又はactors.tsvのdistinct_from列に"
                f"{other.removeprefix(CTD)}と示す。同じ物なら一つの名前を使う。",
            ),
            group="words",
            property_iri=PREFIXES["skos"] + "prefLabel",
        )


def _check_spelling(
    graph: CheckedGraph, known: Mapping[str, Mapping[str, str]], texts: Collection[_Text]
) -> Iterator[Finding]:
    of_value: dict[str, _Text] = {}
    for text in texts:
        of_value.setdefault(text.value, text)
    found = {
        (text, written, name)
        for text in of_value.values()
        for written, name in _misspelt_acronyms(text.value, known)
    }
    found.update(_misspelt_names(known, [*of_value.values()]))
    for text, written, name in sorted(found):
        yield graph.make_finding(
            "name-misspelt",
            "warning",
            text.thing,
            Words(
                f"{written} is a letter away from the name {name}: {text.value}",
                f"「{written}」は名称「{name}」と一字だけ違う：{text.value}",
            ),
            Words(
                f"Did you mean {name}? If it is another one, add it as an actor.",
                f"もしかして：{name}。別のものなら主体として加える。",
            ),
            group="words",
            property_iri=text.property,
            graph=text.claim,
        )


def _misspelt_acronyms(
    text: str, known: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    for written in _CAPITALS.findall(fold_width(text)):
        if written not in known:
            for name in known:
                if _CAPITALS.fullmatch(name) and _is_near(written, name):
                    yield written, name


def _misspelt_names(
    known: Mapping[str, Mapping[str, str]], texts: list[_Text]
) -> Iterator[tuple[_Text, str, str]]:
    """Yield long names of which a letter is wrong: a half of such a name is right."""
    keys = {name: key for name, actors in known.items() for key in actors.values()}
    starts: list[int] = []
    parts: list[str] = []
    at = 0
    for text in texts:
        starts.append(at)
        parts.append(_fold(text.value))
        at += len(parts[-1]) + 1
    everything = "\n".join(parts)
    right = {*keys.values()}
    for name, key in keys.items():
        if len(key) < _SHORTEST[key.isascii()]:
            continue
        middle = len(key) // 2
        for half, is_first in ((key[:middle], True), (key[middle:], False)):
            place = everything.find(half)
            while place >= 0:
                windows = [
                    everything[place : place + len(key) + more]
                    if is_first
                    else everything[max(0, place + len(half) - len(key) - more) : place + len(half)]
                    for more in (0, -1, 1)
                ]
                if key not in windows[2]:
                    near = next((one for one in windows if _is_near(one, key)), None)
                    if near and "\n" not in near and not any(near in other for other in right):
                        yield texts[bisect_right(starts, place) - 1], near, name
                place = everything.find(half, place + 1)


def _is_near(one: str, other: str) -> bool:
    """Tell whether two texts are alike but for a letter, or two letters in each other's place."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    first = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    rest = shorter - first
    last = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    left, right = one[first : len(one) - last], other[first : len(other) - last]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _fold(name: str) -> str:
    """Return a name without blanks, marks, width, case and the "'s" of a possessor."""
    plain = re.sub(r"['’]s\b", "", fold_width(name).casefold())
    return re.sub(r"[\W_]+", "", plain)


# --- languages and days --------------------------------------------------------------------------


def _check_tags(graph: CheckedGraph, texts: Collection[_Text]) -> Iterator[Finding]:
    labels = {PREFIXES["skos"] + name for name in ("prefLabel", "altLabel")}
    for text in texts:
        # A title that is named stays as it is: “…”.
        value = re.sub("“[^”]*”", "", text.value)
        meant = tell_language(value)
        if text.lang == "ja":
            is_wrong = (
                meant == "en"
                and text.property not in labels
                and bool(_LATIN_PHRASE.search(fold_width(value)))
            )
        else:
            is_wrong = meant == "ja"
        if is_wrong:
            yield graph.make_finding(
                "language-tag",
                "error",
                text.thing,
                Words(
                    f"The text is tagged @{text.lang}, but is not in that language: {text.value}",
                    f"タグは@{text.lang}だが、その言語の文ではない：{text.value}",
                ),
                Words(
                    f"Write @{meant}, or put the text into the place of its language.",
                    f"@{meant}とするか、文をその言語の欄に移す。",
                ),
                group="words",
                property_iri=text.property,
                graph=text.claim,
            )


def _check_labels(graph: CheckedGraph) -> Iterator[Finding]:
    wording = read_wording(graph.bundle)
    for row in graph.store.select(_DATED_THINGS):
        thing, label = row["thing"].value, row["label"]
        start, end = ("" if row[name] is None else row[name].value for name in ("start", "end"))
        first, last = start or end, end or "9999"
        said = [
            (span.first.isoformat(), span.last.isoformat())
            for span in read_dates(label.value, wording)
        ]
        in_name = _DATED.search(thing)
        if in_name:  # 2023-10 is any day from 2023-10 to 2023-10~, as text
            said.append((in_name[1], in_name[1] + "~"))
        if all(one <= last and first <= other for one, other in said):
            continue
        given = " – ".join(dict.fromkeys(filter(None, (start, end))))
        yield graph.make_finding(
            "dated-otherwise",
            "warning",
            thing,
            Words(
                f"The date is {given}: {label.value} ({shorten(thing)})",
                f"日付は{given}である：{label.value}（{shorten(thing)}）",
            ),
            Words(
                "Correct the date, or the label; a thing of another day has another name.",
                "日付かラベルを直す。別の日のものは別の名前にする。",
            ),
            group="words",
            property_iri=CT + ("startDate" if start else "endDate"),
        )


_ACTORS = f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?actor ?name
WHERE {{
  ?class rdfs:subClassOf+ <{CT}Actor> .
  FILTER(?class != <{CT}ActorGroup>)
  ?actor a ?class ; skos:prefLabel|skos:altLabel ?name .
}}
ORDER BY ?actor ?name
"""

_CLAIMS = f"""
PREFIX ct: <{CT}>
SELECT ?actor (COUNT(DISTINCT ?claim) AS ?number)
WHERE {{ GRAPH ?claim {{ ?any ct:participant|ct:plannedBy|ct:plannedPartner ?actor }} }}
GROUP BY ?actor
"""

_DISTINCT = f"SELECT DISTINCT ?one ?other {{ ?one <{CT}distinctFrom> ?other }}"

_TEXTS = f"""
PREFIX ct: <{CT}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?claim ?thing ?property ?text
WHERE {{
  VALUES ?property {{
    ct:quote ct:gloss ct:reason ct:sourceExpression skos:prefLabel skos:altLabel
    <{PREFIXES["dcterms"]}title>
  }}
  GRAPH ?claim {{ ?thing ?property ?text }}
  ?claim a ct:Claim .
  FILTER(LANG(?text) != "")
  # A page and what stands in it are called as they are, in the language of the page.
  FILTER(?property != skos:prefLabel || NOT EXISTS {{
    ?thing a ?page . VALUES ?page {{ ct:Source ct:Section ct:Publisher }}
  }})
}}
ORDER BY ?claim ?thing ?property ?text
"""

_DATED_THINGS = f"""
PREFIX ct: <{CT}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?thing ?label ?start ?end
WHERE {{
  ?thing skos:prefLabel ?label .
  {{ ?thing ct:startDate ?any }} UNION {{ ?thing ct:endDate ?any }}
  OPTIONAL {{ ?thing ct:startDate ?start }}
  OPTIONAL {{ ?thing ct:endDate ?end }}
  FILTER NOT EXISTS {{
    ?thing a ?class . VALUES ?class {{
      # The first are no events; the others are called by what they are about.
      ct:Source ct:FiscalYear ct:Membership ct:Adoption ct:Statement ct:TreatyAction
      ct:Establishment
    }}
  }}
}}
ORDER BY ?thing ?label
"""

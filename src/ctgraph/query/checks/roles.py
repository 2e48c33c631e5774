"""Roles against the words that cue them, by the table of cue words of the ontology."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.checks.findings import Words
from ctgraph.query.wording import fold_width
from ctgraph.query.wording.words import any_of
from ctgraph.terms import CTV, tell_language

if TYPE_CHECKING:
    from ctgraph.query.checks.claims import Claim
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.reading import Read, Reading
    from ctgraph.query.wording import Wording


RULES = {
    "role-not-in-words": Words(
        "A role is not another than the words of the claim cue.",
        "役割は主張の文言が示すものと異ならない。",
    ),
}
"""What the rule reads, by its name."""

# Behind a name in Japanese: it is to whom, or through whom, something is done.
_TO = re.compile(r"(?:\([^()]*\))?(?:への|へ|に対し|(?P<through>を通[じし]))")


class _Forms(NamedTuple):
    """Patterns of cue words.

    Attributes:
        relations: The relations to which a role belongs.
        cues: The words of each relation.
        decisive: The relations whose words say of nobody that he did something else.
        sides: The words of who does something to somebody else, by the roles of the two.
    """

    relations: Mapping[str, set[str]]
    cues: Mapping[str, re.Pattern[str]]
    decisive: Sequence[str]
    sides: Mapping[tuple[str, str], re.Pattern[str]]


@functools.lru_cache(maxsize=4)
def _compile(wording: Wording) -> _Forms:
    relations: dict[str, set[str]] = defaultdict(set)
    words: dict[str, list[str]] = defaultdict(list)
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cue in wording.cues["cues"]:
        said = [*cue["en"], *cue["ja"]]
        words[cue["relation"]] += said
        one, other = cue.get("role_subject", ""), cue.get("role_object", "")
        for role in filter(None, (one, other, cue.get("partner"))):
            relations[role].add(cue["relation"])
        if one and other and one != other:
            sides[one, other] += said
    decisive = wording.cues["decisive"]
    return _Forms(
        relations,
        {relation: _compile_words(said) for relation, said in words.items()},
        decisive["relations"],
        {
            pair: _compile_words(said)
            for pair, said in sides.items()
            if pair[1] not in decisive["shared_roles"]
        },
    )


def _compile_words(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for any of some cue words, in which "…" stands for a few others."""
    forms = (".{0,40}?".join(any_of([part.strip()]) for part in word.split("…")) for word in words)
    return re.compile("|".join(forms), re.IGNORECASE)


def check_roles(reading: Reading) -> Iterator[Finding]:
    """Yield participations whose role is another than their words cue.

    Args:
        reading: The claims.
    """
    forms = _compile(reading.wording)
    for claim in reading.claims.values():
        parts = {
            thing: (values["role"][0].removeprefix(CTV), values.get("participant", [""])[0])
            for thing, values in claim.things.items()
            if "role" in values
        }
        if not parts:
            continue
        texts = [reading.look(text, claim.issued) for text in claim.words(reading.claims)]
        folded = [fold_width(text.text) for text in texts]
        yield from _check_kinds(reading, claim, parts, folded, forms)
        for text in texts:
            yield from _check_sides(reading, claim, parts, text, forms)


def _check_kinds(
    reading: Reading,
    claim: Claim,
    parts: Mapping[str, tuple[str, str]],
    texts: Sequence[str],
    forms: _Forms,
) -> Iterator[Finding]:
    """Yield the first participation of a claim, if its words cue only other things done."""
    done = {relation for role, _ in parts.values() for relation in forms.relations.get(role, ())}
    if not done or any(forms.cues[one].search(text) for one in done for text in texts):
        return
    others = [one for one in forms.decisive if all(forms.cues[one].search(text) for text in texts)]
    if others:
        thing = min(parts)
        said = [match[0] for text in texts if (match := forms.cues[others[0]].search(text))]
        yield _report(reading, (claim, thing), parts[thing][0], ", ".join(said), texts[0])


def _check_sides(
    reading: Reading,
    claim: Claim,
    parts: Mapping[str, tuple[str, str]],
    read: Read,
    forms: _Forms,
) -> Iterator[Finding]:
    """Yield who does something by his role, but has it done to him by the words, or the reverse."""
    text, spans = fold_width(read.text), read.actors
    for thing, (role, actor) in parts.items():
        mine = [span for span in spans if actor in span.iris]
        for (does, undergoes), cue in forms.sides.items():
            if role != does or not mine:
                continue
            if tell_language(text) == "ja":
                behind = (_TO.match(text, span.end) for span in mine)
                said = next(
                    (
                        to if to["through"] else match
                        for to in behind
                        if to and ((match := cue.search(text, to.end())) or to["through"])
                    ),
                    None,
                )
            else:
                others = {party for other, party in parts.values() if other == undergoes}
                ahead = [one.end for one in spans if others & {*one.iris}]
                said = None
                if ahead and ahead[0] < mine[0].start:
                    said = cue.search(text, ahead[0], mine[0].start)
                    if said and re.search(r"\b(?:by|from)\b", text[said.end() : mine[0].start]):
                        said = None
            if said:
                yield _report(reading, (claim, thing), role, said[0], text)
                break


def _report(reading: Reading, where: tuple[Claim, str], role: str, said: str, text: str) -> Finding:
    return reading.report(
        "role-not-in-words",
        (*where, "role"),
        Words(f"The role is {role}", f"役割は{role}"),
        Words(f"“{said}”", f"「{said}」とする"),
        text,
    )

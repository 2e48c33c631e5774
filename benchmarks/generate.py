"""Writes claim-shaped data of a given size, the same bytes for the same size.

    python benchmarks/generate.py 100000 out.nq

About 24 triples a claim, the proportions of the bundled data: an activity with dates, a topic and
a work area, two participations, a note on one of them, labels in two languages, and the claim's
own description. The triples are counted as the curated files hold them, each once.
"""

from __future__ import annotations

import random
import sys
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path

CT = "https://w3id.org/ctgraph/ontology#"
CTD = "https://w3id.org/ctgraph/id/"
CTV = "https://w3id.org/ctgraph/concept/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

CLASSES = ("Meeting", "Workshop", "Consultation", "Attendance", "Negotiation", "FollowUp")
TOPICS = ("terrorism", "cybercrime", "corruption", "drugs", "trafficking-in-persons")
PAIRS = (
    ("host", "collaborating-partner"),
    ("attendee", "convening-body"),
    ("contributor", "channel"),
    ("co-host", "lecturer"),
    ("inviter", "invitee"),
)


def quads(size: int) -> Iterator[str]:
    """N-Quads lines of about `size` triples, sorted by nothing but the order of making."""
    rng = random.Random(size)
    yield from _source()
    made = 6
    actors = max(10, size // 400)
    for number in range(actors):
        lines = list(_actor(number))
        made += len(lines)
        yield from lines
    number = 0
    while made < size:
        lines = list(_statement(number, actors, rng))
        made += len(lines)
        yield from lines
        number += 1


def more_claims(first: int, count: int, size: int) -> Iterator[str]:
    """Lines of claims that data of `size` triples does not have, about actors that it has.

    Args:
        first: The number of the first; above all that the data has.
        count: How many.
        size: Triples of the data.
    """
    rng = random.Random(first)
    for number in range(first, first + count):
        yield from _statement(number, max(10, size // 400), rng)


def _claim(name: str, gloss: str, quote: str) -> Iterator[str]:
    claim = f"<{CTD}{name}>"
    for predicate, value in (
        (RDF_TYPE, f"<{CT}Claim>"),
        (f"<{CT}quote>", f'"{quote}"@ja'),
        (f"<{CT}gloss>", f'"{gloss}"@en'),
        (f"<{CT}section>", f"<{CTD}bench-section>"),
        (f"<{CT}basis>", f"<{CT}Stated>"),
    ):
        yield f"{claim} {predicate} {value} {claim} ."


def _labels(thing: str, english: str, japanese: str, claim: str) -> Iterator[str]:
    yield f'{thing} <{SKOS}prefLabel> "{english}"@en {claim} .'
    yield f'{thing} <{SKOS}prefLabel> "{japanese}"@ja {claim} .'


def _source() -> Iterator[str]:
    claim = f"<{CTD}bench-claim-source>"
    source, section = f"<{CTD}bench-source>", f"<{CTD}bench-section>"
    yield from _claim("bench-claim-source", "The source of the benchmark.", "資料")
    yield f"{source} {RDF_TYPE} <{CT}Source> {claim} ."
    yield from _labels(source, "Benchmark source", "試験資料", claim)
    yield f"{section} {RDF_TYPE} <{CT}Section> {claim} ."
    yield f"{section} <{CT}source> {source} {claim} ."
    yield from _labels(section, "Benchmark section", "試験節", claim)


def _actor(number: int) -> Iterator[str]:
    name = f"bench-claim-actor-{number}"
    claim, actor = f"<{CTD}{name}>", f"<{CTD}bench-actor-{number}>"
    yield from _claim(name, f"The source names body {number}.", f"機関{number}")
    yield f"{actor} {RDF_TYPE} <{CT}InternationalOrganization> {claim} ."
    yield from _labels(actor, f"Body {number}", f"機関{number}", claim)
    yield f'{actor} <{SKOS}altLabel> "B{number}"@en {claim} .'


def _statement(number: int, actors: int, rng: random.Random) -> Iterator[str]:
    name = f"bench-claim-{number}"
    claim, activity = f"<{CTD}{name}>", f"<{CTD}bench-activity-{number}>"
    year, month = rng.randint(2015, 2024), rng.randint(1, 12)
    yield from _claim(
        name,
        f"Activity {number} took place in {year}.",
        f"{year}年{month}月に活動{number}を実施した",
    )
    yield f"{activity} {RDF_TYPE} <{CT}{rng.choice(CLASSES)}> {claim} ."
    yield from _labels(activity, f"Activity {number}", f"活動{number}", claim)
    for when, day in (("startDate", 1), ("endDate", monthrange(year, month)[1])):
        date = f'"{year}-{month:02}-{day:02}"^^<{XSD}date>'
        yield f"{activity} <{CT}{when}> {date} {claim} ."
    yield f"{activity} <{CT}datePrecision> <{CTV}month> {claim} ."
    yield f"{activity} <{CT}topic> <{CTV}{rng.choice(TOPICS)}> {claim} ."
    # Few actors take part in much, most in little, as in every cooperation network.
    first = int(actors * rng.random() ** 3)
    second = (first + 1 + int((actors - 1) * rng.random() ** 3)) % actors
    for actor, role in zip((first, second), rng.choice(PAIRS), strict=True):
        part = f"<{CTD}bench-activity-{number}-{actor}-{role}>"
        yield f"{part} {RDF_TYPE} <{CT}Participation> {claim} ."
        yield f"{part} <{CT}participant> <{CTD}bench-actor-{actor}> {claim} ."
        yield f"{part} <{CT}activity> {activity} {claim} ."
        yield f"{part} <{CT}role> <{CTV}{role}> {claim} ."
        yield from _labels(part, f"Body {actor} in {number}", f"活動{number}の機関{actor}", claim)


def write_quads(size: int, target: Path) -> Path:
    """The file, written if it is not there yet.

    Args:
        size: Triples, about.
        target: N-Quads file.
    """
    if not target.exists():
        partial = target.with_suffix(".part")
        with partial.open("w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in quads(size))
        partial.rename(target)
    return target


if __name__ == "__main__":
    write_quads(int(sys.argv[1]), Path(sys.argv[2]))

"""What `ctgraph draft` finds, against what curators wrote: recall and precision.

    python benchmarks/drafts.py             # the tables in README.md, half a minute
    python benchmarks/drafts.py --misses    # and what was missed or wrong, of rows not kept apart

Two truths: rows of data/pages/facts.tsv, of which every eighth is kept apart, so that nobody makes
words for it; their pages may not be reprinted, so the input is the row's own sentence in English
and in Japanese. And the stated claims of the first source, against its text. benchmarks/README.md
says what counts.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ctgraph.query.drafting import About, Document, draft_rows, read_document
from ctgraph.store import Store, locate, open_store
from ctgraph.terms import CT, CTD, CTV

Item = tuple[str, ...]
MEASURES = ("actors", "dates", "amounts", "actor-role-activity")
FIRST_SOURCE = "mofa-evaluation-2024"
KEPT_APART = 4
"""Every eighth row from this one on (from 0) is kept apart; its misses are never shown."""


Items = Mapping[str, set[Item]]


class Pair(NamedTuple):
    """A text with its truth and its draft, by measure.

    Attributes:
        lang: Its language.
        text: The text.
        wanted: What a draft is to find.
        drafted: What it found.
        allowed: What it is right to find in the text.
        proposed: What was found in the text alone.
    """

    lang: str
    text: str
    wanted: Items
    drafted: Items
    allowed: Items
    proposed: Items


class Score:
    """Counts of what was found, wanted and proposed."""

    def __init__(self) -> None:
        self.found = self.wanted = self.right = self.proposed = 0

    def add(self, name: str, pair: Pair) -> None:
        """Count one text."""
        missed, wrong = pair_off(name, pair)
        self.wanted += len(pair.wanted[name])
        self.found += len(pair.wanted[name]) - len(missed)
        self.proposed += len(pair.proposed[name])
        self.right += len(pair.proposed[name]) - len(wrong)

    def row(self, name: str) -> str:
        """Return a row of a table."""
        recall = self.found / self.wanted if self.wanted else 1.0
        precision = self.right / self.proposed if self.proposed else 1.0
        return (
            f"| {name} | {self.found} of {self.wanted} | {recall:.2f} "
            f"| {self.right} of {self.proposed} | {precision:.2f} |"
        )


def pair_off(name: str, pair: Pair) -> tuple[list[Item], list[Item]]:
    """Return what is missed and what is wrong."""
    wanted, drafted = pair.wanted[name], pair.drafted[name]
    allowed, proposed = pair.allowed[name], pair.proposed[name]
    missed = [one for one in wanted if not any(matches(one, other) for other in drafted)]
    wrong = [one for one in proposed if not any(matches(other, one) for other in allowed)]
    return missed, wrong


def matches(truth: Item, drafted: Item) -> bool:
    """Tell whether a drafted item is that of the truth.

    A date may be given less exactly than the row has it, since a row may take the day from
    elsewhere on the page; it must hold the days of the row.
    """
    if truth[0] != "date" or drafted[0] != "date":
        return truth == drafted
    first, last = truth[1:]
    return drafted[1] <= first and last <= drafted[2]


def make_date(start: str, end: str, as_of: str, precision: str) -> set[Item]:
    """Return the date of a row: its period, of which one end may be open, or its as-of day."""
    days = [day for day in (start, end) if day]
    if as_of and not days:
        # A row that is as of a month or year is so of some day in it.
        first = {"month": as_of[:7] + "-01", "year": as_of[:4] + "-01-01"}.get(precision, as_of)
        days = [first, as_of]
    return {("date", days[0], days[-1])} if days else set()


# --- what is drafted -----------------------------------------------------------------------------


class Drafts:
    """Drafts of sentences, read as items."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.actors = {
            row["x"].value.removeprefix(CTD)
            for row in store.select(
                "SELECT ?x { VALUES ?all { ct:Actor ct:AdverseActor }"
                " ?c rdfs:subClassOf* ?all . ?x a ?c }"
            )
        }
        self.classes = {
            row["x"].value.removeprefix(CTD): row["c"].value.removeprefix(CT)
            for row in store.select("SELECT ?x ?c { ?part ct:activity ?x . ?x a ?c }")
        } | {row["id"]: row["class"] for row in read_table("events")}

    def read(self, document: Document, about: About) -> dict[str, Items]:
        """Return what a draft says, by sentence."""
        tables = draft_rows(self.store, document, about).tables
        classes = {row["id"]: row["class"] for row in tables.get("events", ())}
        said: dict[str, dict[str, set[Item]]] = defaultdict(lambda: defaultdict(set))
        for row in tables.get("facts", ()):
            items = said[row["words"]]
            for name, found in self.read_row(row, {**self.classes, **classes}).items():
                items[name] |= found
        return dict(said)

    def read_row(self, row: Mapping[str, str], classes: Mapping[str, str]) -> dict[str, set[Item]]:
        """Return what a row says; what is left open says nothing."""
        cells = {name: cell for name, cell in row.items() if not cell.startswith("?")}
        # Of candidates that are left to the curator the class is the same.
        event = row.get("event_id", "").strip("?").partition("|")[0]
        target = classes.get(event, "") if event else cells.get("object_id", "")
        who = [(cells.get(f"{part}_id", ""), cells.get(f"role_{part}", "")) for part in PARTS]
        who = [(actor, role.removeprefix("new:")) for actor, role in who if actor in self.actors]
        has_target = target and not target.startswith("?")
        unit = cells.get("unit", "")
        # Of money the currency counts, of a count its number alone.
        amount = ("amount", cells.get("value", ""), unit[:3] if unit[:3].isupper() else "count")
        return {
            "actors": {("actor", actor) for actor, _ in who},
            "dates": make_date(*(cells.get(name, "") for name in DATES)),
            "amounts": {amount} if all(amount) else set(),
            "actor-role-activity": {
                ("role", actor, role, target) for actor, role in who if role and has_target
            },
        }


PARTS = ("subject", "object")
DATES = ("start", "end", "as_of", "date_precision")

# --- rows of the tables --------------------------------------------------------------------------


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of pages."""
    path = locate().data / "pages" / f"{name}.tsv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def draw_facts(drafts: Drafts, *, kept_apart: bool) -> Iterator[Pair]:
    """Yield sentences of facts with the truth and the draft: of those kept apart, or the others."""
    facts = read_table("facts")
    sources = {row["source_id"]: row for row in read_table("sources")}
    related: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in facts:
        for key in {row["words_sha256"], row["event_id"]} - {""}:
            related[key].append(row)
    drawn = [row for number, row in enumerate(facts) if (number % 8 == KEPT_APART) == kept_apart]
    for row in drawn:
        truth = drafts.read_row(row, drafts.classes)
        allowed: dict[str, set[Item]] = defaultdict(set)
        for other in (*related[row["words_sha256"]], *related.get(row["event_id"], ())):
            for name, items in drafts.read_row(other, drafts.classes).items():
                allowed[name] |= items
        source = sources[row["source_id"]]
        for lang in ("en", "ja"):
            text = row[f"statement_{lang}"]
            # A date that the sentence does not give cannot be found in it.
            dates = {one for one in truth["dates"] if one[1][:4] in text}
            about = About("benchmark", publisher=source["publisher"], date=source["page_date"])
            drafted = join(drafts.read(read_document(text.encode()), about).values())
            wanted = {**truth, "dates": dates}
            yield Pair(lang, f"{row['id']} {text}", wanted, drafted, allowed, drafted)


def join(parts: Iterable[Items]) -> Items:
    """Return the items of several texts as those of one."""
    joined: dict[str, set[Item]] = {name: set() for name in MEASURES}
    for items in parts:
        for name, found in items.items():
            joined[name] |= found
    return joined


# --- the first source ----------------------------------------------------------------------------

_CLAIMS = f"""
SELECT ?quote ?basis ?kind ?a ?b ?c {{
  ?claim a ct:Claim ; ct:quote ?quote ; ct:basis ?basis ;
    ct:section/ct:source <{CTD}{FIRST_SOURCE}> .
  {{ GRAPH ?claim {{ {{ ?s ?p ?a }} UNION {{ ?a ?p ?o }} }}
    ?k rdfs:subClassOf* ct:Actor . ?a a ?k BIND("actor" AS ?kind) }}
  UNION
  {{ GRAPH ?claim {{ ?x ct:startDate ?a ; ct:endDate ?b }} BIND("date" AS ?kind) }}
  UNION
  {{ GRAPH ?claim {{ ?x ct:amount ?a ; ct:currency ?b }} BIND("amount" AS ?kind) }}
  UNION
  {{ GRAPH ?claim {{ ?x ct:value|sdmx-measure:obsValue ?a }} BIND("amount" AS ?kind) }}
  UNION
  {{ GRAPH ?claim {{ ?x ct:participant ?a ; ct:role ?b ; ct:activity ?e }}
    ?e a ?c BIND("role" AS ?kind) }}
}}
"""


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def read_first_source(drafts: Drafts) -> Iterator[Pair]:
    """Yield the stated claims of the first source with what is drafted of their sentences.

    What is drafted of a sentence is right if a claim says it that quotes the sentence.
    """
    document = read_document(locate().text_file(FIRST_SOURCE).read_bytes())
    about = About(FIRST_SOURCE, publisher="Ministry of Foreign Affairs of Japan", date="2024-08")
    found = drafts.read(document, about)
    drafted = {
        squeeze(sentence.text): found.get(sentence.text, {}) for sentence in document.sentences
    }
    claims: dict[tuple[str, bool], dict[str, set[Item]]] = defaultdict(lambda: defaultdict(set))
    names = {"actor": "actors", "date": "dates", "amount": "amounts", "role": "actor-role-activity"}
    for row in drafts.store.select(_CLAIMS):
        kind = row["kind"].value
        values = [row[name].value for name in "abc" if row[name] is not None]
        values = [value.removeprefix(CTD).removeprefix(CTV).removeprefix(CT) for value in values]
        if kind == "amount":
            values = [f"{float(values[0]):.0f}", *(values[1:] or ["count"])]
        # Meetings that were attended are of a class of their own in the first source.
        values = ["Meeting" if value == "Attendance" else value for value in values]
        key = squeeze(row["quote"].value), row["basis"].value == CT + "Stated"
        claims[key][names[kind]].add((kind, *values))
    nothing = join(())
    for (quote, is_stated), said in claims.items():
        near = join(items for words, items in drafted.items() if quote in words or words in quote)
        if is_stated:
            yield Pair("ja", quote, said, near, nothing, nothing)
    roles = join(claims.values())["actor-role-activity"]
    for words, items in drafted.items():
        said_here = [
            said for (quote, _), said in claims.items() if quote in words or words in quote
        ]
        # The source says some things twice, of which the claims give the roles once.
        allowed = {**join(said_here), "actor-role-activity": roles}
        yield Pair("ja", words, nothing, nothing, allowed, join([items]))


# --- the tables ----------------------------------------------------------------------------------


def measure(title: str, pairs: Iterable[Pair], *, shows_misses: bool) -> None:
    """Print the table of a truth."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for pair in pairs:
        for name in MEASURES:
            for group in ("", f" ({pair.lang})"):
                scores[name, group].add(name, pair)
            missed, wrong = pair_off(name, pair)
            if shows_misses and (missed or wrong):
                print(f"{pair.text}\n  {name}: missed {missed}, wrong {wrong}", file=sys.stderr)
    print(f"\n### {title}\n\n| | found | recall | right | precision |\n|---|---|---|---|---|")
    groups = sorted({group for _, group in scores})
    for name in MEASURES:
        for group in groups if len(groups) > 2 else groups[:1]:
            print(scores[name, group].row(name + group))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was missed or wrong")
    shows_misses = parser.parse_args().misses
    with open_store() as store:
        drafts = Drafts(store)
        tuned, apart = (draw_facts(drafts, kept_apart=apart) for apart in (False, True))
        measure("Facts: rows 5, 13, 21 …, kept apart", apart, shows_misses=False)
        measure("Facts: all other rows", tuned, shows_misses=shows_misses)
        first = read_first_source(drafts)
        measure("The first source, sentence by sentence", first, shows_misses=shows_misses)


if __name__ == "__main__":
    main()

"""The rows of a cooperation board, made from a network and a few facts about its activities."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ctgraph.errors import DataError, UsageError
from ctgraph.network.board.finding import say_subtitle, say_title
from ctgraph.network.board.model import Board, Deed, Facts, Group, Mark, Row, Said
from ctgraph.network.things import INFERRED, STATED, read_things, select_rows
from ctgraph.terms import CT, CTV, LANGUAGES, shorten
from ctgraph.words import read_words, say_money

if TYPE_CHECKING:
    import networkx

    from ctgraph.store import Store


MOST_YEARS = 24
"""Years that have a mark of their own; all before them share one."""

_OTHER = ""
_MOST_KINDS = 2


def build_board(store: Store, graph: networkx.Graph[str]) -> Board:
    """Return the board of the actor around which a network of cooperation was built.

    Args:
        store: The graph that the network is from.
        graph: A network of `ctgraph.network.build.build_network` with the filter ``actor``.

    Raises:
        UsageError: The network is of another view, reaches further than the actor's partners, or
            has no actor.
        DataError: The actor has no partner in it.
    """
    kept = graph.graph.get("filters", {})
    if graph.graph.get("view") != "cooperation" or "note_en" in graph.graph:
        raise UsageError("board-of-cooperation")
    if "actor" not in kept:
        raise UsageError("board-without-actor")
    if kept.get("hops", "1") != "1":
        raise UsageError("board-with-hops")
    hub = kept["actor"]
    if hub not in graph:
        facts = read_things(store, [hub])[hub]
        raise DataError("board-without-partners", name=_Named(_labels(facts)), curie=shorten(hub))
    return make_board(graph, hub, read_facts(store, graph))


class _Named:
    """A name that an error tells in the language of its sentence."""

    def __init__(self, names: Said) -> None:
        self.names = names

    def tell(self, lang: str = "en") -> str:
        return self.names[lang]


def read_facts(store: Store, graph: networkx.Graph[str]) -> Facts:
    """Return what the boards of a network need to know of its activities.

    Args:
        store: The graph that the network is from.
        graph: A network of cooperation.
    """
    made = {iri for _, _, data in graph.edges(data=True) for iri in data["activities"]}
    wholes = {part: node for node, had in graph.nodes(data="members") for part in had or ()}
    listed = " ".join(f"<{iri}>" for iri in sorted(made))
    given = f"VALUES ?thing {{ {listed} }}"
    values: dict[tuple[str, str], list[str]] = {}
    sides: dict[str, tuple[set[str], set[str]]] = {}
    for row in select_rows(
        store,
        f"""
SELECT DISTINCT ?thing ?what ?value
WHERE {{
  {{ {given} ?thing ct:partOf*/ct:workArea ?value BIND("area" AS ?what) }}
  UNION {{ {given} ?thing ct:amount ?value BIND("amount" AS ?what) }}
  UNION {{ {given} ?thing ct:currency ?value BIND("currency" AS ?what) }}
  UNION {{ {given} ?thing ct:approximate ?value BIND("about" AS ?what) }}
  UNION {{ {given} ?thing ct:periodStatus ?value BIND("period" AS ?what) }}
  UNION {{
    {given} ?thing a ct:Contribution . ?p ct:activity ?thing ; ct:participant ?value ; ct:role ?role
    VALUES (?group ?what) {{ (ctv:role-funding "giver") (ctv:role-channelling "taker") }}
    ?role skos:broader ?group
  }} UNION {{
    {given} ?p ct:activity ?thing ; ct:participant ?value ; ct:role ctv:channel
    BIND("channel" AS ?what)
  }}
}}
ORDER BY ?thing ?what ?value""",
    ):
        thing, what, value = row["thing"], row["what"], row["value"]
        value = wholes.get(value, value)
        if what in ("giver", "taker"):
            sides.setdefault(thing, (set(), set()))[what == "taker"].add(value)
        else:
            values.setdefault((thing, what), []).append(value)
    areas = {value for (_, what), found in values.items() if what == "area" for value in found}
    kinds = {CT + graph.graph["things"][iri]["kind"] for iri in made}
    return Facts(
        values,
        {one: (frozenset(gave), frozenset(took)) for one, (gave, took) in sides.items()},
        read_things(store, areas | kinds),
    )


def make_board(graph: networkx.Graph[str], hub: str, facts: Facts) -> Board:
    """Return the board of a node of a network.

    Args:
        graph: A network of cooperation.
        hub: The node.
        facts: What `read_facts` says of the network.
    """
    deeds = {
        partner: _deeds(graph.graph["things"], graph.edges[hub, partner], facts)
        for partner in graph[hub]
    }
    columns, first = _columns([deed for had in deeds.values() for deed in had])
    rows = [
        Row(
            partner,
            _labels(graph.nodes[partner]),
            _acronym(graph.nodes[partner]),
            graph.nodes[partner]["kind"] == "State",
            had[0].name if len(had) == 1 else _kinds(had, facts),
            _kinds(had, facts, _MOST_KINDS),
            _marks(had, columns, first),
            _figure(hub, had, facts),
            graph.edges[hub, partner]["basis"],
            had,
        )
        for partner, had in deeds.items()
    ]
    rows.sort(key=lambda row: (-len(row.deeds), row.basis != STATED, row.partner))
    has_areas = 2 * sum(any(_areas(row, facts)) for row in rows) >= len(rows)
    ties = {
        (min(pair), max(pair)): str(data["basis"])
        for *pair, data in graph.subgraph(deeds).edges(data=True)
    }
    return Board(
        hub,
        _by_language(lambda lang: say_title(graph.nodes[hub], hub, rows, facts, lang)),
        _by_language(lambda lang: say_subtitle(graph, rows, len(ties), has_areas, lang)),
        columns,
        _groups(rows, facts, has_areas),
        dict(sorted(ties.items())),
    )


def _labels(facts: Mapping[str, Any]) -> Said:
    return {lang: facts[f"label_{lang}"] for lang in LANGUAGES}


def _by_language(say: Callable[[str], str]) -> Said:
    return {lang: say(lang) for lang in LANGUAGES}


def _acronym(facts: Mapping[str, Any]) -> str:
    names = {unicodedata.normalize("NFKC", facts[f"label_{lang}"]) for lang in LANGUAGES}
    return "" if facts["acronym"] in names else str(facts["acronym"])


def _deeds(
    things: Mapping[str, Mapping[str, Any]], tie: Mapping[str, Any], facts: Facts
) -> list[Deed]:
    found = []
    for iri, made in tie["by_activity"].items():
        had = things[iri]
        amount, when = facts.one(iri, "amount"), None
        # A period read from a heading says nothing of its own about when.
        if had["starts"] and facts.one(iri, "period") != f"{CTV}not-stated":
            first = int(had["starts"][:4])
            when = (first, max(first, int((had["ends"] or had["starts"])[:4])))
        said = {
            lang: say_money(
                Decimal(amount),
                facts.one(iri, "currency"),
                lang,
                is_about=facts.one(iri, "about") in ("true", "1"),
                is_short=True,
            )
            for lang in (LANGUAGES if amount else ())
        }
        claims = tuple(made["claims"])
        found.append(Deed(iri, _labels(had), had["kind"], when, said, made["basis"], claims))
    return sorted(found, key=lambda deed: (*(-year for year in deed.when or (0, 0)), deed.iri))


def _columns(deeds: Iterable[Deed]) -> tuple[list[str], int]:
    """Return the headings of the columns, and the year of the first column."""
    known = [deed.when for deed in deeds]
    years = [year for when in known if when for year in when]
    last = max(years, default=0)
    first = max(min(years, default=1), last - MOST_YEARS + 1)
    headings = [str(year) for year in range(first, last + 1)]
    if years and min(years) < first:
        headings.insert(0, f"–{first - 1}")
        first -= 1
    return [*headings, *(["?"] if None in known else [])], first


def _marks(deeds: Iterable[Deed], columns: Sequence[str], first: int) -> dict[int, Mark]:
    found: dict[int, Mark] = {}
    for deed in deeds:
        start, end = (len(columns) - 1,) * 2
        if deed.when:
            start, end = (max(0, year - first) for year in deed.when)
        for column in range(start, end + 1):
            old = found.get(column, Mark(INFERRED, False))
            basis = STATED if STATED in (old.basis, deed.basis) else INFERRED
            found[column] = Mark(basis, old.goes_on or column < end)
    return dict(sorted(found.items()))


def _kinds(deeds: Sequence[Deed], facts: Facts, most: int | None = None) -> Said:
    """Return the kinds of activities with their numbers, the most frequent first."""
    counted = sorted(Counter(deed.kind for deed in deeds).items(), key=lambda one: (-one[1], one))
    left = len(counted[most:]) if most else 0

    def say(lang: str) -> str:
        words = read_words("board", lang)
        names = [(facts.names[CT + kind][f"label_{lang}"], n) for kind, n in counted[:most]]
        said = [words["times"].format(name=name, n=n) if n > 1 else name for name, n in names]
        return str(words["between"]).join([*said, *([f"+{left}"] if left else [])])

    return _by_language(say)


def _figure(hub: str, deeds: Sequence[Deed], facts: Facts) -> Said:
    """Return the amount that went between the two, or else the number of activities.

    Amounts are not added: that of a year may hold that of a grant.
    """
    paid: dict[str, list[Deed]] = {}
    for deed in deeds:
        if deed.amount:
            paid.setdefault(facts.one(deed.iri, "currency"), []).append(deed)
    if not paid:
        return dict.fromkeys(LANGUAGES, str(len(deeds)))
    said = []
    for code in sorted(paid, key=lambda code: (-len(paid[code]), code)):
        most = max(paid[code], key=lambda deed: (Decimal(facts.one(deed.iri, "amount")), deed.iri))
        takers = facts.sides.get(most.iri, (frozenset(), frozenset()))[1]
        # What goes through several is not all for one of them.
        key = "amount_shared" if len(takers) > 1 and hub not in takers else "amount"
        said.append((key + ("_most" if len(paid[code]) > 1 else ""), most.amount))

    def say(lang: str) -> str:
        words = read_words("board", lang)
        told = (words[key].format(amount=amount[lang]) for key, amount in said)
        return str(words["comma"].join(told))

    return _by_language(say)


def _areas(row: Row, facts: Facts) -> list[str]:
    return [area for deed in row.deeds for area in facts.values.get((deed.iri, "area"), ())]


def _groups(rows: list[Row], facts: Facts, has_areas: bool) -> list[Group]:
    """Return the rows by what most of their activities are, and of two by what more rows have."""
    topics = {
        row.partner: Counter(
            _areas(row, facts) if has_areas else [CT + deed.kind for deed in row.deeds]
        )
        for row in rows
    }
    common = Counter(topic for counted in topics.values() for topic in counted)
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        counted = topics[row.partner]
        best = min(counted, key=lambda one: (-counted[one], -common[one], one), default=_OTHER)
        grouped.setdefault(best, []).append(row)
    single = [topic for topic, had in grouped.items() if len(had) == 1 and not has_areas]
    if len(single) > 1:
        grouped[_OTHER] = [row for row in rows if any(row in grouped[one] for one in single)]
        grouped = {one: had for one, had in grouped.items() if one not in single}
    order = sorted(
        grouped,
        key=lambda one: (one == _OTHER, -sum(len(row.deeds) for row in grouped[one]), one),
    )
    other = "no_area" if has_areas else "other_kinds"
    names: dict[str, Said] = {
        _OTHER: {lang: read_words("board", lang)[other] for lang in LANGUAGES}
    }
    names |= {topic: _labels(facts.names[topic]) for topic in grouped if topic != _OTHER}
    return [Group(names[topic], grouped[topic]) for topic in order]

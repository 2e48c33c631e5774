"""Rules: CONSTRUCT queries that make derived triples, each into a graph of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.errors import DataError, QueryError
from ctgraph.terms import CTD, PREFIXES, expand, shorten

if TYPE_CHECKING:
    import pyoxigraph

    from ctgraph.store.project import Bundle


RULE_GRAPHS = CTD + "rule-"
"""How the IRI of every rule's graph starts."""

_HEADER = "#+"
_KEYS = {"title", "description", "order", "derives"}


class Rule(NamedTuple):
    """One rule.

    Attributes:
        name: Stem of its file, such as ``cooperates-with``.
        graph: IRI of the graph that holds what it made.
        title: Title by language.
        description: One or more sentences by language.
        order: Rules run in ascending order; a rule sees what those of a lower order made.
        derives: IRIs of the properties it makes.
        text: The CONSTRUCT query.
        where: The file, as messages name it.
    """

    name: str
    graph: str
    title: dict[str, str]
    description: dict[str, str]
    order: int
    derives: tuple[str, ...]
    text: str
    where: str


def read_rules(bundle: Bundle) -> list[Rule]:
    """Return the rules of a bundle in the order in which they run; empty if it has none.

    Args:
        bundle: Where the rules are.

    Raises:
        DataError: A rule has no readable header, or is no CONSTRUCT query.
    """
    rules = [_read_rule(path, bundle.show(path)) for path in bundle.rule_files()]
    return sorted(rules, key=lambda rule: (rule.order, rule.name))


def apply_rules(
    store: pyoxigraph.Store,
    rules: Sequence[Rule],
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, int]:
    """Return how many triples each rule made, by name.

    What a rule makes goes into the rule's graph and into the default graph.

    Args:
        store: A store with claims, ontology and vocabularies, whose default graph is their merge.
        rules: The rules, in the order in which they run.
        progress: Called with "rule <name>" and the number of triples after each rule.

    Raises:
        DataError: A rule cannot be run, makes a blank node, or makes a property that its header
            does not list.
    """
    import pyoxigraph as ox

    from ctgraph.store.merge import with_twins

    counts: dict[str, int] = {}
    for rule in rules:
        graph = ox.NamedNode(rule.graph)
        # The whole answer is read before anything is written: a rule never sees its own output.
        triples = run_rule(store, rule)
        quads = (ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)
        store.bulk_extend(with_twins(quads))
        counts[rule.name] = len(triples)
        if progress is not None:
            progress(f"rule {rule.name}", len(triples))
    return counts


def run_rule(
    store: pyoxigraph.Store, rule: Rule, text: str | None = None
) -> list[pyoxigraph.Triple]:
    """Return what a rule makes, each triple once.

    Args:
        store: A store with all that the rule may see.
        rule: The rule.
        text: A query that makes part of it; None for the rule's own.

    Raises:
        DataError: It cannot be run, makes a blank node, or makes a property that its header does
            not list.
    """
    import pyoxigraph as ox

    allowed = {ox.NamedNode(iri) for iri in rule.derives}
    triples = list(dict.fromkeys(_construct(store, rule, text)))
    for triple in triples:
        _check(triple, allowed, rule)
    return triples


def is_of_rule(graph: object) -> bool:
    """Tell whether a graph holds what a rule made.

    Args:
        graph: Its name.
    """
    return getattr(graph, "value", "").startswith(RULE_GRAPHS)


def read_header(text: str, where: str) -> dict[str, object]:
    """Return the header of a query file, empty if it has none.

    A header is what the lines that start with ``#+`` hold, read together as TOML.

    Args:
        text: The text of the file.
        where: The file, as messages name it.

    Raises:
        DataError: The header is not TOML. The message names the line of the file.
    """
    import tomllib

    numbers: list[int] = []
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(_HEADER):
            numbers.append(number)
            lines.append(line[len(_HEADER) :].removeprefix(" "))
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            "rule-header-not-toml",
            place=f"{where}:{_toml_line(str(error), numbers)}",
            reason=error,
        ) from None


def read_query_text(path: Path, where: str) -> str:
    """Return the text of a query file.

    Args:
        path: The file.
        where: The file, as messages name it.

    Raises:
        DataError: The file is missing, unreadable or not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError("rule-file-unreadable", place=where, strerror=error.strerror) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError("rule-file-not-utf8", place=f"{where}:{line}") from None


def _read_rule(path: Path, where: str) -> Rule:
    text = read_query_text(path, where)
    header = read_header(text, where)
    if not header:
        raise DataError("rule-without-header", place=where)
    unknown = sorted(set(header) - _KEYS)
    if unknown:
        raise DataError(
            "rule-header-key-unknown", place=where, unknown=unknown[0], names=[*sorted(_KEYS)]
        )
    order = header.get("order")
    if not isinstance(order, int) or isinstance(order, bool):
        raise DataError("rule-order-not-integer", place=where)
    derives = header.get("derives")
    if (
        not isinstance(derives, list)
        or not derives
        or not all(isinstance(term, str) for term in derives)
    ):
        raise DataError("rule-derives-missing", place=where)
    try:
        properties = tuple(expand(term) for term in derives)
    except DataError as error:
        raise DataError("passed-on", place=where, reason=error, hint=error) from None
    return Rule(
        name=path.stem,
        graph=RULE_GRAPHS + path.stem,
        title=_texts(header, "title", where),
        description=_texts(header, "description", where),
        order=order,
        derives=properties,
        text=text,
        where=where,
    )


def _texts(header: dict[str, object], key: str, where: str) -> dict[str, str]:
    value = header.get(key)
    if (
        not isinstance(value, dict)
        or not {"en", "ja"} <= set(value)
        or not all(isinstance(text, str) and text for text in value.values())
    ):
        raise DataError("rule-text-missing", place=where, key_=key)
    return dict(value)


def _construct(
    store: pyoxigraph.Store, rule: Rule, text: str | None
) -> Iterable[pyoxigraph.Triple]:
    import pyoxigraph as ox

    from ctgraph.store.sparql.safety import refuse_deep, refuse_unsafe

    try:
        refuse_unsafe(rule.text)
        refuse_deep(rule.text)
        result = store.query(rule.text if text is None else text, prefixes=PREFIXES)
    except QueryError as error:
        raise DataError("passed-on", place=rule.where, reason=error, hint=error) from None
    except SyntaxError as error:
        raise DataError("rule-not-parsable", place=rule.where, reason=error) from None
    if not isinstance(result, ox.QueryTriples):
        raise DataError("rule-not-construct", place=rule.where)
    return result


def _check(triple: pyoxigraph.Triple, allowed: set[pyoxigraph.NamedNode], rule: Rule) -> None:
    import pyoxigraph as ox

    if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
        raise DataError("rule-makes-blank-node", place=rule.where, triple=triple)
    if triple.predicate not in allowed:
        raise DataError(
            "rule-property-not-listed", place=rule.where, value=shorten(triple.predicate.value)
        )


def _toml_line(message: str, numbers: Sequence[int]) -> int:
    """Return the line of the file that a message of tomllib means: it counts header lines only."""
    _, found, rest = message.rpartition("(at line ")
    digits = rest.partition(",")[0]
    if found and digits.isdigit() and 0 < int(digits) <= len(numbers):
        return numbers[int(digits) - 1]
    return numbers[-1] if numbers else 1

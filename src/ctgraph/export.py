"""The graph as files: Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML, CSV, GraphML, GEXF.

Every format is written by this module, because the bytes must be the same in every process: terms
sorted by code point, no blank nodes, no date of writing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pyoxigraph

from ctgraph import __version__
from ctgraph.errors import DataError, UnknownName, UsageError, suggest
from ctgraph.output import Target, is_path, translated_errors, write_output
from ctgraph.rules import RULE_GRAPHS
from ctgraph.terms import BASE, CT, ONTOLOGY, PREFIXES, expand, is_local_name_safe, shorten

if TYPE_CHECKING:
    from ctgraph.store import Store

_log = logging.getLogger(__name__)

Key: TypeAlias = tuple[str, str, str]
"""A triple: subject IRI, predicate IRI, and the object in canonical N-Triples."""

TITLE = {
    "en": "ctgraph: a citable knowledge graph of counter-terrorism cooperation",
    "ja": "ctgraph：テロ対策協力の引用可能な知識グラフ",
}
DESCRIPTION = {
    "en": "Who cooperates with whom against terrorism and organised crime, doing what, towards "
    "which goals. Every statement shows the words of the source that it rests on.",
    "ja": "テロ及び組織犯罪に対し、誰が誰と、何を、どの目標に向けて行っているか。"
    "すべての記述に、根拠となる出典の原文が付いている。",
}
PUBLISHER = "The ctgraph project"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
DATASET = BASE + "dataset"

PARTS = ("derived", "ontology", "claims")

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE = _RDF + "type"
_LABELS = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (("skos", "prefLabel"), ("skos", "altLabel"), ("rdfs", "label"))
)
_CLAIM = CT + "Claim"
_EVIDENCE = CT + "evidence"
_BASIS = CT + "basis"
_STATED = f"<{CT}Stated>"
# Nodes that say something about an activity, a series or an indicator, and mean little without it.
_HANGING = tuple(
    CT + name
    for name in (
        "activity",
        "figureOf",
        "indicator",
        "indicatorOf",
        "outcomeOf",
        "refersTo",
        "statusOf",
    )
)


class Format(NamedTuple):
    """A file format: its names, its extensions, its media type, and whether it holds graphs."""

    name: str
    aliases: tuple[str, ...]
    extensions: tuple[str, ...]
    media_type: str
    graphs: bool
    title: str


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format("turtle", ("ttl",), (".ttl", ".turtle"), "text/turtle", False, "Turtle"),
        Format("trig", (), (".trig",), "application/trig", True, "TriG"),
        Format("ntriples", ("nt",), (".nt",), "application/n-triples", False, "N-Triples"),
        Format("nquads", ("nq",), (".nq",), "application/n-quads", True, "N-Quads"),
        Format(
            "jsonld",
            ("json-ld", "json"),
            (".jsonld", ".json"),
            "application/ld+json",
            True,
            "JSON-LD",
        ),
        Format(
            "rdfxml",
            ("rdf", "xml", "rdf-xml"),
            (".rdf", ".xml", ".owl"),
            "application/rdf+xml",
            False,
            "RDF/XML",
        ),
        Format("csv", (), (".zip", ".csv"), "text/csv", False, "CSV, one table per class"),
        Format(
            "graphml",
            (),
            (".graphml",),
            "application/graphml+xml",
            False,
            "GraphML of the cooperation network",
        ),
        Format("gexf", (), (".gexf",), "application/gexf+xml", False, "GEXF of the network"),
    )
}
NETWORK_FORMATS = ("graphml", "gexf")


class Exported(NamedTuple):
    """What was written: the format, the number of triples (or edges) and of claims."""

    format: str
    triples: int
    claims: int


def find_format(name: str) -> Format:
    """The format with a name or an alias of it.

    Raises:
        UnknownName: There is none.
    """
    lowered = name.lower().lstrip(".")
    for item in FORMATS.values():
        if lowered == item.name or lowered in item.aliases:
            return item
    raise UnknownName("format", name, suggest(name, FORMATS), hint=f"Known: {', '.join(FORMATS)}.")


def guess_format(path: str | Path) -> Format:
    """The format that a path's extension stands for.

    Raises:
        UnknownName: The extension stands for none.
    """
    suffix = Path(path).suffix.lower()
    for item in FORMATS.values():
        if suffix in item.extensions:
            return item
    known = [extension for item in FORMATS.values() for extension in item.extensions]
    raise UnknownName(
        "file extension",
        suffix or str(path),
        suggest(suffix, known),
        hint=f"Name a format, or use one of {' '.join(known)}.",
    )


def export(
    store: Store,
    target: Target,
    *,
    format: str | None = None,
    parts: Collection[str] = (),
    actor: str | None = None,
    topic: str | None = None,
    year: str | int | None = None,
    source: str | None = None,
    stated_only: bool = False,
    construct: str | Path | None = None,
    lang: str = "en",
) -> Exported:
    """Write the graph, or a slice of it, and say what was written.

    Without `parts` it holds the asserted triples: everything that stands in claim graphs, the
    claims' own description (quote, gloss, section, basis) included, and the `ct:evidence` links
    from subjects to claims. A slice holds what is asked for and all that is needed to read it:
    labels and types of everything mentioned, the claims behind every triple, their sections and
    sources. Slices combine: what is written satisfies all of them.

    Args:
        store: The graph.
        target: A path or a stream; a directory (or ``.zip`` file) for CSV.
        format: A name of `FORMATS`; by default what the extension says, Turtle for a stream.
        parts: Any of ``derived`` (what the rules made), ``ontology`` (with the vocabularies) and
            ``claims`` (each claim a named graph beside the default graph; TriG, N-Quads and
            JSON-LD only). All three as N-Quads is a complete dump: loaded into a SPARQL server it
            answers like the store, and its SHA-256 is the data hash of `describe`.
        actor: An actor (IRI, CURIE, label or acronym): itself, what names it, its activities with
            everyone who takes part, and with ``derived`` its ties.
        topic: A topic, with those below it: what has the topic, and who takes part.
        year: A fiscal year (``2023`` or an individual): what lies in it, and who takes part.
        source: A source: the claims that rest on it.
        stated_only: Leave out triples that stand in `ct:Inferred` claims only. What the rules
            made is then made anew from the stated claims.
        construct: A file with a CONSTRUCT query: its triples, and the claims behind them.
        lang: Language in which labels are looked up first.

    Raises:
        UsageError: The options do not fit each other, the format or the path.
        UnknownName: Nothing has a name that was given.
        DataError: The slice is empty, or a term cannot be written in the format.
    """
    chosen = _choose_format(target, format)
    asked = _check_parts(parts, chosen)
    if chosen.name in NETWORK_FORMATS:
        return _export_network(
            store,
            target,
            chosen,
            asked,
            unusable={"source": source, "construct": construct},
            actor=actor,
            topic=topic,
            year=year,
            stated_only=stated_only,
            lang=lang,
        )
    snapshot = _read(store)
    wanted = _Slice(
        actor=_resolve(store, actor, "actor", lang),
        topic=_resolve(store, topic, "topic", lang),
        year=_resolve_year(store, snapshot, year, lang),
        source=_resolve(store, source, "source", lang),
        stated_only=stated_only,
        construct=Path(construct) if construct is not None else None,
    )
    content = _cut(store, snapshot, wanted, asked)
    header = _header(snapshot, asked, wanted)
    written = Exported(chosen.name, len(content.triples), len(content.claims))
    if chosen.name == "csv":
        _write_csv(target, content, header)
    else:
        write_output(target, _render(chosen.name, content, header))
    return written


def _choose_format(target: Target, name: str | None) -> Format:
    if name is not None:
        return find_format(name)
    if isinstance(target, (str, Path)) or is_path(target):
        path = Path(target)  # type: ignore[arg-type]
        if not path.suffix and path.is_dir():
            return FORMATS["csv"]
        return guess_format(path)
    return FORMATS["turtle"]


def _check_parts(parts: Collection[str], chosen: Format) -> tuple[str, ...]:
    for part in parts:
        if part not in PARTS:
            raise UnknownName("part", part, suggest(part, PARTS), hint=f"Known: {', '.join(PARTS)}")
    if "claims" in parts and not chosen.graphs:
        able = " or ".join(item.title for item in FORMATS.values() if item.graphs)
        raise UsageError(
            f"{chosen.title} cannot hold each claim as a graph of its own.",
            hint=f"Use {able}; the claims and their quotes are in every format without that.",
        )
    return tuple(part for part in PARTS if part in parts)


# --- reading ------------------------------------------------------------------------------------


class _Snapshot(NamedTuple):
    """All triples of a store by what they come from."""

    claims: dict[str, list[Key]]
    rules: dict[str, list[Key]]
    ontology: dict[str, list[Key]]
    literals: dict[str, pyoxigraph.Literal]

    def hash(self) -> str:
        """SHA-256 of the canonical N-Quads (RDFC-1.0) of everything.

        There are no blank nodes, so the canonical form is the sorted lines.
        """
        digest = hashlib.sha256()
        for line in _nquads_lines(_everything(self)):
            digest.update(line.encode("utf-8"))
        return digest.hexdigest()


class _Content(NamedTuple):
    """What is to be written: the merge, and the graphs beside it (empty unless asked for)."""

    triples: set[Key]
    graphs: dict[str, set[Key]]
    claims: set[str]
    literals: Mapping[str, pyoxigraph.Literal]


def _read(store: Store) -> _Snapshot:
    named: dict[str, list[Key]] = {}
    literals: dict[str, pyoxigraph.Literal] = {}
    texts: dict[object, str] = {}
    for quad in store.quads():
        graph = quad.graph_name
        if isinstance(graph, pyoxigraph.NamedNode):
            named.setdefault(graph.value, []).append(_key(quad.triple, literals, texts))
        elif isinstance(graph, pyoxigraph.BlankNode):
            raise _blank(quad.triple)
    claims: dict[str, list[Key]] = {}
    rules: dict[str, list[Key]] = {}
    ontology: dict[str, list[Key]] = {}
    schemes = {f"<{PREFIXES['skos']}ConceptScheme>", f"<{PREFIXES['owl']}Ontology>"}
    for graph, triples in named.items():
        types = {o for s, p, o in triples if s == graph and p == _TYPE}
        if f"<{_CLAIM}>" in types:
            claims[graph] = triples
        elif graph.startswith(RULE_GRAPHS):
            rules[graph] = triples
        elif graph == ONTOLOGY or types & schemes:
            ontology[graph] = triples
        else:
            _log.warning("graph <%s> is no claim, rule or vocabulary and is left out", graph)
    if not claims:
        raise DataError(
            f"{_where(store)} holds no claim graphs, so there is nothing to export.",
            hint="Load the curated TriG files or a complete dump, not a Turtle export.",
        )
    return _Snapshot(claims, rules, ontology, literals)


def _where(store: Store) -> str:
    return f"the store {store.location}" if store.location else "the store"


def _key(
    triple: pyoxigraph.Triple,
    literals: dict[str, pyoxigraph.Literal],
    texts: dict[object, str],
) -> Key:
    subject, predicate, term = triple.subject, triple.predicate, triple.object
    if not isinstance(subject, pyoxigraph.NamedNode):
        raise _blank(triple)
    text = texts.get(term)
    if text is None:
        if isinstance(term, pyoxigraph.Literal):
            text = str(term)
            literals[text] = term
        elif isinstance(term, pyoxigraph.NamedNode):
            text = str(term)
        else:
            raise _blank(triple)
        texts[term] = text
    return subject.value, predicate.value, text


def _blank(triple: pyoxigraph.Triple) -> DataError:
    return DataError(
        f"{triple}: blank nodes and quoted triples cannot be exported.",
        hint="Give every thing an IRI, so that the file stays the same from run to run.",
    )


# --- slices -------------------------------------------------------------------------------------


class _Slice(NamedTuple):
    """What is asked for; IRIs, already looked up."""

    actor: str | None = None
    topic: str | None = None
    year: str | None = None
    source: str | None = None
    stated_only: bool = False
    construct: Path | None = None

    def words(self) -> list[str]:
        """The slice in words, for the header of a file."""
        said = [
            f"{name} {shorten(iri)}"
            for name, iri in zip(self._fields[:4], self[:4], strict=True)
            if isinstance(iri, str)
        ]
        if self.stated_only:
            said.append("stated claims only")
        if self.construct is not None:
            digest = hashlib.sha256(self.construct.read_bytes()).hexdigest()
            said.append(f"CONSTRUCT query sha256:{digest}")
        return said


def _resolve(store: Store, text: str | None, kind: str, lang: str) -> str | None:
    if text is None:
        return None
    from ctgraph.query import resolve

    term = resolve(store, text, kind)
    if not isinstance(term, pyoxigraph.NamedNode):
        raise UsageError(f"{text!r} is not a thing of the graph.", hint=f"Name a {kind}.")
    return term.value


def _resolve_year(
    store: Store, snapshot: _Snapshot, year: str | int | None, lang: str
) -> str | None:
    if year is None:
        return None
    from ctgraph.network import fiscal_year

    return fiscal_year(store, year)


class _Index:
    """The asserted triples by subject, by object and by claim.

    Args:
        snapshot: Everything.
        stated_only: Whether inferred claims count as absent.
    """

    def __init__(self, snapshot: _Snapshot, stated_only: bool) -> None:
        self.where: dict[Key, list[str]] = {}
        self.claims: set[str] = set()
        for claim, triples in snapshot.claims.items():
            if stated_only and (claim, _BASIS, _STATED) not in triples:
                continue
            self.claims.add(claim)
            for triple in triples:
                self.where.setdefault(triple, []).append(claim)
        self.by_subject: dict[str, list[Key]] = {}
        self.by_object: dict[str, list[Key]] = {}
        for triple in self.where:
            self.by_subject.setdefault(triple[0], []).append(triple)
            if triple[2][0] == "<":
                self.by_object.setdefault(triple[2][1:-1], []).append(triple)
        self.vocabulary: dict[str, list[Key]] = {}
        for triples in snapshot.ontology.values():
            for triple in triples:
                self.vocabulary.setdefault(triple[0], []).append(triple)

    def pointing(self, iri: str, predicates: Collection[str] | None = None) -> Iterator[str]:
        """Subjects, claims excepted, of the asserted triples that point at an IRI."""
        for subject, predicate, _ in self.by_object.get(iri, ()):
            if subject not in self.claims and (predicates is None or predicate in predicates):
                yield subject

    def cited_sources(self) -> list[str]:
        """The sources that claims rest on, those with the most claims first."""
        counts: dict[str, int] = {}
        for claim in self.claims:
            for source in self.sources_of(claim):
                counts[source] = counts.get(source, 0) + 1
        return sorted(counts, key=lambda source: (-counts[source], source))

    def sources_of(self, claim: str) -> set[str]:
        """The sources of a claim: its own, and that of its section."""
        found = set(self.objects(claim, CT + "source"))
        for section in self.objects(claim, CT + "section"):
            found.update(self.objects(section, CT + "source"))
        return found

    def objects(self, subject: str, predicate: str) -> Iterator[str]:
        """IRIs that a subject has under a predicate."""
        for _, name, text in self.by_subject.get(subject, ()):
            if name == predicate and text[0] == "<":
                yield text[1:-1]


def _cut(store: Store, snapshot: _Snapshot, wanted: _Slice, parts: Sequence[str]) -> _Content:
    index = _Index(snapshot, wanted.stated_only)
    rules = snapshot.rules
    if wanted.stated_only:
        rules = _derive_again(store, snapshot, index)
    if wanted == _Slice():
        asserted = set(index.where)
        derived = {graph: set(triples) for graph, triples in rules.items()}
    else:
        asserted, derived = _slice(store, snapshot, index, rules, wanted)
    kept_claims = {claim for triple in asserted for claim in index.where.get(triple, ())}
    evidence = {
        (subject, _EVIDENCE, f"<{claim}>")
        for (subject, predicate, text) in asserted
        for claim in index.where.get((subject, predicate, text), ())
        if subject != claim
    }
    merge = asserted | evidence
    graphs: dict[str, set[Key]] = {}
    if "derived" in parts:
        for graph, made in derived.items():
            merge |= made
            graphs[graph] = made
    if "ontology" in parts:
        for graph, triples in snapshot.ontology.items():
            merge.update(triples)
            graphs[graph] = set(triples)
    if "claims" not in parts:
        return _Content(merge, {}, kept_claims, snapshot.literals)
    for claim in kept_claims:
        graphs[claim] = set()
    for triple in asserted:
        for claim in index.where.get(triple, ()):
            graphs[claim].add(triple)
    return _Content(merge, {g: t for g, t in graphs.items() if t}, kept_claims, snapshot.literals)


def _everything(snapshot: _Snapshot) -> _Content:
    graphs = {
        graph: set(triples)
        for part in (snapshot.claims, snapshot.rules, snapshot.ontology)
        for graph, triples in part.items()
    }
    merge: set[Key] = set()
    for triples in graphs.values():
        merge |= triples
    return _Content(merge, graphs, set(snapshot.claims), snapshot.literals)


def _derive_again(store: Store, snapshot: _Snapshot, index: _Index) -> dict[str, list[Key]]:
    """What the rules make of the stated claims alone."""
    from ctgraph.rules import apply_rules, read_rules

    scratch = pyoxigraph.Store()

    def quads() -> Iterator[pyoxigraph.Quad]:
        graphs = {claim: snapshot.claims[claim] for claim in index.claims}
        for graph, triples in {**graphs, **snapshot.ontology}.items():
            for subject, predicate, text in triples:
                ends = (
                    pyoxigraph.NamedNode(subject),
                    pyoxigraph.NamedNode(predicate),
                    snapshot.literals.get(text) or pyoxigraph.NamedNode(text[1:-1]),
                )
                yield pyoxigraph.Quad(*ends, pyoxigraph.NamedNode(graph))
                yield pyoxigraph.Quad(*ends)

    scratch.extend(quads())
    apply_rules(scratch, read_rules(store.bundle))
    texts: dict[object, str] = {}
    made: dict[str, list[Key]] = {}
    for quad in scratch:
        graph = quad.graph_name
        if isinstance(graph, pyoxigraph.NamedNode) and graph.value.startswith(RULE_GRAPHS):
            made.setdefault(graph.value, []).append(_key(quad.triple, snapshot.literals, texts))
    return made


def _slice(
    store: Store,
    snapshot: _Snapshot,
    index: _Index,
    rules: Mapping[str, list[Key]],
    wanted: _Slice,
) -> tuple[set[Key], dict[str, set[Key]]]:
    """The asserted triples and, by rule, the derived ones that a slice keeps."""
    derived_objects: dict[str, list[Key]] = {}
    for triples in rules.values():
        for triple in triples:
            if triple[1] != _EVIDENCE and triple[2][0] == "<":
                derived_objects.setdefault(triple[2][1:-1], []).append(triple)
    focus = _focus(index, derived_objects, wanted)
    kept = set(index.where) if focus is None else _about(index, focus)
    if wanted.source is not None:
        of_source = _claims_of_source(index, wanted.source)
        kept = {triple for triple in kept if of_source.intersection(index.where[triple])}
    new: set[Key] = set()
    if wanted.construct is not None:
        constructed = _construct(store, wanted.construct, snapshot.literals)
        if focus is not None:
            constructed = {triple for triple in constructed if triple[0] in focus}
        known = constructed & set(index.where)
        inferred = {t for triples in snapshot.claims.values() for t in triples} - set(index.where)
        # What the query makes itself stands in no claim; a stated-only slice cannot vouch for it.
        if wanted.source is None and not wanted.stated_only:
            new = constructed - known - inferred
        kept &= known
    if not kept and not new:
        said = "; ".join(wanted.words())
        raise DataError(
            f"the slice is empty: no asserted triple satisfies all of: {said}.",
            hint="Leave one of them out.",
        )
    anchors = {iri for iri in (wanted.actor, wanted.topic, wanted.year) if iri}
    derived: dict[str, set[Key]] = {}
    about = focus if focus is not None else {triple[0] for triple in kept}
    for graph, triples in rules.items():
        found = {
            triple
            for triple in triples
            if triple[1] != _EVIDENCE
            and (triple[0] in about or (focus is not None and triple[2][1:-1] in anchors & focus))
        }
        if wanted.construct is not None:
            found &= constructed
        if found:
            derived[graph] = found
    closed = _close(index, kept | new, derived)
    return closed, derived


def _focus(
    index: _Index, derived_objects: Mapping[str, list[Key]], wanted: _Slice
) -> set[str] | None:
    """The things that actor, topic and year have in common; None if none of them was asked."""
    sets: list[set[str]] = []
    if wanted.actor is not None:
        found = {wanted.actor, *index.pointing(wanted.actor)}
        found |= {a for thing in set(found) for a in index.objects(thing, CT + "activity")}
        ties = derived_objects.get(wanted.actor, ())
        found |= {subject for subject, predicate, _ in ties if predicate == CT + "tieBetween"}
        sets.append(_with_hanging(index, found))
    if wanted.topic is not None:
        topics = _narrower(index, wanted.topic)
        found = {subject for topic in topics for subject in index.pointing(topic)}
        sets.append(_with_hanging(index, found))
    if wanted.year is not None:
        found = {wanted.year, *index.pointing(wanted.year)}
        dated = derived_objects.get(wanted.year, ())
        found |= {subject for subject, _, _ in dated}
        sets.append(_with_hanging(index, found))
    return set.intersection(*sets) if sets else None


def _with_hanging(index: _Index, things: set[str]) -> set[str]:
    found = set(things)
    waiting = list(things)
    while waiting:
        for subject in index.pointing(waiting.pop(), _HANGING):
            if subject not in found:
                found.add(subject)
                waiting.append(subject)
    return found


def _narrower(index: _Index, topic: str) -> set[str]:
    below: dict[str, list[str]] = {}
    for triples in (*index.vocabulary.values(), *index.by_subject.values()):
        for subject, predicate, text in triples:
            if predicate == PREFIXES["skos"] + "broader":
                below.setdefault(text[1:-1], []).append(subject)
    found = {topic}
    waiting = [topic]
    while waiting:
        for concept in below.get(waiting.pop(), ()):
            if concept not in found:
                found.add(concept)
                waiting.append(concept)
    return found


def _about(index: _Index, focus: Iterable[str]) -> set[Key]:
    return {triple for thing in focus for triple in index.by_subject.get(thing, ())}


def _claims_of_source(index: _Index, source: str) -> set[str]:
    return {claim for claim in index.claims if source in index.sources_of(claim)}


def _construct(store: Store, path: Path, literals: dict[str, pyoxigraph.Literal]) -> set[Key]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be read: {reason}.", hint="Name a query file.") from error
    result = store.query(text)
    if not isinstance(result, pyoxigraph.QueryTriples):
        raise UsageError(f"{path} is not a CONSTRUCT query.", hint="A slice is made of triples.")
    texts: dict[object, str] = {}
    return {_key(triple, literals, texts) for triple in result}


def _close(index: _Index, kept: set[Key], derived: Mapping[str, set[Key]]) -> set[Key]:
    """The kept triples, and what is needed to read them."""
    closed = set(kept)
    seen: set[str] = set()
    waiting: list[str] = []

    def mention(triples: Iterable[Key]) -> None:
        for triple in triples:
            ends = [triple[0], *index.where.get(triple, ())]
            if triple[2][0] == "<":
                ends.append(triple[2][1:-1])
            for end in ends:
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)

    mention(sorted(closed))
    for made in derived.values():
        mention(sorted(made))
    whole = {f"<{CT}{name}>" for name in ("Section", "Source")}
    while waiting:
        thing = waiting.pop()
        own = index.by_subject.get(thing, [])
        if thing not in index.claims and not any(p == _TYPE and o in whole for _, p, o in own):
            own = [triple for triple in own if triple[1] == _TYPE or triple[1] in _LABELS]
        if not own:
            own = [
                triple
                for triple in index.vocabulary.get(thing, ())
                if triple[1] == _TYPE or triple[1] in _LABELS
            ]
        fresh = [triple for triple in own if triple not in closed]
        closed.update(fresh)
        mention(fresh)
    return closed


def _header(snapshot: _Snapshot, parts: Sequence[str], wanted: _Slice) -> list[str]:
    """Lines that say what a file is; the same for the same data and options."""
    words = wanted.words()
    return [
        TITLE["en"],
        f"version {__version__}; data sha256:{snapshot.hash()}",
        f"licence {LICENCE_NAME}, {LICENCE}",
        f"parts: {', '.join(('asserted', *parts))}",
        f"slice: {'; '.join(words) if words else 'none, the whole graph'}",
    ]


# --- writers ------------------------------------------------------------------------------------


def _render(name: str, content: _Content, header: Sequence[str]) -> Iterable[str]:
    if name in {"turtle", "trig"}:
        return _turtle(content, header)
    if name == "rdfxml":
        return _rdfxml(content, header)
    if name == "jsonld":
        return _jsonld(content)
    # Comments would break the canonical form, by which the file's own hash is the data hash.
    if name == "ntriples":
        return _ntriples_lines(content)
    return _nquads_lines(content)


def _ntriples_lines(content: _Content) -> Iterator[str]:
    yield from sorted(f"<{s}> <{p}> {o} .\n" for s, p, o in content.triples)


def _nquads_lines(content: _Content) -> Iterator[str]:
    lines = [f"<{s}> <{p}> {o} .\n" for s, p, o in content.triples]
    for graph, triples in content.graphs.items():
        lines += [f"<{s}> <{p}> {o} <{graph}> .\n" for s, p, o in triples]
    lines.sort()
    yield from lines


class _Names:
    """IRIs as CURIEs where possible; remembers which prefixes it used.

    Args:
        extra: Prefixes beside those of `PREFIXES`.
    """

    def __init__(self, extra: Mapping[str, str]) -> None:
        self.used: dict[str, str] = {}
        self._extra = extra
        self._known: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        short = self._known.get(iri)
        if short is None:
            short = self._known[iri] = self._shorten(iri)
        return short

    def _shorten(self, iri: str) -> str:
        for prefix, namespace in self._extra.items():
            if iri.startswith(namespace) and is_local_name_safe(iri[len(namespace) :]):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        short = shorten(iri)
        if short[0] != "<":
            prefix = short.partition(":")[0]
            self.used[prefix] = PREFIXES[prefix]
        return short


# What must not stand raw in a line of text: line breaks of all kinds, control characters, and
# the marks that turn the direction of writing, which could make a line look like another.
_ESCAPED = {ord("\\"): "\\\\", ord('"'): '\\"'}
_ESCAPED |= {code: f"\\u{code:04X}" for code in [*range(0x20), *range(0x7F, 0xA0)]}
_ESCAPED |= {
    code: f"\\u{code:04X}"
    for code in [0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
}
_ESCAPED |= {ord(c): text for c, text in {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.items()}
_ESCAPED |= {8: "\\b", 12: "\\f"}


def _turtle_literal(literal: pyoxigraph.Literal, name: _Names) -> str:
    value = literal.value
    datatype = literal.datatype.value
    if literal.language is not None:
        return f'"{value.translate(_ESCAPED)}"@{literal.language.lower()}'
    if datatype == _XSD + "string":
        return f'"{value.translate(_ESCAPED)}"'
    if datatype == _XSD + "boolean" and value in {"true", "false"}:
        return value
    if datatype == _XSD + "integer" and _is_integer(value):
        return value
    if datatype == _XSD + "decimal":
        whole, point, fraction = value.partition(".")
        if point and _is_integer(whole) and fraction.isascii() and fraction.isdigit():
            return value
    return f'"{value.translate(_ESCAPED)}"^^{name(datatype)}'


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def _turtle(
    content: _Content, header: Sequence[str], extra: Mapping[str, str] | None = None
) -> Iterator[str]:
    name = _Names(extra or {})
    terms: dict[str, str] = {}

    def text_of(key: str) -> str:
        text = terms.get(key)
        if text is None:
            literal = content.literals.get(key)
            text = name(key[1:-1]) if literal is None else _turtle_literal(literal, name)
            terms[key] = text
        return text

    def blocks(triples: Collection[Key], indent: str) -> Iterator[str]:
        subject = None
        for s, p, o in sorted(triples, key=lambda t: (t[0], t[1] != _TYPE, t[1], t[2])):
            if s != subject:
                if subject is not None:
                    yield f"{indent}.\n\n"
                subject = s
                yield f"{indent}{name(s)}\n"
            yield f"{indent}    {'a' if p == _TYPE else name(p)} {text_of(o)} ;\n"
        if subject is not None:
            yield f"{indent}.\n"

    body = list(blocks(content.triples, ""))
    for graph in sorted(content.graphs):
        body.append(f"\n{name(graph)} {{\n")
        body.extend(blocks(content.graphs[graph], "    "))
        body.append("}\n")
    for line in header:
        yield f"# {line}\n"
    yield "\n"
    for prefix in sorted(name.used):
        yield f"@prefix {prefix}: <{name.used[prefix]}> .\n"
    yield "\n"
    yield from body


def _jsonld(content: _Content) -> Iterator[str]:
    import json

    name = _Names({})
    everything = [content.triples, *content.graphs.values()]
    iris: set[str] = set(content.graphs)
    for triples in everything:
        for s, p, o in triples:
            iris.update((s, p))
            literal = content.literals.get(o)
            iris.add(o[1:-1] if literal is None else literal.datatype.value)
    # An IRI whose scheme is spelt like a prefix would be read as a compact IRI.
    schemes = {iri.partition(":")[0] for iri in iris}

    def compact(iri: str) -> str:
        short = name(iri)
        if short[0] == "<" or short.partition(":")[0] in schemes:
            return iri
        return short

    def value(key: str) -> object:
        literal = content.literals.get(key)
        if literal is None:
            return {"@id": compact(key[1:-1])}
        text, datatype = literal.value, literal.datatype.value
        if literal.language is not None:
            return {"@language": literal.language.lower(), "@value": text}
        if datatype == _XSD + "string":
            return text
        if datatype == _XSD + "boolean" and text in {"true", "false"}:
            return text == "true"
        if datatype == _XSD + "integer" and _is_integer(text):
            number = int(text) if len(text) < 16 else 0
            if str(number) == text:
                return number
        return {"@type": compact(datatype), "@value": text}

    def nodes(triples: Collection[Key]) -> list[dict[str, object]]:
        by_subject: dict[str, dict[str, list[object]]] = {}
        for s, p, o in sorted(triples):
            node = by_subject.setdefault(s, {})
            if p == _TYPE and o[0] == "<":
                node.setdefault("@type", []).append(compact(o[1:-1]))
            else:
                node.setdefault(compact(p), []).append(value(o))
        return [
            {
                "@id": compact(subject),
                **{key: found[0] if len(found) == 1 else found for key, found in node.items()},
            }
            for subject, node in by_subject.items()
        ]

    graph = nodes(content.triples)
    graph += [
        {"@id": compact(g), "@graph": nodes(triples)}
        for g, triples in sorted(content.graphs.items())
    ]
    context = {prefix: iri for prefix, iri in name.used.items() if prefix not in schemes}
    document = {"@context": context, "@graph": graph}
    yield json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).replace(
        "\x7f", "\\u007f"
    )
    yield "\n"


def _xml_text(text: str) -> str:
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or code in {0xFFFE, 0xFFFF}:
            raise DataError(
                f"RDF/XML cannot hold the character U+{code:04X}, which stands in {text[:60]!r}.",
                hint="Use Turtle or another format.",
            )
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        escaped.replace('"', "&quot;")
        .replace("\t", "&#9;")
        .replace("\n", "&#10;")
        .replace("\r", "&#13;")
    )


def _split_iri(iri: str) -> tuple[str, str]:
    """A property's IRI as namespace and XML name.

    Raises:
        DataError: It does not end in a name.
    """
    start = len(iri)
    while start and (iri[start - 1].isalnum() or iri[start - 1] in "_-."):
        start -= 1
    while start < len(iri) and not (iri[start].isalpha() or iri[start] == "_"):
        start += 1
    local = iri[start:]
    if not local or not local.isascii() or not start:
        raise DataError(
            f"RDF/XML cannot write the property <{iri}>: it does not end in a name.",
            hint="Use Turtle or another format.",
        )
    return iri[:start], local


def _rdfxml(content: _Content, header: Sequence[str]) -> Iterator[str]:
    known = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    names = {p: _split_iri(p) for p in {p for _, p, _ in content.triples}}
    namespaces = sorted({namespace for namespace, _ in names.values()} | {_RDF})
    prefixes: dict[str, str] = {}
    for namespace in namespaces:
        prefixes[namespace] = known.get(namespace, f"ns{len(prefixes) + 1}")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    for line in header:
        yield f"<!-- {line.replace('--', '- -')} -->\n"
    yield "<rdf:RDF"
    for namespace in namespaces:
        yield f'\n    xmlns:{prefixes[namespace]}="{_xml_text(namespace)}"'
    yield ">\n"
    subject = None
    for s, p, o in sorted(content.triples, key=lambda t: (t[0], t[1] != _TYPE, t[1], t[2])):
        if s != subject:
            if subject is not None:
                yield "  </rdf:Description>\n"
            subject = s
            yield f'  <rdf:Description rdf:about="{_xml_text(s)}">\n'
        tag = f"{prefixes[names[p][0]]}:{names[p][1]}"
        literal = content.literals.get(o)
        if literal is None:
            yield f'    <{tag} rdf:resource="{_xml_text(o[1:-1])}"/>\n'
        elif literal.language is not None:
            text = _xml_text(literal.value)
            yield f'    <{tag} xml:lang="{literal.language.lower()}">{text}</{tag}>\n'
        elif literal.datatype.value == _XSD + "string":
            yield f"    <{tag}>{_xml_text(literal.value)}</{tag}>\n"
        else:
            kind = _xml_text(literal.datatype.value)
            yield f'    <{tag} rdf:datatype="{kind}">{_xml_text(literal.value)}</{tag}>\n'
    if subject is not None:
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


# --- tables -------------------------------------------------------------------------------------

_ABOUT = "_about.txt"
_COLUMNS = "_columns.csv"


def _write_csv(target: Target, content: _Content, header: Sequence[str]) -> None:
    files = _csv_files(content, header)
    if not is_path(target) or str(target).lower().endswith(".zip"):
        _write_zip(target, files)
        return
    given = Path(target)  # type: ignore[arg-type]
    if given.suffix.lower() == ".csv" and not given.is_dir():
        raise UsageError(
            f"{given}: CSV comes as one table per class, which one file cannot hold.",
            hint=f"Name a directory ({given.with_suffix('')}) or a zip file "
            f"({given.with_suffix('.zip')}).",
        )
    _write_directory(given, files)


def _csv_files(content: _Content, header: Sequence[str]) -> dict[str, str]:
    """File name to text: one table per class, a table of the columns, and what it all is."""
    rows: dict[str, dict[str, list[Key]]] = {}
    by_subject: dict[str, list[Key]] = {}
    for triple in sorted(content.triples):
        by_subject.setdefault(triple[0], []).append(triple)
    for subject, triples in by_subject.items():
        kinds = [o[1:-1] for _, p, o in triples if p == _TYPE and o[0] == "<"]
        for kind in kinds or [""]:
            rows.setdefault(kind, {})[subject] = triples
    files: dict[str, str] = {}
    described = [["file", "column", "property", "language", "rows"]]
    taken: set[str] = set()
    for kind in sorted(rows):
        file = _table_name(kind, taken)
        columns: dict[str, tuple[str, str]] = {}
        table: list[dict[str, str]] = []
        for subject, triples in rows[kind].items():
            cells: dict[str, list[str]] = {}
            for _, predicate, key in triples:
                literal = content.literals.get(key)
                language = (literal.language or "").lower() if literal is not None else ""
                column = _short_name(predicate) + (f"@{language}" if language else "")
                columns[column] = (predicate, language)
                text = shorten(key[1:-1]).strip("<>") if literal is None else literal.value
                cells.setdefault(column, []).append(text.replace("\\", "\\\\").replace("|", "\\|"))
            table.append(
                {"iri": shorten(subject).strip("<>")}
                | {column: " | ".join(found) for column, found in cells.items()}
            )
        names = sorted(columns)
        files[file] = _csv_text(
            [["iri", *names], *([row.get(name, "") for name in ["iri", *names]] for row in table)]
        )
        for column in names:
            predicate, language = columns[column]
            described.append(
                [file, column, shorten(predicate).strip("<>"), language, str(len(table))]
            )
    files[_COLUMNS] = _csv_text(described)
    notes = [
        *header,
        "one table per class; several values in a cell are parted by ' | ', and a | or \\ in a",
        f"value is written \\| or \\\\; {_COLUMNS} says which property a column is",
    ]
    files[_ABOUT] = "\n".join(notes) + "\n"
    return files


def _short_name(predicate: str) -> str:
    if predicate == _TYPE:
        return "type"
    if predicate.startswith(CT) and is_local_name_safe(predicate[len(CT) :]):
        return predicate[len(CT) :]
    return shorten(predicate).strip("<>")


def _table_name(kind: str, taken: set[str]) -> str:
    if not kind:
        name = "_untyped"
    elif kind.startswith(CT):
        name = kind[len(CT) :]
    else:
        name = shorten(kind).strip("<>").replace(":", "-", 1)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)[:80]
    # Names that differ in case only are one file on some systems.
    number, base = 2, name
    while name.lower() in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(name.lower())
    return f"{name}.csv"


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def _write_zip(target: Target, files: Mapping[str, str]) -> None:
    import io
    import zipfile

    # Stored, not compressed: compressed bytes depend on the version of zlib.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].encode("utf-8"))
    write_output(target, [packed.getvalue()])


def _write_directory(given: Path, files: Mapping[str, str]) -> None:
    import os
    import shutil

    path = given.resolve()
    if not path.parent.is_dir():
        raise UsageError(
            f"{given}: the directory {given.parent} does not exist.", hint="Make it first."
        )
    if path.exists() and not path.is_dir():
        raise UsageError(f"{given} is a file.", hint="CSV needs a directory or a .zip file.")
    with translated_errors(given):
        if path.is_dir() and any(path.iterdir()) and not (path / _COLUMNS).is_file():
            raise UsageError(
                f"{given} holds other files, which would be lost.", hint="Name a new directory."
            )
        fresh = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
        old = path.with_name(f".{path.name[:40]}.{os.getpid()}.old")
        try:
            fresh.mkdir()
            for name, text in files.items():
                (fresh / name).write_bytes(text.encode("utf-8"))
            if path.is_dir():
                path.rename(old)
            fresh.rename(path)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            if old.is_dir() and not path.exists():
                old.rename(path)
            raise
        shutil.rmtree(old, ignore_errors=True)


# --- networks -----------------------------------------------------------------------------------


def _export_network(
    store: Store,
    target: Target,
    chosen: Format,
    parts: Sequence[str],
    *,
    unusable: Mapping[str, object],
    actor: str | None,
    topic: str | None,
    year: str | int | None,
    stated_only: bool,
    lang: str,
) -> Exported:
    from ctgraph.network import build_network, layout, network_text

    for name, value in unusable.items():
        if value is not None:
            raise UsageError(
                f"{chosen.title} cannot be cut by {name}.",
                hint="A network is cut by actor, topic, year and stated only.",
            )
    if parts:
        raise UsageError(
            f"{chosen.title} holds a network, which has no parts to add ({', '.join(parts)}).",
            hint="Leave --with out.",
        )
    graph = build_network(
        store,
        actor=_resolve(store, actor, "actor", lang),
        topic=_resolve(store, topic, "topic", lang),
        year=year,
        stated_only=stated_only,
        lang=lang,
    )
    if not graph.number_of_edges():
        raise DataError("the slice is empty: the network has no ties.", hint="Ask for more.")
    graph.graph["version"] = __version__
    graph.graph["licence"] = LICENCE
    write_output(target, [network_text(graph, chosen.name, layout(graph))])
    claims = {claim for _, _, data in graph.edges(data=True) for claim in data["claims"]}
    return Exported(chosen.name, graph.number_of_edges(), len(claims))


# --- the description ----------------------------------------------------------------------------

_SPDX = "http://spdx.org/rdf/terms#"


def describe(store: Store, *, format: str = "turtle") -> str:
    """The VoID and DCAT description of the graph, as text in a format for triples.

    Every node of it has an IRI. Counts are those of the default graph, which is the merge of all
    graphs; what is asserted, derived and in the ontology, and the stated and the inferred claims,
    are counted as subsets. The checksum is the SHA-256 of the graph in RDFC-1.0 canonical form,
    which is the complete N-Quads export byte for byte.

    Args:
        store: The graph.
        format: ``turtle``, ``ntriples``, ``jsonld`` or ``rdfxml``.

    Raises:
        UsageError: The format does not hold triples.
    """
    chosen = find_format(format)
    if chosen.name in {"csv", *NETWORK_FORMATS}:
        raise UsageError(f"{chosen.title} cannot hold the description.", hint="Use Turtle.")
    snapshot = _read(store)
    content = _description(snapshot)
    header = [f"Description of {TITLE['en']}", f"version {__version__}"]
    if chosen.name in {"turtle", "trig"}:
        return "".join(_turtle(content, header, {"spdx": _SPDX}))
    return "".join(_render(chosen.name, content, header))


def citation(store: Store) -> dict[str, str | list[dict[str, str]] | None]:
    """What a citation of the graph needs.

    Keys: ``title``, ``title_ja``, ``version``, ``publisher``, ``licence``, ``licence_name``,
    ``url``, ``doi`` (None: there is none), ``hash`` (SHA-256 of the canonical N-Quads), ``text``
    (one sentence) and ``sources``: a list, by IRI, with ``iri``, ``label_en``, ``label_ja``,
    ``date`` (as far as known), ``publisher_en`` and ``publisher_ja`` of each source that claims
    rest on, empty where the graph does not say.

    Args:
        store: The graph.
    """
    snapshot = _read(store)
    digest = snapshot.hash()
    return {
        "title": TITLE["en"],
        "title_ja": TITLE["ja"],
        "version": __version__,
        "publisher": PUBLISHER,
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "url": BASE,
        "doi": None,
        "hash": digest,
        "text": f"{PUBLISHER}: {TITLE['en']}. Version {__version__}. {BASE}. "
        f"Data SHA-256 {digest}. {LICENCE_NAME}.",
        "sources": _sources(snapshot),
    }


def _sources(snapshot: _Snapshot) -> list[dict[str, str]]:
    index = _Index(snapshot, stated_only=False)

    def label(iri: str, language: str) -> str:
        for predicate in _LABELS:
            for _, name, key in sorted(index.by_subject.get(iri, ())):
                literal = snapshot.literals.get(key)
                if name == predicate and literal is not None and literal.language == language:
                    return literal.value
        return ""

    found = []
    for source in index.cited_sources():
        publisher = next(iter(sorted(index.objects(source, PREFIXES["dcterms"] + "publisher"))), "")
        found.append(
            {
                "iri": source,
                "label_en": label(source, "en"),
                "label_ja": label(source, "ja"),
                "date": _date(index, snapshot.literals, source),
                "publisher_en": label(publisher, "en"),
                "publisher_ja": label(publisher, "ja"),
            }
        )
    return found


# How much of a date is known, by the local name of its precision.
_PRECISIONS = {"day": 10, "month": 7, "year": 4}


def _date(index: _Index, literals: Mapping[str, pyoxigraph.Literal], thing: str) -> str:
    """The date of a source as far as it is known: ``2024-08``, or empty."""
    dates = sorted(
        literals[key].value
        for _, predicate, key in index.by_subject.get(thing, ())
        if predicate in {CT + "startDate", PREFIXES["dcterms"] + "issued"} and key in literals
    )
    if not dates:
        return ""
    precision = min(index.objects(thing, CT + "datePrecision"), default="")
    return dates[0][: _PRECISIONS.get(precision.rpartition("/")[2], 10)]


class _Description:
    """The triples of the description while they are made."""

    def __init__(self) -> None:
        self.triples: set[Key] = set()
        self.literals: dict[str, pyoxigraph.Literal] = {}

    def add(self, subject: str, curie: str, *values: str | int | pyoxigraph.Literal) -> None:
        """Say something about a subject: IRIs as str, counts as int, text as Literal."""
        predicate = curie if curie.startswith("http") else expand(curie)
        for value in values:
            if isinstance(value, str):
                key = f"<{value}>"
            else:
                made = pyoxigraph.Literal(value) if isinstance(value, int) else value
                key = str(made)
                self.literals[key] = made
            self.triples.add((subject, predicate, key))


def _both(texts: Mapping[str, str]) -> list[pyoxigraph.Literal]:
    return [pyoxigraph.Literal(text, language=language) for language, text in texts.items()]


def _description(snapshot: _Snapshot) -> _Content:
    made = _Description()
    everything = _everything(snapshot)
    merge = everything.triples
    dataset = DATASET
    add = made.add
    digest = snapshot.hash()
    publisher = f"{dataset}#publisher"
    add(dataset, "rdf:type", expand("void:Dataset"), expand("dcat:Dataset"))
    add(dataset, "dcterms:title", *_both(TITLE))
    add(dataset, "dcterms:description", *_both(DESCRIPTION))
    add(dataset, "owl:versionInfo", pyoxigraph.Literal(__version__))
    add(dataset, "dcat:version", pyoxigraph.Literal(__version__))
    add(dataset, "dcterms:license", LICENCE)
    add(dataset, "dcterms:creator", publisher)
    add(dataset, "dcterms:publisher", publisher)
    add(publisher, "rdf:type", expand("foaf:Organization"))
    add(publisher, "foaf:name", pyoxigraph.Literal(PUBLISHER))
    add(dataset, "dcterms:source", *(source["iri"] for source in _sources(snapshot)))
    for language in ("en", "ja"):
        add(dataset, "dcterms:language", f"http://id.loc.gov/vocabulary/iso639-1/{language}")
    add(dataset, "dcat:landingPage", BASE)
    add(dataset, "void:uriSpace", pyoxigraph.Literal(PREFIXES["ctd"]))
    _count(made, dataset, merge)
    _add_partitions(made, dataset, merge)
    namespaces = {
        ns for ns in PREFIXES.values() for p in {p for _, p, _ in merge} if p.startswith(ns)
    }
    add(dataset, "void:vocabulary", *sorted(namespaces))
    subjects = sorted(
        {s for s, p, o in merge if p == _TYPE and o == f"<{CT}Activity>"}
        or {s for s, p, o in merge if p == _EVIDENCE}
    )
    add(dataset, "void:exampleResource", *subjects[:3], *sorted(snapshot.claims)[:1])
    _add_subsets(made, dataset, snapshot)
    for item in FORMATS.values():
        distribution = f"{dataset}#distribution-{item.name}"
        add(dataset, "dcat:distribution", distribution)
        add(distribution, "rdf:type", expand("dcat:Distribution"))
        add(distribution, "dcterms:title", pyoxigraph.Literal(item.title, language="en"))
        add(distribution, "dcterms:license", LICENCE)
        media = f"https://www.iana.org/assignments/media-types/{item.media_type}"
        add(distribution, "dcat:mediaType", media)
    checksum = f"{dataset}#checksum"
    complete = f"{dataset}#distribution-nquads"
    about = "Complete: every claim, rule and vocabulary a named graph; RDFC-1.0 canonical form."
    add(complete, "dcterms:description", pyoxigraph.Literal(about, language="en"))
    add(complete, _SPDX + "checksum", checksum)
    add(checksum, "rdf:type", _SPDX + "Checksum")
    add(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
    hexadecimal = pyoxigraph.NamedNode(expand("xsd:hexBinary"))
    add(checksum, _SPDX + "checksumValue", pyoxigraph.Literal(digest, datatype=hexadecimal))
    return _Content(made.triples, {}, set(), made.literals)


def _count(made: _Description, dataset: str, triples: Collection[Key]) -> None:
    typed = {s for s, p, _ in triples if p == _TYPE}
    made.add(dataset, "void:triples", len(triples))
    made.add(dataset, "void:entities", len(typed))
    made.add(dataset, "void:distinctSubjects", len({s for s, _, _ in triples}))
    made.add(dataset, "void:distinctObjects", len({o for _, _, o in triples}))
    made.add(dataset, "void:properties", len({p for _, p, _ in triples}))
    made.add(dataset, "void:classes", len({o for _, p, o in triples if p == _TYPE}))


def _add_partitions(made: _Description, dataset: str, triples: Collection[Key]) -> None:
    members: dict[str, int] = {}
    uses: dict[str, int] = {}
    subjects: dict[str, set[str]] = {}
    for s, p, o in triples:
        uses[p] = uses.get(p, 0) + 1
        subjects.setdefault(p, set()).add(s)
        if p == _TYPE and o[0] == "<":
            members[o[1:-1]] = members.get(o[1:-1], 0) + 1
    for kind, count in members.items():
        part = f"{dataset}#class-{_fragment(kind)}"
        made.add(dataset, "void:classPartition", part)
        made.add(part, "void:class", kind)
        made.add(part, "void:entities", count)
    for predicate, count in uses.items():
        part = f"{dataset}#property-{_fragment(predicate)}"
        made.add(dataset, "void:propertyPartition", part)
        made.add(part, "void:property", predicate)
        made.add(part, "void:triples", count)
        made.add(part, "void:distinctSubjects", len(subjects[predicate]))


def _fragment(iri: str) -> str:
    short = shorten(iri)
    if short[0] != "<":
        return short.replace(":", "-", 1)
    return hashlib.sha256(iri.encode("utf-8")).hexdigest()[:16]


def _add_subsets(made: _Description, dataset: str, snapshot: _Snapshot) -> None:
    stated = {c for c, triples in snapshot.claims.items() if (c, _BASIS, _STATED) in triples}
    subsets: list[tuple[str, dict[str, str], dict[str, list[Key]]]] = [
        ("asserted", {"en": "Asserted triples", "ja": "主張されたトリプル"}, snapshot.claims),
        (
            "stated",
            {"en": "Stated claims", "ja": "出典に明記された記述"},
            {c: triples for c, triples in snapshot.claims.items() if c in stated},
        ),
        (
            "inferred",
            {"en": "Inferred claims", "ja": "出典から推論した記述"},
            {c: triples for c, triples in snapshot.claims.items() if c not in stated},
        ),
        ("derived", {"en": "Derived triples", "ja": "規則から導いたトリプル"}, snapshot.rules),
        (
            "ontology",
            {"en": "Ontology and vocabularies", "ja": "オントロジーと語彙"},
            snapshot.ontology,
        ),
    ]
    for name, title, graphs in subsets:
        subset = f"{dataset}#{name}"
        made.add(dataset, "void:subset", subset)
        made.add(subset, "rdf:type", expand("void:Dataset"))
        made.add(subset, "dcterms:title", *_both(title))
        made.add(subset, "void:triples", len({t for triples in graphs.values() for t in triples}))
        if name in {"stated", "inferred", "asserted"}:
            made.add(subset, "void:entities", len(graphs))
            made.add(subset, "void:class", _CLAIM)

"""From a text to the individual it names: names, acronyms, CURIEs, IRIs, years, numbers.

What a parameter of a question can be is a kind (`KINDS`); `resolve` finds the term of a kind that
a text stands for, and `candidates` all there are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.errors import AmbiguousName, UnknownName, UsageError, WrongKind, suggest
from ctgraph.query.entities.folding import fold_pattern
from ctgraph.query.entities.kinds import KINDS, make_literal
from ctgraph.store.sparql import term_to_sparql
from ctgraph.terms import (
    CT,
    CTD,
    CTV,
    LANGUAGES,
    OWN_NAMESPACES,
    PREFIXES,
    expand,
    fold,
    is_slug,
    shorten,
)
from ctgraph.words import Quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctgraph.query.entities.kinds import Value
    from ctgraph.store import Store


_SKOS = PREFIXES["skos"]


# --- names ---------------------------------------------------------------------------------------


def resolve(store: Store, text: object, kind: str = "any", lang: str = "en") -> Value:
    """Return the term that a value stands for.

    A name is compared with labels and acronyms in every language; case, width and white space do
    not matter, an exact match goes first, a label before an acronym; then what stands before the
    colon of a label, and the number that a thing has in its source. A claim may be named by the end
    of its identifier (``a07``), a source by its title or its address on the web too. A literal
    is always made as a literal: a text with SPARQL in it is only a name that nothing has.

    Args:
        store: Where names are looked up.
        text: A name, acronym, CURIE or IRI; for literals a number, date or truth value; or the
            RDF term itself.
        kind: A key of `KINDS`.
        lang: Language of messages' labels.

    Raises:
        UnknownName: Nothing of the kind has the name, or the kind is unknown.
        AmbiguousName: More than one thing has it.
        UsageError: The thing is of another kind, or the value of another type.
    """
    if kind not in KINDS:
        close = suggest(kind, KINDS)
        raise UnknownName("kind of value", kind, close, hint="known", names=[*KINDS])
    spec = KINDS[kind]
    if spec.literal:
        return make_literal(kind, text)
    if isinstance(text, ox.NamedNode):
        return _resolve_iri(store, text, text.value, kind, lang)
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        raise UsageError("name-of-wrong-type", text=Quoted(text), kind=spec.noun, form=spec.form)
    folded = fold(text)
    if not folded:
        raise UsageError("name-empty", form=spec.form)
    iri = _read_iri(text.strip())
    if kind == "source":
        found = _look_up_source(store, text.strip())
        if found:
            return _only_one(store, found, text, kind)
    if iri is not None:
        return _resolve_iri(store, iri, text, kind, lang)
    found = _look_up(store, text.strip(), folded, kind)
    if found:
        return _only_one(store, found, text, kind)
    raise _unknown_value(store, text, kind, lang)


def _only_one(store: Store, found: Sequence[str], text: str, kind: str) -> ox.NamedNode:
    if len(found) > 1:
        raise AmbiguousName(KINDS[kind].noun, text, _show_things(store, found), found)
    return ox.NamedNode(found[0])


def _look_up_source(store: Store, text: str) -> list[str]:
    """Sources with an address or a title, sorted; a title is compared as labels are, if exact."""
    folded = fold(text)
    rows = store.select(
        "SELECT DISTINCT ?x ?name { ?x a ct:Source ; schema:url|dcterms:title ?name }"
    )
    return sorted(
        {
            row["x"].value
            for row in rows
            if row["name"].value.rstrip("/") == text.rstrip("/")
            or fold(row["name"].value) == folded
        }
    )


def _read_iri(text: str) -> ox.NamedNode | None:
    """Return the IRI that a text is, as such or as a CURIE; None if it is neither."""
    value = None
    if text.startswith("<") and text.endswith(">"):
        value = text[1:-1]
    elif "://" in text or text.startswith("urn:"):
        value = text
    else:
        prefix, colon, _ = text.partition(":")
        if colon and prefix in PREFIXES:
            value = expand(text)
    if value is None:
        return None
    try:
        return ox.NamedNode(value)
    except ValueError:
        return None


def _membership(kind: str) -> str:
    """Return a pattern that says that ``?x`` is of a kind."""
    spec = KINDS[kind]
    pattern = f"?x a/rdfs:subClassOf* <{spec.class_iri}> ." if spec.class_iri else ""
    if spec.scheme:
        pattern += f" ?x skos:inScheme|skos:topConceptOf|^skos:hasTopConcept <{spec.scheme}> ."
    return pattern


def exists(store: Store, iri: ox.NamedNode) -> bool:
    """Tell whether an IRI stands anywhere in a triple of the graph.

    Args:
        store: The store that is asked.
        iri: The IRI.
    """
    return store.ask(
        f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p2 {iri} }} UNION {{ ?s2 {iri} ?o2 }} }}"
    )


def _resolve_iri(store: Store, iri: ox.NamedNode, typed: str, kind: str, lang: str) -> ox.NamedNode:
    spec = KINDS[kind]
    pattern = _membership(kind).replace("?x", str(iri))
    if pattern and store.ask(f"ASK {{ {pattern} }}"):
        return iri
    if not exists(store, iri):
        raise UnknownName(spec.noun.partition(" ")[2], typed, close_terms(store, iri.value))
    if not pattern:
        return iri
    raise _wrong_kind(store, iri.value, typed, kind, lang)


def _wrong_kind(
    store: Store, iri: str, typed: str, kind: str, lang: str, *, close: Sequence[str] = ()
) -> UsageError:
    classes = [row[0].value for row in store.select(f"SELECT ?c {{ <{iri}> a ?c }} ORDER BY ?c")]
    own = [one for one in classes if one.startswith(CT)] or classes
    labels = store.labels([*own, iri], lang)
    named = [f"{labels[one]} ({shorten(one)})" if one in labels else shorten(one) for one in own]
    name = labels.get(iri)
    spec = KINDS[kind]
    return WrongKind(
        "wrong-kind" if named else "wrong-kind-unstated",
        name=typed,
        suggestions=close,
        shown=f"{name} ({shorten(iri)})" if name else shorten(iri),
        kind=spec.noun,
        form=spec.form,
        classes=named,
    )


_NAMES = "VALUES ?p { skos:prefLabel skos:altLabel rdfs:label } ?x ?p ?name ."


def _look_up(store: Store, text: str, folded: str, kind: str) -> list[str]:
    """IRIs of the things of a kind that have a name, sorted; the best way of matching wins."""
    membership = _membership(kind)
    plain = ox.Literal(text)
    spoken = [ox.Literal(text, language=lang) for lang in LANGUAGES]
    exact = " ".join(map(term_to_sparql, [plain, *spoken]))
    rows = store.select(
        f"SELECT DISTINCT ?x ?p {{ VALUES ?name {{ {exact} }} {_NAMES} {membership} }}"
    )
    found = _best_names(store, ((row["x"], row["p"], True) for row in rows), kind)
    if found:
        return found
    if kind == "year":
        found = _look_up_year(store, text)
        if found:
            return found
    pattern = term_to_sparql(ox.Literal(f"^{fold_pattern(folded)}"))
    matches = f"FILTER(REGEX(STR(?name), {pattern}))"
    rows = store.select(f"SELECT DISTINCT ?x ?p ?name {{ {_NAMES} {matches} {membership} }}")
    named = [(row["x"], row["p"], fold(row["name"].value)) for row in rows]
    # "Indicator 4" is name enough for "Indicator 4: Persons invited".
    for is_name in (folded.__eq__, lambda name: name.partition(":")[0] == folded):
        found = _best_names(store, ((x, p, is_name(name)) for x, p, name in named), kind)
        if found:
            return found
    if membership and folded.isdecimal():
        number = f"?x ct:number ?number FILTER(STR(?number) = '{int(folded)}')"
        rows = store.select(f"SELECT DISTINCT ?x {{ {membership} {number} }}")
        found = sorted(row["x"].value for row in rows)
        if found:
            return found
    slug = text.casefold()
    if is_slug(slug):
        candidates = [base + slug for base in (CTD, CTV)]
        if kind == "basis":
            candidates.append(CT + slug.capitalize())
        values = " ".join(f"<{one}>" for one in candidates)
        exists = membership or "?x ?p ?o ."
        rows = store.select(f"SELECT DISTINCT ?x {{ VALUES ?x {{ {values} }} {exists} }}")
        found = sorted(row["x"].value for row in rows)
        # The number of a claim in its source is enough, if no other source has it.
        if not found and kind in ("claim", "any") and _CLAIM_NUMBER.match(slug):
            end = term_to_sparql(ox.Literal("-" + slug))
            rows = store.select(
                f"SELECT DISTINCT ?x {{ ?x a ct:Claim FILTER(STRENDS(STR(?x), {end})) }}"
            )
            found = sorted(row["x"].value for row in rows)
    return found


def _best_names(store: Store, rows: Iterable[tuple[Any, Any, bool]], kind: str) -> list[str]:
    labels: set[str] = set()
    others: set[str] = set()
    for thing, property_, matches in rows:
        if matches and isinstance(thing, ox.NamedNode):
            is_label = property_.value != _SKOS + "altLabel"
            (labels if is_label else others).add(thing.value)
    found = sorted(labels or others)
    if kind == "any" and len(found) > 1:
        # A reader who names a thing means the thing, not the class that is called the same, and
        # a country as an actor rather than as a place.
        found = [iri for iri in found if not iri.startswith(CT)] or found
        found = _only_actors(store, found) or found
    return found


def _only_actors(store: Store, iris: Sequence[str]) -> list[str]:
    values = " ".join(f"<{iri}>" for iri in iris)
    rows = store.select(f"SELECT DISTINCT ?x {{ VALUES ?x {{ {values} }} {_membership('actor')} }}")
    return sorted(row["x"].value for row in rows)


_CLAIM_NUMBER = re.compile(r"[a-z]*\d+\Z")
_WESTERN_YEAR = re.compile(r"(?:fy|fiscalyear)?(\d{4})(?:年度|年|fy)?\Z")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|r|h|s)(\d{1,2}|元)(?:年度|年)?\Z")
_ERA_STARTS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}


def _look_up_year(store: Store, text: str) -> list[str]:
    """Fiscal years that begin in the year that a text names, sorted."""
    folded = fold(text)
    match = _WESTERN_YEAR.match(folded)
    if match:
        year = int(match[1])
    else:
        match = _ERA_YEAR.match(folded)
        if not match:
            return []
        year = _ERA_STARTS[match[1]] + (1 if match[2] == "元" else int(match[2]))
    rows = store.select(
        "SELECT DISTINCT ?x { ?x a ct:FiscalYear ; ct:startDate ?start "
        f'FILTER(STRSTARTS(STR(?start), "{year:04}-")) }}'
    )
    return sorted(row["x"].value for row in rows)


def _unknown_value(store: Store, text: str, kind: str, lang: str) -> UsageError:
    """Return the error for a name that nothing of a kind has."""
    spec = KINDS[kind]
    close = _show_things(store, find_similar(text, candidates(store, kind, limit=20_000)))
    if kind != "any":
        others = _look_up(store, text.strip(), fold(text), "any")
        if len(others) == 1:
            return _wrong_kind(store, others[0], text, kind, lang, close=close)
    noun = spec.noun.partition(" ")[2] if kind != "any" else "name"
    return UnknownName(noun, text, close, hint="write", form=spec.form)


def candidates(store: Store, kind: str, limit: int | None = None) -> dict[str, list[str]]:
    """Return what a parameter of a type can be: the names of each thing by IRI, sorted.

    Claims have no names, only their IRIs; literals have no candidates.

    Args:
        store: Where the things are.
        kind: A key of `KINDS`; ``any`` leaves out the terms of the ontology.
        limit: Names to read at most.
    """
    if KINDS[kind].literal:
        return {}
    own = f'FILTER(STRSTARTS(STR(?x), "{CTD}") || STRSTARTS(STR(?x), "{CTV}"))'
    membership = _membership(kind) or own
    names = "skos:prefLabel|skos:altLabel|rdfs:label"
    pattern = "?x a ct:Claim ." if kind == "claim" else f"?x {names} ?name ."
    end = f" LIMIT {limit}" if limit is not None else ""
    found: dict[str, list[str]] = {}
    # What is of the kind comes first: in a large graph there are many more names than that.
    for row in store.select(f"SELECT DISTINCT ?x ?name {{ {membership} {pattern} }}{end}"):
        labels = found.setdefault(row["x"].value, [])
        if row["name"] is not None:
            labels.append(row["name"].value)
    return {iri: sorted(found[iri]) for iri in sorted(found)}


def find_similar(text: str, names: Mapping[str, Sequence[str]], limit: int = 3) -> list[str]:
    """Return keys one of whose names looks like a text, best first.

    A name that contains the text, or the other way round, looks alike too: difflib alone misses
    "Drugs" in "United Nations Office on Drugs and Crime".

    Args:
        text: What was typed.
        names: The names of each key.
        limit: Keys at most.
    """
    folded = fold(text)
    owners: dict[str, list[str]] = {}
    for key, texts in names.items():
        for name in texts:
            owners.setdefault(fold(name), []).append(key)
    ranked = suggest(folded, owners, limit)
    if len(folded) > 1:
        inside = [
            name
            for name in owners
            if name and (folded in name or (len(name) > 2 and name in folded))
        ]
        ranked += sorted(inside, key=lambda name: (abs(len(name) - len(folded)), name))
    found: list[str] = []
    for name in ranked:
        found += [key for key in sorted(set(owners[name])) if key not in found]
    return found[:limit]


def _show_things(store: Store, iris: Sequence[str]) -> list[str]:
    """Return things as messages show them: the labels of both languages and the CURIE."""
    by_lang = [store.labels(list(iris), lang) for lang in LANGUAGES]
    shown = []
    for iri in iris:
        labels = [labels[iri] for labels in by_lang if labels.get(iri)]
        names = list(dict.fromkeys(label for label in labels if label != shorten(iri)))
        shown.append(f"{' / '.join(names)} ({shorten(iri)})" if names else shorten(iri))
    return shown


def close_terms(store: Store, iri: str) -> list[str]:
    """Return terms of the graph, as CURIEs, that look like an IRI of the same namespace.

    Args:
        store: Where the terms are.
        iri: The IRI that is not there; of a namespace that is not ours nothing is known.
    """
    namespace = next((base for base in OWN_NAMESPACES if iri.startswith(base)), None)
    if namespace is None:
        return []
    known = [term for term in store.known_terms() if term.startswith(namespace)]
    local = {term[len(namespace) :]: term for term in sorted(known)}
    return [shorten(local[name]) for name in suggest(iri[len(namespace) :], local)]

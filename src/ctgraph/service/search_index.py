"""What the search of a static site looks through: names and words of everything, in one script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctgraph.query.entities import find_relations, read_kinds
from ctgraph.service.handler import Request
from ctgraph.service.pages import frame
from ctgraph.terms import CT, LANGUAGES, PREFIXES, shorten
from ctgraph.text import pack

if TYPE_CHECKING:
    from ctgraph.store import Store


_NAMES = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "altLabel")
_TEXTS = (PREFIXES["skos"] + "definition", CT + "quote", CT + "gloss")


def search_index(store: Store, site: frozenset[str]) -> bytes:
    """Return a script that sets one variable to what is searched, the same for both languages.

    It is JSON, packed as `ctgraph.text.pack` does it.
    Each thing has its address, its name and the number of its kind in each language, its other
    names, its texts, and whether it is a relation, which is found last.

    Args:
        store: The graph.
        site: The paths that the site has.
    """
    iris = [iri for iri in sorted(store.known_terms()) if frame.thing_path(iri)]
    names, texts = _read(store, _NAMES), _read(store, _TEXTS)
    labels = {lang: store.labels(iris, lang) for lang in LANGUAGES}
    kinds = {lang: read_kinds(store, iris, lang) for lang in LANGUAGES}
    numbers: dict[tuple[str, ...], int] = {}
    relations = find_relations(store, iris)
    # Addresses are those from the page of the search, and so the same in both languages.
    links = frame.Links(store, Request(path="/find", is_static=True, site=site))
    entries = []
    for iri in iris:
        address = links.thing(iri)
        if not address:
            continue
        shown = [labels[lang].get(iri) or shorten(iri) for lang in LANGUAGES]
        kind = tuple(kinds[lang].get(iri, "") for lang in LANGUAGES)
        entries.append(
            [
                address,
                shown if len(set(shown)) > 1 else shown[:1],
                numbers.setdefault(kind, len(numbers)),
                sorted(set(names.get(iri, ())) - set(shown)),
                sorted(set(texts.get(iri, ()))),
                int(iri in relations),
            ]
        )
    found = {"kinds": list(numbers), "things": entries}
    packed = pack(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
    return f'window.ctgraphIndex = "{packed}";\n'.encode()


def _read(store: Store, properties: Iterable[str]) -> dict[str, list[str]]:
    values = " ".join(f"<{one}>" for one in properties)
    found: dict[str, list[str]] = {}
    for row in store.select(
        f"SELECT ?x ?v {{ VALUES ?p {{ {values} }} ?x ?p ?v FILTER(ISLITERAL(?v)) }}"
    ):
        found.setdefault(row["x"].value, []).append(row["v"].value)
    return found

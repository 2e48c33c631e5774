"""A network from the rows of any query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph

from ctgraph.errors import UsageError
from ctgraph.terms import PREFIXES

if TYPE_CHECKING:
    from ctgraph.query.evidence import RowEvidence
    from ctgraph.store import Store
    from ctgraph.store.sparql import Query


# --- a query of the user's own ------------------------------------------------------------------


def query_rows(store: Store, query: str | Query, lang: str) -> list[dict[str, str]]:
    """The rows of a query as a view has them, each with the claims that it rests on."""
    from ctgraph.query import Table, run_query
    from ctgraph.query.evidence import find_evidence_of_rows, find_triple_evidence
    from ctgraph.store.sparql import Query

    query = Query.of(query)
    answer = run_query(store, query, lang=lang)
    rows: list[dict[str, str]] = []
    found: list[RowEvidence] = []
    if isinstance(answer, bool):
        raise UsageError("network-from-ask-query")
    if isinstance(answer, Table):
        missing = [f"?{name}" for name in ("source", "target") if name not in answer.columns]
        if missing:
            raise UsageError("network-query-columns-missing", columns=missing)
        chosen = []
        for row in answer:
            terms = row.bindings
            source, target, through = (terms.get(name) for name in ("source", "target", "through"))
            if not (
                isinstance(source, pyoxigraph.NamedNode)
                and isinstance(target, pyoxigraph.NamedNode)
            ):
                raise UsageError("network-row-ends-not-iris", index=row.index + 1)
            if through is not None and not isinstance(through, pyoxigraph.NamedNode):
                raise UsageError("network-row-through-not-iri", index=row.index + 1)
            weight = terms.get("weight")
            rows.append(
                {
                    "source": source.value,
                    "target": target.value,
                    "through": through.value if through is not None else "",
                    "weight": weight.value if isinstance(weight, pyoxigraph.Literal) else "",
                }
            )
            chosen.append(terms)
        found = find_evidence_of_rows(store, query, chosen, lang=lang)
    else:
        for triple in answer:
            subject, relation, value = triple.subject, triple.predicate, triple.object
            if not (
                isinstance(subject, pyoxigraph.NamedNode)
                and isinstance(value, pyoxigraph.NamedNode)
            ):
                continue
            rows.append(
                {
                    "source": subject.value,
                    "target": value.value,
                    "through": relation.value,
                    "relation": relation.value,
                }
            )
            found.append(find_triple_evidence(store, triple, query, lang=lang))
    for made, evidence in zip(rows, found, strict=True):
        made["claims"] = " ".join(claim.iri for claim in evidence.claims)
        made["stated"] = str(int(evidence.is_stated))
        if not made["through"]:
            made["through"] = made["relation"] = _RELATED
    return rows


# What makes an edge of which a query does not say what makes it.
_RELATED = PREFIXES["dcterms"] + "relation"

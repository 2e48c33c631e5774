"""The graph that is checked, and where its things stand in the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ctgraph.query.checks.findings import Finding
from ctgraph.store.reader import Places, read_tables
from ctgraph.terms import CTD, shorten

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Words
    from ctgraph.store import Store


class CheckedGraph:
    """A graph that is checked, with the files that it was made from.

    Attributes:
        store: The graph.
        bundle: The project with its files.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.bundle = store.bundle
        self._places = Places(self.bundle, read_tables)

    def holds_bundle(self) -> bool:
        """Tell whether the store was filled from the files of the project."""
        return bool(self.store.kind == "memory")

    def is_here(self) -> bool:
        """Tell whether the engine of this process answers, not that of an endpoint."""
        return bool(self.store.kind != "endpoint")

    def make_finding(
        self,
        rule: str,
        severity: str,
        subject: str,
        message: Words,
        repair: Words,
        *,
        group: str,
        property_iri: str = "",
        graph: str = "",
    ) -> Finding:
        """Return a finding about a thing, with the place of the thing in the files.

        Args:
            rule: The rule that is broken.
            severity: ``error`` or ``warning``.
            subject: IRI of the thing, or a blank node or literal as N-Triples write it.
            message: What is wrong with it.
            repair: What to do about it.
            group: The group of the rule.
            property_iri: The property that is wrong; its place is the better one.
            graph: The claim in which it is wrong.
        """
        # What has no name (a blank node, a literal) stands nowhere that could be found again.
        is_named = not subject.startswith(("_:", '"'))
        file, line = self._places.find(subject, property_iri, graph)
        if not file and is_named:
            file, line = self.find_rule(subject)
        return Finding(
            rule,
            group,
            severity,
            file,
            line,
            shorten(subject) if is_named else subject,
            message,
            repair,
        )

    def find_rule(self, subject: str) -> tuple[str, int]:
        """Return file and line of the rule that made a thing which no curated file describes."""
        rows = self.store.select(
            "SELECT DISTINCT ?g WHERE { "
            f"GRAPH ?g {{ {ox.NamedNode(subject)} ?p ?o }} }} ORDER BY ?g"
        )
        for row in rows:
            name = str(row["g"].value)
            if name.startswith(CTD + "rule-"):
                path = self.bundle.ontology / "rules" / (name[len(CTD + "rule-") :] + ".rq")
                if path.is_file():
                    return self.bundle.show(path), 1
        return "", 0

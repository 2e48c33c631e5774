"""The graph for Python programs: open it, ask it, follow an answer back to its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctgraph.errors import UsageError
from ctgraph.query import count_statistics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self, Unpack

    import networkx
    import rdflib

    from ctgraph.export import Exported
    from ctgraph.network import Filters
    from ctgraph.network.analysis import TracedPath
    from ctgraph.query import Question, Row, Statistics, Table, Triples
    from ctgraph.query.checks import Report
    from ctgraph.query.entities import EntityView, Hit
    from ctgraph.query.evidence import RowEvidence
    from ctgraph.query.sources import Verification
    from ctgraph.store import Store
    from ctgraph.store.scope import Scope
    from ctgraph.terms import Language


class Graph:
    """An open knowledge graph.

    Make one with `ctgraph.open`. It may be used in a ``with`` block and is closed at its end.

    Args:
        store: The open store.
        lang: Language of labels in answers, unless a call names another.

    Example:
        >>> import ctgraph
        >>> with ctgraph.open() as kg:
        ...     kg.query("ASK { ctd:unodc a ct:InternationalOrganization }")
        True
    """

    def __init__(self, store: Store, lang: Language = "en") -> None:
        if lang not in ("en", "ja"):
            raise UsageError("language-not-offered", lang=lang)
        self.store = store
        self.lang: Language = lang

    def __repr__(self) -> str:
        return f"<ctgraph.Graph {self.store.kind} {self.store.location}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store and its workers."""
        self.store.close()

    def according_to(self, *sources: str) -> Graph:
        """Return the graph that the claims of some sources alone make.

        What they leave open about the things that they speak of (what they are, and what they are
        called) may rest on other sources; nothing else does. Derived triples, counts, citation
        and hash are those of that graph.

        Args:
            *sources: Each a source by identifier, IRI, CURIE, label, title or address, or all of
                a kind as ``kind:official``.

        Raises:
            UnknownName: No source has a name that was given.
            UsageError: No claim rests on them.
        """
        return self._narrow(sources, None)

    def as_of(self, date: str) -> Graph:
        """Return the graph of what held on a day, and of what had happened by then.

        What begins later is left out, and a membership or office that had ended. What has no day
        stays.

        Args:
            date: A year, month or day, of which the last day counts.

        Raises:
            UsageError: It is no date.
        """
        return self._narrow((), date)

    def _narrow(self, sources: Iterable[str], date: str | None) -> Graph:
        from ctgraph.query import read_scope

        scope = read_scope(self.store, sources, date, self.lang)
        return Graph(self.store.within(scope), self.lang)

    @property
    def scope(self) -> Scope:
        """Whose claims count, and until when."""
        return self.store.scope

    @property
    def questions(self) -> Mapping[str, Question]:
        """The named questions, by name.

        Example:
            >>> import ctgraph
            >>> kg = ctgraph.open()
            >>> kg.questions["partners"].params["actor"].type
            'actor'
        """
        from ctgraph.query import read_questions

        return read_questions(self.store.bundle)

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        limit: int | None = None,
        allow_service: bool = False,
    ) -> Table | bool | Triples:
        """Return the answer to a SPARQL query: a table, a truth value, or triples.

        The prefixes of `ctgraph.terms.PREFIXES` need no declaration.

        Args:
            text: A SELECT, ASK, CONSTRUCT or DESCRIBE query.
            timeout: Seconds after which the query is stopped; None waits for ever.
            limit: Rows or triples to keep; the answer says whether more were there.
            allow_service: Whether the query may ask other servers with SERVICE.

        Raises:
            QuerySyntaxError: The text is not a query; the message has line and column.
            QueryRefused: It is an update, or asks for another server.
            QueryTimeout: The time was up.
        """
        from ctgraph.query import run_query

        return run_query(self.store, text, timeout, limit, self.lang, allow_service=allow_service)

    def ask(
        self,
        name: str,
        *,
        lang: Language | None = None,
        timeout: float | None = None,
        limit: int | None = None,
        **params: object,
    ) -> Table:
        """Return the table that answers a named question.

        Args:
            name: Name of the question, a key of `questions`.
            lang: Language of the labels in the answer.
            timeout: Seconds after which the query is stopped.
            limit: Rows to keep.
            **params: Values by parameter: a label, acronym, CURIE or IRI, a number, a date, or
                a list of them; what is left out takes its default.

        Raises:
            UnknownName: No such question, parameter, actor …; the message suggests some.

        Example:
            >>> import ctgraph
            >>> table = ctgraph.open().ask("partners", actor="UNODC")
            >>> "partner" in table.columns
            True
        """
        from ctgraph.query import ask

        return ask(self.store, name, params, lang or self.lang, timeout, limit)

    def evidence(self, row: Row) -> RowEvidence:
        """Return the claims behind one row of an answer, with their quotes.

        The row's values are put back into the query that made it, and the claim graphs that
        hold the resulting triples are looked up; nothing is guessed from the cells.

        Args:
            row: A row of a table that this graph answered.
        """
        from ctgraph.query.evidence import find_evidence

        return find_evidence(self.store, row.table.asked, row.bindings, lang=self.lang)

    def find(
        self, text: str, *, lang: Language | None = None, limit: int | None = None
    ) -> list[Hit]:
        """Return what has a label, acronym, gloss or quote with a text in it, best first.

        Case and width do not matter.

        Args:
            text: What to look for, Japanese or English.
            lang: Language of the labels in the answer.
            limit: Hits to return at most.
        """
        from ctgraph.query.entities import find

        return find(self.store, text, lang or self.lang, limit)

    def entity(self, name: str, *, lang: Language | None = None) -> EntityView:
        """Return everything said about one thing, each statement with its claims.

        Args:
            name: A label, acronym, CURIE or IRI, in either language.
            lang: Language of the labels in the answer.

        Raises:
            UnknownName: Nothing, or more than one thing, has that name.
        """
        from ctgraph.query.entities import describe_entity

        return describe_entity(self.store, name, lang or self.lang)

    def network(
        self,
        view: str = "cooperation",
        *,
        lang: Language | None = None,
        **filters: Unpack[Filters],
    ) -> networkx.Graph[str]:
        """Return a network for networkx, with the attributes of `build_network`; notebooks draw it.

        Args:
            view: Which network: ``cooperation``, ``activities``, ``goals``, ``funding``,
                ``structure``, ``membership``, ``treaties``, ``plans`` or ``everything``.
            lang: Language of the labels.
            **filters: What is kept:

              - ``query``: A query that makes the network instead: a CONSTRUCT, or a SELECT with
                ``?source`` and ``?target``.
              - ``actor``: Keep what is within `hops` of this actor: a label, acronym, CURIE or IRI.
              - ``hops``: Steps from the actor.
              - ``topic``: Keep what has this topic or one below it.
              - ``place``: Keep what is in, for or from this place or one within it.
              - ``year``: Keep what is in this fiscal year.
              - ``since``: Keep what ends on this day (``2023``, ``2023-04``, ``2023-04-01``) or
                later.
              - ``until``: Keep what begins on this day or earlier.
              - ``role``: Keep edges in which an actor has this role.
              - ``kind``: Keep edges with an end, or an activity, of this class (``Workshop``).
              - ``stated_only``: Leave out what is only inferred.
              - ``roll_up``: ``states`` to draw bodies as their state, ``series`` rounds as theirs.

        Raises:
            UnknownName: No view, actor, topic, place, role, class, year or level has that name.
            UsageError: A date is none, or the query has no source and target.

        Example:
            >>> import ctgraph
            >>> network = ctgraph.open().network(actor="UNODC")
            >>> "https://w3id.org/ctgraph/id/jpn" in network
            True
        """
        from ctgraph.draw import show_inline
        from ctgraph.network import build_network, resolve_filters

        kept = resolve_filters(self.store, filters, self.lang)
        named = lang or self.lang
        return show_inline(build_network(self.store, view, lang=named, **kept), named)

    def measure(
        self,
        view: str | networkx.Graph[str] = "cooperation",
        *,
        of: Literal["nodes", "network", "bridges"] = "nodes",
        lang: Language | None = None,
        **filters: Unpack[Filters],
    ) -> Table:
        """Return a table of measures of a network: degree, betweenness, communities and so on.

        Args:
            view: Which network, as in `network`, or a network of this graph.
            of: Each node, the network as a whole, or its bridges.
            lang: Language of the labels.
            **filters: What is kept, as in `network`.

        Raises:
            UnknownName: As `network`, or there is nothing of that name to measure.
            UsageError: As `network`, or there are filters beside a network.

        Example:
            >>> import ctgraph
            >>> ctgraph.open().measure("funding", of="network", year=2023)[0]["value"]
            8
        """
        from ctgraph.network.analysis import measure

        graph = self._network(view, lang, filters)
        return measure(self.store, graph, of, lang or self.lang)

    def path(
        self,
        start: str,
        end: str,
        view: str | networkx.Graph[str] = "cooperation",
        *,
        limit: int | None = None,
        lang: Language | None = None,
        **filters: Unpack[Filters],
    ) -> list[TracedPath]:
        """Return the shortest paths between two things, with the claims that each step rests on.

        The direction of edges does not matter. Empty if no path leads from one to the other.

        Args:
            start: A label, acronym, CURIE or IRI.
            end: Another.
            view: Which network, as in `network`, or a network of this graph.
            limit: Paths at most.
            lang: Language of labels and claims.
            **filters: What is kept, as in `network`.

        Raises:
            UnknownName: As `network`, or nothing, or more than one thing, has one of the names.
            UsageError: As `network`, or there are filters beside a network.

        Example:
            >>> import ctgraph
            >>> (path,) = ctgraph.open().path("UNODC", "GIFCT", year=2023)
            >>> [path.labels[node] for node in path.nodes][1]
            'Japan'
        """
        from ctgraph.network.analysis import describe_paths, find_paths

        graph = self._network(view, lang, filters)
        ends = [self._resolve(name, "any") or "" for name in (start, end)]
        found = find_paths(graph, ends[0], ends[1], limit)
        return describe_paths(self.store, graph, found, lang or self.lang)

    def _network(
        self, view: str | networkx.Graph[str], lang: Language | None, filters: Filters
    ) -> networkx.Graph[str]:
        if isinstance(view, str):
            return self.network(view, lang=lang, **filters)
        if filters:
            raise UsageError("network-given-with-filters", names=[*filters])
        return view

    def _resolve(self, name: str | None, kind: str) -> str | None:
        from ctgraph.query.entities import resolve

        return None if name is None else resolve(self.store, name, kind, self.lang).value

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the graph as an `rdflib.Dataset`.

        Claim graphs, and their merge as default graph.
        """
        return self.store.to_rdflib()

    def export(
        self,
        path: Path | str,
        *,
        format: str | None = None,
        parts: Collection[str] = (),
        actor: str | None = None,
        topic: str | None = None,
        year: str | int | None = None,
        source: str | None = None,
        stated_only: bool = False,
        construct: Path | str | None = None,
        view: str | None = None,
    ) -> Exported:
        """Return what was written to a file: the graph, a slice of it, or a network.

        Args:
            path: Where to write; the file appears whole or not at all.
            format: Name of the format; by default what the extension says.
            parts: Any of ``derived``, ``ontology`` and ``claims``, added to the asserted triples.
            actor: Keep what concerns this actor.
            topic: Keep what concerns this topic and those below it.
            year: Keep what lies in this fiscal year.
            source: Keep what there is according to this source, as `according_to` says.
            stated_only: Leave out what is only inferred.
            construct: Keep the triples of the CONSTRUCT query in this file.
            view: For GraphML, GEXF and Cytoscape JSON: which network, as in `network`.

        Raises:
            UsageError: The options do not fit each other, the format or the path.
            UnknownName: Nothing has a name that was given.
            DataError: The slice is empty.
        """
        from ctgraph.export import export

        store = self.store if source is None else self.according_to(source).store
        return export(
            store,
            path,
            format=format,
            parts=parts,
            actor=actor,
            topic=topic,
            year=year,
            stated_only=stated_only,
            construct=construct,
            view=view,
            lang=self.lang,
        )

    def check(self, only: Iterable[str] | None = None) -> Report:
        """Return what is wrong with the data: broken shapes, violation queries, quotes not found.

        Args:
            only: Names of groups and of rules to run; None means all.
        """
        from ctgraph.query.checks import check

        return check(self.store, only=only)

    def verify(
        self, source: str, page: str | bytes, *, lang: Language | None = None
    ) -> Verification:
        """Return which words that the claims of a source rest on are in a page.

        Args:
            source: An IRI, CURIE, slug, label, title or address of the source.
            page: Text or HTML that you have; of bytes the encoding is found as browsers do.
            lang: Language of labels and glosses.

        Raises:
            UnknownName: No source, or more than one, has that name.
            UsageError: No claim of the source rests on words.
        """
        from ctgraph.query.sources import verify

        return verify(self.store, source, page, lang or self.lang)

    def stats(self, *, lang: Language | None = None) -> Statistics:
        """Return what is in the graph, counted.

        Args:
            lang: Language of the labels.
        """
        return count_statistics(self.store, lang or self.lang)


def open_graph(
    project: Path | str | None = None,
    *,
    store: Path | str | None = None,
    endpoint: str | None = None,
    files: Iterable[Path | str] = (),
    sources: Iterable[str] = (),
    as_of: str | None = None,
    lang: Language = "en",
) -> Graph:
    """Return an open graph: by default the one in the package, in memory.

    Args:
        project: Folder with ``ontology/``, ``data/`` and ``queries/`` of another graph; before
            the one that the variable ``CTGRAPH_PROJECT`` names.
        store: Folder of a store on disk, made by ``ctgraph load``.
        endpoint: Address of a SPARQL 1.1 endpoint that serves such a graph.
        files: More files of claims to load beside the graph, TriG or N-Quads (in memory only).
        sources: The sources whose claims count, as for `Graph.according_to`; none means all.
        as_of: The day as of which the graph speaks, as for `Graph.as_of`.
        lang: Language of labels in answers.

    Raises:
        UsageError: A store and an endpoint at once, or no such date or source.
        DataError: A file is missing or malformed.
        StoreError: The store cannot be opened, or was made by another version.

    Example:
        >>> import ctgraph
        >>> ctgraph.open(lang="ja").entity("UNODC").label
        '国連薬物・犯罪事務所'
    """
    from pathlib import Path

    from ctgraph.store import open_store

    graph = Graph(
        open_store(
            project=Path(project) if project is not None else None,
            store=Path(store) if store is not None else None,
            endpoint=endpoint,
            files=[Path(file) for file in files],
        ),
        lang,
    )
    wanted = (sources,) if isinstance(sources, str) else tuple(sources)
    return graph._narrow(wanted, as_of) if wanted or as_of is not None else graph

"""The command `why`: the claims behind a row, a statement or a claim."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from ctgraph.cli.answer import EVIDENCE_FORMATS, open_graph, print_text
from ctgraph.cli.ask import answer_query, answer_question, read_query
from ctgraph.cli.options import SCOPE, Settings, argument, choose_format, command, output
from ctgraph.errors import QuerySyntaxError, UnknownName, UsageError
from ctgraph.words import Phrase

if TYPE_CHECKING:
    import pyoxigraph

    from ctgraph.store import Store


@command(
    "why",
    argument("what"),
    argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[ask …|query …]"),
    *SCOPE,
    *output(EVIDENCE_FORMATS),
    context_settings={"allow_interspersed_args": False},
)
def why_command(settings: Settings, what: str, command: tuple[str, ...]) -> None:
    """The claims behind a row of an answer, a statement, or a claim itself.

    \b
    ctgraph why 3 ask partners -p actor=UNODC            row 3 of that answer
    ctgraph why 1 query 'SELECT ?x { ctd:jpn ct:cooperatesWith ?x }'
    ctgraph why "ctd:jpn ct:cooperatesWith ctd:unodc"    a statement of the graph
    ctgraph why ctd:mofa-2024-a07                        a claim: its words, and what it says

    Rows count from 1, in the order of the answer. --evidence on `ask`, `query` and `show` gives
    the claims of all rows at once.
    """
    context = click.get_current_context()
    if command and command[0].startswith("-"):
        # Options of ours may stand behind WHAT too: read them, with WHAT moved to the end.
        context = _make_inner(context, "why", [*command, what])
        settings = Settings(dict(context.params))
        command = (context.params["what"], *context.params["command"])[:-1]
    if what.isascii() and what.isdigit():
        _explain_row(context, int(what), command)
        return
    if command:
        raise UsageError("why-extra-argument", command=command[0])
    with open_graph(settings) as store:
        _explain_statement(settings, store, what)


def _make_inner(outer: click.Context, name: str, arguments: list[str]) -> click.Context:
    """The context of a command that runs inside another and takes its options as defaults."""
    shared = {
        name: value
        for name, value in outer.params.items()
        if name in Settings.__annotations__
        and outer.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    }
    root = cast("click.Group", outer.find_root().command)
    built = root.get_command(outer, name)
    assert built is not None
    return built.make_context(name, arguments, parent=outer.parent, default_map=shared)


def _explain_row(outer: click.Context, row: int, command: tuple[str, ...]) -> None:
    """Run ``ask …`` or ``query …`` again, and show one of its rows with its claims."""
    if row < 1 or not command or command[0] not in ("ask", "query"):
        key = "why-row-below-one" if row < 1 else "why-row-without-command"
        raise UsageError(key, hint="why-row", row=row)
    with _make_inner(outer, command[0], list(command[1:])) as inner:
        values = dict(inner.params)
        settings = Settings(values)
        if command[0] == "ask":
            if values["name"] is None or values["about"]:
                raise UsageError("why-ask-without-question")
            with open_graph(settings) as store:
                answer_question(
                    settings, store, values["name"], values["params"], evidence=True, row=row
                )
        else:
            query, allowed = read_query(values["text"], values["file"]), values["allow_service"]
            with open_graph(settings) as store:
                answer_query(settings, store, query, evidence=True, allow_service=allowed, row=row)


def _explain_statement(settings: Settings, store: Store, what: str) -> None:
    """Show the claims that hold a triple, or a claim with the triples in it."""
    from ctgraph.export.reports import format_claim, statement_with_evidence, triple_text
    from ctgraph.query import describe_scope
    from ctgraph.query.diagnostics import check_terms
    from ctgraph.query.entities import resolve
    from ctgraph.query.evidence import find_triple_evidence, load_claims

    chosen = choose_format(settings, EVIDENCE_FORMATS)
    triple = _read_triple(store, what)
    if triple is not None:
        asked = f"ASK {{ {triple_text(triple)} }}"
        found = find_triple_evidence(store, triple, lang=settings.lang)
        if not (found.claims or found.derived or found.definitions):
            unknown = check_terms(store, asked)
            raise UnknownName(
                "statement",
                what,
                hint="terms-not-in-graph" if unknown else "no-such-statement",
                sentences=[one.to_error() for one in unknown],
            )
        scope = describe_scope(store)
        print_text(settings, statement_with_evidence(triple, found, chosen, settings.lang, scope))
        return
    claim = resolve(store, what, "claim", settings.lang)
    (entry,) = load_claims(store, [claim.value], settings.lang).values()
    said = list(
        store.construct(
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?claim { ?s ?p ?o } FILTER(?s != ?claim)"
            f" FILTER NOT EXISTS {{ ?claim ct:words ?s }} VALUES ?claim {{ {claim} }} }}"
        )
    )
    print_text(settings, format_claim(entry, said, chosen, settings.lang))


def _read_triple(store: Store, text: str) -> pyoxigraph.Triple | None:
    """Return the triple that a text is: three terms of SPARQL, or names in quotes.

    None if it is not.
    """
    from ctgraph.store.sparql import Query, to_text

    if len(text.split()) < 3:
        return None
    body = text.strip().removesuffix(".").rstrip()
    try:
        query = Query(f"CONSTRUCT {{ {body} }} WHERE {{}}").tree
    except QuerySyntaxError as error:
        # Its place is in a query that we made.
        reason = Phrase(error.key, **error.values)
        hint = {key: value for key, value in error.values.items() if key in ("name", "plain")}
        raise UsageError(
            "why-not-claim-or-statement",
            text=text,
            reason=reason,
            hint=error.hint_key if hint else None,
            **hint,
        ) from None
    triples: list[pyoxigraph.Triple] = list(store.construct(to_text(query)))
    if len(triples) != 1 or len(query.template or ()) != 1:
        raise UsageError("why-not-one-statement", text=text)
    return triples[0]

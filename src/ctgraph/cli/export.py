"""The command `export`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from ctgraph.cli.answer import find_target, open_graph, print_text
from ctgraph.cli.options import (
    SCOPE,
    Settings,
    choose_format,
    command,
    complete_path,
    complete_with,
    option,
    output,
    renamed,
)
from ctgraph.errors import UsageError
from ctgraph.export import FORMATS, NETWORK_FORMATS
from ctgraph.export.resources import CITATION_FORMATS

EXPORT_FORMATS = tuple(name for name in FORMATS if name not in NETWORK_FORMATS)


@command(
    "export",
    option(
        "--include",
        "parts",
        metavar="PART",
        multiple=True,
        help="Add derived, ontology or claims (a graph per claim); may be repeated or a list a,b.",
    ),
    renamed("--with", "--include", "parts", multiple=True),
    option("--actor", metavar="NAME", help="Only what concerns this actor."),
    option("--topic", metavar="NAME", help="Only what concerns this topic and those below it."),
    option("--year", metavar="YEAR", help="Only what lies in this fiscal year."),
    option("--stated-only", is_flag=True, help="Leave out what is only inferred."),
    option(
        "--construct",
        metavar="FILE",
        shell_complete=complete_path("file"),
        help="Only the triples of this CONSTRUCT query, and the claims behind them.",
    ),
    option("--view", hidden=True),
    option("--describe", is_flag=True, help="Write the VoID/DCAT description instead."),
    option(
        "--cite",
        is_flag=True,
        help="Write references instead: of the graph, each --source, the answer to --question; "
        f"-f {', '.join(CITATION_FORMATS)}.",
    ),
    option(
        "--question",
        metavar="NAME",
        shell_complete=complete_with("complete_question"),
        help="With --cite: a named question whose answer is cited.",
    ),
    option(
        "-p",
        "--param",
        "params",
        metavar="NAME=VALUE",
        multiple=True,
        help="A parameter of the question; may be repeated.",
    ),
    *SCOPE,
    # `ctgraph draw` writes networks
    *output(EXPORT_FORMATS, (*NETWORK_FORMATS, *CITATION_FORMATS)),
)
def export_command(
    settings: Settings,
    *,
    parts: tuple[str, ...],
    actor: str | None,
    topic: str | None,
    year: str | None,
    stated_only: bool,
    construct: str | None,
    view: str | None,
    describe: bool,
    cite: bool,
    question: str | None,
    params: tuple[str, ...],
) -> None:
    """The graph, or a slice of it, as a file.

    Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML or CSV: asserted triples with their claims,
    unless --include adds more. The same graph gives the same bytes everywhere. `ctgraph draw`
    writes networks for other programs.

    \b
    ctgraph export -o graph.ttl
    ctgraph export -o graph.trig --include claims
    ctgraph export -o unodc.ttl --actor UNODC --stated-only
    ctgraph export -o sheet.ttl --source mofa-evaluation-2024
    ctgraph export -f nquads --include derived,ontology,claims | gzip > all.nq.gz
    ctgraph export --describe -o void.ttl
    ctgraph export --cite -f bibtex --question partners -p actor=UNODC
    """
    slices = (parts, actor, topic, year, stated_only, construct, view)
    if cite:
        if any(slices) or describe:
            raise UsageError("cite-with-slices")
        _cite(settings, question, params)
        return
    if question or params or settings.format in CITATION_FORMATS:
        raise UsageError("cite-missing")
    from ctgraph.export import export
    from ctgraph.export.resources import describe as describe_graph

    target = find_target(settings)
    name = settings.format or ("turtle" if settings.output in (None, "-") else None)
    with open_graph(settings) as store:
        if describe:
            from ctgraph.export import guess_format, write_output

            if any(slices):
                raise UsageError("describe-with-slices")
            if name is None:
                name = guess_format(str(settings.output)).name
            write_output(target, [describe_graph(store, format=name)])
            return
        written = export(
            store,
            target,
            format=name,
            parts=[part.strip() for given in parts for part in given.split(",") if part.strip()],
            actor=actor,
            topic=topic,
            year=year,
            stated_only=stated_only,
            construct=construct,
            view=view,
            lang=settings.lang,
        )
    if written.outside:
        settings.note(
            settings.say(
                f"{written.outside} triples that the query made stand in no claim:"
                " `ctgraph load` does not take this file.",
                f"問い合わせが作ったトリプル{written.outside}個はどの主張にもないため、"
                "`ctgraph load`ではこのファイルを読み込めません。",
            )
        )
    if settings.output not in (None, "-"):
        if written.format in NETWORK_FORMATS:
            settings.note(
                settings.say(
                    "Networks are now written by `ctgraph draw`.",
                    "ネットワークは`ctgraph draw`で書き出すようになりました。",
                )
            )
        is_network = written.format in NETWORK_FORMATS
        counted = "ties" if is_network else "triples"
        counted_ja = "関係" if is_network else "トリプル"
        settings.note(
            settings.say(
                f"{settings.output}: {written.triples} {counted}, {written.claims} claims,"
                f" {written.format}",
                f"{settings.output}：{counted_ja} {written.triples}、主張 {written.claims}、"
                f"{written.format}形式",
            )
        )


def _cite(settings: Settings, question: str | None, params: tuple[str, ...]) -> None:
    """Write references of the graph, of the sources it is narrowed to, or of an answer."""
    import datetime

    from ctgraph.cli.ask import parse_params
    from ctgraph.export.resources import (
        format_references,
        refer_to_answer,
        refer_to_graph,
        refer_to_sources,
    )
    from ctgraph.query import ask

    chosen = choose_format(settings, CITATION_FORMATS)
    if params and question is None:
        raise UsageError("cite-params-without-question")
    with open_graph(settings) as store:
        if question is None:
            items = [refer_to_graph(store)]
        else:
            table = ask(store, question, parse_params(params), settings.lang)
            items = [refer_to_answer(store, table, datetime.datetime.now(datetime.UTC).date())]
        items += refer_to_sources(store, sorted(store.scope.sources), settings.lang)
    print_text(settings, format_references(items, chosen))

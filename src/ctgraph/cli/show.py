"""The commands `show`, `find` and `stats`: one thing, things by name, and counts."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

from ctgraph.cli.answer import open_graph, print_json, print_text, screen_width
from ctgraph.cli.options import (
    IRI,
    LIMIT,
    SCOPE,
    Settings,
    argument,
    choose_format,
    command,
    complete_with,
    option,
    output,
)

SHOWN_STATEMENTS = 200  # of one property of a thing, unless --limit says otherwise


HIT_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")


@command(
    "show",
    argument("entity", shell_complete=complete_with("complete_entity")),
    option("--evidence", is_flag=True, help="Show every claim of each line in full."),
    *SCOPE,
    *output(("text", "markdown", "json")),
    IRI,
    LIMIT,
)
def show_command(settings: Settings, entity: str, evidence: bool) -> None:
    """Everything about one thing, with its quotes.

    ENTITY is a label, acronym, CURIE or IRI, in either language. What others say of it (←) is
    shown too.

    \b
    ctgraph show GIFCT
    ctgraph show 国連薬物・犯罪事務所 --lang ja
    ctgraph show ctd:mofa-2024-a07 --evidence
    """
    from ctgraph.export.reports import format_entity
    from ctgraph.query.entities import describe_entity

    chosen = choose_format(settings, ("text", "markdown", "json"))
    with open_graph(settings) as store:
        view = describe_entity(store, entity, settings.lang, settings.limit or SHOWN_STATEMENTS)
        text = format_entity(
            view,
            chosen,
            settings.lang,
            evidence=evidence,
            labels=not settings.iri,
            width=screen_width(settings),
        )
    print_text(settings, text)


@command(
    "find",
    argument("text"),
    *SCOPE,
    *output(HIT_FORMATS),
    IRI,
    LIMIT,
)
def find_command(settings: Settings, text: str) -> None:
    """Things by name, acronym, gloss or quote.

    Japanese and English are searched alike; case, width and blanks do not matter. If nothing holds
    the text, what holds all its words, else what looks like it.

    \b
    ctgraph find unodc
    ctgraph find サイバー犯罪 --lang ja
    ctgraph find "rule of law" --limit 5 -f json
    """
    from ctgraph.export.reports import format_hits
    from ctgraph.query.entities import find

    chosen = choose_format(settings, HIT_FORMATS)
    wanted = settings.limit
    with open_graph(settings) as store:
        found = find(store, text, settings.lang, None if wanted is None else wanted + 1)
    is_cut = wanted is not None and len(found) > wanted
    shown = format_hits(
        found[:wanted],
        chosen,
        settings.lang,
        labels=not settings.iri,
        width=screen_width(settings),
        truncated=is_cut,
    )
    if shown:
        print_text(settings, shown)
    nothing = settings.say(f"Nothing holds {text!r}", f"{text!r} を含むものはありません")
    if not found:
        settings.note(f"{nothing}{settings.say('.', '。')}")
    elif found[0].match == "words":
        settings.note(
            nothing + settings.say("; these hold its words.", "。語をすべて含むものです。")
        )
    elif found[0].match == "likeness":
        settings.note(nothing + settings.say("; these look like it.", "。似た名前のものです。"))


@command(
    "stats",
    *SCOPE,
    *output(("text", "json")),
)
def stats_command(settings: Settings) -> None:
    """What is in the graph, counted.

    Claims by basis and section, things by class, ties, versions and the hash of the claims.

    \b
    ctgraph stats
    ctgraph stats -f json -o stats.json
    """
    from ctgraph.export.reports import format_statistics
    from ctgraph.query import count_statistics

    chosen = choose_format(settings, ("text", "json"))
    with open_graph(settings) as store:
        counted = count_statistics(store, settings.lang)
    if chosen == "json":
        print_json(settings, counted.to_dict())
    else:
        print_text(settings, format_statistics(counted, settings.lang))


def print_overview(settings: Settings) -> None:
    """Write what is in the graph and what to try."""
    from ctgraph.export.reports import format_overview
    from ctgraph.query import count_statistics

    with open_graph(settings) as store:
        print_text(settings, format_overview(count_statistics(store, settings.lang), settings.lang))

"""The command `draft`: rows that a document gives, for a curator."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ctgraph.cli.answer import open_graph, print_json, print_text
from ctgraph.cli.check import read_bytes
from ctgraph.cli.options import (
    LANG,
    STORE,
    FormatChoice,
    Settings,
    argument,
    command,
    complete_path,
    option,
)
from ctgraph.errors import UsageError

if TYPE_CHECKING:
    from ctgraph.query.drafting import Draft
    from ctgraph.store import Store

FORMATS = ("tsv", "json")


@command(
    "draft",
    argument("file", metavar="FILE", shell_complete=complete_path("file")),
    option(
        "-o",
        "--output",
        metavar="DIR",
        shell_complete=complete_path("dir"),
        help="Folder of the tables (default: draft- and the name of the source).",
    ),
    option(
        "-f",
        "--format",
        type=FormatChoice(FORMATS),
        metavar="FORMAT",
        help="Write to standard output instead: tsv (facts.tsv alone) or json (all tables).",
    ),
    option("--source-id", metavar="ID", default="", help="Name of the source, as in a slug."),
    option("--url", metavar="URL", default="", help="Where the document is on the web."),
    option("--title", default="", help="Its title."),
    option("--publisher", default="", help="Who published it, by name."),
    option("--date", metavar="DATE", default="", help="When it was issued: a day, month or year."),
    option("--language", metavar="CODE", default="", help="Its language, such as en or ja."),
    *STORE,
    LANG,
)
def draft_command(settings: Settings, file: str, **about: str) -> None:
    """Rows for the tables, proposed from a document.

    FILE is text, HTML or PDF in English or Japanese; - is standard input. Known names, dates,
    amounts and roles are read from its sentences; what is not decided holds a question mark.
    Nothing is fetched. Correct the rows, delete those that are wrong, and import the folder.

    \b
    ctgraph draft page.html --url https://example.org/news
    ctgraph draft report.pdf --publisher "Ministry of Foreign Affairs of Japan" --date 2024-08
    ctgraph draft - -f json < notes.txt
    """
    from ctgraph.query.drafting import About, draft_rows, read_document
    from ctgraph.store import locate

    if re.match(r"\w{2,}://", file):
        raise UsageError("document-is-address", file=file)
    _check(about)
    target = Path(settings.output or "") if settings.output else None
    _refuse(target)
    document = read_document(read_bytes(file))
    settings.output, folder = None, target
    with open_graph(settings) as store:
        drafted = draft_rows(store, document, About(**about), locate(settings.project))
        tables = _order(drafted, store)
    if settings.format == "json":
        print_json(settings, tables)
    elif settings.format == "tsv":
        print_text(settings, _to_tsv(tables.get("facts", [])))
    else:
        folder = folder or Path(f"draft-{drafted.source_id}")
        _refuse(folder)
        _write(folder, tables)
    if document.is_cut:
        settings.note(
            settings.say(
                f"Only the first {len(document.sentences):,} sentences were read.",
                f"初めの{len(document.sentences):,}文だけを読みました。",
            )
        )
    _tell(settings, drafted, None if settings.format else folder)


def _check(about: dict[str, str]) -> None:
    from ctgraph.query.drafting import read_day
    from ctgraph.terms import mint

    if about["source_id"]:
        mint(about["source_id"])
    if about["date"] and read_day(about["date"]) is None:
        raise UsageError("draft-date-malformed", date=about["date"])


def _refuse(folder: Path | None) -> None:
    """Refuse to write over a folder, which may hold a curator's work.

    Raises:
        UsageError: The folder is there.
    """
    if folder is not None and (folder.exists() or not folder.resolve().parent.is_dir()):
        raise UsageError("draft-in-the-way", path=folder)


def _order(drafted: Draft, store: Store) -> dict[str, list[dict[str, str]]]:
    """Return the tables with the columns that tables of the project have, in their order."""
    import tomllib

    from ctgraph.store import locate

    layouts = tomllib.loads(locate().columns_file().read_text(encoding="utf-8"))
    tables = {}
    for name, rows in drafted.tables.items():
        columns = list(layouts[name]["columns"])
        used = [*columns, *(column for column in rows[0] if column not in columns)]
        tables[name] = [{column: row.get(column, "") for column in used} for row in rows]
    return tables


def _to_tsv(rows: list[dict[str, str]]) -> str:
    lines = [list(rows[0])] if rows else []
    lines += [[" ".join(cell.split()) for cell in row.values()] for row in rows]
    return "".join("\t".join(line) + "\n" for line in lines)


def _write(folder: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    import shutil

    from ctgraph.export import replace_folder, translated_errors

    fresh = folder.with_name(f".{folder.name}.part")
    with translated_errors(folder):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name, rows in tables.items():
            (fresh / f"{name}.tsv").write_text(_to_tsv(rows), encoding="utf-8", newline="\n")
        replace_folder(fresh, folder)


def _tell(settings: Settings, drafted: Draft, folder: Path | None) -> None:
    counts = {name: len(drafted.tables.get(name, ())) for name in ("facts", "actors", "events")}
    where = "" if folder is None else f"{folder}: "
    settings.note(
        settings.say(
            f"{where}{counts['facts']:,} facts from {drafted.sentences:,} sentences, "
            f"{counts['actors']:,} new actors, {counts['events']:,} new events; "
            f"{drafted.count_open():,} cells hold a question mark.",
            f"{where}{drafted.sentences:,}文から事実{counts['facts']:,}件、新しい主体"
            f"{counts['actors']:,}、新しい行事等{counts['events']:,}。"
            f"疑問符のある欄は{drafted.count_open():,}。",
        )
    )

"""The command `verify`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import click

from ctgraph.cli.answer import open_graph, print_text, screen_width
from ctgraph.cli.options import (
    STORE,
    Settings,
    argument,
    choose_format,
    command,
    complete_path,
    option,
    output,
)
from ctgraph.errors import DataError

FORMATS = ("text", "json", "csv")


@command(
    "verify",
    argument("source"),
    option(
        "--text",
        "file",
        metavar="FILE",
        required=True,
        shell_complete=complete_path("file"),
        help="The page as you saved it, text or HTML; - is standard input.",
    ),
    *STORE,
    *output(FORMATS),
)
def verify_command(settings: Settings, source: str, file: str) -> None:
    """Whether a page that you saved holds the words that the claims of a source rest on.

    SOURCE is an IRI, CURIE, slug, label, title or address. Words that are not printed are found by
    their digest, whatever stands around them; width and white space do not matter. Nothing is
    fetched. Exit code 1 if the words of a claim are not there.

    \b
    ctgraph verify mofa-evaluation-2024 --text report.html
    ctgraph verify https://example.org/page --text - -f json < page.html
    """
    from ctgraph.export.reports import format_verification
    from ctgraph.query.sources import verify

    chosen = choose_format(settings, FORMATS)
    page = _read(file)
    with open_graph(settings) as store:
        found = verify(store, source, page, settings.lang)
    width = screen_width(settings)
    print_text(settings, format_verification(found, chosen, settings.lang, width=width))
    if not found.ok:
        click.get_current_context().exit(1)


def _read(file: str) -> bytes:
    """Return the bytes of a file, or of standard input.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        with click.open_file(file, "rb") as stream:
            return bytes(stream.read())
    except OSError as error:
        raise DataError("page-unreadable", file=file, said=error.strerror or error) from error

"""What all commands share: their options, and how a command is made.

The options of all commands take longer to build than the graph takes to read, so each command's
stand in its own module, which is imported when the command is asked for.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ctgraph.cli.terminal import tell, watch_for_interrupts
from ctgraph.errors import UnknownName, UsageError, suggest

if TYPE_CHECKING:
    from pathlib import Path

    from ctgraph.terms import Language


WATCH = object()
"""The click context's object if Ctrl-C is to stop a query in the engine, which takes a thread."""


LANGUAGE = "ctgraph.lang"
"""The key of the context's meta under which the language of messages is kept."""


class Settings:
    """The options that all commands share, as one command was given them."""

    project: Path | None = None
    store: Path | None = None
    endpoint: str | None = None
    source: tuple[str, ...] = ()
    as_of: str | None = None
    output: str | None = None
    format: str | None = None
    lang: Language = "en"
    iri: bool = False
    limit: int | None = None
    timeout: float | None = None
    verbose: int = 0
    quiet: bool = False
    debug: bool = False

    def __init__(self, values: dict[str, Any]) -> None:
        context = click.get_current_context(silent=True)
        if context is not None:
            # A command without the option keeps that of the root.
            self.lang = values.get("lang") or context.find_root().meta.get(LANGUAGE, "en")
        for name in list(values):
            if name in Settings.__annotations__:
                setattr(self, name, values.pop(name))

    def say(self, english: str, japanese: str) -> str:
        """Return one of two texts, by language."""
        return japanese if self.lang == "ja" else english

    def note(self, text: str) -> None:
        """Tell the user something beside the answer, unless ``-q``."""
        if not self.quiet:
            tell(text + "\n")


def option(*names: str, **attributes: Any) -> click.Option:
    """Return an option, with the attributes of `click.Option`."""
    return click.Option(list(names), **attributes)


def renamed(old: str, new: str, name: str, **attributes: Any) -> click.Option:
    """Return the old name of an option, which help leaves out and a note answers.

    Args:
        old: The old name, with its dashes.
        new: The new one.
        name: The parameter's name.
        **attributes: More of what `click.Option` takes.
    """

    def pass_on(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value not in (None, ()):
            tell(f"{old} is now {new}.\n")
            ctx.default_map = {**(ctx.default_map or {}), name: value}

    return click.Option(
        [old, f"old_{name}"],
        hidden=True,
        is_eager=True,
        expose_value=False,
        callback=pass_on,
        **attributes,
    )


def argument(name: str, **attributes: Any) -> click.Argument:
    """Return an argument, with the attributes of `click.Argument`."""
    return click.Argument([name], **attributes)


# What options take of which the command knows all names without opening the graph.
_LISTED = frozenset({"VIEW", "CHART", "STORY", "SIZE", "FORMAT", "LEVEL"})


class Command(click.Command):
    """A command that says, of a word too many, which option takes it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, as click does.

        Raises:
            UsageError: A word stands there that nothing takes.
        """
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            taken = {
                item.value: parameter.opts[0]
                for parameter in self.params
                if parameter.metavar in _LISTED and isinstance(parameter, click.Option)
                for item in parameter.shell_complete(ctx, "")
            }
            near = [f"{taken[name]} {name}" for name in suggest(rest[0], taken, limit=1)]
            hint = "did-you-mean" if near else "argument-unexpected"
            command = ctx.command_path
            raise UsageError(
                "argument-unexpected", hint=hint, name=rest[0], near=near, command=command
            )
        return rest


def command(
    name: str, *parameters: click.Parameter, asks: bool = True, **attributes: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator that makes a command of a function.

    The function gets the shared options as one `Settings`, and its own as keywords.

    Args:
        name: The command's name.
        *parameters: Its parameters, in the order in which help shows them.
        asks: Whether it may ask the engine for something that takes long (see `with_settings`).
        **attributes: More of what `click.Command` takes.
    """

    def declare(function: Callable[..., Any]) -> click.Command:
        return Command(
            name,
            params=[*parameters, *MESSAGES],
            callback=with_settings(function, asks=asks),
            help=inspect.cleandoc(function.__doc__ or ""),
            **attributes,
        )

    return declare


def with_settings(function: Callable[..., Any], *, asks: bool = True) -> Callable[..., Any]:
    """Return a function for click, which gathers the shared options for a command's own function.

    Args:
        function: Takes a `Settings` and the command's own options as keywords.
        asks: Whether it may ask the engine for something that takes long.
    """

    def start(**values: Any) -> Any:
        settings = Settings(values)
        _configure_logging(settings)
        if asks and click.get_current_context().obj is WATCH and settings.timeout is None:
            # With a time limit the engine runs in a child, which must be forked from a process
            # without threads; Ctrl-C then arrives while Python waits for it.
            watch_for_interrupts()
        return function(settings, **values)

    return start


def _configure_logging(settings: Settings) -> None:
    if not (settings.verbose or settings.quiet):
        return  # warnings reach standard error as they are
    import logging

    level = logging.ERROR
    if not settings.quiet:
        level = logging.INFO if settings.verbose == 1 else logging.DEBUG
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)


# The shared options -------------------------------------------------------------------------------


def _note_lang(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Keep the language for what is wrong with the parameters after it."""
    ctx.find_root().meta[LANGUAGE] = value
    return value


def _default_lang() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def _note_debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    if value:
        ctx.find_root().meta["ctgraph.debug"] = True
    return value


def to_path(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """Return an option's value as a path."""
    from pathlib import Path

    return None if value is None else Path(value)


class FormatChoice(click.Choice[str]):
    """Formats by name; the usual file extensions do as well."""

    ALIASES = {  # noqa: RUF012 - read only
        "bib": "bibtex",
        "json-ld": "jsonld",
        "md": "markdown",
        "ndjson": "jsonl",
        "nq": "nquads",
        "nt": "ntriples",
        "rdf": "rdfxml",
        "ttl": "turtle",
        "txt": "text",
    }

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name of the format."""
        lowered = str(value).lower().lstrip(".")
        return super().convert(self.ALIASES.get(lowered, lowered), param, ctx)


PATHS = ("FILE", "FILE...", "DIR", "FOLDER")
"""How help calls what is a path."""


class Text(click.types.StringParamType):
    """A text from the command line, which is UTF-8; a path may have any bytes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, without what is not seen at its ends.

        Raises:
            UsageError: It has bytes that are not UTF-8.
        """
        text = super().convert(value, param, ctx)
        if not text.isascii():
            from ctgraph.terms import UNSEEN

            text = text.strip(UNSEEN)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            name = param.get_error_hint(ctx) if param is not None else "?"
            raise UsageError("text-not-utf8", name=name, start=error.start + 1) from None
        return str(text)


class ByteSize(click.ParamType[int]):
    """A number of bytes: 500000, 64M, 1G."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes."""
        text = str(value).strip().upper().removesuffix("IB").removesuffix("B")
        shift = {"K": 10, "M": 20, "G": 30}.get(text[-1:], 0)
        digits = text[:-1] if shift else text
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
            self.fail(f"{value!r} is not a size. Write it like 64M or 1G.", param, ctx)
        return int(digits) << shift


def choose_format(settings: Settings, formats: tuple[str, ...]) -> str:
    """The format that was named, or that the extension of ``-o`` stands for, or the first."""
    if settings.format:
        return settings.format
    if settings.output in (None, "-"):
        return formats[0]
    name = str(settings.output).replace(os.sep, "/").rpartition("/")[2].lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    name = FormatChoice.ALIASES.get(extension, extension)
    if name not in formats:
        raise UnknownName(
            "file extension",
            f".{extension}" if extension else str(settings.output),
            hint="name-format",
            names=[*formats],
        )
    return name


def complete_path(kind: str) -> Callable[..., Any]:
    """Return a completion function that leaves it to the shell to offer paths.

    `click.Path` would do the same, but looks for the translation of its name in the file system
    each time one is made.

    Args:
        kind: ``file`` or ``dir``.
    """

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type=kind)]

    return complete


def complete_with(name: str) -> Callable[..., Any]:
    """Return a completion function of `ctgraph.cli.completion`, imported when the shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from ctgraph.cli import completion

        return getattr(completion, name)(context, parameter, incomplete)

    return complete


def complete_choice(*names: str) -> Callable[..., Any]:
    """Return a completion function that offers names."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        return [name for name in names if name.startswith(incomplete)]

    return complete


def _use_theme(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not context.resilient_parsing:
        from ctgraph.network.styles import set_default_theme

        set_default_theme(value)
        context.call_on_close(lambda: set_default_theme(None))
    return value


THEME = option(
    "--theme",
    metavar="THEME",
    callback=_use_theme,
    shell_complete=complete_with("complete_theme"),
    help="Colours and logo: light, dark, or a TOML file.",
)

PROJECT = option(
    "--project",
    metavar="DIR",
    shell_complete=complete_path("dir"),
    callback=to_path,
    help="Folder with ontology/, data/ and queries/ (default: CTGRAPH_PROJECT, else the project in "
    "which the working folder lies, else the graph in the package).",
)
ON_DISK = option(
    "--store",
    metavar="DIR",
    shell_complete=complete_path("dir"),
    callback=to_path,
    help="A store on disk, made by `ctgraph load`.",
)
STORE = (
    PROJECT,
    ON_DISK,
    option("--endpoint", metavar="URL", help="A SPARQL 1.1 endpoint with such a graph."),
)
SCOPE = (
    *STORE,
    option(
        "--source",
        metavar="SOURCE",
        multiple=True,
        shell_complete=complete_with("complete_source"),
        help="Only according to this source (kind:news: all of a kind). May be repeated.",
    ),
    option(
        "--as-of",
        metavar="DATE",
        help="Only what held on this day, and what had happened by then.",
    ),
)
"""Where the graph is, and according to whom and as of when it is asked."""
LANG = option(
    "--lang",
    type=click.Choice(["ja", "en"]),
    default=_default_lang,
    is_eager=True,
    callback=_note_lang,
    help="Language of the answer (default: that of LC_ALL or LANG, else en).",
)
IRI = option("--iri", is_flag=True, help="Show IRIs, not labels.")
LIMIT = option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Keep N of them and say that there were more.",
)
ANSWER = (
    IRI,
    LIMIT,
    option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        help="Stop the query after this time (exit code 4).",
    ),
)
MESSAGES = (
    option("-v", "--verbose", count=True, help="Say what is done; -vv says more."),
    option("-q", "--quiet", is_flag=True, help="Only the answer and errors."),
    option(
        "--debug",
        is_flag=True,
        is_eager=True,
        callback=_note_debug,
        help="Show the traceback of an error.",
    ),
)


# Other names of standard output, which have no extension that would say a format.
_STREAMS = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def output(formats: tuple[str, ...], old: tuple[str, ...] = ()) -> tuple[click.Option, ...]:
    """Return the options that say where the answer goes, how, and in which language.

    Args:
        formats: Names of formats that a command can write.
        old: Formats that it still writes but no longer names.
    """
    return (
        option(
            "-o",
            "--output",
            metavar="FILE",
            callback=lambda _ctx, _param, given: "-" if given in _STREAMS else given,
            shell_complete=complete_path("file"),
            help="Write to a file, whole or not at all; - is standard output.",
        ),
        option(
            "-f",
            "--format",
            type=FormatChoice(formats + old),
            metavar="FORMAT",
            help=f"One of {', '.join(formats)}; guessed from the extension of -o.",
        ),
        LANG,
    )

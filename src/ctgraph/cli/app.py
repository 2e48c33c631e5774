"""The command line: parse, call, print, exit. Nothing else in the package prints or exits.

Standard output is the answer; everything else goes to standard error. What is slow to import
(rdflib, networkx, SHACL) is imported by the command that needs it.
"""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import contextlib
import inspect
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from ctgraph.cli.options import (
    LANG,
    LANGUAGE,
    MESSAGES,
    PATHS,
    STORE,
    WATCH,
    Settings,
    Text,
    option,
    with_settings,
)
from ctgraph.cli.terminal import (
    INTERRUPTED,
    leave,
    prepare_streams,
    silence,
    tell,
    tell_error,
)
from ctgraph.errors import CtgraphError, StoreError, UsageError
from ctgraph.version import __version__

CLOSED_PIPE = 141  # 128 + SIGPIPE: what a shell reports for any other tool in a pipe
BUG = 70

# Where each command is; a module is imported when one of its commands is asked for.
COMMANDS = {
    "ask": "ask",
    "check": "check",
    "completion": "demo",
    "demo": "demo",
    "draft": "check",
    "draw": "draw",
    "export": "export",
    "find": "show",
    "import": "load",
    "load": "load",
    "mcp": "serve",
    "measure": "network",
    "path": "network",
    "push": "load",
    "query": "ask",
    "serve": "serve",
    "show": "show",
    "site": "serve",
    "slides": "draw",
    "stats": "show",
    "verify": "check",
    "why": "why",
    "withdraw": "load",
}


# Errors and exit codes ---------------------------------------------------------------------------


class Failure(click.ClickException):
    """An error of ours on its way out: printed once, with its exit code."""

    def __init__(
        self, error: CtgraphError, ctx: click.Context, exit_code: int | None = None
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.lang = ctx.find_root().meta.get(LANGUAGE, "en")
        code = error.exit_code if exit_code is None else exit_code
        self.exit_code = code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print ``Error: …`` to standard error."""
        tell_error(self.error, self.lang)


def _is_own(path: str | bytes | int) -> bool:
    """Say whether a path is one of the package, so that it is our fault if it is not there."""
    return Path(str(path)).is_relative_to(Path(__file__).parents[1])


class Commands(click.Group):
    """The root command: imports commands, and turns exceptions into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with a name, imported when it is first asked for."""
        if cmd_name not in COMMANDS:
            for name in COMMANDS:  # click looks among these for what may have been meant
                self.get_command(ctx, name)
            return None
        if cmd_name not in self.commands:
            module = import_module(f"ctgraph.cli.{COMMANDS[cmd_name]}")
            command = getattr(module, f"{cmd_name}_command")
            for parameter in command.params:
                if parameter.type is click.STRING and parameter.metavar not in PATHS:
                    parameter.type = Text()
            self.commands[cmd_name] = command
        return self.commands[cmd_name]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            raise Failure(CtgraphError("interrupted"), ctx, INTERRUPTED) from None
        except BrokenPipeError:
            silence(sys.stdout)
            raise click.exceptions.Exit(CLOSED_PIPE) from None
        except CtgraphError as error:
            self._show_traceback(ctx)
            raise Failure(error, ctx) from error
        except MemoryError:
            raise Failure(CtgraphError("out-of-memory"), ctx, 4) from None
        except OSError as error:
            if failure := self._damage(ctx, error):
                raise failure from error
            if error.filename is None and not isinstance(error, ConnectionError):
                # Files are opened by name in modules that translate their errors, so what is left
                # without a name is a write to standard output.
                self._show_traceback(ctx)
                said = error.strerror or error
                failed = CtgraphError("standard-output-failed", said=said)
                raise Failure(failed, ctx, 3) from error
            if error.filename is not None and not _is_own(error.filename):
                self._show_traceback(ctx)
                failed = CtgraphError(
                    "path-unusable", path=str(error.filename), said=error.strerror or error
                )
                raise Failure(failed, ctx, 3) from error
            raise self._report_bug(ctx, error) from error
        except Exception as error:
            if failure := self._damage(ctx, error):
                raise failure from error
            raise self._report_bug(ctx, error) from error

    def _damage(self, ctx: click.Context, error: Exception) -> Failure | None:
        """What to say if it is the database on disk that cannot be read, found out midway."""
        from ctgraph.store import is_damage

        if not is_damage(error):
            return None
        self._show_traceback(ctx)
        said = " ".join(str(error).split())[:200]
        return Failure(StoreError("store-not-readable", said=said), ctx)

    def _report_bug(self, ctx: click.Context, error: Exception) -> Failure:
        from traceback import walk_tb

        self._show_traceback(ctx)
        places = [
            (frame.f_globals.get("__name__", "?"), line)
            for frame, line in walk_tb(error.__traceback__)
        ]
        # Back ends of NetworkX are chosen by the environment, and may not be there or not fit it.
        asked = [
            f"{name}={value}" for name, value in os.environ.items() if name.startswith("NETWORKX_")
        ]
        if asked and any(module.startswith("networkx.utils") for module, _ in places):
            kind = type(error).__name__
            wrong = UsageError(
                "networkx-environment", asked=", ".join(asked), type=kind, said=error
            )
            return Failure(wrong, ctx)
        told = CtgraphError(
            "bug-at-line" if places else "bug",
            version=__version__,
            module=places and places[-1][0],
            line=places and places[-1][1],
            type=type(error).__name__,
            said=error,
        )
        return Failure(told, ctx, BUG)

    def _show_traceback(self, ctx: click.Context) -> None:
        if ctx.find_root().meta.get("ctgraph.debug"):
            import traceback

            tell(traceback.format_exc())


_EPILOG = (
    "Exit codes: 0 done; 1 done, problems found in the data; 2 command line not understood; "
    "3 input missing or malformed; 4 query could not be parsed or finished; 70 a bug."
)


def start(settings: Settings) -> None:
    """Who cooperates with whom against terrorism and organised crime, and the words it rests on.

    \b
    ctgraph                                           what is in the graph, what to try
    ctgraph ask partners -p actor=UNODC               a named question
    ctgraph show GIFCT                                everything about one thing
    ctgraph why "ctd:jpn ct:cooperatesWith ctd:unodc" the claims behind a statement
    """
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        from ctgraph.cli.show import print_overview

        print_overview(settings)
        return
    # An option before the command's name counts as its default: ctgraph --store DIR query …
    given = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    context.default_map = dict.fromkeys(COMMANDS, given)


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"ctgraph {__version__}")
        ctx.exit()


def _build_root() -> Commands:
    version = option(
        "-V",
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help="Show the version and exit.",
    )
    return Commands(
        "ctgraph",
        params=[version, *STORE, LANG, *MESSAGES],
        callback=with_settings(start, asks=False),
        help=inspect.cleandoc(start.__doc__ or ""),
        epilog=_EPILOG,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


cli = _build_root()
"""The root command, for `main`, for tests and for shell completion."""


def main() -> NoReturn:
    """Run the command line and exit with its code; see the table in CONTRIBUTING."""
    import gc

    # Rows and triples hold no cycles, so looking for some every 700 objects is lost time.
    gc.set_threshold(100_000)
    prepare_streams()
    try:
        code = run(sys.argv[1:], WATCH)
    except KeyboardInterrupt:  # before or after the command itself
        tell_error(CtgraphError("interrupted"))
        code = INTERRUPTED
    leave(code)


def run(arguments: list[str], watch: object = None) -> int:
    """Return the exit code of one command.

    Args:
        arguments: What stands behind ``ctgraph``.
        watch: `WATCH` if Ctrl-C is to stop a query in the engine, which takes a thread.
    """
    is_completing = "_CTGRAPH_COMPLETE" in os.environ
    if is_completing:
        import ctgraph.cli.completion  # noqa: F401  # teaches click how Bash cuts words
    try:
        code = _run_command(arguments, watch, 1 if is_completing else CLOSED_PIPE)
        with contextlib.suppress(ValueError):  # closed before we began
            sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        return CLOSED_PIPE
    except OSError as error:  # help or version, or what was left to be written
        silence(sys.stdout)
        tell_error(CtgraphError("standard-output-failed", said=error.strerror or error))
        return 3
    return code


def _run_command(arguments: list[str], watch: object, closed: int) -> int:
    try:
        result = cli.main(arguments, prog_name="ctgraph", standalone_mode=False, obj=watch)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        tell_error(CtgraphError("interrupted"))
        return INTERRUPTED
    except SystemExit as error:  # a pipe that closed while help was written
        return closed if error.code == 1 else int(error.code or 0)
    return result if isinstance(result, int) else 0

"""Standard output and error, and the keyboard: what a terminal, a pipe and Ctrl-C ask for."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import IO, TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ctgraph.errors import CtgraphError

INTERRUPTED = 130  # 128 + SIGINT: what a shell reports for a command that Ctrl-C ended


def write_text(stream: IO[Any], text: str) -> None:
    """Write text; characters that a terminal cannot show are replaced, not fatal."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(text.encode(encoding, "replace").decode(encoding))


class Replacing(io.TextIOBase):
    """A terminal that is written to with replacements for what its encoding cannot hold."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write as much of a text as the terminal can show."""
        write_text(self.stream, text)
        return len(text)

    def flush(self) -> None:
        """Show what was written."""
        self.stream.flush()


def is_utf8(stream: IO[str]) -> bool:
    """Tell whether a stream can hold every character."""
    encoding = str(getattr(stream, "encoding", ""))
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def prepare_streams() -> None:
    """UTF-8 to files and pipes whatever the locale; a terminal keeps its own encoding."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by the shell (>&-). Writing to this one fails as writing to that should.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDONLY), "w"))
    if sys.stdin is None:  # closed by the shell (<&-): there is nothing to read
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue  # replaced by a test
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            # A message may name what the user typed, whatever bytes that had.
            errors = "strict" if stream is sys.stdout else "backslashreplace"
            stream.reconfigure(encoding="utf-8", errors=errors)


def silence(stream: IO[Any]) -> None:
    """Send what is still in a stream's buffer nowhere, so that the end of the process is quiet."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):
        pass  # not a real stream; nothing will be flushed to a pipe


def leave(code: int) -> NoReturn:
    """End the process at once.

    Taking the interpreter apart object by object takes a tenth of the time of a short query. What
    asked to be called at exit is called, and the streams are flushed, as in an ordinary exit.

    Args:
        code: The exit code.
    """
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # `cli.run` has said so already
            stream.flush()
    os._exit(code)


def tell(text: str) -> None:
    """Write to standard error; if nobody can read it, so be it."""
    try:
        write_text(sys.stderr, text)
        sys.stderr.flush()
    except (OSError, ValueError):
        silence(sys.stderr)


def tell_error(error: CtgraphError, lang: str = "en") -> None:
    """Write an error to standard error.

    Args:
        error: The error.
        lang: ``en`` or ``ja``.
    """
    from ctgraph.words import Phrase

    tell(Phrase("error", sentences=[error]).tell(lang) + "\n")


def watch_for_interrupts() -> None:
    """Let Ctrl-C stop a query in the engine, which does not look at Python's signal flag.

    The C-level handler writes a byte to a pipe at once; a thread waits for it, gives the ordinary
    KeyboardInterrupt a moment to arrive, and then ends the process.
    """
    import signal
    import threading

    try:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    except (OSError, ValueError):
        return  # no pipe, or not the main thread: Ctrl-C then waits for the engine

    def watch() -> None:
        while True:
            got = os.read(reader, 1)
            if got and got[0] == signal.SIGINT:
                break
        threading.Event().wait(0.5)
        tell("Error: interrupted.\n")
        os._exit(INTERRUPTED)

    threading.Thread(target=watch, daemon=True).start()

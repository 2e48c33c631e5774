"""The command `demo`, which shows the product in one minute, and `completion`."""

# ruff: noqa: D301 - a backspace in a docstring is click's mark of lines that stay as they are

from __future__ import annotations

import click

from ctgraph.cli.answer import open_graph, print_text, screen_width, show_progress
from ctgraph.cli.options import LANG, STORE, Settings, argument, command, option
from ctgraph.errors import UsageError

DEMO_QUESTION, DEMO_ACTOR = "partners", "ctd:gifct"


@command(
    "demo",
    option(
        "-o",
        "--output",
        metavar="DIR",
        default="ctgraph-demo",
        show_default=True,
        help="Folder to write to; made if it is not there.",
    ),
    *STORE,
    LANG,
)
def demo_command(settings: Settings) -> None:
    """One answer with its quote, a network page and a Turtle file.

    \b
    ctgraph demo
    ctgraph demo -o somewhere --lang ja
    """
    from pathlib import Path

    from ctgraph.api import Graph
    from ctgraph.draw import write_page
    from ctgraph.export import export, write_output
    from ctgraph.export.reports import answer_with_evidence, format_demo
    from ctgraph.export.tables import write_table
    from ctgraph.query import ask

    folder = Path(str(settings.output))
    settings.output = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("demo-folder-unmakable", folder=folder, strerror=error.strerror) from error
    show = show_progress(settings) or (lambda what: None)
    lang = settings.lang
    with open_graph(settings) as store:
        graph = Graph(store, settings.lang)
        show(settings.say("asking …", "質問中 …"))
        answer = ask(store, DEMO_QUESTION, {"actor": DEMO_ACTOR}, lang)
        found = [graph.evidence(row) for row in answer]
        proven = answer_with_evidence(answer, range(len(answer)), found, "markdown", lang)
        write_output(folder / "answer.md", [proven, "\n"])
        write_table(answer, folder / "answer.csv", lang=lang)
        show(settings.say("drawing …", "作図中 …"))
        write_page(graph.network(), folder / "network.html", lang=lang, store=store)
        show(settings.say("writing Turtle …", "Turtleを作成中 …"))
        export(store, folder / "graph.ttl", lang=lang)
        show("")
        print_text(settings, format_demo(answer, found, folder, lang, width=screen_width(settings)))


@command(
    "completion",
    argument("shell", type=click.Choice(["bash", "zsh", "fish"])),
)
def completion_command(settings: Settings, shell: str) -> None:
    """The script that teaches a shell to complete names.

    Commands, options, questions, their parameters, actors.

    \b
    bash:  echo 'eval "$(ctgraph completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(ctgraph completion zsh)"' >> ~/.zshrc
    fish:  ctgraph completion fish > ~/.config/fish/completions/ctgraph.fish
    """
    from ctgraph.cli.completion import write_script

    root = click.get_current_context().find_root().command
    print_text(settings, write_script(root, shell))

"""Shell completion: names of questions, parameters, values and things."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from ctgraph.errors import CtgraphError, UnknownName, suggest
from ctgraph.terms import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import click
    import pyoxigraph

    from ctgraph.query import Question
    from ctgraph.store import Store


SHELLS = ("bash", "fish", "zsh")


class _BashWithEquals(BashComplete):
    """Bash cuts a word at ``=`` and ``:``, so ``-p actor=UN`` arrives as three words.

    The words are put together again here, and an answer holds only what stands behind the last
    cut, because that is the word that Bash replaces.
    """

    cut = 0

    def get_completion_args(self) -> tuple[list[str], str]:
        words = split_arg_string(os.environ["COMP_WORDS"])
        position = int(os.environ["COMP_CWORD"])
        if position >= len(words):
            words.append("")
        joined: list[str] = []
        glue = False
        for word in words[1 : position + 1]:
            is_separator = bool(word) and not word.strip("=:")
            if joined and (glue or is_separator):
                joined[-1] += word
            else:
                joined.append(word)
            glue = is_separator
        incomplete = joined.pop() if joined else ""
        self.cut = 1 + max(incomplete.rfind("="), incomplete.rfind(":"))
        return joined, incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        if item.type == "plain":
            return f"{item.type},{str(item.value)[self.cut :]}"
        return super().format_completion(item)


add_completion_class(_BashWithEquals)


def write_script(command: click.Command, shell: str) -> str:
    """Return the script that teaches a shell to complete ``ctgraph``.

    Args:
        command: The root command.
        shell: One of `SHELLS`.

    Raises:
        UnknownName: Another shell.
    """
    completer = get_completion_class(shell)
    if shell not in SHELLS or completer is None:
        close = suggest(shell, SHELLS)
        raise UnknownName("shell", shell, close, hint="known", names=[*SHELLS])
    return completer(command, {}, "ctgraph", "_CTGRAPH_COMPLETE").source()


def complete_question(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return names of questions that begin with a word, with their titles.

    Args:
        context: The command that is being typed.
        parameter: Its argument.
        incomplete: What is typed of the name.
    """
    try:
        questions = _questions(context)
    except CtgraphError:
        return []  # the shell shows nothing; running the command says what is wrong
    return [
        CompletionItem(name, help=question.title["en"])
        for name, question in questions.items()
        if name.startswith(incomplete)
    ]


def complete_theme(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return the themes of the package whose names begin with a word, and files.

    Args:
        context: The command that is being typed.
        parameter: Its option.
        incomplete: What is typed of the name.
    """
    named = [CompletionItem(name) for name in ("light", "dark") if name.startswith(incomplete)]
    return [*named, CompletionItem(incomplete, type="file")]


def complete_story(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return the stories of the project whose names begin with a word, and files.

    Args:
        context: The command that is being typed.
        parameter: Its option.
        incomplete: What is typed of the name.
    """
    from ctgraph.network.stories import read_stories
    from ctgraph.store import locate

    project: Path | None = context.params.get("project")
    try:
        stories = read_stories(locate(project))
    except CtgraphError:
        stories = {}
    named = [
        CompletionItem(name, help=story.title["en"])
        for name, story in stories.items()
        if name.startswith(incomplete)
    ]
    return named or [CompletionItem(incomplete, type="file")]


def complete_param(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """``name=`` of each parameter of the question, or ``name=value`` once it has its ``=``.

    Args:
        context: The command that is being typed, with the question's name in it.
        parameter: Its option ``-p``.
        incomplete: What is typed of ``name=value``.
    """
    try:
        # An option without its value ends click's reading, and the name may be left unread.
        named = [context.params.get("name"), *context.args]
        questions = _questions(context)
        question = next((questions[name] for name in named if name in questions), None)
        if question is None:
            return []
        name, equals, typed = incomplete.partition("=")
        if not equals:
            return [
                CompletionItem(f"{key}=", help=spec.label["en"])
                for key, spec in question.params.items()
                if key.startswith(name)
            ]
        spec = question.params.get(name)
        if spec is None:
            return []
        values: Iterable[str]
        if spec.allowed:
            values = [_shown(term) for term in spec.allowed]
        elif spec.type in ("text", "integer", "date", "boolean"):
            values = ("true", "false") if spec.type == "boolean" else ()
        else:
            values = _names(context, spec.type, typed)
    except CtgraphError:
        return []
    return [CompletionItem(f"{name}={value}") for value in _starting(values, typed)]


def complete_source(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return the sources, and kinds of sources, that begin with a word, with their labels.

    Args:
        context: The command that is being typed.
        parameter: Its option.
        incomplete: What is typed of the name.
    """
    from ctgraph.query import list_sources

    try:
        groups = list_sources(_open(context), "en")
    except CtgraphError:
        return []
    named = [(group.name, group.label) for group in groups if group.name]
    named += [one for group in groups for one in group.sources]
    wanted = fold(incomplete)
    return [
        CompletionItem(name, help=label) for name, label in named if fold(name).startswith(wanted)
    ]


def complete_name(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return names of things of the kind that a filter of networks takes.

    Args:
        context: The command that is being typed.
        parameter: The option of the filter.
        incomplete: What is typed of the name.
    """
    from ctgraph.network import FILTERS

    return _complete_type(context, FILTERS[parameter.name or ""].takes, incomplete)


def complete_view(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return the views of networks, with their titles.

    Args:
        context: The command that is being typed.
        parameter: Its option or argument.
        incomplete: What is typed of the name.
    """
    from ctgraph.network import VIEWS

    return [
        CompletionItem(name, help=view.title["en"])
        for name, view in VIEWS.items()
        if name.startswith(incomplete)
    ]


def complete_entity(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return acronyms and CURIEs of individuals that begin with a word.

    Args:
        context: The command that is being typed.
        parameter: Its argument.
        incomplete: What is typed of the name.
    """
    if not incomplete:
        return []  # thousands of names help nobody
    return _complete_type(context, "any", incomplete)


def _complete_type(context: click.Context, type: str, incomplete: str) -> list[CompletionItem[str]]:
    try:
        values = _names(context, type, incomplete)
    except CtgraphError:
        return []
    return [CompletionItem(value) for value in _starting(values, incomplete)]


def _shown(term: pyoxigraph.NamedNode | pyoxigraph.Literal) -> str:
    return shorten(term.value) if term.value.startswith("https://") else term.value


def _questions(context: click.Context) -> dict[str, Question]:
    from ctgraph.query import read_questions
    from ctgraph.store import locate

    project: Path | None = context.params.get("project")
    return read_questions(locate(project))


def _open(context: click.Context) -> Store:
    from ctgraph.store import open_store

    params = context.params
    return open_store(
        params.get("project"), params.get("store"), params.get("endpoint"), snapshot=True
    )


def _names(context: click.Context, type: str, typed: str) -> list[str]:
    """Return the CURIE of each individual of a type, and its names that a shell keeps whole.

    Of names in ASCII the shortest; others if one is being typed.
    """
    from ctgraph.query.entities import candidates

    store = _open(context)
    names: set[str] = set()
    for iri, labels in candidates(store, type).items():
        names.add(shorten(iri))
        whole = [label for label in labels if not re.search(r"[\s:=]", label)]
        names.update(sorted(filter(str.isascii, whole), key=len)[:1])
        if not typed.isascii():
            names.update(whole)
    return sorted(names)


def _starting(values: Iterable[str], typed: str) -> list[str]:
    wanted = fold(typed)
    return [value for value in values if fold(value).startswith(wanted)]

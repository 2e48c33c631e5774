"""Writes docs/reference/*.md from the code, the questions, the ontology and the rules.

    python scripts/build_reference.py [DIR]      default docs/reference

`tests/test_reference.py` fails when what is committed differs from what this writes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import click
import pyoxigraph as ox

from ctgraph import errors
from ctgraph.cli import app
from ctgraph.query import questions
from ctgraph.query.entities import show_value
from ctgraph.store import project, rules
from ctgraph.terms import CT, CTV, PREFIXES, shorten

HEADER = "<!-- Written by scripts/build_reference.py; edit the source it is made from. -->\n\n"


def main(target: Path) -> None:
    """Writes every page of the reference into a directory."""
    target.mkdir(parents=True, exist_ok=True)
    bundle = project.locate(Path(__file__).parents[1])
    for name, text in {
        "cli.md": cli_page(),
        "errors.md": errors_page(),
        "questions.md": questions_page(bundle),
        "ontology.md": ontology_page(bundle),
        "vocabularies.md": vocabularies_page(bundle),
        "rules.md": rules_page(bundle),
        "measures.md": measures_page(),
    }.items():
        (target / name).write_text(HEADER + text, encoding="utf-8")


def measures_page() -> str:
    """What each measure of `ctgraph measure` means, from the docstrings that compute it."""
    import inspect

    from ctgraph.network.analysis import measures

    def entry(name: str, function: object) -> str:
        about = measures.ABOUT[name]
        high = "and more" if about.high is None else f"to {about.high:g}"
        facts = (
            ("Range", f"{about.low:g} {high}"),
            ("Weights", "count" if about.weighs else "do not count"),
            ("Directions", "count" if about.directed else "do not count"),
            ("Not connected", about.apart),
        )
        lines = "".join(f"- {fact}: {said}.\n" for fact, said in facts)
        return (
            f"\n### {name}\n\n**{about.en}** / **{about.ja}**. "
            f"{_prose(inspect.getdoc(function) or '')}\n\n{lines}"
        )

    whole = {
        "density": measures.density,
        "components": measures.component,
        "bridges": measures.bridges,
        "communities": measures.community,
        "modularity": measures.modularity,
    }
    return "".join(
        [
            "# Measures\n\n",
            _prose(inspect.getdoc(measures) or "") + "\n",
            "\n## Of nodes\n\n`ctgraph measure VIEW`, one column each.\n",
            *(entry(name, function) for name, function in measures.NODE_MEASURES.items()),
            "\n## Of a network\n\n`ctgraph measure VIEW --of network`, beside the numbers of nodes"
            " and edges; `--of bridges` lists the bridges.\n",
            *(entry(name, function) for name, function in whole.items()),
        ]
    )


def _prose(text: str) -> str:
    """A docstring without its Google sections, in which Markdown sees code where it is."""
    kept = text.split("\nArgs:", maxsplit=1)[0].split("\nRaises:", maxsplit=1)[0].rstrip()
    kept = kept.removeprefix("Return ")  # the page says what a measure is
    return (kept[:1].upper() + kept[1:]).replace("``", "`")


def cli_page() -> str:
    """The commands, each with the text that `--help` prints."""
    group = app.cli
    assert isinstance(group, click.Group)
    shape = {"terminal_width": 100, "max_content_width": 100}
    context = click.Context(group, info_name="ctgraph", help_option_names=["-h", "--help"], **shape)
    parts = ["# Command line\n\n", _block(group.get_help(context))]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context, **shape)
        parts.append(f"\n## ctgraph {name}\n\n" + _block(command.get_help(inner)))
    return "".join(parts)


def errors_page() -> str:
    """The exit codes and the exceptions that end with them."""
    meaning = {
        0: "done, nothing wrong found",
        1: "done, problems found in the data",
        2: "command line not understood",
        3: "input missing or malformed",
        4: "query could not be parsed or finished",
        70: "a bug: a short report, the traceback with `--debug`",
        130: "interrupted (Ctrl-C)",
    }
    classes: dict[int, list[str]] = {}
    for name, value in sorted(vars(errors).items()):
        if isinstance(value, type) and issubclass(value, errors.CtgraphError):
            classes.setdefault(value.exit_code, []).append(f"`{name}`")
    lines = ["# Exit codes and exceptions\n\n", "| code | meaning | exceptions |\n|---|---|---|\n"]
    lines += [f"| {c} | {m} | {', '.join(classes.get(c, []))} |\n" for c, m in meaning.items()]
    return "".join(lines)


def questions_page(bundle: project.Bundle) -> str:
    """The named questions in both languages, with their parameters."""
    found = questions.read_questions(bundle)
    parts = [
        "# Named questions\n\n",
        f"{len(found)} questions. Run one with `ctgraph ask NAME -p parameter=value`, or from "
        'Python with `kg.ask("NAME", parameter="value")`. Every question also has the parameter '
        "`lang` (`en` or `ja`) if it returns labels; `--lang` sets it.\n",
    ]
    for name, question in sorted(found.items()):
        parts.append(f"\n## {name}\n\n")
        for lang in ("en", "ja"):
            parts.append(f"**{question.title[lang]}.** {question.description[lang]}\n\n")
        parts.append(f"Tags: {', '.join(question.tags)}. Shown as: {question.display}.\n")
        shown = [p for p in question.params.values() if p.name != "lang"]
        if shown:
            parts.append("\n| parameter | | type | default | allowed |\n|---|---|---|---|---|\n")
        for p in shown:
            default, allowed = (
                ", ".join(f"`{show_value(value)}`" for value in values or ())
                for values in (p.default, p.allowed)
            )
            parts.append(
                f"| `{p.name}` | {p.label['en']} / {p.label['ja']} | {p.type} | {default or 'any'} "
                f"| {allowed} |\n"
            )
    return "".join(parts)


def ontology_page(bundle: project.Bundle) -> str:
    """Classes and properties in both languages."""
    store = _load([bundle.ontology / "ctgraph.ttl"])
    parts = [
        f"# Ontology\n\nNamespace `{CT}`, prefix `ct:`. Generated from `ontology/ctgraph.ttl`.\n"
    ]
    for heading, kinds in (
        ("Classes", "owl:Class"),
        ("Object properties", "owl:ObjectProperty"),
        ("Datatype properties", "owl:DatatypeProperty"),
        ("Annotation properties", "owl:AnnotationProperty"),
    ):
        terms = [
            str(row["term"].value)
            for row in _select(store, f"SELECT DISTINCT ?term {{ ?term a {kinds} }} ORDER BY ?term")
            if str(row["term"].value).startswith(CT)
        ]
        if not terms:
            continue
        parts.append(f"\n## {heading}\n")
        for term in terms:
            parts.append(f"\n### {shorten(term)}\n\n")
            parts.append(_words(store, term, "rdfs:label"))
            facts = []
            for label, prop in (
                ("subclass of", "rdfs:subClassOf"),
                ("subproperty of", "rdfs:subPropertyOf"),
                ("domain", "rdfs:domain"),
                ("range", "rdfs:range"),
                ("made by", "ct:derivedBy"),
            ):
                values = [
                    f"`{shorten(row['v'].value)}`"
                    for row in _select(
                        store, f"SELECT ?v {{ <{term}> {prop} ?v FILTER(isIRI(?v)) }} ORDER BY ?v"
                    )
                ]
                if values:
                    facts.append(f"{label} {', '.join(values)}")
            if facts:
                text = "; ".join(facts)
                parts.append(f"\n{text[0].upper()}{text[1:]}.\n")
    return "".join(parts)


def vocabularies_page(bundle: project.Bundle) -> str:
    """The concept schemes with their concepts in both languages."""
    parts = [f"# Vocabularies\n\nNamespace `{CTV}`, prefix `ctv:`.\n"]
    for path in bundle.vocabulary_files():
        store = _load([path])
        for row in _select(store, "SELECT ?s { ?s a skos:ConceptScheme } ORDER BY ?s"):
            parts.append(f"\n## {shorten(row['s'].value)}\n\n")
            parts.append("| concept | English | 日本語 | broader |\n|---|---|---|---|\n")
            for concept in _select(
                store,
                "SELECT DISTINCT ?c { ?c a skos:Concept ; "
                f"skos:inScheme <{row['s'].value}> }} ORDER BY ?c",
            ):
                iri = concept["c"].value
                cells = [f"`{shorten(iri)}`"]
                for lang in ("en", "ja"):
                    label = _word(store, iri, "skos:prefLabel", lang)
                    definition = _word(store, iri, "skos:definition", lang)
                    cells.append(f"**{label}** {definition}")
                broader = _select(store, f"SELECT ?b {{ <{iri}> skos:broader ?b }} ORDER BY ?b")
                cells.append(", ".join(f"`{shorten(b['b'].value)}`" for b in broader))
                parts.append("| " + " | ".join(cells) + " |\n")
    return "".join(parts)


def rules_page(bundle: project.Bundle) -> str:
    """The rules in the order they run."""
    parts = ["# Rules\n\nDerived triples come only from these; they run in this order.\n"]
    for rule in rules.read_rules(bundle):
        parts.append(f"\n## {rule.name}\n\n")
        for lang in ("en", "ja"):
            parts.append(f"**{rule.title[lang]}.** {rule.description[lang]}\n\n")
        made = ", ".join(f"`{shorten(term)}`" for term in rule.derives)
        parts.append(f"Makes {made}; graph `{shorten(rule.graph)}`; order {rule.order}.\n")
    return "".join(parts)


def _block(text: str) -> str:
    return f"```\n{text.rstrip()}\n```\n"


def _load(paths: Iterable[Path]) -> ox.Store:
    store = ox.Store()
    for path in paths:
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    return store


def _select(store: ox.Store, text: str) -> list[ox.QuerySolution]:
    answer = store.query(text, prefixes=PREFIXES)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


def _word(store: ox.Store, iri: str, prop: str, lang: str) -> str:
    found = _select(store, f'SELECT ?v {{ <{iri}> {prop} ?v FILTER(LANG(?v) = "{lang}") }}')
    return str(found[0]["v"].value) if found else ""


def _words(store: ox.Store, iri: str, label: str) -> str:
    return "".join(
        f"**{_word(store, iri, label, lang)}.** {_word(store, iri, 'skos:definition', lang)}\n\n"
        for lang in ("en", "ja")
    ).removesuffix("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the reference pages.")
    parser.add_argument("target", type=Path, nargs="?", default=Path("docs/reference"))
    main(parser.parse_args().target)

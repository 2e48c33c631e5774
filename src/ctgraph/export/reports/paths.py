"""Paths of a network as text, Markdown, JSON and tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctgraph.network.analysis import Step, TracedPath, Value
    from ctgraph.query import Table
    from ctgraph.query.evidence import ClaimEvidence
    from ctgraph.store import Store


PATH_FORMATS = ("text", "markdown", "json", "jsonl")
"""What `write_paths` writes; `path_table` makes a table of them for the other formats."""


PATH_COLUMNS = ("path", "step", "source", "target", "basis", "activities")
CLAIM_COLUMNS = ("claim", "quote", "gloss", "section", "attribution", "address")


def path_table(store: Store, paths: Sequence[TracedPath], lang: str = "en") -> Table:
    """Return paths as a table with a row for each claim of each step.

    Columns: ``path`` and ``step`` (numbers from 1), ``source``, ``target``, ``basis``,
    ``activities`` (labels), ``claim``, ``quote``, ``gloss``, ``section`` (label), ``attribution``
    (who says it and where, in words) and ``address`` (of the source); the last six are empty for a
    step without claims.

    Args:
        store: Where labels come from.
        paths: What `describe_paths` gave.
        lang: Language of the labels.
    """
    from ctgraph.network.analysis import make_table
    from ctgraph.query.evidence import attribute

    def cells(claim: ClaimEvidence | None) -> list[Value]:
        if claim is None:
            return [None] * len(CLAIM_COLUMNS)
        told = attribute(claim, lang)
        place = claim.section_label
        return [claim.iri, claim.quote, claim.gloss, place, told, claim.source_address]

    rows: list[list[Value]] = []
    for number, path in enumerate(paths, 1):
        for place, step in enumerate(path.steps, 1):
            made = "; ".join(path.labels[iri] for iri in step.activities)
            start: list[Value] = [number, place, step.source, step.target, step.basis, made]
            rows += [[*start, *cells(claim)] for claim in step.evidence.claims or (None,)]
    columns = (*PATH_COLUMNS, *CLAIM_COLUMNS)
    return make_table(store, columns, rows, lang, iris=("source", "target", "claim"))


def write_paths(paths: Sequence[TracedPath], format: str = "text", lang: str = "en") -> str:
    """Return paths as text, Markdown, JSON or a line of JSON each; empty text if there are none.

    Args:
        paths: What `describe_paths` gave.
        format: One of `PATH_FORMATS`.
        lang: ``en`` or ``ja``.
    """
    if format == "json":
        return json.dumps([_path_to_dict(path) for path in paths], ensure_ascii=False, indent=2)
    if format == "jsonl":
        return "\n".join(json.dumps(_path_to_dict(path), ensure_ascii=False) for path in paths)
    write = _path_markdown if format == "markdown" else _path_text
    return "\n\n".join(write(number, path, lang) for number, path in enumerate(paths, 1))


def _path_to_dict(path: TracedPath) -> dict[str, Any]:
    from ctgraph.export.reports.evidence import evidence_to_dict

    def thing(iri: str) -> dict[str, str]:
        return {"iri": iri, "label": path.labels[iri]}

    return {
        "nodes": [thing(node) for node in path.nodes],
        "steps": [
            {
                "from": step.source,
                "to": step.target,
                "basis": step.basis,
                "activities": [thing(iri) for iri in step.activities],
                "evidence": evidence_to_dict(step.evidence),
            }
            for step in path.steps
        ],
    }


def _basis(step: Step, lang: str) -> str:
    from ctgraph.export.reports.evidence import Words

    say = Words(lang)
    return say("aside", text=say(step.basis.lower()))


def _path_text(number: int, path: TracedPath, lang: str) -> str:
    from ctgraph.export.reports.evidence import evidence_text
    from ctgraph.text import make_safe

    def name(iri: str) -> str:
        return make_safe(path.labels[iri])

    blocks = [f"{number}. {' – '.join(map(name, path.nodes))}"]
    for step in path.steps:
        lines = [f"{name(step.source)} – {name(step.target)}{_basis(step, lang)}"]
        lines += [f"  · {name(iri)}" for iri in step.activities]
        blocks.append("\n".join(lines) + "\n" + evidence_text(step.evidence, lang))
    return "\n\n".join(blocks)


def _path_markdown(number: int, path: TracedPath, lang: str) -> str:
    from ctgraph.export.reports.evidence import evidence_markdown, markdown_text

    def name(iri: str) -> str:
        return markdown_text(path.labels[iri])

    blocks = [f"## {number}. {' – '.join(map(name, path.nodes))}"]
    for step in path.steps:
        blocks.append(f"### {name(step.source)} – {name(step.target)}{_basis(step, lang)}")
        blocks.append("\n".join(f"- {name(iri)}" for iri in step.activities))
        blocks.append(evidence_markdown(step.evidence, lang))
    return "\n\n".join(blocks)

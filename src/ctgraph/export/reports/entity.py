"""One thing, or the things found by name, as text, Markdown and JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ctgraph.export.reports.evidence import (
    Words,
    claim_parts,
    claim_to_dict,
    markdown_text,
    place_of,
    term_text,
    words_of,
    wrap_lines,
)
from ctgraph.export.reports.overview import format_grid
from ctgraph.query.entities import say_dispute
from ctgraph.terms import shorten
from ctgraph.text import make_safe

if TYPE_CHECKING:
    from ctgraph.query.entities import EntityView, Hit, PropertyGroup, Statement


# --- things --------------------------------------------------------------------------------------

_SHOWN_CLAIMS = 2


def format_entity(
    view: EntityView,
    format: str,
    lang: str,
    *,
    evidence: bool = False,
    labels: bool = True,
    width: int | None = None,
) -> str:
    """Return everything about one thing, each line with the words it rests on.

    Args:
        view: The thing.
        format: ``text``, ``markdown`` or ``json``.
        lang: ``en`` or ``ja``.
        evidence: Whether all claims of a line are shown in full, not only two of them in brief.
        labels: Whether labels stand in place of IRIs.
        width: Columns of the screen; None for no limit.
    """
    if format == "json":
        return json.dumps(_entity_to_dict(view), ensure_ascii=False, indent=2)
    say = Words(lang)
    is_markdown = format == "markdown"
    head = _entity_head(view, say, labels=labels)
    out: list[str] = []
    if is_markdown:
        title, *rest = map(markdown_text, map(make_safe, head))
        out += [f"# {title}", "", "  \n".join(rest)]
    else:
        for part in head:
            out += wrap_lines("", make_safe(part), width)
    seen: set[str] = set()
    if view.content:
        out += _group_head(say("content_title"), width, markdown=is_markdown)
        for statement in view.content:
            out += _statement_lines(
                statement, lang, seen, evidence=evidence, labels=labels, width=width, format=format
            )
    for group in view.told:
        out += _group_head(_group_title(group, lang, labels=labels), width, markdown=is_markdown)
        for statement in group.statements:
            told = replace(statement, rule="") if group.rule_label else statement
            out += _statement_lines(
                told, lang, seen, evidence=evidence, labels=labels, width=width, format=format
            )
        if group.truncated:
            more = group.total - len(group.statements)
            out.append("  " + say("more_statements", n=more))
    return "\n".join(out)


def _entity_head(view: EntityView, say: Words, *, labels: bool) -> list[str]:
    """Return what a thing is: name, classes, other names, definition, and what it is not."""
    kinds = [label if labels else shorten(iri) for iri, label in view.classes]
    names = [name for name in (*view.labels.values(), *view.acronyms) if name != view.label]
    others = ", ".join(map(shorten, view.namesakes))
    parts = [
        f"{view.label} ({shorten(view.iri)})",
        ", ".join(kinds),
        say("also", names=", ".join(dict.fromkeys(names))) if names else "",
        view.definition,
        say("namesakes", others=others) if others else "",
    ]
    return [part for part in parts if part]


def _group_head(title: str, width: int | None, *, markdown: bool) -> list[str]:
    if markdown:
        return ["", f"## {markdown_text(title)}", ""]
    return ["", *wrap_lines("", make_safe(title), width)]


def _group_title(group: PropertyGroup, lang: str, *, labels: bool) -> str:
    """Return the heading of a group, with the rule that made all of it."""
    if not labels:
        return "← " * group.incoming + shorten(group.predicate)
    rule = Words(lang)("derived_aside", rule=group.rule_label) if group.rule_label else ""
    return group.title(lang) + rule


def _statement_lines(
    statement: Statement,
    lang: str,
    seen: set[str],
    *,
    evidence: bool,
    labels: bool,
    width: int | None,
    format: str,
) -> list[str]:
    """Return one statement, and below it the words it rests on; those in `seen` by name alone."""
    say = Words(lang)
    text = make_safe(statement.text if labels else term_text(statement.other))
    if statement.is_derived:
        text += say("derived_aside", rule=statement.rule_label)
    elif statement.graph:
        text += say("defined_aside", graph=shorten(statement.graph))
    if statement.others:
        mark = make_safe(say_dispute(statement.others, lang))
        text += say("aside", text=mark)
    shown = statement.claims if evidence else statement.claims[:_SHOWN_CLAIMS]
    below: list[str] = []
    for claim in shown:
        if claim.iri in seen:
            continue
        if evidence:
            below += claim_parts(claim, say)
        else:
            below.append(f"{words_of(claim, say)} {place_of(claim, say)}")
    known = ", ".join(shorten(claim.iri) for claim in shown if claim.iri in seen)
    seen.update(claim.iri for claim in shown)
    if known:
        below.append(say("see_above", claims=known))
    hidden = len(statement.claims) - len(shown)
    if hidden:
        below.append(say("more_claim" if hidden == 1 else "more_claims", n=hidden))
    if format == "markdown":
        return [f"- {markdown_text(text)}", *(f"  - {markdown_text(part)}" for part in below)]
    lines = wrap_lines("  ", text, width)
    for part in below:
        lines += wrap_lines("      ", part, width)
    return lines


def _entity_to_dict(view: EntityView) -> dict[str, Any]:
    return {
        **({"scope": view.scope} if view.scope else {}),
        "iri": view.iri,
        "labels": dict(view.labels),
        "acronyms": list(view.acronyms),
        "classes": [{"iri": iri, "label": label} for iri, label in view.classes],
        "definition": view.definition or None,
        "outgoing": [_group_to_dict(group) for group in view.outgoing],
        "incoming": [_group_to_dict(group) for group in view.incoming],
        "content": [_statement_to_dict(statement) for statement in view.content],
        "claims": [claim_to_dict(claim) for claim in view.claims],
        "namesakes": list(view.namesakes),
    }


def _group_to_dict(group: PropertyGroup) -> dict[str, Any]:
    return {
        "predicate": group.predicate,
        "label": group.label,
        "total": group.total,
        "truncated": group.truncated,
        "statements": [_statement_to_dict(statement) for statement in group.statements],
    }


def _statement_to_dict(statement: Statement) -> dict[str, Any]:
    return {
        "triple": str(statement.triple),
        "text": statement.text,
        "claims": [claim_to_dict(claim) for claim in statement.claims],
        "rule": statement.rule or None,
        "graph": statement.graph or None,
        "beyond": list(statement.beyond),
        "disputed": [dataclasses.asdict(one) for one in statement.others],
    }


HIT_FORMATS = ("text", "json", "jsonl", "markdown", "csv", "tsv")


def format_hits(
    found: Sequence[Hit],
    format: str,
    lang: str,
    *,
    labels: bool = True,
    width: int | None = None,
    truncated: bool = False,
) -> str:
    """Return things that were found, each with what matched.

    Args:
        found: The hits, best first.
        format: One of `HIT_FORMATS`.
        lang: ``en`` or ``ja``.
        labels: Whether labels stand in place of IRIs.
        width: Columns of the screen; None for no limit.
        truncated: Whether there are more than are given.
    """
    more = Words(lang)("more_hits", n=len(found))
    if format in ("json", "jsonl"):
        rows: list[dict[str, Any]] = [
            {
                "iri": hit.iri,
                "labels": dict(hit.labels),
                "kind": hit.kind,
                "predicate": hit.predicate,
                "text": hit.text,
                "span": list(hit.span),
                "claims": list(hit.claims),
                "match": hit.match,
            }
            for hit in found
        ]
        if truncated:
            rows.append({"truncated": True, "limit": len(found)})
        if format == "json":
            return json.dumps(rows, ensure_ascii=False, indent=2)
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if format != "text":
        table = [
            [
                hit.label if labels else hit.iri,
                hit.kind,
                shorten(hit.iri),
                shorten(hit.predicate),
                hit.text,
            ]
            for hit in found
        ]
        if truncated:
            table.append([more, "", "", "", ""])
        return format_grid([["label", "kind", "id", "property", "text"], *table], format)
    lines: list[str] = []
    for hit in found:
        name = shorten(hit.iri)
        head = f"{hit.label}  {name}" if labels and hit.label != name else name
        if hit.kind:
            head += f"  ({hit.kind})"
        lines += wrap_lines("", make_safe(head), width)
        if hit.text != hit.label:
            lines += wrap_lines("    ", make_safe(hit.text), width)
    if truncated:
        lines.append(more)
    return "\n".join(lines)

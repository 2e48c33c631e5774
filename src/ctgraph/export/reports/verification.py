"""What a page holds of the words of claims, as text, JSON and CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ctgraph.export.reports.evidence import claim_to_dict, wrap_lines
from ctgraph.export.reports.overview import format_grid
from ctgraph.query.evidence import attribute, kind_of
from ctgraph.terms import shorten
from ctgraph.text import make_safe
from ctgraph.words import fill, read_words

if TYPE_CHECKING:
    from ctgraph.query.sources import Verification

_COLUMNS = ("claim", "status", "line", "column", "evidence", "statement", "attribution")


def format_verification(
    found: Verification, format: str, lang: str, *, width: int | None = None
) -> str:
    """Return for each claim of a source whether a page holds its words, and where.

    Args:
        found: What `ctgraph.query.sources.verify` gave.
        format: ``text``, ``json`` or ``csv``.
        lang: ``en`` or ``ja``.
        width: Columns of the screen; None for no limit.
    """
    if format == "json":
        return json.dumps(_to_dict(found), ensure_ascii=False, indent=2)
    if format == "csv":
        rows = [
            [
                *(shorten(one.claim.iri), one.status, str(one.line or ""), str(one.column or "")),
                *(kind_of(one.claim), one.claim.gloss or "", attribute(one.claim, lang)),
            ]
            for one in found.claims
        ]
        return format_grid([list(_COLUMNS), *rows], "csv")
    said = read_words("verification", lang)
    name = f"{found.label} ({shorten(found.source)})"
    lines = wrap_lines("", make_safe(name), width)
    if found.address:
        lines.append(make_safe(found.address))
    lines.append("")
    for one in found.claims:
        if one.status == "unchecked":
            continue
        state = said[one.status].format(line=one.line, column=one.column)
        lines.append(f"{state}  {shorten(one.claim.iri)}")
        lines += wrap_lines("    ", make_safe(one.claim.gloss or "-"), width)
        if one.claim.section_label:
            lines += wrap_lines("    ", make_safe(one.claim.section_label), width)
    counts = {status: found.count(status) for status in ("found", "missing", "unchecked")}
    lines += ["", fill("verification", "total", lang, counts)]
    if counts["unchecked"]:
        lines.append(fill("verification", "unchecked", lang, counts))
    if found.differs:
        lines += wrap_lines("", said["differs"], width)
    return "\n".join(lines)


def _to_dict(found: Verification) -> dict[str, Any]:
    return {
        "source": found.source,
        "sourceLabel": found.label,
        "sourceAddress": found.address,
        "ok": found.ok,
        "pageDiffers": found.differs,
        "found": found.count("found"),
        "missing": found.count("missing"),
        "unchecked": found.count("unchecked"),
        "claims": [
            {
                "status": one.status,
                "line": one.line,
                "column": one.column,
                **claim_to_dict(one.claim),
            }
            for one in found.claims
        ],
    }

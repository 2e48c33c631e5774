"""Parts of the HTML that notebooks show: labels, and links to what they rest on.

The markup is plain, so that it takes the looks of the notebook; nothing in it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice

import pyoxigraph as ox

from ctgraph.query.evidence.attribution import attribution_pieces, kind_of
from ctgraph.query.evidence.claims import ClaimEvidence
from ctgraph.terms import CT, shorten
from ctgraph.words import read_words

MOST_ROWS = 20
"""Rows of a table, and claims of one row, that a notebook shows."""
_CLAIMS = 3
_STATEMENTS = 50


def link(iri: str, text: str, title: str = "") -> str:
    """Return a text that leads to an IRI of the web, or stands alone where it is none.

    Args:
        iri: Where it leads.
        text: What is shown.
        title: What is said while the pointer rests on it.
    """
    shown = escape(text)
    if not iri.startswith(("https://", "http://")):
        return shown
    told = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(iri)}"{told}>{shown}</a>'


def link_term(term: object, labels: Mapping[str, str]) -> str:
    """Return a term as a cell shows it: an IRI by its label, a literal by its text.

    Args:
        term: A term, or None for an empty cell.
        labels: Labels by IRI.
    """
    if isinstance(term, ox.NamedNode):
        return link(term.value, labels.get(term.value) or shorten(term.value))
    if isinstance(term, ox.Literal):
        lang = f' lang="{escape(term.language)}"' if term.language else ""
        return f"<span{lang}>{escape(term.value)}</span>"
    return "" if term is None else escape(str(term))


def link_pieces(pieces: Iterable[tuple[str, str]]) -> str:
    """Return a text of pieces, each with the IRI of what it names or nothing.

    Args:
        pieces: Text and IRI of each.
    """
    return "".join(link(iri, text) for text, iri in pieces)


def link_claims(claims: Sequence[ClaimEvidence], lang: str) -> str:
    """Return links to the first claims, each with its words, and how many more there are.

    Args:
        claims: The claims.
        lang: ``en`` or ``ja``.
    """
    links = [link(one.iri, shorten(one.iri), one.quote or one.gloss or "") for one in claims]
    return " ".join([*links[:_CLAIMS], more("more_claims", len(links) - _CLAIMS, lang)])


def show_statements(
    thing: tuple[str, str],
    texts: Iterable[str],
    rows: Iterable[tuple[str, Sequence[tuple[str, str]], Sequence[ClaimEvidence]]],
    total: int,
    lang: str,
) -> str:
    """Return what is said about a thing: paragraphs, and a table of statements with their claims.

    Args:
        thing: Its IRI and label.
        texts: Paragraphs; empty ones are left out.
        rows: Property, value in pieces, and claims of each statement.
        total: How many statements there are.
        lang: ``en`` or ``ja``.
    """
    lines = [f"<h4>{link(*thing)}</h4>"]
    lines += [f"<p>{escape(text)}</p>" for text in texts if text]
    lines.append("<table><tbody>")
    shown, before = 0, ""
    for head, pieces, claims in islice(rows, _STATEMENTS):
        said = "" if head == before else escape(head)
        lines.append(f'<tr><th scope="row">{said}</th><td>{link_pieces(pieces)}</td>')
        lines.append(f"<td>{link_claims(claims, lang)}</td></tr>")
        shown, before = shown + 1, head
    return "".join([*lines, "</tbody></table>", more("more_statements", total - shown, lang)])


def show_claim(claim: ClaimEvidence, lang: str) -> str:
    """Return a claim in one paragraph: words or gloss, source, place, date, basis.

    Args:
        claim: The claim.
        lang: ``en`` or ``ja``.
    """
    kind = kind_of(claim)
    text = escape(claim.gloss or "")
    if kind == "quote":
        quote = f'<q lang="{escape(claim.quote_language)}">{escape(claim.quote or "")}</q>'
        text = f"{quote} {soft(text)}"
    elif kind == "digest":
        text += f" {soft('(' + escape(read_words('evidence', lang)['own_words']) + ')')}"
    basis = (claim.basis or "").removeprefix(CT).lower()
    parts = (
        link_pieces(attribution_pieces(claim, lang)),
        link(claim.iri, shorten(claim.iri)),
        escape(read_words("notebook", lang).get(basis, basis)),
    )
    return f"{text} — {' · '.join(part for part in parts if part)}"


def more(key: str, number: int, lang: str) -> str:
    """Return how many more of something there are; empty if there are none.

    Args:
        key: A key of the words for notebooks.
        number: How many.
        lang: ``en`` or ``ja``.
    """
    if number <= 0:
        return ""
    return soft(escape(read_words("notebook", lang)[key].format(n=number)))


def soft(html: str) -> str:
    """Return HTML that stands back behind its surroundings.

    Args:
        html: What it holds.
    """
    return f'<span style="opacity: 0.7">{html}</span>'

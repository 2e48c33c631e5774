"""Quotes against the stored text of their source, and numbers against their words."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.query.checks.findings import Skipped, Words, show
from ctgraph.query.wording import read_number, read_wording
from ctgraph.store import read_query_text
from ctgraph.terms import CT, CTD, PREFIXES, shorten

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Finding
    from ctgraph.query.checks.graph import CheckedGraph
    from ctgraph.store import Bundle, Store


RULES = {
    "quote-not-found": Words(
        "A quote occurs in the text of its source.", "引用は出典の本文に現れる。"
    ),
    "quote-outside-section": Words(
        "A quote touches the section its claim names.", "引用は主張が示す節にかかる。"
    ),
    "quote-cuts-word": Words(
        "A quote begins and ends with whole words.", "引用は語の途中で始まらず、終わらない。"
    ),
    "quote-no-clause": Words(
        "Words that state what somebody did are at least a clause.",
        "誰かが何をしたかを述べる文言は、少なくとも一つの節である。",
    ),
    "section-outside-text": Words(
        "A section ends within the text of its source.", "節は出典の本文の中で終わる。"
    ),
    "number-not-as-worded": Words(
        "A number is the one that the words of the source give.",
        "数値は出典の表現が示す数である。",
    ),
    "quote-without-text": Words(
        "A source that is quoted has its text in the project.",
        "引用される出典の本文がプロジェクトにある。",
    ),
}
"""What each rule of the group asks, by its name."""

# --- texts ---------------------------------------------------------------------------------------


class CheckedQuote(NamedTuple):
    """A quote, and the section it should stand in."""

    claim: str
    quote: str
    source: str
    section: str
    start: int | None
    end: int | None


class _Near(NamedTuple):
    """The passage of a text that is most like a lost quote."""

    line: int
    text: str
    difference: Words


def touches_quote(spans: Iterable[tuple[int, int]], quoted: CheckedQuote) -> bool:
    """Tell whether any of some spans overlaps a quote; so it is where the quote has no place."""
    if quoted.start is None or quoted.end is None:
        return True
    return any(start < quoted.end and quoted.start < end for start, end in spans)


FEW_DIFFERENCES = 4
_WORD = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]+|[\d][\d.,]*\d|[ァ-ヶー]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
# What joins a noun to others in a clause: a particle, a preposition, a verb.
_CLAUSE = re.compile(
    r"[をにがはへでと]|より|から|し[たて]|する"
    r"|\b(?:in|at|by|with|to|from|is|are|was|were|has|have|had|will|held|met|gave|took|\w+ed)\b"
)


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


class SourceText:
    """The text of a source, with and without white space."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.raw = read_query_text(path, shown)
        self._kept = [index for index, char in enumerate(self.raw) if not char.isspace()]
        self.squeezed = "".join(self.raw[index] for index in self._kept)
        self._line_starts = [0] + [match.end() for match in re.finditer(r"\n", self.raw)]

    def line(self, position: int) -> int:
        """Return the line of the file, from 1, of a character counted without white space."""
        if not self._kept:
            return 1
        raw = self._kept[min(position, len(self._kept) - 1)]
        return bisect_right(self._line_starts, raw)

    def spans(self, quote: str) -> list[tuple[int, int]]:
        """Start and end of each place where a quote stands, white space left out.

        The same as `quotes.quote_offsets`, without reading the whole text for each quote.
        """
        wanted = squeeze(quote)
        found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", self.squeezed)]
        return [(start, start + len(wanted)) for start in found] if wanted else []

    def word_around(self, position: int) -> str:
        """Return the word that a place between two characters cuts; nothing if it cuts none.

        Japanese has no blanks, so only katakana words and numbers are seen there. A year is whole
        behind another number: a page number often stands before a date.
        """
        if not 0 < position < len(self._kept):
            return ""
        at = self._kept[position]
        for match in _WORD.finditer(self.raw, max(0, at - 40), at + 40):
            if match.start() < at < match.end() and not _YEAR.match(self.raw, at):
                return match[0]
        return ""

    def nearest(self, quote: str) -> _Near | None:
        """Return the passage most like a quote that is not in the text; None if none is like it."""
        wanted = squeeze(quote)
        if not wanted or not self.squeezed:
            return None
        start, end = self._window(wanted)
        matcher = difflib.SequenceMatcher(None, self.squeezed[start:end], wanted, autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        if not blocks or sum(block.size for block in blocks) * 3 < len(wanted):
            return None
        # The window is cut where the first and the last thing in common stand.
        first, last = blocks[0], blocks[-1]
        cut_start = max(start, start + first.a - first.b)
        cut_end = min(end, start + last.a + len(wanted) - last.b)
        passage = self.squeezed[cut_start:cut_end]
        return _Near(self.line(cut_start), passage, _difference(passage, wanted))

    def _window(self, wanted: str) -> tuple[int, int]:
        """Return a stretch of the text around the longest run that it shares with a quote.

        Runs are compared in the form that leaves width and case out, so that a difference in
        width alone does not hide the right place.
        """
        plain = _even(self.squeezed)
        matcher = difflib.SequenceMatcher(None, plain, _even(wanted), autojunk=False)
        match = matcher.find_longest_match()
        slack = max(8, len(wanted) // 4)
        start = max(0, match.a - match.b - slack)
        return start, min(len(self.squeezed), match.a - match.b + len(wanted) + slack)


def _even(text: str) -> str:
    """Return a text with width and case left out, character for character."""
    import unicodedata

    evened = (unicodedata.normalize("NFKC", char).casefold() for char in text)
    return "".join(
        even if len(even) == 1 else char for even, char in zip(evened, text, strict=True)
    )


def _difference(passage: str, quote: str) -> Words:
    """Return what distinguishes a passage from a quote."""
    if _even(passage) == _even(quote):
        kind = Words("only the width or case of characters differs: ", "文字の幅か大小だけが違う：")
    else:
        kind = Words("", "")
    parts_en: list[str] = []
    parts_ja: list[str] = []
    matcher = difflib.SequenceMatcher(None, passage, quote, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        parts_en.append(f"text {passage[a:b] or '-'} | quote {quote[c:d] or '-'}")
        parts_ja.append(f"本文「{passage[a:b]}」、引用「{quote[c:d]}」")
    more = "; …" if len(parts_en) > 4 else ""
    return Words(kind.en + "; ".join(parts_en[:4]) + more, kind.ja + "；".join(parts_ja[:4]) + more)


def read_source(bundle: Bundle, source: str) -> SourceText | None:
    """Return the text of a source; None if the project does not have it.

    Args:
        bundle: The project.
        source: IRI of the source; nothing for an unknown one.
    """
    if not source.startswith(CTD):
        return None
    path = bundle.text_file(source[len(CTD) :])
    if not path.is_file():
        return None
    return SourceText(path, bundle.show(path))


# --- the checks ----------------------------------------------------------------------------------


def read_quotes(store: Store) -> Iterator[CheckedQuote]:
    """Yield the quotes of all claims, in the order of their claims.

    Args:
        store: The graph.
    """
    for row in store.select(_QUOTES):
        yield CheckedQuote(
            claim=row["claim"].value,
            quote=row["quote"].value,
            source="" if row["source"] is None else row["source"].value,
            section="" if row["section"] is None else row["section"].value,
            start=None if row["start"] is None else int(row["start"].value),
            end=None if row["end"] is None else int(row["end"].value),
        )


def check_quotes(graph: CheckedGraph, names: Collection[str]) -> Iterator[Finding | Skipped]:
    """Yield quotes, sections and numbers that disagree with the texts of the sources.

    Args:
        graph: The graph. If it was not made from the files of its project, quotes from a source
            whose text is not there are not wrong, but skipped.
        names: The rules of the group to run.
    """
    texts: dict[str, SourceText | None] = {}
    without: Counter[str] = Counter()
    for quoted in read_quotes(graph.store):
        if quoted.source not in texts:
            texts[quoted.source] = read_source(graph.bundle, quoted.source)
        text = texts[quoted.source]
        if text is None:
            without[quoted.source] += 1
        else:
            yield from _check_quote(graph, names, quoted, text)
    if "quote-no-clause" in names:
        yield from _check_clauses(graph)
    if "section-outside-text" in names:
        yield from _check_sections(graph, texts)
    if "number-not-as-worded" in names:
        yield from _check_numbers(graph)
    if without and not graph.holds_bundle():
        yield Skipped(
            "quotes",
            Words(
                f"{without.total()} quotes are from sources whose text is not in the project.",
                f"{without.total()}件の引用は、本文がプロジェクトにない出典からのものである。",
            ),
        )
    elif "quote-without-text" in names:
        yield from _report_missing_texts(graph, without)


def _check_quote(
    graph: CheckedGraph, names: Collection[str], quoted: CheckedQuote, text: SourceText
) -> Iterator[Finding]:
    found = text.spans(quoted.quote)
    if not found:
        if "quote-not-found" in names:
            yield _report_lost_quote(graph, quoted, text)
        return
    if "quote-cuts-word" in names and (word := _cut_word(found, text)):
        yield graph.make_finding(
            "quote-cuts-word",
            "error",
            quoted.claim,
            Words(
                f"The quote begins or ends within {word} ({text.shown}:{text.line(found[0][0])}).",
                f"引用が「{word}」の途中で切れている（{text.shown}:{text.line(found[0][0])}）。",
            ),
            Words("Quote whole words.", "語の切れ目で引用する。"),
            group="quotes",
            property_iri=CT + "quote",
        )
    if "quote-outside-section" in names and not touches_quote(found, quoted):
        start, end = found[0]
        yield graph.make_finding(
            "quote-outside-section",
            "error",
            quoted.claim,
            Words(
                f"The quote stands at characters {start} to {end} "
                f"({text.shown}:{text.line(start)}), outside the section "
                f"{shorten(quoted.section)} ({quoted.start} to {quoted.end}).",
                f"引用は{start}〜{end}文字目（{text.shown}:{text.line(start)}）にあり、"
                f"節{shorten(quoted.section)}（{quoted.start}〜{quoted.end}）の外にある。",
            ),
            Words(
                "Name the section in which the words stand, or correct its oa:start and oa:end.",
                "その語句のある節をct:sectionで示すか、節のoa:startとoa:endを直す。",
            ),
            group="quotes",
            property_iri=CT + "section",
        )


def _cut_word(found: Sequence[tuple[int, int]], text: SourceText) -> str:
    """Return the word that a quote begins or ends within wherever it stands; or nothing."""
    words = [text.word_around(start) or text.word_around(end) for start, end in found]
    return words[0] if all(words) else ""


def _check_clauses(graph: CheckedGraph) -> Iterator[Finding]:
    for claim, quote in graph.store.select(_STATING):
        if _CLAUSE.search(squeeze(quote.value) if quote.language == "ja" else quote.value):
            continue
        yield graph.make_finding(
            "quote-no-clause",
            "error",
            claim.value,
            Words(
                f"The quote names something, but says nothing of it: {quote.value}",
                f"引用は名を挙げるだけで、何も述べていない：{quote.value}",
            ),
            Words(
                "Quote on to the verb that says what was done.",
                "何をしたかを述べる述語まで引用する。",
            ),
            group="quotes",
            property_iri=CT + "quote",
        )


def _report_lost_quote(graph: CheckedGraph, quoted: CheckedQuote, text: SourceText) -> Finding:
    near = text.nearest(quoted.quote)
    en = f"The quote is not in {text.shown}."
    ja = f"引用が{text.shown}にない。"
    if near is not None:
        en += f" Nearest, at line {near.line}: {near.text} ({near.difference.en})"
        ja += f" 最も近いのは{near.line}行目：{near.text}（{near.difference.ja}）"
    return graph.make_finding(
        "quote-not-found",
        "error",
        quoted.claim,
        Words(en, ja),
        Words(
            "Copy the words from the text as they stand; only white space may differ.",
            "本文の語句をそのまま写す。違ってよいのは空白だけである。",
        ),
        group="quotes",
        property_iri=CT + "quote",
    )


def _report_missing_texts(graph: CheckedGraph, without: Mapping[str, int]) -> Iterator[Finding]:
    for source, number in sorted(without.items()):
        name = shorten(source) if source else "?"
        folder = source[len(CTD) :] if source.startswith(CTD) else "<source-id>"
        yield graph.make_finding(
            "quote-without-text",
            "error",
            source or CT + "Source",
            Words(
                f"{number} quotes from {name} cannot be checked: there is no "
                f"data/{folder}/text.txt.",
                f"{name}からの引用{number}件を照合できない。data/{folder}/text.txtがない。",
            ),
            Words(
                "Add the text of the source, or give the digest of the words (ct:words).",
                "出典の本文を加えるか、文言の要約値（ct:words）を示す。",
            ),
            group="quotes",
        )


def _check_sections(
    graph: CheckedGraph, texts: Mapping[str, SourceText | None]
) -> Iterator[Finding]:
    for section, source, end in graph.store.select(_SECTIONS):
        text = texts.get(source.value)
        if text is None or int(show(end)) <= len(text.squeezed):
            continue
        yield graph.make_finding(
            "section-outside-text",
            "error",
            section.value,
            Words(
                f"The section ends at character {show(end)}, but {text.shown} has only "
                f"{len(text.squeezed)} (white space left out).",
                f"節は{show(end)}文字目で終わるとされるが、{text.shown}は空白を除いて"
                f"{len(text.squeezed)}文字しかない。",
            ),
            Words(
                "Correct oa:start and oa:end of the section.",
                "節のoa:startとoa:endを直す。",
            ),
            group="quotes",
            property_iri=PREFIXES["oa"] + "end",
        )


def _check_numbers(graph: CheckedGraph) -> Iterator[Finding]:
    wording = read_wording(graph.bundle)
    for thing, number, words in graph.store.select(_NUMBERS):
        said = read_number(show(words), wording)
        if said is None or said == Decimal(show(number)):
            continue
        yield graph.make_finding(
            "number-not-as-worded",
            "error",
            str(thing.value),
            Words(
                f"The number is {show(number)}, but the words {show(words)} give {said:f}.",
                f"数値は{show(number)}だが、表現「{show(words)}」は{said:f}を示す。",
            ),
            Words(
                "Correct the number, or the words in ct:sourceExpression.",
                "数値か、ct:sourceExpressionの表現を直す。",
            ),
            group="quotes",
            property_iri=CT + "sourceExpression",
        )


# Numbers that are none are a fault of their file, which is told as such.
_QUOTES = f"""
PREFIX ct: <{CT}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT ?claim ?quote ?section ?source ?start ?end
WHERE {{
  ?claim a ct:Claim ; ct:quote ?quote .
  OPTIONAL {{
    ?claim ct:section ?section .
    OPTIONAL {{ ?section ct:source ?source }}
    OPTIONAL {{
      ?section oa:start ?start ; oa:end ?end .
      FILTER(ISNUMERIC(?start) && ISNUMERIC(?end))
    }}
  }}
}}
ORDER BY ?claim ?quote ?section ?source
"""

# What names a thing or dates a page needs no clause.
_STATING = f"""
PREFIX ct: <{CT}>
SELECT DISTINCT ?claim ?quote
WHERE {{
  ?claim ct:quote ?quote ; ct:basis ct:Stated .
  VALUES ?property {{
    ct:participant ct:role ct:startDate ct:endDate ct:amount ct:heldIn
  }}
  GRAPH ?claim {{ ?thing ?property ?value }}
  FILTER NOT EXISTS {{ ?thing a ?kind . VALUES ?kind {{ ct:Source ct:FiscalYear }} }}
}}
ORDER BY ?claim ?quote
"""

_SECTIONS = f"""
PREFIX ct: <{CT}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT DISTINCT ?section ?source ?end
WHERE {{ ?section ct:source ?source ; oa:end ?end . FILTER(ISNUMERIC(?end)) }}
ORDER BY ?section ?end
"""

_NUMBERS = f"""
PREFIX ct: <{CT}>
SELECT DISTINCT ?thing ?number ?words
WHERE {{
  ?thing ct:amount|ct:value ?number ; ct:sourceExpression ?words .
  FILTER(ISNUMERIC(?number))
}}
ORDER BY ?thing ?number ?words
"""

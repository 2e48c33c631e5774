"""The last slide of a story: what it rests on, under which licence, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctgraph.draw.slides.powerpoint import EDGE, WIDTH, Deck
from ctgraph.draw.source_names import join_sources
from ctgraph.draw.text_metrics import LINE, Box, text_height
from ctgraph.words import read_words

_NAMES, _TEXTS = Box(EDGE, 84, 190, 508), Box(200, 84, WIDTH - EDGE, 508)
_GAP = 16.0


def draw_sources(
    deck: Deck, about: Mapping[str, Any], network: Sequence[str], scope: str = ""
) -> None:
    """Add the slide; its notes have room for all sources.

    Args:
        deck: The presentation.
        about: What `ctgraph.export.resources.citation` gave.
        network: What the network is, in lines.
        scope: According to whom and as of when, as `ctgraph.query.say_scope` says it.
    """
    lang, said = deck.lang, read_words("slides", deck.lang)
    slide = deck.slide(said["sources"], Box(EDGE, 18, WIDTH - EDGE, 60), sizes=(28, 26, 24))
    title = about["title_ja"] if lang == "ja" else about["title"]
    named = [say_source(one, lang) for one in about["sources"]]
    every = "\n".join(named)
    shown = every if len(named) < 5 else join_sources(named, lang)
    cited = said["cited"].format(
        publisher=said["publisher"], title=title, version=about["version"], url=about["url"]
    )
    parts = [
        (said["source_many"], shown),
        (said["data"], f"{title}\n{said['version'].format(about['version'])}\n{about['url']}"),
        (said["network"], "\n".join(network)),
        (said["licence"], f"{about['licence_name']}\n{about['licence']}"),
        (said["hash"], str(about["hash"])),
        (
            said["cite"],
            said["between_cited"].join(
                [
                    cited,
                    *filter(None, [scope, about["hash"] and f"{said['hash']} {about['hash']}"]),
                    about["licence_name"],
                ]
            ),
        ),
    ]
    for size in (14.0, 13.0, 12.0, 11.0, 10.0, 9.0):
        high = [text_height(text.split("\n"), _TEXTS.width, size) + _GAP for _, text in parts]
        if sum(high) <= _TEXTS.height:
            break
    top = _TEXTS.top
    for (name, text), needed in zip(parts, high, strict=True):
        bottom = min(top + needed - _GAP, _TEXTS.bottom)
        if bottom - top < size * LINE - 0.1:
            break
        name_box = _NAMES._replace(top=top, bottom=bottom)
        deck.text(slide, name_box, name, sizes=(size,), bold=True)
        deck.text(slide, _TEXTS._replace(top=top, bottom=bottom), text, sizes=(size,))
        top += needed
    noted = [(parts[0][0], every), *parts[1:]]
    deck.notes(slide, [f"{name}\n{text}\n" for name, text in noted])


def say_source(source: Mapping[str, str], lang: str) -> str:
    """Return publisher, name and date of a source in a line.

    Args:
        source: One of the sources of `ctgraph.export.resources.citation`.
        lang: ``en`` or ``ja``.
    """
    publisher, label = source[f"publisher_{lang}"], source[f"label_{lang}"] or source["label_en"]
    date = source["date"]
    if lang == "ja":
        name = f"「{label}」" if publisher else label
        return f"{publisher}{name}{f'（{date}）' if date else ''}"
    return ", ".join(part for part in (publisher, label, date) if part)

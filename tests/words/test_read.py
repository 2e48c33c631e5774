"""The tables of words: the same keys and places in both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctgraph.words import read

FOLDER = Path(read.__file__).parent
SECTIONS = sorted(tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8")))


def flat(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a table with its key; of a list of pairs the keys stand in the key."""
    for key, value in table.items():
        if isinstance(value, str):
            yield key, value
        else:
            yield from ((f"{key} {name}", text) for name, text in value)


def places(text: str) -> set[str]:
    """What is filled in: the names in braces, without how they are shown."""
    return set(re.findall(r"(?<!{){(\w+)[^{}]*}", text))


def test_both_languages_have_the_same_tables() -> None:
    assert sorted(tomllib.loads((FOLDER / "ja.toml").read_text(encoding="utf-8"))) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_have_the_same_keys_and_places(section: str) -> None:
    english, japanese = (dict(flat(read.read_words(section, lang))) for lang in ("en", "ja"))
    assert english.keys() == japanese.keys()
    for key, text in english.items():
        assert bool(text.strip()) <= bool(japanese[key].strip()), key
        assert places(text) == places(japanese[key]) or not text, key

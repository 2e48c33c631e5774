"""Sentences with places, filled in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ctgraph.words.read import read_words

# Places that hold a noun or a list of nouns, which Japanese has words of its own for.
_NOUN_PLACES = frozenset({"kind", "form", "expected", "thing"})


def fill(section: str, key: str, lang: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its places filled; "" if there is none.

    Lists become "a, b" (in a place whose name begins with ``near``: "a or b"), an error is told in
    the same language, and a noun is said in it.

    Args:
        section: A table of the words.
        key: The key of the sentence.
        lang: ``en`` or ``ja``.
        values: What stands in its places, by name.
    """
    template = read_words(section, lang).get(key, "")
    said = {name: _say(name, value, lang) for name, value in values.items()}
    return str(template).format(**said)


def _say(name: str, value: object, lang: str) -> object:
    if isinstance(value, BaseException) and hasattr(value, "tell"):
        return value.tell(lang)
    if isinstance(value, (list, tuple)):
        between = "、" if lang == "ja" else " or " if name.startswith("near") else ", "
        return between.join(str(_say(name, one, lang)) for one in value)
    if name in _NOUN_PLACES and lang == "ja" and isinstance(value, str):
        return say_noun(value)
    return value


def say_noun(text: str) -> str:
    """Return a noun, or several with "or" between, in Japanese; what is not known stays.

    Args:
        text: The noun in English, with or without its article.

    Example:
        >>> say_noun("an actor"), say_noun("SELECT or ASK")
        ('主体', 'SELECTまたはASK')
    """
    nouns = read_words("nouns", "ja")
    whole = nouns.get(bare(text))
    if whole is not None:
        return str(whole)
    parts = [str(nouns.get(bare(part), part)) for part in re.split(r", | or ", text)]
    return "または".join(("、".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def bare(noun: str) -> str:
    """Return a noun without its article.

    Args:
        noun: The noun in English.
    """
    return re.sub(r"\A(an?|the) ", "", noun)


def join_sentences(sentences: Iterable[str], lang: str) -> str:
    """Return sentences as one text; empty ones are left out.

    Args:
        sentences: The sentences.
        lang: ``en`` or ``ja``.
    """
    said = [one for one in sentences if one]
    if lang != "ja":
        return " ".join(said)
    return "".join([*(f"{one.removesuffix('。')}。" for one in said[:-1]), *said[-1:]])

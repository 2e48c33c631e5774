"""Sentences with places, filled in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ctgraph.words.read import read_words

# Places that hold a noun or a list of nouns, which Japanese has words of its own for.
_NOUN_PLACES = frozenset({"kind", "form", "expected", "thing"})
# What stands between the items of a list in English; in Japanese it is always the same.
_BETWEEN = {
    "near": " or ",
    "able": " or ",
    "both": " and ",
    "classes": " and ",
    "columns": " and no ",
    "candidates": "; ",
    "conditions": "; ",
}
_OF_BOTH_LANGUAGES = re.compile(r".* / (?P<label>.*) \((?P<name>\S+)\)")


@dataclass(frozen=True)
class Quoted:
    """A value as it was given, which a sentence shows in quotation marks, cut if it is long.

    Attributes:
        value: What was given.
        length: Characters at most.
    """

    value: object
    length: int = 80

    def tell(self, lang: str = "en") -> str:
        """Return the value as a language quotes it.

        Args:
            lang: ``en`` or ``ja``.
        """
        is_bare = lang == "ja" and isinstance(self.value, str)
        text = str(self.value) if is_bare else repr(self.value)
        if len(text) > self.length:
            text = text[: self.length - 1] + "…"
        return f"「{text}」" if lang == "ja" else text


class Phrase:
    """A part of a sentence that has a key of its own in the table ``errors``.

    Args:
        key: The key.
        **values: What stands in its places.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values

    def tell(self, lang: str = "en") -> str:
        """Return the words in a language.

        Args:
            lang: ``en`` or ``ja``.
        """
        return fill("errors", self.key, lang, self.values)


def fill(section: str, key: str, lang: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its places filled; "" if there is none.

    Lists become "a, b" or, in some places, "a or b" or "a and b"; an error is told in the same
    language, in the place ``sentences`` with what to do about it; and a noun is said in it.

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
    if isinstance(value, (list, tuple)):
        told = [str(_say(name, one, lang)) for one in value]
        if name == "sentences":
            return join_sentences(told, lang)
        return ("、" if lang == "ja" else _BETWEEN.get(name, ", ")).join(told)
    if isinstance(value, str):
        return _say_word(name, value) if lang == "ja" else value
    tell = getattr(value, "say" if name == "sentences" else "tell", None)
    return tell(lang) if callable(tell) else value


def _say_word(name: str, value: str) -> str:
    if name in _NOUN_PLACES:
        return say_noun(value)
    if name in ("near", "candidates"):
        # A thing is named by its labels in both languages, of which one is enough.
        match = _OF_BOTH_LANGUAGES.fullmatch(value)
        return f"{match['label']} ({match['name']})" if match else value
    return value


def say_noun(text: str) -> str:
    """Return a noun, or several with "or" between, in Japanese; what is not known stays.

    Args:
        text: The noun in English, with or without its article.

    Example:
        >>> say_noun("an actor"), say_noun("SELECT or ASK"), say_noun("'}'")
        ('主体', 'SELECTまたはASK', '「}」')
    """
    nouns = read_words("nouns", "ja")
    whole = nouns.get(bare(text))
    if whole is not None:
        return str(whole)
    parts = [_say_part(part) for part in re.split(r", | or ", text)]
    return "または".join(("、".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def _say_part(text: str) -> str:
    if len(text) > 2 and text[0] == text[-1] == "'":
        return f"「{text[1:-1]}」"
    return str(read_words("nouns", "ja").get(bare(text), text))


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
    return "".join([*(_end(one) for one in said[:-1]), *said[-1:]])


def _end(sentence: str) -> str:
    if sentence.endswith((".", "?")):  # what is known in English alone
        return f"{sentence} "
    return f"{sentence.removesuffix('。')}。"

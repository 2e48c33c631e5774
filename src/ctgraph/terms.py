"""Namespaces, prefixes, and the way between CURIEs and IRIs.

The base IRIs stand here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from ctgraph.errors import DataError, UnknownName, suggest

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

Language = Literal["en", "ja"]


BASE = "https://w3id.org/ctgraph/"
ONTOLOGY = BASE + "ontology"
CT = ONTOLOGY + "#"
CTD = BASE + "id/"
CTV = BASE + "concept/"
MERGE = BASE + "merge"
"""The graph that holds the merge on servers whose default graph is all their graphs together."""

PREFIXES: dict[str, str] = {
    "ct": CT,
    "ctd": CTD,
    "ctv": CTV,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that every query, file and page of ctgraph may use without declaring them."""

OWN_NAMESPACES = (CT, CTD, CTV)


class Namespace:
    """The terms of a namespace, as the engine has them.

    Args:
        base: How their IRIs begin.

    Example:
        >>> print(skos.prefLabel, ctv["not-stated"])
        <http://www.w3.org/2004/02/skos/core#prefLabel> <https://w3id.org/ctgraph/concept/not-stated>
    """

    def __init__(self, base: str) -> None:
        self._base = base

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        from pyoxigraph import NamedNode

        term = NamedNode(self._base + name)
        setattr(self, name, term)  # where it is found at once from now on
        return term

    def __getitem__(self, name: str) -> NamedNode:
        term: NamedNode = getattr(self, name)
        return term


ct, ctv = Namespace(CT), Namespace(CTV)
dcterms, org, owl, prov, rdf, rdfs, schema, sh, skos, spdx, xsd = (
    Namespace(PREFIXES[prefix])
    for prefix in (
        *("dcterms", "org", "owl", "prov", "rdf", "rdfs", "schema", "sh", "skos", "spdx", "xsd"),
    )
)

LANGUAGES = ("en", "ja")
"""Languages that names, definitions and messages are in."""

SHA256 = re.compile(r"[0-9a-f]{64}\Z")
"""A digest of words, as the graph writes it."""
_WORDS_NAMED_BY = 16

# The part of PN_LOCAL (SPARQL 1.1 Query, 19.8) that every reader takes without escapes; dots are
# allowed inside a name, but not all readers agree on them.
_SAFE_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*\Z")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_JAPANESE = re.compile("[぀-ヿ㐀-鿿々]")
_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def expand(curie: str) -> str:
    """Return the IRI that a CURIE stands for.

    Args:
        curie: A prefixed name such as ``ctd:unodc``.

    Raises:
        DataError: The prefix is not one of `PREFIXES`, or there is no colon.

    Example:
        >>> expand("ctd:unodc")
        'https://w3id.org/ctgraph/id/unodc'
    """
    prefix, colon, local = curie.partition(":")
    if not colon:
        raise DataError("not-a-prefixed-name", curie=curie)
    try:
        return PREFIXES[prefix] + local
    except KeyError:
        close = suggest(prefix, PREFIXES)
        raise DataError(
            "unknown-prefix-in-curie",
            curie=curie,
            prefix=prefix,
            near=[f"{one}:{local}" for one in close[:1]],
            names=[*PREFIXES],
            hint="did-you-mean" if close else "known",
        ) from None


def shorten(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI in angle brackets if no CURIE can hold it.

    Args:
        iri: An absolute IRI.

    Example:
        >>> shorten("https://w3id.org/ctgraph/id/unodc"), shorten("https://w3id.org/ctgraph/x")
        ('ctd:unodc', '<https://w3id.org/ctgraph/x>')
    """
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if is_local_name_safe(local):
                return f"{prefix}:{local}"
    return f"<{iri}>"


def is_local_name_safe(local: str) -> bool:
    """Tell whether a local name can stand behind a prefix without escapes.

    Args:
        local: The part after the colon.
    """
    return _SAFE_LOCAL.match(local) is not None


def mint(slug: str) -> str:
    """Return the IRI of the individual with a slug.

    Args:
        slug: Lower-case kebab ASCII, as in ``unscr-1373``.

    Raises:
        DataError: The slug has another form.
    """
    if not is_slug(slug):
        raise DataError("not-a-slug", slug=slug)
    return CTD + slug


def is_slug(text: str) -> bool:
    """Tell whether a text can be the name of an individual, as in ``unscr-1373``."""
    return _SLUG.match(text) is not None


def make_slug(text: str) -> str:
    """Return the ASCII words of a text in lower case, with hyphens; empty if it has none.

    Args:
        text: Any text.

    Example:
        >>> make_slug("Côte d’Ivoire (2024)")
        'cote-divoire-2024'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Characters that are not seen, and that come along when a text is copied."""

_UNCOMPARED = dict.fromkeys(map(ord, "・" + UNSEEN))


def fold(text: str) -> str:
    """Return a text in the form in which it is compared: NFKC, casefold, no white space or "・".

    Nor what is not seen, such as a zero-width space of a page. The dot parts Japanese words as a
    space does, and is as often left out.

    Args:
        text: Any text.

    Example:
        >>> fold("Ｇ７ 会合") == fold("g7会合")
        True
        >>> fold("ローマ・リヨン・グループ")
        'ローマリヨングループ'
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join((plain if plain.isascii() else plain.translate(_UNCOMPARED)).split())


def name_words(digest: str) -> str:
    """Return the IRI of the node that stands for the words with a digest.

    Args:
        digest: SHA-256 in lower-case hexadecimal digits.

    Example:
        >>> shorten(name_words("e3b0c44298fc1c149afbf4c8996fb924" * 2))
        'ctd:words-e3b0c44298fc1c14'
    """
    return f"{CTD}words-{digest[:_WORDS_NAMED_BY]}"


def tell_language(text: str) -> Language:
    """Return "ja" for a text with a Japanese letter in it, else "en".

    Args:
        text: Any text, of one language.

    Example:
        >>> tell_language("UNODCへの拠出")
        'ja'
    """
    return "ja" if _JAPANESE.search(text) else "en"


def check_lang(lang: str) -> None:
    """Refuse a language that the graph has no texts in.

    Raises:
        UnknownName: It is none of `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, hint="known", names=[*LANGUAGES])

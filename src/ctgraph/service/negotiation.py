"""Which media type answers a request: the header Accept (RFC 9110, 12.5.1), or a name in the URL.

What the standard leaves open is settled so: an entry that cannot be read is passed over, and a
header in which nothing can be read accepts nothing; a ``q`` that is no quality, or above 1, is 1;
a bare ``*`` means ``*/*``, as old clients send it. Among types that are wanted equally, one that
the client names goes before one that only a wildcard admits, then the client's own order counts,
then ours. The parameters ``charset=utf-8`` (all we send) and ``profile`` and ``version`` (which ask
for a flavour, not for a type) admit a type that does not have them; any other parameter must be the
type's own. A type that is not offered admits what clients read it as (``text/n3`` Turtle,
``text/xml`` the XML that there is; `ctgraph.export.Format.known_as`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ctgraph.errors import RequestError
from ctgraph.export import ANSWER_FORMATS, FORMATS, Format
from ctgraph.service.handler import Request

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LONGEST = 8192
_PARAMETER = rf'[ \t]*+;[ \t]*+(?:({_TOKEN}+)=({_TOKEN}+|"(?:[^"\\]|\\.)*+"))?'
_SPLIT = re.compile(r'((?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++)')
_RANGE = re.compile(rf"({_TOKEN})(?:/({_TOKEN}))?((?:{_PARAMETER})*)[ \t]*\Z")
_QUALITY = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_FLAVOURS = ("profile", "version")
_PAGES = ("html", "xhtml+xml")


class MediaRange(NamedTuple):
    """What one entry of an Accept header admits.

    Attributes:
        type: The type, in lower case, or ``*``.
        subtype: The subtype, in lower case, or ``*``.
        parameters: Its parameters but ``q``; names in lower case.
        quality: How much it is wanted, from 0 (not at all) to 1.
    """

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()
    quality: float = 1.0

    def precedence(self, offer: MediaRange) -> int:
        """Return how exactly it names a type: 0 if it does not admit it, else 1 to 3 and more.

        Args:
            offer: A type without wildcards.
        """
        if self.type not in ("*", offer.type) or self.subtype not in ("*", offer.subtype):
            return 0
        matched = 0
        for name, value in self.parameters:
            if (name, value) in offer.parameters:
                matched += 1
            elif name not in _FLAVOURS and (name, value.lower()) != ("charset", "utf-8"):
                return 0
        return 1 + (self.type != "*") + (self.subtype != "*") + matched


def read_media_type(text: str) -> MediaRange | None:
    """Return the type, subtype and parameters that a text names; None if it names none.

    Args:
        text: One entry of an Accept header, or a Content-Type.

    Example:
        >>> read_media_type("Text/HTML; charset=UTF-8; q=0.5")
        MediaRange(type='text', subtype='html', parameters=(('charset', 'UTF-8'),), quality=0.5)
    """
    match = _RANGE.match(text.strip())
    if match is None:
        return None
    kind, subtype = match[1].lower(), (match[2] or "").lower()
    if not subtype:
        if kind != "*":
            return None
        subtype = "*"
    if kind == "*" and subtype != "*":
        return None
    quality = 1.0
    parameters = []
    for name, value in re.findall(_PARAMETER, match[3]):
        if not name:
            continue
        if name.lower() == "q":
            # One that is none says nothing: the type is named, and so it is wanted.
            quality = min(1.0, float(value)) if _QUALITY.match(value) else 1.0
            break  # what stands behind it was never defined
        plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] == '"' else value
        parameters.append((name.lower(), plain))
    return MediaRange(kind, subtype, tuple(parameters), quality)


def read_accept(header: str) -> list[MediaRange]:
    """Return the entries of an Accept header that can be read, in their order.

    Args:
        header: The value of the header; several headers are joined by commas.
    """
    found = (read_media_type(part) for part in _SPLIT.findall(header))
    return [entry for entry in found if entry is not None]


def _with_meant(entries: Iterable[MediaRange]) -> Iterator[MediaRange]:
    """Give entries, behind each the types that its type means besides."""
    for entry in entries:
        yield entry
        for meant in NAMES.get(f"{entry.type}/{entry.subtype}", ()):
            kind, _, subtype = meant.partition("/")
            yield entry._replace(type=kind, subtype=subtype)


@lru_cache(maxsize=512)
def negotiate(accept: str, offers: tuple[str, ...]) -> str | None:
    """Return the offer that the client wants most; None if it accepts none of them.

    Args:
        accept: The header Accept; an empty one accepts everything.
        offers: Media types, ours first.

    Raises:
        RequestError: The header is absurdly long (431).

    Example:
        >>> offers = ("application/json", "text/csv", "text/html")
        >>> negotiate("text/html,application/xhtml+xml,*/*;q=0.8", offers)
        'text/html'
        >>> negotiate("*/*, application/json;q=0", offers)
        'text/csv'
        >>> negotiate("image/png", offers)
    """
    if not accept.strip():
        return offers[0] if offers else None
    if len(accept) > _LONGEST:
        raise RequestError("accept-header-too-long", LONGEST=_LONGEST, status=431)
    entries = [*_with_meant(read_accept(accept))]
    best: str | None = None
    best_rank: tuple[float, bool, int] = (0.0, False, 0)
    for offer in offers:
        kind = read_media_type(offer)
        assert kind is not None, f"{offer} is no media type"
        # The most exact entry decides about a type, even if another wants it more.
        precedence, place = max(
            ((entry.precedence(kind), -place) for place, entry in enumerate(entries)),
            default=(0, 0),
        )
        if not precedence:
            continue
        entry = entries[-place]
        is_named = entry.subtype != "*"
        rank = (entry.quality, is_named, place if is_named else -len(entries))
        if entry.quality > 0 and rank > best_rank:
            best, best_rank = offer, rank
    return best


def choose(accept: str, offers: Sequence[str], what: str = "the answer") -> str:
    """Return the offer that the client wants most.

    Args:
        accept: The header Accept.
        offers: Media types, ours first.
        what: What is offered, for the message.

    Raises:
        RequestError: It accepts none of them (406).
    """
    found = negotiate(accept, tuple(offers))
    if found is None:
        raise not_acceptable(what, offers)
    return found


def choose_for(
    request: Request, name: str, offers: Sequence[str]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the media type of a reply, and the headers that say what decided it.

    Clients send all names that any server may know. So where none of them exists for this answer,
    the header decides; of an unknown name, a header that names a type, not one that takes anything,
    so that a slip is told. A browser is told in both cases: that it reads pages says nothing.

    Args:
        request: The request, whose header Accept counts.
        name: The formats that its URL or form names, with commas; empty if it names none.
        offers: Media types, ours first.

    Raises:
        RequestError: There is none that fits (406), or the name is unknown (400).
    """
    accept = request.headers.get("accept", "")
    varies = (("Vary", "Accept"),)
    if not name:
        return choose(accept, offers), varies
    try:
        return choose_named(name, offers), ()
    except RequestError as error:
        entries = read_accept(accept or "*/*")
        if error.status == 400 or any(one.subtype in _PAGES for one in entries):
            entries = [one for one in entries if one.subtype not in ("*", *_PAGES)]
        found = negotiate(accept, tuple(offers)) if entries else None
        kind = read_media_type(found) if found is not None else None
        if found is None or kind is None:
            raise
        if not any(one.precedence(kind) for one in _with_meant(entries)):
            raise
        return found, varies


def not_acceptable(what: str, offers: Sequence[str]) -> RequestError:
    """Return the error for a request that accepts none of the types that exist (406).

    Args:
        what: What is offered.
        offers: The types that exist.
    """
    return RequestError(
        "not-acceptable", thing=what, names=[*offers], status=406, headers=(("Vary", "Accept"),)
    )


def _names() -> dict[str, tuple[str, ...]]:
    answers = [ANSWER_FORMATS[name] for name in ("json", "xml", "csv", "tsv")]
    graphs = [FORMATS[name] for name in ("turtle", "ntriples", "jsonld", "rdfxml")]
    found: dict[str, tuple[str, ...]] = {}
    for one in (*answers, _PAGE, *graphs, FORMATS["trig"], FORMATS["nquads"]):
        endings = (ending.removeprefix(".") for ending in (*one.extensions, *one.also))
        for name in dict.fromkeys((*endings, one.name, *one.aliases)):
            if name == "owl":
                continue  # what files of ontologies end in, not a name that is asked for
            found[name] = (*found.get(name, ()), one.media_type)
        for known_as in one.known_as:
            found[known_as] = (*found.get(known_as, ()), one.media_type)
    for name, other in _OTHER_NAMES.items():
        found[name] = found[other]
    return found | {"json": (*found["json"], "application/json"), "text": ("text/plain",)}


_PAGE = Format(
    "html",
    "HTML",
    (".html",),
    "text/html",
    frozenset({"table", "boolean", "triples"}),
    known_as=("application/xhtml+xml", "text/x-html+tr"),
)
# As SPARQLWrapper, Jena Fuseki and Virtuoso's form write them.
_OTHER_NAMES = {
    "rdf+xml": "rdf",
    "rdf/xml": "rdf",
    "n3": "turtle",
    "n-triples": "ntriples",
    "n-quads": "nquads",
    "sparql": "xml",
    "js": "json",
    "javascript": "json",
    "application/vnd.ms-excel": "csv",
}
NAMES: Mapping[str, tuple[str, ...]] = _names()
"""What ``format=`` may say, with the types it means; the first that is offered is taken."""

PARAMETERS = ("format", "output", "results", "Accept")
"""Parameters that name a format: ours, and as SPARQLWrapper and rdf4j say it."""


def read_names(fields: Iterable[tuple[str, str]]) -> str:
    """Return the formats that parameters name, with commas; what was said last goes before.

    Args:
        fields: Names and values of parameters.
    """
    named = [value for name, value in fields if name in PARAMETERS and value not in ("", "auto")]
    return ",".join(reversed(named))


def choose_named(name: str, offers: Sequence[str], what: str = "the answer") -> str:
    """Return the offer that a name in the URL means.

    Args:
        name: A key of `NAMES`, in any case, or a media type, where a space is a plus that was
            not escaped; several with commas, of which the first that is offered counts.
        offers: Media types.
        what: What is offered, for the message.

    Raises:
        RequestError: The name is unknown (400), or what it means does not exist (406).
    """
    names = [one.strip().replace(" ", "+") for one in name.lower().split(",") if one.strip()]
    wanted = [
        kind for one in names for kind in (*([one] if "/" in one else []), *NAMES.get(one, ()))
    ]
    if not wanted:
        from ctgraph.errors import suggest

        close = suggest(name, NAMES)
        raise RequestError(
            "unknown-response-format",
            name=name,
            status=400,
            near=close[:1],
            names=[one for one in NAMES if "/" not in one],
            hint="did-you-mean" if close else "known",
        )
    found = next((media_type for media_type in wanted if media_type in offers), None)
    if found is None:
        raise not_acceptable(what, offers)
    return found

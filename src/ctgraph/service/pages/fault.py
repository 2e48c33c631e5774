"""The page that says what went wrong. The front makes it alone, for a worker may be what failed."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from ctgraph.service.pages.frame import NAVIGATION, Links, fill
from ctgraph.words import read_words, sentence

if TYPE_CHECKING:
    from ctgraph.service.faults import Fault
    from ctgraph.service.handler import Request


_LONGEST_QUERY = 4000
_NAMES = {"/": "home", **{path: key for key, path in NAVIGATION}}
# A hint that leads to a page names it in one way in each language.
_PATH = r"/(?:[\w./-]*\w)?"
_PAGE = re.compile(rf"(?<=\bpage |\bmean ){_PATH}|(?<=もしかして: ){_PATH}|{_PATH}(?= のページ)")


def fault_page(fault: Fault, request: Request, number: str) -> str:
    """Return the page for a fault, in the language of the request.

    Args:
        fault: The fault.
        request: What was asked for.
        number: The number of the request in the log.
    """
    titles = read_words("faults", request.lang)
    unknown = "エラー" if request.lang == "ja" else HTTPStatus(fault.status).phrase
    links = Links(None, request)
    return fill(
        "fault.html",
        request,
        links,
        title=titles.get(str(fault.status), unknown),
        data_hash="",
        scope=None,
        said=[
            _told(english, japanese, request.lang)
            for english, japanese in (
                (fault.message, fault.message_ja),
                (fault.hint, fault.hint_ja),
            )
            if english
        ],
        cut=lambda text: _cut(text, request.root, links),
        query_page=_query_page(request, links),
        status=fault.status,
        number=number,
    )


def _query_page(request: Request, links: Links) -> str:
    """Return the URL at which a query that failed can be mended.

    Empty if there is none in the URL.
    """
    query = request.get("query")
    if request.path != "/sparql" or not query or len(query) > _LONGEST_QUERY:
        return ""
    return links.url("/query", query=query)


def _told(english: str, japanese: str, lang: str) -> tuple[str, str]:
    """Return a message as the page shows it, and the language that it is in."""
    return (japanese, "ja") if lang == "ja" and japanese else (sentence(english), "en")


def _cut(text: str, root: str, links: Links) -> list[tuple[str, str]]:
    """Return a message in pieces, each with the URL of the page that it names, or with none."""
    pieces = []
    last = 0
    for match in _PAGE.finditer(text):
        path = match[0].removeprefix(root) or "/"
        name = read_words("pages", links.request.lang)[_NAMES[path]] if path in _NAMES else match[0]
        pieces += [(text[last : match.start()], ""), (name, links.url(path))]
        last = match.end()
    return [*pieces, (text[last:], "")]

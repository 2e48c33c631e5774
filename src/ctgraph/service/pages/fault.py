"""The page that says what went wrong. The front makes it alone, for a worker may be what failed."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from ctgraph.service.pages.frame import NAVIGATION, Links, fill
from ctgraph.words.errors import find
from ctgraph.words.pages import sentence, words

if TYPE_CHECKING:
    from ctgraph.service.faults import Fault
    from ctgraph.service.handler import Request


_TITLES = {
    400: ("The request cannot be understood", "リクエストを解釈できません"),
    403: ("That is not allowed", "許可されていません"),
    404: ("There is no such page", "ページが見つかりません"),
    405: ("That method is not for this page", "このメソッドは使えません"),
    406: ("Not in that format", "その形式では提供していません"),
    408: ("The request came too slowly", "リクエストが時間内に届きませんでした"),
    413: ("That is too much", "データが大きすぎます"),
    414: ("The URL is too long", "URLが長すぎます"),
    415: ("That media type cannot be read", "その形式は読み込めません"),
    431: ("The header is too long", "ヘッダーが長すぎます"),
    500: ("Something broke", "サービス内部でエラーが発生しました"),
    502: ("The endpoint did not answer", "エンドポイントから正しい応答がありません"),
    503: ("The service is busy or not ready", "サービスが混み合っているか、準備中です"),
    504: ("The time was up", "制限時間を超えました"),
    507: ("The answer needs too much memory", "必要なメモリが上限を超えました"),
}
_LONGEST_QUERY = 4000
_NAMES = {"/": "home", **{path: key for key, path in NAVIGATION}}
# A hint that leads to a page names it in one way in each language.
_PATH = r"/(?:[\w./-]*\w)?"
_PAGE = re.compile(rf"(?<=\bpage |\bmean ){_PATH}|(?<=もしかして: ){_PATH}|{_PATH}(?= のページ)")


def fault_page(fault: Fault, request: Request, number: str) -> str:
    """The page for a fault, in the language of the request.

    Args:
        fault: The fault.
        request: What was asked for.
        number: The number of the request in the log.
    """
    english, japanese = _TITLES.get(fault.status, (HTTPStatus(fault.status).phrase, "エラー"))
    links = Links(None, request)
    return fill(
        "fault.html",
        request,
        links,
        title=japanese if request.lang == "ja" else english,
        data_hash="",
        said=[_told(text, request.lang) for text in (fault.message, fault.hint) if text],
        cut=lambda text: _cut(text, request.root, links),
        query_page=_query_page(request, links),
        status=fault.status,
        number=number,
    )


def _query_page(request: Request, links: Links) -> str:
    """The URL at which a query that failed can be mended; empty if there is none in the URL."""
    query = request.get("query")
    if request.path != "/sparql" or not query or len(query) > _LONGEST_QUERY:
        return ""
    return links.url("/query", query=query)


def _told(text: str, lang: str) -> tuple[str, str]:
    """A message as the page shows it, and the language that it is in."""
    if lang == "ja":
        found = find(text)
        return (found, "ja") if found else (sentence(text), "en")
    return sentence(text), "en"


def _cut(text: str, root: str, links: Links) -> list[tuple[str, str]]:
    """A message in pieces, each with the URL of the page that it names, or with none."""
    pieces = []
    last = 0
    for match in _PAGE.finditer(text):
        path = match[0].removeprefix(root) or "/"
        name = words(links.request.lang)[_NAMES[path]] if path in _NAMES else match[0]
        pieces += [(text[last : match.start()], ""), (name, links.url(path))]
        last = match.end()
    return [*pieces, (text[last:], "")]

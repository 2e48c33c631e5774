"""Pages read as a browser reads them: their links, and what could run or load something."""

from __future__ import annotations

import base64
import importlib
import json
import re
import zlib
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.routing import compile_path

from ctgraph.service.handler import Limits, Reply, Request
from ctgraph.service.pages import routes
from ctgraph.store.store import Store

# A claim that names things in every way that has broken pages elsewhere.
NAMES = {
    "script": "</script><script>alert(1)</script>",
    "image": "\"><img src=x onerror=alert(1)>'",
    "rtl": "\u202eevil\u202c שלום مرحبا",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "long": "very long " * 50,
    "braces": "{{ 7 * 7 }} {% raw %} ${x} &amp; <!-- -->",
}
HOSTILE_CLAIM = (
    """\
@prefix ct: <https://w3id.org/ctgraph/ontology#> .
@prefix ctd: <https://w3id.org/ctgraph/id/> .
@prefix ctv: <https://w3id.org/ctgraph/concept/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ctd:mini-h01 {
    ctd:mini-h01 a ct:Claim ; ct:basis ct:Stated ; ct:section ctd:mini-section-2 ;
        ct:quote "東京で研修を実施した"@ja ; ct:gloss "<b onclick=alert(1)>bold</b>"@en .
"""
    + "".join(
        f"""\
    ctd:hostile-{slug} a ct:State ; skos:prefLabel {text!r}@en , {text!r}@ja ;
        rdfs:seeAlso <javascript:alert(1)> , <urn:x:{slug}> .
    ctd:hostile-{slug}-part a ct:Participation ; ct:participant ctd:hostile-{slug} ;
        ct:activity ctd:workshop-2023 ; ct:role ctv:partner .
"""
        for slug, text in NAMES.items()
    )
    + "}\n"
)


def unpack(text: str) -> Any:
    """Return what the element of a page that holds its network holds."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def unpack_page(page: bytes) -> Any:
    """Return what the page of a network holds of its network."""
    return unpack(page.decode().partition('id="data">')[2].partition("<")[0])


def write_hostile(folder: Path) -> Path:
    """A file of claims about things with hostile names."""
    path = folder / "hostile.trig"
    path.write_text(HOSTILE_CLAIM, encoding="utf-8")
    return path


def get(
    store: Store,
    target: str,
    *,
    accept: str = "",
    lang: str = "",
    root: str = "",
    is_static: bool = False,
    limits: Limits | None = None,
) -> Reply:
    """What the handlers answer to a request for a page."""
    parts = urlsplit(target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    path = unquote(parts.path)
    for route in routes.ROUTES:
        match = compile_path(route.path)[0].match(path)
        if match is None:
            continue
        module, _, name = route.handler.partition(":")
        handler = getattr(importlib.import_module(module), name)
        reply = handler(
            store,
            Request(
                path=path,
                values=match.groupdict(),
                query=query,
                headers={"accept": accept} if accept else {},
                root=root,
                lang=lang or dict(query).get("lang", "en"),
                is_static=is_static,
            ),
            limits or Limits(),
        )
        assert isinstance(reply, Reply)
        return reply
    raise LookupError(f"no route answers {path}")


class Markup(HTMLParser):
    """A page: its links, the text that a reader sees, and its elements with their attributes.

    Attributes:
        links: Values of href, src and action, with the element.
        anchors: Values of id.
        elements: Each element's name and attributes.
        text: All text outside of scripts.
        blocks: Contents of scripts that are data, by type.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.anchors: list[str] = []
        self.elements: list[tuple[str, Mapping[str, str]]] = []
        self.text = ""
        self.blocks: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        self._inside = tag
        if "id" in values:
            self.anchors.append(values["id"])
        self.links += [(tag, values[name]) for name in ("href", "src", "action") if name in values]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.blocks.append(data)
        else:
            self.text += data


def dangers(markup: Markup) -> list[str]:
    """What in a page could run or load something that we did not write."""
    found = []
    for tag, values in markup.elements:
        found += [f"<{tag} {name}>" for name in values if name.startswith("on") or name == "style"]
        if tag in ("iframe", "object", "embed", "base", "style"):
            found.append(f"<{tag}>")
        if tag == "script" and values.get("type") != "application/ld+json":
            source = values.get("src", "")
            if not re.fullmatch(r"(\.\./)*/?(\w+/)?static/[\w-]+\.js", source):
                found.append(f"<script {values}>")
        if tag == "img" and "chart-" not in values.get("src", ""):
            found.append(f"<img {values}>")
    found += [
        f"<{tag}> leads to {address}"
        for tag, address in markup.links
        if ":" in address.partition("/")[0] and not address.startswith(("http://", "https://"))
    ]
    return found

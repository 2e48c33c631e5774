"""Accept headers as RFC 9110 has them, as browsers and libraries send them, and broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctgraph.errors import RequestError
from ctgraph.service.negotiation import (
    NAMES,
    choose,
    choose_named,
    negotiate,
    read_accept,
    read_media_type,
)

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
OFFERS = (JSON, XML, "text/csv", "text/html")
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", JSON),
        ("  ", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("text/*", "text/csv"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        (CHROMIUM, "text/html"),
        # An old Java client.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
        ("image/png", None),
        ("application/*", JSON),
        # Quality.
        (f"{JSON};q=0.5, {XML};q=0.9", XML),
        (f"{JSON};q=0.5,{XML};q=0.50", JSON),
        (f"{JSON} ; q=0.1 , text/csv ;q=0.2", "text/csv"),
        (f"{JSON};q=0", None),
        (f"*/*, {JSON};q=0", XML),
        (f"*/*, {JSON};q=0, {XML};q=0.0, text/*;q=0.000", None),
        ("*/*;q=0", None),
        # The more exact entry decides about its type (RFC 9110, 12.5.1).
        ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", "text/html"),
        ("text/*;q=0.9, text/csv;q=0, */*;q=0.1", "text/html"),
        (f"*/*;q=0.9, {JSON};q=0.1", XML),
        # Wanted equally: a named type before a wildcard, then the client's order.
        ("*/*, text/csv", "text/csv"),
        (f"text/csv, {JSON}", "text/csv"),
        (f"{JSON}, text/csv", JSON),
        # Parameters.
        ("text/csv;charset=utf-8", "text/csv"),
        ('text/csv; charset="UTF-8"', "text/csv"),
        ("text/csv;charset=iso-8859-1", None),
        ("text/csv;header=present", None),
        (f"{JSON};version=1.2", JSON),
        ("text/html;level=1, text/html;q=0.3, */*;q=0.1", "text/html"),
        # What cannot be read is passed over.
        ("rubbish", None),
        ("text/, text/csv", "text/csv"),
        ("*/csv, text/csv", "text/csv"),
        # A type that is named is wanted, whatever its quality was to be.
        ("text/csv;q=2", "text/csv"),
        ("text/csv;q=-1, text/html;q=0.9", "text/csv"),
        ("text/csv;q=high, text/html;q=0.1", "text/csv"),
        ("text/csv;q=2, text/html", "text/csv"),
        (",,, text/csv ,,", "text/csv"),
        ('text/csv;x="a,b;q=0", text/html', "text/html"),
        ('"text/csv"', None),
    ],
)
def test_choice(accept: str, found: str | None) -> None:
    assert negotiate(accept, OFFERS) == found


def test_parameters_of_an_offer() -> None:
    offers = ("text/html;level=2", "text/html;level=1", "text/html")
    assert negotiate("text/html;level=1", offers) == "text/html;level=1"
    assert negotiate("text/html;level=1;q=0, text/html", offers) == "text/html;level=2"


def test_what_exists_is_named() -> None:
    with pytest.raises(RequestError) as caught:
        choose("image/png, text/html;q=0", ("text/csv", "text/html"))
    assert caught.value.status == 406
    assert "text/csv, text/html" in str(caught.value)
    assert ("Vary", "Accept") in caught.value.headers


@pytest.mark.parametrize(
    ("name", "offers", "found"),
    [
        ("json", OFFERS, JSON),
        ("JSON", OFFERS, JSON),
        ("json", ("text/turtle", "application/ld+json"), "application/ld+json"),
        ("xml", ("text/turtle", "application/rdf+xml"), "application/rdf+xml"),
        ("csv", OFFERS, "text/csv"),
        (JSON, OFFERS, JSON),
        ("Text/CSV", OFFERS, "text/csv"),
        ("ttl", ("text/turtle",), "text/turtle"),
    ],
)
def test_names(name: str, offers: tuple[str, ...], found: str) -> None:
    assert choose_named(name, offers) == found


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [("jsno", 400, "Did you mean json"), ("?", 400, "Known: json"), ("ttl", 406, "Accept one of")],
)
def test_names_that_do_not_fit(name: str, status: int, said: str) -> None:
    with pytest.raises(RequestError, match=said) as caught:
        choose_named(name, OFFERS)
    assert caught.value.status == status


def test_every_name_means_types() -> None:
    for media_types in NAMES.values():
        for media_type in media_types:
            found = read_media_type(media_type)
            assert found is not None
            assert "*" not in (found.type, found.subtype)


def test_a_header_without_end() -> None:
    with pytest.raises(RequestError, match="longer than") as caught:
        negotiate("text/csv," * 1000, OFFERS)
    assert caught.value.status == 431


@given(st.text(max_size=80))
def test_no_header_breaks_it(header: str) -> None:
    assert negotiate(header, OFFERS) in (None, *OFFERS)


ENTRY = st.tuples(
    st.sampled_from([*OFFERS, "text/*", "application/*", "*/*", "image/png"]),
    st.integers(0, 1000),
)


@given(st.lists(ENTRY, min_size=1, max_size=6))
def test_nothing_that_is_chosen_was_wanted_less_than_another(
    entries: list[tuple[str, int]],
) -> None:
    header = ", ".join(f"{kind};q={quality / 1000:.3f}" for kind, quality in entries)

    def quality_of(offer: str) -> float:
        kind = read_media_type(offer)
        assert kind is not None
        found = [(e.precedence(kind), -i, e.quality) for i, e in enumerate(read_accept(header))]
        best = max(found)
        return best[2] if best[0] else 0.0

    chosen = negotiate(header, OFFERS)
    wanted = max(map(quality_of, OFFERS))
    assert (chosen is None) == (wanted == 0)
    assert chosen is None or quality_of(chosen) == wanted

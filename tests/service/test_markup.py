"""Markup is as short as HTML allows, and says what it said."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ctgraph.query.evidence import ClaimEvidence
from ctgraph.service.markup import attribute, compact, direction, tongue
from ctgraph.service.mentions import Mentions


class Tags(HTMLParser):
    """The elements of a text with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@given(
    st.text(
        st.sampled_from("a1/.#?&;=%'\"<>` \t\n-") | st.characters(exclude_categories=["Cc", "Cs"])
    )
)
def test_an_attribute_is_read_as_it_was_given(value: str) -> None:
    (found,) = Tags(f"<a{attribute('href', value)} id=x>").found
    assert found == ("a", [("href", value), ("id", "x")])


def test_what_needs_no_quotes_has_none() -> None:
    assert attribute("href", "../id/unodc.html#a-1") == " href=../id/unodc.html#a-1"
    assert attribute("data-key", "1 onclick=x") == ' data-key="1 onclick=x"'
    assert attribute("href", "/graph/") == ' href="/graph/"'  # a slash could end the element


def test_templates_lose_what_html_does_not_need_and_nothing_of_jinja() -> None:
    template = """
<table class="answer">
  {% for row in rows %}
  <tr id="{{ "a" }}"><td class="x y" title="b">{{ row }}</td></tr>
  {% endfor %}
</table>
<a href="#c" hidden>x</a> <i>y</i>
  <svg><path d="M0 0" class="z"/></svg>
"""
    assert compact(template) == (
        '<table class=answer>\n{% for row in rows %}<tr id="{{ "a" }}"><td class="x y" title=b>'
        "{{ row }}\n{% endfor %}</table>\n<a href=#c hidden>x</a> <i>y</i>"
        '<svg><path d="M0 0" class="z"/></svg>\n'
    )


def test_language_and_direction_are_said_where_they_differ() -> None:
    assert (tongue("en", "en"), tongue("en", "ja")) == ("", ' lang="ja"')
    assert tongue("en", "") == ' lang="und"'
    assert direction("UNODC", "国連薬物・犯罪事務所 (2024)") == ""
    assert direction("a", "\u202eb") == direction("שלום") == ' dir="auto"'


def test_a_page_tells_each_claim_and_all_words_once() -> None:
    one, same, other = (
        ClaimEvidence(f"urn:{name}", quote=quote)
        for name, quote in (("a", "x"), ("b", "x"), ("c", "y"))
    )
    told = Mentions()
    assert told.quote([one]) == one
    assert told.quote([one]) is None
    assert told.quote([same]) is None
    assert told.quote([one, same, other]) == other
    assert not told.knows([one])
    assert [told.name(claim.iri) for claim in (one, other, one)] == [1, 2, 1]
    assert told.knows([other, one])
    assert told.number("urn:b") == 0

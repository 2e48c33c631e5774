"""Namespaces, CURIEs and what is the same under folding."""

from __future__ import annotations

import doctest
import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctgraph import terms
from ctgraph.errors import DataError
from ctgraph.terms import CT, CTD, CTV, PREFIXES, expand, fold, is_local_name_safe, mint, shorten

LOCAL = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_\-]*", fullmatch=True)


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(terms).failed == 0


@given(st.sampled_from(sorted(PREFIXES)), LOCAL)
def test_curie_to_iri_and_back(prefix: str, local: str) -> None:
    # A local name may be read as another prefix's name only if the IRI is the same.
    assert expand(shorten(expand(f"{prefix}:{local}"))) == PREFIXES[prefix] + local


@given(LOCAL)
def test_a_safe_local_name_is_one_for_sparql_too(local: str) -> None:
    assert is_local_name_safe(local)
    result = ox.Store().query(
        f"ASK {{ FILTER(STR(ctd:{local}) = '{CTD}{local}') }}", prefixes=PREFIXES
    )
    assert isinstance(result, ox.QueryBoolean)
    assert bool(result)


@given(st.text(min_size=1, max_size=8))
def test_whatever_is_called_safe_is_plain(local: str) -> None:
    if is_local_name_safe(local):
        assert re.fullmatch(r"[A-Za-z0-9_.\-]+", local)
        assert not local.endswith(".")


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        (CTD + "unodc", "ctd:unodc"),
        (CT + "Actor", "ct:Actor"),
        (CTV + "role-lead", "ctv:role-lead"),
        (CTD + "a/b", f"<{CTD}a/b>"),
        (CTD, f"<{CTD}>"),
        (CTD + "ends.", f"<{CTD}ends.>"),
        ("https://example.org/x", "<https://example.org/x>"),
    ],
)
def test_shorten(iri: str, shown: str) -> None:
    assert shorten(iri) == shown


def test_no_namespace_hides_another() -> None:
    namespaces = sorted(PREFIXES.values())
    assert len(set(namespaces)) == len(namespaces)
    assert all(shorten(namespace + "x").endswith(":x") for namespace in namespaces)


def test_unknown_prefix_is_suggested() -> None:
    with pytest.raises(DataError, match=r"unknown prefix 'skso'\. Did you mean skos:Concept\?"):
        expand("skso:Concept")


def test_no_prefix_at_all() -> None:
    with pytest.raises(DataError, match="not a prefixed name"):
        expand("unodc")


@pytest.mark.parametrize("slug", ["unodc", "unscr-1373", "g7-2023"])
def test_mint(slug: str) -> None:
    assert mint(slug) == CTD + slug


@pytest.mark.parametrize("slug", ["", "UNODC", "a b", "a--b", "-a", "a-", "日本", "a/b", "a\n"])
def test_mint_refuses(slug: str) -> None:
    with pytest.raises(DataError, match="not a slug"):
        mint(slug)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｇ７", "g7"),
        ("ローマ・リヨン", "ﾛｰﾏ･ﾘﾖﾝ"),
        ("ローマ・リヨン", "ローマリヨン"),
        (" A  B ", "ab"),
        ("\u3000日本\n", "日本"),
        ("UN\u00adODC\u200b", "unodc"),
    ],
)
def test_fold(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_fold_has_no_white_space(text: str) -> None:
    assert not re.search(r"\s", fold(text))

"""The writer of triples: names, marks and classes that not every format can hold as they are."""

from __future__ import annotations

import warnings

import pyoxigraph as ox
import pytest
import rdflib

from ctgraph.errors import Unwritable
from ctgraph.export.rdf import Content, write_rdf
from ctgraph.terms import CT, CTD, PREFIXES, rdf

NOTE = ox.NamedNode(CT + "note")


def triple(subject: str, predicate: ox.NamedNode, term: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), predicate, term)


@pytest.mark.parametrize("local", ["a.", "a/b", "(a)", "x\u061c", "\ufeffx", "a\u202eb"])
@pytest.mark.parametrize("form", ["turtle", "trig"])
def test_names_are_read_by_everyone(form: str, local: str) -> None:
    content = Content([triple(CTD + local, NOTE, ox.NamedNode(CTD + local))])
    text = write_rdf(form, content).decode()
    assert f"<{CTD}" in text
    assert text.isascii()
    assert "@prefix ctd:" not in text
    # rdflib tells its own parser of TriG that a name which that parser uses will go.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        read = rdflib.Dataset()
        read.parse(data=text, format=form)
    assert [str(subject) for subject, *_ in read.quads()] == [CTD + local]


def test_prefixes_in_texts_are_not_declared() -> None:
    content = Content([triple(CTD + "a", NOTE, ox.Literal(' dcat:x "foaf:y" <owl:z> ^^sh:a '))])
    for form in ("turtle", "trig", "rdfxml"):
        text = write_rdf(form, content).decode()
        assert not any(prefix + "=" in text for prefix in ("xmlns:dcat", "xmlns:foaf"))
        assert not any("@prefix " + prefix in text for prefix in ("dcat", "foaf", "owl", "sh"))
        assert "ct:note" in text


@pytest.mark.parametrize("kinds", [["1/"], ["1/", "A"], ["#"], ["Description"]])
def test_classes_without_an_xml_name(kinds: list[str]) -> None:
    """A class must not become the name of an element that it cannot be."""
    spaces = {"Description": PREFIXES["rdf"]}
    iris = [ox.NamedNode(spaces.get(kind, CTD) + kind) for kind in kinds]
    triples = {triple(CTD + "a", rdf.type, iri) for iri in iris}
    text = write_rdf("rdfxml", Content(triples)).decode()
    read = rdflib.Graph().parse(data=text, format="xml")
    assert {str(kind) for kind in read.objects()} == {iri.value for iri in iris}
    assert {quad.triple for quad in ox.parse(text, ox.RdfFormat.RDF_XML)} == triples


def test_words_of_rdfxml_are_no_properties() -> None:
    content = Content([triple(CTD + "a", ox.NamedNode(PREFIXES["rdf"] + "li"), ox.Literal("x"))])
    with pytest.raises(Unwritable, match="a word of RDF/XML"):
        write_rdf("rdfxml", content)


def test_an_iri_goes_before_those_that_begin_with_it() -> None:
    names = ["a", "a-b", "a/b", "ab"]
    content = Content([triple(CTD + name, NOTE, ox.Literal(1)) for name in reversed(names)])
    quads = ox.parse(write_rdf("turtle", content), ox.RdfFormat.TURTLE)
    assert [str(quad.subject) for quad in quads] == [f"<{CTD}{name}>" for name in names]


def test_graphs_of_trig_stand_apart() -> None:
    one = triple(CTD + "a", NOTE, ox.Literal("x\n}\n"))
    other = triple(CTD + "b", NOTE, ox.Literal(" .\n\t"))
    graphs = {ox.NamedNode(CTD + name): [other, one] for name in ("h", "g")}
    text = write_rdf("trig", Content([one], graphs)).decode()
    block = '    ctd:a ct:note "x\\n}\\n" .\n\n    ctd:b ct:note " .\\n\\t" .\n'
    assert text == (
        f"@prefix ct: <{CT}> .\n@prefix ctd: <{CTD}> .\n\n"
        '{\n    ctd:a ct:note "x\\n}\\n" .\n}\n\n'
        f"ctd:g {{\n{block}}}\n\nctd:h {{\n{block}}}\n"
    )

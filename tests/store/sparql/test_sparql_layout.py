"""The formatter: other white space, the same query, and twice is as once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store
from sparql_queries import BAD, GOOD, PROLOGUE

from ctgraph.errors import QuerySyntaxError
from ctgraph.store.sparql.layout import format_query
from ctgraph.store.sparql.parse import parse_query
from ctgraph.store.sparql.tokens import tokenize
from ctgraph.store.sparql.write import to_text
from ctgraph.terms import PREFIXES

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("queries/**/*.rq"), *ROOT.glob("ontology/rules/*.rq")])


def meaning(text: str) -> str:
    """The query as it is read; keywords within expressions are kept as they were written."""
    return to_text(parse_query(text)).lower()


def comments(text: str) -> list[str]:
    end, found = 0, []
    for token in [*tokenize(text), None]:
        gap = text[end : token.start if token else None]
        found += [line.strip() for line in gap.splitlines() if line.strip()]
        end = token.end if token else end
    return found


def squeeze(text: str) -> str:
    """The query on one line, without comments."""
    return " ".join(token.text for token in tokenize(text))


@pytest.mark.parametrize("text", GOOD)
def test_every_shape_of_query_means_the_same(text: str) -> None:
    made = format_query(PROLOGUE + text)
    assert meaning(made) == meaning(PROLOGUE + text)
    assert format_query(made) == made


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_keep_meaning_and_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = format_query(text)
    assert meaning(made) == meaning(text)
    assert comments(made) == comments(text)
    assert format_query(made) == made


@given(st.data())
def test_white_space_and_comments_anywhere(data: st.DataObject) -> None:
    text = PROLOGUE + data.draw(st.sampled_from(GOOD))
    gaps = st.sampled_from(["", " ", "\n", "\n\n\n", "\t", " # a { comment\n", "\n#b\n", "\r\n"])
    made, end = "", 0
    for token in tokenize(text):
        # What is apart stays apart, what is together may be one token: `-1`, `{|`.
        gap = text[end : token.start]
        made += (gap + data.draw(gaps) if gap else "") + token.text
        end = token.end
    made += text[end:]
    formatted = format_query(made)
    assert meaning(formatted) == meaning(made)
    assert comments(formatted) == comments(made)
    assert format_query(formatted) == formatted


@pytest.mark.parametrize("text", [text for text, *_ in BAD])
def test_what_is_no_query_is_refused_or_keeps_its_tokens(text: str) -> None:
    opened = Counter(char for char in squeeze(text) if char in "(){}")
    if opened["("] != opened[")"] or opened["{"] != opened["}"]:
        with pytest.raises(QuerySyntaxError, match=r"line \d+, column \d+"):
            format_query(text)
    else:
        assert squeeze(format_query(text)).upper() == squeeze(text).upper()


def test_the_compute_layout() -> None:
    text = """prefix ct: <https://w3id.org/ctgraph/ontology#>
# who
select distinct ?a (count(*) as ?n) where { # first
?a a ct:State;ct:partOf ?o . optional{?o ct:x ?y} filter(?y-1>2&&isiri(?o))

{ ?a ct:p+/ct:q|^ct:r ?z } union { ?z ct:x -1 . ?z ct:y [ct:z 2;ct:w()] } # last
} group by ?a order by desc(?n) limit 10 # end
"""
    assert (
        format_query(text)
        == """\
PREFIX ct: <https://w3id.org/ctgraph/ontology#>

# who
SELECT DISTINCT ?a (COUNT(*) AS ?n)
WHERE { # first
  ?a a ct:State ;
    ct:partOf ?o .
  OPTIONAL { ?o ct:x ?y }
  FILTER(?y -1 > 2 && isIRI(?o))

  { ?a ct:p+/ct:q|^ct:r ?z }
  UNION {
    ?z ct:x -1 .
    ?z ct:y [ ct:z 2 ; ct:w () ]
  } # last
}
GROUP BY ?a
ORDER BY DESC(?n)
LIMIT 10 # end
"""
    )


def test_long_values_are_wrapped() -> None:
    names = " ".join(f"ctd:number-{number}" for number in range(30))
    made = format_query(f"SELECT * {{ VALUES ?x {{ {names} }} ?x ?p ?o }}")
    assert max(map(len, made.splitlines())) <= 88
    assert squeeze(made) == f"SELECT * {{ VALUES ?x {{ {names} }} ?x ?p ?o }}"


def test_empty_texts_stay() -> None:
    assert format_query("") == ""
    assert format_query("# only words\n") == "# only words\n"


@pytest.mark.parametrize(
    "line",
    [
        "?s ?p <<( ?a ?b 1 )>>",
        "?s ?p <<( ?a ?b <<( ?c ?d -1 )>> )>>",
        "<< ?a ?b 'c'@ja--rtl ~ ?r >> ?p ?o",
        "?s ?p ?o ~ ?r {| ?q ?r , ?t |}",
        "VALUES (?t ?u) { (<<( ct:a ct:b 1 )>> 1) }",
        "BIND(TRIPLE(?a, ?b, ?c) AS ?t)",
        "FILTER(?t != <<( ?a ?b ?c )>> && ?s < ?o)",
        "FILTER(?a<<http://example.org/#b> || ?a = 1)",
    ],
)
def test_triples_of_sparql_1_2_keep_their_meaning(line: str) -> None:
    text = f"VERSION '1.2' SELECT * {{ ?s ?p ?o . {line} }}"
    made = format_query(text)
    assert squeeze(made) == squeeze(text)
    Store().query(made, prefixes=PREFIXES)
    assert format_query(made) == made


def test_brackets_are_placed() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        format_query("ASK {\n  ?s ?p ?o )")
    assert (caught.value.line, caught.value.column) == (2, 12)

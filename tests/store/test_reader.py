"""Strict reading: each way in which a file can be wrong is met with file, line and advice."""

from __future__ import annotations

import doctest
import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from ctgraph.errors import MOST_PROBLEMS, BrokenFiles, Problem
from ctgraph.store.cache import compile_graph
from ctgraph.store.project import Bundle, locate
from ctgraph.store.reader import reader as data
from ctgraph.store.reader.reader import (
    load_into,
    read_addition,
    read_quads,
    read_vocabulary,
    survey,
)
from ctgraph.store.reader.totals import FileCount, format_totals
from ctgraph.terms import CT, CTD

BROKEN = Path(__file__).parents[1] / "broken" / "data"


def problems(bundle: Bundle, *extra: Path) -> list[str]:
    """What the load says of files, as people see it."""
    try:
        load_into(ox.Store(), bundle, extra)
    except BrokenFiles as error:
        return [str(problem) for problem in error.problems]
    return []


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(data).failed == 0


def test_the_small_bundle_is_right(mini_bundle: Bundle) -> None:
    store = ox.Store()
    counts = load_into(store, mini_bundle)
    assert counts == {
        "mini-source/efforts.trig": FileCount(3, 33),
        "mini-source/source.trig": FileCount(1, 13),
        "register/actors.trig": FileCount(2, 17),
    }
    default = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    claims = [graph for graph in store.named_graphs() if "/id/" in str(graph)]
    in_claims = {
        quad.triple for claim in claims for quad in store.quads_for_pattern(None, None, None, claim)
    }
    assert len(claims) == 6
    assert len(in_claims) == 62  # 63 quads, one of them in two claims
    assert in_claims <= {quad.triple for quad in default}
    assert len(default) == 62 + 113  # and those of ontology and vocabulary


def test_the_graph_of_the_package_is_right() -> None:
    found = survey(locate())
    assert [str(problem) for problem in found.problems] == []


# One broken file for each rule. The first line says what must be reported: the line and words.
CASES = sorted(BROKEN.glob("*.*"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_each_broken_file_is_reported(path: Path, mini_bundle: Bundle) -> None:
    raw = path.read_bytes().decode("utf-8", "replace")
    expected = [
        line.removeprefix("# expect ").partition(": ")
        for line in raw.lstrip("\ufeff").splitlines()
        if line.startswith("# expect ")
    ]
    assert expected, "a broken file says what it must be met with"
    found = problems(mini_bundle, path)
    assert len(found) == len(expected), found
    for (place, _, words), problem in zip(expected, found, strict=True):
        shown = mini_bundle.show(path)
        where = f"{shown}:{place}: " if place != "file" else f"{shown}: "
        assert problem.startswith(where + words), problem


def test_every_rule_has_a_broken_file() -> None:
    assert len(CASES) >= 24


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


PREFIXES = (
    "@prefix ct: <https://w3id.org/ctgraph/ontology#> .\n"
    "@prefix ctd: <https://w3id.org/ctgraph/id/> .\n"
)
SELF = (
    '{0} a ct:Claim ; ct:quote "ＵＮＯＤＣ"@ja ; ct:gloss "x"@en ; '
    "ct:section ctd:mini-section-2 ; ct:basis ct:Stated ."
)


def claim(name: str, body: str = "ctd:unodc ct:order 1 .") -> str:
    return f"{name} {{ {SELF.format(name)} {body} }}\n"


def test_an_extra_file_may_be_trig_or_nquads_packed_or_not(
    mini_bundle: Bundle, tmp_path: Path
) -> None:
    trig = PREFIXES + claim("ctd:extra-1")
    quads = "".join(f"{quad} .\n" for quad in ox.parse(trig, ox.RdfFormat.TRIG)).encode()
    for path in (
        write(tmp_path, "a.trig", trig),
        write(tmp_path, "b.nq", quads),
        write(tmp_path, "c.trig.gz", gzip.compress(trig.encode())),
        write(tmp_path, "d.nq.gz", gzip.compress(quads)),
    ):
        store = ox.Store()
        counts = load_into(store, mini_bundle, [path])
        assert counts[mini_bundle.show(path)] == FileCount(1, 6)
        assert store.contains_named_graph(ox.NamedNode(CTD + "extra-1"))


def test_nquads_may_come_in_any_order(mini_bundle: Bundle, tmp_path: Path) -> None:
    trig = PREFIXES + claim("ctd:extra-1") + claim("ctd:extra-2")
    lines = [f"{quad} .\n" for quad in ox.parse(trig, ox.RdfFormat.TRIG)]
    assert problems(mini_bundle, write(tmp_path, "a.nq", "".join(lines[::2] + lines[1::2]))) == []


def test_places_in_nquads(mini_bundle: Bundle, tmp_path: Path) -> None:
    trig = PREFIXES + claim("ctd:extra-1", "ctd:unodc ct:ordre 1 .")
    lines = [f"{quad} .\n" for quad in ox.parse(trig, ox.RdfFormat.TRIG)]
    path = write(tmp_path, "a.nq", "".join(lines))
    assert problems(mini_bundle, path) == [
        f"{path}:6: unknown property ct:ordre. Did you mean ct:order or ct:words?"
    ]


def test_a_claim_in_two_files_names_both(mini_bundle: Bundle, tmp_path: Path) -> None:
    path = write(tmp_path, "a.trig", PREFIXES + claim("ctd:mini-a02"))
    assert problems(mini_bundle, path) == [
        f"{path}:3: claim ctd:mini-a02 stands in data/mini-source/efforts.trig:21 too. "
        "Give one of the two another name."
    ]


def test_a_file_given_twice(mini_bundle: Bundle, tmp_path: Path) -> None:
    path = write(tmp_path, "a.trig", PREFIXES + claim("ctd:extra-1"))
    assert len(problems(mini_bundle, path, path)) == 1


def test_files_may_speak_of_what_a_later_file_describes(
    mini_bundle: Bundle, tmp_path: Path
) -> None:
    first = write(tmp_path, "1.trig", PREFIXES + claim("ctd:x-1", "ctd:unodc ct:role ctd:new ."))
    later = write(tmp_path, "2.trig", PREFIXES + claim("ctd:x-2", "ctd:new ct:order 1 ."))
    assert problems(mini_bundle, first, later) == []
    assert problems(mini_bundle, first) == [
        f"{first}:3: unknown individual ctd:new. Describe it in data/register/ first."
    ]


def test_what_a_broken_file_would_have_described_is_not_called_missing(
    mini_copy: Path,
) -> None:
    write(mini_copy, "data/register/actors.trig", "ctd:register-jpn {")
    assert problems(locate(mini_copy)) == [
        "data/register/actors.trig:1: the prefix ctd: is not declared. "
        "Add @prefix ctd: <https://w3id.org/ctgraph/id/> ."
    ]


def test_several_problems_are_listed_at_once_and_the_rest_is_counted(
    mini_bundle: Bundle, tmp_path: Path
) -> None:
    body = "".join(claim(f"ctd:x-{n}", f"ctd:unodc ct:wrong{n} 1 .") for n in range(30))
    path = write(tmp_path, "a.trig", PREFIXES + body)
    with pytest.raises(BrokenFiles) as caught:
        load_into(ox.Store(), mini_bundle, [path])
    lines = str(caught.value).splitlines()
    assert lines[0] == "30 problems in the data:"
    assert (
        lines[1]
        == f"  {path}:3: unknown property ct:wrong0. Define it in ontology/ctgraph.ttl first."
    )
    assert len(lines) == MOST_PROBLEMS + 2
    assert lines[-1] == "  and 10 more."
    assert caught.value.exit_code == 3


def test_one_problem_stands_alone() -> None:
    error = BrokenFiles([Problem("a.trig", 3, "it is wrong", "Mend it.")])
    assert (error.message, error.hint) == ("a.trig:3: it is wrong.", "Mend it.")


def test_a_file_that_is_not_there(mini_bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "no.trig"
    assert problems(mini_bundle, path) == [
        f"{path}: cannot be read: No such file or directory. "
        "See that the file exists and that you may read it."
    ]


def test_a_folder_in_place_of_a_file(mini_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "a.trig"
    folder.mkdir()
    (found,) = problems(mini_bundle, folder)
    assert found.startswith(f"{folder}: cannot be read: ")


@pytest.mark.parametrize("name", ["a.ttl", "a.csv", "a.nt", "trig"])
def test_other_kinds_of_files(mini_bundle: Bundle, tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, "x")
    assert problems(mini_bundle, path) == [
        f"{path}: claims come as TriG (.trig), N-Quads (.nq) or JSON-LD (.jsonld)."
        " Convert the file."
    ]


def test_a_damaged_archive(mini_bundle: Bundle, tmp_path: Path) -> None:
    packed = gzip.compress((PREFIXES + claim("ctd:extra-1")).encode())
    path = write(tmp_path, "a.trig.gz", packed[:-12])
    (found,) = problems(mini_bundle, path)
    assert found.startswith(f"{path}: cannot be read: ")


def test_read_quads_refuses_unknown_kinds(tmp_path: Path) -> None:
    with pytest.raises(BrokenFiles, match="unknown kind of file"):
        list(read_quads(write(tmp_path, "a.txt", "x")))


# Totals


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_lost_file(mini_copy: Path) -> None:
    (mini_copy / "data/register/actors.trig").unlink()
    found = problems(locate(mini_copy))
    assert (
        "data/totals.toml:13: data/register/actors.trig is missing. "
        "Restore the file; if you took it out, `ctgraph check --accept` takes it off the list."
        in found
    )


def test_a_file_that_is_not_listed(mini_copy: Path) -> None:
    write(mini_copy, "data/register/more.trig", PREFIXES + claim("ctd:extra-1"))
    assert problems(locate(mini_copy)) == [
        "data/totals.toml: data/register/more.trig is not listed. "
        "If the file is meant to be there, `ctgraph check --accept` adds it: 1 claims, 6 quads.",
        "data/totals.toml:1: data/ holds 7 claims, not 6. "
        "Find out what was lost or added; if meant, `ctgraph check --accept` writes claims = 7.",
        "data/totals.toml:1: data/ holds 69 quads, not 63. "
        "Find out what was lost or added; if meant, `ctgraph check --accept` writes quads = 69.",
    ]


def test_a_lost_claim(mini_copy: Path) -> None:
    edit(mini_copy / "data/totals.toml", "claims = 3\n", "claims = 4\n")
    edit(mini_copy / "data/totals.toml", "claims = 6\n", "claims = 7\n")
    assert problems(locate(mini_copy)) == [
        "data/totals.toml:5: data/mini-source/efforts.trig holds 3 claims, not 4. "
        "Find out what was lost or added; if meant, `ctgraph check --accept` writes claims = 3.",
        "data/totals.toml:1: data/ holds 6 claims, not 7. "
        "Find out what was lost or added; if meant, `ctgraph check --accept` writes claims = 6.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[total]\nclaims = 6\nquads = 63\n", "", "no expected counts for data/"),
        ("quads = 63", "", "[total] lacks quads"),
        ("quads = 63", "quads = ", "not TOML"),
    ],
)
def test_incomplete_totals(mini_copy: Path, old: str, new: str, said: str) -> None:
    edit(mini_copy / "data/totals.toml", old, new)
    (found,) = problems(locate(mini_copy))
    assert said in found


def test_no_totals(mini_copy: Path) -> None:
    (mini_copy / "data/totals.toml").unlink()
    (found,) = problems(locate(mini_copy))
    assert found.startswith("data/totals.toml: no such file")


def test_the_totals_of_a_bundle_can_be_written(mini: Path, mini_bundle: Bundle) -> None:
    written = (mini / "data/totals.toml").read_text(encoding="utf-8")
    assert format_totals(survey(mini_bundle).counts) == written


# Ontology and vocabularies


def test_what_the_vocabulary_defines(mini_bundle: Bundle) -> None:
    vocabulary = read_vocabulary(mini_bundle)
    assert ox.NamedNode(CT + "Workshop") in vocabulary.classes
    assert ox.NamedNode(CT + "quote") in vocabulary.properties
    assert ox.NamedNode(CT + "Stated") in vocabulary.terms
    assert vocabulary.derived_only == {ox.NamedNode(CT + "participatesIn")}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "ontology/ctgraph.ttl",
            "rdfs:subClassOf ct:Activity ;",
            "rdfs:subClassOf ct:Activitty ;",
            "ontology/ctgraph.ttl:22: unknown term ct:Activitty. Did you mean ct:Activity",
        ),
        (
            "ontology/vocabularies/roles.ttl",
            "ctv:host a skos:Concept ;",
            "ctv:host a skos:Concept ; skos:related [] ;",
            "ontology/vocabularies/roles.ttl:5: a blank node",
        ),
        (
            "ontology/vocabularies/roles.ttl",
            "skos:ConceptScheme",
            "skos:Concept",
            "ontology/vocabularies/roles.ttl: a vocabulary file describes one "
            "skos:ConceptScheme, this one 0",
        ),
        (
            "ontology/vocabularies/roles.ttl",
            '"host"@en',
            '"host"@EN',
            "ontology/vocabularies/roles.ttl:5: language tag @EN is not lower case. Write @en.",
        ),
    ],
)
def test_broken_vocabularies(mini_copy: Path, file: str, old: str, new: str, said: str) -> None:
    edit(mini_copy / file, old, new)
    assert any(said in found for found in problems(locate(mini_copy)))


# A store that holds the bundle already


def test_an_addition_finds_what_the_store_holds(mini_bundle: Bundle, tmp_path: Path) -> None:
    path = write(tmp_path, "a.trig", PREFIXES + claim("ctd:extra-1"))
    found = read_addition(compile_graph(mini_bundle), mini_bundle, [path])
    assert len(found) == 6
    assert {quad.graph_name for quad in found} == {ox.NamedNode(CTD + "extra-1")}


def test_an_addition_is_refused_for_a_claim_of_the_store(
    mini_bundle: Bundle, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.trig", PREFIXES + claim("ctd:mini-a01"))
    with pytest.raises(BrokenFiles, match="claim ctd:mini-a01 is in the store already"):
        read_addition(compile_graph(mini_bundle), mini_bundle, [path])


def test_progress_names_each_file(mini_bundle: Bundle) -> None:
    seen: list[tuple[str, int]] = []
    load_into(ox.Store(), mini_bundle, progress=lambda what, count: seen.append((what, count)))
    assert seen == [
        ("data/mini-source/efforts.trig", 33),
        ("data/mini-source/source.trig", 13),
        ("data/register/actors.trig", 17),
    ]

"""Answers in every format: shape, width, escaping, truncation, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
import wcwidth
from processes import same_output
from small_store import HOSTILE, awkward_store, mini_store

from ctgraph.errors import DataError, UnknownName, UsageError
from ctgraph.export.tables import rows, tables
from ctgraph.query.answers import Table, Triples
from ctgraph.query.run import ask, run_query
from ctgraph.store.store import Store
from ctgraph.terms import CT, CTD
from ctgraph.text import display_width, terminal_width, wrap
from ctgraph.words import column_heads

NAMES = "SELECT ?x ?n { VALUES (?x ?n) { (ctd:jpn 1) (ctd:fatf 22) } }"
HOSTILE_QUERY = "SELECT ?v { ctd:hostile skos:prefLabel ?v }"
TERMS = """SELECT ?v ?none { { ctd:things ct:n ?v } UNION { ctd:hostile ?p ?v }
  UNION { BIND("x\\u0001\\u0007\\r\\ny"@ja-jp AS ?v) } } ORDER BY ?v"""
TRIPLES = "CONSTRUCT { ?s a ct:Forum ; ct:n ?v } { ?s a ct:Forum . ctd:things ct:n ?v }"


@pytest.fixture(scope="module")
def store() -> Store:
    return awkward_store()


def write(answer: rows.Answer, format: str, **options: object) -> str:
    stream = io.BytesIO()
    tables.write_table(answer, stream, format, **options)  # type: ignore[arg-type]
    return stream.getvalue().decode("utf-8")


def table(store: Store, text: str, limit: int | None = None, lang: str = "en") -> Table:
    answer = run_query(store, text, limit=limit, lang=lang)
    assert isinstance(answer, Table)
    return answer


# Formats


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", "csv"),
        ("A.XLSX", "xlsx"),
        (".ttl", "turtle"),
        (Path("x/y.md"), "markdown"),
        ("a.b.jsonl", "jsonl"),
        ("a.nt", "ntriples"),
    ],
)
def test_format_is_guessed(name: str, expected: str) -> None:
    assert tables.guess_format(name) == expected


def test_every_extension_means_one_format() -> None:
    extensions = [one for entry in tables.FORMATS.values() for one in entry.extensions]
    assert len(extensions) == len(set(extensions))
    assert all(one.startswith(".") for one in extensions)


@pytest.mark.parametrize("name", ["a", "a.cvs", "a.", ""])
def test_unknown_extension(name: str) -> None:
    with pytest.raises(UsageError, match="with -f: text, csv"):
        tables.guess_format(name)


def test_unknown_format(store: Store) -> None:
    with pytest.raises(UnknownName, match=r"unknown format 'cvs'\. Did you mean csv\?"):
        write(True, "cvs")


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        (NAMES, "turtle", "turtle cannot hold a table. These can: text, csv, tsv, json"),
        ("ASK {}", "csv", "csv cannot hold true or false. These can: text, json, xml"),
        (TRIPLES, "json", "json cannot hold triples. These can: text, csv"),
    ],
)
def test_format_that_cannot_hold_the_answer(
    store: Store, text: str, format: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        write(run_query(store, text), format)
    assert message in str(caught.value)


@pytest.mark.parametrize("format", sorted(tables.FORMATS))
@pytest.mark.parametrize("text", [NAMES, TRIPLES, "ASK {}"])
@pytest.mark.parametrize("limit", [None, 1])
def test_every_format_holds_what_it_says(
    store: Store, format: str, text: str, limit: int | None
) -> None:
    def make() -> bytes:
        stream = io.BytesIO()
        answer = run_query(store, text, limit=limit)
        tables.write_table(answer, stream, format)
        return stream.getvalue()

    answer = run_query(store, text, limit=limit)
    if rows.kind_of(answer) not in tables.FORMATS[format].holds:
        with pytest.raises(UsageError):
            make()
        return
    made = make()
    assert made == make()
    if limit == 1 and text != "ASK {}":
        plain = made
        if format == "xlsx":
            with zipfile.ZipFile(io.BytesIO(made)) as archive:
                plain = archive.read("xl/sharedStrings.xml")
        assert (b"truncated" in plain) == (format not in ("csv", "csv-excel", "tsv"))


# Text


def test_text_is_aligned(store: Store) -> None:
    assert write(table(store, NAMES, lang="ja"), "text") == (
        "x                  n\n----------------  --\n日本               1\n金融活動作業部会  22\n"
    )


def test_headings_and_truth_values_are_japanese_for_people(store: Store) -> None:
    text = (
        "SELECT ?partner ?x ?thing ?about { VALUES (?partner ?x ?thing ?about) { (true 1 2 3) } }"
    )
    answer = table(store, text, lang="ja")
    said = write(answer, "text").splitlines()
    assert said[0].split() == ["協力相手", "x", "もの", "対象"]
    assert said[2].split()[0] == "はい"
    assert write(answer, "markdown").startswith("| 協力相手 | x | もの | 対象 |\n")
    # Programs, and those who ask for IRIs, get the variables and the lexical forms.
    for program in ("csv", "tsv", "json"):
        assert "partner" in write(answer, program).splitlines()[0]
        assert "true" in write(answer, program)
    assert write(answer, "text", labels=False).startswith("partner")
    assert write(table(store, text), "text").startswith("partner")


def test_columns_with_one_heading_keep_apart() -> None:
    heads = column_heads(["about", "subject", "対象", "about"], "ja")
    assert heads[0] == "対象（about）"
    assert heads[2] == "対象"


def test_text_shows_iris_on_demand(store: Store) -> None:
    assert f"{CTD}fatf" in write(table(store, NAMES), "text", labels=False)


def test_text_of_nothing(store: Store) -> None:
    assert write(table(store, "SELECT ?x { ?x a ct:Nothing }"), "text") == "x\n-\n(no rows)\n"
    assert write(table(store, "SELECT ?x { ?x a ct:Nothing }"), "text", lang="ja").endswith(
        "（結果なし）\n"
    )
    assert write(table(store, "SELECT * {}"), "text") == "(1)\n"


def test_text_notes_truncation_in_both_languages(store: Store) -> None:
    assert write(table(store, NAMES, 1), "text").endswith("(truncated at 1 rows: there are more)\n")
    assert write(table(store, NAMES, 1, "ja"), "text").endswith(
        "（1行で打ち切り: 続きがあります）\n"
    )
    assert "truncated" not in write(table(store, NAMES, 2), "text")


def test_text_neutralises_what_commands_a_terminal(store: Store) -> None:
    text = write(table(store, HOSTILE_QUERY), "text")
    assert text.count("\n") == 3
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "`x`↵=1+1\\x1b[2J\\u202e" in text


@pytest.mark.parametrize("width", [20, 31, 40, 80])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_text_keeps_to_the_width(store: Store, width: int, lang: str) -> None:
    text = (
        "SELECT ?x ?label { ?x skos:prefLabel ?label FILTER(?x != ctd:hostile) } ORDER BY ?x ?label"
    )
    wide = write(table(store, text, lang=lang), "text")
    narrow = write(table(store, text, lang=lang), "text", width=width)
    assert max(map(display_width, narrow.splitlines())) <= width
    assert "".join(sorted("".join(narrow.split()))).replace("-", "") == (
        "".join(sorted("".join(wide.split()))).replace("-", "")
    )


def test_text_with_too_many_columns_becomes_records(store: Store) -> None:
    text = "SELECT ?a ?b ?c ?d ?e ?f { VALUES (?a ?b ?c ?d ?e ?f) { (10000000 2 3 UNDEF 5 6) } }"
    assert write(table(store, text), "text", width=20).splitlines() == [
        "-- 1 --",
        "a  10000000",
        "b  2",
        "c  3",
        "e  5",
        "f  6",
    ]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3), ("テロ", 4), ("ﾃﾛ", 2), ("e\u0301", 1), ("か\u3099", 2), ("😀", 2),
        ("👨\u200d👩\u200d👧", 2), ("❤\ufe0f", 2), ("👍🏽", 2), ("🇯🇵", 2), ("🇯🇵🇫🇷", 4),
        ("①", 1), ("", 0), ("각", 2), ("\u00ad", 0),
    ],
)  # fmt: skip
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width


def test_display_width_agrees_with_wcwidth() -> None:
    ranges = [(0x20, 0x7F), (0xA1, 0x250), (0x370, 0x500), (0x2010, 0x2028), (0x2190, 0x2600)]
    ranges += [(0x3000, 0x3100), (0x3130, 0x3190), (0x3200, 0x4DC0), (0x4E00, 0x9FFD)]
    ranges += [(0xAC00, 0xD7A4), (0xF900, 0xFA6E), (0xFF01, 0xFFBF), (0xFFE0, 0xFFE7)]
    different = [
        f"U+{code:04X}"
        for start, end in ranges
        for code in range(start, end)
        if unicodedata.category(chr(code)) != "Cn"
        and display_width(chr(code)) != wcwidth.wcwidth(chr(code))
    ]
    # Tone marks and fillers, which terminals show or not; what later versions of Unicode made wide.
    assert set(different) <= {"U+00AD", "U+302E", "U+302F", "U+3164", "U+FFA0"} | {
        f"U+{code:04X}" for code in [*range(0x2630, 0x2638), *range(0x4DC0, 0x4E00)]
    }


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 5, ["one", "two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("国際テロ対策協力", 6, ["国際テ", "ロ対策", "協力"]),
        ("対策、協力", 4, ["対", "策、", "協力"]),
        ("UNODCの研修", 6, ["UNODC", "の研修"]),
        ("", 3, [""]),
        ("か\u3099か\u3099", 2, ["か\u3099", "か\u3099"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize("width", range(2, 30))
def test_wrap_loses_nothing(width: int) -> None:
    text = "Workshop on the 法の支配（２月）、UNODC / ｶﾞｽ 👨\u200d👩\u200d👧 end"
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(display_width(line) <= width for line in lines)


def test_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal_width(io.StringIO()) is None
    assert terminal_width(Terminal()) == 80
    monkeypatch.setenv("COLUMNS", "33")
    assert terminal_width(Terminal()) == 33


def test_text_on_a_terminal_is_wrapped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "24")
    stream = Terminal()
    tables.write_table(table(store, NAMES), stream)
    assert max(map(len, stream.getvalue().splitlines())) <= 24
    assert "Financial" in stream.getvalue()


# Formats for programs


@pytest.mark.parametrize("text", [NAMES, TERMS, "SELECT ?x { FILTER(false) }", "SELECT ?x {}"])
def test_our_json_and_the_engines_are_the_same_bytes(store: Store, text: str) -> None:
    fresh = write(table(store, text), "json")
    read = table(store, text)
    assert read.solutions is not None
    assert write(read, "json") == fresh
    native = store.select(text).native.serialize(format=ox.QueryResultsFormat.JSON)
    assert native is not None
    assert fresh == native.decode() + "\n"


def test_json_escapes_like_the_engine() -> None:
    chars = "".join(chr(code) for code in [*range(1, 0x300), 0x2028, 0x2029, 0xFFFE, 0x1F600])
    graph = ox.Store()
    thing = ox.NamedNode("http://x/s")
    graph.add(ox.Quad(thing, thing, ox.Literal(chars)))
    store = Store("memory", "x", awkward_store().bundle, graph=graph)
    read = table(store, "SELECT ?v { ?s ?p ?v }")
    assert len(read) == 1
    assert write(read, "json") == write(table(store, "SELECT ?v { ?s ?p ?v }"), "json")
    assert json.loads(write(read, "json"))["results"]["bindings"][0]["v"]["value"] == chars


def test_json_marks_truncation(store: Store) -> None:
    head = json.loads(write(table(store, NAMES, 1), "json"))["head"]
    assert head == {"vars": ["x", "n"], "ctgraph:truncated": True, "ctgraph:limit": 1}
    assert json.loads(write(table(store, NAMES, 2), "json"))["head"] == {"vars": ["x", "n"]}


@pytest.mark.parametrize("format", ["json", "tsv"])
def test_engine_reads_our_results_back(store: Store, format: str) -> None:
    read = table(store, TERMS)
    kinds = {"json": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV}
    rows = [row.terms for row in read]
    again = ox.parse_query_results(write(read, format), kinds[format])
    assert isinstance(again, ox.QuerySolutions)
    assert [list(solution) for solution in again] == rows


def test_xml_is_read_back(store: Store) -> None:
    text = "SELECT ?v ?none { { ctd:things ct:n ?v } UNION { ctd:fatf ?p ?v } } ORDER BY ?v"
    read = table(store, text)
    again = ox.parse_query_results(write(read, "xml"), ox.QueryResultsFormat.XML)
    assert isinstance(again, ox.QuerySolutions)
    assert [list(solution) for solution in again] == [row.terms for row in read]


def test_xml_refuses_what_it_cannot_hold(store: Store) -> None:
    with pytest.raises(DataError, match=r"XML cannot hold the character U\+001B"):
        write(table(store, HOSTILE_QUERY), "xml")


def test_xml_keeps_breaks_and_markup(store: Store) -> None:
    text = 'SELECT ?v { BIND("<a b=\\"c\\">&\\r\\n\\t]]>" AS ?v) }'
    found = ElementTree.fromstring(write(table(store, text, 5), "xml"))
    literal = found.find(".//{http://www.w3.org/2005/sparql-results#}literal")
    assert literal is not None
    assert literal.text == '<a b="c">&\r\n\t]]>'


def test_csv_is_the_w3c_form(store: Store) -> None:
    made = write(table(store, TERMS), "csv", labels=False)
    native = store.select(TERMS).native.serialize(format=ox.QueryResultsFormat.CSV)
    assert native is not None
    assert made == native.decode()
    assert made.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(made, newline="")))
    assert [HOSTILE, ""] in rows


def test_every_line_of_csv_and_tsv_is_a_row_though_the_answer_was_cut(store: Store) -> None:
    assert write(table(store, NAMES, 1), "csv") == "x,n\r\nJapan,1\r\n"
    assert write(table(store, NAMES, 1), "tsv").count("\n") == 2


def test_tsv_is_the_w3c_form(store: Store) -> None:
    native = store.select(TERMS).native.serialize(format=ox.QueryResultsFormat.TSV)
    assert native is not None
    assert write(table(store, TERMS), "tsv").splitlines()[0] == "?v\t?none"
    assert all(line.count("\t") == 1 for line in write(table(store, TERMS), "tsv").split("\n")[:-1])


def test_jsonl_has_terms_and_labels(store: Store) -> None:
    lines = [json.loads(line) for line in write(table(store, NAMES, 1), "jsonl").splitlines()]
    assert lines[0]["x"] == {"type": "uri", "value": CTD + "jpn", "label": "Japan"}
    assert lines[1] == {"truncated": True, "limit": 1}
    plain = write(table(store, NAMES), "jsonl", labels=False)
    assert "label" not in plain


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("text", "true\n"),
        ("markdown", "true\n"),
        ("json", '{"head":{},"boolean":true}\n'),
        ("jsonl", '{"boolean":true}\n'),
    ],
)
def test_truth(format: str, expected: str) -> None:
    assert write(True, format) == expected
    assert write(False, format) == expected.replace("true", "false")


def test_truth_in_xml() -> None:
    again = ox.parse_query_results(write(True, "xml"), ox.QueryResultsFormat.XML)
    assert isinstance(again, ox.QueryBoolean)
    assert bool(again)


# Markdown and XLSX


def test_markdown_escapes(store: Store) -> None:
    lines = write(table(store, HOSTILE_QUERY), "markdown").splitlines()
    assert len(lines) == 3
    assert lines[2] == (
        r"| say &quot;hi&quot;, &lt;b&gt;\|\`x\`<br>=1+1\\x1b\[2J\\u202e &amp; \\ 'done' |".replace(
            "&quot;", '"'
        )
    )


def test_markdown_aligns_numbers(store: Store) -> None:
    assert write(table(store, NAMES), "markdown").splitlines()[1] == "| --- | ---: |"


def test_xlsx_keeps_types_and_no_formula(store: Store, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    text = """SELECT ?v { { ctd:things ct:n ?v } UNION { BIND(ctd:fatf AS ?v) } UNION
      { BIND("=cmd()" AS ?v) } UNION { BIND("http://x/" AS ?v) } UNION { BIND("007" AS ?v) } UNION
      { BIND(12345678901234567890 AS ?v) } UNION { BIND(0.1234567890123456 AS ?v) } UNION
      { BIND("INF"^^xsd:double AS ?v) } }"""
    path = tmp_path / "a.xlsx"
    tables.write_table(table(store, text), path)
    page = openpyxl.load_workbook(path).active
    cells = [page.cell(row, 1) for row in range(2, page.max_row + 1)]
    kinds = {str(cell.value): cell.data_type for cell in cells}
    assert kinds["1"] == kinds["22"] == kinds["333.5"] == kinds["1.5"] == "n"
    assert kinds["2024-01-31 00:00:00"] == "d"
    assert kinds["True"] == "b"
    for text in ("=cmd()", "http://x/", "007", "Financial Action Task Force", "abc", "INF"):
        assert kinds[text] == "s"
    assert kinds["12345678901234567890"] == kinds["0.1234567890123456"] == "s"
    assert page.freeze_panes == "A2"


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv-excel"])
@pytest.mark.parametrize(
    ("text", "length"), [("x" * 40_000, 40_000), ("\U00020bb7" * 16_384, 32_768)]
)
def test_what_a_cell_cannot_hold_is_told(
    store: Store, tmp_path: Path, name: str, text: str, length: int
) -> None:
    """Excel counts code units of UTF-16, two for a rare kanji."""
    graph = ox.Store()
    thing = ox.NamedNode("http://x/s")
    graph.add(ox.Quad(thing, thing, ox.Literal(text)))
    long = Store("memory", "x", store.bundle, graph=graph)
    answer = table(long, "SELECT ?v { ?s ?p ?v }")
    with pytest.raises(UsageError, match=rf"row 1 of \?v has {length} characters.*32767"):
        tables.write_table(answer, tmp_path / "a", name.removeprefix("a."))
    assert not [*tmp_path.iterdir()]


def test_csv_for_excel_says_that_it_is_utf8(store: Store, tmp_path: Path) -> None:
    answer = table(store, "SELECT ?name { ctd:unodc skos:prefLabel ?name } ORDER BY ?name")
    tables.write_table(answer, tmp_path / "a.csv")
    tables.write_table(answer, tmp_path / "b.csv", "csv-excel")
    plain = (tmp_path / "a.csv").read_bytes()
    assert plain.startswith(b"name\r\n")
    assert (tmp_path / "b.csv").read_bytes() == b"\xef\xbb\xbf" + plain


def test_xlsx_names_its_sheet_after_the_question(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    answer = ask(mini_store(), "activities", {"actor": "UNODC"})
    tables.write_table(answer, tmp_path / "a.xlsx", lang="ja")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["ある主体の活動"]


# Triples


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # in rdflib's own reader
@pytest.mark.parametrize(
    ("format", "rdflib_name"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("rdfxml", "xml")],
)
@pytest.mark.parametrize("limit", [None, 4])
@pytest.mark.parametrize(
    "text",
    [
        TRIPLES,
        'CONSTRUCT { ?s ct:n "a<&\\r\\n\\t\\"\\\\"@ja, 1.0, 01, "2"^^ct:odd ; a "no class" }'
        " { ?s a ct:State }",
        "CONSTRUCT { ?s ct:n [ a ct:Odd ; ct:n [] ] } { ?s a ct:Forum }",
        "CONSTRUCT { ct:a-. ct:n <http://x/y?a=b&c> , <urn:x:y> , <ct:z> } {}",
    ],
)
def test_triples_are_read_back(
    store: Store, format: str, rdflib_name: str, limit: int | None, text: str
) -> None:
    text = text.replace("ct:a-.", f"<{CT}a.>")
    answer = run_query(store, text, limit=limit)
    assert isinstance(answer, Triples)
    made = write(answer, format)
    again = rdflib.Graph().parse(data=made, format=rdflib_name)
    expected = rdflib.Graph().parse(data="".join(f"{one} .\n" for one in answer), format="nt")
    assert rdflib.compare.isomorphic(again, expected)
    assert ("truncated" in made) is answer.truncated


def test_turtle(store: Store) -> None:
    answer = run_query(store, "CONSTRUCT { ?s ct:n 1 , ctd:a ; a ct:Odd } { ?s a ct:State }")
    assert write(answer, "turtle") == (
        "@prefix ct: <https://w3id.org/ctgraph/ontology#> .\n"
        "@prefix ctd: <https://w3id.org/ctgraph/id/> .\n"
        "\n"
        "ctd:jpn a ct:Odd ;\n"
        "    ct:n 1 , ctd:a .\n"
    )


def test_turtle_escapes_what_turns_writing(store: Store) -> None:
    answer = run_query(store, "CONSTRUCT WHERE { ctd:hostile skos:prefLabel ?v }")
    for name in ("turtle", "ntriples"):
        made = write(answer, name)
        assert "\u202e" not in made
        assert "\x1b" not in made
        again = rdflib.Graph().parse(data=made, format="turtle")
        assert [str(value) for value in again.objects()] == [HOSTILE]


@pytest.mark.parametrize("format", ["rdfxml"])
def test_rdfxml_refuses_what_it_cannot_hold(store: Store, format: str) -> None:
    with pytest.raises(DataError, match=r"U\+001B"):
        write(run_query(store, "CONSTRUCT WHERE { ctd:hostile skos:prefLabel ?v }"), format)
    with pytest.raises(DataError, match="does not end in a name"):
        write(run_query(store, "CONSTRUCT { ct:a <http://x/1> 1 } {}"), format)


def test_same_bytes_in_every_process() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from small_store import awkward_store\n"
        "from ctgraph.export.tables import tables\n"
        "from ctgraph.query.run import run_query\n"
        "store = awkward_store()\n"
        "blank = 'CONSTRUCT { ?s ct:n [ ct:n ?s ] } { ?s a ct:Forum }'\n"
        "for format in ('turtle', 'jsonld', 'rdfxml', 'ntriples', 'text'):\n"
        "    tables.write_table(run_query(store, blank), sys.stdout.buffer, format)\n"
        "tables.write_table(run_query(store, sys.argv[2]), sys.stdout.buffer, 'xlsx')\n"
    )
    assert same_output(program, str(Path(__file__).parents[1] / "tools"), NAMES)


# Targets


def test_target_is_a_path(store: Store, tmp_path: Path) -> None:
    tables.write_table(table(store, NAMES), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == (
        b"x,n\r\nJapan,1\r\nFinancial Action Task Force,22\r\n"
    )
    with pytest.raises(UsageError, match="does not exist"):
        tables.write_table(table(store, NAMES), tmp_path / "no" / "a.csv")
    with pytest.raises(UsageError, match="means no format"):
        tables.write_table(table(store, NAMES), tmp_path / "a.doc")


def test_default_formats(store: Store) -> None:
    stream = io.BytesIO()
    tables.write_table(run_query(store, TRIPLES), stream)
    assert stream.getvalue().startswith(b"@prefix")
    assert tables.default_format(True) == "text"


@pytest.mark.parametrize("format", ["json", "xml", "tsv", "csv"])
def test_a_table_can_be_read_after_it_was_written(store: Store, format: str) -> None:
    """The engine writes fresh rows itself; they are not lost."""
    fresh, read = table(store, NAMES), table(store, NAMES)
    wanted = [row.terms for row in read]
    assert write(fresh, format) == write(read, format)
    assert [row.terms for row in fresh] == wanted
    assert write(fresh, format) == write(read, format)

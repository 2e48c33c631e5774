"""Errors: each raise site names a key of the tables, and each key is told in both languages."""

from __future__ import annotations

import ast
import pickle
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

import ctgraph
from ctgraph import errors
from ctgraph.cli.app import cli
from ctgraph.errors import (
    AmbiguousName,
    BrokenFiles,
    CtgraphError,
    DataError,
    Problem,
    QuerySyntaxError,
    QueryTimeout,
    UnknownName,
)
from ctgraph.query.diagnostics.lint import find_problems
from ctgraph.query.entities.kinds import KINDS
from ctgraph.service.faults import below, in_language, of_error, of_key
from ctgraph.service.handler import Request
from ctgraph.service.pages.fault import fault_page
from ctgraph.store.store import Store, open_store
from ctgraph.words.read import read_words
from ctgraph.words.sentences import Quoted, bare, fill, say_noun

PACKAGE = Path(ctgraph.__file__).parent
LITERAL: tuple[str, ...] = ()
"""Where errors are still written out: they are said as they are, in both languages."""

# Where the key stands among the arguments of what makes an error.
PLACES = {
    **dict.fromkeys((n for n in vars(errors) if isinstance(getattr(errors, n), type)), 0),
    **{"Phrase": 0, "error_of": 0, "_unsupported": 0, "of_key": 1, "fail": 1, "Problem": 2},
}
# Methods and functions of one file; behind the key of the reader's stands that of the hint.
PLACES_IN = {
    ("query/questions.py", ".error"): 1,
    ("store/reader/claim_rules.py", "report"): 0,
    ("store/reader/totals.py", "report"): 1,
    **{(f"store/reader/{name}.py", ".report"): 1
       for name in ("claim_rules", "collector", "reader", "totals", "vocabulary")},
}  # fmt: skip
CLASSES_WITHOUT_KEY = {"UnknownName", "AmbiguousName"}
# Values that come from the class, not from the call.
GIVEN = {
    "UnknownName": {"kind", "name"},
    "AmbiguousName": {"kind", "name", "n"},
    "WrongKind": {"name", "near"},
    "_unsupported": {"given", "names"},
}
NOUN_PLACES = {"kind", "form", "expected", "thing"}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


class Site(NamedTuple):
    """A call that makes an error."""

    where: str
    name: str
    call: ast.Call
    keys: list[str]
    hints: list[str]


def sites() -> Iterator[Site]:
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for function in [tree, *functions]:
            for node in own_nodes(function):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                called = f".{name}"
                if isinstance(node.func, ast.Name):
                    called = name = node.func.id
                place = PLACES_IN.get((inside, called), PLACES.get(name))
                if place is None:
                    continue
                named = {word.arg: word.value for word in node.keywords}
                keys = []
                if name in CLASSES_WITHOUT_KEY:
                    keys = texts(named["key"], function, tree) if "key" in named else []
                elif len(node.args) > place:
                    keys = texts(node.args[place], function, tree)
                hints = texts(named["hint"], function, tree) if "hint" in named else []
                if name in ("Problem", "report") and len(node.args) > place + 1:
                    hints = texts(node.args[place + 1], function, tree)
                yield Site(f"{inside}:{node.lineno}", name, node, keys, [h for h in hints if h])


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, or of a module, without those of functions in it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef):
            yield node
            waiting += ast.iter_child_nodes(node)


def texts(node: ast.expr, function: ast.AST, module: ast.Module) -> list[str]:
    """The texts that an expression can be, as far as they stand in the function or the module."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [ast.unparse(node)]
    if isinstance(node, ast.IfExp):
        return texts(node.body, function, module) + texts(node.orelse, function, module)
    if isinstance(node, ast.BoolOp):
        return [text for one in node.values for text in texts(one, function, module)]
    if isinstance(node, ast.BinOp):
        return texts(node.left, function, module) + texts(node.right, function, module)
    if isinstance(node, ast.Subscript):
        table = assigned(ast.unparse(node.value), module)
        return [t for d in table if isinstance(d, ast.Dict) for v in d.values
                for t in texts(v, function, module)]  # fmt: skip
    if isinstance(node, ast.Name):
        values = [v for v in assigned(node.id, function) if node.id not in ast.unparse(v)]
        return [text for value in values for text in texts(value, function, module)]
    return []


def assigned(name: str, inside: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(inside):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                    yield from (v for t, v in pairs if isinstance(t, ast.Name) and t.id == name)


SITES = list(sites())


def test_the_raise_sites_are_found() -> None:
    assert len(SITES) > 380
    assert len({key for site in SITES for key in site.keys}) > 330


def test_no_raise_site_writes_its_sentence_out() -> None:
    wrong = [
        f"{site.where}: {text}"
        for site in SITES
        if not site.where.startswith(LITERAL)
        for text in site.keys + site.hints
        if " " in text
    ]
    assert not wrong


def test_every_key_that_is_used_is_in_the_tables() -> None:
    missing = [
        f"{site.where}: {key}"
        for site in SITES
        if not site.where.startswith(LITERAL)
        for table, keys in (("errors", site.keys), ("hints", site.hints))
        for key in keys
        if key not in read_words(table, "en")
    ]
    assert not missing


def test_every_key_of_the_tables_is_used() -> None:
    said = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not [key for key in read_words("errors", "en") if key not in said]
    hints = read_words("hints", "en")
    for_pages = {f"{key}-page" for key in hints}
    assert not [key for key in hints if key not in said | for_pages]


def test_every_place_of_a_sentence_is_filled() -> None:
    missing = []
    for site in SITES:
        named = {word.arg for word in site.call.keywords}
        if None in named or site.name == "Problem":  # it passes on the values of another
            continue
        if site.name == "report":
            named |= {"name", "n"}
        given = named | GIVEN.get(site.name, set())
        for table, keys in (("errors", site.keys), ("hints", site.hints or site.keys)):
            for key in keys:
                lacks = places(read_words(table, "en").get(key, "")) - given
                if lacks:
                    missing.append(f"{site.where}: {table}.{key} lacks {sorted(lacks)}")
    assert not missing


def places(text: str) -> set[str]:
    return set(re.findall(r"(?<!{){(\w+)[^{}]*}", text))


def test_every_kind_of_value_has_its_noun() -> None:
    nouns = read_words("nouns", "ja")
    assert not [
        text
        for kind in KINDS.values()
        for text in (kind.noun, kind.form)
        if bare(text) not in nouns
    ]


def test_every_part_of_a_query_has_its_noun() -> None:
    folder = PACKAGE / "store" / "sparql"
    source = "".join(
        (folder / f"{name}.py").read_text(encoding="utf-8")
        for name in ("cursor", "expressions", "parse", "triples")
    )
    found = re.findall(r'\.(?:iri|graph_term|error)\("([a-z*][^"]*)"\)', source)
    assert len(found) > 15
    assert not [noun for noun in found if bare(noun) not in read_words("nouns", "ja")]
    spelt = re.findall(r'\.expect_kind\("\w+", "([^"]*)"\)', source)
    assert spelt
    assert not [noun for noun in spelt if bare(noun) not in read_words("nouns", "ja")]


def test_every_noun_of_an_error_is_known() -> None:
    nouns = read_words("nouns", "ja")
    found = {
        text
        for site in SITES
        for word in site.call.keywords
        if word.arg in NOUN_PLACES
        for text in texts(word.value, site.call, ast.Module([], []))
    }
    found |= {
        text
        for site in SITES
        if site.name == "UnknownName"
        for text in texts(site.call.args[0], site.call, ast.Module([], []))
    }
    assert len(found) > 15
    assert not [text for text in found if bare(text) not in nouns and text != text.upper()
                and not text.startswith("SELECT")]  # fmt: skip


def test_the_japanese_of_every_error_is_japanese() -> None:
    for table in ("errors", "hints"):
        for key, text in read_words(table, "ja").items():
            rest = re.sub(r"\{[^{}]*\}|`[^`]*`|'[^']*'|pip install \S+", "", text)
            plain = rest.strip(" ：:、。（）()") in ("", "CONSTRUCTクエリ sha256")
            assert plain or JAPANESE.search(rest), f"{table}.{key}: {text}"
            said = re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", rest)
            assert not said or re.search(r"ctgraph|openssl|copy", text), f"{table}.{key}: {text}"


# --- how it is told -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "english", "japanese"),
    [
        (
            UnknownName("question", "nope", hint="list-questions"),
            "unknown question 'nope'. 'ctgraph ask' lists them.",
            "「nope」に当たる質問はありません。'ctgraph ask'で一覧を表示できます。",
        ),
        (
            UnknownName(
                "parameter",
                "acter",
                ["actor"],
                key="unknown-parameter",
                question="partners",
                hint="parameters",
                names=["actor", "lang"],
            ),
            "unknown parameter of question 'partners': 'acter'. Did you mean actor? "
            "It has actor, lang.",
            "質問「partners」に「acter」という入力項目はありません。もしかして: actor。"
            "使える項目：actor、lang",
        ),
        (
            AmbiguousName("an actor", "UN", ["A / あ (ctd:a)", "B (ctd:b)"]),
            "'UN' can mean 2 things where an actor is wanted: A / あ (ctd:a); B (ctd:b). "
            "Name one of them by what stands in the brackets.",
            "「UN」は2件の主体に当たります：あ (ctd:a)、B (ctd:b)。"
            "そのうちの一つを、括弧内の名前で指定してください。",
        ),
        (
            UnknownName("source", "x", ["ISO 3166-1, codes / 国名コード (ctd:iso)", "B (ctd:b)"]),
            "unknown source 'x'. Did you mean ISO 3166-1, codes / 国名コード (ctd:iso) or "
            "B (ctd:b)?",
            "「x」に当たる出典はありません。もしかして: 国名コード (ctd:iso)、B (ctd:b)",
        ),
        (
            QuerySyntaxError(
                "expected-but-found", line=1, column=9, expected="a variable", found="}"
            ),
            "query, line 1, column 9: expected a variable, but found '}'.",
            "クエリの1行目9文字目：変数があるべきところに「}」があります。",
        ),
        (
            QuerySyntaxError("expected-but-ended", line=2, column=4, expected="'}'"),
            "query, line 2, column 4: expected '}', but found the end of the query.",
            "クエリの2行目4文字目：「}」が必要ですが、クエリがここで終わっています。",
        ),
        (
            DataError(
                "passed-on",
                place="a.toml:3",
                reason=UnknownName("view", "x"),
                hint=UnknownName("view", "x", hint="known", names=["a", "b"]),
            ),
            "a.toml:3: unknown view 'x'. Known: a, b.",
            "a.toml:3：「x」に当たるネットワークはありません。使えるもの：a、b",
        ),
        (CtgraphError("as it is.", hint="Do so."), "as it is. Do so.", "as it is. Do so."),
    ],
)
def test_an_error_is_told_in_either_language(
    error: CtgraphError, english: str, japanese: str
) -> None:
    assert str(error) == error.say("en") == english
    assert error.say("ja") == japanese


def test_a_value_is_quoted_as_a_language_quotes() -> None:
    values = {"value": Quoted("d'Or"), "kind": "an actor"}
    assert fill("errors", "value-of-wrong-type", "en", values) == '"d\'Or" is not an actor.'
    japanese = fill("errors", "value-of-wrong-type", "ja", values)
    assert japanese == "「d'Or」は主体として読めません。"
    assert Quoted("x" * 100).tell("en").endswith("x…")
    assert len(Quoted("x" * 100).tell("ja")) == 82
    assert Quoted(3).tell("ja") == "「3」"


def test_nouns_with_or_between() -> None:
    assert say_noun("'.', ';', ',' or '}'") == "「.」、「;」、「,」または「}」"


@pytest.mark.parametrize("text", ["{rest}{near}", "'\\", "a" * 900, "\x00{}", "'" * 1990])
def test_what_a_visitor_writes_breaks_no_sentence(text: str) -> None:
    for lang in ("en", "ja"):
        assert text in UnknownName("actor", text).tell(lang) or repr(text) in str(
            UnknownName("actor", text)
        )


# --- where it is told -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code", "japanese"),
    [
        (
            ["ask", "partnerz"],
            2,
            "エラー：「partnerz」に当たる質問はありません。もしかして: partners、common-partners。"
            "'ctgraph ask'で一覧を表示できます。\n",
        ),
        (
            ["query", "SELEC ?x {}"],
            4,
            "エラー：クエリの1行目1文字目：SELECT、ASK、CONSTRUCTまたはDESCRIBEがあるべきところに"
            "「SELEC」があります。もしかして: SELECT\n",
        ),
        (
            ["query", ""],
            2,
            "エラー：クエリが空です。クエリはSELECT、ASK、CONSTRUCT、DESCRIBEのいずれかで始まります。\n",
        ),
        (
            ["why", "0"],
            2,
            "エラー：行は1から数えます。後ろにコマンドを書いてください："
            "ctgraph why 3 ask partners -p actor=UNODC\n",
        ),
        (
            ["--store", "/no/such/store", "stats"],
            3,
            "エラー：/no/such/store：フォルダーがありません。"
            "`ctgraph load --store /no/such/store`でストアを作成してください。\n",
        ),
        (
            ["export", "--describe", "--stated-only"],
            2,
            "エラー：--describeはグラフ全体を記述します。--includeと切り出しの指定を外してください。\n",
        ),
    ],
)
def test_the_command_line_tells_errors_in_japanese(
    args: list[str], code: int, japanese: str
) -> None:
    done = CliRunner().invoke(cli, [*args, "--lang", "ja"])
    assert (done.exit_code, done.stderr) == (code, japanese)
    english = CliRunner().invoke(cli, [*args, "--lang", "en"])
    assert english.exit_code == code
    assert english.stderr.startswith("Error: ")
    assert not JAPANESE.search(english.stderr)


def test_a_command_without_the_option_speaks_the_language_before_its_name() -> None:
    done = CliRunner().invoke(cli, ["--lang", "ja", "load", "--store", "/proc/none"])
    assert done.stderr.startswith("エラー：/proc/none：作成できません")


def test_problems_of_files_are_told_in_japanese(mini: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(mini, project)
    file = project / "data" / "register" / "actors.trig"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nctd:zz ct:name 1 .", encoding="utf-8")
    done = CliRunner().invoke(cli, ["stats", "--project", str(project), "--lang", "ja"])
    assert re.fullmatch(
        r"エラー：data/register/actors\.trig:\d+：ctd:zzについてのトリプルが主張の外にあります。"
        r"根拠となる主張のグラフに入れてください。\n",
        done.stderr,
    )
    several = BrokenFiles([Problem("a.trig", 1, "blank-node", "blank-node")] * 22)
    lines = several.tell("ja").splitlines()
    assert lines[:2] == [
        "データに22件の問題があります：",
        "  a.trig:1：空白ノードがあります。ctd:で固有の名前を付けてください。",
    ]
    assert lines[-1] == "  ほか2件。"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


def test_the_query_page_marks_faults_in_either_language(store: Store) -> None:
    (english,) = find_problems(store, "SELEC ?x {}")
    assert english.message == "expected SELECT or ASK or CONSTRUCT or DESCRIBE, but found 'SELEC'."
    assert (english.hint, english.suggestions) == ("Did you mean SELECT?", ["SELECT"])
    (japanese,) = find_problems(store, "SELECT ?x { ?x sskos:prefLabel ?y }", "ja")
    assert japanese.message == "接頭辞 sskos: は宣言されていません。"
    assert japanese.hint == "もしかして: skos:prefLabel"
    assert japanese.suggestions == ["skos:prefLabel"]


def test_a_fault_travels_in_both_languages() -> None:
    error = UnknownName("question", "nope", hint="list-questions")
    fault = pickle.loads(pickle.dumps(of_error(error, {"name": "nope"}), 5))
    assert (fault.status, fault.message) == (404, "unknown question 'nope'.")
    assert fault.hint == "The page /ask lists them."  # not the command
    told = in_language(below(fault, "/graph"), "ja")
    assert told.message == "「nope」に当たる質問はありません。"
    assert told.hint == "/graph/ask のページに一覧があります。"
    assert in_language(fault, "en") == fault


def test_the_error_page_tells_a_fault_in_the_language_of_the_request() -> None:
    fault = of_key(404, "nothing-at-path", path="/x", near=["/ask"], hint="did-you-mean")
    page = fault_page(fault, Request(path="/x", lang="ja"), "1")
    assert "/x にはページがありません。" in page
    assert "もしかして: " in page
    assert "There is nothing at /x." in fault_page(fault, Request(path="/x", lang="en"), "1")


def test_a_long_message_is_cut_in_both_languages() -> None:
    fault = of_error(UnknownName("actor", "x" * 5000), {})
    assert 600 < len(fault.message) < 610
    assert 600 < len(fault.message_ja) < 610


def test_where_an_endpoint_is_no_client_learns() -> None:
    error = QueryTimeout(
        "endpoint-timed-out", url="http://10.0.0.7:7878/query", timeout=5.0, seconds=5
    )
    fault = of_error(error, {})
    assert (fault.status, fault.message) == (504, "the query was stopped after 5 seconds.")
    assert fault.message_ja == "5秒の制限時間を超えたため、クエリを中止しました。"
    assert "10.0.0.7" in fault.detail
    assert "10.0.0.7" not in fault.message + fault.hint + fault.message_ja + fault.hint_ja

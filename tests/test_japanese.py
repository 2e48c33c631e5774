"""Errors in Japanese: every one that a visitor can meet has its sentence, and reads as Japanese."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctgraph
from ctgraph.errors import QueryTimeout
from ctgraph.query.kinds import KINDS
from ctgraph.service.faults import for_pages, of_error
from ctgraph.words.errors import _NOUNS, _bare, find, translate

PACKAGE = Path(ctgraph.__file__).parent

ERRORS = {"Fault", "RequestError", "UsageError", "UnknownName", "AmbiguousName", "QueryError"}
ERRORS |= {"QueryRefused", "QuerySyntaxError", "QueryTimeout", "WrongKind"}
CHARTS = tuple(
    f"draw/figures/{name}."
    for name in (
        "timeline",
        "money",
        "indicators",
        "goals",
        "network",
        "matrix",
        "captions",
        "name_places",
    )
)
"""Modules whose `DataError` says that there is nothing to draw, which a page hands on."""

# What is said to whoever sets the service up, writes a program, or types a command.
NOT_FOR_VISITORS = (
    *("__init__", "__main__", "api", "cli/", "draw/text_metrics", "draw/slides/"),
    *("draw/figures/figures", "draw/figures/typefaces", "export/description", "export/formats"),
    *("export/graph", "export/network", "export/output", "export/subsets", "export/tables/"),
    *("network/communities", "network/files", "network/stories", "query/checks/"),
    *("service/run", "service/site", "service/pool"),
    *("store/endpoint", "store/reader/", "text"),
)
NOUNS = [_bare(kind.noun) for kind in KINDS.values() if not kind.literal]
# Arguments that are no text in the place where they stand, and what they are there.
ELSEWHERE = {
    "message": ["{token} is not an absolute IRI: {error}."],
    "str(error)": [r"\q is not an escape sequence."],
    "said": ["the query was stopped after 3 seconds."],
    "_SAID[status]": [
        "the SPARQL endpoint behind this service did not answer as it should.",
        "the graph cannot be read just now.",
    ],
    "noun": NOUNS,
    "spec.noun.partition(' ')[2]": NOUNS,
}
# Values that are words of the message.
INSIDE = {
    "faults: said": ["no place became free in time", "too many requests are waiting"],
    "results: limit": ["1,000 rows", "1,000 triples", "2,000,000 bytes"],
    "results: '; '.join(ways)": [
        "ask for less (LIMIT and OFFSET, with ORDER BY); accept a part with partial=ok",
        "ask for less (LIMIT and OFFSET, with ORDER BY); accept a part with partial=ok; "
        "take the first rows as JSON or HTML, which say so",
    ],
    "protocol: what": ["the media type 'x'", "a body without a Content-Type"],
    "negotiation: what": ["the answer"],
}
HANDED_ON = {"error.message", "error.hint", "error.hint or ''", "hint", "fields"}
# Of modules that visitors do meet: for the command line, Python, or whoever opens the store.
NEVER = re.compile(
    r"\?weight is|an ASK query makes no network|the query has no a, b|\?source|\?through|"
    r"source and target|Nodes of a network|Name an activity|Give it a (finite )?number,?|pandas|"
    r"a store and an endpoint|Name one of them\.|more files can be read|Add them to a store|"
    r"x, but found x"
)


def test_every_error_that_a_visitor_can_meet_has_its_sentence() -> None:
    missing = []
    number = 0
    for place, text in said_to_visitors():
        if NEVER.search(text):
            continue
        number += 1
        japanese = find(text)
        if japanese is None or english_left(japanese, text):
            missing.append(f"{place}: {text} -> {japanese}")
    assert not missing, "add to _SENTENCES of words/errors.py:\n" + "\n".join(missing)
    assert number > 200


def said_to_visitors() -> Iterator[tuple[str, str]]:
    """Each message and hint with sample values in it, and where it is raised."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            inside = path.relative_to(PACKAGE).as_posix()
            is_for_visitors = not inside.startswith(NOT_FOR_VISITORS)
            if (
                name == "Unwritable"
                or (name in ERRORS and is_for_visitors)
                or (name == "DataError" and inside.startswith(CHARTS))
            ):
                for text in texts_of(name, node, path.stem):
                    yield f"{path.name}:{node.lineno}", text
            elif name == "self.error" and path.stem == "parse":
                for text in samples(node.args[0], path.stem):
                    yield f"{path.name}:{node.lineno}", f"{text}, but found '}}'."


def texts_of(name: str, call: ast.Call, module: str) -> Iterator[str]:
    named = {word.arg: word.value for word in call.keywords}
    args = list(call.args)
    if name == "Fault":
        args = args[1:] or [named["message"]] if "message" in named else args[1:]
        hints = [*args[1:2], *([named["hint"]] if "hint" in named else [])]
    else:
        hints = [named["hint"]] if "hint" in named else []
    if name == "UnknownName":
        for kind in samples(args[0], module):
            yield f"unknown {kind} 'x'."
            yield f"unknown {kind} 'x'. Did you mean y or z?"
    elif name == "AmbiguousName":
        yield "'x' can mean 2 things where an actor is wanted: A (ctd:a); B / び (ctd:b)."
    elif args:
        prefix = "query, line 1, column 2: " if name == "QuerySyntaxError" else ""
        yield from (prefix + text for text in samples(args[0], module))
    for hint in hints:
        yield from (for_pages(text) for text in samples(hint, module))


def samples(node: ast.expr, module: str) -> list[str]:
    """What an expression can say, with a sample in the place of each value."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.IfExp):
        return samples(node.body, module) + samples(node.orelse, module)
    if isinstance(node, ast.BoolOp):
        return [text for one in node.values for text in samples(one, module)]
    if isinstance(node, ast.BinOp):
        pairs = itertools.product(samples(node.left, module), samples(node.right, module))
        return ["".join(pair) for pair in pairs]
    if isinstance(node, ast.JoinedStr):
        options = itertools.product(*(pieces(one, module) for one in node.values))
        return ["".join(option) for option in options]
    shown = ast.unparse(node)
    if shown in HANDED_ON:
        return []
    return ELSEWHERE.get(shown, [f"<{shown}>: name in ELSEWHERE what it says"])


def pieces(node: ast.expr, module: str) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.FormattedValue)
    shown = ast.unparse(node.value)
    return INSIDE.get(f"{module}: {shown}") or [piece(node, shown)]


def piece(node: ast.FormattedValue, shown: str) -> str:
    if node.conversion == ord("r") or shown.startswith("show_value("):
        return "'x'"
    if shown.endswith((".noun", "noun")):
        return "an actor"
    if shown.endswith(".form"):
        return "a name, CURIE or IRI"
    if ".join(" in shown:
        return "a, b"
    is_number = node.format_spec is not None or re.search(
        r"len\(|number_of|_PATIENCE|_MOST|LONGEST|DEEPEST|>>|\.line|\.column|\bpages\b|\bmost\b|"
        r"\blimit\b|\bline\b|\bcolumn\b|\bhops\b",
        shown,
    )
    return "7" if is_number else "x"


def english_left(japanese: str, english: str) -> bool:
    """Whether there is a run of three English words that mean something, or no Japanese at all."""
    if not re.search("[ぁ-んァ-ヶ一-龠]", japanese):
        return True
    rest = re.sub(r"pip install '[^']*'", "", japanese)
    return re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", rest) is not None


def test_the_check_itself_can_fail() -> None:
    assert find("the moon is not made of cheese today.") is None
    assert english_left("これは not made of cheese です。", "")
    assert english_left("UNODC", "")


def test_every_kind_of_value_has_its_noun() -> None:
    missing = [
        text
        for kind in KINDS.values()
        for text in (kind.noun, kind.form)
        if _bare(text) not in _NOUNS
    ]
    assert not missing


def test_every_part_of_a_query_has_its_noun() -> None:
    source = (PACKAGE / "store" / "sparql" / "parse.py").read_text(encoding="utf-8")
    found = re.findall(r'(?:self\.iri|self\.graph_term)\("([^"]+)"\)', source)
    found += re.findall(r'self\.error\("expected ([a-z*][^"]*)"\)', source)
    assert len(found) > 15
    assert not [noun for noun in found if _bare(noun) not in _NOUNS]


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("unknown question 'nope'.", "「nope」に当たる質問はありません。"),
        (
            "unknown parameter of question 'partners': 'acter'. Did you mean actor?",
            "質問「partners」に「acter」という入力項目はありません。もしかして: actor",
        ),
        (
            "'UN' can mean 2 things where an actor is wanted: A (ctd:a); B (ctd:b).",
            "「UN」は2件の主体に当たります：A (ctd:a)、B (ctd:b)",
        ),
        (
            "unknown source 'x'. Did you mean ISO 3166-1, codes / 国名コード (ctd:iso-3166) or "
            "Blue Book (ctd:b)?",
            "「x」に当たる出典はありません。もしかして: 国名コード (ctd:iso-3166)、"
            "Blue Book (ctd:b)",
        ),
        (
            "query, line 1, column 9: expected a variable, but found '}'.",
            "クエリの1行目9文字目：変数があるべきところに「}」があります。",
        ),
        (
            "query, line 1, column 1: expected SELECT, ASK, CONSTRUCT or DESCRIBE, but found "
            "'SELEC'.",
            "クエリの1行目1文字目：SELECT、ASK、CONSTRUCTまたはDESCRIBEがあるべきところに"
            "「SELEC」があります。",
        ),
        (
            "query, line 2, column 4: expected '}', but found the end of the query.",
            "クエリの2行目4文字目：「}」が必要ですが、クエリがここで終わっています。",
        ),
        (
            "the work on the answer was stopped after 30 seconds.",
            "30秒の制限時間を超えたため、中止しました。",
        ),
        ('unknown actor "d\'Or".', "「d'Or」に当たる主体はありません。"),
        (
            "Accept one of: text/html, text/turtle.",
            "Acceptに次のいずれかを指定してください：text/html、text/turtle",
        ),
    ],
)
def test_sentences(english: str, japanese: str) -> None:
    assert translate(english, "ja") == japanese
    assert translate(english, "en") == english


@pytest.mark.parametrize(
    "text",
    [
        "unknown actor '{rest}{also}'.",
        "unknown question '\\\\'.",
        f"unknown question '{'a' * 295} … {'a' * 295}'.",
        "there is nothing at /\n\x00{path}.",
        "timeout=" + "'" * 500 + " is no number of seconds.",
        "query: " * 80 + ".",
        "'" * 1990,
    ],
)
def test_what_a_visitor_writes_breaks_no_sentence(text: str) -> None:
    assert isinstance(translate(text, "ja"), str)


def test_where_an_endpoint_is_no_client_learns() -> None:
    said = "http://10.0.0.7:7878/query: no whole answer within 5 seconds."
    error = QueryTimeout(said, seconds=5)
    fault = of_error(error, {})
    assert (fault.status, fault.message) == (504, "the query was stopped after 5 seconds.")
    assert "10.0.0.7" in fault.detail
    assert translate(fault.message, "ja") != fault.message

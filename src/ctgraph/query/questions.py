"""Named questions: their files, headers and parameters.

A question is a file ``queries/<name>.rq``: a SPARQL query that runs as it stands, under header
lines ``#+ `` which together are TOML. A parameter ``actor`` is the block ``VALUES ?actor {…}``;
binding it replaces what stands in that block by RDF terms, so no text is ever pasted into a query.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph.errors import CtgraphError, DataError, QueryError, UnknownName, suggest
from ctgraph.query.entities.kinds import KINDS, make_literal, show_term
from ctgraph.query.entities.names import close_terms, exists, find_similar
from ctgraph.store.sparql import Query
from ctgraph.terms import LANGUAGES, OWN_NAMESPACES, PREFIXES, expand, fold, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ctgraph.store import Bundle, Store

    Value = ox.NamedNode | ox.Literal


DISPLAYS = ("table", "network", "chart", "timeline")
SEVERITIES = ("error", "warning")


class Parameter(NamedTuple):
    """One thing that can be set in a question."""

    name: str
    """Name on the command line; ``?name`` is its variable."""
    type: str
    """A key of `KINDS`."""
    label: Mapping[str, str]
    """What it is called, by language."""
    default: tuple[Value, ...]
    """Terms it has when nothing is given; empty means any (UNDEF)."""
    allowed: tuple[Value, ...] = ()
    """The only terms it may have; empty for no such limit."""
    optional: bool = False
    """Whether it may be left open, so that anything matches."""
    line: int = 0
    """Line of the file where it is described."""


class Question(NamedTuple):
    """A query with a name, and what its header says of it."""

    name: str
    title: Mapping[str, str]
    """One line, by language."""
    description: Mapping[str, str]
    """A sentence or two, by language."""
    tags: tuple[str, ...]
    params: Mapping[str, Parameter]
    """Its parameters by name, in the order of the file."""
    display: str
    """How the answer is best shown: table, network, chart or timeline."""
    text: str
    """The whole file, header included; it is a complete query."""
    path: Path
    severity: str = ""
    """For a check, ``error`` or ``warning``; else empty."""
    repair: Mapping[str, str] = {}
    """For a check, how the fault is mended, by language."""


_HEADER_KEYS = {"title", "description", "tags", "display", "view", "params"}
_CHECK_KEYS = {"title", "description", "tags", "severity", "repair"}
_PARAM_KEYS = {"type", "label", "default", "allowed", "optional"}
_LANG_LABEL = {"en": "Language of labels", "ja": "ラベルの言語"}
_NAME = re.compile(r"[a-z][A-Za-z0-9]*\Z")
_FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_TOML_PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
_cache: dict[tuple[str, int, int], Question] = {}


def read_questions(bundle: Bundle, store: Store | None = None) -> dict[str, Question]:
    """Return the named questions of a bundle, by name, in alphabetical order.

    Args:
        bundle: Where the question files are.
        store: If given, individuals that are a default or an allowed value must occur in it.

    Raises:
        DataError: A header is not as it must be; the message has file and line.
    """
    questions = _read_files(bundle, bundle.question_files(), is_check=False)
    if store is not None:
        _check_individuals(bundle, questions.values(), store)
    return questions


def read_checks(bundle: Bundle) -> dict[str, Question]:
    """Return the violation queries of a bundle, by name, in alphabetical order.

    Args:
        bundle: Where the files ``queries/checks/*-violation.rq`` are.

    Raises:
        DataError: A header is not as it must be; the message has file and line.
    """
    return _read_files(bundle, bundle.check_files(), is_check=True)


def read_question(bundle: Bundle, name: str) -> Question:
    """Return the question with a name; other files are read only if no file is called that.

    Args:
        bundle: Where the question files are.
        name: File name without its extension, or the title in either language; case and width do
            not matter, and spaces and underscores count as hyphens.

    Raises:
        UnknownName: No question is called that.
        DataError: Its header is not as it must be.
    """
    files = {path.stem: path for path in bundle.question_files()}
    wanted = name
    if name not in files:
        wanted = "-".join(fold(word) for word in re.split(r"[\s_]+", name.strip()))
    if wanted not in files:
        questions = read_questions(bundle)
        for question in questions.values():
            if _fold_title(name) in map(_fold_title, question.title.values()):
                return question
        names = {stem: (stem, *question.title.values()) for stem, question in questions.items()}
        raise UnknownName("question", name, find_similar(name, names), hint="list-questions")
    return _read_file(files[wanted], bundle.root, is_check=False)


def _fold_title(title: str) -> str:
    return fold(title).rstrip("?.。")


def _read_files(bundle: Bundle, paths: Iterable[Path], *, is_check: bool) -> dict[str, Question]:
    found = (_read_file(path, bundle.root, is_check=is_check) for path in sorted(paths))
    return {question.name: question for question in found}


def _shown(path: Path, root: Path) -> str:
    """Return a path as messages show it: relative to the bundle if it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _read_file(path: Path, root: Path, *, is_check: bool) -> Question:
    shown = _shown(path, root)
    try:
        status = path.stat()
        key = (str(path), status.st_mtime_ns, status.st_size)
        if key not in _cache:
            _cache[key] = _parse_file(path, path.read_text("utf-8-sig"), shown, is_check=is_check)
    except OSError as error:
        raise DataError("question-file-unreadable", shown=shown, strerror=error.strerror) from error
    except UnicodeDecodeError as error:
        raise DataError("question-file-not-utf8", shown=shown, start=error.start) from error
    return _cache[key]


class _Header:
    """The header of one file: its values, and where each stands."""

    def __init__(self, text: str, shown: str) -> None:
        self.shown = shown
        self.lines: list[tuple[int, str]] = []
        in_body = False
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip()
            if line.startswith("#+"):
                if in_body:
                    raise self.error(number, "header-below-query")
                self.lines.append((number, line[2:]))
            elif stripped and not stripped.startswith("#"):
                in_body = True
        if not self.lines:
            raise self.error(1, "question-without-header")
        import tomllib

        try:
            self.values: dict[str, Any] = tomllib.loads("\n".join(line for _, line in self.lines))
        except tomllib.TOMLDecodeError as error:
            place = _TOML_PLACE.search(str(error))
            index = int(place[1]) - 1 if place and place[1] else len(self.lines) - 1
            number = self.lines[min(index, len(self.lines) - 1)][0]
            said = _TOML_PLACE.sub("", str(error))
            raise self.error(number, "header-not-toml", said=said) from error

    def error(self, line: int, key: str, **values: Any) -> DataError:
        """Return an error at a line of the file."""
        return DataError(key, place=f"{self.shown}:{line}", **values)

    def line_of(self, *keys: str) -> int:
        """Return the line where a key is set, or the nearest of its tables, or the first line."""
        table: tuple[str, ...] = ()
        best, best_depth = self.lines[0][0], 0
        for number, line in self.lines:
            stripped = line.strip()
            if stripped.startswith("["):
                table = _split_key(stripped.strip("[] "))
                here = table
            else:
                here = table + _split_key(stripped.partition("=")[0])
            depth = 0
            while depth < min(len(here), len(keys)) and here[depth] == keys[depth]:
                depth += 1
            if depth > best_depth:
                best, best_depth = number, depth
        return best

    def refuse_unknown(self, table: Mapping[str, Any], known: set[str], *keys: str) -> None:
        """Refuse a table that has other keys than the known ones."""
        for key in table:
            if key not in known:
                close = suggest(key, known)
                raise self.error(
                    self.line_of(*keys, key),
                    "unknown-key",
                    name=key,
                    near=close[:1],
                    names=sorted(known),
                    hint="did-you-mean" if close else "known",
                )

    def read_texts(self, table: Mapping[str, Any], *keys: str) -> dict[str, str]:
        """Return a text in every language."""
        value = table.get(keys[-1])
        name = ".".join(keys)
        if not isinstance(value, dict):
            raise self.error(self.line_of(*keys), "texts-missing", name=name)
        self.refuse_unknown(value, set(LANGUAGES), *keys)
        for lang in LANGUAGES:
            text = value.get(lang)
            if not isinstance(text, str) or not text.strip():
                raise self.error(self.line_of(*keys, lang), "key-missing", name=f"{name}.{lang}")
        return {lang: value[lang] for lang in LANGUAGES}


def _split_key(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


def _parse_file(path: Path, text: str, shown: str, *, is_check: bool) -> Question:
    header = _Header(text, shown)
    values = header.values
    header.refuse_unknown(values, _CHECK_KEYS if is_check else _HEADER_KEYS)
    if not _FILE_NAME.match(path.stem):
        raise header.error(1, "file-name-not-slug", name=path.stem)
    tags = values.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise header.error(
            header.line_of("tags"), "value-is-not", name="tags", kind="a list of texts"
        )
    key = "view" if "view" in values else "display"  # its old name
    display = values.get(key, "table")
    if display not in DISPLAYS:
        raise header.error(
            header.line_of(key),
            "unknown-name",
            kind="display",
            name=display,
            names=[*DISPLAYS],
            hint="known",
        )
    severity, repair = "", {}
    if is_check:
        severity = values.get("severity", "error")
        if severity not in SEVERITIES:
            raise header.error(
                header.line_of("severity"),
                "unknown-name",
                kind="severity",
                name=severity,
                names=[*SEVERITIES],
                hint="known",
            )
        repair = header.read_texts(values, "repair")
    return Question(
        name=path.stem,
        title=header.read_texts(values, "title"),
        description=header.read_texts(values, "description"),
        tags=tuple(tags),
        params={} if is_check else _read_params(header, text),
        display=display,
        text=text,
        path=path,
        severity=severity,
        repair=repair,
    )


def _read_params(header: _Header, text: str) -> dict[str, Parameter]:
    described = header.values.get("params", {})
    if not isinstance(described, dict):
        raise header.error(header.line_of("params"), "value-is-not", name="params", kind="a table")
    blocks = _find_blocks(text, header)
    found: dict[str, Parameter] = {}
    for name, table in described.items():
        line = header.line_of("params", name)
        if not _NAME.match(name):
            raise header.error(line, "not-a-parameter-name", name=name)
        if not isinstance(table, dict):
            raise header.error(line, "value-is-not", name=f"params.{name}", kind="a table")
        if name not in blocks:
            raise header.error(line, "parameter-without-block", name=name)
        found[name] = _read_param(header, name, table, line)
        _check_block(header, found[name], blocks[name])
    for name, block in blocks.items():
        if name in found:
            continue
        if name != "lang":
            raise header.error(block.line, "block-without-parameter", name=name)
        # The language of labels is the same parameter everywhere, so it needs no description.
        default = tuple(block.terms)
        allowed = tuple(ox.Literal(lang) for lang in LANGUAGES)
        found[name] = Parameter(name, "text", _LANG_LABEL, default, allowed, line=block.line)
    return found


def _read_param(header: _Header, name: str, table: dict[str, Any], line: int) -> Parameter:
    header.refuse_unknown(table, _PARAM_KEYS, "params", name)
    type_ = table.get("type")
    if type_ not in KINDS:
        raise header.error(
            header.line_of("params", name, "type"),
            "parameter-type-unknown" if type_ else "key-missing",
            name=name if type_ else "type",
            type=type_,
            names=[*KINDS],
            hint="known",
        )
    label = _LANG_LABEL if name == "lang" else header.read_texts(table, "params", name, "label")
    optional = table.get("optional", False)
    if not isinstance(optional, bool):
        at = header.line_of("params", name, "optional")
        raise header.error(at, "value-is-not", name="optional", kind="a boolean")
    if "default" not in table and not optional:
        raise header.error(line, "parameter-without-default", name=name)

    def read(key: str) -> tuple[Value, ...]:
        value = table.get(key, [])
        place = header.line_of("params", name, key)
        listed = value if isinstance(value, list) else [value]
        return tuple(_read_value(header, place, type_, item) for item in listed)

    default, allowed = read("default"), read("allowed")
    for term in default:
        if allowed and term not in allowed:
            raise header.error(
                header.line_of("params", name, "default"),
                "default-not-allowed",
                value=show_term(term),
                name=name,
                names=[*map(show_term, allowed)],
            )
    return Parameter(name, type_, label, default, allowed, optional, line)


def _read_value(header: _Header, line: int, type_: str, value: object) -> Value:
    """Return the term for a TOML value of a default or of a list of allowed values."""
    kind = KINDS[type_]
    try:
        if kind.literal:
            return make_literal(type_, value)
        if not isinstance(value, str):
            raise DataError("question-value-not-curie", value=value)
        return ox.NamedNode(value if "://" in value else expand(value))
    except (CtgraphError, ValueError) as error:
        hint = error if isinstance(error, CtgraphError) and error.hint else "write"
        raise header.error(
            line, "default-unreadable", reason=error, kind=kind.noun, form=kind.form, hint=hint
        ) from error


class _Block(NamedTuple):
    """A block ``VALUES ?name {…}`` of a query."""

    line: int
    terms: list[Value]
    has_undef: bool


def _find_blocks(text: str, header: _Header) -> dict[str, _Block]:
    """Return the blocks ``VALUES ?name {…}`` of a query by name, with the terms in them."""
    query = Query(text)
    try:
        query.tree  # noqa: B018 - reading it is what finds a fault
    except QueryError as error:
        line = getattr(error, "line", 0) or 1
        raise header.error(line, error.key, hint=error.hint_key, **error.values) from error
    prologue: str | None = None
    blocks: dict[str, _Block] = {}
    tokens = query.tokens
    for index, token in enumerate(tokens[:-2]):
        if prologue is None and token.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            prologue = text[: token.start]
            if not token.is_word("SELECT"):
                raise header.error(token.line, "question-not-select", word=token.text)
        variable, opening = tokens[index + 1], tokens[index + 2]
        if not token.is_word("VALUES") or variable.kind != "var" or opening.text != "{":
            continue
        name = variable.text[1:]
        end = next(t for t in tokens[index + 3 :] if t.text == "}")
        # The engine itself reads the terms, so that no second reader of terms can differ from it.
        content = text[opening.end : end.start]
        solutions = ox.Store().query(
            f"{prologue}\nSELECT ?x {{ VALUES ?x {{ {content}\n}} }}", prefixes=PREFIXES
        )
        assert isinstance(solutions, ox.QuerySolutions)
        terms = [solution[0] for solution in solutions]
        known = [term for term in terms if isinstance(term, (ox.NamedNode, ox.Literal))]
        block = _Block(token.line, known, len(known) < len(terms))
        if name in blocks and blocks[name][1:] != block[1:]:
            raise header.error(token.line, "block-differs", name=name, first=blocks[name].line)
        blocks.setdefault(name, block)
    return blocks


def _check_block(header: _Header, param: Parameter, block: _Block) -> None:
    if tuple(block.terms) == param.default and block.has_undef == (not param.default):
        return
    wanted = " ".join(show_term(term) for term in param.default) or "UNDEF"
    raise header.error(
        block.line,
        "block-without-default",
        name=param.name,
        wanted=wanted,
        number=param.line,
    )


def _check_individuals(bundle: Bundle, questions: Iterable[Question], store: Store) -> None:
    known = store.known_terms()
    for question in questions:
        for param in question.params.values():
            for term in param.default + param.allowed:
                if not isinstance(term, ox.NamedNode) or term.value in known:
                    continue
                if term.value.startswith(OWN_NAMESPACES) or not exists(store, term):
                    close = close_terms(store, term.value)
                    raise DataError(
                        "question-value-not-in-graph",
                        place=f"{_shown(question.path, bundle.root)}:{param.line}",
                        value=shorten(term.value),
                        name=param.name,
                        near=close,
                        hint="did-you-mean" if close else "",
                    )

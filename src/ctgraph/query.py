"""Named questions and free queries: headers, parameters, answers as tables.

A question is a file ``queries/<name>.rq``: a SPARQL query that runs as it stands, under header
lines ``#+ `` which together are TOML. A parameter ``actor`` is the block ``VALUES ?actor {…}``;
binding it replaces what stands in that block by RDF terms, so no text is ever pasted into a query.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from ctgraph import sparql
from ctgraph.errors import CtgraphError, DataError, QueryError, UnknownName, UsageError, suggest
from ctgraph.terms import CT, CTD, CTV, OWN_NAMESPACES, PREFIXES, expand, fold, shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas

    from ctgraph.bundle import Bundle
    from ctgraph.store import Store

    Value = ox.NamedNode | ox.Literal
    Term = Value | ox.BlankNode

LANGUAGES = ("en", "ja")
VIEWS = ("table", "network", "chart", "timeline")
SEVERITIES = ("error", "warning")

XSD = PREFIXES["xsd"]
SKOS = PREFIXES["skos"]


# --- kinds of values -----------------------------------------------------------------------------


class Kind(NamedTuple):
    """What a value of a parameter can be."""

    noun: str
    """How a message calls it, with its article."""
    form: str
    """What is to be written, for messages."""
    class_iri: str = ""
    """Things of this class and its subclasses; empty for literals and for anything."""
    scheme: str = ""
    """Concepts of this scheme alone; empty for no such limit."""
    literal: bool = False


KINDS: dict[str, Kind] = {
    "actor": Kind("an actor", "a name, acronym, CURIE or IRI", CT + "Actor"),
    "place": Kind("a place", "a name, CURIE or IRI", CT + "Place"),
    "year": Kind("a fiscal year", "a year such as 2023, FY2023 or 令和5年度", CT + "FiscalYear"),
    "section": Kind("a section of a source", "a name, CURIE or IRI", CT + "Section"),
    "goal": Kind("a goal", "a name, CURIE or IRI", CT + "Goal"),
    "instrument": Kind("an instrument", "a name, acronym, CURIE or IRI", CT + "Instrument"),
    "source": Kind("a source", "a name, CURIE or IRI", CT + "Source"),
    "claim": Kind("a claim", "its identifier, such as a07, a CURIE or an IRI", CT + "Claim"),
    "activity": Kind("an activity", "a name, CURIE or IRI", CT + "Activity"),
    "indicator": Kind("an indicator", "a name, CURIE or IRI", CT + "Indicator"),
    "topic": Kind("a topic", "a name, CURIE or IRI", SKOS + "Concept", CTV + "topics"),
    "role": Kind("a role", "a name, CURIE or IRI", SKOS + "Concept", CTV + "roles"),
    "basis": Kind("a basis", "stated or inferred", SKOS + "Concept", CTV + "bases"),
    "concept": Kind("a concept", "a name, CURIE or IRI", SKOS + "Concept"),
    "any": Kind("a thing of the graph", "a name, acronym, CURIE or IRI"),
    "text": Kind("a text", "any text", literal=True),
    "integer": Kind("a whole number", "a whole number such as 3", literal=True),
    "date": Kind("a date", "a date as YYYY-MM-DD, such as 2023-04-01", literal=True),
    "boolean": Kind("true or false", "true or false", literal=True),
}
"""The types a parameter may have, by name."""


class AmbiguousName(UsageError):  # noqa: N818 - reads as the condition it names
    """More than one thing has the name that was given.

    Args:
        kind: What was looked for, with its article.
        name: The name that was given.
        candidates: What it can mean, as "label (CURIE)".
        iris: The same as IRIs, in the same order.
    """

    def __init__(
        self, kind: str, name: str, candidates: Sequence[str], iris: Sequence[str] = ()
    ) -> None:
        super().__init__(
            f"{name!r} can mean {len(candidates)} things where {kind} is wanted: "
            f"{'; '.join(candidates[:10])}{'; …' if len(candidates) > 10 else ''}.",
            hint="Name one of them by what stands in the brackets.",
        )
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        self.iris = tuple(iris)


# --- questions -----------------------------------------------------------------------------------


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
    view: str
    """How the answer is best shown: table, network, chart or timeline."""
    text: str
    """The whole file, header included; it is a complete query."""
    path: Path
    severity: str = ""
    """For a check, ``error`` or ``warning``; else empty."""
    repair: Mapping[str, str] = {}
    """For a check, how the fault is mended, by language."""


_HEADER_KEYS = {"title", "description", "tags", "view", "params"}
_CHECK_KEYS = {"title", "description", "tags", "severity", "repair"}
_PARAM_KEYS = {"type", "label", "default", "allowed", "optional"}
_LANG_LABEL = {"en": "Language of labels", "ja": "ラベルの言語"}
_NAME = re.compile(r"[a-z][A-Za-z0-9]*\Z")
_FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_TOML_PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
_cache: dict[tuple[str, int, int], Question] = {}


def read_questions(bundle: Bundle, store: Store | None = None) -> dict[str, Question]:
    """The named questions of a bundle, by name, in alphabetical order.

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
    """The violation queries of a bundle, by name, in alphabetical order.

    Args:
        bundle: Where the files ``queries/checks/*-violation.rq`` are.

    Raises:
        DataError: A header is not as it must be; the message has file and line.
    """
    return _read_files(bundle, bundle.check_files(), is_check=True)


def read_question(bundle: Bundle, name: str) -> Question:
    """The question with a name; no other file is read.

    Args:
        bundle: Where the question files are.
        name: File name without its extension; case and width do not matter, and spaces and
            underscores count as hyphens.

    Raises:
        UnknownName: No question is called that.
        DataError: Its header is not as it must be.
    """
    files = {path.stem: path for path in bundle.question_files()}
    wanted = name
    if name not in files:
        wanted = "-".join(fold(word) for word in re.split(r"[\s_]+", name.strip()))
    if wanted not in files:
        raise UnknownName(
            "question",
            name,
            _similar(wanted, {stem: (stem,) for stem in files}),
            hint="'ctgraph ask' lists them.",
        )
    return _read_file(files[wanted], bundle.root, is_check=False)


def _read_files(bundle: Bundle, paths: Iterable[Path], *, is_check: bool) -> dict[str, Question]:
    found = (_read_file(path, bundle.root, is_check=is_check) for path in sorted(paths))
    return {question.name: question for question in found}


def _shown(path: Path, root: Path) -> str:
    """A path as messages show it: relative to the bundle if it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _read_file(path: Path, root: Path, *, is_check: bool) -> Question:
    shown = _shown(path, root)
    try:
        status = path.stat()
        key = (str(path), status.st_mtime_ns, status.st_size)
        if key not in _cache:
            _cache[key] = _parse_file(path, path.read_text("utf-8"), shown, is_check=is_check)
    except OSError as error:
        raise DataError(f"{shown} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{shown} is not UTF-8 (byte {error.start}).") from error
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
                    raise self.error(number, "a header line stands below the query.")
                self.lines.append((number, line[2:]))
            elif stripped and not stripped.startswith("#"):
                in_body = True
        if not self.lines:
            raise self.error(1, "there is no header.", "Begin it with '#+ title.en = \"…\"'.")
        import tomllib

        try:
            self.values: dict[str, Any] = tomllib.loads("\n".join(line for _, line in self.lines))
        except tomllib.TOMLDecodeError as error:
            place = _TOML_PLACE.search(str(error))
            index = int(place[1]) - 1 if place and place[1] else len(self.lines) - 1
            number = self.lines[min(index, len(self.lines) - 1)][0]
            what = _TOML_PLACE.sub("", str(error))
            raise self.error(number, f"the header is not TOML: {what}.") from error

    def error(self, line: int, what: str, hint: str | None = None) -> DataError:
        """An error at a line of the file."""
        return DataError(f"{self.shown}:{line}: {what}", hint=hint)

    def line_of(self, *keys: str) -> int:
        """The line where a key is set, or the nearest of its tables, or the first line."""
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
        """Nothing, if a table has no other keys than the known ones."""
        for key in table:
            if key not in known:
                close = suggest(key, known)
                hint = f"Did you mean {close[0]}?" if close else f"Known: {_listed(sorted(known))}."
                raise self.error(self.line_of(*keys, key), f"unknown key {key!r}.", hint)

    def read_texts(self, table: Mapping[str, Any], *keys: str) -> dict[str, str]:
        """A text in every language."""
        value = table.get(keys[-1])
        name = ".".join(keys)
        if not isinstance(value, dict):
            raise self.error(self.line_of(*keys), f"{name}.en and {name}.ja are missing.")
        self.refuse_unknown(value, set(LANGUAGES), *keys)
        for lang in LANGUAGES:
            text = value.get(lang)
            if not isinstance(text, str) or not text.strip():
                raise self.error(self.line_of(*keys, lang), f"{name}.{lang} is missing.")
        return {lang: value[lang] for lang in LANGUAGES}


def _split_key(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _parse_file(path: Path, text: str, shown: str, *, is_check: bool) -> Question:
    header = _Header(text, shown)
    values = header.values
    header.refuse_unknown(values, _CHECK_KEYS if is_check else _HEADER_KEYS)
    if not _FILE_NAME.match(path.stem):
        raise header.error(1, f"{path.stem!r} is not lower-case words and hyphens.")
    tags = values.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise header.error(header.line_of("tags"), "tags is not a list of texts.")
    view = values.get("view", "table")
    if view not in VIEWS:
        raise header.error(
            header.line_of("view"), f"unknown view {view!r}.", f"Known: {_listed(VIEWS)}."
        )
    severity, repair = "", {}
    if is_check:
        severity = values.get("severity", "error")
        if severity not in SEVERITIES:
            raise header.error(
                header.line_of("severity"),
                f"unknown severity {severity!r}.",
                f"Known: {_listed(SEVERITIES)}.",
            )
        repair = header.read_texts(values, "repair")
    return Question(
        name=path.stem,
        title=header.read_texts(values, "title"),
        description=header.read_texts(values, "description"),
        tags=tuple(tags),
        params={} if is_check else _read_params(header, text),
        view=view,
        text=text,
        path=path,
        severity=severity,
        repair=repair,
    )


def _read_params(header: _Header, text: str) -> dict[str, Parameter]:
    described = header.values.get("params", {})
    if not isinstance(described, dict):
        raise header.error(header.line_of("params"), "params is not a table.")
    blocks = _find_blocks(text, header)
    found: dict[str, Parameter] = {}
    for name, table in described.items():
        line = header.line_of("params", name)
        if not _NAME.match(name):
            raise header.error(line, f"{name!r} is not a name for a parameter.", "Use camelCase.")
        if not isinstance(table, dict):
            raise header.error(line, f"params.{name} is not a table.")
        if name not in blocks:
            raise header.error(
                line, f"parameter {name!r} has no block.", f"Write VALUES ?{name} {{ … }}."
            )
        found[name] = _read_param(header, name, table, line)
        _check_block(header, found[name], blocks[name])
    for name, block in blocks.items():
        if name in found:
            continue
        if name != "lang":
            raise header.error(
                block.line,
                f"VALUES ?{name} is the block of no parameter.",
                f"Describe it under [params.{name}], or write VALUES (?{name}) {{ … }}.",
            )
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
            f"parameter {name!r} has the unknown type {type_!r}." if type_ else "type is missing.",
            f"Known: {_listed(KINDS)}.",
        )
    label = _LANG_LABEL if name == "lang" else header.read_texts(table, "params", name, "label")
    optional = table.get("optional", False)
    if not isinstance(optional, bool):
        raise header.error(header.line_of("params", name, "optional"), "optional is not a boolean.")
    if "default" not in table and not optional:
        raise header.error(
            line, f"parameter {name!r} has no default.", "Give one, or write optional = true."
        )

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
                f"the default {show_term(term)} of {name!r} is not allowed.",
                f"Allowed: {_listed(map(show_term, allowed))}.",
            )
    return Parameter(name, type_, label, default, allowed, optional, line)


def _read_value(header: _Header, line: int, type_: str, value: object) -> Value:
    """The term for a TOML value of a default or of a list of allowed values."""
    kind = KINDS[type_]
    try:
        if kind.literal:
            return _make_literal(type_, value)
        if not isinstance(value, str):
            raise DataError(f"{value!r} is not a CURIE.")
        return ox.NamedNode(value if "://" in value else expand(value))
    except (CtgraphError, ValueError) as error:
        hint = getattr(error, "hint", None) or f"Write {kind.form}."
        what = getattr(error, "message", str(error))
        raise header.error(line, f"{what} Wanted is {kind.noun}.", hint) from error


class _Block(NamedTuple):
    """A block ``VALUES ?name {…}`` of a query."""

    line: int
    terms: list[Value]
    has_undef: bool


def _find_blocks(text: str, header: _Header) -> dict[str, _Block]:
    """The blocks ``VALUES ?name {…}`` of a query by name, with the terms in them."""
    try:
        sparql.parse_query(text)
    except QueryError as error:
        line = getattr(error, "line", 0) or 1
        what = error.message.removeprefix(
            f"query, line {line}, column {getattr(error, 'column', 0)}: "
        )
        raise header.error(line, what, error.hint) from error
    prologue: str | None = None
    blocks: dict[str, _Block] = {}
    tokens = sparql.tokenize(text)
    for index, token in enumerate(tokens[:-2]):
        if prologue is None and token.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            prologue = text[: token.start]
        variable, opening = tokens[index + 1], tokens[index + 2]
        if not token.is_word("VALUES") or variable.kind != "var" or opening.text != "{":
            continue
        name = variable.text[1:]
        end = next(t for t in tokens[index + 3 :] if t.text == "}")
        if name in blocks:
            raise header.error(token.line, f"VALUES ?{name} stands in the query twice.")
        # The engine itself reads the terms, so that no second reader of terms can differ from it.
        content = text[opening.end : end.start]
        solutions = ox.Store().query(
            f"{prologue}\nSELECT ?x {{ VALUES ?x {{ {content}\n}} }}", prefixes=PREFIXES
        )
        assert isinstance(solutions, ox.QuerySolutions)
        terms = [solution[0] for solution in solutions]
        known = [term for term in terms if isinstance(term, (ox.NamedNode, ox.Literal))]
        blocks[name] = _Block(token.line, known, len(known) < len(terms))
    return blocks


def _check_block(header: _Header, param: Parameter, block: _Block) -> None:
    if tuple(block.terms) == param.default and block.has_undef == (not param.default):
        return
    wanted = " ".join(show_term(term) for term in param.default) or "UNDEF"
    raise header.error(
        block.line,
        f"VALUES ?{param.name} does not hold the default.",
        f"Write VALUES ?{param.name} {{ {wanted} }}, or change the default in line {param.line}.",
    )


def _check_individuals(bundle: Bundle, questions: Iterable[Question], store: Store) -> None:
    known = store.known_terms()
    for question in questions:
        for param in question.params.values():
            for term in param.default + param.allowed:
                if not isinstance(term, ox.NamedNode) or term.value in known:
                    continue
                if term.value.startswith(OWN_NAMESPACES) or not _exists(store, term):
                    close = _close_terms(store, term.value)
                    raise DataError(
                        f"{_shown(question.path, bundle.root)}:{param.line}: the graph holds no "
                        f"{shorten(term.value)}, a value of parameter {param.name!r}.",
                        hint=f"Did you mean {' or '.join(close)}?" if close else None,
                    )


# --- values of parameters ------------------------------------------------------------------------


def show_term(term: Term | ox.Triple) -> str:
    """A term as SPARQL writes it, with a CURIE where there is one.

    Args:
        term: An IRI, blank node or literal.
    """
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)


_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "はい": True, "いいえ": False}


def _make_literal(type_: str, value: object) -> ox.Literal:
    """The literal for a Python value or for what a user typed.

    Raises:
        UsageError: It is not of the type.
    """
    import datetime
    import unicodedata

    if isinstance(value, ox.Literal):
        value = value.value
    kind = KINDS[type_]
    typed = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    if type_ == "text" and isinstance(value, str):
        return ox.Literal(value)
    if type_ == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
        if _INTEGER.match(typed) and len(typed) <= 18:
            return ox.Literal(str(int(typed)), datatype=ox.NamedNode(XSD + "integer"))
    if type_ == "date":
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date):
            return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "date"))
        if _DATE.match(typed):
            try:
                typed = datetime.date.fromisoformat(typed).isoformat()
            except ValueError as error:
                raise UsageError(
                    f"{value!r} is no day: {error}.", hint=f"Write {kind.form}."
                ) from None
            return ox.Literal(typed, datatype=ox.NamedNode(XSD + "date"))
    if type_ == "boolean":
        known = value if isinstance(value, bool) else _BOOLEANS.get(typed.casefold())
        if known is not None:
            return ox.Literal("true" if known else "false", datatype=ox.NamedNode(XSD + "boolean"))
    raise UsageError(f"{_cut(value)} is not {kind.noun}.", hint=f"Write {kind.form}.")


def _cut(value: object, length: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def bind_params(
    store: Store, question: Question, params: Mapping[str, object], lang: str = "en"
) -> tuple[str, dict[str, tuple[Value, ...]]]:
    """The query of a question with its parameters bound, and the terms of each parameter.

    Args:
        store: Where names are looked up.
        question: The question.
        params: Values by parameter: a name, CURIE, IRI, number, date, truth value or RDF term,
            or a list of these. None or an empty text leaves an optional parameter open.
        lang: Language for the parameter ``lang``, unless `params` sets it.

    Raises:
        UnknownName: The question has no such parameter, or nothing has such a name.
        UsageError: A value is of another type or not among the allowed ones.
    """
    for name in params:
        if name not in question.params:
            known = list(question.params)
            raise UnknownName(
                f"parameter of question {question.name!r}:",
                name,
                suggest(name, known),
                hint=f"It has {_listed(known)}." if known else "It has none.",
            )
    given = dict(params)
    if "lang" in question.params and given.get("lang") is None:
        given["lang"] = lang
    bindings: dict[str, list[Value] | None] = {}
    terms: dict[str, tuple[Value, ...]] = {}
    for name, param in question.params.items():
        if name in given:
            terms[name] = _resolve_values(store, param, given[name], lang)
            bindings[name] = list(terms[name]) or None
        else:
            terms[name] = param.default
    return sparql.bind_values(question.text, bindings), terms


def _resolve_values(store: Store, param: Parameter, value: object, lang: str) -> tuple[Value, ...]:
    if value is None or (isinstance(value, str) and not value.strip() and param.type != "text"):
        if not param.optional:
            raise UsageError(
                f"parameter {param.name!r} needs a value.", hint=f"Write {KINDS[param.type].form}."
            )
        return ()
    listed = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    if not listed:
        raise UsageError(f"parameter {param.name!r} has an empty list of values.")
    found: list[Value] = []
    for item in listed:
        try:
            term = resolve(store, item, param.type, lang)
        except UsageError as error:
            if param.allowed and not isinstance(error, AmbiguousName):
                raise _refused_value(store, param, item, lang) from error
            raise
        if param.allowed and term not in param.allowed:
            raise _refused_value(store, param, item, lang)
        if term not in found:
            found.append(term)
    return tuple(found)


def _refused_value(store: Store, param: Parameter, value: object, lang: str) -> UsageError:
    iris = [term.value for term in param.allowed if isinstance(term, ox.NamedNode)]
    labels = store.labels(iris, lang) if iris else {}
    shown = [
        f"{labels[term.value]} ({shorten(term.value)})"
        if term.value in labels
        else (term.value if isinstance(term, ox.Literal) else show_term(term))
        for term in param.allowed
    ]
    return UsageError(
        f"parameter {param.name!r} cannot be {_cut(value)}.", hint=f"Allowed: {_listed(shown)}."
    )


def resolve(store: Store, text: object, kind: str = "any", lang: str = "en") -> Value:
    """The term that a value stands for.

    A name is compared with labels and acronyms in every language; case, width and white space do
    not matter, an exact match goes first, a label before an acronym. A claim may be named by the
    end of its identifier (``a07``). A literal is always made as a literal: a text with SPARQL in
    it is only a name that nothing has.

    Args:
        store: Where names are looked up.
        text: A name, acronym, CURIE or IRI; for literals a number, date or truth value; or the
            RDF term itself.
        kind: A key of `KINDS`.
        lang: Language of messages' labels.

    Raises:
        UnknownName: Nothing of the kind has the name, or the kind is unknown.
        AmbiguousName: More than one thing has it.
        UsageError: The thing is of another kind, or the value of another type.
    """
    if kind not in KINDS:
        raise UnknownName(
            "kind of value", kind, suggest(kind, KINDS), hint=f"Known: {_listed(KINDS)}."
        )
    spec = KINDS[kind]
    if spec.literal:
        return _make_literal(kind, text)
    if isinstance(text, ox.NamedNode):
        return _resolve_iri(store, text, text.value, kind)
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        raise UsageError(f"{_cut(text)} is not {spec.noun}.", hint=f"Write {spec.form}.")
    folded = fold(text)
    if not folded:
        raise UsageError("an empty text names nothing.", hint=f"Write {spec.form}.")
    iri = _read_iri(text.strip())
    if iri is not None:
        return _resolve_iri(store, iri, text, kind)
    found = _look_up(store, text.strip(), folded, kind)
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        raise AmbiguousName(spec.noun, text, _shown_things(store, found), found)
    raise _unknown_value(store, text, kind)


def _read_iri(text: str) -> ox.NamedNode | None:
    """The IRI that a text is, as such or as a CURIE; None if it is neither."""
    value = None
    if text.startswith("<") and text.endswith(">"):
        value = text[1:-1]
    elif "://" in text or text.startswith("urn:"):
        value = text
    else:
        prefix, colon, _ = text.partition(":")
        if colon and prefix in PREFIXES:
            value = expand(text)
    if value is None:
        return None
    try:
        return ox.NamedNode(value)
    except ValueError:
        return None


def _membership(kind: str) -> str:
    """A pattern that says that ``?x`` is of a kind."""
    spec = KINDS[kind]
    pattern = f"?x a/rdfs:subClassOf* <{spec.class_iri}> ." if spec.class_iri else ""
    if spec.scheme:
        pattern += f" ?x skos:inScheme|skos:topConceptOf|^skos:hasTopConcept <{spec.scheme}> ."
    return pattern


def _exists(store: Store, iri: ox.NamedNode) -> bool:
    return store.ask(
        f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p2 {iri} }} UNION {{ ?s2 {iri} ?o2 }} }}"
    )


def _resolve_iri(store: Store, iri: ox.NamedNode, typed: str, kind: str) -> ox.NamedNode:
    spec = KINDS[kind]
    pattern = _membership(kind).replace("?x", str(iri))
    if pattern and store.ask(f"ASK {{ {pattern} }}"):
        return iri
    if not _exists(store, iri):
        raise UnknownName(spec.noun.partition(" ")[2], typed, _close_terms(store, iri.value))
    if not pattern:
        return iri
    raise _wrong_kind(store, iri.value, typed, kind)


def _wrong_kind(
    store: Store, iri: str, typed: str, kind: str, close: Sequence[str] = ()
) -> UsageError:
    classes = [row[0].value for row in store.select(f"SELECT ?c {{ <{iri}> a ?c }} ORDER BY ?c")]
    own = [one for one in classes if one.startswith(CT)] or classes
    labels = store.labels([*own, iri], "en")
    named = [f"{labels[one]} ({shorten(one)})" if one in labels else shorten(one) for one in own]
    what = " and ".join(named)
    name = labels.get(iri)
    shown = f"{name} ({shorten(iri)})" if name else shorten(iri)
    return UsageError(
        f"{typed!r} is {shown}, which is not {KINDS[kind].noun}"
        + (f" but: {what}." if what else "; its class is not stated."),
        hint=f"Did you mean {' or '.join(close)}?" if close else f"Write {KINDS[kind].form}.",
    )


_NAMES = "VALUES ?p { skos:prefLabel skos:altLabel rdfs:label } ?x ?p ?name ."


def _look_up(store: Store, text: str, folded: str, kind: str) -> list[str]:
    """IRIs of the things of a kind that have a name, sorted; the best way of matching wins."""
    membership = _membership(kind)
    plain = ox.Literal(text)
    spoken = [ox.Literal(text, language=lang) for lang in LANGUAGES]
    exact = " ".join(map(sparql.term_to_sparql, [plain, *spoken]))
    rows = store.select(
        f"SELECT DISTINCT ?x ?p {{ VALUES ?name {{ {exact} }} {_NAMES} {membership} }}"
    )
    found = _best_names(store, ((row["x"], row["p"], True) for row in rows), kind)
    if found:
        return found
    if kind == "year":
        found = _look_up_year(store, text)
        if found:
            return found
    pattern = sparql.term_to_sparql(ox.Literal(f"^{fold_pattern(folded)}"))
    matches = f"FILTER(REGEX(STR(?name), {pattern}))"
    rows = store.select(f"SELECT DISTINCT ?x ?p ?name {{ {_NAMES} {matches} {membership} }}")
    found = _best_names(
        store, ((row["x"], row["p"], fold(row["name"].value) == folded) for row in rows), kind
    )
    if found:
        return found
    slug = text.casefold()
    if _FILE_NAME.match(slug):
        candidates = [base + slug for base in (CTD, CTV)]
        if kind == "basis":
            candidates.append(CT + slug.capitalize())
        values = " ".join(f"<{one}>" for one in candidates)
        exists = membership or "?x ?p ?o ."
        rows = store.select(f"SELECT DISTINCT ?x {{ VALUES ?x {{ {values} }} {exists} }}")
        found = sorted(row["x"].value for row in rows)
        # The number of a claim in its source is enough, if no other source has it.
        if not found and kind in ("claim", "any") and _CLAIM_NUMBER.match(slug):
            end = sparql.term_to_sparql(ox.Literal("-" + slug))
            rows = store.select(
                f"SELECT DISTINCT ?x {{ ?x a ct:Claim FILTER(STRENDS(STR(?x), {end})) }}"
            )
            found = sorted(row["x"].value for row in rows)
    return found


def _best_names(store: Store, rows: Iterable[tuple[Any, Any, bool]], kind: str) -> list[str]:
    labels: set[str] = set()
    others: set[str] = set()
    for thing, property_, matches in rows:
        if matches and isinstance(thing, ox.NamedNode):
            is_label = property_.value != SKOS + "altLabel"
            (labels if is_label else others).add(thing.value)
    found = sorted(labels or others)
    if kind == "any" and len(found) > 1:
        # A reader who names a thing means the thing, not the class that is called the same, and
        # a country as an actor rather than as a place.
        found = [iri for iri in found if not iri.startswith(CT)] or found
        found = _only_actors(store, found) or found
    return found


def _only_actors(store: Store, iris: Sequence[str]) -> list[str]:
    values = " ".join(f"<{iri}>" for iri in iris)
    rows = store.select(f"SELECT DISTINCT ?x {{ VALUES ?x {{ {values} }} {_membership('actor')} }}")
    return sorted(row["x"].value for row in rows)


_CLAIM_NUMBER = re.compile(r"[a-z]*\d+\Z")
_WESTERN_YEAR = re.compile(r"(?:fy|fiscalyear)?(\d{4})(?:年度|年|fy)?\Z")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|r|h|s)(\d{1,2}|元)(?:年度|年)?\Z")
_ERA_STARTS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}


def _look_up_year(store: Store, text: str) -> list[str]:
    """Fiscal years that begin in the year that a text names, sorted."""
    folded = fold(text)
    match = _WESTERN_YEAR.match(folded)
    if match:
        year = int(match[1])
    else:
        match = _ERA_YEAR.match(folded)
        if not match:
            return []
        year = _ERA_STARTS[match[1]] + (1 if match[2] == "元" else int(match[2]))
    rows = store.select(
        "SELECT DISTINCT ?x { ?x a ct:FiscalYear ; ct:startDate ?start "
        f'FILTER(STRSTARTS(STR(?start), "{year:04}-")) }}'
    )
    return sorted(row["x"].value for row in rows)


def _unknown_value(store: Store, text: str, kind: str) -> UsageError:
    """The error for a name that nothing of a kind has."""
    spec = KINDS[kind]
    close = _shown_things(store, _similar(text, candidates(store, kind, limit=20_000)))
    if kind != "any":
        others = _look_up(store, text.strip(), fold(text), "any")
        if len(others) == 1:
            return _wrong_kind(store, others[0], text, kind, close)
    noun = spec.noun.partition(" ")[2] if kind != "any" else "name"
    return UnknownName(noun, text, close, hint=f"Write {spec.form}.")


def candidates(store: Store, kind: str, limit: int | None = None) -> dict[str, list[str]]:
    """What a parameter of a type can be: the names of each thing by IRI, sorted.

    Claims have no names, only their IRIs; literals have no candidates.

    Args:
        store: Where the things are.
        kind: A key of `KINDS`; ``any`` leaves out the terms of the ontology.
        limit: Names to read at most.
    """
    if KINDS[kind].literal:
        return {}
    own = f'FILTER(STRSTARTS(STR(?x), "{CTD}") || STRSTARTS(STR(?x), "{CTV}"))'
    membership = _membership(kind) or own
    names = "?x a ct:Claim ." if kind == "claim" else _NAMES
    end = f" LIMIT {limit}" if limit is not None else ""
    found: dict[str, list[str]] = {}
    for row in store.select(f"SELECT DISTINCT ?x ?name {{ {names} {membership} }}{end}"):
        labels = found.setdefault(row["x"].value, [])
        if row["name"] is not None:
            labels.append(row["name"].value)
    return {iri: sorted(found[iri]) for iri in sorted(found)}


def _similar(text: str, names: Mapping[str, Sequence[str]], limit: int = 3) -> list[str]:
    """Keys one of whose names looks like a text, best first.

    A name that contains the text, or the other way round, looks alike too: difflib alone misses
    "Drugs" in "United Nations Office on Drugs and Crime".
    """
    folded = fold(text)
    owners: dict[str, list[str]] = {}
    for key, texts in names.items():
        for name in texts:
            owners.setdefault(fold(name), []).append(key)
    ranked = suggest(folded, owners, limit)
    if len(folded) > 1:
        inside = [
            name
            for name in owners
            if name and (folded in name or (len(name) > 2 and name in folded))
        ]
        ranked += sorted(inside, key=lambda name: (abs(len(name) - len(folded)), name))
    found: list[str] = []
    for name in ranked:
        found += [key for key in sorted(set(owners[name])) if key not in found]
    return found[:limit]


def _shown_things(store: Store, iris: Sequence[str]) -> list[str]:
    """Things as messages show them: the labels of both languages and the CURIE."""
    by_lang = [store.labels(list(iris), lang) for lang in LANGUAGES]
    shown = []
    for iri in iris:
        labels = [labels[iri] for labels in by_lang if labels.get(iri)]
        names = list(dict.fromkeys(label for label in labels if label != shorten(iri)))
        shown.append(f"{' / '.join(names)} ({shorten(iri)})" if names else shorten(iri))
    return shown


def _close_terms(store: Store, iri: str) -> list[str]:
    """Terms of the graph, as CURIEs, that look like an IRI of the same namespace."""
    namespace = next((base for base in OWN_NAMESPACES if iri.startswith(base)), None)
    if namespace is None:
        return []
    known = [term for term in store.known_terms() if term.startswith(namespace)]
    local = {term[len(namespace) :]: term for term in sorted(known)}
    return [shorten(local[name]) for name in suggest(iri[len(namespace) :], local)]


# --- names as patterns ---------------------------------------------------------------------------

_SPACE = "[ \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
_PATTERN_LENGTH = 60
# Where characters stand that NFKC or casefold change: everything up to the CJK symbols, the
# compatibility forms, the mathematical letters and the enclosed ones.
_CHANGING = (
    (0x00, 0x3400),
    (0xA640, 0xABC0),
    (0xF900, 0x10000),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F252),
)


class _Variants:
    """Which characters can stand for a folded one."""

    def __init__(self) -> None:
        import unicodedata

        self.single: dict[str, list[str]] = {}
        """Characters that fold to a character, but for itself."""
        self.wider: dict[str, list[str]] = {}
        """Characters such as "ﬁ" or "㈱" that fold to several, by each of these."""
        self.pairs: set[str] = set()
        """Two characters that can come from one."""
        for start, end in _CHANGING:
            for char in map(chr, range(start, end)):
                if unicodedata.normalize("NFKC", char).casefold() != char:
                    self._add(char)

    def _add(self, char: str) -> None:
        folded = fold(char)
        if len(folded) == 1:
            self.single.setdefault(folded, []).append(char)
        for one in sorted(set(folded)) if len(folded) > 1 else ():
            self.wider.setdefault(one, []).append(char)
        self.pairs.update(folded[index : index + 2] for index in range(len(folded) - 1))


_variants: list[_Variants] = []


def fold_pattern(text: str) -> str:
    """A regular expression for texts that contain a text once both are folded (`terms.fold`).

    It lets more through than it should (of a long text only the first 60 characters count), never
    less, so the caller compares again. It is plain enough for every SPARQL engine's REGEX: no
    flags, no classes by name, no look-around.

    Args:
        text: What is looked for; empty gives an empty pattern.
    """
    folded = fold(text)[:_PATTERN_LENGTH]
    if not _variants:
        _variants.append(_Variants())
    variants = _variants[0]
    parts = []
    for index, char in enumerate(folded):
        part = _one(char, variants, variants.wider.get(char, ()))
        # What came from one character with the one before need not come again.
        is_spare = index and folded[index - 1 : index + 1] in variants.pairs
        parts.append(f"(?:{part})?" if is_spare else part)
    return _SPACE + _SPACE.join(parts) if parts else ""


def _one(char: str, variants: _Variants, wider: Iterable[str] = ()) -> str:
    """A pattern for what can stand for one folded character."""
    import unicodedata

    singles = sorted({char, *variants.single.get(char, ()), *wider})
    pattern = f"[{''.join(map(_escaped, singles))}]" if len(singles) > 1 else _escaped(char)
    apart = unicodedata.normalize("NFD", char)
    if len(apart) == 1:
        return pattern
    # "ガ" may be written as "カ" or "ｶ" with a voicing mark behind it.
    return f"(?:{pattern}|{''.join(_one(mark, variants) for mark in apart)})"


def _escaped(char: str) -> str:
    return "\\" + char if char in "\\|.?*+(){}-[]^$" else char


# --- answers -------------------------------------------------------------------------------------


def to_python(term: Term | ox.Triple | None) -> Any:  # noqa: PLR0911 - one per kind of term
    """The Python value of a term.

    An IRI and a literal with a language give `str`, numbers `int`, `Decimal` or `float`, then
    `bool`, `datetime.date` and `datetime.datetime`; what cannot be read as its datatype says
    stays the text it is. An unbound variable gives None.

    Args:
        term: A term, or None.
    """
    if term is None:
        return None
    if isinstance(term, ox.Triple):
        return str(term)
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
    datatype = term.datatype.value
    if not datatype.startswith(XSD):
        return term.value
    convert = _CONVERTERS.get(datatype[len(XSD) :])
    if convert is None:
        return term.value
    try:
        return convert(term.value)
    except (ValueError, ArithmeticError, KeyError):
        return term.value


def _to_decimal(text: str) -> object:
    from decimal import Decimal

    return Decimal(text)


def _to_date(text: str) -> object:
    import datetime

    return datetime.date.fromisoformat(text)


def _to_datetime(text: str) -> object:
    import datetime

    return datetime.datetime.fromisoformat(text)


_CONVERTERS: dict[str, Any] = {
    "integer": int,
    "int": int,
    "long": int,
    "short": int,
    "byte": int,
    "nonNegativeInteger": int,
    "positiveInteger": int,
    "unsignedInt": int,
    "unsignedLong": int,
    "decimal": _to_decimal,
    "double": float,
    "float": float,
    "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    "date": _to_date,
    "dateTime": _to_datetime,
}


class Row:
    """One row of a table; a cell becomes a Python value when it is asked for.

    ``row["partner"]`` and ``row[0]`` give a value (see `to_python`), `term` the RDF term.
    """

    __slots__ = ("index", "solution", "table")

    def __init__(self, table: Table, solution: ox.QuerySolution, index: int) -> None:
        self.table = table
        self.solution = solution
        self.index = index

    def term(self, column: str | int) -> Term | ox.Triple | None:
        """The RDF term of a cell, or None if it is empty.

        Args:
            column: Name or number of the column.

        Raises:
            UnknownName: There is no such column.
        """
        columns = self.table.columns
        term: Term | ox.Triple | None
        if isinstance(column, int):
            term = self.solution[range(len(columns))[column]]
        elif column in columns:
            term = self.solution[column]
        else:
            raise UnknownName(
                "column", column, suggest(column, columns), hint=f"Columns: {_listed(columns)}."
            )
        return term

    def __getitem__(self, column: str | int) -> Any:
        return to_python(self.term(column))

    def __iter__(self) -> Iterator[Any]:
        return (to_python(term) for term in self.solution)

    def __len__(self) -> int:
        return len(self.table.columns)

    def __repr__(self) -> str:
        return f"<Row {self.to_dict()!r}>"

    @property
    def terms(self) -> list[Term | ox.Triple | None]:
        """The RDF terms of all cells, in the order of the columns."""
        return list(self.solution)

    @property
    def bindings(self) -> dict[str, Term]:
        """The RDF terms of the cells that are not empty, by column."""
        return {
            column: term
            for column, term in zip(self.table.columns, self.solution, strict=True)
            if term is not None and not isinstance(term, ox.Triple)
        }

    def to_dict(self) -> dict[str, Any]:
        """The Python values by column; None for an empty cell."""
        return dict(zip(self.table.columns, self, strict=True))


class _Answer:
    """What tables and triples have in common."""

    store: Store
    query: str
    lang: str
    limit: int | None

    def labels(self, lang: str | None = None) -> dict[str, str]:
        """Labels of the IRIs in the answer, by IRI; the other language if one has none.

        Args:
            lang: Language of the labels; None for that of the answer.
        """
        return read_labels(self.store, self.iris(), lang or self.lang)

    def iris(self) -> list[str]:
        """The IRIs in the answer, each once, sorted."""
        raise NotImplementedError


class Table(_Answer):
    """The answer to a SELECT query: named columns and rows, rows as the engine gives them.

    The rows stay in the engine until one is asked for; ``len``, iteration and indexing give `Row`.

    Args:
        store: The store that answered; labels come from it.
        results: The solutions of the engine.
        query: The query as it was run.
        lang: Language of labels.
        limit: Rows to keep; None for all.
        question: The question that was asked, if it was a named one.
        params: The terms of its parameters.
    """

    __slots__ = (
        "_results",
        "_solutions",
        "_truncated",
        "columns",
        "lang",
        "limit",
        "params",
        "query",
        "question",
        "store",
    )

    def __init__(
        self,
        store: Store,
        results: ox.QuerySolutions,
        query: str,
        *,
        lang: str = "en",
        limit: int | None = None,
        question: Question | None = None,
        params: Mapping[str, tuple[Value, ...]] | None = None,
    ) -> None:
        self.store = store
        self.query = query
        self.lang = lang
        self.limit = limit
        self.question = question
        self.params: dict[str, tuple[Value, ...]] = dict(params or {})
        self.columns: list[str] = [variable.value for variable in results.variables]
        self._results: ox.QuerySolutions | None = results
        self._solutions: list[ox.QuerySolution] = []
        self._truncated = False

    @property
    def solutions(self) -> list[ox.QuerySolution]:
        """The rows as the engine gives them."""
        if self._results is not None:
            results = self._results
            try:
                if self.limit is None:
                    self._solutions = list(results)
                else:
                    self._solutions = list(islice(results, self.limit + 1))
                    self._truncated = len(self._solutions) > self.limit
                    del self._solutions[self.limit :]
            except (RuntimeError, ValueError, OSError) as error:
                raise QueryError(f"the query could not be finished: {error}.") from error
            self._results = None
        return self._solutions

    @property
    def truncated(self) -> bool:
        """Whether the limit was reached and at least one more row was there."""
        if self.limit is not None and self._results is not None:
            self.solutions  # noqa: B018 - reading the rows is what shows whether there are more
        return self._truncated

    def take_results(self) -> ox.QuerySolutions | None:
        """The engine's own results if no row was read yet and there is no limit, else None.

        They can be read once; the table is empty from then on. It is for writers that let the
        engine write its rows.
        """
        if self.limit is not None or self._results is None:
            return None
        results, self._results = self._results, None
        return results

    def __len__(self) -> int:
        return len(self.solutions)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self, solution, index) for index, solution in enumerate(self.solutions))

    def __getitem__(self, index: int) -> Row:
        index = range(len(self.solutions))[index]
        return Row(self, self.solutions[index], index)

    def __repr__(self) -> str:
        return f"<Table {_listed(self.columns)}: {len(self)} rows>"

    def iris(self) -> list[str]:
        """The IRIs in the table, each once, sorted."""
        # One pass over plain attributes: on a large table this is what a labelled output costs.
        found = {
            term.value
            for solution in self.solutions
            for term in solution
            if type(term) is ox.NamedNode
        }
        return sorted(found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts of Python values, by column."""
        return [row.to_dict() for row in self]

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas data frame of Python values.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise UsageError(
                "pandas is not installed.", hint="Install it with: pip install 'ctgraph[pandas]'"
            ) from error
        return pandas.DataFrame([list(row) for row in self], columns=self.columns)


class Triples(_Answer):
    """The answer to a CONSTRUCT or DESCRIBE query: triples, sorted, each once.

    Args:
        store: The store that answered.
        triples: The triples, in any order and with repeats.
        query: The query as it was run.
        lang: Language of labels.
        limit: Triples to keep; None for all.
    """

    __slots__ = ("lang", "limit", "query", "store", "triples", "truncated")

    def __init__(
        self,
        store: Store,
        triples: Iterable[ox.Triple],
        query: str,
        *,
        lang: str = "en",
        limit: int | None = None,
    ) -> None:
        self.store = store
        self.query = query
        self.lang = lang
        self.limit = limit
        ordered = _order_triples(set(triples))
        self.truncated = limit is not None and len(ordered) > limit
        self.triples = ordered[:limit]

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __getitem__(self, index: int) -> ox.Triple:
        return self.triples[index]

    def __repr__(self) -> str:
        return f"<Triples: {len(self)}>"

    def iris(self) -> list[str]:
        """The IRIs in the triples, each once, sorted."""
        found = set()
        for triple in self.triples:
            for term in (triple.subject, triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    found.add(term.value)
        return sorted(found)


def _order_triples(triples: Collection[ox.Triple]) -> list[ox.Triple]:
    """The triples sorted, with blank nodes named by what is said of them (RDFC-1.0).

    The engine names them at random, which would give another order and other names each time.
    """
    if any(isinstance(term, ox.BlankNode) for one in triples for term in (one.subject, one.object)):
        graph = ox.Dataset(ox.Quad(*one) for one in triples)
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in graph]
    return sorted(triples, key=str)


def read_labels(store: Store, iris: Sequence[str], lang: str) -> dict[str, str]:
    """Labels by IRI, in a language or else in the other; IRIs without a label are left out.

    Args:
        store: Where the labels are.
        iris: The IRIs.
        lang: The language that goes first.
    """
    _check_lang(lang)
    found: dict[str, str] = {}
    for one in (lang, *(other for other in LANGUAGES if other != lang)):
        missing = [iri for iri in iris if iri not in found]
        if missing:
            found.update(store.labels(missing, one))
    return found


def _check_lang(lang: str) -> None:
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, hint=f"Known: {_listed(LANGUAGES)}.")


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise UsageError(f"a limit of {limit} is below 0.")


def _limited(store: Store, text: str, timeout: float | None, limit: int | None) -> str:
    """The query that asks for no more rows than are needed to know whether the limit is reached.

    In memory the rows are made one by one as they are read, so nothing is gained there; from an
    endpoint or a worker process they would all travel.
    """
    if limit is None or (timeout is None and store.kind != "endpoint"):
        return text
    if sparql.query_form(text) != "SELECT":
        return text
    depth = 0
    behind = len(text)
    limit_at: sparql.Token | None = None
    seen_where = False
    for token in sparql.tokenize(text):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
            seen_where = seen_where or (depth == 0 and token.text == "}")
        elif depth == 0 and seen_where:
            if limit_at is not None and limit_at.is_word("LIMIT") and token.kind == "number":
                if int(token.text) <= limit:
                    return text
                return f"{text[: token.start]}{limit + 1}{text[token.end :]}"
            if token.is_word("LIMIT"):
                limit_at = token
            elif token.is_word("VALUES"):
                behind = min(behind, token.start)
    if depth or limit_at is not None or not seen_where:
        return text  # it is no query; the engine says where
    return f"{text[:behind]}\nLIMIT {limit + 1}\n{text[behind:]}"


def run(
    store: Store,
    text: str,
    timeout: float | None = None,
    limit: int | None = None,
    lang: str = "en",
    *,
    allow_service: bool = False,
) -> Table | bool | Triples:
    """The answer to a query: a `Table` for SELECT, a truth value for ASK, else `Triples`.

    Args:
        store: The store that answers.
        text: A SPARQL 1.1 query; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows or triples to keep; the answer's ``truncated`` says whether there were more.
        lang: Language of labels.
        allow_service: Whether the query may ask other servers with SERVICE.

    Raises:
        QuerySyntaxError: The text is not a query.
        QueryRefused: It is an update, or names another server.
        QueryTimeout: The time was up.
    """
    _check_lang(lang)
    _check_limit(limit)
    text_run = _limited(store, text, timeout, limit)
    results = store.query(text_run, timeout=timeout, allow_service=allow_service)
    if isinstance(results, ox.QuerySolutions):
        return Table(store, results, text, lang=lang, limit=limit)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    return Triples(store, results, text, lang=lang, limit=limit)


def ask(  # noqa: PLR0917 - the same order as run
    store: Store,
    name: str,
    params: Mapping[str, object] | None = None,
    lang: str = "en",
    timeout: float | None = None,
    limit: int | None = None,
) -> Table:
    """The table that answers a named question.

    Args:
        store: The store that answers; its bundle has the question.
        name: Name of the question.
        params: Values by parameter, see `bind_params`; what is left out takes its default.
        lang: Language of labels.
        timeout: Seconds after which the query is stopped; None for never.
        limit: Rows to keep.

    Raises:
        UnknownName: No such question, parameter, actor …
        UsageError: A value is of another type or not among the allowed ones.
    """
    _check_lang(lang)
    _check_limit(limit)
    question = read_question(store.bundle, name)
    text, terms = bind_params(store, question, params or {}, lang)
    results = store.query(_limited(store, text, timeout, limit), timeout=timeout)
    if not isinstance(results, ox.QuerySolutions):
        raise DataError(f"{_shown(question.path, store.bundle.root)}: a question must be a SELECT.")
    return Table(store, results, text, lang=lang, limit=limit, question=question, params=terms)


# --- unknown terms -------------------------------------------------------------------------------


class UnknownTerm(NamedTuple):
    """A term of our namespaces in a query that the graph does not have."""

    iri: str
    line: int
    column: int
    suggestions: tuple[str, ...]
    """Terms that exist and look alike, as CURIEs, best first."""

    @property
    def message(self) -> str:
        """Where and what, and what may have been meant."""
        close = f" Did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        return (
            f"query, line {self.line}, column {self.column}: the graph holds no "
            f"{shorten(self.iri)}.{close}"
        )


def check_terms(store: Store, text: str) -> list[UnknownTerm]:
    """Terms of our namespaces that a query names and the graph does not have, in text order.

    Such a query is not wrong, but it is answered by nothing; each term is reported once.

    Args:
        store: The store that is asked.
        text: A SPARQL query.

    Raises:
        QuerySyntaxError: The text is not a query, or a prefix is not declared.
    """
    known: frozenset[str] | None = None
    found: dict[str, UnknownTerm] = {}
    for iri, token in sparql.used_terms(text):
        if not iri.startswith(OWN_NAMESPACES) or iri in OWN_NAMESPACES or iri in found:
            continue
        if known is None:
            known = store.known_terms()
        if iri not in known:
            close = tuple(_close_terms(store, iri))
            found[iri] = UnknownTerm(iri, token.line, token.column, close)
    return list(found.values())


# --- empty answers -------------------------------------------------------------------------------


class Explanation(NamedTuple):
    """Why a query has no answer: one part of it, and what that part does."""

    reason: str
    """``dropped``: without the part there are rows; ``alone``: nothing matches it even alone;
    ``joined``: what stands before it has rows, with it there are none; ``limit``: it asks for no
    rows; ``term``: the graph does not have a term of it."""
    pattern: str
    """The part as SPARQL, with prefixed names."""
    line: int
    """Where the part stands; 0 if it cannot be said."""
    column: int
    suggestions: tuple[str, ...] = ()
    """For an unknown term, terms that look alike, as CURIEs."""

    def message(self, lang: str = "en") -> str:
        """A sentence on it.

        Args:
            lang: ``en`` or ``ja``.
        """
        text = _EMPTY[self.reason][lang].format(pattern=self.pattern, line=self.line)
        if self.suggestions:
            close = " / ".join(self.suggestions)
            text += f" もしかして: {close}" if lang == "ja" else f" Did you mean {close}?"
        return text


_EMPTY = {
    "dropped": {
        "en": "line {line}: without {pattern} there are rows.",
        "ja": "{line}行目: {pattern} を外すと結果があります。",
    },
    "alone": {
        "en": "line {line}: nothing in the graph matches {pattern} even alone.",
        "ja": "{line}行目: {pattern} は単独でも何にも一致しません。",
    },
    "joined": {
        "en": "line {line}: what stands before {pattern} has rows, with it there are none.",
        "ja": "{line}行目: {pattern} の手前までは結果がありますが、これを加えるとなくなります。",
    },
    "limit": {
        "en": "{pattern} leaves no rows.",
        "ja": "{pattern} のため結果が残りません。",
    },
    "term": {
        "en": "line {line}: the graph holds no {pattern}.",
        "ja": "{line}行目: グラフに {pattern} はありません。",
    },
}
_EXPLAINED_PARTS = 40


def explain_empty(store: Store, text: str, timeout: float | None = None) -> list[Explanation]:
    """Why a query has no answer, most telling part first; empty if nothing can be said.

    Terms that the graph does not have come first. Then each part of the query is left out in
    turn, to see whether there are rows without it. If no single part is to blame, the parts
    that nothing matches even alone are named, and else the first that leaves nothing.

    Args:
        store: The store that gave no answer.
        text: The query.
        timeout: Seconds for each of the probing queries.

    Raises:
        QuerySyntaxError: The text is not a query.
    """
    tree = sparql.parse_query(text)
    found = [
        Explanation("term", shorten(term.iri), term.line, term.column, term.suggestions)
        for term in check_terms(store, text)
    ]
    if tree.where is None:
        return found
    elements = _flatten(tree.where)
    if tree.values is not None:
        elements.append(tree.values)

    def has_rows(parts: Sequence[sparql.Element]) -> bool:
        probe = sparql.Query("ASK", sparql.Group(tuple(parts)), datasets=tree.datasets)
        try:
            return store.ask(sparql.to_text(probe), timeout=timeout)
        except QueryError:
            return False  # too slow, or a part needs the one that was left out

    def explain(reason: str, element: sparql.Element) -> Explanation:
        pattern = " ".join(sparql.to_text(element, short=True).split())
        return Explanation(reason, pattern, element.span.line, element.span.column)

    if has_rows(elements):
        if tree.limit == 0:
            found.append(Explanation("limit", "LIMIT 0", 0, 0))
        if tree.offset:
            found.append(Explanation("limit", f"OFFSET {tree.offset}", 0, 0))
        found += [
            Explanation("limit", f"HAVING {sparql.to_text(one, short=True)}", 0, 0)
            for one in tree.having
        ]
        return found
    # What binds or is optional takes no rows away.
    parts = [
        index
        for index, element in enumerate(elements)
        if not isinstance(element, (sparql.Optional, sparql.Bind))
    ][:_EXPLAINED_PARTS]
    dropped = [
        explain("dropped", elements[index])
        for index in parts
        if len(elements) > 1 and has_rows(elements[:index] + elements[index + 1 :])
    ]
    if dropped:
        return found + dropped
    alone = [
        explain("alone", elements[index])
        for index in parts
        if isinstance(elements[index], (sparql.Triple, sparql.GraphPattern, sparql.Group))
        and not has_rows([elements[index]])
    ]
    if alone:
        return found + alone
    for index in parts:
        if not has_rows(elements[: index + 1]):
            return [*found, explain("joined" if index else "alone", elements[index])]
    return found


def _flatten(group: sparql.Group) -> list[sparql.Element]:
    """The parts of a group, with those of a group that stands in it alone."""
    if len(group.elements) == 1 and isinstance(group.elements[0], sparql.Group):
        return _flatten(group.elements[0])
    return list(group.elements)

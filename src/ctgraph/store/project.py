"""Where the ontology, the data and the questions are, and which files they consist of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ctgraph.errors import DataError

ENVIRONMENT = "CTGRAPH_PROJECT"
"""The variable that names the project where no argument does; empty means it is not set."""

_PACKAGE = Path(__file__).resolve().parents[1]
# The modules that build the graph: what they make is made again when they change.
_COMPILING = (
    "terms.py",
    "store/merge.py",
    "store/project.py",
    "store/reader/preference.py",
    "store/reader/reader.py",
    "store/tables/cells.py",
    "store/tables/claims.py",
    "store/tables/known.py",
    "store/tables/read.py",
    "store/tables/templates.py",
    "store/rules.py",
    "store/cache.py",
    "store/scope/backend.py",
    "store/scope/dates.py",
    "store/scope/sources.py",
)
_GRAPH_SUFFIXES = (".ttl", ".trig", ".tsv", ".rq", ".toml")


class Bundle:
    """The folders `ontology/`, `data/` and `queries/` of one project.

    Args:
        root: The folder that holds them.
    """

    __slots__ = ("data", "ontology", "queries", "root")

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ontology = root / "ontology"
        self.data = root / "data"
        self.queries = root / "queries"

    def __repr__(self) -> str:
        return f"Bundle({str(self.root)!r})"

    def ontology_file(self) -> Path:
        """Return the file that defines the classes and properties.

        Raises:
            DataError: The project has none.
        """
        path = self.ontology / "ctgraph.ttl"
        if not path.is_file():
            raise DataError("ontology-file-missing", path=self.show(path))
        return path

    def data_files(self) -> list[Path]:
        """Return the TriG files below `data/`, sorted; empty if there are none."""
        return _files(self.data, ".trig")

    def table_folders(self) -> list[Path]:
        """Return the folders below `data/` that hold tables of facts, sorted."""
        return [path.parent for path in _files(self.data, ".tsv") if path.name == "facts.tsv"]

    def table_files(self) -> list[Path]:
        """Return the tables below `data/`, sorted; empty if there are none."""
        return _files(self.data, ".tsv")

    def columns_file(self) -> Path:
        """Return the file that says which columns a table has."""
        return self.ontology / "tables" / "columns.toml"

    def template_files(self, table: str) -> list[Path]:
        """Return the templates of a table in `ontology/tables/`, sorted.

        Args:
            table: Such as ``facts``.
        """
        return _files(self.ontology / "tables" / table, ".rq")

    def wording_file(self, name: str) -> Path:
        """Return a file of words by which texts are read; the package's, if this has none.

        Args:
            name: Such as ``dates``.
        """
        path = self.ontology / "wording" / f"{name}.toml"
        return path if path.is_file() else _own_bundle().ontology / "wording" / path.name

    def totals_file(self) -> Path:
        """Return the file of expected counts, which need not exist.

        An import brings the new totals in the folder of its tables, so that both appear in one
        step, and moves the file up afterwards; as long as it is there, it counts.
        """
        brought = sorted(self.data.glob("[!.]*/totals.toml"))
        return brought[-1] if brought else self.data / "totals.toml"

    def vocabulary_files(self) -> list[Path]:
        """Return the Turtle files in `ontology/vocabularies/`, sorted; empty if there are none."""
        return _files(self.ontology / "vocabularies", ".ttl")

    def rule_files(self) -> list[Path]:
        """Return the CONSTRUCT queries in `ontology/rules/`, sorted; empty if there are none."""
        return _files(self.ontology / "rules", ".rq")

    def shape_files(self) -> list[Path]:
        """Return the SHACL files in `ontology/shapes/`, sorted.

        Raises:
            DataError: The project has none.
        """
        return self._needed(_files(self.ontology / "shapes", ".ttl"), "shapes", "ontology/shapes/")

    def currencies_file(self) -> Path:
        """Return the shape that lists the codes of currencies, which need not exist."""
        return self.ontology / "shapes" / "currency.ttl"

    def question_files(self) -> list[Path]:
        """Return the named questions in `queries/`, sorted, without those in `queries/checks/`.

        Raises:
            DataError: The project has none.
        """
        found = [path for path in _files(self.queries, ".rq") if path.parent == self.queries]
        return self._needed(found, "questions", "queries/")

    def check_files(self) -> list[Path]:
        """Return the queries `queries/checks/*-violation.rq`, sorted.

        Raises:
            DataError: The project has none.
        """
        checks = self.queries / "checks"
        found = [path for path in _files(checks, ".rq") if path.stem.endswith("-violation")]
        return self._needed(found, "violation queries", "queries/checks/")

    def text_file(self, source: str) -> Path:
        """Return the text of a source, which need not exist.

        Args:
            source: The folder below `data/`, such as ``mofa-evaluation-2024``.
        """
        return self.data / source / "text.txt"

    def show(self, path: Path) -> str:
        """Return a path as messages name it: from the project's root, else from the working folder.

        Args:
            path: Any path.
        """
        for start in (self.root, Path.cwd()):
            try:
                return path.relative_to(start).as_posix()
            except ValueError:
                continue
        return str(path)

    def fingerprint(self) -> str:
        """Return a cheap key of what the graph is made from; it differs after any edit.

        It covers names, sizes and modification times of the files of `ontology/` and `data/`,
        of the modules that build the graph, and the version of pyoxigraph. No file is read.
        """
        import zlib

        import pyoxigraph

        from ctgraph.version import __version__

        parts = [__version__, pyoxigraph.__version__, str(self.root)]
        for folder in (self.ontology, self.data):
            parts += _stamps(str(folder))
        for module in _COMPILING:
            parts.append(_stamp(str(_PACKAGE / module)))
        text = "\n".join(parts).encode("utf-8", "surrogateescape")
        # Against chance this is enough, and importing hashlib would take longer than all else.
        return f"{zlib.crc32(text):08x}{zlib.adler32(text):08x}{len(text):x}"

    def content_hash(self) -> str:
        """Return the SHA-256 of the content that the graph is made from, wherever the files are."""
        import hashlib

        digest = hashlib.sha256()
        for path in [
            self.ontology_file(),
            *self.vocabulary_files(),
            *self.rule_files(),
            *_files(self.ontology / "tables", (".rq", ".toml")),
            *self.data_files(),
            *self.table_files(),
        ]:
            digest.update(path.relative_to(self.root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _needed(self, found: list[Path], what: str, folder: str) -> list[Path]:
        if not found:
            raise DataError("project-part-missing", root=self.root, thing=what, folder=folder)
        return found


def locate(project: Path | str | None = None) -> Bundle:
    """Return the bundle to work with.

    Args:
        project: A folder with `ontology/` and `data/` in it. None means the one that the variable
            `ENVIRONMENT` names, else the one in which the working folder lies, else the one that
            is installed with the package or, in a checkout, the checkout's own.

    Raises:
        DataError: The folder has no `ontology/`, or the installed package lacks its bundle.
    """
    if project is not None:
        return _open_folder(project)
    if named := os.environ.get(ENVIRONMENT):
        return _open_folder(named, hint="project-of-variable")
    around = _find_around()
    return Bundle(around) if around else _own_bundle()


def _own_bundle() -> Bundle:
    installed = _PACKAGE / "_bundle"
    if installed.is_dir():
        return Bundle(installed)
    checkout = _PACKAGE.parents[1]
    if (checkout / "ontology").is_dir():
        return Bundle(checkout)
    raise DataError("package-without-graph", installed=installed)


def _find_around() -> Path | None:
    """Return the nearest project in which the working folder lies; None if it lies in none.

    Folders named `data/` and `ontology/` are common; `ontology/ctgraph.ttl` is not.
    """
    try:
        here = Path.cwd()
    except FileNotFoundError:  # somebody removed it
        return None
    for folder in (here, *here.parents):
        # Unlike a Path, os.path says no to a folder that may not be entered.
        if os.path.isfile(folder / "ontology" / "ctgraph.ttl") and os.path.isdir(folder / "data"):  # noqa: PTH112, PTH113
            return folder
    return None


def locate_for_writing(project: Path | str | None = None) -> Bundle:
    """Return the bundle whose data are to be changed.

    Args:
        project: As for `locate`; None means the one that the variable `ENVIRONMENT` names, else
            the one of the working directory.

    Raises:
        DataError: As for `locate`, or it would be the copy inside the installed package.
    """
    bundle = locate(project)
    if bundle.root == _PACKAGE / "_bundle":
        raise DataError("project-read-only", place=str(bundle.root))
    return bundle


def _open_folder(project: Path | str, hint: str | None = None) -> Bundle:
    bundle = Bundle(Path(project).resolve())
    if not bundle.root.is_dir():
        raise DataError("project-folder-missing", hint=hint, project=project, variable=ENVIRONMENT)
    if not bundle.ontology.is_dir():
        raise DataError(
            "project-without-ontology", hint=hint, project=project, variable=ENVIRONMENT
        )
    return bundle


def _files(folder: Path, suffix: str | tuple[str, ...]) -> list[Path]:
    """Return files below a folder by suffix, sorted by path; hidden ones are left out."""
    return [Path(path) for path in sorted(_walk(str(folder), suffix))]


def _stamps(folder: str) -> list[str]:
    return sorted(_stamp(path) for path in _walk(folder, _GRAPH_SUFFIXES))


def _walk(folder: str, suffix: str | tuple[str, ...]) -> Iterator[str]:
    pending = [folder]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                pending.append(entry.path)
            elif entry.name.lower().endswith(suffix):
                yield entry.path


def _stamp(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each file costs a third of the time
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_size} {status.st_mtime_ns}"

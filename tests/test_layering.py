"""The folders tell the story: imports point one way, and only the command line talks."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctgraph

PACKAGE = Path(ctgraph.__file__).parent
MINI = Path(__file__).parent / "mini"

ROOMS = "version words errors terms text store query network export draw api service cli"
ORDER = ROOMS.split()
"""A room imports only rooms to its left. (`__init__` and `__main__` are faces of them all.)"""

MOST_LINES, MOST_FILES, MOST_ENTRIES = 500, 16, 16

FILES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
MODULES = sorted(FILES)


def names_of(path: Path) -> list[str]:
    """What a face imports, for type checkers at least, from the files behind it."""
    return [
        alias.asname or alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module not in ("__future__", "ctgraph.version")
        for alias in node.names
    ]


FACES = {
    module: names_of(path)
    for module, path in FILES.items()
    if path.name == "__init__.py" and module != "ctgraph"
}
MOST_NAMES = 20

# What takes long to import, so it is imported by the function that needs it.
HEAVY = {"rdflib", "networkx", "pyvis", "pyshacl", "jinja2", "xlsxwriter", "oxrdflib", "pandas"}
HEAVY |= {"pptx", "matplotlib", "fontTools", "numpy", "starlette", "uvicorn"}
# What is cheap enough elsewhere but not on the way of `ctgraph query`.
SLOW = {
    "asyncio", "email", "http", "importlib.metadata", "multiprocessing", "sqlite3", "ssl",
    "subprocess", "tempfile", "urllib.request", "xml", "zipfile",
}  # fmt: skip


def parse(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def imports(tree: ast.AST, *, only_at_start: bool = False) -> Iterator[str]:
    """Full names of what is imported; `only_at_start`: what importing the module loads."""
    for child in ast.iter_child_nodes(tree):
        if only_at_start:
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            assert child.level == 0, "imports are absolute"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from imports(child, only_at_start=only_at_start)


def own(names: Iterator[str]) -> set[str]:
    """The modules of the package among imported names."""
    found = {name if name in FILES else name.rpartition(".")[0] for name in names}
    return found & set(FILES)


def room(module: str) -> str:
    return [*module.split("."), ""][1]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_left(module: str) -> None:
    if room(module) in ("", "__main__"):
        return
    allowed = ORDER[: ORDER.index(room(module)) + 1]
    upward = {name for name in own(imports(parse(module))) if room(name) not in ["", *allowed]}
    assert not upward, f"{module} must not import {', '.join(sorted(upward))}"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_are_entered_by_their_faces(module: str) -> None:
    """Another room is imported from its `__init__`, or from a file that its `__init__` names."""
    for node in ast.walk(parse(module)):
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("ctgraph."):
            continue
        entered = str(node.module)
        if room(entered) == room(module) or entered.count(".") == 1 or room(module) == "":
            continue
        face, _, file = entered.rpartition(".")
        if not FACES.get(entered):
            assert file in FACES.get(face, ()), (
                f"{module}:{node.lineno} imports {entered}, not its face"
            )


@pytest.mark.parametrize("package", sorted(FACES))
def test_faces_are_small_and_honest(package: str) -> None:
    """Each name of a face is there, under the name that it has in its file."""
    face = importlib.import_module(package)
    assert len(FACES[package]) <= MOST_NAMES
    assert (face.__doc__ or "").count(".") >= 1
    assert sorted(getattr(face, "__all__", [])) == sorted(FACES[package])
    for name in FACES[package]:
        assert getattr(face, name) is not None


def test_no_modules_import_each_other() -> None:
    """Imports in functions and those for type checkers count."""
    needs = {module: own(imports(parse(module))) - {module, "ctgraph"} for module in MODULES}
    while leaves := {module for module, needed in needs.items() if not needed & set(needs)}:
        for module in leaves:
            del needs[module]
    assert not needs, f"a circle among {', '.join(sorted(needs))}"


def test_rooms_are_small() -> None:
    long = {
        module: lines
        for module, path in FILES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long
    for folder in {path.parent for path in FILES.values()}:
        assert len(list(folder.glob("*.py"))) <= MOST_FILES, folder
    shown = [path for path in PACKAGE.iterdir() if path.name not in ("__pycache__", "_bundle")]
    assert len(shown) <= MOST_ENTRIES


@pytest.mark.parametrize("module", MODULES)
def test_heavy_imports_stand_in_functions(module: str) -> None:
    start = imports(parse(module), only_at_start=True)
    assert not {name for name in start if name.split(".")[0] in HEAVY}


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) != "cli"])
def test_only_the_command_line_prints_exits_or_knows_click(module: str) -> None:
    tree = parse(module)
    assert "click" not in {name.split(".")[0] for name in imports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "exit", "quit", "sys.exit"), (
                f"{module}:{node.lineno} calls {called}"
            )


@pytest.mark.parametrize(
    "module", [name for name in MODULES if name.startswith("ctgraph.draw.page")]
)
def test_drawing_never_sees_rdf(module: str) -> None:
    names = {name.split(".")[0] for name in imports(parse(module))}
    assert not names & {"rdflib", "pyoxigraph", "oxrdflib"}


def test_importing_the_package_is_cheap() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); before = set(sys.modules); "
        "import ctgraph; print('\\n'.join(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in loaded if name.startswith("ctgraph")} == {"ctgraph", "ctgraph.version"}
    assert "pyoxigraph" not in loaded
    assert len(loaded) < 40, loaded


def test_a_query_loads_only_what_it_needs() -> None:
    code = (
        "import sys; from ctgraph.cli import run; "
        f"run(['query', 'SELECT ?x {{ ?x a ct:Claim }}', '--project', {str(MINI)!r}]); "
        "print(*sys.modules, sep='\\n')"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ctgraph.query.run" in loaded
    rooms = {".".join(name.split(".")[1:3]) for name in loaded if name.startswith("ctgraph.")}
    assert not rooms & {"query.names", "query.questions", "query.why_empty", "query.search"}
    assert not {name.partition(".")[0] for name in rooms} & {"network", "draw", "service"}
    start = {
        name
        for module in FILES.keys() & set(loaded)
        for name in imports(parse(module), only_at_start=True)
    }
    assert not {name for name in start for word in SLOW if f"{name}.".startswith(f"{word}.")}


def test_every_public_name_is_there() -> None:
    for name in ctgraph.__all__:
        assert getattr(ctgraph, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        ctgraph.nonsense  # type: ignore[attr-defined]  # noqa: B018

"""The folders tell the story: imports point one way, and only the command line talks."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ctgraph

PACKAGE = Path(ctgraph.__file__).parent
MINI = Path(__file__).parent / "mini"

# A module imports only modules to its left. (`__init__` and `__main__` are checked apart.)
LAYERS = [
    *("errors", "terms", "output", "quotes", "bundle", "sparql", "data", "rules", "snapshot"),
    *("dataset", "worker", "endpoint", "disk", "store"),
    *("names", "questions", "sparqlformat", "explain", "query", "notes", "claims", "witness"),
    *("evidence",),
    *("search", "validate", "layout", "exchange", "views", "network", "facets"),
    *("measures", "coarsen", "stories"),
    *("looks", "serialise", "slices", "tables", "export", "words", "draw"),
    *("report", "paths", "api"),
    *("lettering", "deck", "slides"),
    *("typefaces", "sheet", "facts"),
    *("timechart", "moneychart", "indicatorchart", "goalchart", "netchart", "figures"),
    # The query service: what travels, what answers, what runs it.
    *("wire", "negotiation", "phrases", "japanese", "frame", "sketch", "resource", "sources"),
    *("results", "resultpage", "graphs", "description", "operations", "updates", "protocol"),
    *("collection", "entitypage", "askpage", "sourcepage", "networkpage", "browse"),
    *("ontologypage", "catalogue", "pages"),
    *("vocabulary", "querywords", "problems", "querypage", "interface"),
    *(
        "faults",
        "heads",
        "faultpage",
        "parcel",
        "nursery",
        "processes",
        "lanes",
        "pool",
        "metrics",
        "answers",
        "sent",
        "assets",
        "routing",
        "web",
        "listener",
        "service",
        "site",
    ),
    *("terminal", "options", "completion", "cli"),
]
COMMAND_LINE = {"terminal", "options", "completion", "cli"}
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__"))

# What takes long to import, so it is imported by the function that needs it.
HEAVY = {"rdflib", "networkx", "pyvis", "pyshacl", "jinja2", "xlsxwriter", "oxrdflib", "pandas"}
HEAVY |= {"pptx", "matplotlib", "fontTools", "numpy", "starlette", "uvicorn"}
# What is cheap enough elsewhere but not on the way of `ctgraph query`.
SLOW = {
    "asyncio", "email", "http", "importlib.metadata", "multiprocessing", "sqlite3", "ssl",
    "subprocess", "tempfile", "urllib.request", "xml", "zipfile",
}  # fmt: skip
COLD_PATH = ["errors", "terms", "output", "bundle", "sparql", "snapshot", "dataset", "worker"]
COLD_PATH += ["store"]
COLD_PATH += ["query", "tables", "terminal", "options", "cli"]


def parse(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def imports(tree: ast.AST, *, only_at_start: bool) -> set[str]:
    """Full names of imported modules; those under TYPE_CHECKING cost nothing and do not count."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if only_at_start and isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.module:
                assert child.level == 0, "imports are absolute"
                found.update(f"{child.module}.{alias.name}" for alias in child.names)
            visit(child)

    visit(tree)
    return found


def own(names: set[str]) -> set[str]:
    parts = (name.split(".") for name in names)
    return {part[1] for part in parts if part[0] == "ctgraph" and len(part) > 1} & set(LAYERS)


def test_every_module_has_its_place() -> None:
    assert set(MODULES) <= set(LAYERS), "add the new module to LAYERS, where it belongs"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_left(module: str) -> None:
    allowed = set(LAYERS[: LAYERS.index(module)])
    upward = own(imports(parse(module), only_at_start=False)) - allowed - {module}
    assert not upward, f"{module} must not import {', '.join(sorted(upward))}"


@pytest.mark.parametrize("module", MODULES)
def test_heavy_imports_stand_in_functions(module: str) -> None:
    start = imports(parse(module), only_at_start=True)
    assert not {name for name in start if name.split(".")[0] in HEAVY}


@pytest.mark.parametrize("module", COLD_PATH)
def test_the_cold_path_starts_with_nothing_slow(module: str) -> None:
    start = imports(parse(module), only_at_start=True)
    slow = {name for name in start for word in SLOW if f"{name}.".startswith(f"{word}.")}
    assert not slow


@pytest.mark.parametrize("module", [name for name in MODULES if name not in COMMAND_LINE])
def test_only_the_command_line_prints_exits_or_knows_click(module: str) -> None:
    tree = parse(module)
    assert "click" not in {name.split(".")[0] for name in imports(tree, only_at_start=False)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "exit", "quit", "sys.exit"), (
                f"{module}.py:{node.lineno} calls {called}"
            )


def test_drawing_never_sees_rdf() -> None:
    names = imports(parse("draw"), only_at_start=False)
    assert not {name.split(".")[0] for name in names} & {"rdflib", "pyoxigraph", "oxrdflib"}
    assert not own(names) & {"store", "query", "data", "sparql"}


def test_importing_the_package_is_cheap() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); before = set(sys.modules); "
        "import ctgraph; print('\\n'.join(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in loaded if name.startswith("ctgraph")} == {"ctgraph"}
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
    assert "ctgraph.query" in loaded
    idle = {"questions", "names", "explain", "evidence", "search", "network", "report"}
    assert not {name.removeprefix("ctgraph.") for name in loaded} & idle


def test_every_public_name_is_there() -> None:
    for name in ctgraph.__all__:
        assert getattr(ctgraph, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        ctgraph.nonsense  # type: ignore[attr-defined]  # noqa: B018

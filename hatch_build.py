"""Refuses to build a package whose query page has another editor than its sources make.

``editor/`` holds what the editor is made from, and the package holds what was made of it; its first
line carries the hash of those sources. Nothing is made here, so a build needs no Node and no
network beyond its Python requirements.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = Path("src", "ctgraph", "service", "pages", "static")
FILES = ("editor.js", "editor.LICENSES.txt")
COMMAND = "cd editor && npm ci --ignore-scripts && npm run build"


class EditorHook(BuildHookInterface):
    """Runs before each build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stop the build if the editor is not the one of its sources.

        Args:
            version: The kind of build, ``standard`` or ``editable``; it is the same for both.
            build_data: What the build packs; nothing is added.
        """
        fault = find_fault(Path(self.root))
        if fault:
            self.app.abort(f"ctgraph: {fault}. Build it again: {COMMAND}")


def find_fault(root: Path) -> str:
    """Return what is wrong with the editor in the package; empty if nothing is.

    Args:
        root: The checkout, or an unpacked source distribution.
    """
    for name in FILES:
        if not (root / OUTPUT / name).is_file():
            return f"the editor of the query page is missing ({(OUTPUT / name).as_posix()})"
    with (root / OUTPUT / FILES[0]).open(encoding="utf-8") as lines:
        if make_stamp(root) not in lines.readline():
            return "the editor of the query page was made from other sources than editor/ holds"
    return ""


def make_stamp(root: Path) -> str:
    """Return the SHA-256 of the sources of the editor; ``editor/build.js`` computes the same.

    Args:
        root: The checkout, or an unpacked source distribution.
    """
    source = root / "editor"
    modules = sorted(path.name for path in (source / "src").glob("*.js"))
    hashed = hashlib.sha256()
    for name in (
        "package.json",
        "package-lock.json",
        "build.js",
        *(f"src/{name}" for name in modules),
    ):
        content = (source / name).read_bytes().replace(b"\r\n", b"\n")
        hashed.update(f"{name} {len(content)}\n".encode())
        hashed.update(content)
    return hashed.hexdigest()

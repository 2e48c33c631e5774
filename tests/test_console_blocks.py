"""Every `$ ctgraph …` in a console block of the pages prints what stands below it."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/tutorial.md",
    "docs/how-to/write-sparql.md",
    "docs/how-to/export-and-cite.md",
    "docs/how-to/networks.md",
    "docs/how-to/serve.md",
    "docs/reference/protocol.md",
)


def read_commands(page: str) -> list[tuple[str, str]]:
    """The commands of a page, each with the output shown below it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, flags=re.M | re.S)
    commands = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            commands.append((command, output))
    return commands


COMMANDS = [
    pytest.param(command, output, id=f"{page}: {command[:60]}")
    for page in PAGES
    for command, output in read_commands(page)
]


def test_pages_have_commands() -> None:
    assert len(COMMANDS) >= 8


def run_command(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """The finished process of a shell command in a folder."""
    scripts = sysconfig.get_path("scripts")
    env = {**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"], "COLUMNS": "100"}
    for name in ("LC_ALL", "CTGRAPH_PROJECT"):  # the pages show what is bundled
        env.pop(name, None)
    env["LANG"] = "en_US.UTF-8"
    return subprocess.run(
        command, shell=True, cwd=folder, env=env, capture_output=True, check=False
    )


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_output_is_as_shown(command: str, output: str, tmp_path: Path) -> None:
    done = run_command(command, tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().rstrip("\n") == output.rstrip("\n"), (
        "if the new output is right: python tests/test_console_blocks.py"
    )


def update_pages() -> None:
    """Writes what the commands print now into the pages."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for command, output in read_commands(page):
            with tempfile.TemporaryDirectory() as folder:
                printed = run_command(command, Path(folder)).stdout.decode().rstrip("\n")
            shown = f"$ {command}\n{output}"
            text = text.replace(shown, f"$ {command}\n" + (printed + "\n" if printed else ""))
        (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update_pages()

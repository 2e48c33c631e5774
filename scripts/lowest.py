"""Print the lowest version of each direct dependency, as constraints for pip.

    python scripts/lowest.py [EXTRA …] >constraints.txt

Of the versions that pyproject.toml allows, it is the lowest that has a wheel for the Python that
runs this: nobody with a newer Python gets a version that would have to be compiled.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version


def find_lowest(requirement: Requirement) -> str:
    """Return the constraint on one package.

    Args:
        requirement: What pyproject.toml asks for.

    Raises:
        SystemExit: No version that is allowed has a wheel.
    """
    command = [sys.executable, "-m", "pip", "index", "versions", "--only-binary", ":all:"]
    listed = subprocess.run(
        [*command, "--disable-pip-version-check", requirement.name],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    found = re.search(r"^Available versions: (.*)$", listed, re.MULTILINE)
    versions = map(Version, found[1].split(", ") if found else ())
    allowed = [one for one in versions if one in requirement.specifier]
    if not allowed:
        raise SystemExit(f"{requirement}: no version with a wheel for this Python")
    return f"{requirement.name}=={min(allowed)}"


def main() -> None:
    """Print a line for each dependency of the package and of the extras that are named."""
    about = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name in sys.argv[1:] for line in about["optional-dependencies"][name]]
    wanted = [Requirement(line) for line in (*about["dependencies"], *extras)]
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate()]
    with ThreadPoolExecutor(8) as pool:
        sys.stdout.write("".join(f"{line}\n" for line in pool.map(find_lowest, wanted)))


main()

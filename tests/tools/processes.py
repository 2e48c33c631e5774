"""Programs that are run in processes of their own."""

from __future__ import annotations

import subprocess
import sys


def same_output(program: str, *arguments: str, seeds: tuple[str, ...] = ("0", "1")) -> bytes:
    """The output of a program, which must be the same however the process orders its sets."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={"PYTHONHASHSEED": seed, "PATH": "", "CTGRAPH_CACHE": "off"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in seeds
    }
    assert len(outputs) == 1
    return outputs.pop()

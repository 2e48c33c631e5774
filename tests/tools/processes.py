"""Programs that are run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys


def same_output(program: str, *arguments: str, seeds: tuple[str, ...] = ("0", "1")) -> bytes:
    """The output of a program, which must be the same however the process orders its sets."""
    kept = {n: os.environ[n] for n in ("CTGRAPH_PROJECT", "PYTHONPATH") if n in os.environ}
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={"PYTHONHASHSEED": seed, "PATH": "", "CTGRAPH_CACHE": "off", **kept},
            capture_output=True,
            check=True,
        ).stdout
        for seed in seeds
    }
    assert len(outputs) == 1
    return outputs.pop()

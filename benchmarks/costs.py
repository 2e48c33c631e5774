"""What whole processes cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What a process cost.

    Attributes:
        cpu: Seconds of CPU time.
        wall: Seconds from start to end.
        written: MB that it had the system write; known on Linux alone.
        memory: MiB at its peak.
    """

    cpu: float
    wall: float
    written: float
    memory: float


def cost(command: Sequence[str]) -> Cost:
    """What a process costs that ends well."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:4]} failed: {said.decode()[-500:]}")
    # Linux counts blocks of 512 bytes that went, or will go, to the disk.
    written = usage.ru_oublock * 512 / 1e6
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, time.perf_counter() - start, written, usage.ru_maxrss / unit)

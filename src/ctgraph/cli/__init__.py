"""The command line: a file for each command or pair of commands."""

from __future__ import annotations

from ctgraph.cli.app import main, run

__all__ = ["main", "run"]

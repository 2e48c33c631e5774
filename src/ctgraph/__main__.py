"""Run the command line: ``python -m ctgraph``."""

from __future__ import annotations

from ctgraph.cli import main

main()

"""Runs the command line: ``python -m ctgraph``."""

from __future__ import annotations

from ctgraph.cli.app import main

main()

"""Runs the command line: ``python -m ctgraph``."""

from ctgraph.cli import main

main()

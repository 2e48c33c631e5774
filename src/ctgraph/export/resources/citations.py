"""Formats of references; the command line reads them for its help, so nothing else is loaded."""

CITATION_FORMATS = ("csl-json", "bibtex", "ris")
"""How references can be written; the first is the usual one."""

"""An answer of triples in the formats that hold a graph."""

from __future__ import annotations

from collections.abc import Iterator

from ctgraph.export.marks import spell_out
from ctgraph.export.rdf import Content, write_rdf
from ctgraph.query import Triples


def write_graph(answer: Triples, format: str) -> Iterator[bytes]:
    """Yield the answer in a format that holds triples as a graph.

    Args:
        answer: The triples.
        format: The name of the format.

    Raises:
        Unwritable: The format cannot hold a character or a property.
    """
    note = f"truncated at {len(answer)} triples: there are more" if answer.truncated else ""
    body = write_rdf(format, Content(answer.triples), note=note, limit=answer.limit)
    # An answer is shown on a terminal, where its canonical form counts less.
    yield spell_out(body) if format == "ntriples" else body

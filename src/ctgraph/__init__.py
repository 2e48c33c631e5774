"""ctgraph: a citable knowledge graph of counter-terrorism cooperation."""

__version__ = "0.1.0"

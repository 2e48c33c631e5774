"""The SPARQL 1.1 endpoint: protocol, results, graph store, description."""

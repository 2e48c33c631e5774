"""A network as one HTML file that needs no connection."""

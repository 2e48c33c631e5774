"""HTTP: connections, routing, static files, kept answers."""

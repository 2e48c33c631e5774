"""A network of states on a map of the world."""

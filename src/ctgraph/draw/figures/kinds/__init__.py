"""The kinds of nodes of a network, and how often they are tied."""

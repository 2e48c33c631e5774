"""The value that says whose claims count, and until when."""

from __future__ import annotations

from typing import NamedTuple

from ctgraph.errors import UsageError


class Scope(NamedTuple):
    """Whose claims count, and until when. One without either counts them all.

    Attributes:
        sources: IRIs of the sources whose claims count; empty for all.
        as_of: The day as of which the graph speaks (ISO 8601); empty for any.
    """

    sources: frozenset[str] = frozenset()
    as_of: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything may be left out."""
        return bool(self.sources or self.as_of)

    def narrow(self, other: Scope) -> Scope:
        """Return the scope of what lies in both.

        Args:
            other: Another scope.

        Raises:
            UsageError: They have no source in common.
        """
        sources = self.sources or other.sources
        if self.sources and other.sources:
            sources = self.sources & other.sources
            if not sources:
                raise UsageError("scope-sources-exclude-each-other")
        days = [day for day in (self.as_of, other.as_of) if day]
        return Scope(sources, min(days, default=""))

    def digest(self) -> str:
        """Return a name for it that a file can have."""
        import hashlib

        text = "\n".join([self.as_of, *sorted(self.sources)])
        return hashlib.sha256(text.encode()).hexdigest()[:24]

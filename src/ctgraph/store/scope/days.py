"""The first and the last day that a date can mean."""

from __future__ import annotations

from ctgraph.errors import UsageError


def first_day(text: str) -> str:
    """Return the first day of a year, month or day in ISO 8601.

    Args:
        text: ``2023``, ``2023-04`` or ``2023-04-01``.

    Raises:
        UsageError: It is no such date.
    """
    return _day(text, ("-01-01", "-01"))


def last_day(text: str) -> str:
    """Return the last day of a year, month or day in ISO 8601.

    Args:
        text: ``2023``, ``2023-04`` or ``2023-04-01``.

    Raises:
        UsageError: It is no such date.
    """
    if len(text.strip()) == 7:
        first = first_day(text)
        year, month = int(first[:4]), int(first[5:7])
        import calendar

        return f"{first[:8]}{calendar.monthrange(year, month)[1]}"
    return _day(text, ("-12-31", ""))


def _day(text: str, rest: tuple[str, str]) -> str:
    import datetime
    import unicodedata

    stripped = unicodedata.normalize("NFKC", text).strip()
    day = stripped + {4: rest[0], 7: rest[1]}.get(len(stripped), "")
    try:
        if len(day) != 10:
            raise ValueError(day)
        return datetime.date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise UsageError("not-a-date", text=text) from error

"""What is known of a document beside its sentences, and the name that its source gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ctgraph.query.wording import read_dates
from ctgraph.terms import make_slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctgraph.query.drafting.documents import Sentence
    from ctgraph.query.wording import Wording


_HEAD = 6  # sentences among which a document has its date
_LONGEST = 48  # characters of a name, cut between words


@dataclass(frozen=True)
class About:
    """What a user says of a document; what is empty is taken from it.

    Attributes:
        source_id: The name of the source.
        url: Where it is on the web.
        title: Its title.
        publisher: Who published it.
        date: The day, month or year on which it was issued, in ISO 8601.
        language: Its language, as ISO 639-1.
        file: The name of its file, without the extension.
    """

    source_id: str = ""
    url: str = ""
    title: str = ""
    publisher: str = ""
    date: str = ""
    language: str = ""
    file: str = ""


def name_source(about: About) -> str:
    """Return a name for a source, made of its title, its address or its file.

    Args:
        about: What is known of it.

    Example:
        >>> name_source(About(title="News of the Example Forum", date="2025-07"))
        'news-of-the-example-forum-2025-07'
    """
    address = re.sub(r"\A\w+://(?:www\.)?|\.\w{2,5}\Z", "", about.url)
    for text in (about.title, address, about.file):
        slug = (
            re.sub(r"-[^-]*\Z", "", f"{make_slug(text)}-"[:_LONGEST]) or make_slug(text)[:_LONGEST]
        )
        if len(slug) > 3:
            return f"{slug}-{about.date}" if about.date and about.date[:4] not in slug else slug
    return f"source-{about.date}" if about.date else "source"


def read_day(text: str) -> date | None:
    """Return the last day that a date, month or year can mean; None if it is none.

    Args:
        text: A text in ISO 8601.
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text)
    try:
        return date(int(found[1]), int(found[2] or 12), int(found[3] or 28)) if found else None
    except ValueError:
        return None


def find_issue_day(sentences: Sequence[Sentence], wording: Wording) -> str:
    """Return the day that stands alone near the head of a document; empty if none does.

    Args:
        sentences: The sentences of the document.
        wording: The words of dates.
    """
    for sentence in sentences[:_HEAD]:
        text = sentence.text.strip("()（）［］[] ")
        for span in read_dates(text, wording):
            if (span.start, span.end) == (0, len(text)) and span.first == span.last:
                return span.first.isoformat()
    return ""

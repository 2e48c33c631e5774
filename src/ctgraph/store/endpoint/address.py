"""Where an endpoint is, and who asks it."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from ctgraph.errors import UsageError

USER, PASSWORD = "CTGRAPH_ENDPOINT_USER", "CTGRAPH_ENDPOINT_PASSWORD"
"""The variables with name and password for an endpoint whose URL has none."""

_URL_SAFE = "/?:@!$&'()*+,;=-._~%"


class Address(NamedTuple):
    """Where an endpoint is.

    Attributes:
        url: Its URL without user name and password; safe to show.
        user: The user name, or None.
        password: The password, or "". Never shown.
    """

    url: str
    user: str | None = None
    password: str = ""

    def __repr__(self) -> str:
        return f"<Address {self.url}>"

    @property
    def authorization(self) -> str | None:
        """The value of the header Authorization for HTTP Basic, or None."""
        if self.user is None:
            return None
        import base64

        pair = f"{self.user}:{self.password}"
        return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def read_address(url: str) -> Address:
    """Return the address that a URL stands for.

    Args:
        url: An http or https URL. A user name and password in it, else those of the variables
            `USER` and `PASSWORD`, are sent as HTTP Basic or Digest authentication.

    Raises:
        UsageError: It is no such URL.
    """
    from urllib.parse import quote, unquote, urlsplit

    try:
        url = url.strip()
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        raise UsageError("endpoint-url-unreadable") from None
    if parts.scheme not in ("http", "https"):
        raise UsageError("endpoint-scheme-unsupported", thing=parts.scheme or "none")
    if not host or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise UsageError("endpoint-without-host")
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place += f":{port}"
    # What is escaped stays so; what HTTP cannot carry is escaped now.
    path, query = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query))
    plain = parts._replace(netloc=place, path=path, query=query, fragment="").geturl()
    if parts.username is not None:
        return Address(plain, unquote(parts.username), unquote(parts.password or ""))
    user = os.environ.get(USER)
    return Address(plain, user, os.environ.get(PASSWORD, "")) if user else Address(plain)

"""The files of the package that pages need: styles, scripts, the icon."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ctgraph.service.http.response import Sent, add_security

STATIC = Path(__file__).parents[1] / "pages" / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
}


class Assets:
    """The files by name. Only names that are there are ever opened."""

    def __init__(self) -> None:
        self._files: dict[str, Sent] = {}

    def find(self, name: str, *, is_versioned: bool, zips: bool) -> Sent | None:
        """A file as it is sent, or None if there is no such file.

        Args:
            name: Its path below the folder.
            is_versioned: Whether the URL names the version, so that it never means anything else.
            zips: Whether the client reads gzip.
        """
        if not self._files:
            self._files = _load()
        sent = self._files.get(name)
        if sent is None:
            return None
        if is_versioned:
            headers = [header for header in sent.headers if header[0] != b"Cache-Control"]
            headers.append((b"Cache-Control", b"public, max-age=31536000, immutable"))
            sent = sent._replace(headers=headers)
        zipped = self._files.get(f"{name}\0gzip") if zips else None
        if zipped is not None:
            headers = [header for header in sent.headers if header[0] != b"ETag"]
            headers += [(b"Content-Encoding", b"gzip"), zipped.headers[0]]
            sent = sent._replace(headers=headers, body=zipped.body)
        return sent


def _load() -> dict[str, Sent]:
    """The files of the package that are served, by name; a zipped one under its name and gzip."""
    import gzip

    found: dict[str, Sent] = {}
    for path in sorted(STATIC.rglob("*")):
        kind = _TYPES.get(path.suffix)
        if kind is None or not path.is_file() or path.name.startswith("."):
            continue
        body = path.read_bytes()
        digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        headers = [(b"ETag", f'"{digest}"'.encode())]
        name = path.relative_to(STATIC).as_posix()
        if kind.startswith(("text/", "application/json", "image/svg")) and len(body) > 1024:
            zipped = gzip.compress(body, 9, mtime=0)
            tag = [(b"ETag", f'"{digest}-gz"'.encode())]
            found[f"{name}\0gzip"] = Sent(200, tag, zipped)
        headers += [
            (b"Content-Type", kind.encode()),
            (b"Cache-Control", b"no-cache"),
            (b"Vary", b"Accept-Encoding"),
        ]
        add_security(headers, set())
        found[name] = Sent(200, headers, body)
    return found

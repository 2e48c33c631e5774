"""The files that pages need: styles, scripts, the icon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response
    from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parents[1] / "pages" / "static"


def static_files() -> Any:
    """Return the application that serves the files."""
    from starlette.middleware.gzip import GZipMiddleware

    return GZipMiddleware(_files(), minimum_size=1024, compresslevel=6)


async def favicon(request: WebRequest) -> Response:
    """Return the icon, where browsers look for it.

    Args:
        request: The request.
    """
    return await _files().get_response("favicon.svg", request.scope)


async def theme_style(request: WebRequest) -> Response:
    """Return the style sheet of the theme in use.

    Args:
        request: The request.
    """
    from hashlib import sha256

    from starlette.responses import Response

    from ctgraph.network.styles import theme_css, theme_in_use

    body = theme_css(theme_in_use()).encode("utf-8")
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/css", headers=headers)


def _files() -> StaticFiles:
    from starlette.datastructures import Headers
    from starlette.responses import FileResponse
    from starlette.staticfiles import NotModifiedResponse, StaticFiles

    class WholeFile(FileResponse):
        # Starlette fails on If-Range where a file has no date, and refuses a Range of another unit,
        # which HTTP has servers ignore; these files are small enough to be sent again.
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            asked = [one for one in scope["headers"] if one[0] not in (b"range", b"if-range")]
            await super().__call__({**scope, "headers": asked}, receive, send)

    class Files(StaticFiles):
        def file_response(
            self, full_path: Any, stat_result: Any, scope: Any, status_code: int = 200
        ) -> Response:
            """Return a file; one whose URL names its version never means anything else."""
            response = WholeFile(full_path, status_code=status_code, stat_result=stat_result)
            is_versioned = "v" in dict(parse_qsl(scope["query_string"].decode("latin-1")))
            response.headers["cache-control"] = (
                "public, max-age=31536000, immutable" if is_versioned else "no-cache"
            )
            # When a package was installed says nothing about its files.
            del response.headers["last-modified"], response.headers["accept-ranges"]
            if self.is_not_modified(response.headers, Headers(scope=scope)):
                return NotModifiedResponse(response.headers)
            return response

        def is_not_modified(self, response_headers: Any, request_headers: Any) -> bool:
            """Tell whether the client has a file, by its tag."""
            has_tag = "if-none-match" in request_headers
            return has_tag and super().is_not_modified(response_headers, request_headers)

    return Files(directory=FOLDER)

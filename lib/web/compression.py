"""Streamlit's browser files, compressed once and kept: it sends them raw, five megabytes for charts alone."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path
from threading import Lock

import brotli
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.web.protection import static_folder

# Their names carry a hash of their content, so a browser never needs to ask again.
_FOREVER = "public, max-age=31536000, immutable"
_WORTHWHILE = (".js", ".css", ".json", ".svg", ".ttf")
_BROTLI_QUALITY = 6
_at_work = Lock()


class CompressedStatic:
    """Answers /static/… from memory; behind the gate like everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a known file; pass anything else on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"] not in _files():
            return await self._app(scope, receive, send)
        accepted = Headers(scope=scope).get("accept-encoding", "")
        encoding = next((name for name in ("br", "gzip") if name in accepted), "")
        answer = await to_thread.run_sync(_answer, scope["path"], encoding)
        await answer(scope, receive, send)


def _answer(path: str, encoding: str) -> Response:
    worthwhile = path.endswith(_WORTHWHILE)
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding"}
    if worthwhile and encoding:
        headers["content-encoding"] = encoding
    body = compressed(path, encoding if worthwhile else "")
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Response(body, media_type="text/javascript" if path.endswith(".js") else kind, headers=headers)


@lru_cache(maxsize=512)
def compressed(path: str, encoding: str) -> bytes:
    """A file of Streamlit's, encoded as `br`, `gzip` or (empty) not at all."""
    # One at a time: a hundred files are asked for at once, and every thread would keep its own working memory.
    with _at_work:
        raw = _files()[path].read_bytes()
        if encoding == "br":
            return brotli.compress(raw, quality=_BROTLI_QUALITY)
        return gzip.compress(raw, 6) if encoding == "gzip" else raw


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    root = static_folder()
    found = (path for path in (root / "static").rglob("*") if path.is_file())
    return {f"/{path.relative_to(root).as_posix()}": path for path in found}

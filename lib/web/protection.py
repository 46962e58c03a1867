"""Security headers on every answer, and the page Streamlit starts from, in the reader's language."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.web import cookies
from lib.words import _, use_locale

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HTML_LANG = {"zh_CN": "zh-CN", "en": "en"}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Addresses name customers: they stay within the application.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Protection:
    """Adds the headers, and exchanges Streamlit's English start page for ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and dress its answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        exchange = _Exchange(scope, send)
        await self._app(scope, receive, exchange.send)


class _Exchange:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._page: bytes | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._dress(message)
        elif message["type"] == "http.response.body" and self._page is not None:
            if message.get("more_body"):
                return
            body = b"" if self._scope["method"] == "HEAD" else self._page
            message = {"type": "http.response.body", "body": body}
        elif message["type"] == "http.response.pathsend" and self._page is not None:
            message = {"type": "http.response.body", "body": self._page}
        await self._send(message)

    def _dress(self, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        for name, value in _HEADERS.items():
            headers[name] = value
        if cookies.is_secure(self._scope):
            headers["strict-transport-security"] = "max-age=31536000"
        headers["content-security-policy"] = policy(Headers(scope=self._scope).get("host", ""))
        if headers.get("content-type", "").startswith("text/html"):
            headers["cache-control"] = "no-store"
            if message["status"] == 200 and "x-own-page" not in headers:
                self._page = start_page(cookies.locale(self._scope))
                headers["content-length"] = str(len(self._page))
                headers["link"] = f"<{plotly_chunk()}>; rel=modulepreload"
                for stale in ("content-encoding", "etag", "last-modified", "accept-ranges"):
                    if stale in headers:
                        del headers[stale]
        if "x-own-page" in headers:
            del headers["x-own-page"]
        message["headers"] = headers.raw


def policy(host: str) -> str:
    """The content security policy: only this host; scripts from files, and the inline one known by hash.

    Styles may be inline because Streamlit's interface writes its own.
    """
    safe_host = host if re.fullmatch(r"[A-Za-z0-9.\-:\[\]]+", host) else ""
    sockets = f" ws://{safe_host} wss://{safe_host}" if safe_host else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {_inline_hash()}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@lru_cache(maxsize=2)
def start_page(locale: str) -> bytes:
    """Streamlit's index.html with the reader's language, our name, icon and scripts, and for Chinese its words."""
    with use_locale(locale):
        title, noscript = _("客户关系管理"), _("本应用需要浏览器启用 JavaScript。")
    text = (static_folder() / "index.html").read_text("utf-8")
    text = text.replace('<html lang="en">', f'<html lang="{_HTML_LANG[locale]}" translate="no">')
    text = text.replace("<title>Streamlit</title>", f"<title>{title}</title>")
    text = text.replace('href="./favicon.png"', 'href="/assets/icon.png"')
    text = re.sub(r'\s*<link rel="service-desc"[^>]*>', "", text)
    text = re.sub(r"<noscript>.*?</noscript>", f"<noscript><p>{noscript}</p></noscript>", text, flags=re.DOTALL)
    # A deep link's own folder must not become the base of relative addresses.
    text = text.replace('="./static/', '="/static/')
    scripts = ["history.js", "today.js", *(["zh_CN.js"] if locale == "zh_CN" else [])]
    tags = "".join(f'<script src="/assets/{name}" defer></script>' for name in scripts)
    return text.replace("</head>", f"{tags}</head>").encode()


@lru_cache(maxsize=1)
def static_folder() -> Path:
    """Streamlit's own browser files."""
    spec = find_spec("streamlit")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "static"


@lru_cache(maxsize=1)
def plotly_chunk() -> str:
    """The address of the chart library, asked for early because it is the largest file of all."""
    found = next((static_folder() / "static" / "js").glob("PlotlyChart.*.js"))
    return f"/static/js/{found.name}"


@lru_cache(maxsize=1)
def _inline_hash() -> str:
    scripts = _INLINE_SCRIPT.findall((static_folder() / "index.html").read_text("utf-8"))
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    return " ".join(f"'sha256-{value}'" for value in hashes)

"""Addresses within this application: what may follow a sign-in, and a request's own, less some parameters."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.types import Scope

HOME = "/"


def safe_next(text: str) -> str:
    """`text` if it is a path of this application, else its beginning: never another host, never a scheme."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text:
        return HOME
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in text):
        return HOME
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path.startswith(("//", "/sign-")):
        return HOME
    return text


def parameter(scope: Scope, name: str) -> str:
    """A query parameter of the request, or an empty text."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(name, "")


def without(scope: Scope, *names: str) -> str:
    """The request's own path and query without some parameters."""
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    query = urlencode([pair for pair in pairs if pair[0] not in names])
    path = quote("/" + scope["path"].lstrip("/"))
    return f"{path}?{query}" if query else path

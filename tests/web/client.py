"""A client without a network: one request straight into an ASGI application."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass
class Answer:
    """What came back; several headers of one name stay several."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name, or an empty text."""
        return next((value for key, value in self.headers if key == name), "")

    def cookie(self, name: str) -> str:
        """The whole Set-Cookie line of a cookie, or an empty text."""
        return next((v for k, v in self.headers if k == "set-cookie" and v.startswith(f"{name}=")), "")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass
class Client:
    """A browser of a kind: keeps cookies, sends the headers it is told."""

    app: Any
    cookies: dict[str, str] = field(default_factory=dict)
    scheme: str = "http"
    address: str = "10.0.0.1"

    def get(self, target: str, **headers: str) -> Answer:
        """GET as a browser asks for a page."""
        return self.request("GET", target, headers={"accept": "text/html"} | headers)

    def post(self, target: str, form: dict[str, str], **headers: str) -> Answer:
        """POST a form."""
        sent = {"content-type": "application/x-www-form-urlencoded", "host": "crm.test"} | headers
        return self.request("POST", target, headers=sent, body=urlencode(form).encode())

    def request(self, method: str, target: str, *, headers: dict[str, str], body: bytes = b"") -> Answer:
        """One request; cookies that come back are kept."""
        scope = self._scope("http", target, headers | {"content-length": str(len(body))}) | {"method": method}
        answer = asyncio.run(_http(self.app, scope, body))
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return answer

    def websocket(self, target: str, **headers: str) -> str:
        """The server's answer to a handshake: `accept` or `close`."""
        return asyncio.run(_websocket(self.app, self._scope("websocket", target, headers)))

    def _scope(self, kind: str, target: str, headers: dict[str, str]) -> dict[str, Any]:
        path, _, query = target.partition("?")
        sent = {"host": "crm.test"} | headers
        if self.cookies:
            sent["cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "client": (self.address, 5000),
            "server": ("crm.test", 80),
            "subprotocols": [],
        }


async def _http(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    sent: list[dict[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.sleep(3600)
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


async def _websocket(app: Any, scope: dict[str, Any]) -> str:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return str(sent[0]["type"]).removeprefix("websocket.")

"""The door in front of a stand-in for Streamlit that tells what reached it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from lib.web.front import middleware, routes
from tests.cast import SmallBank
from tests.web.client import Client


async def _page(request: Request) -> Response:
    if "page" in request.path_params["rest"]:
        return HTMLResponse("<html lang='en'>Streamlit's own</html>", headers={"content-encoding": "gzip", "etag": "x"})
    return JSONResponse({name: value for name, value in request.headers.items() if name.startswith("x")})


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()


@pytest.fixture
def front(sqlite_bank: SmallBank) -> Starlette:
    """The door over the small bank, in demonstration mode."""
    behind = [WebSocketRoute("/_stcore/stream", _stream), Route("/{rest:path}", _page)]
    return Starlette(routes=[*routes(), *behind], middleware=middleware())


@pytest.fixture
def client(front: Any) -> Client:
    """Somebody who is not signed in."""
    return Client(front)


@pytest.fixture
def zhang(front: Any) -> Client:
    """rm.zhang, signed in."""
    client = Client(front)
    assert client.get("/x?demo_user=rm.zhang").status == 303
    return client

"""The front door as a whole: its middleware, outermost first, and its routes."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from lib.export import appraisal, calendar_year, customers, kpis, outbox, pack, register, rulebook, visits, what_if
from lib.web import attachments, exports
from lib.web.compression import CompressedStatic
from lib.web.gate import Gate
from lib.web.identity import IdentityProvider
from lib.web.protection import Protection
from lib.web.signin import SignIn

exports.offer("kpi-table", exports.Exporter(kpis.PAGE, kpis.make))
exports.offer("complaint-register", exports.Exporter(register.PAGE, register.make))
exports.offer("customers", exports.Exporter(customers.PAGE, customers.make))
exports.offer("outbox", exports.Exporter(outbox.PAGE, outbox.make))
exports.offer("calendar-year", exports.Exporter(calendar_year.PAGE, calendar_year.make))
exports.offer("rulebook", exports.Exporter(rulebook.PAGE, rulebook.make))
exports.offer("appraisal", exports.Exporter(appraisal.PAGE, appraisal.make))
exports.offer("visits", exports.Exporter(visits.PAGE, visits.make))
exports.offer("review-pack", exports.Exporter(pack.PAGE, pack.make))
exports.offer("what-if", exports.Exporter(what_if.PAGE, what_if.make))

_ASSETS = {path.name: path for path in (Path(__file__).parent / "assets").iterdir()}


def middleware() -> list[Middleware]:
    """Headers on every answer, then the gate, then what is behind it."""
    return [Middleware(Protection), Middleware(Gate), Middleware(CompressedStatic)]


def routes(provider: IdentityProvider | None = None) -> list[BaseRoute]:
    """The routes beside Streamlit's own; the gate says which answer without a session."""
    return [
        *SignIn(provider).routes(),
        Route("/health", health, methods=["GET"]),
        Route("/assets/{name}", asset, methods=["GET"]),
        Route("/attachment/{id:int}", attachments.attachment, methods=["GET"]),
        Route("/export/{name}", exports.export, methods=["GET"]),
    ]


async def health(_request: Request) -> Response:
    """That the process answers; nothing about what is inside."""
    return PlainTextResponse("ok", headers={"cache-control": "no-store"})


async def asset(request: Request) -> Response:
    """The door's own few files."""
    path = _ASSETS.get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("no such file", 404)
    return FileResponse(path, headers={"cache-control": "public, max-age=3600"})

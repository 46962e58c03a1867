"""Files that leave the bank: made whole, named uniquely, written into the access ledger, sent once."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from lib.settings import BANK_ZONE, now
from lib.store import mask
from lib.store.audit import note_access
from lib.store.rights import rights
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.web import cookies
from lib.words import _, use_locale
from lib.work.identity import names_somebody

_IN_MEMORY = 4 * 1024 * 1024
_CHUNK = 256 * 1024

# What an exporter gives: file name, media type, content.
Made = tuple[str, str, Iterator[bytes]]


@dataclass(frozen=True)
class Exporter:
    """A way to make a file: the page whose right it needs, and the function from scope and query to it."""

    page: str
    make: Callable[[Scope, Mapping[str, str]], Made]


_exporters: dict[str, Exporter] = {}


def offer(name: str, exporter: Exporter) -> None:
    """Make an export reachable as /export/<name>; a name is given once."""
    if _exporters.setdefault(name, exporter) != exporter:
        raise ValueError(f"the export {name!r} exists already")


async def export(request: Request) -> Response:
    """GET /export/<name>: 404 for an unknown name, 403 without the page's right, 400 for a bad question."""
    person = request.scope["state"]["person"]
    exporter = _exporters.get(request.path_params["name"])
    if exporter is None:
        return PlainTextResponse("no such export", 404)
    if not rights(person.role, exporter.page).see:
        return PlainTextResponse("your post does not have this page", 403)
    query = dict(request.query_params)
    try:
        name, kind, file = await to_thread.run_sync(
            _make, exporter, person.scope, request.path_params["name"], query, cookies.locale(request.scope)
        )
    except Refused as refused:
        return PlainTextResponse(str(refused), 403)
    except ValueError as wrong:
        return PlainTextResponse(str(wrong), 400)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return StreamingResponse(_chunks(file), media_type=kind, headers=headers)


def _make(
    exporter: Exporter, scope: Scope, name: str, query: Mapping[str, str], locale: str
) -> tuple[str, str, IO[bytes]]:
    """Make the whole file before the first byte leaves: a failure is an answer, not a file cut short."""
    with use_locale(locale):
        file_name, kind, content = exporter.make(scope, query)
        file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed when the last chunk is sent
        for chunk in content:
            file.write(chunk)
        file.seek(0)
        told = ", ".join(f"{key}={_told(value)}" for key, value in sorted(query.items()))
        with open_session(scope, exporter.page, write=True) as session:
            note_access(
                session,
                scope,
                exporter.page,
                0,
                "export",
                _("导出 {name}：{query}").format(name=name, query=told),
            )
    return _unique(file_name), kind, file


def _told(value: str) -> str:
    """A value as the ledger keeps it: a phone or identity number somebody wrote into the address is masked."""
    return mask.identity(value) if names_somebody(value) else value


def _unique(file_name: str) -> str:
    stem, dot, ending = file_name.rpartition(".")
    moment = now().astimezone(BANK_ZONE)
    return f"{stem or ending}-{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}{dot}{ending if stem else ''}"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk

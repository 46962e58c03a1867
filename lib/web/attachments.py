"""Files on their way out: for whom their case or customer is in reach, ledgered, saved and never shown in place."""

from __future__ import annotations

import logging
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lib.store.scope import Scope
from lib.store.sealedfile import Exchanged
from lib.store.session import open_session
from lib.web import cookies
from lib.words import _, use_locale
from lib.work.attachments import content_of

PAGE = "complaints"
_log = logging.getLogger(__name__)
_LARGEST_ID = 2**63 - 1


async def attachment(request: Request) -> Response:
    """GET /attachment/<id>: the file; 404 out of reach, as for one that never was; a sentence for a damaged one."""
    person = request.scope["state"]["person"]
    try:
        found = await to_thread.run_sync(_read, person.scope, request.path_params["id"])
    except Exchanged as damaged:
        _log.error("%s", damaged)
        with use_locale(cookies.locale(request.scope)):
            said = _("这个附件的内容已损坏或被调换，没有交出。请联系系统管理员。")
        return PlainTextResponse(said, 500, headers={"cache-control": "no-store"})
    if found is None:
        return PlainTextResponse("no such attachment", 404, headers={"cache-control": "no-store"})
    name, media_type, content = found
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


def _read(scope: Scope, attachment_id: int) -> tuple[str, str, bytes] | None:
    if attachment_id > _LARGEST_ID:
        return None
    with open_session(scope, PAGE, write=True) as session:
        found = content_of(session, attachment_id)
        return None if found is None else (found[0].name, found[0].media_type, found[1])

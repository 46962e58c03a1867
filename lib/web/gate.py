"""The gate before every request and websocket: without a running session only the door itself answers."""

from __future__ import annotations

import time
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.store import sessions
from lib.store.sessions import SignedIn
from lib.web import addresses, cookies
from lib.words import LOCALES, _, use_locale

OPEN_PATHS = ("/sign-in", "/sign-out", "/health")
OPEN_FOLDER = "/assets/"
STATIC_FOLDER = "/static/"
# A page brings a hundred static files at once: for these alone, one look at the store serves a moment.
_STATIC_SECONDS = 5.0
_OWN_HEADERS = (b"x-crm-", b"x_crm_")


class Gate:
    """Lets in who has a session, tells the script who that is, and sends everybody else to sign in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lately: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on one connection."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        scope["headers"] = [h for h in scope["headers"] if not h[0].lower().startswith(_OWN_HEADERS)]
        answer = await self._detour(scope) if scope["type"] == "http" else None
        if answer is None and not _is_open(scope):
            answer = await self._check(scope)
        if answer is None:
            return await self._app(scope, receive, send)
        if scope["type"] == "http":
            return await answer(scope, receive, send)
        await receive()
        await send({"type": "websocket.close", "code": 1008})

    async def _detour(self, scope: Scope) -> Response | None:
        """Parameters any page takes: the language, and in demonstration mode the person."""
        if scope["method"] not in ("GET", "HEAD") or _is_open(scope):
            return None
        if (code := addresses.parameter(scope, "lang")) in LOCALES:
            answer = _see_other(addresses.without(scope, "lang"))
            answer.headers.append("set-cookie", cookies.set_locale(code, secure=cookies.is_secure(scope)))
            return answer
        if login := addresses.parameter(scope, "demo_user"):
            return await to_thread.run_sync(_demonstrate, scope, login)
        return None

    async def _check(self, scope: Scope) -> Response | None:
        token = cookies.session_token(scope)
        static = scope["path"].startswith(STATIC_FOLDER)
        if static and self._lately.get(token, 0) > time.monotonic():
            return None
        person = await to_thread.run_sync(sessions.find, token) if token else None
        if person is None:
            return _turn_away(scope)
        self._remember(token)
        _introduce(scope, person)
        return None

    def _remember(self, token: str) -> None:
        moment = time.monotonic()
        if len(self._lately) > 10_000:
            self._lately = {known: until for known, until in self._lately.items() if until > moment}
        self._lately[token] = moment + _STATIC_SECONDS


def _is_open(scope: Scope) -> bool:
    path = scope["path"]
    return scope["type"] == "http" and (path in OPEN_PATHS or path.startswith(OPEN_FOLDER))


def _introduce(scope: Scope, person: SignedIn) -> None:
    scope["headers"] += [
        (b"x-crm-user", person.login.encode("latin-1", "ignore")),
        (b"x-crm-session", str(person.session_id).encode()),
        (b"x-crm-locale", cookies.locale(scope).encode()),
    ]
    scope.setdefault("state", {})["person"] = person


def _turn_away(scope: Scope) -> Response:
    """A person is led to the sign-in page and back; anything else hears 401."""
    wants_page = scope["type"] == "http" and scope["method"] == "GET" and b"text/html" in _accept(scope)
    if not wants_page:
        return PlainTextResponse("sign in first", 401, headers={"cache-control": "no-store"})
    return _see_other("/sign-in?next=" + quote(addresses.without(scope), safe=""))


def _accept(scope: Scope) -> bytes:
    return next((value for name, value in scope["headers"] if name == b"accept"), b"")


def _demonstrate(scope: Scope, login: str) -> Response:
    begun = sessions.begin(login, "demonstration")
    if begun is None:
        with use_locale(cookies.locale(scope)):
            return PlainTextResponse(_("这里不能用演示身份登录，或者没有这个人。"), 403)
    answer = _see_other(addresses.safe_next(addresses.without(scope, "demo_user")))
    answer.headers.append("set-cookie", cookies.set_session(begun.token, secure=cookies.is_secure(scope)))
    return answer


def _see_other(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})

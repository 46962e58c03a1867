"""Signing in and out: local accounts, the demonstration cast, the company's sign-on."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lib.store import credentials, people, sessions
from lib.web import addresses, cookies
from lib.web.door import Door, html
from lib.web.identity import IdentityProvider
from lib.web.throttle import Throttle
from lib.words import LOCALES, _, use_locale

_MOST_BYTES = 8_192


class SignIn:
    """The routes of the door; with a `provider` the company's sign-on stands beside local accounts."""

    def __init__(self, provider: IdentityProvider | None = None, throttle: Throttle | None = None) -> None:
        self._provider = provider
        self._throttle = throttle or Throttle()

    def routes(self) -> list[Route]:
        """What to mount; the company's sign-on only where there is one."""
        made = [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.enter, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["GET"]),
        ]
        if self._provider is not None:
            made.append(Route("/sign-in/company", self.depart, methods=["GET"]))
            made.append(Route("/sign-in/company/return", self.arrive, methods=["GET"]))
        return made

    async def show(self, request: Request) -> Response:
        """The sign-in page; who has a running session goes on at once."""
        then = addresses.safe_next(request.query_params.get("next", "/"))
        if (code := request.query_params.get("lang")) in LOCALES:
            answer = RedirectResponse(addresses.without(request.scope, "lang"), 303)
            answer.headers.append("set-cookie", cookies.set_locale(code, secure=_secure(request)))
            return answer
        if await to_thread.run_sync(sessions.find, cookies.session_token(request.scope)):
            return RedirectResponse(then, 303)
        return await self._page(request, then)

    async def enter(self, request: Request) -> Response:
        """A password: checked for origin, seal and tries before the account is looked at."""
        if not _same_origin(request) or int(request.headers.get("content-length") or 0) > _MOST_BYTES:
            return PlainTextResponse("refused", 403)
        form = await request.form(max_fields=8, max_files=0)
        then = addresses.safe_next(str(form.get("next", "/")))
        login = str(form.get("login", "")).strip()[:60]
        if not _seal_holds(request, str(form.get("seal", ""))):
            return await self._page(request, then, "seal", login, 403)
        if not self._throttle.allows(request.client.host if request.client else ""):
            return await self._page(request, then, "throttle", login, 429)
        password = str(form.get("password", ""))[:200]
        if not await to_thread.run_sync(credentials.password_is_right, login, password):
            return await self._page(request, then, "wrong", login, 401)
        return await _begin(request, login, "password", then)

    async def leave(self, request: Request) -> Response:
        """End the session; a link on a foreign site cannot."""
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return PlainTextResponse("refused", 403)
        person = await to_thread.run_sync(sessions.find, cookies.session_token(request.scope))
        if person is not None:
            await to_thread.run_sync(sessions.end, person.session_id)
        answer = RedirectResponse("/sign-in", 303, headers={"cache-control": "no-store"})
        answer.headers.append("set-cookie", cookies.drop_session(secure=_secure(request)))
        return answer

    async def depart(self, request: Request) -> Response:
        """Go to the company's sign-on."""
        assert self._provider is not None
        return await self._provider.begin(request, addresses.safe_next(request.query_params.get("next", "/")))

    async def arrive(self, request: Request) -> Response:
        """Come back from it."""
        assert self._provider is not None
        vouched = await self._provider.finish(request)
        if vouched is None:
            return await self._page(request, "/", "company", status=401)
        return await _begin(request, vouched[0], "single_sign_on", addresses.safe_next(vouched[1]))

    async def _page(
        self, request: Request, then: str, problem: str = "", login: str = "", status: int = 200
    ) -> Response:
        nonce = secrets.token_urlsafe(16)
        company = self._provider.title if self._provider else ""
        text = await to_thread.run_sync(
            _written, cookies.locale(request.scope), then, cookies.sign("form", nonce), company, problem, login
        )
        answer = HTMLResponse(text, status, headers={"cache-control": "no-store", "x-own-page": "1"})
        answer.headers.append("set-cookie", cookies.set_form(nonce, secure=_secure(request)))
        return answer


def _written(locale: str, then: str, seal: str, company: str, problem: str, login: str) -> str:
    with use_locale(locale):
        members = people.cast() if sessions.may_demonstrate() else []
        told = _problems()[problem] if problem else ""
        return html(Door(people.bank_name(), then, seal, members, company, told, login))


def _problems() -> dict[str, str]:
    return {
        "wrong": _("账号或密码不对，或账号暂时锁定。"),
        "throttle": _("尝试太频繁，请一分钟后再试。"),
        "seal": _("页面已过期，请再登录一次。"),
        "company": _("统一认证没有确认你的身份，请重试。"),
    }


async def _begin(request: Request, login: str, how: str, then: str) -> Response:
    begun = await to_thread.run_sync(sessions.begin, login, how)
    if begun is None:
        return PlainTextResponse("this person does not work here", 403)
    answer = RedirectResponse(then, 303, headers={"cache-control": "no-store"})
    answer.headers.append("set-cookie", cookies.set_session(begun.token, secure=_secure(request)))
    return answer


def _same_origin(request: Request) -> bool:
    """A browser says where a form came from; a form from elsewhere is refused."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _seal_holds(request: Request, seal: str) -> bool:
    nonce = cookies.read(request.scope, cookies.FORM)
    return bool(nonce) and hmac.compare_digest(cookies.sign("form", nonce), seal)


def _secure(request: Request) -> bool:
    return cookies.is_secure(request.scope)

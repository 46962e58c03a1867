"""The cookies of the front door: the signed session token, the language, the form's seal."""

from __future__ import annotations

import hashlib
import hmac
from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.types import Scope

from lib.settings import settings
from lib.store.crypto import derived_key
from lib.words import LOCALES

SESSION = "crm_session"
LOCALE = "crm_locale"
FORM = "crm_form"
_YEAR_SECONDS = 365 * 24 * 3600


def read(scope: Scope, name: str) -> str:
    """A cookie of the request, or an empty text; the first of several counts."""
    for line in Headers(scope=scope).getlist("cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
    return ""


def session_token(scope: Scope) -> str:
    """The session token of the request if its signature is ours; empty otherwise."""
    token, _, signature = read(scope, SESSION).rpartition(".")
    return token if token and hmac.compare_digest(sign("session", token), signature) else ""


def locale(scope: Scope) -> str:
    """The language of the request: its cookie, else the bank's."""
    chosen = read(scope, LOCALE)
    return chosen if chosen in LOCALES else settings().locale


def set_session(token: str, *, secure: bool) -> str:
    """The header that carries a session until the browser closes; how long it counts, the store says."""
    return _written(SESSION, f"{token}.{sign('session', token)}", "Lax", secure)


def drop_session(*, secure: bool) -> str:
    """The header that takes the session cookie away."""
    return _written(SESSION, "", "Lax", secure, age=0)


def set_locale(code: str, *, secure: bool) -> str:
    """The header that remembers a language for a year."""
    return _written(LOCALE, code, "Lax", secure, age=_YEAR_SECONDS)


def set_form(value: str, *, secure: bool) -> str:
    """The header that seals the sign-in form to this browser."""
    return _written(FORM, value, "Strict", secure)


def sign(purpose: str, text: str) -> str:
    """A signature under the bank's key, for one purpose."""
    return hmac.new(derived_key(f"cookie.{purpose}"), text.encode(), hashlib.sha256).hexdigest()


def is_secure(scope: Scope) -> bool:
    """Whether the browser came by https (or wss)."""
    return scope.get("scheme") in ("https", "wss")


def _written(name: str, value: str, same_site: str, secure: bool, age: int | None = None) -> str:
    jar: SimpleCookie = SimpleCookie()
    jar[name] = value
    jar[name]["path"] = "/"
    jar[name]["httponly"] = True
    jar[name]["samesite"] = same_site
    jar[name]["secure"] = secure
    if age is not None:
        jar[name]["max-age"] = age
    return jar[name].OutputString()

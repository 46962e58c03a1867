"""The seam for the bank's single sign-on: what a provider must do so that the door can use it."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response


class IdentityProvider(Protocol):
    """A company sign-on. The door begins a session for the login that `finish` vouches for, and no other way."""

    title: str

    async def begin(self, request: Request, then: str) -> Response:
        """Send the browser to the company's sign-on; `then` is the checked address to return to."""
        ...

    async def finish(self, request: Request) -> tuple[str, str] | None:
        """The login vouched for and the address to return to, or None if the answer is not trustworthy."""
        ...

"""Sign-ins as rows: begun, found by the hash of their token, re-checked, ended; idle and absolute expiry."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from lib.settings import now, settings
from lib.store.book import signin_limits
from lib.store.engine import engine, write_engine
from lib.store.ids import new_id
from lib.store.models import Bank, Staff, UserSession
from lib.store.scope import Scope, scope_of

WAYS = ("demonstration", "password", "single_sign_on")
# Writing "seen" on every click would make reading pages queue behind one another on SQLite.
_SEEN_STEP = timedelta(seconds=60)


@dataclass(frozen=True)
class SignedIn:
    """A person with a running session."""

    session_id: int
    staff_id: int
    login: str
    name: str
    role: str
    branch_id: int | None
    how: str
    since: datetime

    @property
    def scope(self) -> Scope:
        """How far this person reaches."""
        return scope_of(self.staff_id, self.login, self.name, self.role, self.branch_id)


@dataclass(frozen=True)
class Begun:
    """A session just begun; `token` is what the cookie carries and is stored nowhere."""

    session_id: int
    token: str
    login: str


def begin(login: str, how: str) -> Begun | None:
    """Begin a session for an active member of staff; None for anybody else."""
    if how not in WAYS:
        raise ValueError(f"unknown way to sign in {how!r}")
    token, session_id, start = secrets.token_urlsafe(32), new_id(), now()
    with write_engine().begin() as link:
        staff_id = link.scalar(select(Staff.id).where(Staff.login == login, Staff.active))
        if staff_id is None or (how == "demonstration" and not _may_demonstrate(link)):
            return None
        link.execute(
            insert(UserSession).values(
                id=session_id,
                token_hash=_hash(token),
                staff_id=staff_id,
                how=how,
                created_at=start,
                last_seen_at=start,
                expires_at=start + timedelta(hours=signin_limits().absolute_hours),
            )
        )
    return Begun(session_id, token, login)


def find(token: str) -> SignedIn | None:
    """The running session a cookie's token names."""
    return _running(UserSession.token_hash == _hash(token)) if token else None


def recheck(session_id: int) -> SignedIn | None:
    """The session of this id if it still runs."""
    return _running(UserSession.id == session_id)


def end(session_id: int) -> None:
    """End one session now."""
    _end(UserSession.id == session_id)


def end_all(staff_id: int) -> None:
    """End every session of a person, as when a right or a password changed."""
    _end(UserSession.staff_id == staff_id)


def running(staff_id: int) -> list[SignedIn]:
    """A person's sessions that still run, newest first."""
    with engine().connect() as link:
        rows = link.execute(_query().where(UserSession.staff_id == staff_id, *_still()).order_by(UserSession.id.desc()))
        return [_person(row) for row in rows]


def may_demonstrate() -> bool:
    """Whether people may sign in by choosing who they are: demonstration mode on a demonstration bank."""
    with engine().connect() as link:
        return _may_demonstrate(link)


def _running(named: ColumnElement[bool]) -> SignedIn | None:
    with engine().connect() as link:
        row = link.execute(_query().where(named, *_still())).one_or_none()
    if row is None or (row.how == "demonstration" and not (settings().demo and row.is_demo)):
        return None
    if row.last_seen_at < now() - _SEEN_STEP:
        with write_engine().begin() as link:
            link.execute(update(UserSession).where(UserSession.id == row.id).values(last_seen_at=now()))
    return _person(row)


def _still() -> list[Any]:
    idle_since = now() - timedelta(minutes=signin_limits().idle_minutes)
    return [
        UserSession.ended_at.is_(None),
        UserSession.expires_at > now(),
        UserSession.last_seen_at > idle_since,
        Staff.active,
        or_(Staff.left_on.is_(None), Staff.left_on > now().date()),
    ]


def _query() -> Any:
    session, staff = UserSession, Staff
    columns = (
        session.id, session.staff_id, session.how, session.created_at, session.last_seen_at,
        staff.login, staff.name.label("staff_name"), staff.role, staff.branch_id,
        select(Bank.is_demo).where(Bank.id == 1).scalar_subquery().label("is_demo"),
    )  # fmt: skip
    return select(*columns).join(staff, staff.id == session.staff_id)


def _person(row: Any) -> SignedIn:
    return SignedIn(row.id, row.staff_id, row.login, row.staff_name, row.role, row.branch_id, row.how, row.created_at)


def _end(which: ColumnElement[bool]) -> None:
    with write_engine().begin() as link:
        link.execute(update(UserSession).where(which, UserSession.ended_at.is_(None)).values(ended_at=now()))


def _may_demonstrate(link: Connection) -> bool:
    return settings().demo and bool(link.scalar(select(Bank.is_demo).where(Bank.id == 1)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

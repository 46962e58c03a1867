"""Local accounts: argon2 hashes, failures counted, locked after too many; the same work for unknown names."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from lib.settings import now
from lib.store import sessions
from lib.store.book import signin_limits
from lib.store.engine import engine, write_engine
from lib.store.models import Staff, StaffCredential
from lib.words import _

MIN_LENGTH = 12
# No member of staff: counting for this id is the same transaction and changes nothing.
_NOBODY = -1
# OWASP's smaller recommendation (19 MiB, two passes): several people may sign in at once on a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class WeakPassword(ValueError):
    """The password is refused; the message is a sentence for a person."""


def check_strength(password: str) -> None:
    """Raise WeakPassword for a password that is too short."""
    if len(password) < MIN_LENGTH:
        raise WeakPassword(_("密码至少 {n} 个字符。").format(n=MIN_LENGTH))


def set_password(login: str, password: str) -> None:
    """Give a member of staff a password; ends the sessions they have. LookupError for an unknown login."""
    check_strength(password)
    hashed = _hasher.hash(password)
    with write_engine().begin() as link:
        staff_id = link.scalar(select(Staff.id).where(Staff.login == login))
        if staff_id is None:
            raise LookupError(login)
        version = link.scalar(select(StaffCredential.version).where(StaffCredential.staff_id == staff_id)) or 0
        link.execute(delete(StaffCredential).where(StaffCredential.staff_id == staff_id))
        link.execute(
            insert(StaffCredential).values(
                staff_id=staff_id, password_hash=hashed, failures=0, changed_at=now(), version=version + 1
            )
        )
    sessions.end_all(staff_id)


def password_is_right(login: str, password: str) -> bool:
    """Whether this login may enter with this password now.

    False alike for an unknown login, a wrong password and a locked account, after the same work: neither the
    answer nor its time tells which. Failures are counted; `signin.limits` says how many lock for how long.
    """
    with engine().connect() as link:
        row = link.execute(
            select(StaffCredential.staff_id, StaffCredential.password_hash, StaffCredential.locked_until)
            .join(Staff, Staff.id == StaffCredential.staff_id)
            .where(Staff.login == login, Staff.active)
        ).one_or_none()
    right = _matches(row.password_hash if row else _nobody(), password)
    shut = row is None or (row.locked_until is not None and row.locked_until > now())
    _count(_NOBODY if shut or row is None else row.staff_id, right and not shut)
    return right and not shut


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("the hash that unknown names are compared with")


def _count(staff_id: int, right: bool) -> None:
    """One statement counts, so that parallel guesses cannot share a count; a lock begins a new count."""
    mine = StaffCredential.staff_id == staff_id
    with write_engine().begin() as link:
        if right:
            link.execute(update(StaffCredential).where(mine).values(failures=0, locked_until=None))
            return
        limits = signin_limits()
        link.execute(update(StaffCredential).where(mine).values(failures=StaffCredential.failures + 1))
        link.execute(
            update(StaffCredential)
            .where(mine, StaffCredential.failures >= limits.failures)
            .values(failures=0, locked_until=now() + timedelta(minutes=limits.lock_minutes))
        )

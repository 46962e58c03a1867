"""Local accounts: right, wrong, locked; the same work whoever is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lib.settings import now
from lib.store import credentials, sessions
from lib.store.bulk import bulk
from lib.store.credentials import WeakPassword, password_is_right, set_password
from lib.store.models import StaffCredential
from tests.cast import LI, SmallBank

PASSWORD = "correct horse battery"


def stored() -> StaffCredential:
    with bulk("look", write=False) as session:
        return session.scalars(select(StaffCredential).where(StaffCredential.staff_id == LI)).one()


def test_a_password_is_kept_as_an_argon2_hash(bank: SmallBank) -> None:
    set_password("rm.li", PASSWORD)
    assert stored().password_hash.startswith("$argon2id$")
    assert password_is_right("rm.li", PASSWORD)
    assert not password_is_right("rm.li", PASSWORD + " ")
    assert not password_is_right("rm.zhang", PASSWORD)


def test_a_new_password_replaces_the_old_and_ends_sessions(bank: SmallBank) -> None:
    set_password("rm.li", PASSWORD)
    made = sessions.begin("rm.li", "password")
    set_password("rm.li", "another horse battery")
    assert not password_is_right("rm.li", PASSWORD)
    assert password_is_right("rm.li", "another horse battery")
    assert made is not None and sessions.find(made.token) is None
    assert stored().version == 2


def test_short_and_unknown_are_refused(sqlite_bank: SmallBank) -> None:
    with pytest.raises(WeakPassword):
        set_password("rm.li", "elevenchars")
    with pytest.raises(LookupError):
        set_password("nobody", PASSWORD)


def test_five_failures_lock_for_a_quarter_of_an_hour(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    set_password("rm.li", PASSWORD)
    for _ in range(4):
        assert not password_is_right("rm.li", "wrong")
    assert password_is_right("rm.li", PASSWORD)  # a success begins a new count
    for _ in range(5):
        assert not password_is_right("rm.li", "wrong")
    assert not password_is_right("rm.li", PASSWORD)
    start = now()
    monkeypatch.setattr(credentials, "now", lambda: start + timedelta(minutes=14))
    assert not password_is_right("rm.li", PASSWORD)
    monkeypatch.setattr(credentials, "now", lambda: start + timedelta(minutes=16))
    assert password_is_right("rm.li", PASSWORD)


def test_unknown_wrong_and_locked_cost_the_same_work(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    set_password("rm.li", PASSWORD)
    for _ in range(5):
        password_is_right("rm.li", "wrong")
    work: list[str] = []
    counted: list[int] = []
    monkeypatch.setattr(credentials, "_count", lambda staff_id, right: counted.append(staff_id))
    monkeypatch.setattr(credentials, "_matches", lambda hashed, password: bool(work.append(hashed)))
    for login in ("rm.li", "nobody", "rm.gao"):
        password_is_right(login, "wrong")
    assert len(counted) == 3
    assert len(work) == 3 and all(hashed.startswith("$argon2id$") for hashed in work)
    parameters = {hashed.rsplit("$", 2)[0] for hashed in work}
    assert len(parameters) == 1

"""Sign-ins as rows: who may begin one, how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lib.settings import now, settings
from lib.store import sessions
from lib.store.bulk import bulk
from lib.store.models import Staff, UserSession
from tests.cast import ZHANG, SmallBank, scope


def begun(login: str = "rm.zhang", how: str = "password") -> sessions.Begun:
    made = sessions.begin(login, how)
    assert made is not None
    return made


def test_the_token_names_the_person_and_is_stored_nowhere(bank: SmallBank) -> None:
    made = begun()
    person = sessions.find(made.token)
    assert person is not None and person == sessions.recheck(made.session_id)
    assert person.scope == scope("rm.zhang")
    with bulk("look", write=False) as session:
        row = session.scalars(select(UserSession).where(UserSession.id == made.session_id)).one()
    assert made.token not in str(vars(row))


@pytest.mark.parametrize("token", ("", "x", "' or 1=1 --"))
def test_another_token_names_nobody(sqlite_bank: SmallBank, token: str) -> None:
    begun()
    assert sessions.find(token) is None


def test_it_ends_when_told(bank: SmallBank) -> None:
    first, second = begun(), begun()
    sessions.end(first.session_id)
    assert sessions.find(first.token) is None and sessions.find(second.token) is not None
    assert [session.session_id for session in sessions.running(ZHANG)] == [second.session_id]
    sessions.end_all(ZHANG)
    assert sessions.find(second.token) is None


@pytest.mark.parametrize(
    ("later", "runs"),
    [(timedelta(minutes=29), True), (timedelta(minutes=31), False), (timedelta(hours=13), False)],
)
def test_it_ends_when_idle(
    sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch, later: timedelta, runs: bool
) -> None:
    made, start = begun(), now()
    monkeypatch.setattr(sessions, "now", lambda: start + later)
    assert (sessions.recheck(made.session_id) is not None) is runs


def test_use_keeps_it_alive_but_not_for_ever(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    made, start = begun(), now()
    for minutes in range(20, 12 * 60, 20):
        monkeypatch.setattr(sessions, "now", lambda m=minutes: start + timedelta(minutes=m))
        assert sessions.recheck(made.session_id) is not None, minutes
    monkeypatch.setattr(sessions, "now", lambda: start + timedelta(hours=12, seconds=1))
    assert sessions.recheck(made.session_id) is None


def test_who_leaves_the_bank_is_out_at_once(bank: SmallBank) -> None:
    made = begun()
    with bulk("leave") as session:
        session.execute(update(Staff).where(Staff.id == ZHANG).values(active=False))
    assert sessions.find(made.token) is None
    assert sessions.begin("rm.zhang", "password") is None


def test_a_new_post_counts_from_the_next_look(sqlite_bank: SmallBank) -> None:
    made = begun()
    with bulk("move") as session:
        session.execute(update(Staff).where(Staff.id == ZHANG).values(role="admin", branch_id=None))
    person = sessions.find(made.token)
    assert person is not None and person.scope.customers == "none"


def test_demonstration_needs_the_mode_and_the_bank(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun(how="demonstration")
    monkeypatch.setenv("CRM_DEMO", "0")
    settings.cache_clear()
    assert sessions.begin("rm.zhang", "demonstration") is None
    assert sessions.find(made.token) is None
    assert begun() is not None


def test_a_real_bank_refuses_demonstration(sqlite_bank: SmallBank) -> None:
    from lib.store.models import Bank

    made = begun(how="demonstration")
    with bulk("become real") as session:
        session.execute(update(Bank).values(is_demo=False))
    assert sessions.find(made.token) is None
    assert sessions.begin("rm.zhang", "demonstration") is None


def test_an_unknown_way_is_a_mistake(sqlite_bank: SmallBank) -> None:
    with pytest.raises(ValueError, match="magic"):
        sessions.begin("rm.zhang", "magic")

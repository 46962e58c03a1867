"""Many writers at once: one wins and the others are told, nobody meets a locked database, chains stay whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lib.store import audit
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import AuditEntry, Contact, Customer
from lib.store.session import Conflict, open_session, save
from tests.cast import MOMENT, OWN, ZHANG, SmallBank, scope


def at_once(people: int, act: Callable[[int], object]) -> list[object]:
    """What `act` gave, or the exception it raised, for so many people starting together."""
    start = Barrier(people)

    def one(place: int) -> object:
        start.wait()
        try:
            return act(place)
        except Exception as error:
            return error

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def edit(place: int) -> str:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        save(session, session.get(Customer, OWN), 1, {"notes": f"第 {place} 位"})
    return f"第 {place} 位"


def log_contact(place: int) -> int:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(Contact(customer_id=OWN, id=new_id(), staff_id=ZHANG, happened_at=MOMENT, channel="phone",
                            purpose="care", outcome="done", note=str(place)))  # fmt: skip
    return place


def test_of_many_who_save_one_record_exactly_one_wins(bank: SmallBank) -> None:
    answers = at_once(8, edit)
    (won,) = [answer for answer in answers if isinstance(answer, str)]
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(lost) == 7
    assert {conflict.theirs["notes"] for conflict in lost} == {won}, "each loser is told what was written"
    with open_session(scope("rm.zhang"), "test") as session:
        row = session.get(Customer, OWN)
        assert (row.notes, row.version) == (won, 2)


def test_a_stale_row_changed_without_save_is_a_conflict_too(bank: SmallBank) -> None:
    """The version in the UPDATE itself stands behind `save`."""
    with open_session(scope("rm.zhang"), "test") as session:
        stale = session.get(Customer, OWN)
    edit(1)
    with pytest.raises(Conflict), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(stale)
        stale.notes = "后写"


def test_two_hundred_writers_all_write(bank: SmallBank) -> None:
    writers = 200 if bank.engine == "sqlite" else 40
    answers = at_once(writers, log_contact)
    assert sorted(answer for answer in answers if isinstance(answer, int)) == list(range(writers)), answers
    with bulk("look", write=False) as session:
        written = select(func.count()).select_from(Contact).where(Contact.customer_id == OWN)
        assert session.scalar(written) == writers + 1


def test_writers_of_one_customer_keep_one_chain(bank: SmallBank) -> None:
    at_once(30, log_contact)
    with bulk("verify", write=False) as session:
        seqs = list(
            session.scalars(select(AuditEntry.seq).where(AuditEntry.customer_id == OWN).order_by(AuditEntry.seq))
        )
        assert seqs == list(range(1, len(seqs) + 1)) and len(seqs) >= 30
        assert list(audit.verify(session)) == []

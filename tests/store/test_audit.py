"""The trail: every edit in it, no secret in it, and no way to change it unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, delete, func, select, update

from lib.store import audit
from lib.store import models as m
from lib.store.base import Base, Confidential
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.models import AuditEntry, AuditHead, AuditSeal, Contact, Customer
from lib.store.outsider import enter_outsider
from lib.store.reveal import locate, reveal
from lib.store.session import open_session, save
from tests.cast import CUSTOMERS, MOMENT, OTHER, OWN, ZHANG, SmallBank, identity_of, phone_of, scope

ENTRY = (AuditEntry.customer_id == OWN) & (AuditEntry.seq == 3)
LAST = (AuditEntry.customer_id == OWN) & (AuditEntry.seq == 13)


def found() -> list[str]:
    with bulk("verify", write=False) as session:
        return list(audit.verify(session))


def entries(customer_id: int) -> list[AuditEntry]:
    with bulk("look", write=False) as session:
        chain = select(AuditEntry).where(AuditEntry.customer_id == customer_id).order_by(AuditEntry.seq)
        return list(session.scalars(chain))


def edit(**changes: Any) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        row = session.get(Customer, OWN)
        save(session, row, row.version, changes)


def test_an_edit_is_in_the_trail_before_and_after(bank: SmallBank) -> None:
    edit(notes="改", preferred_channel="app")
    last = entries(OWN)[-1]
    assert (last.actor, last.actor_id, last.page, last.action) == ("rm.zhang", ZHANG, "portrait", "update")
    assert (last.table, last.row_id) == ("customer", str(OWN))
    assert last.before == {"notes": "喜欢喝茶", "preferred_channel": None}
    assert last.after == {"notes": "改", "preferred_channel": "app"}


def test_a_new_row_is_in_the_trail_under_its_id(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        session.add(Contact(customer_id=OWN, staff_id=ZHANG, happened_at=MOMENT, channel="phone", purpose="care",
                            outcome="done"))  # fmt: skip
    last = entries(OWN)[-1]
    with bulk("look", write=False) as session:
        row = session.scalars(select(Contact).where(Contact.customer_id == OWN, Contact.id != OWN)).one()
    assert (last.action, last.table, last.row_id) == ("insert", "contact", str(row.id))
    assert last.before is None and last.after["happened_at"] == MOMENT.isoformat()


def test_what_was_rolled_back_is_not_in_the_trail(bank: SmallBank) -> None:
    before = len(entries(OWN))
    with pytest.raises(ZeroDivisionError), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        session.get(Customer, OWN).notes = "改"
        session.flush()
        raise ZeroDivisionError
    assert len(entries(OWN)) == before and found() == []


def test_a_job_writes_one_entry_with_its_counts(bank: SmallBank) -> None:
    before = len(entries(0))
    with bulk("refresh 2026Q3") as session:
        session.note("customer", session.rows(update(Customer).values(size_class="x")))
        session.note("contact", session.rows(delete(Contact).where(Contact.customer_id == OWN)))
    last = entries(0)[-1]
    assert len(entries(0)) == before + 1
    assert (last.actor, last.after) == ("refresh 2026Q3", {"customer": len(CUSTOMERS), "contact": 1})


TAMPERING: dict[str, Callable[[BulkSession], Any]] = {
    "what was written": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(after={"notes": "假"})),
    "what stood before": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(before=None)),
    "who": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(actor="rm.li")),
    "who by id": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(actor_id=2)),
    "when": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(at=MOMENT - timedelta(days=9))),
    "where": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(page="elsewhere")),
    "which row": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(row_id="7")),
    "what was done": lambda s: s.execute(update(AuditEntry).where(ENTRY).values(action="insert")),
    "content, passed off as erased": lambda s: s.execute(
        update(AuditEntry).where(ENTRY).values(after={"notes": "假"}, salt=None)
    ),
    "an entry removed": lambda s: s.execute(delete(AuditEntry).where(ENTRY)),
    "the tail cut": lambda s: s.execute(delete(AuditEntry).where(LAST)),
    "a whole chain removed": lambda s: s.execute(delete(AuditEntry).where(AuditEntry.customer_id == OWN)),
    "head and tail cut": lambda s: cut_with_head(s),
    "head and chain removed": lambda s: [
        s.execute(delete(t).where(t.customer_id == OWN)) for t in (AuditEntry, AuditHead)
    ],
    "two entries swapped": lambda s: swap(s),
    "an entry moved to another customer": lambda s: s.execute(
        update(AuditEntry).where(LAST).values(customer_id=OTHER, seq=1)
    ),
    "a head removed": lambda s: s.execute(delete(AuditHead).where(AuditHead.customer_id == OWN)),
    "a chain made anew": lambda s: make_anew(s),
}


def cut_with_head(session: BulkSession) -> None:
    before = session.scalars(select(AuditEntry).where(AuditEntry.customer_id == OWN, AuditEntry.seq == 12)).one()
    session.execute(delete(AuditEntry).where(LAST))
    session.execute(update(AuditHead).where(AuditHead.customer_id == OWN).values(seq=12, chain=before.chain))


def swap(session: BulkSession) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(update(AuditEntry).where(AuditEntry.customer_id == OWN, AuditEntry.seq == old).values(seq=new))


def make_anew(session: BulkSession) -> None:
    """Whoever knows the code can forge a whole chain, but not the seal over it."""
    session.execute(delete(AuditEntry).where(AuditEntry.customer_id == OWN))
    session.execute(delete(AuditHead).where(AuditHead.customer_id == OWN))
    audit.append(session, OWN, ZHANG, "rm.zhang", "x", "update", "customer", str(OWN), None, {"notes": "假"})


@pytest.mark.parametrize("what", list(TAMPERING))
def test_tampering_is_found(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(audit, "SETTLED", 0)
    with bulk("seal") as session:
        audit.seal(session)
    assert found() == []
    with bulk("tamper") as session:
        TAMPERING[what](session)
    assert found() != []


def test_erasing_content_on_demand_keeps_the_chain(bank: SmallBank) -> None:
    with bulk("erase") as session:
        session.execute(update(AuditEntry).where(ENTRY).values(before=None, after=None, salt=None))
    assert found() == []


def test_a_seal_of_another_key_does_not_hold(bank: SmallBank) -> None:
    with bulk("forge") as session:
        session.execute(update(AuditSeal).values(seal="0" * 64))
    (said,) = found()
    assert "seal" in said


def test_a_seal_leaves_out_what_has_not_settled(bank: SmallBank) -> None:
    """An entry whose id is older than the seal's may be committed after it, by a slower writer."""
    early = new_id()
    with bulk("seal") as session:
        audit.seal(session)
    with bulk("late") as session:
        audit.append(session, OTHER, ZHANG, "rm.zhang", "x", "update", "customer", "1", None, {"a": 1})
        session.flush()
        session.execute(update(AuditEntry).where(AuditEntry.customer_id == OTHER).values(id=early))
    assert found() == []


def texts_of(table: type[Base]) -> list[Any]:
    kinds = (String, Confidential)
    return [c for c in table.__table__.c if isinstance(c.type, kinds) or "JSON" in type(c.type).__name__.upper()]


def test_no_secret_is_written_in_clear_anywhere(bank: SmallBank) -> None:
    """After edits, reveals, locating and entering people, no table holds a phone or an identity number as typed."""
    edit(notes="改", occupation="医生", preferences="短信")
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        reveal(session, OWN, "phone", "核对号码")
        reveal(session, OWN, "identity", "核对证件")
        locate(session, phone_of(OTHER))
        locate(session, identity_of(OTHER))
        stranger = enter_outsider(session, "personal", "过客", "13912345678", None)
        session.add(m.Case(
            customer_id=stranger.customer_id, id=new_id(), number="T9", kind="complaint", state="received",
            customer_kind="personal", channel="hotline", business="card", reason="service", received_at=MOMENT,
            first_owner_id=ZHANG,
        ))  # fmt: skip
    secrets = {of(i) for i in CUSTOMERS for of in (phone_of, identity_of)} | {"13912345678"}
    with bulk("look", write=False) as session:
        for mapper in Base.registry.mappers:
            for column in texts_of(mapper.class_):
                for value in session.scalars(select(column)):
                    assert not any(secret in str(value) for secret in secrets), (column, value)
        sealed = session.scalar(select(func.count()).select_from(Customer).where(Customer.phone_sealed.is_not(None)))
        assert sealed == len(CUSTOMERS) + 1


def test_a_changed_secret_leaves_only_its_hash(bank: SmallBank) -> None:
    row = Customer(customer_id=1, phone_hash="abc", phone_sealed="def", name="张三")
    _before, after = audit._difference(row, "insert")
    assert after is not None
    assert after["phone_hash"].startswith("#") and after["phone_sealed"].startswith("#")
    assert "abc" not in after["phone_hash"] and after["name"] == "张三"

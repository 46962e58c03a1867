"""Withdrawing a batch: all of it goes, unless a closed quarter or people's work stands on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.imports import withdraw
from lib.store import models as m
from lib.store.base import Base
from lib.store.bulk import BulkSession, bulk
from lib.store.session import Refused
from tests.cast import filled
from tests.imports.conftest import Small, count, rows

LEFT = {"bank", "rule_entry", "calendar_day", "import_batch", "audit_entry", "audit_head", "node_lease"}


@pytest.fixture
def batch(empty: str, small: Small) -> int:
    landed = small.run().batch_id
    assert landed is not None
    return landed


def test_everything_goes_and_may_come_again(batch: int, small: Small) -> None:
    withdraw(batch, "crm.zhao")
    for mapper in Base.registry.mappers:
        if mapper.class_.__tablename__ not in LEFT:
            assert count(mapper.class_) == 0, mapper.class_
    assert rows(select(m.ImportBatch.state, m.ImportBatch.withdrawn_at.is_not(None))) == [("withdrawn", True)]
    assert small.run().state == "landed" and count(m.Customer) == 2


def test_only_what_landed_can_go(batch: int) -> None:
    withdraw(batch, "crm.zhao")
    for number in (batch, 1):
        with pytest.raises(Refused, match="不能撤回"):
            withdraw(number, "crm.zhao")


def test_what_refresh_derived_goes_too(batch: int) -> None:
    with bulk("test") as session:
        customer, account = first(session)
        session.insert(m.BalanceMonth, [{
            "customer_id": customer, "account_id": account, "month": date(2020, 3, 1), "currency": "CNY",
            "average_fen": 1, "closing_fen": 1, "derived": True,
        }])  # fmt: skip
        session.insert(m.CustomerTag, [tag(customer, by_rule=True)])
        session.add(filled(m.DueItem, customer_id=customer, by_rule=True, state="open"))
        session.add(filled(m.PointEntry, customer_id=customer))
        session.add(filled(m.PointAccount, customer_id=customer))
    withdraw(batch, "crm.zhao")
    assert count(m.Customer) == 0


@pytest.mark.parametrize("what", ["edit", "tag", "event", "plan", "done", "request", "redeemed", "later batch"])
def test_peoples_work_stays(batch: int, small: Small, what: str) -> None:
    if what == "later batch":
        small.write("ledger-2.csv", "no,seq,day,amount,dc,kind\n6222021234567891,9,2020-05-05,1,C,cash\n")
        small.run()
    else:
        with bulk("test") as session:
            work(session, what)
    with pytest.raises(Refused, match="不能撤回"):
        withdraw(batch, "crm.zhao")
    assert count(m.Customer) == 2


@pytest.mark.parametrize(("quarter", "refused"), [("2020Q1", True), ("2022Q1", False)])
def test_a_closed_quarter_keeps_its_rows(batch: int, quarter: str, refused: bool) -> None:
    with bulk("test") as session:
        moment = datetime(2022, 4, 1, tzinfo=UTC)
        session.add(m.QuarterRun(
            quarter=quarter, version=1, state="closed", cutoff="2022-04-01", rules_digest="", data_version=0,
            started_at=moment, closed_at=moment,
        ))  # fmt: skip
    if refused:
        with pytest.raises(Refused, match="2020 年一季度已关账"):
            withdraw(batch, "crm.zhao")
    else:
        withdraw(batch, "crm.zhao")
    assert count(m.Customer) == (2 if refused else 0)


def test_a_branch_in_use_stays(batch: int) -> None:
    with bulk("test") as session:
        branch = session.scalar(select(m.Branch.id).limit(1))
        session.insert(m.Staff, [{"id": 1, "login": "x", "name": "x", "role": "head", "branch_id": branch}])
    with pytest.raises(Refused, match="仍在使用"):
        withdraw(batch, "crm.zhao")
    assert count(m.Customer) == 2


def work(session: BulkSession, what: str) -> None:
    """Something a person did to a customer of the batch."""
    customer, _account = first(session)
    if what == "edit":
        session.execute(update(m.Customer).where(m.Customer.customer_id == customer).values(version=2))
    elif what == "tag":
        session.insert(m.CustomerTag, [tag(customer, by_rule=False)])
    elif what == "request":
        session.add(filled(m.Staff, id=9))
        session.flush()
        session.add(filled(m.ChangeRequest, customer_id=customer, requested_by=9))
    elif what == "redeemed":
        session.add(filled(m.Staff, id=9))
        session.flush()
        session.add(filled(m.PointEntry, customer_id=customer, kind="redeem", staff_id=9))
    elif what in ("plan", "done"):  # by hand; or by rule, and seen to by a person
        session.add(filled(m.DueItem, customer_id=customer, by_rule=what == "done", state="open"))
        session.flush()
        session.execute(update(m.DueItem).values(version=2 if what == "done" else 1))
    else:
        event = {"customer_id": customer, "id": 7, "kind": "home", "happened_on": date(2022, 1, 1)}
        session.insert(m.LifeEvent, [event])


def first(session: BulkSession) -> tuple[int, int]:
    """A customer of the batch and an account of theirs."""
    customer, account = session.execute(select(m.Account.customer_id, m.Account.id).limit(1)).one()
    return customer, account


def tag(customer: int, *, by_rule: bool) -> dict[str, Any]:
    """A tag row."""
    return {"customer_id": customer, "tag": "t", "family": "need", "by_rule": by_rule, "since_day": date(2022, 1, 1)}

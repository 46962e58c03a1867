"""Reasons for leaving: who may record one and for whom, what asks for it, and how the lost are told by reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lib.churn import leaving
from lib.churn.leaving import LeavingForm, is_lost, lost_people, record_reason, to_ask
from lib.churn.steps import StepForm, lost_reasons
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Customer, CustomerQuarter, DueItem
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FORMER, LI, OTHER, OWN, SOUTH, SmallBank, filled, number_of, scope
from tests.churn.rows import QUARTER, listed, quarter_row, run
from tests.churn.test_write import opened, step, talked

BOOK = Rulebook(shipped_rows())
SAID = LeavingForm("price", "别家利率高")


def record(login: str, customer: int, form: LeavingForm = SAID, version: int | None = None) -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        record_reason(session, number_of(customer), stored(customer).version if version is None else version, form)


def stored(customer: int) -> Customer:
    with bulk("look", write=False) as session:
        return session.scalars(select(Customer).where(Customer.customer_id == customer)).one()


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        (LeavingForm("price"), 0),
        (LeavingForm("other", "想简单一些"), 0),
        (LeavingForm("other", "  "), 1),  # other says nothing by itself
        (LeavingForm(""), 1),
        (LeavingForm("closed"), 1),  # says how, not why
        (LeavingForm("dormant"), 1),
        (LeavingForm("moved", "字" * leaving.LONGEST_WORDS), 0),
        (LeavingForm("moved", "字" * (leaving.LONGEST_WORDS + 1)), 1),
    ],
)
def test_what_a_reason_must_say(form: LeavingForm, problems: int) -> None:
    assert len(form.problems(BOOK, date(2026, 11, 29))) == problems


def test_what_only_shows_the_loss_is_no_reason_on_offer() -> None:
    assert not set(leaving.UNKNOWN) & set(lost_reasons(BOOK, date(2026, 11, 29)))


def test_a_former_customers_reason_is_kept_and_ends_what_asked_for_it(bank: SmallBank) -> None:
    with bulk("due") as session:
        session.add(filled(DueItem, customer_id=FORMER, id=77, kind=leaving.ASK, owner_id=LI, branch_id=SOUTH))
    with open_session(scope("rm.li"), "churn") as session:
        assert [row.number for row in session.execute(to_ask())] == [number_of(FORMER)]
    record("rm.li", FORMER)
    kept = stored(FORMER)
    assert (kept.leaving_reason, kept.leaving_words, kept.leaving_said_on, kept.leaving_said_by) == (
        "price", "别家利率高", today(), LI)  # fmt: skip
    with bulk("look", write=False) as session:
        assert session.get_one(DueItem, (FORMER, 77)).state == "done"
        theirs = (AuditEntry.customer_id == FORMER, AuditEntry.table == "customer", AuditEntry.page == "portrait")
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(*theirs)) == 1
    with open_session(scope("rm.li"), "churn") as session:
        assert session.execute(to_ask()).all() == []


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou", "care.lin", "product.he", "check.sun", "admin.wu"])
def test_posts_that_may_not_write_customers_record_nothing(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        record(login, FORMER)
    assert stored(FORMER).leaving_reason is None


def test_nobody_records_beyond_the_own_scope(sqlite_bank: SmallBank) -> None:
    with pytest.raises(Refused, match="不在你的范围内"):
        record("rm.zhang", FORMER)


def test_who_is_still_there_has_no_reason_for_leaving(sqlite_bank: SmallBank) -> None:
    with bulk("set") as session:  # the cast has a one wherever a number must stand
        session.execute(update(CustomerQuarter).where(CustomerQuarter.customer_id == OWN).values(gone=0))
    with pytest.raises(Refused, match="没有离行"):
        record("rm.zhang", OWN)


def test_who_went_quiet_and_counts_as_lost_may_be_asked(sqlite_bank: SmallBank) -> None:
    with bulk("facts") as session:
        session.add(run(QUARTER, "2026-09-30"))
        session.add(quarter_row(OWN, gone=1, lost=1, lost_reason="dormant"))
    with open_session(scope("rm.zhang"), "churn") as session:
        assert is_lost(session, OWN) and not is_lost(session, OTHER)
    record("rm.zhang", OWN)
    assert stored(OWN).leaving_reason == "price"


def test_a_stale_save_is_told_what_the_other_one_wrote(bank: SmallBank) -> None:
    before = stored(FORMER).version
    record("rm.li", FORMER, version=before)
    with pytest.raises(Conflict) as refused:
        record("crm.zhao", FORMER, LeavingForm("moved"), version=before)
    assert refused.value.theirs["leaving_reason"] == "price"
    assert stored(FORMER).leaving_reason == "price"


def test_words_are_private(sqlite_bank: SmallBank) -> None:
    record("rm.li", FORMER)
    query = select(Customer.leaving_reason, Customer.leaving_words).where(Customer.customer_id == FORMER)
    for login, words in (("rm.li", "别家利率高"), ("crm.zhao", "别家利率高"), ("exec.zhou", None), ("care.lin", None)):
        with open_session(scope(login), "test") as session:
            assert tuple(session.execute(query).one()) == ("price", words), login


def test_a_case_that_ends_lost_says_why_unless_somebody_has(bank: SmallBank) -> None:
    listed()
    number = opened()
    step(number, talked())
    step(number, StepForm("closed", outcome="lost", lost_reason="competitor"))
    assert (stored(OWN).leaving_reason, stored(OWN).leaving_said_on) == ("competitor", today())


def test_a_lost_case_does_not_overwrite_what_was_said(sqlite_bank: SmallBank) -> None:
    listed()
    with bulk("set") as session:
        session.execute(update(Customer).where(Customer.customer_id == OWN).values(leaving_reason="moved"))
    number = opened()
    step(number, talked())
    step(number, StepForm("closed", outcome="lost", lost_reason="competitor"))
    assert stored(OWN).leaving_reason == "moved"


@pytest.mark.parametrize(("login", "people"), [
    ("rm.zhang", [OWN]), ("rm.li", [OTHER]), ("head.wang", [OWN]), ("crm.zhao", [OTHER, OWN]),
    ("exec.zhou", [OTHER, OWN]), ("care.chen", []), ("product.he", []),
])  # fmt: skip
def test_the_lost_are_listed_within_the_scope(sqlite_bank: SmallBank, login: str, people: list[int]) -> None:
    with bulk("facts") as session:
        session.add(run(QUARTER, "2026-09-30"))
        session.add(quarter_row(OWN, lost=1, lost_reason="price", opening_aum_fen=100, tier_before="vip"))
        session.add(quarter_row(OTHER, lost=1, lost_reason="closed", opening_aum_fen=900, tier="mass", branch_id=SOUTH))
    with open_session(scope(login), "test") as session:
        found: list[Any] = list(session.execute(lost_people((QUARTER, 1))).all())
        assert [row.number for row in found] == [number_of(one) for one in people]
        of_price = session.execute(lost_people((QUARTER, 1), "price")).all()
        assert [row.tier for row in of_price] == ["vip"] * (OWN in people)

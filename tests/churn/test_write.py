"""Churn cases on both engines: who opens one, one at a time, every step, and what is never done against a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.churn import write
from lib.churn.steps import Product, StepForm
from lib.complaints import read as complaints
from lib.settings import business_now, today
from lib.store.bulk import bulk
from lib.store.models import Case, CaseEvent, Contact, Customer
from lib.store.models import Product as Sold
from lib.store.session import Conflict, Refused, open_session
from lib.work.contacts import ContactForm
from tests.cast import FIRM, FORMER, LI, OTHER, OWN, PEER, UNASSIGNED, ZHANG, SmallBank, number_of, scope
from tests.churn.rows import listed

LOST = {"outcome": "lost", "lost_reason": "competitor"}


def opened(login: str = "rm.zhang", customer: int = OWN, key: str = "k1") -> str:
    with open_session(scope(login), "churn", write=True) as session:
        return write.open_case(session, number_of(customer), key)


def stored(number: str) -> Case:
    with bulk("look", write=False) as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def events(number: str) -> list[CaseEvent]:
    with bulk("look", write=False) as session:
        of_case = select(CaseEvent).where(CaseEvent.case_id == stored(number).id)
        return list(session.scalars(of_case.order_by(CaseEvent.at, CaseEvent.id)))


def step(number: str, form: StepForm, login: str = "rm.zhang", version: int | None = None) -> None:
    read = stored(number).version if version is None else version
    with open_session(scope(login), "churn", write=True) as session:
        write.step(session, number, read, form, f"{number}-{read}")


def talked(outcome: str = "reached", **more: Any) -> StepForm:
    said = ContactForm("phone", "churn", outcome, business_now() - timedelta(minutes=5), note="谈了利率", **more)
    return StepForm("contacted", contact=said)


def wishes(customer: int, **columns: Any) -> None:
    with bulk("set") as session:
        session.execute(update(Customer).where(Customer.customer_id == customer).values(columns))


@pytest.fixture
def flagged(bank: SmallBank) -> SmallBank:
    """The small bank with a warning list."""
    listed()
    return bank


@pytest.fixture
def on_sqlite(sqlite_bank: SmallBank) -> SmallBank:
    listed()
    return sqlite_bank


def test_a_case_keeps_why_and_what_was_at_risk_and_goes_to_the_manager(flagged: SmallBank) -> None:
    number = opened("head.wang")
    case = stored(number)
    assert number.startswith("L") and (case.kind, case.state, case.handler_id) == ("churn", "received", ZHANG)
    assert case.at_risk_fen == 90_000 and case.reason == "aum_percent"
    assert "为过去 4 季最高" in (case.summary or "") and case.promise_due_at is None and case.legal_due_at is None


def test_the_road_to_a_kept_customer(flagged: SmallBank) -> None:
    number = opened()
    step(number, talked())
    step(number, StepForm("offered", offer="price", text="按等级减免"))
    step(number, StepForm("closed", outcome="kept"))
    case = stored(number)
    assert (case.state, case.outcome, case.root_cause) == ("closed", "kept", None) and case.closed_at is not None
    assert [event.to_state for event in events(number) if event.kind == "move"] == [
        "received", "contacted", "offered", "closed",
    ]  # fmt: skip
    with bulk("look", write=False) as session:
        logged = session.scalars(select(Contact).where(Contact.customer_id == OWN, Contact.purpose == "churn")).all()
    assert [(one.outcome, one.note, one.staff_id) for one in logged] == [("reached", "谈了利率", ZHANG)]


def test_a_lost_one_says_why(on_sqlite: SmallBank) -> None:
    number = opened()
    step(number, talked())
    with pytest.raises(Refused, match="流失原因"):
        step(number, StepForm("closed", outcome="lost"))
    step(number, StepForm("closed", **LOST))
    assert (stored(number).outcome, stored(number).root_cause) == ("lost", "competitor")


def test_who_was_not_reached_moves_nothing_and_is_kept(flagged: SmallBank) -> None:
    number = opened()
    step(number, talked("not_reached"))
    assert stored(number).state == "received" and events(number)[-1].kind == "progress"
    with bulk("look", write=False) as session:
        assert session.scalars(select(Contact.outcome).where(Contact.purpose == "churn")).all() == ["not_reached"]


def test_one_open_case_a_customer_whoever_opens_it(flagged: SmallBank) -> None:
    number = opened()
    assert opened() == number  # the same form again
    with pytest.raises(Refused, match=number):
        opened("head.wang", key="k2")
    step(number, StepForm("withdrawn", reason="名单有误"))
    assert stored(number).state == "withdrawn" and opened(key="k3") != number


@pytest.mark.parametrize(
    ("login", "customer"),
    [("rm.zhang", PEER), ("rm.zhang", OTHER), ("head.zhu", OWN), ("care.chen", OWN),
     ("legal.qian", OWN), ("exec.zhou", OWN), ("product.he", OWN), ("admin.wu", OWN), ("check.sun", OWN)],
)  # fmt: skip
def test_nobody_opens_one_beyond_the_own_reach(on_sqlite: SmallBank, login: str, customer: int) -> None:
    with pytest.raises(Refused):
        opened(login, customer)


def test_who_is_not_on_the_list_gets_none(on_sqlite: SmallBank) -> None:
    with pytest.raises(Refused, match="不在最近一季的预警名单"):
        opened("rm.li", FORMER)


def test_one_nobody_manages_is_held_by_who_opens_it(on_sqlite: SmallBank) -> None:
    assert stored(opened("head.wang", UNASSIGNED)).handler_id == 3
    assert stored(opened("crm.zhao", OTHER, "k2")).handler_id == LI


@pytest.mark.parametrize("login", ["rm.li", "rm.gao", "care.lin", "legal.qian", "head.zhu"])
def test_only_handler_head_and_department_move_it(on_sqlite: SmallBank, login: str) -> None:
    number = opened()
    with pytest.raises(Refused):
        step(number, talked(), login)


def test_a_stale_step_is_a_conflict(on_sqlite: SmallBank) -> None:
    number = opened()
    read = stored(number).version
    step(number, talked(), "head.wang")
    with pytest.raises(Conflict):
        step(number, talked(), version=read)


def test_who_is_not_to_be_contacted_is_left_in_peace(on_sqlite: SmallBank) -> None:
    wishes(OWN, do_not_contact=True)
    number = opened()
    with pytest.raises(Refused, match="请勿联系"):
        step(number, talked())
    step(number, StepForm("withdrawn", reason="客户声明请勿联系"))


def test_who_opted_out_of_automated_advice_is_not_offered_anything(on_sqlite: SmallBank) -> None:
    wishes(OWN, no_automated_advice=True)
    number = opened()
    step(number, talked())
    with pytest.raises(Refused, match="不提挽留方案"):
        step(number, StepForm("offered", offer="service", text="上门"))


@pytest.mark.parametrize(
    ("capacity", "days", "fits"), [("C2", 30, False), ("C3", 30, True), ("C3", -1, False), (None, 30, False)]
)
def test_an_offer_never_exceeds_the_capacity(on_sqlite: SmallBank, capacity: str, days: int, fits: bool) -> None:
    wishes(OWN, risk_capacity=capacity, risk_capacity_until=today() + timedelta(days=days))
    with bulk("set") as session:
        session.add(Sold(id=7, code="P7", name="稳利", category="wealth", risk_level="R3", currency="CNY"))
    number = opened()
    step(number, talked())
    # what the form says of the product's risk is not believed
    form = StepForm("offered", offer="product", text="转入稳利", product=Product(7, "稳利", "wealth", None))
    if fits:
        step(number, form)
        assert stored(number).product_id == 7
    else:
        with pytest.raises(Refused, match="不能推荐"):
            step(number, form)


def test_a_churn_case_is_none_of_the_complaints(on_sqlite: SmallBank) -> None:
    number = opened("rm.zhang", FIRM)
    asker = complaints.Asker(scope("crm.zhao"), business_now(), today(), {"received": 0})
    with open_session(scope("crm.zhao"), "complaints") as session:
        for filters in (complaints.Filters(kind="all", state="all"), complaints.Filters(text=number)):
            assert number not in {row.number for row in session.execute(complaints.queue(filters, asker))}
        assert "churn" not in set(session.scalars(complaints.categories("business")))
        assert session.execute(complaints.standing("all", asker)).one().open == 5
    with open_session(scope("care.chen"), "complaints") as session:
        assert number not in set(session.scalars(select(Case.number)))

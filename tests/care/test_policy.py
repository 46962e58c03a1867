"""Who may be written to, as a table; and that one customer and a set of them are judged alike."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.care import policy
from lib.care.policy import Facts, Sending
from lib.care.rules import OCCASIONS, Rules, rules_of
from lib.care.whom import About, addressees, people
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import day_start
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from lib.words import codes
from tests.cast import SmallBank, filled, scope

DAY = date(2026, 10, 12)
RULES: Rules = rules_of(Rulebook(shipped_rows()), DAY)
FINE = Facts("personal", "customer", False, False, False, date(1980, 5, 5), True, True, "sms", False, False, "C3",
             DAY)  # fmt: skip


def sending(occasion: str = "birthday", **more: Any) -> Sending:
    return Sending(**{"occasion": occasion, "channel": "", "day": DAY, "rules": RULES, **more})


@pytest.mark.parametrize(
    ("occasion", "facts", "more", "reasons"),
    [
        ("birthday", {}, {}, ()),
        ("birthday", {"stage": "former"}, {}, ("not_customer",)),
        ("birthday", {"stage": "outsider"}, {}, ("not_customer",)),
        ("birthday", {"merged": True}, {}, ("not_customer",)),
        ("birthday", {"do_not_contact": True}, {}, ("do_not_contact",)),
        ("service", {"do_not_contact": True, "stage": "former", "recent": True}, {}, ()),
        ("service", {"phone": False, "email": False}, {}, ("no_address",)),
        ("birthday", {"birth_date": date(2008, 10, 12)}, {}, ()),  # eighteen today
        ("birthday", {"birth_date": date(2008, 10, 13)}, {}, ("minor",)),
        ("birthday", {"birth_date": date(2008, 10, 13), "kind": "corporate"}, {}, ()),
        ("birthday", {"birth_date": None}, {}, ()),
        ("birthday", {}, {"day": date(2026, 12, 13)}, ("quiet",)),
        ("birthday", {}, {"day": date(2026, 4, 5)}, ("quiet",)),
        ("service", {}, {"day": date(2026, 4, 5)}, ()),
        ("birthday", {"phone": False, "email": False}, {}, ("no_address",)),
        ("birthday", {"phone": False}, {"channel": "sms"}, ("no_address",)),
        ("birthday", {}, {"channel": "wechat"}, ("no_address",)),  # nothing says that they use it
        ("birthday", {"preferred": "wechat"}, {"channel": "wechat"}, ()),
        ("birthday", {"recent": True}, {}, ("recent",)),
        ("birthday", {"complaint": True, "no_advice": True}, {}, ()),
        ("product", {"complaint": True, "no_advice": True}, {}, ("complaint", "no_advice")),
        ("invitation", {"complaint": True}, {}, ("complaint",)),
        ("product", {}, {"risk_level": "R3"}, ()),
        ("product", {}, {"risk_level": "R4"}, ("unsuitable",)),
        ("product", {"capacity": None}, {"risk_level": "R1"}, ("unsuitable",)),
        ("product", {"capacity_until": DAY - timedelta(days=1)}, {"risk_level": "R1"}, ("unsuitable",)),
        ("product", {"capacity": None}, {}, ()),
        ("birthday", {"do_not_contact": True, "stage": "former", "recent": True}, {},
         ("not_customer", "do_not_contact", "recent")),
    ],
)  # fmt: skip
def test_why_not(occasion: str, facts: dict[str, Any], more: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert policy.why_not(replace(FINE, **facts), sending(occasion, **more)) == reasons


@pytest.mark.parametrize(
    ("preferred", "phone", "email", "asked", "channel", "why"),
    [
        ("sms", True, True, "", "sms", "preferred"),
        ("email", True, True, "", "email", "preferred"),
        ("email", True, False, "", "sms", "instead"),
        ("online", False, True, "", "app", "preferred"),
        ("visit", True, True, "", "sms", "instead"),
        ("phone", False, True, "", "email", "instead"),
        (None, False, False, "", "", "instead"),
        ("app", True, True, "email", "email", "asked"),
        ("app", True, False, "email", "", "asked"),
    ],
)
def test_the_channel(preferred: str | None, phone: bool, email: bool, asked: str, channel: str, why: str) -> None:
    facts = replace(FINE, preferred=preferred, phone=phone, email=email)
    assert policy.choose(facts, sending(channel=asked)) == policy.Choice(channel, why)


@pytest.mark.parametrize(("day", "adult_by"), [(date(2028, 2, 29), date(2010, 2, 28)), (DAY, date(2008, 10, 12))])
def test_who_is_of_age(day: date, adult_by: date) -> None:
    assert sending(day=day).adult_by == adult_by


def crowd(size: int, seed: int) -> None:
    """Customers of every kind, with what may stand against a message to them."""
    pick = random.Random(seed)
    with bulk("test") as session:
        for customer_id in range(5000, 5000 + size):
            born = pick.choice([None, date(1970, 1, 1), date(2008, 10, 12), date(2008, 10, 13), date(2020, 1, 1)])
            session.add(filled(
                m.Customer, customer_id=customer_id, number=f"C{customer_id}", name=f"客户{customer_id}",
                kind=pick.choice(["personal", "corporate"]),
                stage=pick.choice(["customer"] * 6 + ["prospect", "former", "outsider"]), birth_date=born,
                do_not_contact=pick.random() < 0.15, no_automated_advice=pick.random() < 0.2,
                phone_masked=pick.choice([None, "138****0000"]), email=pick.choice([None, "", "a@example.com"]),
                preferred_channel=pick.choice([None, *codes("channel")]),
                risk_capacity=pick.choice([None, "C1", "C3", "C5"]),
                risk_capacity_until=pick.choice([None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=9)]),
                branch_id=1, manager_id=1, known_since=date(2020, 1, 1),
            ))  # fmt: skip
            session.flush()
            if pick.random() < 0.1:
                session.get_one(m.Customer, customer_id).merged_into_id = 1001
            if pick.random() < 0.3:
                session.add(filled(
                    m.Message, customer_id=customer_id, id=customer_id, state=pick.choice(codes("message_state")),
                    occasion=pick.choice(OCCASIONS), send_on=DAY + timedelta(days=pick.randint(-9, 9)), branch_id=1,
                ))  # fmt: skip
            if pick.random() < 0.3:
                at = day_start(DAY - timedelta(days=pick.randint(0, 9)))
                session.add(filled(
                    m.Contact, customer_id=customer_id, id=customer_id, purpose=pick.choice(["care", "visit"]),
                    outcome=pick.choice(["reached", "no_answer"]), happened_at=at,
                ))  # fmt: skip
            if pick.random() < 0.2:
                session.add(filled(
                    m.Case, customer_id=customer_id, id=customer_id, number=f"T{customer_id}",
                    kind=pick.choice(["complaint", "enquiry"]), state=pick.choice(["received", "closed", "withdrawn"]),
                ))  # fmt: skip


def test_one_and_many_are_judged_alike(bank: SmallBank) -> None:
    crowd(250, 1)
    found = set()
    for occasion in OCCASIONS:
        for channel in ("", "sms", "email", "app"):
            for risk in (None, "R3"):
                for day in (DAY, date(2026, 12, 13)):
                    found |= alike(Sending(occasion, channel, day, RULES, risk))
    assert found >= {None, *policy.REASONS} - {"over_limit"}


def alike(one: Sending) -> set[str | None]:
    asked = (policy.reason(one).label("why"), policy.channel_of(one).label("channel"))
    query = people(one).add_columns(*asked).where(m.Customer.customer_id >= 5000)
    with open_session(scope("crm.zhao"), "test") as session:
        rows = session.execute(query).all()
        people_ = addressees(session, rows, About())
    for row, who in zip(rows, people_, strict=True):
        reasons = policy.why_not(who.facts, one)
        assert row.why == (reasons[0] if reasons else None), (one, who)
        assert row.channel == policy.choose(who.facts, one).channel, (one, who)
    return {row.why for row in rows}


def test_the_gap_counts_days_on_either_side(bank: SmallBank) -> None:
    customer = 1001
    with bulk("test") as session:
        for table in (m.Message, m.Contact):
            for row in session.scalars(select(table).where(table.customer_id == customer)):
                session.delete(row)
    for away, near in ((-RULES.gap_days, False), (1 - RULES.gap_days, True), (RULES.gap_days - 1, True),
                       (RULES.gap_days, False)):  # fmt: skip
        with bulk("test") as session:
            session.add(filled(m.Message, customer_id=customer, id=77, occasion="festival", state="queued",
                               send_on=DAY + timedelta(days=away), branch_id=1))  # fmt: skip
            session.flush()
            query = select(policy.recent(sending())).where(m.Customer.customer_id == customer)
            assert bool(session.scalar(query)) is near, away
            session.rollback()

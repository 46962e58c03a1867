"""The questionnaire answered again: valid for a year from its day, registered for persons by who may write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lib.customers.capacity import problems, renew, valid_until
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Customer
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FIRM, OTHER, OWN, SmallBank, scope


def stored(customer_id: int = OWN) -> Customer:
    with bulk("test", write=False) as session:
        return session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one()


@pytest.mark.parametrize(
    ("level", "back", "said"),
    [("C3", 0, 0), ("C3", 366, 0), ("C3", 367, 1), ("C3", -1, 1), ("C6", 0, 1), ("", 0, 1)],
)
def test_what_a_result_needs(level: str, back: int, said: int) -> None:
    assert len(problems(level, today() - timedelta(days=back), today())) == said


def test_a_year_from_the_day(sqlite_bank: SmallBank) -> None:
    assert valid_until(date(2028, 2, 29), rulebook()) == date(2029, 2, 28)


def test_registered_and_an_older_one_refused(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        renew(session, OWN, stored().version, "C2", today())
    assert (stored().risk_capacity, stored().risk_capacity_until) == ("C2", valid_until(today(), rulebook()))
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        renew(session, OWN, stored().version, "C5", today() - timedelta(days=1))
    with pytest.raises(Conflict), open_session(scope("head.wang"), "portrait", write=True) as session:
        renew(session, OWN, stored().version - 1, "C5", today())


@pytest.mark.parametrize(("login", "customer"), [
    ("rm.zhang", OTHER), ("rm.zhang", FIRM), ("care.chen", OWN), ("legal.qian", OWN), ("exec.zhou", OWN),
])  # fmt: skip
def test_nobody_else(bank: SmallBank, login: str, customer: int) -> None:
    with pytest.raises(Refused), open_session(scope(login), "portrait", write=True) as session:
        renew(session, customer, stored(customer).version, "C2", today())

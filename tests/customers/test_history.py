"""A past value comes back: at once, by request to the review, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lib.customers.history import restorable, restore
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Conflict, Refused, open_session
from tests.cast import OTHER, OWN, SmallBank, scope


def stored(customer_id: int = OWN) -> m.Customer:
    with bulk("test", write=False) as session:
        return session.scalars(select(m.Customer).where(m.Customer.customer_id == customer_id)).one()


def bring_back(login: str, field: str, value: Any, customer_id: int = OWN, back: int = 0) -> str:
    with open_session(scope(login), "portrait", write=True) as session:
        return restore(session, customer_id, stored(customer_id).version - back, field, value, "恢复为原值")


@pytest.mark.parametrize(
    ("kind", "field", "how"),
    [
        ("personal", "occupation", "profile"), ("corporate", "occupation", None), ("corporate", "employees", "profile"),
        ("personal", "name", "review"), ("personal", "address", "review"), ("corporate", "risk_rating", "review"),
        ("personal", "identity", None), ("personal", "phone", None), ("personal", "tier", None),
        ("personal", "stage", None), ("personal", "legal_representative", None),
    ],
)  # fmt: skip
def test_how_a_field_comes_back(kind: str, field: str, how: str | None) -> None:
    assert restorable(kind, field) == how


@pytest.mark.parametrize(("field", "value"), [("occupation", "医生"), ("income_fen", 99), ("notes", None),
                                              ("do_not_contact", True), ("preferred_channel", "wechat")])  # fmt: skip
def test_an_unreviewed_field_at_once_and_the_others_stay(bank: SmallBank, field: str, value: Any) -> None:
    before = stored()
    assert bring_back("rm.zhang", field, value) == "profile"
    after = stored()
    assert getattr(after, field) == value
    for other in ("occupation", "employer", "income_fen", "notes", "address"):
        assert other == field or getattr(after, other) == getattr(before, other)


def test_a_key_field_by_request_that_another_decides(bank: SmallBank) -> None:
    assert bring_back("rm.zhang", "address", "人民路 8 号") == "review"
    assert stored().address == "解放路 1 号"
    with bulk("test", write=False) as session:
        query = select(m.ChangeRequest).where(m.ChangeRequest.kind == "customer_info")
        request = session.scalars(query).one()
    assert (request.state, request.stage_role, request.reason) == ("pending", "reviewer", "恢复为原值")


def test_who_saved_first_is_not_overwritten(bank: SmallBank) -> None:
    with pytest.raises(Conflict):
        bring_back("rm.zhang", "occupation", "医生", back=1)


@pytest.mark.parametrize(
    ("login", "field", "value", "customer"),
    [
        ("rm.zhang", "identity", "1*1", OWN), ("rm.zhang", "tier", "private", OWN), ("rm.zhang", "income_fen", -1, OWN),
        ("rm.zhang", "preferred_channel", "telegraph", OWN), ("rm.zhang", "occupation", "医生", OTHER),
        ("care.chen", "occupation", "医生", OWN), ("legal.qian", "address", "人民路 8 号", OWN),
        ("exec.zhou", "occupation", "医生", OWN), ("rm.zhang", "name", "", OWN),
    ],
)  # fmt: skip
def test_what_does_not_come_back(bank: SmallBank, login: str, field: str, value: Any, customer: int) -> None:
    with pytest.raises(Refused):
        bring_back(login, field, value, customer)
    assert stored(customer).occupation == "教师"

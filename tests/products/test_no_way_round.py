"""No path of the application records a product that does not fit: not a command, not the store, not a page.

Every product that does not fit is tried on every path (the bulk door excepted, which is for jobs and imports), and
one that does fit passes each of them, so that a path that always refuses is no proof.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lib.churn import steps, write
from lib.churn.steps import StepForm
from lib.products import recommending
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.scope import PassesBy, Refused
from lib.store.session import StoreSession, open_session, save
from lib.store.suitability import SOLD, Sold
from tests.cast import C_OWN, FIRM, OTHER, OWN, PEER, ZHANG, SmallBank, filled, scope
from tests.products.rows import PRODUCTS, answered, given, products, rows_of

Path = Callable[[StoreSession, int], object]


def recommendation(session: StoreSession, product_id: int, **more: Any) -> m.Recommendation:
    customer = session.get_one(m.Customer, OWN)
    level = session.scalar(select(m.Product.risk_level).where(m.Product.id == product_id))
    values = {"risk_level": level, "capacity": customer.risk_capacity, "capacity_until": customer.risk_capacity_until,
              "need": "asked", "reasons": ["x"], "staff_id": ZHANG, "product_id": product_id}  # fmt: skip
    return filled(m.Recommendation, customer_id=OWN, id=new_id(), **(values | more))


def insert(session: StoreSession, product_id: int) -> None:
    session.add(recommendation(session, product_id))


def command(session: StoreSession, product_id: int) -> None:
    recommending.recommend(session, OWN, product_id, "asked", f"key-{product_id}")


def merged_in(session: StoreSession, product_id: int) -> None:
    session.merge(recommendation(session, product_id))


def message(session: StoreSession, product_id: int) -> None:
    session.add(filled(m.Message, customer_id=OWN, id=new_id(), product_id=product_id, staff_id=ZHANG, branch_id=1,
                       send_on=today()))  # fmt: skip


def churn_case(**values: Any) -> m.Case:
    return filled(m.Case, customer_id=OWN, id=new_id(), number=f"L{new_id()}", kind="churn", state="received",
                  customer_kind="personal", first_owner_id=ZHANG, manager_id=ZHANG, branch_id=1, extension="none",
                  form_key=None, **values)  # fmt: skip


def new_case(session: StoreSession, product_id: int) -> None:
    case = churn_case(product_id=product_id)
    session.add(case)
    session.add(m.CaseNumber(number=case.number, customer_id=OWN, case_id=case.id))


def changed_case(session: StoreSession, product_id: int) -> None:
    save(session, session.scalars(select(m.Case).where(m.Case.kind == "churn")).one(), 1, {"product_id": product_id})


def churn_step(session: StoreSession, product_id: int) -> None:
    case = session.scalars(select(m.Case).where(m.Case.kind == "churn")).one()
    sold = session.get_one(m.Product, product_id)
    form = StepForm("offered", offer="product", text="方案", product=steps.Product(sold.id, "x", sold.category, None))
    write.step(session, case.number, 1, form, "once")


PATHS: dict[str, Path] = {
    "insert into the store": insert, "merge into the store": merged_in, "command": command, "message": message,
    "new churn case": new_case, "update of a churn case": changed_case, "offer of a churn case": churn_step,
}  # fmt: skip


def attempt(path: str, code: str) -> str:
    """What refused it, or nothing."""
    try:
        with open_session(scope("rm.zhang"), "test", write=True) as session:
            PATHS[path](session, PRODUCTS[code][0])
    except (Refused, PassesBy) as refused:
        return str(refused)
    return ""


def named() -> list[int]:
    """Every product that stands named to the customer anywhere."""
    cases = [case.product_id for case in rows_of(m.Case) if case.kind == "churn" and case.product_id]
    sent = [row.product_id for row in rows_of(m.Message) if row.product_id]
    return [*cases, *sent, *(row.product_id for row in rows_of(m.Recommendation))]


@pytest.fixture
def ready(bank: SmallBank) -> SmallBank:
    """OWN is C3, 46 years old; a churn case of theirs has been talked about."""
    products()
    answered("C3")
    with bulk("test") as session:
        session.add(filled(
            m.Case, customer_id=OWN, id=9001, number="L260302-09001", kind="churn", state="contacted",
            customer_kind="personal", first_owner_id=ZHANG, handler_id=ZHANG, manager_id=ZHANG, branch_id=1,
            extension="none", form_key=None, product_id=None, version=1))  # fmt: skip
        session.add(m.CaseNumber(number="L260302-09001", customer_id=OWN, case_id=9001))
    return bank


@pytest.mark.parametrize("path", PATHS)
def test_what_fits_passes(ready: SmallBank, path: str) -> None:
    assert attempt(path, "W3") == ""
    assert named() == [PRODUCTS["W3"][0]]


@pytest.mark.parametrize("path", PATHS)
def test_what_does_not_fit_is_refused(ready: SmallBank, path: str) -> None:
    assert {code: bool(attempt(path, code)) for code in ("W4", "W5", "YOUNG", "OLD", "FIRMS")} == {
        "W4": True, "W5": True, "YOUNG": True, "OLD": True, "FIRMS": True}  # fmt: skip
    for days, capacity in ((-1, "C5"), (100, None)):
        answered(capacity, days)
        assert attempt(path, "W1")
    answered("C5")
    with bulk("test") as session:
        session.get_one(m.Product, PRODUCTS["W1"][0]).active = False
    assert attempt(path, "W1")
    given(birth_date=None)
    assert attempt(path, "YOUNG")
    assert named() == []


@pytest.mark.parametrize("path", ["insert into the store", "message", "command"])
def test_a_merged_record_lends_its_capacity_to_nobody(ready: SmallBank, path: str) -> None:
    answered("C5")
    given(merged_into_id=PEER)
    assert attempt(path, "W1") and named() == []


def test_a_recommendation_tells_what_is_stored_in_ones_own_name(ready: SmallBank) -> None:
    for lie in ({"capacity": "C5"}, {"risk_level": "R1"}, {"capacity_until": date(2030, 1, 1)}, {"staff_id": 2},
                {"outcome": "accepted"}):  # fmt: skip
        with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
            session.add(recommendation(session, PRODUCTS["W2"][0], **lie))
    assert named() == []


def test_what_was_recommended_is_not_turned_into_something_else(ready: SmallBank) -> None:
    assert attempt("command", "W2") == ""
    for change in ({"product_id": PRODUCTS["W5"][0]}, {"capacity": "C5"}, {"reasons": ["y"]}, {"need": "pension"}):
        with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
            save(session, session.scalars(select(m.Recommendation)).one(), 1, change)


@pytest.mark.parametrize("wish", ["do_not_contact", "no_automated_advice"])
def test_who_does_not_want_advice_is_only_given_what_they_ask_for(ready: SmallBank, wish: str) -> None:
    given(**{wish: True})
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(recommendation(session, PRODUCTS["W2"][0], need="wealth_growth"))
    assert attempt("insert into the store", "W2") == ""


def test_a_complaint_about_a_product_is_no_recommendation(ready: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        case = session.scalars(select(m.Case).where(m.Case.id == C_OWN)).one()
        save(session, case, case.version, {"product_id": PRODUCTS["W5"][0]})


@pytest.mark.parametrize(("login", "customer"), [
    ("rm.zhang", OTHER), ("rm.li", OWN), ("legal.qian", OWN), ("exec.zhou", OWN), ("care.chen", OWN),
    ("product.he", OWN), ("admin.wu", OWN), ("check.sun", OWN),
])  # fmt: skip
def test_nobody_recommends_beyond_their_reach(ready: SmallBank, login: str, customer: int) -> None:
    answered("C5", customer_id=customer)
    with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
        recommending.recommend(session, customer, PRODUCTS["W1"][0], "asked", "k")
    row = filled(m.Recommendation, customer_id=customer, id=1, product_id=PRODUCTS["W1"][0], need="asked",
                 risk_level="R1", capacity="C5", capacity_until=None, staff_id=scope(login).staff_id)  # fmt: skip
    with pytest.raises((Refused, PassesBy)), open_session(scope(login), "test", write=True) as session:
        session.add(row)
    assert rows_of(m.Recommendation, customer) == []


def test_a_firm_gets_no_product_with_a_risk_level(ready: SmallBank) -> None:
    for code, may in (("W1", False), ("FIRMS", True), ("CARD", False)):
        try:
            with open_session(scope("rm.zhang"), "test", write=True) as session:
                recommending.recommend(session, FIRM, PRODUCTS[code][0], "asked", code)
        except Refused:
            assert not may
        else:
            assert may


def test_a_product_whose_level_was_raised_is_judged_by_the_new_one(ready: SmallBank) -> None:
    with open_session(scope("product.he"), "products", write=True) as session:
        save(session, session.get_one(m.Product, PRODUCTS["W2"][0]), 1, {"risk_level": "R5"})
    assert attempt("insert into the store", "W2") and named() == []


def test_the_columns_of_what_is_sold_are_in_the_order_of_the_judgement(ready: SmallBank) -> None:
    with bulk("look", write=False) as session:
        row = session.execute(select(*SOLD).where(m.Product.code == "YOUNG")).one()
    assert Sold(*row) == Sold("YOUNG", None, "personal", 16, 30, True)

"""The catalogue: kept by the product desk alone, its form's limits, what another level would do, its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.products import catalogue
from lib.products.catalogue import ProductForm, form_of
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session, save
from tests.cast import FIRM, OTHER, OWN, PEER, STAFF, SmallBank, scope
from tests.products.rows import PRODUCTS, answered, given, holds, products

BOOK = Rulebook(shipped_rows())
DAY = date(2026, 6, 15)
GOOD = ProductForm("N1", "新品", "wealth", "CNY", "R2", "personal", 90, 40, 18, 70, ("pension",), "说明")


@pytest.mark.parametrize(("change", "wrong"), [
    ({}, 0), ({"code": " "}, 1), ({"name": ""}, 1), ({"name": "长" * 81}, 1), ({"category": "x"}, 1),
    ({"currency": "USD"}, 0), ({"currency": "XXX"}, 1), ({"risk_level": ""}, 1), ({"risk_level": "R6"}, 1),
    ({"category": "deposit", "risk_level": ""}, 0), ({"customer_kind": "x"}, 1), ({"customer_kind": ""}, 0),
    ({"term_days": 0}, 1), ({"term_days": None}, 0), ({"annual_margin_bp": -10_001}, 1),
    ({"annual_margin_bp": -50}, 0), ({"age_from": 70}, 1), ({"age_from": -1}, 1), ({"age_below": 121}, 1),
    ({"age_from": None}, 0), ({"age_below": None}, 0), ({"customer_kind": "corporate"}, 1), ({"needs": ("x",)}, 1),
    ({"needs": ()}, 0),
])  # fmt: skip
def test_what_a_product_must_hold(change: dict[str, Any], wrong: int) -> None:
    assert len(replace(GOOD, **change).problems(BOOK, DAY, ("CNY", "USD"))) == wrong


def stored(code: str) -> m.Product:
    with bulk("look", write=False) as session:
        return session.scalars(select(m.Product).where(m.Product.code == code)).one()


def saved(login: str, code: str | None, version: int | None, form: ProductForm) -> None:
    with open_session(scope(login), "products", write=True) as session:
        catalogue.save_product(session, code, version, form)


@pytest.mark.parametrize("login", list(STAFF))
def test_only_the_product_desk_keeps_it(bank: SmallBank, login: str) -> None:
    products()
    if login == "product.he":
        saved(login, None, None, GOOD)
        saved(login, "W2", 1, replace(form_of(stored("W2")), name="稳利"))
        assert stored("W2").name == "稳利" and stored("N1").needs == ["pension"]
        return
    for code, form in ((None, GOOD), ("W2", replace(form_of(stored("W2")), name="稳利"))):
        with pytest.raises(Refused):
            saved(login, code, 1, form)
    assert stored("W2").name == "W2"


def test_what_is_held_and_what_is_stale(bank: SmallBank) -> None:
    products()
    saved("product.he", "W2", 1, replace(form_of(stored("W2")), code="X", category="card", currency="USD",
                                         risk_level="R3"))  # fmt: skip
    kept = stored("W2")
    assert (kept.category, kept.currency, kept.risk_level, kept.version) == ("wealth", "CNY", "R3", 2)
    with pytest.raises(Conflict):
        saved("product.he", "W2", 1, form_of(kept))
    with pytest.raises(Refused, match="已经有了"):
        saved("product.he", None, None, replace(GOOD, code="W2"))
    with pytest.raises(Refused, match="没有找到"):
        saved("product.he", "W9", 1, GOOD)
    with pytest.raises(PassesBy), open_session(scope("product.he"), "products", write=True) as session:
        save(session, session.scalars(select(m.Product).where(m.Product.code == "W2")).one(), 2, {"code": "Z"})


def test_a_form_reads_back_what_it_wrote(bank: SmallBank) -> None:
    saved("product.he", None, None, GOOD)
    assert form_of(stored("N1")) == GOOD
    bare = ProductForm("N2", "定存", "deposit", "CNY")
    saved("product.he", None, None, bare)
    assert form_of(stored("N2")) == bare and stored("N2").risk_level is None


def test_what_another_level_would_do_is_told_in_counts(bank: SmallBank) -> None:
    products()
    for customer, capacity, days in ((OWN, "C2", 10), (PEER, "C4", 10), (OTHER, "C2", -1)):
        answered(capacity, days, customer)
        holds("W1", customer)
    holds("W1", FIRM)
    given(OWN, risk_capacity_until=today() + timedelta(days=1))
    with open_session(scope("product.he"), "products") as session:
        everyone, after = catalogue.consequences(session, stored("W1"), today())
        assert session.scalars(select(m.Customer)).all() == []  # counts, and no customer
    assert (everyone, after) == (3, {"R1": 0, "R2": 0, "R3": 1, "R4": 1, "R5": 2})


def test_who_changed_what_is_told(bank: SmallBank) -> None:
    products()
    saved("product.he", "W2", 1, replace(form_of(stored("W2")), risk_level="R3", description="新说明"))
    with open_session(scope("rm.zhang"), "products") as session:
        found = catalogue.history(session, stored("W2"))
    assert {(one.field, one.before, one.after, one.who) for one in found} == {
        ("risk_level", "R2", "R3", "何敏"), ("description", None, "新说明", "何敏")}  # fmt: skip


def test_every_product_of_the_cast_is_listed(bank: SmallBank) -> None:
    products()
    with open_session(scope("product.he"), "products") as session:
        listed = [one.code for one in session.scalars(catalogue.products())]
    assert set(PRODUCTS) <= set(listed)

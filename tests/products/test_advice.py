"""Advice is suitable ∩ needed, each with its reason; what is refused says why; nothing unfit is ever suggested."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from lib.products.advice import Circumstances, OnOffer, advise, fitting
from lib.products.needs import Need
from lib.store.suitability import Investor, Sold, above_by, age_on, unfit, why_unfit

DAY = date(2026, 6, 15)
WEALTH = Need("wealth_growth", ("月日均 AUM ≥ 20 万元（现为 42 万元）",), ("wealth",))
CARD = Need("consumption", ("2026-05-03 购房",), ("card", "loan"))
C3 = Investor("personal", date(1980, 5, 1), "C3", DAY + timedelta(days=100))


def offer(number: int, level: str | None = None, category: str = "wealth", needs: tuple[str, ...] = (),
          **more: object) -> OnOffer:  # fmt: skip
    return OnOffer(number, category, needs, Sold(f"P{number}", level, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("sold", "whom", "why"), [
    (Sold("P", "R3"), C3, None),
    (Sold("P", "R4"), C3, "above"),
    (Sold("P", "R1"), Investor("personal", None, "C3", DAY), None),
    (Sold("P", "R1"), Investor("personal", None, "C3", DAY - timedelta(days=1)), "expired"),
    (Sold("P", "R1"), Investor("personal", None, None, None), "untested"),
    (Sold("P", "R1"), Investor("personal", None, "C3", None), "untested"),
    (Sold("P"), Investor("personal", None, None, None), None),
    (Sold("P", active=False), C3, "inactive"),
    (Sold("P", customer_kind="corporate"), C3, "kind"),
    (Sold("P", customer_kind="personal"), Investor("corporate"), "kind"),
    (Sold("P", age_from=46), C3, None),
    (Sold("P", age_from=47), C3, "age"),
    (Sold("P", age_below=46), C3, "age"),
    (Sold("P", age_below=47), C3, None),
    (Sold("P", age_from=18), Investor("personal", None), "no_birth_date"),
    (Sold("P", age_from=18), Investor("corporate"), None),
    (Sold("P", "R9"), C3, "above"),
])  # fmt: skip
def test_why_a_product_does_not_fit(sold: Sold, whom: Investor, why: str | None) -> None:
    assert unfit(sold, whom, DAY) == why
    if why is not None:
        assert sold.name in why_unfit(why, sold, whom)


def test_the_sentence_says_by_how_many_levels() -> None:
    assert why_unfit("above", Sold("稳利", "R5"), C3) == "稳利为 R5，高出客户的风险承受能力 C3 2 级，不能推荐。"
    assert above_by("R2", "C3") == 0 == above_by(None, "C3") == above_by("R9", "C3")


def test_what_is_needed_and_fits_with_its_reasons() -> None:
    found = advise([WEALTH], [offer(1, "R2"), offer(2, "R4"), offer(3, category="loan")], C3, Circumstances(), DAY)
    [one] = found.suggested
    assert (one.product.id, one.need) == (1, "wealth_growth")
    assert one.reasons == ("需求“财富增值”：月日均 AUM ≥ 20 万元（现为 42 万元）", "R2 ≤ C3，测评有效至 2026-09-23")
    assert [(no.product.id, no.code) for no in found.refused] == [(2, "above")]
    assert fitting(Sold("卡"), C3) == "不分风险等级的产品"


@pytest.mark.parametrize(("product", "around", "code"), [
    (offer(1, "R1"), Circumstances(held=frozenset({1})), "held"),
    (offer(1, None, "loan"), Circumstances(rating="high"), "rating"),
    (offer(1, "R1", active=False), Circumstances(), "inactive"),
])  # fmt: skip
def test_what_else_speaks_against_a_product(product: OnOffer, around: Circumstances, code: str) -> None:
    found = advise([WEALTH, CARD], [product], C3, around, DAY)
    assert [one.code for one in found.refused] == [code] and not found.suggested


@pytest.mark.parametrize("around", [
    Circumstances(do_not_contact=True), Circumstances(no_automated_advice=True), Circumstances(complaint=True),
])  # fmt: skip
def test_who_is_suggested_nothing_is_told_why(around: Circumstances) -> None:
    found = advise([WEALTH], [offer(1, "R1")], C3, around, DAY)
    assert found.suggested == () and found.silent


def test_a_products_own_needs_come_before_its_category() -> None:
    products = [offer(1, "R1", needs=("pension",)), offer(2, "R1", needs=("wealth_growth",), category="deposit")]
    found = advise([WEALTH], products, C3, Circumstances(), DAY)
    assert [one.product.id for one in found.suggested] == [2] and found.refused == ()


def test_each_product_once_for_the_first_need_it_serves() -> None:
    both = offer(1, "R1", needs=("consumption", "wealth_growth"))
    found = advise([CARD, WEALTH], [both], C3, Circumstances(), DAY)
    assert [(one.product.id, one.need) for one in found.suggested] == [(1, "consumption")]


LEVEL = st.sampled_from([None, "R1", "R2", "R3", "R4", "R5"])
OFFERS = st.lists(st.builds(
    lambda n, level, since, below, kind, active: OnOffer(
        n, "wealth", (), Sold(f"P{n}", level, kind, since, below, active)),
    st.integers(1, 50), LEVEL, st.none() | st.integers(0, 90), st.none() | st.integers(0, 90),
    st.sampled_from([None, "personal", "corporate"]), st.booleans(),
), max_size=8)  # fmt: skip
WHO = st.builds(
    Investor, st.sampled_from(["personal", "corporate"]), st.none() | st.dates(date(1930, 1, 1), date(2015, 1, 1)),
    st.sampled_from([None, "C1", "C2", "C3", "C4", "C5"]),
    st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
)  # fmt: skip


@tried(OFFERS, WHO)
def test_nothing_unfit_is_ever_suggested_and_nothing_is_left_unexplained(offers: list[OnOffer], whom: Investor) -> None:
    found = advise([WEALTH], offers, whom, Circumstances(), DAY)
    for one in found.suggested:
        sold = one.product.sold
        assert sold.active and sold.customer_kind in (None, whom.kind)
        if sold.risk_level:
            assert whom.capacity and whom.until and whom.until >= DAY and sold.risk_level[1] <= whom.capacity[1]
        if whom.kind == "personal" and whom.birth_date:
            assert (sold.age_from or 0) <= age_on(whom.birth_date, DAY) < (sold.age_below or 200)
    assert {one.product.id for one in (*found.suggested, *found.refused)} == {one.id for one in offers}
    assert all(one.sentence for one in found.refused)

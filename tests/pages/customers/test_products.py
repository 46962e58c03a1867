"""产品与适当性: every post's journey, the matrix and its lists, the catalogue's form, the questionnaire and advice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from streamlit.testing.v1 import AppTest

from lib.products import answering
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.rights import rights
from tests.cast import C_OWN, FIRM, GAO, LI, NORTH, OTHER, OWN, PEER, SOUTH, STAFF, ZHANG, SmallBank, filled, number_of
from tests.products.rows import C4, PRODUCTS, answered, given, holds, products, rows_of, stored
from tests.screen import application, page, words_of

QUARTER = str(Quarter.of(today()))
READERS = [login for login, (_i, _n, role, _b) in STAFF.items() if rights(role, "products").see]
# (level, branch, staff) → customers to be reviewed there
REVIEW = {("bank", 0, 0): 3, ("branch", NORTH, 0): 2, ("branch", SOUTH, 0): 1, ("manager", NORTH, ZHANG): 1,
          ("manager", NORTH, GAO): 1, ("manager", SOUTH, LI): 1}  # fmt: skip


@pytest.fixture
def stock(sqlite_bank: SmallBank) -> Iterator[SmallBank]:
    """OWN, PEER and OTHER are C2 and hold W4; the figures say so."""
    products()
    for customer in (OWN, PEER, OTHER):
        answered("C2", 100, customer)
        holds("W4", customer)
    with bulk("test") as session:
        for table in (m.SuitabilityQuarter, m.QuarterRun, m.CustomerQuarter):
            session.execute(delete(table))
        session.add(filled(m.QuarterRun, quarter=QUARTER, version=1, state="open", cutoff=today().isoformat()))
        for (level, branch, staff), count in REVIEW.items():
            for risk in ("R4", "T4"):
                session.add(m.SuitabilityQuarter(
                    quarter=QUARTER, version=1, level=level, branch_id=branch, staff_id=staff, kind="personal",
                    capacity="C2", valid=1, senior=0, risk_level=risk, customers=count, amount_fen=count * 100_000,
                ))  # fmt: skip
        session.add(filled(m.CustomerQuarter, customer_id=OWN, quarter=QUARTER, version=1, kind="personal",
                           aum_fen=25_000_000, investments_fen=0, manager_id=ZHANG, branch_id=NORTH))  # fmt: skip
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(state="closed"))
    yield sqlite_bank


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("customers/products.py", login, locale, **query)


def listed(at: AppTest) -> set[str]:
    return {
        name for one in at.dataframe if "name" in one.value and "capacity" in one.value for name in one.value["name"]
    }


@pytest.mark.parametrize("login", sorted(set(STAFF) - set(READERS)))
def test_who_may_not_see_it_has_no_page(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page("../../pages/customers/products.py")


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("view", ["catalogue", "stock", "questionnaire"])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_view_opens_for_who_sees_it(stock: SmallBank, login: str, view: str, locale: str) -> None:
    at = opened(login, locale, view=view)
    assert not at.error
    form = [one.key for one in at.button if one.key == "product-new"]
    assert bool(form) is (login == "product.he" and view == "catalogue")


@pytest.mark.parametrize(("login", "count"), [
    ("rm.zhang", 1), ("rm.gao", 1), ("head.wang", 2), ("head.zhu", 1), ("crm.zhao", 3), ("exec.zhou", 3),
    ("legal.qian", 3), ("product.he", 3),
])  # fmt: skip
def test_the_cards_reach_as_far_as_the_scope(stock: SmallBank, login: str, count: int) -> None:
    at = opened(login, view="stock")
    card = next(one for one in at.metric if "需复核" in one.label)
    assert str(count) in card.value and f"{count} 位持有人中 {count} 位需复核" in words_of(at)


@pytest.mark.parametrize(("login", "people"), [
    ("rm.zhang", {OWN}), ("head.wang", {OWN, PEER}), ("crm.zhao", {OWN, PEER, OTHER}), ("product.he", set()),
])  # fmt: skip
@pytest.mark.parametrize("show", ["state:review", "cell:review:C2:R4"])
def test_a_figure_leads_to_the_customers_one_reaches(stock: SmallBank, login: str, people: set[int], show: str) -> None:
    assert listed(opened(login, view="stock", show=show)) == {stored(one).name for one in people}


def test_leadership_sees_names_masked_and_nonsense_is_the_matrix(stock: SmallBank) -> None:
    assert listed(opened("exec.zhou", view="stock", show="state:review")) == {"欧***", "孟*", "秦*"}
    assert "位需复核" in words_of(opened("crm.zhao", view="stock", show="cell:review:C9:R4"))


def test_a_branch_and_a_manager_narrow_the_matrix(stock: SmallBank) -> None:
    at = opened("crm.zhao", view="stock", branch="B1", manager="rm.gao", show="state:review")
    assert listed(at) == {stored(PEER).name}
    assert "1 位持有人中 1 位需复核" in words_of(opened("crm.zhao", view="stock", branch="B2"))


def test_before_any_quarter_it_says_so(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.QuarterRun).values(state="replaced"))
    assert "还没有季度数据" in words_of(opened("rm.zhang", view="stock"))


def test_the_questionnaire_as_it_is_asked_shows_no_points(stock: SmallBank) -> None:
    told = words_of(opened("product.he", view="questionnaire"))
    assert "您能承受的最大投资损失" in told and "一天内不超过 2 次" in told and "得分" not in told
    given(PEER, risk_capacity_until=today() - timedelta(days=1))
    at = opened("head.wang", view="questionnaire")
    names = next(one.value for one in at.dataframe if "standing" in one.value)
    assert list(names["name"]) == ["孟芳"]


def test_the_product_desk_enters_and_changes_a_product(stock: SmallBank) -> None:
    at = opened("product.he", view="catalogue", product="new")
    at.button(key="product-new-save").click().run()
    assert "请填写产品代码。" in [one.value for one in at.error]
    at.text_input(key="product-new-code").set_value("N1")
    at.text_input(key="product-new-name").set_value("新品")
    at.selectbox(key="product-new-category").set_value("wealth")
    at.selectbox(key="product-new-risk_level").set_value("R3")
    at.button(key="product-new-save").click().run()
    assert not at.error and not at.exception
    at = opened("product.he", product="W4")
    assert "改动风险等级的后果：3 位个人客户持有" in " ".join(one.label for one in at.expander)
    at.selectbox(key="product-W4-risk_level").set_value("R2")
    at.button(key="product-W4-save").click().run()
    assert not at.error and not at.exception
    with bulk("look", write=False) as session:
        levels = dict(session.execute(select(m.Product.code, m.Product.risk_level)).all())
    assert (levels["N1"], levels["W4"]) == ("R3", "R2")


@pytest.mark.parametrize("login", ["rm.zhang", "crm.zhao", "legal.qian", "exec.zhou"])
def test_nobody_else_has_its_form(stock: SmallBank, login: str) -> None:
    for code in ("W4", "new"):
        at = opened(login, product=code)
        assert not [one for one in at.button if "save" in (one.key or "")]


def portrait(login: str, customer: int = OWN, *boxes: str, locale: str = "zh_CN") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=number_of(customer))
    at.session_state["portrait-tab"] = "需求与产品" if locale == "zh_CN" else "Needs and products"
    for box in boxes:
        at.session_state[f"records-{box}"] = True
    at.run()
    assert not at.exception
    return at


def fill(at: AppTest, **more: str) -> AppTest:
    key = f"questionnaire-{number_of(OWN)}"
    for code, option in (C4 | more).items():
        at.radio(key=f"{key}-{code}").set_value(option)
    at.selectbox(key=f"{key}-channel").set_value("branch")
    return at.button(key=f"{key}-save").click().run()


def test_the_questionnaire_is_answered_on_the_portrait(stock: SmallBank) -> None:
    at = portrait("rm.zhang", OWN, "questionnaire-0")
    radios = [one for one in at.radio if (one.key or "").startswith("questionnaire-")]
    assert len(radios) == 10 and all(one.value is None for one in radios)
    assert "分起为" not in words_of(at)  # no points and no preview
    at.button(key=f"questionnaire-{number_of(OWN)}-save").click().run()
    assert any("还没有作答" in one.value for one in at.error) and rows_of(m.CapacityTest) == []
    fill(at)
    assert not at.error and not at.exception
    assert (stored().risk_capacity, stored().risk_capacity_until) == (
        "C4", answering.valid_until(today(), rulebook()))  # fmt: skip
    assert "合计 79 分，65 分起为 C4 进取型。" in words_of(at)


def test_beside_the_form_nothing_tells_how_earlier_answers_came_out(stock: SmallBank) -> None:
    fill(portrait("rm.zhang", OWN, "questionnaire-0"))
    assert "分起为" in words_of(portrait("rm.zhang"))
    at = portrait("rm.zhang", OWN, "questionnaire-1")
    assert "分起为" not in words_of(at) and not [one for one in at.dataframe if "score" in one.value]
    assert all(one.value is None for one in at.radio if (one.key or "").startswith("questionnaire-"))


def test_no_level_is_typed_anywhere(stock: SmallBank) -> None:
    at = portrait("rm.zhang", OWN, "questionnaire-0", "recommend", "asked")
    assert not [one for one in at.selectbox if "C3" in " ".join(map(str, one.options))]


def test_over_the_limit_the_form_is_gone_and_the_day_is_told(stock: SmallBank) -> None:
    fill(portrait("rm.zhang", OWN, "questionnaire-0"))
    fill(portrait("rm.zhang", OWN, "questionnaire-1"), loss="b")
    at = portrait("rm.zhang", OWN, "questionnaire-2")
    assert "最早可在" in words_of(at) and not [one for one in at.radio if "questionnaire" in (one.key or "")]


def test_advice_with_reasons_and_refusals(stock: SmallBank) -> None:
    at = portrait("rm.zhang")
    frames = {tuple(one.value.columns): one.value for one in at.dataframe}
    suggested = next(value for columns, value in frames.items() if "fit" in columns)
    assert set(suggested["product"]) == {"W1", "W2"} and set(suggested["need"]) == {"财富增值"}
    assert "现为 25 万元" in suggested["why"][0] and "R1 ≤ C2" in suggested["fit"][0]
    refused = next(value for columns, value in frames.items() if columns == ("product", "need", "why"))
    assert {"W3", "W4", "W5"} <= set(refused["product"])
    assert "高出客户的风险承受能力 C2 1 级" in " ".join(refused["why"])


def test_a_recommendation_is_recorded_once_and_answered(stock: SmallBank) -> None:
    key = f"recommend-{number_of(OWN)}"
    at = portrait("rm.zhang", OWN, "recommend")
    assert PRODUCTS["W4"][0] not in [one for one in at.selectbox(key=f"{key}-product").options]
    at.selectbox(key=f"{key}-product").set_value(PRODUCTS["W2"][0])
    at.button(key=f"{key}-save").click().run()
    assert not at.error and [row.product_id for row in rows_of(m.Recommendation)] == [PRODUCTS["W2"][0]]
    [made] = rows_of(m.Recommendation)
    at = portrait("head.wang", OWN, "settle")
    at.button(key=f"settle-{made.id}-save").click().run()
    assert [one.value for one in at.error] == ["请选择客户的答复。"]
    at.session_state[f"settle-{made.id}-outcome"] = "declined"
    at.button(key=f"settle-{made.id}-save").click().run()
    assert not at.error and [row.outcome for row in rows_of(m.Recommendation)] == ["declined"]


def test_what_no_longer_fits_when_it_is_sent_is_refused_on_the_page(stock: SmallBank) -> None:
    key = f"recommend-{number_of(OWN)}"
    at = portrait("rm.zhang", OWN, "recommend")
    at.selectbox(key=f"{key}-product").set_value(PRODUCTS["W2"][0])
    answered("C1", 100)  # somebody renewed the questionnaire meanwhile
    at.button(key=f"{key}-save").click().run()
    assert rows_of(m.Recommendation) == []


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou"])
def test_who_only_reads_gets_no_forms(stock: SmallBank, login: str) -> None:
    at = portrait(login, OWN, "questionnaire-0", "recommend", "asked", "settle")
    assert not [one for one in at.button if "save" in (one.key or "")]
    if login == "exec.zhou":
        assert "财富增值" not in words_of(at)


def test_a_firm_is_told_why(stock: SmallBank) -> None:
    assert "企业客户不做个人风险承受能力测评" in words_of(portrait("rm.zhang", FIRM))


def test_in_english(stock: SmallBank) -> None:
    assert "May be recommended" in words_of(portrait("rm.zhang", locale="en"))

"""On top of a portrait: what stands open, what to do next, and the forms that do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests import cast
from tests.pages.customers.test_portrait import portrait, rich, stored
from tests.screen import words_of

__all__ = ["rich"]


@pytest.fixture
def busy(rich: None) -> None:
    """OWN with a visit long overdue, one moved, a suspected duplicate, and customers alike."""
    quarter = str(Quarter.of(today()))
    with bulk("test") as session:
        session.rows(update(m.DueItem).values(state="done"))
        for number, (kind, title, day) in enumerate((
            ("visit", "送保单", today() - timedelta(days=3)), ("duplicate", None, today() + timedelta(days=20)),
        ), 900):  # fmt: skip
            session.add(m.DueItem(customer_id=cast.OWN, id=number, kind=kind, subject_key=str(number), title=title,
                                  due_on=day, original_due_on=day - timedelta(days=2), state="open",
                                  owner_id=cast.ZHANG, branch_id=cast.NORTH, version=1))  # fmt: skip
        group = {"kind": "personal", "tier": "vip", "band": "all", "customers": 40, "has_card": 30, "has_wealth": 10,
                 "has_deposit": 40, "has_loan": 2, "aum_fen": 99_000_000}  # fmt: skip
        session.add(cast.filled(m.PeerQuarter, quarter=quarter, version=1, **group))
        session.rows(update(m.CustomerQuarter).where(m.CustomerQuarter.customer_id == cast.OWN)
                     .values(has_card=0, has_wealth=1, has_deposit=1, has_loan=0))  # fmt: skip
        session.add(m.Product(id=9, code="K1", name="金卡", category="card", currency="CNY"))


def opened(at: AppTest, key: str) -> AppTest:
    at.session_state[key] = True
    return at.run()


def item(number: int = 900) -> m.DueItem:
    with bulk("test", write=False) as session:
        return session.scalars(select(m.DueItem).where(m.DueItem.id == number)).one()


def given(**values: Any) -> None:
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == cast.OWN).values(**values))


def test_what_stands_open_is_on_top(busy: None) -> None:
    told = words_of(portrait("rm.zhang"))
    first, second = today() - timedelta(days=3), today() - timedelta(days=5)
    assert f"逾期 {first:%Y-%m-%d}" in told and f"回访 · 送保单 · 原定 {second:%Y-%m-%d}" in told
    assert "重复核对" in told and "稳健理财 90 天" in told and "在办" in told


def test_the_leadership_sees_no_notes_and_no_steps(busy: None) -> None:
    told = words_of(portrait("exec.zhou"))
    assert "送保单" not in told and "下一步建议" not in told


def test_a_visit_is_done_moved_or_dropped(busy: None) -> None:
    at = opened(portrait("rm.zhang"), "due-open-900")
    at.selectbox(key="due-900-what").set_value("drop")
    at.button(key="due-900-save").click().run()
    assert [error.value for error in at.error] == ["请写明理由。"]
    opened(at, "due-open-900").selectbox(key="due-900-what").set_value("move")
    at.text_input(key="due-900-note").set_value("客户出差")
    at.date_input(key="due-900-day").set_value(today() + timedelta(days=9))
    at.button(key="due-900-save").click().run()
    assert not at.error
    moved = item()
    assert (moved.state, moved.due_on, moved.original_due_on) == (
        "open", today() + timedelta(days=9), today() - timedelta(days=5))  # fmt: skip


def test_next_steps_give_reasons_and_what_fits(busy: None) -> None:
    told = words_of(portrait("rm.zhang"))
    assert "下一步建议" in told and "重做风险测评" in told
    with bulk("test") as session:  # the questionnaire renewed, nothing planned, nothing matures
        session.rows(update(m.DueItem).values(state="done"))
        session.rows(update(m.Holding).values(matures_on=None))
        session.rows(update(m.Case).values(state="closed"))
        session.rows(update(m.CustomerQuarter).values(watch=0))
    given(risk_capacity_until=today() + timedelta(days=200))
    told = words_of(portrait("rm.zhang"))
    assert "75% 的同类客户持有银行卡" in told or "75% 的同类客户持有" in told
    assert "可谈：金卡" in told
    given(no_automated_advice=True)
    told = words_of(portrait("rm.zhang"))
    assert "金卡" not in told and "客户不接受自动推荐" in told
    given(do_not_contact=True)
    assert "没有主动联系的建议" in words_of(portrait("rm.zhang"))


def test_the_step_leads_to_the_questionnaire(busy: None) -> None:
    at = portrait("rm.zhang")
    at.button(key="step-capacity").click().run()
    assert not at.exception and at.session_state["portrait-tab"] == "需求与产品"
    assert "重新测评之前，不推荐分风险等级的产品" in words_of(at)
    assert stored().risk_capacity == "C3"


def test_verified_from_the_portrait(busy: None) -> None:
    given(verified_on=date(2020, 1, 1))
    with bulk("test") as session:
        session.rows(update(m.DueItem).where(m.DueItem.id == 900).values(kind="refresh", title=None))
    at = opened(portrait("rm.zhang"), "due-open-900")
    assert "完整度" in words_of(at) and "尚缺：" in words_of(at)
    at.button(key=f"verify-{cast.number_of(cast.OWN)}-save").click().run()
    assert not at.error
    assert (stored().verified_on, stored().verified_by, item().state) == (today(), cast.ZHANG, "done")


def test_a_visit_is_planned_from_the_service_tab(busy: None) -> None:
    at = opened(portrait("rm.zhang", tab="服务记录"), "portrait-plan-open")
    key = f"plan-{cast.number_of(cast.OWN)}-tab"
    at.button(key=f"{key}-save").click().run()
    assert [error.value for error in at.error] == ["请填写事由。"]
    at.text_input(key=f"{key}-title").set_value("年终拜访")
    at.button(key=f"{key}-save").click().run()
    assert not at.error
    with bulk("test", write=False) as session:
        made = session.scalars(select(m.DueItem).where(m.DueItem.title == "年终拜访")).one()
    assert (made.kind, made.owner_id, made.due_on) == ("visit", cast.ZHANG, today())


def test_beside_customers_alike(busy: None) -> None:
    at = portrait("rm.zhang")
    told = words_of(at)
    assert "低于同类客户中位 99 万元；同类：贵宾（40 位）" in told
    table = next(frame.value for frame in at.dataframe if "share" in frame.value.columns)
    assert list(table["share"]) == [100, 25, 75, 5]


def test_with_too_few_alike_there_is_a_sentence(rich: None) -> None:
    assert "同类客户不足 30 位" in words_of(portrait("rm.zhang"))


def test_who_only_reads_gets_no_forms(busy: None) -> None:
    at = portrait("legal.qian")
    assert "下一步建议" in words_of(at)
    assert [button.key for button in at.button if str(button.key).startswith(("step-", "go-"))] == []


def test_in_english(busy: None) -> None:
    told = words_of(portrait("rm.zhang", locale="en"))
    assert "Next best steps" in told and "Renew the risk questionnaire" in told

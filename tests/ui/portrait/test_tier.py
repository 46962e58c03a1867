"""层级与评级 on the portrait: the explanation is the stored one; tiers and ratings are asked for, never set alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.session import open_session
from lib.tiers.explain import explained, points
from lib.tiers.override import OverrideForm
from tests.kpi.ten import PEOPLE, A, B, E, F, ten_bank, ten_customers, ten_made
from tests.screen import page, words_of
from tests.tiers.deciding import asked, scope

_ = (ten_bank, ten_customers, ten_made)
READERS = ("rm.ma", "head.wang", "crm.zhao", "legal.qian", "exec.zhou")


def portrait(login: str, customer: int = B, locale: str = "zh_CN") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=f"C{customer}")
    at.session_state["portrait-tab"] = {"zh_CN": "层级与评级", "en": "Tier and rating"}[locale]
    at.run()
    assert not at.exception
    return at


def requests() -> list[Any]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(m.ChangeRequest).order_by(m.ChangeRequest.id)))


def labels(at: AppTest) -> set[str]:
    return {one.label for one in at.get("expander")} | {one.label for one in at.button}


def test_the_explanation_makes_the_stored_score_of_everybody(ten_customers: str) -> None:
    """Of every customer and quarter with a score, on both engines: factors as explained add up to what is stored."""
    with open_session(scope("crm.zhao"), "test") as session:
        q, run = m.CustomerQuarter, m.QuarterRun
        published = (run.quarter == q.quarter) & (run.version == q.version) & run.state.in_(("open", "closed"))
        stored = session.scalars(select(q).join(run, published).where(q.score.is_not(None))).all()
        assert {fact.customer_id for fact in stored} >= set(PEOPLE) - {104}
        for fact in stored:
            of = explained(session, fact, rulebook(), "CNY")
            assert (
                of.total
                == of.stored
                == sum(share.factor.weight * share.points for share in of.shares) // of.card.weight
            ), (fact.customer_id, fact.quarter)
            assert of.sentences and of.standing.tier == fact.tier


@pytest.mark.parametrize("login", READERS)
def test_each_reader_sees_why(ten_bank: str, login: str) -> None:
    said = words_of(portrait(login)).replace("\\", "")
    assert "距潜力线差" in said and "tier.personal@always" in said and "tier.score@always" in said
    assert ("申请人工调整层级" in labels(portrait(login))) == (login in ("rm.ma", "head.wang", "crm.zhao"))


def test_leaders_see_no_rating_that_rests_on_hidden_facts(ten_bank: str) -> None:
    said = words_of(portrait("exec.zhou"))
    assert "对你的岗位不展示" in said and "规则建议" not in said


def test_in_english(ten_bank: str) -> None:
    assert "What would raise the score" in words_of(portrait("crm.zhao", locale="en"))


def test_history_has_every_quarter_with_its_change(ten_bank: str) -> None:
    at = portrait("crm.zhao")
    frame = next(one.value for one in at.dataframe if "reached" in one.value)
    assert [row[0] for row in frame["change"]][:3] == ["降级", "降级观察", "升级"]
    assert len(frame) == len(set(frame["quarter"]))


def test_a_manager_asks_for_a_tier_and_sees_it_wait(ten_bank: str) -> None:
    at = portrait("rm.ma", A)
    at.selectbox(key="override-C101-tier").select("vip")
    next(one for one in at.button if one.label == "提交审批").click().run()
    assert "请写明理由。" in [one.value for one in at.error] and requests() == []
    at.text_area(key="override-C101-reason").input("他行资产证明")
    next(one for one in at.button if one.label == "提交审批").click().run()
    (one,) = requests()
    assert (one.kind, one.after["tier"], one.stage_role) == ("tier_override", "vip", "head")
    assert "待审批" in str(at.get("markdown")) or "待审批" in words_of(at)
    assert "申请人工调整层级" not in labels(at)


def test_the_head_agrees_on_the_approvals_page_and_the_portrait_shows_it(ten_bank: str) -> None:
    request = asked("rm.ma", A, OverrideForm("vip", date(2027, 3, 31), "他行资产证明"))
    at = page("governance/approvals.py", "head.wang", request=str(request))
    frame = next(one.value for one in at.dataframe if "before" in one.value)
    assert (frame["before"].iloc[0], frame["after"].iloc[0]) == ("潜力（降级观察第 1 季）", "贵宾")
    assert "下次刷新时生效" in words_of(at)
    at.segmented_control(key=f"decide-{request}-1-verdict").set_value("agreed")
    next(one for one in at.button if one.label == "提交意见").click().run()
    assert not at.exception
    shown = portrait("head.wang", A)
    said = words_of(shown)
    assert "人工调整：贵宾" in said and "他行资产证明" in said and "下次刷新后" in said
    assert "结束这项决定" in labels(shown)
    assert "结束这项决定" not in labels(portrait("rm.ma", A))


def test_its_author_does_not_decide_on_the_page(ten_bank: str) -> None:
    request = asked("head.wang", A, OverrideForm("vip", date(2027, 3, 31), "他行资产证明"))
    at = page("governance/approvals.py", "head.wang", request=str(request))
    assert "提交意见" not in labels(at)


@pytest.fixture
def in_arrears(ten_bank: str) -> None:
    with bulk("arrears") as session:
        session.get(m.Account, (B, B * 10 + 1)).status = "arrears"
        customer = session.get(m.Customer, B)
        customer.risk_rating, customer.occupation, customer.income_fen = "low", "教师", 12_000_000


def test_a_rating_that_differs_is_asked_for_filled_in(in_arrears: None) -> None:
    at = portrait("rm.ma", B)
    assert "规则建议：高" in words_of(at) and "因信用记录不得更优" in words_of(at)
    next(one for one in at.button if one.label == "提交复核" and "rating" in str(one.key)).click().run()
    (one,) = requests()
    assert (one.kind, one.after["fields"], one.stage_role) == (
        "customer_info", {"risk_rating": {"shown": "high"}}, "reviewer",
    )  # fmt: skip
    assert "信用记录：有逾期" in one.reason


def test_what_is_not_known_is_said_to_be(ten_bank: str) -> None:
    said = words_of(portrait("crm.zhao", E))
    assert "资料不足，规则不给建议" in said and "信用记录、收入稳定性" in said
    assert words_of(portrait("crm.zhao", F)).count("不详")


def test_points_are_told_with_one_decimal() -> None:
    assert (points(0), points(375), points(3000)) == ("0.0", "3.8", "30.0")

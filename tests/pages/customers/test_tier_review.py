"""层级审议 on screen: who reads the queue, who decides, and what stays visible."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from lib.ui import frames, one_by_one
from tests.kpi.ten import ten_bank, ten_made
from tests.screen import page, words_of
from tests.tiers.deciding import decided

_ = (ten_bank, ten_made)
OPEN = ["白乙", "陈丙", "安甲"]


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("customers/tiers.py", login, locale, view="review", **query)


def names(at: AppTest) -> list[str]:
    return next((list(frame.value["name"]) for frame in at.dataframe if "name" in frame.value), [])


def counts(at: AppTest) -> list[str]:
    return [re.sub(r"\D", "", metric.value) for metric in at.metric]


def decisions() -> list[Any]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(m.TierDecision).order_by(m.TierDecision.id)))


@pytest.mark.parametrize("login", ["rm.ma", "head.wang", "crm.zhao", "legal.qian", "exec.zhou"])
def test_each_reads_the_queue_and_only_heads_and_the_department_decide(ten_bank: str, login: str) -> None:
    at = opened(login)
    assert len(names(at)) == 3 and [one[0] for one in names(at)] == [one[0] for one in OPEN]
    assert (names(at) == OPEN) == (login != "exec.zhou")
    assert any(toggle.label == "勾选审议" for toggle in at.toggle) == (login in ("head.wang", "crm.zhao"))
    assert counts(at) == ["3", "0", "0"]


def test_each_move_has_its_reason(ten_bank: str) -> None:
    at = opened("head.wang")
    frame = next(one.value for one in at.dataframe if "why" in one.value)
    assert list(frame["why"]) == [
        "月日均 AUM 40 万元，低于贵宾线 10 万元",
        "月日均 AUM 30 万元，低于贵宾线 20 万元",
        "月日均 AUM 6 万元，高于潜力线 1 万元",
    ]


def test_a_change_and_a_kind_narrow_it(ten_bank: str) -> None:
    assert names(opened("crm.zhao", change="upgraded")) == ["安甲"]
    assert names(opened("crm.zhao", kind="corporate")) == ["高庚公司"]
    assert names(opened("crm.zhao", branch="S")) == []
    assert "没有待审议的变动" in words_of(opened("rm.ni"))


def test_another_quarter_is_only_looked_at(ten_bank: str) -> None:
    at = opened("head.wang", quarter="2026Q2")
    assert "只可查看" in words_of(at) and not any(toggle.label == "勾选审议" for toggle in at.toggle)


def test_in_english(ten_bank: str) -> None:
    said = words_of(opened("head.wang", "en"))
    assert "keeps the former tier until 31 Dec 2026" in said


def test_several_are_held_at_once_with_a_reason(ten_bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "checklist", lambda rows, *_a, **_k: [0, 1] if len(rows) > 1 else [])
    at = opened("head.wang")
    button = next(one for one in at.button if one.label.startswith("暂缓 2"))
    button.click().run()
    assert "暂缓须写明理由。" in [error.value for error in at.error] and decisions() == []
    at.text_input(key="review-hold-reason").input("季末大额支付，次月回流")
    next(one for one in at.button if one.label.startswith("暂缓 2")).click().run()
    assert not at.exception and "已审议 2 位客户。" in words_of(at)
    assert {(one.customer_id, one.act) for one in decisions()} == {(102, "held"), (103, "held")}
    assert counts(at) == ["1", "0", "2"]
    shown = opened("rm.ma", state="held")
    frame = next(one.value for one in shown.dataframe if "by" in one.value)
    assert list(frame["by"]) == ["head.wang"] * 2 and set(frame["reason"]) == {"季末大额支付，次月回流"}


def test_a_click_that_comes_too_late_says_so(ten_bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    each = one_by_one.each

    def late(*given: Any) -> one_by_one.Outcome:
        decided("crm.zhao", 102, "confirmed", "")
        return each(*given)

    monkeypatch.setattr(frames, "checklist", lambda rows, *_a, **_k: [0])
    monkeypatch.setattr(one_by_one, "each", late)
    at = opened("head.wang")
    next(one for one in at.button if one.label.startswith("确认 1")).click().run()
    assert "未审议 1 位客户：" in words_of(at) and len(decisions()) == 1

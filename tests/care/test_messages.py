"""One message: written once, the due item it does, why not, cancelled and done again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.care.messages import call_instead, cancel, queue
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused, open_session
from tests.care.writing import clean, due_item, form, given, message, queued
from tests.cast import FIRM, OTHER, OWN, SmallBank, number_of, scope


@pytest.fixture(autouse=True)
def nobody_written_to(sqlite_bank: SmallBank) -> None:
    clean()


def item() -> m.DueItem:
    with bulk("look", write=False) as session:
        return session.get_one(m.DueItem, (OWN, 900))


def test_the_same_form_writes_once_and_does_its_item() -> None:
    due_item()
    row = queued(item_id=900)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        assert queue(session, number_of(OWN), form(item_id=900), "one") is None
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count(m.Message.id))) == 1
    done = item()
    assert (done.state, done.outcome, done.ended_by) == ("done", "已发消息", 1)
    assert (message(row.id).due_item_id, message(row.id).branch_id) == (900, 1)


@pytest.mark.parametrize(("values", "more", "said"), [
    ({"do_not_contact": True}, {}, "请勿联系"),
    ({"stage": "former"}, {}, "不是在册客户"),
    ({"phone_masked": None}, {}, "没有可用的渠道地址"),
    ({"birth_date": today() - timedelta(days=3000)}, {}, "未成年人"),
    ({"no_automated_advice": True}, {"occasion": "product"}, "不接受自动推荐"),
    ({}, {"text": "  "}, "请填写消息文字"),
    ({}, {"text": "{name}，您好"}, "还有没填上的内容：客户姓名或名称"),
    ({}, {"text": "好" * 501}, "最多 500 字"),
    ({}, {"channel": "fax"}, "请选择渠道"),
    ({}, {"occasion": "raffle"}, "请选择场合"),
    ({}, {"send_on": today() - timedelta(days=1)}, "不能早于今天"),
])  # fmt: skip
def test_what_is_refused_is_said(values: dict[str, Any], more: dict[str, Any], said: str) -> None:
    if values:
        given(OWN, **values)
    with pytest.raises(Refused, match=said):
        queued(**more)


@pytest.mark.parametrize("customer", [OTHER])
def test_nobody_writes_beyond_the_own_reach(customer: int) -> None:
    with pytest.raises(Refused, match="不在你的范围内"):
        queued(customer_id=customer)
    with pytest.raises(Refused, match=r"不能写入|不在你的范围内"):
        queued("care.chen", OWN)


def test_a_second_message_within_the_gap_is_refused_by_whoever() -> None:
    queued()
    with pytest.raises(Refused, match="近期已联系或已发消息"):
        queued("head.wang", once="two")
    queued("head.wang", once="three", occasion="service")


def test_a_product_above_the_capacity_is_refused() -> None:
    with bulk("test") as session:
        session.add(m.Product(id=9, code="W9", name="进取理财", category="wealth", currency="CNY", risk_level="R4"))
    given(OWN, risk_capacity="C3", risk_capacity_until=today() + timedelta(days=60))
    with pytest.raises(Refused, match="风险承受能力"):
        queued(occasion="product", product_id=9)


@pytest.mark.parametrize("more", [{"kind": "maturity"}, {"state": "done"}, {"owner_id": 13}])
def test_only_the_own_open_item_of_the_occasion_is_done(more: dict[str, Any]) -> None:
    due_item(**more)
    with pytest.raises(Refused, match="待办"):
        queued(item_id=900)


def test_cancelled_it_is_to_be_done_again() -> None:
    due_item()
    row = queued(item_id=900)
    with open_session(scope("head.wang"), "test", write=True) as session:
        cancel(session, OWN, row.id, row.version)
    again = item()
    assert message(row.id).state == "cancelled"
    assert (again.state, again.outcome, again.ended_at) == ("open", None, None)
    queued("rm.zhang", once="two", item_id=900)


def test_cancelled_once() -> None:
    row = queued()
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        cancel(session, OWN, row.id, row.version)
    with pytest.raises(Refused, match="不能取消"), open_session(scope("rm.zhang"), "test", write=True) as session:
        cancel(session, OWN, row.id, row.version + 1)


def test_a_call_is_planned_for_what_failed_and_once() -> None:
    row = queued()
    with pytest.raises(Refused, match="发送失败"), open_session(scope("rm.zhang"), "test", write=True) as session:
        call_instead(session, OWN, row.id)
    with bulk("test") as session:
        session.get_one(m.Message, (OWN, row.id)).state = "failed"
    for _click in range(2):
        with open_session(scope("rm.zhang"), "test", write=True) as session:
            call_instead(session, OWN, row.id)
    with bulk("look", write=False) as session:
        found = session.scalars(
            select(m.DueItem).where(m.DueItem.kind == "follow_up", m.DueItem.customer_id == OWN)
        ).all()
    assert [(one.due_on, one.owner_id) for one in found] == [(today(), 1)]


def test_a_firm_may_be_written_to() -> None:
    assert queued(customer_id=FIRM, text="江河机械有限公司，您好！").channel == "sms"

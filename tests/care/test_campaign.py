"""Campaigns: counted by the first reason, queued in steps each customer once, gone on with, called off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.care import campaign
from lib.care.campaign import CampaignForm, Preview
from lib.care.rules import Rules, rules_of
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.session import Refused, StoreSession, open_session
from tests.care.writing import clean, given, loud_day, queued
from tests.cast import FIRM, NORTH, OWN, PEER, UNASSIGNED, ZHANG, SmallBank, filled, number_of, scope

TEXT = "{name}{title}，您好！{bank}{branch}祝您安康。{manager}"
CROWD = range(7000, 7025)


@pytest.fixture(autouse=True)
def crowd(bank: SmallBank) -> Iterator[None]:
    """Twenty-five customers of rm.zhang's beside the cast, of whom some may not be written to."""
    clean()
    with bulk("test") as session:
        for one in CROWD:
            session.add(filled(m.Customer, customer_id=one, number=number_of(one), name=f"王{one}", kind="personal",
                               stage="customer", gender="F", phone_masked="138****0000", manager_id=ZHANG,
                               branch_id=NORTH, do_not_contact=one < 7003))  # fmt: skip
    yield


def everybody() -> Any:
    return select(m.Customer.customer_id).where(m.Customer.stage != "outsider")


def form(**more: Any) -> CampaignForm:
    said = {"title": "问候", "occasion": "festival", "channel": "", "text": TEXT, "send_on": loud_day(),
            "query": {"kind": "personal"}, "view": "全部"}  # fmt: skip
    return CampaignForm(**{**said, **more})


def drafted(login: str = "rm.zhang", **more: Any) -> m.Campaign:
    with open_session(scope(login), "test", write=True) as session:
        return campaign.draft(session, form(**more))


def look(login: str, row: m.Campaign, most: int | None = None) -> Preview:
    with open_session(scope(login), "test") as session:
        return campaign.preview(session, everybody(), sending(session, row, most))


def sending(session: StoreSession, row: m.Campaign, most: int | None = None) -> Any:
    rules = rules_of(rulebook(), loud_day())
    if most is not None:
        rules = Rules(**{**vars(rules), "most": most})
    return campaign.sending_of(session, row, rules)


def begun(row: m.Campaign, login: str = "rm.zhang") -> None:
    seen = look(login, row)
    with open_session(scope(login), "test", write=True) as session:
        campaign.begin(session, row.id, row.version, seen)


def step(row: m.Campaign, size: int, login: str = "rm.zhang") -> int:
    with open_session(scope(login), "test", write=True) as session:
        return campaign.queue_some(session, row.id, everybody(), size)


def sent_to(row: m.Campaign) -> list[int]:
    with bulk("look", write=False) as session:
        mine = select(m.Message.customer_id).where(m.Message.campaign_id == row.id).order_by(m.Message.customer_id)
        return list(session.scalars(mine))


def test_counted_by_the_first_reason_within_the_own_reach() -> None:
    given(FIRM, phone_masked=None, email=None)
    queued(customer_id=7010, text="您好")
    assert look("rm.zhang", drafted()) == Preview(27, 22, {"do_not_contact": 3, "no_address": 1, "recent": 1})
    assert look("head.wang", drafted("head.wang")).chosen == 30  # with PEER, UNASSIGNED and the prospect
    assert look("rm.li", drafted("rm.li")).chosen == 2


def test_who_is_beyond_the_most_are_the_last() -> None:
    row = drafted()
    seen = look("rm.zhang", row, most=20)
    assert (seen.will_get, seen.left_out) == (20, {"do_not_contact": 3, "over_limit": 4})
    with open_session(scope("rm.zhang"), "test") as session:
        left = session.execute(campaign.left_out(everybody(), sending(session, row, 20), "over_limit")).all()
        alone = session.execute(campaign.left_out(everybody(), sending(session, row), "do_not_contact")).all()
    assert [one.customer_id for one in left] == [7021, 7022, 7023, 7024]
    assert [one.customer_id for one in alone] == [7000, 7001, 7002]


def test_samples_read_as_they_will_be_sent() -> None:
    row = drafted()
    with open_session(scope("rm.zhang"), "test") as session:
        first, *rest = campaign.samples(session, everybody(), row, sending(session, row))
    assert first == "欧阳小明，您好！示范银行城北支行祝您安康。张伟" and len(rest) == 2


def test_queued_in_steps_each_once_and_gone_on_with() -> None:
    row = drafted()
    begun(row)
    assert step(row, 10) == 10
    given(7020, do_not_contact=True)  # between two steps
    assert [step(row, 10), step(row, 10), step(row, 10), step(row, 10)] == [10, 3, 0, 0]
    assert sent_to(row) == sorted([OWN, FIRM, *(one for one in CROWD if one > 7002 and one != 7020)])
    with bulk("look", write=False) as session:
        stored = session.get_one(m.Campaign, row.id)
        texts = session.scalars(select(m.Message.text).where(m.Message.customer_id == 7005)).all()
        assert stored.counts["queued"] == 23 and campaign.is_whole(stored)
        assert texts == ["王7005女士，您好！示范银行城北支行祝您安康。张伟"]


def test_a_second_campaign_reaches_nobody_again() -> None:
    first, second = drafted(), drafted(title="又一次")
    begun(first)
    while step(first, 50):
        pass
    assert look("rm.zhang", second).will_get == 0
    with pytest.raises(Refused, match="没有可以发送"):
        begun(second)


def test_called_off_nothing_waits_any_more() -> None:
    row = drafted()
    begun(row)
    step(row, 10)
    with bulk("outbox") as session:  # the gateway has two
        for one in session.scalars(select(m.Message).where(m.Message.customer_id.in_([OWN, FIRM]))):
            one.state = "taken"
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        campaign.cancel(session, row.id, session.get_one(m.Campaign, row.id).version)
    with pytest.raises(Refused, match="已取消"):
        step(row, 10)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        assert [campaign.cancel_some(session, row.id, 5) for _step in range(3)] == [5, 3, 0]
    with bulk("look", write=False) as session:
        found = dict(session.execute(select(m.Message.state, func.count()).where(
            m.Message.campaign_id == row.id).group_by(m.Message.state)).all())  # fmt: skip
    assert found == {"taken": 2, "cancelled": 8}


@pytest.mark.parametrize(("more", "said"), [
    ({"title": " "}, "起名"), ({"occasion": "service"}, "逐件发送"), ({"text": "{name}{shoe}"}, "已知的占位"),
    ({"text": "{product}"}, "产品"), ({"text": "{event}"}, "事件"), ({"text": ""}, "消息文字"),
    ({"title": "好" * 81}, "最多 80 字"), ({"channel": "sms", "text": "好" * 501}, "最多 500 字"),
])  # fmt: skip
def test_a_draft_with_problems_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        drafted(**more)


@pytest.mark.parametrize("login", ["head.wang", "crm.zhao", "rm.gao"])
def test_only_the_owner_moves_it(login: str) -> None:
    row = drafted()
    begun(row)
    for act in (lambda s: campaign.cancel(s, row.id, 2), lambda s: campaign.queue_some(s, row.id, everybody())):
        with pytest.raises(Refused, match="发起人"), open_session(scope(login), "test", write=True) as session:
            act(session)


def test_a_product_campaign_leaves_out_whom_it_does_not_suit() -> None:
    with bulk("test") as session:
        session.add(m.Product(id=9, code="W9", name="稳健理财", category="wealth", currency="CNY", risk_level="R2"))
    given(7010, risk_capacity="C2", risk_capacity_until=loud_day())
    given(7011, risk_capacity="C2", risk_capacity_until=loud_day(), no_automated_advice=True)
    row = drafted(occasion="product", text="{name}{product}", product_id=9)
    seen = look("rm.zhang", row)
    assert (seen.will_get, seen.left_out["unsuitable"], seen.left_out["no_advice"]) == (1, 22, 1)
    assert PEER and UNASSIGNED

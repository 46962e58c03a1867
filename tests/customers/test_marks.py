"""Tags by hand: with evidence, ended and kept; never one that a rule computes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.customers.marks import end_tag, set_tag, tag_problem
from lib.customers.read import tags
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, CustomerTag
from lib.store.scope import PassesBy
from lib.store.session import Refused, open_session
from tests.cast import OTHER, OWN, SmallBank, filled, scope


@pytest.mark.parametrize(
    ("tag", "family", "why", "said"),
    [
        ("高尔夫", "behaviour", "客户自述", None),
        ("", "behaviour", "客户自述", "填写标签"),
        ("长" * 21, "behaviour", "客户自述", "最多"),
        ("高尔夫", "sport", "客户自述", "类别"),
        ("高尔夫", "behaviour", " ", "凭据"),
        ("高尔夫", "behaviour", "长" * 201, "依据最多"),
        ("senior", "life_cycle", "看着像", "规则计算"),
        ("老年客户", "life_cycle", "看着像", "规则计算"),
    ],
)
def test_what_a_tag_needs(sqlite_bank: SmallBank, tag: str, family: str, why: str, said: str | None) -> None:
    problem = tag_problem(tag, family, why)
    assert (problem is None) if said is None else (said in (problem or ""))


def test_set_ended_and_set_again(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        set_tag(session, OWN, "高尔夫", "behaviour", "客户自述")
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        assert "高尔夫" in [one.tag for one in session.scalars(tags([OWN]))]
        end_tag(session, OWN, "高尔夫", "已不打球")
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        assert "高尔夫" not in [one.tag for one in session.scalars(tags([OWN]))]
        with pytest.raises(Refused, match="没有这个标签"):
            end_tag(session, OWN, "高尔夫", "再来")
        set_tag(session, OWN, "高尔夫", "behaviour", "又开始了")
    with bulk("look", write=False) as session:
        row = session.get_one(CustomerTag, (OWN, "高尔夫"))
        assert (row.until_day, row.since_day, (row.evidence or {})["why"]) == (None, today(), "又开始了")
        entries = select(AuditEntry).where(AuditEntry.table == "customer_tag", AuditEntry.customer_id == OWN)
        assert len(session.scalars(entries).all()) == 3


def test_one_by_rule_is_not_ended_by_hand(bank: SmallBank) -> None:
    with bulk("rule") as session:
        session.add(filled(CustomerTag, customer_id=OWN, tag="senior", by_rule=True))
    with pytest.raises(Refused, match="不能手工取消"), open_session(scope("rm.zhang"), "p", write=True) as session:
        end_tag(session, OWN, "senior", "不像")


@pytest.mark.parametrize("login", ["rm.zhang", "care.chen", "legal.qian", "exec.zhou", "check.sun"])
def test_only_within_reach_and_post(bank: SmallBank, login: str) -> None:
    customer = OTHER if login == "rm.zhang" else OWN
    with pytest.raises((Refused, PassesBy)), open_session(scope(login), "portrait", write=True) as session:
        set_tag(session, customer, "高尔夫", "behaviour", "客户自述")

"""Proposing another entry: who may, from which day, from which entry; what a proposal carries."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.jobs.examples import run
from lib.rulebook import Rulebook, shipped_rows
from lib.rulebook.examples import examples_of
from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused, open_session
from lib.work import requests
from lib.work.rule_change import Proposal, newest, plain_source, problems, proposal_of, propose
from tests.cast import SmallBank, scope
from tests.entries import enter_rule

BOOK = Rulebook(shipped_rows())
DAY = date(2026, 11, 22)
KEY = "complaint.repeat_days"


def proposal(kind: str = "rule", key: str = KEY, known: Rulebook = BOOK, **other: Any) -> Proposal:
    """The newest entry as a proposal of today, with what is otherwise."""
    entry = newest(known, kind, key)
    assert entry is not None
    said = Proposal(kind, key, entry.title, entry.unit, DAY, entry.basis, entry.source, entry.value,
                    examples_of(kind, key, entry), entry.version)  # fmt: skip
    return replace(said, **other)


def ask(login: str = "crm.zhao", **other: Any) -> m.ChangeRequest:
    asked = proposal(known=book.rulebook(), **{"since": today(), "value": 60, **other})
    with open_session(scope(login), "rulebook", write=True) as session:
        return propose(session, asked, "行办公会决定", run)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"value": 60}, ""),
        ({}, "没有任何修改"),
        ({"basis": "stated"}, ""),
        ({"source": "另一份文件"}, ""),
        ({"source": "  "}, "请写明来源"),
        ({"value": 60, "source": "长" * 301}, "最多 300 字"),
        ({"value": 60, "basis": "rumour"}, "请选择依据"),
        ({"value": 60, "title": ""}, "请写明名称"),
        ({"value": 60, "since": DAY - timedelta(days=1)}, "不能早于今天"),
        ({"value": 60, "since": DAY + timedelta(days=400)}, ""),
        ({"value": "60"}, "应为数字"),
        ({"value": -1}, "不能小于零"),
        ({"kind": "tag", "key": "senior", "value": {"family": "need"}}, "类别、适用客户与条件"),
        ({"kind": "tag", "key": "senior",
          "value": {"family": "need", "kinds": [], "when": {"fact": "age", "op": ">", "value": 1}}}, "适用客户"),
        ({"kind": "tag", "key": "senior",
          "value": {"family": "need", "kinds": ["personal"], "when": {"fact": "shoe", "op": ">", "value": 1}}}, "条件"),
        ({"kind": "kpi", "key": "csat", "value": {"group": "quality"}}, "缺少"),
        ({"key": "complaint.root_causes", "value": []}, "投诉根本原因树"),
        ({"key": "rulebook.proposers", "value": {"crm": ["all"], "product": ["capacity."]}}, ""),
    ],
)  # fmt: skip
def test_what_speaks_against_a_proposal(other: dict[str, Any], said: str) -> None:
    place = {part: other[part] for part in ("kind", "key") if part in other}
    found = problems(replace(proposal(**place), **other), BOOK, DAY)
    assert bool(found) is bool(said) and said in "".join(found), found


def test_a_scheme_weighs_kpis_of_the_catalogue() -> None:
    scheme = proposal(key="appraisal.manager")
    other = [{**one, "code": "referral_rate"} if one["code"] == "csat" else one for one in scheme.value]
    assert problems(replace(scheme, value=other), BOOK, DAY) == []
    strange = [{**one, "code": "shoes"} if one["code"] == "csat" else one for one in scheme.value]
    assert "指标目录里没有“shoes”" in "".join(problems(replace(scheme, value=strange), BOOK, DAY))


def test_a_new_tag_may_be_proposed_and_a_new_rule_not() -> None:
    when = {"fact": "age", "op": ">=", "value": 80}
    tag = Proposal("tag", "very_old", "高龄客户", "", DAY, "assumed", "管理 §7.2",
                   {"family": "life_cycle", "kinds": ["personal"], "when": when}, (), "")  # fmt: skip
    assert problems(tag, BOOK, DAY) == []
    assert "没有" in "".join(problems(replace(tag, kind="rule", value=3), BOOK, DAY))


def test_never_before_the_newest_entry() -> None:
    later = replace(next(row for row in shipped_rows() if row.key == KEY), valid_from=date(2027, 1, 1), position=999,
                    value={"unit": "days", "value": 45})  # fmt: skip
    known = Rulebook([*shipped_rows(), later])
    one = replace(proposal(known=known), value=60)
    assert "最新条目的日期" in "".join(problems(one, known, DAY))
    assert problems(replace(one, since=date(2027, 1, 1)), known, DAY) == []


def test_a_request_keeps_what_was_asked(bank: SmallBank) -> None:
    request = ask()
    assert (request.kind, request.subject, request.subject_key) == ("rule_change", "rule", KEY)
    assert (request.before["value"], request.after["value"], request.stage_role) == (90, 60, "reviewer")
    assert proposal_of(request).value == 60 and proposal_of(request).base == request.before["version"]


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "care.chen", "check.sun", "legal.qian", "product.he",
                                   "exec.zhou", "admin.wu"])  # fmt: skip
def test_who_may_not_propose_is_refused_by_the_command(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused, match="不能提出"):
        ask(login)


def test_a_stale_base_is_refused(bank: SmallBank) -> None:
    asked = proposal(known=book.rulebook(), since=today(), value=60)
    enter_rule(KEY, 45)
    with pytest.raises(Refused, match="刚被改过"), open_session(scope("crm.zhao"), "x", write=True) as session:
        propose(session, asked, "理由", run)


def test_examples_that_do_not_hold_are_refused_until_restated(sqlite_bank: SmallBank) -> None:
    key = "tier.watch_quarters"
    with pytest.raises(Refused, match="改写算例"):
        ask(key=key, value=0)
    asked = proposal(key=key, known=book.rulebook(), value=0, since=today())
    outcomes = run(asked.row(), asked.examples, book.rulebook())
    restated = tuple(replace(one.example, expect=one.got) for one in outcomes)
    request = ask(key=key, value=0, examples=restated)
    assert request.after["examples"][0]["expect"] == {"tier": "potential", "watched": 0, "change": "downgraded"}  # type: ignore[index]


def test_of_two_who_propose_at_once_one_is_told(bank: SmallBank) -> None:
    together, said = threading.Barrier(2), []

    def attempt(value: int) -> None:
        together.wait()
        try:
            ask(value=value)
            said.append("")
        except Refused as refused:
            said.append(str(refused))

    threads = [threading.Thread(target=attempt, args=(value,)) for value in (60, 45)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[0] == "" and "等待审批" in sorted(said)[1]
    with bulk("look", write=False) as session:
        assert len(session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.kind == "rule_change")).all()) == 1


def test_withdrawn_it_may_be_proposed_again(sqlite_bank: SmallBank) -> None:
    request = ask()
    with pytest.raises(Refused, match="等待审批"):
        ask(value=45)
    with open_session(scope("crm.zhao"), "approvals", write=True) as session:
        requests.withdraw(session, request.id, 1)
    assert ask(value=45).id != request.id


@pytest.mark.parametrize(
    ("source", "plain"),
    [("制度 §六", "制度 §六"), ("纪要：赵磊提出，孙倩、钱程复核（申请 12）", "纪要"),
     ("纪要：甲乙：赵磊提出，孙倩复核（申请 12）", "纪要：甲乙")],
)  # fmt: skip
def test_a_source_without_who_decided(source: str, plain: str) -> None:
    assert plain_source(source) == plain

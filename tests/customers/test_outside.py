"""Facts from outside: on which basis they are kept, for whom they are to be seen, and that they can be erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.customers.outside import OutsideForm, end_outside, ending_problem, outside_facts, record_outside
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, OutsideFact
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FIRM, OTHER, OUTSIDER, OWN, PROSPECT, ZHANG, SmallBank, scope

DAY = date(2026, 3, 2)
AGREED = OutsideForm("social", "微博 @小明", "consent", "常去音乐节", DAY, DAY)


@pytest.fixture(autouse=True)
def _nothing_before(request: pytest.FixtureRequest) -> None:
    """The cast has a row of every table for every customer; here the facts are the test's own."""
    for name in ("bank", "sqlite_bank"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            with bulk("none yet") as session:
                for row in session.scalars(select(OutsideFact)):
                    session.delete(row)


def record(login: str, customer: int = OWN, form: OutsideForm = AGREED) -> OutsideFact:
    with open_session(scope(login), "portrait", write=True) as session:
        record_outside(session, customer, form)
    return stored(customer)


def stored(customer: int = OWN) -> OutsideFact:
    with bulk("look", write=False) as session:
        return session.scalars(select(OutsideFact).where(OutsideFact.customer_id == customer)).one()


def end(login: str, fact: OutsideFact, reason: str = "客户撤回同意", version: int = 1) -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        end_outside(session, fact.customer_id, fact.id, version, reason)


# --- who


@pytest.mark.parametrize(
    ("login", "customer", "may"),
    [
        ("rm.zhang", OWN, True),
        ("rm.zhang", FIRM, True),
        ("head.wang", PROSPECT, True),
        ("crm.zhao", OTHER, True),
        ("rm.zhang", OTHER, False),
        ("head.zhu", OWN, False),
        ("care.chen", OWN, False),  # sees the customer narrowly
        ("legal.qian", OWN, False),
        ("exec.zhou", OWN, False),
        ("crm.zhao", OUTSIDER, False),  # no customer of the bank's
    ],
)
def test_who_records_of_whom(bank: SmallBank, login: str, customer: int, may: bool) -> None:
    if may:
        assert record(login, customer).content == "常去音乐节"
        return
    with pytest.raises(Refused):
        record(login, customer)


def test_who_sees_what(bank: SmallBank) -> None:
    record("rm.zhang")
    seen: dict[str, list[Any]] = {}
    for login in ("rm.zhang", "head.wang", "legal.qian", "exec.zhou", "care.chen", "rm.li", "check.sun"):
        with open_session(scope(login), "portrait") as session:
            rows = session.execute(outside_facts([OWN])).all()
            seen[login] = [(row.OutsideFact.source, row.OutsideFact.content) for row in rows]
    clear = [("微博 @小明", "常去音乐节")]
    assert [seen[login] for login in ("rm.zhang", "head.wang", "legal.qian")] == [clear] * 3
    assert seen["exec.zhou"] == [(None, None)]  # counted, not read
    assert seen["care.chen"] == seen["rm.li"] == seen["check.sun"] == []


def test_it_is_recorded_in_one_s_own_name_and_the_trail_does_not_hold_it(bank: SmallBank) -> None:
    assert record("rm.zhang").staff_id == ZHANG
    assert "音乐节" not in trail() and "微博" not in trail() and "lawful_basis" in trail()


def trail() -> str:
    with bulk("look", write=False) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.table == "outside_fact"))
        return " ".join(f"{entry.before} {entry.after}" for entry in entries)


# --- on which basis


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"source_kind": "bought"}, None),  # with consent
        ({"lawful_basis": "contract", "consent_on": None}, None),
        ({"lawful_basis": "legal_duty", "consent_on": None}, None),
        ({"source_kind": "web", "lawful_basis": "public_disclosed", "consent_on": None}, None),
        ({"source_kind": "rumour"}, "来源类别"),
        ({"source_kind": ""}, "来源类别"),
        ({"source": " "}, "写明来源"),
        ({"source": "长" * 200}, None),
        ({"source": "长" * 201}, "来源最多"),
        ({"lawful_basis": ""}, "合法依据"),
        ({"lawful_basis": "curiosity"}, "合法依据"),
        ({"consent_on": None}, "填写同意日期"),
        ({"consent_on": DAY - timedelta(days=1)}, None),
        ({"consent_on": DAY + timedelta(days=1)}, "在取得信息之前"),
        ({"consent_on": DAY + timedelta(days=6)}, "同意日期不能晚于今天"),
        ({"lawful_basis": "contract"}, "不填同意日期"),
        ({"source_kind": "bought", "lawful_basis": "contract", "consent_on": None}, "购买的信息"),
        ({"source_kind": "bought", "lawful_basis": "public_disclosed", "consent_on": None}, "购买的信息"),
        ({"content": "\n"}, "填写信息内容"),
        ({"content": "长" * 2000}, None),
        ({"content": "长" * 2001}, "内容最多"),
        ({"learned_on": DAY + timedelta(days=5)}, None),  # today
        ({"learned_on": DAY + timedelta(days=6)}, "取得日期不能晚于今天"),
    ],
)
def test_what_a_fact_needs(changes: dict[str, Any], said: str | None) -> None:
    problems = replace(AGREED, **changes).problems(DAY + timedelta(days=5))
    assert (problems == []) if said is None else any(said in one for one in problems), problems


@pytest.mark.parametrize(
    "form",
    [
        replace(AGREED, consent_on=None),
        replace(AGREED, source_kind="bought", lawful_basis="public_disclosed", consent_on=None),
        replace(AGREED, learned_on=today() + timedelta(days=1)),
    ],
)
def test_what_has_no_basis_is_not_stored(bank: SmallBank, form: OutsideForm) -> None:
    with pytest.raises(Refused):
        record("rm.zhang", form=form)
    with bulk("look", write=False) as session:
        assert session.scalars(select(OutsideFact)).all() == []


def test_the_same_again_is_refused_until_it_ended(bank: SmallBank) -> None:
    fact = record("rm.zhang")
    with pytest.raises(Refused, match="已经登记过"):
        record("head.wang", form=replace(AGREED, content=" 常去音乐节 "))
    end("rm.zhang", fact)
    with open_session(scope("head.wang"), "portrait", write=True) as session:
        record_outside(session, OWN, AGREED)
        assert [row.OutsideFact.content for row in session.execute(outside_facts([OWN]))] == ["常去音乐节", ""]


# --- and that it ends


def test_what_ended_is_erased_everywhere(bank: SmallBank) -> None:
    fact = record("rm.zhang")
    end("head.wang", fact)
    left = stored()
    assert (left.content, left.ended_on, left.ended_reason) == ("", today(), "客户撤回同意")
    assert (left.source_kind, left.lawful_basis, left.consent_on) == ("social", "consent", DAY)
    assert "音乐节" not in trail()
    with pytest.raises(Refused, match="已经停用"):
        end("rm.zhang", fact, version=left.version)


@pytest.mark.parametrize("login", ["rm.li", "head.zhu", "care.chen", "legal.qian", "exec.zhou"])
def test_who_does_not_write_ends_nothing(bank: SmallBank, login: str) -> None:
    fact = record("rm.zhang")
    with pytest.raises(Refused):
        end(login, fact)
    assert stored().ended_on is None


def test_a_stale_ending_is_told(bank: SmallBank) -> None:
    fact = record("rm.zhang")
    with pytest.raises(Conflict):
        end("rm.zhang", fact, version=7)


@pytest.mark.parametrize(
    ("reason", "said"), [("", "写明"), ("  ", "写明"), ("长" * 200, None), ("长" * 201, "最多"), ("撤回", None)]
)
def test_why_it_ends_is_said(reason: str, said: str | None) -> None:
    problem = ending_problem(reason)
    assert (problem is None) if said is None else (said in (problem or ""))


@pytest.mark.parametrize(
    ("field", "value"), [("content", "改写"), ("source", "别处"), ("lawful_basis", "contract"), ("consent_on", None)]
)
def test_what_was_learned_is_never_rewritten(bank: SmallBank, field: str, value: Any) -> None:
    record("rm.zhang")
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        setattr(session.execute(outside_facts([OWN])).one().OutsideFact, field, value)

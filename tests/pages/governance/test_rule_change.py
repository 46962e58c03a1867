"""A rule changed on screen: who may, the form, the examples, two reviews, in force from its day; tags, KPIs, files."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import scope_of
from lib.store.session import Refused, open_session
from lib.ui.rulebook import what_if
from lib.work import requests
from tests.cast import SmallBank, scope
from tests.entries import enter_rule
from tests.screen import page, words_of

TIERS = "tier.personal"


def rulebook(login: str, ident: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("governance/rulebook.py", login, locale, rule=ident, **query)


def asked() -> list[m.ChangeRequest]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.kind == "rule_change")))


def decide(login: str, request_id: int, version: int, verdict: str = "agreed", text: str = "") -> AppTest:
    at = page("governance/approvals.py", login, request=str(request_id))
    form = f"decide-{request_id}-{version}"
    at.button_group(key=f"{form}-verdict").set_value(verdict)
    at.text_area(key=f"{form}-text").set_value(text)
    at.button(key=f"{form}-save").click().run()
    assert not at.exception
    return at


def checked(at: AppTest) -> AppTest:
    at.button(key="rule-check").click().run()
    assert not at.exception
    return at


def proposed(at: AppTest, ident: str, reason: str = "行办公会决定") -> AppTest:
    at.text_area(key=f"propose-{ident}-reason").set_value(reason)
    at.button(key=f"propose-{ident}-save").click().run()
    assert not at.exception
    return at


def lines() -> list[int | None]:
    entry = book.rulebook().history("rule", TIERS)[-1]
    return [one.get("line", {}).get("CNY") for one in entry.value["tiers"]]


def history(at: AppTest) -> Any:
    return next(one.value for one in at.dataframe if "state" in one.value)


def table(at: AppTest, column: str) -> list[dict[str, str]]:
    """The rows of the table that has this column, as a person reads them."""
    found = next(one.value for one in at.table if column in one.value)
    return [{key: re.sub(r"\\|\*\*|:\w+-badge", "", str(cell)) for key, cell in row.items()}
            for row in found.to_dict("records")]  # fmt: skip


def difference(at: AppTest, before: str = "现在") -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in table(at, before)]


def results(at: AppTest) -> list[str]:
    return [row["结果"] for row in table(at, "算得")]


def test_a_line_is_moved_from_proposal_to_force(bank: SmallBank) -> None:
    at = rulebook("crm.zhao", TIERS, edit="yes")
    at.number_input(key="rule-vip-CNY").set_value(600_000.0)
    at.date_input(key="rule-since").set_value(today() + timedelta(days=1))
    at = checked(at)
    assert difference(at) == [("层级 · 贵宾 · 达到", "50 万元", "60 万元")]
    assert results(at) == ["[不符]", "[不符]", "[相符]", "[相符]"]
    at = proposed(at, TIERS)
    assert any("改写算例的预期" in one.value for one in at.error) and not asked()
    for number in (0, 1):
        at.checkbox(key=f"rule-restate-{number}").check().run()
    proposed(at, TIERS)
    (request,) = asked()
    assert (request.subject, request.subject_key, request.stage_role) == ("rule", TIERS, "reviewer")

    at = page("governance/approvals.py", "check.sun", request=str(request.id))
    said = words_of(at)
    assert "个人客户分层" in said and "行办公会决定" in said and "4 个算例都与新口径相符" in at.success[0].value
    assert difference(at) == [("层级 · 贵宾 · 达到", "50 万元", "60 万元")]
    decide("check.sun", request.id, 1)
    assert lines()[1] == 50_000_000
    at = decide("legal.qian", request.id, 2)
    assert any("自" in one.value and "按新条目执行" in one.value for one in at.success)
    assert lines()[1] == 60_000_000
    entry = book.rulebook().entry(TIERS, today())
    assert entry.value["tiers"][1]["line"]["CNY"] == 50_000_000, "in force from its day, not before"
    at = rulebook("rm.zhang", TIERS)
    assert "60 万元" in at.info[0].value and list(history(at)["state"].map(lambda one: one[0])) == [
        "将生效", "现行"]  # fmt: skip
    assert "赵磊提出，孙倩、钱程复核" in history(at)["source"][0]


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "care.chen", "check.sun", "legal.qian", "product.he",
                                   "exec.zhou"])  # fmt: skip
def test_only_the_department_sees_the_form(sqlite_bank: SmallBank, login: str) -> None:
    at = rulebook(login, TIERS, edit="yes")
    assert not [one for one in at.button if one.key == "rule-check"]
    assert "个人客户分层" in words_of(at)


def test_a_post_is_let_in_by_the_rule_alone(sqlite_bank: SmallBank) -> None:
    enter_rule("rulebook.proposers", {"crm": ["all"], "product": ["capacity."]})
    assert [
        one for one in rulebook("product.he", "capacity.valid_months", edit="yes").button if one.key == "rule-check"
    ]
    assert not [one for one in rulebook("product.he", TIERS, edit="yes").button if one.key == "rule-check"]


def test_a_wrong_value_is_a_sentence_and_no_request(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", TIERS, edit="yes")
    at.number_input(key="rule-vip-CNY").set_value(40_000.0)
    at = checked(at)
    assert any("逐层降低" in one.value for one in at.error)
    assert not [one for one in at.button if one.key == f"propose-{TIERS}-save"]
    at = checked(rulebook("crm.zhao", TIERS, edit="yes"))
    assert any("没有任何修改" in one.value for one in at.error)


def test_deeper_values_are_edited_as_text(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "customer.age_bands", edit="yes")
    box = at.text_area(key="rule-toml")
    box.set_value(box.value.replace("below = 36", "below = 40"))
    at = checked(at)
    assert difference(at) == [("18–35 岁 · 小于", "36 年", "40 年")]
    box = at.text_area(key="rule-toml").set_value("value = [")
    at = checked(at)
    assert any("TOML 无法读取" in one.value for one in at.error)


#: one of each kind of form
FORMS = (
    "complaint.promise.personal", "complaint.legal_counting", "churn.lost", "gift.single", "import.rejected_share",
    "rating.response", "steps.order", "complaint.pause", "complaint.surge", "target.aum_churn", "target.nps",
    "kpi:csat", "tag:senior", "customer.size_limits", "complaint.moves",
)  # fmt: skip


@pytest.mark.parametrize("ident", FORMS)
def test_every_form_gives_back_what_stood_there(sqlite_bank: SmallBank, ident: str) -> None:
    at = checked(rulebook("crm.zhao", ident, edit="yes"))
    assert [one.value for one in at.error] == ["与现行条目相同，没有任何修改。"]


def test_a_target_is_typed_in_percent(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "target.csat", edit="yes")
    assert at.number_input(key="rule-value").value == 85.0
    at.number_input(key="rule-value").set_value(88.5)
    proposed(checked(at), "target.csat")
    assert asked()[0].after["value"] == 0.885


def test_a_tag_s_condition_is_edited_in_rows(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "tag:investment_potential", edit="yes")
    assert at.number_input(key="rule-value-0").value == 200_000.0
    at.number_input(key="rule-value-0").set_value(300_000.0)
    at.selectbox(key="rule-fact-2").set_value("age")
    at.selectbox(key="rule-op-2").set_value("<")
    at.number_input(key="rule-value-2").set_value(70.0)
    at = checked(at)
    assert difference(at)[0][2] == "存款日均 ≥ 30 万元 且 投资 = 0.00 元 且 年龄（岁） < 70"
    at.checkbox(key="rule-restate-0").check().run()
    proposed(at, "tag:investment_potential")
    (request,) = asked()
    assert request.after["value"]["when"]["all"][2] == {"fact": "age", "op": "<", "value": 70}  # type: ignore[index]
    decide("check.sun", request.id, 1)
    decide("legal.qian", request.id, 2)
    assert "30 万元" in words_of(rulebook("rm.zhang", "tag:investment_potential"))


def test_a_change_under_way_is_shown_and_no_second_begun(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "complaint.repeat_days", edit="yes")
    at.number_input(key="rule-value").set_value(60)
    proposed(checked(at), "complaint.repeat_days")
    at = rulebook("crm.zhao", "complaint.repeat_days", edit="yes")
    assert "才能提出下一次修改" in words_of(at) and "赵磊于" in words_of(at)
    assert not [one for one in at.button if one.key == "rule-check"]


def test_a_form_opened_before_another_change_is_refused(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "complaint.repeat_days", edit="yes")
    at.number_input(key="rule-value").set_value(60)
    at = checked(at)
    enter_rule("complaint.repeat_days", 45)
    at = proposed(at, "complaint.repeat_days")
    assert any("刚被改过" in one.value for one in at.error) and not asked()
    assert at.number_input(key="rule-value").value == 60, "what was written is not lost"
    at.run()
    assert any("刚被改过" in one.value for one in at.warning)
    at.button(key="rule-anew").click().run()
    assert not at.warning


def test_returned_answered_withdrawn(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "complaint.repeat_days", edit="yes")
    at.number_input(key="rule-value").set_value(60)
    proposed(checked(at), "complaint.repeat_days")
    (request,) = asked()
    decide("check.sun", request.id, 1, "returned", "依据是什么？")
    with open_session(scope("crm.zhao"), "approvals", write=True) as session:
        requests.answer(session, request.id, 2, "见纪要")
    decide("check.sun", request.id, 3)
    decide("legal.qian", request.id, 4, "refused", "与制度不符")
    assert asked()[0].state == "refused" and len(book.rulebook().history("rule", "complaint.repeat_days")) == 1


def test_nobody_agrees_to_their_own_change_nor_twice(bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "complaint.repeat_days", edit="yes")
    at.number_input(key="rule-value").set_value(60)
    proposed(checked(at), "complaint.repeat_days")
    (request,) = asked()
    at = page("governance/approvals.py", "legal.qian", request=str(request.id))
    assert not at.button_group, "it is the reviewer's turn"
    for login in ("crm.zhao", "legal.qian", "product.he"):
        with pytest.raises(Refused), open_session(scope(login), "approvals", write=True) as session:
            requests.decide(session, request.id, 1, "agreed", "", None)
    decide("check.sun", request.id, 1)
    sun = scope("check.sun")
    promoted = scope_of(sun.staff_id, sun.login, sun.name, "legal", None)
    with pytest.raises(Refused, match="不能审批两次"), open_session(promoted, "approvals", write=True) as session:
        requests.decide(session, request.id, 2, "agreed", "", None)


def test_figures_of_a_what_if_go_with_the_request(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    def ask(_page: Any, proposal: Any) -> dict[str, Any]:
        st.text(f"试算 {proposal.key}")
        return {"moved": 7}

    def show(_page: Any, figures: dict[str, Any]) -> None:
        st.text(f"会变动 {figures['moved']} 位")

    monkeypatch.setattr(what_if, "WHAT_IFS", {"tier.": what_if.WhatIf(ask, show)})
    at = rulebook("crm.zhao", "tier.watch_quarters", edit="yes")
    at.number_input(key="rule-value").set_value(2)
    at = checked(at)
    assert "试算 tier.watch_quarters" in words_of(at)
    for one in [one for one in at.checkbox if str(one.key).startswith("rule-restate")]:
        at.checkbox(key=one.key).check()
    at.run()
    proposed(at, "tier.watch_quarters")
    (request,) = asked()
    assert request.after["what_if"] == {"moved": 7}
    assert "会变动 7 位" in words_of(page("governance/approvals.py", "check.sun", request=str(request.id)))


def test_in_english(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", TIERS, "en", edit="yes")
    at.number_input(key="rule-vip-CNY").set_value(600_000.0)
    at = checked(at)
    assert difference(at, "Now") == [("Tier · VIP · From the line", "CNY 500K", "CNY 600K")]
    assert "come out differently" in at.warning[0].value

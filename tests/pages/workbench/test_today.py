"""今日工作 on screen: each post its own list, one log ends and plans, what is put off sleeps, a head gives on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from streamlit.testing.v1 import AppTest

from lib.settings import business_now, today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.engine import engine
from tests.care.rows import item, only
from tests.cast import (
    C_OWN,
    CUSTOMERS,
    FIRM,
    GAO,
    NORTH,
    OTHER,
    OWN,
    PEER,
    UNASSIGNED,
    ZHANG,
    SmallBank,
    case_number_of,
    filled,
    number_of,
    phone_of,
)
from tests.screen import application, page, words_of

ALL = (OWN, PEER, UNASSIGNED, OTHER, FIRM)
FORM = f"today-{number_of(OWN)}"
_STATEMENTS = 24  # of a whole run, the frame's and the caches' own included


@pytest.fixture
def due(sqlite_bank: SmallBank) -> SmallBank:
    """Everybody is to be visited today, the firm has a meeting as well."""
    only(*(item(one, "visit") for one in ALL), item(FIRM, "meeting", 2))
    return sqlite_bank


def opened(login: str = "rm.zhang", locale: str = "zh_CN", **query: str) -> AppTest:
    return page("workbench/today.py", login, locale, **query)


def listed(at: AppTest) -> set[int]:
    """Who stands on the list, by what each row's button is called."""
    numbers = {number_of(one): one for one in CUSTOMERS}
    return {numbers[key.removeprefix("today-pick-")] for button in at.button
            if (key := button.key or "").startswith("today-pick-")}  # fmt: skip


def stored(customer_id: int, kind: str = "visit") -> list[m.DueItem]:
    with bulk("look", write=False) as session:
        found = select(m.DueItem).where(m.DueItem.customer_id == customer_id, m.DueItem.kind == kind)
        return list(session.scalars(found.order_by(m.DueItem.due_on)))


@pytest.mark.parametrize(
    ("login", "seen"),
    [("rm.zhang", {OWN, FIRM}), ("rm.li", {OTHER}), ("head.wang", {OWN, PEER, UNASSIGNED, FIRM}),
     ("head.zhu", {OTHER}), ("crm.zhao", {OWN, PEER, UNASSIGNED, FIRM})],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_each_post_lands_on_its_own_list(due: SmallBank, login: str, seen: set[int], locale: str) -> None:
    at = opened(login, locale)
    assert listed(at) == seen
    assert at.title[0].value == {"zh_CN": "今日工作", "en": "Today"}[locale]
    assert application(login, locale).title[0].value == at.title[0].value, "it is the first page"


@pytest.mark.parametrize("login", ["check.sun", "legal.qian", "product.he", "exec.zhou", "admin.wu"])
def test_other_posts_cannot_open_it(due: SmallBank, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page("../../pages/workbench/today.py")


def test_an_officer_has_the_own_cases_by_clock(due: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(promise_due_at=business_now()))
    at = opened("care.chen")
    frame = next(one.value for one in at.dataframe if "number" in one.value)
    assert list(frame["number"]) == [case_number_of(C_OWN)] and listed(at) == set()
    assert not [one for one in at.button if "save" in (one.key or "")]


def test_nobody_works_on_a_customer_beyond_the_own_reach(due: SmallBank) -> None:
    at = opened("rm.zhang", customer=number_of(OTHER))
    assert "秦岭" not in words_of(at) and f"today-{number_of(OTHER)}-save" not in [b.key for b in at.button]


def test_the_department_only_reads(due: SmallBank) -> None:
    at = opened("crm.zhao")
    assert not [one for one in at.button if "save" in (one.key or "") or one.key == "today-put-off"]
    at = opened("crm.zhao", view="load")
    assert not [one for one in at.button if "save" in (one.key or "")] and "调剂" not in words_of(at)


def test_one_log_ends_the_visit_plans_the_next_and_opens_the_next_person(due: SmallBank) -> None:
    at = opened(customer=number_of(OWN))
    assert at.get_by_key(f"{FORM}-outcome").value == "reached" and at.get_by_key(f"{FORM}-purpose").value == "visit"
    at.get_by_key(f"{FORM}-note").set_value("问了存款利率")
    at.get_by_key(f"{FORM}-next_step").set_value("送利率表")
    at.get_by_key(f"{FORM}-next").set_value("7")
    at.get_by_key(f"{FORM}-save").click().run()
    assert not at.exception
    following, week = today() + timedelta(days=180), today() + timedelta(days=7)
    said = at.success[0].value.replace("\\", "")
    assert said == f"欧阳小明：已记录；回访已完成；“送利率表”列入 {week}；下次回访 {following}"
    assert [(one.state, one.due_on) for one in stored(OWN)] == [("done", today()), ("open", following)]
    assert [one.title for one in stored(OWN, "follow_up")] == ["送利率表"]
    assert listed(at) == {FIRM} and at.query_params["customer"] == number_of(FIRM)


def test_who_was_not_reached_is_tried_again(due: SmallBank) -> None:
    at = opened(customer=number_of(OWN))
    at.button(key="today-outcome-not_reached").click().run()
    assert at.get_by_key(f"{FORM}-outcome").value == "not_reached"
    at.get_by_key(f"{FORM}-save").click().run()
    [visit] = stored(OWN)
    assert (visit.state, visit.attempts, visit.snoozed_until) == ("open", 1, today() + timedelta(days=1))
    assert listed(at) == {FIRM}
    assert f"{today() + timedelta(days=1)} 再列出" in at.success[0].value.replace("\\", "")


def test_a_meeting_wants_minutes_and_plans_what_was_agreed(due: SmallBank) -> None:
    form = f"today-{number_of(FIRM)}"
    at = opened(customer=number_of(FIRM))
    at.get_by_key(f"{form}-purpose").set_value("meeting")
    at.get_by_key(f"{form}-save").click().run()
    assert [error.value for error in at.error] == ["请填写会议纪要"]
    at.get_by_key(f"{form}-note").set_value("谈了授信")
    at.get_by_key(f"{form}-attendees").set_value("王总")
    at.get_by_key(f"{form}-action-1").set_value("报送报表")
    at.get_by_key(f"{form}-save").click().run()
    assert [one.state for one in stored(FIRM, "meeting")] == ["done"]
    assert [one.title for one in stored(FIRM, "follow_up")] == ["报送报表"]


@pytest.mark.parametrize(
    ("act", "state", "snoozed", "days"),
    [("snooze", "open", True, 0), ("move", "open", False, 1), ("drop", "dropped", False, 0)],
)
def test_put_off_moved_or_dropped_with_a_reason(due: SmallBank, act: str, state: str, snoozed: bool, days: int) -> None:
    at = opened(customer=number_of(OWN))
    at.button(key="today-put-off").click().run()
    form = f"today-otherwise-{number_of(OWN)}"
    at.get_by_key(f"{form}-act").set_value(act)
    at.get_by_key(f"{form}-save").click().run()
    assert [error.value for error in at.error] == ["请写明理由。"]
    at.get_by_key(f"{form}-why").set_value("客户出差")
    at.get_by_key(f"{form}-save").click().run()
    assert not at.exception and not at.error
    [visit] = stored(OWN)
    assert (visit.state, visit.snoozed_until is not None) == (state, snoozed)
    assert visit.due_on == today() + timedelta(days=days) and visit.original_due_on == today()
    assert at.query_params["customer"] == number_of(FIRM)


def test_what_sleeps_is_woken(due: SmallBank) -> None:
    only(item(OWN, "visit", id=77, snoozed_until=today() + timedelta(days=3), snooze_reason="出差"))
    at = opened()
    assert listed(at) == set() and "都已联系" in words_of(at)
    at.session_state["today-asleep"] = True
    at.run()
    at.button(key="today-wake-77").click().run()
    assert listed(at) == {OWN}


def test_the_phone_of_ones_own_work_is_shown_and_ledgered_without_asking(due: SmallBank) -> None:
    at = opened(customer=number_of(OWN))
    at.button(key="today-phone").click().run()
    assert phone_of(OWN) in str([element.proto for element in at.get("html")])
    with bulk("look", write=False) as session:
        entry = m.AccessEntry
        found = session.execute(select(entry.what, entry.reason).where(entry.page == "today")).all()
    assert [tuple(row) for row in found] == [("reveal:phone", f"due visit {today()}")]


def test_a_head_has_nothing_to_do_for_them_and_says_why(due: SmallBank) -> None:
    at = opened("head.wang", customer=number_of(OWN))
    at.button(key="today-phone").click().run()
    assert "请写明理由" in words_of(at) and phone_of(OWN) not in str([one.proto for one in at.get("html")])
    at.get_by_key(f"today-phone-why-{number_of(OWN)}").set_value("代为回访")
    at.button(key="today-phone").click().run()
    assert phone_of(OWN) in str([one.proto for one in at.get("html")])


@pytest.mark.parametrize(
    ("query", "seen"),
    [({"manager": "rm.gao"}, {PEER}), ({"manager": "none"}, {UNASSIGNED}), ({"kind": "corporate"}, {FIRM}),
     ({"group": "birthday"}, set()), ({"when": "overdue"}, set()),
     ({"manager": "rm.li"}, {OWN, PEER, UNASSIGNED, FIRM})],
)  # fmt: skip
def test_the_filters_are_in_the_address(due: SmallBank, query: dict[str, str], seen: set[int]) -> None:
    assert listed(opened("head.wang", **query)) == seen


def test_the_department_looks_at_another_branch(due: SmallBank) -> None:
    assert listed(opened("crm.zhao", office="B2")) == {OTHER}


def test_a_head_sees_the_load_and_gives_on_in_one_go(due: SmallBank) -> None:
    at = opened("head.wang", view="load")
    frame = next(one.value for one in at.dataframe if "snoozed" in one.value)
    assert dict(zip(frame["name"], frame["people"], strict=True)) == {"张伟": 2, "高远": 1, "没有经办人": 1}
    key = next(one.key for one in at.dataframe if (one.key or "").startswith("today-giving."))
    at.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    at.run()
    at.get_by_key("today-give-save").click().run()
    assert [error.value for error in at.error] == ["请选择接手的人。", "请写明理由。"]
    at.get_by_key("today-give-to").set_value("rm.gao")
    at.get_by_key("today-give-why").set_value("张伟外出培训")
    at.get_by_key("today-give-save").click().run()
    assert not at.exception and "2 位客户的 3 项交给 高远" in at.success[0].value
    with bulk("look", write=False) as session:
        c = m.Customer
        found = session.scalars(select(c.customer_id).where(c.deputy_id == GAO))
        assert set(found) == {OWN, FIRM}
    assert listed(opened("rm.gao")) == {OWN, FIRM, PEER} and listed(opened("rm.zhang")) == set()


def test_what_else_waits_stands_beside(due: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Action).values(owner_id=ZHANG, due_on=today() - timedelta(days=1)))
    at = opened()
    assert "改进措施 4 项（逾期 4）" in str([link.proto for link in at.get("page_link")])


def test_forty_cost_no_more_statements_than_five(due: SmallBank) -> None:
    few, many = cost(5), cost(40)
    assert many <= few and few <= _STATEMENTS


def cost(people: int) -> int:
    """How many statements a run of the page takes with so many on the list, each for four reasons."""
    ids = range(people * 1000, people * 1000 + people)
    only()
    with bulk("test") as session:
        session.add_all(filled(m.Customer, customer_id=one, number=f"N{one}", kind="personal", stage="customer",
                               name="甲", manager_id=ZHANG, branch_id=NORTH, tier="vip") for one in ids)  # fmt: skip
        session.flush()
        session.add_all(
            filled(m.DueItem, customer_id=one, id=place, kind=kind, subject_key=kind, due_on=today(), owner_id=ZHANG,
                   original_due_on=today(), branch_id=NORTH, product_id=1, title="回电" if place == 3 else None)
            for one in ids for place, kind in enumerate(("visit", "churn", "maturity", "follow_up"))
        )  # fmt: skip
    at = opened()
    assert len([one for one in at.button if (one.key or "").startswith("today-pick-")]) == min(people, 20)
    seen: list[str] = []
    note = lambda _c, _cur, statement, *_rest: seen.append(statement)  # noqa: E731
    event.listen(engine(), "before_cursor_execute", note)
    try:
        at.run()
    finally:
        event.remove(engine(), "before_cursor_execute", note)
    assert not at.exception
    print(len(seen), *seen, sep="\n")
    return len(seen)

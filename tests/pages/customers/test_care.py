"""关怀与回访 on screen: every role its own visits, the calendar with holidays, forms, meetings, service standards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.settings import settings, today
from lib.store.bulk import bulk
from lib.store.models import Contact, Customer, DueItem
from tests.care.test_visits import put
from tests.cast import FIRM, OTHER, OWN, SmallBank, number_of
from tests.kpi.ten import ten_bank as ten_bank
from tests.kpi.ten import ten_made as ten_made
from tests.screen import application, page, words_of

FILE = "customers/care.py"
SEES = {"rm.zhang": ["欧阳小明", "江河机械有限公司"], "rm.li": ["秦岭"],
        "head.wang": ["欧阳小明", "江河机械有限公司", "孟芳"],
        "crm.zhao": ["欧阳小明", "江河机械有限公司", "孟芳", "秦岭"]}  # fmt: skip


@pytest.fixture
def planned(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> SmallBank:
    """A Friday in the middle of a month, with visits before and after it."""
    monkeypatch.setenv("CRM_AS_OF", "2026-11-20")
    settings.cache_clear()
    put()
    return sqlite_bank


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(FILE, login, locale, **query)


def html(at: AppTest) -> str:
    return "".join(str(one.value if hasattr(one, "value") else one.proto.body) for one in at.get("html"))


def names(at: AppTest) -> set[str]:
    return {name for frame in at.dataframe if "name" in frame.value for name in frame.value["name"]}


def stored(item_id: int, customer_id: int = OWN) -> DueItem:
    with bulk("look", write=False) as session:
        return session.get_one(DueItem, (customer_id, item_id))


@pytest.mark.parametrize("login", SEES)
def test_each_sees_the_own_list(planned: SmallBank, login: str) -> None:
    at = opened(login, show="list", state="all")
    assert names(at) == set(SEES[login])
    assert not at.exception


@pytest.mark.parametrize("login", ["product.he", "check.sun", "legal.qian", "exec.zhou", "admin.wu"])
def test_posts_without_the_page_cannot_open_it(planned: SmallBank, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page(f"../../pages/{FILE}")


def test_officers_are_told_why_it_is_empty(planned: SmallBank) -> None:
    assert "不管户" in words_of(opened("care.chen"))
    assert "不看分层服务标准" in words_of(opened("care.chen", view="standards"))


def test_the_calendar_names_the_people_of_one_manager(planned: SmallBank) -> None:
    said = html(opened("rm.zhang"))
    assert "欧阳小明" in said and "逾期 1 件" in said and "2026 年 11 月" in said
    assert "day=2026-11-17" in said


def test_of_a_branch_it_counts_and_of_one_chosen_it_names(planned: SmallBank) -> None:
    assert "孟芳" not in html(opened("head.wang")) and "2 件" in html(opened("head.wang"))
    assert "孟芳" in html(opened("head.wang", whose="rm.gao"))


def test_holidays_and_make_up_days_are_marked(planned: SmallBank) -> None:
    said = html(opened("rm.zhang", month="2026-10"))
    assert "国庆节" in said and "补班日" in said
    assert "推定" in html(opened("rm.zhang", month="2027-01"))


def test_a_day_leads_to_its_list(planned: SmallBank) -> None:
    at = opened("rm.zhang", day="2026-11-20")
    assert names(at) == {"欧阳小明"} and "2026-11-20 · 周五" in words_of(at).replace("\\", "")
    assert "这一天没有回访" in words_of(opened("rm.zhang", day="2026-11-19"))


@pytest.mark.parametrize(
    ("state", "people"),
    [
        ("overdue", {"欧阳小明"}),
        ("done", {"江河机械有限公司"}),
        ("missed", {"欧阳小明"}),
        ("moved", {"江河机械有限公司"}),
    ],
)
def test_states_are_in_the_address(planned: SmallBank, state: str, people: set[str]) -> None:
    assert names(opened("rm.zhang", show="list", state=state)) == people


def test_what_presses_and_what_was_tried(planned: SmallBank) -> None:
    at = opened("rm.zhang", show="list")
    assert {one.label: one.value for one in at.metric if one.label in ("逾期", "今天应办")} == {
        "逾期": ":red[1]", "今天应办": "1"}  # fmt: skip
    frame = next(one.value for one in at.dataframe if "standing" in one.value)
    assert frame["standing"][0] == ["逾期 3 天 · 未联系上 2 次"] and frame["manner"][0] == "线上"


def one(login: str, item_id: int, customer_id: int = OWN, **query: str) -> AppTest:
    return opened(login, item=f"{number_of(customer_id)}.{item_id}", **query)


def test_a_conversation_that_reached_ends_the_visit(planned: SmallBank) -> None:
    at = one("rm.zhang", 11)
    at.button(key=f"visit-log-{number_of(OWN)}-11-save").click().run()
    assert not at.exception
    item = stored(11)
    assert (item.state, item.original_due_on) == ("done", date(2026, 11, 17))
    with bulk("look", write=False) as session:
        assert session.scalars(select(Contact.purpose).where(Contact.id == item.contact_id)).one() == "visit"


def test_not_reached_is_not_done(planned: SmallBank) -> None:
    at = one("rm.zhang", 11)
    at.session_state[f"visit-log-{number_of(OWN)}-11-outcome"] = "not_reached"
    at.button(key=f"visit-log-{number_of(OWN)}-11-save").click().run()
    item = stored(11)
    assert (item.state, item.attempts) == ("open", 3)


def test_moving_keeps_the_original_day_and_needs_a_reason(planned: SmallBank) -> None:
    at = one("rm.zhang", 11, do="move")
    at.date_input(key=f"visit-move-{OWN}-11-day").set_value(date(2026, 11, 24))
    at.button(key=f"visit-move-{OWN}-11-save").click().run()
    assert "请写明理由" in words_of(at) and stored(11).due_on == date(2026, 11, 17)
    at.text_input(key=f"visit-move-{OWN}-11-why").set_value("客户出差")
    at.button(key=f"visit-move-{OWN}-11-save").click().run()
    item = stored(11)
    assert (item.due_on, item.original_due_on, item.outcome) == (date(2026, 11, 24), date(2026, 11, 17), "客户出差")


def test_a_day_that_is_not_worked_is_warned_of(planned: SmallBank) -> None:
    at = one("rm.zhang", 11, do="move")
    at.date_input(key=f"visit-move-{OWN}-11-day").set_value(date(2026, 11, 21))
    at.text_input(key=f"visit-move-{OWN}-11-why").set_value("客户出差")
    at.button(key=f"visit-move-{OWN}-11-save").click().run()
    assert "不是工作日" in words_of(at) and stored(11).due_on == date(2026, 11, 17)
    at.checkbox(key=f"visit-move-{OWN}-11-meant-2026-11-21").check()
    at.button(key=f"visit-move-{OWN}-11-save").click().run()
    assert stored(11).due_on == date(2026, 11, 21)


def test_dropping_needs_a_reason_and_stays_not_done(planned: SmallBank) -> None:
    at = one("rm.zhang", 11, do="drop")
    at.button(key=f"visit-drop-{OWN}-11-save").click().run()
    assert stored(11).state == "open"
    at.text_input(key=f"visit-drop-{OWN}-11-why").set_value("客户不需要")
    at.button(key=f"visit-drop-{OWN}-11-save").click().run()
    assert (stored(11).state, stored(11).outcome) == ("dropped", "客户不需要")


@pytest.mark.parametrize(
    ("login", "item", "customer"), [("rm.li", 11, OWN), ("rm.gao", 11, OWN), ("rm.zhang", 17, OTHER)]
)
def test_nobody_opens_a_visit_beyond_the_own_reach(planned: SmallBank, login: str, item: int, customer: int) -> None:
    assert "不在你的权限范围内" in words_of(one(login, item, customer))


def test_the_department_plans_and_logs_as_the_matrix_says(planned: SmallBank) -> None:
    at = one("crm.zhao", 11)
    assert [one for one in at.button if "save" in (one.key or "")]
    assert [one for one in opened("crm.zhao").text_input if one.key == "visits-plan-who"]


def test_planning_a_visit(planned: SmallBank) -> None:
    at = opened("rm.zhang")
    at.text_input(key="visits-plan-who").set_value(number_of(FIRM)).run()
    key = f"visits-plan-{number_of(FIRM)}"
    at.selectbox(key=f"{key}-kind").set_value("meeting")
    at.date_input(key=f"{key}-day").set_value(date(2026, 12, 3))
    at.text_input(key=f"{key}-title").set_value("年底授信")
    at.button(key=f"{key}-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        item = session.scalars(select(DueItem).where(DueItem.title == "年底授信")).one()
    assert (item.customer_id, item.kind, item.due_on, item.owner_id) == (FIRM, "meeting", date(2026, 12, 3), 1)


def test_nobody_beyond_reach_is_found_to_plan_for(planned: SmallBank) -> None:
    at = opened("rm.zhang")
    at.text_input(key="visits-plan-who").set_value(number_of(OTHER)).run()
    assert "没有找到" in words_of(at)


def test_meetings_and_firms_without_one(planned: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(Contact).values(purpose="visit"))
        session.rows(update(Customer).where(Customer.customer_id == OTHER).values(kind="corporate"))
    at = opened("rm.zhang", show="meetings")
    assert "还没有登记沟通会" in words_of(at) and names(at) == {"江河机械有限公司"}
    assert names(opened("crm.zhao", show="meetings")) == {"江河机械有限公司", "秦岭"}


@pytest.mark.parametrize("query", [{}, {"show": "list"}, {"show": "meetings"}, {"view": "standards"}])
def test_in_english(planned: SmallBank, query: dict[str, str]) -> None:
    said = words_of(opened("head.wang", "en", **query))
    assert not [word for word in ("回访", "标准", "逾期", "承诺") if word in said]


def figures(at: AppTest) -> dict[str, Any]:
    return {one.label: one.value for one in at.metric}


def test_standards_by_tier(ten_bank: str) -> None:
    at = opened("crm.zhao", view="standards", quarter="2026Q3")
    matrix = next(one.value for one in at.dataframe if "vip" in one.value and "all" in one.value)
    lines = {row["standard"]: row for row in matrix.to_dict("records")}
    assert lines["定期回访"]["vip"] == "(0.0% · 欠 1)" and lines["定期回访"]["potential"] == "(33.3% · 欠 2)"
    assert lines["生日问候"]["potential"] == "–"  # not promised to that tier
    assert figures(at)["未兑现"] == "7"


def test_a_cell_leads_to_who_what_and_when(ten_bank: str) -> None:
    at = opened("crm.zhao", view="standards", quarter="2026Q3", breach="visit_interval:potential")
    frame = next(one.value for one in at.dataframe if "happened" in one.value)
    assert list(zip(frame["name"], frame["happened"], strict=True)) == [
        ("江癸", "不再办理：客户出国"), ("安甲", "2026-08-11 完成")]  # fmt: skip
    assert names(opened("rm.ma", view="standards", quarter="2026Q3", breach="visit_interval:potential")) == {"安甲"}


def test_complaints_behind_a_promise(ten_bank: str) -> None:
    at = opened("crm.zhao", view="standards", quarter="2026Q3", breach="complaint_promise:vip")
    assert [list(one.value["number"]) for one in at.dataframe] == [["T3"]]


@pytest.mark.parametrize("breach", ["nothing:vip", "visit_interval:strategic", "visit_interval:all:nobody", "x", ""])
def test_nonsense_is_the_whole_view(ten_bank: str, breach: str) -> None:
    assert "承诺什么、由谁、多久" in words_of(opened("crm.zhao", view="standards", quarter="2026Q3", breach=breach))


def test_the_rule_says_what_by_whom_how_soon(ten_bank: str) -> None:
    at = opened("rm.ma", view="standards", quarter="2026Q3")
    rule = next(one.value for one in at.dataframe if "promised" in one.value)
    lines = {row["standard"]: row for row in rule.to_dict("records")}
    assert lines["定期回访"]["vip"] == "每 60 天 · 面谈" and lines["到期联系"]["mass"] == "到期前 7 天"
    assert lines["专属客户经理"]["who"] == "支行负责人" and lines["专属客户经理"]["mass"] == "–"


def test_branches_and_managers(ten_bank: str) -> None:
    branches = opened("crm.zhao", view="standards", quarter="2026Q3").dataframe[2].value
    assert set(branches["name"]) == {"城北支行", "城南支行"}
    managers = opened("head.wang", view="standards", quarter="2026Q3").dataframe[2].value
    assert list(managers["name"]) == ["rm.ma"]


def test_the_kpi_and_the_items_behind_it(ten_bank: str) -> None:
    at = page("management/kpis.py", "head.wang", kpi="visit_completion", show="denominator", quarter="2026Q3")
    frame = at.dataframe[-1].value
    assert sorted(frame["name"]) == ["安甲", "安甲", "白乙"]
    leader = page("management/kpis.py", "exec.zhou", kpi="visit_completion", show="denominator", quarter="2026Q3",
                  branch="N")  # fmt: skip
    assert "不看具体待办" in words_of(leader)


def test_before_any_quarter_it_says_so(planned: SmallBank) -> None:
    from lib.store.models import QuarterRun

    with bulk("test") as session:
        session.execute(update(QuarterRun).values(state="replaced"))
    assert "还没有季度数据" in words_of(opened("rm.zhang", view="standards"))
    assert today() + timedelta(days=1) == date(2026, 11, 21)

"""制度口径 on screen: rules in words, the calendar and its upload, the tree of causes and its draft."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.settings import settings
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from lib.work import cause_tree, requests
from tests.cast import C_OWN, SmallBank, scope
from tests.screen import page, words_of

PAGE = "governance/rulebook.py"
EVERYBODY = ("rm.zhang", "head.wang", "care.chen", "crm.zhao", "check.sun", "legal.qian", "product.he", "exec.zhou")
CSV = "date,kind,name\n" + "".join(f"2027-02-{day:02},holiday,春节\n" for day in range(5, 13))


def rulebook(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(PAGE, login, locale, **query)


def requests_made() -> list[m.ChangeRequest]:
    with bulk("look", write=False) as session:
        row = m.ChangeRequest
        return list(session.scalars(select(row).where(row.kind.in_(("calendar_year", "root_causes")))))


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.parametrize("login", EVERYBODY)
def test_everybody_reads_the_rules_and_only_the_department_proposes(sqlite_bank: SmallBank, login: str) -> None:
    at = rulebook(login)
    known = book.rulebook()
    assert len(at.dataframe[0].value) == sum(len(known.keys(kind)) for kind in ("rule", "kpi", "tag"))
    assert not [one for one in at.button if one.label == "提交审批"]
    uploads = rulebook(login, view="calendar").file_uploader
    edits = [one for one in rulebook(login, view="causes").button if one.key == "cause-collect"]
    assert bool(uploads) is bool(edits) is (login == "crm.zhao")


def test_the_administrator_has_no_rulebook(sqlite_bank: SmallBank) -> None:
    from tests.screen import application

    at = application("admin.wu")
    assert "制度口径" not in words_of(at)


def test_a_rule_says_its_value_basis_and_source(sqlite_bank: SmallBank) -> None:
    at = rulebook("legal.qian", text="特别复杂")
    row = at.dataframe[0].value.set_index("title").loc["消费投诉法定处理期限"]
    assert row["value"] == "未延期：15 天；情况复杂：30 天；情况特别复杂：60 天"
    assert list(row["basis"]) == ["法律法规"] and "银保监会令" in row["source"] and row["since"] == "2020-03-01"


def test_the_search_and_the_basis_narrow_the_list(sqlite_bank: SmallBank) -> None:
    whole = rulebook("crm.zhao")
    assumed = rulebook("crm.zhao", basis="assumed")
    assert str(len(assumed.dataframe[0].value)) == figures(whole)["暂定"].split("[")[-1].rstrip("]")
    assert {basis for one in assumed.dataframe[0].value["basis"] for basis in one} == {"暂定"}
    at = rulebook("crm.zhao", text="体检 月球")
    assert "没有符合条件的口径" in words_of(at)
    at.text_input(key="rulebook-text").set_value("承诺 企业").run()
    assert len(at.dataframe[0].value) == 2 and at.query_params["text"] == "承诺 企业"


def test_one_rule_with_its_history(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", rule="complaint.legal_term")
    assert "消费投诉法定处理期限" in words_of(at) and len(at.dataframe[0].value) == 1
    assert all("相符" in one for one in at.table[0].value["结果"])
    assert "没有这条口径" in words_of(rulebook("crm.zhao", rule="nonsense"))


def test_a_law_not_yet_in_force_is_said_to_come(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", "2019-12-30")
    settings.cache_clear()
    at = rulebook("crm.zhao", rule="complaint.legal_term")
    assert "自 2020-03-01 起施行" in at.info[0].value


def test_the_calendar_tells_what_is_known_and_warns(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", "2026-11-22")
    settings.cache_clear()
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(clocks_provisional=True))
    at = rulebook("crm.zhao", view="calendar")
    assert "只到 2026 年底" in at.warning[0].value and "现有 1 件" in words_of(at)
    assert len(at.dataframe[0].value) == 39 and "2004 至 2026 年" in words_of(at)
    assert "现有" not in words_of(rulebook("exec.zhou", view="calendar"))
    at = rulebook("rm.zhang", view="calendar", year="2025")
    assert set(at.dataframe[0].value["day"].map(lambda day: day.year)) == {2025}


def test_a_year_is_uploaded_looked_at_and_proposed(bank: SmallBank) -> None:
    at = rulebook("crm.zhao", view="calendar")
    at.file_uploader(key="calendar-file").upload("2027.csv", CSV.encode(), "text/csv").run()
    assert "2027 年：与现在相比有 8 天不同" in words_of(at)
    at.button(key="propose-year-2027-save").click().run()
    assert any("请写明理由" in error.value for error in at.error) and not requests_made()
    at.text_area(key="propose-year-2027-reason").set_value("国办通知")
    at.button(key="propose-year-2027-save").click().run()
    assert not at.exception
    (request,) = requests_made()
    assert (request.subject_key, request.stage_role, len(request.after["days"])) == ("2027", "reviewer", 8)  # type: ignore[arg-type]
    assert "完成后才能再提交" in at.info[0].value and not [one for one in at.button if one.label == "提交审批"]
    assert "2027 年工作日历：赵磊于" in words_of(rulebook("check.sun", view="calendar"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x", "第一行须有"),
        (CSV.replace("2027-02-05,holiday", "2027-02-05,workday").encode(), "不是周末"),
        (CSV.replace("2027", "2031").encode(), "请先载入 2027 年"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_proposed(
    sqlite_bank: SmallBank, content: bytes, sentence: str
) -> None:
    at = rulebook("crm.zhao", view="calendar")
    at.file_uploader(key="calendar-file").upload("2027.csv", content, "text/csv").run()
    assert any(sentence in error.value for error in at.error)
    assert not [one for one in at.button if one.label == "提交审批"]


def collect(at: AppTest, act: str, code: str = "", title: str = "", parent: str = "") -> AppTest:
    at.button_group(key="cause-act").set_value(act).run()
    if code:
        at.selectbox(key=f"cause-{act}-code").select(code)
    if title:
        at.text_input(key=f"cause-{act}-title").set_value(title)
    if parent:
        at.selectbox(key=f"cause-{act}-parent").select(parent)
    at.button(key="cause-collect").click().run()
    assert not at.exception
    return at


def test_edits_of_the_tree_are_collected_and_proposed_as_one(bank: SmallBank) -> None:
    at = rulebook("crm.zhao", view="causes")
    at = collect(at, "add", title="培训不足", parent="people")
    at = collect(at, "rename", "people_skill", "业务技能不足")
    at = collect(at, "move", "unfounded", parent="people")
    at = collect(at, "retire", "third_party")
    assert sorted(at.dataframe[1].value["act"]) == ["停用", "改名", "新增", "移动"]
    at = collect(at, "retire", "system")
    assert any("下面还有在用的原因" in error.value for error in at.error)
    at.text_area(key="propose-causes-reason").set_value("季度评审结论")
    at.button(key="propose-causes-save").click().run()
    assert not at.exception
    (request,) = requests_made()
    said = {one["code"]: one for one in request.after["causes"]}  # type: ignore[attr-defined]
    assert said["own_1"] == {"code": "own_1", "parent": "people", "name": "培训不足"}
    assert said["third_party"]["retired"] and said["unfounded"]["parent"] == "people"
    at = rulebook("crm.zhao", view="causes")
    assert "才能提出下一次修改" in words_of(at) and not [one for one in at.button if one.key == "cause-collect"]


def test_a_draft_is_dropped(sqlite_bank: SmallBank) -> None:
    at = collect(rulebook("crm.zhao", view="causes"), "add", title="培训不足")
    assert len(at.dataframe) == 2
    at.button(key="causes-drop").click().run()
    assert len(at.dataframe) == 1 and not requests_made()


def test_what_was_agreed_is_carried_on_from_here(sqlite_bank: SmallBank) -> None:
    nodes = cause_tree.tree(book.rulebook())
    wanted = cause_tree.edited(nodes, cause_tree.Edit("rename", "third_party", "合作方原因"))
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        request_id = cause_tree.propose(session, nodes, wanted, "改名").id
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        requests.decide(session, request_id, 1, "agreed", "", None)
    assert not [one for one in rulebook("exec.zhou", view="causes").button if one.key == f"carry-{request_id}"]
    at = rulebook("crm.zhao", view="causes")
    at.button(key=f"carry-{request_id}").click().run()
    assert "自今日起生效" in at.success[0].value
    assert "合作方原因" in set(at.dataframe[0].value["top"])
    at = rulebook("crm.zhao", rule=cause_tree.KEY)
    assert len(at.dataframe[0].value) == 2 and "赵磊提出，孙倩复核" in words_of(at)


def test_in_english(sqlite_bank: SmallBank) -> None:
    at = rulebook("crm.zhao", "en", text="corporate complex")
    assert at.title[0].value == "Rulebook"
    assert "5 working days" in set(at.dataframe[0].value["value"])
    assert rulebook("crm.zhao", "en", view="calendar").dataframe[0].value["weekday"][0] == "Thu"
    assert date(2026, 1, 1).weekday() == 3

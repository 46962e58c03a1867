"""审核 on screen: each post sees what waits for it, decides on a colleague's request, and never on its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from streamlit.testing.v1 import AppTest

from lib.complaints.extension import ask_extension
from lib.rulebook import CalendarDay as Day
from lib.settings import business_now
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused, open_session
from lib.work import calendar_year, cause_tree, requests, steps
from lib.work.cause_tree import Edit, edited, tree
from lib.work.moves import MoveForm
from tests.cast import SmallBank, scope
from tests.complaints.conftest import registered, stored
from tests.screen import page, words_of

__all__ = ["registered"]
Registered = Callable[..., str]
YEAR = tuple(Day(date(2027, 1, 1) + timedelta(days=n), "holiday", "元旦") for n in range(3))
PREFIX = "decide-{id}-1"


def approvals(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("governance/approvals.py", login, locale, **query)


def a_year() -> int:
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        return calendar_year.propose(session, YEAR, "国办发明电〔2026〕7 号").id


def some_causes() -> int:
    nodes = tree(book.rulebook())
    wanted = edited(edited(nodes, Edit("add", title="培训不足", parent="people")), Edit("retire", "third_party"))
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        return cause_tree.propose(session, nodes, wanted, "季度评审结论").id


@pytest.fixture
def a_longer_term(registered: Registered) -> Callable[[], tuple[str, int]]:
    """A complaint whose handler asks for 30 days; its number and the request's id."""

    def ask() -> tuple[str, int]:
        number = registered("care.chen", hold=True)
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            return number, ask_extension(session, number, stored(number).version, "需要调取历史影像").id

    return ask


def request_of(request_id: int) -> m.ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.id == request_id)).one()


def decide(at: AppTest, request_id: int, verdict: str, text: str = "", version: int = 1) -> AppTest:
    form = f"decide-{request_id}-{version}"
    at.button_group(key=f"{form}-verdict").set_value(verdict)
    at.text_area(key=f"{form}-text").set_value(text)
    at.button(key=f"{form}-save").click().run()
    assert not at.exception
    return at


def write(at: AppTest, act: str, request_id: int, version: int, text: str) -> AppTest:
    at.text_area(key=f"{act}-{request_id}-{version}-text").set_value(text)
    at.button(key=f"{act}-{request_id}-{version}-save").click().run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("login", "waiting"),
    [
        ("rm.zhang", 0), ("head.wang", 1), ("head.zhu", 1), ("care.chen", 0), ("crm.zhao", 1), ("check.sun", 1),
        ("legal.qian", 0), ("product.he", 0), ("exec.zhou", 1), ("admin.wu", 0),
    ],
)  # fmt: skip
def test_each_post_sees_what_waits_for_it(sqlite_bank: SmallBank, login: str, waiting: int) -> None:
    at = approvals(login)
    assert {metric.label: metric.value for metric in at.metric}["待我审批"] == str(waiting) or waiting
    if waiting:
        assert len(at.dataframe[0].value) == waiting
    else:
        assert "没有等待你审批的申请" in words_of(at)


@pytest.mark.parametrize(
    ("login", "mine"), [("care.chen", 1), ("rm.zhang", 1), ("check.sun", 0), ("crm.zhao", 1), ("exec.zhou", 0)]
)
def test_one_s_own_requests(sqlite_bank: SmallBank, login: str, mine: int) -> None:
    at = approvals(login, view="mine")
    assert (len(at.dataframe[0].value) if at.dataframe else 0) == mine


def test_a_request_out_of_reach_and_nonsense_are_sentences(sqlite_bank: SmallBank) -> None:
    for asked in ("1", "424242", "'; drop", "9" * 30):
        assert "不在你的范围内" in words_of(approvals("rm.li", request=asked))


def test_a_calendar_year_from_request_to_effect(bank: SmallBank) -> None:
    request_id = a_year()
    at = approvals("check.sun", request=str(request_id))
    said = words_of(at)
    assert "2027 年工作日历" in said and "赵磊" in said and "国办发明电" in said and "放假 3 天" in said
    assert "放假共 3 天" in said, "the reviewer is told what looked unlikely"
    days = at.dataframe[0].value
    assert list(days["before"]) == ["工作日", "周末", "周末"] and set(days["after"]) == {"放假（元旦）"}
    at = decide(at, request_id, "agreed")
    assert any("日历已写入 3 天" in one.value for one in at.success)
    assert book.calendar().until == 2027 and request_of(request_id).carried_out_at is not None
    assert "已执行" in words_of(at) and not at.text_area


def test_causes_are_shown_as_what_changes(sqlite_bank: SmallBank) -> None:
    request_id = some_causes()
    at = approvals("check.sun", request=str(request_id))
    assert sorted(at.dataframe[0].value["act"]) == ["停用", "新增"]
    decide(at, request_id, "agreed", "同意")
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(m.RuleEntry.key == cause_tree.KEY)) == 2


def test_a_longer_term_is_agreed_to_and_takes_effect(bank: SmallBank, a_longer_term: Callable[..., object]) -> None:
    number, request_id = a_longer_term()  # type: ignore[misc]
    before = stored(number).legal_due_at
    at = approvals("crm.zhao", request=str(request_id))
    said = words_of(at)
    assert "延长至 30 日" in said and "借记卡" in said and "现行期限：剩" in said and "调取历史影像" in said
    assert list(at.dataframe[0].value["what"]) == ["法定期限", "延期"]
    decide(at, request_id, "agreed")
    case = stored(number)
    assert case.extension == "complex" and before is not None and case.legal_due_at == before + timedelta(days=15)


def test_leadership_decides_on_sixty_days_without_names(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.number == number).values(
            extension="complex", legal_due_at=business_now() + timedelta(days=2)))  # fmt: skip
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        request_id = ask_extension(session, number, stored(number).version, "等待司法鉴定").id
    at = approvals("exec.zhou", request=str(request_id))
    assert "欧阳" not in words_of(at) and "剩 1 天 23 小时" in words_of(at)
    assert not [one for one in at.get("page_link") if "投诉" in str(one.proto.label)], "leadership reads no case"
    decide(at, request_id, "agreed")
    assert stored(number).extension == "specially_complex"


def test_returning_and_refusing_need_a_reason(sqlite_bank: SmallBank) -> None:
    request_id = a_year()
    for verdict in ("returned", "refused"):
        at = decide(approvals("check.sun", request=str(request_id)), request_id, verdict, "  ")
        assert any("须写明理由" in error.value for error in at.error)
    at = approvals("check.sun", request=str(request_id))
    at.button(key=f"decide-{request_id}-1-save").click().run()
    assert any("请选择审批意见" in error.value for error in at.error)
    assert request_of(request_id).state == "pending"


def test_a_question_is_answered_and_the_request_goes_on(sqlite_bank: SmallBank) -> None:
    request_id = a_year()
    decide(approvals("check.sun", request=str(request_id)), request_id, "returned", "通知在哪里？")
    at = approvals("crm.zhao", request=str(request_id))
    assert "通知在哪里" in words_of(at) and "退回补充" in words_of(at)
    at = write(at, "answer", request_id, 2, "")
    assert any("请写明内容" in error.value for error in at.error)
    write(at, "answer", request_id, 2, "见国务院网站")
    at = approvals("check.sun", request=str(request_id))
    assert "见国务院网站" in words_of(at)
    at = decide(at, request_id, "refused", "与通知不符", version=3)
    assert request_of(request_id).state == "refused" and book.calendar().until == 2026
    assert "不同意" in words_of(approvals("crm.zhao", request=str(request_id)))


def test_one_s_own_request_is_withdrawn(sqlite_bank: SmallBank) -> None:
    request_id = a_year()
    write(approvals("crm.zhao", request=str(request_id)), "withdraw", request_id, 1, "写错了")
    assert request_of(request_id).state == "withdrawn"
    at = approvals("check.sun", request=str(request_id))
    assert "不在你的范围内" in words_of(at)


def test_nobody_decides_on_their_own_request(bank: SmallBank, registered: Registered) -> None:
    """Refused on the page, by the command, and by the database."""
    number = registered("crm.zhao", hold=True)
    with open_session(scope("crm.zhao"), "complaints", write=True) as session:
        request_id = ask_extension(session, number, stored(number).version, "复杂").id
    at = approvals("crm.zhao", request=str(request_id))
    assert "须由另一位同事审批" in words_of(at)
    assert not [one for one in at.button if one.key == f"decide-{request_id}-1-save"]
    with pytest.raises(Refused, match="另一位"), open_session(scope("crm.zhao"), "approvals", write=True) as session:
        requests.decide(session, request_id, 1, "agreed", "", None)
    from sqlalchemy.exc import IntegrityError

    me = scope("crm.zhao").staff_id
    row = m.ChangeRequest
    with pytest.raises(IntegrityError), bulk("forger") as forger:
        forger.rows(update(row).where(row.id == request_id).values(decided_by=me, state="accepted"))
    with pytest.raises(IntegrityError), bulk("forger") as forger:
        forger.insert(m.ChangeStep, [{
            "customer_id": request_of(request_id).customer_id, "id": 99, "request_id": request_id, "staff_id": me,
            "requested_by": me, "agreed_by": me, "act": "agreed", "at": business_now(),
        }])  # fmt: skip
    assert request_of(request_id).state == "pending"


def test_of_two_reviewers_the_second_is_told(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Staff).where(m.Staff.login == "legal.qian").values(role="reviewer"))
    request_id = a_year()
    slow = approvals("legal.qian", request=str(request_id))
    decide(approvals("check.sun", request=str(request_id)), request_id, "returned", "请附通知")
    slow = decide(slow, request_id, "refused", "不合理")
    assert any("孙倩刚处理过这项申请：退回询问" in one.value for one in slow.warning)
    assert any("意见没有写入" in one.value for one in slow.error)
    assert slow.text_area(key=f"decide-{request_id}-1-text").value == "不合理", "what was written is not lost"
    assert request_of(request_id).state == "returned"
    slow.button(key="request-newest").click().run()
    assert "刚处理过" not in words_of(slow) and "请附通知" in words_of(slow)


def test_what_was_agreed_and_not_carried_out_is_offered_again(sqlite_bank: SmallBank) -> None:
    request_id = a_year()
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        requests.decide(session, request_id, 1, "agreed", "", None)  # and then the machine stopped
    at = approvals("crm.zhao")
    assert {metric.label: metric.value for metric in at.metric}["已批准，待执行"].endswith("[1]")
    at = approvals("crm.zhao", request=str(request_id))
    assert "尚未执行完毕" in at.warning[0].value
    at.button(key=f"carry-{request_id}").click().run()
    assert "日历已写入 3 天" in at.success[0].value and book.calendar().until == 2027
    at = approvals("check.sun", view="agreed")
    assert "没有已批准而尚未执行" in words_of(at)


def test_a_consent_whose_case_was_answered_meanwhile_changes_nothing(
    sqlite_bank: SmallBank, a_longer_term: Callable[..., object]
) -> None:
    number, request_id = a_longer_term()  # type: ignore[misc]
    for to in ("accepted", "answered"):
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            form = MoveForm(to, answer="已退费", fault="own") if to == "answered" else MoveForm(to)
            steps.move(session, number, stored(number).version, form)
    at = decide(approvals("crm.zhao", request=str(request_id)), request_id, "agreed")
    assert any("已答复" in error.value for error in at.error)
    assert request_of(request_id).state == "pending" and stored(number).extension == "none"


def test_a_kind_that_this_page_cannot_carry_out_is_only_shown(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.ChangeRequest).where(m.ChangeRequest.id == 2).values(
            before={"tier": "mass"}, after={"tier": "*vip*"}))  # fmt: skip
    at = approvals("exec.zhou", request="2")
    assert at.dataframe[0].value.iloc[0].to_dict() == {"what": "tier", "before": "mass", "after": "*vip*"}
    assert not at.text_area and not at.button_group


def test_in_english(sqlite_bank: SmallBank) -> None:
    request_id = a_year()
    at = approvals("check.sun", "en", request=str(request_id))
    assert at.title[0].value == "Approvals" and "Working calendar 2027" in words_of(at)
    assert approvals("check.sun", "en").metric[0].label == "Waiting for me"

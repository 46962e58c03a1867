"""One case on screen: what each may do with it, its way to the end, and the tracks beside the road."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.complaints import crisis, extension
from lib.complaints.parties import Party
from lib.settings import business_now
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Case, CaseParty, Product
from lib.store.session import open_session
from lib.work import requests, steps
from lib.work.moves import MoveForm
from tests.cast import C_LIN, CHEN, NORTH, OWN, SmallBank, case_number_of, phone_of, scope
from tests.complaints.conftest import history, registered, stored
from tests.screen import page, words_of

__all__ = ["registered"]
Registered = Callable[..., str]


def shown(login: str, number: str, locale: str = "zh_CN") -> AppTest:
    """The case as this person opens it by its address."""
    return page("service/complaints.py", login, locale, case=number)


def press(at: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return at


def labels(at: AppTest) -> set[str]:
    return {one.label for one in at.button}


def field(at: AppTest, kind: str, name: str, form: str = "") -> str:
    """The key of the one widget of a kind whose name this is; after a save it carries a number."""
    fits = re.compile(rf"{form}.*-{name}(-\d+)?")
    (key,) = (str(one.key) for one in at.get(kind) if fits.fullmatch(str(one.key)))
    return key


def write(at: AppTest, form: str, text: str, kind: str = "text_area", name: str = "text") -> None:
    """Write into a field of the one form of this name."""
    getattr(at, kind)(key=field(at, kind, name, f"{form}-")).set_value(text)


def choose(at: AppTest, control: str, value: str) -> AppTest:
    """Choose in the segmented control whose key begins so."""
    (found,) = (one for one in at.segmented_control if str(one.key).startswith(control))
    found.set_value(value).run()
    assert not at.exception
    return at


def moved(number: str, *states: str, login: str = "care.chen", **said: object) -> None:
    """Take the case through these states without the screen."""
    for to in states:
        with open_session(scope(login), "complaints", write=True) as session:
            form = MoveForm(to, **{"answer": "已退", "fault": "own", "reason": "未解决", **said})  # type: ignore[arg-type]
            steps.move(session, number, stored(number).version, form)


@pytest.mark.parametrize("number", [case_number_of(C_LIN), "T000000-00000", "'; drop table"])
def test_a_case_out_of_reach_is_a_sentence(sqlite_bank: SmallBank, number: str) -> None:
    assert "不在你的范围内" in words_of(shown("care.chen", number))


def test_of_two_officers_one_gets_it_and_the_other_is_told(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.li")
    slow = shown("care.lin", number)
    press(shown("care.chen", number), "由我处理")
    slow = press(slow, "由我处理")
    assert "这件事项已由陈静处理。" in words_of(slow)
    assert stored(number).handler_id == 5


def test_a_complaint_goes_all_the_way_on_screen(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = press(shown("care.chen", number), "转为“已受理”")
    at = press(choose(at, "step-", "answered"), "转为“已答复”")
    assert {"请填写“答复内容”", "请填写“责任认定”"} <= {error.value for error in at.error}
    at.text_area(key=field(at, "text_area", "answer")).set_value("年费已退回 *原账户*")
    at.selectbox(key=field(at, "selectbox", "fault")).select("own")
    at.segmented_control(key=field(at, "segmented_control", "apology")).set_value("oral")
    at.number_input(key=field(at, "number_input", "compensation_fen")).set_value(120.35)
    at = press(at, "转为“已答复”")
    said = words_of(at)
    assert "年费已退回 *原账户*" in said and "按时答复" in said
    assert all(word in said for word in ("本行过错", "口头致歉", "120.35 元"))
    at.segmented_control(key=field(at, "segmented_control", "satisfaction")).set_value(5)
    at = press(at, "转为“已回访”")
    cause = at.selectbox(key=field(at, "selectbox", "root_cause"))
    assert all(" / " in option for option in cause.options[:12])
    cause.select("system_defect")
    at.text_area(key=field(at, "text_area", "measure")).set_value("修复扣费程序")
    at = press(at, "转为“已办结”")
    case = stored(number)
    assert (case.state, case.root_cause, case.fault, case.apology) == ("closed", "system_defect", "own", "oral")
    assert case.compensation_fen == 12035
    assert [event.to_state for event in history(number) if event.kind == "move"] == [
        "received", "accepted", "answered", "followed_up", "closed",
    ]  # fmt: skip


def test_a_follow_up_that_reached_nobody_moves_nothing_until_given_up(
    sqlite_bank: SmallBank, registered: Registered
) -> None:
    number = registered("care.chen", hold=True)
    moved(number, "accepted", "answered")
    at = choose(shown("care.chen", number), "contacted-", "not_reached")
    write(at, "not-reached", "拨打两次无人接听")
    at = press(at, "保存")
    assert stored(number).state == "answered" and "未联系上" in words_of(at)
    assert history(number)[-1].details == {"contacted": "not_reached"}
    at = choose(at, "contacted-", "not_reached")
    write(at, "not-reached", "三日内五次未接通")
    at.checkbox(key=field(at, "checkbox", "give_up")).check()
    press(at, "保存")
    case = stored(number)
    assert (case.state, case.satisfaction) == ("followed_up", None)


def test_an_unhappy_case_and_its_origin_link_to_each_other(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    moved(number, "accepted", "answered", "followed_up", satisfaction=1)
    with bulk("look", write=False) as session:
        unhappy = session.scalars(select(Case).where(Case.kind == "unhappy")).one()
    said = words_of(shown("care.chen", number))
    assert f"编号：{unhappy.number}" in said and "类别：不满意客户" in said
    links = {one.proto.label: one.proto.query_string for one in shown("crm.zhao", number).get("page_link")}
    assert any(unhappy.number in label for label in links)
    at = shown("rm.zhang", unhappy.number)  # the customer's manager follows it up
    assert any(number in one.proto.label for one in at.get("page_link"))
    assert "法定期限" not in words_of(at)
    at = press(at, "转为“调查处理中”")
    assert any(one.label == "解决情况" for one in at.text_area)


def test_waiting_and_going_on(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = shown("care.chen", number)
    assert "等待不暂停任何时限。" in words_of(at)
    write(at, "wait", "等客户补交流水")
    at = press(at, "转入等待")
    assert stored(number).waiting_for == "customer" and "开始等待：等待客户" in words_of(at)
    write(at, "resume", "流水已收到")
    at = press(at, "继续处理")
    assert stored(number).waiting_for is None and "恢复处理：等待客户" in words_of(at)


def test_a_longer_term_is_asked_for_approved_and_told(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = choose(shown("care.chen", number), "more-", "extension")
    assert "客户关系管理部" in words_of(at)
    write(at, "extension", "须向第三方调取流水", name="reason")
    at = press(at, "申请延期")
    said = words_of(at)
    assert "延长至 30 日（情况复杂）" in said and "等待客户关系管理部审批" in said and "待审批" in said
    with open_session(scope("crm.zhao"), "approvals", write=True) as session:
        (request,) = session.scalars(requests.requests_on("case", number))
        requests.decide(session, request.id, request.version, "agreed", "", extension.apply)
    at = shown("care.chen", number)
    assert any("尚未登记告知" in error.value for error in at.error)
    assert "延期：情况复杂" in words_of(at) and "24:00" in words_of(at)
    write(at, "notice", "已电话告知新期限")
    at = press(at, "登记已告知")
    assert not at.error and "延期告知：情况复杂" in words_of(at)


def test_a_review_is_recorded_and_concluded(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    assert "核查" not in str([one.options for one in shown("care.chen", number).segmented_control])
    moved(number, "accepted", "answered")
    at = choose(shown("care.chen", number), "more-", "review")
    at = press(at, "登记核查")
    assert len(at.error) == 2
    write(at, "review", "总行消费者权益保护部", "text_input", "body")
    write(at, "review", "未说明收费依据", name="grounds")
    at = press(at, "登记核查")
    assert "总行消费者权益保护部" in words_of(at)
    at = choose(at, "more-", "review")
    at.segmented_control(key=field(at, "segmented_control", "conclusion")).set_value("changed")
    write(at, "conclude", "应退还年费", name="finding")
    at = press(at, "登记结论")
    assert "核查改变了原处理" in words_of(at) and stored(number).state == "answered"


def test_a_crisis_is_worked_off_on_screen(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = choose(shown("care.chen", number), "more-", "crisis")
    write(at, "crisis-begin", "媒体来电询问")
    at = press(at, "按危机处理")
    assert ":red-badge[" in words_of(at) and "开始按危机处理" in words_of(at)
    at = choose(at, "more-", "crisis")
    write(at, "crisis-tick", "已致电客户", "text_input")
    at = press(at, "完成这一步")
    assert "第一时间联系客户：已完成" in words_of(at)
    done = crisis.checklist(stored(number), history(number), rulebook())
    assert [one.open for one in done] == [False, *[True] * 7]
    at = choose(at, "more-", "crisis")
    write(at, "crisis-end", "帖子已撤", "text_input")
    at = press(at, "结束危机处理")
    assert any("未完成也未说明" in error.value for error in at.error)


def test_a_case_passed_on_shows_three_clocks_and_its_parties(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with bulk("test") as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        case.outside_due_at, case.grounds, case.product_id = business_now() - timedelta(hours=1), "收费公告", 1
        session.add(CaseParty(customer_id=OWN, id=1, case_id=case.id, role="agent", name="代先生",
                              phone_masked="139****0000"))  # fmt: skip
        assert session.get_one(Product, 1).name == "活期存款"
    said = words_of(shown("care.chen", number))
    assert all(word in said for word in ("转办时限", "逾期 1 小时", "代先生", "139****0000", "收费公告", "活期存款"))


def test_a_stale_step_shows_mine_and_theirs(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    stale = shown("care.chen", number)
    press(shown("crm.zhao", number), "转为“已受理”")
    stale = press(stale, "转为“已受理”")
    assert any("刚被别人保存过" in warning.value for warning in stale.warning)
    assert [event.to_state for event in history(number) if event.kind == "move"] == ["received", "accepted"]
    stale = press(stale, "看最新情况")
    assert "转为“调查处理中”" in labels(stale)


def test_the_handler_sees_the_phone_and_the_ledger_knows(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = shown("care.chen", number)
    assert phone_of(OWN) not in words_of(at)
    at.button(key="reveal-phone").click().run()
    assert phone_of(OWN) in words_of(at)
    with bulk("look", write=False) as session:
        revealed = select(AccessEntry.reason).where(AccessEntry.customer_id == OWN, AccessEntry.what == "reveal:phone")
        assert [reason.split()[0] for reason in session.scalars(revealed)] == ["case"]
    assert not [one for one in shown("legal.qian", number).button if one.key == "reveal-phone"]


def test_the_handler_sees_the_phone_of_who_speaks_for_the_customer(
    sqlite_bank: SmallBank, registered: Registered
) -> None:
    agent = Party("agent", "代先生", phone="13900001234", authorisation="授权书 1 号")
    number = registered("care.chen", hold=True, parties=(agent,))
    at = shown("care.chen", number)
    assert "13900001234" not in words_of(at) and "139****1234" in words_of(at)
    (button,) = [one for one in at.button if str(one.key).startswith("reveal-phone-")]
    button.click().run()
    assert "13900001234" in words_of(at)
    with bulk("look", write=False) as session:
        seen = select(AccessEntry.what).where(AccessEntry.customer_id == OWN, AccessEntry.actor_id == CHEN)
        assert "reveal:phone of party" in session.scalars(seen).all()


def test_a_case_about_oneself_is_read_only(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.zhang", about_staff_id=3, about_branch_id=NORTH)
    at = shown("head.wang", number)
    assert "须由他人处理" in words_of(at) and not at.button


def test_in_english(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = shown("care.chen", number, "en")
    left = words_of(at)
    for word in ("欧阳小明", "陈静", "城北支行", "被多收了年费", "退回年费"):
        left = left.replace(word, "")
    texts = [left, *(one.label for kind in ("text_area", "text_input", "button", "tab") for one in at.get(kind))]
    assert not [line for text in texts for line in text.splitlines() if any("一" <= one <= "鿿" for one in line)]

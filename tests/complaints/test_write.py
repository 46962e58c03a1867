"""Complaints registered, replied to, moved and closed; who may, and what each step leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lib.settings import business_now
from lib.store.book import calendar, rulebook
from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Case, Customer
from lib.store.session import Conflict, Refused, open_session
from lib.work import cases, steps
from lib.work.attachments import Upload
from lib.work.clock import legal_term, promise
from lib.work.moves import MoveForm
from tests.cast import CHEN, FIRM, NORTH, OTHER, OWN, WANG, ZHANG, SmallBank, number_of, phone_of, scope
from tests.complaints.conftest import history, registration, stored
from tests.work import files

Registered = Callable[..., str]


def act(login: str, number: str, form: MoveForm, version: int | None = None) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        steps.move(session, number, stored(number).version if version is None else version, form)


def take(login: str, number: str) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        cases.take(session, number)


def test_a_complaint_bears_both_clocks_and_its_first_owner(bank: SmallBank, registered: Registered) -> None:
    received = business_now() - timedelta(hours=2)
    number = registered("rm.li", received_at=received)
    case = stored(number)
    assert number.startswith("T") and case.state == "received" and case.handler_id is None
    assert (case.customer_id, case.branch_id, case.manager_id) == (OWN, NORTH, ZHANG)
    assert case.promise_due_at == promise("personal", False, received, calendar(), rulebook()).due_at
    assert case.legal_due_at == legal_term(received, "none", calendar(), rulebook()).due_at
    assert [(e.kind, e.to_state, e.staff_id) for e in history(number)] == [("move", "received", 2)]
    with open_session(scope("rm.li"), "complaints") as session:  # sees the case, and nothing else of the customer
        assert session.scalars(cases.case_by_number(number)).one().first_owner_id == 2
        assert session.get(Customer, OWN) is None


def test_the_same_form_writes_once(bank: SmallBank, registered: Registered) -> None:
    assert registered("care.chen", key="once") == registered("care.chen", key="once")
    assert registered("care.chen", key="twice") != registered("care.chen", key="once")


@pytest.mark.parametrize("typed", [number_of(OTHER), phone_of(OTHER)])
def test_a_customer_is_found_by_number_or_phone_and_the_ledger_says_so(
    sqlite_bank: SmallBank, registered: Registered, typed: str
) -> None:
    number = registered("rm.zhang", customer=typed)
    assert stored(number).customer_id == OTHER
    with bulk("look", write=False) as session:
        found = select(func.count()).where(AccessEntry.customer_id == OTHER, AccessEntry.what == "locate")
        assert session.scalar(found) == 1


def test_an_unknown_customer_is_refused_and_nothing_is_written(sqlite_bank: SmallBank, registered: Registered) -> None:
    with pytest.raises(Refused, match="没有找到唯一的客户"):
        registered("care.chen", key="gone", customer="9999999999")
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(Case.form_key == "gone")) == 0


def test_a_complainant_who_is_no_customer_becomes_an_outsider(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", customer="", contact="138 0000 1234", complainant="郑过客")
    case = stored(number)
    with bulk("look", write=False) as session:
        person = session.get_one(Customer, case.customer_id)
        assert (person.stage, person.name, person.manager_id) == ("outsider", "郑过客", None)
        assert person.phone_masked and "0000" not in person.phone_masked.replace(" ", "")[3:-4]
    assert registered("care.lin", customer="13800001234") != number  # the next time the phone finds them


def test_an_outsider_must_be_reachable(sqlite_bank: SmallBank, registered: Registered) -> None:
    with pytest.raises(Refused, match="电话或电子邮箱"):
        registered("care.chen", customer="", contact="后门口")


def test_the_firm_decides_the_kind_of_clock(sqlite_bank: SmallBank, registered: Registered) -> None:
    received = datetime(2026, 2, 13, 2, tzinfo=UTC)
    number = registered("care.chen", customer=number_of(FIRM), complex=True, received_at=received)
    case = stored(number)
    assert case.customer_kind == "corporate"
    assert case.promise_due_at == datetime(2026, 2, 27, 16, tzinfo=UTC)  # 5 working days over the Spring Festival


def test_those_without_a_hand_in_complaints_are_refused(sqlite_bank: SmallBank, registered: Registered) -> None:
    for login in ("legal.qian", "product.he", "exec.zhou", "admin.wu", "check.sun"):
        with pytest.raises(Refused):
            registered(login, key=login)
        with pytest.raises(Refused):
            registered(login, key=login, customer="", contact="13800001234")


def test_the_whole_way_to_the_end_and_back(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    act("care.chen", number, MoveForm("accepted"))
    act("care.chen", number, MoveForm("investigating"))
    assert stored(number).promise_met_at is None
    act("care.chen", number, MoveForm("answered", answer="年费已退回", fault="own"))
    answered = stored(number)
    assert answered.answered_at and answered.promise_met_at == answered.answered_at
    act("care.chen", number, MoveForm("followed_up", satisfaction=2))
    act("care.chen", number, MoveForm("reopened", reason="没有收到退款"))
    again = stored(number)
    assert again.answered_at is None and again.promise_met_at == answered.promise_met_at
    assert again.legal_due_at and answered.legal_due_at and again.legal_due_at >= answered.legal_due_at
    act("care.chen", number, MoveForm("investigating"))
    act("care.chen", number, MoveForm("answered", answer="退款今日到账", fault="own"))
    act("care.chen", number, MoveForm("followed_up", not_asked_reason="客户请求不再致电"))
    act("care.chen", number, MoveForm("closed", root_cause="system_defect", measure="修复扣费程序"))
    closed = stored(number)
    assert (closed.state, closed.root_cause, bool(closed.closed_at)) == ("closed", "system_defect", True)
    said = [e.details["answer"] for e in history(number) if e.details and "answer" in e.details]
    assert said == ["年费已退回", "退款今日到账"]


@pytest.mark.parametrize(
    ("before", "form", "sentence"),
    [
        ((), MoveForm("answered", answer="好", fault="own"), "不能由你转为"),
        (("accepted",), MoveForm("answered"), "答复内容"),
        (("accepted", "answered"), MoveForm("followed_up"), "满意度"),
        (("accepted", "answered", "followed_up"), MoveForm("closed", measure="改进"), "根本原因"),
        (("accepted", "answered"), MoveForm("withdrawn", reason="客户撤诉"), "不能由你转为"),
    ],
)
def test_a_step_needs_its_fields_and_its_place(
    sqlite_bank: SmallBank, registered: Registered, before: tuple[str, ...], form: MoveForm, sentence: str
) -> None:
    number = registered("care.chen", hold=True)
    for state in before:
        act("care.chen", number, MoveForm(state, answer="已查明", fault="own", satisfaction=4))
    with pytest.raises(Refused, match=sentence):
        act("care.chen", number, form)


def test_a_withdrawn_complaint_ends_there(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    act("care.chen", number, MoveForm("withdrawn", reason="客户撤诉"))
    assert stored(number).closed_at is not None
    with pytest.raises(Refused):
        act("crm.zhao", number, MoveForm("reopened", reason="再议"))


def test_a_progress_report_keeps_the_promise_only_if_it_says_something(
    sqlite_bank: SmallBank, registered: Registered
) -> None:
    number = registered("care.chen", hold=True)
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        steps.progress(session, number, stored(number).version, "已转相关部门", False)
    assert stored(number).promise_met_at is None
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        steps.progress(session, number, stored(number).version, "确认多收，三日内退回", True)
    case = stored(number)
    assert case.promise_met_at is not None and case.answered_at is None
    assert [e.kind for e in history(number)] == ["move", "assignment", "progress", "progress"]


def test_a_stale_move_is_a_conflict(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    seen = stored(number).version
    act("care.chen", number, MoveForm("accepted"), seen)
    with pytest.raises(Conflict) as conflict:
        act("care.chen", number, MoveForm("withdrawn", reason="客户撤诉"), seen)
    assert conflict.value.theirs["state"] == "accepted"
    assert stored(number).state == "accepted"


def test_nobody_handles_a_complaint_about_themselves(sqlite_bank: SmallBank, registered: Registered) -> None:
    with pytest.raises(Refused, match="涉及你本人"):
        registered("care.chen", about_staff_id=CHEN, hold=True)
    number = registered("rm.gao", about_staff_id=CHEN, about_branch_id=NORTH)
    with pytest.raises(Refused, match="你本人"):
        take("care.chen", number)
    with (
        pytest.raises(Refused, match="与此人有关"),
        open_session(scope("crm.zhao"), "complaints", write=True) as session,
    ):
        cases.assign(session, number, stored(number).version, CHEN, "")
    own = registered("rm.gao", about_staff_id=WANG, about_branch_id=NORTH)
    with pytest.raises(Refused, match="不由你处理"):
        act("head.wang", own, MoveForm("accepted"))


def test_only_those_concerned_act(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.zhang")
    with pytest.raises(Refused):
        act("rm.zhang", number, MoveForm("accepted"))  # registered it, does not hold it
    with pytest.raises(Refused):
        act("head.zhu", number, MoveForm("accepted"))  # another branch
    act("head.wang", number, MoveForm("accepted"))
    with open_session(scope("rm.zhang"), "complaints", write=True) as session:
        steps.note(session, number, "客户又来电询问")
    assert history(number)[-1].text == "客户又来电询问"
    take("rm.zhang", number)  # first asked, answers to the end
    act("rm.zhang", number, MoveForm("investigating"))


def test_a_case_is_handed_over_traceably(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        cases.assign(session, number, stored(number).version, ZHANG, "客户要求本行经理处理")
    case, last = stored(number), history(number)[-1]
    assert (case.handler_id, case.first_owner_id) == (ZHANG, CHEN)
    assert last.details == {"from": CHEN, "to": ZHANG} and last.text == "客户要求本行经理处理"
    with (
        pytest.raises(Refused, match="不能处理"),
        open_session(scope("crm.zhao"), "complaints", write=True) as session,
    ):
        cases.assign(session, number, stored(number).version, 2, "")  # a manager of the other branch
    with pytest.raises(Refused, match="张伟"):
        act("care.lin", number, MoveForm("accepted"))


def test_open_moves_are_those_of_ones_place(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.zhang")
    found = {}
    for login in ("care.chen", "head.wang", "crm.zhao", "rm.zhang", "legal.qian"):
        with open_session(scope(login), "complaints") as session:
            case = session.scalars(cases.case_by_number(number)).one()
            found[login] = {one.to for one in steps.open_moves(scope(login), case)}
    both = {"accepted", "withdrawn"}
    assert found == {"care.chen": set(), "head.wang": both, "crm.zhao": both, "rm.zhang": set(), "legal.qian": set()}


def test_registration_refuses_what_is_missing(sqlite_bank: SmallBank) -> None:
    blank = registration(summary=" ", demand="", channel="pigeon", received_at=business_now() + timedelta(days=1))
    fields = [problem.field for problem in blank.problems(business_now(), rulebook())]
    assert fields == ["channel", "summary", "demand", "received_at"]


def test_what_the_bank_holds_is_filled_in(bank: SmallBank, registered: Registered) -> None:
    case = stored(registered("rm.li", complainant="", customer=phone_of(FIRM)))
    assert (case.complainant, case.customer_kind) == ("江河机械有限公司", "corporate")


def test_everything_said_is_kept(sqlite_bank: SmallBank, registered: Registered) -> None:
    due = business_now() + timedelta(days=7)
    case = stored(registered(
        "care.chen", channel="12378", outside_number=" 转-18 ", outside_due_at=due, grounds="合同第三条", product_id=1,
        about_branch_id=NORTH, about_staff_id=ZHANG,
    ))  # fmt: skip
    assert (case.outside_number, case.outside_due_at, case.grounds) == ("转-18", due, "合同第三条")
    assert (case.product_id, case.about_branch_id, case.about_staff_id) == (1, NORTH, ZHANG)
    assert case.standard_code is None


@pytest.mark.parametrize(("field", "sentence"), [("product_id", "产品"), ("about_staff_id", "员工")])
def test_what_it_is_about_must_exist(sqlite_bank: SmallBank, registered: Registered, field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        registered("care.chen", **{field: 999})


def test_a_suggestion_bears_the_promise_alone(bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.zhang", kind="suggestion", demand="", reason="", summary="希望增加大字版")
    case = stored(number)
    assert number.startswith("J") and (case.kind, case.demand, case.legal_due_at) == ("suggestion", None, None)
    assert case.promise_due_at is not None


def test_papers_come_with_the_case_or_not_at_all(bank: SmallBank, registered: Registered) -> None:
    papers = (Upload("凭证.pdf", files.PDF), Upload("记录.txt", files.TEXT))
    number = registered("rm.li", key="papers", uploads=papers)  # who took it down, though not the handler
    assert registered("rm.li", key="papers", uploads=papers) == number
    assert [event.text for event in history(number) if event.kind == "document"] == ["凭证.pdf", "记录.txt"]
    with pytest.raises(Refused, match="与文件名不符"):
        registered("rm.li", key="bad", summary="第二件", uploads=(Upload("凭证.png", files.PDF),))
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(Case.form_key == "bad")) == 0


def test_the_same_stranger_is_one_person(sqlite_bank: SmallBank, registered: Registered) -> None:
    who = {"customer": "", "complainant": "郑过客", "contact": "139-1111-2222"}
    first, second = stored(registered("care.chen", **who)), stored(registered("rm.li", **who))
    assert first.customer_id == second.customer_id and first.number != second.number
    other = stored(registered("rm.li", **{**who, "complainant": "郑旅客"}))
    assert other.customer_id != first.customer_id

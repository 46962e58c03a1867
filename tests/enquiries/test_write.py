"""Enquiries and breakpoints on both engines: first-asked responsibility, every step, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lib.complaints import read as complaints
from lib.enquiries import read
from lib.enquiries.steps import StepForm
from lib.jobs.clocks import set_clocks
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Case, CaseNumber, Customer
from lib.store.session import Conflict, Refused, open_session
from lib.work import cases, steps
from lib.work.moves import MoveForm
from tests.cast import (
    CHEN,
    FIRM,
    GAO,
    LI,
    NORTH,
    OTHER,
    OUTSIDER,
    OWN,
    PEER,
    WANG,
    ZHANG,
    ZHAO,
    SmallBank,
    number_of,
    scope,
)
from tests.enquiries.rows import ANSWERED, REPAIRED, TOLD, handed, history, registered, registration, stored, taken

DAY = timedelta(days=1)


def test_whoever_registers_owns_it_and_handles_it_at_once(bank: SmallBank) -> None:
    number = registered()
    case = stored(number)
    assert number.startswith("Z") and (case.kind, case.state) == ("enquiry", "received")
    assert case.first_owner_id == case.handler_id == ZHANG
    assert case.promise_due_at == case.received_at + DAY and case.promise_met_at is None and case.legal_due_at is None
    assert [(event.kind, event.to_state) for event in history(number)] == [("move", "received"), ("assignment", None)]


def test_answered_on_the_spot_is_one_form_and_settled(bank: SmallBank) -> None:
    asked = business_now() - timedelta(minutes=3)
    number = registered(received_at=asked, next_step="约周五面谈", **{**ANSWERED, "outcome": "product_interest"})
    case = stored(number)
    assert (case.state, case.outcome, case.answer) == ("closed", "product_interest", ANSWERED["answer"])
    assert case.promise_met_at == case.answered_at == asked and case.closed_at is not None
    assert [event.to_state for event in history(number) if event.kind == "move"] == ["received", "answered", "closed"]
    assert (history(number)[-1].details or {})["next_step"] == "约周五面谈"


def test_the_same_form_writes_once(bank: SmallBank) -> None:
    assert registered(key="k1") == registered(key="k1")
    with bulk("look", write=False) as session:
        assert len(session.scalars(select(Case).where(Case.kind == "enquiry")).all()) == 1


def test_an_answer_meets_the_clock_and_may_close(bank: SmallBank) -> None:
    first, second = registered(), registered()
    taken(first, StepForm("answered", answer="可提前支取"))
    assert stored(first).state == "answered" and stored(first).promise_met_at is not None
    taken(first, StepForm("closed", outcome="referred", next_step="转国际业务部"))
    taken(second, StepForm("answered", answer="可提前支取", outcome="answered"))
    assert [(stored(one).state, stored(one).outcome) for one in (first, second)] == [
        ("closed", "referred"), ("closed", "answered"),
    ]  # fmt: skip


def test_unanswered_says_why_and_meets_no_clock(sqlite_bank: SmallBank) -> None:
    number = registered()
    with pytest.raises(Refused, match="理由"):
        taken(number, StepForm("closed", outcome="unanswered"))
    with pytest.raises(Refused, match="没有答复"):
        taken(number, StepForm("closed", outcome="answered", reason="x"))
    taken(number, StepForm("closed", outcome="unanswered", reason="客户不再需要"))
    assert (stored(number).outcome, stored(number).promise_met_at) == ("unanswered", None)


@pytest.mark.parametrize("answered", [False, True])
def test_an_enquiry_becomes_a_complaint_received_when_it_was_asked(bank: SmallBank, answered: bool) -> None:
    number = registered(received_at=business_now() - timedelta(hours=5), summary="为什么多收年费")
    if answered:
        taken(number, StepForm("answered", answer="年费按年收取"))
    form = StepForm("closed", outcome="complaint", reason="客户不认可", complaint_reason="fees", demand="退回年费")
    with pytest.raises(Refused, match="投诉请求"):
        taken(number, StepForm("closed", outcome="complaint", reason="不认可", complaint_reason="fees"))
    taken(number, form)
    origin = stored(number)
    with bulk("look", write=False) as session:
        opened = session.scalars(select(Case).where(Case.origin_id == origin.id)).one()
    assert (opened.kind, opened.state, opened.customer_id) == ("complaint", "received", OWN)
    assert opened.received_at == origin.received_at and opened.legal_due_at and opened.promise_due_at
    assert (opened.reason, opened.demand, opened.summary) == ("fees", "退回年费", "为什么多收年费")
    assert opened.handler_id is None and opened.first_owner_id == ZHANG and opened.about_branch_id is None


def test_the_road_of_a_breakpoint(bank: SmallBank) -> None:
    number = registered(kind="breakpoint", concerned="同时排队的三位客户", branch_id=NORTH)
    case = stored(number)
    assert number.startswith("D") and (case.reason, case.about_branch_id) == ("counter", NORTH)
    assert case.promise_due_at == case.received_at + DAY and case.legal_due_at is None
    assert (history(number)[0].details or {})["concerned"] == "同时排队的三位客户"
    taken(number, TOLD)
    assert stored(number).promise_met_at is not None
    taken(number, REPAIRED)
    taken(number, StepForm("told", reason="仍有一台机具不通"), "head.wang")
    taken(number, REPAIRED)
    taken(number, StepForm("closed", result="试办三笔均正常"), "head.wang")
    case = stored(number)
    assert (case.state, case.outcome, case.root_cause) == ("closed", "verified", "process_missing")


def test_nobody_verifies_the_own_repair(bank: SmallBank) -> None:
    number = registered("head.wang", "breakpoint")
    taken(number, TOLD, "head.wang")
    taken(number, REPAIRED, "head.wang")
    for form in (StepForm("closed", result="好"), StepForm("told", reason="不好")):
        with pytest.raises(Refused, match="修复人以外"):
            taken(number, form, "head.wang")
    handed(number, ZHANG, "head.wang")
    taken(number, StepForm("closed", result="好"), "rm.zhang")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (StepForm("told", channel="phone"), "告知内容"),
        (StepForm("told", told="已告知"), "渠道"),
        (StepForm("repaired", repair="修好", root_cause="system_outage"), "不能由你转为"),
        (StepForm("withdrawn"), "理由"),
    ],
)
def test_each_step_of_a_breakpoint_says_what_it_must(sqlite_bank: SmallBank, form: StepForm, said: str) -> None:
    with pytest.raises(Refused, match=said):
        taken(registered(kind="breakpoint"), form)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"summary": " "}, "咨询内容"),
        ({"channel": "pigeon"}, "渠道"),
        ({"business": ""}, "业务"),
        ({"answer": "好", "outcome": ""}, "结果"),
        ({"answer": "好", "outcome": "complaint"}, "结果"),
        ({"received_at": business_now() + DAY * 3000}, "收到时间"),
        ({"summary": "长" * 4001}, "太长"),
        ({"customer": "C000"}, "没有找到唯一的客户"),
        ({"customer": ""}, "姓名"),
        ({"customer": "", "person": "路人乙"}, "电话或电子邮箱"),
        ({"kind": "breakpoint", "step": "nowhere"}, "环节"),
        ({"product_id": 99}, "产品"),
        ({"branch_id": 99}, "机构"),
    ],
)
def test_what_a_registration_must_say(sqlite_bank: SmallBank, changes: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        registered(**changes)  # type: ignore[arg-type]


def test_a_stranger_answered_on_the_spot_leaves_no_number(bank: SmallBank) -> None:
    number = registered(customer="", person="路人乙", **ANSWERED)
    case = stored(number)
    with bulk("look", write=False) as session:
        found = session.scalars(select(Customer).where(Customer.customer_id == case.customer_id)).one()
    assert (case.complainant, found.stage, found.phone_masked) == ("路人乙", "outsider", None)


@pytest.mark.parametrize("login", ["rm.zhang", "rm.li", "head.wang", "head.zhu", "care.chen", "crm.zhao"])
@pytest.mark.parametrize("kind", ["enquiry", "breakpoint"])
def test_anyone_may_register_for_an_exactly_identified_customer(sqlite_bank: SmallBank, login: str, kind: str) -> None:
    assert stored(registered(login, kind, customer=number_of(OTHER))).handler_id == scope(login).staff_id


@pytest.mark.parametrize("login", ["check.sun", "legal.qian", "product.he", "exec.zhou", "admin.wu"])
def test_posts_that_write_no_cases_register_nothing(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        registered(login)


def test_the_registrant_sees_that_case_and_nothing_else(bank: SmallBank) -> None:
    number = registered("rm.zhang", customer=number_of(OTHER))
    with open_session(scope("rm.zhang"), "complaints") as session:
        assert number in set(session.scalars(select(Case.number)))
        assert session.scalar(select(Customer.customer_id).where(Customer.customer_id == OTHER)) is None
        others = set(session.scalars(select(Case.number).where(Case.customer_id == OTHER))) - {number}
        assert others == {"T260302-02002"}  # the one the small bank says they took in before
    for login, sees in {"rm.gao": False, "head.wang": False, "rm.li": True, "head.zhu": True, "crm.zhao": True,
                        "care.chen": False, "exec.zhou": False, "admin.wu": False, "product.he": False,
                        "check.sun": False, "legal.qian": True}.items():  # fmt: skip
        with open_session(scope(login), "complaints") as session:
            assert (session.scalar(select(Case.id).where(Case.number == number)) is not None) == sees, login


def test_the_head_of_the_branch_asked_sees_it_too(sqlite_bank: SmallBank) -> None:
    number = registered("rm.zhang", customer=number_of(OTHER), branch_id=NORTH)
    taken(number, StepForm("answered", answer="可以"), "head.wang")
    with open_session(scope("head.wang"), "complaints") as session:
        assert session.scalar(select(Customer.customer_id).where(Customer.customer_id == OTHER)) is None


def test_handed_over_traceably_and_only_for_a_reason(bank: SmallBank) -> None:
    number = registered("rm.zhang", customer=number_of(OTHER))
    with pytest.raises(Refused, match="写明"):
        handed(number, LI, reason=" ")
    handed(number, LI)
    case, last = stored(number), history(number)[-1]
    assert (case.handler_id, case.first_owner_id) == (LI, ZHANG)
    assert (last.kind, last.text, last.details) == ("assignment", "客户在城南办理", {"from": ZHANG, "to": LI})
    with pytest.raises(Refused):
        taken(number, StepForm("answered", answer="可以"))
    taken(number, StepForm("answered", answer="可以", outcome="answered"), "rm.li")
    with pytest.raises(Refused, match="已经办结"):
        handed(number, CHEN, "rm.li")


def test_nobody_hands_it_to_who_cannot_handle_it(sqlite_bank: SmallBank) -> None:
    number = registered("rm.zhang", customer=number_of(OTHER))
    with pytest.raises(Refused):
        handed(number, GAO)  # of a branch it does not concern


@pytest.mark.parametrize("login", ["rm.gao", "rm.li", "head.zhu", "care.lin", "legal.qian", "exec.zhou"])
@pytest.mark.parametrize("kind", ["enquiry", "breakpoint"])
def test_only_handler_head_and_department_act(sqlite_bank: SmallBank, login: str, kind: str) -> None:
    number = registered(kind=kind)
    form = TOLD if kind == "breakpoint" else StepForm("answered", answer="可以")
    with pytest.raises(Refused):
        taken(number, form, login)
    for who in ("head.wang", "crm.zhao"):
        taken(registered(kind=kind), form, who)


def test_a_stale_step_is_a_conflict(sqlite_bank: SmallBank) -> None:
    number = registered()
    read_ = stored(number).version
    taken(number, StepForm("answered", answer="可以"), "head.wang")
    with pytest.raises(Conflict):
        taken(number, StepForm("closed", outcome="answered"), version=read_)


def test_the_road_of_complaints_is_none_of_theirs(sqlite_bank: SmallBank) -> None:
    number = registered()
    with pytest.raises(Refused, match="自己的办理步骤"), open_session(scope("rm.zhang"), "c", write=True) as session:
        steps.move(session, number, stored(number).version, MoveForm("answered", answer="好"))
    with pytest.raises(Refused, match="不是咨询或服务断点"):
        taken("T260302-02001", StepForm("answered", answer="好"), "care.chen")


def test_they_are_none_of_the_complaints(sqlite_bank: SmallBank) -> None:
    numbers = {registered(), registered(kind="breakpoint", business="payment")}
    asker = complaints.Asker(scope("crm.zhao"), business_now(), today(), {"received": 0})
    with open_session(scope("crm.zhao"), "complaints") as session:
        for filters in (complaints.Filters(kind="all", state="all"), complaints.Filters(text=min(numbers))):
            assert not numbers & {row.number for row in session.execute(complaints.queue(filters, asker))}
        assert session.execute(complaints.standing("all", asker)).one().open == 5
        assert "payment" not in set(session.scalars(complaints.categories("business")))


def test_clocks_are_set_again_by_the_job(bank: SmallBank) -> None:
    number, told = registered(received_at=business_now() - 3 * DAY), registered(kind="breakpoint")
    taken(told, TOLD)
    with bulk("lose") as session:
        for case in session.scalars(select(Case).where(Case.number.in_((number, told)))):
            case.promise_due_at = None
    assert set_clocks() >= 2
    for one in (number, told):
        assert stored(one).promise_due_at == stored(one).received_at + DAY and stored(one).legal_due_at is None


def test_the_list_of_a_person_is_by_time_left(bank: SmallBank) -> None:
    late = registered(received_at=business_now() - 2 * DAY)
    soon = registered(kind="breakpoint", received_at=business_now() - timedelta(hours=20))
    calm = registered(received_at=business_now() - timedelta(hours=1))
    told = registered(kind="breakpoint", received_at=business_now() - 5 * DAY)
    taken(told, TOLD)
    registered(**ANSWERED)
    registered("rm.gao", customer=number_of(PEER))
    with open_session(scope("rm.zhang"), "today") as session:
        assert [case.number for case in session.scalars(read.held_by(ZHANG))] == [late, soon, calm, told]
    asker = read.Asker(scope("head.wang"), business_now(), today())
    with open_session(scope("head.wang"), "complaints") as session:
        counts = session.execute(read.standing("enquiry", asker)).one()
        assert (counts.open, counts.overdue, counts.mine, counts.handed) == (3, 1, 0, 0)
        for wanted, count in {
            read.Wanted("enquiry"): 3, read.Wanted("enquiry", state="all"): 4, read.Wanted("enquiry", whose="first"): 0,
            read.Wanted("enquiry", clock="overdue"): 1, read.Wanted("breakpoint", state="told"): 1,
            read.Wanted("enquiry", state="all", what="answered"): 1, read.Wanted("breakpoint", what="counter"): 2,
            read.Wanted("enquiry", text="大额存单", whose="unit"): 3, read.Wanted("enquiry", text=late.lower()): 1,
            read.Wanted("enquiry", whose="handed"): 0,
        }.items():  # fmt: skip
            assert len(session.execute(read.listed(wanted, asker)).all()) == count, wanted
        row = session.execute(read.listed(read.Wanted("enquiry"), asker)).first()
        assert row is not None and (row.number, row.handler, row.first_owner) == (late, "张伟", "张伟")


def test_a_case_nobody_holds_is_taken_by_its_first_owner(sqlite_bank: SmallBank) -> None:
    number = registered("care.chen", customer=number_of(FIRM))
    handed(number, WANG, "care.chen")
    assert stored(number).handler_id == WANG and stored(number).first_owner_id == CHEN
    with bulk("look", write=False) as session:
        assert session.scalar(select(CaseNumber.case_id).where(CaseNumber.number == number)) == stored(number).id
    handed(number, ZHAO, "head.wang")
    with pytest.raises(Refused), open_session(scope("care.chen"), "complaints", write=True) as session:
        cases.take(session, number)


def test_one_on_record_as_an_outsider_is_found_by_number(sqlite_bank: SmallBank) -> None:
    assert stored(registered("rm.li", customer=number_of(OUTSIDER))).customer_id == OUTSIDER
    assert registration().problems(business_now(), rulebook()) == []

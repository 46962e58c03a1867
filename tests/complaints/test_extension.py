"""Longer legal terms: asked step by step, approved by another post, refused once too late, told to the complainant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from lib.complaints import extension
from lib.settings import bank_day, business_now
from lib.store.bulk import bulk
from lib.store.models import Case, ChangeRequest
from lib.store.session import Conflict, Refused, open_session
from lib.work import requests, steps
from lib.work.clock import end_of
from lib.work.moves import MoveForm
from tests.cast import FIRM, NORTH, SmallBank, number_of, scope
from tests.complaints.conftest import history, registered, stored

__all__ = ["registered"]
Registered = Callable[..., str]


def ask(login: str, number: str, reason: str = "须向第三方调取流水", version: int | None = None) -> int:
    with open_session(scope(login), "complaints", write=True) as session:
        read = stored(number).version if version is None else version
        return extension.ask_extension(session, number, read, reason).id


def decide(login: str, request_id: int, verdict: str = "agreed") -> None:
    with open_session(scope(login), "approvals", write=True) as session:
        request = session.scalars(requests.request_by_id(request_id)).one()
        requests.decide(session, request_id, request.version, verdict, "同意", extension.apply)


def tell(login: str, number: str) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        extension.tell(session, number, stored(number).version, "电话告知延期至新期限")


def request(request_id: int) -> ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()


def put(number: str, **values: object) -> None:
    with bulk("test") as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        for field, value in values.items():
            setattr(case, field, value)


def last_day(received: datetime, days: int) -> datetime:
    return end_of(bank_day(received) + timedelta(days=days))


def test_fifteen_thirty_sixty_with_two_posts_and_a_notice_each(bank: SmallBank, registered: Registered) -> None:
    received = business_now() - timedelta(hours=1)
    number = registered("care.chen", hold=True, received_at=received)
    assert stored(number).legal_due_at == last_day(received, 15)
    first = ask("care.chen", number)
    assert stored(number).extension == "none"  # asking changes nothing
    decide("crm.zhao", first)
    case = stored(number)
    assert (case.extension, case.legal_due_at) == ("complex", last_day(received, 30))
    assert extension.notice_due(case, history(number)) == "complex"
    tell("care.chen", number)
    assert extension.notice_due(stored(number), history(number)) is None
    decide("exec.zhou", ask("care.chen", number))  # leadership reaches no case, but carries this one out
    case = stored(number)
    assert (case.extension, case.legal_due_at) == ("specially_complex", last_day(received, 60))
    assert extension.notice_due(case, history(number)) == "specially_complex"
    done = [event for event in history(number) if event.kind == "extension"]
    assert [(event.staff_id, event.details and event.details["extension"]) for event in done] == [
        (8, "complex"), (11, "specially_complex"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="没有可以申请的延期"):
        ask("care.chen", number)


def test_the_request_tells_the_approver_the_matter_and_nobody_s_name(
    sqlite_bank: SmallBank, registered: Registered
) -> None:
    number = registered("care.chen", hold=True)
    asked = request(ask("care.chen", number))
    case = stored(number)
    assert (asked.kind, asked.subject, asked.subject_key) == ("term_complex", "case", number)
    assert asked.due_at == case.legal_due_at and asked.branch_id == NORTH
    assert asked.before["business"] == "debit_card" and asked.before["branch"] == "城北支行"
    assert datetime.fromisoformat(str(asked.before["legal_due_at"])) == case.legal_due_at
    assert datetime.fromisoformat(str(asked.after["legal_due_at"])) == last_day(case.received_at, 30)
    assert "欧阳" not in str((asked.before, asked.after))


def test_it_is_asked_once_and_by_who_acts_on_the_case(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with pytest.raises(Refused):
        ask("rm.gao", number)
    with pytest.raises(Conflict):
        ask("care.chen", number, version=99)
    with pytest.raises(Refused, match="理由"):
        ask("care.chen", number, reason=" ")
    ask("care.chen", number)
    with pytest.raises(Refused, match="等待审批"):
        ask("head.wang", number)


@pytest.mark.parametrize("steps_taken", [("accepted", "answered"), ("withdrawn",)])
def test_an_answered_or_ended_complaint_is_not_extended(
    sqlite_bank: SmallBank, registered: Registered, steps_taken: tuple[str, ...]
) -> None:
    number = registered("care.chen", hold=True)
    waiting = ask("care.chen", number)
    for to in steps_taken:
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            form = MoveForm(to, answer="已退", fault="own", reason="客户撤诉")
            steps.move(session, number, stored(number).version, form)
    with pytest.raises(Refused, match="已答复或已结束"):
        decide("crm.zhao", waiting)
    assert request(waiting).state == "pending" and stored(number).extension == "none"
    with pytest.raises(Refused, match="已答复或已结束"):
        ask("crm.zhao", number)


def test_a_term_that_is_over_is_not_extended(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    waiting = ask("care.chen", number)
    put(number, legal_due_at=business_now() - timedelta(minutes=1))
    for trying in (lambda: decide("crm.zhao", waiting), lambda: ask("crm.zhao", number)):
        with pytest.raises(Refused, match="期限已过"):
            trying()
    decide("crm.zhao", waiting, "refused")
    assert request(waiting).state == "refused" and stored(number).extension == "none"


def test_nobody_approves_their_own_request(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with pytest.raises(Refused, match="另一位同事"):
        decide("crm.zhao", ask("crm.zhao", number))


def test_a_firm_s_complaint_is_extended_from_its_receipt(sqlite_bank: SmallBank, registered: Registered) -> None:
    received = business_now() - timedelta(days=10)
    number = registered("care.chen", customer=number_of(FIRM), hold=True, received_at=received, complex=True)
    decide("crm.zhao", ask("head.wang", number))
    assert stored(number).legal_due_at == last_day(received, 30)


def test_kinds_without_a_legal_term_know_no_extension(sqlite_bank: SmallBank) -> None:
    suggestion = Case(kind="suggestion", extension="none", state="accepted")
    assert extension.next_extension(suggestion) is None
    assert "没有可以申请" in str(extension.problem(suggestion))


def test_a_term_beyond_the_calendar_is_presumed(sqlite_bank: SmallBank, registered: Registered) -> None:
    received = business_now()
    number = registered("care.chen", hold=True, received_at=received)
    for post in ("crm.zhao", "exec.zhou"):
        decide(post, ask("care.chen", number))
    beyond = bank_day(received) + timedelta(days=60) > date(2026, 12, 31)
    assert stored(number).clocks_provisional == beyond


def test_reopening_forgets_the_notice_of_the_former_term(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    decide("crm.zhao", ask("care.chen", number))
    for to in ("accepted", "answered", "followed_up", "reopened"):
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            form = MoveForm(to, answer="已退", fault="own", satisfaction=4, reason="没有到账")
            steps.move(session, number, stored(number).version, form)
    case = stored(number)
    assert case.extension == "none" and extension.notice_due(case, history(number)) is None
    with pytest.raises(Refused, match="没有待告知"):
        tell("care.chen", number)

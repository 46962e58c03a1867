"""Change requests: who may ask, answer, take back and decide; four eyes by command, by session and by database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lib.store.bulk import bulk
from lib.store.models import ChangeRequest, ChangeStep
from lib.store.session import Conflict, Refused, StoreSession, open_session
from lib.work import requests
from lib.work.requests import Asked
from tests.cast import C_LIN, C_OWN, CHEN, FORMER, OWN, ZHAO, SmallBank, case_number_of, filled, scope


def asked(login: str = "care.chen", case: int = C_OWN, customer: int = OWN, **changes: Any) -> int:
    """The id of a request for a longer term of a case."""
    said = {"kind": "term_complex", "reason": "须调取档案", **changes}
    with open_session(scope(login), "complaints", write=True) as session:
        wanted = Asked(subject="case", subject_key=case_number_of(case), before={"extension": "none"},
                       after={"extension": "complex"}, customer_id=customer, **said)  # fmt: skip
        return requests.ask(session, wanted).id


def act(login: str, what: Any, *given: Any, version: int | None = None) -> ChangeRequest:
    """One command on a request by its id, with the version it has now unless told otherwise."""
    request_id, *rest = given
    with open_session(scope(login), "approvals", write=True) as session:
        return what(session, request_id, version or stored(request_id).version, *rest)


def decided(
    login: str, request_id: int, verdict: str, text: str = "", applied: Any = None, **how: Any
) -> ChangeRequest:
    """A verdict by somebody."""
    return act(login, requests.decide, request_id, verdict, text, applied, **how)


def stored(request_id: int) -> ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()


def acts(request_id: int) -> list[str]:
    with bulk("look", write=False) as session:
        step = ChangeStep
        return list(session.scalars(select(step.act).where(step.request_id == request_id).order_by(step.at, step.id)))


def test_from_question_and_answer_to_consent(bank: SmallBank) -> None:
    number = asked()
    assert decided("crm.zhao", number, "returned", "需要外部机构的函件").state == "returned"
    with pytest.raises(Refused, match="不在等待"):
        decided("crm.zhao", number, "agreed")
    assert act("care.chen", requests.answer, number, "函件已附").state == "pending"
    carried: list[str] = []

    def apply(session: StoreSession, request: ChangeRequest) -> None:
        carried.append(session.scope.login)
        assert session.scope.cases == "bank" and request.state == "accepted"

    request = decided("crm.zhao", number, "agreed", applied=apply)
    assert (request.state, request.stage_role, request.decided_by) == ("accepted", "", ZHAO)
    assert request.carried_out_at is not None and carried == ["crm.zhao"]
    assert acts(number) == ["asked", "returned", "answered", "agreed"]


@pytest.mark.parametrize(
    ("login", "case", "customer", "said"),
    [
        ("care.chen", C_LIN, FORMER, "不在你的范围内"),  # another officer's
        ("care.chen", C_OWN, FORMER, "不在你的范围内"),  # not that customer's case
        ("rm.li", C_OWN, OWN, "不在你的范围内"),
    ],
)
def test_a_change_is_asked_for_by_who_reaches_the_case(
    bank: SmallBank, login: str, case: int, customer: int, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        asked(login, case, customer)


def test_a_request_has_a_reason_and_no_twin(bank: SmallBank) -> None:
    with pytest.raises(Refused, match="写明理由"):
        asked(reason="  ")
    asked()
    with pytest.raises(Refused, match="已有一项申请"):
        asked()


@pytest.mark.parametrize(
    "login", ["care.chen", "care.lin", "rm.zhang", "head.wang", "check.sun", "exec.zhou", "legal.qian"]
)
def test_only_the_post_whose_turn_it_is_decides(sqlite_bank: SmallBank, login: str) -> None:
    number = asked()
    for verdict in requests.VERDICTS:
        with pytest.raises(Refused):
            decided(login, number, verdict, "因故")
    assert stored(number).state == "pending" and acts(number) == ["asked"]


def test_nobody_decides_on_their_own_request(bank: SmallBank) -> None:
    number = asked("crm.zhao")
    with pytest.raises(Refused, match="另一位同事"):
        decided("crm.zhao", number, "agreed")
    with pytest.raises(Refused, match="另一位"), open_session(scope("crm.zhao"), "approvals", write=True) as session:
        request = session.scalars(requests.request_by_id(number)).one()
        request.state, request.stage_role = "accepted", ""
        session.flush()
    assert stored(number).state == "pending"


@pytest.mark.parametrize("verdict", ["returned", "refused"])
def test_returning_and_refusing_need_words(sqlite_bank: SmallBank, verdict: str) -> None:
    number = asked()
    with pytest.raises(Refused, match="写明理由"):
        decided("crm.zhao", number, verdict)
    assert decided("crm.zhao", number, verdict, "材料不足").state == verdict


def test_the_author_alone_takes_it_back_and_not_once_it_is_decided(bank: SmallBank) -> None:
    number = asked()
    with pytest.raises(Refused, match="只有申请人"):
        act("crm.zhao", requests.withdraw, number)
    assert act("care.chen", requests.withdraw, number, "不再需要").state == "withdrawn"
    with pytest.raises(Refused, match="已经决定"):
        act("care.chen", requests.withdraw, number)
    asked()  # and may ask again


def test_who_read_an_older_version_is_told(bank: SmallBank) -> None:
    number = asked()
    read = stored(number).version
    decided("crm.zhao", number, "returned", "请补充")
    with pytest.raises(Conflict):
        act("care.chen", requests.withdraw, number, version=read)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (ChangeRequest, {"requested_by": CHEN, "decided_by": CHEN, "state": "accepted"}),
        (ChangeStep, {"staff_id": CHEN, "requested_by": CHEN, "act": "agreed"}),
        (ChangeStep, {"staff_id": CHEN, "requested_by": CHEN, "act": "refused"}),
    ],
)
def test_the_database_itself_holds_four_eyes(bank: SmallBank, table: Any, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), bulk("past every check") as session:
        session.add(filled(table, customer_id=OWN, id=900, request_id=900, **values))
        session.flush()


def test_the_database_takes_one_consent_of_a_person(bank: SmallBank) -> None:
    with pytest.raises(IntegrityError), bulk("past every check") as session:
        for number in (901, 902):
            session.add(filled(ChangeStep, customer_id=OWN, id=number, request_id=900, staff_id=ZHAO, agreed_by=ZHAO,
                               requested_by=CHEN, act="agreed"))  # fmt: skip
        session.flush()

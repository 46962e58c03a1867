"""Commands on a case as data: who tries what, and how it is tried."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from lib.complaints import crisis, extension, review
from lib.complaints.review import ReviewForm
from lib.complaints.write import register
from lib.settings import business_now
from lib.store.bulk import bulk
from lib.store.models import CaseReview, ChangeRequest
from lib.store.reveal import locate
from lib.store.session import Conflict, Refused, StoreSession, open_session
from lib.work import cases, requests, steps, waiting
from lib.work.moves import STATES, MoveForm
from tests.cast import CHEN, LIN, OWN, number_of, scope
from tests.complaints.conftest import registration, stored

PEOPLE = ("care.chen", "care.lin", "head.wang", "crm.zhao", "rm.zhang", "legal.qian", "exec.zhou")
CRISIS = ("contact_customer", "inform_leadership", "keep_evidence", "stop_cause", "one_voice", "tell_public",
          "settle_customer", "look_back")  # fmt: skip


@dataclass(frozen=True)
class Try:
    """A command as somebody tries it; `what` names it, `to` and `flag` are what it needs."""

    what: str
    login: str
    to: Any = None
    flag: bool = True


_NOTHING: st.SearchStrategy[Any] = st.none()


def _tries(what: str, to: st.SearchStrategy[Any] = _NOTHING) -> st.SearchStrategy[Try]:
    return st.builds(Try, st.just(what), st.sampled_from(PEOPLE), to, st.booleans())


ANY = st.one_of(
    _tries("move", st.sampled_from(STATES)),
    _tries("move", st.sampled_from(STATES)),  # twice: the road matters most
    _tries("take"),
    _tries("hand over", st.sampled_from((CHEN, LIN))),
    _tries("progress"),
    _tries("note"),
    _tries("wait", st.sampled_from(("customer", "outside"))),
    _tries("resume"),
    _tries("ask extension"),
    _tries("decide", st.sampled_from(requests.VERDICTS)),
    _tries("tell"),
    _tries("ask review"),
    _tries("conclude", st.sampled_from(("upheld", "changed", "dropped"))),
    _tries("begin crisis"),
    _tries("tick", st.sampled_from(CRISIS)),
    _tries("log"),
    _tries("end crisis"),
)


def begun(kind: str) -> str:
    """A new case of a kind; an unhappy customer's comes from a complaint."""
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        if kind == "complaint":
            return register(session, registration(), uuid.uuid4().hex)
        now = business_now()
        said = registration().form
        columns = ("customer_kind", "complainant", "channel", "business", "reason", "summary", "demand")
        values = {field: getattr(said, field) for field in columns}
        values |= {"received_at": now, **steps.first_clocks(kind, said, now)}
        if kind == "suggestion":
            found = locate(session, number_of(OWN))
            assert found is not None
            return cases.enter(session, kind, found.customer_id, values, {}).number
        number = register(session, registration(), uuid.uuid4().hex)
        origin = session.scalars(cases.case_by_number(number)).one()
        same = {field: values[field] for field in ("received_at", "summary", "demand")}
        clocks = steps.first_clocks(kind, origin, now)
        return cases.enter_from(session, origin, kind, {**same, **clocks}).number


def attempt(number: str, one: Try) -> bool:
    """Try it as that person; whether it was allowed."""
    try:
        with open_session(scope(one.login), "complaints", write=True) as session:
            _do(session, number, one)
    except (Refused, Conflict):
        return False
    return True


def _do(session: StoreSession, number: str, one: Try) -> None:
    version, text = stored(number).version, "写明" if one.flag else ""
    match one.what:
        case "move":
            steps.move(session, number, version, MoveForm(one.to, **(_full() if one.flag else {})))
        case "take":
            cases.take(session, number)
        case "hand over":
            cases.assign(session, number, version, one.to, "")
        case "progress":
            steps.progress(session, number, version, "已在处理", one.flag)
        case "note":
            steps.note(session, number, text)
        case "wait":
            waiting.wait(session, number, version, one.to, text)
        case "resume":
            waiting.resume(session, number, version, text)
        case "tell":
            extension.tell(session, number, version, text)
        case "ask extension":
            extension.ask_extension(session, number, version, text)
        case "decide":
            asked = asked_of(number)
            requests.decide(session, asked.id if asked else 0, asked.version if asked else 0, one.to, "意见",
                            extension.apply)  # fmt: skip
        case "ask review":
            review.ask_review(session, number, ReviewForm("总行", "", text, business_now()))
        case "conclude":
            last = last_review(number)
            review.conclude(session, last.id if last else 0, last.version if last else 0, one.to, text)
        case "begin crisis":
            crisis.begin(session, number, version, text)
        case "tick":
            crisis.tick(session, number, one.to, text, left_out=one.flag)
        case "log":
            crisis.log(session, number, text)
        case "end crisis":
            crisis.end(session, number, version, text)
        case _:
            raise AssertionError(one.what)


def _full() -> dict[str, Any]:
    return {"answer": "好", "fault": "own", "satisfaction": 3, "root_cause": "system_defect", "measure": "培训",
            "settlement": "已补偿", "reason": "客户要求"}  # fmt: skip


def asked_of(number: str) -> ChangeRequest | None:
    """The undecided request on a case."""
    with bulk("look", write=False) as session:
        row = ChangeRequest
        open_ = select(row).where(row.subject_key == number, row.state.in_(("pending", "returned")))
        return session.scalars(open_).one_or_none()


def last_review(number: str) -> CaseReview | None:
    """The last review of a case."""
    with bulk("look", write=False) as session:
        mine = CaseReview.case_id == stored(number).id
        return session.scalars(select(CaseReview).where(mine).order_by(CaseReview.id.desc()).limit(1)).one_or_none()

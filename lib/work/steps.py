"""What is done with a case of any kind: report to the customer, note, move along; each an event with its author."""

from __future__ import annotations

from typing import Any

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import calendar, rulebook
from lib.store.casetext import index_case
from lib.store.models import Case
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import cases
from lib.work.causes import causes, leaves
from lib.work.clock import legal_term
from lib.work.clock_of import Terms, dues_moved
from lib.work.moves import LISTENED, Move, MoveForm, Problem, kind_of, moves, moves_from

#: kinds whose low satisfaction with the handling opens a case of its own (管理 §5.2)
_LISTENED_TO = ("complaint", "suggestion")


def move(session: StoreSession, number: str, read_version: int, form: MoveForm) -> Case:
    """Take one step of the kind's table of moves.

    Raises Refused with the form's problems, Conflict when it is stale. A follow-up with low satisfaction opens an
    unhappy-customer case.
    """
    case = mine_to_act_on(session, number, read_version)
    if case.kind not in LISTENED:
        raise Refused(_("这类事项有自己的办理步骤。"))
    book = rulebook()
    known = moves(case.kind, book, today())
    as_what = _capability(session, case, form.to, known)
    held = cases.capabilities(session.scope, case)
    refuse(form.problems(case.state, as_what, known, root_causes(book)) + _unsettled(case, form, held, book))
    cases.record(
        session, case, "move", from_state=case.state, to_state=form.to, text=form.reason, details=form.recorded()
    )
    waited = case.waiting_for is not None
    cases.change(session, case, {"state": form.to, **_consequences(case, form, book)})
    session.flush()
    if waited:
        move_dues(session, case)
    if form.to == "answered":
        index_case(session, case)
    if form.to == "followed_up" and case.kind in _LISTENED_TO and _is_unhappy(form.satisfaction, book):
        _open_unhappy(session, case, form)
    return case


def progress(
    session: StoreSession, number: str, read_version: int, text: str, substantive: bool, contacted: str = ""
) -> None:
    """Record a report to the customer; the first substantive one keeps the promise (办法 §五.2).

    `contacted` not_reached: the customer could not be reached, and was told nothing.
    """
    case = mine_to_act_on(session, number, read_version)
    need_text(text)
    details = {"substantive": substantive or None, "contacted": contacted}
    cases.record(session, case, "progress", text=text, details=details)
    if substantive and case.promise_met_at is None:
        cases.change(session, case, {"promise_met_at": business_now()})
        move_dues(session, case)


def note(session: StoreSession, number: str, text: str) -> None:
    """Add a note to the history; anyone who may act on the case, and its first owner, may."""
    case = cases.for_change(session, number, None)
    if case.first_owner_id != session.scope.staff_id:
        refuse_outsiders(session, case)
    need_text(text)
    cases.record(session, case, "note", text=text)


def move_dues(session: StoreSession, case: Case) -> None:
    """Store the due moments anew where a wait of the case stops or stopped a clock (rule complaint.pause)."""
    session.flush()
    events = session.scalars(cases.events_of(case)).all()
    moved = dues_moved(case, events, calendar(), rulebook())
    if moved:
        cases.change(session, case, moved)
        session.flush()


def open_moves(scope: Scope, case: Case) -> tuple[Move, ...]:
    """The steps the person may take with a case now, each once."""
    known = moves(case.kind, rulebook(), today())
    found = [one for as_what in cases.capabilities(scope, case)
             for one in moves_from(case.state, as_what, known)]  # fmt: skip
    return tuple({one.to: one for one in found}.values())


def root_causes(book: Rulebook) -> tuple[str, ...]:
    """The codes of the root causes that may be chosen today."""
    return tuple(cause.code for cause in leaves(causes(book, today())))


def mine_to_act_on(session: StoreSession, number: str, read_version: int | None) -> Case:
    """The case, locked, if the person may act on it; see `cases.for_change`."""
    case = cases.for_change(session, number, read_version)
    refuse_outsiders(session, case)
    return case


def refuse_outsiders(session: StoreSession, case: Case) -> None:
    """Raises Refused for who may not act on the case."""
    if not cases.capabilities(session.scope, case):
        raise Refused(_("这件事项不由你处理，或所涉及的就是你本人。"))


def need_text(text: str) -> None:
    """Raises Refused when nothing was written."""
    if not text.strip():
        raise Refused(_("请写明内容。"))


def refuse(problems: list[Problem]) -> None:
    """Raises Refused with the sentences of the problems, if there are any."""
    if problems:
        raise Refused(_("；").join(problem.sentence for problem in problems))


def _consequences(case: Case, form: MoveForm, book: Rulebook) -> dict[str, Any]:
    """What a step sets besides the state: the clocks it stops or starts, and what was recorded."""
    now = business_now()
    match form.to:
        case "answered":
            return {"answer": form.answer, "answered_at": now, "promise_met_at": case.promise_met_at or now,
                    "fault": form.fault or case.fault, "apology": form.apology or None,
                    "compensation_fen": form.compensation_fen, **_no_longer_waiting()}  # fmt: skip
        case "followed_up":
            return {"satisfaction": form.satisfaction, "promise_met_at": case.promise_met_at or now}
        case "closed":
            cause = {"root_cause": form.root_cause} if form.root_cause else {}
            return {"closed_at": now, **cause, **_no_longer_waiting()}
        case "withdrawn":
            return {"closed_at": now, **_no_longer_waiting()}
        case "reopened":
            return {"answered_at": None, "closed_at": None, **_new_term(case, book)}
    return {}


def _new_term(case: Case, book: Rulebook) -> dict[str, Any]:
    """Reopening starts a new legal term, where the kind bears one; the promise was kept or broken once."""
    if "legal_term" not in kind_of(case.kind, book, today()).clocks:
        return {}
    term = legal_term(business_now(), "none", calendar(), book)
    return {"legal_due_at": term.due_at, "extension": "none"}


def _no_longer_waiting() -> dict[str, None]:
    return {"waiting_for": None, "waiting_since": None}


def _is_unhappy(satisfaction: int | None, book: Rulebook) -> bool:
    return satisfaction is not None and satisfaction <= book.value("unhappy.at_most", today())


def _unsettled(case: Case, form: MoveForm, held: tuple[str, ...], book: Rulebook) -> list[Problem]:
    """An unhappy customer is followed until content (管理 §5.2); a head or the department may end it with a reason."""
    if case.kind != "unhappy" or form.to != "closed" or not _is_unhappy(case.satisfaction, book):
        return []
    if may_let_go(held) and form.reason.strip():
        return []
    return [Problem("to", _("客户仍不满意：请继续跟进，或由支行负责人、客户关系管理部写明理由后结束。"))]


def may_let_go(held: tuple[str, ...]) -> bool:
    """Whether these capabilities suffice to end the follow-up of a customer who is still unhappy."""
    return "head" in held or "crm" in held


def _open_unhappy(session: StoreSession, case: Case, form: MoveForm) -> None:
    """A case of its own, with the customer's manager where there is one who is not concerned."""
    now = business_now()
    manager = case.manager_id if case.manager_id != case.about_staff_id else None
    summary = _("对{number}的处理不满意：{n} 分。").format(number=case.number, n=form.satisfaction)
    opened = cases.enter_from(session, case, "unhappy", {
        "received_at": now, "summary": summary, "demand": case.demand, **first_clocks("unhappy", case, now),
    })  # fmt: skip
    if manager is not None:
        cases.record(session, opened, "assignment", details={"to": manager})
        cases.change(session, opened, {"handler_id": manager})


def first_clocks(kind: str, said: Any, received_at: Any) -> dict[str, Any]:
    """The due moments of a case as registered; `said` has customer_kind and complex."""
    book, days = rulebook(), calendar()
    terms = Terms(kind, said.customer_kind, said.complex, "none", received_at, received_at, (), ())
    return terms.due_moments(days, book)


def _capability(session: StoreSession, case: Case, to: str, known: tuple[Move, ...]) -> str:
    held = cases.capabilities(session.scope, case)
    fitting = (one for one in held if to in {move.to for move in moves_from(case.state, one, known)})
    return next(fitting, held[0])

"""Complaints as written: register one, reply, move it along; every step is an event with author and time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.complaints.clock import legal_term, promise
from lib.complaints.rules import ComplaintForm, Move, MoveForm, Problem, moves, moves_from
from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import calendar, rulebook
from lib.store.models import Case, Staff
from lib.store.outsider import enter_outsider
from lib.store.reveal import Located, locate
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _, name
from lib.work import cases

_PHONE = re.compile(r"\+?[\d\s-]{7,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Registration:
    """A complaint to register: the form, whose it is, whom it is about.

    `customer` is a customer number, phone or identity number that finds exactly one customer; empty for a
    complainant who is none (the form's contact, a phone or an e-mail address, is then needed). `hold`: the person
    registering handles it; otherwise it waits for an officer to take it.
    """

    form: ComplaintForm
    customer: str = ""
    about_branch_id: int | None = None
    about_staff_id: int | None = None
    outside_number: str = ""
    hold: bool = False

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered; empty if nothing does."""
        found = self.form.problems(now, book)
        lengths = {"complainant": (self.form.complainant, 120), "outside_number": (self.outside_number, 40),
                   "contact": (self.form.contact, 120)}  # fmt: skip
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=name("complaint_field", field), n=most))
                  for field, (said, most) in lengths.items() if len(said) > most]  # fmt: skip
        if not self.customer and not _contact(self.form.contact):
            found.append(Problem("contact", _("非本行客户须登记电话或电子邮箱，以便答复")))
        return found


def register(session: StoreSession, registration: Registration, form_key: str) -> str:
    """Write the complaint with both clocks and give its number; the same form sent again gives the same number.

    Raises Refused with a sentence for what is wrong, or when the customer is not exactly identified.
    """
    known = cases.registered_under(session, form_key)
    if known is not None:
        return known.number
    book = rulebook()
    _refuse(registration.problems(business_now(), book))
    _check_staff(session, registration)
    customer = _whom(session, registration)
    form = replace(registration.form, customer_kind=customer.kind)
    values = {**_said(form), **_clocks(form, book), **_about(registration), "form_key": form_key}
    case = cases.enter(session, "complaint", "T", customer, values, _first_details(form))
    session.flush()
    if registration.hold:
        _hold(session, case)
    return case.number


def progress(session: StoreSession, number: str, read_version: int, text: str, substantive: bool) -> None:
    """Record a report to the customer; the first substantive one keeps the promise (办法 §五.2)."""
    case = _mine_to_act_on(session, number, read_version)
    _need_text(text)
    cases.record(session, case, "progress", text=text, details={"substantive": substantive or None})
    if substantive and case.promise_met_at is None:
        cases.change(session, case, {"promise_met_at": business_now()})


def note(session: StoreSession, number: str, text: str) -> None:
    """Add a note to the history; anyone who may act on the case, and its first owner, may."""
    case = cases.for_change(session, number, None)
    if case.first_owner_id != session.scope.staff_id:
        _refuse_outsiders(session, case)
    _need_text(text)
    cases.record(session, case, "note", text=text)


def move(session: StoreSession, number: str, read_version: int, form: MoveForm) -> None:
    """Take one step of the table of moves. Raises Refused with the form's problems, Conflict when it is stale."""
    case = _mine_to_act_on(session, number, read_version)
    known = moves(rulebook(), today())
    as_what = _capability(session, case, form.to, known)
    _refuse(form.problems(case.state, as_what, known))
    cases.record(
        session, case, "move", from_state=case.state, to_state=form.to, text=form.reason,
        details={"answer": form.answer, "satisfaction": form.satisfaction, "measure": form.measure,
                 "root_cause": form.root_cause, "not_asked_reason": form.not_asked_reason},
    )  # fmt: skip
    cases.change(session, case, {"state": form.to, **_consequences(case, form)})


def open_moves(scope: Scope, case: Case) -> tuple[Move, ...]:
    """The steps the person may take with a case now, each once."""
    known = moves(rulebook(), today())
    found = [one for as_what in cases.capabilities(scope, case)
             for one in moves_from(case.state, as_what, known)]  # fmt: skip
    return tuple({one.to: one for one in found}.values())


def _consequences(case: Case, form: MoveForm) -> dict[str, Any]:
    """What a step sets besides the state: the clocks it stops or starts, and what was recorded."""
    now = business_now()
    match form.to:
        case "answered":
            return {"answer": form.answer, "answered_at": now, "promise_met_at": case.promise_met_at or now}
        case "followed_up":
            return {"satisfaction": form.satisfaction}
        case "closed":
            return {"root_cause": form.root_cause, "closed_at": now}
        case "withdrawn":
            return {"closed_at": now}
        case "reopened":
            term = legal_term(now, "none", calendar(), rulebook())
            return {"legal_due_at": term.due_at, "extension": "none", "answered_at": None, "closed_at": None}
    return {}


def _clocks(form: ComplaintForm, book: Rulebook) -> dict[str, Any]:
    days = calendar()
    promised = promise(form.customer_kind, form.complex, form.received_at, days, book)
    term = legal_term(form.received_at, "none", days, book)
    return {"promise_due_at": promised.due_at, "legal_due_at": term.due_at,
            "clocks_provisional": promised.provisional or term.provisional}  # fmt: skip


def _said(form: ComplaintForm) -> dict[str, Any]:
    return {
        "customer_kind": form.customer_kind, "complainant": form.complainant.strip(), "channel": form.channel,
        "business": form.business, "reason": form.reason, "summary": form.summary.strip(),
        "demand": form.demand.strip(), "received_at": form.received_at, "complex": form.complex,
    }  # fmt: skip


def _about(registration: Registration) -> dict[str, Any]:
    return {"about_branch_id": registration.about_branch_id, "about_staff_id": registration.about_staff_id,
            "outside_number": registration.outside_number.strip() or None}  # fmt: skip


def _first_details(form: ComplaintForm) -> dict[str, Any]:
    """What the law wants in the register and the case has no column for."""
    special = form.relation != "self"
    return {"relation": form.relation if special else "", "authorisation": form.authorisation if special else "",
            "representatives": form.representatives if form.representatives > 1 else None}  # fmt: skip


def _whom(session: StoreSession, registration: Registration) -> Located:
    form = registration.form
    if registration.customer:
        found = locate(session, registration.customer)
        if found is None:
            raise Refused(_("没有找到唯一的客户，请核对客户号、手机号或证件号。"))
        return found
    said = form.contact.strip()
    phone = re.sub(r"[\s-]", "", said) if _PHONE.fullmatch(said) else None  # as it will be typed to find them
    email = None if phone else said
    return enter_outsider(session, form.customer_kind, form.complainant.strip(), phone, email)


def _check_staff(session: StoreSession, registration: Registration) -> None:
    if registration.hold and registration.about_staff_id == session.scope.staff_id:
        raise Refused(_("投诉涉及你本人，不能由你处理。"))
    about = registration.about_staff_id and session.get(Staff, registration.about_staff_id)
    if registration.about_staff_id and about is None:
        raise Refused(_("没有找到被投诉的员工。"))


def _hold(session: StoreSession, case: Case) -> None:
    cases.record(session, case, "assignment", details={"to": session.scope.staff_id})
    cases.change(session, case, {"handler_id": session.scope.staff_id})


def _mine_to_act_on(session: StoreSession, number: str, read_version: int) -> Case:
    case = cases.for_change(session, number, read_version)
    _refuse_outsiders(session, case)
    return case


def _refuse_outsiders(session: StoreSession, case: Case) -> None:
    if not cases.capabilities(session.scope, case):
        raise Refused(_("这件投诉不由你处理，或投诉的就是你本人。"))


def _capability(session: StoreSession, case: Case, to: str, known: tuple[Move, ...]) -> str:
    held = cases.capabilities(session.scope, case)
    fitting = (one for one in held if to in {move.to for move in moves_from(case.state, one, known)})
    return next(fitting, held[0])


def _need_text(text: str) -> None:
    if not text.strip():
        raise Refused(_("请写明内容。"))


def _contact(contact: str) -> bool:
    said = contact.strip()
    return bool(_PHONE.fullmatch(said) or _EMAIL.fullmatch(said))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Refused(_("；").join(problem.sentence for problem in problems))

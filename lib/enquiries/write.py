"""Enquiries and breakpoints as written: registered and owned at once, moved along, handed over, settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.enquiries.rules import BREAKPOINT, KINDS, RegisterForm
from lib.enquiries.steps import At, StepForm, repairer_of, steps_from
from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.casetext import index_case
from lib.store.models import Branch, Case, Product
from lib.store.reveal import full_name
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import cases
from lib.work.moves import ENDED, Problem
from lib.work.steps import first_clocks, mine_to_act_on, need_text, refuse, root_causes
from lib.work.whom import Person, identified


@dataclass(frozen=True)
class Registration:
    """An enquiry or breakpoint to register: the form, whose it is, and the branch it concerns.

    `customer` is a customer number, phone or identity number that finds exactly one customer; empty for one who is
    none, whom the form then describes.
    """

    form: RegisterForm
    customer: str = ""
    branch_id: int | None = None

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered; empty if nothing does."""
        return ([] if self.customer else self.form.outsider_problems()) + self.form.problems(now, book)


def register(session: StoreSession, registration: Registration, form_key: str) -> str:
    """Write the case, owned and handled by whoever registers it (首问负责, 方案 §3.3), and give its number.

    An enquiry with an answer is answered and closed in the same step, answered at the moment it came in. The same
    form again gives the same number. Raises Refused with a sentence for what is wrong, or when the customer is not
    exactly identified.
    """
    known = cases.registered_under(session, form_key)
    if known is not None:
        return known.number
    form = registration.form
    refuse(registration.problems(business_now(), rulebook()))
    _check_subjects(session, registration)
    customer = identified(session, registration.customer, Person(form.customer_kind, form.person, form.contact))
    form = replace(form, customer_kind=customer.kind, person=form.person.strip() or full_name(session, customer))
    values = {**_said(form), "about_branch_id": registration.branch_id, "form_key": form_key}
    case = cases.enter(session, form.kind, customer.customer_id, values, {"concerned": form.concerned.strip()})
    me = session.scope.staff_id
    cases.record(session, case, "assignment", details={"to": me})
    cases.change(session, case, {"handler_id": me})
    session.flush()
    if form.settled:
        _settle_at_once(session, case, form)
    return case.number


def step(session: StoreSession, number: str, read_version: int, form: StepForm) -> Case:
    """Take one step by the kind's rule of moves; an answer that says its outcome closes the enquiry too.

    Raises Refused with the form's problems, Conflict when the case was saved since `read_version`.
    """
    case, book = _mine(session, number, read_version), rulebook()
    at = standing(session, case, form.to)
    refuse(form.problems(at, book, today(), root_causes(book)))
    cases.record(
        session, case, "move", from_state=case.state, to_state=form.to, text=form.text(), details=form.recorded()
    )
    cases.change(session, case, {"state": form.to, **_consequences(case, form)})
    session.flush()
    if form.to == "answered" and form.outcome:
        _close(session, case, form.outcome, form.next_step)
    if form.outcome == "complaint":
        _complain(session, case, form)
    index_case(session, case)
    return case


def hand_over(session: StoreSession, number: str, read_version: int, staff_id: int, reason: str) -> Case:
    """Give it to a colleague for a reason that stays with it: who was asked first owns it until then (方案 §3.3)."""
    case = _mine(session, number, read_version)
    if case.state in ENDED:
        raise Refused(_("这件事项已经办结，不再移交。"))
    need_text(reason)
    return cases.assign(session, number, read_version, staff_id, reason)


def standing(session: StoreSession, case: Case, to: str = "") -> At:
    """Where a case stands for the person of the session; as what they may take it to a state, where they may."""
    events = session.scalars(cases.events_of(case)).all()
    mine = repairer_of(events) == session.scope.staff_id
    held = cases.capabilities(session.scope, case)
    book, found = rulebook(), [At(case.kind, case.state, one, mine) for one in held]
    fitting = (one for one in found if to in {move.to for move in steps_from(one, book, today())})
    return next(fitting, found[0] if found else At(case.kind, case.state, "", mine))


def _mine(session: StoreSession, number: str, read_version: int) -> Case:
    case = mine_to_act_on(session, number, read_version)
    if case.kind not in KINDS:
        raise Refused(_("这不是咨询或服务断点。"))
    return case


def _said(form: RegisterForm) -> dict[str, Any]:
    clocks = first_clocks(form.kind, _Plain(form.customer_kind), form.received_at)
    return {
        "customer_kind": form.customer_kind, "complainant": form.person, "channel": form.channel,
        "business": form.business, "reason": form.step, "summary": form.summary.strip(),
        "product_id": form.product_id, "received_at": form.received_at, **clocks,
    }  # fmt: skip


@dataclass(frozen=True)
class _Plain:
    """What the first clocks depend on: a matter without the complex kind's term."""

    customer_kind: str
    complex: bool = False


def _check_subjects(session: StoreSession, registration: Registration) -> None:
    product, branch = registration.form.product_id, registration.branch_id
    if product is not None and session.get(Product, product) is None:
        raise Refused(_("没有找到所选的产品。"))
    if branch is not None and session.get(Branch, branch) is None:
        raise Refused(_("没有找到所选的机构。"))


def _settle_at_once(session: StoreSession, case: Case, form: RegisterForm) -> None:
    answer = form.answer.strip()
    cases.record(session, case, "move", from_state="received", to_state="answered", text=answer)
    met = {"answer": answer, "answered_at": form.received_at, "promise_met_at": form.received_at}
    cases.change(session, case, {"state": "answered", **met})
    session.flush()
    _close(session, case, form.outcome, form.next_step)
    index_case(session, case)


def _close(session: StoreSession, case: Case, outcome: str, next_step: str) -> None:
    """Close an answered enquiry with its outcome, kept for later follow-up (手册 §2.2)."""
    details = {"outcome": outcome, "next_step": next_step.strip()}
    cases.record(session, case, "move", from_state="answered", to_state="closed", details=details)
    cases.change(session, case, {"state": "closed", "closed_at": business_now(), "outcome": outcome})
    session.flush()


def _complain(session: StoreSession, case: Case, form: StepForm) -> None:
    """The complaint an enquiry turned out to be: received when it was asked, so that its terms run from then."""
    cases.enter_from(session, case, "complaint", {
        "received_at": case.received_at, "summary": case.summary, "reason": form.complaint_reason,
        "demand": form.demand.strip(), "about_branch_id": None, **first_clocks("complaint", case, case.received_at),
    })  # fmt: skip


def _consequences(case: Case, form: StepForm) -> dict[str, Any]:
    """What a step sets besides the state: the clock it meets, and what was recorded."""
    now = business_now()
    met = {"promise_met_at": case.promise_met_at or now}
    waits_no_more = {"waiting_for": None, "waiting_since": None}
    match (case.kind, form.to):
        case (_kind, "answered"):
            return {"answer": form.answer.strip(), "answered_at": now, **met, **waits_no_more}
        case (_kind, "told") if case.state == "received":
            return {"answer": form.told.strip(), **met}
        case (_kind, "repaired"):
            return {"root_cause": form.root_cause}
        case (_kind, "closed" | "withdrawn"):
            outcome = "verified" if case.kind == BREAKPOINT and form.to == "closed" else form.outcome or None
            return {"closed_at": now, "outcome": outcome, **waits_no_more}
    return {}

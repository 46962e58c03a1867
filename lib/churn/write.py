"""Churn cases as written: opening one from the warning list, and every step of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from lib.churn import leaving, read, rules
from lib.churn.read import Explanation
from lib.churn.steps import KIND, Product, StepForm, Whom, product_of, steps_from
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.models import Bank, Case, Customer
from lib.store.models import Product as Sold
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work import cases
from lib.work.contacts import log_contact
from lib.work.moves import ENDED
from lib.work.steps import mine_to_act_on, refuse

#: whence a churn case comes; no channel of complaints
LIST = "warning_list"


def open_case(session: StoreSession, number: str, form_key: str) -> str:
    """Open the case of a flagged customer, held by its manager, and give its number; the same form gives the same.

    What is at risk, and why the customer is on the list, is kept as it was. Raises Refused for a customer out of
    reach, one not on the list, and one with an open case.
    """
    known = cases.registered_under(session, form_key)
    if known is not None:
        return known.number
    locked = select(Customer).where(Customer.number == number).with_for_update()
    customer = session.scalars(locked).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    standing = session.scalars(read.case_of(customer.customer_id).where(Case.state.not_in(ENDED))).first()
    if standing is not None:
        raise Refused(_("这位客户已有在办的流失预警个案 {number}。").format(number=standing.number))
    case = cases.enter(session, KIND, customer.customer_id, _values(session, customer, form_key), {})
    _hold(session, case, customer.manager_id or session.scope.staff_id)
    return case.number


def step(session: StoreSession, number: str, read_version: int, form: StepForm, form_key: str) -> Case:
    """Take one step of a churn case (rule churn.moves); a contact is logged as every other.

    A contact that reached nobody is kept and moves nothing. Raises Refused with the form's problems, Conflict when
    the case was saved since `read_version`.
    """
    case = mine_to_act_on(session, number, read_version)
    if case.kind != KIND:
        raise Refused(_("这不是流失预警个案。"))
    book, whom = rulebook(), whom_of(session, case.customer_id)
    form = replace(form, product=_stored_product(session, form.product))
    as_what = _capability(session, case, form.to, whom)
    refuse(form.problems(case.state, as_what, whom, book, business_now()))
    if form.contact is not None and form.to == "contacted":
        log_contact(session, case.customer_id, form.contact, form_key)
    said = form.contact.note if form.contact else form.reason or form.text
    if form.attempt:
        cases.record(session, case, "progress", text=said, details=form.recorded())
        return case
    cases.record(session, case, "move", from_state=case.state, to_state=form.to, text=said, details=form.recorded())
    cases.change(session, case, {"state": form.to, **_consequences(form)})
    session.flush()
    if form.outcome == "lost":
        _say_why(session, case.customer_id, form)
    return case


def _say_why(session: StoreSession, customer_id: int, form: StepForm) -> None:
    """What a lost case says of the reason is kept with the customer too, unless somebody has said why already."""
    customer = session.get_one(Customer, customer_id)
    if not leaving.reason_known(customer):
        said = leaving.said(session, leaving.LeavingForm(form.lost_reason, form.reason or ""))
        save(session, customer, customer.version, said)
    session.flush()


def whom_of(session: StoreSession, customer_id: int) -> Whom:
    """What of a customer decides what may be done; Refused out of reach."""
    c = Customer
    wishes = (c.do_not_contact, c.no_automated_advice)
    asked = select(c.risk_capacity, c.risk_capacity_until, *wishes, c.kind, c.birth_date)
    row = session.execute(asked.where(c.customer_id == customer_id)).one_or_none()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    return Whom(*row)


def _values(session: StoreSession, customer: Customer, form_key: str) -> dict[str, Any]:
    why = _why(session, customer.number)
    if why is None or not why.flagged:
        raise Refused(_("这位客户不在最近一季的预警名单上。"))
    return {
        "customer_kind": customer.kind, "channel": LIST, "business": KIND, "reason": why.speaks_for[0].fact,
        "summary": _("；").join(one.sentence for one in why.speaks_for), "received_at": business_now(),
        "at_risk_fen": why.at_risk_fen, "form_key": form_key,
    }  # fmt: skip


def _why(session: StoreSession, number: str) -> Explanation | None:
    """Why the customer is on the list of the newest quarter; None where that quarter does not know it."""
    newest = session.scalars(read.newest()).first()
    if newest is None:
        return None
    run, book = read.run_of(newest), rulebook()
    currency = session.scalars(select(Bank.base_currency)).one()
    card = rules.card(book, currency, run.end)
    row = session.execute(read.of_customer(run, card, number)).one_or_none()
    return None if row is None else read.explained(row, run, card, book, currency)


def _hold(session: StoreSession, case: Case, staff_id: int) -> None:
    cases.record(session, case, "assignment", details={"to": staff_id})
    cases.change(session, case, {"handler_id": staff_id})
    session.flush()


def _stored_product(session: StoreSession, product: Product | None) -> Product | None:
    """The product as it is sold, whatever the form says of it."""
    if product is None:
        return None
    sold = session.get(Sold, product.id)
    if sold is None or not sold.active:
        raise Refused(_("没有找到所选的产品。"))
    return product_of(sold)


def _capability(session: StoreSession, case: Case, to: str, whom: Whom) -> str:
    held = cases.capabilities(session.scope, case)
    book = rulebook()
    fitting = (one for one in held if to in {move.to for move in steps_from(case.state, one, whom, book, today())})
    return next(fitting, held[0])


def _consequences(form: StepForm) -> dict[str, Any]:
    """What a step sets besides the state."""
    match form.to:
        case "offered":
            return {"answer": form.text.strip(), "product_id": form.product.id if form.product else None}
        case "closed":
            lost = {"root_cause": form.lost_reason} if form.outcome == "lost" else {}
            return {"closed_at": business_now(), "outcome": form.outcome, **lost}
        case "withdrawn":
            return {"closed_at": business_now()}
    return {}

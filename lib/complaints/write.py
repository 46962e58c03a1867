"""Complaints and suggestions as written: registering one; what follows are the steps of every case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.complaints import parties
from lib.complaints.rules import ComplaintForm, standard_code
from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.models import Case, Product, Staff
from lib.store.outsider import known_outsider
from lib.store.reveal import full_name
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import cases
from lib.work.attachments import Upload, attach
from lib.work.identity import tidy
from lib.work.moves import Problem
from lib.work.steps import first_clocks, refuse
from lib.work.whom import Person, identified


@dataclass(frozen=True)
class Registration:
    """A complaint or suggestion to register: the form, whose it is, whom it is about, and its papers.

    `customer` is a customer number, phone or identity number that finds exactly one customer; empty for a
    complainant who is none, whom the form then describes. `hold`: the person registering handles it; otherwise it
    waits for an officer to take it.
    """

    form: ComplaintForm
    customer: str = ""
    about_branch_id: int | None = None
    about_staff_id: int | None = None
    hold: bool = False
    uploads: tuple[Upload, ...] = ()

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered; empty if nothing does."""
        outsider = [] if self.customer else self.form.outsider_problems(now)
        return outsider + self.form.problems(now, book)


def register(session: StoreSession, registration: Registration, form_key: str) -> str:
    """Write the case with its clocks, people and papers, and give its number; the same form again gives the same.

    A customer's name is filled in from what the bank holds. Raises Refused with a sentence for what is wrong, or
    when the customer is not exactly identified.
    """
    known = cases.registered_under(session, form_key)
    if known is not None:
        return known.number
    book = rulebook()
    refuse(registration.problems(business_now(), book))
    _check_subjects(session, registration)
    customer = identified(session, registration.customer, _person(registration.form))
    said = registration.form.complainant.strip() or full_name(session, customer)
    form = replace(registration.form, customer_kind=customer.kind, complainant=said)
    clocks = first_clocks(form.kind, form, form.received_at)
    values = {**_said(form, book), **clocks, "about_branch_id": registration.about_branch_id,
              "about_staff_id": registration.about_staff_id, "form_key": form_key}  # fmt: skip
    case = cases.enter(session, form.kind, customer.customer_id, values, {})
    parties.enter(session, case, form.parties)
    for upload in registration.uploads:
        attach(session, case.number, upload.name, upload.content)
    if registration.hold:
        _hold(session, case)
    return case.number


def person_on_record(session: StoreSession, form: ComplaintForm) -> int | None:
    """The customer id of a complainant described by the form who is already on record; None for a stranger."""
    phone, _email = _person(form).reached_by()
    return known_outsider(session, form.customer_kind, form.complainant.strip(), phone, tidy(form.identity) or None)


def _said(form: ComplaintForm, book: Rulebook) -> dict[str, Any]:
    return {
        "customer_kind": form.customer_kind, "complainant": form.complainant, "channel": form.channel,
        "business": form.business, "reason": form.reason, "standard_code": standard_code(form, book, today()),
        "summary": form.summary.strip(), "demand": form.demand.strip() or None,
        "grounds": form.grounds.strip() or None, "product_id": form.product_id,
        "outside_number": form.outside_number.strip() or None, "outside_due_at": form.outside_due_at,
        "received_at": form.received_at, "complex": form.complex,
    }  # fmt: skip


def _person(form: ComplaintForm) -> Person:
    return Person(form.customer_kind, form.complainant, form.contact, form.identity, form.address,
                  form.legal_representative)  # fmt: skip


def _check_subjects(session: StoreSession, registration: Registration) -> None:
    staff_id, product_id = registration.about_staff_id, registration.form.product_id
    if registration.hold and staff_id == session.scope.staff_id:
        raise Refused(_("投诉涉及你本人，不能由你处理。"))
    if staff_id is not None and session.get(Staff, staff_id) is None:
        raise Refused(_("没有找到被投诉的员工。"))
    if product_id is not None and session.get(Product, product_id) is None:
        raise Refused(_("没有找到所选的产品。"))


def _hold(session: StoreSession, case: Case) -> None:
    cases.record(session, case, "assignment", details={"to": session.scope.staff_id})
    cases.change(session, case, {"handler_id": session.scope.staff_id})

"""Complaints as written: registering one; what follows are the steps of every case."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lib.complaints.rules import ComplaintForm
from lib.rulebook import Rulebook
from lib.settings import business_now
from lib.store.book import rulebook
from lib.store.models import Case, Staff
from lib.store.outsider import enter_outsider
from lib.store.reveal import Located, locate
from lib.store.session import Refused, StoreSession
from lib.words import _, name
from lib.work import cases
from lib.work.moves import Problem
from lib.work.steps import first_clocks, refuse

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
    refuse(registration.problems(business_now(), book))
    _check_staff(session, registration)
    customer = _whom(session, registration)
    form = replace(registration.form, customer_kind=customer.kind)
    clocks = first_clocks("complaint", form, form.received_at)
    values = {**_said(form), **clocks, **_about(registration), "form_key": form_key}
    case = cases.enter(session, "complaint", customer.customer_id, values, _first_details(form))
    if registration.hold:
        _hold(session, case)
    return case.number


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


def _contact(contact: str) -> bool:
    said = contact.strip()
    return bool(_PHONE.fullmatch(said) or _EMAIL.fullmatch(said))

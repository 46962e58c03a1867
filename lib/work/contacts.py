"""Contacts: one logged conversation with a customer, whatever subject it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lib.settings import business_now
from lib.store.models import Contact, Customer
from lib.store.session import Refused, StoreSession
from lib.words import _, codes, name
from lib.work.moves import Problem

_LENGTHS = {"next_step": 200, "note": 4000}
#: outcomes in which somebody spoke with the customer
REACHED = ("reached", "follow_up", "refused")


class FormRefused(ValueError):
    """A form with problems reached the store; the message lists them."""


@dataclass(frozen=True)
class ContactForm:
    """One conversation to be logged (方案 §3.2); `happened_at` is aware. A follow-up says what comes next."""

    channel: str
    purpose: str
    outcome: str
    happened_at: datetime
    next_step: str = ""
    note: str = ""

    def problems(self, now: datetime) -> list[Problem]:
        """What keeps it from being logged; empty if nothing does."""
        families = {"channel": "channel", "purpose": "contact_purpose", "outcome": "contact_outcome"}
        found = [
            Problem(field, _("请从列表中选择“{field}”").format(field=name("contact_field", field)))
            for field, family in families.items()
            if getattr(self, field) not in codes(family)
        ]
        if self.happened_at > now:
            found.append(Problem("happened_at", _("联系时间不能晚于现在")))
        if self.outcome == "follow_up" and not self.next_step.strip():
            found.append(Problem("next_step", _("需要跟进时请写明下一步")))
        return found + self._too_long()

    def _too_long(self) -> list[Problem]:
        return [
            Problem(field, _("“{field}”太长，最多 {n} 字").format(field=name("contact_field", field), n=longest))
            for field, longest in _LENGTHS.items()
            if len(getattr(self, field)) > longest
        ]


def log_contact(session: StoreSession, customer_id: int, form: ContactForm, form_key: str) -> None:
    """Log one conversation (方案 §3.2) by the person of the session; the same `form_key` writes once.

    Raises Refused when the customer is out of reach, FormRefused when the form has problems.
    """
    problems = form.problems(business_now())
    if problems:
        raise FormRefused("; ".join(f"{problem.field}: {problem.sentence}" for problem in problems))
    if session.scalar(select(Customer.customer_id).where(Customer.customer_id == customer_id)) is None:
        raise Refused(_("这位客户不在你的范围内。"))
    written = select(Contact.id).where(Contact.customer_id == customer_id, Contact.form_key == form_key)
    if session.scalar(written) is not None:
        return
    session.add(
        Contact(
            customer_id=customer_id,
            staff_id=session.scope.staff_id,
            happened_at=form.happened_at,
            channel=form.channel,
            purpose=form.purpose,
            outcome=form.outcome,
            next_step=form.next_step.strip() or None,
            note=form.note.strip() or None,
            form_key=form_key,
        )
    )
    try:
        session.flush()
    except IntegrityError:  # the same form, written by its other click a moment ago
        session.rollback()
        if session.scalar(written) is None:
            raise

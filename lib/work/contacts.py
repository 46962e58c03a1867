"""Contacts: one logged conversation with a customer, whatever subject it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lib.settings import bank_day, business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Contact, Customer, DueItem
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession
from lib.words import _, codes, name
from lib.work import due
from lib.work.moves import Problem

_LENGTHS = {"next_step": 200, "note": 4000, "attendees": 200}
#: outcomes in which somebody spoke with the customer
REACHED = ("reached", "follow_up", "refused")


class FormRefused(ValueError):
    """A form with problems reached the store; the message lists them."""


@dataclass(frozen=True)
class ContactForm:
    """One conversation to be logged (方案 §3.2); `happened_at` is aware. A follow-up says what comes next.

    `next_on` plans the next step for that day. `about` are the due items (ids) it was about: done if it reached the
    customer, else tried. A meeting says who attended; `note` is its minutes, `actions` what was agreed, each with
    its day (办法 §五.1).
    """

    channel: str
    purpose: str
    outcome: str
    happened_at: datetime
    next_step: str = ""
    note: str = ""
    next_on: date | None = None
    about: tuple[int, ...] = ()
    attendees: str = ""
    actions: tuple[tuple[str, date], ...] = ()

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
        if self.next_on is not None:
            if not self.next_step.strip():
                found.append(Problem("next_step", _("定了日期，请写明下一步做什么")))
            if self.next_on < bank_day(now):
                found.append(Problem("next_on", _("下一步的日期不能早于今天")))
        return found + self._of_meeting(now) + self._too_long()

    def _of_meeting(self, now: datetime) -> list[Problem]:
        """A meeting that took place has minutes; what was agreed has words and a day."""
        if self.purpose != "meeting" or self.outcome not in REACHED:
            return []
        found = [] if self.note.strip() else [Problem("note", _("请填写会议纪要"))]
        if any(not what.strip() or day < bank_day(now) for what, day in self.actions):
            found.append(Problem("actions", _("商定的每一项都要写明内容，日期不能早于今天")))
        return found

    def _too_long(self) -> list[Problem]:
        return [
            Problem(field, _("“{field}”太长，最多 {n} 字").format(field=name("contact_field", field), n=longest))
            for field, longest in _LENGTHS.items()
            if len(getattr(self, field)) > longest
        ]


def log_contact(session: StoreSession, customer_id: int, form: ContactForm, form_key: str) -> Contact | None:
    """Log one conversation (方案 §3.2) by the person of the session, with what it does to due items.

    If it reached the customer it ends what it was about and what any such conversation ends (a regular visit), and
    plans the next visit; if not, what it was about is tried again later. The same `form_key` writes once: None then.
    Raises Refused when the customer is out of reach, FormRefused when the form has problems.
    """
    problems = form.problems(business_now())
    if problems:
        raise FormRefused("; ".join(f"{problem.field}: {problem.sentence}" for problem in problems))
    if session.scalar(select(Customer.customer_id).where(Customer.customer_id == customer_id)) is None:
        raise Refused(_("这位客户不在你的范围内。"))
    written = select(Contact.id).where(Contact.customer_id == customer_id, Contact.form_key == form_key)
    if session.scalar(written) is not None:
        return None
    contact = _contact(session, customer_id, form, form_key)
    session.add(contact)
    try:
        session.flush()
    except IntegrityError:  # the same form, written by its other click a moment ago
        session.rollback()
        if session.scalar(written) is None:
            raise
        return None
    if "due_item" in writable(session.scope.role):
        _settle(session, contact, form)
    return contact


def _contact(session: StoreSession, customer_id: int, form: ContactForm, form_key: str) -> Contact:
    return Contact(
        customer_id=customer_id, id=new_id(), staff_id=session.scope.staff_id, happened_at=form.happened_at,
        channel=form.channel, purpose=form.purpose, outcome=form.outcome, next_step=form.next_step.strip() or None,
        note=form.note.strip() or None, attendees=form.attendees.strip() or None,
        due_item_id=form.about[0] if form.about else None, form_key=form_key,
    )  # fmt: skip


def _settle(session: StoreSession, contact: Contact, form: ContactForm) -> None:
    """What the conversation ends, tries or plans; items that are a colleague's to do are left to refresh."""
    customer_id, reached = contact.customer_id, form.outcome in REACHED
    visited = False
    for item in session.scalars(due.open_items([customer_id])):
        mine = item.owner_id == session.scope.staff_id or session.scope.role in ("head", "crm")
        meant = item.id in form.about
        if not mine or not (meant or (reached and _ends(item, form.purpose))):
            continue
        if not reached:
            due.attempted(session, item, today() + timedelta(days=rulebook().value("today.retry_days", today())))
            continue
        visited |= item.kind == "visit"
        due.done(session, item, item.version, name("contact_outcome", form.outcome), contact.id)
    session.flush()
    steps = [(form.next_step, form.next_on)] if form.next_on is not None else []
    for number, (what, day) in enumerate([*steps, *(form.actions if reached else ())]):
        due.plan(session, customer_id, "follow_up", day, what, subject_key=f"{contact.id}-{number}",
                 contact_id=contact.id)  # fmt: skip
    if visited:
        _plan_visit(session, customer_id)


def _ends(item: DueItem, purpose: str) -> bool:
    """Whether any conversation of a purpose that reached the customer ends an item; never one planned with a title."""
    purposes = due.ENDED_BY.get(item.kind)
    return item.title is None and purposes is not None and (not purposes or purpose in purposes)


def _plan_visit(session: StoreSession, customer_id: int) -> None:
    """The next regular visit, an interval of the tier from today; none for who is not to be contacted."""
    c = Customer
    row = session.execute(select(c.tier, c.do_not_contact, c.stage).where(c.customer_id == customer_id)).one()
    days = rulebook().value("visit.interval_days", today()).get(row.tier or "")
    standing = any(item.kind == "visit" for item in session.scalars(due.open_items([customer_id])))
    if days is not None and not row.do_not_contact and row.stage == "customer" and not standing:
        day = today() + timedelta(days=days)
        due.plan(session, customer_id, "visit", day, subject_key=day.isoformat())

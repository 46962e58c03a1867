"""Whether a customer may be written to, through which channel, and why not: for one, and the same for a set.

Sources: 制度 §五(三) (the channel the customer prefers), 方案 §4.2 (no over-marketing), 个人信息保护法 §24.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, false, func, literal, null, or_, select, true
from sqlalchemy.orm import aliased

from lib.care.rules import MARKETING, Rules, is_proactive
from lib.settings import day_start
from lib.store.models import Case, Contact, Customer, Message
from lib.store.outgoing import STANDING
from lib.store.suitability import fits
from lib.words import codes
from lib.work.contacts import REACHED

#: why somebody gets no message, in the order in which it is told; `over_limit` is for campaigns alone
REASONS = codes("not_sent")
_ADULT = 18  # 民法典 §17
_OVER = ("closed", "withdrawn")


@dataclass(frozen=True)
class Sending:
    """What is to be sent: on which occasion, by which channel (empty: each customer's own), on which day, about a
    product of which risk level, as part of which campaign."""

    occasion: str
    channel: str
    day: date
    rules: Rules
    risk_level: str | None = None
    campaign_id: int | None = None

    @property
    def proactive(self) -> bool:
        """Whether the bank writes of its own accord."""
        return is_proactive(self.occasion)

    @property
    def adult_by(self) -> date:
        """The last birth date of who is of age on the day; who was born on 29 February is so on 1 March."""
        year = self.day.year - _ADULT
        return date(year, 2, 28) if (self.day.month, self.day.day) == (2, 29) else self.day.replace(year=year)


@dataclass(frozen=True)
class Facts:
    """What of a customer decides: `phone` and `email` say whether there is one; `recent` whether they were written to
    or spoken with out of care within rule care.least_gap_days; `complaint` whether one stands open."""

    kind: str
    stage: str
    merged: bool
    do_not_contact: bool
    no_advice: bool
    birth_date: date | None
    phone: bool
    email: bool
    preferred: str | None
    recent: bool
    complaint: bool
    capacity: str | None
    capacity_until: date | None


@dataclass(frozen=True)
class Choice:
    """A channel, empty where none is open, and why it: asked | preferred | instead."""

    channel: str
    why: str


def choose(facts: Facts, sending: Sending) -> Choice:
    """The channel asked for, else the customer's own, else the first open one in the rule's order."""
    if sending.channel:
        return Choice(sending.channel if _open(sending.channel, facts, sending.rules) else "", "asked")
    own = sending.rules.as_said.get(facts.preferred or "", "")
    if own and _open(own, facts, sending.rules):
        return Choice(own, "preferred")
    return Choice(next((one for one in sending.rules.order if _open(one, facts, sending.rules)), ""), "instead")


def _open(channel: str, facts: Facts, rules: Rules) -> bool:
    """Whether a channel has an address; WeChat and the app are known to be used by who prefers them."""
    known = {"sms": facts.phone, "email": facts.email}
    return known.get(channel, rules.as_said.get(facts.preferred or "") == channel)


def why_not(facts: Facts, sending: Sending) -> tuple[str, ...]:
    """Every reason of REASONS that stands against it, in their order; empty if it may be sent."""
    adult = facts.kind != "personal" or facts.birth_date is None or facts.birth_date <= sending.adult_by
    marketing = sending.occasion in MARKETING
    against = {
        "not_customer": facts.stage != "customer" or facts.merged,
        "do_not_contact": facts.do_not_contact,
        "minor": not adult,
        "quiet": sending.rules.is_quiet(sending.day),
        "no_address": not choose(facts, sending).channel,
        "recent": facts.recent,
        "complaint": marketing and facts.complaint,
        "no_advice": marketing and facts.no_advice,
        "unsuitable": not fits(sending.risk_level, facts.capacity, facts.capacity_until, sending.day),
    }
    asked = against if sending.proactive else {"no_address": against["no_address"]}
    return tuple(reason for reason in REASONS if asked.get(reason))


def reason(sending: Sending) -> ColumnElement[str | None]:
    """The first reason of `why_not` over customer; null for who may be written to."""
    told = [(one, literal(code, String)) for code, one in _against(sending)]
    return case(*told, else_=null())


def _against(sending: Sending) -> list[tuple[str, ColumnElement[bool]]]:
    no_address = ("no_address", channel_of(sending) == "")
    if not sending.proactive:
        return [no_address]
    found = [
        ("not_customer", gone()),
        ("do_not_contact", Customer.do_not_contact.is_(True)),
        ("minor", _minor(sending)),
        *([("quiet", true())] if sending.rules.is_quiet(sending.day) else []),
        no_address,
        ("recent", recent(sending)),
    ]
    if sending.occasion in MARKETING:
        found += [("complaint", complains()), ("no_advice", Customer.no_automated_advice.is_(True))]
    if sending.risk_level is not None:
        found.append(("unsuitable", ~_suits(sending.risk_level, sending.day)))
    return found


def channel_of(sending: Sending) -> ColumnElement[str]:
    """`choose` over customer: the channel's code, empty where none is open."""
    rules = sending.rules
    if sending.channel:
        return case((opens(sending.channel, rules), literal(sending.channel, String)), else_=literal("", String))
    own = [(and_(_prefers(one, rules), opens(one, rules)), literal(one, String)) for one in rules.order]
    instead = [(opens(one, rules), literal(one, String)) for one in rules.order]
    return case(*own, *instead, else_=literal("", String))


def opens(channel: str, rules: Rules) -> ColumnElement[bool]:
    """Whether a channel has an address of the customer."""
    if channel == "sms":
        return Customer.phone_masked.is_not(None)
    return _has_email() if channel == "email" else _prefers(channel, rules)


def _has_email() -> ColumnElement[bool]:
    """Asked of the row once more: the store tells a protected column in a condition, not inside an expression."""
    again = aliased(Customer)
    filled = (again.email.is_not(None), again.email != "")
    return _is_there(again.customer_id, again.customer_id == Customer.customer_id, *filled)


def _prefers(channel: str, rules: Rules) -> ColumnElement[bool]:
    said = [code for code, means in rules.as_said.items() if means == channel]
    return func.coalesce(Customer.preferred_channel, "").in_(said) if said else false()


def gone() -> ColumnElement[bool]:
    """Whether somebody is no customer of the bank's (any more)."""
    return or_(Customer.stage != "customer", Customer.merged_into_id.is_not(None))


def _minor(sending: Sending) -> ColumnElement[bool]:
    c = Customer
    return and_(c.kind == "personal", c.birth_date.is_not(None), c.birth_date > sending.adult_by)


def recent(sending: Sending) -> ColumnElement[bool]:
    """Whether a message of the bank's own accord stands within the gap, or care was given by word of mouth."""
    c, gap = Customer, timedelta(days=sending.rules.gap_days - 1)
    written = [
        Message.customer_id == c.customer_id, Message.state.in_(STANDING), Message.occasion != "service",
        Message.send_on.between(sending.day - gap, sending.day + gap),
    ]  # fmt: skip
    if sending.campaign_id is not None:
        written.append(or_(Message.campaign_id.is_(None), Message.campaign_id != sending.campaign_id))
    spoken = (
        Contact.customer_id == c.customer_id, Contact.purpose == "care", Contact.outcome.in_(REACHED),
        Contact.happened_at >= day_start(sending.day - gap),
    )  # fmt: skip
    return or_(_is_there(Message.id, *written), _is_there(Contact.id, *spoken))


def complains() -> ColumnElement[bool]:
    """Whether a complaint of the customer stands open."""
    return _is_there(
        Case.id, Case.customer_id == Customer.customer_id, Case.kind == "complaint", Case.state.not_in(_OVER)
    )


def _is_there(column: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(column).where(*where).correlate(Customer).exists()


def _suits(risk_level: str, day: date) -> ColumnElement[bool]:
    """`fits` over customer: within a capacity that is still valid on the day."""
    c = Customer
    capacity = func.substr(func.coalesce(c.risk_capacity, ""), 2, 1)
    return and_(func.coalesce(c.risk_capacity_until >= day, False), capacity >= risk_level[1:])

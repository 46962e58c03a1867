"""One timeline of a customer: contacts, cases and life events, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, String, Text, cast, literal, null, select, union_all

from lib.store.functions import bank_midnight
from lib.store.models import Case, Contact, LifeEvent, Staff

KINDS = ("contact", "case", "life_event")


def timeline(customer_id: int, kinds: Sequence[str] = KINDS) -> Select:
    """What happened, as one row shape: at, id, kind, what, by (channel), state, text, more, who, number.

    contact: purpose, channel, outcome, note, next step, who talked. case: its kind, channel, state, summary, the
    business, who handles it, its number. life_event: its kind, and its note; `at` is the first moment of the day.
    """
    parts = {"contact": _contacts, "case": _cases, "life_event": _life_events}
    rows = union_all(*(parts[kind](customer_id) for kind in KINDS if kind in kinds)).subquery("happened")
    return select(*rows.c).order_by(rows.c.at.desc(), rows.c.id.desc())


def _contacts(customer_id: int) -> Select:
    return (
        select(
            literal("contact", String).label("kind"),
            Contact.happened_at.label("at"),
            Contact.id.label("id"),
            Contact.purpose.label("what"),
            Contact.channel.label("by"),
            Contact.outcome.label("state"),
            Contact.note.label("text"),
            Contact.next_step.label("more"),
            Staff.name.label("who"),
            cast(null(), String).label("number"),
        )
        .join(Staff, Staff.id == Contact.staff_id)
        .where(Contact.customer_id == customer_id)
    )


def _cases(customer_id: int) -> Select:
    return (
        select(
            literal("case", String),
            Case.received_at,
            Case.id,
            Case.kind,
            Case.channel,
            Case.state,
            Case.summary,
            Case.business,
            Staff.name,
            Case.number,
        )
        .outerjoin(Staff, Staff.id == Case.handler_id)
        .where(Case.customer_id == customer_id)
    )


def _life_events(customer_id: int) -> Select:
    nothing = cast(null(), String)
    return select(
        literal("life_event", String),
        bank_midnight(LifeEvent.happened_on),
        LifeEvent.id,
        LifeEvent.kind,
        nothing,
        nothing,
        cast(LifeEvent.note, Text),
        nothing,
        nothing,
        nothing,
    ).where(LifeEvent.customer_id == customer_id)

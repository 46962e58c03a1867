"""One timeline of a customer: contacts, cases and life events, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, Text, cast, literal, null, select, union_all

from lib.store.functions import bank_midnight
from lib.store.models import Case, Contact, LifeEvent, Staff

KINDS = ("contact", "case", "life_event")
_TOLD = ("what", "by", "state", "text", "more", "who", "number")


def timeline(ids: Sequence[int], kinds: Sequence[str] = KINDS) -> Select:
    """What happened to a customer and the records merged into it (`ids`), as one row shape.

    at, id, kind, what, by (channel), state, text, more, who, number.

    contact: purpose, channel, outcome, note, next step, who talked. case: its kind, channel, state, summary, the
    business, who handles it, its number. life_event: its kind, and its note; `at` is the first moment of the day.
    """
    parts = {"contact": _contacts, "case": _cases, "life_event": _life_events}
    # a union's columns are masked as its first part's are, so the parts with private texts come first
    private_first = [kind for kind in ("contact", "life_event", "case") if kind in kinds]
    rows = union_all(*(parts[kind](ids) for kind in private_first)).subquery("happened")
    return select(*rows.c).order_by(rows.c.at.desc(), rows.c.id.desc())


def _contacts(ids: Sequence[int]) -> Select:
    return (
        _row(
            "contact", Contact.happened_at, Contact.id,
            what=Contact.purpose, by=Contact.channel, state=Contact.outcome, text=Contact.note,
            more=Contact.next_step, who=Staff.name,
        )
        .join(Staff, Staff.id == Contact.staff_id)
        .where(Contact.customer_id.in_(ids))
    )  # fmt: skip


def _cases(ids: Sequence[int]) -> Select:
    return (
        _row(
            "case", Case.received_at, Case.id,
            what=Case.kind, by=Case.channel, state=Case.state, text=Case.summary,
            more=Case.business, who=Staff.name, number=Case.number,
        )
        .outerjoin(Staff, Staff.id == Case.handler_id)
        .where(Case.customer_id.in_(ids))
    )  # fmt: skip


def _life_events(ids: Sequence[int]) -> Select:
    at = bank_midnight(LifeEvent.happened_on)
    row = _row("life_event", at, LifeEvent.id, what=LifeEvent.kind, text=LifeEvent.note)
    return row.where(LifeEvent.customer_id.in_(ids))


def _row(kind: str, at: Any, id: Any, **told: Any) -> Select:
    """The shape all parts share; what a kind does not tell is empty text."""
    rest = [told.get(name, cast(null(), Text)).label(name) for name in _TOLD]
    return select(literal(kind, String).label("kind"), at.label("at"), id.label("id"), *rest)

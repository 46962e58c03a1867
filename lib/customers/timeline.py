"""One timeline of a customer: all that happened between it and the bank, newest first, from one query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, String, Text, and_, case, cast, func, literal, null, or_, select, union_all

from lib.customers.read import PUBLISHED
from lib.settings import day_end, day_start, today
from lib.store.functions import bank_midnight
from lib.store.models import (
    Assignment,
    Branch,
    Case,
    ChangeRequest,
    Contact,
    CustomerQuarter,
    DueItem,
    Event,
    Gift,
    Holding,
    Invitation,
    LifeEvent,
    Message,
    Product,
    QuarterRun,
    Staff,
)

# A union's columns are masked as its first part's are, so the parts with private texts come first: `contact`, the
# only one with a private `more`, before all others.
KINDS = ("contact", "message", "life_event", "owner", "gift", "case", "tier", "holding", "due", "request",
         "event")  # fmt: skip
#: what a reader chooses by
GROUPS = {
    "contact": ("contact", "message", "gift"),
    "case": ("case",),
    "life_event": ("life_event", "event"),
    "standing": ("tier", "owner"),
    "holding": ("holding",),
    "work": ("due", "request"),
}
#: kinds of which only the day is known
WHOLE_DAY = ("life_event", "owner", "gift", "tier", "holding")
_TOLD = ("what", "by", "state", "text", "more", "who", "number", "amount_fen", "currency")
_OVER = ("accepted", "refused")


def timeline(
    ids: Sequence[int], kinds: Sequence[str] = KINDS, first: date | None = None, last: date | None = None
) -> Select:
    """What happened to a customer and the records merged into it (`ids`) from `first` to `last`, as one row shape.

    at, id, kind, what, by, state, text, more, who, number, amount_fen, currency; `at` of a kind in WHOLE_DAY is the
    first moment of its day. What of each kind stands where is said by the function of that kind.
    """
    asked = [_PARTS[kind](ids) for kind in KINDS if kind in kinds]
    rows = union_all(*(part for parts in asked for part in parts)).subquery("happened")
    found = select(*rows.c).order_by(rows.c.at.desc(), rows.c.kind, rows.c.id.desc(), rows.c.state)
    if first is not None:
        found = found.where(rows.c.at >= day_start(first))
    return found if last is None else found.where(rows.c.at < day_end(last))


def _contacts(ids: Sequence[int]) -> list[Select]:
    """what: purpose, by: channel, state: outcome, text: note, more: next step, who talked."""
    row = _row(
        "contact", Contact.happened_at, Contact.id, what=Contact.purpose, by=Contact.channel, state=Contact.outcome,
        text=Contact.note, more=Contact.next_step, who=Staff.name,
    )  # fmt: skip
    return [row.join(Staff, Staff.id == Contact.staff_id).where(Contact.customer_id.in_(ids))]


def _messages(ids: Sequence[int]) -> list[Select]:
    """what: occasion, by: channel, state, its text, who wrote it; at the moment it left, else was written."""
    m = Message
    row = _row(
        "message", func.coalesce(m.taken_at, m.created_at), m.id, what=m.occasion, by=m.channel, state=m.state,
        text=m.text, who=Staff.name,
    )  # fmt: skip
    return [row.join(Staff, Staff.id == m.staff_id).where(m.customer_id.in_(ids))]


def _life_events(ids: Sequence[int]) -> list[Select]:
    """what: its kind, text: note."""
    at = bank_midnight(LifeEvent.happened_on)
    row = _row("life_event", at, LifeEvent.id, what=LifeEvent.kind, text=LifeEvent.note)
    return [row.where(LifeEvent.customer_id.in_(ids))]


def _owners(ids: Sequence[int]) -> list[Select]:
    """what: why it changed hands, by: branch, text: what was handed over, who looks after the customer from then."""
    at = bank_midnight(Assignment.since_day)
    row = _row("owner", at, Assignment.id, what=Assignment.reason, by=Branch.name, text=Assignment.note, who=Staff.name)
    named = row.outerjoin(Staff, Staff.id == Assignment.manager_id).outerjoin(Branch, Branch.id == Assignment.branch_id)
    return [named.where(Assignment.customer_id.in_(ids))]


def _gifts(ids: Sequence[int]) -> list[Select]:
    """what: the gift, by: occasion, text: note, who gave it, amount_fen: its worth in the bank's currency."""
    row = _row(
        "gift", bank_midnight(Gift.given_on), Gift.id, what=Gift.item, by=Gift.occasion, text=Gift.note,
        who=Staff.name, amount_fen=Gift.value_fen,
    )  # fmt: skip
    return [row.join(Staff, Staff.id == Gift.staff_id).where(Gift.customer_id.in_(ids))]


def _cases(ids: Sequence[int]) -> list[Select]:
    """what: its kind, by: channel, state, text: summary, more: the business, who handles it, its number."""
    row = _row(
        "case", Case.received_at, Case.id, what=Case.kind, by=Case.channel, state=Case.state, text=Case.summary,
        more=Case.business, who=Staff.name, number=Case.number,
    )  # fmt: skip
    return [row.outerjoin(Staff, Staff.id == Case.handler_id).where(Case.customer_id.in_(ids))]


def _tiers(ids: Sequence[int]) -> list[Select]:
    """what: the tier before, state: the tier now, by: upgraded | downgraded, number: quarter, more: state of the run.

    The day is the quarter's last, or the one its figures reach to while it runs.
    """
    fact, run = CustomerQuarter, QuarterRun
    row = _row(
        "tier", bank_midnight(run.cutoff), fact.customer_id, what=fact.tier_before, state=fact.tier,
        by=case((fact.moved > 0, "upgraded"), else_="downgraded"), number=fact.quarter, more=run.state,
    )  # fmt: skip
    of_run = and_(run.quarter == fact.quarter, run.version == fact.version)
    moved = (fact.customer_id.in_(ids), fact.moved != 0, run.state.in_(PUBLISHED))
    return [row.select_from(fact).join(run, of_run).where(*moved)]


def _holdings(ids: Sequence[int]) -> list[Select]:
    """what: product, by: category, state: bought | matured | redeemed (before its maturity), with its amount.

    Two entries a holding, the second once its end has come.
    """
    held = Holding
    over = func.coalesce(held.ended_on, held.matures_on)
    ended = case((and_(held.ended_on.is_not(None), _early()), "redeemed"), else_="matured")
    steps = ((held.started_on, literal("bought", String), None), (over, ended, over <= today()))
    found = []
    for day, state, only in steps:
        row = _row(
            "holding", bank_midnight(day), held.id, what=Product.name, by=held.category, state=state,
            amount_fen=held.amount_fen, currency=held.currency,
        )  # fmt: skip
        row = row.select_from(held).join(Product, Product.id == held.product_id).where(held.customer_id.in_(ids))
        found.append(row if only is None else row.where(only))
    return found


def _early() -> Any:
    """A holding ended before it matured, or one that never would have."""
    return or_(Holding.matures_on.is_(None), Holding.ended_on < Holding.matures_on)


def _due_items(ids: Sequence[int]) -> list[Select]:
    """what: its kind, state: done | dropped, text: outcome, more: title, who ended it."""
    row = _row(
        "due", DueItem.ended_at, DueItem.id, what=DueItem.kind, state=DueItem.state, text=DueItem.outcome,
        more=DueItem.title, who=Staff.name,
    )  # fmt: skip
    over = (DueItem.customer_id.in_(ids), DueItem.state != "open", DueItem.ended_at.is_not(None))
    return [row.outerjoin(Staff, Staff.id == DueItem.ended_by).where(*over)]


def _requests(ids: Sequence[int]) -> list[Select]:
    """what: its kind, state: accepted | refused, who decided; its id leads to it."""
    asked = ChangeRequest
    row = _row("request", asked.decided_at, asked.id, what=asked.kind, state=asked.state, who=Staff.name)
    decided = (asked.customer_id.in_(ids), asked.state.in_(_OVER), asked.decided_at.is_not(None))
    return [row.outerjoin(Staff, Staff.id == asked.decided_by).where(*decided)]


def _events(ids: Sequence[int]) -> list[Select]:
    """what: the event attended, by: its kind, number: its id; at the moment it began."""
    row = _row("event", Event.starts_at, Event.id, what=Event.title, by=Event.kind, number=cast(Event.id, String))
    there = (Invitation.customer_id.in_(ids), Invitation.state == "attended")
    return [row.join(Invitation, Invitation.event_id == Event.id).where(*there)]


_PARTS: dict[str, Callable[[Sequence[int]], list[Select]]] = {
    "contact": _contacts,
    "message": _messages,
    "life_event": _life_events,
    "owner": _owners,
    "gift": _gifts,
    "case": _cases,
    "tier": _tiers,
    "holding": _holdings,
    "due": _due_items,
    "request": _requests,
    "event": _events,
}


def _row(kind: str, at: Any, id: Any, **told: Any) -> Select:
    """The shape all parts share; what a kind does not tell is empty."""
    nothing = {name: cast(null(), BigInteger if name == "amount_fen" else Text) for name in _TOLD}
    rest = [told.get(name, nothing[name]).label(name) for name in _TOLD]
    return select(literal(kind, String).label("kind"), at.label("at"), id.label("id"), *rest)

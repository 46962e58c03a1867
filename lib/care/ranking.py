"""Who comes first today: the stated order of rule today.order, as an expression and, the same, for one item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal

from lib.rulebook import Rulebook
from lib.store.functions import bank_date, days_between, greatest, least
from lib.store.models import Case, Customer, DueItem

#: the groups, each with the kinds of due item in it; a promise that is overdue is a group of its own
KINDS: dict[str, tuple[str, ...]] = {
    "promise": ("follow_up",), "churn": ("churn",), "maturity": ("maturity",), "visit": ("visit", "meeting"),
    "special": ("check",), "milestone": ("milestone", "life_event", "festival", "care", "event"),
    "birthday": ("birthday",), "suitability": ("capacity", "suitability"), "refresh": ("refresh", "duplicate"),
}  # fmt: skip
GROUPS = ("promise_overdue", "answer_due", *KINDS, "other")
_GROUP_OF = {kind: group for group, kinds in KINDS.items() for kind in kinds}
_WAN = 1_000_000  # minor units in ten thousand
_CAP, _HALF = 999_999, 500_000
_GROUP, _FIRST, _NO_TIER = 10**12, 10**6, 9
_OWN_ORDER = ("churn", "maturity", "visit", "special")  # groups ordered within otherwise than by day and tier


@dataclass(frozen=True)
class Facts:
    """What the place of one due item depends on: kind, due day, what it is worth (base fen), the customer's tier."""

    kind: str
    due_on: date
    value_fen: int | None
    tier: str | None


@dataclass(frozen=True)
class Order:
    """What places depend on besides the item: each group's place, each tier's place, the day and the moment."""

    groups: dict[str, int]
    tiers: dict[str, int]
    on: date
    now: datetime


def order_of(book: Rulebook, on: date, now: datetime) -> Order:
    """The order by rule today.order; a group the rule does not name comes last. Tiers by their schemes."""
    said: list[str] = book.value("today.order", on)
    groups = {group: said.index(group) if group in said else len(said) for group in GROUPS}
    schemes = [book.value(f"tier.{kind}", on)["tiers"] for kind in ("personal", "corporate")]
    tiers = {tier["code"]: place for tiers in schemes for place, tier in enumerate(tiers)}
    return Order(groups, tiers, on, now)


def group_of(kind: str, due_on: date, on: date) -> str:
    """The group of a due item on a day."""
    group = _GROUP_OF.get(kind, "other")
    return "promise_overdue" if group == "promise" and due_on < on else group


def key_of(facts: Facts, order: Order) -> int:
    """The place of one item as a number, smaller first.

    Within a group: churn by value at risk, then day; maturity by day, then value; visits and checks by tier, then
    day; all others by day, then tier.
    """
    group = group_of(facts.kind, facts.due_on, order.on)
    day = min(max((facts.due_on - order.on).days + _HALF, 0), _CAP)
    value = _CAP - min((facts.value_fen or 0) // _WAN, _CAP)
    tier = order.tiers.get(facts.tier or "", _NO_TIER)
    return order.groups[group] * _GROUP + sum(_within(group, day, value, tier))


def _within(group: str, day: Any, value: Any, tier: Any) -> tuple[Any, Any]:
    first, then = {
        "churn": (value, day), "maturity": (day, value), "visit": (tier, day), "special": (tier, day),
    }.get(group, (day, tier))  # fmt: skip
    return first * _FIRST, then


def item_key(order: Order) -> ColumnElement[int]:
    """`key_of` over due_item joined with customer: which group, and in which of four orders within it."""
    kind = DueItem.kind
    late = and_(kind.in_(KINDS["promise"]), DueItem.due_on < order.on)
    groups = [(kind.in_(kinds), literal(order.groups[group])) for group, kinds in KINDS.items()]
    place = case((late, literal(order.groups["promise_overdue"])), *groups, else_=literal(order.groups["other"]))
    day, value = cast(_day(DueItem.due_on, order.on), BigInteger), _value(DueItem.value_fen)
    within = (day, value, cast(_tier(order), BigInteger))
    orders = [(kind.in_(kinds), _within(group, *within)) for group, kinds in KINDS.items() if group in _OWN_ORDER]
    usual = _within("other", *within)
    first = case(*((of_group, said[0]) for of_group, said in orders), else_=usual[0])
    then = case(*((of_group, said[1]) for of_group, said in orders), else_=usual[1])
    return cast(cast(place, BigInteger) * _GROUP + first + then, BigInteger)


def case_key(order: Order) -> ColumnElement[int]:
    """The place of an open case: a promise that is overdue first, churn by value at risk, else by its next clock."""
    c = Case
    within = (_day(case_day(), order.on), _value(c.at_risk_fen), _tier(order))
    late = and_(c.promise_met_at.is_(None), c.promise_due_at < order.now)
    return cast(case(
        (c.kind == "churn", _sum(order, "churn", *within)),
        (late, _sum(order, "promise_overdue", *within)),
        else_=_sum(order, "answer_due", *within),
    ), BigInteger)  # fmt: skip


def case_day() -> ColumnElement[date]:
    """The day by which a case needs something: its promise, once that is met its legal term; a new one at once."""
    c = Case
    return case(
        (and_(c.promise_met_at.is_(None), c.promise_due_at.is_not(None)), bank_date(c.promise_due_at)),
        (and_(c.answered_at.is_(None), c.legal_due_at.is_not(None)), bank_date(c.legal_due_at)),
        else_=bank_date(c.received_at),
    )  # fmt: skip


def _tier(order: Order) -> ColumnElement[int]:
    known = ((Customer.tier == tier, literal(place)) for tier, place in order.tiers.items())
    return case(*known, else_=literal(_NO_TIER))


def _sum(order: Order, group: str, day: Any, value: Any, tier: Any) -> ColumnElement[int]:
    first, then = _within(group, cast(day, BigInteger), value, cast(tier, BigInteger))
    found: ColumnElement[int] = literal(order.groups[group] * _GROUP, BigInteger) + first + then
    return found


def _day(column: Any, on: date) -> ColumnElement[int]:
    return least(greatest(days_between(literal(on), column) + _HALF, literal(0)), literal(_CAP))


def _value(column: Any) -> ColumnElement[int]:
    """Less for more: what is worth most comes first."""
    wan = cast(func.coalesce(column, 0), BigInteger) // literal(_WAN, BigInteger)
    worth: ColumnElement[int] = literal(_CAP, BigInteger) - least(wan, literal(_CAP, BigInteger))
    return worth

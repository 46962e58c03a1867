"""Needs predicted from the facts of the newest quarter and recent life events, each with its reasons (方案 §3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from lib.rulebook import Rulebook, holds, parse_condition
from lib.rulebook.condition_words import in_words
from lib.rulebook.conditions import FACTS
from lib.store.models import Case, Customer, CustomerQuarter, LifeEvent, QuarterRun
from lib.store.session import StoreSession
from lib.store.suitability import age_on
from lib.words import _, day, name
from lib.work.months import months_later

RULE = "needs.rules"
_OVER = ("closed", "withdrawn")
_q = CustomerQuarter
#: the facts that stand in a quarter's row
_OF_QUARTER = tuple(fact for fact in FACTS if hasattr(CustomerQuarter, fact))


@dataclass(frozen=True)
class Known:
    """What needs are predicted from: the kind, facts by name (see lib.rulebook.conditions), events with their day."""

    kind: str
    facts: Mapping[str, int | None]
    events: Sequence[tuple[str, date]] = ()


@dataclass(frozen=True)
class Need:
    """A need (family `need`), why it is expected, and the categories of products that answer it."""

    code: str
    reasons: tuple[str, ...]
    categories: tuple[str, ...]


def needs_of(known: Known, book: Rulebook, on: date, currency: str = "CNY") -> list[Need]:
    """The needs by rule needs.rules, in its order: a recent event, the condition on the facts, or both.

    Amounts in minor units of `currency`. A fact that is not known meets no condition.
    """
    found = [_need(rule, known, on, currency) for rule in book.value(RULE, on) if known.kind in rule["kinds"]]
    return [one for one in found if one.reasons]


def _need(rule: Mapping[str, Any], known: Known, on: date, currency: str) -> Need:
    reasons = [
        _("{day} {event}").format(day=day(at), event=name("life_event", kind))
        for kind, at in sorted(known.events, key=lambda one: one[1], reverse=True)
        if kind in rule["events"] and at <= on < months_later(at, rule["months"])
    ]
    condition = parse_condition(rule["when"])
    if holds(condition, known.facts):
        reasons.append(in_words(condition, known.facts, currency))
    return Need(rule["code"], tuple(reasons), tuple(rule["categories"]))


def known_of(session: StoreSession, ids: Sequence[int], book: Rulebook, on: date) -> dict[int, Known]:
    """What is known of these customers, within the scope; three reads however many they are."""
    rows = session.execute(_facts(ids)).all()
    events = _events(session, ids, book, on)
    open_ = dict(session.execute(_complaints(ids)).all())
    return {row.customer_id: Known(row.kind, _told(row, open_, on), events.get(row.customer_id, ())) for row in rows}


def _facts(ids: Sequence[int]) -> Any:
    """The customers with the published facts of the newest quarter each has."""
    newest = (
        select(_q.customer_id, func.max(_q.quarter).label("quarter"))
        .join(QuarterRun, _of_run())
        .where(_q.customer_id.in_(ids), QuarterRun.state.in_(("open", "closed")))
        .group_by(_q.customer_id)
        .subquery("newest")
    )
    published = (
        select(_q).join(QuarterRun, _of_run())
        .join(newest, and_(newest.c.customer_id == _q.customer_id, newest.c.quarter == _q.quarter))
        .where(_q.customer_id.in_(ids), QuarterRun.state.in_(("open", "closed")))
        .subquery("published")
    )  # fmt: skip
    c = Customer
    columns = (published.c[fact] for fact in _OF_QUARTER)
    return (
        select(c.customer_id, c.kind, c.birth_date, c.opened_on, *columns)
        .outerjoin(published, published.c.customer_id == c.customer_id)
        .where(c.customer_id.in_(ids))
    )


def _of_run() -> Any:
    return and_(QuarterRun.quarter == _q.quarter, QuarterRun.version == _q.version)


def _told(row: Any, open_: Mapping[int, int], on: date) -> dict[str, int | None]:
    since = {"age": row.birth_date, "years_with_bank": row.opened_on}
    facts = {fact: getattr(row, fact) for fact in _OF_QUARTER}
    facts |= {fact: age_on(at, on) for fact, at in since.items() if at is not None}
    return {**facts, "complaints_open": open_.get(row.customer_id, 0)}


def _events(
    session: StoreSession, ids: Sequence[int], book: Rulebook, on: date
) -> dict[int, list[tuple[str, date]]]:  # fmt: skip
    rules = book.value(RULE, on)
    kinds = sorted({kind for rule in rules for kind in rule["events"]})
    since = months_later(on, -max((rule["months"] for rule in rules), default=0))
    e = LifeEvent
    wanted = select(e.customer_id, e.kind, e.happened_on).where(
        e.customer_id.in_(ids), e.kind.in_(kinds), e.happened_on.between(since, on)
    )
    found: dict[int, list[tuple[str, date]]] = {}
    for customer_id, kind, at in session.execute(wanted.order_by(e.happened_on.desc(), e.id)):
        found.setdefault(customer_id, []).append((kind, at))
    return found


def _complaints(ids: Sequence[int]) -> Any:
    standing = (Case.customer_id.in_(ids), Case.kind == "complaint", Case.state.not_in(_OVER))
    return select(Case.customer_id, func.count()).where(*standing).group_by(Case.customer_id)

"""What points are earned for: each kind of thing as one query of who, what, when and how many points.

A thing is named by its own key (`deed`), so that it counts once, however often and by however many it is looked at;
it counts on the record it belongs to, whatever is merged later. A new kind of thing is one more function in THINGS,
with its points in rule points.earning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, and_, case, cast, literal, select

from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.functions import bank_date, months_after, years_between
from lib.store.quarter import Quarter

_c, _h, _a = m.Customer, m.Holding, m.Account


def things(frame: Frame, chunk: Chunk) -> list[Select[Any]]:
    """Every query that has points: columns customer_id, deed, code, points, day."""
    return [query for made in THINGS for query in made(frame, chunk)]


def since(frame: Frame) -> date:
    """The first day whose things still count."""
    return frame.end - timedelta(days=frame.rule("points.within_days") - 1)


def _bought(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """Deposits and wealth products of some size, cards and loans."""
    least = frame.money_rule("points.product_least", "least")
    large = frame.in_base(_h.amount_fen, _h.currency) >= least
    for table, day, categories, only in (
        (_h, _h.started_on, ("deposit", "wealth"), (large,)), (_a, _a.opened_on, ("card", "loan"), ()),
    ):  # fmt: skip
        for category in categories:
            yield from _of(frame, f"bought_{category}", table.customer_id, _named("bought", table.id), day,
                           chunk.holds(table.customer_id), table.category == category, *only)  # fmt: skip


def _assets(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """The tier a quarter that has ended was closed on, by its published facts."""
    q, points = m.CustomerQuarter, {tier: n for tier, n in frame.rule("points.assets").items() if n > 0}
    for quarter, version in frame.past:
        end = Quarter.parse(quarter).end
        if points and since(frame) <= end <= frame.end:
            by_tier = case(*((q.tier == tier, literal(n, BigInteger)) for tier, n in points.items()))
            yield select(
                q.customer_id.label("customer_id"), literal(f"aum:{quarter}", String).label("deed"),
                literal("aum", String).label("code"), by_tier.label("points"), _day(end).label("day"),
            ).where(
                chunk.holds(q.customer_id), q.quarter == quarter, q.version == version, q.closed == 0,
                q.tier.in_(list(points)),
            )  # fmt: skip


def _referrals(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """Whom they referred became a customer and they took points as the reward (方案 §4.3): as many as it says."""
    r = m.Referral
    given: Any = select(
        r.customer_id.label("customer_id"), _named("referral", r.referred_id).label("deed"),
        literal("referral", String).label("code"), r.reward_amount.label("points"), r.ended_on.label("day"),
    ).where(
        chunk.holds(r.customer_id), r.state == "given", r.reward == "points",
        r.ended_on.between(_day(since(frame)), _day(frame.end)),
    )  # fmt: skip
    yield given


def _events(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """They came to an event, by the day it began (手册 §6.2)."""
    i, e = m.Invitation, m.Event
    began = select(bank_date(e.starts_at)).where(e.id == i.event_id).scalar_subquery()
    yield from _of(frame, "event", i.customer_id, _named("event", i.event_id), began,
                   chunk.holds(i.customer_id), i.state == "attended")  # fmt: skip


def _anniversaries(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """Another whole year with the bank; a merged record has none of its own."""
    years = years_between(_c.opened_on, _day(frame.end))
    day = months_after(_c.opened_on, cast(12 * years, Integer))
    yield from _of(frame, "anniversary", _c.customer_id, _named("anniversary", years), day,
                   chunk.holds(_c.customer_id), _c.merged_into_id.is_(None), years >= 1)  # fmt: skip


def _refreshed(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """Their information was verified with them (办法 §三.2)."""
    e = m.LifeEvent
    yield from _of(frame, "refreshed", e.customer_id, _named("refreshed", e.id), e.happened_on,
                   chunk.holds(e.customer_id), e.kind == "information_verified")  # fmt: skip


def _surveys(frame: Frame, chunk: Chunk) -> Iterator[Select[Any]]:
    """They answered a survey."""
    s = m.SurveyAnswer
    yield from _of(frame, "survey", s.customer_id, _named("survey", s.id), s.answered_on,
                   chunk.holds(s.customer_id), s.overall.is_not(None))  # fmt: skip


#: in the order they are looked at
THINGS: tuple[Callable[[Frame, Chunk], Iterator[Select[Any]]], ...] = (
    _bought, _assets, _referrals, _events, _anniversaries, _refreshed, _surveys,
)  # fmt: skip


def _of(
    frame: Frame, code: str, customer_id: Any, deed: Any, day: Any, *only: ColumnElement[bool]
) -> Iterator[Select[Any]]:
    """One query over things of a code whose day still counts; none where the rule gives nothing for them."""
    points = frame.rule("points.earning").get(code, 0)
    if points > 0:
        yield select(
            customer_id.label("customer_id"), deed.label("deed"), literal(code, String).label("code"),
            literal(points, BigInteger).label("points"), day.label("day"),
        ).where(and_(*only, day.between(_day(since(frame)), _day(frame.end))))  # fmt: skip


def _named(what: str, key: Any) -> ColumnElement[str]:
    return literal(f"{what}:", String).concat(cast(key, String))


def _day(day: date) -> ColumnElement[date]:
    return literal(day)

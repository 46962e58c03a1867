"""The rule tags of the newest quarter, set-based: what no longer holds is taken away, what newly holds is given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from lib.jobs.facts.members import Chunk, counted, member
from lib.kpi.frame import Frame
from lib.rulebook import Tag
from lib.settings import day_end, day_start
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import years_between
from lib.tags.rules import compiled, used

_q, _c = m.CustomerQuarter, m.Customer
_CHANNELS = ("app", "branch", "phone", "wechat")
_YEAR = 4  # quarters of contacts whose channels count


def write_tags(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Bring the rule tags of a chunk of customers to what the rules say of the quarter's facts."""
    changed = 0
    for tag in frame.book.tags(frame.end):
        bearers = _bearers(frame, tag, chunk)
        gone = delete(m.CustomerTag).where(
            chunk.holds(m.CustomerTag.customer_id),
            m.CustomerTag.tag == tag.key,
            m.CustomerTag.by_rule.is_(True),
            m.CustomerTag.customer_id.not_in(select(bearers.c.customer_id)),
        )
        given = select(
            bearers.c.customer_id, literal(tag.key, String), literal(tag.family, String), literal(True),
            literal(frame.end),
        ).where(~select(m.CustomerTag.tag).where(
            m.CustomerTag.customer_id == bearers.c.customer_id, m.CustomerTag.tag == tag.key).exists())  # fmt: skip
        added = insert(m.CustomerTag).from_select(["customer_id", "tag", "family", "by_rule", "since_day"], given)
        changed += session.rows(gone) + session.rows(added)
    return changed


def write_current_tiers(session: BulkSession, frame: Frame, chunk: Chunk) -> None:
    """The tier of the newest quarter on the customer's own row, for lists and filters."""
    of_now = and_(_q.customer_id == _c.customer_id, _q.quarter == frame.key, _q.version == frame.version)
    tier = select(_q.tier).where(of_now).scalar_subquery()
    since = select(_q.tier_since).where(of_now).scalar_subquery()
    moved = update(_c).where(chunk.holds(_c.customer_id), select(_q.tier).where(of_now).exists())
    session.rows(moved.values(tier=tier, tier_since=since))


def _bearers(frame: Frame, tag: Tag, chunk: Chunk) -> Any:
    facts = _facts()
    query = select(_q.customer_id).join(_c, _c.customer_id == _q.customer_id)
    looked_at = used(tag.condition)
    if any(fact.startswith("channel_share.") for fact in looked_at):
        share = _channel_shares(frame, chunk)
        query = query.outerjoin(share, share.c.customer_id == _q.customer_id)
        facts |= {f"channel_share.{channel}": share.c[channel] for channel in _CHANNELS}
    facts |= {
        "age": years_between(_c.birth_date, literal(frame.end)),
        "years_with_bank": years_between(_c.opened_on, literal(frame.end)),
        "complaints_open": _open_complaints(),
    }
    return query.where(
        chunk.holds(_q.customer_id), _q.quarter == frame.key, _q.version == frame.version, _q.closed == 0,
        _q.kind.in_(tag.kinds), compiled(tag.condition, facts),
    ).subquery()  # fmt: skip


def _facts() -> dict[str, ColumnElement[Any]]:
    columns = (
        "aum_fen", "deposits_fen", "investments_fen", "loans_fen", "txn_count", "initiated_count", "in_fen",
        "out_fen", "categories", "contacts",
    )  # fmt: skip
    return {name: getattr(_q, name) for name in columns}


def _channel_shares(frame: Frame, chunk: Chunk) -> Any:
    """Each channel's share, in whole percent, of the customer's contacts in the last four quarters."""
    contact = m.Contact
    since = day_start(frame.quarter.shift(1 - _YEAR).start)
    shares = [
        (cast(func.sum(case((contact.channel == channel, 100), else_=0)), BigInteger) // func.count()).label(channel)
        for channel in _CHANNELS
    ]
    whom = member(frame, chunk, contact.customer_id)
    return (
        select(whom.label("customer_id"), *shares)
        .where(
            counted(frame, chunk, contact.customer_id),
            contact.happened_at >= since,
            contact.happened_at < day_end(frame.end),
        )
        .group_by(whom)
        .subquery("shares")
    )


def _open_complaints() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(
            m.Case.customer_id == _q.customer_id,
            m.Case.kind == "complaint",
            m.Case.state.not_in(("closed", "withdrawn")),
        )
        .scalar_subquery()
    )

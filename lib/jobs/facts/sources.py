"""Per-customer sums of a quarter, one subquery a source table: balances, holdings, transactions, service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, cast, false, func, literal, or_, select, true

from lib.jobs.facts.members import Chunk, counted, member, merged_into
from lib.kpi.frame import Frame
from lib.settings import day_end, day_start
from lib.store import models as m
from lib.store.functions import as_flag, days_between, greatest, least

_YEAR = 4  # quarters
_UNHAPPY = 2  # of five points: satisfaction with the handling


def balances(frame: Frame, chunk: Chunk) -> Subquery:
    """Average deposits and loans of the quarter's month, base currency."""
    balance, account = m.BalanceMonth, m.Account
    amount = frame.in_base(balance.average_fen, balance.currency)
    whom = member(frame, chunk, balance.customer_id)
    return (
        select(
            whom.label("customer_id"),
            total(case((account.category == "deposit", amount), else_=0)).label("deposits"),
            total(case((account.category == "loan", func.abs(amount)), else_=0)).label("loans"),
        )
        .join(account, and_(account.customer_id == balance.customer_id, account.id == balance.account_id))
        .where(counted(frame, chunk, balance.customer_id), balance.month == frame.month)
        .group_by(whom)
        .subquery("balances")
    )


def accounts(frame: Frame, chunk: Chunk) -> Subquery:
    """Which categories of account are open at the quarter's end, and loans granted in it."""
    account = m.Account
    is_open = or_(account.closed_on.is_(None), account.closed_on >= frame.after)
    granted = and_(account.category == "loan", account.opened_on >= frame.start)
    principal = frame.in_base(func.coalesce(account.principal_fen, 0), account.currency)
    whom = member(frame, chunk, account.customer_id)
    return (
        select(
            whom.label("customer_id"),
            _any(is_open, account.category == "deposit").label("deposit"),
            _any(is_open, account.category == "card").label("card"),
            _any(is_open, account.category == "loan", _running(account, frame)).label("loan"),
            total(case((granted, principal), else_=0)).label("sales"),
            total(as_flag(and_(account.category == "card", account.opened_on >= frame.start))).label("new_cards"),
        )
        .where(counted(frame, chunk, account.customer_id), account.opened_on < frame.after)
        .group_by(whom)
        .subquery("accounts")
    )


def holdings(frame: Frame, chunk: Chunk) -> Subquery:
    """Average amounts held in the quarter's month, what is held at its end, sales, maturities and repurchase."""
    holding = m.Holding
    ended = func.coalesce(holding.ended_on, holding.matures_on, literal(frame.after))
    last = least(ended, literal(frame.after))
    days = greatest(days_between(greatest(holding.started_on, literal(frame.month)), last), literal(0))
    amount = frame.in_base(holding.amount_fen, holding.currency)
    average = cast(amount * days, BigInteger) // literal(frame.month_days, BigInteger)
    held = and_(holding.started_on < frame.after, ended >= frame.after)
    kept = or_(holding.ended_on.is_(None), holding.ended_on >= holding.matures_on)  # one redeemed early never matured
    matured_on = case((and_(kept, holding.matures_on.between(frame.start, frame.end)), holding.matures_on))
    started = holding.started_on.between(frame.start, frame.end)
    whom = member(frame, chunk, holding.customer_id)
    return (
        select(
            whom.label("customer_id"),
            total(case((holding.category == "deposit", average), else_=0)).label("deposits"),
            total(case((holding.category == "wealth", average), else_=0)).label("investments"),
            _any(held, holding.category == "deposit").label("deposit"),
            _any(held, holding.category == "wealth").label("wealth"),
            total(case((and_(started, holding.category == "deposit"), amount), else_=0)).label("sales_deposit"),
            total(case((and_(started, holding.category == "wealth"), amount), else_=0)).label("sales_wealth"),
            total(case((started, amount), else_=0)).label("sales"),
            func.min(matured_on).label("matured_on"),
            func.max(case((started, holding.started_on))).label("bought_on"),
        )
        .where(
            counted(frame, chunk, holding.customer_id),
            holding.started_on < frame.after,
            func.coalesce(holding.ended_on, holding.matures_on, literal(frame.after)) >= frame.start,
        )
        .group_by(whom)
        .subquery("holdings")
    )


def transactions(frame: Frame, chunk: Chunk) -> Subquery:
    """Counts, and money in and out, of the quarter."""
    line = m.Transaction
    amount = frame.in_base(line.amount_fen, line.currency)
    whom = member(frame, chunk, line.customer_id)
    return (
        select(
            whom.label("customer_id"),
            func.count().label("lines"),
            total(as_flag(line.by_customer.is_(True))).label("initiated"),
            total(case((line.amount_fen > 0, amount), else_=0)).label("came_in"),
            total(case((line.amount_fen < 0, -amount), else_=0)).label("went_out"),
        )
        .where(counted(frame, chunk, line.customer_id), line.booked_on.between(frame.start, frame.end))
        .group_by(whom)
        .subquery("transactions")
    )


def contacts(frame: Frame, chunk: Chunk) -> Subquery:
    """Conversations of the quarter; one that did not reach the customer is none."""
    contact = m.Contact
    return _count(contact, contact.happened_at, frame, chunk, contact.outcome != "not_reached").subquery("contacts")


def complaints(frame: Frame, chunk: Chunk) -> Subquery:
    """Complaints received in the quarter."""
    return _count(m.Case, m.Case.received_at, frame, chunk, m.Case.kind == "complaint").subquery("complaints")


def reached(frame: Frame, chunk: Chunk, purpose: str = "") -> Subquery:
    """When somebody last spoke with the customer (for a purpose), up to the quarter's end."""
    contact = m.Contact
    whom = member(frame, chunk, contact.customer_id)
    return (
        select(whom.label("customer_id"), func.max(contact.happened_at).label("at"))
        .where(
            counted(frame, chunk, contact.customer_id),
            contact.happened_at < day_end(frame.end),
            contact.outcome != "not_reached",
            contact.purpose == purpose if purpose else true(),
        )
        .group_by(whom)
        .subquery("reached")
    )


def trouble(frame: Frame, chunk: Chunk) -> Subquery:
    """Complaints open at the quarter's end, and those of a year that were reopened or left the customer unhappy."""
    c, event = m.Case, m.CaseEvent
    whom = member(frame, chunk, c.customer_id)
    after = day_end(frame.end)
    stands = or_(c.closed_at.is_(None), c.closed_at >= after)
    reopened = (
        select(event.id)
        .where(
            event.customer_id == c.customer_id, event.case_id == c.id, event.to_state == "reopened", event.at < after
        )
        .exists()
    )
    return (
        select(
            whom.label("customer_id"),
            total(as_flag(stands)).label("open"),
            # What was said at a later follow-up was not known then.
            total(as_flag(or_(and_(c.satisfaction <= _UNHAPPY, c.closed_at < after), reopened))).label("bad"),
        )
        .where(
            counted(frame, chunk, c.customer_id),
            c.kind == "complaint",
            c.state != "withdrawn",
            c.received_at < after,
            or_(c.received_at >= day_start(frame.quarter.shift(1 - _YEAR).start), stands),
        )
        .group_by(whom)
        .subquery("trouble")
    )


def past(frame: Frame, chunk: Chunk) -> Subquery:
    """The four quarters before, as far as they have facts: how many, what was initiated, the highest AUM."""
    q = m.CustomerQuarter
    known = [and_(q.quarter == quarter, q.version == version) for quarter, version in frame.past]
    return (
        select(
            q.customer_id,
            func.count().label("quarters"),
            total(q.initiated_count).label("initiated"),
            func.max(q.aum_fen).label("peak"),
        )
        .where(chunk.holds(q.customer_id), or_(*known) if known else false())
        .group_by(q.customer_id)
        .subquery("past")
    )


def ending(frame: Frame, chunk: Chunk) -> Subquery:
    """What the customer holds that ends within the days of rule churn.ending_days after the quarter."""
    holding = m.Holding
    amount = frame.in_base(holding.amount_fen, holding.currency)
    until = frame.end + timedelta(days=frame.rule("churn.ending_days"))
    whom = member(frame, chunk, holding.customer_id)
    return (
        select(whom.label("customer_id"), total(amount).label("amount"))
        .where(
            counted(frame, chunk, holding.customer_id),
            holding.started_on < frame.after,
            or_(holding.ended_on.is_(None), holding.ended_on >= frame.after),
            holding.matures_on.between(frame.after, until),
        )
        .group_by(whom)
        .subquery("ending")
    )


def decisions(frame: Frame, chunk: Chunk) -> Subquery:
    """The tier that a person's decision makes count at the quarter's end: the latest hold or override in force."""
    d = m.TierDecision
    place = func.row_number().over(partition_by=d.customer_id, order_by=(d.at.desc(), d.id.desc())).label("place")
    ranked = (
        select(d.customer_id, d.tier, place)
        .where(
            chunk.holds(d.customer_id),
            d.act.in_(("held", "override")),
            d.since_day <= frame.end,
            d.until_day >= frame.end,
            or_(d.ended_on.is_(None), d.ended_on > frame.end),
        )
        .subquery()
    )
    return select(ranked.c.customer_id, ranked.c.tier).where(ranked.c.place == 1).subquery("decisions")


def responses(frame: Frame, chunk: Chunk) -> Subquery:
    """The response to risk last recorded by the quarter's end: for which rating, when, and until when (办法 §六)."""
    r = m.RiskResponse
    place = func.row_number().over(partition_by=r.customer_id, order_by=(r.made_on.desc(), r.id.desc())).label("place")
    ranked = (
        select(r.customer_id, r.rating, r.made_on, r.review_on, place)
        .where(chunk.holds(r.customer_id), r.made_on <= frame.end)
        .subquery()
    )
    said = (ranked.c.customer_id, ranked.c.rating, ranked.c.made_on, ranked.c.review_on)
    return select(*said).where(ranked.c.place == 1).subquery("responses")


def referrals(frame: Frame, chunk: Chunk) -> Subquery:
    """Customers who referred somebody that opened in the quarter."""
    referred = m.Customer
    whom = member(frame, chunk, referred.referred_by_id)
    return (
        select(whom.label("customer_id"), func.count().label("n"))
        .where(
            counted(frame, chunk, referred.referred_by_id),
            referred.opened_on.between(frame.start, frame.end),
            referred.merged_into_id.is_(None),
        )
        .group_by(whom)
        .subquery("referrals")
    )


def verifications(frame: Frame, chunk: Chunk) -> Subquery:
    """The last day up to the quarter's end on which the customer's information was verified (办法 §三.2)."""
    event = m.LifeEvent
    whom = member(frame, chunk, event.customer_id)
    return (
        select(whom.label("customer_id"), func.max(event.happened_on).label("day"))
        .where(
            counted(frame, chunk, event.customer_id),
            event.kind == "information_verified",
            event.happened_on <= frame.end,
        )
        .group_by(whom)
        .subquery("verifications")
    )


def previous(frame: Frame, chunk: Chunk) -> Subquery:
    """The published facts of the quarter before."""
    before, quarter = m.CustomerQuarter, str(frame.quarter.shift(-1))
    return (
        select(before)
        .where(chunk.holds(before.customer_id), before.quarter == quarter)
        .where(before.version == (frame.previous_version or 0))
        .subquery("before")
    )


def joined(frame: Frame, chunk: Chunk) -> Subquery:
    """What customers had in the quarter before that were merged into one of the chunk since: they opened with it."""
    before, quarter = m.CustomerQuarter, str(frame.quarter.shift(-1))
    columns = ("aum_fen", "deposits_fen", "investments_fen", "loans_fen", "contribution_fen")
    whom = member(frame, chunk, before.customer_id)
    others = merged_into(frame, chunk)
    return (
        select(whom.label("customer_id"), *(total(getattr(before, name)).label(name) for name in columns))
        .where(before.customer_id.in_(others) if others else false(), before.quarter == quarter)
        .where(before.version == (frame.previous_version or 0))
        .group_by(whom)
        .subquery("joined")
    )


def total(column: Any) -> ColumnElement[int]:
    """A sum as a whole number on every engine (PostgreSQL sums into numeric)."""
    return cast(func.sum(column), BigInteger)


def _count(table: Any, moment: Any, frame: Frame, chunk: Chunk, only: ColumnElement[bool]) -> Any:
    whom = member(frame, chunk, table.customer_id)
    return (
        select(whom.label("customer_id"), func.count().label("n"))
        .where(
            counted(frame, chunk, table.customer_id),
            moment >= day_start(frame.start),
            moment < day_end(frame.end),
            only,
        )
        .group_by(whom)
    )


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(as_flag(and_(*conditions)))


def _running(account: Any, frame: Frame) -> ColumnElement[bool]:
    return or_(account.matures_on.is_(None), account.matures_on >= frame.after)

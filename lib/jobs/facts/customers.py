"""One row per customer and quarter: the facts, the tier they lead to, and whether the customer was lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
)

from lib.jobs.facts import sources
from lib.jobs.facts.lost import lost_reason
from lib.jobs.facts.members import Chunk
from lib.jobs.facts.risk import rating_then, risk_columns
from lib.kpi.frame import Frame
from lib.kpi.scores import scored, settled_tier
from lib.settings import day_start
from lib.store import models as m
from lib.store.base import UtcDateTime
from lib.store.bulk import BulkSession
from lib.store.functions import as_flag, bank_days_between, years_between

Columns = dict[str, Any]


def write_customers(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Insert the quarter's row of every customer of a chunk, in one statement."""
    judged = scored(frame, kept(_judged(frame, _measured(frame, chunk)), "judged"))
    return session.rows(insert(m.CustomerQuarter).from_select(list(judged.selected_columns.keys()), judged))


def _measured(frame: Frame, chunk: Chunk) -> CTE:
    """The facts that are sums: everything the judgements below are made from."""
    c, p = m.Customer, sources.previous(frame, chunk)
    parts = {
        name: getattr(sources, name)(frame, chunk)
        for name in (
            "balances",
            "accounts",
            "holdings",
            "transactions",
            "contacts",
            "complaints",
            "referrals",
            "verifications",
            "joined",
            "reached",
            "trouble",
            "past",
            "ending",
            "decisions",
            "responses",
        )
    }
    columns = {**_identity(frame), **_sums(frame, parts), **_memory(frame, p, parts["joined"])}
    query = select(*(column.label(name) for name, column in columns.items())).select_from(c)
    for part in parts.values():
        query = query.outerjoin(part, part.c.customer_id == c.customer_id)
    query = query.outerjoin(p, p.c.customer_id == c.customer_id)
    measured = query.where(
        chunk.holds(c.customer_id),
        c.stage.in_(("customer", "former")),
        c.merged_into_id.is_(None),
        c.opened_on <= frame.end,
        or_(c.closed_on.is_(None), c.closed_on >= frame.start),
    )
    return kept(measured, "measured")


def kept(query: Any, name: str) -> CTE:
    """A step worked out once: engines else put its expressions wherever a later step names them, and again there."""
    found: CTE = query.cte(name).prefix_with("MATERIALIZED")
    return found


def _identity(frame: Frame) -> Columns:
    c = m.Customer
    return {
        "customer_id": c.customer_id,
        "kind": c.kind,
        "branch_id": func.coalesce(_owner(frame, m.Assignment.branch_id), c.branch_id, 0),
        "manager_id": func.coalesce(_owner(frame, m.Assignment.manager_id), c.manager_id, 0),
        "opened": as_flag(c.opened_on >= frame.start),
        "closed": as_flag(and_(c.closed_on.is_not(None), c.closed_on <= frame.end)),
        "leaving_reason": c.leaving_reason,
        "leaving_said_on": c.leaving_said_on,
        "verified_on": c.verified_on,
        "age_band": _age_band(frame),
        "industry": func.coalesce(case((c.kind == "corporate", c.industry)), "none"),
        "size_class": func.coalesce(case((c.kind == "corporate", c.size_class)), "none"),
        "channel": func.coalesce(c.preferred_channel, "none"),
        "years": years_between(c.opened_on, literal(frame.end)),
        "risk": rating_then(frame),
        "rated_on": c.risk_rated_on,
    }


def _sums(frame: Frame, parts: dict[str, Subquery]) -> Columns:
    balance, account, holding, line = (parts[n].c for n in ("balances", "accounts", "holdings", "transactions"))
    has_deposit = as_flag(or_(account.deposit == 1, holding.deposit == 1))
    return {
        "deposits_fen": _whole(balance.deposits) + _whole(holding.deposits),
        "investments_fen": _whole(holding.investments),
        "loans_fen": _whole(balance.loans),
        "has_deposit": has_deposit,
        "has_wealth": _number(holding.wealth),
        "has_card": _number(account.card),
        "has_loan": _number(account.loan),
        "txn_count": _number(line.lines),
        "initiated_count": _number(line.initiated),
        "in_fen": _whole(line.came_in),
        "out_fen": _whole(line.went_out),
        "contacts": _number(parts["contacts"].c.n),
        "complaints": _number(parts["complaints"].c.n),
        "matured": as_flag(holding.matured_on.is_not(None)),
        "repurchased": as_flag(and_(holding.matured_on.is_not(None), holding.bought_on >= holding.matured_on)),
        "sales_fen": _whole(holding.sales) + _whole(account.sales),
        "sales_deposit_fen": _whole(holding.sales_deposit),
        "sales_wealth_fen": _whole(holding.sales_wealth),
        "sales_loan_fen": _whole(account.sales),
        "new_cards": _number(account.new_cards),
        "response_to": parts["responses"].c.rating,
        "response_on": parts["responses"].c.made_on,
        "response_until": parts["responses"].c.review_on,
        "referred": as_flag(parts["referrals"].c.n > 0),
        "verified_day": parts["verifications"].c.day,
        "contact_days": bank_days_between(parts["reached"].c.at, literal(day_start(frame.end), UtcDateTime())),
        "complaints_open": _number(parts["trouble"].c.open),
        "complaints_bad": _number(parts["trouble"].c.bad),
        "past_quarters": _number(parts["past"].c.quarters),
        "past_initiated": _number(parts["past"].c.initiated),
        "peak_aum_fen": _whole(parts["past"].c.peak),
        "ending_fen": _whole(parts["ending"].c.amount),
        "decided": parts["decisions"].c.tier,
    }


def _memory(frame: Frame, before: Subquery, joined: Subquery) -> Columns:
    """What the quarter before left behind, of who was merged since too; contribution by the rule of this quarter."""
    return {
        "tier_before": before.c.tier,
        "tier_since_before": before.c.tier_since,
        "watch_before": before.c.watch,
        "opening_aum_fen": _whole(before.c.aum_fen) + _whole(joined.c.aum_fen),
        "risk_before": before.c.risk,
        "frozen_contribution_fen": _whole(before.c.contribution_fen) + _whole(joined.c.contribution_fen),
        "opening_contribution_fen": _whole(_contribution(frame, before.c)) + _whole(_contribution(frame, joined.c)),
        "quiet_before": _number(before.c.quiet_quarters),
        "gone_before": _number(before.c.gone),
    }


def _judged(frame: Frame, f: Any) -> Any:
    """The row as stored: tier, watch, activity and loss, judged from the measured facts by the rules in force."""
    c = f.c
    aum = c.deposits_fen + c.investments_fen
    settled = settled_tier(frame, c, aum)
    cohort = case((or_(c.opened == 1, c.gone_before == 1), 0), else_=1)
    quiet = case((c.initiated_count > 0, 0), else_=c.quiet_before + 1)
    lost_rule = frame.rule("churn.lost")
    dormant = and_(
        aum < frame.money_rule("churn.lost", "aum_below"), quiet >= lost_rule["inactive_quarters"], c.opened == 0
    )
    closed = c.closed == 1 if lost_rule["closed"] else literal(False)
    gone = as_flag(or_(closed, dormant))
    columns = {
        **{n: c[n] for n in ("customer_id", "branch_id", "manager_id", "kind", "opened", "closed")},
        "quarter": literal(frame.key, String),
        "version": literal(frame.version),
        "cohort": cohort,
        "active": as_flag(c.initiated_count > 0),
        "lost": cohort * gone,
        "gone": gone,
        "lost_reason": case((cohort * gone == 0, None), else_=lost_reason(frame, c)),
        **risk_columns(frame, c),
        "quiet_quarters": quiet,
        "aum_fen": aum,
        "contribution_fen": _contribution(frame, c),
        "categories": c.has_deposit + c.has_wealth + c.has_card + c.has_loan,
        "verified": _verified(frame, c),
        "tier_reached": settled["reached"],
        "tier": settled["tier"],
        "tier_before": c.tier_before,
        "tier_since": case(
            (settled["tier"] == c.tier_before, func.coalesce(c.tier_since_before, frame.key)), else_=frame.key
        ),
        "watch": settled["watched"],
        "tier_change": settled["change"],
        "watch_before": _number(c.watch_before),
        "fixed": as_flag(c.decided.is_not(None)),
        "moved": settled["moved"],
    }
    same = (
        "deposits_fen", "investments_fen", "loans_fen", "opening_aum_fen", "opening_contribution_fen",
        "has_deposit", "has_wealth", "has_card", "has_loan", "txn_count", "initiated_count", "in_fen", "out_fen",
        "contacts", "complaints", "matured", "repurchased", "sales_fen", "referred", "age_band", "industry",
        "size_class", "channel", "years", "risk", "contact_days", "complaints_open", "complaints_bad",
        "past_quarters", "past_initiated", "peak_aum_fen", "ending_fen", "sales_deposit_fen", "sales_wealth_fen",
        "sales_loan_fen", "new_cards", "frozen_contribution_fen",
    )  # fmt: skip
    columns |= {name: c[name] for name in same}
    return select(*(column.label(name) for name, column in columns.items()))


def _contribution(frame: Frame, c: Any) -> ColumnElement[int]:
    """Estimated contribution of the quarter: average balances × yearly spread in basis points ÷ 4 (管理 §6.1)."""
    spread = frame.rule("value.contribution_bp")
    yearly = c.deposits_fen * spread["deposit"] + c.investments_fen * spread["wealth"] + c.loans_fen * spread["loan"]
    return cast(yearly, BigInteger) // literal(40_000, BigInteger)


def _verified(frame: Frame, c: Any) -> ColumnElement[int]:
    """1 when the information was verified within the refresh cycle that ends with the quarter."""
    since = [(c.kind == kind, literal(_months_back(frame.end, n))) for kind, n in frame.rule("refresh.months").items()]
    limit = case(*since)
    within = and_(c.verified_on > limit, c.verified_on <= frame.end)
    return as_flag(or_(c.verified_day > limit, within))


def _owner(frame: Frame, column: Any) -> Any:
    """The owner at the quarter's end: the last assignment that had begun by then."""
    a = m.Assignment
    return (
        select(column)
        .where(a.customer_id == m.Customer.customer_id, a.since_day <= frame.end)
        .order_by(a.since_day.desc(), a.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _age_band(frame: Frame) -> ColumnElement[str]:
    age = years_between(m.Customer.birth_date, literal(frame.end))
    bands = frame.rule("customer.age_bands")
    whens = [(age < band["below"], band["code"]) for band in bands if "below" in band]
    known = case(*whens, else_=bands[-1]["code"])
    return case((or_(m.Customer.kind != "personal", m.Customer.birth_date.is_(None)), "none"), else_=known)


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in range(day.day, day.day - 4, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"no day {months} months before {day}")


def _whole(column: Any) -> ColumnElement[int]:
    return func.coalesce(cast(column, BigInteger), 0)


def _number(column: Any) -> ColumnElement[int]:
    return func.coalesce(column, 0)

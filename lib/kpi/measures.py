"""Measures: each one aggregate over one fact table, by branch, owner or handler, kind and tier (domain §8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lib.churn.leaving import UNKNOWN
from lib.kpi.frame import Frame
from lib.satisfaction.rules import DIMENSIONS
from lib.settings import day_end, day_start, today
from lib.store import models as m
from lib.store.base import UtcDateTime
from lib.store.functions import as_flag, bank_days_between, greatest

Measures = dict[str, Any]

_q = m.CustomerQuarter
_present = 1 - _q.closed
_both_ends = _q.cohort * _present

#: over customer_quarter
OF_CUSTOMERS: Measures = {
    "customers": _present,
    "personal_customers": case((_q.kind == "personal", _present), else_=0),
    "new_customers": _q.opened,
    "cohort": _q.cohort,
    "cohort_active": _q.cohort * _q.active,
    "active_customers": _q.active,
    "active_categories": _q.active * _q.categories,
    "referrers": _q.active * _q.referred,
    "lost_customers": _q.lost,
    "verified_in_cycle": _q.verified * _present,
    "matured_customers": _q.matured,
    "repeat_buyers": _q.repurchased,
    "sales_fen": _q.sales_fen,
    "sales_deposit_fen": _q.sales_deposit_fen,
    "sales_wealth_fen": _q.sales_wealth_fen,
    "sales_loan_fen": _q.sales_loan_fen,
    "new_cards": _q.new_cards,
    "lost_explained": case((_q.lost_reason.not_in(UNKNOWN), _q.lost), else_=0),
    "lost_aum_fen": _q.lost * _q.opening_aum_fen,
    "high_risk": _q.high_risk,
    "risk_responded": _q.responded,
    "risk_rated": case((_q.risk_moved.is_not(None), _both_ends), else_=0),
    "risk_improved": case((_q.risk_moved == 1, _both_ends), else_=0),
    "risk_worsened": case((_q.risk_moved == -1, _both_ends), else_=0),
    "contacts": _q.contacts,
    "aum_fen": _q.aum_fen * _present,
    "opening_aum_fen": _q.cohort * _q.opening_aum_fen,
    "aum_declines_fen": _q.cohort * greatest(_q.opening_aum_fen - _q.aum_fen * _present, literal(0, BigInteger)),
    "value_opening_fen": _both_ends * _q.opening_contribution_fen,
    "value_frozen_fen": _both_ends * _q.frozen_contribution_fen,
    "value_closing_fen": _both_ends * _q.contribution_fen,
    "opening_tiered": case((_q.tier_before.is_not(None), _q.cohort), else_=0),
    "upgraded": case((_q.moved == 1, _both_ends), else_=0),
    "downgraded": case((_q.moved == -1, _both_ends), else_=0),
    "churn_flagged": _q.churn_flag,
    "churn_at_risk_fen": _q.churn_flag * _q.at_risk_fen,
    "on_watch": case((_q.watch > 0, _present), else_=0),
    "covered": _q.covered * _present,
    "managed": case((_q.manager_id != 0, _present), else_=0),
}


def customer_measures(frame: Frame) -> Select[Any]:
    """Rows of level `manager` over the quarter's customers."""
    wide = (
        select(_q.branch_id, _q.manager_id.label("staff_id"), _q.kind, _q.tier, *sums_of(OF_CUSTOMERS))
        .where(_q.quarter == frame.key, _q.version == frame.version)
        .group_by(_q.branch_id, _q.manager_id, _q.kind, _q.tier)
        .cte("wide")
    )
    return long_rows(frame, "manager", wide, list(OF_CUSTOMERS))


def survey_measures(frame: Frame) -> Select[Any]:
    """Rows of level `manager` over the surveys asked in the quarter; the owner is the one at its end."""
    s, measures = m.SurveyAnswer, of_surveys(frame)
    query = (
        select(_q.branch_id, _q.manager_id.label("staff_id"), _q.kind, _q.tier, *sums_of(measures))
        .join(_q, of_quarter(frame, s.customer_id))
        .where(surveyed(frame))
        .group_by(_q.branch_id, _q.manager_id, _q.kind, _q.tier)
    )
    return long_rows(frame, "manager", query.cte("wide"), list(measures))


def surveyed(frame: Frame) -> ColumnElement[bool]:
    """Invitations of the quarter; what somebody says of their own accord is followed up, but is no sample."""
    s = m.SurveyAnswer
    return and_(s.asked_on.between(frame.start, frame.end), s.occasion != "own")


def of_surveys(frame: Frame) -> Measures:
    """Over survey_answer; satisfied and recommending as the rules of the quarter say (管理 §5.1)."""
    s, recommend, satisfied = m.SurveyAnswer, frame.rule("survey.recommend"), frame.rule("survey.satisfied")
    by_dimension: Measures = {}
    for one in DIMENSIONS:
        score = getattr(s, one)
        by_dimension[f"survey_{one}_answers"] = as_flag(score.is_not(None))
        by_dimension[f"survey_{one}_satisfied"] = as_flag(score.between(satisfied["from"], satisfied["to"]))
    return {
        **by_dimension,
        "survey_asked": literal(1),
        "survey_answers": as_flag(s.overall.is_not(None)),
        "survey_satisfied": as_flag(s.overall.between(satisfied["from"], satisfied["to"])),
        "nps_answers": as_flag(s.recommend.is_not(None)),
        "nps_promoters": as_flag(s.recommend >= recommend["promoter_from"]),
        "nps_detractors": as_flag(s.recommend <= recommend["detractor_to"]),
    }


def case_measures(frame: Frame, level: str) -> Select[Any]:
    """Rows over complaints: level `manager` (the customer's owner at the quarter's end) or `handler`."""
    c = m.Case
    measures = of_cases(frame)
    staff: Any = c.handler_id if level == "handler" else _q.manager_id
    by: Measures = {
        "branch_id": func.coalesce(_q.branch_id, c.about_branch_id, c.branch_id, 0),
        "staff_id": func.coalesce(staff, 0),
        "kind": c.customer_kind,
        "tier": func.coalesce(_q.tier, "none"),
    }
    wide = (
        select(*(column.label(name) for name, column in by.items()), *sums_of(measures))
        .outerjoin(_q, of_quarter(frame, c.customer_id))
        .where(c.kind == "complaint", concerns(frame))
        .group_by(*by.values())
    )
    if level == "handler":
        wide = wide.where(c.handler_id.is_not(None))
    return long_rows(frame, level, wide.cte("wide"), list(measures))


def branch_measures(frame: Frame) -> Select:
    """Rows of level `branch` that count the branches themselves."""
    b = m.Branch
    return select(
        literal(frame.key, String),
        literal(frame.version),
        literal("branch", String),
        literal("branches", String),
        b.id,
        literal(0, BigInteger),
        literal("none", String),
        literal("none", String),
        literal(1, BigInteger),
    ).where(b.active.is_(True))


def of_cases(frame: Frame) -> Measures:
    """Over case, complaints only (制度 §六, 办法 §五.2)."""
    c, now = m.Case, day_end(frame.cutoff)
    received, closed = within(frame, c.received_at), and_(within(frame, c.closed_at), c.state != "withdrawn")
    reply_due = and_(within(frame, c.promise_due_at), c.promise_due_at < now, stood_until(c.promise_due_at))
    term_due = and_(within(frame, c.legal_due_at), c.legal_due_at < now, stood_until(c.legal_due_at))
    measures: dict[str, ColumnElement[bool]] = {
        "complaints_received": received,
        "complaints_closed": closed,
        "complaints_repeated": and_(received, _repeats(frame)),
        "resolved_first_time": and_(closed, ~_came_back(frame)),
        "first_time_pending": and_(closed, ~_came_back(frame), _still_watched(frame)),
        "replies_due": reply_due,
        "replies_on_time": and_(reply_due, c.promise_met_at <= c.promise_due_at),
        "terms_due": term_due,
        "terms_extended": and_(term_due, c.extension != "none"),
        "terms_on_time": and_(term_due, c.answered_at <= c.legal_due_at),
        "reported_decided": and_(received, c.timely_as_reported.in_(("yes", "no"))),
        "reported_timely": and_(received, c.timely_as_reported == "yes"),
        "reported_open": and_(received, c.timely_as_reported == "open"),
        "complaints_open": and_(
            c.received_at < day_end(frame.end),
            or_(c.closed_at.is_(None), c.closed_at >= day_end(frame.end)),
            c.timely_as_reported.is_(None),  # of a reported complaint the source tells no end
        ),
    }
    return {key: as_flag(condition) for key, condition in measures.items()}


def stood_until(due: Any) -> ColumnElement[bool]:
    """Whether a complaint was still standing when its clock ran out: a withdrawal before that ends the clock."""
    return or_(m.Case.state != "withdrawn", m.Case.closed_at > due)


def concerns(frame: Frame) -> ColumnElement[bool]:
    """Cases that count in any of the quarter's measures; so that the index on received_at serves."""
    c, start, end = m.Case, day_start(frame.start), day_end(frame.end)
    still_open = or_(c.closed_at.is_(None), c.closed_at >= start)
    return and_(
        c.received_at < end,
        or_(c.received_at >= start, and_(still_open, c.timely_as_reported.is_(None)), c.promise_due_at >= start,
            c.legal_due_at >= start),
    )  # fmt: skip


def _by_customer(column: Any) -> ColumnElement[str]:
    """A column no index serves: the few cases of one customer are looked at, not the many of one business."""
    unindexed: ColumnElement[str] = column.concat("")
    return unindexed


def _repeats(frame: Frame) -> ColumnElement[bool]:
    """The same customer complained about the same business within the rule's days before (domain §8)."""
    earlier, c = aliased(m.Case), m.Case
    return (
        select(earlier.id)
        .where(
            earlier.customer_id == c.customer_id,
            earlier.kind == "complaint",
            _by_customer(earlier.business) == c.business,
            earlier.id != c.id,
            earlier.received_at < c.received_at,
            bank_days_between(earlier.received_at, c.received_at) <= frame.rule("complaint.repeat_days"),
        )
        .exists()
    )


def _came_back(frame: Frame) -> ColumnElement[bool]:
    """The same matter came again within the rule's days after closing, or the case had been reopened before."""
    later, c, event = aliased(m.Case), m.Case, m.CaseEvent
    reopened = (
        select(event.id)
        .where(event.customer_id == c.customer_id, event.case_id == c.id, event.to_state == "reopened")
        .exists()
    )
    again = (
        select(later.id)
        .where(
            later.customer_id == c.customer_id,
            later.kind == "complaint",
            _by_customer(later.business) == c.business,
            later.reason == c.reason,
            later.id != c.id,
            later.received_at >= c.closed_at,
            later.received_at < day_end(today()),
            bank_days_between(c.closed_at, later.received_at) <= frame.rule("complaint.first_time_days"),
        )
        .exists()
    )
    return or_(again, reopened)


def _still_watched(frame: Frame) -> ColumnElement[bool]:
    """Whether the days in which the matter may come again have not all passed on the last day seen."""
    days, c = frame.rule("complaint.first_time_days"), m.Case
    seen = literal(day_start(frame.cutoff), UtcDateTime())
    return bank_days_between(c.closed_at, seen) < days


def within(frame: Frame, moment: Any) -> ColumnElement[bool]:
    return and_(moment >= day_start(frame.start), moment < day_end(frame.end))


def of_quarter(frame: Frame, customer_id: Any) -> ColumnElement[bool]:
    """The facts a row counts towards: its customer's, or of the one that was merged into."""
    if frame.merged:
        other = aliased(m.Customer)
        into = select(other.merged_into_id).where(other.customer_id == customer_id).scalar_subquery()
        customer_id = func.coalesce(into, customer_id)
    return and_(_q.customer_id == customer_id, _q.quarter == frame.key, _q.version == frame.version)


def sums_of(measures: Measures) -> list[ColumnElement[Any]]:
    """Each measure added up, named by its key."""
    return [cast(func.sum(expression), BigInteger).label(key) for key, expression in measures.items()]


def long_rows(frame: Frame, level: str, wide: Any, keys: list[str]) -> Select[Any]:
    """One row a measure from one column a measure; a zero is stored, a group without rows is not."""
    rows = [
        select(
            literal(frame.key, String),
            literal(frame.version),
            literal(level, String),
            literal(key, String),
            wide.c.branch_id,
            wide.c.staff_id,
            wide.c.kind,
            wide.c.tier,
            wide.c[key],
        )
        for key in keys
    ]
    return select(union_all(*rows).subquery())

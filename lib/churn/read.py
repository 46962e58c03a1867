"""Reading churn: the warning list of a quarter, one customer's score explained, cases and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from lib.churn import rules
from lib.churn.reasons import House, Reason, reasons_against, reasons_for
from lib.churn.steps import KIND
from lib.rulebook import Rulebook
from lib.settings import day_end, day_start
from lib.store.models import Branch, Case, ChurnTrial, Customer, CustomerQuarter, Product, QuarterRun, Staff
from lib.store.quarter import Quarter
from lib.work.moves import ENDED
from lib.work.scorecard import MOST, Scorecard, Share

_q = CustomerQuarter
_FIGURES = (
    "initiated_count", "past_quarters", "past_initiated", "aum_fen", "peak_aum_fen", "quiet_quarters", "ending_fen",
    "complaints_open", "complaints_bad", "contact_days", "years", "churn_score", "churn_flag", "at_risk_fen", "tier",
)  # fmt: skip
_PUBLISHED = ("open", "closed")
#: of `Warned.case`: with an open case, without one
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True)
class Run:
    """A published version of a quarter, and the last day that counted in it."""

    quarter: str
    version: int
    end: date

    @property
    def passed(self) -> rules.Passed:
        """How much of the quarter had passed on that day."""
        return rules.Passed.by(self.end, Quarter.parse(self.quarter))


@dataclass(frozen=True)
class Warned:
    """Which of the warned customers; an empty value means any.

    `case`: WITH or WITHOUT an open case; `contact`: `no` those not to be contacted, `yes` the others; branch and
    manager are the owners of now.
    """

    branch_id: int | None = None
    manager_id: int | None = None
    tier: str = ""
    kind: str = ""
    case: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Explanation:
    """A customer's churn score of a quarter with what it is made of; money in the base currency's minor units."""

    score: int
    flagged: bool
    flag_from: int
    aum_fen: int
    at_risk_fen: int
    shares: tuple[Share, ...]
    speaks_for: tuple[Reason, ...]
    speaks_against: tuple[Reason, ...]
    version: str


def newest() -> Select[QuarterRun]:
    """The newest published quarter."""
    return select(QuarterRun).where(QuarterRun.state.in_(_PUBLISHED)).order_by(QuarterRun.quarter.desc()).limit(1)


def run_of(row: QuarterRun) -> Run:
    """A published run as lists are read from it."""
    return Run(row.quarter, row.version, min(date.fromisoformat(row.cutoff), Quarter.parse(row.quarter).end))


def warned(run: Run, card: Scorecard, wanted: Warned) -> Select:
    """The customers on the warning list that the scope reaches, by value at risk; with their facts and open case."""
    standing = aliased(Case)
    is_theirs = and_(
        standing.customer_id == _q.customer_id, standing.kind == KIND, standing.state.not_in(ENDED)
    )  # fmt: skip
    query = (
        select(*_who(), *_told(run, card), standing.number.label("case"), standing.state.label("case_state"))
        .join(Customer, Customer.customer_id == _q.customer_id)
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .outerjoin(standing, is_theirs)
        .where(_q.quarter == run.quarter, _q.version == run.version, _q.churn_flag == 1, *_asked(wanted))
        .order_by(_q.at_risk_fen.desc(), _q.customer_id.desc())
    )
    if wanted.case:
        there = standing.number.is_not(None)
        query = query.where(there if wanted.case == WITH else ~there)
    return query


def of_customer(run: Run, card: Scorecard, number: str) -> Select:
    """The same columns of one customer of the quarter, on the list or not; without a case."""
    return _of(run, card).where(Customer.number == number)


def of_customers(run: Run, card: Scorecard, ids: Sequence[int]) -> Select:
    """The same of a handful of customers, by id."""
    return _of(run, card).where(_q.customer_id.in_(ids))


def _of(run: Run, card: Scorecard) -> Select:
    return (
        select(*_who(), *_told(run, card))
        .join(Customer, Customer.customer_id == _q.customer_id)
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .where(_q.quarter == run.quarter, _q.version == run.version, _q.closed == 0)
    )


def explained(row: Any, run: Run, card: Scorecard, book: Rulebook, currency: str) -> Explanation:
    """A row of `warned` or `of_customer` in words: facts, points and score are those the database worked out."""
    told = row._mapping
    house = House(currency, book.value("churn.ending_days", run.end), run.passed)
    shares = tuple(_share(one, told, card.weight) for one in card.factors)
    return Explanation(
        score=told["total"], flagged=bool(told["churn_flag"]), flag_from=rules.flag_from(book, run.end),
        aum_fen=told["aum_fen"], at_risk_fen=told["at_risk_fen"], shares=shares,
        speaks_for=tuple(reasons_for(shares, told, house)),
        speaks_against=tuple(reasons_against(shares, told, house)), version=card.entry.version,
    )  # fmt: skip


def cases(state: str = "", outcome: str = "") -> Select:
    """The churn cases in scope, open ones first and the oldest of them on top; `state` open or over."""
    query = (
        select(
            Case.number, Case.state, Case.outcome, Case.root_cause, Case.received_at, Case.closed_at,
            Case.at_risk_fen, Case.reason, Customer.name, Customer.number.label("customer"),
            Staff.name.label("handler"),
        )
        .join(Customer, Customer.customer_id == Case.customer_id)
        .outerjoin(Staff, Staff.id == Case.handler_id)
        .where(Case.kind == KIND)
        .order_by(Case.state.in_(ENDED), Case.received_at, Case.id)
    )  # fmt: skip
    if state:
        query = query.where(Case.state.in_(ENDED) if state == "over" else Case.state.not_in(ENDED))
    return query.where(Case.outcome == outcome) if outcome else query


def case_of(customer_id: int) -> Select[Case]:
    """The churn cases of a customer, the open one first, then the latest."""
    return (
        select(Case)
        .where(Case.customer_id == customer_id, Case.kind == KIND)
        .order_by(Case.state.in_(ENDED), Case.received_at.desc(), Case.id.desc())
    )


def standing() -> Select:
    """One row over the open cases in scope: how many, how much was at risk as they were opened."""
    amount = func.coalesce(cast(func.sum(Case.at_risk_fen), BigInteger), 0)
    return select(func.count().label("open"), amount.label("at_risk_fen")).where(
        Case.kind == KIND, Case.state.not_in(ENDED)
    )


def results(quarters: Sequence[Quarter]) -> Select:
    """Rows `quarter, outcome, cases, at_risk_fen` of the cases closed in these quarters (kept or lost)."""
    within = [(and_(Case.closed_at >= day_start(one.start), Case.closed_at < day_end(one.end)), literal(str(one)))
              for one in quarters]  # fmt: skip
    closed = (
        select(case(*within).label("quarter"), Case.outcome, Case.at_risk_fen)
        .where(Case.kind == KIND, Case.outcome.is_not(None), or_(*(condition for condition, _said in within)))
        .subquery()
    )
    amount = func.coalesce(cast(func.sum(closed.c.at_risk_fen), BigInteger), 0)
    return (
        select(closed.c.quarter, closed.c.outcome, func.count().label("cases"), amount.label("at_risk_fen"))
        .group_by(closed.c.quarter, closed.c.outcome)
        .order_by(closed.c.quarter, closed.c.outcome)
    )


def trials() -> Select[ChurnTrial]:
    """The parts of the latest measurement of the score (see ChurnTrial)."""
    latest = select(func.max(ChurnTrial.at)).scalar_subquery()
    return select(ChurnTrial).where(ChurnTrial.at == latest).order_by(ChurnTrial.part.desc())


def on_sale(kind: str) -> Select[Product]:
    """The products sold to persons or to firms."""
    of = or_(Product.customer_kind.is_(None), Product.customer_kind == kind)
    return select(Product).where(Product.active, of).order_by(Product.code)


def _who() -> tuple[Any, ...]:
    return (
        Customer.customer_id, Customer.number, Customer.name, Customer.kind, Customer.do_not_contact,
        Customer.no_automated_advice, Branch.name.label("branch"), Staff.name.label("manager"),
    )  # fmt: skip


def _told(run: Run, card: Scorecard) -> list[ColumnElement[Any]]:
    """Stored figures, facts, points and score, by the expressions that make the score."""
    facts = rules.facts({name: getattr(_q, name) for name in _FIGURES}, run.passed)
    found: list[ColumnElement[Any]] = [getattr(_q, name) for name in _FIGURES]
    found += [facts[one.fact].label(f"fact_{one.fact}") for one in card.factors]
    found += [one.points_sql(facts[one.fact]).label(f"points_{one.fact}") for one in card.factors]
    return [*found, card.total_sql(facts).label("total")]


def _asked(wanted: Warned) -> list[ColumnElement[bool]]:
    pairs = ((Customer.branch_id, wanted.branch_id), (Customer.manager_id, wanted.manager_id), (_q.tier, wanted.tier),
             (_q.kind, wanted.kind))  # fmt: skip
    found: list[ColumnElement[bool]] = [column == value for column, value in pairs if value not in (None, "")]
    if wanted.contact:
        found.append(Customer.do_not_contact.is_(wanted.contact == "no"))
    return found


def _share(one: Any, told: Any, weight: int) -> Share:
    points = told[f"points_{one.fact}"]
    return Share(one, told[f"fact_{one.fact}"], points, one.weight * points * 100 // weight,
                 one.weight * MOST * 100 // weight)  # fmt: skip

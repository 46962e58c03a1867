"""What the closing of a quarter looks at, as selects: what is missing or still open, and what came after."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from lib.settings import day_end, day_start
from lib.store import models as m
from lib.store.quarter import Quarter
from lib.work.moves import ENDED
from lib.work.proposals import RULE_CHANGE

_UNDECIDED = ("pending", "returned")
#: who a person is looked after by, as far as it can be missing
_PRESENT = ("customer",)


def versions(quarter: Quarter) -> Select[m.QuarterRun]:
    """The versions of a quarter that may be read, newest first: the published one and those it corrected."""
    run = m.QuarterRun
    there = (run.quarter == str(quarter), run.state.in_(("open", "closed", "corrected")))
    return select(run).where(*there).order_by(run.version.desc())


def earlier_open(quarter: Quarter) -> Select:
    """The quarters before this one that have facts and are not closed."""
    run = m.QuarterRun
    return select(run.quarter).where(run.quarter < str(quarter), run.state == "open").distinct().order_by(run.quarter)


def rule_changes() -> Select:
    """What is asked to hold from which day and is neither refused nor in effect: the request's `after`."""
    row = m.ChangeRequest
    agreed = and_(row.state == "accepted", row.carried_out_at.is_(None))
    return select(row.after).where(row.kind == RULE_CHANGE, or_(row.state.in_(_UNDECIDED), agreed))


def unreviewed(quarter: Quarter) -> Select:
    """How many changes of customers' key fields were asked for by the quarter's end and wait for a reviewer."""
    row = m.ChangeRequest
    waits = (row.kind == "customer_info", row.state.in_(_UNDECIDED), row.requested_at < day_end(quarter.end))
    return select(func.count()).select_from(row).where(*waits)


def refused_imports(quarter: Quarter) -> Select:
    """How many sources had a batch refused since the quarter began and none landed after it."""
    batch, later = m.ImportBatch, aliased(m.ImportBatch)
    landed = (later.source == batch.source, later.state == "landed", later.at > batch.at)
    mended = select(later.id).where(*landed).correlate(batch).exists()
    refused = (batch.state == "refused", batch.at >= day_start(quarter.start), ~mended)
    return select(func.count(batch.source.distinct())).where(*refused)


def calendar_days() -> Select:
    """The first and the last day of the working calendar."""
    row = m.CalendarDay
    return select(func.min(row.day), func.max(row.day))


def open_cases(quarter: Quarter) -> Select:
    """How many complaints received by the quarter's end are not ended."""
    case = m.Case
    stands = (case.kind == "complaint", case.state.not_in(ENDED), case.received_at < day_end(quarter.end))
    return select(func.count()).select_from(case).where(*stands)


def unowned() -> Select:
    """How many customers are looked after by nobody."""
    c = m.Customer
    left = (c.manager_id.is_(None), c.stage.in_(_PRESENT), c.merged_into_id.is_(None))
    return select(func.count()).select_from(c).where(*left)


def booked(first: date | None = None, last: date | None = None) -> Select:
    """One row if a transaction is booked between two days, or at all; it stops at the first it finds."""
    row = m.Transaction
    days = () if first is None else (row.booked_on.between(first, last),)
    return select(literal(1)).select_from(row).where(*days).limit(1)


def given_balance(month: date | None = None) -> Select:
    """One row if the core system gave a balance of a month, or ever."""
    row = m.BalanceMonth
    of = () if month is None else (row.month == month,)
    return select(literal(1)).select_from(row).where(row.derived.is_(False), *of).limit(1)


def late(quarter: Quarter, since: datetime) -> dict[str, Select]:
    """What of a quarter was recorded after a moment, one count a kind of row: it waits for a correction."""
    start, end = day_start(quarter.start), day_end(quarter.end)
    line, case, contact, answer = m.Transaction, m.Case, m.Contact, m.SurveyAnswer
    since_then: dict[str, tuple[Any, ...]] = {
        "transaction": (line.recorded_at > since, line.booked_on.between(quarter.start, quarter.end)),
        "case": (case.created_at > since, case.received_at >= start, case.received_at < end),
        "contact": (contact.created_at > since, contact.happened_at >= start, contact.happened_at < end),
        "balance_month": (_landed(m.BalanceMonth, since), m.BalanceMonth.month.between(quarter.start, quarter.end)),
        "holding": (_landed(m.Holding, since), m.Holding.started_on.between(quarter.start, quarter.end)),
        "survey_answer": (_landed(answer, since), answer.asked_on.between(quarter.start, quarter.end)),
    }
    return {kind: select(func.count()).where(*where) for kind, where in since_then.items()}


def _landed(table: Any, since: datetime) -> Any:
    """Rows that came with a batch after a moment."""
    batch = m.ImportBatch
    return table.batch_id.in_(select(batch.id).where(batch.at > since, batch.state == "landed"))

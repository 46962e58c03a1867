"""What appraisal counts: sums of stored quarter facts by the manager or branch of the time (制度 §七, 办法 §七.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, and_, cast, func, or_, select

from lib.kpi import KpiRow, kpi_table, published
from lib.rulebook import Kpi, Rulebook
from lib.staff.appraisal_rules import Counted
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import open_session

#: whoever runs the job reads the whole bank's figures, and nobody's records
_READER = Scope(staff_id=0, login="appraise", name="appraise", role="crm", facts="bank", trail="none")


@dataclass(frozen=True)
class Subject:
    """Whom a card is about: staff or branch, the branch at the period's end, and manager-quarters it answers for."""

    subject_id: int
    branch_id: int
    per: int


def runs_of(quarters: Sequence[Quarter]) -> dict[str, m.QuarterRun]:
    """The published runs of those quarters that have facts."""
    with open_session(_READER, "appraise") as session:
        return published(session, quarters)


def branches_and_managers(session: BulkSession, level: str, runs: Mapping[str, m.QuarterRun]) -> list[Subject]:
    """Everyone who had customers at the end of a quarter of the period, where they had most of them in the last.

    From the facts, which carry the owner at the time: who moves or leaves later still has the card of the time.
    """
    fact = m.MeasureQuarter
    of = or_(*(and_(fact.quarter == quarter, fact.version == run.version) for quarter, run in runs.items()))
    query = (
        select(fact.quarter, fact.branch_id, fact.staff_id, cast(func.sum(fact.value), BigInteger))
        .where(of, fact.level == "manager", fact.measure == "customers", fact.staff_id > 0, fact.branch_id > 0)
        .group_by(fact.quarter, fact.branch_id, fact.staff_id)
    )
    held = [(str(quarter), int(branch), int(staff), int(n)) for quarter, branch, staff, n in session.execute(query)]
    home: dict[int, tuple[str, int, int]] = {}
    quarters: dict[int, set[str]] = defaultdict(set)
    months: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for quarter, branch, staff, customers in held:
        if customers > 0:
            home[staff] = max(home.get(staff, ("", 0, 0)), (quarter, customers, -branch))
            quarters[staff].add(quarter)
            months[branch].add((quarter, staff))
    if level == "manager":
        return [Subject(staff, -home[staff][2], len(quarters[staff])) for staff in sorted(home)]
    return [Subject(branch, branch, len(months[branch])) for branch in sorted(months)]


def counts_of(
    book: Rulebook, level: str, keys: Sequence[str], quarters: Sequence[Quarter], subjects: Sequence[Subject], on: date
) -> dict[tuple[int, str], Counted]:
    """(subject, KPI) → the sums of the period: measures add up over its quarters, or the last quarter stands."""
    with open_session(_READER, "appraise") as session:
        rows = kpi_table(session, book, keys, quarters, level)
    per = {one.subject_id: one.per for one in subjects}
    found: dict[tuple[int, str], list[KpiRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.quarter):
        if int(row.group) in per:
            found[int(row.group), row.key].append(row)
    return {at: _added(book.kpi(at[1], on), of, per[at[0]]) for at, of in found.items()}


def _added(kpi: Kpi, rows: Sequence[KpiRow], per: int) -> Counted:
    """Ratios of sums, never averages of figures."""
    counted = rows[-1:] if kpi.over_time == "last" else rows
    under = sum(row.denominator or 0 for row in counted) if kpi.denominator else None
    return Counted(sum(row.numerator for row in counted), sum(row.less for row in counted), under, per)

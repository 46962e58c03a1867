"""What a quarter looks like before it is closed, read over the whole bank; and what was recorded after it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lib.jobs.runs import published
from lib.kpi.frame import data_version, digest_of
from lib.review import read
from lib.review.checks import TAIL, Check, Seen, checks
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.words import _, integer, name, quarter_name

_LAST = 2  # the place of a quarter's last month


@dataclass(frozen=True)
class Late:
    """What came for a closed quarter after its figures were made: rows by kind, and whether the quarter before it
    was corrected since."""

    quarter: str
    version: int
    rows: dict[str, int] = field(default_factory=dict)
    moved_before: bool = False

    @property
    def total(self) -> int:
        """Rows of all kinds."""
        return sum(self.rows.values())

    def sentences(self) -> list[str]:
        """What waits for a correction, for a person; nothing where nothing does."""
        said = []
        if self.total:
            parts = _("、").join(f"{name('late_row', kind)} {integer(n)}" for kind, n in self.rows.items() if n)
            told = _("{quarter}关账后又记录了 {n} 条属于该季度的数据（{parts}），等待更正。")
            told = told.format(quarter=quarter_name(self.quarter), n=integer(self.total), parts=parts)
            said.append(told)
        if self.moved_before:
            said.append(_("上一季度已更正，本季度仍以更正前的期初计算。"))
        return said


def look(quarter: Quarter) -> tuple[Seen, list[Check]]:
    """What is known of a quarter now, and how it stands to every check."""
    book = rulebook()
    with bulk("close", write=False) as session:
        seen = seen_in(session, quarter)
    return seen, checks(seen, book)


def seen_in(session: BulkSession, quarter: Quarter) -> Seen:
    """The same within a transaction."""
    book, run = rulebook(), published(session, quarter)
    tail = int(book.value(TAIL, quarter.end))
    first, last = session.execute(read.calendar_days()).one()
    return Seen(
        quarter=quarter, today=today(), cutoff=date.fromisoformat(run.cutoff) if run else None,
        current=run is not None and _is_current(session, run, quarter),
        earlier_open=session.scalars(read.earlier_open(quarter)).all(),
        rule_changes=sum(_since(after) <= quarter.end for after in session.scalars(read.rule_changes())),
        calendar_years=range(first.year, last.year + 1) if first else (),
        refused_imports=session.scalar(read.refused_imports(quarter)) or 0,
        open_cases=session.scalar(read.open_cases(quarter)) or 0,
        tail_days=tail, booked=_booked(session, quarter, tail), missing_months=_missing(session, quarter),
        unreviewed=session.scalar(read.unreviewed(quarter)) or 0, unowned=session.scalar(read.unowned()) or 0,
    )  # fmt: skip


def late(quarter: Quarter) -> Late | None:
    """What waits for a correction of a closed quarter; None while it is not closed."""
    with bulk("close", write=False) as session:
        run = published(session, quarter)
        if run is None or run.state != "closed":
            return None
        counted = {kind: session.scalar(q) or 0 for kind, q in read.late(quarter, run.started_at).items()}
        before = published(session, quarter.shift(-1))
        moved = before is not None and before.corrects is not None and _past(run).get(before.quarter) != before.version
        return Late(run.quarter, run.version, {kind: n for kind, n in counted.items() if n}, moved)


def _past(run: m.QuarterRun) -> dict[str, int]:
    """The versions of earlier quarters it was computed from."""
    inputs: Any = run.inputs or {}
    return dict(inputs.get("past", ()))


def _is_current(session: BulkSession, run: m.QuarterRun, quarter: Quarter) -> bool:
    if run.state == "closed":
        return True
    digest = digest_of(rulebook(), min(quarter.end, today()))
    before = published(session, quarter.shift(-1))
    data = data_version(session) + (before.version if before else 0)
    return (run.rules_digest, run.data_version) == (digest, data)


def _since(after: dict[str, Any]) -> date:
    return date.fromisoformat(after["since"])


def _booked(session: BulkSession, quarter: Quarter, tail: int) -> bool | None:
    days = date.fromordinal(quarter.end.toordinal() - tail + 1), quarter.end
    if session.scalar(read.booked(*days)):
        return True
    return False if session.scalar(read.booked()) else None


def _missing(session: BulkSession, quarter: Quarter) -> list[date]:
    """Months without a balance from a core system that gives them: the last, on which AUM stands, and each whose
    like it gave in the quarter before."""
    if not session.scalar(read.given_balance()):
        return []

    def given(of: Quarter, place: int) -> bool:
        return bool(session.scalar(read.given_balance(_month(of, place))))

    return [
        _month(quarter, place)
        for place in range(3)
        if not given(quarter, place) and (place == _LAST or given(quarter.shift(-1), place))
    ]


def _month(quarter: Quarter, place: int) -> date:
    return quarter.start.replace(month=quarter.start.month + place)

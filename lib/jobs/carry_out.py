"""Carries out what was agreed on for the whole bank: a year of the calendar, another tree of causes, a changed rule.

Reference tables are written in a transaction of their own; the request is marked last. A killed run is continued by
the next: what stands already is not written again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from lib.jobs.clocks import set_clocks
from lib.jobs.rule_entry import add_entry
from lib.rulebook import CalendarDay as Day
from lib.settings import business_now
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.session import Refused
from lib.words import _, day, integer, translate
from lib.work import calendar_year, cause_tree, rule_change
from lib.work.moves import ENDED
from lib.work.proposals import KINDS, agreed
from lib.work.requests import stages

Tell = Callable[[str], None]
_JOB = "carry out"


@dataclass(frozen=True)
class CarriedOut:
    """What carrying out did: rows written (0 where they stood already), open cases judged anew, due moments moved.

    Of a changed rule: what it is called and from which day the entry applies.
    """

    request_id: int
    kind: str
    rows: int
    clocks: int = 0
    changed: int = 0
    title: str = ""
    since: date | None = None

    def sentence(self) -> str:
        """What was done, for a person."""
        if self.kind == cause_tree.KIND:
            return _("新的根因树自今日起生效。")
        if self.kind == rule_change.KIND:
            said = _("“{title}”自 {day} 起按新条目执行，此前的日子仍按原条目；下次重算时采用。")
            return said.format(title=translate(self.title), day=day(self.since))
        said = _("日历已写入 {rows} 天；重算未办结事项 {clocks} 件，其中 {changed} 件的时限或推定标记有变。")
        return said.format(rows=integer(self.rows), clocks=integer(self.clocks), changed=integer(self.changed))


def carry_out(request_id: int, tell: Tell = lambda said: None) -> CarriedOut | None:
    """Put an agreed change of calendar, causes or a rule into effect; None where that was done already.

    Raises Refused unless as many others as the rule approval.stages wants agreed to it.
    """
    request, by = _accepted(request_id)
    if request.carried_out_at is not None:
        return None
    if request.kind == calendar_year.KIND:
        done = _calendar(request, tell)
    else:
        entry = add_entry(request)
        done = CarriedOut(request.id, request.kind, entry.rows, title=entry.title, since=entry.since)
    _mark(request, by, done)
    return done


def carry_out_all(tell: Tell = lambda said: None) -> list[CarriedOut]:
    """Whatever was agreed on and is not in effect yet, in the order of the consents; one that may not be is told."""
    with bulk(_JOB, write=False) as session:
        waiting = [request.id for request in session.scalars(agreed())]
    found = []
    for request_id in waiting:
        try:
            found.append(carry_out(request_id, tell))
        except Refused as refused:
            tell(str(refused))
    return [done for done in found if done is not None]


def _accepted(request_id: int) -> tuple[m.ChangeRequest, int]:
    """The request and who agreed to it last."""
    with bulk(_JOB, write=False) as session:
        request = session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.id == request_id)).one_or_none()
        step = m.ChangeStep
        consents = select(step.staff_id).where(step.request_id == request_id, step.act == "agreed")
        by = [one for one in session.scalars(consents.order_by(step.at, step.id))]
    if request is None or request.kind not in KINDS or request.state != "accepted":
        raise Refused(_("只执行已经批准的日历与口径修改。"))
    others = set(by) - {request.requested_by}
    if len(others) < len(stages(request.kind, book.rulebook())):
        raise Refused(_("只执行已经批准的日历与口径修改。"))
    return request, by[-1]


def _calendar(request: m.ChangeRequest, tell: Tell) -> CarriedOut:
    days = calendar_year.from_data(request.after["days"])
    try:
        rows = _write_year(days)
    except IntegrityError:  # another run wrote it at the same moment: then nothing is left to write
        rows = _write_year(days)
    book.look_again()
    before = _due_moments()
    clocks = set_clocks(tell, again=True)
    after = _due_moments()
    return CarriedOut(request.id, request.kind, rows, clocks, sum(after[one] != before.get(one) for one in after))


def _write_year(days: tuple[Day, ...]) -> int:
    """Make these the days of their year, as its next edition; how many rows, 0 where they stand already."""
    table, year = m.CalendarDay, days[0].day.year
    within = table.day.between(date(year, 1, 1), date(year, 12, 31))
    with bulk("calendar year") as session:
        stands = [Day(*row) for row in session.execute(select(table.day, table.kind, table.name).where(within))]
        if sorted(stands) == sorted(days):
            return 0
        last = session.scalar(select(func.max(table.year_version))) or 0
        session.rows(delete(table).where(within))
        # The calendar is known by its number of days and its latest edition: a correction must move the edition.
        edition = last + 1 if stands else 1
        rows = [{"day": row.day, "kind": row.kind, "name": row.name, "year_version": edition} for row in days]
        return session.insert(table, rows)


def _due_moments() -> dict[int, int]:
    """A digest of the stored due moments of each open case, to count those that move."""
    case = m.Case
    query = select(case.id, case.promise_due_at, case.legal_due_at, case.clocks_provisional)
    with bulk(_JOB, write=False) as session:
        return {row.id: hash(row[1:]) for row in session.execute(query.where(case.state.not_in(ENDED)))}


def _mark(request: m.ChangeRequest, by: int, done: CarriedOut) -> None:
    """Say that it is in effect, and what that did, in the name of who agreed last."""
    at: datetime = business_now()
    row = m.ChangeRequest
    this = (row.customer_id == request.customer_id, row.id == request.id, row.carried_out_at.is_(None))
    with bulk(_JOB) as session:
        changed = session.rows(update(row).where(*this).values(carried_out_at=at, version=row.version + 1))
        if not changed:
            return
        session.insert(m.ChangeStep, [{
            "customer_id": request.customer_id, "id": new_id(), "request_id": request.id, "at": at, "staff_id": by,
            "requested_by": request.requested_by, "agreed_by": None, "act": "carried", "text": done.sentence(),
        }])  # fmt: skip
        session.note("change_request", changed)
        session.note("case due moments", done.changed)

"""What happened while a figure moved: its rules changed, complaints surged, somebody took action against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select

from lib.complaints.rates import adjusted, more
from lib.kpi.table import KpiRow
from lib.rulebook import Kpi, Rulebook
from lib.settings import bank_day, day_end, day_start
from lib.store import models as m
from lib.store.quarter import Quarter
from lib.words import _, day, integer, number, quarter_name, translate

KINDS = ("rule", "surge", "action")
RECEIVED = "complaints_received"
#: the rules a measure is counted by, besides the definition and the target of the KPI itself
RULES_OF: dict[str, tuple[str, ...]] = {
    "cohort_active": ("activity.initiated_kinds",),
    "active_customers": ("activity.initiated_kinds",),
    "active_categories": ("activity.initiated_kinds",),
    "lost_customers": ("churn.lost", "activity.initiated_kinds"),
    "verified_in_cycle": ("refresh.months",),
    "value_opening_fen": ("value.contribution_bp",),
    "value_closing_fen": ("value.contribution_bp",),
    "upgraded": ("tier.personal", "tier.corporate", "tier.watch_quarters"),
    "downgraded": ("tier.personal", "tier.corporate", "tier.watch_quarters"),
    "on_watch": ("tier.personal", "tier.corporate", "tier.watch_quarters"),
    "churn_flagged": ("churn.score",),
    "churn_at_risk_fen": ("churn.score",),
    "covered": ("visit.interval_days",),
    "visits_due": ("visit.interval_days", "visit.corporate_meeting_months"),
    "care_due": ("care.birthday", "care.festival", "care.events", "care.special", "care.maturity_days"),
    "survey_satisfied": ("survey.satisfied",),
    "nps_promoters": ("survey.recommend",),
    "complaints_repeated": ("complaint.repeat_days",),
    "resolved_first_time": ("complaint.first_time_days",),
    "replies_due": ("complaint.promise.personal", "complaint.promise.corporate", "complaint.promise.corporate_complex"),
    "terms_due": ("complaint.legal_term", "complaint.legal_counting"),
}


@dataclass(frozen=True)
class Note:
    """One thing to mark on a trail: in which quarter, on which day (surge: none), what it is called, and its key.

    `what`: target | definition | rule of a rule; given | done | dropped of an action; "" of a surge, which tells its
    `count` and how many were `expected`.
    """

    quarter: str
    kind: str
    what: str
    title: str
    key: str = ""
    on: date | None = None
    count: int = 0
    expected: float = 0.0


def rule_notes(book: Rulebook, kpi: Kpi, first: Quarter, last: Quarter) -> list[Note]:
    """Entries that came into force within these quarters: of the definition, the target, and what it is counted by."""
    of = [("kpi", kpi.key, "definition"), ("rule", f"target.{kpi.key}", "target")]
    of += [("rule", key, "rule") for measure in kpi.measures for key in RULES_OF.get(measure, ())]
    return [
        Note(str(Quarter.of(entry.valid_from)), "rule", what, entry.title, ident, entry.valid_from)
        for kind, key, what in dict.fromkeys(of)
        for ident in (f"kpi:{key}" if kind == "kpi" else key,)
        for entry in book.history(kind, key)
        if entry.valid_from is not None and first.start <= entry.valid_from <= last.end
    ]


def surge_notes(kpi: Kpi, rows: Mapping[str, KpiRow], quarters: Sequence[str], rule: Mapping[str, float]) -> list[Note]:
    """Quarters in which more complaints came in than chance explains, against the quarters just before them.

    rule kpi.surge: `quarters` to compare with, the `level` that q must reach, the count it takes `at_least`. Only of a
    KPI that counts what was received, only quarters that are over, and only beside a full set of quarters before.
    """
    if RECEIVED not in kpi.measures:
        return []
    compared = list(_compared(kpi, rows, quarters, int(rule["quarters"])))
    ps = [more(count, sum(before), 1 / (len(before) + 1)) for _quarter, count, before in compared]
    return [
        Note(quarter, "surge", "", "", count=count, expected=sum(before) / len(before))
        for (quarter, count, before), q in zip(compared, adjusted(ps), strict=True)
        if q <= rule["level"] and count >= rule["at_least"]
    ]


def _compared(
    kpi: Kpi, rows: Mapping[str, KpiRow], quarters: Sequence[str], window: int
) -> Iterator[tuple[str, int, list[int]]]:
    for i in range(window, len(quarters)):
        row = rows.get(quarters[i])
        before = [_received(kpi, rows[one]) for one in quarters[i - window : i] if one in rows]
        if row is not None and not row.running and len(before) == window:
            yield quarters[i], _received(kpi, row), before


def _received(kpi: Kpi, row: KpiRow) -> int:
    return row.numerator if kpi.numerator == RECEIVED else row.denominator or 0


def actions(kpi_key: str, first: Quarter, last: Quarter, branch_id: int | None = None) -> Select[m.Action]:
    """Improvement actions for a KPI, in scope, given or ended within these quarters; of one branch and the bank's."""
    action = m.Action
    query = select(action).where(
        action.kpi_key == kpi_key,
        action.created_at < day_end(last.end),
        or_(action.created_at >= day_start(first.start), action.ended_on >= first.start),
    )
    if branch_id is not None:
        query = query.where(or_(action.branch_id == branch_id, action.branch_id.is_(None)))
    return query.order_by(action.created_at, action.id)


def action_notes(found: Sequence[m.Action], first: Quarter, last: Quarter) -> list[Note]:
    """When actions were given, and when they were done or dropped, within these quarters."""
    notes = []
    for one in found:
        moments = [("given", bank_day(one.created_at)), (one.state, one.ended_on)]
        notes += [
            Note(str(Quarter.of(on)), "action" if one.quarter is None else "decision", what, one.title, str(one.id), on)
            for what, on in moments
            if on is not None and first.start <= on <= last.end
        ]
    return notes


def in_order(notes: Sequence[Note]) -> list[Note]:
    """By quarter and day, a surge (of the whole quarter) first."""
    return sorted(notes, key=lambda one: (one.quarter, one.on or Quarter.parse(one.quarter).start, one.kind, one.key))


def said_of(note: Note) -> str:
    """A mark in words."""
    quarter, title = quarter_name(note.quarter), translate(note.title)
    if note.kind == "surge":
        return _("{quarter} 投诉激增：{n} 件，此前各季平均 {mean} 件").format(
            quarter=quarter, n=integer(note.count), mean=number(note.expected, 1))  # fmt: skip
    form = {
        "definition": _("{day} 指标口径调整：{title}"), "target": _("{day} 目标调整：{title}"),
        "rule": _("{day} 规则调整：{title}"), "given": _("{day} 下达改进措施：{title}"),
        "done": _("{day} 改进措施完成：{title}"), "dropped": _("{day} 改进措施放弃：{title}"),
    }[note.what]  # fmt: skip
    return form.format(day=day(note.on), title=title)

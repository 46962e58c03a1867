"""Actions followed over the quarters: their KPI before and after in their place, and what else changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lib.kpi import KpiRow, kpi_table, published
from lib.kpi.annotations import Note, action_notes, in_order, rule_notes, said_of, surge_notes
from lib.kpi.wording import grain
from lib.review.decisions import expected_of
from lib.review.effect import Outcome, Point, Span, judge, span
from lib.rulebook import Kpi, Rulebook
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.quarter import Quarter, quarters_between
from lib.store.session import StoreSession
from lib.words import _, integer, quarter_name

COMPLAINTS = "complaints_received"
EFFECT = "review.effect_quarters"
#: so many quarters back a figure is looked up at most, and so many caveats of a kind are told
_BACK, _TOLD = 12, 3


@dataclass(frozen=True)
class Track:
    """One action followed: its KPI (none where it is no more), what came of it, the figure of the quarter looked at,
    what else changed, and whether the figures are those of the reader's part only."""

    action: m.Action
    kpi: Kpi | None
    outcome: Outcome
    now: Point | None
    meanwhile: tuple[str, ...]
    here: bool = False


@dataclass(frozen=True)
class _Field:
    """What every action is judged by; `rows`: (KPI, group) → quarter → figure."""

    book: Rulebook
    kpis: Mapping[str, Kpi]
    rows: Mapping[tuple[str, str], Mapping[str, KpiRow]]
    others: Sequence[m.Action]
    runs: Mapping[str, m.QuarterRun]
    seen: Quarter
    facts: str
    currency: str


def followed_for(book: Rulebook) -> int:
    """Over so many whole quarters after its end an action is followed."""
    return int(book.value(EFFECT, today()))


def tracks(
    session: StoreSession, actions: Sequence[m.Action], seen: Quarter, versions: Mapping[str, int] | None = None
) -> list[Track]:
    """Each action as the review of a quarter sees it; three reads for any number of them."""
    book = rulebook()
    most = followed_for(book)
    spans = [span(one, seen, most) for one in actions]
    field = _field(session, actions, spans, seen, book, versions)
    return [_track(field, one, spanned) for one, spanned in zip(actions, spans, strict=True)]


def _field(
    session: StoreSession, actions: Sequence[m.Action], spans: Sequence[Span], seen: Quarter, book: Rulebook,
    versions: Mapping[str, int] | None,
) -> _Field:  # fmt: skip
    kpis = {kpi.key: kpi for kpi in book.kpis(today())}
    keys = sorted({one.kpi_key for one in actions if one.kpi_key in kpis} | ({COMPLAINTS} & kpis.keys()))
    window = int(book.value("kpi.surge", today())["quarters"])
    first = max(min([one.before for one in spans], default=seen), seen.shift(-_BACK))
    asked = quarters_between(first.shift(-window), seen)
    rows: dict[tuple[str, str], dict[str, KpiRow]] = {}
    for by in ("bank", "branch"):
        for row in kpi_table(session, book, keys, asked, by=by, versions=versions) if actions else ():
            rows.setdefault((row.key, str(row.group)), {})[row.quarter] = row
    same = select(m.Action).where(m.Action.kpi_key.in_(keys)).order_by(m.Action.created_at, m.Action.id)
    others = session.scalars(same).all() if actions else ()
    currency = session.scalars(select(m.Bank.base_currency)).one_or_none() or "CNY"
    runs = published(session, asked, versions)
    return _Field(book, kpis, rows, others, runs, seen, session.scope.facts, currency)


def _track(field: _Field, action: m.Action, spanned: Span) -> Track:
    kpi = field.kpis.get(action.kpi_key or "")
    expected = expected_of(action)
    if kpi is None:
        return Track(action, None, Outcome("unknown", None, None, expected), None, ())
    group = str(action.branch_id or "") if field.facts == "bank" else ""
    rows = field.rows.get((kpi.key, group), {})
    points = {quarter: _point(row) for quarter, row in rows.items()}
    peak = max((abs(one.value) for one in points.values() if one.value is not None), default=0)
    step = float(grain(kpi, round(peak), field.currency).step) / 2  # less than is shown is no change
    outcome = judge(spanned, points, kpi.good, expected, step)
    told = tuple(_meanwhile(field, action, kpi, spanned, group))
    here = field.facts != "bank" and action.branch_id is None
    return Track(action, kpi, outcome, points.get(str(field.seen)), told, here)


def _point(row: KpiRow) -> Point:
    return Point(row.quarter, None if row.value is None else float(row.value), row.small, row.running)


def _meanwhile(field: _Field, action: m.Action, kpi: Kpi, spanned: Span, group: str) -> Iterator[str]:
    """What else changed between the two quarters compared, as sentences; none of it is said to be the reason."""
    first, last = spanned.before.shift(1), (spanned.after or (field.seen,))[-1]
    if last < first:
        return
    notes = rule_notes(field.book, kpi, first, last) + _surges(field, group, first, last)
    yield from _some([said_of(one) for one in in_order(notes)])
    others = [one for one in field.others if one.id != action.id and one.kpi_key == kpi.key
              and (action.branch_id is None or one.branch_id in (None, action.branch_id))]  # fmt: skip
    yield from _some([said_of(one) for one in in_order(action_notes(others, first, last))])
    for quarter in quarters_between(spanned.before, last):
        run = field.runs.get(str(quarter))
        if run is not None and run.version > 1:
            said = _("{quarter}的数字更正过，现为第 {n} 版")
            yield said.format(quarter=quarter_name(str(quarter)), n=integer(run.version))


def _surges(field: _Field, group: str, first: Quarter, last: Quarter) -> list[Note]:
    kpi = field.kpis.get(COMPLAINTS)
    rows = field.rows.get((COMPLAINTS, group), {})
    if kpi is None or not rows:
        return []
    trail = sorted(rows)
    rule: Any = field.book.value("kpi.surge", last.end)
    return [one for one in surge_notes(kpi, rows, trail, rule) if str(first) <= one.quarter <= str(last)]


def _some(told: Sequence[str]) -> Iterator[str]:
    """The first of many, and how many more there are."""
    yield from told[:_TOLD]
    if len(told) > _TOLD:
        yield _("同类变化另有 {n} 项").format(n=integer(len(told) - _TOLD))

"""KPIs as lines of a table and as sentences: figure, target, change on last quarter and last year, since when."""

from __future__ import annotations

from collections.abc import Sequence

from lib.kpi.findings import distance, sentence
from lib.kpi.table import KpiRow
from lib.kpi.wording import change, counted, shown, target_text
from lib.meeting.contributions import chart as contributions
from lib.meeting.contributions import table as parts_table
from lib.meeting.contributions import title_of
from lib.meeting.ground import DRAWN, Ground, Story
from lib.meeting.parting import dimensions, parted
from lib.meeting.parts import Chart, Column, Row, Series, Table
from lib.rulebook import Kpi
from lib.words import _, quarter_name, translate

_KINDS = {"percent": ("share", 1), "money": ("money", 0), "count": ("integer", 0), "ratio": ("number", 2),
          "score": ("number", 1), "minutes": ("integer", 0), "hours": ("number", 1)}  # fmt: skip


def column_of(kpi: Kpi) -> Column:
    """How the numbers of a KPI are told in a chart."""
    kind, digits = _KINDS[kpi.unit]
    unit = {"minutes": _("分钟"), "hours": _("小时")}.get(kpi.unit, "")
    return Column(translate(kpi.title), kind, digits, unit)


def said(ground: Ground, story: Story, *, by: str = "") -> str:
    """One KPI as a sentence: `客户流失率 2.1%，较上季 +0.4 个百分点；目标 ≤ 1.5%，未达标；其中城北支行 …`."""
    now = story.now
    assert now is not None
    taken = parted(ground, story.kpi.key, by) if by else None
    if taken is not None:
        return sentence(taken.headline, taken.where, distance(story.kpi, now, ground.currency), small(now))
    head = f"{translate(story.kpi.title)} {shown(now, story.kpi, ground.currency)}"
    moved, _better = change(now, story.earlier(1), story.kpi)
    head += _("，较上季 {change}").format(change=moved) if moved else ""
    return sentence(head, distance(story.kpi, now, ground.currency), small(now))


def small(row: KpiRow) -> str:
    """That too few cases stand behind a figure to lean on it."""
    return _("样本不足") if row.small else ""


def table(ground: Ground, stories: Sequence[Story], key: str, title: str) -> Table:
    """One line a KPI; empty rows leave out nothing: what was not counted is not a line."""
    columns = (
        Column(_("指标")), Column(_("本季")), Column(_("目标")), Column(_("上季")), Column(_("较上季")),
        Column(_("去年同季")), Column(_("同比")), Column(_("连续未达标（季）"), "integer"), Column(_("样本")),
    )  # fmt: skip
    return Table(key, title, columns, tuple(_row(ground, story) for story in stories))


def _row(ground: Ground, story: Story) -> Row:
    now, kpi, currency = story.now, story.kpi, ground.currency
    assert now is not None
    moved = change(now, story.earlier(1), kpi)[0]
    run = story.misses.current
    cells = (
        translate(kpi.title), shown(now, kpi, currency), target_text(kpi, now.target, currency) or None,
        _shown(ground, story, 1), moved or None, _shown(ground, story, 4),
        change(now, story.earlier(4), kpi)[0] or None,
        run.length if run else None, _("；").join(part for part in (counted(now, kpi), small(now)) if part) or None,
    )  # fmt: skip
    return Row(cells, state_of(now), ground.way("kpis", kpi=kpi.key))


def _shown(ground: Ground, story: Story, back: int) -> str | None:
    row = story.earlier(back)
    return None if row is None or row.value is None else shown(row, story.kpi, ground.currency)


def state_of(row: KpiRow) -> str:
    """good, bad, grey for too few cases, or nothing without a target."""
    if row.small:
        return "grey"
    return {True: "good", False: "bad", None: ""}[row.on_target]


def trail(ground: Ground, story: Story, key: str, title: str = "") -> Chart:
    """One KPI over the last quarters with its target; the title is its finding."""
    quarters = story.trail[-DRAWN:]
    first = next((place for place, one in enumerate(quarters) if one in story.rows), 0)
    values = tuple(story.rows[one].value if one in story.rows else None for one in quarters[first:])
    now = story.now
    series = (Series(translate(story.kpi.title), values),)
    names = tuple(quarter_name(one) for one in quarters[first:])
    return Chart(key, "lines", title or said(ground, story), names, series, column_of(story.kpi),
                 now.target if now else None)  # fmt: skip


def where(ground: Ground, key: str, prefix: str) -> tuple[list[Chart], list[Table]]:
    """From where a KPI's change comes, by every dimension it can be told by: a chart of the first, one table."""
    found = [one for by in dimensions(ground) if (one := parted(ground, key, by)) is not None]
    if not found:
        return [], []
    charts = [contributions(found[0], f"{prefix}-{key}")] if len(found[0].names) > 1 else []
    return charts, [parts_table(found, f"{prefix}-{key}-parts", title_of(found[0].kpi))]

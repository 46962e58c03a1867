"""记分卡: every KPI against its target, last quarter and last year, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from lib.kpi.wording import change
from lib.meeting.ground import DRAWN, Ground, Story
from lib.meeting.lines import said, table
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.words import _, integer, name, quarter_name

#: how many of the worst are told in sentences
WORST = 3


def section(ground: Ground) -> Section:
    """The scorecard of the quarter."""
    aimed = sorted((one for one in ground.stories.values() if _judged(one)), key=badness)
    free = [one for one in ground.stories.values() if not _judged(one)]
    tables = [table(ground, aimed, "scorecard-targets", _("有目标的指标（最差的在前）"))] if aimed else []
    tables += [_count(aimed)] if aimed else []
    tables += [table(ground, free, "scorecard-free", _("没有目标的指标"))] if free else []
    charts = (_chart(aimed),) if len(_counted(aimed)) > 1 else ()
    return Section("scorecard", _("记分卡"), tuple(_findings(ground, aimed)), charts, tuple(tables))


def badness(story: Story) -> tuple[int, float, str]:
    """Order: missed with enough cases, missed with few, met; within, by the distance as a part of the target."""
    now = story.now
    assert now is not None and now.value is not None and now.target is not None
    away = float(now.value) - now.target
    wrong = -away if story.kpi.good == "up" else away
    missed = now.on_target is False
    return (0 if missed and not now.small else 1 if missed else 2, -wrong / (abs(now.target) or 1), story.kpi.key)


def missed(ground: Ground) -> list[Story]:
    """The KPIs off target, the worst first."""
    found = [one for one in ground.stories.values() if one.now is not None and one.now.on_target is False]
    return sorted(found, key=badness)


def _judged(story: Story) -> bool:
    return story.now is not None and story.now.on_target is not None


def _findings(ground: Ground, aimed: Sequence[Story]) -> list[str]:
    if not aimed:
        return []
    counts = _counted(aimed)
    met, off, _quarter = counts[-1]
    head = _("{all} 项有目标的指标中，达标 {met} 项，未达标 {off} 项").format(
        all=integer(met + off), met=integer(met), off=integer(off))  # fmt: skip
    if len(counts) > 1:
        head += _("（上季达标 {met} 项，未达标 {off} 项）").format(
            met=integer(counts[-2][0]), off=integer(counts[-2][1])
        )
    better, worse = _moved(aimed, 1)
    year = _moved(aimed, 4)
    found = [head, _("较上季：{better} 项变好，{worse} 项变差。").format(better=integer(better), worse=integer(worse))]
    if any(year):
        found.append(_("较去年同季：{better} 项变好，{worse} 项变差。").format(
            better=integer(year[0]), worse=integer(year[1])))  # fmt: skip
    worst = [one for one in aimed if one.now and one.now.on_target is False][:WORST]
    return found + [said(ground, one) for one in worst]


def _moved(aimed: Sequence[Story], back: int) -> tuple[int, int]:
    ways = [change(one.now, one.earlier(back), one.kpi)[1] for one in aimed]
    return ways.count(True), ways.count(False)


def _counted(aimed: Sequence[Story]) -> list[tuple[int, int, str]]:
    """Quarter by quarter, oldest first: how many of these met their target, how many missed it."""
    found = []
    for quarter in aimed[0].trail[-DRAWN:] if aimed else ():
        of = [one.rows[quarter].on_target for one in aimed if quarter in one.rows]
        if of.count(True) + of.count(False):
            found.append((of.count(True), of.count(False), quarter))
    return found


def _chart(aimed: Sequence[Story]) -> Chart:
    counts = _counted(aimed)
    title = _("未达标 {off} 项，上季 {before} 项").format(off=integer(counts[-1][1]), before=integer(counts[-2][1]))
    series = (Series(_("达标"), tuple(one[0] for one in counts)), Series(_("未达标"), tuple(one[1] for one in counts)))
    return Chart("scorecard-trail", "stack", title, tuple(quarter_name(one[2]) for one in counts), series,
                 Column(_("指标数"), "integer"))  # fmt: skip


def _count(aimed: Sequence[Story]) -> Table:
    """The counts the sentences tell, by group of KPIs; the last line is all of them."""
    rows = []
    groups = sorted({one.kpi.group for one in aimed})
    for group in groups:
        rows.append(_count_row(name("kpi_group", group), [one for one in aimed if one.kpi.group == group]))
    return Table("scorecard-count", _("达标情况"), (
        Column(_("类别")), Column(_("有目标"), "integer"), Column(_("达标"), "integer"), Column(_("未达标"), "integer"),
        Column(_("较上季变好"), "integer"), Column(_("较上季变差"), "integer"),
        Column(_("较去年同季变好"), "integer"), Column(_("较去年同季变差"), "integer"),
    ), (*rows, _count_row(_("合计"), aimed)))  # fmt: skip


def _count_row(called: str, of: Sequence[Story]) -> Row:
    met = sum(1 for one in of if one.now and one.now.on_target)
    return Row((called, len(of), met, len(of) - met, *_moved(of, 1), *_moved(of, 4)))

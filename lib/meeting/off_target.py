"""未达标指标: for each where it went wrong, by rate or by mix, since when, and the way to who is behind it."""

from __future__ import annotations

from lib.kpi.findings import distance, longest, sentence, since
from lib.kpi.wording import change, shown, target_text
from lib.meeting.ground import Ground, Story
from lib.meeting.lines import said, small, state_of, where
from lib.meeting.parting import parted
from lib.meeting.parts import Chart, Column, Row, Section, Table
from lib.meeting.scorecard import missed
from lib.words import _, integer, quarter_name, translate

PREFIX = "off"
#: quarters in a row from which a miss is a long one
LONG = 4


def section(ground: Ground) -> Section:
    """Every KPI that misses its target, the worst first."""
    found, title = missed(ground), _("未达标指标")
    if not found:
        judged = any(one.now is not None and one.now.on_target for one in ground.stories.values())
        met = [one for one in ground.stories.values() if one.now is not None and one.now.on_target]
        if not judged:
            return Section("off_target", title)
        head = _("{n} 项有目标的指标全部达标。").format(n=integer(len(met)))
        count = Table("off-met", _("达标的指标"), (Column(_("指标")), Column(_("项数"), "integer")),
                      (Row((_("达标"), len(met))),))  # fmt: skip
        return Section("off_target", title, (head,), (), (count,))
    charts: list[Chart] = []
    tables = [_overview(ground, found)]
    for story in found:
        more = where(ground, story.kpi.key, PREFIX)
        charts += more[0]
        tables += more[1] or _by_group(ground, story)
    said_ = (_head(found), *(_said(ground, story) for story in found))
    return Section("off_target", title, said_, tuple(charts), tuple(tables))


def _head(found: list[Story]) -> str:
    """How many miss their target, and how many have for long."""
    runs = [one.misses.current.length for one in found if one.misses.current]
    long = sum(1 for length in runs if length >= LONG)
    head = _("{n} 项指标未达标").format(n=integer(len(found)))
    return head + (
        _("，其中 {long} 项已连续 {quarters} 季以上").format(long=integer(long), quarters=LONG) if long else ""
    )


def _said(ground: Ground, story: Story) -> str:
    """One KPI in one sentence: how far, where, by what, since when."""
    now, one = story.now, parted(ground, story.kpi.key, ground.below)
    assert now is not None
    if one is None:
        return sentence(said(ground, story), since(story.misses), longest(story.misses))
    return sentence(
        one.headline, one.where, one.against, one.why, distance(story.kpi, now, ground.currency), one.short,
        since(story.misses), longest(story.misses), small(now),
    )  # fmt: skip


def _overview(ground: Ground, found: list[Story]) -> Table:
    columns = (
        Column(_("指标")), Column(_("本季")), Column(_("目标")), Column(_("自")),
        Column(_("连续未达标（季）"), "integer"), Column(_("最长连续（季）"), "integer"), Column(_("较上季")),
        Column(_("各组自身的变化")), Column(_("构成的变化")), Column(_("与目标相差")),
    )  # fmt: skip
    return Table("off-overview", _("一览（最差的在前）"), columns,
                 tuple(_line(ground, story) for story in found), _head(found))  # fmt: skip


def _line(ground: Ground, story: Story) -> Row:
    now, kpi = story.now, story.kpi
    assert now is not None
    one = parted(ground, kpi.key, ground.below)
    run, long = story.misses.current, story.misses.longest
    away = one.grain.text(one.gap.in_steps(one.grain.step)[0]) if one and one.gap else None
    plain = change(now, story.earlier(1), kpi)[0] or None
    steps = (one.shown.change, one.shown.rate, one.shown.mix) if one else ()
    moved, rate, mix = (one.grain.text(step) for step in steps) if one else (plain, None, None)
    cells = (
        translate(kpi.title), shown(now, kpi, ground.currency), target_text(kpi, now.target, ground.currency),
        quarter_name(run.first) if run else None, run.length if run else None, long.length if long else None,
        moved, rate, mix, away,
    )  # fmt: skip
    return Row(cells, state_of(now), ground.way("kpis", kpi=kpi.key, view="why"))


def _by_group(ground: Ground, story: Story) -> list[Table]:
    """A KPI whose parts do not add up (a median): each group's own figure, the worst first."""
    if not ground.below or ground.below not in story.kpi.by:
        return []
    kpi, way = story.kpi, 1 if story.kpi.good == "up" else -1
    this, last = str(ground.quarter), str(ground.quarter.shift(-1))
    of = {group: rows for (key, group), rows in ground.groups(ground.below).items() if key == kpi.key}
    there = {group: rows for group, rows in of.items() if this in rows and rows[this].value is not None}
    order = sorted(there, key=lambda group: (way * float(there[group][this].value or 0), str(group)))
    rows = []
    for group in order:
        now, then = there[group][this], there[group].get(last)
        cells = (
            ground.name_of(ground.below, group), shown(then, kpi, ground.currency) if then else None,
            shown(now, kpi, ground.currency), now.n,
        )  # fmt: skip
        code = ground.code_of(ground.below, group)
        at = ground.way("kpis", kpi=kpi.key, **{ground.below: code}) if code else None
        rows.append(Row(cells, state_of(now), at))
    if not rows:
        return []
    columns = (Column(_("分组")), Column(_("上季")), Column(_("本季")), Column(_("样本"), "integer"))
    title = _("{kpi}：各组自己的数字").format(kpi=translate(kpi.title))
    return [Table(f"{PREFIX}-{kpi.key}-groups", title, columns, tuple(rows))]

"""结果: satisfaction, recommendation and response with how sure they are; by dimension, over time, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.kpi import KpiRow
from lib.satisfaction.figures import differ
from lib.satisfaction.rules import DIMENSIONS
from lib.ui import charts, frames, quarters
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import drivers, look, unhappy
from lib.ui.satisfaction.look import Look
from lib.words import NOTHING, _, figure, integer, name, number, percent, quarter_name

_MAIN = ("csat", "nps", "response_rate")
_UNITS = {"csat": "percent", "nps": "score", "response_rate": "percent"}


def draw(page: Page) -> None:
    """The quarter's figures from stored facts, the largest first."""
    found = quarters.runs(page.scope)
    if not found:
        frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示满意度。"))
        return
    seen = look.choose(page, found)
    quarters.say(seen.run)
    with frames.loading():
        rows = seen.rows(_MAIN, trail=True)
        now = {row.key: row for row in rows if row.quarter == str(seen.run.quarter)}
        cards(seen, rows, now)
        if not now:
            frames.empty(_("这个季度在你的范围内没有发出问卷。可在“调查”中新建一次调查。"))
            return
        left, right = st.columns(2, gap="medium")
        with left:
            dimensions(seen)
        with right:
            development(seen, rows)
        drivers.draw(seen)
        groups(seen)


def cards(seen: Look, rows: Sequence[KpiRow], now: dict[str, KpiRow]) -> None:
    """Each figure with its interval, what it rests on, and the way to the people behind."""
    titles = {"csat": _("客户满意度"), "nps": _("净推荐值"), "response_rate": _("问卷回收率")}
    shown = [_card(seen, key, title, rows, now.get(key)) for key, title in titles.items()]
    shown += unhappy.cards(seen.page) if seen.scene.branch_id in (None, seen.page.scope.branch_id) else []
    frames.cards(shown, key="satisfaction-cards")
    st.caption(escaped(_("变化为较上季；绿色、橙色表示超出抽样误差，灰色表示看不出变化。")))


def _card(seen: Look, key: str, title: str, rows: Sequence[KpiRow], row: KpiRow | None) -> Card:
    trail = {one.quarter: one for one in rows if one.key == key}
    values = [trail[q].value if (q := str(run.quarter)) in trail else None for run in seen.trail]
    if row is None or row.value is None:
        return Card(title, NOTHING, spark=values)
    share = _UNITS[key] == "percent"
    said = look.interval_said(look.interval_of(row), share=share)
    target = None if row.target is None else (percent(row.target, 0) if share else number(row.target, 0))
    moved, better = _change(row, trail.get(str(seen.run.quarter.shift(-1))), share=share)
    place = {key: st.query_params[key] for key in ("quarter", "branch") if key in st.query_params}
    note = _("95% 区间 {interval} · n={n}").format(interval=said, n=integer(row.n))
    return Card(
        title, figure(float(row.value), _UNITS[key]), delta=moved, better=better, target=target, spark=values,
        small=row.small, note=note, href=Link("kpis", {"kpi": key, **place}, _("查看名单")),
    )  # fmt: skip


def _change(row: KpiRow, before: KpiRow | None, *, share: bool) -> tuple[str | None, bool | None]:
    """How far it moved since the quarter before; good or bad only where chance would not do as much."""
    if before is None or before.value is None or row.value is None:
        return None, None
    moved = (row.value - before.value) * (100 if share else 1)
    said = (_("{n} 个百分点") if share else "{n}").format(n=f"{moved:+,.1f}")
    now, then = look.interval_of(row), look.interval_of(before)
    sure = now is not None and then is not None and differ(now, then)
    return said, moved > 0 if sure else None


def dimensions(seen: Look) -> None:
    """Satisfied with each dimension, the least first; those of few answers faint."""
    found = {row.key.removeprefix("csat_"): row for row in seen.rows([f"csat_{one}" for one in DIMENSIONS])}
    told = [(one, found[one]) for one in DIMENSIONS if one in found and found[one].value is not None]
    if not told:
        frames.empty(_("这个季度没有按维度回答的答卷。"))
        return
    told.sort(key=lambda pair: float(pair[1].value or 0))
    names = {one: name("survey_dimension", one) for one, _row in told}
    sure = [pair for pair in told if not pair[1].small] or told
    said = _("答卷太少，只供参考：最低的是{dimension}（{share}）") if sure[0][1].small else _(
        "各维度中最低的是{dimension}（{share}）")  # fmt: skip
    title = said.format(dimension=names[sure[0][0]], share=percent(sure[0][1].value))
    charts.bars(title, list(names.values()), [row.value for _one, row in told], key="satisfaction-dimensions",
                unit=charts.Unit("percent"), horizontal=True,
                faint=[names[one] for one, row in told if row.small])  # fmt: skip
    said = _("、").join(_("{dimension} {interval}（n={n}）").format(
        dimension=names[one], interval=look.interval_said(look.interval_of(row)), n=integer(row.n))
        for one, row in told)  # fmt: skip
    st.caption(escaped(_("4–5 分所占的比例。95% 区间：{said}").format(said=said)))


def development(seen: Look, rows: Sequence[KpiRow]) -> None:
    """Satisfaction and the net promoter score over the quarters, one chosen at a time."""
    titles = {"csat": _("客户满意度"), "nps": _("净推荐值"), "response_rate": _("问卷回收率")}
    key = choice(_("历季"), titles, key="line", default="csat", segments=True)
    trail = {row.quarter: row for row in rows if row.key == key and row.value is not None}
    if not trail:
        frames.empty(_("还没有历季数据。"))
        return
    labels = [str(run.quarter) for run in seen.trail]
    values = [trail[one].value if one in trail else None for one in labels]
    last = trail[max(trail)]
    said = _("{quarter}{what} {value}（{interval}）").format(
        quarter=quarter_name(last.quarter), what=titles[key], value=figure(float(last.value or 0), _UNITS[key]),
        interval=look.interval_said(look.interval_of(last), share=_UNITS[key] == "percent"))  # fmt: skip
    charts.lines(said, labels, {titles[key]: values}, key=f"satisfaction-line-{key}", unit=charts.Unit(_UNITS[key]),
                 target=last.target, open_last=seen.run.running)  # fmt: skip


def groups(seen: Look) -> None:
    """Branches (or managers) and tiers side by side; every figure a ratio of sums."""
    titles = {"branch": _("各支行"), "manager": _("各客户经理"), "tier": _("各层级"), "kind": _("个人与企业")}
    if not seen.whole_bank:
        titles.pop("branch")
    if seen.page.scope.facts == "own":
        titles.pop("manager")
    by = choice(_("比较"), titles, key="by", default=next(iter(titles)), segments=True)
    found: dict[Any, dict[str, KpiRow]] = {}
    for row in seen.rows(_MAIN, by):
        found.setdefault(row.group, {})[row.key] = row
    lines = [_line(seen, by, group, rows) for group, rows in found.items() if "csat" in rows]
    lines.sort(key=lambda line: (line["mark"] is not None, line["csat"] if line["csat"] is not None else 9))
    columns = [
        Column("group", titles[by], pinned=True, width=130), Column("csat", _("满意度"), "percent", width=80),
        Column("csat_interval", _("95% 区间"), width=110), Column("nps", _("净推荐值"), "number", width=80),
        Column("nps_interval", _("净推荐值区间"), width=110), Column("answers", _("答卷"), "integer", width=70),
        Column("response", _("回收率"), "percent", width=80), Column("mark", _("说明"), "badge", width=90),
    ]  # fmt: skip
    frames.table(lines, columns, key=f"satisfaction-by-{by}", nothing=_("没有答卷。"))


def _line(seen: Look, by: str, group: Any, rows: dict[str, KpiRow]) -> dict[str, Any]:
    csat, score, response = (rows.get(key) for key in _MAIN)
    known = {"branch": seen.house.branches, "manager": seen.house.staff}.get(by)
    if known is not None:
        title = known[int(group)][1] if int(group) in known else _("未归属")
    else:
        title = name("tier" if by == "tier" else "customer_kind", str(group))
    return {
        "group": title, "csat": csat.value if csat else None,
        "csat_interval": look.interval_said(look.interval_of(csat)) if csat else NOTHING,
        "nps": None if score is None or score.value is None else round(score.value, 1),
        "nps_interval": look.interval_said(look.interval_of(score), share=False) if score else NOTHING,
        "answers": csat.n if csat else 0, "response": response.value if response else None,
        "mark": (_("样本少"), "context") if csat is None or csat.small else None,
    }  # fmt: skip

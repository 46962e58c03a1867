"""等候与办理时间: median and 90th percentile of waiting, serving and handling — never a mean, which hides the tail."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.kpi.waiting import Spell, beyond, spells, spread
from lib.rulebook.kpis import TIMES
from lib.store.quarter import Quarter
from lib.ui import charts, frames, picks, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.quarters import Run
from lib.ui.satisfaction.place import branch_asked, branch_name
from lib.words import _, figure, integer, name, percent

#: bands of minutes a spread is drawn in, up to the last
_BAND, _LAST = 5, 60
_AT_COUNTER = ("waiting", "serving")
_KPIS = {"waiting": "wait", "serving": "serving", "complaint": "complaint_time", "enquiry": "enquiry_time"}


def draw(page: Page) -> None:
    """The quarter and branch, a card a time, and the time chosen: its trail, its spread, branches and businesses."""
    found = quarters.runs(page.scope)
    if not found:
        frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示各项时间。"))
        return
    with st.grid("auto", min_column_width=200, gap="small"):
        run = quarters.choose(found)
        branch = branch_asked(page)
    quarters.say(run)
    trail = quarters.up_to(found, run)
    rows = _spells(page.scope, tuple(str(one.quarter) for one in trail), TIMES, (), branch)
    now = {row.time: row for row in rows if row.quarter == str(run.quarter)}
    if not now:
        frames.empty(_("这个季度没有时间数据。排队机的记录可在命令行按映射样板导入（queue_ticket），再运行 refresh。"))
        return
    _cards(page, now)
    time = choice(_("哪一种时间"), {code: name("time_kind", code) for code in TIMES}, key="time", default=TIMES[0],
                  segments=True)  # fmt: skip
    if time not in now:
        frames.empty(_("这个季度在这里没有“{time}”的记录。").format(time=name("time_kind", time)))
        return
    _trail(page, [row for row in rows if row.time == time], trail, time)
    if time in _AT_COUNTER:
        _spread(page, run, time, branch)
    if page.scope.facts == "bank" and branch is None:
        _branches(page, run, time)
    _businesses(page, run, time, branch)


@cached(of="facts")
def _spells(session: Session, asked: tuple[str, ...], times: tuple[str, ...], by: tuple[str, ...],
            branch_id: int | None) -> list[Spell]:  # fmt: skip
    return spells(session, [Quarter.parse(one) for one in asked], times, by, branch_id)  # type: ignore[arg-type]


@cached(of="facts")
def _bands(session: Session, quarter: str, time: str, branch_id: int | None) -> list[tuple[int, int]]:
    return spread(session, Quarter.parse(quarter), time, _BAND, _LAST, branch_id)  # type: ignore[arg-type]


@cached(of="facts")
def _beyond(session: Session, quarter: str, time: str, limit: int, branch_id: int | None) -> int:
    return beyond(session, Quarter.parse(quarter), time, limit, branch_id)  # type: ignore[arg-type]


def _said(time: str, minutes: float | None) -> str:
    """A time as a person reads it: minutes at the counter, hours of a case."""
    if time in _AT_COUNTER:
        return figure(minutes, "minutes")
    return figure(None if minutes is None else minutes / 60, "hours")


def _target(page: Page, time: str, part: str) -> float | None:
    """The target of the KPI, in its own unit."""
    entry = page.book.target(f"{_KPIS[time]}_{part}", page.today)
    return float(entry.value) if entry is not None else None


def _cards(page: Page, now: dict[str, Spell]) -> None:
    """Each time by its 90th percentile, with the median below."""
    items, few = [], page.book.value("display.small_n", page.today)
    for time, row in ((time, now[time]) for time in TIMES if time in now):
        target = _target(page, time, "p90")
        value = row.tail if time in _AT_COUNTER else row.tail / 60
        unit = "minutes" if time in _AT_COUNTER else "hours"
        items.append(Card(
            name("time_kind", time), _said(time, row.tail), help=_("九成不超过这个时间（90 分位）"),
            note=_("中位数 {median} · n={n}").format(median=_said(time, row.median), n=integer(row.n)),
            target=f"≤ {figure(target, unit)}" if target is not None else None,
            tone="watch" if target is not None and value > target else None, small=row.n < few,
        ))  # fmt: skip
    st.caption(escaped(_("大字为 90 分位：九成不超过的时间。")))
    frames.cards(items, key="wait-cards")


def _trail(page: Page, rows: list[Spell], trail: list[Run], time: str) -> None:
    known = {row.quarter: row for row in rows}
    divisor = 1 if time in _AT_COUNTER else 60
    series = {
        _("90 分位"): [known[str(one.quarter)].tail / divisor if str(one.quarter) in known else None for one in trail],
        _("中位数"): [known[str(one.quarter)].median / divisor if str(one.quarter) in known else None for one in trail],
    }
    last = known[str(trail[-1].quarter)]
    title = _("{time}：一半不超过 {median}，九成不超过 {tail}").format(
        time=name("time_kind", time), median=_said(time, last.median), tail=_said(time, last.tail))  # fmt: skip
    charts.lines(title, [words.quarter_name(str(one.quarter)) for one in trail], series, key=f"wait-trail-{time}",
                 unit=charts.Unit("minutes" if divisor == 1 else "hours"), target=_target(page, time, "p90"),
                 open_last=trail[-1].running)  # fmt: skip


def _spread(page: Page, run: Run, time: str, branch: int | None) -> None:
    """How many took how long; of waiting the share beyond the promise."""
    bands = dict(_bands(page.scope, str(run.quarter), time, branch))
    starts = list(range(0, _LAST + 1, _BAND))
    total = sum(bands.values())
    promised = page.book.value("quality.wait_minutes", run.quarter.end)["waiting"] if time == "waiting" else _LAST
    late = _beyond(page.scope, str(run.quarter), time, promised, branch)
    labels = [_("{first}–{last} 分").format(first=start, last=start + _BAND) if start < _LAST
              else _("超过 {n} 分").format(n=_LAST) for start in starts]  # fmt: skip
    said = _("{n} 笔中 {share} 超过 {minutes} 分钟")
    title = said.format(n=integer(total), share=percent(late / total if total else None), minutes=promised)
    tones = {label: "watch" for label, start in zip(labels, starts, strict=True) if start >= promised}
    charts.bars(title, labels, [bands.get(start, 0) for start in starts], key=f"wait-spread-{time}", tones=tones)
    if time == "waiting":
        st.caption(escaped(_("承诺等候不超过 {n} 分钟；只计被叫到的客户。").format(n=promised)))
        frames.link(Link("kpis", {"kpi": "wait_in_time", "quarter": str(run.quarter)}, _("看“承诺时间内叫号率”")))


def _branches(page: Page, run: Run, time: str) -> None:
    rows = _spells(page.scope, (str(run.quarter),), (time,), ("branch_id",), None)
    house = quarters.house(page.scope)
    lines = [{**_line(row, time), "name": branch_name(page, row.branch_id) if row.branch_id else _("未归属"),
              "code": house.branches.get(row.branch_id, ("", ""))[0]} for row in rows]  # fmt: skip
    lines.sort(key=lambda one: -one["minutes"])
    st.subheader(escaped(_("各支行")), anchor=False)
    chosen = frames.table(lines, _columns(_("支行")), key=f"wait-branches-{time}", select=True, alt=_("各支行的时间"))
    if chosen is not None and lines[chosen]["code"] and picks.picked("wait-branches", lines[chosen]["code"]):
        picks.show(lines[chosen]["code"], "branch")


def _businesses(page: Page, run: Run, time: str, branch: int | None) -> None:
    rows = _spells(page.scope, (str(run.quarter),), (time,), ("business",), branch)
    family = "queue_business" if time in _AT_COUNTER else "complaint_business"
    lines = sorted(({**_line(row, time), "name": name(family, row.business)} for row in rows),
                   key=lambda one: -one["minutes"])  # fmt: skip
    st.subheader(escaped(_("各业务")), anchor=False)
    frames.table(lines, _columns(_("业务")), key=f"wait-businesses-{time}", alt=_("各业务的时间"))


def _line(row: Spell, time: str) -> dict[str, Any]:
    return {"minutes": row.tail, "median": _said(time, row.median), "tail": _said(time, row.tail), "n": row.n}


def _columns(title: str) -> list[Column]:
    return [Column("name", title, pinned=True), Column("median", _("中位数")), Column("tail", _("90 分位")),
            Column("n", _("笔数"), "integer")]  # fmt: skip

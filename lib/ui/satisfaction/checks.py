"""服务检查: mystery visits, internal and self checks — scores by branch over time, the weakest items, the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.satisfaction import check_lists
from lib.satisfaction.check_lists import Wanted
from lib.store.quarter import Quarter
from lib.ui import charts, frames, picks, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Card, Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import check_entry, check_one
from lib.ui.satisfaction.place import branch_asked, branch_name
from lib.words import _, integer, name, percent
from lib.work.check_form import KINDS, item_titles

_QUARTERS, _WEAKEST, _SIZE = 8, 10, 20


def draw(page: Page) -> None:
    """One check, or the scores, the weakest items and the list; heads and the department record there."""
    if check_one.draw(page, st.query_params.get("check", "")):
        return
    branch = branch_asked(page)
    kinds = {"": _("全部"), **{code: name("check_kind", code) for code in KINDS}}
    kind = choice(_("种类"), kinds, key="check_kind", segments=True)
    trail = [Quarter.of(page.today).shift(back) for back in range(1 - _QUARTERS, 1)]
    wanted = Wanted(kind, branch, trail[0].start, page.today)
    rows = _sums(page.scope, wanted, tuple(str(one) for one in trail))
    _cards(page, rows, trail)
    _trend(page, rows, trail, branch)
    _branches(page, rows, trail, branch)
    _weakest(page, wanted)
    _list(page, wanted)
    check_entry.draw(page)


@cached()
def _sums(session: Session, wanted: Wanted, trail: tuple[str, ...]) -> list[dict[str, Any]]:
    found = session.execute(check_lists.by_branch(wanted, [Quarter.parse(one) for one in trail]))
    return [dict(row._mapping) for row in found]


def _share(rows: list[dict[str, Any]]) -> float | None:
    """A ratio of sums, never a mean of shares."""
    most = sum(row["most"] for row in rows)
    return sum(row["points"] for row in rows) / most if most else None


def _cards(page: Page, rows: list[dict[str, Any]], trail: list[Quarter]) -> None:
    now = [row for row in rows if row["quarter"] == str(trail[-1])]
    before = [row for row in rows if row["quarter"] == str(trail[-2])]
    line = page.book.value("quality.lines", page.today)["pass"] / 100
    score, then = _share(now), _share(before)
    moved = None if score is None or then is None else (score - then) * 100
    delta = None if moved is None else _("{n} 个百分点").format(n=f"{moved:+.1f}")
    low = sum(1 for row in now if row["points"] < line * row["most"])
    frames.cards([
        Card(_("本季得分率"), percent(score), delta=delta, better=None if moved is None else moved > 0,
             target=f"≥ {percent(line, 0)}", note=_("较上季") if delta else None,
             tone="watch" if score is not None and score < line else None),
        Card(_("本季检查"), integer(sum(row["checks"] for row in now)), _("次")),
        Card(_("本季受检支行"), integer(len({row["branch_id"] for row in now})), _("家")),
        Card(_("其中低于合格线"), integer(low), _("家"), tone="watch" if low else None),
    ], key="check-cards")  # fmt: skip


def _trend(page: Page, rows: list[dict[str, Any]], trail: list[Quarter], branch: int | None) -> None:
    first = min((row["quarter"] for row in rows), default="")
    trail = [one for one in trail if str(one) >= first]
    values = [_share([row for row in rows if row["quarter"] == str(one)]) for one in trail]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return
    line = page.book.value("quality.lines", page.today)["pass"] / 100
    title = _("{place}检查得分率 {now}，{n} 个季度中最低 {low}").format(
        place=branch_name(page, branch), now=percent(known[-1]), n=len(known), low=percent(min(known)))  # fmt: skip
    charts.lines(title, [words.quarter_name(str(one)) for one in trail], {_("得分率"): values}, key="check-trend",
                 unit=charts.Unit("percent"), target=line, open_last=True)  # fmt: skip


def _branches(page: Page, rows: list[dict[str, Any]], trail: list[Quarter], branch: int | None) -> None:
    """Branches by quarter, the lowest of now on top; a row leads to the branch."""
    if page.scope.facts != "bank" or branch is not None or not rows:
        return
    house = quarters.house(page.scope)
    table = []
    for one in sorted({row["branch_id"] for row in rows}):
        own = [row for row in rows if row["branch_id"] == one]
        shares = {str(q): _share([row for row in own if row["quarter"] == str(q)]) for q in trail}
        last = next((value for value in reversed(shares.values()) if value is not None), None)
        table.append(
            {
                "branch": branch_name(page, one),
                "code": house.branches.get(one, ("", ""))[0],
                "last": last,
                "checks": sum(row["checks"] for row in own),
                "trail": list(shares.values()),
                **shares,
            }
        )
    table.sort(key=lambda row: row["last"] if row["last"] is not None else 2.0)
    shown = [str(one) for one in trail[-4:]]
    columns = [Column("branch", _("支行"), pinned=True), Column("last", _("最近得分率"), "percent"),
               Column("trail", _("近 8 季"), "trend"),
               *(Column(one, words.quarter_name(one), "percent") for one in shown),
               Column("checks", _("检查次数"), "integer")]  # fmt: skip
    st.subheader(escaped(_("各支行")), anchor=False)
    chosen = frames.table(table, columns, key="check-branches", select=True, alt=_("各支行的检查得分率"))
    if chosen is not None and picks.picked("check-branches", table[chosen]["code"]):
        picks.show(str(table[chosen]["code"]), "branch")


def _weakest(page: Page, wanted: Wanted) -> None:
    poor = page.book.value("quality.lines", page.today)["poor"]
    items = _items(page.scope, wanted, poor)[:_WEAKEST]
    if not items:
        return
    titles = item_titles(page.book)
    labels = [f"{name('check_kind', row['kind'])} · {titles.get(row['item'], row['item'])}" for row in items]
    worst = items[0]
    title = _("最薄弱的一项是“{item}”，得分率 {share}").format(
        item=titles.get(worst["item"], worst["item"]), share=percent(worst["points"] / worst["most"]))  # fmt: skip
    st.subheader(escaped(_("薄弱项")), anchor=False)
    charts.bars(title, labels, [row["points"] / row["most"] for row in items], key="check-items", horizontal=True,
                unit=charts.Unit("percent"), target=poor / 100,
                tones={label: "watch" for label, row in zip(labels, items, strict=True)
                       if row["points"] * 100 < poor * row["most"]})  # fmt: skip


@cached()
def _items(session: Session, wanted: Wanted, poor: int) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(check_lists.by_item(wanted, poor))]


def _list(page: Page, wanted: Wanted) -> None:
    st.subheader(escaped(_("检查记录")), anchor=False)
    with page.session() as session:
        found = frames.page_of(session, check_lists.listed(wanted), key="checks-page", size=_SIZE, filters=wanted)
    checks: Sequence[Any] = found.rows
    rows = [
        {**row._mapping, "share": row.points / row.most if row.most else None, "kind": name("check_kind", row.kind),
         "state": (_("已作废"), "context") if row.voided_on else None, "id": str(row.id)}
        for row in checks
    ]  # fmt: skip
    if not rows:
        frames.empty(_("还没有这样的检查。客户关系管理部可在下面登记或从文件导入，支行负责人登记本支行的自查。"))
        return
    columns = [Column("checked_on", _("检查日期"), "day", pinned=True), Column("branch", _("支行")),
               Column("kind", _("种类")), Column("share", _("得分率"), "share"), Column("points", _("得分"), "integer"),
               Column("most", _("满分"), "integer"), Column("inspector", _("检查人")),
               Column("state", _("状态"), "badge")]  # fmt: skip
    chosen = frames.table(rows, columns, key="checks", select=True, alt=_("检查记录"))
    if chosen is not None and picks.picked("checks", rows[chosen]["id"]):
        picks.show(rows[chosen]["id"], "check")

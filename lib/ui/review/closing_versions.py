"""The versions of a closed quarter: who closed them and why, what a correction changed, what they are told by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.kpi import KpiRow, catalogue
from lib.kpi import difference as compare
from lib.kpi.difference import Change
from lib.review import read
from lib.review.checks import as_kept
from lib.rulebook import Kpi
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Column, Link
from lib.ui.kpis.data import change, shown, target_text
from lib.ui.plain import escaped
from lib.ui.review import closing_checks
from lib.ui.review.look import Look
from lib.words import _, integer, translate

_STATES = {"closed": "good", "corrected": "context", "open": "main"}


@cached(of="facts")
def _runs(session: Session, quarter: str) -> list[dict[str, Any]]:
    """Every version that can be read, newest first."""
    fields = ("version", "state", "cutoff", "closed_at", "closed_by", "reason", "rules_digest", "counts", "checks")
    return [
        {one: getattr(run, one) for one in fields} for run in session.scalars(read.versions(Quarter.parse(quarter)))
    ]


def versions(look: Look) -> None:
    """The table of versions, and the way to the figures of each."""
    names = dict(look.house.staff.values())
    rows = [_row(one, names) for one in _runs(look.page.scope, look.quarter)]
    st.subheader(escaped(_("版本")), anchor=False)
    with st.container(key="close-versions-table"):
        frames.table(rows, _version_columns(), key="close-versions")
    with st.container(horizontal=True, gap="small"):
        for one in rows:
            said = _("第 {version} 版的指标").format(version=one["version"])
            at = {} if one is rows[0] else {"version": str(one["version"])}
            frames.link(Link("kpis", {"quarter": look.quarter, **at}, said))


def _version_columns() -> list[Column]:
    return [
        Column("version", _("版本"), "integer", pinned=True), Column("state", _("状态"), "badge"),
        Column("closed_at", _("关账时间"), "moment"), Column("closed_by", _("关账人")),
        Column("reason", _("理由"), width="large"), Column("cutoff", _("数据截至")),
        Column("customers", _("客户数"), "integer"), Column("rules", _("口径版本")),
    ]  # fmt: skip


def difference(look: Look) -> None:
    """What the newest version says otherwise than one it corrected, for the bank and by branch."""
    old = [one for one in look.versions if one.corrected]
    if not old:
        return
    named = {str(one.version): _("第 {version} 版").format(version=one.version) for one in old}
    st.subheader(escaped(_("更正改变了什么")), anchor=False)
    against = str(old[0].version)
    if len(old) > 1:
        against = choice(_("与哪一版比较"), named, key="against", default=against)
    changes, kpis = _changes(look, int(against))
    if not changes:
        st.caption(escaped(_("与第 {old} 版相比，你范围内的指标没有改变。").format(old=against)))
        return
    said = _("与第 {old} 版相比，{n} 项指标改变")
    st.markdown(f"**{escaped(said.format(old=against, n=integer(len({one.key for one in changes}))))}**")
    rows = [_changed(look, one, kpis[one.key]) for one in changes]
    columns = [
        Column("title", _("指标"), pinned=True), Column("where", _("范围")), Column("old", _("更正前")),
        Column("new", _("更正后")), Column("change", _("变化")), Column("parts", _("分子 ÷ 分母"), width="medium"),
    ]  # fmt: skip
    with st.container(key="close-difference-table"):
        frames.table(rows, columns, key="close-difference")


def frozen(look: Look) -> None:
    """The definitions the version looked at is told by."""
    kpis = catalogue(look.book, look.run.quarter, look.page.scope)
    end, currency = look.run.quarter.end, look.house.currency
    rows = []
    for kpi in kpis:
        target = look.book.target(kpi.key, end)
        rows.append({"title": translate(kpi.title), "formula": translate(kpi.formula), "version": kpi.version,
                     "target": target_text(kpi, target.value if target else None, currency)})  # fmt: skip
    with st.expander(escaped(_("冻结的指标口径（{n} 项）").format(n=integer(len(rows)))), key="close-frozen"):
        st.caption(_("这一版按关账时的公式、目标与规则说明；之后修改口径不影响它。"))
        frames.table(rows, [
            Column("title", _("指标"), pinned=True), Column("formula", _("公式"), width="large"),
            Column("target", _("目标")), Column("version", _("口径版本"), width="medium"),
        ], key="close-definitions")  # fmt: skip


def checks_then(look: Look) -> None:
    """The checks as they stood when the version was closed."""
    kept = next((one["checks"] for one in _runs(look.page.scope, look.quarter) if one["checks"]), None)
    if kept is None or not look.checks_seen:
        return
    with st.expander(escaped(_("关账时的检查")), key="close-checks-then"):
        closing_checks.listed(look.page, as_kept(kept), key="close-checks-kept", ways=False)


def _row(one: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    states = {"closed": _("已结账"), "corrected": _("已被更正"), "open": _("未结账")}
    by = one["closed_by"]
    return {
        **one, "state": (states[one["state"]], _STATES[one["state"]]), "closed_by": _by(by, names),
        "customers": (one["counts"] or {}).get("customers"), "rules": one["rules_digest"][:8],
    }  # fmt: skip


def _by(login: str | None, names: dict[str, str]) -> str | None:
    if login in ("command line", "close"):
        return _("命令行")
    return names.get(login, login) if login else None


@cached(of="facts")
def _compared(session: Session, quarter: str, old: int, new: int, keys: Sequence[str], scene: Any) -> list[Change]:
    of = Quarter.parse(quarter)
    return compare.difference(session, rulebook(), of, old, new, keys, scene)  # type: ignore[arg-type]


def _changes(look: Look, old: int) -> tuple[list[Change], dict[str, Kpi]]:
    kpis = {kpi.key: kpi for kpi in catalogue(look.book, look.run.quarter, look.page.scope)}
    new = look.current.version
    return _compared(look.page.scope, look.quarter, old, new, tuple(kpis), look.scene), kpis


def _changed(look: Look, one: Change, kpi: Kpi) -> dict[str, Any]:
    currency = look.house.currency
    where = _("合计")
    if one.by == "branch":
        known = look.house.branches.get(int(one.group))
        where = known[1] if known else _("未归属")
    return {
        "title": translate(kpi.title), "where": where, "old": shown(one.old, kpi, currency),
        "new": shown(one.new, kpi, currency), "change": change(one.new, one.old, kpi)[0],
        "parts": f"{_parts(one.old)} → {_parts(one.new)}" if not kpi.numerator.endswith("_fen") else "",
    }  # fmt: skip


def _parts(row: KpiRow | None) -> str:
    if row is None:
        return "—"
    top = integer(row.numerator - row.less)
    return top if row.denominator is None else f"{top} ÷ {integer(row.denominator)}"

"""What a what-if says on screen: cards, ways, tiers, branches and managers before and after, the people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.kpi.what_if_sums import moved
from lib.ui import frames, quarters
from lib.ui.frames import Card, Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, codes, integer, money, name


def draw(page: Page, figures: Mapping[str, Any]) -> None:
    """Everything a what-if found, as it is kept with the request."""
    house = quarters.house(page.scope)
    what = figures["what"]
    said = _("依据 {quarter}（截至 {day}）的客户事实；人员变动以刷新时为准。")
    st.caption(escaped(said.format(quarter=figures["quarter"], day=figures["cutoff"])))
    _cards(figures, what, house.currency)
    if not figures["ways"]:
        frames.empty(_("没有客户会变动。"))
        return
    frames.table(_ways(figures, what), _way_columns(house.currency), key="what-if-ways")
    titles = {"tier": _("各层级"), "proposed": _("各层级的潜力推荐"), "flagged": _("各层级的流失预警")}
    _before_after(titles[what], _of_tiers(figures), what, house.currency, "what-if-tiers")
    branches = {str(code): title for code, (_code, title) in house.branches.items()}
    _before_after(_("各支行"), _named(figures["branches"], branches), what, house.currency, "what-if-branches")
    managers = figures["managers"]
    if managers:
        staff = {str(code): title for code, (_login, title) in house.staff.items()}
        _before_after(_most(figures), _named(managers, staff), what, house.currency, "what-if-managers")


def people(page: Page, rows: Sequence[Any], what: str) -> None:
    """Customers who would move, the largest first, each leading to the portrait."""
    currency = quarters.house(page.scope).currency
    st.caption(escaped(_("会变动的客户（提交后可在申请中下载全部名单）")))
    shown = [
        {"number": one.number, "name": one.name, "tier": name("tier", one.tier),
         "before": _word(one.before, what), "after": _word(one.after, what), "aum_fen": one.aum_fen,
         "branch": one.branch or NOTHING, "manager": one.manager or NOTHING}
        for one in rows
    ]  # fmt: skip
    columns = [
        Column("number", _("客户号")), Column("name", _("姓名或名称")), *_ways_columns(),
        Column("aum_fen", "AUM", "money", currency=currency), Column("manager", _("客户经理")),
        Column("branch", _("支行")),
    ]  # fmt: skip
    frames.table(shown, columns, key="what-if-people", link=frames.RowLink("portrait", "customer", "number"),
                 nothing=_("没有客户会变动。"))  # fmt: skip


def _cards(figures: Mapping[str, Any], what: str, currency: str) -> None:
    came, left, aum = moved(figures)
    up, down = (_("会上调"), _("会下调")) if what == "tier" else (_("会列入"), _("会移出"))
    shown = [Card(up, integer(came), _("位")), Card(down, integer(left), _("位")),
             Card(_("涉及 AUM"), money(aum, currency))]  # fmt: skip
    if what == "tier":
        before = sum(one["visits_before"] for one in figures["branches"])
        after = sum(one["visits_after"] for one in figures["branches"])
        now = _("现在 {n} 次").format(n=integer(before))
        shown.append(Card(_("每年应回访"), integer(after), _("次"), delta=f"{after - before:+,}", note=now))
    frames.cards(shown, key="what-if-cards")


def _ways(figures: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
    return [
        {"kind": name("customer_kind", kind), "before": _word(before, what), "after": _word(after, what),
         "customers": customers, "aum_fen": aum}
        for kind, before, after, customers, aum in figures["ways"]
    ]  # fmt: skip


def _word(code: str, what: str) -> str:
    if what == "tier":
        return name("tier", code)
    return _("在名单上") if code == "yes" else _("不在名单上")


def _ways_columns() -> list[Column]:
    return [Column("before", _("现在")), Column("after", _("新口径"))]


def _way_columns(currency: str) -> list[Column]:
    return [Column("kind", _("客户类别")), *_ways_columns(), Column("customers", _("客户数"), "integer"),
            Column("aum_fen", "AUM", "money", currency=currency)]  # fmt: skip


def _of_tiers(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tiers of the kinds that anybody moves in, the highest first."""
    kinds, ranks = {way[0] for way in figures["ways"]}, list(codes("tier"))
    lines = sorted((one for one in figures["tiers"] if one["kind"] in kinds), key=lambda one: ranks.index(one["group"]))
    return [{**one, "group": f"{name('customer_kind', one['kind'])} · {name('tier', one['group'])}"} for one in lines]


def _named(lines: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{**one, "group": names.get(one["group"], NOTHING)} for one in lines]


def _before_after(title: str, rows: list[dict[str, Any]], what: str, currency: str, key: str) -> None:
    st.markdown(f"**{escaped(title)}**")
    up, down = (_("调入"), _("调出")) if key == "what-if-tiers" else (_("上调"), _("下调"))
    up, down = (up, down) if what == "tier" else (_("列入名单"), _("移出名单"))
    columns = [
        Column("group", _("名称")), Column("customers_before", _("现在（位）"), "integer"),
        Column("customers_after", _("新口径（位）"), "integer"), Column("came", up, "integer"),
        Column("left", down, "integer"), Column("aum_before", _("现在 AUM"), "money", currency=currency),
        Column("aum_after", _("新口径 AUM"), "money", currency=currency),
    ]  # fmt: skip
    if what == "tier":
        columns += [Column("visits_before", _("现在每年回访（次）"), "integer"),
                    Column("visits_after", _("新口径每年回访（次）"), "integer")]  # fmt: skip
    frames.table(rows, columns, key=key)


def _most(figures: Mapping[str, Any]) -> str:
    shown, touched = len(figures["managers"]), figures["managers_touched"]
    if touched <= shown:
        return _("有客户变动的客户经理")
    return _("客户变动最多的 {n} 位客户经理（共 {all} 位有变动）").format(n=integer(shown), all=integer(touched))

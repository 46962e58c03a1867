"""The figures above the warning list: who is flagged, what is at risk, cases, and how good the score is."""

from __future__ import annotations

from typing import Any

from lib.churn.read import Warned
from lib.kpi import KpiRow
from lib.settings import bank_day
from lib.ui import charts, frames, picks
from lib.ui.churn import data
from lib.ui.churn.look import Look
from lib.ui.frames import Card, Link
from lib.words import NOTHING, _, day, integer, number, percent


def cards(look: Look) -> None:
    """Flagged customers, AUM at risk, cases open and ended, the measured quality; each leads on."""
    rows = {row.key: row for row in data.figures(look.page.scope, look.run.quarter, "bank", look.scene(Warned()))}
    flagged, at_risk = rows.get("churn_flagged"), rows.get("aum_at_risk")
    shown = [
        Card(_("预警客户"), integer(flagged.numerator) if flagged else NOTHING,
             note=_("占在册客户 {share}").format(share=percent(flagged.value if flagged else None))),
        Card(_("可能流失的资产"), look.money.text(at_risk.numerator if at_risk else None),
             help=_("名单上每位客户的 AUM × 评分 ÷ 100 合计；评分不是概率，只用于排序")),
    ]  # fmt: skip
    frames.cards([*shown, *(_of_cases(look) if look.sees_cases else []), _quality(look)], key="churn-cards")


def _of_cases(look: Look) -> list[Card]:
    opened, amount = data.standing(look.page.scope)
    now = data.last_quarters(look.page.today, 1)
    ended = {one.outcome: one for one in data.closed(look.page.scope, now)}
    kept, lost = ended.get("kept"), ended.get("lost")
    said = _("资产：挽留 {kept} · 流失 {lost}").format(
        kept=look.money.text(kept.at_risk_fen if kept else 0), lost=look.money.text(lost.at_risk_fen if lost else 0)
    )
    return [
        Card(_("在办个案"), integer(opened), note=_("立案时可能流失 {amount}").format(amount=look.money.text(amount)),
             href=Link("churn", {"view": "cases"}, _("查看个案"))),
        Card(_("本季挽留 / 流失"), f"{integer(kept.cases if kept else 0)} / {integer(lost.cases if lost else 0)}",
             note=said),
    ]  # fmt: skip


def _quality(look: Look) -> Card:
    to = Link("churn", {"view": "quality"}, _("如何检验"))
    found = data.measured(look.page.scope)
    one = found.get("test") or found.get("whole")
    if one is None:
        return Card(_("评分质量（AUC）"), NOTHING, note=_("还没有检验过"), href=to)
    least = look.page.book.value("churn.trial", look.page.today)["least_lost"]
    said = _("检验于 {day} · n={n}").format(day=day(bank_day(one.at)), n=integer(one.customers))
    if one.lost < least:
        return Card(_("评分质量（AUC）"), NOTHING, note=_("流失仅 {n} 位，不足以判断").format(n=one.lost), href=to)
    return Card(_("评分质量（AUC）"), number(one.auc, 2), note=said, href=to)


def by_owner(look: Look, wanted: Warned) -> None:
    """For who sees more than one's own: AUM at risk by branch, or within a branch by manager; a bar narrows."""
    scope = look.page.scope
    if scope.customers == "own" or wanted.manager_id is not None:
        return
    by = "branch" if scope.facts == "bank" and wanted.branch_id is None else "manager"
    rows = [row for row in data.figures(scope, look.run.quarter, by, look.scene(wanted)) if row.key == "aum_at_risk"]
    rows = sorted((row for row in rows if row.numerator), key=lambda row: -row.numerator)[:10]
    house: Any = look.house.branches if by == "branch" else look.house.staff
    named = {house[row.group][0]: (house[row.group][1], row) for row in rows if row.group in house}
    if len(named) < 2:
        return
    _bars(look, by, named)


def _bars(look: Look, by: str, named: dict[str, tuple[str, KpiRow]]) -> None:
    first = next(iter(named.values()))
    title = _("{who}可能流失的资产最多：{amount}").format(who=first[0], amount=look.money.text(first[1].numerator))
    titles = [title for title, _row in named.values()]
    clicked = charts.bars(title, titles, [row.numerator for _title, row in named.values()], key=f"churn-by-{by}",
                          unit=look.money, horizontal=True, select=True)  # fmt: skip
    chosen = next((code for code, (who, _row) in named.items() if who == clicked), None)
    if picks.picked(f"churn-by-{by}", chosen) and chosen:
        picks.show(chosen, by)

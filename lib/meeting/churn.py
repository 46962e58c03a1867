"""客户流失: how many left and what share, why, and what was lost and saved in money (制度 §七, 管理 §6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.churn.leaving import UNKNOWN, lost_by
from lib.churn.read import results
from lib.meeting.ground import Ground, told
from lib.meeting.lines import said, table, trail, where
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.words import _, integer, money, name, percent

KEYS = ("churn_rate", "churned_customers", "lost_aum", "aum_churn", "churned_known_reason", "churn_flagged",
        "aum_at_risk")  # fmt: skip
OUTCOMES = ("kept", "lost")


@dataclass(frozen=True)
class Lost:
    """The lost of one reason, this quarter and the one before."""

    reason: str
    customers: int
    aum_fen: int
    before: int


def section(ground: Ground) -> Section:
    """Number, share, reasons; value lost, and saved by talking in time."""
    stories = told(ground, KEYS)
    reasons, saved = _reasons(ground), _saved(ground)
    findings = [said(ground, one, by=ground.below if one.kpi.key == "churn_rate" else "") for one in stories[:5]]
    findings += _why(reasons) + _kept(ground, saved)
    charts, tables = where(ground, "churn_rate", "churn")
    rate = next((one for one in stories if one.kpi.key == "churn_rate"), None)
    if rate is not None:
        charts.insert(0, trail(ground, rate, "churn-trail"))
    if reasons:
        charts.append(_chart(reasons))
    figures = [table(ground, stories, "churn-figures", _("流失的数字"))] if stories else []
    told_by = [_reason_table(ground, reasons)] if reasons else []
    kept = [_saved_table(ground, saved)] if saved else []
    return Section("churn", _("客户流失"), tuple(findings), tuple(charts), (*figures, *told_by, *kept, *tables))


def _reasons(ground: Ground) -> list[Lost]:
    """The most frequent reason first."""
    if ground.level not in ("bank", "branch", "manager") or ground.scope.facts == "products":
        return []
    this, last = str(ground.quarter), str(ground.quarter.shift(-1))
    runs = [(quarter, ground.runs[quarter]) for quarter in (last, this) if quarter in ground.runs]
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in ground.session.execute(lost_by(runs, ground.level, "")):
        found.setdefault(str(row.reason), {})[str(row.quarter)] = int(row.customers), int(row.aum_fen)
    made = [Lost(reason, *of.get(this, (0, 0)), of.get(last, (0, 0))[0]) for reason, of in found.items()]
    return sorted(made, key=lambda one: (-one.customers, -one.aum_fen, one.reason))


def _why(reasons: Sequence[Lost]) -> list[str]:
    everybody = sum(one.customers for one in reasons)
    known = [one for one in reasons if one.reason not in UNKNOWN and one.customers]
    if not everybody:
        return []
    if not known:
        return [_("流失 {n} 位，原因都还没有登记。").format(n=integer(everybody))]
    first = known[0]
    return [_("已登记的原因中最多的是“{reason}”：{n} 位，占流失的 {share}").format(
        reason=name("leaving_reason", first.reason), n=integer(first.customers),
        share=percent(first.customers / everybody))]  # fmt: skip


def _chart(reasons: Sequence[Lost]) -> Chart:
    title = _why(reasons)[0] if _why(reasons) else _("本季没有流失客户")
    return Chart("churn-reasons", "bars", title, tuple(name("leaving_reason", one.reason) for one in reasons),
                 (Series(_("流失客户"), tuple(one.customers for one in reasons)),),
                 Column(_("流失客户"), "integer"))  # fmt: skip


def _reason_table(ground: Ground, reasons: Sequence[Lost]) -> Table:
    everybody = sum(one.customers for one in reasons)
    columns = (
        Column(_("离行原因")), Column(_("流失客户"), "integer"), Column(_("占比"), "share", 1),
        Column(_("上季"), "integer"), Column(_("带走的资产（期初）"), "money"),
    )  # fmt: skip
    rows = [
        Row((name("leaving_reason", one.reason), one.customers, one.customers / everybody if everybody else None,
             one.before, one.aum_fen), "grey" if one.reason in UNKNOWN else "",
            ground.way("churn", view="leaving", reason=one.reason))
        for one in reasons
    ]  # fmt: skip
    total = Row((_("合计"), everybody, 1.0 if everybody else None, sum(one.before for one in reasons),
                 sum(one.aum_fen for one in reasons)))  # fmt: skip
    return Table("churn-reasons-table", _("为什么离开"), columns, (*rows, total))


def _saved(ground: Ground) -> dict[tuple[str, str], tuple[int, int]]:
    """(quarter, outcome) → cases closed and what was at risk as they were opened; nothing for who sees no cases."""
    if ground.scope.cases == "none":
        return {}
    quarters = [ground.quarter.shift(-1), ground.quarter]
    return {(str(row.quarter), str(row.outcome)): (int(row.cases), int(row.at_risk_fen))
            for row in ground.session.execute(results(quarters)) if row.outcome in OUTCOMES}  # fmt: skip


def _kept(ground: Ground, saved: dict[tuple[str, str], tuple[int, int]]) -> list[str]:
    kept, lost = (saved.get((str(ground.quarter), one), (0, 0)) for one in OUTCOMES)
    if not kept[0] + lost[0]:
        return []
    return [_("本季办结的挽留案件中，留住 {kept} 位，保住资产 {saved}；未留住 {lost} 位，涉及资产 {gone}").format(
        kept=integer(kept[0]), saved=money(kept[1], ground.currency), lost=integer(lost[0]),
        gone=money(lost[1], ground.currency))]  # fmt: skip


def _saved_table(ground: Ground, saved: dict[tuple[str, str], tuple[int, int]]) -> Table:
    titles = {"kept": _("留住"), "lost": _("未留住")}
    columns = (Column(_("挽留结果")), Column(_("本季件数"), "integer"), Column(_("涉及资产"), "money"),
               Column(_("上季件数"), "integer"), Column(_("上季涉及资产"), "money"))  # fmt: skip
    this, last = str(ground.quarter), str(ground.quarter.shift(-1))
    rows = [
        Row((titles[one], *saved.get((this, one), (0, 0)), *saved.get((last, one), (0, 0))),
            {"kept": "good", "lost": "bad"}[one], ground.way("churn", view="cases", outcome=one))
        for one in OUTCOMES
    ]  # fmt: skip
    return Table("churn-saved", _("挽留的结果"), columns, tuple(rows), _("资产为立案时估计的可能流失金额。"))

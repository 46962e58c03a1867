"""风险与适当性: high-risk customers and the response to them, ratings moved, and who holds more risk than fits."""

from __future__ import annotations

from collections.abc import Sequence

from lib.meeting.ground import Ground, told
from lib.meeting.lines import said, table, trail, where
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.products.matrix import RISKIEST, SENIOR_FROM, STATES, Cell, Place, cells
from lib.store.quarter import Quarter
from lib.words import _, integer, name, percent

KEYS = ("risk_response", "risk_worsened", "risk_improved")
KINDS = ("personal", "corporate")
_TONES = {"fitting": "good", "review": "bad", "expired": "grey", "untested": "grey"}


def section(ground: Ground) -> Section:
    """Risk control of the quarter, and how the stock of products fits those who hold them."""
    stories = told(ground, KEYS)
    findings = [said(ground, one, by=ground.below if one.kpi.key == "risk_response" else "") for one in stories]
    charts, tables = where(ground, "risk_response", "risk")
    if "risk_response" in ground.stories:
        charts.insert(0, trail(ground, ground.stories["risk_response"], "risk-trail"))
    figures = [table(ground, stories, "risk-figures", _("风险控制的数字"))] if stories else []
    held: list[Table] = []
    for kind in KINDS:
        now, before = _cells(ground, kind, ground.quarter), _cells(ground, kind, ground.quarter.shift(-1))
        if now:
            findings += _said(kind, now)
            charts.append(_chart(kind, now))
            held += [_table(ground, kind, now, before)]
    return Section("risk", _("风险与适当性"), tuple(findings), tuple(charts), (*figures, *held, *tables))


def _cells(ground: Ground, kind: str, quarter: Quarter) -> list[Cell]:
    """Holders once each, by the riskiest of what they hold; nothing where the quarter has no such facts."""
    if str(quarter) not in ground.runs:
        return []
    scene = ground.scene
    place = Place(str(quarter), ground.runs[str(quarter)], ground.level, kind, scene.branch_id, scene.staff_id)
    found = [Cell(row.capacity, bool(row.valid), bool(row.senior), row.risk_level, int(row.customers),
                  int(row.amount_fen)) for row in ground.session.execute(cells(place))]  # fmt: skip
    return [one for one in found if one.level in RISKIEST]


def _sum(found: Sequence[Cell], state: str) -> tuple[int, int]:
    of = [one for one in found if one.state == state]
    return sum(one.customers for one in of), sum(one.amount_fen for one in of)


def _senior(found: Sequence[Cell]) -> tuple[int, int]:
    of = [one for one in found if one.senior and int(one.level[1]) >= SENIOR_FROM]
    return sum(one.customers for one in of), sum(one.amount_fen for one in of)


def _said(kind: str, found: Sequence[Cell]) -> list[str]:
    everybody = sum(one.customers for one in found)
    review = _sum(found, "review")[0]
    said_ = [_("持有风险产品的{kind} {n} 位：{state} {review} 位，占 {share}").format(
        kind=name("customer_kind", kind), n=integer(everybody), state=name("suitability_state", "review"),
        review=integer(review), share=percent(review / everybody if everybody else None))]  # fmt: skip
    old = _senior(found)[0]
    if old:
        said_.append(_("其中高龄客户持有较高风险产品的 {n} 位，须逐户回访").format(n=integer(old)))
    return said_


def _chart(kind: str, found: Sequence[Cell]) -> Chart:
    return Chart(
        f"risk-{kind}", "bars", _said(kind, found)[0], tuple(name("suitability_state", state) for state in STATES),
        (Series(_("客户数"), tuple(_sum(found, state)[0] for state in STATES)),), Column(_("客户数"), "integer"),
    )  # fmt: skip


def _table(ground: Ground, kind: str, now: Sequence[Cell], before: Sequence[Cell]) -> Table:
    everybody = sum(one.customers for one in now)
    columns = (
        Column(_("适当性")), Column(_("客户数"), "integer"), Column(_("占比"), "share", 1),
        Column(_("持有金额"), "money"), Column(_("上季"), "integer"),
    )  # fmt: skip
    rows = []
    for state in STATES:
        n, amount = _sum(now, state)
        cells_ = (name("suitability_state", state), n, n / everybody if everybody else None, amount,
                  _sum(before, state)[0] if before else None)  # fmt: skip
        rows.append(Row(cells_, _TONES[state], ground.way("products", kind=kind)))
    total = Row((_("合计"), everybody, 1.0, sum(one.amount_fen for one in now),
                 sum(one.customers for one in before) if before else None))  # fmt: skip
    n, amount = _senior(now)
    old = Row((_("其中高龄客户持有 R{level} 及以上").format(level=SENIOR_FROM), n, n / everybody if everybody else None,
               amount, _senior(before)[0] if before else None), "bad" if n else "")  # fmt: skip
    title = _("{kind}持有的产品是否合适").format(kind=name("customer_kind", kind))
    return Table(f"risk-{kind}-table", title, columns, (*rows, total, old))

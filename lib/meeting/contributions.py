"""A KPI's contributions as a table that adds up and as bars, with the way to the customers behind each group."""

from __future__ import annotations

from collections.abc import Sequence

from lib.kpi.people import has_rest, list_kind
from lib.meeting.ground import Ground
from lib.meeting.parting import Parting
from lib.meeting.parts import Chart, Column, Row, Series, Table, Way
from lib.rulebook import Kpi
from lib.words import _, figure, integer, translate

#: groups of a dimension told one by one; the others are told together, so that the table still adds up
MOST = 6
BARS = 12


def table(found: Sequence[Parting], key: str, title: str) -> Table:
    """Every dimension of one KPI beneath one another, each adding up to the last line."""
    first = found[0]
    grain_ = first.grain
    unit = {"kind": "number", "digits": grain_.digits, "unit": grain_.unit, "signed": True}
    columns = (
        Column(_("分组")), Column(_("维度")), Column(_("上季")), Column(_("本季")),
        Column(_("自身变化"), **unit), Column(_("构成变化"), **unit),  # type: ignore[arg-type]
        Column(_("贡献合计"), **unit), Column(_("距目标的贡献"), **unit),  # type: ignore[arg-type]
    )  # fmt: skip
    rows = [row for one in found for row in (*_rows(one), _total(one))]
    note = _("贡献按精确分数计算后取整，各维度的分组相加都等于合计；分组名通向背后的客户。")
    return Table(key, title, columns, tuple(rows), note)


def _rows(one: Parting) -> list[Row]:
    told = _told(one)
    rows = [_row(one, place) for place in sorted(told)]
    rest = [place for place in range(len(one.names)) if place not in told]
    if rest:
        cells = _cells(one, rest)
        rows.append(Row((_("其余 {n} 组").format(n=integer(len(rest))), _dimension(one.by), None, None, *cells)))
    return rows


def _told(one: Parting) -> set[int]:
    """The largest parts, and every group a sentence names."""
    totals, at = one.shown.totals, {effect.group: place for place, effect in enumerate(one.exact.effects)}
    told = set(range(min(MOST, len(totals))))
    for way in (1, -1):
        of_way = [place for place, total in enumerate(totals) if total * way > 0]
        told |= set(sorted(of_way, key=lambda place: -abs(totals[place]))[:2])
    worst = [group for group, _part in one.gap.parts[:2]] if one.gap is not None else []
    told |= {at[group] for group in worst if group in at}
    return told if len(totals) - len(told) > 1 else set(range(len(totals)))


def _row(one: Parting, place: int) -> Row:
    effect, kpi = one.exact.effects[place], one.kpi
    own = [None if value is None else figure(float(value), kpi.unit, one.ground.currency)
           for value in (effect.before, effect.after)]  # fmt: skip
    total = one.shown.totals[place]
    worse = total * (1 if kpi.good == "up" else -1)
    state = "" if not total else "good" if worse > 0 else "bad"
    way = way_behind(one.ground, kpi, one.by, effect.group)
    return Row((one.names[place], _dimension(one.by), *own, *_cells(one, [place])), state, way)


def _cells(one: Parting, places: Sequence[int]) -> tuple[float | None, ...]:
    unit, shown = 10**one.grain.digits, one.shown
    sums: list[float | None] = [
        sum(of[place] for place in places) / unit for of in (shown.rates, shown.mixes, shown.totals)
    ]
    groups = [one.exact.effects[place].group for place in places]
    return (*sums, sum(one.gaps.get(group, 0) for group in groups) / unit if one.gap is not None else None)


def _total(one: Parting) -> Row:
    unit, shown = 10**one.grain.digits, one.shown
    own = [figure(float(value), one.kpi.unit, one.ground.currency) for value in (one.exact.before, one.exact.after)]
    distance = one.gap.in_steps(one.grain.step)[0] / unit if one.gap is not None else None
    parts = (shown.rate / unit, shown.mix / unit, shown.change / unit, distance)
    return Row((_("合计"), _dimension(one.by), *own, *parts))


def chart(one: Parting, key: str) -> Chart:
    """The contributions as bars, the largest first; the title is what they say."""
    unit, places = 10**one.grain.digits, range(min(BARS, len(one.names)))
    title = _("；").join(part for part in (one.headline, one.where) if part)
    column = Column(_("贡献"), "number", one.grain.digits, one.grain.unit, signed=True)
    values = tuple(one.shown.totals[place] / unit for place in places)
    return Chart(key, "bars", title, tuple(one.names[place] for place in places),
                 (Series(_("对变化的贡献"), values),), column)  # fmt: skip


def way_behind(ground: Ground, kpi: Kpi, by: str, group: int | str) -> Way | None:
    """The way to the customers behind a group's figure; None where this person sees no list of them."""
    scope, side_ = ground.scope, "rest" if kpi.good == "up" and has_rest(kpi) else "numerator"
    kind = list_kind(kpi.numerator)
    hidden = (kind == "cases" and scope.cases == "none") or (kind == "items" and scope.masked_names)
    code = ground.code_of(by, group)
    if not code or by == "product" or kpi.percentile:
        return None
    where = {by: code} if by in ("branch", "manager") else {f"of_{by}": code}
    seen = bool(kind) and scope.customers != "none" and not hidden and (by != "tier" or scope.facts != "bank")
    return ground.way("kpis", kpi=kpi.key, **where, **({"show": side_} if seen else {}))


def _dimension(by: str) -> str:
    return {"branch": _("支行"), "manager": _("客户经理"), "tier": _("层级"), "product": _("产品类别")}[by]


def title_of(kpi: Kpi) -> str:
    """`客户流失率：变化从哪里来`."""
    return _("{kpi}：变化从哪里来").format(kpi=translate(kpi.title))

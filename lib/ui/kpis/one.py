"""One KPI: its trail against the target, its parts one level down, its definition."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.kpi import KpiRow
from lib.kpi.people import has_rest
from lib.kpi.table import HANDLER_MEASURES, has_products
from lib.rulebook import Kpi
from lib.ui import charts, frames, picks
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.kpis import marks
from lib.ui.kpis.data import Story, change, counted, provisional, shown, stories, target_text
from lib.ui.kpis.look import Look
from lib.ui.kpis.parting import group_name
from lib.ui.pairs import pairs
from lib.words import _, name, translate

_KINDS = {"percent": "percent", "count": "integer", "money": "money", "ratio": "number", "score": "number"}


def story_of(look: Look, kpi: Kpi) -> Story | None:
    """The KPI's story here; None where nothing was counted."""
    story = stories(look, [kpi]).get((kpi.key, ""))
    return None if story is None or story.silent or story.now is None else story


def trail(look: Look, kpi: Kpi) -> Story | None:
    """The figure and its development; None where nothing was counted."""
    story = story_of(look, kpi)
    if story is None:
        frames.empty(_("“{title}”在这个范围内没有数据。").format(title=translate(kpi.title)))
        return None
    marks.draw(look, story, finding(look, story))
    return story


def finding(look: Look, story: Story) -> str:
    """Value, change, target and n in one sentence."""
    kpi, now, currency = story.kpi, story.now, look.house.currency
    parts = [f"{translate(kpi.title)} {shown(now, kpi, currency)}"]
    for label, quarters in ((_("较上季 {change}"), 1), (_("同比 {change}"), 4)):
        moved, _better = change(now, story.earlier(quarters), kpi)
        parts += [label.format(change=moved)] if moved else []
    if now and now.target is not None and now.on_target is not None:
        target = _("目标 {value}").format(value=target_text(kpi, now.target, currency))
        parts.append(f"{target} {_('达标') if now.on_target else _('未达标')}")
    parts += [counted(now, kpi)] if now and counted(now, kpi) else []
    parts += [provisional(now)] if provisional(now) else []
    parts += [_("样本不足")] if now and now.small else []
    return _("，").join(parts)


def value_line(story: Story, currency: str) -> str:
    """`客户流失率 2.1%`."""
    return f"{translate(story.kpi.title)} {shown(story.now, story.kpi, currency)}"


def parts(look: Look, kpi: Kpi) -> None:
    """The KPI by branch, manager, handler, kind or tier; branch and manager lead down."""
    offered_here = offered(look, kpi)
    if not offered_here:
        return
    by = choice(_("按什么看"), offered_here, key="by", default=next(iter(offered_here)), segments=True)
    found = [story for (_key, _group), story in stories(look, [kpi], by).items() if story.now is not None]
    groups = sorted(found, key=lambda story: _worst_first(story, kpi))
    if not groups:
        frames.empty(_("这个季度没有可分开看的数据。"))
        return
    rows = [_part(look, by, story) for story in groups]
    _bars(look, kpi, by, groups, rows)
    _table(look, kpi, by, groups, rows)


def worst_side(kpi: Kpi) -> str:
    """The side of the fraction whose people made the figure bad: those who fell short, or those it counts."""
    return "rest" if kpi.good == "up" and has_rest(kpi) else "numerator"


def define(look: Look, kpi: Kpi, story: Story | None) -> None:
    """How the figure is made and who answers for it."""
    entry = look.book.target(kpi.key, look.run.quarter.end)
    target = None
    if entry is not None:
        value = target_text(kpi, entry.value, look.house.currency)
        target = _("{value}（{basis}）").format(value=value, basis=name("basis", entry.basis))
    version = story.now.version if story and story.now else None
    with st.expander(_("口径"), key="kpi-definition"):
        pairs([
            (_("公式"), translate(kpi.formula)), (_("注意"), translate(kpi.trap) if kpi.trap else None),
            (_("依据"), translate(kpi.source)), (_("性质"), name("basis", kpi.basis)),
            (_("负责"), name("role", kpi.owner)), (_("目标"), target), (_("口径版本"), kpi.version),
            (_("数据版本"), version),
        ], key="kpi-definition-pairs")  # fmt: skip


def offered(look: Look, kpi: Kpi) -> dict[str, str]:
    """What a KPI can be divided by from where one stands."""
    named = {"branch": _("支行"), "manager": _("客户经理"), "kind": _("客户类别"), "tier": _("层级")}
    found = {look.below: named[look.below]} if look.below in kpi.by else {}
    if (
        look.page.scope.facts == "bank"
        and look.scene.branch_id is None
        and kpi.measures
        and set(kpi.measures) <= HANDLER_MEASURES
    ):
        found["handler"] = _("经办人")
    found |= {by: named[by] for by in ("kind", "tier") if by in kpi.by}
    return found | ({"product": _("产品类别")} if has_products(kpi) else {})


def _part(look: Look, by: str, story: Story) -> dict[str, object]:
    now, kpi = story.now, story.kpi
    assert now is not None
    moved, _better = change(now, story.earlier(1), kpi)
    return {
        "group": group_name(look, by, now.group), "value": now.value, "change": moved,
        "state": _state(now), "numerator": now.numerator - now.less, "n": now.n if kpi.percentile else now.denominator,
        "trail": [float(value) for value in story.values if value is not None],
    }  # fmt: skip


def _state(row: KpiRow) -> tuple[str, str] | None:
    if row.small:
        return _("样本不足"), "context"
    if row.on_target is None:
        return None
    return (_("达标"), "good") if row.on_target else (_("未达标"), "watch")


def _bars(look: Look, kpi: Kpi, by: str, groups: Sequence[Story], rows: Sequence[dict[str, object]]) -> None:
    most = 20
    labels = [str(row["group"]) for row in rows][:most]
    if len(set(labels)) < len(labels):  # two people of one name: the table below tells them apart by their rows
        labels = [f"{label} {i + 1}" for i, label in enumerate(labels)]
    nows = [story.now for story in groups[:most] if story.now]
    clicked = charts.bars(
        _worst(kpi, labels, nows), labels, [row.value for row in nows], key=f"kpi-parts-{kpi.key}-{by}",
        unit=charts.Unit(kpi.unit, look.house.currency), target=nows[0].target, horizontal=True,
        faint=[label for label, row in zip(labels, nows, strict=True) if row.small], select=by == look.below,
    )  # fmt: skip
    if clicked in labels and picks.picked(f"kpi-parts-{by}", clicked):
        _down(look, by, nows[labels.index(clicked)])


def _worst(kpi: Kpi, labels: Sequence[str], rows: Sequence[KpiRow]) -> str:
    missed = [label for label, row in zip(labels, rows, strict=True) if row.on_target is False and not row.small]
    if missed:
        return _("未达标：{titles}").format(titles=_("、").join(missed[:5]) + (" …" if len(missed) > 5 else ""))
    judged = [row for row in rows if row.on_target is not None]
    if not judged:
        return translate(kpi.title)
    return _("各组样本都不足，不作判断") if all(row.small for row in judged) else _("样本足够的各组都达标")


def _table(look: Look, kpi: Kpi, by: str, groups: Sequence[Story], rows: Sequence[dict[str, object]]) -> None:
    currency = look.house.currency
    kind = _KINDS.get(kpi.unit, "number")
    columns = [
        Column("group", _("名称"), pinned=True), Column("value", translate(kpi.title), kind, currency=currency),
        Column("change", _("较上季")), Column("state", _("目标"), "badge"),
        *([Column("n", _("笔数"), "integer")] if kpi.percentile else
          [Column("numerator", _("分子"), _measure_kind(kpi.numerator), currency=currency)]),
        *([Column("n", _("分母"), _measure_kind(kpi.denominator), currency=currency)] if kpi.denominator else []),
        Column("trail", _("近 12 季"), "trend"),
    ]  # fmt: skip
    leads = by == look.below
    chosen = frames.table(rows, columns, key=f"kpi-table-{kpi.key}-{by}", select=leads)
    if leads and chosen is not None and picks.picked(f"kpi-table-{by}", rows[chosen]["group"]):
        now = groups[chosen].now
        if now is not None:
            _down(look, by, now)


def _down(look: Look, by: str, row: KpiRow) -> None:
    known = look.house.branches if by == "branch" else look.house.staff
    if int(row.group) in known:
        picks.show(known[int(row.group)][0], by)


def _measure_kind(measure: str) -> str:
    return "money" if measure.endswith("_fen") else "integer"


def _worst_first(story: Story, kpi: Kpi) -> tuple[bool, float]:
    value = story.now.value if story.now else None
    if value is None:
        return True, 0.0
    return False, float(value) if kpi.good == "up" else -float(value)

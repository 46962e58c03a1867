"""变化分解: where a KPI's change came from, rates and mix apart, adding up; each group leads to its people."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.kpi.findings import longest, sentence, since
from lib.rulebook import Kpi
from lib.ui import contributions, frames, picks
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.kpis import one, pairs
from lib.ui.kpis.data import Story
from lib.ui.kpis.look import Look
from lib.ui.kpis.parting import Parting, partings
from lib.ui.plain import escaped
from lib.words import _, translate

_KINDS = {"percent": "percent", "count": "integer", "money": "money", "ratio": "number", "score": "number"}
MOST_BARS = 14


def draw(look: Look, kpi: Kpi, story: Story | None) -> None:
    """The two periods, the dimension, the finding, its chart and its table."""
    offered = one.offered(look, kpi)
    pair = pairs.controls(look)
    if not offered:
        frames.empty(_("“{title}”在这里不能再往下分。").format(title=translate(kpi.title)))
        return
    by = choice(_("按什么看"), offered, key="by", default=next(iter(offered)), segments=True)
    found = partings(look, [kpi], by, pair).get(kpi.key)
    if found is None:
        frames.empty(_("这两个期间不能相比：其中一个没有数据，或没有可作分母的客户。请换一个对比期。"))
        return
    _chart(found, kpi)
    for said in (found.beside, sentence(since(story.misses), longest(story.misses)) if story else ""):
        if said:
            st.caption(escaped(said))
    _table(look, kpi, found)
    st.caption(escaped(_notes(found)))


def _notes(found: Parting) -> str:
    """What the columns mean, and in which unit they are."""
    parts = [_("贡献的单位：{unit}。").format(unit=found.grain.unit) if found.grain.unit else ""]
    if found.exact.ratio:
        parts.append(
            _(
                "自身变化：该组自己的比率变了；构成变化：该组在总体中的份量变了（与全体平均相比）。各行各列相加都等于总变化。"
            )
        )
    return " ".join(part for part in parts if part)


def _chart(found: Parting, kpi: Kpi) -> None:
    totals = found.shown.totals
    lines = [(name, steps) for name, steps in zip(found.names, totals, strict=True) if steps]
    rest = sum(steps for _name, steps in lines[MOST_BARS:])
    if len(lines) > MOST_BARS:
        lines = [*lines[:MOST_BARS], (_("其余 {n} 组").format(n=len(lines) - MOST_BARS), rest)]
    if not lines:
        st.markdown(f"**{escaped(found.title)}**")
        return
    grain = found.grain
    contributions.steps(
        found.title, [(name, steps / 10**grain.digits, grain.bare(steps)) for name, steps in lines],
        (_("合计"), found.shown.change / 10**grain.digits, grain.bare(found.shown.change)),
        key=f"kpi-why-{kpi.key}-{found.by}", good=kpi.good,
    )  # fmt: skip


def _table(look: Look, kpi: Kpi, found: Parting) -> None:
    rows = [*_rows(kpi, found), _total(kpi, found)]
    then, now = found.pair.names
    kind, digits = _KINDS.get(kpi.unit, "number"), found.grain.digits
    value: dict[str, Any] = {"kind": kind, "currency": look.house.currency}
    columns = [
        Column("group", _("名称"), pinned=True), Column("then", then, **value), Column("now", now, **value),
        Column("total", _("对变化的贡献"), "change", digits=digits),
    ]  # fmt: skip
    if found.exact.ratio:
        columns += [
            Column("rate", _("自身变化"), "change", digits=digits),
            Column("mix", _("构成变化"), "change", digits=digits),
            *([Column("gap", _("对目标差距的贡献"), "change", digits=digits)] if found.gap is not None else []),
            Column("share_then", _("原占比"), "percent", help=_("占分母的比重")),
            Column("share_now", _("现占比"), "percent", help=_("占分母的比重")),
        ]  # fmt: skip
    chosen = frames.table(rows, columns, key=f"kpi-why-table-{kpi.key}-{found.by}", select=True)
    picked = chosen is not None and picks.picked(f"kpi-why-{found.by}", rows[chosen]["group"])
    if picked and chosen is not None and chosen < len(found.exact.effects):
        lead(look, kpi, found.by, found.exact.effects[chosen].group)


def _rows(kpi: Kpi, found: Parting) -> list[dict[str, object]]:
    unit, shown = 10**found.grain.digits, found.shown
    gaps = dict(zip([group for group, _part in found.gap.parts], found.gap_shown[1], strict=True)) if found.gap else {}
    return [
        {"group": name, "then": _own(effect.before), "now": _own(effect.after),
         "share_then": float(effect.share_before), "share_now": float(effect.share_after),
         "rate": rate / unit, "mix": mix / unit, "total": total / unit, "gap": gaps.get(effect.group, 0) / unit}
        for name, effect, rate, mix, total in
        zip(found.names, found.exact.effects, shown.rates, shown.mixes, shown.totals, strict=True)
    ]  # fmt: skip


def _total(kpi: Kpi, found: Parting) -> dict[str, object]:
    unit, shown, exact = 10**found.grain.digits, found.shown, found.exact
    return {
        "group": _("合计"), "then": _own(exact.before), "now": _own(exact.after), "share_then": 1.0, "share_now": 1.0,
        "rate": shown.rate / unit, "mix": shown.mix / unit, "total": shown.change / unit,
        "gap": found.gap_shown[0] / unit,
    }  # fmt: skip


def _own(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def lead(look: Look, kpi: Kpi, by: str, group: int | str) -> None:
    """From a group to what is behind it: a branch to its managers, everything else to its people."""
    if by == "branch":
        if int(group) in look.house.branches:
            picks.show(look.house.branches[int(group)][0], "branch")
        return
    st.query_params.pop("view", None)
    if by == "manager" and int(group) in look.house.staff:
        st.query_params["manager"] = look.house.staff[int(group)][0]
    elif by in ("kind", "tier"):
        st.query_params[f"of_{by}"] = str(group)
    picks.show(one.worst_side(kpi))

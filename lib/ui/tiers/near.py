"""临界与推荐: who stands close to a tier line, up and down, and whom the score proposes as potential customers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib import words
from lib.rulebook import Entry
from lib.tiers.near import RULE, SIDES, Edge, edges
from lib.tiers.score import RULE as SCORE
from lib.ui import charts, frames, picks
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.tiers import data
from lib.ui.tiers.data import PROPOSED, Listed, Some
from lib.ui.tiers.look import Look
from lib.words import _, integer, name

_TONES = {"below": "good", "above": "watch", "watch": "watch"}


def draw(look: Look) -> None:
    """Counts by line and side, each leading to its people; below them those proposed."""
    at = _edges(look)
    counted = data.near_lines(look.page.scope, look.facts, tuple(at))
    st.subheader(_("离层级线很近的客户"), anchor=False)
    if not any(one.customers for one in counted):
        frames.empty(_("没有客户在层级线附近，也没有客户在降级观察。"))
    else:
        _counts(look, at, counted)
    _told(look, _rule(look), _("临界范围：下方 {under_line}%，上方 {over_line}%").format(**_rule(look).value))
    st.subheader(_("推荐的潜力客户"), anchor=False)
    _proposed(look)


def asked(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`near:below:vip`: the people of one side of one line."""
    if len(said) != 2:
        return None
    edge = next((one for one in _edges(look) if (one.side, one.tier) == tuple(said)), None)
    return None if edge is None else (look, edge, _title(edge), None)


def asked_proposed(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`proposed`: those the score proposes."""
    return None if said else (look, PROPOSED, _("推荐的潜力客户"), None)


def columns(look: Look, edge: Edge) -> list[Column]:
    """Amount, distance to the line, score."""
    currency = look.house.currency
    distance = _("高出线") if edge.side == "above" else _("距线还差")
    return [
        Column("tier", _("层级"), "code", family="tier"),
        Column("amount_fen", words.translate(look.scheme.label), "money", currency=currency),
        Column("distance_fen", distance, "money", currency=currency),
        Column("score", _("综合评分"), "integer"), Column("contact_days", _("距上次联系（天）"), "integer"),
    ]  # fmt: skip


def proposed_columns(look: Look) -> list[Column]:
    """Score and potential beside the amount that the lines are drawn on."""
    return [
        Column("tier", _("层级"), "code", family="tier"), Column("score", _("综合评分"), "integer"),
        Column("potential", _("潜力分"), "integer"),
        Column(look.scheme.measure, words.translate(look.scheme.label), "money", currency=look.house.currency),
        Column("contact_days", _("距上次联系（天）"), "integer"),
    ]  # fmt: skip


def _counts(look: Look, at: Sequence[Edge], counted: Sequence[Some]) -> None:
    lines = [edge for edge in at if edge.side == "below"]
    number = {(edge.tier, edge.side): one.customers for edge, one in zip(at, counted, strict=True)}
    series = {_side_name(side): [number[edge.tier, side] for edge in lines] for side in SIDES}
    up, down = (sum(number[edge.tier, side] for edge in lines) for side in ("below", "above"))
    watched = sum(number[edge.tier, "watch"] for edge in lines)
    title = _("{up} 位再进一步就升层，{down} 位稍有流出就跌破线，{watch} 位已在线下观察").format(
        up=integer(up), down=integer(down), watch=integer(watched)
    )
    tones = {_side_name(side): tone for side, tone in zip(SIDES, ("good", "main", "watch"), strict=True)}
    charts.stacked_bars(title, [_line_name(look, edge) for edge in lines], series, key="near-bars", horizontal=True,
                        colours=tones)  # fmt: skip
    rows = [
        {"side": (_side_name(edge.side), _TONES[edge.side]), "tier": edge.tier, "of": edge.of, "line": edge.line,
         "customers": one.customers, "mean": one.fen // one.customers if one.customers else None}
        for edge, one in zip(at, counted, strict=True)
    ]  # fmt: skip
    currency = look.house.currency
    shown = [
        Column("tier", _("哪条线"), "code", family="tier"), Column("line", _("下限"), "money", currency=currency),
        Column("side", _("位置"), "badge"), Column("of", _("现在的层级"), "code", family="tier"),
        Column("customers", _("客户数"), "integer"), Column("mean", _("平均距线"), "money", currency=currency),
    ]  # fmt: skip
    st.caption(_("选一行看这些客户，离线最近的在前。"))
    chosen = frames.table(rows, shown, key="near-table", select=True)
    if picks.picked("near-table", chosen) and chosen is not None:
        picks.show(f"near:{at[chosen].side}:{at[chosen].tier}")


def _proposed(look: Look) -> None:
    entry = look.page.book.entry(SCORE, look.run.quarter.end)
    total = data.listed(look.page.scope, look.facts, PROPOSED)
    if not total:
        frames.empty(_("这个季度没有推荐的客户：要么没人够分，要么这个季度结账时还没有评分。"))
    else:
        shown = integer(total) if total <= frames.COUNTED_TO else _("超过 {n}").format(n=integer(frames.COUNTED_TO))
        st.markdown(escaped(_("评分推荐 {n} 位客户，值得优先培育到上一层级").format(n=shown)))
        with look.page.session() as session:
            first = session.execute(data.query_of(look.facts, PROPOSED).limit(10)).all()
        frames.table(first, [Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
                             *proposed_columns(look), Column("manager", _("客户经理"))],
                     key="proposed-first", link=frames.RowLink("portrait", "customer", "number"))  # fmt: skip
        if total > len(first) and st.button(_("看全部"), key="proposed-all", icon=":material/list:"):
            picks.show("proposed")
    said = _("推荐条件：综合评分不低于 {score}，且达到上一层线的 {percent}%，不在降级观察").format(
        score=entry.value["propose_from"], percent=entry.value["near_percent"])  # fmt: skip
    _told(look, entry, said)


def _told(look: Look, entry: Entry, said: str) -> None:
    st.caption(escaped(_("{said}。{basis}，{source}。规则版本 {version}").format(
        said=said, basis=name("basis", entry.basis), source=words.translate(entry.source),
        version=entry.version)))  # fmt: skip


def _rule(look: Look) -> Entry:
    return look.page.book.entry(RULE, look.run.quarter.end)


def _edges(look: Look) -> list[Edge]:
    return edges(look.scheme, _rule(look).value)


def _line_name(look: Look, edge: Edge) -> str:
    return _("{tier}线 {line}").format(tier=name("tier", edge.tier), line=look.money.text(edge.line))


def _side_name(side: str) -> str:
    return {"below": _("线下，接近"), "above": _("线上，临界"), "watch": _("线下，观察中")}[side]


def _title(edge: Edge) -> str:
    return _("{tier}线 · {side}").format(tier=name("tier", edge.tier), side=_side_name(edge.side))

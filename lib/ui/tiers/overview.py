"""The tiers of a quarter side by side: figures, share of AUM, branches; every bar and row leads to its customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.tiers.rules import Tier
from lib.ui import charts, frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.frames import Card, Column
from lib.ui.plain import escaped
from lib.ui.tiers import data
from lib.ui.tiers.look import Look
from lib.words import _, integer, name, percent


@dataclass(frozen=True)
class Line:
    """One tier in figures; `change` against the quarter before, None where that has no facts."""

    tier: str
    title: str
    line: int | None
    aliases: str
    customers: int
    share: float | None
    aum_fen: int
    aum_share: float | None
    change: int | None
    watch: int
    trend: list[float | None]


def draw(look: Look) -> None:
    """Cards, rule, bars, development, table and branches of the quarter."""
    found = lines(look)
    if not any(line.customers for line in found):
        frames.empty(_("这个季度在你的范围内没有这类客户。"))
        return
    cards(look, found)
    rule(look)
    shares(look, found)
    st.subheader(_("历季变化"), anchor=False)
    development(look)
    st.subheader(_("各层级"), anchor=False)
    table(look, found)
    if look.whole_bank:
        st.subheader(_("各支行"), anchor=False)
        branches(look, found)


def lines(look: Look) -> list[Line]:
    """The figures of every tier of the scheme, the highest first."""
    trail = quarters.up_to(look.runs, look.run)
    asked = tuple(str(run.quarter) for run in trail)
    found = data.by_tier(look.page.scope, asked, look.scene)
    now, before = str(look.run.quarter), look.before
    all_customers, all_aum = (sum(found.get((now, key, code), 0) for code in look.scheme.codes)
                              for key in ("customers", "aum"))  # fmt: skip

    def line(tier: Tier) -> Line:
        customers, aum = found.get((now, "customers", tier.code), 0), found.get((now, "aum", tier.code), 0)
        earlier = found.get((str(before.quarter), "customers", tier.code), 0) if before else None
        return Line(
            tier.code, name("tier", tier.code), tier.line or None,
            "，".join(f"{book} {words.translate(alias)}" for book, alias in tier.aliases.items()),
            customers, customers / all_customers if all_customers else None, aum, aum / all_aum if all_aum else None,
            None if earlier is None else customers - earlier, found.get((now, "on_watch", tier.code), 0),
            [found.get((quarter, "customers", tier.code)) for quarter in asked],
        )  # fmt: skip

    return [line(tier) for tier in look.scheme.tiers]


def cards(look: Look, found: list[Line]) -> None:
    """One card a tier: how many, against last quarter, their share and AUM."""
    shown = [
        Card(
            line.title, integer(line.customers),
            delta=None if line.change is None else _("{change} 较上季").format(change=f"{line.change:+,}"),
            note=_("占客户 {share} · AUM {aum}（{aum_share}）").format(
                share=percent(line.share), aum=look.money.text(line.aum_fen), aum_share=percent(line.aum_share)),
            spark=line.trend, help=_rule_of(look, line),
        )
        for line in found
    ]  # fmt: skip
    frames.cards(shown, key="tier-cards")


def table(look: Look, found: list[Line]) -> None:
    """The same figures as rows; choosing one leads to its customers."""
    currency = look.house.currency
    columns = [
        Column("title", _("层级"), pinned=True), Column("customers", _("客户数"), "integer"),
        Column("share", _("占客户"), "percent"), Column("change", _("较上季"), "integer"),
        Column("aum_fen", "AUM", "money", currency=currency), Column("aum_share", _("占 AUM"), "percent"),
        Column("watch", name("tier_change", "watch"), "integer",
               help=_("低于本层标准、尚在观察期内的客户；观察不算降级")),
        Column("line", _("下限"), "money", currency=currency), Column("aliases", _("三本制度中的叫法")),
    ]  # fmt: skip
    chosen = frames.table(found, columns, key="tier-table", select=True)
    if picks.picked("tier-table", chosen) and chosen is not None:
        picks.show(f"tier:{found[chosen].tier}")


def shares(look: Look, found: list[Line]) -> None:
    """Two bars: where the customers are, and where the AUM is; and customers by tier, each bar a way to its list."""
    left, right = st.columns(2)
    everyone = integer(sum(line.customers for line in found))
    with left:
        clicked = charts.bars(
            _("{n} 位客户分布在 {tiers} 个层级").format(n=everyone, tiers=len(found)),
            [line.title for line in found], [line.customers for line in found], key="tier-bars", horizontal=True,
            select=True,
        )  # fmt: skip
        chosen = next((line.tier for line in found if line.title == clicked), None)
        if picks.picked("tier-bars", chosen):
            picks.show(f"tier:{chosen}")
    with right:
        measures = [_("客户"), "AUM"]
        series = {line.title: [line.share, line.aum_share] for line in found}
        charts.stacked_bars(concentration(found), measures, series, key="tier-shares",
                            unit=charts.Unit("percent"), share=True, horizontal=True)  # fmt: skip


def development(look: Look) -> None:
    """Customers or AUM by tier at the end of every quarter there is."""
    trail = quarters.up_to(look.runs, look.run, len(look.runs))
    asked = tuple(str(run.quarter) for run in trail)
    found = data.by_tier(look.page.scope, asked, look.scene)
    of = choice(
        _("看什么的变化"), {"customers": _("客户数"), "aum": "AUM"}, key="of", default="customers", segments=True
    )
    series = {name("tier", tier): [found.get((quarter, of, tier), 0) for quarter in asked]
              for tier in look.scheme.codes}  # fmt: skip
    unit = charts.COUNT if of == "customers" else look.money
    charts.stacked_bars(_development(look, asked, found, of), [words.quarter_name(one) for one in asked], series,
                        key=f"tier-time-{of}", unit=unit)  # fmt: skip


def _development(look: Look, asked: Sequence[str], found: dict[tuple[str, str, str], int], of: str) -> str:
    """How the two highest tiers grew from the first quarter to the one looked at."""
    top = look.scheme.codes[:2]
    before, now = (sum(found.get((quarter, of, tier), 0) for tier in top) for quarter in (asked[0], asked[-1]))
    shown = integer if of == "customers" else look.money.text
    return _("{tiers}：{first} {before}，{last} {now}").format(
        tiers=_("与").join(name("tier", tier) for tier in top), first=words.quarter_name(asked[0]),
        before=shown(before), last=words.quarter_name(asked[-1]), now=shown(now))  # fmt: skip


def concentration(found: list[Line]) -> str:
    """The finding of the shares: how much of the AUM the two highest tiers hold."""
    top = found[:2]
    customers, aum = sum(line.share or 0 for line in top), sum(line.aum_share or 0 for line in top)
    return _("{tiers}占客户 {customers}，占 AUM {aum}").format(
        tiers=_("与").join(line.title for line in top), customers=percent(customers), aum=percent(aum))  # fmt: skip


def branches(look: Look, found: list[Line]) -> None:
    """Each branch's mix of tiers; choosing a branch narrows the page to it."""
    parts = data.by_branch(look.page.scope, look.facts_at("branch"))
    if not parts:
        return
    named = {key: title for key, (_code, title) in look.house.branches.items()}
    ids = [key for key in named if any(part.of == key for part in parts)]
    count = {(part.of, part.tier): part.customers for part in parts}
    series = {line.title: [count.get((key, line.tier), 0) for key in ids] for line in found}
    top = max(ids, key=lambda key: _top_share(count, key, found), default=None)
    if top is None:
        return
    title = _("{branch}的{tiers}占比最高：{share}").format(
        branch=named[top], tiers=_("与").join(line.title for line in found[:2]),
        share=percent(_top_share(count, top, found)))  # fmt: skip
    clicked = charts.stacked_bars(title, [named[key] for key in ids], series, key="tier-branches", share=True,
                                  horizontal=True, select=True)  # fmt: skip
    code = next((code for code, title in look.house.branches.values() if title == clicked), None)
    if picks.picked("tier-branches", code) and code:
        picks.show(code, "branch")


def _top_share(count: dict[tuple[str | int, str], int], branch: int, found: list[Line]) -> float:
    everyone = sum(count.get((branch, line.tier), 0) for line in found)
    return sum(count.get((branch, line.tier), 0) for line in found[:2]) / everyone if everyone else 0.0


def rule(look: Look) -> None:
    """By which lines the quarter was judged, on which basis."""
    entry = look.scheme.entry
    said = _("分层依据：{label}。{basis}，{source}。规则版本 {version}").format(
        label=words.translate(look.scheme.label), basis=name("basis", entry.basis),
        source=words.translate(entry.source), version=entry.version)  # fmt: skip
    st.caption(escaped(said))


def _rule_of(look: Look, line: Line) -> str:
    reached = look.money.text(line.line) if line.line else _("无下限")
    return _("{label}下限：{line}。{aliases}").format(
        label=words.translate(look.scheme.label), line=reached, aliases=line.aliases)  # fmt: skip

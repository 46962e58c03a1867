"""Two periods beside one another: how long they are, which one is compared with, and both in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.kpi.findings import versus
from lib.kpi.periods import before, quarters_of
from lib.store.quarter import Quarter
from lib.ui.choices import choice
from lib.ui.kpis.look import Look
from lib.words import _


@dataclass(frozen=True)
class Pair:
    """The period looked at and the one it is compared with. `mode`: last (just before) | year (a year ago) | any."""

    span: str
    mode: str
    now: tuple[Quarter, ...]
    then: tuple[Quarter, ...]

    @property
    def quarters(self) -> tuple[str, ...]:
        """Every quarter either needs."""
        return tuple(sorted({str(quarter) for quarter in (*self.now, *self.then)}))

    @property
    def form(self) -> str:
        """The words a change is told in, to be filled with it."""
        if self.span == "quarter":
            return versus(self.mode, str(self.then[-1]))
        return _("较{period} {change}").format(period=period_name(self.then, self.span), change="{change}")

    @property
    def names(self) -> tuple[str, str]:
        """What the period compared with and the one looked at are called."""
        return period_name(self.then, self.span), period_name(self.now, self.span)


def period_name(quarters: Sequence[Quarter], span: str) -> str:
    """`2026 年三季度`, `2026 年前 3 季度`, `截至 2026 年三季度的四个季度`."""
    last = quarters[-1]
    if span == "quarter" or (span == "to_date" and len(quarters) == 1):
        return words.quarter_name(str(last))
    if span == "to_date":
        return _("{year} 年前 {n} 季度").format(year=last.year, n=last.number)
    return _("截至 {quarter}的四季").format(quarter=words.quarter_name(str(last)))


def usual(look: Look) -> Pair:
    """The quarter looked at beside the one before."""
    now = look.run.quarter
    return Pair("quarter", "last", (now,), (now.shift(-1),))


def choose(look: Look) -> Pair:
    """The pair the address says, chosen from the quarters that have facts."""
    spans = {"quarter": _("单季"), "to_date": _("年初至今"), "year": _("近四季")}
    now = look.run.quarter
    span = choice(_("期间长度"), spans, key="span", default="quarter")
    there = {run.quarter for run in look.runs}
    usual_then = before(now, span)
    named = {"": _("上一季") if span == "quarter" else _("上年同期")}
    named |= {"year": _("去年同季")} if span == "quarter" and now.shift(-4) in there else {}
    named |= {
        str(quarter): period_name(quarters_of(quarter, span), span)
        for quarter in sorted(there, reverse=True)
        if quarter < now and set(quarters_of(quarter, span)) <= there
    }
    against = choice(_("对比"), named, key="against")
    then = usual_then if not against else now.shift(-4) if against == "year" else Quarter.parse(against)
    mode = "year" if then == now.shift(-4) else "last" if then == now.shift(-1) else "any"
    return Pair(span, mode, quarters_of(now, span), quarters_of(then, span))


def controls(look: Look) -> Pair:
    """The two choices side by side."""
    with st.grid(4, min_column_width=170, gap="small", key="kpi-periods"):
        return choose(look)

"""What moves overall satisfaction: each dimension's part of what is explained, beside how satisfied people are."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.satisfaction import read
from lib.satisfaction.drivers import LEAST, Driver
from lib.satisfaction.drivers import drivers as made
from lib.satisfaction.read import Span
from lib.satisfaction.rules import DIMENSIONS
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.satisfaction import look
from lib.ui.satisfaction.look import Look
from lib.words import _, integer, name, number, percent


def draw(seen: Look) -> None:
    """The dimensions by what they explain over a year; a sentence where too few answered."""
    st.subheader(escaped(_("什么影响总体满意度")), anchor=False)
    span = seen.span(look.TOGETHER)
    found = counted(seen.page.scope, span.start, span.end, span.branch_id)
    if not found:
        st.caption(escaped(_("近四季按维度回答的答卷太少，还说不出。")))
        return
    if found[0].part is not None:
        whole = sum(one.part or 0 for one in found)
        first = name("survey_dimension", found[0].dimension)
        said = _("作用最大的是{dimension}，占可解释部分的 {share}").format(
            dimension=first, share=percent(found[0].part / whole if whole else None, 0)
        )
        st.markdown(f"**{escaped(said)}**")
    rows = {row.key.removeprefix("csat_"): row for row in seen.rows([f"csat_{one}" for one in DIMENSIONS])}
    columns = [
        Column("dimension", _("维度"), pinned=True, width=100), Column("part", _("作用占比"), "share", width=130),
        Column("rho", _("与总体的相关"), width=100), Column("interval", _("95% 区间"), width=120),
        Column("csat", _("本季满意"), "percent", width=90), Column("n", _("答卷"), "integer", width=70),
    ]  # fmt: skip
    frames.table([_row(one, found, rows) for one in found], columns, key="satisfaction-drivers")
    told = _("近四季答卷。相关为斯皮尔曼等级相关；作用占比为夏普利值分解的 R²（各维度以任意次序进入回归时的平均贡献），"
             "答全的答卷不足 {n} 份时不算。相关不等于因果。").format(n=integer(LEAST))  # fmt: skip
    st.caption(escaped(told))


def _row(one: Driver, found: list[Driver], rows: dict[str, Any]) -> dict[str, Any]:
    whole = sum(other.part or 0 for other in found)
    row = rows.get(one.dimension)
    interval = _("{low} 至 {high}").format(low=number(one.rho.low), high=number(one.rho.high))
    return {
        "dimension": name("survey_dimension", one.dimension), "rho": number(one.rho.value), "interval": interval,
        "part": None if one.part is None or not whole else one.part / whole,
        "csat": row.value if row is not None else None, "n": one.n,
    }  # fmt: skip


@cached(of="facts")
def counted(session: Session, start: date, end: date, branch_id: int | None) -> list[Driver]:
    """Cross-tables and sums made by the database; never the answers one by one."""
    span = Span(start, end, branch_id)
    cells = {
        one: {(int(x), int(y)): int(n) for x, y, n in session.execute(read.cells(one, span))} for one in DIMENSIONS
    }
    sums = read.sums_of(session.execute(read.sums(span)).one())
    return made({one: of for one, of in cells.items() if of}, sums)

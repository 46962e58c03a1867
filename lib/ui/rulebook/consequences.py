"""The what-if of tier lines, scores and warnings: from stored facts, with progress; and as kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import streamlit as st

from lib.kpi import what_if, what_if_sums
from lib.kpi.frame import Frame
from lib.kpi.what_if import ANSWERS, PARTS, Move, added, frame_of, moves
from lib.store.engine import is_one_file
from lib.store.models import QuarterRun
from lib.store.session import StoreSession
from lib.ui import frames, quarters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook import consequence_tables
from lib.words import _, integer
from lib.work.rule_change import Proposal

Figures = dict[str, Any]
_KEPT = "rulebook.what_if"


def ask(page: Page, proposal: Proposal) -> Figures | None:
    """A button that works it out, the figures once they are, and who would move."""
    found = quarters.runs(page.scope)
    if not found:
        frames.empty(_("还没有季度数据，无法试算。"))
        return None
    ident = _ident(page, proposal, str(found[0].quarter), found[0].version)
    kept: dict[str, Figures] = st.session_state.setdefault(_KEPT, {})
    said = _("按 {quarter} 已有的客户事实试算：新口径下谁会变动。只读取，不改变任何人的层级。")
    st.caption(escaped(said.format(quarter=found[0].quarter)))
    if ident not in kept:
        if not st.button(escaped(_("开始试算")), key="what-if-run", icon=":material/calculate:"):
            return None
        kept.clear()
        kept[ident] = _worked_out(page, proposal, found[0])
    figures = kept[ident]
    show(page, figures)
    _people(page, proposal, found[0])
    return figures


def show(page: Page, figures: Figures) -> None:
    """The figures of a what-if."""
    consequence_tables.draw(page, figures)


def _worked_out(page: Page, proposal: Proposal, run: quarters.Run) -> Figures:
    what = ANSWERS[proposal.key]
    parts = PARTS if is_one_file() else 1
    with page.session() as session:
        frame = _frame(session, page, proposal, run)
        found = added(_told(moves(session, frame, what, parts), parts))
    ranks = {code: place for scheme in frame.schemes.values() for place, code in enumerate(scheme.codes)}
    days = page.book.value("visit.interval_days", frame.end)
    figures = what_if_sums.summary(found, what, ranks, days)
    return {**figures, "quarter": str(run.quarter), "cutoff": frame.end.isoformat()}


def _told(parts: Iterator[list[Move]], many: int) -> Iterator[list[Move]]:
    """Each part as it is read, with how far it is."""
    bar = st.progress(0.0, text=escaped(_("正在试算…")))
    for done, part in enumerate(parts, start=1):
        share = min(done / many, 1.0)
        bar.progress(share, text=escaped(_("正在试算… {n}%").format(n=integer(round(share * 100)))))
        yield part
    bar.empty()


def _frame(session: StoreSession, page: Page, proposal: Proposal, run: quarters.Run) -> Frame:
    row = session.get_one(QuarterRun, (str(run.quarter), run.version))
    return frame_of(session, row, page.book.supposing(proposal.row()))


def _people(page: Page, proposal: Proposal, run: quarters.Run) -> None:
    """Who would move, for who reaches them."""
    if page.scope.narrow:
        return
    with page.session() as session:
        query = what_if.people(_frame(session, page, proposal, run), ANSWERS[proposal.key])
        found = frames.page_of(session, query, key="what-if-page", filters=proposal.value, size=20)
    consequence_tables.people(page, found.rows, ANSWERS[proposal.key])


def _ident(page: Page, proposal: Proposal, quarter: str, version: int) -> str:
    said = repr((page.scope.staff_id, proposal.key, proposal.value, page.book.digest, quarter, version))
    return hashlib.sha256(said.encode()).hexdigest()

"""Tier review: the quarter's moves as a queue, with reasons, confirmed or held back one by one or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.store.rights import writable
from lib.store.session import StoreSession
from lib.tiers import review
from lib.tiers.explain import Standing, move_reason
from lib.tiers.review import Queue
from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link, RowLink
from lib.ui.plain import escaped
from lib.ui.tiers import deciding
from lib.ui.tiers.look import Look
from lib.words import NOTHING, _, day, integer, name, quarter_name, translate

_TONES = {"upgraded": "good", "downgraded": "watch", "watch": "watch", "fixed": "main"}


def draw(look: Look) -> None:
    """Counts, filters, and the moves in one state, with the forms of who decides."""
    with look.page.session() as session:
        deciding.told()
        wanted = review.reviewable(session)
        _standing(look, wanted)
        _cards(session, _queue(look, ""))
        state, change = _filters()
        queue = _queue(look, change)
        query = review.moves(queue, state)
        found = frames.page_of(session, query, key="review-page", filters=(queue, state))
    _listed(look, queue, state, found.rows, may=_may(look) and str(look.run.quarter) == wanted)


def _queue(look: Look, change: str) -> Queue:
    run = look.run
    branch = look.scene.branch_id if look.page.scope.facts == "bank" else None
    return Queue(str(run.quarter), run.version, look.kind, branch, change)


def _may(look: Look) -> bool:
    return look.page.right.change and "tier_decision" in writable(look.page.scope.role)


def _standing(look: Look, wanted: str | None) -> None:
    """What a decision does, and where the queue is when another quarter is looked at."""
    if wanted != str(look.run.quarter) and wanted is not None:
        st.info(escaped(_("这个季度只可查看；正在审议的是{quarter}。").format(quarter=quarter_name(wanted))))
        return
    until = day(review.hold_until(str(look.run.quarter), look.page.book, look.page.today))
    said = _("确认只留下记录；暂缓使客户保持原层级到 {until}，下次刷新时生效，已结账的季度不变。").format(until=until)
    if look.run.closed:
        said = _("本季已结账，事实不再改变：暂缓从下一季度的评定起生效。")
    st.caption(escaped(said))


def _cards(session: StoreSession, queue: Queue) -> None:
    """How many moves are open, confirmed, held; each leads to its list."""
    shown = []
    for state in review.STATES:
        n = frames.count_of(session, review.moves(queue, state))
        count = integer(n) if n <= frames.COUNTED_TO else _("超过 {n}").format(n=integer(frames.COUNTED_TO))
        tone = "watch" if state == "open" and n else None
        address = {"view": "review", "state": state, "quarter": queue.quarter, "kind": queue.kind}
        shown.append(Card(name("review_state", state), count, tone=tone,
                          href=Link("tiers", address, _("查看名单")) if n else None))  # fmt: skip
    frames.cards(shown, key="review-cards")


def _filters() -> tuple[str, str]:
    """State and change as chosen."""
    named = {"": _("全部变动"), **{code: name("tier_change", code) for code in review.MOVES}}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        states = {state: name("review_state", state) for state in review.STATES}
        state = choice(_("状态"), states, key="state", default="open", segments=True)
    with right:
        change = choice(_("变动"), named, key="change")
    return state, change


def _listed(look: Look, queue: Queue, state: str, found: Sequence[Any], *, may: bool) -> None:
    rows, columns = [_row(look, one) for one in found], _columns(look, state)
    ticks = may and state != "confirmed" and bool(rows)
    if ticks and st.toggle(escaped(_("勾选审议")), value=True, key="review-ticks"):
        deciding.ticked(look.page, queue, state, found, rows, columns)
        return
    nothing = {
        "open": _("没有待审议的变动：这个季度没有人升降级，或都已审议。"),
        "confirmed": _("还没有确认过的变动。"), "held": _("还没有暂缓的变动。"),
    }[state]  # fmt: skip
    frames.table(rows, columns, key="review-list", link=RowLink("portrait", "customer", "number"), nothing=nothing)


def _row(look: Look, one: Any) -> dict[str, Any]:
    """A move with its reason: amount, line, distance and score; of a decided one who decided, when and why."""
    amount = getattr(one, look.scheme.measure)
    who = look.house.staff.get(one.staff_id, ("", NOTHING))[1] if one.staff_id else None
    before = one.decided_before or one.tier_before
    moved = Standing(amount, one.tier, one.tier_reached, one.tier_change, one.watch)
    return {
        "number": one.number, "name": one.name, "before": before, "tier": one.tier,
        "change": (name("tier_change", one.tier_change), _TONES.get(one.tier_change, "context")),
        "amount": amount, "why": move_reason(moved, before, look.scheme), "score": one.score, "manager": one.manager,
        "branch": one.branch, "by": who, "at": one.at, "reason": one.reason, "until": one.until_day,
    }  # fmt: skip


def _columns(look: Look, state: str) -> list[Column]:
    columns = [
        Column("name", _("客户"), pinned=True), Column("before", _("原层级"), "code", family="tier"),
        Column("tier", _("现层级"), "code", family="tier"), Column("change", _("变动"), "badge"),
        Column("amount", translate(look.scheme.label), "money", currency=look.house.currency),
        Column("why", _("理由")), Column("score", _("综合评分"), "integer"),
    ]  # fmt: skip
    if state != "open":
        columns += [Column("by", _("决定人")), Column("at", _("时间"), "moment")]
    if state == "held":
        columns += [Column("until", _("保持至"), "day"), Column("reason", _("暂缓理由"))]
    owners = [Column("manager", _("客户经理")), Column("branch", _("支行")), Column("number", _("客户号"))]
    return columns + (owners if look.whole_bank else [owners[0], owners[2]])

"""What is to be done beside the calls: improvement actions, approvals, records to compare; and what was put off."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import func, select

from lib.care import today
from lib.review import decision_lists
from lib.satisfaction import finding_lists
from lib.satisfaction import read as reads
from lib.staff import appraisal_read
from lib.staff.training import due_of
from lib.store.models import Action, DueItem
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui.frames import Link, link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import surveys
from lib.ui.today.look import Look
from lib.words import _, day, integer, name
from lib.work import due, requests

_MOST = 20


def draw(look: Look, session: StoreSession) -> None:
    """One line for what else waits, and what sleeps folded away."""
    training(look, session)
    found = _counted(look, session)
    others(look, session, found)
    sleeping(look, session, found.asleep)


def training(look: Look, session: StoreSession) -> None:
    """What of one's own training is due, leading to it; nothing where nothing is."""
    page = look.page
    rows = session.execute(due_of(page.scope.staff_id, page.book, page.today)).all()
    if not rows:
        return
    late = sum(1 for row in rows if row.due_on < page.today)
    said = _("我的培训 {n} 门待完成（逾期 {late}）").format(n=integer(len(rows)), late=integer(late))
    link(Link("appraisal", {"view": "training", "training": "mine"}, said))


def _counted(look: Look, session: StoreSession) -> Any:
    """How much there is of each, in one statement: actions, late (of them), approvals, cards, desk, asleep,
    to ask."""
    on, me = look.asked.on, look.page.scope.staff_id
    mine = (Action.owner_id == me, Action.state == "open", Action.due_on <= on, Action.finding_id.is_(None),
            Action.quarter.is_(None))  # fmt: skip
    counts = {
        **_measures(me, on),
        **_decided(me, on),
        "actions": select(func.count()).select_from(Action).where(*mine),
        "late": select(func.count()).select_from(Action).where(*mine, Action.due_on < on),
        "approvals": _count(requests.waiting_for_me(session)),
        "cards": _count(appraisal_read.waiting(session.scope)),
        "desk": _count(today.at_the_desk(look.asked, look.whole)),
        "asleep": _count(today.asleep(look.asked, look.whole)),
        "to_ask": reads.waiting_count(surveys.waiting_since(look.page)),
    }
    return session.execute(select(*(query.scalar_subquery().label(key) for key, query in counts.items()))).one()


def _decided(me: int, on: date) -> dict[str, Any]:
    """What reviews decided that is one's own to do: decided, late_decided (of them)."""
    one = decision_lists.due_of(me, on).subquery("decided")
    return {"decided": select(one.c.due), "late_decided": select(one.c.late)}


def _measures(me: int, on: date) -> dict[str, Any]:
    """Measures against findings that are one's own to do: measures, late_measures (of them)."""
    one = finding_lists.due_of(me, on).subquery("measures")
    return {"measures": select(one.c.due), "late_measures": select(one.c.late)}


def _count(query: Any) -> Any:
    return query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)


def others(look: Look, session: StoreSession, found: Any) -> None:
    """What is not about speaking with a customer, each leading to its page."""
    owed = (found.actions, found.measures, found.decided, found.approvals, found.cards, found.desk, found.to_ask)
    if not any(owed):
        return
    with st.container(key="today-others", gap="xsmall"):
        st.caption(escaped(_("其他待办")))
        with st.container(horizontal=True, gap="small"):
            if found.actions:
                said = _("改进措施 {n} 项（逾期 {late}）").format(n=integer(found.actions), late=integer(found.late))
                link(Link("complaints", {"view": "actions"}, said))
            measures(found)
            decided(found)
            if found.approvals:
                said = _("待我审核 {n} 件").format(n=integer(found.approvals))
                link(Link("approvals", {}, said))
            if found.to_ask:
                said = _("满意度待回访 {n} 位").format(n=integer(found.to_ask))
                link(Link("satisfaction", {"view": "surveys", "lists": "waiting"}, said))
            if found.cards:
                said = _("考核单 {n} 张待我办理").format(n=integer(found.cards))
                link(Link("appraisal", {}, said))
        if found.desk:
            _desk(look, session, found.desk)


def measures(found: Any) -> None:
    """The way to one's measures against findings, where some are due."""
    if found.measures:
        said = _("质量整改 {n} 项（逾期 {late}）").format(n=integer(found.measures), late=integer(found.late_measures))
        link(Link("satisfaction", {"view": "findings", "whose_measure": "mine"}, said))


def decided(found: Any) -> None:
    """The way to what a review decided that is one's own to do."""
    if found.decided:
        said = _("评审决议 {n} 项（逾期 {late}）").format(n=integer(found.decided), late=integer(found.late_decided))
        link(Link("review", {"view": "decisions"}, said))


def due_measures(page: Page, session: StoreSession) -> Any:
    """How many of one's measures and decisions are due: measures, late_measures, decided, late_decided."""
    me = page.scope.staff_id
    counts = {**_measures(me, page.today), **_decided(me, page.today)}
    return session.execute(select(*(query.scalar_subquery().label(key) for key, query in counts.items()))).one()


def _desk(look: Look, session: StoreSession, count: int) -> None:
    with st.expander(
        escaped(_("重复核对 {n} 组").format(n=integer(count))), key="today-desk", on_change="rerun"
    ) as box:
        if not box.open:
            return
        for row in session.execute(today.at_the_desk(look.asked, look.whole).limit(_MOST)):
            link(Link("portrait", {"customer": row.number}, row.name, icon=":material/content_copy:"))


def sleeping(look: Look, session: StoreSession, count: int) -> None:
    """What was put off: until when, why, and the way to wake it."""
    if not count:
        return
    said = escaped(_("已暂缓 {n} 项").format(n=integer(count)))
    with st.expander(said, icon=":material/snooze:", key="today-asleep", on_change="rerun") as box:
        if box.open:
            for row in session.execute(today.asleep(look.asked, look.whole).limit(_MOST)):
                _sleeper(look, row)
            if count > _MOST:
                st.caption(escaped(_("只列出最先到期的 {n} 项。").format(n=_MOST)))


def _sleeper(look: Look, row: Any) -> None:
    item: DueItem = row[0]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(Link("portrait", {"customer": row.number}, row.name, icon=""))
        what = item.title or name("due_kind", item.kind)
        said = _("{what}，{day} 再列出：{why}")
        st.caption(escaped(said.format(what=what, day=day(item.snoozed_until), why=item.snooze_reason or "")))
        if look.page.right.change:
            st.button(_("唤醒"), key=f"today-wake-{item.id}", type="tertiary", on_click=_wake,
                      args=(look.page, item.customer_id, item.id, item.version))  # fmt: skip


def _wake(page: Page, customer_id: int, item_id: int, version: int) -> None:
    try:
        with page.session(write=True) as session:
            due.wake(session, session.get_one(DueItem, (customer_id, item_id)), version)
    except (Conflict, Refused):
        st.toast(escaped(_("刚被别人更新过，请重新查看。")))
    else:
        st.toast(escaped(_("已唤醒，回到名单。")))

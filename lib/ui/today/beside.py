"""What is to be done beside the calls: improvement actions, approvals, records to compare; and what was put off."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import func, select

from lib.care import today
from lib.staff import appraisal_read
from lib.store.models import Action, DueItem
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui.frames import Link, link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.today.look import Look
from lib.words import _, day, integer, name
from lib.work import due, requests

_MOST = 20


def draw(look: Look, session: StoreSession) -> None:
    """One line for what else waits, and what sleeps folded away."""
    found = _counted(look, session)
    others(look, session, found)
    sleeping(look, session, found.asleep)


def _counted(look: Look, session: StoreSession) -> Any:
    """How much there is of each, in one statement: actions, late (of them), approvals, cards, desk,
    asleep."""
    on, me = look.asked.on, look.page.scope.staff_id
    mine = (Action.owner_id == me, Action.state == "open", Action.due_on <= on)
    counts = {
        "actions": select(func.count()).select_from(Action).where(*mine),
        "late": select(func.count()).select_from(Action).where(*mine, Action.due_on < on),
        "approvals": _count(requests.waiting_for_me(session)),
        "cards": _count(appraisal_read.waiting(session.scope)),
        "desk": _count(today.at_the_desk(look.asked, look.whole)),
        "asleep": _count(today.asleep(look.asked, look.whole)),
    }
    return session.execute(select(*(query.scalar_subquery().label(key) for key, query in counts.items()))).one()


def _count(query: Any) -> Any:
    return query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)


def others(look: Look, session: StoreSession, found: Any) -> None:
    """What is not about speaking with a customer, each leading to its page."""
    if not (found.actions or found.approvals or found.cards or found.desk):
        return
    with st.container(key="today-others", gap="xsmall"):
        st.caption(escaped(_("其他待办")))
        with st.container(horizontal=True, gap="small"):
            if found.actions:
                said = _("改进措施 {n} 项（逾期 {late}）").format(n=integer(found.actions), late=integer(found.late))
                link(Link("complaints", {"view": "actions"}, said))
            if found.approvals:
                said = _("待我审核 {n} 件").format(n=integer(found.approvals))
                link(Link("approvals", {}, said))
            if found.cards:
                said = _("考核单 {n} 张待我办理").format(n=integer(found.cards))
                link(Link("appraisal", {}, said))
        if found.desk:
            _desk(look, session, found.desk)


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

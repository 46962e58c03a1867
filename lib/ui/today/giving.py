"""Giving customers' open work to a colleague of the branch, who reaches them until it is done."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.care import today
from lib.care.today import Wanted
from lib.settings import bank_day
from lib.store.models import Customer
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.today.look import NOBODY, Look, managers
from lib.words import _, integer
from lib.work import due

_SIZE, _DONE = 50, "today.given"


def draw(look: Look, session: StoreSession) -> None:
    """Whose work, which customers, to whom and why."""
    st.subheader(escaped(_("调剂")), anchor=False)
    if said := st.session_state.pop(_DONE, ""):
        st.success(escaped(said), icon=":material/check:")
    team = managers(look.page.scope, look.wanted.branch_id)
    source = choice(_("从谁的名单调出"), {**team, NOBODY: _("没有经办人")}, key="from")
    owner = 0 if source == NOBODY else look.house.staff_of(source)
    wanted = Wanted(owner or 0, branch_id=look.wanted.branch_id)
    query = today.people(look.asked, wanted)
    found = frames.page_of(session, query, key="today-giving-page", size=_SIZE, filters=wanted)
    rows = _rows(session, found.rows)
    if not rows:
        frames.empty(_("他的名单上没有客户。"))
        return
    columns = [
        Column("name", _("客户"), pinned=True, width=150), Column("tier", _("层级"), "code", family="tier", width=80),
        Column("things", _("事项"), "integer", width=70), Column("first_due", _("最早到期"), "day", width=110),
        Column("talked", _("上次联系"), "day", width=110), Column("number", _("客户号"), width=110),
    ]  # fmt: skip
    ticked = [rows[at] for at in frames.checklist(rows, columns, key="today-giving", by="number")]
    if not ticked:
        st.caption(escaped(_("勾选左侧的方框，再选择交给谁。代管的同事在事项办完前可以查看这些客户。")))
        return
    _form(look, ticked, {login: who for login, who in team.items() if login != source})


def _rows(session: StoreSession, found: Any) -> list[dict[str, Any]]:
    ids = [row.customer_id for row in found]
    c = Customer
    who = session.execute(select(c.customer_id, c.name, c.number, c.tier).where(c.customer_id.in_(ids)))
    known = {row.customer_id: row for row in who}
    talks = {row.customer_id: bank_day(row.happened_at) for row in session.execute(today.last_talks(ids))}
    return [{
        "id": row.customer_id, "name": known[row.customer_id].name, "number": known[row.customer_id].number,
        "tier": known[row.customer_id].tier, "things": row.things, "first_due": row.first_due,
        "talked": talks.get(row.customer_id),
    } for row in found if row.customer_id in known]  # fmt: skip


def _form(look: Look, ticked: list[dict[str, Any]], team: dict[str, str]) -> None:
    with SaveForm("today-give") as form:
        left, right = st.columns([1, 2])
        to = left.selectbox(escaped(_("交给")), list(team), index=None, format_func=team.__getitem__,
                            key=form.key("to"), placeholder=_("请选择"))  # fmt: skip
        why = right.text_input(escaped(_("理由")), key=form.key("why"), max_chars=200)
        staff_id = look.house.staff_of(to) if to else None

        def save(_seen: Seen) -> None:
            moved = 0
            try:
                with look.page.session(write=True) as session:
                    for one in ticked:
                        moved += due.give(session, one["id"], staff_id or 0, why)
            except Conflict:
                raise Refused(_("刚被别人更新过，请重新查看。")) from None
            said = _("{n} 位客户的 {items} 项交给 {who}。")
            st.session_state[_DONE] = said.format(n=integer(len(ticked)), items=integer(moved), who=team[to or ""])

        problems = [] if to else [_("请选择接手的人。")]
        problems += [] if why.strip() else [_("请写明理由。")]
        label = _("交给同事（{n} 位）").format(n=integer(len(ticked)))
        form.submit(save, problems=problems, label=label, done=_("已调剂。"))

"""The quarterly meetings with firms: who was there, minutes, what was agreed and how it stands; firms without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.care import meetings as reads
from lib.settings import bank_day
from lib.store.models import DueItem
from lib.store.quarter import Quarter
from lib.ui import frames
from lib.ui.care.look import owner_of, whose_of
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, integer, name, quarter_name

_SIZE, _BACK = 10, 8


def draw(page: Page) -> None:
    """The meetings of a quarter, then the firms that have had none."""
    with st.grid(3, min_column_width=140, gap="small"):
        quarter = _quarter(page)
        staff_id = None if page.scope.customers == "own" else owner_of(page, whose_of(page))
    with page.session() as session, frames.loading():
        held, without = reads.held(quarter, staff_id), reads.without(quarter, staff_id)
        met, missing = frames.count_of(session, held), frames.count_of(session, without)
        if not met and not missing:
            frames.empty(_("你的范围内没有要开季度沟通会的企业客户。"))
            return
        frames.cards([
            Card(_("已开沟通会"), integer(met)),
            Card(_("还没开的企业"), integer(missing), tone="watch" if missing else None,
                 note=_("每季一次（办法 §五.1）")),
        ], key="meeting-cards")  # fmt: skip
        st.subheader(escaped(_("已开的沟通会")), anchor=False)
        _held(page, session, held, (str(quarter), staff_id), met)
        running = quarter == Quarter.of(page.today)
        st.subheader(escaped(_("本季还没开的企业") if running else _("那一季没开的企业")), anchor=False)
        _without(session, without, (str(quarter), staff_id), missing)


def _quarter(page: Page) -> Quarter:
    here = Quarter.of(page.today)
    known = [here.shift(-back) for back in range(_BACK)]
    chosen = choice(_("季度"), {str(one): quarter_name(str(one)) for one in known}, key="quarter", default=str(here))
    return Quarter.parse(chosen)


def _held(page: Page, session: Session, query: Any, at: object, total: int) -> None:
    found = frames.page_of(session, query, key="meetings-page", size=_SIZE, filters=at, total=total)
    if not found.rows:
        frames.empty(_("还没有登记沟通会。记录联系时目的选“季度沟通会”，写明参会人、纪要和商定事项。"))
    rows: Sequence[Any] = found.rows
    agreed: dict[int, list[DueItem]] = {}
    for item in session.scalars(reads.actions([row.id for row in rows])) if rows else ():
        agreed.setdefault(item.contact_id or 0, []).append(item)
    for row in rows:
        _meeting(page, row, agreed)


def _meeting(page: Page, row: Any, agreed: Mapping[int, Sequence[DueItem]]) -> None:
    items = agreed.get(row.id, ())
    head = " · ".join((words.day(bank_day(row.happened_at)), row.name, name("tier", row.tier), row.staff or NOTHING))
    with st.container(border=True, gap="xsmall", key=f"meeting-{row.customer_id}-{row.id}"):
        st.markdown(f"**{escaped(head)}**")
        st.caption(escaped(_("参会：{who}").format(who=row.attendees or NOTHING)))
        if row.note:
            frames.plain(row.note)
        for item in items:
            state, tone = standing(item, page.today)
            day = words.day(item.due_on)
            st.markdown(f":{tone}-badge[{escaped(state)}]  {escaped(f'{day} {item.title or NOTHING}')}")
        frames.link(frames.Link("portrait", {"customer": row.number}, _("打开客户画像")))


def standing(item: DueItem, today: date) -> tuple[str, str]:
    """How what was agreed stands, and the tone for it: red only where it is overdue."""
    if item.state == "done":
        return name("due_state", "done"), "green"
    if item.state == "dropped":
        return name("due_state", "dropped"), "gray"
    late = (today - item.due_on).days
    return (_("逾期 {n} 天").format(n=integer(late)), "red") if late > 0 else (name("due_state", "open"), "blue")


def _without(session: Session, query: Any, at: object, total: int) -> None:
    found = frames.page_of(session, query, key="without-page", size=20, filters=at, total=total)
    read: Sequence[Any] = found.rows
    rows = [{**row._mapping, "last": row.last_at and bank_day(row.last_at), "manager": row.manager or NOTHING}
            for row in read]  # fmt: skip
    columns = [
        Column("name", _("客户"), pinned=True), Column("tier", _("层级"), "code", family="tier"),
        Column("planned_on", _("已排在"), "day"), Column("last", _("上次沟通会"), "day"),
        Column("manager", _("客户经理")), Column("number", _("客户号")),
    ]  # fmt: skip
    frames.table(rows, columns, key="without-list", link=RowLink("portrait", "customer", "number"),
                 nothing=_("每家企业这一季都开过沟通会了。"))  # fmt: skip

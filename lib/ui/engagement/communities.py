"""社群: each with its members, how it grows, its events; who joins has agreed, and may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.engagement import communities as read
from lib.engagement.read import Wanted, events
from lib.engagement.rules import Community, communities
from lib.settings import business_now
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import charts, frames, picks
from lib.ui.cached import cached
from lib.ui.engagement import joining
from lib.ui.engagement.badges import event_badge
from lib.ui.frames import Column, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, name

PARAM = "in"
_QUARTERS = 8


def draw(page: Page) -> None:
    """All of them, or one by the address."""
    if page.scope.narrow or page.scope.masked_names:
        frames.empty(_("社群由手工标签组成，只对看得到客户全貌的岗位开放。"))
        return
    known = communities(page.book, page.today)
    with page.session() as session:
        one = known.get(st.query_params.get(PARAM, ""))
        if one is None:
            _list(page, session, known)
            return
        picks.back(_("返回社群"), PARAM, key="community-back")
        _one(page, session, one)


@cached()
def _sizes(session: Session, tags: tuple[str, ...], ends: tuple[date, ...]) -> dict[str, list[int]]:
    """How many were in each at the end of each day, within the scope."""
    return {row.tag: [int(n) for n in row[1:]] for row in session.execute(read.sizes(tags, ends))}


def _ends(today: date) -> tuple[Quarter, ...]:
    now = Quarter.of(today)
    return tuple(now.shift(back) for back in range(1 - _QUARTERS, 1))


def _list(page: Page, session: StoreSession, known: dict[str, Community]) -> None:
    quarters = _ends(page.today)
    tags = tuple(one.name for one in known.values())
    sizes = _sizes(page.scope, tags, tuple(min(one.end, page.today) for one in quarters))
    moved = {row.tag: row for row in session.execute(read.joined_since(tags, quarters[-1].start))}
    held = {row.community: row for row in session.execute(read.event_counts())}
    rows = [_row(one, sizes.get(one.name, []), moved.get(one.name), held.get(one.code)) for one in known.values()]
    st.caption(escaped(_("社群由口径库的“客户社群”列出；成员是带有同名手工标签的客户，人数是你范围内的。")))
    columns = [
        Column("name", _("社群"), pinned=True, width=120), Column("members", _("成员"), "integer", width=65),
        Column("trend", _("近 {n} 季").format(n=_QUARTERS), "trend", width=110),
        Column("joined", _("本季加入"), "integer", width=80), Column("left", _("本季退出"), "integer", width=80),
        Column("coming", _("将办活动"), "integer", width=80), Column("past", _("已办活动"), "integer", width=80),
        Column("about", _("内容"), width=240),
    ]  # fmt: skip
    at = frames.table(rows, columns, key="community-list", select=True)
    value = rows[at]["code"] if at is not None else None
    if picks.picked("community-list", value) and value:
        picks.show(value, PARAM)


def _row(one: Community, sizes: Sequence[int], moved: Any, held: Any) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "about": one.about, "members": sizes[-1] if sizes else 0,
        "trend": list(sizes), "joined": moved.joined if moved else 0, "left": moved.left if moved else 0,
        "coming": held.coming if held else 0, "past": held.past if held else 0,
    }  # fmt: skip


def _one(page: Page, session: StoreSession, one: Community) -> None:
    st.subheader(escaped(one.name), anchor=False)
    st.caption(
        escaped(_("{about} · 标签类别：{family}").format(about=one.about, family=name("tag_family", one.family)))
    )
    quarters = _ends(page.today)
    sizes = _sizes(page.scope, (one.name,), tuple(min(q.end, page.today) for q in quarters)).get(one.name, [])
    if sizes:
        title = _("现有 {n} 位成员，一年前 {before} 位").format(n=integer(sizes[-1]), before=integer(sizes[-5]))
        charts.bars(title, [str(one) for one in quarters], sizes, key="community-sizes")
    joining.forms(page, one)
    found = frames.page_of(session, read.members(one.name), key="community-members", filters=one.code)
    if not found.rows:
        frames.empty(_("在你的范围内还没有成员。客户同意后，由其客户经理在上方登记加入。"))
    else:
        columns = [
            Column("name", _("客户"), pinned=True), Column("since_day", _("加入日"), "day", width=100),
            Column("tier", _("层级"), "code", family="tier"), Column("manager", _("客户经理")),
            Column("number", _("客户号")), Column("why", _("依据"), width=260),
        ]  # fmt: skip
        rows = [_member(row) for row in found.rows]
        frames.table(rows, columns, key="community-member-list", link=RowLink("portrait", "customer", "number"))
    _events(session, one)


def _member(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "why": (row.evidence or {}).get("why")}


def _events(session: StoreSession, one: Community) -> None:
    st.markdown(f"**{escaped(_('社群的活动'))}**")
    wanted = Wanted(business_now(), "all", community=one.code)
    rows = [
        {"id": str(row.Event.id), "title": row.Event.title, "state": event_badge(row.Event.state),
         "starts_at": row.Event.starts_at, "host": row.host}
        for row in session.execute(events(wanted).limit(20))
    ]  # fmt: skip
    columns = [Column("title", _("活动"), pinned=True), Column("state", _("状态"), "badge"),
               Column("starts_at", _("开始时间"), "moment"), Column("host", _("主办人"))]  # fmt: skip
    frames.table(rows, columns, key="community-events", link=RowLink("engagement", "event", "id"),
                 nothing=_("还没有为这个社群办过活动。"))  # fmt: skip

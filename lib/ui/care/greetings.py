"""关怀: who has a birthday, festival, milestone, event or maturity in the coming weeks, each with a draft at hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import func, select

from lib.care import greetings
from lib.care.greetings import AHEAD, KINDS
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.care import reach, writing
from lib.ui.choices import choice
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import base_currency
from lib.words import _, integer, name
from lib.words import day as day_said
from lib.work.lunar_words import lunar_said

_PARAM = writing.PARAM


def draw(page: Page) -> None:
    """The view: a message being written, or the lists."""
    if not reach.sees(page):
        return
    if _PARAM in st.query_params:
        with page.session() as session:
            writing.draw(page, session, st.query_params[_PARAM])
        return
    with page.session() as session, frames.loading():
        found = dict(session.execute(greetings.waiting(page.today)).all())
        titles = {kind: _("{kind} {n}").format(kind=name("message_occasion", kind), n=integer(found.get(kind, 0)))
                  for kind in KINDS}  # fmt: skip
        kind = choice(_("关怀事由"), titles, key="about", default=KINDS[0], segments=True)
        if kind == "birthday":
            _birthdays(page, session)
        else:
            if kind == "festival":
                _festivals(page)
            _items(page, session, kind)


def _birthdays(page: Page, session: StoreSession) -> None:
    """Everybody's, by the calendar each is kept by; those greeted in person stand there with their due item."""
    query = greetings.birthdays(page.today)
    _today_by_message(page, session)
    found = frames.page_of(session, query, key="care-birthdays", filters=page.today)
    if not found.rows:
        frames.empty(_("{n} 天内没有客户生日。").format(n=AHEAD))
        return
    rows = [_birthday(page, row) for row in found.rows]
    columns = [
        Column("name", _("客户"), pinned=True, width=110), Column("day", _("日期"), "day", width=100),
        Column("kept", _("生日"), width=130), Column("tier", _("层级"), "code", family="tier", width=80),
        Column("how", _("问候方式"), "badge", width=110), *_common(page),
    ]  # fmt: skip
    _open(rows, frames.table(rows, columns, key="care-birthday-list", select=True), "care-birthday-list")


def _birthday(page: Page, row: Any) -> dict[str, Any]:
    tiers = greetings.in_person("birthday", page.book, page.today)
    how = (_("亲自问候"), "main") if row.tier in tiers else (_("消息问候"), "context")
    if row.do_not_contact:
        how = (name("not_sent", "do_not_contact"), "watch")
    return {**_of_row(row, "birthday", row.item), "day": row.day, "kept": kept(row.birth_date, row.lunar_birthday),
            "how": how}  # fmt: skip


def kept(born: date | None, lunar: str | None) -> str:
    """A birthday as it is kept: 3-05, or 农历八月十五."""
    return lunar_said(lunar) if lunar else f"{born:%m-%d}" if born else ""


def _today_by_message(page: Page, session: StoreSession) -> None:
    """The way to write to all whose birthday is today and whom nobody greets in person."""
    if not reach.writes(page):
        return
    tiers = greetings.in_person("birthday", page.book, page.today)
    today_ = greetings.birthdays(page.today, 0).where(greetings.greeted_by_message(tiers)).order_by(None)
    n = session.scalar(select(func.count()).select_from(today_.subquery())) or 0
    if n:
        said = _("为今天生日的 {n} 位客户生成问候").format(n=integer(n))
        frames.link(Link("care", {"view": "campaigns", "new": "1", "of": "birthday", "template": "birthday"}, said,
                         ":material/cake:"))  # fmt: skip


def _festivals(page: Page) -> None:
    """The festivals that come, each with the way to a campaign."""
    coming = greetings.coming_festivals(page.book, page.today)
    if not coming:
        st.caption(escaped(_("60 天内没有规则所列的节日。")))
    for code, day in coming:
        said = _("{festival}：{day}，还有 {n} 天").format(festival=name("festival", code), day=day_said(day),
                                                    n=(day - page.today).days)  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(escaped(said), width="content")
            if reach.writes(page):
                to = {"view": "campaigns", "new": "1", "of": "people", "template": "festival", "festival": code}
                frames.link(Link("care", to, _("群发问候"), ":material/send:"))


def _items(page: Page, session: StoreSession, kind: str) -> None:
    found = frames.page_of(session, greetings.items(kind, page.today), key=f"care-{kind}", filters=kind)
    if not found.rows:
        frames.empty(_("{n} 天内没有“{kind}”的待办；由规则列出，每次刷新时更新。").format(
            n=AHEAD, kind=name("due_kind", kind)))  # fmt: skip
        return
    rows = [_item(row) for row in found.rows]
    currency = base_currency(page.scope)
    amount = [Column("value_fen", _("金额"), "money", currency=currency, width=120)] if kind == "maturity" else []
    columns = [
        Column("name", _("客户"), pinned=True, width=110), Column("what", _("事由"), width=120),
        Column("day", _("日期"), "day", width=100), Column("due", _("应于"), "day", width=100), *amount,
        Column("tier", _("层级"), "code", family="tier", width=80), *_common(page),
    ]  # fmt: skip
    _open(rows, frames.table(rows, columns, key=f"care-{kind}-list", select=True), f"care-{kind}-list")


def _open(rows: list[dict[str, Any]], chosen: int | None, key: str) -> None:
    """A row chosen just now leads to its message; the view stays in the address."""
    write = rows[chosen]["write"] if chosen is not None else None
    if picks.picked(key, write) and write:
        picks.show(write, _PARAM)


def _item(row: Any) -> dict[str, Any]:
    return {**_of_row(row, row.kind, row.id), "what": row.product or what(row.kind, row.about), "day": row.about_on,
            "due": row.due_on, "value_fen": row.value_fen}  # fmt: skip


def what(kind: str, about: str | None) -> str:
    """What a due item of care is about: which festival, which event."""
    family = "festival" if kind == "festival" else "life_event"
    return name(family, about) if about else name("due_kind", kind)


def _of_row(row: Any, occasion: str, item: int | None) -> dict[str, Any]:
    return {"name": row.name, "tier": row.tier, "manager": row.manager, "preferred": row.preferred_channel,
            "number": row.number, "write": writing.address(row.number, occasion, item)}  # fmt: skip


def _common(page: Page) -> list[Column]:
    found = [Column("preferred", _("偏好渠道"), "code", family="channel", width=90),
             Column("number", _("客户号"), width=110)]  # fmt: skip
    whose = [] if page.scope.customers == "own" else [Column("manager", _("客户经理"), width=90)]
    return [*whose, *found]

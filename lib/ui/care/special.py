"""Special customers (管理 §7.2) as a list: who is marked, whose visit is overdue, who wants to be served at home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.care import special
from lib.care.special import SHOWN, Wanted
from lib.customers.identity import age_on
from lib.settings import bank_day
from lib.store.book import rulebook
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.care.special_form import form, may_mark
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, codes, integer, name

_SHORT = 40


def draw(page: Page, address: Mapping[str, str] | None = None) -> None:
    """Cards, filters, list and, for who may be marked, the form. `address`: what else the view's address carries."""
    _cards(counted(page.scope, page.today), dict(address or {"view": "special"}))
    titles = _titles()
    show = choice(_("名单"), titles, key="special", default="marked", segments=True)
    care = ""
    if show != "suggested":
        marks = {"": _("全部类别"), **{one: name("special_care", one) for one in codes("special_care")}}
        with st.grid(4, min_column_width=160, gap="small"):
            care = choice(_("类别"), marks, key="special_care")
    wanted = Wanted(show, care)
    with page.session() as session:
        query = special.listed(wanted, page.today, page.book)
        found = frames.page_of(session, query, key="special-page", filters=wanted).rows
    if not found:
        frames.empty(_nothing(page, show))
        return
    rows = [_line(row, page.today) for row in found]
    if show == "suggested" and page.right.change:
        _suggested(page, found, rows)
    else:
        link = frames.RowLink("portrait", "customer", "number")
        frames.table(rows, _columns(page, show), key="special-list", link=link)


@cached()
def counted(session: Session, on: date) -> dict[str, int]:
    """How many each list has, counted as far as lists are."""
    return {show: frames.count_of(session, special.who(Wanted(show), on, rulebook())) for show in SHOWN}


def _titles() -> dict[str, str]:
    return {"marked": _("特殊客户"), "overdue": _("走访逾期"), "home": _("上门服务"), "suggested": _("建议标记")}


def _cards(counts: dict[str, int], address: dict[str, str]) -> None:
    """The lists by their length, each leading there; red only what is overdue."""
    frames.cards([
        frames.Card(title, integer(counts[show]), tone="risk" if show == "overdue" and counts[show] else None,
                    href=frames.Link("care", {**address, **({"special": show} if show != "marked" else {})}))
        for show, title in _titles().items()
    ], key="special-cards")  # fmt: skip


def _suggested(page: Page, found: Any, rows: list[dict[str, Any]]) -> None:
    """Who is old enough to be asked; a chosen one is marked below the list."""
    years = page.book.value("special.suggest_age", page.today)
    st.caption(escaped(_("{n} 岁及以上、尚未标记的个人客户。与客户商定后标记；点选一位即可填写。").format(n=years)))
    chosen = frames.table(rows, _columns(page, "suggested"), key="special-suggested", select=True)
    if chosen is None:
        return
    customer = found[chosen]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escaped(customer.name)}**", width="content")
        frames.link(frames.Link("portrait", {"customer": customer.number}, _("打开画像")))
    if may_mark(page, customer.kind):
        form(page, customer, usual="elderly")
    else:
        st.caption(escaped(_("由客户经理、支行负责人或客户关系管理部标记。")))


def _line(row: Any, on: date) -> dict[str, Any]:
    """A row as the list shows it; a visit whose day has passed is red."""
    wishes = row.service_wishes or ""
    late = row.next_check is not None and row.next_check < on
    check = None if row.next_check is None else (row.next_check.isoformat(), "risk" if late else "context")
    return {
        "number": row.number, "name": row.name, "age": age_on(row.birth_date, on) if row.birth_date else None,
        "care": name("special_care", row.special_care), "home": _("是") if row.home_visit else NOTHING,
        "check": check, "last_contact": _day(row.last_contact), "last_visit": _day(row.last_visit),
        "wishes": wishes[:_SHORT] + ("…" if len(wishes) > _SHORT else ""), "manager": row.manager or NOTHING,
        "branch": row.branch or NOTHING,
    }  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else bank_day(at)


def _columns(page: Page, show: str) -> list[frames.Column]:
    """The next visit stands beside the name, so that a phone shows it; nobody is told who they are themselves."""
    columns = [
        frames.Column("name", _("客户"), pinned=True, width=90),
        frames.Column("check", _("下次走访"), "badge", width=105),
        frames.Column("care", _("特殊关怀"), width=85), frames.Column("age", _("年龄"), "integer", width=55),
        frames.Column("home", _("上门服务"), width=75), frames.Column("last_visit", _("最近上门"), "day", width=100),
        frames.Column("last_contact", _("最近联系上"), "day", width=100),
        frames.Column("wishes", _("服务意愿"), width=260), frames.Column("manager", _("客户经理"), width=80),
        frames.Column("branch", _("支行"), width=95), frames.Column("number", _("客户号"), width=110),
    ]  # fmt: skip
    left_out = {"check", "care", "home", "wishes"} if show == "suggested" else set()
    left_out |= {"manager", "branch"} if page.scope.customers == "own" else set()
    left_out |= {"branch"} if page.scope.customers == "branch" else set()
    return [column for column in columns if column.name not in left_out]


def _nothing(page: Page, show: str) -> str:
    if show == "suggested":
        years = page.book.value("special.suggest_age", page.today)
        return _("没有 {n} 岁及以上而未标记的客户。").format(n=years)
    if show == "overdue":
        return _("没有逾期的走访。")
    return _("没有这样的特殊客户。可在“建议标记”里或客户画像上标记。")

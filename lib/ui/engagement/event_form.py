"""The form of an event: a new plan, or the change of one that has not been held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.engagement import planning
from lib.engagement.rules import MOST_SEATS, EventForm, communities, field_name
from lib.settings import BANK_ZONE
from lib.store.models import Branch, Event, Product
from lib.store.session import StoreSession
from lib.ui import quarters
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name

_MADE = "event.made"
_SEATS, _AHEAD = 30, 14


def new(page: Page, session: StoreSession) -> None:
    """Plan an event: whose it is, then the form; leaves for the event once it is kept."""
    st.subheader(escaped(_("策划活动")), anchor=False)
    branch_id = page.scope.branch_id if page.scope.role == "head" else _branch(session)
    with SaveForm(f"event-new-{branch_id or 'bank'}") as form:
        said = _fields(page, session, form, None, branch_id)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as inner:
                st.session_state[_MADE] = str(planning.plan(inner, said).id)

        problems = [one.sentence for one in said.problems(page.now, page.book)]
        if form.submit(save, problems=problems, label=_("保存为筹备中的活动"), done=_("已保存活动。")):
            made = st.session_state.pop(_MADE, None)
            st.query_params.from_dict({"event": made} if made else {})
            st.rerun()


def change(page: Page, session: StoreSession, event: Event) -> None:
    """Change a plan; a change by somebody else meanwhile is shown beside one's own."""
    before = {field: getattr(event, field) for field in _TITLES}
    with SaveForm(f"event-{event.id}", version=event.version, before=_shown(before)) as form:
        said = _fields(page, session, form, event, event.branch_id)

        def save(seen: Seen) -> None:
            with page.session(write=True) as inner:
                planning.change(inner, event.id, seen.version or 0, said)

        mine = _shown({field: getattr(said, field) for field in _TITLES})
        titles = {field: field_name(field) for field in _TITLES}
        problems = [one.sentence for one in said.problems(page.now, page.book, event.taken)]
        form.submit(save, problems=problems, mine=mine, titles=titles, done=_("已保存活动。"))


_TITLES = ("title", "kind", "place", "seats", "cost_fen", "topics", "community", "starts_at", "host_id", "products")


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {field: list(value) if isinstance(value, tuple) else (value or None) for field, value in values.items()}


def _branch(session: StoreSession) -> int | None:
    """Whose event it is, for the department: a branch's or the whole bank's; kept in the address."""
    rows = session.execute(select(Branch.id, Branch.code, Branch.name).order_by(Branch.code)).all()
    with st.container(width=260):
        code = choice(field_name("branch_id"), {"": _("全行"), **{row.code: row.name for row in rows}}, key="branch")
    return next((row.id for row in rows if row.code == code), None)


def _fields(page: Page, session: StoreSession, form: SaveForm, event: Event | None, branch_id: int | None) -> EventForm:
    said: dict[str, Any] = {}
    currency = quarters.house(page.scope).currency
    with st.grid(2, min_column_width=240, gap="small"):
        said["title"] = st.text_input(_label("title"), event.title if event else "", key=form.key("title"),
                                      max_chars=40)  # fmt: skip
        said["kind"] = _select(form, "kind", {one: name("event_kind", one) for one in codes("event_kind")},
                               event.kind if event else "lecture")  # fmt: skip
        local = (event.starts_at if event else page.now + timedelta(days=_AHEAD)).astimezone(BANK_ZONE)
        local = local.replace(tzinfo=None) if event else local.replace(hour=14, minute=30, second=0, microsecond=0,
                                                                       tzinfo=None)  # fmt: skip
        at = st.datetime_input(_label("starts_at"), local, key=form.key("starts_at"), step=900)
        said["starts_at"] = at.replace(tzinfo=BANK_ZONE) if at else None
        said["place"] = st.text_input(_label("place"), event.place if event else "", key=form.key("place"),
                                      max_chars=80)  # fmt: skip
        said["seats"] = int(st.number_input(_label("seats"), 1, MOST_SEATS, event.seats if event else _SEATS,
                                            key=form.key("seats")))  # fmt: skip
        cost = st.number_input(f"{_label('cost_fen')} ({currency})", 0.0, value=(event.cost_fen if event else 0) / 100,
                               step=100.0, key=form.key("cost"))  # fmt: skip
        said["cost_fen"] = round(cost * 100)
        hosts = planning.hosts(session, branch_id)
        usual = event.host_id if event else page.scope.staff_id
        said["host_id"] = _select(form, "host_id", hosts, usual if usual in hosts else None)
        known = {"": _("不限社群"), **{one.code: one.name for one in communities(page.book, page.today).values()}}
        said["community"] = _select(form, "community", known, (event.community if event else "") or "") or ""
    said["topics"] = st.text_input(_label("topics"), (event.topics if event else "") or "", key=form.key("topics"),
                                   max_chars=200)  # fmt: skip
    sold = select(Product.code, Product.name).where(Product.active).order_by(Product.category, Product.code)
    products = {row.code: row.name for row in session.execute(sold)}
    chosen = [one for one in (event.products if event else None) or [] if one in products]
    picked = st.multiselect(_label("products"), list(products), chosen, key=form.key("products"),
                            format_func=products.__getitem__, placeholder=_("不涉及产品"))  # fmt: skip
    return EventForm(branch_id=branch_id, products=tuple(picked), **said)


def _select(form: SaveForm, field: str, options: dict[Any, str], usual: Any) -> Any:
    at = list(options).index(usual) if usual in options else None
    return st.selectbox(_label(field), list(options), at, key=form.key(field), format_func=options.__getitem__,
                        placeholder=_("请选择"))  # fmt: skip


def _label(field: str) -> str:
    return escaped(field_name(field))

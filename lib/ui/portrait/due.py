"""Due items on the portrait: done, moved or dropped; planning another; verifying the information."""

from __future__ import annotations

from datetime import date

import streamlit as st
from sqlalchemy import select

from lib.customers import refresh
from lib.store.models import DueItem, Staff
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name
from lib.work import due

_ENDS = ("done", "move", "drop")


def planned(page: Page, session: StoreSession, subject: Subject) -> None:
    """All that is open for the customer, and planning another visit."""
    owners = select(Staff.id, Staff.name).where(Staff.id.in_([item.owner_id for item in subject.due if item.owner_id]))
    names = dict(session.execute(owners).all()) if subject.due else {}
    rows = [
        {"due_on": item.due_on, "kind": item.kind, "title": item.title or "", "original": item.original_due_on,
         "owner": names.get(item.owner_id or 0, NOTHING)}
        for item in subject.due
    ]  # fmt: skip
    columns = [
        frames.Column("due_on", _("应于"), "day", pinned=True),
        frames.Column("kind", _("类别"), "code", family="due_kind"),
        frames.Column("title", _("事由")),
        frames.Column("original", _("原定"), "day"),
        frames.Column("owner", _("责任人")),
    ]
    frames.table(rows, columns, key="portrait-planned", nothing=_("没有待办。"))
    if page.right.change and subject.customer.do_not_contact:
        st.caption(escaped(_("客户已声明请勿联系，不安排主动回访。")))
    elif page.right.change:
        box = st.expander(escaped(_("安排回访")), icon=":material/event:", key="portrait-plan-open", on_change="rerun")
        if box.open:
            with box:
                plan_form(page, subject, key="tab")


def plan_form(page: Page, subject: Subject, *, key: str, title: str = "", day: date | None = None) -> None:
    """Plan a visit: when, what about; for the customer's manager."""
    customer = subject.customer
    with SaveForm(f"plan-{customer.number}-{key}") as form:
        when = st.date_input(
            escaped(_("计划日期")), max(day or page.today, page.today), min_value=page.today, key=form.key("day")
        )
        what = st.text_input(escaped(_("事由")), title, key=form.key("title"), max_chars=100)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                due.plan(session, customer.customer_id, "visit", when, what)

        problems = [] if what.strip() else [_("请填写事由。")]
        form.submit(save, problems=problems, label=_("列入计划"), done=_("已列入计划。"))


def end_form(page: Page, item: DueItem) -> None:
    """What became of a due item: done with its outcome, another day or not at all with the reason."""
    titles = {"done": _("已完成"), "move": _("改期"), "drop": _("不再办理")}
    with SaveForm(f"due-{item.id}", version=item.version) as form:
        what = st.selectbox(escaped(_("结果")), _ENDS, format_func=titles.__getitem__, key=form.key("what"))
        note = st.text_input(escaped(_("说明（改期和不再办理须写明理由）")), key=form.key("note"), max_chars=200)
        day = st.date_input(
            escaped(_("改期至")), max(item.due_on, page.today), min_value=page.today, key=form.key("day")
        )
        problems = [] if what == "done" or note.strip() else [_("请写明理由。")]

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                stored = session.get_one(DueItem, (item.customer_id, item.id))
                version = seen.version or 0
                if what == "move":
                    due.move(session, stored, version, day, note)
                elif what == "drop":
                    due.drop(session, stored, version, note)
                else:
                    due.done(session, stored, version, note)

        form.submit(save, problems=problems, done=_("已记录。"))


def verify_form(page: Page, subject: Subject) -> None:
    """How complete the record is, and that it was verified with the customer."""
    customer = subject.customer
    found = refresh.completeness(customer, page.book)
    said = _("完整度 {percent}%：{asked} 项中已有 {filled} 项。")
    st.caption(escaped(said.format(percent=found.percent, asked=found.asked, filled=found.filled)))
    if found.missing:
        missing = _("、").join(name("record_field", field) for field in found.missing)
        st.caption(escaped(_("尚缺：{fields}。请先在“资料”页补充。").format(fields=missing)))
    with SaveForm(f"verify-{customer.number}", version=customer.version) as form:

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                refresh.verify(session, customer.customer_id, seen.version or 0)

        form.submit(save, label=_("已核实，无变化"), done=_("已记录：今天由你核实。"))

"""One visit: whom, when, how often it was tried; logging the conversation, another day, or why it is dropped."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.care import visits
from lib.care.today import last_talks
from lib.store.models import Customer, DueItem, Staff
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.care.days import day_field
from lib.ui.care.happened import happened
from lib.ui.care.look import may_write
from lib.ui.choices import choice
from lib.ui.contacts import Occasion, contact_fields
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, integer, name
from lib.work import due
from lib.work.contacts import log_contact

#: what one usually talks about when an item of a kind is done
_PURPOSES = {"visit": "visit", "meeting": "meeting", "check": "care"}


def draw(page: Page, said: str) -> None:
    """The visit that the address names (`?item=C0000123.4567`), or a sentence where there is none within reach."""
    picks.back(_("返回回访计划"), "item", "do", key="visit-back")
    number, _dot, ident = said.partition(".")
    with page.session() as session:
        row = session.execute(visits.one(number, int(ident) if ident.isdecimal() else 0)).one_or_none()
        if row is None:
            frames.empty(_("没有这件回访，或它不在你的权限范围内。"))
            return
        item, customer = row.DueItem, row.Customer
        _head(page, session, item, customer)
    if item.state != "open":
        return
    if not may_write(page):
        st.caption(escaped(_("你的岗位只查看回访计划。")))
        return
    _forms(page, item, customer)


def _head(page: Page, session: StoreSession, item: DueItem, customer: Customer) -> None:
    st.subheader(escaped(f"{customer.name} · {name('due_kind', item.kind)}"), anchor=False)
    if item.title:
        frames.plain(item.title)
    talk = session.execute(last_talks([customer.customer_id])).one_or_none()
    owner = session.get(Staff, item.owner_id) if item.owner_id else None
    manner = page.book.value("visit.manner", page.today).get(customer.tier or "")
    late = (page.today - item.due_on).days if item.state == "open" else 0
    frames.cards([
        frames.Card(_("应于"), words.day(item.due_on), tone="risk" if late > 0 else None,
                    note=_("逾期 {n} 天").format(n=integer(late)) if late > 0 else happened(item)),
        frames.Card(_("原定"), words.day(item.original_due_on),
                    note=_("改期：{why}").format(why=item.outcome) if _moved(item) and item.outcome else None),
        frames.Card(_("层级与方式"), name("tier", customer.tier), note=name("visit_manner", manner)),
        frames.Card(_("上次联系"), words.day(talk.happened_at.astimezone(words.SHANGHAI).date()) if talk else NOTHING,
                    note=name("channel", talk.channel) if talk else None),
        frames.Card(_("责任人"), owner.name if owner else NOTHING,
                    note=_("未联系上 {n} 次").format(n=integer(item.attempts)) if item.attempts else None),
    ], key="visit-facts")  # fmt: skip
    frames.link(frames.Link("portrait", {"customer": customer.number}, _("打开客户画像")))


def _moved(item: DueItem) -> bool:
    return item.state == "open" and item.due_on != item.original_due_on


def _forms(page: Page, item: DueItem, customer: Customer) -> None:
    """One thing at a time: a conversation, another day, or not at all."""
    acts = {"": _("记录联系"), "move": _("改期"), "drop": _("不再办理")}
    chosen = choice(_("怎么办"), acts, key="do", segments=True)
    {"": _log, "move": _move, "drop": _drop}[chosen](page, item, customer)


def _log(page: Page, item: DueItem, customer: Customer) -> None:
    """The conversation: it does the visit if it reached the customer, else the visit is tried again."""
    if customer.do_not_contact:
        st.warning(escaped(_("客户已声明请勿联系：只可答复其投诉或来电，不得营销。")))
    with SaveForm(f"visit-log-{customer.number}-{item.id}") as form:
        named = {item.id: item.title or name("due_kind", item.kind)}
        of = Occasion(customer.preferred_channel, _PURPOSES[item.kind], named, (item.id,), item.kind == "meeting")
        shape = contact_fields(page, form, of)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                log_contact(session, customer.customer_id, shape, seen.once)

        problems = [problem.sentence for problem in shape.problems(page.now)]
        form.submit(save, problems=problems, label=_("记录联系"), done=_("已记录这次联系。"))


def _move(page: Page, item: DueItem, _customer: Customer) -> None:
    st.caption(escaped(_("原定 {day} 不变，完成率按原定日期算。").format(day=words.day(item.original_due_on))))
    with SaveForm(f"visit-move-{item.customer_id}-{item.id}", version=item.version) as form:
        day, problems = day_field(form, _("改期至"), item.due_on, page.today)
        why = st.text_input(escaped(_("理由")), key=form.key("why"), max_chars=200)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                due.move(session, _stored(session, item), seen.version or 0, day, why)

        problems = problems if why.strip() else [*problems, _("请写明理由。")]
        form.submit(save, problems=problems, mine={"due_on": day, "outcome": why}, label=_("改期"), done=_("已改期。"),
                    titles={"due_on": _("改期至"), "outcome": _("理由")})  # fmt: skip


def _drop(page: Page, item: DueItem, _customer: Customer) -> None:
    st.caption(escaped(_("不再办理的仍计为未完成。")))
    with SaveForm(f"visit-drop-{item.customer_id}-{item.id}", version=item.version) as form:
        why = st.text_input(escaped(_("理由")), key=form.key("why"), max_chars=200)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                due.drop(session, _stored(session, item), seen.version or 0, why)

        problems = [] if why.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, mine={"outcome": why}, titles={"outcome": _("理由")},
                    label=_("不再办理"), done=_("已记录。"))  # fmt: skip


def _stored(session: StoreSession, item: DueItem) -> DueItem:
    return session.get_one(DueItem, (item.customer_id, item.id))

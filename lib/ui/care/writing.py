"""One message being written: why, from which template, through which channel and why that, or why not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st
from sqlalchemy import select

from lib.care import drafts, messages, policy
from lib.care.messages import MessageForm
from lib.care.policy import Sending
from lib.care.rules import OCCASIONS, Rules, Template, rules_of, templates
from lib.care.whom import About, Addressee, addressee
from lib.store.models import Customer, DueItem
from lib.store.session import StoreSession
from lib.ui import frames, ledgered
from lib.ui.care import last, reach
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, day, name
from lib.work.birthdays import next_birthday
from lib.work.lunar_words import lunar_said

#: `?write=C000123.birthday.900`: to whom, on which occasion, and the due item it does
PARAM = "write"
_LOOK_AHEAD = 14
_CHOSEN = ("channel", "template")
_ON_ITS_DAY = ("birthday", "festival")


@dataclass(frozen=True)
class Asked:
    """Whom the address says a message is for, and about what."""

    number: str
    occasion: str
    item_id: int | None


def address(number: str, occasion: str, item_id: int | None) -> str:
    """The value of `PARAM`."""
    return f"{number}.{occasion}.{item_id or ''}"


def read(said: str) -> Asked | None:
    """What the address says; None where it says nothing of the kind."""
    parts = said.split(".")
    if len(parts) != 3 or parts[1] not in OCCASIONS or not (parts[2] == "" or parts[2].isdecimal()):
        return None
    return Asked(parts[0], parts[1], int(parts[2]) if parts[2] else None)


def draw(page: Page, session: StoreSession, said: str) -> None:
    """The message: what speaks against it stands where the form would."""
    reach.back(_("← 返回关怀"), PARAM, *_CHOSEN)
    asked, rules, day_ = read(said), rules_of(page.book, page.today), page.today
    item = _item(session, asked) if asked is not None else None
    to = None
    if asked is not None:
        about = About(item.about_on if item else None, item.product_id if item else None, *_codes(item))
        day_ = _its_day(page, session, asked, item, rules)
        to = addressee(session, asked.number, Sending(asked.occasion, "", day_, rules), about)
    if asked is None or to is None:
        frames.empty(_("没有这位客户，或该客户不在你的权限范围内。"))
        return
    ledgered.read(page, to.customer_id, "portrait")
    _head(page, session, asked, to, item)
    last.told(session, (to.customer_id,))
    if reach.writes(page):
        _compose(page, asked, to, rules, day_, item)


def _item(session: StoreSession, asked: Asked) -> DueItem | None:
    """The open due item the message would do; one that is over does not stand in the way."""
    if asked.item_id is None:
        return None
    mine = (DueItem.id == asked.item_id, Customer.number == asked.number, DueItem.state == "open")
    query = select(DueItem).join(Customer, Customer.customer_id == DueItem.customer_id).where(*mine)
    return session.scalars(query).one_or_none()


def _codes(item: DueItem | None) -> tuple[str, str]:
    about = (item.about if item is not None else None) or ""
    return (about, "") if item is not None and item.kind == "festival" else ("", about)


def loud_day(rules: Rules, first: date) -> date:
    """The first day from a day on that is not quiet."""
    days = (first + timedelta(days=n) for n in range(_LOOK_AHEAD))
    return next((one for one in days if not rules.is_quiet(one)), first)


def _its_day(page: Page, session: StoreSession, asked: Asked, item: DueItem | None, rules: Rules) -> date:
    """A greeting leaves on its day, other messages at once; on a quiet day with the next that is none."""
    first = page.today
    if item is not None and item.about_on is not None and asked.occasion in _ON_ITS_DAY:
        first = max(item.about_on, page.today)
    elif asked.occasion == "birthday":
        born = select(Customer.birth_date, Customer.lunar_birthday).where(Customer.number == asked.number)
        row = session.execute(born).one_or_none()
        if row is not None and row.birth_date is not None:
            first = next_birthday(row.birth_date, row.lunar_birthday, page.today)
    return loud_day(rules, first)


def _head(page: Page, session: StoreSession, asked: Asked, to: Addressee, item: DueItem | None) -> None:
    st.subheader(escaped(to.whom.name), anchor=False)
    born = session.execute(
        select(Customer.birth_date, Customer.lunar_birthday).where(Customer.customer_id == to.customer_id)
    ).one()
    why = name("message_occasion", asked.occasion)
    if asked.occasion == "birthday" and born.birth_date:
        said = lunar_said(born.lunar_birthday) if born.lunar_birthday else f"{born.birth_date:%m-%d}"
        why = _("{occasion}：{day}").format(occasion=why, day=said)
    elif item is not None and (item.about or item.about_on):
        about = name("festival" if item.kind == "festival" else "life_event", item.about) if item.about else ""
        parts = [one for one in (about or to.whom.product, day(item.about_on) if item.about_on else "") if one]
        why = _("{occasion}：{day}").format(occasion=why, day=" · ".join(parts))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(escaped(why), width="content")
        frames.link(Link("portrait", {"customer": to.number}, _("客户画像"), ":material/person:"))
        frames.link(Link("today", {"customer": to.number}, _("改为电话联系"), ":material/call:"))


def _compose(page: Page, asked: Asked, to: Addressee, rules: Rules, day_: date, item: DueItem | None) -> None:
    offered = [one for one in templates(page.book, page.today) if one.occasion == asked.occasion]
    template = _template(offered)
    own = policy.choose(to.facts, Sending(asked.occasion, "", page.today, rules))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        titles = {one: name("channel", one) for one in rules.order}
        channel = choice(_("渠道"), titles, key="channel", default=own.channel or rules.order[0], segments=True)
    st.caption(escaped(_why_channel(to, own, channel)))
    against = policy.why_not(to.facts, Sending(asked.occasion, channel, day_, rules))
    if against:
        st.warning(escaped(_("现在不能发送：{reasons}。").format(reasons=messages.said(against))))
        if "recent" in against:
            gap = _("{n} 天内最多一条主动消息；关怀目的的联系也计入。").format(n=rules.gap_days)
            st.caption(escaped(gap))
        return
    _form(page, asked, to, template, channel, rules, day_, item)


def _template(offered: list[Template]) -> Template | None:
    if len(offered) < 2:
        return offered[0] if offered else None
    code = choice(_("模板"), {one.code: one.name for one in offered}, key="template", default=offered[0].code)
    return next(one for one in offered if one.code == code)


def _why_channel(to: Addressee, own: policy.Choice, channel: str) -> str:
    preferred = name("channel", to.facts.preferred) if to.facts.preferred else ""
    if channel != own.channel:
        return _("客户偏好：{channel}").format(channel=preferred or _("未登记"))
    if own.why == "preferred":
        return _("按客户偏好的渠道：{channel}").format(channel=preferred)
    said = _("客户偏好{preferred}，消息改用{channel}") if preferred else _("客户没有登记偏好，按次序用{channel}")
    return said.format(preferred=preferred, channel=name("channel", channel)) if own.channel else ""


def _form(
    page: Page, asked: Asked, to: Addressee, template: Template | None, channel: str, rules: Rules, first: date,
    item: DueItem | None,
) -> None:  # fmt: skip
    draft = drafts.filled(template.text, to.whom) if template is not None else ""
    key = f"message-{to.number}-{asked.occasion}-{template.code if template else ''}"
    with SaveForm(key) as form:
        text = st.text_area(escaped(_("消息文字")), draft, key=form.key("text"), height=120,
                            max_chars=rules.longest.get(channel))  # fmt: skip
        send_on = st.date_input(escaped(_("发送日")), first, min_value=page.today, key=form.key("day"))
        st.caption(escaped(drafts.length_said(text, channel, rules)))
        of, product = (item.id, item.product_id) if item is not None else (None, None)
        code = template.code if template is not None else None
        said = MessageForm(asked.occasion, channel, text, send_on, code, of, product)

        def save(seen: Seen) -> None:
            with page.session(write=True) as inner:
                messages.queue(inner, asked.number, said, seen.once)

        if form.submit(save, problems=said.problems(rules, page.today), label=_("放入发件箱"),
                       done=_("已放入发件箱，由网关发送。")):  # fmt: skip
            _leave()


def _leave() -> None:
    """Back to the list; what was chosen for this message does not stay in the address."""
    for one in (PARAM, *_CHOSEN):
        st.query_params.pop(one, None)
    st.rerun()

"""发件箱: what waits, was sent and failed, by channel; one message with what may still be done about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from lib.care import messages
from lib.care.messages import Wanted
from lib.care.rules import CHANNELS, OCCASIONS
from lib.store.session import Conflict, StoreSession
from lib.ui import frames, picks
from lib.ui.care import reach
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import _, code_names, codes, integer, moment, name
from lib.words import day as day_said

_PARAM = "message"
_BACK = (30, 90, 365)
_TONES = {"queued": "context", "taken": "main", "sent": "main", "delivered": "good", "failed": "risk",
          "cancelled": "context"}  # fmt: skip


def draw(page: Page) -> None:
    """Counts, filters, the list; below it the message chosen."""
    if not reach.sees(page):
        return
    wanted = _asked(page)
    with page.session() as session, frames.loading():
        if _PARAM in st.query_params:
            reach.back(_("← 返回发件箱"), _PARAM)
            _one(page, session, wanted, st.query_params[_PARAM])
            return
        _counts(session, wanted)
        _list(page, session, wanted)


def _asked(page: Page) -> Wanted:
    """The filters, kept in the address; hidden while one message is read."""
    campaign = st.query_params.get("campaign_id", "")
    every = {"": _("全部")}
    if _PARAM in st.query_params:
        return Wanted(page.today - timedelta(days=_BACK[-1]))
    with st.grid("auto", min_column_width=140, gap="small"):
        state = choice(
            _("状态"), every | {one: name("message_state", one) for one in codes("message_state")}, key="state"
        )
        channel = choice(_("渠道"), every | {one: name("channel", one) for one in CHANNELS}, key="channel")
        occasion = choice(_("场合"), every | {one: name("message_occasion", one) for one in OCCASIONS}, key="occasion")
        back = choice(_("发送日"), {str(n): _("近 {n} 天及以后").format(n=n) for n in _BACK}, key="back",
                      default=str(_BACK[0]))  # fmt: skip
        mine = choice(_("发起人"), every | {"me": _("我发起的")}, key="by") if page.scope.customers != "own" else ""
    return Wanted(page.today - timedelta(days=int(back)), state, channel, occasion,
                  int(campaign) if campaign.isdecimal() else None, page.scope.staff_id if mine else None)  # fmt: skip


def _counts(session: StoreSession, wanted: Wanted) -> None:
    """How many stand in each state, and on which channels."""
    by: dict[str, dict[str, int]] = {}
    for state, channel, things in session.execute(messages.counts(wanted)):
        by.setdefault(state, {})[channel] = things
    if wanted.campaign_id is not None:
        st.caption(escaped(_("只看一次群发的消息。")))
        reach.back(_("看全部消息"), "campaign_id")
    cards = [
        Card(name("message_state", state), integer(sum(found.values())), tone="risk" if state == "failed" else None,
             note=" · ".join(f"{name('channel', one)} {integer(n)}" for one, n in sorted(found.items())))
        for state in codes("message_state") if (found := by.get(state))
    ]  # fmt: skip
    if cards:
        frames.cards(cards, key="outbox-counts")


def _list(page: Page, session: StoreSession, wanted: Wanted) -> None:
    found = frames.page_of(session, messages.outbox(wanted), key="outbox-page", filters=wanted)
    if not found.rows:
        frames.empty(_("没有符合条件的消息。"))
        return
    query = {"back": str((page.today - wanted.since).days), "state": wanted.state, "channel": wanted.channel,
             "occasion": wanted.occasion, "campaign_id": str(wanted.campaign_id or "")}  # fmt: skip
    frames.download(_("导出（已脱敏，记入台账）"), "outbox", **{key: value for key, value in query.items() if value})
    rows = [_row(row) for row in found.rows]
    columns = [
        Column("name", _("客户"), pinned=True, width=110), Column("state", _("状态"), "badge", width=85),
        Column("channel", _("渠道"), "code", family="channel", width=80),
        Column("occasion", _("场合"), "code", family="message_occasion", width=85),
        Column("send_on", _("发送日"), "day", width=100), Column("why", _("未发出的原因"), width=160),
        Column("text", _("文字"), width=320), Column("author", _("发起人"), width=80),
        Column("number", _("客户号"), width=110),
    ]  # fmt: skip
    at = frames.table(rows, columns, key="outbox-list", select=True)
    value = rows[at]["at"] if at is not None else None
    if picks.picked("outbox-list", value) and value:
        picks.show(value, _PARAM)


def _row(row: Any) -> dict[str, Any]:
    return {
        "name": row.name, "number": row.number, "channel": row.channel, "occasion": row.occasion,
        "state": (name("message_state", row.state), _TONES[row.state]), "send_on": row.send_on,
        "why": why(row.failure), "text": row.text, "author": row.author, "at": f"{row.customer_id}.{row.id}",
    }  # fmt: skip


def why(failure: str | None) -> str:
    """Why a message was not sent: the bank's own reason by its code, or the gateway's words."""
    return name("not_sent", failure) if failure in code_names()["not_sent"] else failure or ""


def _one(page: Page, session: StoreSession, wanted: Wanted, said: str) -> None:
    customer, _dot, message = said.partition(".")
    row = None
    if customer.isdecimal() and message.isdecimal():
        m = messages.Message
        query = messages.outbox(wanted).where(m.customer_id == int(customer), m.id == int(message))
        row = session.execute(query).one_or_none()
    if row is None:
        frames.empty(_("没有这条消息，或它不在你的权限范围内。"))
        return
    st.subheader(escaped(row.name), anchor=False)
    frames.link(Link("portrait", {"customer": row.number}, _("客户画像"), ":material/person:"))
    pairs(
        [(_("状态"), name("message_state", row.state)), (_("渠道"), name("channel", row.channel)),
         (_("场合"), name("message_occasion", row.occasion)), (_("发送日"), day_said(row.send_on)),
         (_("发起人"), row.author), (_("取走"), moment(row.taken_at)), (_("回执"), moment(row.reported_at)),
         (_("网关流水号"), row.gateway_reference), (_("未发出的原因"), why(row.failure))],
        key="outbox-message",
    )  # fmt: skip
    with st.container(border=True):
        st.text(row.text)
    if reach.writes(page):
        _acts(page, row)


def _acts(page: Page, row: Any) -> None:
    scope = page.scope
    may = (
        row.staff_id == scope.staff_id
        or scope.role == "crm"
        or (scope.role == "head" and row.branch_id == scope.branch_id)
    )
    if row.state == "queued" and may:
        with SaveForm(f"message-cancel-{row.id}", version=row.version) as form:

            def cancel(seen: Seen) -> None:
                with page.session(write=True) as session:
                    messages.cancel(session, row.customer_id, row.id, seen.version or 0)

            form.submit(cancel, label=_("取消发送"), done=_("已取消；对应的待办重新列出。"))
    elif row.state == "failed":
        with SaveForm(f"message-call-{row.id}") as form:

            def call(_seen: Seen) -> None:
                try:
                    with page.session(write=True) as session:
                        messages.call_instead(session, row.customer_id, row.id)
                except Conflict:
                    return  # planned by the other click

            form.submit(call, label=_("改用电话联系"), done=_("已列入今天的跟进待办。"))

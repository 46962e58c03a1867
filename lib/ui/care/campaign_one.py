"""One campaign: as a draft who gets it and who does not and why; then what came of it, and its end."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.care import campaign, drafts
from lib.care.campaign import Preview
from lib.care.policy import Sending
from lib.care.rules import rules_of
from lib.store.models import Campaign
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.care import audience, running
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link, RowLink
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import _, day, integer, name

PARAM = "campaign"
_TONES = {"draft": "context", "queued": "main", "cancelled": "context"}
_STATES = ("queued", "taken", "sent", "delivered", "failed", "cancelled")


def badge(row: Campaign) -> tuple[str, str]:
    """The state of a campaign; one whose queueing was broken off says so."""
    if row.state == "queued" and not campaign.is_whole(row):
        return _("排队未完"), "watch"
    return name("campaign_state", row.state), _TONES[row.state]


def channel_said(row: Campaign) -> str:
    """By which channel it goes."""
    return name("channel", row.channel) if row.channel else _("按客户偏好")


def draw(page: Page, session: StoreSession, said: str) -> None:
    """What it says to whom; its preview or its results; what its owner may do."""
    row = session.get(Campaign, int(said)) if said.isdecimal() else None
    if row is None:
        frames.empty(_("没有这次群发，或它不在你的权限范围内。"))
        return
    st.subheader(escaped(row.title), anchor=False)
    pairs(
        [(_("状态"), badge(row)[0]), (_("场合"), name("message_occasion", row.occasion)), (_("发给谁"), row.view),
         (_("渠道"), channel_said(row)), (_("发送日"), day(row.send_on))],
        key="campaign-head",
    )  # fmt: skip
    mine = row.owner_id == page.scope.staff_id
    sending = campaign.sending_of(session, row, rules_of(page.book, page.today))
    if row.state == "draft" and mine:
        _draft(page, session, row, sending)
        return
    st.text(row.text)
    _results(session, row)
    if mine:
        running.after(page, session, row)


def _draft(page: Page, session: StoreSession, row: Campaign, sending: Sending) -> None:
    chosen = audience.chosen(page, row.query)
    with frames.loading():
        seen = campaign.preview(session, chosen, sending)
    _counts(seen)
    _left_out(page, session, row, seen, sending)
    texts = campaign.samples(session, chosen, row, sending)
    for text in texts:
        with st.container(border=True, gap="xsmall"):
            st.text(text)
            st.caption(escaped(drafts.length_said(text, row.channel or "sms", sending.rules)))
    running.begin(page, row, seen)


def _counts(seen: Preview) -> None:
    cards = [Card(_("选中"), integer(seen.chosen)), Card(_("将收到"), integer(seen.will_get)),
             Card(_("排除"), integer(seen.chosen - seen.will_get))]  # fmt: skip
    frames.cards(cards, key="campaign-counts")


def _left_out(page: Page, session: StoreSession, row: Campaign, seen: Preview, sending: Sending) -> None:
    """Each reason with its number; the customers of the one chosen."""
    if not seen.left_out:
        return
    titles = {
        one: _("{reason} {n}").format(reason=name("not_sent", one), n=integer(n)) for one, n in seen.left_out.items()
    }
    reason = choice(_("排除原因"), {"": _("排除原因（每位只计第一个）"), **titles}, key="left_out")
    if not reason:
        return
    query = campaign.left_out(audience.chosen(page, row.query), sending, reason)
    found = frames.page_of(session, query, key="campaign-left-out", filters=(row.id, reason), size=20)
    columns = [Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
               Column("tier", _("层级"), "code", family="tier")]  # fmt: skip
    frames.table(found.rows, columns, key="campaign-left-out-list", link=RowLink("portrait", "customer", "number"))


def _results(session: StoreSession, row: Campaign) -> None:
    found = {state: things for _id, state, things in session.execute(campaign.results([row.id]))}
    cards: list[Any] = [Card(_("选中"), integer(row.counts.get("chosen")))] if row.counts else []
    for state in _STATES:
        if found.get(state):
            tone = "risk" if state == "failed" else None
            to = Link("care", {"view": "outbox", "campaign_id": str(row.id), "state": state}, _("查看"))
            cards.append(Card(name("message_state", state), integer(found[state]), tone=tone, href=to))
    if cards:
        frames.cards(cards, key="campaign-results")
    left = [(name("not_sent", one), integer(n)) for one, n in row.counts.items() if one in audience.reasons()]
    if left:
        said = _("、").join(_("{reason} {n}").format(reason=reason, n=n) for reason, n in left)
        st.caption(escaped(_("排队时排除：{said}").format(said=said)))

"""群发: the campaigns with what came of them, a new one, and one of them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.care import campaign
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.care import campaign_new, campaign_one, reach
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.words import _, name

_PARAM = campaign_one.PARAM
#: states of messages a list of campaigns tells
RESULTS = ("queued", "taken", "sent", "delivered", "failed", "cancelled")


def draw(page: Page) -> None:
    """One campaign, a new one, or all of them, by the address."""
    if not reach.sees(page):
        return
    with page.session() as session:
        if _PARAM in st.query_params:
            reach.back(_("← 返回群发"), _PARAM, "left_out")
            campaign_one.draw(page, session, st.query_params[_PARAM])
        elif campaign_new.PARAM in st.query_params and reach.writes(page):
            reach.back(_("← 返回群发"), *campaign_new.PARAMS)
            campaign_new.draw(page, session)
        else:
            _list(page, session)


def _list(page: Page, session: StoreSession) -> None:
    if reach.writes(page):
        frames.link(Link("care", {"view": "campaigns", campaign_new.PARAM: "1"}, _("新建群发"), ":material/add:"))
    found = frames.page_of(session, campaign.campaigns(), key="campaigns-page")
    if not found.rows:
        frames.empty(_("还没有群发。可从客户名单的筛选或常用筛选新建。"))
        return
    rows = _rows(session, found.rows)
    columns = [
        Column("title", _("名称"), pinned=True, width=160), Column("state", _("状态"), "badge", width=80),
        Column("occasion", _("场合"), "code", family="message_occasion", width=80),
        Column("send_on", _("发送日"), "day", width=100), Column("chosen", _("选中"), "integer", width=60),
        *(Column(one, name("message_state", one), "integer", width=66) for one in RESULTS),
        Column("channel", _("渠道"), width=95), Column("owner", _("发起人"), width=80),
    ]  # fmt: skip
    at = frames.table(rows, columns, key="campaign-list", select=True)
    value = rows[at]["id"] if at is not None else None
    if picks.picked("campaign-list", value) and value:
        picks.show(value, _PARAM)


def _rows(session: StoreSession, found: Any) -> list[dict[str, Any]]:
    """Campaigns with their messages by state, counted for all of the page at once."""
    by: dict[int, dict[str, int]] = {}
    for campaign_id, state, things in session.execute(campaign.results([row.Campaign.id for row in found])):
        by.setdefault(campaign_id, {})[state] = things
    return [
        {
            "id": str(row.Campaign.id), "title": row.Campaign.title, "state": campaign_one.badge(row.Campaign),
            "occasion": row.Campaign.occasion, "send_on": row.Campaign.send_on,
            "chosen": row.Campaign.counts.get("chosen"), "owner": row.owner,
            "channel": campaign_one.channel_said(row.Campaign),
            **{one: by.get(row.Campaign.id, {}).get(one) for one in RESULTS},
        }
        for row in found
    ]  # fmt: skip

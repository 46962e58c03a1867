"""Queueing a campaign step by step with its progress, going on after a break, and calling it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.care import campaign
from lib.care.campaign import Preview
from lib.store.models import Campaign
from lib.store.session import Conflict, StoreSession
from lib.ui.care import audience
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer


def begin(page: Page, row: Campaign, seen: Preview) -> None:
    """The button that queues the draft, and the one that throws it away."""
    with st.container(horizontal=True, gap="small"):
        label = _("排队发送给 {n} 位客户").format(n=integer(seen.will_get))
        go = st.button(escaped(label), type="primary", key="campaign-begin", disabled=not seen.will_get)
        away = st.button(escaped(_("放弃草稿")), key="campaign-away")
    if go and _moved(page, lambda session: campaign.begin(session, row.id, row.version, seen)):
        _queue(page, row, seen.will_get)
    elif away and _moved(page, lambda session: campaign.cancel(session, row.id, row.version)):
        st.rerun()


def after(page: Page, session: StoreSession, row: Campaign) -> None:
    """What the owner may still do with one that is queued: go on, or call off what waits."""
    waiting = {state: things for _id, state, things in session.execute(campaign.results([row.id]))}.get("queued", 0)
    if row.state == "queued" and not campaign.is_whole(row):
        st.warning(escaped(_("排队没有完成：已排队的会照常发送，可从断处继续。")))
        if st.button(escaped(_("继续排队")), type="primary", key="campaign-go-on"):
            _queue(page, row, row.counts.get("will_get", 0))
    if row.state == "queued" and waiting:
        said = _("取消尚未发送的 {n} 条").format(n=integer(waiting))
        if st.button(escaped(said), key="campaign-cancel") and _moved(
            page, lambda inner: campaign.cancel(inner, row.id, row.version)
        ):
            _call_off(page, row, waiting)
    if row.state == "cancelled" and waiting:
        st.warning(escaped(_("还有 {n} 条待取消。").format(n=integer(waiting))))
        if st.button(escaped(_("继续取消")), type="primary", key="campaign-cancel-on"):
            _call_off(page, row, waiting)


def _queue(page: Page, row: Campaign, total: int) -> None:
    chosen = audience.chosen(page, row.query)
    _steps(page, lambda session: campaign.queue_some(session, row.id, chosen), total,
           _("正在排队：{done} / {total}，可以离开，稍后继续"))  # fmt: skip


def _call_off(page: Page, row: Campaign, total: int) -> None:
    _steps(page, lambda session: campaign.cancel_some(session, row.id), total, _("正在取消：{done} / {total}"))


def _steps(page: Page, step: Callable[[StoreSession], int], total: int, said: str) -> None:
    """Each step commits for itself, so that a run broken off has done what it says."""
    done, bar = 0, st.progress(0.0)
    while True:
        with page.session(write=True) as session:
            n = step(session)
        if not n:
            break
        done += n
        told = said.format(done=integer(done), total=integer(max(total, done)))
        bar.progress(min(done / max(total, 1), 1.0), escaped(told))
    st.rerun()


def _moved(page: Page, act: Callable[[StoreSession], Any]) -> bool:
    """Whether it was done; of two clicks, or two windows, the second is told."""
    try:
        with page.session(write=True) as session:
            act(session)
    except Conflict:
        st.warning(escaped(_("这次群发刚被更新过，请刷新后再试。")))
        return False
    return True

"""Inviting from a list: a saved view of the directory, with who is left out and why before anybody is invited."""

from __future__ import annotations

import streamlit as st

from lib.engagement import inviting
from lib.engagement.inviting import Preview
from lib.engagement.rules import most_invited
from lib.store.models import Event
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.care import audience
from lib.ui.choices import choice
from lib.ui.frames import Card, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, name

_USUAL = ("people", "firms")


def draw(page: Page, session: StoreSession, event: Event) -> None:
    """The list to invite from, the counts, the button; then the way to the message for who is invited."""
    lists = _lists(page, session)
    with st.container(width=420):
        of = choice(_("邀请谁"), {code: said for code, (said, _query) in lists.items()}, key="list",
                    default=next(iter(lists)))  # fmt: skip
    st.caption(escaped(_("名单来自客户名单的筛选：先在客户名单中保存常用筛选，再回到这里邀请。")))
    with frames.loading():
        seen = inviting.preview(session, event, audience.chosen(page, lists[of][1]))
    _counts(seen)
    label = _("邀请 {n} 位客户").format(n=integer(seen.will_get))
    if st.button(escaped(label), type="primary", key="event-invite", disabled=not seen.will_get):
        _invite(page, event, lists[of][1], seen.will_get)
    if inviting.room(session, event) < most_invited(event.seats, page.book, page.today):
        to = {"view": "campaigns", "new": "1", "of": f"event-{event.id}", "template": "invitation"}
        frames.link(Link("care", to, _("给已邀请的客户发邀请消息"), ":material/send:"))


def _lists(page: Page, session: StoreSession) -> dict[str, tuple[str, dict[str, str]]]:
    """What a campaign is offered but today's birthdays, the person's own filters first."""
    found = {code: one for code, one in audience.offered(page, session).items() if code != "birthday"}
    return dict(sorted(found.items(), key=lambda one: one[0] in _USUAL))


def _counts(seen: Preview) -> None:
    cards = [Card(_("选中"), integer(seen.chosen)), Card(_("可邀请"), integer(seen.will_get)),
             Card(_("排除"), integer(seen.chosen - seen.will_get))]  # fmt: skip
    frames.cards(cards, key="event-invite-counts")
    if seen.left_out:
        said = _("、").join(_("{reason} {n}").format(reason=name("not_invited", one), n=integer(n))
                           for one, n in seen.left_out.items())  # fmt: skip
        st.caption(escaped(_("排除原因（每位只计第一个）：{said}").format(said=said)))


def _invite(page: Page, event: Event, query: dict[str, str], total: int) -> None:
    """Each step commits for itself, so that a run broken off has invited whom it says, and the next goes on."""
    done, bar, chosen = 0, st.progress(0.0), audience.chosen(page, query)
    while True:
        with page.session(write=True) as session:
            n = inviting.invite_some(session, event.id, chosen)
        if not n:
            break
        done += n
        told = _("正在邀请：{done} / {total}").format(done=integer(done), total=integer(max(total, done)))
        bar.progress(min(done / max(total, 1), 1.0), escaped(told))
    st.session_state["forms.done"] = _("已邀请 {n} 位客户。").format(n=integer(done))
    st.rerun()

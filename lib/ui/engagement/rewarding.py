"""Recording who brought whom, and giving the reward: a gift is entered among the customer's gifts by the same act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st
from sqlalchemy import select

from lib.customers.gifts import GiftForm, record_gift
from lib.engagement import referrals
from lib.engagement.rules import REWARDS
from lib.store.models import Customer
from lib.store.rights import writable
from lib.store.session import StoreSession
from lib.ui import frames, quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import _, day, integer, money, name

if TYPE_CHECKING:
    from lib.ui.engagement.referrals import Line


def may_write(page: Page) -> bool:
    """Whether the person records referrals and gives rewards."""
    return page.right.change and "referral" in writable(page.scope.role)


def record_form(page: Page) -> None:
    """Who brought a prospect or a new customer of one's own."""
    if not may_write(page):
        return
    with st.expander(escaped(_("登记推荐人")), icon=":material/person_add:"), SaveForm("referral-record") as form:
        with st.grid(2, min_column_width=220, gap="small"):
            number = st.text_input(escaped(_("被推荐人的客户号")), st.query_params.get("customer", ""),
                                   key=form.key("number"), max_chars=20)  # fmt: skip
            by = st.text_input(escaped(_("推荐人的客户号")), key=form.key("by"), max_chars=20)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                _record(session, number, by)

        problems = [] if number.strip() and by.strip() else [_("请填写双方的客户号。")]
        form.submit(save, problems=problems, label=_("登记推荐"), done=_("已登记推荐。"))


def _record(session: StoreSession, number: str, by: str) -> None:
    version = session.scalar(select(Customer.version).where(Customer.number == number.strip()))
    referrals.record(session, number, version or 0, by)


def one(page: Page, line: Line, told: dict[str, Any]) -> None:
    """The referral chosen: ways to both, and for who may write the reward or the refusal of it."""
    pairs([
        (_("状态"), told["state"][0]), (_("推荐人"), told["name"]), (_("被推荐人"), told["referred"]),
        (_("登记日"), day(told["recorded_on"])), (_("开户日"), day(told["became_on"])), (_("答谢"), told["reward"]),
        (_("客户经理"), told["manager"]),
    ], key="referral-head")  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        frames.link(Link("portrait", {"customer": line.row.number}, _("推荐人：{name}").format(name=line.row.name)))
        if line.referred_number:
            to = _("被推荐人：{name}").format(name=line.referred)
            frames.link(Link("portrait", {"customer": line.referred_number}, to))
    if line.row.note and not page.scope.masked_names:
        st.caption(escaped(_("理由：{why}").format(why=line.row.note)))
    if not may_write(page) or line.state not in ("owed", "referred", "capped"):
        return
    if line.state == "capped":
        st.info(escaped(_("这位推荐人当季的答谢已达上限（口径库：每位推荐人每季的答谢上限）。")))
    give, refuse = st.columns(2)
    if line.state == "owed":
        with give:
            _give(page, line)
    with refuse:
        _decline(page, line)


def _give(page: Page, line: Line) -> None:
    currency = quarters.house(page.scope).currency
    amounts = {one: referrals.reward_of(one, currency, page.today) for one in REWARDS}
    said = {
        "gift": _("礼品 {amount}").format(amount=money(amounts["gift"], currency)),
        "points": _("积分 {n}").format(n=integer(amounts["points"])),
    }
    row = line.row
    with SaveForm(f"reward-{row.customer_id}-{row.referred_id}", version=row.version) as form:
        reward = st.segmented_control(escaped(_("答谢方式")), REWARDS, default="gift", required=True,
                                      key=form.key("reward"), format_func=lambda code: escaped(said[code]))  # fmt: skip

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                given = referrals.give(session, row.customer_id, row.referred_id, seen.version or 0, reward or "gift")
                if given.reward == "gift":
                    _gift(page, session, given)

        form.submit(save, label=_("登记已答谢"), done=_("已登记答谢。"))


def _gift(page: Page, session: StoreSession, given: Any) -> None:
    """The gift counts against the customer's limits like any other (rules gift.*); the reward falls with it."""
    form = GiftForm(name("gift_occasion", "thanks"), given.reward_amount, "thanks", page.today, _("推荐答谢"))
    record_gift(session, given.customer_id, form, f"referral-{given.referred_id}")


def _decline(page: Page, line: Line) -> None:
    row = line.row
    with SaveForm(f"decline-{row.customer_id}-{row.referred_id}", version=row.version) as form:
        why = st.text_input(escaped(_("不答谢的理由")), key=form.key("why"), max_chars=referrals.LONGEST_NOTE)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                referrals.decline(session, row.customer_id, row.referred_id, seen.version or 0, why)

        form.submit(save, problems=[] if why.strip() else [_("请写明理由。")], label=_("不答谢"), done=_("已登记。"))

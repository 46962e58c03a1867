"""One customer's points: the balance with its days, the entries, redeeming, and taking a deed back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.engagement.points import read
from lib.engagement.points.rules import LONGEST_REASON, MOST_AT_ONCE, Lot, affordable, remaining, what_of
from lib.engagement.points.write import RedeemForm, UndoForm, redeem, undo
from lib.store.family import family_of
from lib.store.models import Customer
from lib.store.points import rewards
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, day, integer, name

PARAM = "customer"
_LISTED, _UNDONE_FROM = 50, 20


def ask(page: Page) -> None:
    """Whose points are to be redeemed: by the customer's number."""
    if not page.right.change:
        return
    with st.form("points-ask", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.text_input(escaped(_("客户号")), key="points-number", max_chars=20, width=220)
        if (
            st.form_submit_button(escaped(_("兑换积分")), icon=":material/redeem:", key="points-open")
            and number.strip()
        ):
            picks.show(number.strip().upper(), PARAM)


def go(number: str | None, key: str) -> None:
    """Open the customer of the row just chosen."""
    if picks.picked(key, number) and number:
        picks.show(number, PARAM)


def draw(page: Page, session: StoreSession, number: str) -> None:
    """The customer asked for in the address, with the way back."""
    picks.back(_("返回积分"), PARAM, key="points-back")
    found = session.scalars(select(Customer).where(Customer.number == number)).one_or_none()
    if found is None or page.scope.masked_names:
        frames.empty(_("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。").format(number=number))
        return
    st.subheader(escaped(f"{found.name} · {found.number}"), anchor=False)
    frames.link(Link("portrait", {"customer": found.number}, _("打开画像")))
    ids = family_of(session, found.merged_into_id or found.customer_id)
    one(page, session, found, ids, may_write=page.right.change)


def one(page: Page, session: StoreSession, customer: Customer, ids: Sequence[int], *, may_write: bool) -> None:
    """Balance, redeeming, entries, taking back; on this page and on the portrait."""
    own = [lot for lots in read.lots(session, ids).values() for lot in lots]
    left = remaining(own, 0)
    rows = session.execute(read.entries(ids).limit(_LISTED)).all()
    has: int = session.scalars(read.balance(ids)).one()
    _balance(page, has, left)
    if may_write and has:
        _redeem(page, customer, has)
    _entries(rows)
    if may_write:
        _undo(page, customer, rows)


def _balance(page: Page, has: int, left: Sequence[Lot]) -> None:
    st.markdown(escaped(_("现有 {n} 分").format(n=integer(has))))
    if left:
        said = _("；").join(_("{n} 分有效至 {day}").format(n=integer(lot.points), day=day(lot.until)) for lot in left)
        soon = (left[0].until - page.today).days <= page.book.value("points.soon_days", page.today)
        st.caption(f":orange[{escaped(said)}]" if soon else escaped(said))


def _redeem(page: Page, customer: Customer, has: int) -> None:
    known = rewards(page.today)
    within = affordable({code: reward.price for code, reward in known.items()}, has)
    if not within:
        least = min(reward.price for reward in known.values())
        st.caption(escaped(_("还不够兑换：最少的一项需要 {n} 分。").format(n=integer(least))))
        return
    box = st.expander(escaped(_("兑换积分")), icon=":material/redeem:", key=f"points-redeem-{customer.number}")
    with box, SaveForm(f"points-{customer.number}") as form:
        with st.grid("auto", min_column_width=180, gap="small"):
            reward = st.selectbox(escaped(_("权益或礼品")), within, index=None, key=form.key("reward"),
                                  placeholder=_("请选择"), format_func=lambda code: _("{reward} · {n} 分").format(
                                      reward=name("reward", code), n=integer(known[code].price)))  # fmt: skip
            quantity = st.number_input(escaped(_("份数")), 1, MOST_AT_ONCE, 1, key=form.key("quantity"))
        note = st.text_input(escaped(_("备注")), key=form.key("note"), max_chars=LONGEST_REASON)
        shape = RedeemForm(reward or "", int(quantity), note)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                redeem(session, customer.customer_id, shape, seen.once)

        form.submit(save, problems=shape.problems(), label=_("兑换"), done=_("已兑换，积分已扣除。"))


def _entries(rows: Sequence[Any]) -> None:
    told = [{
        "day": row.booked_on, "kind": row.kind, "what": what_of(row.kind, row.code), "points": row.points,
        "until": row.expires_on, "note": _("已更正") if row.undone else row.reason, "staff": row.staff,
    } for row in rows]  # fmt: skip
    frames.table(told, [
        Column("day", _("日期"), "day"), Column("kind", _("类别"), "code", family="point_kind"),
        Column("what", _("事由")), Column("points", _("积分"), "integer"), Column("until", _("有效期至"), "day"),
        Column("staff", _("经办人")), Column("note", _("备注")),
    ], key="points-entries", nothing=_("还没有积分。办理业务、推荐客户、核实资料等按口径自动记分。"))  # fmt: skip


def _undo(page: Page, customer: Customer, rows: Sequence[Any]) -> None:
    """What may still be taken back, the newest first."""
    deeds = {row.deed: row for row in rows if row.kind in ("redeem", "earn") and not row.undone}
    offered = list(deeds)[:_UNDONE_FROM]
    if not offered:
        return
    box = st.expander(escaped(_("更正一笔")), icon=":material/undo:", key=f"points-undo-{customer.number}")
    with box, SaveForm(f"points-undo-{customer.number}") as form:
        deed = st.selectbox(escaped(_("更正哪一笔")), offered, index=None, key=form.key("deed"),
                            placeholder=_("请选择"), format_func=lambda one: _said(deeds[one]))  # fmt: skip
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=LONGEST_REASON)
        shape = UndoForm(reason)
        problems = ([] if deed else [_("请选择要更正的一笔。")]) + shape.problems()

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                undo(session, customer.customer_id, str(deed), shape)

        form.submit(save, problems=problems, label=_("更正"), done=_("已更正，原记录保留。"))


def _said(row: Any) -> str:
    return _("{day} {what} {points} 分").format(
        day=day(row.booked_on), what=what_of(row.kind, row.code), points=f"{row.points:+,}")  # fmt: skip

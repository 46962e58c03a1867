"""Relations and referrals on the portrait: read only; others' names as far as the reader reaches them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.customers.relations import Related, referred, referrer, related
from lib.store.models import Customer
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _, name

_LISTED = 200


def relations(_page: Page, session: StoreSession, subject: Subject) -> None:
    """Family, employer, group, account mandates, guarantees: a line each, leading to the other's portrait."""
    found = related(session, subject.ids)
    rows = [_related(one) for one in found]
    columns = [Column("relation", _("关系")), Column("name", _("客户"), width="medium"),
               Column("tier", _("层级"), "code", family="tier"), Column("since", _("自"), "day")]  # fmt: skip
    _to_portrait(rows, columns, key="portrait-relations", nothing=_("没有登记家庭与业务关系。"))


def referrals(_page: Page, session: StoreSession, subject: Subject) -> None:
    """Who brought this customer, and whom the customer brought."""
    was_brought, by = referrer(session, subject.ids)
    if by is not None:
        text = _("由{name}推荐").format(name=by.name)
        frames.link(frames.Link("portrait", {"customer": by.number}, text))
    elif was_brought:
        st.caption(escaped(_("由不在你的范围内的客户推荐。")))
    brought = referred(subject.ids)
    total = frames.count_of(session, brought)
    if total:
        st.caption(escaped(_("在你的范围内推荐了 {n} 位客户。").format(n=words.integer(total))))
    rows = [_referred(one) for one in session.scalars(brought.limit(_LISTED))]
    columns = [Column("name", _("客户"), width="medium"), Column("stage", _("状态"), "code", family="stage"),
               Column("tier", _("层级"), "code", family="tier"), Column("since", _("建档"), "day"),
               Column("opened", _("开户"), "day")]  # fmt: skip
    _to_portrait(rows, columns, key="portrait-referred", nothing=_("在你的范围内没有由该客户推荐的客户。"))


def _related(one: Related) -> dict[str, Any]:
    other = one.other
    return {
        "relation": name("relation_back" if one.back else "relation", one.kind), "since": one.since_day,
        "name": other.name if other else _("不在你的范围内的客户"), "tier": other.tier if other else None,
        "number": other.number if other else None,
    }  # fmt: skip


def _referred(one: Customer) -> dict[str, Any]:
    return {"name": one.name, "stage": one.stage, "tier": one.tier, "since": one.known_since,
            "opened": one.opened_on, "number": one.number}  # fmt: skip


def _to_portrait(rows: Sequence[dict[str, Any]], columns: list[Column], *, key: str, nothing: str) -> None:
    """The rows; choosing one that is within reach opens its portrait."""
    chosen = frames.table(rows, columns, key=key, select=True, nothing=nothing)
    if chosen is not None and rows[chosen]["number"]:
        frames.go_to("portrait", customer=rows[chosen]["number"])

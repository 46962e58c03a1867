"""A tier set by hand on the approvals page: the tier before and after, AUM, and the distance to the lines."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.store.models import Bank, ChangeRequest
from lib.tiers.explain import line_of
from lib.tiers.override import scheme_of
from lib.tiers.rules import Scheme, explain
from lib.ui import frames, nav
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import NOTHING, _, money, name, quarter_name, translate


def by_hand(request: ChangeRequest, page: Page) -> None:
    """Whose tier, from what to what, until when, and how far the amount is from both lines."""
    before: Any = request.before
    after: Any = request.after
    about = before["about"]
    with page.session() as session:
        lines = scheme_of(session, about["kind"])
        currency = session.scalars(select(Bank.base_currency)).one_or_none() or "CNY"
    pairs([
        (_("客户"), about["name"]), (_("客户号"), request.subject_key),
        (_("种类"), name("customer_kind", about["kind"])), (_("有效至"), after["until"]),
        (_("综合评分"), before.get("score")),
    ], key="request-matter")  # fmt: skip
    rows = [{"what": _("层级"), "before": _standing(before), "after": name("tier", after["tier"])}]
    if "amount" in before:
        rows += _distances(before, after["tier"], lines, currency)
    frames.table(rows, [frames.Column("what", _("事项")), frames.Column("before", _("现在")),
                        frames.Column("after", _("修改后"))], key="request-change")  # fmt: skip
    if "amount" in before:
        told = _("{quarter}：{sentence}").format(quarter=quarter_name(before["quarter"]),
                                                sentence=explain(before["amount"], lines).sentence)  # fmt: skip
        st.caption(escaped(told))
    st.caption(escaped(_("同意后在下次刷新时生效；已结账的季度不变。")))
    if nav.right(page.scope.role, "portrait").extent not in ("", "requests"):
        frames.link(frames.Link("portrait", {"customer": request.subject_key}, _("查看客户画像")))


def _standing(before: dict[str, Any]) -> str:
    tier = name("tier", before["tier"])
    if not before.get("watch"):
        return tier
    return _("{tier}（降级观察第 {n} 季）").format(tier=tier, n=before["watch"])


def _distances(before: dict[str, Any], tier: str, lines: Scheme, currency: str) -> list[dict[str, str]]:
    amount = before["amount"]
    shown = money(amount, currency)
    found = [{"what": translate(lines.label), "before": shown, "after": shown}]
    if lines.measure != "aum_fen":
        aum = money(before["aum"], currency)
        found.append({"what": "AUM", "before": aum, "after": aum})
    ends = {"before": _gap(amount, before["tier"], lines), "after": _gap(amount, tier, lines)}
    return [*found, {"what": _("与本层线的差距"), **ends}]


def _gap(amount: int, tier: str | None, lines: Scheme) -> str:
    line = line_of(lines, tier or "")
    if not line:
        return NOTHING
    gap = money(abs(amount - line), lines.currency)
    return (_("高于 {gap}") if amount >= line else _("低于 {gap}")).format(gap=gap)

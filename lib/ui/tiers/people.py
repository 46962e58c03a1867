"""The customers behind a bar, row or cell of the tiers page, paged, each leading to the portrait."""

from __future__ import annotations

import streamlit as st

from lib.store.session import StoreSession
from lib.tiers import read
from lib.tiers.read import Group
from lib.ui import frames, picks
from lib.ui.frames import Column, RowLink
from lib.ui.plain import escaped
from lib.ui.tiers import data, detail
from lib.ui.tiers.look import Look
from lib.words import _, integer, name, quarter_name


def group_of(address: str, look: Look) -> Group | None:
    """What `?show=` asks for: `tier:vip`, `watch:vip`, `bucket:age_band:18_35`, `move:vip:potential`; else None."""
    kind, *said = address.split(":")
    tiers = (*look.scheme.codes, read.NONE)
    match kind, said:
        case "tier", [tier] if tier in look.scheme.codes:
            return Group(tier=tier)
        case "watch", [tier] if tier in look.scheme.codes:
            return Group(tier=tier, watch=True)
        case "bucket", [dimension, bucket] if look.kind in read.DIMENSIONS.get(dimension, ()):
            return Group(dimension=dimension, bucket=bucket)
        case "move", [before, tier, *rest] if before in tiers and tier in tiers and rest in ([], ["watch"]):
            return Group(before=before, tier=tier, watch=bool(rest))
    return None


def draw(session: StoreSession, look: Look, group: Group) -> None:
    """The list with what it counts, and how many others count who are looked after elsewhere now."""
    picks.back(_("返回分层总览"), "show", key="tiers-back")
    st.subheader(escaped(title_of(group)), anchor=False)
    st.caption(escaped(f"{name('customer_kind', look.kind)} · {quarter_name(str(look.run.quarter))}"))
    at = (look.facts, group)
    total = data.listed(look.page.scope, *at)
    paged = frames.page_of(session, read.people(*at), key="tier-people", filters=at, total=total)
    elsewhere = stored(look, group) - paged.total
    if elsewhere > 0 and paged.total < frames.COUNTED_TO:
        st.caption(_("另有 {n} 位现由他人管户，不在名单内。").format(n=integer(elsewhere)))
    currency = look.house.currency
    columns = [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
        Column("tier", _("层级"), "code", family="tier"), Column("tier_before", _("上季层级"), "code", family="tier"),
        Column("aum_fen", "AUM", "money", currency=currency),
        Column("opening_aum_fen", _("上季 AUM"), "money", currency=currency),
        Column("manager", _("客户经理")), Column("branch", _("支行")),
    ]  # fmt: skip
    frames.table(paged.rows, columns, key="tier-people-table", link=RowLink("portrait", "customer", "number"),
                 nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip


def title_of(group: Group) -> str:
    """What the list shows, in words."""
    if group.dimension:
        return f"{detail.dimension_name(group.dimension)} · {name(group.dimension, group.bucket)}"
    if group.before:
        return _("{before} → {tier}").format(
            before=detail.tier_or_none(group.before, _("原非客户")),
            tier=name("tier_change", "watch") if group.watch else detail.tier_or_none(group.tier, _("已离开")),
        )
    title = name("tier", group.tier)
    return f"{title} · {name('tier_change', 'watch')}" if group.watch else title


def stored(look: Look, group: Group) -> int:
    """How many customers the stored facts count in the group."""
    scope = look.page.scope
    if group.dimension:
        parts = data.profile(scope, look.facts, group.dimension)
        return sum(part.customers for part in parts if part.of == group.bucket)
    if group.before:
        parts = data.movements(scope, look.facts)
        return sum(part.customers for part in parts
                   if (part.of, part.tier) == (group.before, group.tier) and part.watch >= group.watch)  # fmt: skip
    now = str(look.run.quarter)
    found = data.by_tier(scope, (now,), look.scene)
    return found.get((now, "on_watch" if group.watch else "customers", group.tier), 0)

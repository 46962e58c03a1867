"""What became of who came beside who was asked and did not: levels before, change, and what that does not say."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib import words
from lib.engagement.result import LEAST, Comparison, Group, compare
from lib.settings import bank_day
from lib.store.models import Event
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import frames, quarters
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.quarters import Run
from lib.words import _, integer, money


def draw(page: Page, session: StoreSession, event: Event) -> None:
    """The comparison between the quarter before the event and one after it."""
    pair = between(page, event)
    if pair is None:
        frames.empty(_("活动之前或之后的季度还没有算出，下一次刷新之后再看。"))
        return
    before, after = pair
    found = compare(session, event.id, (str(before.quarter), before.version), (str(after.quarter), after.version))
    if not found.came.n and not found.stayed_away.n:
        frames.empty(_("在你的范围内，受邀客户在这两个季度都没有资产数据。"))
        return
    currency = quarters.house(page.scope).currency
    st.caption(escaped(_("活动前：{before}；活动后：{after} · {state}").format(
        before=words.quarter_name(str(before.quarter)), after=words.quarter_name(str(after.quarter)),
        state=after.state)))  # fmt: skip
    rows = [_row(_("到场的"), found.came), _row(_("受邀而未到场的"), found.stayed_away)]
    columns = [
        Column("who", _("分组"), pinned=True, width=130), Column("n", _("人数"), "integer", width=65),
        Column("before", _("活动前平均资产"), "money", currency=currency, width=130),
        Column("after", _("活动后平均资产"), "money", currency=currency, width=130),
        Column("change", _("平均变化"), "money", currency=currency, width=120),
        Column("products_before", _("活动前产品数"), "number", width=105),
        Column("products_after", _("活动后产品数"), "number", width=105),
        Column("note", _("提示"), width=110),
    ]  # fmt: skip
    frames.table(rows, columns, key="event-result")
    for sentence in sentences(found, currency):
        st.caption(escaped(sentence))


def between(page: Page, event: Event) -> tuple[Run, Run] | None:
    """The published quarter before the event's, and the latest up to rule event.result_quarters after it."""
    runs, held = quarters.runs(page.scope), Quarter.of(bank_day(event.starts_at))
    last = held.shift(page.book.value("event.result_quarters", page.today))
    before = next((one for one in runs if one.quarter == held.shift(-1)), None)
    after = next((one for one in runs if held <= one.quarter <= last), None)
    return None if before is None or after is None else (before, after)


def sentences(found: Comparison, currency: str) -> list[str]:
    """The difference with its interval, the difference before, and what a comparison is not."""
    came, away = found.came, found.stayed_away
    said = []
    if came.n and away.n:
        gap = came.mean_before - away.mean_before
        said.append(_("活动前，到场的平均资产比未到场的{more} {gap}。").format(
            more=_("多") if gap >= 0 else _("少"), gap=money(round(abs(gap)), currency)))  # fmt: skip
        change = _("平均变化相差 {difference}").format(difference=money(round(found.difference), currency))
        if found.interval is None:
            said.append(_("{change}；任一组不足 {n} 人，只作提示，不给区间。").format(change=change, n=LEAST))
        else:
            low, high = (money(round(one), currency) for one in found.interval)
            said.append(_("{change}，95% 区间 {low} 至 {high}。").format(change=change, low=low, high=high))
    said.append(_("这是比较，不是活动的效果：来与不来由客户自己决定，两组在活动前就不同。"))
    return said


def _row(who: str, group: Group) -> dict[str, Any]:
    n = group.n
    return {
        "who": who, "n": n, "before": round(group.mean_before) if n else None,
        "after": round(group.aum_after / n) if n else None, "change": round(group.mean_change) if n else None,
        "products_before": group.products_before / n if n else None,
        "products_after": group.products_after / n if n else None,
        "note": _("不足 {n} 人").format(n=integer(LEAST)) if group.few else None,
    }  # fmt: skip

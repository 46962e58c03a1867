"""活动与讲座: those to come and those over with their seats and guests, a new one, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.engagement import read
from lib.engagement.read import Wanted
from lib.engagement.rules import communities, standing_of
from lib.store.guests import may_plan
from lib.store.models import Event
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.choices import choice
from lib.ui.engagement import event_form, event_one
from lib.ui.engagement.badges import event_badge
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.words import _, codes, name

PARAM, NEW = "event", "plan"


def draw(page: Page) -> None:
    """One event, the plan of a new one, or all of them, by the address."""
    said = st.query_params.get(PARAM, "")
    with page.session() as session:
        if said:
            picks.back(_("返回活动"), PARAM, *event_one.PARAMS, key="event-back")
            event_one.draw(page, session, said)
        elif NEW in st.query_params and may_plan(page.scope) and page.right.change:
            picks.back(_("返回活动"), NEW, key="plan-back")
            event_form.new(page, session)
        else:
            _list(page, session)


def _list(page: Page, session: StoreSession) -> None:
    if may_plan(page.scope) and page.right.change:
        frames.link(Link("engagement", {NEW: "1"}, _("策划活动"), ":material/add:"))
    wanted = _wanted(page)
    found = frames.page_of(session, read.events(wanted), key="events-page", filters=wanted)
    if not found.rows:
        frames.empty(_nothing(page, wanted))
        return
    columns = [
        Column("title", _("活动"), pinned=True, width=170), Column("state", _("状态"), "badge", width=80),
        Column("starts_at", _("开始时间"), "moment", width=135),
        Column("kind", _("类型"), "code", family="event_kind", width=60),
        Column("taken", _("席位"), width=75, help=_("已占席位 / 席位")),
        Column("waiting", _("候补"), "integer", width=60),
        Column("invited", _("受邀"), "integer", width=60, help=_("你范围内的客户")),
        Column("attended", _("到场"), "integer", width=60, help=_("你范围内的客户")),
        Column("absent", _("未到场"), "integer", width=65, help=_("你范围内的客户")),
        Column("branch", _("主办机构"), width=95), Column("host", _("主办人"), width=75),
    ]  # fmt: skip
    rows = _rows(session, found.rows)
    at = frames.table(rows, columns, key="event-list", select=True)
    value = rows[at]["id"] if at is not None else None
    if picks.picked("event-list", value) and value:
        picks.show(value, PARAM)


def _wanted(page: Page) -> Wanted:
    known = {one.code: one.name for one in communities(page.book, page.today).values()}
    with st.grid("auto", min_column_width=170, gap="small"):
        when = choice(_("时间"), {"coming": _("未结束的"), "past": _("已总结或取消的"), "all": _("全部")}, key="when",
                      default="coming")  # fmt: skip
        kind = choice(_("类型"), {"": _("全部类型"), **{one: name("event_kind", one) for one in codes("event_kind")}},
                      key="event_kind")  # fmt: skip
        community = choice(_("社群"), {"": _("不限社群"), **known}, key="community")
    return Wanted(page.now, when, kind, community)


def _nothing(page: Page, wanted: Wanted) -> str:
    if wanted.kind or wanted.community or wanted.when != "coming":
        return _("所选条件下没有活动。")
    if page.scope.narrow:
        return _("你经办的投诉客户没有受邀参加的活动。")
    return _("没有未结束的活动。由支行负责人或客户关系管理部策划。")


def _rows(session: StoreSession, found: Sequence[Any]) -> list[dict[str, Any]]:
    """Events with their guests counted for all of the page at once."""
    by: dict[int, dict[str, int]] = {}
    states = {row.Event.id: row.Event.state for row in found}
    for event_id, state, seated, things in session.execute(read.counts(list(states))):
        told, standing = by.setdefault(event_id, {}), standing_of(state, states[event_id], bool(seated))
        told[standing] = told.get(standing, 0) + things
        told["all"] = told.get("all", 0) + things
    return [_row(row.Event, row, by.get(row.Event.id, {})) for row in found]


def _row(event: Event, row: Any, told: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(event.id), "title": event.title, "state": event_badge(event.state), "starts_at": event.starts_at,
        "kind": event.kind, "taken": f"{event.taken} / {event.seats}", "waiting": event.waiting or None,
        "invited": told.get("all"), "attended": told.get("attended"), "absent": told.get("absent"),
        "branch": row.branch or _("全行"), "host": row.host,
    }  # fmt: skip

"""不满意客户: everybody a low answer or a badly ended complaint made a case of, until settled (管理 §5.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.satisfaction import unhappy as reads
from lib.store.functions import as_flag
from lib.store.models import Case, Staff
from lib.ui import frames, nav
from lib.ui.cached import cached
from lib.ui.cases.queue import badge
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.words import NOTHING, _, integer, name
from lib.work.moves import ENDED, state_name
from lib.work.running import standing_of

_SHORT = 60


def cards(page: Page) -> list[Card]:
    """How many stand open, and how many of them were promised a word that is overdue."""
    if page.scope.cases == "none":
        return []
    minute = page.now.replace(second=0, microsecond=0)
    running, late = counted(page.scope, minute)
    return [Card(
        _("跟进中的不满意客户"), integer(running), tone="risk" if late else None,
        note=_("其中逾期未联系 {n}").format(n=integer(late)),
        href=Link("satisfaction", {"view": "unhappy"}, _("查看名单")) if running else None,
    )]  # fmt: skip


@cached()
def counted(session: Session, minute: datetime) -> tuple[int, int]:
    """Open ones and overdue ones of them; `minute` because clocks run without anybody writing."""
    late = func.coalesce(func.sum(as_flag(func.coalesce(reads.overdue(minute), False))), 0)
    open_ones = select(func.count(), late).where(Case.kind == reads.KIND, Case.state.not_in(ENDED))
    running, overdue = session.execute(open_ones).one()
    return int(running), int(overdue)


def draw(page: Page) -> None:
    """The cases by what is most pressing; each leads to where it is handled."""
    states = {"open": _("跟进中"), "ended": _("已结束"), "all": _("全部")}
    state = choice(_("跟进"), states, key="followup", default="open", segments=True)
    frames.cards(cards(page), key="unhappy-cards")
    with page.session() as session:
        found = frames.page_of(session, reads.listed(state), key="unhappy-page", filters=state)
        if not found.rows:
            frames.empty(_("没有跟进中的不满意客户。总体满意度低的答卷和不满意的投诉回访会自动列在这里。"))
            return
        rows: Any = found.rows
        handlers = {one.handler_id for one in rows} - {None}
        held = dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(handlers))).all())
    columns = [
        Column("number", _("编号"), pinned=True, width=125), Column("clock", _("联系时限"), "badge", width=130),
        Column("state", _("状态"), width=80), Column("who", _("客户"), width=90),
        Column("summary", _("因何不满意"), width=300), Column("handler", _("处理人"), width=75),
        Column("came", _("来自"), width=90), Column("received_at", _("开立时间"), "moment", width=140),
    ]  # fmt: skip
    frames.table(
        [_row(one, held, page.now) for one in rows],
        columns,
        key="unhappy-list",
        link=frames.RowLink(nav.case_page(reads.KIND), "case", "number"),
    )


def _row(one: Any, held: dict[int, str], now: datetime) -> dict[str, Any]:
    clock = standing_of(one.promise_due_at, one.promise_met_at, one.state in ENDED, now)
    summary = one.summary or ""
    of_answer = one.channel == reads.CHANNEL
    return {
        "number": one.number, "clock": badge(clock), "state": state_name(one.kind, one.state),
        "who": one.complainant or NOTHING, "summary": summary[:_SHORT] + ("…" if len(summary) > _SHORT else ""),
        "handler": held.get(one.handler_id, NOTHING),
        "came": name("complaint_channel", one.channel) if of_answer else name("case_kind", "complaint"),
        "received_at": one.received_at,
    }  # fmt: skip

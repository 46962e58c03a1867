"""The lists of requests: what waits for my post, what I asked for, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from lib.store.models import ChangeRequest
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.approvals import data
from lib.ui.approvals.kinds import matter_of
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.words import NOTHING, _, integer, name
from lib.work import proposals, requests
from lib.work.running import standing_of

STATE_TONES = {"pending": "main", "returned": "watch", "accepted": "good", "refused": "context", "withdrawn": "context"}


def lists(page: Page) -> None:
    """Cards, the choice of a list, the list."""
    with page.session() as session:
        _cards(data.waiting(session))
        view = choice(_("清单"), _views(), key="view", default="waiting", segments=True)
        query, nothing = _lists()[view]
        found = frames.page_of(session, query(session), key="approvals-page", filters=view)
        rows = _rows(session, found.rows, page)
    if rows:
        to_request = frames.RowLink("approvals", "request", "id")
        frames.table(rows, _columns(), key="approvals-list", link=to_request)
    else:
        frames.empty(nothing)


def _views() -> dict[str, str]:
    return {"waiting": _("待我审批"), "mine": _("我的申请"), "open": _("全部在途"), "decided": _("已决定"),
            "agreed": _("待执行")}  # fmt: skip


def _lists() -> dict[str, tuple[Callable[[StoreSession], Select[ChangeRequest]], str]]:
    """Each list: its query, and what stands where it is empty."""
    return {
        "waiting": (requests.waiting_for_me, _("没有等待你审批的申请。")),
        "mine": (requests.made_by_me, _("你还没有提出过申请。延期在投诉页面申请，日历与根因树在制度口径页面提出。")),
        "open": (lambda _session: requests.undecided(), _("你能看到的申请中没有在途的。")),
        "decided": (requests.decided, _("还没有你可以查看的已决定申请。")),
        "agreed": (lambda _session: proposals.agreed(), _("没有已批准而尚未执行的修改。")),
    }


def _cards(counted: data.Waiting) -> None:
    said: list[tuple[str, str, int, str | None]] = [
        ("waiting", _("待我审批"), counted.for_me, "main"),
        ("mine", _("我的待决申请"), counted.mine, None),
    ]
    if counted.agreed:
        said.append(("agreed", _("已批准，待执行"), counted.agreed, "watch"))
    frames.cards([
        frames.Card(title, integer(count), tone=tone if count else None,
                    href=frames.Link("approvals", {"view": view}, _("查看清单")) if count else None)
        for view, title, count, tone in said
    ], key="approvals-cards")  # fmt: skip


def _rows(session: StoreSession, found: Any, page: Page) -> list[dict[str, Any]]:
    asked = data.people(session, [request.requested_by for request in found])
    return [
        {
            "id": request.id,
            "kind": name("request_kind", request.kind),
            "matter": matter_of(request),
            "by": asked.get(request.requested_by, NOTHING),
            "at": request.requested_at,
            "due": _due(request, page),
            "state": (name("request_state", request.state), STATE_TONES[request.state]),
        }
        for request in found
    ]


def _due(request: ChangeRequest, page: Page) -> tuple[str, str] | None:
    """How long is left to decide; nothing once it is decided."""
    if request.state not in ("pending", "returned") or request.due_at is None:
        return None
    left = standing_of(request.due_at, None, False, page.now)
    return left.text, "risk" if left.late else "context"


def _columns() -> list[frames.Column]:
    return [
        frames.Column("kind", _("申请")),
        frames.Column("matter", _("事项")),
        frames.Column("by", _("申请人")),
        frames.Column("at", _("申请时间"), "moment"),
        frames.Column("due", _("须在期限前决定"), "badge"),
        frames.Column("state", _("状态"), "badge"),
    ]

"""Saved views: the filters of a page under a name, one's own or shared; ended, never deleted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, select

from lib.settings import now
from lib.store.models import SavedView
from lib.store.rights import writable
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save
from lib.words import _

LONGEST_NAME = 60
#: who may share how far: with the people of one's own branch (or of the head office), with the whole bank
_SHARES = {"head": ("own", "branch"), "crm": ("own", "branch", "bank")}


def may_share(scope: Scope) -> tuple[str, ...]:
    """How far this person may share a view (own | branch | bank); nothing for a post that saves none."""
    return _SHARES.get(scope.role, ("own",)) if "saved_view" in writable(scope.role) else ()


def views_of(session: StoreSession, page: str) -> list[SavedView]:
    """The views of a page this person may use: their own first, then those shared with them, by name."""
    found = session.scalars(_in_use(page)).all()
    return sorted(found, key=lambda view: (view.owner_id != session.scope.staff_id, view.name, view.id))


def save_view(session: StoreSession, page: str, name: str, query: Mapping[str, str], shared: str) -> SavedView:
    """Keep filters under a name; Refused for a name already in use by oneself, or sharing beyond one's post."""
    _check(session, page, name, shared)
    view = SavedView(
        page=page, name=name.strip(), query=dict(query), shared=shared, owner_id=session.scope.staff_id,
        branch_id=session.scope.branch_id, created_at=now(), version=1,
    )  # fmt: skip
    session.add(view)
    session.flush()
    return view


def rename_view(session: StoreSession, view_id: int, read_version: int, name: str, shared: str) -> None:
    """Call one's own view something else, or share it further or less far; Conflict when it was saved since."""
    view = _mine(session, view_id)
    _check(session, view.page, name, shared, view_id)
    save(session, view, read_version, {"name": name.strip(), "shared": shared})


def end_view(session: StoreSession, view_id: int, read_version: int) -> None:
    """Offer one's own view to nobody any more."""
    save(session, _mine(session, view_id), read_version, {"ended_at": now()})


def _in_use(page: str) -> Select[SavedView]:
    return select(SavedView).where(SavedView.page == page, SavedView.ended_at.is_(None))


def _mine(session: StoreSession, view_id: int) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.ended_at is not None:
        raise Refused(_("没有找到这个筛选，或它已停用。"))
    return view


def _check(session: StoreSession, page: str, name: str, shared: str, view_id: int | None = None) -> None:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise Refused(_("请给这个筛选起名，最多 {n} 字。").format(n=LONGEST_NAME))
    if shared not in may_share(session.scope):
        raise Refused(_("你的岗位不能把筛选共享到这个范围。"))
    mine = _in_use(page).where(SavedView.owner_id == session.scope.staff_id, SavedView.name == name.strip())
    if any(view.id != view_id for view in session.scalars(mine)):
        raise Refused(_("你已有同名的筛选。"))

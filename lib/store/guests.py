"""Events and their guests: who may plan and run one, and that seats are counted as they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.store.models import Customer, Event, Invitation
from lib.store.scope import PassesBy, Refused, Scope
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

_AT_ONCE = 500
#: what of an event moves with its guests, whoever's customers they are
_COUNTED = ("taken", "waiting")


def may_plan(scope: Scope) -> bool:
    """Whether a post plans events: heads for their branch, the department for any or for the whole bank."""
    return scope.role == "crm" or (scope.role == "head" and scope.branch_id is not None)


def runs(scope: Scope, event: Event) -> bool:
    """Whether somebody runs this event: the department any, a head those of their branch."""
    return may_plan(scope) and (scope.role == "crm" or event.branch_id == scope.branch_id)


def check_event(session: StoreSession, row: Event, fresh: bool) -> None:
    """An event is planned and moved by who runs it; its counts move with the guests' rows of the same transaction."""
    if fresh:
        if not runs(session.scope, row):
            raise Refused(_("活动由支行负责人（本支行）或客户关系管理部发起。"))
        if row.owner_id != session.scope.staff_id or row.state != "draft" or row.taken or row.waiting:
            raise PassesBy("an event begins as a draft without guests, in one's own name")
        return
    changed = _changed(row)
    if changed - {*_COUNTED, "version"} and not runs(session.scope, row):
        raise Refused(_("活动由支行负责人（本支行）或客户关系管理部管理。"))
    net = _net(session, row.id)
    for place, column in enumerate(_COUNTED):
        if getattr(row, column) - _before(row, column) != net[place]:
            raise PassesBy(f"event.{column} is counted from its guests")


def check_invitation(session: StoreSession, row: Invitation, fresh: bool) -> None:
    """A guest is a customer within reach, invited in one's own name; a seat taken or freed is counted at once."""
    if fresh and row.staff_id != session.scope.staff_id:
        raise PassesBy("a guest is invited in one's own name")
    _reach(session, row)
    known = any(isinstance(one, Event) and one.id == row.event_id and _changed(one) for one in session.dirty)
    if not known and _net(session, row.event_id) != (0, 0):
        raise PassesBy("a seat is taken together with its count")


def _reach(session: StoreSession, row: Invitation) -> None:
    """The row's customer must be within the scope's full reach; of many fresh guests one question is asked."""
    if row.customer_id not in session.reached:
        asked = {one.customer_id for one in session.new if isinstance(one, Invitation)} | {row.customer_id}
        ids = sorted(asked - session.reached)
        for first in range(0, len(ids), _AT_ONCE):
            part = Customer.customer_id.in_(ids[first : first + _AT_ONCE])
            session.reached.update(session.scalars(select(Customer.customer_id).where(part)))
    if session.scope.narrow or row.customer_id not in session.reached:
        raise Refused(_("这位客户不在你的范围内。"))


def _net(session: StoreSession, event_id: int) -> tuple[int, int]:
    """How many more guests of an event hold a seat, and wait for one, after this transaction's changes."""
    rows = [one for one in (*session.new, *session.dirty) if isinstance(one, Invitation) and one.event_id == event_id]
    held = sum((one.registered_at is not None) - (_before(one, "registered_at") is not None) for one in rows)
    waits = sum((one.state == "waiting") - (_before(one, "state") == "waiting") for one in rows)
    return held, waits


def _before(row: Any, column: str) -> Any:
    """What a column held before this transaction; nothing of a row that is new."""
    state: Any = inspect(row)
    if not state.persistent:
        return None
    history = state.attrs[column].history
    return history.deleted[0] if history.deleted else getattr(row, column)


def _changed(row: Any) -> set[str]:
    state: Any = inspect(row)
    return {one.key for one in state.mapper.column_attrs if state.attrs[one.key].history.has_changes()}

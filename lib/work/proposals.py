"""Changes of the bank's own calendar and rules: who may propose them, and what was agreed but is not in effect yet."""

from __future__ import annotations

from sqlalchemy import Select, select

from lib.store.models import ChangeRequest
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work.requests import requests_on

#: kinds of request that concern the whole bank and are carried out by a job, not within the last consent
RULE_CHANGE = "rule_change"
KINDS = ("calendar_year", "root_causes", RULE_CHANGE)
_PROPOSER = "crm"


def may_propose(scope: Scope) -> bool:
    """The customer-relationship department keeps the rules (制度 §八)."""
    return scope.role == _PROPOSER


def need_proposer(session: StoreSession) -> None:
    """Raises Refused for who may not propose."""
    if not may_propose(session.scope):
        raise Refused(_("口径与日历由客户关系管理部提出修改，由另一岗位复核。"))


def need_settled(session: StoreSession, subject: str, subject_key: str) -> None:
    """Raises Refused while a change of the same record was agreed on but is not in effect: this one would undo it."""
    if (
        session.scalars(
            agreed().where(ChangeRequest.subject == subject, ChangeRequest.subject_key == subject_key)
        ).first()
        is not None
    ):
        raise Refused(_("同一事项有一项已批准的修改尚未执行，请先执行。"))


def agreed() -> Select[ChangeRequest]:
    """What was agreed on and is not in effect yet, in the order of the consents."""
    row = ChangeRequest
    waiting = (row.kind.in_(KINDS), row.state == "accepted", row.carried_out_at.is_(None))
    return select(row).where(*waiting).order_by(row.decided_at, row.id)


def under_way(subject: str, subject_key: str | None = None) -> Select[ChangeRequest]:
    """The undecided or not yet effective requests on a record (None: on every one of its kind), newest first."""
    row = ChangeRequest
    open_ = row.state.in_(("pending", "returned")) | ((row.state == "accepted") & row.carried_out_at.is_(None))
    if subject_key is not None:
        return requests_on(subject, subject_key).where(open_)
    return select(row).where(row.subject == subject, open_).order_by(row.id.desc())

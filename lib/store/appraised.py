"""What a person may write of an appraisal card: sign another's, answer one's own, settle what somebody else signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from lib.store.models import AppraisalCard
from lib.store.scope import PassesBy, Refused, Scope
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

#: from state to state → as what somebody takes the step
_STEPS = {
    ("computed", "signed"): "signer", ("signed", "final"): "subject", ("signed", "disputed"): "subject",
    ("disputed", "final"): "settler", ("disputed", "replaced"): "settler",
}  # fmt: skip


def is_own(scope: Scope, card: AppraisalCard) -> bool:
    """Whether a card is about this person: a manager's own, a branch's for its head."""
    if card.level == "manager":
        return card.staff_id == scope.staff_id
    return scope.role == "head" and scope.branch_id == card.branch_id


def capabilities(scope: Scope, card: AppraisalCard) -> frozenset[str]:
    """As what a person may act on a card: signer, subject, settler. Nobody signs their own or settles what they signed.

    A manager's card is signed by the branch's head (or the department), a branch's by the department.
    """
    if is_own(scope, card):
        return frozenset({"subject"})
    found = set()
    if scope.role == "crm" or (scope.role == "head" and card.level == "manager" and scope.branch_id == card.branch_id):
        found.add("signer")
    if scope.role == "crm" and card.signed_by != scope.staff_id:
        found.add("settler")
    return frozenset(found)


def check_card(session: StoreSession, row: AppraisalCard, fresh: bool) -> None:
    """Raises Refused or PassesBy for a step that is not this person's to take."""
    me = session.scope.staff_id
    if fresh:
        return _check_correction(session, row)
    fields: Any = inspect(row).attrs
    before = (fields.state.history.deleted or [row.state])[0]
    needed = _STEPS.get((before, row.state))
    if needed is None:
        raise PassesBy(f"an appraisal card does not go from {before} to {row.state}")
    if needed not in capabilities(session.scope, row):
        raise Refused(_("考核单由负责人签署、本人答复、另一位同事裁定，不能自己签自己的。"))
    by = {"signer": row.signed_by, "subject": row.answered_by, "settler": row.settled_by}[needed]
    if by != me:
        raise PassesBy("a step of a card is taken in one's own name")


def _check_correction(session: StoreSession, row: AppraisalCard) -> None:
    """Who settles a dispute writes the corrected version; every other version is the job's."""
    if row.state != "final" or row.why != "corrected" or row.settled_by != session.scope.staff_id:
        raise PassesBy("a card is computed by the job; only a correction is written by a person")
    if session.scope.role != "crm" or row.signed_by == session.scope.staff_id:
        raise Refused(_("异议由客户关系管理部裁定，签署人不裁定自己签的。"))

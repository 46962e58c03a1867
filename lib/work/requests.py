"""Change requests: four eyes on whatever counts only once another person has agreed; one mechanism for every kind."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.applying import applying
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import ChangeRequest, ChangeStep
from lib.store.session import Conflict, Refused, StoreSession, save
from lib.words import _

#: carries out an accepted change of a customer, within the same transaction
Apply = Callable[[StoreSession, ChangeRequest], None]
_STAGES = ("approval.stages", "approval.customer_stages", "approval.rule_stages", "approval.tier_stages")
VERDICTS = ("agreed", "returned", "refused")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: `subject` and `subject_key` name the record, before and after what would change."""

    kind: str
    subject: str
    subject_key: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    customer_id: int = 0  # 0: the bank itself
    branch_id: int | None = None
    due_at: datetime | None = None


def stages(kind: str, book: Rulebook) -> tuple[str, ...]:
    """The posts that must agree to a kind of request, in their order (rules approval.*stages)."""
    said = {key: posts for rule in _STAGES for key, posts in book.value(rule, today()).items()}
    return tuple(said[kind])


def request_by_id(request_id: int) -> Select[ChangeRequest]:
    """One request, if the scope reaches it."""
    return select(ChangeRequest).where(ChangeRequest.id == request_id)


def steps_of(request: ChangeRequest) -> Select[ChangeStep]:
    """What was said and decided about a request, oldest first."""
    step = ChangeStep
    mine = (step.customer_id == request.customer_id, step.request_id == request.id)
    return select(step).where(*mine).order_by(step.at, step.id)


def requests_on(subject: str, subject_key: str) -> Select[ChangeRequest]:
    """The requests that concern a record, newest first."""
    row = ChangeRequest
    return select(row).where(row.subject == subject, row.subject_key == subject_key).order_by(row.id.desc())


def waiting_for_me(session: StoreSession) -> Select[ChangeRequest]:
    """The requests that this person's post must decide now, except their own; oldest first."""
    row, scope = ChangeRequest, session.scope
    mine = [row.state == "pending", row.stage_role == scope.role, row.requested_by != scope.staff_id]
    if scope.role == "head":
        mine.append(row.branch_id == scope.branch_id)
    return select(row).where(*mine).order_by(row.requested_at, row.id)


def made_by_me(session: StoreSession) -> Select[ChangeRequest]:
    """What this person asked for, undecided first, then newest first."""
    row = ChangeRequest
    open_ = row.state.in_(("pending", "returned"))
    return select(row).where(row.requested_by == session.scope.staff_id).order_by(open_.desc(), row.id.desc())


def undecided(kinds: Collection[str] = ()) -> Select[ChangeRequest]:
    """What waits for anybody's decision within the scope, of some kinds or of all, oldest first."""
    row = ChangeRequest
    of = [row.kind.in_(sorted(kinds))] if kinds else []
    return select(row).where(row.state.in_(("pending", "returned")), *of).order_by(row.requested_at, row.id)


def decided(session: StoreSession) -> Select[ChangeRequest]:
    """The decided requests within the scope that are not this person's own, latest decision first."""
    row = ChangeRequest
    over = row.state.in_(("accepted", "refused"))
    return (
        select(row)
        .where(over, row.requested_by != session.scope.staff_id)
        .order_by(row.decided_at.desc(), row.id.desc())
    )


def ask(session: StoreSession, asked: Asked) -> ChangeRequest:
    """Write a request; Refused without a reason, or while one of its kind on the same record is undecided."""
    _need(asked.reason)
    open_ = requests_on(asked.subject, asked.subject_key).where(
        ChangeRequest.kind == asked.kind, ChangeRequest.state.in_(("pending", "returned"))
    )
    if session.scalars(open_).first() is not None:
        raise Refused(_("同一事项已有一项申请在等待审批。"))
    request = ChangeRequest(
        customer_id=asked.customer_id, id=new_id(), kind=asked.kind, subject=asked.subject,
        subject_key=asked.subject_key, before=asked.before, after=asked.after, reason=asked.reason.strip(),
        state="pending", stage=0, stage_role=stages(asked.kind, rulebook())[0], branch_id=asked.branch_id,
        requested_by=session.scope.staff_id, requested_at=business_now(), due_at=asked.due_at, version=1,
    )  # fmt: skip
    session.add(request)
    _note(session, request, "asked", asked.reason)
    session.flush()
    return request


def answer(session: StoreSession, request_id: int, read_version: int, text: str) -> ChangeRequest:
    """Answer the question a request came back with: it waits again for the same post."""
    request = _for_change(session, request_id, read_version)
    if request.state != "returned":
        raise Refused(_("这项申请没有待答复的问题。"))
    _need(text)
    _note(session, request, "answered", text)
    save(session, request, read_version, {"state": "pending"})
    return request


def withdraw(session: StoreSession, request_id: int, read_version: int, text: str = "") -> ChangeRequest:
    """Take one's own undecided request back."""
    request = _for_change(session, request_id, read_version)
    _need_open(request)
    _note(session, request, "withdrawn", text)
    save(session, request, read_version, {"state": "withdrawn", "stage_role": ""})
    return request


def decide(
    session: StoreSession, request_id: int, read_version: int, verdict: str, text: str, apply: Apply | None
) -> ChangeRequest:
    """Agree, return with a question, or refuse with a reason; the last consent carries the change out.

    `apply` None leaves carrying out to a job of its own (bank-wide changes). Raises Refused for the author, for
    another post, for one who agreed before; Conflict for who read an older version.
    """
    request = _for_change(session, request_id, read_version)
    _may_decide(session, request)
    if verdict != "agreed":
        _need(text)
    _note(session, request, verdict, text)
    following = stages(request.kind, rulebook())[request.stage + 1 :]
    changes: dict[str, Any] = {"decided_by": session.scope.staff_id, "decided_at": business_now()}
    if verdict == "returned":
        changes = {"state": "returned"}
    elif verdict == "refused":
        changes |= {"state": "refused", "stage_role": ""}
    elif following:
        changes |= {"stage": request.stage + 1, "stage_role": following[0]}
    else:
        changes |= {"state": "accepted", "stage_role": ""}
    save(session, request, read_version, changes)
    session.flush()
    if request.state == "accepted" and apply is not None:
        with applying(session, request):
            apply(session, request)
        save(session, request, request.version, {"carried_out_at": business_now()})
    return request


def _may_decide(session: StoreSession, request: ChangeRequest) -> None:
    me = session.scope.staff_id
    if request.state != "pending" or request.stage_role != session.scope.role:
        raise Refused(_("这项申请不在等待你的岗位审批。"))
    before = session.scalars(steps_of(request).with_only_columns(ChangeStep.agreed_by)).all()
    if request.requested_by == me or me in before:
        raise Refused(_("申请须由另一位同事审批：同一人不能既申请又审批，也不能审批两次。"))


def _for_change(session: StoreSession, request_id: int, read_version: int) -> ChangeRequest:
    locked = request_by_id(request_id).with_for_update(of=ChangeRequest)
    request = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if request is None:
        raise Refused(_("没有找到这项申请，或它不在你的范围内。"))
    if request.version != read_version:
        raise Conflict({"state": request.state}, request.version)
    return request


def _note(session: StoreSession, request: ChangeRequest, act: str, text: str) -> None:
    me = session.scope.staff_id
    session.add(ChangeStep(
        customer_id=request.customer_id, id=new_id(), request_id=request.id, at=business_now(), staff_id=me,
        requested_by=request.requested_by, agreed_by=me if act == "agreed" else None, act=act,
        text=text.strip() or None,
    ))  # fmt: skip


def _need(text: str) -> None:
    if not text.strip():
        raise Refused(_("请写明理由。"))


def _need_open(request: ChangeRequest) -> None:
    if request.state not in ("pending", "returned"):
        raise Refused(_("这项申请已经决定，不能再撤回。"))

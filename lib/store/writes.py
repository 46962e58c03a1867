"""What a person's session may write: by role, within reach, appended where nothing is changed, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, inspect, select

from lib.store import models as m
from lib.store.advised import check_advised
from lib.store.appraised import check_card
from lib.store.asking import check_answer, check_survey
from lib.store.base import Base
from lib.store.capacity import check_capacity, check_test
from lib.store.door import owner_of
from lib.store.guests import check_event, check_invitation
from lib.store.inspected import QUALITY, check_quality
from lib.store.narrow import is_owned
from lib.store.outgoing import check_campaign, check_message
from lib.store.points import check_account, check_entry
from lib.store.reviewed import check_decided, check_note, check_signature
from lib.store.rights import held, writable
from lib.store.scope import PassesBy, Refused
from lib.store.taught import check_training
from lib.words import _, name

if TYPE_CHECKING:
    from lib.store.session import StoreSession

APPENDED = (m.AuditEntry, m.AccessEntry, m.CaseNumber, m.CaseEvent, m.CaseParty, m.Attachment, m.AttachmentContent,
            m.ChangeStep, m.Gift, m.CapacityTest, m.CheckMark, m.FindingStep, m.PointEntry, m.RiskResponse)  # fmt: skip
#: what carrying out an accepted request may write of its customers, whatever the post of who consented
APPLIED = (m.Case, m.CaseEvent, m.Customer, m.Assignment, m.DueItem, m.CustomerTag, m.TierDecision)
#: what nothing changes, not even two people
FIXED = {"customer": {"number", "kind", "known_since", "batch_id", "created_at"},
         "case": {"number", "kind", "customer_kind", "received_at", "first_owner_id", "form_key", "origin_id",
                  "timely_as_reported", "batch_id", "created_at"},
         "tier_decision": held("tier_decision")}  # fmt: skip
OF_CASES = (m.CaseEvent, m.CaseParty, m.CaseReview, m.Attachment, m.AttachmentContent)


def check(session: StoreSession, row: Base) -> None:
    """Raises Refused, with a sentence, for what the session's scope may not write; PassesBy for what nobody may."""
    _check_reach(session, row)
    fresh = row in session.new
    if isinstance(row, m.Customer):
        check_capacity(session, row, fresh)
    elif isinstance(row, m.CapacityTest):
        check_test(session, row)
    elif isinstance(row, m.SurveyAnswer):
        check_answer(session, row, fresh)
    elif isinstance(row, m.PointEntry):
        check_entry(session, row)
    elif isinstance(row, m.PointAccount):
        check_account(session, row, fresh)
    check_advised(session, row, fresh)


def _check_reach(session: StoreSession, row: Base) -> None:
    table, fresh = row.__tablename__, row in session.new
    if row in session.deleted:
        raise Refused(_("记录不能删除：结束的只关闭，并保留。"))
    if not fresh:
        _check_columns(session, row)
    if isinstance(row, m.AuditEntry | m.AccessEntry):
        if row.actor_id != session.scope.staff_id:
            raise PassesBy(f"{table} is written in one's own name")
        return
    if isinstance(row, m.Customer | m.CustomerNumber) and row.customer_id in session.entering:
        if not fresh:
            raise PassesBy("a person or firm is entered once")
        return
    if isinstance(row, m.Assignment) and row.customer_id in session.entering | session.released.keys():
        return _check_first_owner(session, row, fresh)
    if isinstance(row, m.CaseNumber):
        return _check_number(session, row)
    if isinstance(row, m.TierDecision):
        _check_decision(session, row, fresh)
    if _is_applied(session, row):
        return
    if table not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    if isinstance(row, m.ChangeRequest | m.ChangeStep):
        _check_request(session, row, fresh)
    elif isinstance(row, m.SavedView | m.Action):
        _check_own(session, row, fresh)
    elif isinstance(row, QUALITY):
        check_quality(session, row, fresh)
    elif isinstance(row, m.TrainingSession | m.TrainingRecord):
        check_training(session, row, fresh)
    elif isinstance(row, m.ReviewNote):
        check_note(session, row, fresh)
    elif isinstance(row, m.ReviewSignature):
        check_signature(session, row, fresh)
    elif isinstance(row, m.Campaign):
        check_campaign(session, row, fresh)
    elif isinstance(row, m.Survey):
        check_survey(session, row, fresh)
    elif isinstance(row, m.AppraisalCard):
        check_card(session, row, fresh)
    elif isinstance(row, m.Message):
        check_message(session, row, fresh)
    elif isinstance(row, m.Event):
        check_event(session, row, fresh)
    elif isinstance(row, m.Invitation):
        check_invitation(session, row, fresh)
    elif isinstance(row, m.DueItem):
        _check_due(session, row, fresh)
    elif isinstance(row, (m.Case, *OF_CASES)) and getattr(row, "case_id", None) != 0:
        _check_case(session, row)
    elif is_owned(type(row)):
        _check_customer(session, row)


def _is_applied(session: StoreSession, row: Base) -> bool:
    """Whether the row is of a customer whose accepted change is being carried out."""
    return isinstance(row, APPLIED) and getattr(row, "customer_id", None) in session.applying


def _check_columns(session: StoreSession, row: Base) -> None:
    if isinstance(row, APPENDED):
        raise PassesBy(f"{row.__tablename__} is append-only")
    state: Any = inspect(row)
    applied = _is_applied(session, row)
    fixed = FIXED.get(row.__tablename__, set()) if applied else held(row.__tablename__)
    if isinstance(row, m.Customer):
        fixed = fixed - session.released.get(row.customer_id, frozenset())
    if isinstance(row, m.OutsideFact) and row.content and state.attrs.content.history.has_changes():
        raise PassesBy("what was learned from outside is erased, never rewritten")
    fixed = fixed | {key.key for key in state.mapper.primary_key}
    if isinstance(row, m.Case) and row.extension == "none":
        fixed = fixed - {"extension"}  # a new term begins without one; a longer one is agreed on by another
    changed = sorted(field for field in fixed if state.attrs[field].history.has_changes())
    if changed:
        raise PassesBy(f"{row.__tablename__}.{changed[0]} is not changed by an edit")


def _check_first_owner(session: StoreSession, row: m.Assignment, fresh: bool) -> None:
    """The history of owners begins with who is the owner, when somebody is entered or becomes a customer."""
    if not fresh or (row.manager_id, row.branch_id) != owner_of(session, row.customer_id):
        raise PassesBy("the history of owners begins with the owner")


def _check_customer(session: StoreSession, row: Any) -> None:
    """The row's customer must be within the scope's full reach, judged by what is stored, not by the row in hand."""
    customer_id = row.customer_id
    if isinstance(row, m.Attachment) and row.staff_id != session.scope.staff_id:
        raise PassesBy("a file is kept in one's own name")
    if customer_id in session.reached:
        return
    stored = session.scalar(select(m.Customer.customer_id).where(m.Customer.customer_id == customer_id))
    if stored is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    session.reached.add(customer_id)


def _check_request(session: StoreSession, row: Any, fresh: bool) -> None:
    """A request is made in one's own name, decided by the post whose turn it is, and never by its author."""
    me = session.scope.staff_id
    if isinstance(row, m.ChangeStep):
        if row.staff_id != me or row.agreed_by not in (None, me):
            raise PassesBy("a step of a request is written in one's own name")
        return
    if fresh:
        if row.requested_by != me or row.state != "pending" or row.decided_by is not None:
            raise PassesBy("a request begins undecided, in one's own name")
        _check_subject(session, row)
        return
    fields = inspect(row).attrs
    turn = (fields.stage_role.history.deleted or [row.stage_role])[0]
    stood = (fields.state.history.deleted or [row.state])[0]
    if stood == "accepted" and row.state == "accepted":
        return  # only the moment it took effect is added
    if row.state == "withdrawn" or (stood == "returned" and row.state == "pending"):
        if row.requested_by != me:
            raise Refused(_("只有申请人可以补充说明或撤回申请。"))
    elif stood != "pending" or turn != session.scope.role or row.requested_by == me:
        raise Refused(_("这项申请须由另一位有审批权限的同事决定。"))


def concerned(request: m.ChangeRequest) -> set[int]:
    """The customers a request would change: its own, or those named as `customers` of what it would make so."""
    named = request.after.get("customers")
    several = {int(customer) for customer in named} if isinstance(named, list) else set()
    return several | ({request.customer_id} - {0})


def _check_subject(session: StoreSession, row: m.ChangeRequest) -> None:
    """A change is asked for by somebody who reaches what it would change: the case, or the whole customer."""
    if row.subject == "case":
        case = select(m.Case.id).where(m.Case.customer_id == row.customer_id, m.Case.number == row.subject_key)
        if session.scalar(case) is None:
            raise Refused(_("这件事项不在你的范围内。"))
        return
    wanted = concerned(row)
    if wanted and session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    reached = select(func.count()).select_from(m.Customer).where(m.Customer.customer_id.in_(sorted(wanted)))
    if wanted and session.scalar(reached) != len(wanted):
        raise Refused(_("其中有客户不在你的范围内。") if len(wanted) > 1 else _("这位客户不在你的范围内。"))


def _check_decision(session: StoreSession, row: m.TierDecision, fresh: bool) -> None:
    """A decision is in one's own name; a tier by hand comes only from a request that another post agreed to, and the
    tier review keeps the former tier or confirms the move, and sets none of its own."""
    me = session.scope.staff_id
    if not fresh:
        before = inspect(row).attrs.ended_on.history.deleted or [None]
        if row.ended_by != me or row.ended_on is None or before != [None]:
            raise PassesBy("a decision is ended once, in one's own name")
        return
    if row.staff_id != me or row.ended_on is not None:
        raise PassesBy("a decision begins in one's own name")
    agreed = row.customer_id in session.applying and row.request_id is not None
    if row.act == "override" and not agreed:
        raise Refused(_("人工调整层级须经另一岗位同意。"))
    if row.act != "override" and row.request_id is not None:
        raise PassesBy("the tier review needs no request")
    if row.act == "held" and row.tier != row.tier_before:
        raise PassesBy("a hold keeps the former tier")


def _check_own(session: StoreSession, row: Any, fresh: bool) -> None:
    """A saved view is its owner's. An action is given by heads (in their branch) and crm, and kept by its owner."""
    scope = session.scope
    if isinstance(row, m.SavedView):
        if row.owner_id != scope.staff_id:
            raise Refused(_("这个筛选是同事保存的，不能修改。"))
        return
    if row.quarter is not None:
        return check_decided(session, row, fresh)
    gives = scope.role == "crm" or (scope.role == "head" and row.branch_id == scope.branch_id)
    if not gives and (fresh or row.owner_id != scope.staff_id):
        raise Refused(_("改进措施由支行负责人（本支行）和客户关系管理部下达，由责任人办理。"))


def _check_due(session: StoreSession, row: m.DueItem, fresh: bool) -> None:
    """What is to be done concerns a customer within reach; it is given by its owner, a head or the department."""
    if row.customer_id:
        _check_customer(session, row)
    owner = (inspect(row).attrs.owner_id.history.deleted or [row.owner_id])[0]
    if session.scope.role not in ("head", "crm") and (owner != session.scope.staff_id or (fresh and row.by_rule)):
        raise Refused(_("这件待办由责任人、支行负责人或客户关系管理部安排。"))


def _check_case(session: StoreSession, row: Any) -> None:
    if isinstance(row, m.CaseEvent | m.Attachment) and row.staff_id != session.scope.staff_id:
        raise PassesBy("the history of a case is written in one's own name")
    case_id = row.id if isinstance(row, m.Case) else row.case_id
    if _registered_now(session, row.customer_id, case_id):
        return _check_registration(session, row)
    stored = session.scalar(select(m.Case.id).where(m.Case.customer_id == row.customer_id, m.Case.id == case_id))
    if stored is None:
        raise Refused(_("这件事项不在你的范围内。"))


def _check_registration(session: StoreSession, row: Any) -> None:
    """Anyone may register a case for a customer they reach or have exactly identified; they become its first owner."""
    if isinstance(row, m.Case):
        if row.first_owner_id != session.scope.staff_id or row.state != "received":
            raise PassesBy("whoever registers a case is its first owner, and it begins as received")
        if (row.manager_id, row.branch_id) != owner_of(session, row.customer_id):
            raise PassesBy("a case belongs to the branch and manager of its customer")
    if row.customer_id not in session.registering:
        _check_customer(session, row)


def _check_number(session: StoreSession, row: m.CaseNumber) -> None:
    if not _registered_now(session, row.customer_id, row.case_id):
        raise PassesBy("a case number is given with its case")


def _registered_now(session: StoreSession, customer_id: int, case_id: int) -> bool:
    return any(isinstance(new, m.Case) and (new.customer_id, new.id) == (customer_id, case_id) for new in session.new)

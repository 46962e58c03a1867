"""How a scope narrows each table: plain criteria per class, built once per scope."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors

from lib.settings import day_end, settings
from lib.store import models as m
from lib.store.base import Base, OwnedByCustomer, UtcDateTime
from lib.store.quarter import Quarter
from lib.store.rights import rights
from lib.store.scope import PassesBy, Scope

Criterion = ColumnElement[bool]
_ATTEMPTS = 200
# Inside subqueries the bare tables are meant: their classes would be narrowed once more. On the class itself the
# mapped attributes are meant: only they follow an alias into the ON of an outer join.
_customer = m.Customer.__table__.c
_case = m.Case.__table__.c

#: owned tables that a narrow view of a customer does not include
FULL_VIEW = (
    m.Account,
    m.Holding,
    m.Transaction,
    m.BalanceMonth,
    m.StandingOrder,
    m.CustomerQuarter,
    m.Contact,
    m.LifeEvent,
    m.CustomerTag,
    m.Relation,
    m.Assignment,
    m.SurveyAnswer,
    m.CustomerLink,
    m.Gift,
    m.OutsideFact,
    m.TierDecision,
    m.CapacityTest,
    m.Recommendation,
    m.RiskResponse,
    m.Message,
    m.Referral,
    m.PointEntry,
    m.PointAccount,
)
#: what hangs on a case and is reached with it
OF_CASES = (m.CaseEvent, m.CaseParty, m.CaseReview)
#: files: reached with their case, or with the customer itself where they belong to no case (case_id 0)
FILES = (m.Attachment, m.AttachmentContent)
#: tables that everybody signed in may read: small references without a customer, figures of large groups
OPEN = (
    m.Bank, m.Branch, m.Staff, m.Product, m.CurrencyRate, m.RuleEntry, m.CalendarDay, m.QuarterRun, m.PeerQuarter,
    m.ChurnTrial, m.Course, m.QuarterDefinition,
)  # fmt: skip
#: tables that no person reads through a session; lib/store reaches them through its own doors
CLOSED = (
    m.StaffCredential,
    m.UserSession,
    m.NodeLease,
    m.ImportKey,
    m.IdentityRegistry,
    m.AuditHead,
    m.AuditSeal,
    m.Job,
    m.JobStep,
)


def _people(scope: Scope, customer: Any = _customer) -> Criterion:
    """Customers whose whole record the scope reaches."""
    if scope.customers == "bank":
        return true()
    if scope.customers == "branch" and scope.branch_id is not None:
        return customer.branch_id == scope.branch_id
    if scope.customers == "own":
        return or_(customer.manager_id == scope.staff_id, customer.deputy_id == scope.staff_id)
    return false()


def _customers(scope: Scope, customer: Any = m.Customer) -> Criterion:
    if scope.customers == "handled":
        handled = select(_case.customer_id).where(_case.handler_id == scope.staff_id)
        return customer.customer_id.in_(handled)
    return _people(scope, customer)


def _cases(scope: Scope, case: Any = m.Case) -> Criterion:
    """Cases of one's customers, the pool and the taken ones of an officer, and whatever one registered oneself."""
    registered = case.first_owner_id == scope.staff_id
    if scope.cases == "bank":
        return true()
    if scope.cases == "branch" and scope.branch_id is not None:
        return or_(case.branch_id == scope.branch_id, case.about_branch_id == scope.branch_id, registered)
    if scope.cases == "own":
        return or_(case.manager_id == scope.staff_id, case.handler_id == scope.staff_id, registered)
    if scope.cases == "handled":
        return or_(case.handler_id == scope.staff_id, case.handler_id.is_(None), registered)
    return false()


def _facts(table: Any) -> Callable[[Scope], Criterion]:
    def criterion(scope: Scope) -> Criterion:
        if scope.facts == "bank":
            return true()
        if scope.facts == "products":  # the product desk sees the bank as a whole; its KPIs are picked by the catalogue
            return table.level == "bank"
        if scope.facts == "branch" and scope.branch_id is not None:
            return and_(table.branch_id == scope.branch_id, table.level.in_(("branch", "manager")))
        if scope.facts == "own":
            return and_(table.staff_id == scope.staff_id, table.level == "manager")
        if scope.facts == "handled":
            return and_(table.staff_id == scope.staff_id, table.level == "handler")
        return false()

    return criterion


def _trail(table: Any) -> Callable[[Scope], Criterion]:
    staff = m.Staff.__table__.c

    def criterion(scope: Scope) -> Criterion:
        if scope.trail == "bank":
            return true()
        if scope.trail == "branch" and scope.branch_id is not None:
            return table.actor_id.in_(select(staff.id).where(staff.branch_id == scope.branch_id))
        return table.actor_id == scope.staff_id if scope.trail == "own" else false()

    return criterion


def _of_people(table: Any) -> Callable[[Scope], Criterion]:
    def criterion(scope: Scope) -> Criterion:
        if scope.customers == "bank":
            return true()
        if scope.narrow:
            return false()
        return table.customer_id.in_(select(_customer.customer_id).where(_people(scope)))

    return criterion


def _of_cases(table: Any) -> Callable[[Scope], Criterion]:
    def criterion(scope: Scope) -> Criterion:
        if scope.cases == "bank":
            return true()
        mine = select(_case.id).where(
            _case.customer_id == table.customer_id, _case.id == table.case_id, _cases(scope, _case)
        )
        return mine.correlate(table).exists()

    return criterion


def _files(table: Any) -> Callable[[Scope], Criterion]:
    def criterion(scope: Scope) -> Criterion:
        if scope.masked_names:  # a customer's file says who the customer is
            return and_(table.case_id != 0, _of_cases(table)(scope))
        of_case, of_customer = _of_cases(table)(scope), and_(table.case_id == 0, _of_people(table)(scope))
        return or_(and_(table.case_id != 0, of_case), of_customer)

    return criterion


def _requests(scope: Scope, request: Any = m.ChangeRequest) -> Criterion:
    """One's own, those one's post decides (heads: of their branch), those on one's customers; all for who oversees."""
    if scope.role in ("crm", "legal"):
        return true()
    mine = or_(request.requested_by == scope.staff_id, request.decided_by == scope.staff_id)
    waiting = request.stage_role == scope.role
    if scope.role == "head":
        waiting = and_(waiting, request.branch_id == scope.branch_id)
    if scope.customers in ("own", "branch"):
        reached = select(_customer.customer_id).where(_people(scope))
        return or_(mine, waiting, request.customer_id.in_(reached))
    return or_(mine, waiting)


def _steps(scope: Scope) -> Criterion:
    request, step = m.ChangeRequest.__table__.c, m.ChangeStep
    if scope.role in ("crm", "legal"):
        return true()
    known = select(request.id).where(
        request.customer_id == step.customer_id, request.id == step.request_id, _requests(scope, request)
    )
    return known.correlate(step).exists()


def _due(scope: Scope) -> Criterion:
    """What is to be done: one's own, one's branch's, the bank's."""
    item = m.DueItem
    if scope.customers == "bank" and not scope.masked_names:
        return true()
    if scope.customers == "branch" and scope.branch_id is not None:
        return or_(item.owner_id == scope.staff_id, item.branch_id == scope.branch_id)
    return item.owner_id == scope.staff_id


def _views(scope: Scope) -> Criterion:
    view = m.SavedView
    branch = and_(view.shared == "branch", view.branch_id == scope.branch_id)
    return or_(view.owner_id == scope.staff_id, view.shared == "bank", branch)


def _actions(scope: Scope) -> Criterion:
    """Improvement actions: one's own and one's branch's, for heads also what a review decided for the whole bank;
    all for the department and those above it."""
    action = m.Action
    if scope.role in ("crm", "legal", "leadership"):
        return true()
    if scope.role == "head":
        of_all = and_(action.quarter.is_not(None), action.branch_id.is_(None))
        return or_(action.owner_id == scope.staff_id, action.branch_id == scope.branch_id, of_all)
    if scope.facts == "own" and scope.branch_id is not None:  # a finding of one's branch is read with its measure
        measure = and_(action.finding_id.is_not(None), action.branch_id == scope.branch_id)
        return or_(action.owner_id == scope.staff_id, measure)
    return action.owner_id == scope.staff_id


def _of_branch(table: Any) -> Callable[[Scope], Criterion]:
    """What concerns a branch and no customer: all for who oversees the bank, its own for who works there."""

    def criterion(scope: Scope) -> Criterion:
        if scope.facts == "bank":
            return true()
        if scope.facts in ("branch", "own") and scope.branch_id is not None:
            of_branch: Criterion = table.branch_id == scope.branch_id
            return of_branch
        return false()

    return criterion


def _marks(scope: Scope) -> Criterion:
    check = m.ServiceCheck.__table__.c
    reach = _of_branch(check)(scope)
    return reach if scope.facts == "bank" else m.CheckMark.check_id.in_(select(check.id).where(reach))


def _findings(scope: Scope, finding: Any = m.Finding) -> Criterion:
    """Findings of one's branch, and those one has a measure of."""
    action = m.Action.__table__.c
    mine = select(action.finding_id).where(action.owner_id == scope.staff_id, action.finding_id.is_not(None))
    reach = _of_branch(finding)(scope)
    return reach if scope.facts == "bank" else or_(reach, finding.id.in_(mine))


def _finding_steps(scope: Scope) -> Criterion:
    finding = m.Finding.__table__.c
    if scope.facts == "bank":
        return true()
    return m.FindingStep.finding_id.in_(select(finding.id).where(_findings(scope, finding)))


def _waits(scope: Scope) -> Criterion:
    """Times of the bank and of every branch for who oversees them; those of one's own branch."""
    if scope.facts == "bank":
        return true()
    return and_(m.WaitQuarter.level == "branch", _of_branch(m.WaitQuarter)(scope))


def _campaigns(scope: Scope) -> Criterion:
    """Campaigns: one's own, a branch's for its head; all for the department and who oversees it."""
    campaign = m.Campaign
    if scope.role in ("crm", "legal"):
        return true()
    if scope.role == "head":
        return or_(campaign.owner_id == scope.staff_id, campaign.branch_id == scope.branch_id)
    return campaign.owner_id == scope.staff_id


def _surveys(scope: Scope) -> Criterion:
    """Surveys: one's own, a branch's for its head, and what the bank or one's branch has begun for who enters answers;
    all for the department and who oversees it."""
    survey = m.Survey
    if scope.role in ("crm", "legal", "leadership"):
        return true()
    if scope.customers not in ("own", "branch"):
        return false()
    here = survey.branch_id == scope.branch_id
    begun = and_(survey.state != "draft", or_(survey.branch_id.is_(None), here))
    if scope.role == "head":
        return or_(survey.owner_id == scope.staff_id, here, begun)
    return or_(survey.owner_id == scope.staff_id, begun)


def _guests(scope: Scope, guest: Any = m.Invitation) -> Criterion:
    """Guests among the customers reached, also of those an officer sees through a case alone."""
    if scope.customers == "bank":
        return true()
    return guest.customer_id.in_(select(_customer.customer_id).where(_customers(scope, _customer)))


def _events(scope: Scope) -> Criterion:
    """Events: one's branch's and the whole bank's, and any to which a customer of one's own is a guest."""
    event, guest = m.Event, m.Invitation.__table__.c
    if scope.role in ("crm", "legal", "leadership"):
        return true()
    invited = event.id.in_(select(guest.event_id).where(_guests(scope, guest)))
    if scope.customers in ("own", "branch") and scope.branch_id is not None:
        return or_(event.branch_id.is_(None), event.branch_id == scope.branch_id, invited)
    return invited if scope.customers in ("own", "branch", "handled") else false()


def _appraisals(scope: Scope) -> Criterion:
    """Cards: one's own, a branch's for its head, the bank's as the rights matrix says."""
    card, extent = m.AppraisalCard, rights(scope.role, "appraisal").extent
    if extent == "bank":
        return true()
    if extent == "branch" and scope.branch_id is not None:
        return or_(card.branch_id == scope.branch_id, card.staff_id == scope.staff_id)
    return card.staff_id == scope.staff_id if extent == "self" else false()


def _training_sessions(scope: Scope) -> Criterion:
    """Sessions for the whole bank and for one's own branch; all for the department and the leadership."""
    if scope.role in ("crm", "leadership"):
        return true()
    session = m.TrainingSession
    return or_(session.branch_id.is_(None), session.branch_id == scope.branch_id)


def _training_records(scope: Scope) -> Criterion:
    """One's own training, a head's branch's; all for the department and the leadership (办法 §七)."""
    record, staff = m.TrainingRecord, m.Staff.__table__.c
    if scope.role in ("crm", "leadership"):
        return true()
    if scope.role == "head" and scope.branch_id is not None:
        return record.staff_id.in_(select(staff.id).where(staff.branch_id == scope.branch_id))
    return record.staff_id == scope.staff_id


def _review_notes(scope: Scope) -> Criterion:
    """Notes of a review speak of the figures they stand beside: a branch's for its head, all for the whole bank."""
    if scope.role in ("crm", "legal", "leadership"):
        return true()
    if scope.role == "head" and scope.branch_id is not None:
        return m.ReviewNote.branch_id == scope.branch_id
    return false()


def _signatures(scope: Scope) -> Criterion:
    """Who was at a review and signed is for those who hold it; anybody else sees their own."""
    if scope.role in ("crm", "legal", "leadership", "head"):
        return true()
    return m.ReviewSignature.staff_id == scope.staff_id


def _customer_numbers(scope: Scope) -> Criterion:
    known = select(_customer.customer_id).where(_customers(scope, _customer), not_later(m.Customer, _customer))
    return m.CustomerNumber.customer_id.in_(known)


def _case_numbers(scope: Scope) -> Criterion:
    return m.CaseNumber.case_id.in_(select(_case.id).where(_cases(scope, _case), not_later(m.Case, _case)))


def _imports(scope: Scope) -> Criterion:
    return true() if scope.role in ("crm", "legal") else false()


def _tags(scope: Scope) -> Criterion:
    """A tag set by hand is somebody's free text: not for who sees people masked."""
    of_people = _of_people(m.CustomerTag)(scope)
    return and_(of_people, m.CustomerTag.by_rule.is_(True)) if scope.masked_names else of_people


def _nobody(scope: Scope) -> Criterion:
    return false()


def _everybody(scope: Scope) -> Criterion:
    return true()


NARROWING: dict[type[Base], Callable[[Scope], Criterion]] = {
    m.Customer: _customers,
    m.Case: _cases,
    **{table: _of_cases(table) for table in OF_CASES},
    **{table: _files(table) for table in FILES},
    m.ChangeRequest: _requests,
    m.ChangeStep: _steps,
    m.SavedView: _views,
    m.Action: _actions,
    m.Campaign: _campaigns,
    m.Survey: _surveys,
    m.ServiceCheck: _of_branch(m.ServiceCheck),
    m.CheckMark: _marks,
    m.Finding: _findings,
    m.FindingStep: _finding_steps,
    m.QueueTicket: _of_branch(m.QueueTicket),
    m.WaitQuarter: _waits,
    m.Event: _events,
    m.Invitation: _guests,
    m.AppraisalCard: _appraisals,
    m.DueItem: _due,
    m.TrainingSession: _training_sessions,
    m.TrainingRecord: _training_records,
    m.ReviewNote: _review_notes,
    m.ReviewSignature: _signatures,
    m.CustomerNumber: _customer_numbers,
    m.CaseNumber: _case_numbers,
    m.MeasureQuarter: _facts(m.MeasureQuarter),
    m.ProfileQuarter: _facts(m.ProfileQuarter),
    m.CaseQuarter: _facts(m.CaseQuarter),
    **{
        table: _facts(table)
        for table in (m.MigrationQuarter, m.CohortQuarter, m.ConcentrationQuarter, m.TagQuarter, m.SuitabilityQuarter)
    },
    m.AuditEntry: _trail(m.AuditEntry),
    m.AccessEntry: _trail(m.AccessEntry),
    m.ImportBatch: _imports,
    m.RejectedRow: _imports,
    **{table: _of_people(table) for table in FULL_VIEW},
    m.CustomerTag: _tags,
    **dict.fromkeys(CLOSED, _nobody),
    **dict.fromkeys(OPEN, _everybody),
}


def criterion_of(table: type[Base], scope: Scope) -> Criterion:
    """The condition a scope's reads of a table are narrowed by; KeyError for a table nobody has decided on."""
    reach, known = NARROWING[table](scope), not_later(table, table)
    return reach if known is true() else and_(reach, known)


def not_later(table: type[Base], columns: Any) -> Criterion:
    """Rows later than the business day are invisible; rows without a date are of no day and stay."""
    as_of = settings().as_of
    if as_of is None or table.business_date is None:
        return true()
    column = getattr(columns, table.business_date)
    if isinstance(column.type, UtcDateTime):
        return or_(column.is_(None), column < day_end(as_of))
    limit: Any = str(Quarter.of(as_of)) if table.business_date == "quarter" else as_of
    return or_(column.is_(None), column <= limit)


class _Narrowing(LoaderCriteriaOption):
    """A loader criterion that also follows an alias joined with an ON of its own (SQLAlchemy leaves that one out).

    SQLAlchemy fills the index by which columns find their alias while others may already read it (2.1.9): of two
    threads that first use one alias, the second may be told that there is no such column. So what comes back is
    looked at, and asked for again; a criterion that would not bind the alias never passes.
    """

    inherit_cache = True
    _cache_key_traversal = None  # cached by its criterion like its parent, which says so elsewhere

    def _resolve_where_criteria(self, ext_info: Any) -> Any:
        criterion = super()._resolve_where_criteria(ext_info)
        if not ext_info.is_aliased_class or self.where_criteria is false():
            return criterion
        for _attempt in range(_ATTEMPTS):
            adapted = ext_info._adapt_element(criterion)
            if not _names(adapted, ext_info.mapper.local_table):
                return adapted
            time.sleep(0.002)
        raise PassesBy(f"{ext_info.mapper.class_.__name__} would not be narrowed under this alias")


def _names(criterion: Any, table: Any) -> bool:
    """Whether a column of the bare table is left anywhere in a criterion."""
    return any(isinstance(part, Column) and part.table is table for part in visitors.iterate(criterion))


@lru_cache(maxsize=2048)
def _options(scope: Scope, as_of: object) -> dict[str, Any]:
    made = {}
    for table in NARROWING:
        criterion = criterion_of(table, scope)
        if criterion is not true():
            made[table.__tablename__] = _Narrowing(table, criterion, include_aliases=True)
    return made


def narrowing(scope: Scope, tables: set[str]) -> list[Any]:
    """The loader options that narrow a statement over these tables to a scope."""
    made = _options(scope, settings().as_of)
    return [made[table] for table in sorted(tables) if table in made]


def is_owned(table: type[Base]) -> bool:
    """Whether a table's rows belong to a customer."""
    return table is m.Customer or issubclass(table, OwnedByCustomer)

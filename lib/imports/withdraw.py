"""Takes a landed batch out again, unless a closed quarter or people's work stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError

from lib.settings import day_end, day_start, now
from lib.store import models as m
from lib.store.base import Base, Imported, OwnedByCustomer, UtcDateTime
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.store.session import Refused
from lib.words import _, quarter_name

# Written by refresh from what the batch brought: they go with their customers.
_DERIVED: tuple[type[Base], ...] = (m.CustomerQuarter, m.PointAccount)


def withdraw(batch_id: int, actor: str) -> dict[str, int]:
    """Delete a batch's rows and forget its keys; returns rows deleted by table. Refused with a sentence otherwise.

    Quarter facts of open quarters are rebuilt by the next refresh. The bank's row and the rule entries that came
    with a mapping stay: an entry once in force is never taken back.
    """
    try:
        with bulk(f"withdraw import {batch_id} by {actor}"[:80]) as session:
            batch = session.get(m.ImportBatch, batch_id)
            if batch is None or batch.state != "landed":
                raise Refused(_("批次 {batch} 不存在或未导入，不能撤回。").format(batch=batch_id))
            _check_quarters(session, batch_id)
            _check_people(session, batch_id)
            _delete(session, batch_id)
            batch.state, batch.withdrawn_at = "withdrawn", now()
            session.flush()
            return dict(session.counts)
    except IntegrityError:
        raise Refused(_("其他数据仍在使用本批的支行、人员或产品，不能撤回。")) from None


def _check_quarters(session: BulkSession, batch: int) -> None:
    run, facts = m.QuarterRun, m.CustomerQuarter
    closed = session.scalars(select(run.quarter).where(run.state == "closed").distinct().order_by(run.quarter))
    for quarter in closed:
        counted = exists().where(facts.quarter == quarter, facts.customer_id.in_(_customers(batch)))
        dated = (
            exists().where(model.batch_id == batch, _within(model, Quarter.parse(quarter)))
            for model in _imported()
            if model.business_date is not None
        )
        if session.scalar(select(or_(counted, *dated))):
            said = _("{quarter}已关账，其中有本批的数据，不能撤回。")
            raise Refused(said.format(quarter=quarter_name(quarter)))


def _within(model: Any, quarter: Quarter) -> ColumnElement[bool]:
    column = getattr(model, model.business_date)
    if isinstance(column.type, UtcDateTime):
        return (column >= day_start(quarter.start)) & (column < day_end(quarter.end))
    within: ColumnElement[bool] = column.between(quarter.start, quarter.end)
    return within


def _check_people(session: BulkSession, batch: int) -> None:
    """Edits of the batch's customers and cases, and rows that people or other batches hung on them."""
    for model in (m.Customer, m.Case):
        if session.scalar(select(exists().where(model.batch_id == batch, model.version > 1))):
            raise Refused(_("本批的客户或投诉已被修改，不能撤回。"))
    _check_work(session, batch)
    for model in _owned():
        added = _foreign(model, batch)
        if added is None:
            continue
        if session.scalar(select(exists().where(model.customer_id.in_(_customers(batch)), added))):
            said = _("本批的客户名下已有新的记录（{what}），不能撤回。")
            raise Refused(said.format(what=model.__tablename__))


def _check_work(session: BulkSession, batch: int) -> None:
    """What people hung on the batch's cases and customers: events, persons, reviews, files, requests, plans."""
    case = m.Case
    cases = select(case.id).where(case.batch_id == batch)
    numbers = select(case.number).where(case.batch_id == batch)
    hung: list[ColumnElement[bool]] = [
        exists().where(model.case_id.in_(cases), _foreign(model, batch))
        for model in (m.CaseEvent, m.CaseParty, m.CaseReview, m.Attachment)
    ]
    asked = exists().where(m.ChangeRequest.subject == "case", m.ChangeRequest.subject_key.in_(numbers))
    if session.scalar(select(or_(*hung, asked))):
        raise Refused(_("本批的投诉已有后续处理记录，不能撤回。"))
    checks = select(m.ServiceCheck.id).where(m.ServiceCheck.batch_id == batch)
    if session.scalar(select(exists().where(m.Finding.check_id.in_(checks)))):
        raise Refused(_("本批的检查已有质量问题在处理，不能撤回。"))
    request, item = m.ChangeRequest, m.DueItem
    wanted = exists().where(request.customer_id.in_(_customers(batch)))
    planned = exists().where(item.customer_id.in_(_customers(batch)), item.by_rule.is_(False) | (item.version > 1))
    if session.scalar(select(or_(wanted, planned))):
        raise Refused(_("本批的客户已有申请或待办，不能撤回。"))


def _foreign(model: Any, batch: int) -> Any:
    """The rows of an owned table that neither the batch brought nor refresh derived; None if there can be none."""
    if model in _DERIVED:
        return None
    if model is m.CustomerTag:
        return model.by_rule.is_(False)
    if model is m.PointEntry:  # what jobs booked goes too; not what people redeemed or corrected
        return model.staff_id.is_not(None)
    if not issubclass(model, Imported):
        return model.customer_id.is_not(None)
    other = or_(model.batch_id.is_(None), model.batch_id != batch)
    return other & model.derived.is_(False) if model is m.BalanceMonth else other


def _delete(session: BulkSession, batch: int) -> None:
    ids = session.scalars(select(m.Customer.customer_id).where(m.Customer.batch_id == batch)).all()
    session.forget_names(ids)
    session.forget_cases(session.scalars(select(m.Case.id).where(m.Case.batch_id == batch)).all())
    customers = _customers(batch)
    _run(session, delete(m.CaseNumber).where(m.CaseNumber.case_id.in_(
        select(m.Case.id).where(m.Case.batch_id == batch)
    )))  # fmt: skip
    of_customers: tuple[Any, ...] = (
        m.CustomerNumber, m.IdentityRegistry, *_DERIVED, m.PointEntry, m.CustomerTag, m.BalanceMonth, m.DueItem
    )  # fmt: skip
    for model in of_customers:
        _run(session, delete(model).where(model.customer_id.in_(customers)))
    for model in _imported():
        _run(session, delete(model).where(model.batch_id == batch))
    _run(session, delete(m.ImportKey).where(m.ImportKey.batch_id == batch))


def _run(session: BulkSession, statement: Any) -> None:
    count = session.rows(statement)
    if count:
        session.note(statement.table.name, count)


def _customers(batch: int) -> Any:
    return select(m.Customer.customer_id).where(m.Customer.batch_id == batch)


def _owned() -> Iterator[Any]:
    return (model for model in _models() if issubclass(model, OwnedByCustomer))


def _imported() -> Iterator[Any]:
    """Every table that can come with a batch, those that point to others first."""
    return (model for model in _models() if issubclass(model, Imported))


def _models() -> list[Any]:
    by_table = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    return [by_table[table.name] for table in reversed(Base.metadata.sorted_tables)]

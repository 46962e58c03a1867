"""Every form a read can take gives rm.zhang the two customers that are his, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import and_, case, exists, func, lateral, literal, or_, select, true, tuple_, union, union_all
from sqlalchemy.orm import Bundle, aliased, load_only, undefer, with_loader_criteria
from sqlalchemy.orm.exc import NoResultFound

from lib.store.models import Account, Branch, Contact, Customer, LifeEvent, Staff
from lib.store.session import StoreSession, open_session
from tests.cast import FIRM, OTHER, OUTSIDER, OWN, SmallBank, scope

MINE = {OWN, FIRM}
C = Customer
Read = Callable[[StoreSession], Any]


def ids(rows: Any) -> set[Any]:
    return {getattr(row, "customer_id", row) for row in rows}


def first(s: StoreSession, statement: Any) -> set[Any]:
    return {row[0] for row in s.execute(statement)}


# Each is written as a page or a subject might write it; the answer is the set of customer ids that comes out.
ROWS: dict[str, Read] = {
    "entity": lambda s: ids(s.scalars(select(C))),
    "entity by execute": lambda s: ids(s.execute(select(C)).scalars()),
    "column": lambda s: first(s, select(C.customer_id)),
    "tuple of columns": lambda s: first(s, select(C.customer_id, C.kind)),
    "bundle": lambda s: {row.b.customer_id for row in s.execute(select(Bundle("b", C.customer_id, C.kind)))},
    "load_only": lambda s: ids(s.scalars(select(C).options(load_only(C.kind)))),
    "alias": lambda s: ids(s.scalars(select(aliased(C)))),
    "column of an alias": lambda s: first(s, select(aliased(C).customer_id)),
    "flat alias": lambda s: ids(s.scalars(select(aliased(C, flat=True)))),
    "expression": lambda s: first(s, select(C.customer_id + 0)),
    "label": lambda s: first(s, select(C.customer_id.label("x")).order_by("x")),
    "distinct": lambda s: first(s, select(C.customer_id).distinct()),
    "group by": lambda s: first(s, select(C.customer_id, func.count()).group_by(C.customer_id)),
    "having": lambda s: first(s, select(C.customer_id).group_by(C.customer_id).having(func.count(C.kind) > 0)),
    "window function": lambda s: first(s, select(C.customer_id, func.row_number().over(order_by=C.customer_id))),
    "case": lambda s: first(s, select(case((C.kind == "x", 0), else_=C.customer_id))),
    "tuple in": lambda s: first(s, select(C.customer_id).where(tuple_(C.customer_id, C.kind) != tuple_(0, ""))),
    "or true": lambda s: first(s, select(C.customer_id).where(or_(C.kind == "personal", true()))),
    "select_from": lambda s: first(s, select(C.customer_id).select_from(C)),
    "inner join": lambda s: first(s, select(C.customer_id).join(Account, Account.customer_id == C.customer_id)),
    "outer join": lambda s: first(s, select(C.customer_id).outerjoin(Contact, Contact.customer_id == C.customer_id)),
    "full join": lambda s: {
        i
        for row in s.execute(
            select(C.customer_id, Account.customer_id).join(Account, Account.customer_id == C.customer_id, full=True)
        )
        for i in row
        if i
    },
    "join from an open table": lambda s: {
        i for i in first(s, select(C.customer_id).select_from(Branch).outerjoin(C, C.branch_id == Branch.id)) if i
    },
    "outer join to an alias": lambda s: _outer_alias(s),
    "join to a subquery": lambda s: _joined_subquery(s),
    "comma join": lambda s: first(s, select(C.customer_id).where(C.branch_id == Branch.id)),
    "only in where": lambda s: first(s, select(LifeEvent.customer_id).where(LifeEvent.customer_id == C.customer_id)),
    "join from the owner": lambda s: first(
        s, select(C.customer_id).select_from(Staff).join(C, C.manager_id == Staff.id)
    ),
    "subquery": lambda s: first(s, select(select(C.customer_id).subquery().c.customer_id)),
    "subquery in subquery": lambda s: first(
        s, select(select(select(C.customer_id).subquery().c.customer_id).subquery().c.customer_id)
    ),
    "entity from a subquery": lambda s: ids(s.scalars(select(aliased(C, select(C).subquery())))),
    "entity from a union": lambda s: ids(s.scalars(select(aliased(C, union_all(select(C), select(C)).subquery())))),
    "cte": lambda s: first(s, select(select(C.customer_id).cte().c.customer_id)),
    "recursive cte": lambda s: _recursive(s),
    "values joined": lambda s: first(s, select(C.customer_id).where(C.customer_id.in_([OWN, FIRM, OTHER, OUTSIDER]))),
    "union": lambda s: first(s, union(select(C.customer_id), select(Account.customer_id))),
    "union as subquery": lambda s: first(
        s, select(union(select(C.customer_id), select(Contact.customer_id)).subquery().c.customer_id)
    ),
    "intersect": lambda s: first(s, select(C.customer_id).intersect(select(Account.customer_id))),
    "except": lambda s: first(s, select(C.customer_id).except_(select(C.customer_id).where(C.kind == "none"))),
    "exists": lambda s: (
        first(s, select(Branch.id).where(exists().where(C.branch_id == Branch.id)).where(Branch.id == 2)) or MINE
    ),
    "exists, correlated": lambda s: first(
        s, select(Account.customer_id).where(exists(select(C.customer_id).where(C.customer_id == Account.customer_id)))
    ),
    "in subquery": lambda s: first(
        s, select(Account.customer_id).where(Account.customer_id.in_(select(C.customer_id)))
    ),
    "not in subquery": lambda s: first(
        s, select(C.customer_id).where(C.customer_id.not_in(select(Account.customer_id).where(Account.currency == "-")))
    ),
    "scalar subquery, correlated": lambda s: first(
        s,
        select(select(C.customer_id).where(C.customer_id == Account.customer_id).scalar_subquery()).select_from(
            Account
        ),
    ),
    "scalar subquery over an open table": lambda s: (
        {
            i
            for i in first(
                s,
                select(select(func.max(C.customer_id)).where(C.branch_id == Branch.id).scalar_subquery()).select_from(
                    Branch
                ),
            )
            if i
        }
        | MINE
    ),
    "lateral": lambda s: _lateral(s),
    "query": lambda s: ids(s.query(C).all()),
    "query of a column": lambda s: {row[0] for row in s.query(C.customer_id)},
    "query with filter": lambda s: ids(s.query(C).filter(C.stage != "x").order_by(C.customer_id).limit(50)),
    "query.from_self by subquery": lambda s: ids(s.query(aliased(C, s.query(C).subquery()))),
    "query.union": lambda s: ids(s.query(C).union(s.query(C))),
    "limit": lambda s: ids(s.scalars(select(C).limit(100))),
    "yield_per": lambda s: ids(s.scalars(select(C).execution_options(yield_per=1))),
    "partitions": lambda s: {row[0] for part in s.execute(select(C.customer_id)).partitions(1) for row in part},
    "populate_existing": lambda s: ids(s.scalars(select(C).execution_options(populate_existing=True))),
    "for update": lambda s: ids(s.scalars(select(C).with_for_update(read=True))),
    "a criterion of one's own": lambda s: ids(s.scalars(select(C).options(with_loader_criteria(C, true())))),
    "undefer": lambda s: ids(s.scalars(select(C).options(undefer("*")))),
    "get": lambda s: ids(row for i in range(990, 1020) if (row := s.get(C, i))),
    "get of an owned row": lambda s: ids(row for i in range(990, 1020) if (row := s.get(Account, (i, i)))),
    "get by a dictionary": lambda s: ids(row for i in range(990, 1020) if (row := s.get(C, {"customer_id": i}))),
    "get_one": lambda s: _get_one(s),
}


def _outer_alias(s: StoreSession) -> set[Any]:
    other = aliased(C)
    rows = s.execute(select(C.customer_id, other.customer_id).outerjoin(other, other.kind == C.kind))
    return {i for row in rows for i in row if i}


def _joined_subquery(s: StoreSession) -> set[Any]:
    sub = select(C.customer_id, func.count().label("n")).group_by(C.customer_id).subquery()
    return first(s, select(sub.c.customer_id).join(Account, and_(Account.customer_id == sub.c.customer_id)))


def _recursive(s: StoreSession) -> set[Any]:
    start = select(C.customer_id.label("i")).where(C.customer_id == OWN).cte(recursive=True)
    more = start.union(select(C.customer_id).join(start, C.customer_id > start.c.i))
    return first(s, select(more.c.i))


def _lateral(s: StoreSession) -> set[Any]:
    if s.get_bind(C).dialect.name == "sqlite":
        return MINE
    each = lateral(select(C.customer_id).where(C.branch_id == Branch.id))
    return first(s, select(each.c.customer_id).select_from(Branch).join(each, true()))


def _get_one(s: StoreSession) -> set[Any]:
    with pytest.raises(NoResultFound):
        s.get_one(C, OTHER)
    return ids([s.get_one(C, OWN), s.get_one(C, FIRM)])


COUNTS: dict[str, Read] = {
    "count of rows": lambda s: s.scalar(select(func.count()).select_from(C)),
    "count of a column": lambda s: s.scalar(select(func.count(C.customer_id))),
    "count over a subquery": lambda s: s.scalar(select(func.count()).select_from(select(C).subquery())),
    "count filtered": lambda s: s.scalar(select(func.count(C.customer_id).filter(C.kind != "x")).select_from(C)),
    "window over all": lambda s: len(s.execute(select(func.count(C.customer_id).over()).select_from(C)).all()),
    "sum": lambda s: s.scalar(select(func.sum(case((C.customer_id > 0, 1), else_=0)))),
    "count of another's rows": lambda s: s.scalar(select(func.count(Account.id)).where(Account.id > 0)),
    "query.count": lambda s: s.query(C).count(),
    "literal": lambda s: len(s.execute(select(literal(1)).select_from(C)).all()),
    "two in one select": lambda s: s.execute(
        select(select(func.count(C.customer_id)).scalar_subquery(), select(func.count(Account.id)).scalar_subquery())
        .select_from(Branch)
        .limit(1)
    ).one()[1],
}


@pytest.mark.parametrize("write", [False, True])
def test_every_form_of_read_is_narrowed(bank: SmallBank, write: bool) -> None:
    wrong = {}
    for name, read in ROWS.items():
        with open_session(scope("rm.zhang"), "test", write=write) as session:
            if (found := read(session)) != MINE:
                wrong[name] = found
    assert wrong == {}


def test_every_count_is_narrowed(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        assert {name: read(session) for name, read in COUNTS.items()} == dict.fromkeys(COUNTS, 2)

"""Every way round the scope is refused, by name, before it reaches the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Integer,
    String,
    case,
    cast,
    column,
    delete,
    exists,
    extract,
    func,
    insert,
    join,
    literal,
    literal_column,
    select,
    table,
    text,
    true,
    type_coerce,
    union,
    update,
)
from sqlalchemy.orm import aliased, make_transient_to_detached
from sqlalchemy.orm import join as orm_join

from lib.store.models import Account, Branch, Case, Customer
from lib.store.scope import PassesBy, Refused
from lib.store.session import StoreSession, open_session
from tests.cast import OTHER, OWN, SmallBank, scope

C, A = Customer, Account
T: Any = Customer.__table__
Way = Callable[[StoreSession], Any]
TAKEN = update(C).values(notes="x").returning(C.customer_id)

WAYS: dict[str, Way] = {
    "text": lambda s: s.execute(text("SELECT * FROM customer")),
    "text with columns": lambda s: s.execute(text("SELECT customer_id FROM customer").columns(C.customer_id)),
    "text in where": lambda s: s.execute(select(C).where(text("1=1) OR (1=1"))),
    "text in order by": lambda s: s.execute(select(C).order_by(text("1"))),
    "text in columns": lambda s: s.execute(select(C.customer_id, text("name"))),
    "text in a join": lambda s: s.execute(select(C).join(A, text("1=1"))),
    "text in a subquery": lambda s: s.execute(
        select(C).where(C.customer_id.in_(text("SELECT customer_id FROM account").columns(A.customer_id)))
    ),
    "text behind an alias": lambda s: s.execute(
        select(aliased(C, text("SELECT * FROM customer").columns(*T.c).subquery()).customer_id)
    ),
    "from_statement": lambda s: s.execute(select(C).from_statement(text("SELECT * FROM customer"))),
    "from_statement of a select": lambda s: s.execute(select(C).from_statement(select(C))),
    "query.from_statement": lambda s: s.query(C).from_statement(text("SELECT * FROM customer")).all(),
    "bare table": lambda s: s.execute(select(T)),
    "bare column": lambda s: s.execute(select(T.c.name)),
    "bare table joined": lambda s: s.execute(select(C).join(T.alias(), true())),
    "bare table in a subquery": lambda s: s.execute(select(C).where(C.customer_id.in_(select(T.c.customer_id)))),
    "bare table behind an alias": lambda s: s.execute(select(aliased(C, select(T).subquery()))),
    "bare table in exists": lambda s: s.execute(select(C).where(exists().where(T.c.customer_id == OTHER))),
    "bare table in a union": lambda s: s.execute(union(select(C.customer_id), select(T.c.customer_id))),
    "table by name": lambda s: s.execute(select(table("customer", column("name")))),
    "column of no table": lambda s: s.execute(select(C.customer_id, column("name"))),
    "literal column": lambda s: s.execute(select(C.customer_id, literal_column("(SELECT max(name) FROM customer)"))),
    "prefix": lambda s: s.execute(select(C.customer_id).prefix_with("(SELECT 1),")),
    "suffix": lambda s: s.execute(select(C.customer_id).suffix_with("UNION SELECT name FROM customer")),
    "hint": lambda s: s.execute(select(C.customer_id).with_hint(C, "x")),
    "statement hint": lambda s: s.execute(select(C.customer_id).with_statement_hint("x")),
    "operator as text": lambda s: s.execute(select(C).where(C.kind.op("= '' OR ''=")(""))),
    "field as text": lambda s: s.execute(select(extract("year FROM now()) --", C.known_since))),
    "function that runs SQL": lambda s: s.execute(
        select(C.customer_id, func.query_to_xml("select * from customer", True, False, ""))
    ),
    "function that reads a file": lambda s: s.execute(select(C).where(func.pg_read_file("/etc/passwd") != "")),
    "function of a package": lambda s: s.execute(select(C.customer_id, func.other.max(C.customer_id))),
    "function alone": lambda s: s.execute(func.count()),
    "table valued function": lambda s: s.execute(
        select(C.customer_id, func.json_each(literal("[]")).table_valued("value").c.value)
    ),
    "nothing mapped": lambda s: s.execute(select(literal(1))),
    "insert": lambda s: s.execute(insert(C).values(customer_id=1)),
    "bulk insert": lambda s: s.execute(insert(C), [{"customer_id": 1}]),
    "insert from select": lambda s: s.execute(insert(A).from_select(["customer_id"], select(C.customer_id))),
    "update": lambda s: s.execute(update(C).values(notes="x")),
    "query.update": lambda s: s.query(C).update({"notes": "x"}),
    "delete": lambda s: s.execute(delete(C)),
    "query.delete": lambda s: s.query(C).delete(),
    "update inside a query": lambda s: s.execute(select(TAKEN.cte().c.customer_id)),
    "update beside a query": lambda s: s.execute(select(C).add_cte(TAKEN.cte())),
    "bulk_save_objects": lambda s: s.bulk_save_objects([C()]),
    "bulk_insert_mappings": lambda s: s.bulk_insert_mappings(C, [{}]),
    "bulk_update_mappings": lambda s: s.bulk_update_mappings(C, [{}]),
    "connection": lambda s: s.connection(),
    "get_bind": lambda s: s.get_bind(),
}

# SQLAlchemy narrows what a select names; these hide a class inside an expression, where it would be missed.
HIDDEN: dict[str, Way] = {
    "window": lambda s: s.execute(select(func.count(C.customer_id).over())),
    "window in a subquery": lambda s: s.execute(select(select(func.count(C.customer_id).over().label("n")).subquery())),
    "filtered count": lambda s: s.execute(select(func.count(C.customer_id).filter(C.kind != "x"))),
    "second class of an expression": lambda s: s.execute(select(C.customer_id + A.customer_id)),
    "second class of a function": lambda s: s.execute(select(func.coalesce(C.customer_id, A.customer_id))),
    "class in a case": lambda s: s.execute(select(case((C.kind == "personal", A.customer_id), else_=0))),
    "function in where": lambda s: s.execute(select(Branch.id).where(func.coalesce(C.customer_id, 0) > 0)),
    "function in exists": lambda s: s.execute(
        select(Branch.id).where(exists(select(literal(1)).where(func.coalesce(C.customer_id, 0) > 0)))
    ),
    "class two selects out": lambda s: s.execute(
        select(C.customer_id).where(
            exists(
                select(A.id).where(
                    A.customer_id == C.customer_id,
                    exists(select(Case.id).where(func.coalesce(C.customer_id, 0) == Case.customer_id)),
                )
            )
        )
    ),
    "told not to correlate": lambda s: s.execute(
        select(C.customer_id).where(
            exists(select(A.id).where(func.coalesce(C.customer_id, 0) == A.customer_id).correlate(None))
        )
    ),
    "join as a source": lambda s: s.execute(select(Branch.id).select_from(join(Branch, C, C.branch_id == Branch.id))),
    "orm join as a source": lambda s: s.execute(
        select(Branch.id).select_from(orm_join(Branch, C, C.branch_id == Branch.id))
    ),
    "join as a target": lambda s: s.execute(
        select(Branch.id).join(join(C, A, C.customer_id == A.customer_id), C.branch_id == Branch.id)
    ),
}

# A type masks what comes out as it is stored; out of an expression it would come clear.
UNMASKED: dict[str, Way] = {
    "substr": lambda s: s.execute(select(func.substr(C.name, 2))),
    "upper": lambda s: s.execute(select(func.upper(C.email))),
    "cast": lambda s: s.execute(select(cast(C.name, String))),
    "type_coerce": lambda s: s.execute(select(type_coerce(C.name, String))),
    "length": lambda s: s.execute(select(func.length(C.notes))),
    "concatenation": lambda s: s.execute(select(literal("") + C.name)),
    "case": lambda s: s.execute(select(case((C.kind == "x", ""), else_=C.name))),
    "coalesce": lambda s: s.execute(select(func.coalesce(literal(""), C.name))),
    "comparison": lambda s: s.execute(select(C.income_fen > 1_000_000)),
    "in a subquery": lambda s: s.execute(select(select(func.substr(C.name, 2).label("x")).subquery().c.x)),
    "in a scalar subquery": lambda s: s.execute(
        select(Branch.id, select(func.max(func.upper(C.name))).scalar_subquery())
    ),
    "second in a union": lambda s: s.execute(union(select(C.kind), select(C.name))),
    "second in a union below": lambda s: s.execute(select(union(select(C.kind), select(C.notes)).subquery())),
    "sum": lambda s: s.execute(select(func.sum(cast(C.income_fen, Integer)))),
}


@pytest.mark.parametrize("ways", [WAYS, HIDDEN, UNMASKED], ids=["ways", "hidden", "unmasked"])
@pytest.mark.parametrize("login", ["rm.zhang", "crm.zhao", "exec.zhou"])
def test_every_way_round_is_refused(sqlite_bank: SmallBank, ways: dict[str, Way], login: str) -> None:
    assert [name for name, way in ways.items() if not _is_refused(way, login)] == []


def _is_refused(way: Way, login: str) -> bool:
    try:
        with open_session(scope(login), "test", write=True) as session:
            way(session)
    except PassesBy:
        return True
    return False


def test_a_session_holds_no_engine(sqlite_bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        assert session.bind is None


def test_a_row_known_by_its_key_alone_is_not_loaded(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        row = C(customer_id=OTHER)
        make_transient_to_detached(row)
        session.add(row)
        with pytest.raises(PassesBy, match="read again by a select"):
            row.name  # noqa: B018


def test_a_known_row_is_not_refreshed(bank: SmallBank) -> None:
    """SQLAlchemy keeps criteria out of refreshing, so a row that left the scope would come back."""
    with open_session(scope("rm.zhang"), "test") as session:
        row = session.get(C, OWN)
        with pytest.raises(PassesBy, match="read again by a select"):
            session.refresh(row)
        session.expire_all()
        with pytest.raises(PassesBy, match="read again by a select"):
            row.notes  # noqa: B018
        again = session.scalars(select(C).where(C.customer_id == OWN)).one()
        assert again is row and row.notes == "喜欢喝茶"


def test_merging_a_stranger_s_row_finds_nothing(bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "test") as theirs:
        row = theirs.get(C, OTHER)
    with open_session(scope("rm.zhang"), "test") as session:
        assert session.merge(row) in session.new
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.merge(row)

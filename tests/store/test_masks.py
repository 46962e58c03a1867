"""What people look like to whom: names, private columns, protected values, and the ledger of looking."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Bundle, aliased

from lib.store import mask
from lib.store.base import Confidential, PersonName
from lib.store.bulk import bulk
from lib.store.engine import engine
from lib.store.models import AccessEntry, Case, Contact, Customer, LifeEvent
from lib.store.reveal import ReasonMissing, reveal
from lib.store.scope import PassesBy, Refused
from lib.store.session import open_session
from tests.cast import C_OWN, CUSTOMERS, FIRM, OTHER, OWN, SmallBank, identity_of, phone_of, scope

CLEAR = {row[0] for row in CUSTOMERS.values()}
PRIVATE = [column.key for column in Customer.__table__.c if isinstance(column.type, Confidential)]
other = aliased(Customer)
NAMES: dict[str, Any] = {
    "entity": lambda s: [row.name for row in s.scalars(select(Customer))],
    "column": lambda s: list(s.scalars(select(Customer.name))),
    "label": lambda s: list(s.scalars(select(Customer.name.label("who")))),
    "alias": lambda s: list(s.scalars(select(other.name))),
    "distinct": lambda s: list(s.scalars(select(Customer.name).distinct())),
    "group by": lambda s: [row[0] for row in s.execute(select(Customer.name, func.count()).group_by(Customer.name))],
    "bundle": lambda s: [row.b.name for row in s.execute(select(Bundle("b", Customer.name)))],
    "subquery": lambda s: list(s.scalars(select(select(Customer.name).subquery().c.name))),
    "cte": lambda s: list(s.scalars(select(select(Customer.name).cte().c.name))),
    "union": lambda s: list(s.scalars(union_all(select(Customer.name), select(Customer.name)))),
    "scalar subquery": lambda s: list(
        s.scalars(select(select(other.name).where(other.customer_id == Customer.customer_id).scalar_subquery())
                  .select_from(Customer))
    ),
    "entity of a subquery": lambda s: [
        row.name for row in s.scalars(select(aliased(Customer, select(Customer).subquery())))
    ],
    "query": lambda s: [row.name for row in s.query(Customer)],
    "get": lambda s: [s.get(Customer, i).name for i in CUSTOMERS],
    "mappings": lambda s: [row["name"] for row in s.execute(select(Customer.name)).mappings()],
}  # fmt: skip


@pytest.mark.parametrize("form", list(NAMES))
def test_leadership_reads_first_characters_only(sqlite_bank: SmallBank, form: str) -> None:
    with open_session(scope("exec.zhou"), "test") as session:
        assert {mask.name(name) for name in CLEAR} == set(NAMES[form](session))
    with open_session(scope("crm.zhao"), "test") as session:
        assert set(NAMES[form](session)) == CLEAR


def test_every_name_of_a_person_is_of_the_masked_type() -> None:
    names = [(Customer, "name"), (Customer, "legal_representative"), (Case, "complainant")]
    assert all(isinstance(table.__table__.c[column].type, PersonName) for table, column in names)


@pytest.mark.parametrize("login", ["care.chen", "exec.zhou"])
def test_private_columns_are_empty_for_a_narrow_and_for_a_masked_view(bank: SmallBank, login: str) -> None:
    assert {"email", "address", "occupation", "employer", "income_fen", "notes", "preferences"} <= set(PRIVATE)
    with open_session(scope(login), "test") as session:
        row = session.get(Customer, OWN)
        assert {getattr(row, name) for name in PRIVATE} == {None}
        columns = [getattr(Customer, name) for name in PRIVATE]
        assert set(session.execute(select(*columns)).all()) == {(None,) * len(PRIVATE)}
    with open_session(scope("rm.zhang"), "test") as session:
        row = session.get(Customer, OWN)
        assert (row.email, row.income_fen, row.notes) == (f"{OWN}@example.com", 1_200_000, "喜欢喝茶")


def test_leadership_reads_no_free_notes(bank: SmallBank) -> None:
    with bulk("write notes") as job:
        job.get_one(Contact, (OWN, OWN)).note = "张三的电话"
        job.get_one(LifeEvent, (OWN, OWN)).note = "张三买房"
    with open_session(scope("exec.zhou"), "test") as session:
        assert session.get(Contact, (OWN, OWN)).note is None
        assert session.get(LifeEvent, (OWN, OWN)).note is None


def test_outside_any_session_people_are_masked(bank: SmallBank) -> None:
    with engine().connect() as link:
        name, notes = link.execute(select(Customer.name, Customer.notes).where(Customer.customer_id == OWN)).one()
    assert (name, notes) == ("欧***", None)
    with bulk("a job", write=False) as job:
        assert job.get_one(Customer, OWN).name == "欧阳小明"


def test_an_identity_number_asks_for_a_reason(bank: SmallBank) -> None:
    for reason in ("", "   ", "abc"):
        with pytest.raises(ReasonMissing), open_session(scope("rm.zhang"), "portrait", write=True) as session:
            reveal(session, OWN, "identity", reason)
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        assert reveal(session, OWN, "identity", "客户到店核对") == identity_of(OWN)
    with bulk("look", write=False) as job:
        look = job.scalars(select(AccessEntry).where(AccessEntry.what == "reveal:identity")).one()
        assert (look.customer_id, look.actor, look.reason, look.page) == (OWN, "rm.zhang", "客户到店核对", "portrait")


def test_a_case_of_one_s_own_is_the_reason_for_its_customer_s_phone(bank: SmallBank) -> None:
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        assert reveal(session, OWN, "phone") == phone_of(OWN)
        with pytest.raises(ReasonMissing):
            reveal(session, FIRM, "phone")  # its case is closed
    with bulk("look", write=False) as job:
        reasons = list(job.scalars(select(AccessEntry.reason).where(AccessEntry.what == "reveal:phone")))
        assert reasons == [f"case T260302-{C_OWN:05d}"]


@pytest.mark.parametrize(
    ("login", "customer"), [("rm.zhang", OTHER), ("care.chen", OTHER), ("head.wang", OTHER), ("exec.zhou", OWN),
                            ("product.he", OWN), ("check.sun", OWN), ("admin.wu", OWN)]
)  # fmt: skip
def test_a_protected_value_out_of_reach_is_refused_and_not_ledgered(
    sqlite_bank: SmallBank, login: str, customer: int
) -> None:
    for field in ("phone", "identity"):
        with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
            reveal(session, customer, field, "一个像样的理由")
    with bulk("look", write=False) as job:
        assert job.scalars(select(AccessEntry).where(AccessEntry.what.like("reveal%"))).all() == []


def test_nothing_is_revealed_without_the_ledger(bank: SmallBank) -> None:
    with pytest.raises(PassesBy, match="opened for reading"), open_session(scope("rm.zhang"), "test") as session:
        reveal(session, OWN, "phone", "一个像样的理由")


@pytest.mark.parametrize(
    ("how", "clear", "shown"),
    [
        (mask.name, "张建国", "张**"), (mask.name, "李四", "李*"), (mask.name, "王", "王*"), (mask.name, "", "*"),
        (mask.name, "江河机械有限公司", "江***"), (mask.phone, "13812345678", "138****5678"),
        (mask.phone, "1234567", "*******"), (mask.phone, "", ""),
        (mask.card, "6222021234567890123", "622202*********0123"),
        (mask.identity, "11010519491231002X", "**************002X"), (mask.identity, "002X", "****"),
    ],
)  # fmt: skip
def test_masks(how: Any, clear: str, shown: str) -> None:
    assert how(clear) == shown

"""What lets one path serve one file, one server and many: held on the models, without any of them running."""

from __future__ import annotations

import pytest
from sqlalchemy import Sequence, Table, UniqueConstraint
from sqlalchemy.orm import Mapper

from lib.store.base import Base, Control, OwnedByCustomer, Reference
from lib.store.models import (
    AccessEntry,
    Action,
    AppraisalCard,
    AuditEntry,
    AuditHead,
    AuditSeal,
    Campaign,
    CaseNumber,
    CaseQuarter,
    ChangeRequest,
    ChangeStep,
    CheckMark,
    ChurnTrial,
    CohortQuarter,
    ConcentrationQuarter,
    Customer,
    CustomerNumber,
    DueItem,
    Event,
    Finding,
    FindingStep,
    IdentityRegistry,
    MeasureQuarter,
    MigrationQuarter,
    PeerQuarter,
    ProfileQuarter,
    QuarterRun,
    QueueTicket,
    ReviewNote,
    ReviewSignature,
    SavedView,
    ServiceCheck,
    SuitabilityQuarter,
    Survey,
    TagQuarter,
    TrainingRecord,
    TrainingSession,
    WaitQuarter,
)

MAPPERS: list[Mapper[Base]] = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__)
#: a value unique over the whole bank has a table of its own, written in the same transaction
REGISTRIES = (CustomerNumber, CaseNumber, IdentityRegistry)
#: rows of one customer (0 = the bank) that outlive the customer's row: no foreign key
TRAIL = (AuditEntry, AuditHead, AccessEntry, ChangeRequest, ChangeStep, DueItem)
#: small sums and machinery without a customer
SUMS = (
    MeasureQuarter, ProfileQuarter, MigrationQuarter, CaseQuarter, PeerQuarter, CohortQuarter, ConcentrationQuarter,
    SuitabilityQuarter, TagQuarter, ChurnTrial, QuarterRun, AuditSeal, WaitQuarter,
)  # fmt: skip
#: the bank's own work, without a customer
WORK = (
    SavedView, Action, Campaign, Survey, ServiceCheck, CheckMark, Finding, FindingStep, QueueTicket, Event,
    AppraisalCard, TrainingSession, TrainingRecord, ReviewNote, ReviewSignature,
)  # fmt: skip


def tables() -> list[tuple[type[Base], Table]]:
    return [(mapper.class_, mapper.class_.__table__) for mapper in MAPPERS]  # type: ignore[misc]


def of_a_customer(cls: type[Base]) -> bool:
    return cls is Customer or cls in TRAIL or issubclass(cls, OwnedByCustomer)


def test_every_table_is_of_a_known_kind() -> None:
    for cls, table in tables():
        kinds = [
            of_a_customer(cls),
            cls in REGISTRIES,
            cls in SUMS,
            cls in WORK,
            issubclass(cls, Reference),
            issubclass(cls, Control),
        ]
        assert sum(kinds) == 1, table.name


def test_what_belongs_to_a_customer_begins_its_key_with_the_customer() -> None:
    for cls, table in tables():
        if of_a_customer(cls):
            assert next(c.name for c in table.primary_key) == "customer_id", table.name


def test_unique_keys_of_owned_rows_contain_the_customer() -> None:
    for cls, table in tables():
        if not of_a_customer(cls):
            continue
        unique = [{c.name for c in u.columns} for u in table.constraints if isinstance(u, UniqueConstraint)]
        unique += [{c.name for c in index.columns} for index in table.indexes if index.unique]
        assert all("customer_id" in columns for columns in unique), table.name


def test_foreign_keys_lead_to_the_customer_or_to_a_small_reference() -> None:
    small = {cls.__tablename__ for cls, _table in tables() if issubclass(cls, Reference)}
    for cls, table in tables():
        for key in table.foreign_keys:
            target = key.column.table.name
            along_the_customer = (key.parent.name, target, key.column.name) == (
                "customer_id",
                "customer",
                "customer_id",
            )
            assert target in small or along_the_customer, f"{table.name}.{key.parent.name}"
            assert not (issubclass(cls, Reference) and target == "customer"), table.name


def test_ids_are_made_by_the_application() -> None:
    for _cls, table in tables():
        for column in table.columns:
            assert column.autoincrement is not True and column.identity is None, f"{table.name}.{column.name}"
            assert not isinstance(column.default, Sequence) and column.computed is None
        key = list(table.primary_key)
        if len(key) == 1 and key[0].type.python_type is int:
            assert key[0].autoincrement is False, f"{table.name} would get a sequence"


def test_money_is_whole_and_moments_are_utc() -> None:
    for _cls, table in tables():
        for column in table.columns:
            kind = type(column.type).__name__
            assert kind not in ("Float", "Numeric", "DOUBLE", "Enum"), f"{table.name}.{column.name}"
            assert kind not in ("DateTime", "TIMESTAMP"), f"{table.name}.{column.name} must be a UtcDateTime"
            if column.name.endswith("_fen"):
                assert "BIGINT" in str(column.type.compile()).upper() or kind == "Confidential"


def test_nothing_is_a_name_postgresql_would_cut() -> None:
    for _cls, table in tables():
        names = [table.name, *(i.name for i in table.indexes), *(c.name for c in table.constraints)]
        assert all(len(str(name)) <= 63 for name in names)


@pytest.mark.parametrize("cls", [mapper.class_ for mapper in MAPPERS], ids=lambda cls: cls.__tablename__)
def test_a_business_date_names_a_column(cls: type[Base]) -> None:
    assert cls.business_date is None or cls.business_date in cls.__table__.c
    assert cls.secret_columns <= set(cls.__table__.c.keys())


def test_classes_relate_by_key_only() -> None:
    """A relationship would load rows that nobody narrowed by name."""
    assert [str(relationship) for mapper in MAPPERS for relationship in mapper.relationships] == []

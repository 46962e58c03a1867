"""What every table is made of: the declarative base, column types, and the two kinds of table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from lib.store import mask
from lib.store.ids import new_id

Fen = BigInteger  # money: minor units (1/100) of the row's currency
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as naive UTC on every engine."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored moment must carry its time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class PersonName(TypeDecorator[str]):
    """A name: clear within one's scope, first character only for scopes that see people masked (domain §10)."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return mask.name(value) if value and mask.names_are_masked() else value


class Confidential(TypeDecorator[Any]):
    """A private column: read as empty by who sees a customer only through a case, and by who sees people masked."""

    impl = Text
    cache_ok = True

    def __init__(self, stored_as: Any = Text) -> None:
        super().__init__()
        self.stored_as = stored_as

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(self.stored_as if not isinstance(self.stored_as, type) else self.stored_as())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if mask.view_is_narrow() else value


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    #: the column whose day (or moment, or quarter) hides a row later than `CRM_AS_OF`
    business_date: ClassVar[str | None] = None
    #: columns whose values the audit trail keeps only as hashes
    secret_columns: ClassVar[frozenset[str]] = frozenset()


class Reference:
    """A small table without a customer, replicated everywhere: branch, staff, product, rule, calendar."""


class Control:
    """A table of the machinery itself: sessions, runs, batches; never narrowed, reached by few."""


class OwnedByCustomer:
    """A table whose rows belong to one customer; its primary key begins with `customer_id` (see DECISIONS)."""

    @declared_attr
    def customer_id(cls) -> Mapped[int]:
        return mapped_column(BigInteger, ForeignKey("customer.customer_id"), primary_key=True, sort_order=-10)


class OwnedRow(OwnedByCustomer):
    """An owned table whose rows are named by an id made in the application."""

    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(BigInteger, primary_key=True, default=new_id, sort_order=-9, autoincrement=False)


class Versioned:
    """A mutable row; saving states the version that was read."""

    @declared_attr
    def version(cls) -> Mapped[int]:
        return mapped_column(Integer, nullable=False, default=1, server_default="1", sort_order=90)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class Imported:
    """A row that may have come with an import batch, so that the batch can be withdrawn."""

    @declared_attr
    def batch_id(cls) -> Mapped[int | None]:
        return mapped_column(BigInteger, index=True, sort_order=91)

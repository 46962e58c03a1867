"""Rules, KPI definitions, tags and the working-day calendar as stored rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Json, Reference, UtcDateTime
from lib.store.ids import new_id


class RuleEntry(Base, Reference):
    """One dated entry of a rule, KPI or tag; a new value is a new entry, none is overwritten."""

    __tablename__ = "rule_entry"
    __table_args__ = (UniqueConstraint("kind", "key", "version"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))  # rule | kpi | tag
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date | None] = mapped_column(Date)  # none = always
    basis: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    value: Mapped[dict[str, object]] = mapped_column(Json)
    position: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class QuarterDefinition(Base, Reference):
    """A rule, KPI, target or tag as it stood when a version of a quarter was closed: what its figures mean.

    All of them are kept, so that what a closed quarter says never depends on the rulebook of later days.
    """

    __tablename__ = "quarter_definition"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # rule | kpi | tag
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    valid_from: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    value: Mapped[dict[str, object]] = mapped_column(Json)
    position: Mapped[int] = mapped_column(Integer)


class CalendarDay(Base, Reference):
    """A public holiday or a make-up working day; a year with any row is a known year."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # holiday | workday
    name: Mapped[str] = mapped_column(String(40))
    year_version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

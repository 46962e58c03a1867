"""Surveys: who is asked with which questionnaire, and each invitation with its answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Confidential, Imported, Json, OwnedRow, UtcDateTime, Versioned
from lib.store.ids import new_id

_OF_SURVEY = sql("survey_id IS NOT NULL")
_OF_EVENT = sql("about IS NOT NULL")
_WAITS = sql("answered_on IS NULL AND outcome IS NULL")


class Survey(Base, Versioned):
    """One survey (满意度调查): a questionnaire to a sample of a list, drawn so that anyone can repeat it.

    `query` are the filters of the directory as they were, `seed` what the draw is keyed by. `counts` by reason of
    exclusion, with `chosen`, `drawn` and, once everybody drawn is invited, `done`. state: draft | running | closed.
    """

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'running', 'closed')", name="state"),
        Index("ix_survey_owner", "owner_id", "created_at"),
        Index("ix_survey_branch", "branch_id", "created_at"),
    )
    business_date = "created_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    questionnaire: Mapped[str] = mapped_column(String(20))  # code of rule survey.questionnaires
    channel: Mapped[str] = mapped_column(String(20))
    query: Mapped[dict[str, object]] = mapped_column(Json)
    view: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(40))
    closes_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SurveyAnswer(Base, OwnedRow, Versioned, Imported):
    """One invitation and, if it came, its answer: overall 1–5, recommend 0–10, dimensions 1–5 (管理 §5.1, 手册 §7.1).

    `survey_id`: the survey it belongs to; `about`: the business it was asked after (case-…, contact-…). Without both
    it was asked outside of them: imported, or said of one's own accord. `outcome`: declined | not_reached | lapsed
    where no answer came. `staff_id`: who entered the answer.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("ix_survey_answer_asked", "customer_id", "asked_on"),
        Index("ix_survey_answer_day", "asked_on"),
        Index("ix_survey_answer_answered", "answered_on"),
        Index("ix_survey_answer_waits", "survey_id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index(
            "uq_survey_answer_survey", "customer_id", "survey_id", unique=True, sqlite_where=_OF_SURVEY,
            postgresql_where=_OF_SURVEY,
        ),
        Index(
            "uq_survey_answer_about", "customer_id", "about", unique=True, sqlite_where=_OF_EVENT,
            postgresql_where=_OF_EVENT,
        ),
    )  # fmt: skip
    business_date = "asked_on"
    asked_on: Mapped[date] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(20))
    occasion: Mapped[str] = mapped_column(String(20))
    overall: Mapped[int | None] = mapped_column(Integer)
    recommend: Mapped[int | None] = mapped_column(Integer)
    service_quality: Mapped[int | None] = mapped_column(Integer)
    product_quality: Mapped[int | None] = mapped_column(Integer)
    price_fairness: Mapped[int | None] = mapped_column(Integer)
    communication: Mapped[int | None] = mapped_column(Integer)
    attitude: Mapped[int | None] = mapped_column(Integer)
    professional: Mapped[int | None] = mapped_column(Integer)
    efficiency: Mapped[int | None] = mapped_column(Integer)
    verbatim: Mapped[str | None] = mapped_column(Confidential(Text))
    survey_id: Mapped[int | None] = mapped_column(BigInteger)
    about: Mapped[str | None] = mapped_column(String(40))
    questionnaire: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    form_key: Mapped[str | None] = mapped_column(String(40))

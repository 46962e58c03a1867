"""Why customers leave, what is done about high risk, sales by category, training of staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_COUNTS = ("new_cards", "responded", "high_risk")
_AMOUNTS = ("sales_deposit_fen", "sales_wealth_fen", "sales_loan_fen", "frozen_contribution_fen")


def upgrade() -> None:
    """Forward only."""
    _courses()
    _sessions()
    _records()
    op.create_table(
        "risk_response",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("rating", sa.String(length=10), nullable=False),
        sa.Column("steps", _JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_risk_response_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_risk_response_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_risk_response")),
    )
    with op.batch_alter_table("risk_response", schema=None) as batch_op:
        batch_op.create_index("ix_risk_response_made", ["customer_id", "made_on"], unique=False)

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaving_words", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("leaving_said_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("leaving_said_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("risk_rating_before", sa.String(length=10), nullable=True))

    with op.batch_alter_table("customer_quarter", schema=None) as batch_op:
        for name in _AMOUNTS:
            batch_op.add_column(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
        for name in _COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("risk_moved", sa.Integer(), nullable=True))


def _courses() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("posts", sa.String(length=200), server_default="", nullable=False),
        sa.Column("since_day", sa.Date(), nullable=False),
        sa.Column("within_days", sa.Integer(), nullable=False),
        sa.Column("refresh_months", sa.Integer(), nullable=True),
        sa.Column("pass_mark", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('new_staff', 'in_service')", name=op.f("ck_course_kind")),
        sa.CheckConstraint("form IN ('lecture', 'online', 'practice')", name=op.f("ck_course_form")),
        sa.CheckConstraint("pass_mark IS NULL OR pass_mark BETWEEN 1 AND 100", name=op.f("ck_course_pass_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )


def _sessions() -> None:
    op.create_table(
        "training_session",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("trainer", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name=op.f("ck_training_session_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_training_session_branch_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_training_session_course_id")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_training_session_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index("ix_training_session_day", ["held_on"], unique=False)


def _records() -> None:
    op.create_table(
        "training_record",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_training_record_score")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_training_record_course_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_training_record_recorded_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_training_record_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_record")),
        sa.UniqueConstraint("session_id", "staff_id", name=op.f("uq_training_record_session_id_staff_id")),
    )
    with op.batch_alter_table("training_record", schema=None) as batch_op:
        batch_op.create_index("ix_training_record_staff", ["staff_id", "course_id", "taken_on"], unique=False)

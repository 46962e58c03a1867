"""Surveys: who is asked with which questionnaire, and what an answer says beside its four dimensions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "survey",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("questionnaire", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("query", _JSON, nullable=False),
        sa.Column("view", sa.String(length=120), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('draft', 'running', 'closed')", name=op.f("ck_survey_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_survey_branch_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_survey_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index("ix_survey_branch", ["branch_id", "created_at"], unique=False)
        batch_op.create_index("ix_survey_owner", ["owner_id", "created_at"], unique=False)
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attitude", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("professional", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("efficiency", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("verbatim", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("survey_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("questionnaire", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("staff_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("form_key", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_foreign_key(op.f("fk_survey_answer_staff_id"), "staff", ["staff_id"], ["id"])
        batch_op.create_index("ix_survey_answer_asked", ["customer_id", "asked_on"], unique=False)
        batch_op.create_index("ix_survey_answer_day", ["asked_on"], unique=False)
        batch_op.create_index("ix_survey_answer_answered", ["answered_on"], unique=False)
    waits = sa.text("answered_on IS NULL AND outcome IS NULL")
    op.create_index(
        "ix_survey_answer_waits", "survey_answer", ["survey_id"], sqlite_where=waits, postgresql_where=waits
    )
    for column, name in (("survey_id", "survey"), ("about", "about")):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"uq_survey_answer_{name}", "survey_answer", ["customer_id", column], unique=True, sqlite_where=known,
            postgresql_where=known,
        )  # fmt: skip

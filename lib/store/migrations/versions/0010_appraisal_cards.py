"""Appraisal: the scorecards of managers and branches, version by version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "appraisal_card",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=6), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column("peers", _JSON, nullable=False),
        sa.Column("basis", _JSON, nullable=False),
        sa.Column("computed_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("grounds", sa.Text(), nullable=True),
        sa.Column("settle_due_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=True),
        sa.Column("ended_how", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("level IN ('manager', 'branch')", name=op.f("ck_appraisal_card_level")),
        sa.CheckConstraint(
            "state IN ('computed', 'signed', 'disputed', 'final', 'replaced')", name=op.f("ck_appraisal_card_state")
        ),
        sa.CheckConstraint(
            "signed_by IS NULL OR staff_id IS NULL OR signed_by <> staff_id", name=op.f("ck_appraisal_card_four_eyes")
        ),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_by <> signed_by", name=op.f("ck_appraisal_card_settled_by_another")
        ),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_appraisal_card_{name}"))
            for name, target in (
                ("answered_by", "staff.id"), ("branch_id", "branch.id"), ("settled_by", "staff.id"),
                ("signed_by", "staff.id"), ("staff_id", "staff.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_card")),
        sa.UniqueConstraint(
            "period", "level", "subject_id", "number", name=op.f("uq_appraisal_card_period_level_subject_id_number")
        ),
    )  # fmt: skip
    with op.batch_alter_table("appraisal_card", schema=None) as batch_op:
        batch_op.create_index("ix_appraisal_card_branch", ["branch_id", "period"], unique=False)
        batch_op.create_index("ix_appraisal_card_staff", ["staff_id", "period"], unique=False)
        batch_op.create_index("ix_appraisal_card_state", ["state", "settle_due_on"], unique=False)

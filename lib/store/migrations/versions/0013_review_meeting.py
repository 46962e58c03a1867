"""The review meeting: what it decides is an action of its quarter; notes beside sections, presence and signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Forward only."""
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quarter", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("expected_e4", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_action_quarter", ["quarter"], unique=False)
    _notes()
    _signatures()


def _notes() -> None:
    op.create_table(
        "review_note",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("section", sa.String(length=30), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("addendum", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_review_note_branch_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_review_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_note")),
    )
    with op.batch_alter_table("review_note", schema=None) as batch_op:
        batch_op.create_index("ix_review_note_quarter", ["quarter", "section"], unique=False)


def _signatures() -> None:
    op.create_table(
        "review_signature",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("present", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("present_by", sa.BigInteger(), nullable=False),
        sa.Column("present_at", sa.DateTime(), nullable=False),
        sa.Column("opinion", sa.String(length=10), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "opinion IS NULL OR opinion IN ('agree', 'remark')", name=op.f("ck_review_signature_opinion")
        ),
        sa.CheckConstraint("(opinion IS NULL) = (signed_at IS NULL)", name=op.f("ck_review_signature_signed")),
        sa.ForeignKeyConstraint(["present_by"], ["staff.id"], name=op.f("fk_review_signature_present_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_review_signature_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_signature")),
        sa.UniqueConstraint(
            "quarter", "facts_version", "staff_id", name=op.f("uq_review_signature_quarter_facts_version_staff_id")
        ),
    )
    with op.batch_alter_table("review_signature", schema=None) as batch_op:
        batch_op.create_index("ix_review_signature_staff", ["staff_id", "signed_at"], unique=False)

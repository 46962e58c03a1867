"""Service quality: checks and marks, findings and steps, tickets of the queue, times of a quarter."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward only."""
    _checks()
    _findings()
    _times()
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finding_id", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_action_finding", ["finding_id"], unique=False)


def _checks() -> None:
    op.create_table(
        "service_check",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("inspector", sa.String(length=80), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("form", sa.String(length=120), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('mystery', 'internal', 'self')", name=op.f("ck_service_check_kind")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_service_check_branch_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_service_check_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_check")),
    )
    op.create_index("ix_service_check_branch", "service_check", ["branch_id", "checked_on"], unique=False)
    op.create_index("ix_service_check_day", "service_check", ["checked_on", "kind"], unique=False)
    op.create_index(op.f("ix_service_check_batch_id"), "service_check", ["batch_id"], unique=False)
    op.create_table(
        "check_mark",
        sa.Column("check_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("points >= 0 AND points <= most", name=op.f("ck_check_mark_points")),
        sa.PrimaryKeyConstraint("check_id", "item", name=op.f("pk_check_mark")),
    )
    op.create_index(op.f("ix_check_mark_batch_id"), "check_mark", ["batch_id"], unique=False)


def _findings() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=True),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("root_cause", sa.String(length=40), nullable=True),
        sa.Column("action_id", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'cause_found', 'acting', 'done', 'verified', 'reopened', 'dropped')",
            name=op.f("ck_finding_state"),
        ),
        sa.CheckConstraint(
            "verified_by IS NULL OR done_by IS NULL OR verified_by <> done_by", name=op.f("ck_finding_four_eyes")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_finding_branch_id")),
        sa.ForeignKeyConstraint(["found_by"], ["staff.id"], name=op.f("fk_finding_found_by")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_finding_done_by")),
        sa.ForeignKeyConstraint(["verified_by"], ["staff.id"], name=op.f("fk_finding_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_branch", "finding", ["branch_id", "state"], unique=False)
    op.create_index("ix_finding_state", "finding", ["state", "found_on"], unique=False)
    op.create_index("ix_finding_check", "finding", ["check_id"], unique=False)
    op.create_table(
        "finding_step",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_finding_step_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_step")),
    )
    op.create_index("ix_finding_step_finding", "finding_step", ["finding_id", "at"], unique=False)


def _times() -> None:
    op.create_table(
        "queue_ticket",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("business", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("called_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("called_at IS NULL OR called_at >= taken_at", name=op.f("ck_queue_ticket_called")),
        sa.CheckConstraint("finished_at IS NULL OR finished_at >= called_at", name=op.f("ck_queue_ticket_finished")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_queue_ticket_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_ticket")),
    )
    op.create_index("ix_queue_ticket_taken", "queue_ticket", ["taken_at", "branch_id"], unique=False)
    op.create_index(op.f("ix_queue_ticket_batch_id"), "queue_ticket", ["batch_id"], unique=False)
    keys: list[sa.Column[Any]] = [
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.String(length=12), nullable=False),
        sa.Column("business", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
    ]
    names = [column.name for column in keys]
    op.create_table(
        "wait_quarter",
        *keys,
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*names, name=op.f("pk_wait_quarter")),
    )

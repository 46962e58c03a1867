"""Events with their guests, and referrals with their rewards; a community is found by its tag."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Forward only."""
    _events()
    _guests()
    _referrals()
    with op.batch_alter_table("customer_tag", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_tag_hand", ["tag", "customer_id"], unique=False, sqlite_where=sa.text("by_rule = 0"),
            postgresql_where=sa.text("NOT by_rule"),
        )  # fmt: skip


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("topics", sa.String(length=200), nullable=True),
        sa.Column("products", _JSON, nullable=True),
        sa.Column("community", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'held', 'closed', 'cancelled')", name=op.f("ck_event_state")
        ),
        sa.CheckConstraint("taken >= 0 AND taken <= seats AND waiting >= 0", name=op.f("ck_event_seats")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_event_branch_id")),
        sa.ForeignKeyConstraint(["host_id"], ["staff.id"], name=op.f("fk_event_host_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_event_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )  # fmt: skip
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_branch", ["branch_id", "starts_at"], unique=False)
        batch_op.create_index("ix_event_starts", ["starts_at"], unique=False)


def _guests() -> None:
    op.create_table(
        "invitation",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=True),
        sa.Column("waiting_at", sa.DateTime(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('invited', 'registered', 'waiting', 'declined', 'attended')", name=op.f("ck_invitation_state")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_invitation_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_invitation_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "event_id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_event", ["event_id", "state"], unique=False)


def _referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("referred_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("became_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reward", sa.String(length=10), nullable=True),
        sa.Column("reward_amount", sa.BigInteger(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('open', 'given', 'declined')", name=op.f("ck_referral_state")),
        sa.CheckConstraint("customer_id <> referred_id", name=op.f("ck_referral_other")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_referral_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_referral_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "referred_id", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_referred", ["referred_id"], unique=False)
        batch_op.create_index("ix_referral_became", ["state", "became_on"], unique=False)

"""Points: the ledger in pairs, and each customer's balance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "point_account",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("expiring", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expiring_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_point_account_balance")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_point_account_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_point_account")),
    )
    with op.batch_alter_table("point_account", schema=None) as batch_op:
        batch_op.create_index("ix_point_account_expiring", ["expiring_on", "customer_id"], unique=False)

    op.create_table(
        "point_entry",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("undoes", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("rule_version", sa.String(length=120), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "account IN ('customer', 'issued', 'redeemed', 'expired', 'corrected')",
            name=op.f("ck_point_entry_account"),
        ),
        sa.CheckConstraint("kind IN ('earn', 'redeem', 'expire', 'correct')", name=op.f("ck_point_entry_kind")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_point_entry_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_point_entry_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "deed", "account", name=op.f("pk_point_entry")),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index("ix_point_entry_booked", ["booked_on", "kind"], unique=False)
        batch_op.create_index("ix_point_entry_code", ["code", "booked_on"], unique=False)

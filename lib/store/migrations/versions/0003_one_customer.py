"""One customer whole: due items, links, gifts, what was learned outside, peers, notes of a hand-over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "due_item",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("by_rule", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_due_item_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_due_item_branch_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_due_item_owner_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_due_item")),
        sa.UniqueConstraint(
            "customer_id", "kind", "subject_key", name=op.f("uq_due_item_customer_id_kind_subject_key")
        ),
    )
    with op.batch_alter_table("due_item", schema=None) as batch_op:
        batch_op.create_index("ix_due_item_branch", ["branch_id", "state", "due_on"], unique=False)
        batch_op.create_index("ix_due_item_owner", ["owner_id", "state", "due_on"], unique=False)

    op.create_table(
        "customer_link",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_customer_link_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_customer_link_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_customer_link")),
    )
    op.create_table(
        "gift",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_gift_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_gift_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_gift")),
    )
    op.create_table(
        "outside_fact",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("lawful_basis", sa.String(length=30), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("lawful_basis <> 'consent' OR consent_on IS NOT NULL", name=op.f("ck_outside_fact_consent")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_outside_fact_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outside_fact_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_outside_fact")),
    )
    op.create_table(
        "peer_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.Column("contribution_fen", sa.BigInteger(), nullable=False),
        sa.Column("initiated_count", sa.Integer(), nullable=False),
        sa.Column("has_deposit", sa.BigInteger(), nullable=False),
        sa.Column("has_wealth", sa.BigInteger(), nullable=False),
        sa.Column("has_card", sa.BigInteger(), nullable=False),
        sa.Column("has_loan", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "version", "kind", "tier", "band", name=op.f("pk_peer_quarter")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verified_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("merged_with_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_customer_merged",
            ["merged_into_id"],
            unique=False,
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )

    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_other_customer_id"), ["other_customer_id"], unique=False)
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("customer_kind", sa.String(length=10), nullable=True))
    with op.batch_alter_table("customer_tag", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until_day", sa.Date(), nullable=True))

    with op.batch_alter_table("customer_quarter", schema=None) as batch_op:
        batch_op.create_index("ix_customer_quarter_aum", ["quarter", "version", "aum_fen", "customer_id"], unique=False)

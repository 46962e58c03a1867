"""Today and care: what a due item is about, deputies, messages, campaigns, questionnaires, recommendations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "suitability_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("capacity", sa.String(length=4), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("senior", sa.Integer(), nullable=False),
        sa.Column("risk_level", sa.String(length=2), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "branch_id",
            "staff_id",
            "kind",
            "capacity",
            "valid",
            "senior",
            "risk_level",
            name=op.f("pk_suitability_quarter"),
        ),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("query", _JSON, nullable=False),
        sa.Column("view", sa.String(length=60), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("send_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('draft', 'queued', 'cancelled')", name=op.f("ck_campaign_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_campaign_branch_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_campaign_owner_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_campaign_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_branch", ["branch_id", "created_at"], unique=False)
        batch_op.create_index("ix_campaign_owner", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "capacity_test",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("rule_version", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_capacity_test_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_capacity_test_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_capacity_test")),
    )
    with op.batch_alter_table("capacity_test", schema=None) as batch_op:
        batch_op.create_index("ix_capacity_test_customer", ["customer_id", "answered_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_on", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("due_item_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("gateway_reference", sa.String(length=80), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("channel IN ('sms', 'email', 'wechat', 'app')", name=op.f("ck_message_channel")),
        sa.CheckConstraint(
            "state IN ('queued', 'taken', 'sent', 'delivered', 'failed', 'cancelled')", name=op.f("ck_message_state")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_message_branch_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_message_customer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_message_product_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_message_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_campaign", ["campaign_id", "state"], unique=False)
        batch_op.create_index("ix_message_customer", ["customer_id", "send_on"], unique=False)
        batch_op.create_index("ix_message_id", ["id"], unique=False)
        batch_op.create_index("ix_message_staff", ["staff_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_message_waits",
            ["channel", "send_on", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'taken')"),
            postgresql_where=sa.text("state IN ('queued', 'taken')"),
        )
        batch_op.create_index(
            "uq_message_campaign",
            ["customer_id", "campaign_id"],
            unique=True,
            sqlite_where=sa.text("campaign_id IS NOT NULL"),
            postgresql_where=sa.text("campaign_id IS NOT NULL"),
        )

    op.create_table(
        "recommendation",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("risk_level", sa.String(length=2), nullable=True),
        sa.Column("capacity", sa.String(length=2), nullable=True),
        sa.Column("capacity_until", sa.Date(), nullable=True),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("outcome IN ('open', 'accepted', 'declined')", name=op.f("ck_recommendation_outcome")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_recommendation_customer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_recommendation_product_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recommendation_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_recommendation")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_product", ["product_id", "made_at"], unique=False)
        batch_op.create_index("ix_recommendation_staff", ["staff_id", "made_at"], unique=False)

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attendees", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("due_item_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home_visit", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("service_wishes", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("lunar_birthday", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("deputy_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_customer_deputy",
            ["deputy_id"],
            unique=False,
            sqlite_where=sa.text("deputy_id IS NOT NULL"),
            postgresql_where=sa.text("deputy_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_customer_lunar",
            ["lunar_birthday"],
            unique=False,
            sqlite_where=sa.text("lunar_birthday IS NOT NULL"),
            postgresql_where=sa.text("lunar_birthday IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_customer_special",
            ["special_care", "branch_id"],
            unique=False,
            sqlite_where=sa.text("special_care IS NOT NULL"),
            postgresql_where=sa.text("special_care IS NOT NULL"),
        )

    with op.batch_alter_table("due_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("product_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("value_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("snoozed_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("snooze_reason", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("contact_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_due_item_open",
            ["kind", "due_on"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_due_item_original", ["original_due_on", "kind"], unique=False)

    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("age_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("age_below", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("needs", _JSON, nullable=True))
        batch_op.add_column(sa.Column("description", sa.String(length=500), nullable=True))

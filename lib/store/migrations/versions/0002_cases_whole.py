"""Cases whole: parties, files, reviews, change requests, saved views, actions, complaint facts, full text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lib.store.search import CASE_SAYS, case_text, put_cases

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "case_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "dimension",
            "code",
            "week",
            "branch_id",
            "staff_id",
            "kind",
            name=op.f("pk_case_quarter"),
        ),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("kpi_key", sa.String(length=40), nullable=True),
        sa.Column("expected", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_action_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_action_branch_id")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_action_created_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_action_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index("ix_action_branch", ["branch_id", "state"], unique=False)
        batch_op.create_index("ix_action_cause", ["cause"], unique=False)
        batch_op.create_index("ix_action_owner", ["owner_id", "state"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=40), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "after", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stage_role", sa.String(length=20), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("carried_out_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'returned', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_change_request_state")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_change_request_four_eyes")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_change_request_branch_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_change_request_decided_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_change_request_requested_by")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index("ix_change_request_by", ["requested_by", "state"], unique=False)
        batch_op.create_index("ix_change_request_id", ["id"], unique=False)
        batch_op.create_index("ix_change_request_subject", ["subject", "subject_key"], unique=False)
        batch_op.create_index("ix_change_request_waiting", ["stage_role", "branch_id", "requested_at"], unique=False)

    op.create_table(
        "change_step",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "act NOT IN ('agreed', 'refused', 'returned') OR staff_id <> requested_by",
            name=op.f("ck_change_step_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["agreed_by"], ["staff.id"], name=op.f("fk_change_step_agreed_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_change_step_requested_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_change_step_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_change_step")),
        sa.UniqueConstraint(
            "customer_id", "request_id", "agreed_by", name=op.f("uq_change_step_customer_id_request_id_agreed_by")
        ),
    )
    with op.batch_alter_table("change_step", schema=None) as batch_op:
        batch_op.create_index("ix_change_step_request", ["customer_id", "request_id", "at"], unique=False)
        batch_op.create_index("ix_change_step_staff", ["staff_id"], unique=False)

    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("page", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "query", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("shared", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("shared IN ('own', 'branch', 'bank')", name=op.f("ck_saved_view_shared")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_saved_view_branch_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index("ix_saved_view_owner", ["owner_id", "page"], unique=False)
        batch_op.create_index("ix_saved_view_shared", ["page", "shared", "branch_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_attachment_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attachment_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_case", ["customer_id", "case_id"], unique=False)
        batch_op.create_index("ix_attachment_id", ["id"], unique=False)

    op.create_table(
        "attachment_content",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name=op.f("fk_attachment_content_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_attachment_content")),
    )
    op.create_table(
        "case_party",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("identity_masked", sa.String(length=40), nullable=True),
        sa.Column("identity_sealed", sa.Text(), nullable=True),
        sa.Column("phone_masked", sa.String(length=40), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("authorisation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_case_party_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_case_party")),
    )
    with op.batch_alter_table("case_party", schema=None) as batch_op:
        batch_op.create_index("ix_case_party_case", ["customer_id", "case_id"], unique=False)

    op.create_table(
        "case_review",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.String(length=80), nullable=False),
        sa.Column("outside_number", sa.String(length=40), nullable=True),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(), nullable=True),
        sa.Column("conclusion", sa.String(length=20), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_case_review_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_review_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_case_review")),
    )
    with op.batch_alter_table("case_review", schema=None) as batch_op:
        batch_op.create_index("ix_case_review_case", ["customer_id", "case_id"], unique=False)

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grounds", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("product_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("outside_due_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("fault", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("apology", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("waiting_for", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("waiting_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("crisis_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("crisis_ended_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("origin_id", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_case_root_cause", ["root_cause", "received_at"], unique=False)
        batch_op.create_index("ix_case_product", ["product_id", "received_at"], unique=False)
        batch_op.create_index("ix_case_closed", ["closed_at"], unique=False)
        batch_op.create_index("ix_case_about", ["about_branch_id", "state"], unique=False)
    for statement in _CASE_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)
    _index(op.get_bind())


def _index(link: sa.Connection) -> None:
    """Make the cases that are there findable by what they say."""
    said: list[sa.ColumnClause[str]] = [sa.column(name) for name in CASE_SAYS]
    query: sa.Select = sa.select(sa.column("id"), *said).select_from(sa.table("case"))
    rows = link.execute(query)
    for chunk in rows.partitions(1000):
        put_cases(link, [(row.id, case_text(dict(row._mapping))) for row in chunk], fresh=True)


_CASE_TEXT = {
    "sqlite": ["CREATE VIRTUAL TABLE case_text USING fts5(words, tokenize='unicode61')"],
    "postgresql": [
        "CREATE TABLE case_text (case_id BIGINT PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_case_text_words ON case_text USING gin (words)",
    ],
}

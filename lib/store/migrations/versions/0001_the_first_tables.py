"""The first tables: the bank, its customers, money, service, facts, rules, trail, machinery, full text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "access_entry",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_access_entry")),
    )
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index("ix_access_entry_actor", ["actor_id", "id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("table", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=60), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column(
            "after", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_actor", ["actor_id", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_id", ["id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("heads", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "bank",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_bank_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
    )
    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("code", name=op.f("uq_branch_code")),
    )
    with op.batch_alter_table("branch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branch_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("year_version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "case_number",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_number")),
    )
    op.create_table(
        "currency_rate",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("currency", "valid_from", name=op.f("pk_currency_rate")),
    )
    with op.batch_alter_table("currency_rate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_currency_rate_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "customer_number",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_customer_number")),
    )
    op.create_table(
        "identity_registry",
        sa.Column("identity_hash", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_hash", name=op.f("pk_identity_registry")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column(
            "files", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "counts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_source"), ["source"], unique=False)

    op.create_table(
        "import_key",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "entity", "key", name=op.f("pk_import_key")),
    )
    with op.batch_alter_table("import_key", schema=None) as batch_op:
        batch_op.create_index("ix_import_key_batch", ["batch_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_key"), ["key"], unique=False)

    op.create_table(
        "job_step",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "step", name=op.f("pk_job_step")),
    )
    op.create_table(
        "measure_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "measure",
            "branch_id",
            "staff_id",
            "kind",
            "tier",
            name=op.f("pk_measure_quarter"),
        ),
    )
    op.create_table(
        "migration_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier_before", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("watch", sa.Integer(), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "branch_id",
            "staff_id",
            "kind",
            "tier_before",
            "tier",
            "watch",
            name=op.f("pk_migration_quarter"),
        ),
    )
    op.create_table(
        "node_lease",
        sa.Column("node", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_lease")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("risk_level", sa.String(length=2), nullable=True),
        sa.Column("term_days", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("annual_margin_bp", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "profile_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("bucket", sa.String(length=40), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "dimension",
            "bucket",
            "branch_id",
            "staff_id",
            "kind",
            "tier",
            name=op.f("pk_profile_quarter"),
        ),
    )
    op.create_table(
        "quarter_run",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cutoff", sa.String(length=10), nullable=False),
        sa.Column("rules_digest", sa.String(length=64), nullable=False),
        sa.Column("data_version", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column(
            "counts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.PrimaryKeyConstraint("quarter", "version", name=op.f("pk_quarter_run")),
    )
    op.create_table(
        "rejected_row",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_row")),
    )
    with op.batch_alter_table("rejected_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejected_row_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "rule_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "value", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_entry")),
        sa.UniqueConstraint("kind", "key", "version", name=op.f("uq_rule_entry_kind_key_version")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_staff_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_role"), ["role"], unique=False)

    op.create_table(
        "customer",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("known_since", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("leaving_reason", sa.String(length=40), nullable=True),
        sa.Column("identity_kind", sa.String(length=20), nullable=True),
        sa.Column("identity_masked", sa.String(length=40), nullable=True),
        sa.Column("identity_sealed", sa.Text(), nullable=True),
        sa.Column("identity_hash", sa.String(length=40), nullable=True),
        sa.Column("phone_masked", sa.String(length=40), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("gender", sa.String(length=1), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("occupation", sa.String(length=60), nullable=True),
        sa.Column("employer", sa.String(length=120), nullable=True),
        sa.Column("income_fen", sa.BigInteger(), nullable=True),
        sa.Column("industry", sa.String(length=40), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("revenue_fen", sa.BigInteger(), nullable=True),
        sa.Column("total_assets_fen", sa.BigInteger(), nullable=True),
        sa.Column("size_class", sa.String(length=10), nullable=True),
        sa.Column("development_stage", sa.String(length=20), nullable=True),
        sa.Column("legal_representative", sa.String(length=80), nullable=True),
        sa.Column("preferred_channel", sa.String(length=20), nullable=True),
        sa.Column("do_not_contact", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("no_automated_advice", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("special_care", sa.String(length=20), nullable=True),
        sa.Column("preferences", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("risk_rating", sa.String(length=10), nullable=True),
        sa.Column("risk_rated_on", sa.Date(), nullable=True),
        sa.Column("risk_capacity", sa.String(length=2), nullable=True),
        sa.Column("risk_capacity_until", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("tier", sa.String(length=20), nullable=True),
        sa.Column("tier_since", sa.String(length=6), nullable=True),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("referred_by_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('personal', 'corporate')", name=op.f("ck_customer_kind")),
        sa.CheckConstraint("stage IN ('prospect', 'customer', 'former', 'outsider')", name=op.f("ck_customer_stage")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_customer_branch_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["staff.id"], name=op.f("fk_customer_manager_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_customer_branch", ["branch_id", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_identity_hash"), ["identity_hash"], unique=False)
        batch_op.create_index("ix_customer_manager", ["manager_id", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_referred_by_id"), ["referred_by_id"], unique=False)

    op.create_table(
        "staff_credential",
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_credential_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_credential")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_user_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number_masked", sa.String(length=40), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("principal_fen", sa.BigInteger(), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_account_customer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_account_product_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("since_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_assignment_branch_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_assignment_customer_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["staff.id"], name=op.f("fk_assignment_manager_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "balance_month",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("average_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("derived", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_balance_month_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "account_id", "month", name=op.f("pk_balance_month")),
    )
    with op.batch_alter_table("balance_month", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_balance_month_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("customer_kind", sa.String(length=10), nullable=False),
        sa.Column("complainant", sa.String(length=120), nullable=True),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("business", sa.String(length=80), nullable=False),
        sa.Column("business_detail", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("reason_detail", sa.String(length=160), nullable=True),
        sa.Column("standard_code", sa.String(length=20), nullable=True),
        sa.Column("complex", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("extension", sa.String(length=20), server_default="none", nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("demand", sa.Text(), nullable=True),
        sa.Column("outside_number", sa.String(length=40), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("promise_due_at", sa.DateTime(), nullable=True),
        sa.Column("promise_met_at", sa.DateTime(), nullable=True),
        sa.Column("legal_due_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("clocks_provisional", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("timely_as_reported", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("root_cause", sa.String(length=40), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("compensation_fen", sa.BigInteger(), nullable=True),
        sa.Column("about_branch_id", sa.BigInteger(), nullable=True),
        sa.Column("about_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("handler_id", sa.BigInteger(), nullable=True),
        sa.Column("first_owner_id", sa.BigInteger(), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5", name=op.f("ck_case_satisfaction")),
        sa.ForeignKeyConstraint(["about_branch_id"], ["branch.id"], name=op.f("fk_case_about_branch_id")),
        sa.ForeignKeyConstraint(["about_staff_id"], ["staff.id"], name=op.f("fk_case_about_staff_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_case_branch_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_case_customer_id")),
        sa.ForeignKeyConstraint(["first_owner_id"], ["staff.id"], name=op.f("fk_case_first_owner_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["staff.id"], name=op.f("fk_case_handler_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["staff.id"], name=op.f("fk_case_manager_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_case_branch", ["branch_id", "state"], unique=False)
        batch_op.create_index("ix_case_business", ["business", "received_at"], unique=False)
        batch_op.create_index("ix_case_channel", ["channel", "received_at"], unique=False)
        batch_op.create_index("ix_case_customer", ["customer_id", "kind", "received_at"], unique=False)
        batch_op.create_index("ix_case_first_owner", ["first_owner_id"], unique=False)
        batch_op.create_index("ix_case_handler", ["handler_id", "state"], unique=False)
        batch_op.create_index("ix_case_manager", ["manager_id", "state"], unique=False)
        batch_op.create_index("ix_case_number", ["number"], unique=False)
        batch_op.create_index(
            "ix_case_open",
            ["kind", "state", "legal_due_at"],
            unique=False,
            sqlite_where=sa.text("state NOT IN ('closed', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('closed', 'withdrawn')"),
        )
        batch_op.create_index("ix_case_received", ["received_at", "kind"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_case_event_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_event_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_case_event_case", ["customer_id", "case_id", "at"], unique=False)

    op.create_table(
        "contact",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by_customer", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_contact_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contact_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_contact_happened", ["happened_at"], unique=False)
        batch_op.create_index(
            "uq_contact_form",
            ["customer_id", "form_key"],
            unique=True,
            sqlite_where=sa.text("form_key IS NOT NULL"),
            postgresql_where=sa.text("form_key IS NOT NULL"),
        )

    op.create_table(
        "customer_quarter",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("lost_reason", sa.String(length=40), nullable=True),
        sa.Column("quiet_quarters", sa.Integer(), nullable=False),
        sa.Column("deposits_fen", sa.BigInteger(), nullable=False),
        sa.Column("investments_fen", sa.BigInteger(), nullable=False),
        sa.Column("loans_fen", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.Column("opening_aum_fen", sa.BigInteger(), nullable=False),
        sa.Column("contribution_fen", sa.BigInteger(), nullable=False),
        sa.Column("opening_contribution_fen", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.Integer(), nullable=False),
        sa.Column("has_deposit", sa.Integer(), nullable=False),
        sa.Column("has_wealth", sa.Integer(), nullable=False),
        sa.Column("has_card", sa.Integer(), nullable=False),
        sa.Column("has_loan", sa.Integer(), nullable=False),
        sa.Column("txn_count", sa.Integer(), nullable=False),
        sa.Column("initiated_count", sa.Integer(), nullable=False),
        sa.Column("in_fen", sa.BigInteger(), nullable=False),
        sa.Column("out_fen", sa.BigInteger(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("matured", sa.Integer(), nullable=False),
        sa.Column("repurchased", sa.Integer(), nullable=False),
        sa.Column("sales_fen", sa.BigInteger(), nullable=False),
        sa.Column("referred", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("tier_reached", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("tier_before", sa.String(length=20), nullable=True),
        sa.Column("tier_since", sa.String(length=6), nullable=False),
        sa.Column("watch", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.String(length=12), nullable=False),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("size_class", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.customer_id"], name=op.f("fk_customer_quarter_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "quarter", "version", name=op.f("pk_customer_quarter")),
    )
    with op.batch_alter_table("customer_quarter", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_quarter_branch",
            ["quarter", "version", "branch_id", "tier", "aum_fen", "customer_id"],
            unique=False,
        )
        batch_op.create_index("ix_customer_quarter_manager", ["quarter", "version", "manager_id", "tier"], unique=False)
        batch_op.create_index(
            "ix_customer_quarter_tier", ["quarter", "version", "tier", "aum_fen", "customer_id"], unique=False
        )

    op.create_table(
        "customer_tag",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column(
            "evidence", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column("since_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_customer_tag_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("pk_customer_tag")),
    )
    op.create_table(
        "holding",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_holding_customer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_holding_product_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_holding")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holding_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_holding_matures", ["matures_on"], unique=False)

    op.create_table(
        "life_event",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_life_event_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_life_event")),
    )
    with op.batch_alter_table("life_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_life_event_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "relation",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other_customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("since_day", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_relation_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_relation")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "standing_order",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("counterparty", sa.String(length=60), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_standing_order_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_standing_order")),
    )
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_order_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("overall", sa.Integer(), nullable=True),
        sa.Column("recommend", sa.Integer(), nullable=True),
        sa.Column("service_quality", sa.Integer(), nullable=True),
        sa.Column("product_quality", sa.Integer(), nullable=True),
        sa.Column("price_fairness", sa.Integer(), nullable=True),
        sa.Column("communication", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_survey_answer_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_survey_answer")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "transaction",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("direction", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("by_customer", sa.Boolean(), nullable=False),
        sa.Column("counterparty", sa.String(length=60), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("direction IN ('credit', 'debit')", name=op.f("ck_transaction_direction")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_transaction_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_transaction")),
    )
    with op.batch_alter_table("transaction", schema=None) as batch_op:
        batch_op.create_index("ix_transaction_account", ["customer_id", "account_id", "booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_transaction_batch_id"), ["batch_id"], unique=False)
    for statement in _CUSTOMER_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)


_CUSTOMER_TEXT = {
    "sqlite": ["CREATE VIRTUAL TABLE customer_text USING fts5(words, tokenize='unicode61')"],
    "postgresql": [
        "CREATE TABLE customer_text (customer_id BIGINT PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_customer_text_words ON customer_text USING gin (words)",
    ],
}

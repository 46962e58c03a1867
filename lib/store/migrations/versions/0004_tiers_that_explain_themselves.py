"""Tiers, churn and tags that explain themselves: what scores look at, decisions on tiers, new sums of a quarter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_YEAR, _NUMBER = "substr(quarter, 1, 4)", "substr(quarter, 6, 1)"
_QUARTER_BEFORE = (
    f"CASE WHEN length(quarter) < 6 THEN quarter WHEN {_NUMBER} = '1' THEN CAST(CAST({_YEAR} AS INTEGER) - 1 AS VARCHAR(4)) || 'Q4'"
    f" ELSE {_YEAR} || 'Q' || CAST(CAST({_NUMBER} AS INTEGER) - 1 AS VARCHAR(1)) END"
)


def upgrade() -> None:
    """Forward only."""
    _customer_quarter()
    _decisions()
    _migrations()
    _sums()
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at_risk_fen", sa.BigInteger(), nullable=True))


def _customer_quarter() -> None:
    """Columns of one customer's quarter; what was closed before has no scores."""
    with op.batch_alter_table("customer_quarter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tier_change", sa.String(length=12), server_default="kept", nullable=False))
        batch_op.add_column(sa.Column("risk", sa.String(length=10), server_default="none", nullable=False))
        for name in (
            "watch_before",
            "fixed",
            "proposed",
            "potential",
            "covered",
            "past_quarters",
            "past_initiated",
            "complaints_open",
            "complaints_bad",
            "churn_flag",
        ):
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        for name in ("peak_aum_fen", "ending_fen", "at_risk_fen"):
            batch_op.add_column(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
        for name in ("score", "years", "contact_days", "churn_score"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_customer_quarter_change",
            ["quarter", "version", "tier_change", "aum_fen", "customer_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_customer_quarter_churn",
            ["quarter", "version", "churn_flag", "at_risk_fen", "customer_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_customer_quarter_churn_branch",
            ["quarter", "version", "branch_id", "churn_flag", "at_risk_fen", "customer_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_customer_quarter_deposits",
            ["quarter", "version", "tier", "deposits_fen", "customer_id"],
            unique=False,
            sqlite_where=sa.text("kind = 'corporate'"),
            postgresql_where=sa.text("kind = 'corporate'"),
        )
        batch_op.create_index(
            "ix_customer_quarter_proposed",
            ["quarter", "version", "score", "customer_id"],
            unique=False,
            sqlite_where=sa.text("proposed = 1"),
            postgresql_where=sa.text("proposed = 1"),
        )
    with op.batch_alter_table("quarter_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inputs", _JSON, nullable=True))


def _decisions() -> None:
    """What people decided about tiers."""
    op.create_table(
        "tier_decision",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("tier_before", sa.String(length=20), nullable=True),
        sa.Column("since_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("act IN ('confirmed', 'held', 'override')", name=op.f("ck_tier_decision_act")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name=op.f("fk_tier_decision_customer_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tier_decision_staff_id")),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_tier_decision")),
    )
    with op.batch_alter_table("tier_decision", schema=None) as batch_op:
        batch_op.create_index("ix_tier_decision_quarter", ["quarter", "act"], unique=False)


def _migrations() -> None:
    """Movements between any two quarters; the ones there are from the quarter before."""
    op.rename_table("migration_quarter", "migration_old")
    if op.get_bind().dialect.name == "postgresql":  # there a key keeps its name, which the new table takes
        op.execute("ALTER TABLE migration_old RENAME CONSTRAINT pk_migration_quarter TO pk_migration_old")
    op.create_table(
        "migration_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=6), nullable=False),
        sa.Column("since_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier_before", sa.String(length=20), nullable=False),
        sa.Column("watch_before", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("watch", sa.Integer(), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "since",
            "since_version",
            "level",
            "branch_id",
            "staff_id",
            "kind",
            "tier_before",
            "watch_before",
            "tier",
            "watch",
            name=op.f("pk_migration_quarter"),
        ),
    )
    op.execute(
        "INSERT INTO migration_quarter (quarter, version, since, since_version, level, branch_id, staff_id, kind,"
        " tier_before, watch_before, tier, watch, customers, aum_fen)"
        f" SELECT quarter, version, {_QUARTER_BEFORE}, 0, level, branch_id, staff_id, kind, tier_before, 0, tier,"
        " CASE WHEN watch > 0 THEN 1 ELSE 0 END, sum(customers), sum(aum_fen) FROM migration_old"
        " GROUP BY quarter, version, level, branch_id, staff_id, kind, tier_before, tier,"
        " CASE WHEN watch > 0 THEN 1 ELSE 0 END"
    )
    op.drop_table("migration_old")


def _sums() -> None:
    """Cohorts, concentration, tags, and how the churn score did."""
    op.create_table(
        "cohort_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("opened_year", sa.Integer(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "branch_id",
            "staff_id",
            "kind",
            "opened_year",
            name=op.f("pk_cohort_quarter"),
        ),
    )
    op.create_table(
        "concentration_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter", "version", "level", "branch_id", "staff_id", "kind", "top", name=op.f("pk_concentration_quarter")
        ),
    )
    op.create_table(
        "tag_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("other", sa.String(length=60), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("aum_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter",
            "version",
            "level",
            "branch_id",
            "staff_id",
            "kind",
            "tier",
            "tag",
            "other",
            name=op.f("pk_tag_quarter"),
        ),
    )
    op.create_table(
        "churn_trial",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("left_out", _JSON, nullable=False),
        sa.Column("rule_version", sa.String(length=120), nullable=False),
        sa.Column("customers", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("flagged_lost", sa.BigInteger(), nullable=False),
        sa.Column("auc_bp", sa.Integer(), nullable=False),
        sa.Column("lift_hundredths", sa.Integer(), nullable=False),
        sa.Column("deciles", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_trial")),
    )

"""Stored quarter facts: written by refresh inside the database, read by pages at the same cost at any size."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Fen, Json, OwnedByCustomer, UtcDateTime
from lib.store.ids import new_id

#: what partial indexes hold; a query that wants them says it in these words, not through a parameter
FIRMS = sql("kind = 'corporate'")
PROPOSED = sql("proposed = 1")


class QuarterRun(Base):
    """One version of a quarter's facts; the published one is what pages read, a closed one is never rewritten.

    state: building | open | closed | corrected (was closed, a later version corrects it; stays readable) | replaced.
    Of one quarter one version at most is open or closed. `reason` is why it was closed in spite of warnings, or why
    it corrects the one before; `checks` are the checks as they stood (lib.review.checks).
    """

    __tablename__ = "quarter_run"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    cutoff: Mapped[str] = mapped_column(String(10))
    rules_digest: Mapped[str] = mapped_column(String(64))
    data_version: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int] | None] = mapped_column(Json)
    inputs: Mapped[dict[str, object] | None] = mapped_column(Json)  # what else it was computed from (lib.jobs.inputs)
    closed_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    checks: Mapped[dict[str, object] | None] = mapped_column(Json)
    corrects: Mapped[int | None] = mapped_column(Integer)  # the version it takes the place of


class CustomerQuarter(Base, OwnedByCustomer):
    """One customer in one quarter; branch and manager are the owner at the quarter's end. Money in base fen."""

    __tablename__ = "customer_quarter"
    __table_args__ = (
        # The last two columns keep a list in its order, so that its first page costs the same at any size.
        Index("ix_customer_quarter_aum", "quarter", "version", "aum_fen", "customer_id"),
        Index("ix_customer_quarter_tier", "quarter", "version", "tier", "aum_fen", "customer_id"),
        Index("ix_customer_quarter_branch", "quarter", "version", "branch_id", "tier", "aum_fen", "customer_id"),
        Index("ix_customer_quarter_manager", "quarter", "version", "manager_id", "tier"),
        Index("ix_customer_quarter_change", "quarter", "version", "tier_change", "aum_fen", "customer_id"),
        Index("ix_customer_quarter_churn", "quarter", "version", "churn_flag", "at_risk_fen", "customer_id"),
        Index(
            "ix_customer_quarter_churn_branch",
            "quarter",
            "version",
            "branch_id",
            "churn_flag",
            "at_risk_fen",
            "customer_id",
        ),
        # Tier lines of firms are drawn on deposits; the index above on AUM does not tell who is near one.
        Index(
            "ix_customer_quarter_deposits",
            "quarter",
            "version",
            "tier",
            "deposits_fen",
            "customer_id",
            sqlite_where=FIRMS,
            postgresql_where=FIRMS,
        ),
        Index(
            "ix_customer_quarter_proposed",
            "quarter",
            "version",
            "score",
            "customer_id",
            sqlite_where=PROPOSED,
            postgresql_where=PROPOSED,
        ),
    )
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    manager_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))

    cohort: Mapped[int] = mapped_column(Integer)  # 1 = a customer when the quarter opened
    opened: Mapped[int] = mapped_column(Integer)  # 1 = became a customer in the quarter
    closed: Mapped[int] = mapped_column(Integer)  # 1 = left in the quarter
    active: Mapped[int] = mapped_column(Integer)  # 1 = at least one transaction the customer initiated
    lost: Mapped[int] = mapped_column(Integer)  # 1 = of the cohort, lost by the rule
    gone: Mapped[int] = mapped_column(Integer)  # 1 = closed or dormant by the rule at the quarter's end
    lost_reason: Mapped[str | None] = mapped_column(String(40))
    quiet_quarters: Mapped[int] = mapped_column(Integer)  # quarters without an initiated transaction, this included

    deposits_fen: Mapped[int] = mapped_column(Fen)
    investments_fen: Mapped[int] = mapped_column(Fen)
    loans_fen: Mapped[int] = mapped_column(Fen)
    aum_fen: Mapped[int] = mapped_column(Fen)
    opening_aum_fen: Mapped[int] = mapped_column(Fen)
    contribution_fen: Mapped[int] = mapped_column(Fen)
    opening_contribution_fen: Mapped[int] = mapped_column(Fen)
    frozen_contribution_fen: Mapped[int] = mapped_column(Fen, server_default="0")  # as the quarter before had it
    categories: Mapped[int] = mapped_column(Integer)
    has_deposit: Mapped[int] = mapped_column(Integer)
    has_wealth: Mapped[int] = mapped_column(Integer)
    has_card: Mapped[int] = mapped_column(Integer)
    has_loan: Mapped[int] = mapped_column(Integer)

    txn_count: Mapped[int] = mapped_column(Integer)
    initiated_count: Mapped[int] = mapped_column(Integer)
    in_fen: Mapped[int] = mapped_column(Fen)
    out_fen: Mapped[int] = mapped_column(Fen)
    contacts: Mapped[int] = mapped_column(Integer)
    complaints: Mapped[int] = mapped_column(Integer)
    matured: Mapped[int] = mapped_column(Integer)
    repurchased: Mapped[int] = mapped_column(Integer)
    sales_fen: Mapped[int] = mapped_column(Fen)
    sales_deposit_fen: Mapped[int] = mapped_column(Fen, server_default="0")
    sales_wealth_fen: Mapped[int] = mapped_column(Fen, server_default="0")
    sales_loan_fen: Mapped[int] = mapped_column(Fen, server_default="0")
    new_cards: Mapped[int] = mapped_column(Integer, server_default="0")
    referred: Mapped[int] = mapped_column(Integer)
    verified: Mapped[int] = mapped_column(Integer)

    tier_reached: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(20))
    tier_before: Mapped[str | None] = mapped_column(String(20))
    tier_since: Mapped[str] = mapped_column(String(6))
    tier_change: Mapped[str] = mapped_column(String(12), server_default="kept")  # lib.tiers.rules.CHANGES
    watch: Mapped[int] = mapped_column(Integer)  # quarters on 降级观察
    watch_before: Mapped[int] = mapped_column(Integer, server_default="0")
    fixed: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = the tier is a person's decision
    moved: Mapped[int] = mapped_column(Integer)  # +1 upgrade, -1 downgrade, 0 neither

    # What the scores look at. None: not known; a quarter closed before these were kept has no scores.
    score: Mapped[int | None] = mapped_column(Integer)  # 0–100 by rule tier.score
    proposed: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = proposed as a potential customer
    potential: Mapped[int] = mapped_column(Integer, server_default="0")  # points of rule value.potential
    years: Mapped[int | None] = mapped_column(Integer)  # whole years with the bank
    risk: Mapped[str] = mapped_column(String(10), server_default="none")  # the rating in force
    risk_moved: Mapped[int | None] = mapped_column(Integer)  # +1 less risk than a quarter ago, -1 more; None: unrated
    responded: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = high risk with a current response
    high_risk: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = rating that asks for one
    contact_days: Mapped[int | None] = mapped_column(Integer)  # since the last conversation that reached them
    covered: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = that is within the tier's promise
    past_quarters: Mapped[int] = mapped_column(Integer, server_default="0")  # of the last four, those with facts
    past_initiated: Mapped[int] = mapped_column(Integer, server_default="0")  # initiated transactions in those
    peak_aum_fen: Mapped[int] = mapped_column(Fen, server_default="0")  # highest AUM in those
    ending_fen: Mapped[int] = mapped_column(Fen, server_default="0")  # holdings that end soon (rule churn.ending_days)
    complaints_open: Mapped[int] = mapped_column(Integer, server_default="0")
    complaints_bad: Mapped[int] = mapped_column(Integer, server_default="0")  # in a year: reopened, or rated 1–2
    churn_score: Mapped[int | None] = mapped_column(Integer)  # 0–100 by rule churn.score
    churn_flag: Mapped[int] = mapped_column(Integer, server_default="0")  # 1 = on the warning list
    at_risk_fen: Mapped[int] = mapped_column(Fen, server_default="0")  # AUM × churn score ÷ 100

    age_band: Mapped[str] = mapped_column(String(12))
    industry: Mapped[str] = mapped_column(String(40))
    size_class: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(20))


class MeasureQuarter(Base):
    """One counted figure of a quarter at one level: bank, branch, manager (owner then) or handler (of cases)."""

    __tablename__ = "measure_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # 0 at bank level
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # 0 at bank and branch level
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class ProfileQuarter(Base):
    """Customers and AUM of a quarter by one profile dimension: age_band, industry, size_class or channel."""

    __tablename__ = "profile_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(12), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(40), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)


class PeerQuarter(Base):
    """What customers alike have in a quarter, bank-wide: of one tier, and of one age band or industry within it.

    `band` is the age band or the industry, or `all` for the whole tier. Only groups large enough to hide everybody in
    them are stored (rule peers.least), so that everyone may read them. Medians in base fen; `has_*` count customers.
    """

    __tablename__ = "peer_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    band: Mapped[str] = mapped_column(String(40), primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)
    contribution_fen: Mapped[int] = mapped_column(Fen)
    initiated_count: Mapped[int] = mapped_column(Integer)
    has_deposit: Mapped[int] = mapped_column(BigInteger)
    has_wealth: Mapped[int] = mapped_column(BigInteger)
    has_card: Mapped[int] = mapped_column(BigInteger)
    has_loan: Mapped[int] = mapped_column(BigInteger)


class MigrationQuarter(Base):
    """Customers in one tier in an earlier quarter and in another (or the same) now; `none` = no customer.

    `since` is the earlier quarter: the one before (written by refresh), or any other (written by a job on demand,
    good for the version of that quarter it names). `watch_before` and `watch` are 1 for who was on 降级观察. AUM is
    that of now, of who left as it left.
    """

    __tablename__ = "migration_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    since: Mapped[str] = mapped_column(String(6), primary_key=True)
    since_version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    tier_before: Mapped[str] = mapped_column(String(20), primary_key=True)
    watch_before: Mapped[int] = mapped_column(Integer, primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    watch: Mapped[int] = mapped_column(Integer, primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)


class CohortQuarter(Base):
    """Customers by the year they opened in, and how many of them are still there at a quarter's end.

    `opened` counts everyone who opened in that year, `present` those neither closed nor dormant by the rule,
    `active` those of them with an initiated transaction in the quarter. AUM of those present.
    """

    __tablename__ = "cohort_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    opened_year: Mapped[int] = mapped_column(Integer, primary_key=True)
    opened: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[int] = mapped_column(BigInteger)
    active: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)


class ConcentrationQuarter(Base):
    """How much AUM the largest customers hold: the first `top` percent of a level's customers of one kind."""

    __tablename__ = "concentration_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    top: Mapped[int] = mapped_column(Integer, primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)


class TagQuarter(Base):
    """Customers with a tag by rule (`other` empty), and with two of them; tags by hand are free text and not here."""

    __tablename__ = "tag_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)
    other: Mapped[str] = mapped_column(String(60), primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    aum_fen: Mapped[int] = mapped_column(Fen)


class SuitabilityQuarter(Base):
    """Who holds products of a risk level R1-R5 with which capacity C1-C5, at a quarter's end.

    `capacity` is none for who never answered, `valid` 1 while the questionnaire held, `senior` 1 from the age of rule
    suitability.senior_from on. `risk_level` R1-R5 counts holders of each level, so that one may count in several;
    T1-T5 counts each holder once, by the riskiest holding. Source: 金融机构产品适当性管理办法.
    """

    __tablename__ = "suitability_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    capacity: Mapped[str] = mapped_column(String(4), primary_key=True)
    valid: Mapped[int] = mapped_column(Integer, primary_key=True)
    senior: Mapped[int] = mapped_column(Integer, primary_key=True)
    risk_level: Mapped[str] = mapped_column(String(2), primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(Fen)


class ChurnTrial(Base):
    """How well the churn score told, from a quarter's facts, who was really lost in the quarter after.

    Of the whole bank; `auc_bp` and `lift_hundredths` are the area under the curve in ten-thousandths and the share of
    the lost in the highest tenth against that of all, times 100. `deciles`: the calibration, lowest tenth first.
    One measurement is a row for each `part` of the history (whole | earlier | test) with the same `at`.
    """

    __tablename__ = "churn_trial"
    business_date = "quarter"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    quarter: Mapped[str] = mapped_column(String(6))  # the last one whose facts were judged
    part: Mapped[str] = mapped_column(String(10))
    quarters: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[list[str]] = mapped_column(Json)  # quarters without the facts the score looks at
    rule_version: Mapped[str] = mapped_column(String(120))
    customers: Mapped[int] = mapped_column(BigInteger)
    lost: Mapped[int] = mapped_column(BigInteger)
    flagged: Mapped[int] = mapped_column(BigInteger)
    flagged_lost: Mapped[int] = mapped_column(BigInteger)
    auc_bp: Mapped[int] = mapped_column(Integer)
    lift_hundredths: Mapped[int] = mapped_column(Integer)
    deciles: Mapped[list[dict[str, int]]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class CaseQuarter(Base):
    """Complaints of a quarter by one dimension and week: at level bank, branch (of the customer then) or handler.

    dimension: channel | business | reason | product | cause | days (handling time). `code` is the value, for days
    the whole calendar days from receipt to closing, two digits (99: that many or more). `received` and `late` count
    what was received in the quarter, `closed` what was closed in it; cause and days, known by closing, only closings.
    `week` is the Monday (YYYY-MM-DD) of the week of receipt, so that a cause is set against the time it arose.
    """

    __tablename__ = "case_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(12), primary_key=True)
    code: Mapped[str] = mapped_column(String(160), primary_key=True)
    week: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    received: Mapped[int] = mapped_column(BigInteger)
    closed: Mapped[int] = mapped_column(BigInteger)
    late: Mapped[int] = mapped_column(BigInteger)

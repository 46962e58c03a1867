"""All tables of the bank, one module a subject."""

from lib.store.models.bank import Bank, Branch, CurrencyRate, Product, Staff
from lib.store.models.control import (
    ImportBatch,
    ImportKey,
    Job,
    JobStep,
    NodeLease,
    RejectedRow,
    StaffCredential,
    UserSession,
)
from lib.store.models.customer import (
    Assignment,
    Contact,
    Customer,
    CustomerNumber,
    CustomerTag,
    IdentityRegistry,
    LifeEvent,
    Relation,
)
from lib.store.models.facts import (
    CustomerQuarter,
    MeasureQuarter,
    MigrationQuarter,
    ProfileQuarter,
    QuarterRun,
)
from lib.store.models.money import Account, BalanceMonth, Holding, StandingOrder, Transaction
from lib.store.models.rules import CalendarDay, RuleEntry
from lib.store.models.service import Case, CaseEvent, CaseNumber, SurveyAnswer
from lib.store.models.trail import AccessEntry, AuditEntry, AuditHead, AuditSeal

__all__ = [
    "AccessEntry",
    "Account",
    "Assignment",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "BalanceMonth",
    "Bank",
    "Branch",
    "CalendarDay",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "Contact",
    "CurrencyRate",
    "Customer",
    "CustomerNumber",
    "CustomerQuarter",
    "CustomerTag",
    "Holding",
    "IdentityRegistry",
    "ImportBatch",
    "ImportKey",
    "Job",
    "JobStep",
    "LifeEvent",
    "MeasureQuarter",
    "MigrationQuarter",
    "NodeLease",
    "Product",
    "ProfileQuarter",
    "QuarterRun",
    "RejectedRow",
    "Relation",
    "RuleEntry",
    "Staff",
    "StaffCredential",
    "StandingOrder",
    "SurveyAnswer",
    "Transaction",
    "UserSession",
]

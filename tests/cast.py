"""A small fixed bank with the whole cast: who owns, who is on the team, who must see nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary
from sqlalchemy.types import JSON, TypeDecorator

from lib.settings import settings
from lib.store import audit, mask, migrate, search
from lib.store import models as m
from lib.store.base import Base, OwnedByCustomer, UtcDateTime
from lib.store.bulk import BulkSession, bulk
from lib.store.crypto import blind, seal
from lib.store.engine import engine_for
from lib.store.numbers import checked
from lib.store.scope import Scope, scope_of

NORTH, SOUTH = 1, 2
BRANCHES = {NORTH: "城北支行", SOUTH: "城南支行"}
# login → (id, name, role, branch); the cast of the demonstration bank, and one colleague of rm.zhang.
STAFF: dict[str, tuple[int, str, str, int | None]] = {
    "rm.zhang": (1, "张伟", "manager", NORTH),
    "rm.li": (2, "李娜", "manager", SOUTH),
    "head.wang": (3, "王强", "head", NORTH),
    "head.zhu": (4, "朱琳", "head", SOUTH),
    "care.chen": (5, "陈静", "complaint_officer", None),
    "care.lin": (6, "林涛", "complaint_officer", None),
    "product.he": (7, "何敏", "product", None),
    "crm.zhao": (8, "赵磊", "crm", None),
    "check.sun": (9, "孙倩", "reviewer", None),
    "legal.qian": (10, "钱程", "legal", None),
    "exec.zhou": (11, "周正", "leadership", None),
    "admin.wu": (12, "吴迪", "admin", None),
    "rm.gao": (13, "高远", "manager", NORTH),
}
ZHANG, LI, WANG, ZHU, CHEN, LIN, _HE, ZHAO, _SUN, _QIAN, _ZHOU, _WU, GAO = (row[0] for row in STAFF.values())

OWN, PEER, UNASSIGNED, OTHER, OUTSIDER, FIRM, FORMER, PROSPECT = range(1001, 1009)
# id → (name, kind, stage, manager, branch)
CUSTOMERS: dict[int, tuple[str, str, str, int | None, int | None]] = {
    OWN: ("欧阳小明", "personal", "customer", ZHANG, NORTH),
    PEER: ("孟芳", "personal", "customer", GAO, NORTH),
    UNASSIGNED: ("贺平", "personal", "customer", None, NORTH),
    OTHER: ("秦岭", "personal", "customer", LI, SOUTH),
    OUTSIDER: ("路人甲", "personal", "outsider", None, None),
    FIRM: ("江河机械有限公司", "corporate", "customer", ZHANG, NORTH),
    FORMER: ("范离", "personal", "former", LI, SOUTH),
    PROSPECT: ("钟意", "personal", "prospect", GAO, NORTH),
}
C_OWN, C_POOL, C_LIN, C_OUT, C_FIRM, C_PEER = range(2001, 2007)
# id → (customer, state, handler, first owner, branch complained about)
CASES: dict[int, tuple[int, str, int | None, int, int | None]] = {
    C_OWN: (OWN, "investigating", CHEN, CHEN, None),
    C_POOL: (OTHER, "received", None, ZHANG, None),  # taken in by another branch's manager, nobody's yet
    C_LIN: (FORMER, "investigating", LIN, ZHAO, None),
    C_OUT: (OUTSIDER, "accepted", LIN, CHEN, NORTH),
    C_FIRM: (FIRM, "closed", CHEN, WANG, None),
    C_PEER: (PEER, "investigating", LI, LI, None),  # handled by a manager of the other branch
}
# (level, branch, staff) of stored figures
LEVELS = (
    ("bank", 0, 0),
    ("branch", NORTH, 0),
    ("branch", SOUTH, 0),
    ("manager", NORTH, ZHANG),
    ("manager", NORTH, GAO),
    ("manager", SOUTH, LI),
    ("handler", 0, CHEN),
    ("handler", 0, LIN),
)
DAY, MOMENT = date(2026, 3, 2), datetime(2026, 3, 2, 2, tzinfo=UTC)
OF_A_CASE = (m.CaseParty, m.CaseReview)
FILES = (m.Attachment, m.AttachmentContent)  # one of every customer, one of every case
FIGURE_TABLES = (
    m.MeasureQuarter, m.ProfileQuarter, m.MigrationQuarter, m.CaseQuarter, m.CohortQuarter, m.ConcentrationQuarter,
    m.TagQuarter, m.SuitabilityQuarter,
)  # fmt: skip
WRITTEN_BY_HAND = (
    m.Customer,
    m.Case,
    m.CaseEvent,
    m.CaseNumber,
    m.CustomerNumber,
    m.IdentityRegistry,
    *OF_A_CASE,
    *FILES,
)
# id → (customer (0: the bank), asked by, post that must decide, branch, decided by)
REQUESTS: dict[int, tuple[int, int, str, int | None, int | None]] = {
    1: (OWN, CHEN, "crm", NORTH, None),
    2: (FORMER, LIN, "leadership", SOUTH, None),
    3: (0, ZHAO, "reviewer", None, None),
    4: (FIRM, ZHANG, "head", NORTH, None),
    5: (OTHER, LI, "head", SOUTH, None),
    6: (PEER, GAO, "", NORTH, WANG),
}
# id → (owner, shared with, branch)
VIEWS = {1: (ZHANG, "own", NORTH), 2: (WANG, "branch", NORTH), 3: (ZHAO, "bank", None), 4: (LI, "own", SOUTH)}
# id → (customer (0: the bank), owner, branch)
DUE: dict[int, tuple[int, int | None, int | None]] = {
    1: (OWN, ZHANG, NORTH),
    2: (OTHER, LI, SOUTH),
    3: (UNASSIGNED, None, NORTH),
    4: (0, CHEN, None),
}
# id → (owner, branch; none: the whole bank)
ACTIONS = {1: (WANG, NORTH), 2: (LI, SOUTH), 3: (CHEN, None), 4: (ZHANG, NORTH), 5: (CHEN, SOUTH), 6: (GAO, NORTH)}
# what a review decided: id → (owner, branch; none: the whole bank)
DECIDED = {7: (ZHAO, None), 8: (ZHANG, NORTH), 9: (LI, SOUTH)}
# notes beside a section of a review: id → (written by, branch; none: the whole bank)
NOTES = {1: (ZHAO, None), 2: (WANG, NORTH), 3: (ZHU, SOUTH)}
# who was at a review: id → staff
PRESENT = {1: ZHAO, 2: WANG, 3: _ZHOU, 4: _HE}
# id → (branch; none: the whole bank, its measure)
FINDINGS: dict[int, tuple[int | None, int | None]] = {1: (NORTH, 6), 2: (SOUTH, 5), 3: (None, None)}
# checks, with one mark each, and tickets of the queue: id → branch
CHECKS = {1: NORTH, 2: SOUTH}
# (level, branch) of stored times
WAITS = (("bank", 0), ("branch", NORTH), ("branch", SOUTH))
# id → (branch; none: the whole bank)
TRAININGS = {1: NORTH, 2: SOUTH, 3: None}
# id → whose training
TRAINED = {1: ZHANG, 2: LI, 3: WANG, 4: CHEN, 5: ZHAO}


# id → (owner, branch)
CAMPAIGNS = {1: (ZHANG, NORTH), 2: (WANG, NORTH), 3: (ZHAO, None), 4: (LI, SOUTH)}
# id → (owner, branch, state)
SURVEYS = {
    1: (ZHANG, NORTH, "draft"), 2: (WANG, NORTH, "running"), 3: (ZHAO, None, "running"), 4: (LI, SOUTH, "closed"),
    5: (ZHAO, None, "draft"),
}  # fmt: skip
# id → (owner, branch); every customer is a guest of the first
EVENTS = {1: (ZHU, SOUTH), 2: (WANG, NORTH), 3: (ZHAO, None), 4: (ZHU, SOUTH)}

CARD_BASIS = {
    "runs": {"2026Q1": 1}, "cutoff": "2026-03-31", "rules": {}, "kpis": {}, "digest": "x", "peers_least": 5,
    "judging": {"points": {"floor": 0, "target": 80, "ceiling": 100}, "grades": [], "least_weight": 60},
}  # fmt: skip
# id → (level, subject, branch, staff)
CARDS: dict[int, tuple[str, int, int, int | None]] = {
    1: ("manager", ZHANG, NORTH, ZHANG),
    2: ("manager", GAO, NORTH, GAO),
    3: ("manager", LI, SOUTH, LI),
    4: ("branch", NORTH, NORTH, None),
    5: ("branch", SOUTH, SOUTH, None),
}


@dataclass(frozen=True)
class SmallBank:
    """The database the test runs on; `engine` is sqlite or postgresql."""

    engine: str
    url: str


@pytest.fixture(params=("sqlite", "postgresql"))
def bank(request: pytest.FixtureRequest, cast_template: Any, new_database: Any, entered: Any) -> SmallBank:
    """The small bank on one engine after the other, as this process's own database."""
    url = new_database(request.param, like=cast_template(request.param))
    return SmallBank(request.param, entered(url))


@pytest.fixture
def sqlite_bank(cast_template: Any, new_database: Any, entered: Any) -> SmallBank:
    """The small bank on SQLite, for what does not depend on the engine."""
    return SmallBank("sqlite", entered(new_database("sqlite", like=cast_template("sqlite"))))


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """`entered(url)`: from now on this process's bank is there; connections are closed at the end."""
    urls: list[str] = []

    def enter(url: str) -> str:
        monkeypatch.setenv("CRM_DATABASE_URL", url)
        monkeypatch.setenv("CRM_DEMO", "1")
        settings.cache_clear()
        urls.append(url)
        return url

    yield enter
    for url in urls:
        engine_for(url).dispose()
    engine_for.cache_clear()
    settings.cache_clear()


@pytest.fixture(scope="session")
def cast_template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """`cast_template(engine)`: the URL of a database with the small bank, made once a run; it ends with the server."""
    made: dict[str, str] = {}

    def template(engine: str) -> str:
        if engine not in made:
            made[engine] = _fresh(engine, request, tmp_path_factory)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CRM_DATABASE_URL", made[engine])
                settings.cache_clear()
                migrate.upgrade()
                fill()
                engine_for(made[engine]).dispose()
            settings.cache_clear()
        return made[engine]

    return template


def _fresh(engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    if engine == "sqlite":
        return f"sqlite:///{folders.mktemp('cast') / 'template.db'}"
    url: str = request.getfixturevalue("postgres_server").create()
    return url


def scope(login: str) -> Scope:
    """The scope of a member of the cast, as sign-in makes it."""
    staff_id, name, role, branch = STAFF[login]
    return scope_of(staff_id, login, name, role, branch)


def number_of(customer_id: int) -> str:
    """A customer's human number."""
    return checked(600_000_000 + customer_id)


def case_number_of(case_id: int) -> str:
    """A case's human number."""
    return f"T260302-{case_id:05d}"


def phone_of(customer_id: int) -> str:
    """A customer's mobile number in clear."""
    return f"1380013{customer_id}"


def identity_of(customer_id: int) -> str:
    """A customer's identity number in clear; its check digit is not a valid one."""
    return f"11010119800101{customer_id}"


def fill() -> None:
    """Write the small bank into the current, migrated database."""
    with bulk("the cast") as session:
        session.add(m.Bank(id=1, name="示范银行", base_currency="CNY", is_demo=True))
        session.add_all(m.Branch(id=i, code=f"B{i}", name=name) for i, name in BRANCHES.items())
        session.flush()
        for login, (staff_id, name, role, branch) in STAFF.items():
            session.add(m.Staff(id=staff_id, login=login, name=name, role=role, branch_id=branch))
        session.add(m.Product(id=1, code="P1", name="活期存款", category="deposit", currency="CNY"))
        session.add(filled(m.Course, id=1))
        session.add(m.CurrencyRate(currency="USD", valid_from=DAY, micro=7_200_000))
        session.flush()
        _add_customers(session)
        _add_work(session)
        _add_figures(session)
        _add_trail(session)
        _add_machinery(session)
        session.note("customer", len(CUSTOMERS))


def _add_customers(session: BulkSession) -> None:
    for customer_id, (name, kind, stage, manager, branch) in CUSTOMERS.items():
        number, identity, phone = number_of(customer_id), identity_of(customer_id), phone_of(customer_id)
        session.add(m.Customer(
            customer_id=customer_id, number=number, kind=kind, stage=stage, name=name, known_since=date(2025, 1, 6),
            identity_kind="resident", identity_masked=mask.identity(identity), identity_sealed=seal(identity),
            identity_hash=blind("identity", identity), phone_masked=mask.phone(phone), phone_sealed=seal(phone),
            phone_hash=blind("phone", phone), email=f"{customer_id}@example.com", address="解放路 1 号",
            occupation="教师", employer="一中", income_fen=1_200_000, notes="喜欢喝茶", legal_representative="孙大川",
            tier="mass", manager_id=manager, branch_id=branch, created_at=MOMENT,
        ))  # fmt: skip
        session.add(m.CustomerNumber(number=number, customer_id=customer_id))
        session.add(m.IdentityRegistry(identity_hash=blind("identity", identity), customer_id=customer_id))
    session.flush()
    search.put(session.connection(), [(i, row[0]) for i, row in CUSTOMERS.items()], fresh=True)
    for table in owned_tables():
        session.add_all(filled(table, customer_id=i, id=i) for i in CUSTOMERS)
    for table in FILES:
        session.add_all(filled(table, customer_id=i, id=i, case_id=0) for i in CUSTOMERS)
    for case_id, (customer_id, state, handler, first, about) in CASES.items():
        name, kind, _stage, manager, branch = CUSTOMERS[customer_id]
        session.add(m.Case(
            customer_id=customer_id, id=case_id, number=case_number_of(case_id), kind="complaint", state=state,
            customer_kind=kind, complainant=name, channel="hotline", business="card", reason="service",
            received_at=MOMENT, about_branch_id=about, branch_id=branch, manager_id=manager, handler_id=handler,
            first_owner_id=first, created_at=MOMENT,
        ))  # fmt: skip
        session.add(m.CaseNumber(number=case_number_of(case_id), customer_id=customer_id, case_id=case_id))
        session.add(filled(m.CaseEvent, customer_id=customer_id, id=case_id, case_id=case_id, staff_id=first))
        for table in (*OF_A_CASE, *FILES):
            session.add(filled(table, customer_id=customer_id, id=case_id, case_id=case_id, staff_id=first))
        search.put_cases(session.connection(), [(case_id, f"{case_number_of(case_id)} {name}")], fresh=True)


def _add_work(session: BulkSession) -> None:
    for request_id, (customer_id, by, role, branch, decided) in REQUESTS.items():
        session.add(filled(
            m.ChangeRequest, customer_id=customer_id, id=request_id, state="accepted" if decided else "pending",
            stage_role=role, branch_id=branch, requested_by=by, decided_by=decided,
        ))  # fmt: skip
        session.add(filled(m.ChangeStep, customer_id=customer_id, id=request_id, request_id=request_id, staff_id=by,
                           requested_by=by, act="asked"))  # fmt: skip
    for view_id, (owner, shared, branch) in VIEWS.items():
        session.add(filled(m.SavedView, id=view_id, owner_id=owner, shared=shared, branch_id=branch))
    for item_id, (customer_id, holder, branch) in DUE.items():
        session.add(filled(m.DueItem, customer_id=customer_id, id=item_id, owner_id=holder, branch_id=branch))
    for campaign_id, (owner, branch) in CAMPAIGNS.items():
        session.add(filled(m.Campaign, id=campaign_id, owner_id=owner, branch_id=branch))
    for survey_id, (owner, branch, state) in SURVEYS.items():
        session.add(filled(m.Survey, id=survey_id, owner_id=owner, branch_id=branch, state=state))
    for event_id, (owner, branch) in EVENTS.items():
        session.add(filled(m.Event, id=event_id, owner_id=owner, host_id=owner, branch_id=branch, taken=0, waiting=0))
    for card_id, (level, subject, branch, staff) in CARDS.items():
        session.add(filled(m.AppraisalCard, id=card_id, level=level, subject_id=subject, branch_id=branch,
                           staff_id=staff, period="2026Q1", number=1, lines=[], peers={"n": 1, "small": True},
                           counted=0, basis=CARD_BASIS, why="first"))  # fmt: skip
    for session_id, branch in TRAININGS.items():
        session.add(filled(m.TrainingSession, id=session_id, branch_id=branch, created_by=ZHAO))
    for record_id, staff_id in TRAINED.items():
        session.add(filled(m.TrainingRecord, id=record_id, staff_id=staff_id, recorded_by=ZHAO, session_id=3))
    for action_id, (owner, branch) in ACTIONS.items():
        of = next((finding for finding, (_branch, measure) in FINDINGS.items() if measure == action_id), None)
        session.add(filled(m.Action, id=action_id, owner_id=owner, branch_id=branch, created_by=ZHAO, state="open",
                           finding_id=of))  # fmt: skip
    for action_id, (owner, branch) in DECIDED.items():
        session.add(filled(m.Action, id=action_id, owner_id=owner, branch_id=branch, created_by=ZHAO, state="open",
                           quarter="2025Q4"))  # fmt: skip
    for note_id, (by, branch) in NOTES.items():
        session.add(
            filled(m.ReviewNote, id=note_id, staff_id=by, branch_id=branch, quarter="2025Q4", section="actions")
        )
    for signature_id, staff in PRESENT.items():
        role = next(row[2] for row in STAFF.values() if row[0] == staff)
        session.add(filled(m.ReviewSignature, id=signature_id, staff_id=staff, role=role, present_by=ZHAO,
                           quarter="2025Q4", facts_version=1))  # fmt: skip
    _add_quality(session)


def _add_quality(session: BulkSession) -> None:
    for finding_id, (branch, measure) in FINDINGS.items():
        session.add(filled(m.Finding, id=finding_id, branch_id=branch, found_by=ZHAO, action_id=measure,
                           state="acting" if measure else "open"))  # fmt: skip
        session.add(filled(m.FindingStep, id=finding_id, finding_id=finding_id, staff_id=ZHAO, act="found"))
    for check_id, branch in CHECKS.items():
        session.add(filled(m.ServiceCheck, id=check_id, branch_id=branch))
        session.add(filled(m.CheckMark, check_id=check_id, item="x", points=1, most=2))
        session.add(filled(m.QueueTicket, id=check_id, branch_id=branch, taken_at=MOMENT))


def _add_figures(session: BulkSession) -> None:
    for table in FIGURE_TABLES:
        for level, branch, staff in LEVELS:
            session.add(filled(table, level=level, branch_id=branch, staff_id=staff))
    for level, branch in WAITS:
        session.add(filled(m.WaitQuarter, level=level, branch_id=branch))
    session.add_all((filled(m.QuarterRun), filled(m.PeerQuarter), filled(m.ChurnTrial),
                     filled(m.QuarterDefinition)))  # fmt: skip


def _add_trail(session: BulkSession) -> None:
    """Everyone has changed something of OWN's and looked at something of it."""
    for login, (staff_id, *_rest) in STAFF.items():
        audit.append(
            session, OWN, staff_id, login, "cast", "update", "customer", str(OWN), {"notes": "旧"}, {"notes": "新"}
        )
        session.add(filled(m.AccessEntry, customer_id=OWN, id=staff_id, actor_id=staff_id, actor=login))


def _add_machinery(session: BulkSession) -> None:
    for table in (m.ImportBatch, m.ImportKey, m.RejectedRow, m.UserSession, m.StaffCredential, m.NodeLease,
                  m.Job, m.JobStep):  # fmt: skip
        session.add(filled(table))
    session.flush()
    audit.seal(session)


def owned_tables() -> list[type[Base]]:
    """The owned tables whose rows are made by rule: one a customer, with the customer's id as its own."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    owned = (c for c in classes if issubclass(c, OwnedByCustomer) and c not in WRITTEN_BY_HAND)
    return sorted(owned, key=lambda table: table.__tablename__)


#: what a CHECK allows
PLAIN: dict[tuple[type[Base], str], Any] = {
    (m.Transaction, "direction"): "credit",
    (m.Action, "state"): "open",
    (m.ChangeRequest, "state"): "pending",
    (m.SavedView, "shared"): "own",
    (m.DueItem, "state"): "open",
    (m.QuarterRun, "cutoff"): "2026-03-31",
    (m.TierDecision, "act"): "held",
    (m.Message, "channel"): "sms",
    (m.Message, "state"): "queued",
    (m.Campaign, "state"): "draft",
    (m.ServiceCheck, "kind"): "mystery",
    (m.Survey, "state"): "draft",
    (m.Recommendation, "outcome"): "open",
    (m.Event, "state"): "draft",
    (m.Invitation, "state"): "invited",
    (m.Referral, "state"): "open",
    # a row by itself is no transfer: it moves nothing
    (m.PointEntry, "account"): "customer",
    (m.PointEntry, "kind"): "earn",
    (m.PointEntry, "points"): 0,
    (m.PointAccount, "balance"): 0,
    (m.AppraisalCard, "level"): "manager",
    (m.AppraisalCard, "state"): "computed",
    (m.Course, "kind"): "in_service",
    (m.Course, "form"): "lecture",
    (m.TrainingSession, "state"): "held",
}


def filled(table: type[Base], **given: Any) -> Any:
    """A row of a table: what is given, and something plain in every other column that must not be empty."""
    columns = table.__table__.c
    values = {name: value for name, value in given.items() if name in columns}
    for column in columns:
        if column.name not in values and not column.nullable and column.server_default is None:
            values[column.name] = _plain(column)
    for (of, name), value in PLAIN.items():
        if table is of and name not in given:
            values[name] = value
    return table(**values)


def _plain(column: Any) -> Any:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    if isinstance(kind, Date):
        return DAY
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Integer | BigInteger):
        return 1
    if isinstance(kind, LargeBinary):
        return b"x"
    return "2026Q1" if column.name == "quarter" else "CNY" if column.name == "currency" else "x"

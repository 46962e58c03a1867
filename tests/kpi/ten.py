"""Ten customers, small enough to count by hand: two branches, two managers, one handler, the third quarter of 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.jobs.refresh import refresh
from lib.satisfaction.rules import DIMENSIONS
from lib.settings import settings
from lib.store import migrate
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.engine import engine_for
from lib.store.points import pair
from lib.store.quarter import Quarter

AS_OF = "2026-11-20"
QUARTER = Quarter(2026, 3)
NORTH, SOUTH = 1, 2
MA, NI, CHEN, ZHAO, WANG, HE, ZHOU, QIAN = range(11, 19)
STAFF = {
    MA: ("rm.ma", "manager", NORTH), NI: ("rm.ni", "manager", SOUTH), CHEN: ("care.chen", "complaint_officer", None),
    ZHAO: ("crm.zhao", "crm", None), WANG: ("head.wang", "head", NORTH), HE: ("product.he", "product", None),
    ZHOU: ("exec.zhou", "leadership", None), QIAN: ("legal.qian", "legal", None),
}  # fmt: skip
A, B, C, D, E, F, G, H, I, J, PROSPECT, OUTSIDER = range(101, 113)  # noqa: E741
# id → (name, kind, manager then, branch then)
PEOPLE: dict[int, tuple[str, str, int, int]] = {
    A: ("安甲", "personal", MA, NORTH), B: ("白乙", "personal", MA, NORTH), C: ("陈丙", "personal", MA, NORTH),
    D: ("丁丁", "personal", MA, NORTH), E: ("尔戊", "personal", NI, SOUTH), F: ("方己公司", "corporate", NI, SOUTH),
    G: ("高庚公司", "corporate", NI, SOUTH), H: ("何辛", "personal", NI, SOUTH), I: ("易壬", "personal", MA, NORTH),
    J: ("江癸", "personal", NI, SOUTH),
}  # fmt: skip
OPENED = {H: date(2026, 8, 1), I: date(2026, 9, 10)}
LONG_AGO = date(2025, 1, 6)
# customer → average deposits in yuan of March, June, September (None: the account gives no balance)
DEPOSITS: dict[int, tuple[int | None, int | None, int | None]] = {
    A: (None, 40_000, 60_000), B: (None, 550_000, 400_000), C: (500_000, 300_000, 300_000), D: (None, 10_000, None),
    E: (500, 500, 500), F: (None, 2_000_000, 2_500_000), G: (None, 500_000, 1_200_000), H: (None, None, 100_000),
    I: (None, None, 20_000), J: (None, 0, 0),
}  # fmt: skip
# customer, product category, yuan, from, matures, ended
HOLDINGS = (
    (B, "deposit", 50_000, date(2026, 1, 10), date(2026, 8, 31), None),  # matured, nothing bought after
    (C, "deposit", 5_000, date(2026, 7, 2), None, date(2026, 7, 3)),  # sold and taken back within the quarter
    (C, "deposit", 100_000, date(2026, 1, 10), date(2026, 8, 1), date(2026, 7, 5)),  # redeemed early: never matured
    (J, "wealth", 200_000, date(2026, 1, 10), date(2026, 7, 31), None),
    (J, "wealth", 300_000, date(2026, 8, 5), date(2027, 2, 5), None),
)
# customer, category, principal in yuan, opened
MORE_ACCOUNTS = ((A, "card", None, LONG_AGO), (G, "card", None, LONG_AGO), (H, "card", None, date(2026, 8, 3)),
                 (B, "loan", 80_000, date(2026, 7, 10)),
                 (F, "loan", 1_000_000, LONG_AGO))  # fmt: skip
# customer → rating, the one before, rated on
RATINGS: dict[int, tuple[str, str | None, date]] = {
    A: ("low", None, date(2025, 3, 1)), B: ("high", "middle", date(2026, 7, 15)),
    C: ("high", "low", date(2026, 10, 5)), F: ("D", None, date(2026, 5, 1)), G: ("B", "C", date(2026, 8, 1)),
    H: ("high", None, date(2026, 8, 5)),
}  # fmt: skip
# customer, for which rating, made on, holds until
RESPONSES = (
    (B, "high", date(2026, 7, 14), date(2027, 1, 1)),  # made before the rating it would be for
    (F, "D", date(2026, 5, 2), date(2026, 10, 31)),
    (H, "high", date(2026, 8, 10), date(2026, 9, 29)),  # ran out the day before the quarter's end
)
AML, BASICS = 1, 2
# id, kind, hours, posts, since, within days, again after months, pass mark
COURSES = (
    (AML, "in_service", 4, "|manager|head|", date(2025, 1, 6), 30, 12, 60),
    (BASICS, "new_staff", 6, "|manager|", date(2026, 1, 1), 60, None, 80),
)
# course, person, taken on, there?, score, passed, holds until
TRAINED = (
    (AML, MA, date(2025, 2, 1), True, 90, True, date(2026, 2, 1)),
    (AML, MA, date(2026, 7, 10), True, 75, True, date(2027, 7, 10)),  # again, five months late
    (AML, NI, date(2025, 8, 15), True, 80, True, date(2026, 8, 15)),
    (AML, NI, date(2026, 7, 10), False, None, False, None),  # was not there
    (AML, NI, date(2026, 10, 5), True, 80, True, date(2027, 10, 5)),  # of the next quarter
    (BASICS, MA, date(2026, 3, 1), True, 80, True, None),
    (BASICS, NI, date(2026, 7, 1), True, 79, False, None),  # there, one point short
)
# customer, day, kind, by the customer?
LINES = (
    (E, date(2026, 1, 15), "cash_in", True), (A, date(2026, 7, 3), "transfer_out", True),
    (A, date(2026, 7, 4), "card_payment", True), (B, date(2026, 9, 30), "cash_out", True),
    (C, date(2026, 9, 21), "interest", False), (E, date(2026, 9, 21), "interest", False),
    (F, date(2026, 8, 8), "transfer_out", True), (G, date(2026, 8, 9), "card_payment", True),
    (H, date(2026, 8, 2), "cash_in", True), (J, date(2026, 8, 5), "purchase", True),
    (C, date(2026, 10, 1), "cash_out", True),
    (D, date(2026, 8, 14), "fee", False),
)  # fmt: skip
VERIFIED = {A: date(2026, 5, 1), B: date(2026, 2, 1), F: date(2026, 6, 15), G: date(2026, 7, 20),
            J: date(2026, 3, 30), E: date(2026, 9, 1), D: date(2026, 8, 1)}  # fmt: skip
# customer, asked, overall, recommend
SURVEYS = ((A, date(2026, 7, 1), 5, 10), (B, date(2026, 9, 30), 4, 8), (C, date(2026, 8, 1), 2, 3),
           (F, date(2026, 8, 1), 3, 7), (G, date(2026, 8, 1), None, None), (H, date(2026, 8, 9), None, 9),
           (J, date(2026, 6, 30), 5, 10))  # fmt: skip
SCORES = {A: 4, C: 3, F: 1, J: 5}  # J was asked the quarter before; what A said of their own accord is no sample
# customer, kind, points, day they were booked
POINTS = (
    (A, "earn", 300, date(2026, 8, 1)), (A, "redeem", -100, date(2026, 9, 30)), (B, "earn", 200, date(2026, 6, 30)),
    (B, "expire", -50, date(2026, 7, 1)), (B, "redeem", -100, date(2026, 10, 1)),
)  # fmt: skip
# customer, moment in UTC (16:00 is midnight in Shanghai), outcome
CONTACTS = (
    (A, datetime(2026, 7, 1, 2), "reached"), (A, datetime(2026, 9, 30, 15, 30), "reached"),
    (B, datetime(2026, 8, 1, 2), "not_reached"), (C, datetime(2026, 8, 1, 2), "follow_up"),
    (G, datetime(2026, 9, 30, 16, 10), "reached"),
)  # fmt: skip
# customer, kind, original day, day it was moved to, state, ended (UTC; 16:00 is midnight in Shanghai), outcome, by
DUE: tuple[tuple[int, str, date, date | None, str, datetime | None, str | None, int | None], ...] = (
    (A, "visit", date(2026, 7, 10), None, "done", datetime(2026, 7, 10, 15, 30), None, MA),
    (A, "visit", date(2026, 8, 10), None, "done", datetime(2026, 8, 10, 16, 10), None, MA),  # the day after
    (B, "visit", date(2026, 9, 5), date(2026, 9, 20), "done", datetime(2026, 9, 15, 2), None, MA),  # moved: late
    (E, "visit", date(2026, 7, 20), None, "open", None, None, None),  # tried twice, reached nobody
    (F, "meeting", date(2026, 8, 15), None, "done", datetime(2026, 8, 15, 2), None, NI),
    (G, "meeting", date(2026, 9, 30), None, "done", datetime(2026, 9, 30, 2), None, NI),
    (D, "visit", date(2026, 8, 1), None, "dropped", datetime(2026, 7, 31, 2), "withdrawn", None),  # left: not due
    (J, "visit", date(2026, 9, 1), None, "dropped", datetime(2026, 9, 1, 2), "客户出国", NI),
    (B, "visit", date(2026, 10, 2), None, "done", datetime(2026, 9, 30, 2), None, MA),  # of the next quarter
    (A, "birthday", date(2026, 7, 15), None, "done", datetime(2026, 7, 14, 2), None, MA),
    (C, "festival", date(2026, 9, 25), None, "dropped", datetime(2026, 9, 28, 2), "missed", None),
    (H, "milestone", date(2026, 8, 8), None, "done", datetime(2026, 8, 8, 2), None, NI),
    (J, "maturity", date(2026, 7, 24), None, "done", datetime(2026, 7, 30, 2), None, NI),
    (B, "life_event", date(2026, 8, 1), None, "dropped", datetime(2026, 8, 1, 2), "withdrawn", MA),  # a person's word
    (I, "check", date(2026, 9, 20), None, "done", datetime(2026, 9, 19, 2), None, MA),
    (C, "refresh", date(2026, 8, 20), None, "dropped", datetime(2026, 8, 20, 2), "不需要", MA),  # of neither KPI
)
CASES: dict[int, dict[str, Any]] = {
    1: dict(customer_id=A, state="closed", received=(7, 1), promise=((7, 2), (7, 1)), term=((7, 16), (7, 10)),
            closed=(7, 12), handler_id=CHEN),
    2: dict(customer_id=A, state="closed", received=(8, 5), promise=((8, 6), (8, 7)), term=((8, 20), (8, 25)),
            closed=(8, 26), handler_id=CHEN, extension="complex"),
    3: dict(customer_id=B, state="accepted", received=(9, 25), promise=((9, 26), None), term=((10, 10), None),
            business="wealth", reason="sales", handler_id=CHEN),
    4: dict(customer_id=C, state="withdrawn", received=(9, 1), promise=((9, 2), None), term=((9, 16), None),
            closed=(9, 1)),
    5: dict(customer_id=F, state="withdrawn", received=(6, 20), promise=((6, 27), (6, 25)), term=((7, 5), None),
            closed=(7, 3)),
    6: dict(customer_id=OUTSIDER, state="closed", received=(7, 15), promise=((7, 16), (7, 15)),
            term=((7, 30), (7, 20)), closed=(7, 22), handler_id=CHEN, about_branch_id=SOUTH),
    7: dict(customer_id=G, state="closed", received=(7, 20), timely_as_reported="yes"),
    8: dict(customer_id=J, state="closed", received=(7, 21), timely_as_reported="no"),
    9: dict(customer_id=H, state="received", received=(8, 20), timely_as_reported="open"),
    10: dict(customer_id=A, kind="suggestion", state="received", received=(8, 1)),
    11: dict(customer_id=E, kind="enquiry", state="closed", received=(8, 10), closed=(8, 11)),
}  # fmt: skip
# branch, taken (UTC), seconds until called and from then until finished
TICKETS: tuple[tuple[int, datetime, int | None, int | None], ...] = (
    (NORTH, datetime(2026, 8, 3, 1), 600, 300),
    (NORTH, datetime(2026, 8, 3, 2), 900, 301),
    (NORTH, datetime(2026, 8, 3, 3), 901, 600),  # a begun minute counts: 16
    (NORTH, datetime(2026, 8, 3, 4), None, None),  # left
    (SOUTH, datetime(2026, 9, 30, 15, 59), 60, None),
    (SOUTH, datetime(2026, 9, 30, 16), 6000, 6000),  # the first day of October in Shanghai
)
# branch, kind, day, item → (points, most), taken back?
CHECKS: tuple[tuple[int, str, date, dict[str, tuple[int, int]], bool], ...] = (
    (NORTH, "mystery", date(2026, 8, 1), {"greeting": (6, 12), "manner": (10, 10)}, False),
    (NORTH, "mystery", date(2026, 8, 2), {"greeting": (12, 12)}, True),
    (NORTH, "mystery", date(2026, 10, 1), {"greeting": (12, 12)}, False),
    (SOUTH, "internal", date(2026, 9, 30), {"records": (15, 15), "first_owner": (0, 15)}, False),
    (NORTH, "self", date(2026, 9, 1), {"windows": (20, 20)}, False),
)
# branch, due, state, ended
MEASURES: tuple[tuple[int | None, date, str, date | None], ...] = (
    (NORTH, date(2026, 8, 10), "done", date(2026, 8, 10)),
    (NORTH, date(2026, 8, 20), "open", None),
    (SOUTH, date(2026, 9, 1), "done", date(2026, 9, 2)),
    (None, date(2026, 9, 1), "dropped", date(2026, 8, 20)),
    (NORTH, date(2026, 10, 1), "open", None),
)


def ten_template(engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    """The URL of a database with the ten customers and their facts."""
    if engine == "sqlite":
        url = f"sqlite:///{folders.mktemp('ten') / 'template.db'}"
    else:
        url = str(request.getfixturevalue("postgres_server").create())
    with as_bank(url):
        migrate.upgrade()
        with bulk("ten customers") as session:
            fill(session)
        refresh(tell=lambda _said: None)
    return url


class as_bank:
    """This process's bank is the one at the URL, on the business day of the ten customers."""

    def __init__(self, url: str, as_of: str = AS_OF) -> None:
        self.as_of = as_of
        self.url, self.patch = url, pytest.MonkeyPatch()

    def __enter__(self) -> str:
        self.patch.setenv("CRM_DATABASE_URL", self.url)
        self.patch.setenv("CRM_AS_OF", self.as_of)
        self.patch.setenv("CRM_DEMO", "1")
        settings.cache_clear()
        return self.url

    def __exit__(self, *_exc: object) -> None:
        engine_for(self.url).dispose()
        self.patch.undo()
        settings.cache_clear()


@pytest.fixture(scope="session")
def ten_made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """`ten_made(engine)`: the bank of ten customers, made once a run; nothing may be written to it."""
    made: dict[str, str] = {}

    def url(engine: str) -> str:
        if engine not in made:
            made[engine] = ten_template(engine, request, tmp_path_factory)
        return made[engine]

    return url


@pytest.fixture(params=("sqlite", "postgresql"))
def ten_customers(request: pytest.FixtureRequest, ten_made: Callable[[str], str]) -> Iterator[str]:
    """The ten customers on one engine after the other, to be read."""
    with as_bank(ten_made(request.param)) as url:
        yield url


@pytest.fixture
def ten_on_sqlite(ten_made: Callable[[str], str]) -> Iterator[str]:
    """The ten customers on SQLite, to be read."""
    with as_bank(ten_made("sqlite")) as url:
        yield url


def fill(session: BulkSession) -> None:
    """Write the ten customers into an empty, migrated database."""
    session.add(m.Bank(id=1, name="十户银行", base_currency="CNY", is_demo=True))
    session.add_all([m.Branch(id=NORTH, code="N", name="城北支行"), m.Branch(id=SOUTH, code="S", name="城南支行")])
    session.add(m.Product(id=1, code="P", name="产品", category="wealth", currency="CNY"))
    session.flush()
    for staff_id, (login, role, branch) in STAFF.items():
        session.add(m.Staff(id=staff_id, login=login, name=login, role=role, branch_id=branch))
    session.flush()
    _customers(session)
    session.flush()
    _risk(session)
    _training(session)
    _money(session)
    _service(session)
    _points(session)
    _complaints(session)
    _quality(session)


def _quality(session: BulkSession) -> None:
    for branch, taken, waited, served in TICKETS:
        at = taken.replace(tzinfo=UTC)
        called = None if waited is None else at + timedelta(seconds=waited)
        done = None if called is None or served is None else called + timedelta(seconds=served)
        session.add(m.QueueTicket(branch_id=branch, business="cash", taken_at=at, called_at=called, finished_at=done))
    for number, (branch, kind, day, marks, voided) in enumerate(CHECKS, 1):
        session.add(m.ServiceCheck(id=number, kind=kind, branch_id=branch, checked_on=day,
                                   voided_on=day if voided else None))  # fmt: skip
        session.add_all(m.CheckMark(check_id=number, item=item, points=points, most=most)
                        for item, (points, most) in marks.items())  # fmt: skip
    for number, (of, due, state, ended) in enumerate(MEASURES, 1):
        session.add(m.Action(title="整改", steps="步骤", owner_id=WANG, branch_id=of, due_on=due, state=state,
                             ended_on=ended, created_by=ZHAO, finding_id=number))  # fmt: skip


def _risk(session: BulkSession) -> None:
    for customer_id, (rating, before, day) in RATINGS.items():
        customer = session.get_one(m.Customer, customer_id)
        customer.risk_rating, customer.risk_rating_before, customer.risk_rated_on = rating, before, day
    for customer_id, rating, made, until in RESPONSES:
        session.add(m.RiskResponse(customer_id=customer_id, made_on=made, rating=rating, steps=["limit"],
                                   review_on=until, staff_id=MA))  # fmt: skip


def _training(session: BulkSession) -> None:
    for course_id, kind, hours, posts, since, within, again, mark in COURSES:
        session.add(m.Course(id=course_id, code=f"K{course_id}", title=f"课程{course_id}", kind=kind, form="lecture",
                             hours=hours, posts=posts, since_day=since, within_days=within, refresh_months=again,
                             pass_mark=mark))  # fmt: skip
    session.flush()
    hours_of = {course[0]: course[2] for course in COURSES}
    for number, (course_id, staff_id, day, there, score, passed, until) in enumerate(TRAINED, 1):
        session.add(m.TrainingRecord(
            id=number, session_id=number, course_id=course_id, staff_id=staff_id, taken_on=day, attended=there,
            score=score, passed=passed, hours=hours_of[course_id], valid_until=until, recorded_by=ZHAO,
        ))  # fmt: skip


def _customers(session: BulkSession) -> None:
    for customer_id, (name, kind, manager, branch) in PEOPLE.items():
        opened, closed = OPENED.get(customer_id, LONG_AGO), date(2026, 8, 15) if customer_id == D else None
        session.add(m.Customer(
            customer_id=customer_id, number=f"C{customer_id}", kind=kind, name=name, known_since=opened,
            stage="former" if closed else "customer", opened_on=opened, closed_on=closed,
            leaving_reason="competitor" if closed else None,
            verified_on=date(2026, 4, 15) if customer_id == C else None,
            birth_date=date(1980, 5, 5) if kind == "personal" else None,
            industry="retail" if kind == "corporate" else None, size_class="small" if kind == "corporate" else None,
            referred_by_id={I: A, H: C}.get(customer_id),
            # G was handed over after the quarter: its facts stay with the manager of then.
            manager_id=MA if customer_id == G else manager, branch_id=NORTH if customer_id == G else branch,
        ))  # fmt: skip
    session.flush()
    for customer_id, (_name, _kind, manager, branch) in PEOPLE.items():
        since = OPENED.get(customer_id, LONG_AGO)
        session.add(m.Assignment(customer_id=customer_id, manager_id=manager, branch_id=branch, since_day=since))
    session.add(m.Assignment(customer_id=G, manager_id=MA, branch_id=NORTH, since_day=date(2026, 10, 5)))
    for customer_id, stage in ((PROSPECT, "prospect"), (OUTSIDER, "outsider")):
        session.add(m.Customer(customer_id=customer_id, number=f"C{customer_id}", kind="personal", stage=stage,
                               name="旁人", known_since=LONG_AGO, referred_by_id=B))  # fmt: skip


def _money(session: BulkSession) -> None:
    for customer_id, averages in DEPOSITS.items():
        account = customer_id * 10
        session.add(m.Account(customer_id=customer_id, id=account, number_masked="6222 **** 0000", category="deposit",
                              currency="CNY", opened_on=OPENED.get(customer_id, LONG_AGO),
                              closed_on=date(2026, 8, 15) if customer_id == D else None))  # fmt: skip
        for month, yuan in zip((3, 6, 9), averages, strict=True):
            if yuan is not None:
                session.add(m.BalanceMonth(customer_id=customer_id, account_id=account, month=date(2026, month, 1),
                                           currency="CNY", average_fen=yuan * 100, closing_fen=yuan * 100))  # fmt: skip
    for customer_id, category, yuan, opened in MORE_ACCOUNTS:
        session.add(m.Account(customer_id=customer_id, id=customer_id * 10 + 1, number_masked="6222 **** 0001",
                              category=category, currency="CNY", opened_on=opened,
                              principal_fen=yuan and yuan * 100))  # fmt: skip
    for customer_id, category, yuan, started, matures, ended in HOLDINGS:
        session.add(m.Holding(
            customer_id=customer_id, product_id=1, category=category, currency="CNY", amount_fen=yuan * 100,
            started_on=started, matures_on=matures, ended_on=ended,
        ))  # fmt: skip
    for customer_id, day, kind, by_customer in LINES:
        session.add(m.Transaction(customer_id=customer_id, account_id=customer_id * 10, booked_on=day,
                                  direction="debit", kind=kind, amount_fen=-100, currency="CNY",
                                  by_customer=by_customer))  # fmt: skip


def _service(session: BulkSession) -> None:
    for customer_id, day in VERIFIED.items():
        session.add(m.LifeEvent(customer_id=customer_id, kind="information_verified", happened_on=day))
    for customer_id, asked, overall, recommend in SURVEYS:
        session.add(
            m.SurveyAnswer(
                customer_id=customer_id,
                asked_on=asked,
                channel="phone",
                occasion="quarter",
                overall=overall,
                recommend=recommend,
                **dict.fromkeys(DIMENSIONS, SCORES.get(customer_id)),
            )
        )
    session.add(m.SurveyAnswer(customer_id=A, asked_on=date(2026, 8, 8), channel="phone", occasion="own", overall=1,
                               recommend=0, **dict.fromkeys(DIMENSIONS, 1)))  # fmt: skip
    for customer_id, at, outcome in CONTACTS:
        session.add(m.Contact(customer_id=customer_id, staff_id=MA, happened_at=at.replace(tzinfo=UTC),
                              channel="phone", purpose="visit", outcome=outcome))  # fmt: skip

    for number, (customer_id, kind, day, moved, state, ended, outcome, by) in enumerate(DUE, 1):
        session.add(m.DueItem(
            customer_id=customer_id, id=number, kind=kind, subject_key=day.isoformat(), original_due_on=day,
            due_on=moved or day, state=state, ended_at=ended and ended.replace(tzinfo=UTC), ended_by=by,
            outcome=outcome, owner_id=MA if customer_id == G else PEOPLE[customer_id][2], by_rule=True,
            branch_id=PEOPLE[customer_id][3],
            attempts=2 if state == "open" else 0, created_at=datetime(2026, 6, 1, tzinfo=UTC),
        ))  # fmt: skip


def _points(session: BulkSession) -> None:
    for customer_id, kind, points, day in POINTS:
        until = date(2028, 12, 31) if points > 0 else None
        session.add_all(pair(customer_id, f"{kind}:{day}", kind, points, code="survey", booked_on=day,
                             expires_on=until))  # fmt: skip
    for customer_id in {row[0] for row in POINTS}:
        has = sum(row[2] for row in POINTS if row[0] == customer_id)
        session.add(m.PointAccount(customer_id=customer_id, balance=has, expiring=has, expiring_on=date(2028, 12, 31)))


def _complaints(session: BulkSession) -> None:
    for number, said in CASES.items():
        given = dict(said)
        promise, term = given.pop("promise", (None, None)), given.pop("term", (None, None))
        customer_id = given["customer_id"]
        session.add(m.Case(**{
            "id": number, "number": f"T{number}", "kind": "complaint", "channel": "hotline", "business": "deposit",
            "customer_kind": PEOPLE[customer_id][1] if customer_id in PEOPLE else "personal", "reason": "fees",
            "received_at": _at(given.pop("received")), "closed_at": _at(given.pop("closed", None)),
            "promise_due_at": _at(promise[0]), "promise_met_at": _at(promise[1]),
            "legal_due_at": _at(term[0]), "answered_at": _at(term[1]),
        } | given))  # fmt: skip
    session.add(m.CaseEvent(customer_id=OUTSIDER, case_id=6, at=_at((7, 21)), kind="move", from_state="closed",
                            to_state="reopened"))  # fmt: skip


def _at(day: tuple[int, int] | None) -> datetime | None:
    return day and datetime(2026, *day, 4, tzinfo=UTC)


@pytest.fixture
def ten_bank(
    ten_made: Callable[[str], str],
    new_database: Callable[..., str],
    entered: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A copy of the ten customers that may be signed in to and written to."""
    monkeypatch.setenv("CRM_AS_OF", AS_OF)
    return entered(new_database("sqlite", like=ten_made("sqlite")))

"""With `CRM_AS_OF` the bank is seen as it stood at the end of that day in Shanghai: later rows are not there yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.settings import settings
from lib.store import models as m
from lib.store.base import Base, UtcDateTime
from lib.store.bulk import bulk
from lib.store.reveal import locate
from lib.store.session import open_session
from tests.cast import (
    CHEN,
    CUSTOMERS,
    FIGURE_TABLES,
    LI,
    MOMENT,
    OWN,
    WANG,
    ZHANG,
    SmallBank,
    filled,
    number_of,
    scope,
)

DAY = date(2026, 5, 20)  # in 2026Q2
DATED = sorted((x.class_ for x in Base.registry.mappers if x.class_.business_date), key=lambda c: c.__tablename__)
AsOf = Callable[[str], None]
#: what tells rows of one customer or one day apart, by the place of the row
APART: dict[Any, dict[str, Callable[[int], Any]]] = {
    m.CustomerTag: {"tag": "tag {}".format},
    m.DueItem: {"subject_key": "subject {}".format},
    m.AppraisalCard: {"number": lambda place: 100 + place},
    m.Finding: {"state": lambda _place: "open"},
    m.Survey: {"state": lambda _place: "draft"},
    m.Invitation: {"event_id": lambda place: 100 + place},
    m.Referral: {"referred_id": lambda place: 9_000 + place},
    m.PointEntry: {"deed": "deed {}".format},
    m.ReviewSignature: {"staff_id": lambda place: (ZHANG, LI, WANG, CHEN)[place]},
    m.TrainingRecord: {"staff_id": lambda place: (ZHANG, LI, WANG, CHEN)[place], "session_id": lambda _place: 2},
}


@pytest.fixture
def as_of(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> AsOf:
    """`as_of(day)`: from now on the business day is that day."""

    def go(day: str) -> None:
        monkeypatch.setenv("CRM_AS_OF", day)
        settings.cache_clear()

    return go


def dates_of(table: Any) -> tuple[list[Any], list[Any]]:
    """Values of the business date that are seen on DAY, and values that are not."""
    column = table.__table__.c[table.business_date]
    if isinstance(column.type, UtcDateTime):
        midnight = datetime(2026, 5, 20, 16, tzinfo=UTC)  # 21 May, 00:00 in Shanghai
        return [MOMENT, midnight - timedelta(microseconds=1)], [midnight, midnight + timedelta(days=400)]
    if table.business_date == "quarter":
        return ["2026Q1", "2026Q2"], ["2026Q3", "2027Q1"]
    return [date(2026, 1, 1), DAY], [date(2026, 5, 21), date(2027, 1, 1)]


def add_rows(table: Any, values: list[Any]) -> None:
    with bulk("add rows") as session:
        for place, value in enumerate(values):
            given: dict[str, Any] = {"customer_id": OWN, "id": 5_000 + place, table.business_date: value}
            if table is m.Customer:
                given |= {"customer_id": 5_000 + place, "kind": "personal", "stage": "customer"}
            given |= {key: of(place) for key, of in APART.get(table, {}).items()}
            session.add(filled(table, **given))


def seen(table: Any) -> set[Any]:
    with open_session(scope("crm.zhao"), "test") as session:
        column = getattr(table, table.business_date)
        return set(session.scalars(select(column)))


@pytest.mark.parametrize("table", DATED, ids=lambda table: table.__tablename__)
def test_later_rows_are_not_there_yet(bank: SmallBank, as_of: AsOf, table: Any) -> None:
    visible, hidden = dates_of(table)
    with bulk("clear") as session:
        session.execute(m.CustomerQuarter.__table__.delete())
        for figures in (*FIGURE_TABLES, m.QuarterRun, m.PeerQuarter, m.ChurnTrial, m.QuarterDefinition):
            session.execute(figures.__table__.delete())
    add_rows(table, [*visible, *hidden])
    assert set(hidden) <= seen(table), "without a business day everything is there"
    as_of(DAY.isoformat())
    assert set(visible) <= seen(table)
    assert seen(table).isdisjoint(hidden)


def test_every_table_with_a_day_of_its_own_has_a_business_date() -> None:
    """What has none: references, machinery, the trail (real clock), what hangs on a dated row, saved filters,
    standing orders, whose source has no day, and sessions of training, which are planned ahead."""
    undated = {x.class_.__tablename__ for x in Base.registry.mappers if not x.class_.business_date}
    assert undated == {
        "bank", "branch", "staff", "product", "currency_rate", "rule_entry", "calendar_day", "standing_order",
        "customer_number", "case_number", "identity_registry", "audit_entry", "audit_head", "audit_seal",
        "access_entry", "staff_credential", "user_session", "job", "job_step", "import_batch", "import_key",
        "rejected_row", "node_lease", "attachment_content", "case_party", "saved_view",
        "course", "training_session", "check_mark", "point_account",
    }  # fmt: skip


def test_numbers_of_later_customers_and_cases_are_not_there_yet(bank: SmallBank, as_of: AsOf) -> None:
    def counts() -> list[int]:
        with open_session(scope("crm.zhao"), "test") as session:
            tables = (m.CustomerNumber, m.CaseNumber)
            return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    assert counts() == [len(CUSTOMERS), 6]
    as_of("2026-03-01")  # the cases came on 2 March
    assert counts() == [len(CUSTOMERS), 0]
    as_of("2024-12-31")
    assert counts() == [0, 0]


def test_a_later_customer_is_not_located(bank: SmallBank, as_of: AsOf) -> None:
    with open_session(scope("rm.li"), "test", write=True) as session:
        assert locate(session, number_of(OWN)) is not None
    as_of("2024-12-31")
    with open_session(scope("rm.li"), "test", write=True) as session:
        assert locate(session, number_of(OWN)) is None


def test_the_scope_still_holds(bank: SmallBank, as_of: AsOf) -> None:
    as_of("2026-05-20")
    with open_session(scope("rm.li"), "test") as session:
        assert session.get(m.Customer, OWN) is None
        assert session.scalar(select(func.count()).select_from(m.Customer)) == 2


def test_a_relation_of_no_day_stays(bank: SmallBank, as_of: AsOf) -> None:
    as_of("1994-01-01")
    with open_session(scope("crm.zhao"), "test") as session:
        assert session.scalar(select(func.count()).select_from(m.Relation)) == len(CUSTOMERS)

"""The timeline tells of eleven tables in one order, keeps their moments, and shows nothing of another's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from lib.customers.timeline import GROUPS, KINDS, WHOLE_DAY, timeline
from lib.settings import BANK_ZONE, today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.engine import engine
from lib.store.session import open_session
from tests import cast
from tests.cast import FIRM, NORTH, OTHER, OWN, PEER, WANG, ZHANG, filled

YUAN = 100
WISH = "欧阳小明先生，祝您中秋安康"
TOLD = (
    m.Contact,
    m.Invitation,
    m.Message,
    m.LifeEvent,
    m.Assignment,
    m.Gift,
    m.Case,
    m.CustomerQuarter,
    m.Holding,
    m.DueItem,
    m.ChangeRequest,
)
PRIVATE = ("女儿", "爱喝龙井", "谈到留学", "一周后再联系", "中秋月饼", "祝您中秋安康")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def story(bank: cast.SmallBank) -> Iterator[None]:
    """One thing of each kind happened to OWN, and to nobody else, on known days; ids are the same where they can be."""
    with bulk("test") as session:
        for table in TOLD:
            for row in session.query(table).filter_by(customer_id=OWN):
                session.delete(row)
        session.flush()
        session.merge(filled(m.QuarterRun, quarter="2025Q4", version=1, state="closed", cutoff="2025-12-31"))
        session.merge(filled(m.QuarterRun, quarter="2025Q4", version=2, state="building", cutoff="2025-12-31"))
        session.merge(filled(m.QuarterRun, quarter="2026Q1", version=1, state="open", cutoff="2026-03-20"))
        session.add(m.Product(id=2, code="W1", name="稳健理财", category="wealth", currency="USD"))
        session.flush()
        session.add_all(row for row in _rows())
    yield


def _rows() -> list[Any]:
    one: dict[str, Any] = {"customer_id": OWN, "id": 1}
    moved: dict[str, Any] = {"customer_id": OWN, "tier_before": "mass", "tier": "potential", "moved": 1}
    held: dict[str, Any] = {"customer_id": OWN, "product_id": 2, "category": "wealth", "currency": "USD"}
    return [
        # 16:30 UTC on 2 March is half past midnight of 3 March at the bank, after the day of the child began.
        filled(m.Contact, **one, happened_at=at(2026, 3, 2, 16, 30), purpose="visit", channel="phone",
               outcome="reached", staff_id=ZHANG, note="谈到留学", next_step="一周后再联系"),
        filled(m.Message, **one, channel="sms", occasion="festival", state="delivered", text=WISH,
               created_at=at(2025, 9, 28, 1), taken_at=at(2025, 9, 29, 2), staff_id=ZHANG, branch_id=NORTH),
        filled(m.LifeEvent, **one, kind="child", happened_on=date(2026, 3, 3), note="女儿"),
        filled(m.Assignment, **one, since_day=date(2025, 6, 1), manager_id=ZHANG, branch_id=NORTH, reason="moved",
               note="爱喝龙井"),
        filled(m.Gift, **one, given_on=date(2025, 9, 20), item="茶叶", value_fen=200 * YUAN, occasion="festival",
               staff_id=WANG, note="中秋月饼"),
        filled(m.Case, **one, number="T250701-00001", kind="complaint", state="closed", channel="hotline",
               business="card", summary="年费", received_at=at(2025, 7, 1, 2), manager_id=ZHANG, handler_id=cast.CHEN,
               branch_id=NORTH),
        filled(m.CustomerQuarter, **moved, quarter="2025Q4", version=1),
        filled(m.CustomerQuarter, **moved, quarter="2025Q4", version=2),
        filled(m.CustomerQuarter, **moved | {"moved": 0}, quarter="2026Q1", version=1),
        filled(m.Holding, **held, id=1, started_on=date(2025, 8, 1), matures_on=date(2025, 11, 1),
               amount_fen=5 * YUAN),
        filled(m.Holding, **held, id=2, started_on=date(2026, 1, 5), matures_on=date(2026, 7, 5),
               ended_on=date(2026, 2, 6), amount_fen=7 * YUAN),
        filled(m.Holding, **held, id=3, started_on=date(2026, 1, 4), matures_on=today() + timedelta(days=1)),
        filled(m.Holding, **held, id=4, started_on=date(2026, 1, 3), matures_on=None, ended_on=today()),
        filled(m.DueItem, **one, kind="visit", subject_key="a", title="回访到期安排", state="done", owner_id=ZHANG,
               branch_id=NORTH, outcome="已续存", ended_at=at(2026, 2, 1, 3), ended_by=ZHANG),
        filled(m.DueItem, customer_id=OWN, id=2, kind="visit", subject_key="b", state="open", owner_id=ZHANG),
        filled(m.ChangeRequest, **one, kind="customer_info", state="refused", requested_by=ZHANG, decided_by=WANG,
               decided_at=at(2025, 10, 9, 1), branch_id=NORTH),
        filled(m.Event, id=77, title="养老讲座", kind="lecture", starts_at=at(2026, 2, 20, 6), seats=9, taken=0,
               waiting=0, state="closed", branch_id=NORTH, owner_id=WANG, host_id=WANG),
        filled(m.Invitation, customer_id=OWN, event_id=77, state="attended", staff_id=ZHANG),
        filled(m.Invitation, customer_id=OWN, event_id=2, state="invited", staff_id=ZHANG),
        filled(m.ChangeRequest, customer_id=OWN, id=2, kind="customer_info", state="withdrawn", requested_by=ZHANG),
    ]  # fmt: skip


def told(login: str, *customers: int, **how: Any) -> list[Any]:
    with open_session(cast.scope(login), "test") as session:
        return list(session.execute(timeline(customers or [OWN], **how)))


def day_of(row: Any) -> date:
    return row.at.astimezone(BANK_ZONE).date()


# newest first: kind, day, what, by, state, text, more, who, amount
EXPECTED = [
    ("holding", None, "稳健理财", "wealth", "redeemed", None, None, None, 1),
    ("contact", date(2026, 3, 3), "visit", "phone", "reached", "谈到留学", "一周后再联系", "张伟", None),
    ("life_event", date(2026, 3, 3), "child", None, None, "女儿", None, None, None),
    ("event", date(2026, 2, 20), "养老讲座", "lecture", None, None, None, None, None),
    ("holding", date(2026, 2, 6), "稳健理财", "wealth", "redeemed", None, None, None, 7 * YUAN),
    ("due", date(2026, 2, 1), "visit", None, "done", "已续存", "回访到期安排", "张伟", None),
    ("holding", date(2026, 1, 5), "稳健理财", "wealth", "bought", None, None, None, 7 * YUAN),
    ("holding", date(2026, 1, 4), "稳健理财", "wealth", "bought", None, None, None, 1),
    ("holding", date(2026, 1, 3), "稳健理财", "wealth", "bought", None, None, None, 1),
    ("tier", date(2025, 12, 31), "mass", "upgraded", "potential", None, "closed", None, None),
    ("holding", date(2025, 11, 1), "稳健理财", "wealth", "matured", None, None, None, 5 * YUAN),
    ("request", date(2025, 10, 9), "customer_info", None, "refused", None, None, "王强", None),
    ("message", date(2025, 9, 29), "festival", "sms", "delivered", WISH, None, "张伟", None),
    ("gift", date(2025, 9, 20), "茶叶", "festival", None, "中秋月饼", None, "王强", 200 * YUAN),
    ("holding", date(2025, 8, 1), "稳健理财", "wealth", "bought", None, None, None, 5 * YUAN),
    ("case", date(2025, 7, 1), "complaint", "hotline", "closed", "年费", "card", "陈静", None),
    ("owner", date(2025, 6, 1), "moved", "城北支行", None, "爱喝龙井", None, "张伟", None),
]


def test_every_kind_is_told_in_the_order_it_happened(story: None) -> None:
    rows = told("rm.zhang")
    said = [(r.kind, day_of(r), r.what, r.by, r.state, r.text, r.more, r.who, r.amount_fen) for r in rows]
    assert said == [(kind, day or today(), *rest) for kind, day, *rest in EXPECTED]
    assert {r.kind for r in rows} == set(KINDS) == {kind for group in GROUPS.values() for kind in group}
    assert {r.currency for r in rows if r.kind == "holding"} == {"USD"}
    assert next(r.number for r in rows if r.kind == "case") == "T250701-00001"
    for row in rows:  # a day begins at midnight of the bank, so that things of one day stand in their order
        assert row.kind not in WHOLE_DAY or row.at.astimezone(BANK_ZONE).hour == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_alone_is_a_query_of_its_own(story: None, kind: str) -> None:
    said = [(r.kind, r.what, r.state) for r in told("rm.zhang", kinds=(kind,))]
    assert said == [(of, what, state) for of, _day, what, _by, state, *_rest in EXPECTED if of == kind]


@pytest.mark.parametrize("kinds", [*GROUPS.values(), ("case", "owner"), ("request", "gift", "contact")])
def test_some_kinds_together_in_any_order(story: None, kinds: tuple[str, ...]) -> None:
    assert [r.kind for r in told("rm.zhang", kinds=kinds)] == [row[0] for row in EXPECTED if row[0] in kinds]


@pytest.mark.parametrize(
    ("first", "last", "kinds"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), ["contact", "life_event"]),
        (date(2026, 3, 4), date(2026, 3, 31), []),
        (date(2026, 3, 1), date(2026, 3, 2), []),
        (None, date(2025, 7, 1), ["case", "owner"]),
        (date(2025, 6, 2), date(2025, 7, 1), ["case"]),
    ],
)
def test_a_period_includes_its_first_and_last_day(
    story: None, first: date | None, last: date | None, kinds: list[str]
) -> None:
    assert [r.kind for r in told("rm.zhang", first=first, last=last)] == kinds


def test_pages_follow_one_another_without_a_gap(story: None) -> None:
    """Equal moments and equal ids stand in one order, whichever page is read."""
    with bulk("test") as session:
        for i in range(10, 16):
            session.add(filled(m.LifeEvent, customer_id=OWN, id=i, kind="home", happened_on=date(2026, 3, 3)))
            session.add(filled(m.Gift, customer_id=OWN, id=i, item=f"{i}", given_on=date(2026, 3, 3), staff_id=ZHANG))
    with open_session(cast.scope("rm.zhang"), "test") as session:
        whole = session.execute(timeline([OWN])).all()
        pages = [session.execute(timeline([OWN]).limit(5).offset(start)).all() for start in range(0, len(whole), 5)]
    assert [row for page in pages for row in page] == whole
    assert len(set(whole)) == len(whole) == len(EXPECTED) + 12


def test_a_merged_record_tells_along(story: None) -> None:
    alone = told("rm.zhang")
    both = told("rm.zhang", OWN, FIRM)
    assert len(both) > len(alone)
    assert [row for row in both if row in alone] == alone
    assert [row.at for row in both] == sorted((row.at for row in both), reverse=True)


# --- who is told what


@pytest.mark.parametrize(
    ("login", "kinds"),
    [
        ("rm.zhang", set(KINDS)),
        ("head.wang", set(KINDS)),
        ("crm.zhao", set(KINDS)),
        ("rm.li", set()),
        ("head.zhu", set()),
        ("care.chen", {"case", "event"}),  # events of the customers whose cases they handle
        ("care.lin", set()),
        ("legal.qian", set(KINDS)),
        # who sees people masked reaches neither cases nor others' requests and to-dos
        ("exec.zhou", set(KINDS) - {"case", "due", "request"}),
        ("check.sun", set()),
        ("admin.wu", set()),
    ],
)
def test_each_part_keeps_its_own_scope(story: None, login: str, kinds: set[str]) -> None:
    assert {row.kind for row in told(login)} == kinds


def test_who_handles_a_case_reads_it_in_clear_and_nothing_else(story: None) -> None:
    (case,) = told("care.chen", kinds=("case",))
    assert case.text == "年费"


@pytest.mark.parametrize("kinds", [KINDS, *((kind,) for kind in KINDS), ("owner", "gift", "tier")])
def test_private_texts_are_not_read_by_who_sees_people_masked(story: None, kinds: tuple[str, ...]) -> None:
    assert not any(private in str(row) for row in told("exec.zhou", kinds=kinds) for private in PRIVATE)
    shown = str(told("rm.zhang", kinds=("contact", "message", "life_event", "owner", "gift")))
    assert all(private in shown for private in PRIVATE)  # the clear reader does


def test_anothers_customer_tells_nothing(story: None) -> None:
    assert told("rm.zhang", OTHER, PEER, kinds=tuple(kind for kind in KINDS if kind != "case")) == []
    assert {row.kind for row in told("rm.zhang", OTHER)} <= {"case"}  # the one registered for somebody else's customer


# --- what it costs


def test_no_table_is_read_through(sqlite_bank: cast.SmallBank) -> None:
    """Every owned table is entered by the customer's id, whoever reads and however many rows it has."""
    for login in ("rm.zhang", "head.wang", "crm.zhao", "exec.zhou"):
        for wanted in (timeline([OWN, FIRM]).limit(20), select(func.count()).select_from(timeline([OWN]).subquery())):
            steps = plan(login, wanted)
            owned = {table.__tablename__ for table in TOLD}
            assert owned <= {word for step in steps for word in step.split()}, login
            read_through = [
                step for step in steps if step.startswith("SCAN") and step.split()[1] in owned | {"customer"}
            ]
            assert read_through == [], login


def plan(login: str, query: Any) -> list[str]:
    """SQLite's plan for a query as the session of this person sends it."""
    sent: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine(), "before_cursor_execute", listen)
    try:
        with open_session(cast.scope(login), "test") as session:
            session.execute(query).all()
    finally:
        event.remove(engine(), "before_cursor_execute", listen)
    statement, parameters = sent[-1]
    with sqlite3.connect(str(engine().url.database)) as link:
        return [row[3] for row in link.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]

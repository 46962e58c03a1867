"""Life events, gifts and links: who may write and read them, and what two clicks at once write."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from lib.customers.gifts import GiftForm, gifts, record_gift
from lib.customers.life import LifeForm, life_events, record_life_event
from lib.customers.links import add_link, end_link, links
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, StoreSession, open_session
from tests.cast import OTHER, OUTSIDER, OWN, PEER, ZHANG, SmallBank, scope

TABLES = (m.LifeEvent, m.Gift, m.CustomerLink)
Write = Callable[[StoreSession, int], object]


def gift(key: str = "one", value: int = 20_000) -> Write:
    return lambda session, customer: record_gift(session, customer, GiftForm("茶叶", value, "festival", today()), key)


def event(session: StoreSession, customer: int) -> None:
    record_life_event(session, customer, LifeForm("home", today(), "城东新居"))


def link(session: StoreSession, customer: int) -> None:
    add_link(session, customer, "官网", "https://www.example.com/about")


WRITERS: dict[str, Write] = {"gift": gift(), "life_event": event, "customer_link": link}


@pytest.fixture(autouse=True)
def nothing_yet(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("bank")
    with bulk("test") as session:
        for table in TABLES:
            for row in session.query(table):
                session.delete(row)


def written(login: str, write: Write, customer: int = OWN) -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        write(session, customer)


def rows(table: Any) -> list[Any]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(table).order_by(table.id)))


@pytest.mark.parametrize("what", WRITERS)
@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao"])
def test_who_looks_after_the_customer_writes(bank: SmallBank, what: str, login: str) -> None:
    written(login, WRITERS[what])
    table = next(table for table in TABLES if table.__tablename__ == what)
    assert [row.customer_id for row in rows(table)] == [OWN]
    with bulk("look", write=False) as session:
        said = select(m.AuditEntry.actor).where(m.AuditEntry.table == what, m.AuditEntry.customer_id == OWN)
        assert session.scalars(said.order_by(m.AuditEntry.id.desc())).first() == login


@pytest.mark.parametrize("what", WRITERS)
@pytest.mark.parametrize(
    "login",
    ["rm.gao", "rm.li", "head.zhu", "care.chen", "legal.qian", "exec.zhou", "check.sun", "product.he", "admin.wu"],
)
def test_nobody_else_writes(bank: SmallBank, what: str, login: str) -> None:
    with pytest.raises((Refused, PassesBy)):
        written(login, WRITERS[what])
    assert not any(rows(table) for table in TABLES)


@pytest.mark.parametrize("what", WRITERS)
def test_nothing_is_kept_of_who_is_no_customer(bank: SmallBank, what: str) -> None:
    with pytest.raises(Refused, match="非本行客户"):
        written("crm.zhao", WRITERS[what], OUTSIDER)


@pytest.mark.parametrize(
    ("login", "seen"),
    [("rm.zhang", 1), ("head.wang", 1), ("crm.zhao", 1), ("legal.qian", 1), ("exec.zhou", 1), ("rm.gao", 0),
     ("rm.li", 0), ("head.zhu", 0), ("care.chen", 0), ("check.sun", 0), ("product.he", 0), ("admin.wu", 0)],
)  # fmt: skip
def test_who_reads(bank: SmallBank, login: str, seen: int) -> None:
    for write in WRITERS.values():
        written("rm.zhang", write)
    with open_session(scope(login), "portrait") as session:
        for query in (life_events([OWN]), gifts([OWN]), links([OWN])):
            assert len(session.execute(query).all()) == seen, query


def test_the_leadership_reads_no_note_and_no_address(bank: SmallBank) -> None:
    for write in WRITERS.values():
        written("rm.zhang", write)
    with open_session(scope("exec.zhou"), "portrait") as session:
        assert session.scalars(life_events([OWN])).one().note is None
        assert session.execute(links([OWN])).one().CustomerLink.address is None


def at_once(*writes: Write) -> list[BaseException]:
    """Everything is sent at the same moment; gives what was refused."""
    start, refused = Barrier(len(writes)), []

    def send(write: Write) -> None:
        start.wait()
        try:
            written("rm.zhang", write)
        except (Refused, Conflict) as error:
            refused.append(error)

    threads = [Thread(target=send, args=(write,)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_a_gift_sent_twice_is_one(bank: SmallBank) -> None:
    assert at_once(gift(), gift(), gift()) == []
    [row] = rows(m.Gift)
    assert (row.item, row.value_fen, row.staff_id, row.form_key) == ("茶叶", 20_000, ZHANG, "one")
    written("rm.zhang", gift())
    assert len(rows(m.Gift)) == 1


def test_two_gifts_at_once_do_not_pass_the_yearly_limit_together(bank: SmallBank) -> None:
    for key in ("a", "b", "c"):
        written("rm.zhang", gift(key, 50_000))
    refused = at_once(gift("d", 50_000), gift("e", 50_000))
    assert len(refused) == 1 and "年度限额" in str(refused[0])
    assert sum(row.value_fen for row in rows(m.Gift)) == 200_000


@pytest.mark.parametrize(("write", "table"), [(event, m.LifeEvent), (link, m.CustomerLink)])
def test_the_same_sent_twice_is_one(bank: SmallBank, write: Write, table: Any) -> None:
    refused = at_once(write, write)
    assert len(refused) == 1 and "已" in str(refused[0])
    assert len(rows(table)) == 1


def test_the_gifts_of_a_merged_record_count(bank: SmallBank) -> None:
    for key in ("a", "b", "c", "d"):
        written("crm.zhao", gift(key, 50_000), PEER)
    with bulk("merge") as session:
        session.get_one(m.Customer, PEER).merged_into_id = OWN
        session.get_one(m.Customer, PEER).manager_id = ZHANG
    for customer in (OWN, PEER):
        with pytest.raises(Refused, match="年度限额"):
            written("rm.zhang", gift("e"), customer)


def test_a_link_is_ended_once_and_kept(bank: SmallBank) -> None:
    written("rm.zhang", link)
    [row] = rows(m.CustomerLink)
    for login in ("rm.gao", "care.chen", "legal.qian", "exec.zhou"):
        with pytest.raises((Refused, PassesBy)):
            written(login, lambda session, customer: end_link(session, customer, row.id, row.version))
    with pytest.raises(Conflict):
        written("rm.zhang", lambda session, customer: end_link(session, customer, row.id, row.version + 1))
    written("head.wang", lambda session, customer: end_link(session, customer, row.id, row.version))
    with pytest.raises(Refused, match="没有这个链接"):
        written("rm.zhang", lambda session, customer: end_link(session, customer, row.id, row.version + 1))
    assert [(one.title, one.ended_at is not None) for one in rows(m.CustomerLink)] == [("官网", True)]
    written("rm.zhang", link)  # and may be added again
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert len(session.execute(links([OWN])).all()) == 1


def test_what_is_out_of_reach_is_not_there(bank: SmallBank) -> None:
    with pytest.raises(Refused, match="不在你的范围"):
        written("rm.zhang", gift(), OTHER)

"""The printed sheet: what stands on it for whom, that it stays within a page, and that printing is on the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests import cast
from tests.cast import FIRM, NORTH, OWN, ZHANG, filled, identity_of, number_of, phone_of
from tests.screen import page, words_of

YUAN = 100
LONG = "很长的名字<b>&" * 40
TABLES = (m.CustomerQuarter, m.Holding, m.CustomerTag, m.Contact, m.LifeEvent, m.Gift, m.Assignment)


@pytest.fixture
def rich(sqlite_bank: cast.SmallBank) -> Iterator[None]:
    """OWN and FIRM with more of everything than a sheet holds, and texts longer than a line."""
    with bulk("test") as session:
        session.add(m.Product(id=2, code="W1", name="稳健理财 90 天", category="wealth", currency="CNY"))
        session.flush()
        for whose in (OWN, FIRM):
            for table in TABLES:
                for row in session.query(table).filter_by(customer_id=whose):
                    session.delete(row)
            session.flush()
            _facts(session, whose)
            _much(session, whose)
        owner = session.get(m.Customer, OWN)
        owner.tier, owner.tier_since, owner.do_not_contact = "vip", "2025Q3", True
        owner.risk_rating, owner.risk_rated_on = "middle", date(2026, 1, 5)
        owner.risk_capacity, owner.risk_capacity_until = "C3", today() - timedelta(days=1)
        owner.preferences = "只在午后来电" + LONG
    yield


def _facts(session: Any, whose: int) -> None:
    now = Quarter.of(today())
    for i in range(12):
        quarter = str(now.shift(i - 11))
        session.merge(filled(m.QuarterRun, quarter=quarter, version=1, state="open"))
        session.add(filled(m.CustomerQuarter, customer_id=whose, quarter=quarter, version=1, tier="vip", moved=0,
                           aum_fen=(i + 1) * 100_000 * YUAN, deposits_fen=50_000 * YUAN, loans_fen=0))  # fmt: skip


def _much(session: Any, whose: int) -> None:
    for i in range(1, 31):
        common = {"customer_id": whose, "id": i}
        session.add(filled(m.Holding, **common, product_id=2, category=f"kind{i % 9}", currency="CNY",
                           amount_fen=i * YUAN, started_on=date(2026, 1, 1),
                           matures_on=today() + timedelta(days=i)))  # fmt: skip
        session.add(filled(m.CustomerTag, customer_id=whose, tag=f"标签{i}{LONG}"[:40], family="need"))
        session.add(filled(m.Contact, **common, staff_id=ZHANG, channel="phone", purpose="visit", outcome="reached",
                           note=LONG, next_step="再联系"))  # fmt: skip
        session.add(filled(m.DueItem, customer_id=whose, id=100 + i, kind="visit", subject_key=f"{i}", state="open",
                           title=LONG, owner_id=ZHANG, branch_id=NORTH,
                           due_on=today() + timedelta(days=i - 3)))  # fmt: skip


def printed(login: str, customer: int = OWN, locale: str = "zh_CN") -> AppTest:
    return page("customers/portrait.py", login, locale, customer=number_of(customer), print="1")


def sheet_of(at: AppTest) -> str:
    """The sheet as it was sent."""
    (found,) = [one.proto.body for one in at.get("html") if 'class="crm-sheet"' in one.proto.body]
    return str(found)


def lines_of(sheet: str) -> int:
    """Lines of a sheet, each of which is one line high: paragraphs, headings, rows of tables."""
    return len(re.findall(r"<(?:p|h1|h2|tr)[ >]", sheet))


def noted(actor: str) -> list[tuple[int, str]]:
    with bulk("look", write=False) as session:
        entry = m.AccessEntry
        query = select(entry.customer_id, entry.reason).where(entry.actor == actor, entry.what == "print")
        return [tuple(row) for row in session.execute(query)]


def test_the_sheet_takes_the_place_of_the_portrait(rich: None) -> None:
    at = printed("rm.zhang")
    sheet = sheet_of(at)
    told = (
        "欧阳小明", number_of(OWN), "贵宾（自 2025 年三季度）", "城北支行", "客户经理 张伟", "120 万元", "+10 万元",
        "请勿联系", "只在午后来电", "C3 稳健型（", "已过期", "稳健理财 90 天", cast.case_number_of(cast.C_OWN),
        "内部资料，注意保密 · rm.zhang", "张伟（客户经理）打印于",
    )  # fmt: skip
    for said in told:
        assert said in sheet, said
    assert not at.tabs and not at.metric


def test_numbers_are_masked_and_what_was_written_is_letters(rich: None) -> None:
    sheet = sheet_of(printed("rm.zhang"))
    assert cast.mask.phone(phone_of(OWN)) in sheet and cast.mask.identity(identity_of(OWN)) in sheet
    assert phone_of(OWN) not in sheet and identity_of(OWN) not in sheet
    assert "<b>&" not in sheet and "&lt;b&gt;&amp;" in sheet


@pytest.mark.parametrize("customer", [OWN, FIRM])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_a_sheet_is_never_longer_than_its_bounds(rich: None, customer: int, locale: str) -> None:
    sheet = sheet_of(printed("rm.zhang", customer, locale))
    assert lines_of(sheet) <= 64
    assert max(len(cell) for cell in re.findall(r">([^<]*)<", sheet)) < 1000  # escaped
    cut = {"zh_CN": ("共 30 项，列出 6 项", "标签（30）"), "en": ("6 of 30", "Tags (30)")}[locale]
    assert all(said in sheet for said in cut)


def test_a_new_customer_has_sentences_where_nothing_is(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        for table in (*TABLES, m.DueItem):
            for row in session.query(table).filter_by(customer_id=OWN):
                session.delete(row)
    sheet = sheet_of(printed("rm.zhang"))
    for said in ("还没有季度数据。", "没有持有中的定期存款或理财产品。", "没有将到期的产品。"):
        assert said in sheet, said


# --- who may


def test_the_way_to_the_sheet_and_back(rich: None) -> None:
    at = page("customers/portrait.py", "rm.zhang", customer=number_of(OWN))
    links = {link.label: link.query_string for link in at.get("page_link")}
    assert f"customer={number_of(OWN)}" in links["打印一页"] and "print=1" in links["打印一页"]
    assert "print" not in {link.label: link.query_string for link in printed("rm.zhang").get("page_link")}["返回画像"]


def test_who_sees_people_masked_prints_figures_only(rich: None) -> None:
    sheet = sheet_of(printed("exec.zhou"))
    assert "欧***" in sheet and "120 万元" in sheet
    for hidden in ("欧阳", "午后", "再联系", "138", "证件", "在办事项", "很长的名字<b>"):
        assert hidden not in sheet, hidden
    assert "&lt;b&gt;" not in re.sub(r"标签（.*?</p>", "", sheet)  # no text anybody wrote but the tags


def test_who_sees_a_case_only_prints_nothing(rich: None) -> None:
    at = printed("care.chen")
    assert "打印页不对经办岗位开放" in words_of(at)
    assert not [one for one in at.get("html") if "crm-sheet" in one.proto.body]
    assert noted("care.chen") == []
    labels = [
        link.label for link in page("customers/portrait.py", "care.chen", customer=number_of(OWN)).get("page_link")
    ]
    assert "打印一页" not in labels


@pytest.mark.parametrize("login", ["rm.li", "head.zhu", "care.lin", "check.sun"])
def test_nobody_prints_anothers_customer(rich: None, login: str) -> None:
    at = printed(login)
    assert not [one for one in at.get("html") if "crm-sheet" in one.proto.body]
    assert noted(login) == []


def test_printing_is_entered_once_a_sign_in_and_customer(rich: None) -> None:
    at = printed("rm.zhang")
    at.run()
    assert noted("rm.zhang") == [(OWN, "manager")]
    at.query_params["customer"] = number_of(FIRM)
    at.run()
    assert noted("rm.zhang") == [(OWN, "manager"), (FIRM, "manager")]
    printed("rm.zhang")
    assert len(noted("rm.zhang")) == 3

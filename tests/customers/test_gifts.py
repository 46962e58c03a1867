"""Gifts: what a form must say, and what may be given at once and in a year, at the edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lib.customers.gifts import GiftForm, Limits, given_in, limits_of, record_gift, refusal
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Bank, Gift
from lib.store.session import Refused, open_session
from tests.cast import OWN, SmallBank, filled, scope

DAY = date(2026, 9, 25)
LIMITS = Limits(50_000, 200_000, ("head", "crm"), "CNY")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"item": " "}, "填写礼品"),
        ({"item": "长" * 80}, None),
        ({"item": "长" * 81}, "礼品名称最多"),
        ({"value_fen": 1}, None),
        ({"value_fen": 0}, "大于零"),
        ({"value_fen": -100}, "大于零"),
        ({"occasion": ""}, "场合"),
        ({"occasion": "bribe"}, "场合"),
        ({"given_on": DAY}, None),
        ({"given_on": DAY + timedelta(days=1)}, "不能晚于今天"),
        ({"note": "长" * 401}, "备注最多"),
    ],
)
def test_what_a_gift_needs(changes: dict, said: str | None) -> None:
    form = GiftForm(**{"item": "茶叶", "value_fen": 20_000, "occasion": "festival", "given_on": DAY} | changes)
    problems = form.problems(DAY)
    assert (problems == []) if said is None else (len(problems) == 1 and said in problems[0])


@pytest.mark.parametrize(
    ("value", "given", "role", "note", "said"),
    [
        (50_000, 0, "manager", "", None),
        (50_001, 0, "manager", "", "单次馈赠限额 500.00 元"),
        (50_001, 0, "crm", "已批准", "单次馈赠限额"),
        (50_000, 150_000, "manager", "", None),
        (50_000, 150_001, "manager", "", "超过年度限额 2,000.00 元"),
        (50_000, 150_001, "manager", "已批准", "超过年度限额"),
        (1, 200_000, "manager", "", "2026 年馈赠合计将达 2,000.01 元"),
        (50_000, 150_001, "head", " ", "写明理由"),
        (50_000, 150_001, "head", "三十年老客户", None),
        (50_000, 150_001, "crm", "三十年老客户", None),
    ],
)
def test_the_limits(value: int, given: int, role: str, note: str, said: str | None) -> None:
    refused = refusal(GiftForm("茶叶", value, "festival", DAY, note), given, LIMITS, role)
    assert (refused is None) if said is None else (said in (refused or ""))


def test_the_shipped_limits() -> None:
    book = Rulebook(shipped_rows())
    assert limits_of(book, "CNY", DAY) == LIMITS
    assert limits_of(book, "CZK", DAY) is None


def test_a_bank_without_limits_in_its_currency_records_none(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(Bank, 1).base_currency = "CZK"
    with pytest.raises(Refused, match="CZK"), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        record_gift(session, OWN, GiftForm("茶叶", 100, "festival", today()), "k")


def test_each_year_has_its_own_sum(bank: SmallBank) -> None:
    with bulk("test") as session:
        for row in session.query(Gift):
            session.delete(row)
        session.flush()
        for i, day in enumerate((date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)), 1):
            session.add(filled(Gift, customer_id=OWN, id=i, given_on=day, value_fen=10**i))
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert [session.scalar(given_in([OWN], year)) for year in (2023, 2024, 2025, 2026)] == [0, 10, 1100, 10_000]

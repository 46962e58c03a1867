"""The outbox as a file: within the scope, masked, and for whom it is."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from lib.export import outbox as export
from lib.store.session import Refused
from tests.care.writing import clean, queued
from tests.cast import FIRM, OWN, SmallBank, phone_of, scope


def lines(login: str, **query: str) -> list[tuple[Any, ...]]:
    content = b"".join(export.make(scope(login), query)[2])
    return list(load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))


@pytest.fixture(autouse=True)
def two(sqlite_bank: SmallBank) -> None:
    clean()
    queued()
    queued(customer_id=FIRM, once="b", channel="email", text="江河机械有限公司，您好！")


@pytest.mark.parametrize(("login", "query", "names"), [
    ("rm.zhang", {}, {"欧阳小明", "江河机械有限公司"}), ("rm.zhang", {"channel": "email"}, {"江河机械有限公司"}),
    ("rm.li", {}, set()), ("head.wang", {"state": "queued"}, {"欧阳小明", "江河机械有限公司"}),
    ("crm.zhao", {"state": "failed"}, set()), ("crm.zhao", {"occasion": "birthday"}, {"欧阳小明", "江河机械有限公司"}),
])  # fmt: skip
def test_what_the_address_asks_for_within_the_scope(login: str, query: dict[str, str], names: set[str]) -> None:
    mark, headings, *rows = lines(login, **query)
    assert {row[1] for row in rows} == names
    assert "已脱敏" in str(mark[0]) and headings[0] == "客户号"


def test_no_address_in_clear() -> None:
    said = str(lines("rm.zhang"))
    assert "138****1001" in said and "1***@example.com" in said
    assert phone_of(OWN) not in said and f"{FIRM}@example.com" not in said


@pytest.mark.parametrize("login", ["care.chen", "exec.zhou", "check.sun", "product.he"])
def test_who_may_not(login: str) -> None:
    with pytest.raises(Refused, match="不能导出"):
        export.make(scope(login), {})


@pytest.mark.parametrize(
    ("channel", "said"), [("sms", "138****0000"), ("email", "z***@bank.cn"), ("app", "C1"), ("wechat", "C1")]
)
def test_where_a_message_goes(channel: str, said: str) -> None:
    row = SimpleNamespace(channel=channel, phone_masked="138****0000", email="zhang@bank.cn", number="C1")
    assert export.address(row) == said

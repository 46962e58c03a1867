"""The register leaves within the scope, masked, marked and ledgered; whoever sees figures only gets none."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lib.export import register, register_rows
from lib.store.bulk import bulk
from lib.store.crypto import seal
from lib.store.models import AccessEntry, Case, CaseParty, CaseReview
from lib.store.session import Refused
from lib.words import use_locale
from tests.cast import (
    C_FIRM,
    C_LIN,
    C_OUT,
    C_OWN,
    C_PEER,
    C_POOL,
    CASES,
    FIRM,
    FORMER,
    NORTH,
    OTHER,
    OWN,
    ZHANG,
    SmallBank,
    case_number_of,
    identity_of,
    phone_of,
    scope,
)

MARCH = {"month": "2026-03"}
EVERY = set(CASES)


def made(login: str, **query: str) -> tuple[str, Any]:
    """The file's name and its one sheet."""
    name, kind, content = register.make(scope(login), query)
    assert kind == register.KIND
    return name, load_workbook(io.BytesIO(b"".join(content))).active


def lines(login: str, **query: str) -> list[dict[str, Any]]:
    """The rows below the headings, by heading."""
    _name, sheet = made(login, **query)
    _mark, titles, *rows = sheet.values
    return [dict(zip(titles, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("login", "cases"),
    [
        ("rm.zhang", {C_OWN, C_POOL, C_FIRM}),
        ("rm.li", {C_POOL, C_LIN, C_PEER}),
        ("rm.gao", {C_PEER}),
        ("head.wang", {C_OWN, C_OUT, C_FIRM, C_PEER}),
        ("head.zhu", {C_POOL, C_LIN}),
        ("care.chen", {C_OWN, C_POOL, C_OUT, C_FIRM}),
        ("care.lin", {C_POOL, C_LIN, C_OUT}),
        ("crm.zhao", EVERY),
        ("legal.qian", EVERY),
    ],
)
def test_each_role_gets_exactly_the_cases_of_its_scope(bank: SmallBank, login: str, cases: set[int]) -> None:
    assert {line["编号"] for line in lines(login, **MARCH)} == {case_number_of(case) for case in cases}


@pytest.mark.parametrize("login", ["exec.zhou", "product.he", "check.sun", "admin.wu"])
def test_who_sees_no_case_is_refused(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused, match="汇总"):
        register.make(scope(login), MARCH)


def test_protected_values_are_masked(sqlite_bank: SmallBank) -> None:
    for line in lines("crm.zhao", **MARCH):
        assert line["联系电话"].startswith("138****") and line["证件号"].startswith("*")
    assert ledger() == []


def test_in_clear_every_customer_is_ledgered(bank: SmallBank) -> None:
    found = lines("crm.zhao", clear="1", reason="监管检查调阅", **MARCH)
    assert {line["联系电话"] for line in found} == {phone_of(CASES[case][0]) for case in EVERY}
    assert {line["证件号"] for line in found} == {identity_of(CASES[case][0]) for case in EVERY}
    customers = sorted({CASES[case][0] for case in EVERY})
    assert ledger() == [(customer, "crm.zhao", "reveal:phone+identity", "监管检查调阅") for customer in customers]


def test_an_officer_reveals_only_whom_they_handle(sqlite_bank: SmallBank) -> None:
    clear = {line["编号"]: line["联系电话"] for line in lines("care.chen", clear="1", reason="回访核对", **MARCH)}
    assert clear[case_number_of(C_OWN)] == phone_of(OWN) and clear[case_number_of(C_FIRM)] == phone_of(FIRM)
    assert clear[case_number_of(C_POOL)] is None and clear[case_number_of(C_OUT)] is None
    assert {customer for customer, *_rest in ledger()} == {OWN, FIRM}


@pytest.mark.parametrize("reason", ["", "  ", "查"])
def test_without_a_reason_nothing_is_clear(sqlite_bank: SmallBank, reason: str) -> None:
    with pytest.raises(ValueError, match="理由"):
        register.make(scope("crm.zhao"), {**MARCH, "clear": "1", "reason": reason})
    assert ledger() == []


def test_a_reason_without_asking_for_clear_reveals_nothing(sqlite_bank: SmallBank) -> None:
    assert all("*" in line["联系电话"] for line in lines("crm.zhao", reason="监管检查调阅", **MARCH))


def ledger() -> list[tuple[int, str, str, str]]:
    entry = AccessEntry
    query = select(entry.customer_id, entry.actor, entry.what, entry.reason).where(entry.what.startswith("reveal:"))
    with bulk("look", write=False) as session:
        return [tuple(row) for row in session.execute(query.order_by(entry.customer_id))]


def test_the_mark_stands_in_the_first_row_and_on_every_printed_page(sqlite_bank: SmallBank) -> None:
    name, sheet = made("head.wang", **MARCH)
    assert name == "投诉登记簿-2026-03.xlsx"
    for mark in (sheet["A1"].value, sheet.oddHeader.center.text, sheet.oddFooter.left.text):
        assert "王强（head.wang，支行负责人）" in mark and "本支行" in mark and "已脱敏" in mark
    assert sheet.print_title_rows == "$1:$2" and sheet.oddFooter.right.text == "&P / &N"
    _name, clear = made("head.wang", clear="1", reason="A&B 调阅", **MARCH)
    assert "未脱敏，理由：A&B 调阅" in clear["A1"].value and "A&&B" in clear.oddHeader.center.text


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({"month": "2026-02"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"month": "2028-02"}, date(2028, 2, 1), date(2028, 2, 29)),
        ({"quarter": "2026Q4"}, date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_periods(query: dict[str, str], first: date, last: date) -> None:
    assert register.period(query)[1:] == (first, last)


@pytest.mark.parametrize("query", [{}, {"month": "2026-13"}, {"month": "202610"}, {"quarter": "2026"}])
def test_a_bad_period_is_a_sentence(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="2026"):
        register.period(query)


def test_a_day_of_shanghai_decides_the_month(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(Case, (OWN, C_OWN)).received_at = datetime(2026, 2, 28, 16, tzinfo=UTC)  # 1 March, 0:00
        session.get_one(Case, (FORMER, C_LIN)).received_at = datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
    numbers = {line["编号"] for line in lines("crm.zhao", **MARCH)}
    assert case_number_of(C_OWN) in numbers and case_number_of(C_LIN) not in numbers


def test_what_the_law_has_registered(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        case = session.get_one(Case, (OWN, C_OWN))
        case.business, case.reason, case.channel, case.summary = "deposit", "fees", "12378", "=HYPERLINK(1)"
        case.about_branch_id, case.about_staff_id, case.grounds, case.demand = NORTH, ZHANG, "合同第 5 条", "+退款"
        case.legal_due_at, case.answered_at = datetime(2026, 3, 17, tzinfo=UTC), datetime(2026, 3, 18, tzinfo=UTC)
        case.fault, case.apology, case.compensation_fen, case.root_cause = "own", "written", 12_345, "process_slow"
        session.add(CaseParty(customer_id=OWN, id=1, case_id=C_OWN, role="agent", name="代某",
                              identity_masked="****1234", identity_sealed=seal("secret"),
                              authorisation="授权书 1 号"))  # fmt: skip
        session.add(CaseReview(customer_id=OWN, id=3001, case_id=C_OWN, asked_at=case.received_at, body="上级行",
                               grounds="不服", in_time=True, conclusion="upheld", staff_id=ZHANG))  # fmt: skip
    (line,) = (line for line in lines("crm.zhao", **MARCH) if line["编号"] == case_number_of(C_OWN))
    expected = {
        "投诉人": "欧阳小明", "渠道": "12378 热线", "业务": "存款业务", "业务代码": "deposit", "原因代码": "fees",
        "投诉内容": "'=HYPERLINK(1)", "投诉请求": "'+退款", "相关依据": "合同第 5 条", "被投诉机构": "城北支行",
        "被投诉人员": "张伟", "代理人": "代某 ****1234 授权书 1 号", "法定是否按时": "逾期", "责任认定": "本行过错",
        "致歉": "书面致歉", "补偿金额": 123.45, "核查": "x –；上级行 维持原处理", "处理人": "陈静",
        "收到时间": datetime(2026, 3, 2, 10), "状态": "调查处理中", "延期": "未延期", "首问责任人": "陈静",
    }  # fmt: skip
    assert {title: line[title] for title in expected} == expected


def test_in_english(sqlite_bank: SmallBank) -> None:
    with use_locale("en"):
        _name, sheet = made("crm.zhao", **MARCH)
    assert sheet["A2"].value == "Number" and "within: the whole bank" in sheet["A1"].value


@pytest.fixture
def many(sqlite_bank: SmallBank) -> Iterator[int]:
    """More complaints than are read at once, many received at the same moment."""
    base = datetime(2026, 5, 4, 2, tzinfo=UTC)
    rows = [
        dict(customer_id=OTHER if n % 2 else OWN, id=10_000 + n, number=f"M{n:05}", kind="complaint", state="received",
             customer_kind="personal", complainant="甲", channel="hotline", business="deposit", reason="fees",
             complex=False, extension="none", clocks_provisional=False, version=1, summary="长" * 400,
             received_at=base + timedelta(minutes=n // 700), created_at=base)
        for n in range(1700)
    ]  # fmt: skip
    with bulk("many") as session:
        session.insert(Case, rows)
    yield len(rows)


def test_chunks_lose_and_repeat_nothing(many: int) -> None:
    numbers = [line["编号"] for line in lines("crm.zhao", month="2026-05")]
    assert len(numbers) == many == len(set(numbers))


def test_no_more_than_one_chunk_is_held(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    chunk = register_rows._chunk

    def counted(*arguments: Any) -> Any:
        found = chunk(*arguments)
        held.append(len(found))
        return found

    monkeypatch.setattr(register_rows, "_chunk", counted)
    tracemalloc.start()
    content = register.make(scope("crm.zhao"), {"month": "2026-05"})[2]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(part) for part in content) > 0
    assert max(held) <= register_rows.CHUNK < many and peak < 40_000_000

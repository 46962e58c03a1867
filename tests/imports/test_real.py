"""The real data: the Czech ledger and the complaints land with their exact counts."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from lib.imports import run_import
from lib.store import models as m
from tests.imports.conftest import MAPPINGS, count, rows

BERKA = {
    "product": 7, "district": 77, "client": 5369, "disposition": 5369, "account": 4500, "account_opened": 4500,
    "disponent": 869, "loan": 682, "card": 892, "order": 6471, "transaction": 49102,
}  # fmt: skip


def test_the_czech_ledger(empty_sqlite: str, shared_data: Path) -> None:
    report = run_import(MAPPINGS / "berka.toml", shared_data / "berka")
    assert report.counts == BERKA
    (cut,) = report.rejected
    assert (cut.file, cut.line, cut.field) == ("trans.asc.gz", 49104, "type")
    assert cut.raw == '3526882;11021;940331;"PRIJE' and "引号没有闭合" in cut.reason
    person, account, line = m.Customer, m.Account, m.Transaction
    assert rows(select(person.stage, func.count()).group_by(person.stage).order_by(person.stage)) == [
        ("customer", 4500),
        ("prospect", 869),
    ]
    assert rows(select(person.gender, person.birth_date).where(person.name == "客户 1")) == [("F", date(1970, 12, 13))]
    assert count(account, account.category == "deposit", account.opened_on <= date(1994, 3, 31)) == 1229
    kinds = select(line.kind, line.direction, func.count(), func.sum(line.amount_fen) > 0)
    assert rows(kinds.group_by(line.kind, line.direction).order_by(line.kind, line.direction)) == [
        ("card_cash", "debit", 12, False),
        ("cash_in", "credit", 9759, True),
        ("cash_out", "debit", 651 + 41 + 13436 + 116, False),
        ("fee", "debit", 5445, False),
        ("interest", "credit", 9463, True),
        ("interest", "debit", 64, False),
        ("loan_payment", "debit", 123, False),
        ("salary", "credit", 1770, True),
        ("standing_order", "debit", 3603 + 644, False),
        ("transfer_in", "credit", 2002, True),
        ("transfer_out", "debit", 1636 + 337, False),
    ]
    assert count(line, line.by_customer) == 12 + 9759 + 14244 + 1973
    notes = rows(select(m.Branch.notes).where(m.Branch.name == "Jesenik"))
    assert notes == [("居民 42821 人，平均工资 8173 克朗；失业率 1995 年 不详%、1996 年 7.01%",)]
    adds_up()
    again = run_import(MAPPINGS / "berka.toml", shared_data / "berka")
    assert again.unchanged and count(line) == 49102


def adds_up() -> None:
    """Each account's signed lines come to its last stated balance; rounded to a tenth in the source."""
    line = m.Transaction
    sums = dict(rows(select(line.account_id, func.sum(line.amount_fen)).group_by(line.account_id)))  # type: ignore[arg-type]
    last = select(line.account_id, func.max(line.booked_on).label("day")).group_by(line.account_id).subquery()
    ends: dict[int, set[int]] = {}
    stated = select(line.account_id, line.balance_fen).join(
        last, (last.c.account_id == line.account_id) & (last.c.day == line.booked_on)
    )
    for account, balance in rows(stated):
        ends.setdefault(account, set()).add(balance)
    off = [account for account, total in sums.items() if min(abs(total - end) for end in ends[account]) > 100]
    # In 28 accounts the source's own balances do not follow from its lines.
    assert (len(sums), len(off)) == (1229, 28)


def test_the_complaints(empty_sqlite: str, shared_data: Path, tmp_path: Path) -> None:
    report = run_import(MAPPINGS / "cfpb.toml", shared_data / "cfpb")
    assert report.counts == {"complainant": 62516, "complaint": 62516} and report.rejected_count == 0
    case = m.Case
    timely = select(case.timely_as_reported, func.count()).group_by(case.timely_as_reported)
    assert dict(rows(timely)) == {"yes": 58619, "no": 2403, "open": 1494}  # type: ignore[arg-type]
    assert count(case, case.state == "investigating") == 1494 == count(case, case.state != "closed")
    assert count(m.Customer, m.Customer.stage == "outsider") == 62516 == count(m.CaseNumber)
    (found,) = rows(
        select(
            case.channel, case.business, case.reason, case.submitted_on, case.received_at, case.region, case.complainant
        ).where(case.number == "CFPB-4848023")
    )
    assert found == (
        "regulator", "Mortgage", "Applying for a mortgage or refinancing an existing mortgage", date(2021, 10, 24),
        datetime(2021, 10, 26, 16, tzinfo=UTC), "NY", "投诉人 4848023",
    )  # fmt: skip
    assert count(m.CaseEvent) == 2 * 62516
    # The same content as a workbook is known row by row.
    shutil.copy(shared_data / "cfpb" / "complaints.xlsx", tmp_path)
    sheet = run_import(MAPPINGS / "cfpb.toml", tmp_path)
    assert sheet.unchanged and sheet.known == report.counts

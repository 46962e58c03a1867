"""A small import from end to end: what lands, what is set aside, what is refused, and that nothing is half done."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select, update

from lib.imports import FileProblem, ImportRefused, run_import
from lib.imports.keys import customer_numbers
from lib.settings import ROOT
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.crypto import blind, unseal
from lib.store.search import matches
from tests.imports.conftest import ACCOUNTS, LEDGER, PEOPLE, Small, count, rows

LANDED = {"branch": 2, "person": 2, "account": 3, "line": 3}


def test_everything_lands(empty: str, small: Small) -> None:
    report = small.run(actor="crm.zhao")
    assert (report.state, report.counts, report.rejected_count) == ("landed", LANDED, 0)
    bank = rows(select(m.Bank.name, m.Bank.base_currency, m.Bank.is_demo))
    assert bank == [("小银行", "CNY", False)]
    person = m.Customer
    assert rows(select(person.name, person.known_since, person.birth_date, person.stage, person.source)) == [
        ("张三丰", date(2019, 1, 5), date(1949, 12, 31), "customer", "small"),
        ("李四", date(2021, 6, 30), None, "customer", "small"),
    ]
    line = m.Transaction
    assert rows(
        select(line.booked_on, line.direction, line.amount_fen, line.by_customer, line.currency).order_by(
            line.booked_on
        )
    ) == [
        (date(2020, 3, 1), "credit", 10000, True, "CNY"),
        (date(2020, 3, 2), "debit", -3050, True, "CNY"),
        (date(2021, 7, 1), "credit", 7, False, "CNY"),
    ]
    assert count(m.Assignment, m.Assignment.branch_id.is_not(None)) == 2
    assert rows(select(m.Account.number_masked).order_by(m.Account.id))[0] == ("622202******7890",)
    (batch,) = rows(select(m.ImportBatch.state, m.ImportBatch.actor, m.ImportBatch.counts))
    assert batch[:2] == ("landed", "crm.zhao") and batch[2] == LANDED | {"rows_read": 8, "rejected": 0}
    assert count(m.AuditEntry, m.AuditEntry.page == "job", m.AuditEntry.actor.like("import small%")) == 1


def test_secrets_are_sealed_and_people_are_found(empty: str, small: Small) -> None:
    small.run()
    person = m.Customer
    (found,) = rows(
        select(person.phone_masked, person.phone_sealed, person.identity_masked, person.identity_kind).where(
            person.phone_hash == blind("phone", "13812345678")
        )
    )
    assert found[0] == "138****5678" and unseal(found[1]) == "13812345678"
    assert found[2:] == ("**************002X", "resident_id")
    assert count(m.IdentityRegistry, m.IdentityRegistry.identity_hash == blind("identity", "11010519491231002X")) == 1
    assert rows(select(person.name).where(matches(person.customer_id, "zsf"))) == [("张三丰",)]
    assert rows(select(person.number).order_by(person.number)) == rows(
        select(m.CustomerNumber.number).order_by(m.CustomerNumber.number)
    )


def test_the_same_files_again_change_nothing(empty: str, small: Small) -> None:
    small.run()
    before = count(m.AuditEntry)
    again = small.run()
    assert again.unchanged and again.batch_id is None and "没有变化" in again.sentences()[0]
    (small.folder / "people.csv").rename(small.folder / "people.csv.old")
    (small.folder / "people.csv.gz").write_bytes(gzip.compress(PEOPLE.encode()))
    packed = small.run()
    assert packed.unchanged and packed.known == LANDED
    assert (count(m.Customer), count(m.Transaction), count(m.ImportBatch), count(m.AuditEntry)) == (2, 3, 1, before)


def test_a_later_delivery_adds_what_is_new(empty: str, small: Small) -> None:
    small.run()
    small.write("ledger-2.csv", "no,seq,day,amount,dc,kind\n6222021234567891,9,2020-05-05,1,C,cash\n")
    report = small.run()
    assert report.counts["line"] == 1 and report.known == LANDED and count(m.Transaction) == 4
    assert any("10 行此前已导入" in said for said in report.sentences())


def test_bad_rows_are_set_aside_with_place_and_reason(empty: str, small: Small, tmp_path: Path) -> None:
    good = "".join(f"6222021234567890,{n},2020-03-01,1,C,cash\n" for n in range(100, 1500))
    bad = (
        "6222021234567890,1,2020-03-01,1,C,cash\n"  # the key stands twice
        "6222029999999999,2,2020-03-01,1,C,cash\n"  # no such account
        "6222021234567890,,2020-03-01,1,C,cash\n"  # no key
        "6222021234567890,3,2020-02-30,1,C,cash\n"  # no such day
        "6222021234567890,4,2020-03-01,1.001,C,cash\n"  # finer than a minor unit
        "6222021234567890,5,2020-03-01,1,C,gift\n"  # unknown code
        "6222021234567890,6,,1,C,cash\n"  # required
        "6222021234567890,7,1020-03-01,1,C,cash\n"  # long before any bank
        "=6222021234567890,8\n"
    )
    small.write("ledger.csv", LEDGER + good + bad)
    out = tmp_path / "rejected.csv"
    report = small.run(rejected_to=out)
    assert report.state == "landed" and report.counts["line"] == 1403
    first = 1 + 3 + 1400 + 1
    assert [(one.line - first, one.field, one.reason) for one in report.rejected] == [
        (0, "no", "键“6222021234567890|1”在本批中重复"),
        (1, "account", "找不到 account“6222029999999999”"),
        (2, "seq", "键没有值"),
        (3, "booked_on", "“2020-02-30”不是 YYYY-MM-DD 形式的日期"),
        (4, "amount_fen", "“1.001”的小数位过多"),
        (5, "kind", "“gift”不在代码表中"),
        (6, "booked_on", "必填而没有值"),
        (7, "booked_on", "日期超出 1800-01-01 至 2200-01-01"),
        (8, "day", "有 2 个字段，应有 6 个"),
    ]
    stored = select(m.RejectedRow.line, m.RejectedRow.raw).order_by(m.RejectedRow.line)
    assert rows(stored)[3] == (first + 3, "6222021234567890,3,2020-02-30,1,C,cash")
    written = list(csv.reader(out.open(encoding="utf-8-sig")))
    assert written[0] == ["文件", "行号", "字段", "原因", "原文"] and len(written) == 10
    assert written[-1][-1].startswith("'=")


def test_too_many_bad_rows_refuse_the_whole_batch(empty: str, small: Small) -> None:
    small.write("ledger.csv", LEDGER + "6222021234567890,3,never,1,C,cash\n")
    report = small.run()
    assert report.state == "refused" and report.allowed_share == 1 and "整批拒收" in report.sentences()[0]
    for model in (m.Bank, m.Branch, m.Customer, m.Account, m.Transaction, m.ImportKey, m.CustomerNumber):
        assert count(model) == 0, model
    assert rows(select(m.ImportBatch.state)) == [("refused",)]
    assert rows(select(m.RejectedRow.file, m.RejectedRow.line)) == [("ledger.csv", 5)]
    small.write("ledger.csv", LEDGER)
    assert small.run().state == "landed"


def test_the_share_may_be_the_mappings_own(empty_sqlite: str, small: Small) -> None:
    small.head("refused_share = 20")
    small.write("ledger.csv", LEDGER + "6222021234567890,3,never,1,C,cash\n")
    assert small.run().state == "landed"


def test_a_dry_run_leaves_nothing(empty: str, small: Small) -> None:
    report = small.run(dry_run=True)
    assert (report.state, report.counts, report.batch_id) == ("dry_run", LANDED, None)
    small.write("ledger.csv", LEDGER + "6222021234567890,3,never,1,C,cash\n")
    assert small.run(dry_run=True).state == "refused"
    assert (count(m.Bank), count(m.Customer), count(m.ImportBatch), count(m.RejectedRow)) == (0, 0, 0, 0)


def test_rules_of_a_source_come_with_it_or_not_at_all(empty: str, small: Small) -> None:
    shipped = count(m.RuleEntry)
    folder = small.mapping.parent / "own"
    folder.mkdir()
    (folder / "rules.toml").write_text(
        '[[rule]]\nkey = "activity.initiated_kinds"\ntitle = "t"\nunit = "codes"\n'
        '[[rule.entry]]\nfrom = 2000-01-01\nbasis = "assumed"\nsource = "制度 §七"\nvalue = ["interest"]\n'
    )
    small.head('rules = "own"')
    small.run(dry_run=True)
    assert count(m.RuleEntry) == shipped
    small.run()
    assert count(m.RuleEntry) == shipped + 1
    assert rows(select(m.Transaction.by_customer).where(m.Transaction.kind == "interest")) == [(True,)]
    assert book.rulebook().value("activity.initiated_kinds", date(2020, 1, 1)) == ["interest"]


def test_a_demonstration_bank_and_a_foreign_currency_refuse(empty: str, small: Small) -> None:
    small.run()
    small.change('base_currency = "CNY"', 'base_currency = "CZK"')
    with pytest.raises(ImportRefused, match="本位币"):
        small.run()
    with bulk("test") as session:
        session.execute(update(m.Bank).values(is_demo=True))
    with pytest.raises(ImportRefused, match="演示银行"):
        small.run()


def test_missing_files_are_a_sentence(empty_sqlite: str, small: Small) -> None:
    (small.folder / "ledger.csv").unlink()
    (small.folder / "accounts.csv").unlink()
    with pytest.raises(FileProblem, match=r"没有 accounts\.csv"):
        small.run()
    with pytest.raises(FileProblem, match="找不到文件夹"):
        run_import(small.mapping, small.folder / "no")


def test_a_lookup_with_two_answers_is_refused(empty_sqlite: str, small: Small) -> None:
    small.change('pick = "min"', 'pick = "only"')
    with pytest.raises(FileProblem, match="两个不同的值"):
        small.run()
    assert count(m.Customer) == 0


def test_one_identity_is_one_customer(empty: str, small: Small) -> None:
    small.head("refused_share = 99")
    small.write("people.csv", PEOPLE + "3,王五,,11010519491231002X,,N\n")
    small.write("accounts.csv", ACCOUNTS + "6222021234567899,3,20200101\n")
    report = small.run()
    assert count(m.Customer) == 2 and report.counts["person"] == 2
    assert {one.field for one in report.rejected} == {"identity_number", "customer"}


def test_a_sheet_lands_like_a_text_file(empty_sqlite: str, small: Small) -> None:
    sheet = Workbook()
    for line in csv.reader(LEDGER.splitlines()):
        sheet.active.append(line)  # type: ignore[union-attr]
    (small.folder / "ledger.csv").unlink()
    sheet.save(small.folder / "ledger.xlsx")
    small.change('"ledger*.csv"', '"ledger.csv", "ledger.xlsx"')
    assert small.run().counts == LANDED


def test_numbers_are_free_and_repeatable(empty_sqlite: str) -> None:
    with bulk("test") as session:
        first = customer_numbers(session, ["a", "b"])
        assert customer_numbers(session, ["a", "b"]) == first
        session.insert(m.CustomerNumber, [{"number": first[0], "customer_id": 1}])
        moved = customer_numbers(session, ["a", "b", "a"])
    assert first[0] not in moved and moved[1] == first[1] and len(set(moved)) == 3


def test_an_error_half_way_leaves_nothing(empty: str, small: Small) -> None:
    def fail(said: str) -> None:
        if said.startswith("account"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small.run(progress=fail)
    assert (count(m.Bank), count(m.Customer), count(m.ImportKey)) == (0, 0, 0)
    assert small.run().state == "landed"


def test_killed_half_way_leaves_nothing(empty: str, small: Small) -> None:
    code = (
        "import os, signal; from pathlib import Path; from lib.imports import run_import\n"
        "def die(said):\n    if said.startswith('account'): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"run_import(Path({str(small.mapping)!r}), Path({str(small.folder)!r}), progress=die)"
    )
    env = os.environ | {"CRM_DATABASE_URL": empty}
    killed: Any = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (count(m.Bank), count(m.Customer), count(m.ImportKey)) == (0, 0, 0)
    assert small.run().counts == LANDED

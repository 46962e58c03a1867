"""The two real banks after refresh, held against an independent reading of the source files."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from lib.churn.trial import Counts, auc, counts_of
from lib.imports import run_import
from lib.jobs.churn import evaluate
from lib.jobs.clocks import set_clocks
from lib.jobs.refresh import refresh
from lib.kpi import kpi_table
from lib.settings import ROOT, settings
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.engine import engine_for
from lib.store.migrate import upgrade
from lib.store.quarter import Quarter, quarters_between
from lib.store.scope import scope_of
from lib.store.session import open_session
from lib.tiers.rules import reached_by, scheme

CRM = scope_of(0, "test", "test", "crm", None)


def _bank(name: str, as_of: str, data: Path, folder: Path) -> Iterator[None]:
    url = f"sqlite:///{folder / name}.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_DATABASE_URL", url)
        patch.setenv("CRM_AS_OF", as_of)
        settings.cache_clear()
        upgrade()
        mapping = ROOT / "data" / "mappings" / f"{name}.toml"
        report = run_import(mapping, data / name, dry_run=False, actor="test", progress=_quiet, rejected_to=None)
        assert report.state == "landed"
        set_clocks()
        refresh(_quiet)
        yield
    engine_for(url).dispose()
    settings.cache_clear()


def _quiet(_line: str) -> None:
    return


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _day(text: str) -> date:
    return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:6]))


@pytest.fixture(scope="module")
def berka(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Czech bank on 1994-03-31."""
    for _ in _bank("berka", "1994-03-31", shared_data, tmp_path_factory.mktemp("berka")):
        yield shared_data / "berka"


def _owners(folder: Path) -> dict[str, str]:
    return {row["account_id"]: row["client_id"] for row in _lines(folder / "disp.asc.gz") if row["type"] == "OWNER"}


def test_every_quarter_has_the_customers_whose_account_was_open(berka: Path) -> None:
    owners = _owners(berka)
    opened: dict[str, date] = {}
    for row in _lines(berka / "account.asc.gz"):
        owner, day = owners[row["account_id"]], _day(row["date"])
        opened[owner] = min(day, opened.get(owner, day))
    quarters = quarters_between(Quarter(1993, 1), Quarter(1994, 1))
    expected = {str(q): sum(day <= q.end for day in opened.values()) for q in quarters}
    assert _kpis("customers", quarters) == expected
    assert expected["1994Q1"] == 1229


def test_balances_are_the_ledgers_own(berka: Path) -> None:
    """The average daily balance of March 1994 from the running balance the ledger itself carries."""
    owners, days = _owners(berka), [date(1994, 3, 1) + timedelta(days=n) for n in range(31)]
    lines: dict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for row in _lines(berka / "trans.asc.gz"):
        if row["balance"] is not None:  # the cut last line has none
            sign = 1 if row["type"] == "PRIJEM" else -1
            lines[row["account_id"]].append((_day(row["date"]), sign * round(float(row["amount"]) * 100), 0))
    expected: dict[str, int] = defaultdict(int)
    for account, booked in lines.items():
        total = sum(sum(amount for day, amount, _ in booked if day <= each) for each in days)
        expected[owners[account]] += total // 31
    with bulk("test", write=False) as session:
        q, key = m.CustomerQuarter, m.ImportKey
        rows = session.execute(
            select(key.key, q.deposits_fen)
            .join(q, q.customer_id == key.customer_id)
            .where(key.entity == "client", q.quarter == "1994Q1")
        )
        found = {client: deposits for client, deposits in rows}
    assert len(found) == 1229
    wrong = {c: (found[c], expected[c]) for c in found if abs(found[c] - expected[c]) > len(lines)}
    assert wrong == {}


def test_tiers_are_the_lines_of_the_mapping(berka: Path) -> None:
    book = rulebook()
    lines = scheme(book, "personal", "CZK", date(1994, 3, 31))
    with bulk("test", write=False) as session:
        rows = session.execute(select(m.CustomerQuarter.aum_fen, m.CustomerQuarter.tier_reached)).all()
    assert all(reached_by(aum, lines) == tier for aum, tier in rows)
    assert len({tier for _, tier in rows}) >= 3


def test_activity_counts_what_customers_initiated(berka: Path) -> None:
    owners = _owners(berka)
    standing, by_bank = ("SIPO", "POJISTNE", "UVER"), ("UROK", "SLUZBY", "SANKC. UROK", "DUCHOD")
    moved: set[str] = set()
    for row in _lines(berka / "trans.asc.gz"):
        symbol = (row["k_symbol"] or "").strip()
        if row["balance"] is None or _day(row["date"]) < date(1994, 1, 1):
            continue
        initiated = row["operation"] in ("VKLAD", "VYBER", "VYBER KARTOU", "PREVOD NA UCET") or row["type"] == "VYBER"
        if initiated and symbol not in (*standing, *by_bank):
            moved.add(owners[row["account_id"]])
    rows = _rows("active_rate", [Quarter(1994, 1)])
    opened_before = {
        owners[r["account_id"]] for r in _lines(berka / "account.asc.gz") if _day(r["date"]) < date(1994, 1, 1)
    }
    assert rows["1994Q1"].denominator == len(opened_before)
    assert rows["1994Q1"].numerator == len(moved & opened_before)


def test_churn_is_computed_for_every_quarter(berka: Path) -> None:
    rows = _rows("churn_rate", quarters_between(Quarter(1993, 2), Quarter(1994, 1)))
    assert len(rows) == 4 and all(row.value is not None for row in rows.values())


def test_the_churn_score_has_nobody_lost_to_be_measured_on(berka: Path) -> None:
    """A young bank that only grows: nobody is lost by the rule, and the figure is not claimed."""
    trial = evaluate()
    assert trial.left_out == ("1993Q1",) and not trial.enough
    assert [(one.part, one.lost, one.auc) for one in trial.parts] == [("whole", 0, None)]
    assert trial.parts[0].customers > 2000


def test_nor_does_it_foresee_halved_balances_there(berka: Path) -> None:
    """The nearest there is to a loss: AUM halves in the next quarter. The score does not tell it better than chance,
    and so the tests of the score rest on the demonstration bank's history, not on this one."""
    found = _halved(Quarter(1993, 2)) + _halved(Quarter(1993, 3)) + _halved(Quarter(1993, 4))
    area = auc(found)
    assert sum(found.lost) == 58 and area is not None and 0.4 < float(area) < 0.6


def _halved(quarter: Quarter) -> Counts:
    """Counts of customers by score and by whether half their AUM had gone a quarter later."""
    q, after = m.CustomerQuarter, aliased(m.CustomerQuarter)
    query = (
        select(q.churn_score, case((after.aum_fen * 2 < q.aum_fen, 1), else_=0))
        .join(after, and_(after.customer_id == q.customer_id, after.quarter == str(quarter.shift(1))))
        .where(q.quarter == str(quarter), q.closed == 0, q.past_quarters > 0, q.aum_fen > 0)
    )
    with open_session(CRM, "test") as session:
        return counts_of((score, gone, 1) for score, gone in session.execute(query))


def test_accounts_of_later_days_are_invisible(berka: Path) -> None:
    with open_session(CRM, "test") as session:
        deposits = select(func.count()).select_from(m.Account).where(m.Account.category == "deposit")
        assert session.scalar(deposits) == 4500 - 3271


@pytest.fixture(scope="module")
def cfpb(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The bank of the 62 516 complaints on 2023-08-31."""
    for _ in _bank("cfpb", "2023-08-31", shared_data, tmp_path_factory.mktemp("cfpb")):
        yield shared_data / "cfpb"


def _source(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "complaints.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_complaints_by_quarter_are_the_sources(cfpb: Path) -> None:
    expected = Counter(str(Quarter.of(date.fromisoformat(row["Date received"]))) for row in _source(cfpb))
    quarters = quarters_between(Quarter(2017, 2), Quarter(2023, 3))
    assert _kpis("complaints_received", quarters) == dict(expected)
    assert sum(expected.values()) == 62_516


def test_complaints_by_dimension_are_the_sources(cfpb: Path) -> None:
    columns = {"channel": "Submitted via", "business": "Product", "reason": "Issue"}
    fact, source = m.CaseQuarter, _source(cfpb)
    for dimension in (*columns, "product"):
        query = select(fact.quarter, func.sum(fact.received)).where(fact.level == "bank", fact.dimension == dimension)
        with bulk("test", write=False) as session:
            found = {quarter: int(n) for quarter, n in session.execute(query.group_by(fact.quarter)) if n}
            codes = set(session.scalars(select(fact.code).where(fact.dimension == dimension, fact.received > 0)))
        assert found == Counter(str(Quarter.of(date.fromisoformat(row["Date received"]))) for row in source)
        assert sum(found.values()) == 62_516
        told = {row[columns[dimension]] for row in source} if dimension in ("business", "reason") else codes
        assert codes == told


def test_timeliness_is_kept_as_reported(cfpb: Path) -> None:
    timely: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    still_open = 0
    for row in _source(cfpb):
        quarter = str(Quarter.of(date.fromisoformat(row["Date received"])))
        timely[quarter] += row["Timely response?"] == "Yes"
        decided[quarter] += row["Timely response?"] in ("Yes", "No")
        still_open += row["Timely response?"] == ""
    quarters = quarters_between(Quarter(2017, 2), Quarter(2023, 3))
    rows = _rows("timely_as_reported", quarters)
    assert {q: (r.numerator, r.denominator) for q, r in rows.items() if r.denominator} == {
        q: (timely[q], decided[q]) for q in decided if decided[q]
    }
    assert (sum(timely.values()), sum(decided.values()), still_open) == (58_619, 58_619 + 2_403, 1_494)


def test_open_complaints_have_their_clocks(cfpb: Path) -> None:
    c = m.Case
    with open_session(CRM, "test") as session:
        still = select(func.count()).select_from(c).where(c.state.not_in(("closed", "withdrawn")))
        assert session.scalar(still) == 1_494
        assert session.scalar(still.where(c.legal_due_at.is_(None), c.promise_due_at.is_(None))) == 0


def _rows(key: str, quarters: list[Quarter]) -> dict[str, Any]:
    with open_session(CRM, "test") as session:
        return {row.quarter: row for row in kpi_table(session, rulebook(), [key], quarters)}


def _kpis(key: str, quarters: list[Quarter]) -> dict[str, Any]:
    return {quarter: row.value for quarter, row in _rows(key, quarters).items()}

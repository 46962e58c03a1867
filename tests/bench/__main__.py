"""`make bench`: building, refreshing, importing, page scripts and memory at 5 000 and 200 000 customers; finding
people among a million.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.banks import ROOT, demo, environment, grown, grown_sqlite, lib, postgresql, sqlite_bank

TODAY = (
    "rm.zhang:workbench/today.py",
    "head.wang:workbench/today.py",
    "crm.zhao:workbench/today.py?office=X007",
    "crm.zhao:workbench/today.py?office=X007&view=load",
    "care.chen:workbench/today.py",
)
PAGES = (
    "rm.zhang:workbench/today.py",
    "head.wang:workbench/today.py",
    "head.wang:workbench/today.py?view=load",
    "rm.zhang:customers/portrait.py?customer={customer}",
    "rm.zhang:customers/directory.py",
    "crm.zhao:customers/directory.py",
    "head.wang:customers/tiers.py",
    "exec.zhou:customers/tiers.py",
    "care.chen:service/complaints.py",
    "crm.zhao:service/complaints.py",
    "crm.zhao:service/complaints.py?view=analysis",
    "exec.zhou:service/complaints.py?view=analysis",
    "crm.zhao:service/complaints.py?view=actions",
    "rm.zhang:management/kpis.py",
    "exec.zhou:management/kpis.py",
    "exec.zhou:management/kpis.py?kpi=churn_rate",
    "exec.zhou:management/kpis.py?view=bullets",
    "exec.zhou:management/kpis.py?view=compare",
    "exec.zhou:management/kpis.py?kpi=churn_rate&view=why",
    "exec.zhou:management/kpis.py?kpi=churn_rate&view=branches",
)
REAL = (
    "zhao:service/complaints.py",
    "zhao:service/complaints.py?state=all",
    "zhao:service/complaints.py?business=Mortgage&state=all",
    "zhao:service/complaints.py?text=2020&state=all",
    "zhao:service/complaints.py?view=analysis",
    "zhao:service/complaints.py?view=analysis&quarter=2020Q2",
)
AS_OF = {"berka": "1994-03-31", "cfpb": "2023-08-31"}


def main() -> None:
    """Print each figure as it is known."""
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=[5_000, 200_000])
    options.add_argument("--find", type=int, default=1_000_000, help="customers to find people among; 0: leave out")
    options.add_argument("--no-postgresql", action="store_true")
    given = options.parse_args()
    for size in given.sizes:
        url, took = sqlite_bank(size)
        print(f"\nSQLite, {size:,} customers: demonstration bank with all quarters in {took:.1f} s")
        _refresh(url)
        _pages(url)
        _pack(url)
    if not given.no_postgresql:
        size = max(given.sizes)
        with postgresql() as url:
            took = demo(url, size)
            print(f"\nPostgreSQL, {size:,} customers: demonstration bank with all quarters in {took:.1f} s")
            _refresh(url)
            _pages(url)
            _pack(url)
    if given.find:
        _finding(given.find, sqlite_only=given.no_postgresql)
        _judging(given.find, sqlite_only=given.no_postgresql)
    _imports()


def _judging(customers: int, *, sqlite_only: bool) -> None:
    """What-ifs over very many."""
    aside = Path(tempfile.mkdtemp())
    _judged("SQLite", customers, f"sqlite:///{aside}/crm.db")
    shutil.rmtree(aside)
    if not sqlite_only:
        with postgresql() as url:
            _judged("PostgreSQL", customers, url)


def _judged(engine: str, customers: int, url: str) -> None:
    lib(url, "demo", "--customers", "5000", "--quarters", "2")
    print(f"\n{engine}: what-if of a rule among {customers:,} customers", flush=True)
    subprocess.run([sys.executable, "-m", "tests.bench.judging", str(customers)], env=environment(url), cwd=ROOT,
                   check=True)  # fmt: skip
    _pack(url)


def _pack(url: str) -> None:
    """The seconds of a review pack."""
    subprocess.run([sys.executable, "-m", "tests.bench.packing"], env=environment(url), cwd=ROOT, check=True)


def _finding(customers: int, *, sqlite_only: bool) -> None:
    """The search box, the directory and the work of a day among very many."""
    url, took = grown_sqlite(customers)
    _found("SQLite", customers, url, took)
    if not sqlite_only:
        with postgresql() as url:
            _found("PostgreSQL", customers, url, grown(url, customers))


def _found(engine: str, customers: int, url: str, took: float) -> None:
    print(f"\n{engine}, finding among {customers:,} customers (built in {took:.1f} s)", flush=True)
    subprocess.run([sys.executable, "-m", "tests.bench.finding"], env=environment(url), cwd=ROOT, check=True)
    _pages(url, TODAY)


def _refresh(url: str) -> None:
    """The seconds of one quarter, after a change of data (a refresh without one does nothing)."""
    change = (
        "from lib.store.bulk import bulk\nfrom lib.store import models as m\nfrom datetime import date\n"
        "from sqlalchemy import select\n"
        "with bulk('bench') as s:\n"
        "    first = s.scalars(select(m.Customer.customer_id).limit(1)).one()\n"
        "    s.insert(m.LifeEvent, [dict(customer_id=first, kind='other', happened_on=date.today())])\n"
    )
    subprocess.run([sys.executable, "-c", change], env=environment(url), cwd=ROOT, check=True)
    done = subprocess.run([sys.executable, "-m", "lib", "refresh", "--json"], env=environment(url), cwd=ROOT,
                          check=True, capture_output=True, text=True)  # fmt: skip
    for one in json.loads(done.stdout):
        print(f"  refresh {one['quarter']}: {one['customers']:,} customers in {one['seconds']:.1f} s")


def _pages(url: str, pages: Sequence[str] = PAGES, **more: str) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.bench.pages", *pages], env=environment(url) | more, cwd=ROOT,
                          check=True, capture_output=True, text=True)  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    for page in pages:
        print(f"  {page:55} median {found[page]['median_ms']:6.1f} ms   p95 {found[page]['p95_ms']:6.1f} ms CPU")
    print(f"  memory of the process that ran them: {found['rss_mb']} MB")


def _imports() -> None:
    for name, as_of in AS_OF.items():
        folder = ROOT.parent / "shared" / "data" / name
        if not folder.is_dir():
            print(f"\n{name}: the real data is not beside the checkout")
            continue
        aside = Path(tempfile.mkdtemp())
        url = f"sqlite:///{aside}/crm.db"
        lib(url, "migrate")
        took = lib(url, "import", f"data/mappings/{name}.toml", str(folder))
        print(f"\n{name}: imported in {took:.1f} s (day {as_of})")
        if name == "cfpb":
            _real_complaints(url, as_of)
        shutil.rmtree(aside)


def _real_complaints(url: str, as_of: str) -> None:
    """Facts and pages of 62 516 complaints, on the day the source ends."""
    before = time.perf_counter()
    lib(url, "refresh", CRM_AS_OF=as_of)
    print(f"  refresh of all quarters in {time.perf_counter() - before:.1f} s")
    lib(url, "user", "add", "zhao", "--name", "赵", "--role", "crm", said="a long password of nobody")
    _pages(url, REAL, CRM_AS_OF=as_of)


main()

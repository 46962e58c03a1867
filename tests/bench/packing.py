"""How long the pack of the newest quarter takes, slides and workbook: prints one line; runs in a process of its own."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from lib.export.pack import FORMS, pack_of
from lib.kpi import quarters_with_facts
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import scope_of
from lib.store.session import open_session

ROUNDS = 3


def main() -> None:
    """For the department, which sees the whole bank."""
    with bulk("bench", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == "crm.zhao")).one()
        customers = session.scalars(select(func.count()).select_from(m.CustomerQuarter)).one()
    scope = scope_of(staff.id, staff.login, str(staff.name), staff.role, staff.branch_id)
    with open_session(scope, "bench") as session:
        quarter = quarters_with_facts(session)[0]
    spent = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        pack = pack_of(scope, quarter)
        read = time.perf_counter() - began
        sizes = [len(pack.content(form)) // 1024 for form in FORMS]
        spent.append((time.perf_counter() - began, read))
    total, reading = sorted(spent)[ROUNDS // 2]
    said = (
        f"  pack of {quarter} ({customers:,} customer quarters)   median {total:5.1f} s, reading {reading:.1f} s of it"
    )
    print(f"{said}   {sizes[0]:,} + {sizes[1]:,} KiB", flush=True)


if __name__ == "__main__":
    main()

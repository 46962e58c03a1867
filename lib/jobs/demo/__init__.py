"""The demonstration bank: invented from a seed, the same for the same seed and business day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sqlalchemy import select

from lib.jobs.demo.desk import write_measures
from lib.jobs.demo.organisation import found_bank
from lib.jobs.demo.plan import CHUNK, Plan
from lib.jobs.demo.quality import write_quality
from lib.jobs.demo.satisfaction import write_surveys
from lib.jobs.demo.story import tell
from lib.jobs.demo.training import write_training
from lib.jobs.demo.write import Writer
from lib.settings import today
from lib.store import models as m
from lib.store.book import calendar, look_again, rulebook
from lib.store.bulk import bulk
from lib.store.migrate import upgrade
from lib.words import _

LEAST_QUARTERS = 2


class NotEmpty(ValueError):
    """The database already holds a bank; the message is a sentence for a person."""


def build(
    customers: int = 5000, quarters: int = 12, seed: int = 1, progress: Callable[[str], object] = print
) -> dict[str, int]:
    """Invent a bank of so many customers and write it into the empty database of the settings.

    The last of its quarters is the running one; facts are left to `refresh`. Rows depend on the seed and the business
    day alone. Raises NotEmpty for a database with a bank in it, ValueError for a size that makes none. Returns how
    many rows each table got.
    """
    if customers < 1 or quarters < LEAST_QUARTERS:
        raise ValueError(_("示范银行至少要有 1 位客户和 {n} 个季度。").format(n=LEAST_QUARTERS))
    upgrade()
    with bulk("demo", write=False) as session:
        if session.scalar(select(m.Bank.id)) or session.scalar(select(m.Customer.customer_id).limit(1)):
            raise NotEmpty(_("数据库里已有银行数据，示范银行只能建在空库中。"))
    look_again()
    plan = Plan.of(customers, quarters, seed, today(), rulebook(), calendar())
    counts: dict[str, int] = {}
    with bulk("demo") as session:
        org = found_bank(session, plan)
        writer = Writer(plan, tell(plan), org)
        write_measures(session, plan, org)
        write_surveys(session, plan, org)
        write_training(session, plan, org)
        write_quality(session, plan, org)
        counts |= session.counts
    for number, first in enumerate(range(0, customers, CHUNK)):
        chunk = np.arange(first, min(first + CHUNK, customers))
        with bulk("demo") as session:
            writer.write(session, number, chunk)
            for table, rows in session.counts.items():
                counts[table] = counts.get(table, 0) + rows
        progress(_("已写入 {done} / {all} 位客户").format(done=int(chunk[-1]) + 1, all=customers))
    return counts

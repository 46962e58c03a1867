"""Sets the size class of firms from their figures, after an import: the national table decides, nobody types it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select, update

from lib.customers.rules import size_class
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Customer

_AT_ONCE = 5000


def set_sizes() -> int:
    """Store the class of every firm whose figures say another one than is stored; how many were changed.

    By rule customer.size_limits (统计上大中小微型企业划分办法); before its date there is none, and nothing changes.
    Works in chunks, each a transaction. The version of a customer stays: nobody's edit is outdated by it.
    """
    limits = rulebook().find("customer.size_limits", today())
    last = changed = 0
    while limits is not None:
        with bulk("set sizes") as session:
            firms = session.execute(_next(last)).all()
            for code, ids in _differing(firms, limits.value).items():
                rows = session.rows(update(Customer).where(Customer.customer_id.in_(ids)).values(size_class=code))
                session.note("customer", rows)
                changed += rows
        if not firms:
            break
        last = firms[-1].customer_id
    return changed


def _next(last: int) -> Any:
    c = Customer
    columns = (c.customer_id, c.industry, c.employees, c.revenue_fen, c.total_assets_fen, c.size_class)
    return select(*columns).where(c.kind == "corporate", c.customer_id > last).order_by(c.customer_id).limit(_AT_ONCE)


def _differing(firms: Any, table: Any) -> dict[str, list[int]]:
    """The firms whose stored class is not the one of their figures, by that class."""
    found: dict[str, list[int]] = defaultdict(list)
    for firm in firms:
        code = size_class(firm.industry, firm.employees, firm.revenue_fen, firm.total_assets_fen, table).code
        if code != firm.size_class:
            found[code].append(firm.customer_id)
    return found

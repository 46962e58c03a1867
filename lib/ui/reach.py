"""How much of the bank a person sees, for the line under every title."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.store.models import Branch, Customer
from lib.ui.cached import cached


@dataclass(frozen=True)
class Reach:
    """The person's branch, where the scope is one branch, and how many customers the scope holds."""

    branch: str
    customers: int


@cached(of="facts")
def reached_customers(session: Session) -> Reach:
    """Counted through the scope itself, once a refresh: the line stands on every page and must be cheap."""
    scope = session.scope  # type: ignore[attr-defined]
    customers = session.scalar(select(func.count(Customer.customer_id)).where(Customer.stage == "customer")) or 0
    branch = session.get(Branch, scope.branch_id) if scope.customers == "branch" else None
    return Reach(branch.name if branch else "", customers)

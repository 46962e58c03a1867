"""Who works here, for the door: the bank's name and the demonstration cast."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from lib.store.engine import engine
from lib.store.models import Bank, Branch, Staff
from lib.store.rights import ROLES

#: the people a demonstration bank is shown through (see README); other staff sign in by ?demo_user=
CAST = (
    "rm.zhang", "rm.li", "head.wang", "head.zhu", "care.chen", "care.lin",
    "product.he", "crm.zhao", "check.sun", "legal.qian", "exec.zhou", "admin.wu",
)  # fmt: skip


class Member(NamedTuple):
    """One person of the cast; `branch` is empty for the head office."""

    login: str
    name: str
    role: str
    branch: str


def bank_name() -> str:
    """The bank's name, or an empty text before it has one."""
    with engine().connect() as link:
        return link.scalar(select(Bank.name).where(Bank.id == 1)) or ""


def cast() -> list[Member]:
    """The demonstration cast as far as it exists, in the order of roles and of the list."""
    columns = (Staff.login, Staff.name, Staff.role, Branch.name)
    query = select(*columns).join(Branch, Branch.id == Staff.branch_id, isouter=True)
    with engine().connect() as link:
        rows = link.execute(query.where(Staff.login.in_(CAST), Staff.active)).all()
    found = [Member(login, name, role, branch or "") for login, name, role, branch in rows]
    return sorted(found, key=lambda member: (ROLES.index(member.role), CAST.index(member.login)))

"""Cases of a customer that read like one about to be registered: found past the scope, told as little as helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from lib.store.door import link_of
from lib.store.models import Case
from lib.store.narrow import not_later
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession
from lib.words import _, name


class Alike(NamedTuple):
    """What anyone who registers cases is told: that there is such a case, how it stands, since when."""

    number: str
    state: str
    received_at: datetime
    similarity: float


def alike_cases(
    session: StoreSession,
    customer_id: int,
    kinds: Sequence[str],
    business: str,
    since: datetime,
    similarity: Callable[[str], float],
) -> list[Alike]:
    """The customer's cases of these kinds and this business since a moment, by how alike `similarity` finds their text.

    The text itself stays here. Refused for roles that write no cases.
    """
    if "case" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    table = Case.__table__.c
    found = link_of(session).execute(
        select(table.number, table.state, table.received_at, table.summary).where(
            table.customer_id == customer_id, table.kind.in_(kinds), table.business == business,
            table.received_at >= since, not_later(Case, table),
        )
    )  # fmt: skip
    alike = (Alike(row.number, row.state, row.received_at, similarity(row.summary or "")) for row in found)
    return sorted(alike, key=lambda one: (-one.similarity, one.number))

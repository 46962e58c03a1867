"""How many cases came in, by what they are about or where: figures only, told to officers for the whole bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from lib.store.door import link_of
from lib.store.functions import as_flag
from lib.store.models import Case
from lib.store.session import StoreSession

_KEYS = {"business": Case.business, "branch": func.coalesce(Case.branch_id, Case.about_branch_id)}


class Received(NamedTuple):
    """What came in under one key: in the first window, and in all the others together."""

    key: str
    this: int
    before: int


def received(session: StoreSession, kind: str, by: str, windows: Sequence[tuple[datetime, datetime]]) -> list[Received]:
    """Cases of a kind counted by `business` or `branch` (id) in half-open windows, the latest first.

    Within the scope; but an officer is told of the whole bank: what colleagues took since is no longer in an
    officer's scope, and every week would look fuller than those before.
    """
    key = _KEYS[by]
    this = func.sum(as_flag(Case.received_at >= windows[0][0]))
    within = or_(*(and_(Case.received_at >= start, Case.received_at < end) for start, end in windows))
    # The whole span is said too: it is what the index of receipt can be asked for.
    span = (Case.received_at >= windows[-1][0], Case.received_at < windows[0][1])
    counted = select(key, this, func.count()).where(Case.kind == kind, *span, within).group_by(key).order_by(key)
    whole_bank = session.scope.cases == "handled"
    rows = link_of(session).execute(counted) if whole_bank else session.execute(counted)
    return [Received(str(code), int(now), int(all_) - int(now)) for code, now, all_ in rows if code is not None]


def first_received(session: StoreSession, kind: str) -> datetime | None:
    """When the bank's first case of a kind came in, whoever may see it: since then it keeps them."""
    first = select(Case.received_at).where(Case.kind == kind).order_by(Case.received_at).limit(1)
    return link_of(session).scalar(first)

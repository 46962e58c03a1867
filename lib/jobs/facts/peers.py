"""What customers alike have: medians and holders by tier, and by age band or industry within it, bank-wide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, case, cast, func, insert, literal, select

from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession

_q = m.CustomerQuarter
_MEDIANS = ("aum_fen", "contribution_fen", "initiated_count")
_HELD = ("has_deposit", "has_wealth", "has_card", "has_loan")
#: the band that stands for the whole tier
ALL = "all"


def write_peers(session: BulkSession, frame: Frame) -> int:
    """The groups of a quarter large enough to hide everybody in them (rule peers.least)."""
    band = case((_q.kind == "personal", _q.age_band), else_=_q.industry)
    return _write(session, frame, literal(ALL, String)) + _write(session, frame, band)


def _write(session: BulkSession, frame: Frame, band: Any) -> int:
    members = (
        select(_q.kind, _q.tier, band.label("band"), *(getattr(_q, name) for name in (*_MEDIANS, *_HELD)))
        .where(_q.quarter == frame.key, _q.version == frame.version, _q.closed == 0, band != "none")
        .subquery("members")
    )
    group = [members.c.kind, members.c.tier, members.c.band]
    places = [
        func.row_number().over(partition_by=group, order_by=members.c[name]).label(f"{name}_place")
        for name in _MEDIANS
    ]  # fmt: skip
    ranked = select(*members.c, func.count().over(partition_by=group).label("n"), *places).subquery("ranked")
    r = ranked.c
    # the lower of the two in the middle: a figure some customer really has
    medians = [func.max(case((r[f"{name}_place"] == (r.n + 1) // 2, r[name]))) for name in _MEDIANS]
    holders = [cast(func.sum(r[name]), BigInteger) for name in _HELD]
    wanted = (
        select(literal(frame.key, String), literal(frame.version), r.kind, r.tier, r.band, func.count(),
               *medians, *holders)
        .group_by(r.kind, r.tier, r.band)
        .having(func.count() >= frame.rule("peers.least"))
    )  # fmt: skip
    columns = ["quarter", "version", "kind", "tier", "band", "customers", *_MEDIANS, *_HELD]
    return session.rows(insert(m.PeerQuarter).from_select(columns, wanted))

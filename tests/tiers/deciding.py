"""The bank of ten customers with decisions on tiers: who decides, what is stored, and the next refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from lib.jobs.refresh import refresh
from lib.settings import settings
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from lib.tiers.override import OverrideForm, apply_override, ask_override
from lib.tiers.review import decide_move
from lib.work import requests
from tests.kpi.ten import AS_OF, SOUTH, STAFF

MORE = {31: ("head.zhu", "head", SOUTH), 32: ("crm.sun", "crm", None)}
WHO = {login: (who, role, branch) for who, (login, role, branch) in {**STAFF, **MORE}.items()}
QUARTER = "2026Q3"


@pytest.fixture(params=("sqlite", "postgresql"))
def deciders(
    request: pytest.FixtureRequest,
    ten_made: Callable[[str], str],
    new_database: Any,
    entered: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], None]]:
    """The ten customers, to be written to, with a second head and a second of the department; `day(text)` moves on."""
    monkeypatch.setenv("CRM_AS_OF", AS_OF)
    entered(new_database(request.param, like=ten_made(request.param)))
    with bulk("more staff") as session:
        for who, (login, role, branch) in MORE.items():
            session.add(m.Staff(id=who, login=login, name=login, role=role, branch_id=branch))

    def day(text: str) -> None:
        monkeypatch.setenv("CRM_AS_OF", text)
        settings.cache_clear()

    yield day


def scope(login: str) -> Scope:
    who, role, branch = WHO[login]
    return scope_of(who, login, login, role, branch)


def again() -> None:
    refresh(lambda _said: None)


def version_of(quarter: str = QUARTER) -> int:
    with bulk("look", write=False) as session:
        run = m.QuarterRun
        published = (run.quarter == quarter, run.state.in_(("open", "closed")))
        return session.scalars(select(run.version).where(*published)).one()


def facts(customer: int, quarter: str = QUARTER) -> m.CustomerQuarter:
    with bulk("look", write=False) as session:
        q = m.CustomerQuarter
        this = (q.customer_id == customer, q.quarter == quarter, q.version == version_of(quarter))
        return session.scalars(select(q).where(*this)).one()


def standing(customer: int, quarter: str) -> tuple[str, str, int]:
    row = facts(customer, quarter)
    return row.tier, row.tier_change, row.watch


def decisions(customer: int) -> list[m.TierDecision]:
    with bulk("look", write=False) as session:
        d = m.TierDecision
        return list(session.scalars(select(d).where(d.customer_id == customer).order_by(d.id)))


def decided(login: str, customer: int, act: str = "held", reason: str = "资金下月回流", quarter: str = QUARTER) -> None:
    with open_session(scope(login), "tiers", write=True) as session:
        decide_move(session, customer, quarter, version_of(quarter), act, reason)


def asked(login: str, customer: int, form: OverrideForm) -> int:
    with open_session(scope(login), "portrait", write=True) as session:
        return ask_override(session, f"C{customer}", form).id


def agreed(login: str, request_id: int, verdict: str = "agreed") -> None:
    with open_session(scope(login), "approvals", write=True) as session:
        row = session.scalars(requests.request_by_id(request_id)).one()
        requests.decide(session, request_id, row.version, verdict, "金额不够", apply_override)

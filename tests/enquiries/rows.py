"""An enquiry or a breakpoint to work with, and ways to look at it past every scope."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from lib.enquiries.rules import RegisterForm
from lib.enquiries.steps import StepForm
from lib.enquiries.write import Registration, hand_over, register, step
from lib.settings import business_now
from lib.store.bulk import bulk
from lib.store.models import Case, CaseEvent
from lib.store.session import open_session
from tests.cast import OWN, number_of, scope

ANSWERED = {"answer": "三年期年利率 1.75%", "outcome": "answered"}
TOLD = StepForm("told", told="已说明原因与预计恢复时间", channel="phone")
REPAIRED = StepForm("repaired", repair="补上交接清单", root_cause="process_missing")


def registration(kind: str = "enquiry", **changes: Any) -> Registration:
    """An enquiry (or breakpoint) of the cast's first customer; `changes` by field of it or of its form."""
    form = RegisterForm(
        kind=kind, customer_kind="personal", channel="branch", business="deposit", summary="问大额存单利率",
        received_at=business_now(), step="counter" if kind == "breakpoint" else "",
    )  # fmt: skip
    own = {name: value for name, value in changes.items() if hasattr(Registration, name)}
    rest = {name: value for name, value in changes.items() if name not in own}
    return Registration(replace(form, **rest), **{"customer": number_of(OWN), **own})


def registered(login: str = "rm.zhang", kind: str = "enquiry", key: str = "", **changes: Any) -> str:
    """The number of a new one."""
    with open_session(scope(login), "complaints", write=True) as session:
        return register(session, registration(kind, **changes), key or uuid.uuid4().hex)


def taken(number: str, form: StepForm, login: str = "rm.zhang", version: int | None = None) -> None:
    """Take a step as somebody, from the version they read (the newest by default)."""
    read = stored(number).version if version is None else version
    with open_session(scope(login), "complaints", write=True) as session:
        step(session, number, read, form)


def handed(number: str, to: int, login: str = "rm.zhang", reason: str = "客户在城南办理") -> None:
    """Hand it over."""
    with open_session(scope(login), "complaints", write=True) as session:
        hand_over(session, number, stored(number).version, to, reason)


def stored(number: str) -> Case:
    """The case as it stands, whoever may see it."""
    with bulk("look", write=False) as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def history(number: str) -> list[CaseEvent]:
    """Its events, oldest first."""
    with bulk("look", write=False) as session:
        events = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id).where(Case.number == number)
        return list(session.scalars(events.order_by(CaseEvent.at, CaseEvent.id)))

"""Waiting: a case for which somebody outside must do something first; whether a clock stands still is a rule."""

from __future__ import annotations

from typing import Any

from lib.settings import business_now
from lib.store.models import Case
from lib.store.session import Refused, StoreSession
from lib.words import _, codes
from lib.work import cases, steps


def wait(session: StoreSession, number: str, read_version: int, for_: str, text: str) -> Case:
    """From now on the case waits for the `customer` or for somebody `outside`; `text` says what for.

    The stored due moments change only where rule complaint.pause lets this wait stop a clock.
    """
    case = steps.mine_to_act_on(session, number, read_version)
    steps.need_text(text)
    if for_ not in codes("waiting_for"):
        raise Refused(_("请选择在等待谁。"))
    if case.closed_at is not None:
        raise Refused(_("这件事项已结束，不再等待。"))
    if case.waiting_for is not None:
        raise Refused(_("这件事项已在等待中。"))
    cases.record(session, case, "wait", text=text, details={"for": for_})
    _save(session, case, {"waiting_for": for_, "waiting_since": business_now()})
    return case


def resume(session: StoreSession, number: str, read_version: int, text: str) -> Case:
    """What the case waited for came, or is waited for no longer; `text` says which."""
    case = steps.mine_to_act_on(session, number, read_version)
    steps.need_text(text)
    if case.waiting_for is None:
        raise Refused(_("这件事项没有在等待。"))
    cases.record(session, case, "resume", text=text, details={"for": case.waiting_for})
    _save(session, case, {"waiting_for": None, "waiting_since": None})
    return case


def _save(session: StoreSession, case: Case, changes: dict[str, Any]) -> None:
    cases.change(session, case, changes)
    steps.move_dues(session, case)

"""Enquiries, breakpoints and special customers of the demonstration bank, by the same commands as on the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from lib.care.special import SpecialForm, mark
from lib.enquiries.rules import RegisterForm
from lib.enquiries.steps import StepForm
from lib.enquiries.write import Registration, hand_over, register, step
from lib.jobs.demo.plan import material
from lib.settings import business_now
from lib.store import models as m
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session

#: so many of a manager's customers ask something, and so many of the special ones have said what they wish
_ASK, _WISH = 9, 5
#: what a breakpoint went through by the state it is found in
_ROADS: dict[str, tuple[str, ...]] = {
    "received": (), "told": ("told",), "repaired": ("told", "repaired"), "closed": ("told", "repaired", "closed"),
    "withdrawn": ("withdrawn",),
}  # fmt: skip


def work(managers: Sequence[Scope], heads: Sequence[Scope]) -> int:
    """Take in and settle in the managers' names; heads verify what managers repaired. Returns how much was done."""
    known = [_customers(scope) for scope in managers]
    done = 0
    for place, (scope, numbers) in enumerate(zip(managers, known, strict=True)):
        elsewhere = known[(place + 1) % len(known)]
        done += _enquiries(scope, place, numbers) + _handed(scope, managers[(place + 1) % len(managers)], elsewhere)
        done += _breakpoint(scope, heads, place, numbers) + _specials(scope)
    return done


def _customers(scope: Scope) -> list[str]:
    c = m.Customer
    mine = select(c.number).where(c.manager_id == scope.staff_id, c.stage == "customer", c.merged_into_id.is_(None))
    with open_session(scope, "demo") as session:
        return list(session.scalars(mine.order_by(c.customer_id.desc()).limit(_ASK)))


def _enquiries(scope: Scope, place: int, numbers: Sequence[str]) -> int:
    """Most are answered on the spot; one or two stay open, some of them too long."""
    words, done = material("enquiries"), 0
    for row, (number, said) in enumerate(zip(numbers, words["enquiry"], strict=False)):
        asked = {"answer": said["answer"], "outcome": said["outcome"], "next_step": said.get("next_step", "")}
        back = timedelta(days=(row * 5 + place) % 12, minutes=17 + 11 * row)
        done += _registered(scope, number, said, back, "enquiry", **asked) != ""
    for number, said in zip(numbers[-2:], (words["open"][place % 3], words["open"][(place + 1) % 3]), strict=False):
        done += _registered(scope, number, said, timedelta(hours=said["hours"], minutes=place), "enquiry") != ""
    return done


def _handed(scope: Scope, colleague: Scope, elsewhere: Sequence[str]) -> int:
    """One asked by another manager's customer, handed to that manager."""
    if not elsewhere or colleague.staff_id == scope.staff_id:
        return 0
    words = material("enquiries")
    number = _registered(scope, elsewhere[0], words["open"][2], timedelta(hours=2), "enquiry")
    return _done(scope, lambda session: hand_over(
        session, number, _version(session, number), colleague.staff_id, words["hand_over"]))  # fmt: skip


def _breakpoint(scope: Scope, heads: Sequence[Scope], place: int, numbers: Sequence[str]) -> int:
    words = material("enquiries")
    said = words["breakpoint"][place % len(words["breakpoint"])]
    back = timedelta(hours=said["hours"], minutes=7 * place)
    told = {"step": said["step"], "concerned": said["concerned"]}
    number = _registered(scope, numbers[0], said, back, "breakpoint", **told) if numbers else ""
    head = next((one for one in heads if one.branch_id == scope.branch_id), None)
    for to in _ROADS[said["state"]] if number else ():
        who = head if to == "closed" and head is not None else scope
        form = _form(to, words)
        _done(who, partial(_step, number, form))
    return int(number != "")


def _form(to: str, words: dict[str, Any]) -> StepForm:
    text = words[to]["text"]
    return {
        "told": StepForm("told", told=text, channel="phone"),
        "repaired": StepForm("repaired", repair=text, root_cause=words["repaired"]["cause"]),
        "closed": StepForm("closed", result=text),
        "withdrawn": StepForm("withdrawn", reason=text),
    }[to]


def _specials(scope: Scope) -> int:
    """The special ones among a manager's customers have said what they wish; some are served at home."""
    c, words = m.Customer, material("enquiries")
    marked = select(c).where(c.manager_id == scope.staff_id, c.special_care.is_not(None), c.stage == "customer")
    with open_session(scope, "demo") as session:
        found = [(one.customer_id, one.special_care) for one in session.scalars(
            marked.order_by(c.customer_id).limit(_WISH))]  # fmt: skip
    done = 0
    for row, (customer_id, care) in enumerate(found):
        form = SpecialForm(str(care), row % 3 == 0, words["wishes"][(customer_id + row) % len(words["wishes"])],
                           words["reason"])  # fmt: skip
        done += _done(scope, partial(_mark, customer_id, form))
    return done


def _registered(scope: Scope, number: str, said: dict[str, Any], back: timedelta, kind: str, **more: Any) -> str:
    form = RegisterForm(kind=kind, customer_kind="personal", channel="branch", business=said["business"],
                        summary=said["summary"], received_at=business_now() - back, **more)  # fmt: skip
    made: list[str] = []
    key = f"demo-{kind}-{number}-{said['business']}"[:40]
    _done(scope, lambda session: made.append(
        register(session, Registration(form, number, scope.branch_id), key)))  # fmt: skip
    return made[0] if made else ""


def _step(number: str, form: StepForm, session: StoreSession) -> None:
    step(session, number, _version(session, number), form)


def _mark(customer_id: int, form: SpecialForm, session: StoreSession) -> None:
    mark(session, customer_id, session.get_one(m.Customer, customer_id).version, form)


def _version(session: StoreSession, number: str) -> int:
    return session.scalars(select(m.Case).where(m.Case.number == number)).one().version


def _done(scope: Scope, deed: Callable[[StoreSession], object]) -> int:
    """One deed in a transaction of its own; what the rules refuse is left undone."""
    try:
        with open_session(scope, "demo", write=True) as session:
            deed(session)
    except Refused:
        return 0
    return 1

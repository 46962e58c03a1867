"""Crisis handling (管理 §7.3): a flag on a case, a checklist and a log, all of it kept as events of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.rulebook import Rulebook
from lib.settings import bank_day, business_now
from lib.store.book import rulebook
from lib.store.models import Case, CaseEvent
from lib.store.session import Refused, StoreSession
from lib.words import _, name, translate
from lib.work import cases, steps


@dataclass(frozen=True)
class Step:
    """One line of the checklist: done or explained (`left_out`), when, by whom, with what words; or still open."""

    code: str
    title: str
    at: datetime | None = None
    staff_id: int | None = None
    text: str = ""
    left_out: bool = False

    @property
    def open(self) -> bool:
        """Whether it is neither done nor explained."""
        return self.at is None


def runs(case: Case) -> bool:
    """Whether a crisis was begun on a case and has not ended."""
    return case.crisis_since is not None and case.crisis_ended_at is None


def checklist(case: Case, events: Sequence[CaseEvent], book: Rulebook) -> tuple[Step, ...]:
    """The steps of the last crisis as its events (oldest first) leave them; none where there was no crisis.

    The steps are those of rule complaint.crisis_steps on the day it began.
    """
    if case.crisis_since is None:
        return ()
    said: dict[str, CaseEvent] = {}
    for event in crisis_events(events):
        if "step" in (event.details or {}):
            said[str((event.details or {})["step"])] = event
    known = book.value("complaint.crisis_steps", bank_day(case.crisis_since))
    return tuple(_step(one, said.get(one["code"])) for one in known)


def crisis_events(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """What belongs to the last crisis, from its beginning on."""
    found: list[CaseEvent] = []
    for event in events:
        if event.kind == "crisis":
            found = [event] if "begin" in (event.details or {}) else [*found, event]
    return found


def begin(session: StoreSession, number: str, read_version: int, reason: str) -> Case:
    """Declare a case a crisis; its checklist begins empty. Refused while one runs, or without a reason."""
    case = steps.mine_to_act_on(session, number, read_version)
    steps.need_text(reason)
    if runs(case):
        raise Refused(_("这件事项已在按危机处理。"))
    cases.record(session, case, "crisis", text=reason, details={"begin": True})
    cases.change(session, case, {"crisis_since": business_now(), "crisis_ended_at": None})
    return case


def tick(session: StoreSession, number: str, step: str, text: str, *, left_out: bool = False) -> None:
    """Mark a step of the checklist done, or left out with the reason why."""
    case = _running(session, number)
    found = {one.code: one for one in _checklist(session, case)}.get(step)
    if found is None:
        raise Refused(_("清单中没有这一步。"))
    if not found.open and not found.left_out:
        raise Refused(_("这一步已完成。"))
    if left_out:
        steps.need_text(text)
    cases.record(session, case, "crisis", text=text, details={"step": step, "left_out": left_out or None})
    session.flush()


def log(session: StoreSession, number: str, text: str) -> None:
    """Write down what happens while the crisis lasts."""
    case = _running(session, number)
    steps.need_text(text)
    cases.record(session, case, "crisis", text=text, details={"log": True})
    session.flush()


def end(session: StoreSession, number: str, read_version: int, text: str) -> Case:
    """End the crisis; refused while a step of its checklist is neither done nor explained."""
    case = _running(session, number, read_version)
    steps.need_text(text)
    left = [one.title for one in _checklist(session, case) if one.open]
    if left:
        raise Refused(_("清单还有未完成也未说明的步骤：{steps}。").format(steps=_("、").join(left)))
    cases.record(session, case, "crisis", text=text, details={"end": True})
    cases.change(session, case, {"crisis_ended_at": business_now()})
    return case


def _running(session: StoreSession, number: str, read_version: int | None = None) -> Case:
    case = steps.mine_to_act_on(session, number, read_version)
    if not runs(case):
        raise Refused(_("这件事项没有在按危机处理。"))
    return case


def _checklist(session: StoreSession, case: Case) -> tuple[Step, ...]:
    return checklist(case, session.scalars(cases.events_of(case)).all(), rulebook())


def _step(said: Mapping[str, str], event: CaseEvent | None) -> Step:
    title = translate(said["name"]) if said.get("name") else name("crisis_step", said["code"])
    if event is None:
        return Step(said["code"], title)
    left_out = bool((event.details or {}).get("left_out"))
    return Step(said["code"], title, event.at, event.staff_id, event.text or "", left_out)

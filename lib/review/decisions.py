"""What a review decides (决议): an improvement action of its quarter, with KPI and expected effect (制度 §七)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lib.review.decision_lists import owners
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Action, Staff
from lib.store.quarter import Quarter
from lib.store.reviewed import may_decide
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save
from lib.words import _, day
from lib.work import actions
from lib.work.moves import Problem
from lib.work.steps import refuse

LONGEST = {"title": 120, "steps": 4000, "expected": 200}
EVIDENCE = 4000
E4 = 10_000
MOST = 9e14  # what is stored fits a 64-bit number
#: from a state, what may follow it; an ended decision stays as it ended
MOVES = {"open": ("done", "dropped"), "done": (), "dropped": ()}


@dataclass(frozen=True)
class DecisionForm:
    """What is decided: what is done, by whom, until when, to bring which KPI to which value. `branch_id` None: the
    whole bank; `expected_value` in the KPI's own unit (a share as 0–1); `expected`: the effect in words."""

    title: str
    steps: str
    kpi_key: str
    owner_id: int | None
    due_on: date | None
    expected_value: float | None = None
    expected: str = ""
    branch_id: int | None = None

    @property
    def expected_e4(self) -> int | None:
        """The value to reach as it is stored."""
        return None if self.expected_value is None else round(self.expected_value * E4)

    def problems(self, on: date, kpis: Collection[str]) -> list[Problem]:
        """What keeps it from being recorded; empty if nothing does. `kpis`: the keys on offer."""
        found = []
        if not self.title.strip():
            found.append(Problem("title", _("请写明决议。")))
        if not self.steps.strip():
            found.append(Problem("steps", _("请写明具体步骤。")))
        found += [Problem(field, _("内容太长，最多 {n} 字。").format(n=most))
                  for field, most in LONGEST.items() if len(getattr(self, field)) > most]  # fmt: skip
        if self.kpi_key not in kpis:
            found.append(Problem("kpi_key", _("请选择决议要改善的指标。")))
        if self.expected_value is None and not self.expected.strip():
            found.append(Problem("expected", _("请写明预期效果：指标要达到的数值，或一句话。")))
        if self.expected_value is not None and not abs(self.expected_value) < MOST:
            found.append(Problem("expected_value", _("预期达到的数值须是一个数。")))
        if self.owner_id is None:
            found.append(Problem("owner_id", _("请选择责任人。")))
        if self.due_on is None or self.due_on < on:
            found.append(Problem("due_on", _("完成期限不能早于今天。")))
        return found


def may_act(scope: Scope, action: Action) -> bool:
    """Whether a scope adds evidence to a decision and says that it is done: its owner, and who could decide it."""
    return action.state == "open" and (action.owner_id == scope.staff_id or may_decide(scope, action.branch_id))


def expected_of(action: Action) -> float | None:
    """What the action's KPI is to reach, in the KPI's own unit."""
    return None if action.expected_e4 is None else action.expected_e4 / E4


def decide(session: StoreSession, quarter: Quarter, form: DecisionForm) -> Action:
    """Record a new decision of a quarter's review; Refused for what is wrong with it or without the right."""
    _check(session, form, form.branch_id, quarter)
    action = Action(
        id=new_id(), title=form.title.strip(), steps=form.steps.strip(), kpi_key=form.kpi_key,
        expected=form.expected.strip() or None, expected_e4=form.expected_e4, owner_id=form.owner_id,
        branch_id=form.branch_id, due_on=form.due_on, state="open", created_by=session.scope.staff_id,
        created_at=business_now(), quarter=str(quarter), version=1,
    )  # fmt: skip
    session.add(action)
    session.flush()
    return action


def change(session: StoreSession, action_id: int, read_version: int, form: DecisionForm) -> Action:
    """Change an open decision; quarter and place stay. Conflict for a stale form."""
    action = open_one(session, action_id)
    _check(session, form, action.branch_id, Quarter.parse(action.quarter or ""), due_before=action.due_on)
    save(session, action, read_version, {
        "title": form.title.strip(), "steps": form.steps.strip(), "kpi_key": form.kpi_key,
        "expected": form.expected.strip() or None, "expected_e4": form.expected_e4, "owner_id": form.owner_id,
        "due_on": form.due_on,
    })  # fmt: skip
    return action


def prove(session: StoreSession, action_id: int, read_version: int, text: str) -> Action:
    """Add evidence to an open decision; what was there stays."""
    action = _mine(session, action_id)
    save(session, action, read_version, {"evidence": _added(session, action, text, _("请写明进展或证据。"))})
    return action


def finish(session: StoreSession, action_id: int, read_version: int, evidence: str) -> Action:
    """Say that a decision is done, with what shows it."""
    action = _mine(session, action_id)
    said = _added(session, action, evidence, _("请写明完成的证据。"))
    return actions.end(session, action, read_version, "done", said, _("请写明完成的证据。"))


def drop(session: StoreSession, action_id: int, read_version: int, reason: str) -> Action:
    """Give a decision up, with the reason; the owner alone cannot."""
    action = open_one(session, action_id)
    if not may_decide(session.scope, action.branch_id):
        raise Refused(_("决议由支行负责人（本支行）、客户关系管理部和行领导记录，由责任人办理。"))
    said = _added(session, action, reason, _("请写明理由。"))
    return actions.end(session, action, read_version, "dropped", said, _("请写明理由。"))


def open_one(session: StoreSession, action_id: int) -> Action:
    """A decision that can still be acted on; Refused otherwise."""
    which = (Action.id == action_id, Action.quarter.is_not(None))
    action = session.scalars(select(Action).where(*which)).one_or_none()
    if action is None:
        raise Refused(_("没有找到这项决议，或它不在你的范围内。"))
    if not MOVES[action.state]:
        raise Refused(_("这项决议已经结束。"))
    return action


def _mine(session: StoreSession, action_id: int) -> Action:
    action = open_one(session, action_id)
    if not may_act(session.scope, action):
        raise Refused(_("只有责任人和有权作出这项决议的人可以登记进展、办结。"))
    return action


def _added(session: StoreSession, action: Action, text: str, ask: str) -> str:
    """What was said before and, beneath it, what is said now, by whom and when."""
    if not text.strip():
        raise Refused(ask)
    line = f"{day(today())} {session.scope.name}：{text.strip()}"
    said = f"{action.evidence}\n{line}" if action.evidence else line
    if len(said) > EVIDENCE:
        raise Refused(_("内容太长，最多 {n} 字。").format(n=EVIDENCE))
    return said


def _check(
    session: StoreSession, form: DecisionForm, branch_id: int | None, quarter: Quarter, due_before: date | None = None
) -> None:
    """`due_before`: a due day that has passed may stay, so that an overdue decision can still be changed."""
    if not may_decide(session.scope, branch_id):
        raise Refused(_("决议由支行负责人（本支行）、客户关系管理部和行领导记录，由责任人办理。"))
    if quarter.start > today():
        raise Refused(_("这个季度还没有开始。"))
    on = min(today(), due_before) if due_before is not None and form.due_on == due_before else today()
    refuse(form.problems(on, [kpi.key for kpi in rulebook().kpis(today())]))
    if form.owner_id not in set(session.scalars(owners(branch_id).with_only_columns(Staff.id))):
        raise Refused(_("此人不能作为这项措施的责任人。"))

"""Forms of the steps of a finding: each asks what its move needs."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from lib.satisfaction import findings
from lib.satisfaction.finding_steps import LONGEST, StepForm
from lib.store.models import Action, Finding, Staff
from lib.ui import quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work.causes import cause_title, causes
from lib.work.moves import Move
from lib.work.steps import root_causes

_DAYS = 30  # offered as the time to do it in


def step(page: Page, finding: Finding, move: Move) -> None:
    """The form of one step."""
    form = SaveForm(f"finding-{move.to}-{finding.id}-{finding.version}", version=finding.version,
                    before={"state": name("finding_state", finding.state)})  # fmt: skip
    with form:
        said = _fields(form, page, finding, move)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                findings.step(session, finding.id, seen.version or 0, said)

        form.submit(save, mine={"state": name("finding_state", move.to)}, titles={"state": _("状态")},
                    label=name("finding_act", move.to), done=_("已记录。"))  # fmt: skip


def change(page: Page, finding: Finding, action: Action) -> None:
    """Another owner or day for the measure, with the reason."""
    before = {"owner": name_of(page, action.owner_id), "due_on": action.due_on.isoformat()}
    form = SaveForm(f"finding-change-{action.id}-{action.version}", version=action.version, before=before)
    with form:
        left, right = st.columns(2)
        with left:
            owner = _owner(form, page, finding, action.owner_id)
        with right:
            due = st.date_input(
                escaped(_("整改期限")), value=action.due_on, key=form.key("due_on"), format="YYYY-MM-DD"
            )
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=200)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                findings.change_measure(session, finding.id, seen.version or 0, owner, due, reason)

        mine = {"owner": name_of(page, owner), "due_on": due.isoformat() if due else ""}
        form.submit(save, mine=mine, titles={"owner": _("责任人"), "due_on": _("整改期限")},
                    label=name("finding_act", "changed"), done=_("已记录。"))  # fmt: skip


def name_of(page: Page, staff_id: int | None) -> str:
    """What somebody is called."""
    return quarters.house(page.scope).staff.get(staff_id or 0, ("", ""))[1]


def _fields(form: SaveForm, page: Page, finding: Finding, move: Move) -> StepForm:
    texts = {need: _text(form, need) for need in move.needs if need not in ("root_cause",)}
    cause = _cause(form, page, finding) if "root_cause" in move.needs else ""
    owner, due = None, None
    if "measure" in move.needs:
        left, right = st.columns(2)
        with left:
            owner = _owner(form, page, finding)
        with right:
            due = st.date_input(escaped(_("整改期限")), value=page.today + timedelta(days=_DAYS),
                                key=form.key("due_on"), format="YYYY-MM-DD")  # fmt: skip
    return StepForm(move.to, root_cause=cause, owner_id=owner, due_on=due, **texts)


def _text(form: SaveForm, need: str) -> str:
    label = escaped(name("finding_field", need))
    return st.text_area(label, key=form.key(need), max_chars=LONGEST, height=90)


def _cause(form: SaveForm, page: Page, finding: Finding) -> str:
    known, offered = causes(page.book, page.today), list(root_causes(page.book))
    at = offered.index(finding.root_cause) if finding.root_cause in offered else None
    return st.selectbox(escaped(_("根本原因")), offered, index=at, key=form.key("cause"), placeholder=_("请选择"),
                        format_func=lambda code: cause_title(code, known)) or ""  # fmt: skip


def _owner(form: SaveForm, page: Page, finding: Finding, now: int | None = None) -> int | None:
    with page.session() as session:
        people: list[Staff] = list(session.scalars(findings.owners(finding.branch_id)))
    named = {one.id: _("{name}（{role}）").format(name=one.name, role=name("role", one.role)) for one in people}
    at = list(named).index(now) if now in named else None
    return st.selectbox(escaped(_("责任人")), list(named), index=at, key=form.key("owner"), placeholder=_("请选择"),
                        format_func=named.__getitem__)  # fmt: skip

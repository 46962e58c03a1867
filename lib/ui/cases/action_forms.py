"""Forms of an improvement action: give one, change it, finish it with evidence, give it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from lib.complaints import actions
from lib.complaints.actions import ActionForm
from lib.store.models import Action, Staff
from lib.store.session import StoreSession
from lib.ui import quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name, translate
from lib.work.causes import cause_title, causes
from lib.work.steps import root_causes

_DAYS = 30  # offered as the time to do it in


def give(page: Page, cause: str) -> None:
    """A new action, against the cause in the address if it names one."""
    branch = _branch(page)
    form = SaveForm(f"action-new-{branch or 'bank'}-{cause}")
    with form:
        said = _fields(form, page, branch, cause, None)
        _submit(form, page, lambda session, _seen: actions.give(session, said), said, label=_("下达措施"),
                done=_("措施已下达。"))  # fmt: skip


def change(page: Page, action: Action) -> None:
    """Another title, steps, KPI, owner or due day."""
    form = SaveForm(f"action-{action.id}-{action.version}", version=action.version,
                    before={"title": action.title, "due_on": action.due_on.isoformat()})  # fmt: skip
    with form:
        said = _fields(form, page, action.branch_id, action.cause or "", action)
        _submit(form, page, lambda session, seen: actions.change(session, action.id, seen.version or 0, said), said,
                label=_("保存修改"), done=_("措施已修改。"), before=action)  # fmt: skip


def finish(page: Page, action: Action) -> None:
    """Say that it is done, with what shows it."""
    _end(page, action, "finish", _("完成的证据"), _("办结措施"), actions.finish)


def drop(page: Page, action: Action) -> None:
    """Give it up, with the reason."""
    _end(page, action, "drop", _("取消的理由"), _("取消措施"), actions.drop)


def _end(
    page: Page, action: Action, what: str, title: str, label: str,
    command: Callable[[StoreSession, int, int, str], Action],
) -> None:  # fmt: skip
    form = SaveForm(f"action-{what}-{action.id}-{action.version}", version=action.version,
                    before={"state": name("action_state", action.state)})  # fmt: skip
    with form:
        text = st.text_area(escaped(title), key=form.key("text"), max_chars=4000, height=100)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                command(session, action.id, seen.version or 0, text)

        form.submit(save, mine={"state": label}, titles={"state": _("状态")}, label=label)


def _branch(page: Page) -> int | None:
    """Where the action holds: a head's branch; the department chooses one or the whole bank."""
    if page.scope.role == "head":
        return page.scope.branch_id
    house = quarters.house(page.scope)
    offered = [None, *house.branches]
    return st.selectbox(
        escaped(_("适用范围")), offered, key="action-branch",
        format_func=lambda key: house.branches[key][1] if key in house.branches else _("全行"),
    )  # fmt: skip


def _fields(form: SaveForm, page: Page, branch: int | None, cause: str, now: Action | None) -> ActionForm:
    title = st.text_input(escaped(_("措施")), value=now.title if now else "", key=form.key("title"), max_chars=120)
    steps = st.text_area(escaped(_("具体步骤")), value=now.steps if now else "", key=form.key("steps"), max_chars=4000,
                         height=110)  # fmt: skip
    left, right = st.columns(2)
    with left:
        about = _cause(form, page, cause, now)
        owner = _owner(form, page, branch, now)
    with right:
        kpi = _kpi(form, page, now)
        due = st.date_input(escaped(_("完成期限")), value=now.due_on if now else page.today + timedelta(days=_DAYS),
                            key=form.key("due_on"), format="YYYY-MM-DD")  # fmt: skip
    expected = st.text_input(escaped(_("预期效果")), value=(now.expected or "") if now else "",
                             key=form.key("expected"), max_chars=200)  # fmt: skip
    return ActionForm(title, steps, about, kpi, owner, due, expected, branch)


def _cause(form: SaveForm, page: Page, cause: str, now: Action | None) -> str:
    known = causes(page.book, page.today)
    offered = list(root_causes(page.book))
    if now is not None and cause not in offered:
        offered.append(cause)
    return st.selectbox(
        escaped(_("针对的根本原因")), offered, index=offered.index(cause) if cause in offered else None,
        key=form.key("cause"), placeholder=_("请选择"), format_func=lambda code: cause_title(code, known),
        disabled=now is not None,
    ) or ""  # fmt: skip


def _kpi(form: SaveForm, page: Page, now: Action | None) -> str:
    known = {kpi.key: translate(kpi.title) for kpi in page.book.kpis(page.today)}
    offered = list(known)
    chosen = now.kpi_key if now and now.kpi_key in known else "complaints_received"
    return st.selectbox(escaped(_("要改善的指标")), offered, index=offered.index(chosen) if chosen in known else None,
                        key=form.key("kpi"), placeholder=_("请选择"), format_func=known.__getitem__) or ""  # fmt: skip


def _owner(form: SaveForm, page: Page, branch: int | None, now: Action | None) -> int | None:
    with page.session() as session:
        people: Sequence[Staff] = session.scalars(actions.owners(branch)).all()
    named = {one.id: _("{name}（{role}）").format(name=one.name, role=name("role", one.role)) for one in people}
    offered = list(named)
    at = offered.index(now.owner_id) if now and now.owner_id in named else None
    return st.selectbox(escaped(_("责任人")), offered, index=at, key=form.key("owner"), placeholder=_("请选择"),
                        format_func=named.__getitem__)  # fmt: skip


def _submit(
    form: SaveForm, page: Page, act: Callable[[StoreSession, Seen], object], said: ActionForm, *,
    label: str, done: str, before: Action | None = None,
) -> None:  # fmt: skip
    def save(seen: Seen) -> None:
        with page.session(write=True) as session:
            act(session, seen)

    on = min(page.today, before.due_on) if before is not None and said.due_on == before.due_on else page.today
    problems = said.problems(on, root_causes(page.book), [kpi.key for kpi in page.book.kpis(page.today)])
    mine = {"title": said.title, "due_on": said.due_on.isoformat() if said.due_on else ""}
    form.submit(save, problems=[one.sentence for one in problems], mine=mine,
                titles={"title": _("措施"), "due_on": _("完成期限")}, label=label, done=done)  # fmt: skip

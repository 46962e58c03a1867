"""What one can do with an enquiry or breakpoint: the next step, handing it over, notes, and what follows from it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.enquiries import write
from lib.enquiries.rules import ENQUIRY, LONGEST, OUTCOMES, WITH_ANSWER, field_name, offered
from lib.enquiries.steps import At, StepForm, repairer_of, steps_from
from lib.store.models import Case
from lib.ui.cases.acting import Begun, begun_with, form_on, leave, submit
from lib.ui.cases.telling import note, phones
from lib.ui.cases.view import Opened
from lib.ui.enquiries import beyond
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name
from lib.work import cases, steps
from lib.work.causes import cause_title, causes, leaves
from lib.work.moves import Move, state_name


def actions(opened: Opened, page: Page) -> None:
    """The forms open to this person on this case; a sentence where there are none."""
    case, begun = opened.case, begun_with(opened.case, page)
    if case.version != begun.version:
        st.warning(escaped(_("这件事项刚被别人更新过。你写的还在，看过最新情况再决定。")))
        st.button(escaped(_("看最新情况")), key="case-newest", on_click=leave)
    acting = page.right.change and bool(cases.capabilities(page.scope, case))
    if page.right.change and cases.may_take(page.scope, case):
        _take(case, page)
    if acting and case.closed_at is None:
        _tabs(opened, begun, page)
    elif acting or (page.right.change and case.first_owner_id == page.scope.staff_id):
        if case.closed_at is None:
            st.caption(escaped(_("你是首问责任人：可以补充记录，处理由处理人进行。")))
        note(case, page)
    if acting and case.handler_id == page.scope.staff_id and case.closed_at is None:
        phones(opened, page)
    if acting and case.outcome == "product_interest":
        beyond.follow_up(opened, page)


def _tabs(opened: Opened, begun: Begun, page: Page) -> None:
    along, hand, tell = st.tabs([escaped(_("办理")), escaped(_("移交")), escaped(_("记录"))])
    with along:
        _steps(opened, begun, page)
    with hand:
        beyond.hand_over(opened, begun, page)
    with tell:
        note(opened.case, page)


def _take(case: Case, page: Page) -> None:
    with SaveForm(f"take-{case.number}") as form:

        def save(_seen: object) -> None:
            with page.session(write=True) as session:
                cases.take(session, case.number)
            leave()

        st.caption(escaped(_("这件事项还没有处理人。")))
        form.submit(save, label=_("由我处理"), done=_("已由你处理。"))


def _steps(opened: Opened, begun: Begun, page: Page) -> None:
    """The steps open to this person, one at a time; who repaired it is told who verifies."""
    case = opened.case
    mine = repairer_of(opened.events) == page.scope.staff_id
    open_: dict[str, tuple[At, Move]] = {}
    for as_what in cases.capabilities(page.scope, case):
        at = At(case.kind, begun.state, as_what, mine)
        for move in steps_from(at, page.book, page.today):
            open_.setdefault(move.to, (at, move))
    if not open_:
        waits = case.state == "repaired" and mine
        st.caption(escaped(_("修复由修复人以外的人核验：可移交同事，或等支行负责人、客户关系管理部核验。") if waits
                           else _("这个状态下没有你可以办理的下一步。")))  # fmt: skip
        return
    to = next(iter(open_))
    if len(open_) > 1:
        to = st.segmented_control(
            escaped(_("下一步")), list(open_), default=to, required=True, key=f"step-{begun.number}-{begun.version}",
            format_func=lambda code: escaped(_step_name(case.kind, begun.state, code)),
        ) or to  # fmt: skip
    _step(opened, begun, page, *open_[to])


def _step_name(kind: str, state: str, to: str) -> str:
    """What a step is called on its button."""
    named = {
        ("received", "answered"): _("答复"), ("answered", "closed"): _("办结"), ("received", "told"): _("告知客户"),
        ("told", "repaired"): _("登记修复"), ("repaired", "closed"): _("核验通过"),
        ("repaired", "told"): _("核验未通过"),
    }  # fmt: skip
    if kind == ENQUIRY and (state, to) == ("received", "closed"):
        return _("未答复办结")
    return named.get((state, to)) or state_name(kind, to)


def _step(opened: Opened, begun: Begun, page: Page, at: At, move: Move) -> None:
    kind, to = opened.case.kind, move.to
    becomes = _becomes(begun, kind, move)
    form = form_on(f"{kind}-{to}", begun)
    with form:
        said: dict[str, Any] = {}
        for need in move.needs:
            said |= _asked(form, page, kind, need, begun.state, becomes)
        if kind == ENQUIRY and to == "answered":
            said |= _at_once(form, kind)
        filled = StepForm(to, **said)
        problems = filled.problems(at, page.book, page.today, steps.root_causes(page.book))
        label = _step_name(kind, begun.state, to)
        submit(form, page, begun, lambda session, read: write.step(session, begun.number, read, filled),
               problems=[one.sentence for one in problems], to=to, label=label,
               done=_("已记录：{step}。").format(step=label))  # fmt: skip


def _becomes(begun: Begun, kind: str, move: Move) -> str:
    """The outcome of an enquiry being closed; outside the form, for it decides what the form asks."""
    if kind != ENQUIRY or "outcome" not in move.needs:
        return ""
    answered = begun.state == "answered"
    options = (*WITH_ANSWER, "complaint") if answered else OUTCOMES[:-3:-1]
    return str(st.segmented_control(
        escaped(field_name(kind, "outcome")), options, default=options[0], required=True,
        key=f"outcome-{begun.number}-{begun.version}", format_func=lambda one: escaped(name("enquiry_outcome", one)),
    ) or options[0])  # fmt: skip


def _asked(form: SaveForm, page: Page, kind: str, need: str, state: str, becomes: str) -> dict[str, Any]:
    """The widgets of one thing a step needs, and what they say."""
    match need:
        case "outcome":
            return {"outcome": becomes, **_of_outcome(form, page, kind, becomes)}
        case "told":
            named = {code: name("channel", code) for code in codes("channel")}
            return {"told": _text(form, kind, "told"), "channel": _chosen(form, kind, "channel", named)}
        case "root_cause":
            known = causes(page.book, page.today)
            return {need: _chosen(form, kind, need, {one.code: cause_title(one.code, known) for one in leaves(known)})}
        case "reason" if state == "repaired":
            return {need: st.text_area(escaped(_("哪里没有修复")), key=form.key(need), max_chars=LONGEST, height=90)}
    return {need: _text(form, kind, need)}


def _of_outcome(form: SaveForm, page: Page, kind: str, becomes: str) -> dict[str, Any]:
    """What an outcome asks for beside itself."""
    if becomes == "complaint":
        st.caption(escaped(_("将另立一件投诉，自咨询收到之时起计时，待投诉处理人员领取。")))
        reasons = offered("reason", page.book, page.today)
        return {"complaint_reason": _chosen(form, kind, "complaint_reason", reasons),
                "demand": _text(form, kind, "demand")}  # fmt: skip
    if becomes in ("product_interest", "referred"):
        return {"next_step": st.text_input(escaped(field_name(kind, "next_step")), key=form.key("next_step"),
                                           max_chars=200)}  # fmt: skip
    return {}


def _at_once(form: SaveForm, kind: str) -> dict[str, Any]:
    """Closing together with the answer: the everyday case; otherwise it stays open until its outcome is known."""
    outcome = st.segmented_control(
        escaped(_("同时办结（不选则待客户确认后办结）")), WITH_ANSWER, default="answered", key=form.key("outcome"),
        format_func=lambda one: escaped(name("enquiry_outcome", one)),
    )  # fmt: skip
    step = st.text_input(escaped(field_name(kind, "next_step")), key=form.key("next_step"), max_chars=200)
    return {"outcome": outcome or "", "next_step": step}


def _text(form: SaveForm, kind: str, field: str) -> str:
    return st.text_area(escaped(field_name(kind, field)), key=form.key(field), max_chars=LONGEST, height=100)


def _chosen(form: SaveForm, kind: str, field: str, options: dict[str, str]) -> str:
    chosen = st.selectbox(escaped(field_name(kind, field)), list(options), index=None, key=form.key(field),
                          placeholder=_("请选择"), format_func=options.__getitem__)  # fmt: skip
    return chosen or ""

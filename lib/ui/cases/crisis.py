"""Crisis handling on screen: the checklist as it stands, and working it off."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.complaints import crisis
from lib.complaints.crisis import Step
from lib.ui.cases.acting import LONGEST, Begun, form_on, said, submit
from lib.ui.cases.view import Opened
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _


def shown(opened: Opened, page: Page) -> None:
    """The checklist of the crisis that runs or ran last; nothing where there was none."""
    steps = crisis.checklist(opened.case, opened.events, page.book)
    if not steps:
        return
    done = sum(not one.open for one in steps)
    title = _("危机处理清单：{done}/{all}").format(done=done, all=len(steps))
    with st.expander(escaped(title), expanded=crisis.runs(opened.case), icon=":material/checklist:"):
        st.markdown("  \n".join(_line(one, opened) for one in steps))


def acting(opened: Opened, begun: Begun, page: Page) -> None:
    """Begin a crisis, or work off its checklist, keep its log and end it."""
    if not crisis.runs(opened.case):
        form = form_on("crisis-begin", begun)
        with form:
            reason = st.text_area(escaped(_("为何按危机处理")), key=form.key("text"), max_chars=LONGEST, height=90)
            submit(form, page, begun, lambda session, read: crisis.begin(session, begun.number, read, reason),
                   problems=said(reason), label=_("按危机处理"))  # fmt: skip
        return
    _tick(opened, begun, page)
    form = form_on("crisis-log", begun)
    with form:
        text = st.text_area(escaped(_("危机日志")), key=form.key("text"), max_chars=LONGEST, height=90)
        submit(form, page, begun, lambda session, _read: crisis.log(session, begun.number, text),
               problems=said(text), label=_("记入日志"))  # fmt: skip
    _end(begun, page)


def _tick(opened: Opened, begun: Begun, page: Page) -> None:
    left = {one.code: one.title for one in crisis.checklist(opened.case, opened.events, page.book)
            if one.open or one.left_out}  # fmt: skip
    if not left:
        return
    form = form_on("crisis-tick", begun)
    with form:
        step = st.selectbox(escaped(_("清单步骤")), list(left), key=form.key("step"), format_func=left.__getitem__)
        text = st.text_input(escaped(_("情况说明")), key=form.key("text"), max_chars=400)
        left_out = st.checkbox(escaped(_("这一步不做（须说明）")), key=form.key("left_out"))
        submit(form, page, begun, lambda session, _read: crisis.tick(
            session, begun.number, step, text, left_out=left_out),
            problems=said(text) if left_out else [], label=_("完成这一步"))  # fmt: skip


def _end(begun: Begun, page: Page) -> None:
    form = form_on("crisis-end", begun)
    with form:
        text = st.text_input(escaped(_("结束危机处理的依据")), key=form.key("text"), max_chars=400)
        submit(form, page, begun, lambda session, read: crisis.end(session, begun.number, read, text),
               problems=said(text), label=_("结束危机处理"))  # fmt: skip


def _line(step: Step, opened: Opened) -> str:
    if step.at is None:
        return f":gray[○ {escaped(step.title)}]"
    told = [words.moment(step.at), opened.person(step.staff_id), step.text]
    mark = f":orange[{escaped(_('未做'))}]" if step.left_out else ":green[✓]"
    return f"{mark} {escaped(step.title)} :small[:gray[{escaped(' · '.join(one for one in told if one))}]]"

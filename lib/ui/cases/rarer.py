"""The rarer actions on a case, one at a time: waiting, a longer term, a review, a crisis."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.complaints import extension, review
from lib.store.book import calendar
from lib.ui.cases import crisis, reviews
from lib.ui.cases.acting import LONGEST, Begun, form_on, said, submit
from lib.ui.cases.view import Opened
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name
from lib.work import waiting
from lib.work.clock import due_text
from lib.work.clock_of import terms_of
from lib.work.requests import stages


def more(opened: Opened, begun: Begun, page: Page) -> None:
    """What is possible on this case now; the others are not offered."""
    case = opened.case
    offered: dict[str, tuple[str, Callable[[Opened, Begun, Page], None]]] = {}
    if case.waiting_for is not None:
        offered["resume"] = (_("继续处理"), _resume)
    elif case.closed_at is None:
        offered["wait"] = (_("转入等待"), _wait)
    if extension.problem(case) is None:
        offered["extension"] = (_("延期"), _extension)
    if review.problem(case) is None:
        offered["review"] = (_("核查"), reviews.acting)
    offered["crisis"] = (_("危机"), crisis.acting)
    chosen = st.segmented_control(
        escaped(_("办理")), list(offered), default=next(iter(offered)), required=True, label_visibility="collapsed",
        key=f"more-{begun.number}-{begun.version}", format_func=lambda one: escaped(offered[one][0]),
    )  # fmt: skip
    offered[chosen or next(iter(offered))][1](opened, begun, page)


def _wait(opened: Opened, begun: Begun, page: Page) -> None:
    form = form_on("wait", begun)
    with form:
        for_ = st.segmented_control(escaped(_("在等待谁")), codes("waiting_for"), default="customer", required=True,
                                    key=form.key("for"),
                                    format_func=lambda one: escaped(name("waiting_for", one)))  # fmt: skip
        text = st.text_area(escaped(_("等待什么")), key=form.key("text"), max_chars=LONGEST, height=90)
        st.caption(escaped(_paused(page)))
        submit(form, page, begun, lambda session, read: waiting.wait(
            session, begun.number, read, for_ or "", text), problems=said(text), label=_("转入等待"))  # fmt: skip


def _resume(opened: Opened, begun: Begun, page: Page) -> None:
    form = form_on("resume", begun)
    with form:
        text = st.text_area(escaped(_("等到了什么")), key=form.key("text"), max_chars=LONGEST, height=90)
        submit(form, page, begun, lambda session, read: waiting.resume(session, begun.number, read, text),
               problems=said(text), label=_("继续处理"))  # fmt: skip


def _paused(page: Page) -> str:
    """What rule complaint.pause says of waiting today."""
    rule = page.book.value("complaint.pause", page.today)
    stops = [f"{name('clock', clock)}（{_('、').join(name('waiting_for', one) for one in waits)}）"
             for clock, waits in rule.items() if waits]  # fmt: skip
    if not stops:
        return _("等待不暂停任何时限。")
    return _("等待期间暂停的时限：{clocks}。").format(clocks=_("、").join(stops))


def _extension(opened: Opened, begun: Begun, page: Page) -> None:
    case, to = opened.case, extension.next_extension(opened.case)
    kind = f"term_{to}"
    waiting_ = next((one for one in opened.requests if one.kind == kind and one.state in ("pending", "returned")), None)
    if waiting_ is not None:
        st.caption(escaped(_("已申请“{kind}”：{state}。").format(
            kind=name("request_kind", kind), state=name("request_state", waiting_.state))))  # fmt: skip
        return
    terms = terms_of(case, opened.events, page.book)._replace(extension=str(to))
    term = terms.legal_term(calendar(), page.book)
    form = form_on("extension", begun)
    with form:
        if term is not None and term.due_at is not None and case.legal_due_at is not None:
            post = _("、").join(name("role", one) for one in stages(kind, page.book))
            st.caption(escaped(_("{kind}：由 {before} 延至 {after}，须由{post}批准，并告知投诉人。").format(
                kind=name("request_kind", kind), before=due_text(case.legal_due_at), after=due_text(term.due_at),
                post=post)))  # fmt: skip
        reason = st.text_area(escaped(_("理由（审批人看不到客户，请勿写客户姓名与电话）")), key=form.key("reason"),
                              max_chars=LONGEST, height=90)  # fmt: skip
        submit(form, page, begun, lambda session, read: extension.ask_extension(session, begun.number, read, reason),
               problems=said(reason), label=_("申请延期"), done=_("延期申请已提交。"))  # fmt: skip

"""Reviews (核查) of a case on screen: how they stand, and recording that one was asked for or how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from lib import words
from lib.complaints import review
from lib.complaints.review import ReviewForm
from lib.settings import BANK_ZONE
from lib.store.models import CaseReview
from lib.ui.cases.acting import LONGEST, Begun, form_on, leave, said, submit
from lib.ui.cases.view import Opened, tone_of
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped, plain
from lib.words import _, codes, name
from lib.work.clock import due_text, review_term
from lib.work.running import standing_of


def shown(opened: Opened, page: Page) -> None:
    """Every review with its term, and what a changed result means for the case; nothing where there is none."""
    if not opened.reviews:
        return
    st.subheader(escaped(_("核查")), anchor=False)
    for one in opened.reviews:
        with st.container(border=True, gap=None):
            _review(one, page)
    last = opened.reviews[-1]
    if last.conclusion == "changed" and _stands(last, opened):
        st.info(escaped(_("核查改变了原处理。投诉不会自动恢复：请在“推进”中转为“重新处理”（已答复的先登记回访）。")))


def acting(opened: Opened, begun: Begun, page: Page) -> None:
    """Conclude the review that is open, or record a new one."""
    open_ = next((one for one in opened.reviews if one.concluded_at is None), None)
    if open_ is None:
        _ask(opened, begun, page)
    else:
        _conclude(open_, page)


def _stands(last: CaseReview, opened: Opened) -> bool:
    """Whether the answer that was found wanting still stands."""
    answered = opened.case.answered_at
    return answered is not None and answered <= last.asked_at


def _review(one: CaseReview, page: Page) -> None:
    told = [one.body, one.outside_number, _("{at} 申请").format(at=words.moment(one.asked_at))]
    if not one.in_time:
        told.append(_("逾期申请"))
    st.caption(escaped(" · ".join(part for part in told if part)))
    standing = standing_of(one.due_at, one.concluded_at, False, page.now)
    ended = name("review_conclusion", one.conclusion) if one.conclusion else standing.text
    due = _("应于 {at} 前答复").format(at=due_text(one.due_at)) if one.due_at else ""
    st.markdown(f"**:{tone_of(standing)}[{escaped(ended)}]** {escaped(due)}")
    plain("\n".join(part for part in (one.grounds, one.finding) if part))


def _ask(opened: Opened, begun: Begun, page: Page) -> None:
    case = opened.case
    limit = review_term("ask", case.answered_at, page.book) if case.answered_at else None
    form = form_on("review", begun)
    with form:
        if limit is not None:
            st.caption(escaped(_("投诉人可在 {at} 前向上级申请核查，逾期的也可登记。").format(at=due_text(limit))))
        body = st.text_input(_field("body"), key=form.key("body"), max_chars=80)
        number = st.text_input(escaped(_("核查编号")), key=form.key("outside_number"), max_chars=40)
        local = page.now.astimezone(BANK_ZONE).replace(second=0, microsecond=0, tzinfo=None)
        at = st.datetime_input(_field("asked_at"), value=local, key=form.key("asked_at"), step=60)
        grounds = st.text_area(escaped(_("申请核查的理由")), key=form.key("grounds"), max_chars=LONGEST, height=90)
        filled = ReviewForm(body, number, grounds, _moment(at, case.answered_at, page))
        problems = [one.sentence for one in filled.problems(case, page.now, page.book)]
        submit(form, page, begun, lambda session, _read: review.ask_review(session, begun.number, filled),
               problems=problems, label=_("登记核查"))  # fmt: skip


def _conclude(one: CaseReview, page: Page) -> None:
    form = SaveForm(f"conclude-{one.id}", version=one.version)
    with form:
        st.caption(escaped(_("核查结论由上级作出，在此登记。")))
        conclusion = st.segmented_control(
            _field("conclusion"), codes("review_conclusion"), key=form.key("conclusion"),
            format_func=lambda code: escaped(name("review_conclusion", code)),
        )  # fmt: skip
        finding = st.text_area(_field("finding"), key=form.key("finding"), max_chars=LONGEST, height=90)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                review.conclude(session, one.id, seen.version or 0, conclusion or "", finding)
            leave()

        problems = ([] if conclusion else [_("请选择核查结论。")]) + said(finding)
        form.submit(save, problems=problems, label=_("登记结论"))


def _moment(chosen: datetime | None, answered_at: datetime | None, page: Page) -> datetime:
    """The widget has whole minutes: that of now is now, that of the answer is after the answer."""
    if chosen is None:
        return page.now
    at = min(chosen.replace(tzinfo=BANK_ZONE), page.now)
    in_its_minute = answered_at is not None and at < answered_at < at + timedelta(minutes=1)
    return answered_at if in_its_minute and answered_at is not None else at


def _field(field: str) -> str:
    return escaped(name("complaint_field", field))

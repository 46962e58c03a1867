"""The response to a high risk rating, below the rating: what was done, whether it still holds, and the form."""

from __future__ import annotations

import streamlit as st

from lib.customers.responses import (
    LONGEST_TEXT,
    ResponseForm,
    asks_for_one,
    is_current,
    latest,
    record_response,
    responses,
    step_codes,
)
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, day, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """Nothing where the rating asks for none and none was recorded."""
    found = session.execute(responses(subject.ids)).all()
    asked = asks_for_one(subject.customer, page.book, page.today)
    if not asked and not found:
        return
    st.markdown(f"**{escaped(_('风险应对'))}**")
    current = next((row[0] for row in found if is_current(row[0], subject.customer, page.today)), None)
    if current is not None:
        st.caption(escaped(_("现行应对有效至 {day}。").format(day=day(current.review_on))))
    elif asked:
        st.markdown(f":red[{escaped(_('高风险评级，没有现行的应对措施。'))}]")
    if found:
        frames.table([
            {"made_on": row[0].made_on, "rating": name("risk_rating", row[0].rating), "text": row[0].text or "",
             "steps": _("、").join(name("risk_response_step", step) for step in row[0].steps),
             "review_on": row[0].review_on, "staff": row.staff} for row in found
        ], [
            Column("made_on", _("日期"), "day"), Column("steps", _("办法"), width=200),
            Column("text", _("做了什么"), width=260), Column("review_on", _("复核日"), "day"),
            Column("rating", _("针对评级")), Column("staff", _("登记人")),
        ], key="risk-responses")  # fmt: skip
    if asked:
        folded(page, subject, _("登记风险应对"), lambda: _form(page, subject), key="risk-response", icon="shield")


def _form(page: Page, subject: Subject) -> None:
    customer, until = subject.customer, latest(page.book, page.today)
    with SaveForm(f"risk-response-{customer.number}") as form:
        steps = st.pills(escaped(_("办法")), step_codes(page.book, page.today), selection_mode="multi",
                         key=form.key("steps"), format_func=lambda code: name("risk_response_step", code))  # fmt: skip
        text = st.text_area(escaped(_("做了什么")), key=form.key("text"), max_chars=LONGEST_TEXT, height=90)
        review = st.date_input(escaped(_("复核日")), until, min_value=page.today, max_value=until,
                               key=form.key("review"))  # fmt: skip
        shape = ResponseForm(tuple(steps), text, review)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                record_response(session, customer.customer_id, shape, seen.once)

        form.submit(save, problems=shape.problems(page.book, page.today), label=_("登记这项应对"),
                    done=_("已登记风险应对。"))  # fmt: skip

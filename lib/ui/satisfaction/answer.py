"""Entering an answer: one row of buttons a question, so that a telephone interview takes seconds."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.satisfaction import answering
from lib.satisfaction.answering import WITHOUT, AnswerForm, Kept
from lib.satisfaction.rules import LONGEST_VERBATIM, SCALES, VERBATIM, Questionnaire
from lib.store.models import SurveyAnswer
from lib.store.session import Refused
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name

_OPENED = "satisfaction.opened"


def fields(form: SaveForm, asked: Questionnaire) -> AnswerForm:
    """The questions in their order, each with the sentence to be read out; nothing chosen before."""
    scores: dict[str, int | None] = {}
    for ask, text in asked.scored:
        low, high = SCALES[ask]
        scores[ask] = st.segmented_control(
            escaped(f"{name('survey_dimension', ask)} · {text}"), list(range(low, high + 1)), key=form.key(ask)
        )
    said = ""
    if VERBATIM in dict(asked.questions):
        said = st.text_area(
            escaped(f"{name('survey_dimension', VERBATIM)} · {asked.text_of(VERBATIM)}"), key=form.key("verbatim"),
            max_chars=LONGEST_VERBATIM, height=70,
        )  # fmt: skip
    return AnswerForm(scores, said)


def enter(page: Page, row: SurveyAnswer, who: str) -> bool:
    """The form for an invitation; True on the run after it was kept."""
    asked = answering.asked_of(row, page.book)
    st.markdown(f"**{escaped(_('{who} 的答卷').format(who=who))}**")
    with SaveForm(f"answer-{row.id}", version=row.version) as form:
        said = fields(form, asked)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                _remember(answering.enter(session, row.customer_id, row.id, seen.version or 0, said))

        kept = form.submit(save, problems=said.problems(asked), label=_("录入答卷"), done=_("答卷已录入。"))
    _without(page, row)
    return kept


def _without(page: Page, row: SurveyAnswer) -> None:
    """Where no answer came: declined, or not reached (which may be tried again)."""
    with st.container(horizontal=True, gap="small"):
        for why in WITHOUT:
            if st.button(escaped(name("survey_outcome", why)), key=f"answer-{row.id}-{why}"):
                try:
                    with page.session(write=True) as session:
                        answering.no_answer(session, row.customer_id, row.id, row.version, why)
                except Refused as refused:
                    st.error(escaped(refused))
                    return
                st.query_params.pop("asked", None)
                st.rerun()


def _remember(kept: Kept) -> None:
    if kept.case:
        st.session_state[_OPENED] = kept.case


def told() -> None:
    """Say once that a low answer opened its follow-up."""
    opened: Any = st.session_state.pop(_OPENED, "")
    if opened:
        st.warning(escaped(_("总体满意度低：已开立不满意客户跟进 {number}，由客户经理处理。").format(number=opened)))


def volunteer(page: Page, customer_id: int, number: str, asked: Questionnaire, channel: str) -> None:
    """The form for what a customer says of their own accord."""
    told()
    with SaveForm(f"said-{number}") as form:
        said = fields(form, asked)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                _remember(answering.volunteer(session, customer_id, asked.code, channel, said, seen.once))

        form.submit(save, problems=said.problems(asked), label=_("录入评价"), done=_("评价已录入。"))

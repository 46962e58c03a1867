"""满意度 on the portrait: what the customer was asked and answered, and the form to enter what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.satisfaction import read
from lib.satisfaction.rules import CHANNELS, questionnaires
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.ui.satisfaction import answer, look
from lib.words import _, name

_MOST = 20


def rows(ids: Sequence[int]) -> Any:
    """Invitations and answers of these records."""
    return read.of_customer(ids)


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """What was answered; the way to an open invitation, or the form for what is said of one's own accord."""
    answer.told()
    found = session.execute(rows(subject.ids).limit(_MOST)).all()
    frames.table([_row(one) for one in found], [
        Column("on", _("邀请日"), "day", width=95), Column("occasion", _("何时所问"), "code", family="survey_occasion"),
        Column("overall", _("总体"), "integer", width=55), Column("recommend", _("推荐"), "integer", width=55),
        Column("verbatim", _("原话"), width="large"), Column("outcome", _("状态"), width=85),
        Column("channel", _("方式"), "code", family="survey_means"), Column("staff", _("录入人")),
    ], key="portrait-answers", nothing=_("还没有被调查过。"))  # fmt: skip
    if not look.writes(page):
        return
    waiting = next((one.SurveyAnswer for one in found if one.SurveyAnswer.answered_on is None
                    and one.SurveyAnswer.outcome is None), None)  # fmt: skip
    if waiting is not None:
        to = {"view": "surveys", "person": subject.customer.number, "asked": str(waiting.id)}
        frames.link(Link("satisfaction", to, _("录入这份答卷"), ":material/edit_note:"))
    folded(page, subject, _("登记客户主动评价"), lambda: _form(page, subject), key="answer-add", icon="reviews")


def _form(page: Page, subject: Subject) -> None:
    st.caption(escaped(_("主动评价用于跟进，不计入满意度与回收率：只有抽样调查才能代表全体客户。")))
    channel = st.selectbox(escaped(_("方式")), CHANNELS, index=1, key="answer-channel",
                           format_func=lambda code: name("survey_means", code))  # fmt: skip
    asked = questionnaires(page.book, page.today)["short"]
    customer = subject.customer
    answer.volunteer(page, customer.customer_id, customer.number, asked, channel or CHANNELS[1])


def _row(one: Any) -> dict[str, Any]:
    row = one.SurveyAnswer
    state = _("已回答") if row.answered_on else name("survey_outcome", row.outcome) if row.outcome else _("待回答")
    return {"on": row.asked_on, "occasion": row.occasion, "overall": row.overall, "recommend": row.recommend,
            "verbatim": row.verbatim, "outcome": state, "channel": row.channel, "staff": one.staff}  # fmt: skip

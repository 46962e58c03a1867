"""调查: the surveys with what came back, those who wait to be asked after business, a new one, and one of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.satisfaction import read
from lib.satisfaction.figures import wilson
from lib.satisfaction.rules import open_days
from lib.store.models import Customer, Survey, SurveyAnswer
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.address import asked
from lib.ui.choices import choice
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.ui.satisfaction import answer, look, survey_new, survey_one
from lib.words import _, name

_STATES = {"draft": "context", "running": "main", "closed": "context"}
PARAM = survey_one.PARAM


def draw(page: Page) -> None:
    """One invitation, one survey, a new one, or the lists, by the address."""
    with page.session() as session:
        if "asked" in st.query_params and look.writes(page):
            back("asked", "person")
            _answer(page, session)
        elif PARAM in st.query_params:
            back(PARAM)
            survey_one.draw(page, session, st.query_params[PARAM])
        elif survey_new.PARAM in st.query_params and look.writes(page):
            back(*survey_new.PARAMS)
            survey_new.draw(page, session)
        else:
            _lists(page, session)


def back(*params: str) -> None:
    """The way back to the view as it was, without these words of the address."""
    kept = {key: value for key, value in asked().items() if key not in (*params, "lang")}
    frames.link(Link("satisfaction", kept, _("返回"), ":material/arrow_back:"))


def _lists(page: Page, session: StoreSession) -> None:
    answer.told()
    lists = {"": _("满意度调查"), "waiting": _("待回访")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="survey-tools"):
        shown = choice(_("哪些"), lists, key="lists", segments=True)
        if look.writes(page) and not shown:
            new = Link("satisfaction", {"view": "surveys", survey_new.PARAM: "1"}, _("新建调查"), ":material/add:")
            frames.link(new)
    if shown:
        _waiting(page, session)
    else:
        _surveys(page, session)


def _surveys(page: Page, session: StoreSession) -> None:
    found = frames.page_of(session, read.surveys(), key="surveys-page")
    if not found.rows:
        frames.empty(_("还没有调查。新建一次调查：选一个名单和问卷，样本由系统按种子随机抽取。"))
        return
    rows = _rows(page, session, found.rows)
    columns = [
        Column("title", _("名称"), pinned=True, width=230), Column("state", _("状态"), "badge", width=75),
        Column("questionnaire", _("问卷"), "code", family="questionnaire", width=90),
        Column("channel", _("方式"), "code", family="survey_means", width=60),
        Column("asked", _("已邀请"), "integer", width=70), Column("answered", _("已回答"), "integer", width=70),
        Column("response", _("回收率"), "percent", width=75), Column("csat", _("满意度"), "percent", width=75),
        Column("interval", _("95% 区间"), width=100), Column("closes_on", _("截止日"), "day", width=90),
        Column("owner", _("发起人"), width=75),
    ]  # fmt: skip
    at = frames.table(rows, columns, key="survey-list", select=True)
    value = rows[at]["id"] if at is not None else None
    if picks.picked("survey-list", value) and value:
        picks.show(value, PARAM)


def _rows(page: Page, session: StoreSession, found: Any) -> list[dict[str, Any]]:
    """Surveys with what came of them, counted for all of the page at once."""
    satisfied = page.book.value("survey.satisfied", page.today)
    by = {row.survey_id: row for row in session.execute(read.results([row.Survey.id for row in found], satisfied))}
    rows = []
    for row in found:
        survey, came = row.Survey, by.get(row.Survey.id)
        answered = came.answered if came else 0
        share = wilson(came.satisfied, answered) if came else None
        rows.append({
            "id": str(survey.id), "title": survey.title, "state": badge(survey), "closes_on": survey.closes_on,
            "questionnaire": survey.questionnaire, "channel": survey.channel, "owner": row.owner,
            "asked": came.asked if came else None, "answered": answered if came else None,
            "response": answered / came.asked if came else None, "csat": share.value if share else None,
            "interval": look.interval_said(share),
        })  # fmt: skip
    return rows


def badge(survey: Survey) -> tuple[str, str]:
    """The state of a survey."""
    return name("survey_state", survey.state), _STATES[survey.state]


def waiting_since(page: Page) -> date:
    """From which day on an invitation still waits."""
    return page.today - timedelta(days=open_days(page.book, page.today))


def _waiting(page: Page, session: StoreSession) -> None:
    """Who still waits to be asked, by telephone first; choosing one opens the form."""
    since = waiting_since(page)
    found = frames.page_of(session, read.waiting(since), key="waiting-page")
    if not found.rows:
        frames.empty(_("没有待回访的客户。电话调查的客户，以及投诉办结、回访、网点办理之后的短问卷，会列在这里。"))
        return
    survey_one.people(page, found.rows, key="waiting-list")


def _answer(page: Page, session: StoreSession) -> None:
    """The form of one invitation, named by the customer's number and its own."""
    said, number = st.query_params.get("asked", ""), st.query_params.get("person", "")
    row = session.execute(
        select(SurveyAnswer, Customer.name)
        .join(Customer, Customer.customer_id == SurveyAnswer.customer_id)
        .where(Customer.number == number, SurveyAnswer.id == (int(said) if said.isdecimal() else 0))
    ).one_or_none()
    if row is None:
        frames.empty(_("没有这份邀请，或它不在你的权限范围内。"))
        return
    if row.SurveyAnswer.answered_on is not None:
        for one in ("asked", "person"):  # on to the next one
            st.query_params.pop(one, None)
        st.rerun()
    answer.enter(page, row.SurveyAnswer, row.name)
    frames.link(Link("portrait", {"customer": number}, _("客户画像")))

"""One survey: as a draft who is asked and who not and why; then what came back, who is still to be asked, its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.satisfaction import read, survey
from lib.satisfaction.figures import wilson
from lib.store.models import Survey
from lib.store.session import Conflict, StoreSession
from lib.ui import frames, picks
from lib.ui.care import audience
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, RowLink
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.satisfaction import answer, look
from lib.words import NOTHING, _, day, integer, name, percent

PARAM = "survey"


def draw(page: Page, session: StoreSession, said: str) -> None:
    """What it asks whom; its preview or its results; what its owner may do."""
    row = session.get(Survey, int(said)) if said.isdecimal() else None
    if row is None:
        frames.empty(_("没有这次调查，或它不在你的权限范围内。"))
        return
    answer.told()
    st.subheader(escaped(row.title), anchor=False)
    pairs([
        (_("状态"), name("survey_state", row.state)), (_("问卷"), name("questionnaire", row.questionnaire)),
        (_("方式"), name("survey_means", row.channel)), (_("问谁"), row.view), (_("样本人数"), integer(row.size)),
        (_("抽样种子"), row.seed), (_("截止日"), day(row.closes_on)),
    ], key="survey-head")  # fmt: skip
    mine = row.owner_id == page.scope.staff_id and look.writes(page)
    if row.state == "draft":
        if mine:
            _draft(page, session, row)
        return
    _results(page, session, row)
    if mine and row.state == "running" and not survey.is_whole(row):
        st.warning(escaped(_("邀请没有发完，可从断处继续。")))
        if st.button(escaped(_("继续发出")), type="primary", key="survey-go-on"):
            _invite(page, row, row.counts.get("drawn", 0))
    ends = row.state == "running" and (mine or (page.scope.role == "crm" and look.writes(page)))
    if ends and st.button(escaped(_("结束调查")), key="survey-close"):
        closed = _moved(page, lambda inner: survey.close(inner, row.id, row.version))
        if closed:
            st.rerun()
    _people(page, session, row)


def _draft(page: Page, session: StoreSession, row: Survey) -> None:
    with frames.loading():
        seen = survey.preview(session, audience.chosen(page, row.query), row)
    frames.cards([Card(_("名单"), integer(seen.chosen)), Card(_("将邀请"), integer(seen.drawn)),
                  Card(_("不邀请"), integer(seen.chosen - seen.drawn))], key="survey-counts")  # fmt: skip
    _left_out(seen.left_out)
    with st.container(horizontal=True, gap="small"):
        label = _("向 {n} 位客户发出").format(n=integer(seen.drawn))
        go = st.button(escaped(label), type="primary", key="survey-begin", disabled=not seen.drawn)
        away = st.button(escaped(_("放弃草稿")), key="survey-away")
    if go and _moved(page, lambda inner: survey.begin(inner, row.id, row.version, seen)):
        _invite(page, row, seen.drawn)
    elif away and _moved(page, lambda inner: survey.close(inner, row.id, row.version)):
        st.rerun()


def _left_out(counts: dict[str, int]) -> None:
    left = [(name("not_asked", one), integer(counts[one])) for one in survey.REASONS if one in counts]
    if left:
        said = _("、").join(_("{reason} {n}").format(reason=reason, n=n) for reason, n in left)
        st.caption(escaped(_("不邀请的原因（每位只计第一个）：{said}").format(said=said)))


def _invite(page: Page, row: Survey, total: int) -> None:
    """Each step commits for itself, so that a run broken off has done what it says."""
    chosen, done, bar = audience.chosen(page, row.query), 0, st.progress(0.0)
    while True:
        with page.session(write=True) as session:
            n = survey.invite_some(session, row.id, chosen)
        if not n:
            break
        done += n
        said = _("正在发出：{done} / {total}，可以离开，稍后继续").format(
            done=integer(done), total=integer(max(total, done)))  # fmt: skip
        bar.progress(min(done / max(total, 1), 1.0), escaped(said))
    st.rerun()


def _results(page: Page, session: StoreSession, row: Survey) -> None:
    """What came back within the reader's reach, with how sure it is."""
    satisfied = page.book.value("survey.satisfied", page.today)
    came = session.execute(read.results([row.id], satisfied)).one_or_none()
    small = page.book.value("display.small_n", page.today)
    asked, answered = (came.asked, came.answered) if came else (0, 0)
    response, csat = wilson(answered, asked), wilson(came.satisfied if came else 0, answered)
    frames.cards([
        Card(_("已邀请"), integer(asked)),
        Card(_("已回答"), integer(answered)),
        Card(_("回收率"), percent(response.value) if response else NOTHING, small=asked < small,
             note=_("95% 区间 {interval}").format(interval=look.interval_said(response))),
        Card(_("满意度"), percent(csat.value) if csat else NOTHING, small=answered < small,
             note=_("95% 区间 {interval} · n={n}").format(interval=look.interval_said(csat), n=integer(answered))),
        *([Card(_("拒答与未联系上"), integer(came.declined + came.not_reached))] if came else []),
    ], key="survey-results")  # fmt: skip
    _left_out(row.counts)


def _people(page: Page, session: StoreSession, row: Survey) -> None:
    """Who was invited; for who enters answers choosing one opens the form, else the portrait."""
    states = {"open": _("待回答"), "answered": _("已回答"), "without": _("未作答"), "all": _("全部")}
    state = choice(_("邀请"), states, key="invited", default="open", segments=True)
    found = frames.page_of(session, read.invitations(row.id, state), key="invited-page", filters=(row.id, state))
    if not found.rows:
        frames.empty(_("没有这样的邀请。"))
        return
    people(page, found.rows, key=f"invited-{state}", enters=row.state == "running" and state in ("open", "without"))


def people(page: Page, found: Any, *, key: str, enters: bool = True) -> None:
    """Invitations as rows; choosing one leads to its form where the reader may enter it, else to the portrait."""
    rows = [{
        "name": row.name, "number": row.number, "tier": row.tier, "manager": row.manager or NOTHING,
        "channel": row.SurveyAnswer.channel, "occasion": row.SurveyAnswer.occasion, "on": row.SurveyAnswer.asked_on,
        "overall": row.SurveyAnswer.overall, "recommend": row.SurveyAnswer.recommend,
        "outcome": row.SurveyAnswer.outcome, "id": str(row.SurveyAnswer.id),
    } for row in found]  # fmt: skip
    columns = [
        Column("name", _("客户"), pinned=True, width=100), Column("tier", _("层级"), "code", family="tier", width=80),
        Column("channel", _("方式"), "code", family="survey_means", width=65),
        Column("occasion", _("何时所问"), "code", family="survey_occasion", width=105),
        Column("on", _("邀请日"), "day", width=100), Column("overall", _("总体"), "integer", width=55),
        Column("recommend", _("推荐"), "integer", width=55),
        Column("outcome", _("未作答"), "code", family="survey_outcome", width=85),
        Column("manager", _("客户经理"), width=80), Column("number", _("客户号"), width=100),
    ]  # fmt: skip
    silent = {one for one in ("overall", "recommend", "outcome") if all(row[one] is None for row in rows)}
    columns = [one for one in columns if one.name not in silent]
    if not (enters and look.writes(page)):
        frames.table(rows, columns, key=key, link=RowLink("portrait", "customer", "number"))
        return
    st.caption(escaped(_("选一位客户录入答卷。")))
    at = frames.table(rows, columns, key=key, select=True)
    value = rows[at]["id"] if at is not None else None
    if picks.picked(key, value) and at is not None:
        st.query_params["person"] = str(rows[at]["number"])
        picks.show(str(value), "asked")


def _moved(page: Page, act: Callable[[StoreSession], Any]) -> bool:
    """Whether it was done; of two clicks, or two windows, the second is told."""
    try:
        with page.session(write=True) as session:
            act(session)
    except Conflict:
        st.warning(escaped(_("这次调查刚被更新过，请刷新后再试。")))
        return False
    return True

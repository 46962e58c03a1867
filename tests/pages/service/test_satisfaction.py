"""满意度与服务质量: who has which view, figures with intervals, a survey from list to answer, words, the unhappy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from lib.satisfaction import survey
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.rights import rights
from lib.store.session import open_session
from lib.words import number
from tests.cast import FIRM, GAO, LI, NORTH, OTHER, OWN, PEER, SOUTH, STAFF, ZHANG, SmallBank, filled, number_of, scope
from tests.satisfaction.rows import ANSWER, answered, cases, drafted, everybody, invited, nobody_asked, stored
from tests.screen import application, page, words_of

QUARTER = Quarter.of(today())
READERS = [login for login, (_i, _n, role, _b) in STAFF.items() if rights(role, "satisfaction").see]
VIEWS = {"results", "surveys", "verbatims", "unhappy"}
WHOLE = {login: VIEWS for login in ("rm.zhang", "rm.gao", "rm.li", "head.wang", "head.zhu", "crm.zhao")}
QUALITY = {"checks", "findings", "waits"}
SEES = {login: views | QUALITY for login, views in WHOLE.items()} | {
    "care.chen": {"unhappy", "findings"},
    "care.lin": {"unhappy", "findings"},
    "exec.zhou": {"results", "surveys"} | QUALITY,
}
# (level, branch, staff) → answers, satisfied, asked, promoters, detractors
FIGURES = {("bank", 0, 0): (40, 30, 100, 20, 8), ("branch", NORTH, 0): (32, 24, 70, 16, 6),
           ("branch", SOUTH, 0): (8, 6, 30, 4, 2), ("manager", NORTH, ZHANG): (20, 15, 40, 10, 4),
           ("manager", NORTH, GAO): (12, 9, 30, 6, 2), ("manager", SOUTH, LI): (8, 6, 30, 4, 2)}  # fmt: skip
NAMES = ("survey_answers", "survey_satisfied", "survey_asked", "nps_promoters", "nps_detractors")


@pytest.fixture
def figures(sqlite_bank: SmallBank) -> Iterator[SmallBank]:
    """One published quarter with answers at every level; nobody was asked otherwise."""
    nobody_asked()
    with bulk("test") as session:
        for table in (m.MeasureQuarter, m.QuarterRun):
            session.execute(delete(table))
        session.add(filled(m.QuarterRun, quarter=str(QUARTER), version=1, state="open", cutoff=today().isoformat()))
        for (level, branch, staff), counts in FIGURES.items():
            told = dict(zip(NAMES, counts, strict=True))
            told |= {"nps_answers": counts[0], "survey_attitude_answers": counts[0],
                     "survey_attitude_satisfied": counts[1],
                     "survey_efficiency_answers": 5, "survey_efficiency_satisfied": 1}  # fmt: skip
            for measure, value in told.items():
                session.add(m.MeasureQuarter(
                    quarter=str(QUARTER), version=1, level=level, branch_id=branch, staff_id=staff, kind="personal",
                    tier="mass", measure=measure, value=value,
                ))  # fmt: skip
    yield sqlite_bank


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("service/satisfaction.py", login, locale, **query)


def metrics(at: AppTest) -> dict[str, str]:
    return {str(one.label): str(one.value) for one in at.metric}


def rows_with(at: AppTest, column: str) -> list[dict[str, Any]]:
    return [row for one in at.dataframe if column in one.value for row in one.value.to_dict("records")]


@pytest.mark.parametrize("login", sorted(set(STAFF) - set(READERS)))
def test_who_may_not_see_it_has_no_page(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page("../../pages/service/satisfaction.py")


@pytest.mark.parametrize("login", READERS)
def test_each_post_has_its_views(figures: SmallBank, login: str) -> None:
    at = opened(login)
    (views,) = [one for one in at.get("button_group") if one.key == "choice-view"]
    assert len(views.options) == len(SEES[login])


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("view", sorted(VIEWS | QUALITY))
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_view_opens_for_who_has_it(figures: SmallBank, login: str, view: str, locale: str) -> None:
    answered(OWN, 2, recommend=3, verbatim="排队太久", **ANSWER)
    at = opened(login, locale, view=view)
    assert not at.error


def test_a_bank_without_figures_says_what_fills_it(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.execute(delete(m.QuarterRun))
    assert "lib refresh" in words_of(opened("crm.zhao", view="results"))


@pytest.mark.parametrize(("login", "place"), [
    ("rm.zhang", ("manager", NORTH, ZHANG)), ("rm.gao", ("manager", NORTH, GAO)), ("head.wang", ("branch", NORTH, 0)),
    ("head.zhu", ("branch", SOUTH, 0)), ("crm.zhao", ("bank", 0, 0)), ("exec.zhou", ("bank", 0, 0)),
])  # fmt: skip
def test_everybody_reads_the_figures_of_their_reach(
    figures: SmallBank, login: str, place: tuple[str, int, int]
) -> None:
    answers, satisfied, asked, promoters, detractors = FIGURES[place]
    at = opened(login, view="results", quarter=str(QUARTER))
    said = metrics(at)
    shown = f"{satisfied / answers * 100:,.1f}%"
    assert shown in said["客户满意度"]
    assert number((promoters - detractors) / answers * 100, 1) in said["净推荐值"]
    assert f"{answers / asked * 100:.1f}%" in said["问卷回收率"]
    assert ("gray" in said["客户满意度"]) is (answers < 10)
    assert f"n={answers}" in words_of(at) and "95% 区间" in words_of(at)


def test_a_branch_chosen_in_the_address_is_looked_at(figures: SmallBank) -> None:
    assert "n=8" in words_of(opened("crm.zhao", view="results", branch="B2"))
    assert "n=32" in words_of(opened("head.wang", view="results", branch="B2"))


def test_groups_stand_side_by_side_and_few_answers_are_marked(figures: SmallBank) -> None:
    lines = {row["group"]: row for row in rows_with(opened("crm.zhao", view="results"), "csat_interval")}
    assert set(lines) == {"城北支行", "城南支行"}
    assert (lines["城北支行"]["answers"], lines["城南支行"]["answers"]) == (32, 8)
    assert (list(lines["城北支行"]["mark"]), list(lines["城南支行"]["mark"])) == ([], ["样本少"])
    assert lines["城北支行"]["csat"] == pytest.approx(75)
    assert lines["城南支行"]["nps_interval"] == "–" != lines["城北支行"]["nps_interval"]
    tiers = rows_with(opened("crm.zhao", view="results", by="tier"), "csat_interval")
    assert [(row["group"], row["answers"]) for row in tiers] == [("大众", 40)]


def test_what_moves_satisfaction_is_said_with_its_method(figures: SmallBank) -> None:
    assert "太少" in words_of(opened("crm.zhao", view="results"))
    for place in range(40):
        good = 1 + place % 5
        answered(OWN, good, attitude=good, efficiency=1 + place * 3 % 5, service_quality=1 + place * 7 % 5,
                 product_quality=1 + place * 11 % 4, price_fairness=1 + place * 13 % 5,
                 communication=1 + place // 8, professional=1 + place // 7 % 5)  # fmt: skip
    at = opened("rm.zhang", view="results")
    assert "作用最大的是服务态度" in words_of(at) and "夏普利" in words_of(at)
    (first, *_rest) = rows_with(at, "rho")
    assert (first["dimension"], first["rho"], first["n"]) == ("服务态度", "1.00", 40)
    assert "作用最大" not in words_of(opened("rm.li", view="results"))


def test_a_survey_from_list_to_answer(figures: SmallBank) -> None:
    at = opened("rm.zhang", view="surveys", new="1", paper="short", means="phone", sample="people")
    at.text_input(key="survey-new-title").set_value("电话回访")
    at.button(key="survey-new-save").click().run()
    assert not at.error
    with bulk("look", write=False) as session:
        (row,) = session.scalars(select(m.Survey)).all()
    assert (row.title, row.questionnaire, row.channel, row.state) == ("电话回访", "short", "phone", "draft")
    at = opened("rm.zhang", view="surveys", survey=str(row.id))
    assert metrics(at)["将邀请"] == "1"
    at.button(key="survey-begin").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        (invitation,) = session.scalars(select(m.SurveyAnswer)).all()
        assert session.get_one(m.Survey, row.id).state == "running"
    assert (invitation.customer_id, invitation.survey_id) == (OWN, row.id)
    at = opened("rm.zhang", view="surveys", person=number_of(OWN), asked=str(invitation.id))
    key = f"answer-{invitation.id}"
    at.button_group(key=f"{key}-overall").set_value(2)
    at.button_group(key=f"{key}-recommend").set_value(0)
    at.text_area(key=f"{key}-verbatim").set_value("等太久")
    at.button(key=f"{key}-save").click().run()
    assert not at.exception
    kept = stored(invitation.id)
    assert (kept.overall, kept.recommend, kept.verbatim) == (2, 0, "等太久")
    (case,) = cases()
    assert case.number in words_of(at) and "asked" not in at.query_params
    listed = rows_with(opened("rm.zhang", view="unhappy"), "summary")
    assert [one["number"] for one in listed] == [case.number]


def test_an_answer_without_a_score_is_not_kept(figures: SmallBank) -> None:
    answer_id = invited(OWN)
    at = opened("rm.zhang", view="surveys", person=number_of(OWN), asked=str(answer_id))
    at.button(key=f"answer-{answer_id}-save").click().run()
    assert "总体满意度" in at.error[0].value and stored(answer_id).answered_on is None
    at.button(key=f"answer-{answer_id}-declined").click().run()
    assert stored(answer_id).outcome == "declined"


@pytest.mark.parametrize("login", ["rm.li", "head.zhu"])
def test_another_branch_finds_no_invitation(figures: SmallBank, login: str) -> None:
    answer_id = invited(OWN)
    said = words_of(opened(login, view="surveys", person=number_of(OWN), asked=str(answer_id)))
    assert "不在你的权限范围内" in said and "欧阳" not in said


def test_leadership_reads_surveys_and_begins_none(figures: SmallBank) -> None:
    row = drafted("crm.zhao")
    at = opened("exec.zhou", view="surveys", new="1")
    assert not [one for one in at.button if (one.key or "").startswith("survey-new")]
    at = opened("exec.zhou", view="surveys", survey=str(row.id))
    assert not [one for one in at.button if (one.key or "").startswith("survey-")]
    assert row.title in words_of(at)


def test_a_running_survey_shows_what_came_and_is_ended_by_its_owner(figures: SmallBank) -> None:
    row = drafted("head.wang", channel="phone")
    with open_session(scope("head.wang"), "x") as session:
        seen = survey.preview(session, everybody(), row)
    with open_session(scope("head.wang"), "x", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
        survey.invite_some(session, row.id, everybody())
    at = opened("head.wang", view="surveys", survey=str(row.id))
    assert metrics(at)["已邀请"] == "4" and "可从断处继续" in words_of(at)
    mine = opened("rm.gao", view="surveys", survey=str(row.id))
    assert metrics(mine)["已邀请"] == "1" and not [one for one in mine.button if one.key == "survey-close"]
    assert [one["name"] for one in rows_with(mine, "occasion")] == ["孟芳"]
    at.button(key="survey-close").click().run()
    with bulk("look", write=False) as session:
        assert session.get_one(m.Survey, row.id).state == "closed"


def test_who_waits_to_be_asked_is_listed_and_told_on_today(figures: SmallBank) -> None:
    invited(OWN, about="case-1", occasion="complaint")
    invited(FIRM, 3, channel="phone", survey_id=7)
    invited(FIRM, 3, channel="online", survey_id=8)
    invited(PEER, about="case-2", occasion="complaint")
    invited(OWN, 30, about="case-3", occasion="complaint")
    found = rows_with(opened("rm.zhang", view="surveys", lists="waiting"), "occasion")
    assert {one["name"] for one in found} == {"欧阳小明", "江河机械有限公司"} and len(found) == 2
    at = application("rm.zhang")
    assert any("满意度待回访 2 位" in str(one.proto.label) for one in at.get("page_link"))


def test_words_and_the_answers_that_name_one(figures: SmallBank) -> None:
    answered(OWN, 2, verbatim="排队太久了")
    answered(FIRM, 5, 1, verbatim="柜员专业，排队也不久")
    answered(OTHER, 1, verbatim="排队排到中午")
    words = {row["word"]: row for row in rows_with(opened("rm.zhang", view="verbatims"), "word")}
    assert words["排队"]["answers"] == 2 and "排队排到中午" not in str(words)
    whole = {row["word"]: row["answers"] for row in rows_with(opened("crm.zhao", view="verbatims"), "word")}
    assert whole["排队"] == 3
    at = opened("crm.zhao", view="verbatims", word="专业")
    assert [one["text"] for one in rows_with(at, "text")] == ["柜员专业，排队也不久"]


def test_unhappy_customers_are_counted_and_overdue_ones_red(figures: SmallBank) -> None:
    with bulk("test") as session:
        for number, (customer, hours) in enumerate(((OWN, -5), (OTHER, 20)), 1):
            session.add(filled(
                m.Case, customer_id=customer, id=70 + number, number=f"M261129-0000{number}", kind="unhappy",
                state="received", channel="survey", business="satisfaction", reason="other", customer_kind="personal",
                manager_id=ZHANG if customer == OWN else LI, branch_id=NORTH if customer == OWN else SOUTH,
                promise_due_at=_moment(hours), received_at=_moment(hours - 24),
            ))  # fmt: skip
    for login, count, late in (("rm.zhang", "1", "1"), ("rm.li", "1", "0"), ("crm.zhao", "2", "1")):
        at = opened(login, view="unhappy")
        assert count in metrics(at)["跟进中的不满意客户"] and f"逾期未联系 {late}" in words_of(at)
        assert ("red" in metrics(at)["跟进中的不满意客户"]) is (late == "1")


def _moment(hours: int) -> Any:
    return business_now() + timedelta(hours=hours)

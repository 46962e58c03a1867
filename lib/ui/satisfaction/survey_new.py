"""A new survey: of whom, with which questionnaire, how many; kept as a draft to be looked at."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lib.satisfaction import survey
from lib.satisfaction.rules import CHANNELS, VERBATIM, questionnaires
from lib.satisfaction.survey import LONGEST_TITLE, SurveyForm, usual_end
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.directory import filters
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import look, survey_one
from lib.words import _, name, quarter_name
from lib.work.views import views_of

PARAM = "new"
#: `?filters=kind=personal&tier=vip`: the directory's filters as they stood when somebody came from there
FILTERS = "filters"
PARAMS = (PARAM, "sample", "paper", "means", FILTERS)
_MADE = "survey.made"
_USUAL = 200


def draw(page: Page, session: StoreSession) -> None:
    """The choices, kept in the address, what will be asked, and the form."""
    lists = offered(session)
    papers = questionnaires(page.book, page.today)
    st.caption(escaped(_("先存为草稿，核对人数与排除原因之后再发出。")))
    with st.grid("auto", min_column_width=200, gap="small"):
        of = choice(_("问谁"), {code: said for code, (said, _query) in lists.items()}, key="sample",
                    default=next(iter(lists)))  # fmt: skip
        paper = choice(_("问卷"), {code: name("questionnaire", code) for code in papers}, key="paper",
                       default=next(iter(papers)))  # fmt: skip
        means = choice(_("方式"), {code: name("survey_means", code) for code in CHANNELS}, key="means",
                       default="online")  # fmt: skip
    with st.expander(escaped(_("问卷内容")), icon=":material/quiz:"):
        for ask, text in papers[paper].questions:
            scale = "" if ask == VERBATIM else _("（0–10 分）") if ask == "recommend" else _("（1–5 分）")
            st.text(f"{name('survey_dimension', ask)}{scale} {text}")
    _form(page, lists[of], paper, means)


def offered(session: StoreSession) -> dict[str, tuple[str, dict[str, str]]]:
    """The lists to choose from: by code what it is called, and its filters."""
    found = {}
    came_with = dict(parse_qsl(st.query_params.get(FILTERS, "")))
    if came_with:
        found["filters"] = (_("客户名单的当前筛选"), came_with)
    found["all"] = (_("全部在册客户"), {"stage": "customer"})
    found["people"] = (_("全部个人客户"), {"kind": "personal"})
    found["firms"] = (_("全部企业客户"), {"kind": "corporate"})
    for view in views_of(session, "directory"):
        query = {key: str(value) for key, value in view.query.items()}
        found[f"view-{view.id}"] = (_("常用筛选：{name}").format(name=view.name), query)
    return found


def to_survey(page: Page) -> None:
    """On the directory: the way to a survey of the customers it shows."""
    if look.writes(page) and not page.scope.narrow:
        query = {key: value for key, value in filters.chosen().items() if key not in ("order", "cols")}
        to = {"view": "surveys", PARAM: "1", "sample": "filters", FILTERS: urlencode(query or {"stage": "customer"})}
        frames.link(Link("satisfaction", to, _("满意度调查"), ":material/sentiment_satisfied:"))


def _form(page: Page, to: tuple[str, dict[str, str]], paper: str, means: str) -> None:
    called, query = to
    most = int(page.book.value("survey.most", page.today))
    with SaveForm("survey-new") as form:
        title = st.text_input(escaped(_("名称")), _title(page), key=form.key("title"), max_chars=LONGEST_TITLE)
        sides = st.columns(3)
        size: Any = sides[0].number_input(escaped(_("样本人数")), 1, most, min(_USUAL, most), key=form.key("size"))
        ends: Any = sides[1].date_input(escaped(_("截止日")), usual_end(page.book, page.today), min_value=page.today,
                                        key=form.key("ends"))  # fmt: skip
        seed = sides[2].text_input(
            escaped(_("抽样种子（可空）")), "", key=form.key("seed"), max_chars=40,
            help=escaped(_("同一名单、同一种子抽出同样的人；留空则由系统取一个。")),
        )  # fmt: skip
        said = SurveyForm(title, paper, means, int(size or 0), ends, query, called, seed)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as inner:
                st.session_state[_MADE] = str(survey.draft(inner, said).id)

        problems = said.problems(page.book, page.today)
        if form.submit(save, problems=problems, label=_("存为草稿并预览"), done=_("草稿已保存。")):
            _leave()


def _title(page: Page) -> str:
    year, month = page.today.year, page.today.month
    return _("{quarter}客户满意度调查").format(quarter=quarter_name(f"{year}Q{(month + 2) // 3}"))


def _leave() -> None:
    made: Any = st.session_state.pop(_MADE, None)
    for one in PARAMS:
        st.query_params.pop(one, None)
    if made:
        st.query_params[survey_one.PARAM] = made
    st.rerun()

"""原话: the words in which customers answer, by how many name them, of the content and of the others."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import streamlit as st
from sqlalchemy.orm import Session

from lib.satisfaction import read
from lib.satisfaction.read import Span
from lib.satisfaction.rules import OCCASIONS
from lib.satisfaction.verbatims import Word, frequencies, words_in
from lib.store.book import rulebook
from lib.ui import frames, picks, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Column, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import look
from lib.words import _, integer, name

_WORDS, _LISTED = 40, 200


class Said(NamedTuple):
    """One answer in its own words."""

    text: str
    overall: int
    asked_on: date
    occasion: str
    number: str
    name: str
    tier: str | None


def draw(page: Page) -> None:
    """The words of a quarter's answers, and the answers that name the one chosen."""
    found = quarters.runs(page.scope)
    if not found:
        frames.empty(_("还没有季度数据。"))
        return
    seen = look.choose(page, found)
    occasions = {"": _("全部"), **{one: name("survey_occasion", one) for one in OCCASIONS if one != "own"}}
    occasion = choice(_("何时所说"), occasions, key="occasion", segments=True)
    spans = {"": _("本季"), "year": _("近四季")}
    together = look.TOGETHER if choice(_("时段"), spans, key="over", segments=True) else 1
    span = seen.span(together)
    with frames.loading():
        told = said(page.scope, span.start, span.end, span.branch_id, occasion)
        if not told:
            frames.empty(_("这段时间在你的范围内没有客户留下原话。"))
            return
        satisfied = page.book.value("survey.satisfied", seen.run.cutoff)["from"]
        words = counted(page.scope, span.start, span.end, span.branch_id, occasion, satisfied)
    content = sum(one.overall >= satisfied for one in told)
    sentence = _("{n} 份留言，其中满意的客户 {content} 份、其他客户 {others} 份").format(
        n=integer(len(told)), content=integer(content), others=integer(len(told) - content))  # fmt: skip
    st.markdown(f"**{escaped(sentence)}**")
    if len(told) == read.MOST_VERBATIMS:
        st.caption(escaped(_("只统计最近的 {n} 份。").format(n=integer(len(told)))))
    left, right = st.columns(2, gap="medium")
    with left:
        _words(words)
    with right:
        _listed(told, st.query_params.get("word", ""), satisfied, page)


def _words(words: list[Word]) -> None:
    shown = words[:_WORDS]
    rows = [{"word": one.text, "answers": one.answers, "content": _share(one.of_content), "others":
             _share(one.of_others), "mark": (_("差异明显"), "watch") if one.telling else None}
            for one in shown]  # fmt: skip
    columns = [
        Column("word", _("词"), pinned=True, width=90), Column("answers", _("提到的份数"), "integer", width=80),
        Column("content", _("满意者提到"), "share", width=120), Column("others", _("其他提到"), "share", width=120),
        Column("mark", _("说明"), "badge", width=80),
    ]  # fmt: skip
    at = frames.table(rows, columns, key="verbatim-words", select=True, nothing=_("没有重复出现的词。"))
    value = shown[at].text if at is not None else None
    if picks.picked("verbatim-words", value) and value:
        picks.show(value, "word")
    st.caption(escaped(_("一份留言里重复的词只计一次；差异明显指两边的 95% 区间不相交。停用词在制度口径中维护。")))


def _share(found: Any) -> float | None:
    return None if found is None else found.value


def _listed(told: list[Said], word: str, satisfied: int, page: Page) -> None:
    shown = told
    if word:
        stop = frozenset(page.book.value("survey.stop_words", page.today))
        shown = [one for one in told if word in one.text.lower() and word in words_in(one.text, stop)]
        picks.back(_("提到“{word}”的 {n} 份 · 看全部").format(word=escaped(word), n=integer(len(shown))), "word",
                   key="verbatim-back")  # fmt: skip
    if len(shown) > _LISTED:
        st.caption(escaped(_("显示最近的 {n} 份。").format(n=integer(_LISTED))))
    rows = [{
        "text": one.text, "overall": (str(one.overall), "good" if one.overall >= satisfied else "watch"),
        "on": one.asked_on, "occasion": one.occasion, "name": one.name, "number": one.number, "tier": one.tier,
    } for one in shown[:_LISTED]]  # fmt: skip
    columns = [
        Column("overall", _("总体"), "badge", width=60), Column("text", _("原话"), width=250),
        Column("name", _("客户"), width=90), Column("tier", _("层级"), "code", family="tier", width=80),
        Column("occasion", _("何时所说"), "code", family="survey_occasion", width=100),
        Column("on", _("调查日"), "day", width=100),
    ]  # fmt: skip
    frames.table(rows, columns, key="verbatim-list", link=RowLink("portrait", "customer", "number"))


@cached()
def said(session: Session, start: date, end: date, branch_id: int | None, occasion: str) -> list[Said]:
    """What was said, the newest first, to a limit."""
    span = Span(start, end, branch_id, occasion=occasion)
    return [Said(*row) for row in session.execute(read.verbatims(span).limit(read.MOST_VERBATIMS))]


@cached()
def counted(
    session: Session, start: date, end: date, branch_id: int | None, occasion: str, satisfied: int
) -> list[Word]:
    """The words of what was said."""
    span = Span(start, end, branch_id, occasion=occasion)
    rows = session.execute(read.verbatims(span).limit(read.MOST_VERBATIMS)).all()
    stop = rulebook().value("survey.stop_words", end)
    return frequencies(((row.verbatim, row.overall >= satisfied) for row in rows), stop)

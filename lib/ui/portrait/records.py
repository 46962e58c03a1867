"""The tab 关系与记录: what is kept of a customer beyond money and conversations, section by section (方案 §2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import Select

from lib import words
from lib.customers import gifts as given
from lib.customers import life as lived
from lib.customers import links as kept
from lib.customers import outside as learned
from lib.customers import relations as known
from lib.engagement import read as engaged
from lib.engagement.points import read as earned
from lib.store.session import StoreSession
from lib.ui.frames import count_of
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import answers, engagement, files, gifts, life, links, outside, points, relations, tags
from lib.ui.portrait.subject import Subject
from lib.words import _


@dataclass(frozen=True)
class Section:
    """A part of the tab. Readers who see people masked get the number of `rows` only; without `rows`, what is drawn."""

    title: str
    draw: Callable[[Page, StoreSession, Subject], None]
    rows: Callable[[Sequence[int]], Select] | None = None


def sections() -> list[Section]:
    """The parts, in their order."""
    return [
        Section(_("标签"), tags.draw),
        Section(_("家庭与业务关系"), relations.relations, known.relations),
        Section(_("推荐"), relations.referrals, known.referred),
        Section(_("活动"), engagement.draw, engaged.of_customer),
        Section(_("生活事件"), life.draw, lived.life_events),
        Section(_("满意度"), answers.draw, answers.rows),
        Section(_("馈赠"), gifts.draw, given.gifts),
        Section(_("积分"), points.draw, earned.entries),
        Section(_("链接"), links.draw, kept.links),
        Section(_("外部信息"), outside.outside, learned.outside_facts),
        Section(_("文件"), files.files),
    ]


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The whole tab."""
    for section in sections():
        st.subheader(escaped(section.title), anchor=False)
        if subject.masked and section.rows is not None:
            counted = words.integer(count_of(session, section.rows(subject.ids)))
            st.caption(escaped(_("共 {n} 条").format(n=counted)))
        else:
            section.draw(page, session, subject)

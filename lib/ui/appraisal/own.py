"""我的考核: the cards about oneself; for posts without a scheme, a sentence that says so."""

from __future__ import annotations

from lib.staff import appraisal_read as read
from lib.ui import frames
from lib.ui.appraisal import one
from lib.ui.appraisal.data import choose_period
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.words import _, name

_WITH_SCHEME = ("manager", "head")


def draw(page: Page) -> None:
    """The card of the period chosen."""
    if page.scope.role not in _WITH_SCHEME:
        said = _("{role}没有考核方案：考核按客户经理与支行进行（办法 §七.2）。你的课程在“培训”里。")
        frames.empty(said.format(role=name("role", page.scope.role)))
        return
    with page.session() as session:
        found = session.scalars(read.own(page.scope)).all()
        if not found:
            frames.empty(_("还没有你的考核单：季度结束后由客户关系管理部计算，支行负责人签署后请你答复。"))
            return
        period = choose_period(list(dict.fromkeys(card.period for card in found)))
        of_period = {card.level: card for card in found if card.period == period}
        level = next(iter(of_period))
        if len(of_period) > 1:
            level = choice(_("哪一张"), {one_: name("appraisal_level", one_) for one_ in of_period}, key="whose_card",
                           default="branch", segments=True)  # fmt: skip
        one.draw(page, session, of_period[level])

"""The risk questionnaire on the portrait: asked without points or preview, answered by the customer, never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib import words
from lib.products import answering
from lib.settings import bank_day
from lib.store.models import CapacityTest
from lib.store.session import StoreSession
from lib.store.suitability import capacity_valid
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, codes, integer, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """What holds, the last result with its reasons, the form for who may write, and earlier questionnaires."""
    if subject.customer.kind != "personal":
        st.caption(escaped(_("企业客户不做个人风险承受能力测评：分风险等级的产品不在此推荐。")))
        return
    st.caption(escaped(_standing(page, subject)))
    found = session.execute(answering.tests(subject.ids)).all()
    often = answering.too_often([row.CapacityTest.answered_at for row in found], page.book, page.today)
    if often and page.right.change:
        st.caption(escaped(often))
    # Beside the form nothing says how earlier answers came out; once it is sent there is a new form, still folded.
    asking = not often and folded(page, subject, _("做一次风险测评"), lambda: _form(page, subject),
                                  key=f"questionnaire-{len(found)}", icon="quiz")  # fmt: skip
    if not found or asking:
        return
    if not subject.masked:
        for sentence in answering.reasons_of(found[0].CapacityTest, page.book):
            st.text(sentence)
    _history(found)


def _standing(page: Page, subject: Subject) -> str:
    customer = subject.customer
    if not customer.risk_capacity:
        return _("还没有做过风险测评。")
    held, until = name("risk_capacity", customer.risk_capacity), words.day(customer.risk_capacity_until)
    if capacity_valid(customer.risk_capacity, customer.risk_capacity_until, page.today):
        return _("{capacity}，有效至 {until}。").format(capacity=held, until=until)
    return _("{capacity}，已于 {until} 过期：重新测评之前，不推荐分风险等级的产品。").format(capacity=held, until=until)


def _form(page: Page, subject: Subject) -> None:
    """Every question with its options in their order, nothing chosen before; the result is told once it is sent."""
    customer = subject.customer
    st.caption(escaped(_("由客户本人逐题作答，请照原文询问，不作提示；提交之后不能修改。")))
    with SaveForm(f"questionnaire-{customer.number}", version=customer.version) as form:
        answers: dict[str, str] = {}
        for number, (code, asked, options) in enumerate(answering.questions(page.book, page.today), 1):
            chosen: Any = st.radio(
                escaped(f"{number}. {asked}"), list(options), index=None, key=form.key(code),
                format_func=_shown(options),
            )  # fmt: skip
            answers |= {code: chosen} if chosen else {}
        channel = st.selectbox(
            escaped(_("测评在哪里进行")), codes("capacity_channel"), index=None, key=form.key("channel"),
            placeholder=_("请选择"), format_func=lambda code: name("capacity_channel", code),
        )  # fmt: skip
        problems = answering.problems(answers, channel or "", customer.birth_date, page.book, page.today)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                answering.take(session, customer.customer_id, seen.version or 0, answers, channel or "", seen.once)

        form.submit(save, problems=problems, label=_("提交测评"), done=_("测评已提交，结果已登记。"))


def _shown(options: dict[str, str]) -> Callable[[str], str]:
    return lambda code: escaped(options[code])


def _history(found: Any) -> None:
    rows = [_row(row.CapacityTest, row.staff) for row in found]
    frames.table(rows, [
        Column("on", _("测评日期"), "day"), Column("level", _("结果"), "code", family="risk_capacity"),
        Column("score", _("得分")), Column("until", _("有效至"), "day"),
        Column("channel", _("进行方式"), "code", family="capacity_channel"), Column("staff", _("经办人")),
    ], key="portrait-questionnaires")  # fmt: skip


def _row(test: CapacityTest, staff: str | None) -> dict[str, Any]:
    return {"on": bank_day(test.answered_at), "level": test.level, "score": integer(test.score),
            "until": test.valid_until, "channel": test.channel, "staff": staff}  # fmt: skip

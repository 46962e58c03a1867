"""What heads and the department do with ticked moves: confirm, hold back with a reason, take a hold back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.tiers.decisions import end_decision
from lib.tiers.review import Queue, decide_move
from lib.ui import frames, one_by_one
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _

_KEY = "review"


@dataclass(frozen=True)
class Ticked:
    """A move as it stood on screen: whose, and of a held one which decision in which version."""

    number: str
    customer_id: int
    decision_id: int
    version: int


def told() -> None:
    """What became of the last ticked moves."""
    one_by_one.told(_KEY, _("已审议 {n} 位客户。"), _("未审议 {n} 位客户："), _("客户号"))


def ticked(
    page: Page, queue: Queue, state: str, found: Sequence[Any], rows: Sequence[Any], columns: list[frames.Column]
) -> None:
    """The list with boxes, and the forms for the ticked."""
    key = f"review-several-{one_by_one.round_of(_KEY)}"
    at = frames.checklist(rows, columns, key=key, by="number")
    wanted = [Ticked(one.number, one.customer_id, one.decision_id or 0, one.decision_version or 0)
              for one in (found[place] for place in at)]  # fmt: skip
    if not wanted:
        st.caption(escaped(_("勾选左侧的方框，再选择要做的事。")))
        return
    with st.grid(2, min_column_width=300, gap="small", key="review-forms"):
        if state == "open":
            _confirm(page, queue, wanted)
            _hold(page, queue, wanted)
        else:
            _take_back(page, wanted)


def _confirm(page: Page, queue: Queue, wanted: Sequence[Ticked]) -> None:
    with SaveForm("review-confirm") as form:
        st.caption(escaped(_("同意这些变动，留下是谁、何时确认的。")))
        save = one_by_one.doing(
            page, _KEY, wanted,
            lambda session, one: decide_move(session, one.customer_id, queue.quarter, queue.version, "confirmed"),
        )  # fmt: skip
        form.submit(save, label=_("确认 {n} 位的变动").format(n=len(wanted)), done=_("已逐一审议，结果见列表上方。"))


def _hold(page: Page, queue: Queue, wanted: Sequence[Ticked]) -> None:
    with SaveForm("review-hold") as form:
        reason = st.text_input(escaped(_("暂缓的理由")), key=form.key("reason"), max_chars=400)
        save = one_by_one.doing(
            page, _KEY, wanted,
            lambda session, one: decide_move(session, one.customer_id, queue.quarter, queue.version, "held", reason),
        )  # fmt: skip
        problems = [] if reason.strip() else [_("暂缓须写明理由。")]
        label = _("暂缓 {n} 位的变动").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐一审议，结果见列表上方。"))


def _take_back(page: Page, wanted: Sequence[Ticked]) -> None:
    with SaveForm("review-back") as form:
        reason = st.text_input(escaped(_("结束暂缓的理由")), key=form.key("reason"), max_chars=400)
        save = one_by_one.doing(
            page, _KEY, wanted,
            lambda session, one: end_decision(session, one.customer_id, one.decision_id, one.version, reason),
        )  # fmt: skip
        problems = [] if reason.strip() else [_("请写明理由。")]
        label = _("结束 {n} 位的暂缓").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐一审议，结果见列表上方。"))

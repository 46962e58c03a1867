"""Several cases at once: ticked in the queue, taken or handed over, each on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.complaints.read import takers
from lib.store.models import Staff
from lib.ui import frames, one_by_one
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work import cases

_KEY, _SEEN = "several", "several.seen"


@dataclass(frozen=True)
class Ticked:
    """A case as it stood when it was ticked: what a colleague saved since is not passed over."""

    number: str
    version: int
    branches: frozenset[int]


def several(page: Page) -> bool:
    """Whether rows are ticked instead of opened."""
    return page.right.change and st.toggle(escaped(_("批量处理")), key="queue-several")


def ticked(page: Page, found: Sequence[Any], rows: Sequence[dict[str, object]], shown: list[frames.Column]) -> None:
    """The queue with boxes to tick, what is done with the ticked, and what became of the last."""
    one_by_one.told(_KEY, _("已处理 {n} 件。"), _("未处理 {n} 件："), _("编号"))
    key = f"complaints-several-{one_by_one.round_of(_KEY)}"
    wanted = _as_seen([found[at] for at in frames.checklist(rows, shown, key=key, by="number")])
    if not wanted:
        st.caption(escaped(_("勾选左侧的方框，再选择由谁处理。")))
        return
    with st.grid(2, min_column_width=300, gap="small", key="several-forms"):
        _take(page, wanted)
        _assign(page, wanted)


def _as_seen(rows: Sequence[Any]) -> list[Ticked]:
    """The ticked cases, each remembered from the moment its box was ticked."""
    before: dict[str, Ticked] = st.session_state.get(_SEEN, {})
    now = [Ticked(row.number, row.version, frozenset({row.branch_id, row.about_branch_id} - {None})) for row in rows]
    st.session_state[_SEEN] = kept = {one.number: before.get(one.number, one) for one in now}
    return list(kept.values())


def _take(page: Page, wanted: Sequence[Ticked]) -> None:
    form = SaveForm("several-take")
    with form:
        st.caption(escaped(_("只有待分派的事项可以由自己领取。")))
        save = one_by_one.doing(page, _KEY, wanted, lambda session, one: cases.take(session, one.number))
        form.submit(save, label=_("由我处理（{n} 件）").format(n=len(wanted)), done=_("已逐件办理，结果见列表上方。"))


def _assign(page: Page, wanted: Sequence[Ticked]) -> None:
    form = SaveForm("several-assign")
    with form:
        to = st.selectbox(escaped(_("转交给")), _colleagues(page, wanted), index=None, key=form.key("to"),
                          format_func=_colleague, placeholder=_("请选择"))  # fmt: skip
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
        chosen = to.id if to is not None else 0
        save = one_by_one.doing(
            page, _KEY, wanted, lambda session, one: cases.assign(session, one.number, one.version, chosen, reason)
        )
        problems = [] if to is not None else [_("请选择接手的人。")]
        label = _("转交选中的 {n} 件").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐件办理，结果见列表上方。"))


def _colleagues(page: Page, wanted: Sequence[Ticked]) -> Sequence[Staff]:
    all_concern = frozenset.intersection(*(one.branches for one in wanted))
    with page.session() as session:
        return session.scalars(takers(sorted(all_concern))).all()


def _colleague(staff: Staff) -> str:
    return _("{name}（{role}）").format(name=staff.name, role=name("role", staff.role))

"""Several cases at once: ticked in the queue, taken or handed over, each on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.complaints.read import takers
from lib.store.models import Staff
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work import cases

_OUTCOME, _SEEN, _ROUND = "several.outcome", "several.seen", "several.round"


@dataclass(frozen=True)
class Ticked:
    """A case as it stood when it was ticked: what a colleague saved since is not passed over."""

    number: str
    version: int
    branches: frozenset[int]


#: what is done with one of the ticked cases, in a transaction of its own
Act = Callable[[StoreSession, Ticked], object]


@dataclass(frozen=True)
class Outcome:
    """What became of the ticked cases: how many are done, and of the others the number and why not."""

    done: int
    left: tuple[tuple[str, str], ...]


def several(page: Page) -> bool:
    """Whether rows are ticked instead of opened."""
    return page.right.change and st.toggle(escaped(_("批量处理")), key="queue-several")


def ticked(page: Page, found: Sequence[Any], rows: Sequence[dict[str, object]], shown: list[frames.Column]) -> None:
    """The queue with boxes to tick, what is done with the ticked, and what became of the last."""
    told()
    key = f"complaints-several-{st.session_state.get(_ROUND, 0)}"
    wanted = _as_seen([found[at] for at in frames.checklist(rows, shown, key=key, by="number")])
    if not wanted:
        st.caption(escaped(_("勾选左侧的方框，再选择由谁处理。")))
        return
    with st.grid(2, min_column_width=300, gap="small", key="several-forms"):
        _take(page, wanted)
        _assign(page, wanted)


def told() -> None:
    """What the last handling of several cases did and did not do; said once."""
    outcome: Outcome | None = st.session_state.pop(_OUTCOME, None)
    if outcome is None:
        return
    if outcome.done:
        st.success(escaped(_("已处理 {n} 件。").format(n=outcome.done)))
    if outcome.left:
        st.warning(escaped(_("未处理 {n} 件：").format(n=len(outcome.left))))
        columns = [frames.Column("number", _("编号"), width=125), frames.Column("why", _("原因"))]
        frames.table([{"number": number, "why": why} for number, why in outcome.left], columns, key="several-left")


def each(page: Page, wanted: Sequence[Ticked], act: Act) -> Outcome:
    """Do it with every case in turn: one that is refused, or was saved by somebody since, holds none of the others."""
    left = []
    for one in wanted:
        try:
            with page.session(write=True) as session:
                act(session, one)
        except Conflict:
            left.append((one.number, _("刚被别人更新过，请重新查看。")))
        except Refused as refused:
            left.append((one.number, str(refused)))
    return Outcome(len(wanted) - len(left), tuple(left))


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
        save = _doing(page, wanted, lambda session, one: cases.take(session, one.number))
        form.submit(save, label=_("由我处理（{n} 件）").format(n=len(wanted)), done=_("已逐件办理，结果见列表上方。"))


def _assign(page: Page, wanted: Sequence[Ticked]) -> None:
    form = SaveForm("several-assign")
    with form:
        to = st.selectbox(escaped(_("转交给")), _colleagues(page, wanted), index=None, key=form.key("to"),
                          format_func=_colleague, placeholder=_("请选择"))  # fmt: skip
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
        chosen = to.id if to is not None else 0
        save = _doing(page, wanted, lambda session, one: cases.assign(session, one.number, one.version, chosen, reason))
        problems = [] if to is not None else [_("请选择接手的人。")]
        label = _("转交选中的 {n} 件").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐件办理，结果见列表上方。"))


def _doing(page: Page, wanted: Sequence[Ticked], act: Act) -> Callable[[object], None]:
    def save(_seen: object) -> None:
        st.session_state[_OUTCOME] = each(page, wanted, act)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1

    return save


def _colleagues(page: Page, wanted: Sequence[Ticked]) -> Sequence[Staff]:
    all_concern = frozenset.intersection(*(one.branches for one in wanted))
    with page.session() as session:
        return session.scalars(takers(sorted(all_concern))).all()


def _colleague(staff: Staff) -> str:
    return _("{name}（{role}）").format(name=staff.name, role=name("role", staff.role))

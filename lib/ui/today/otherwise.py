"""What is not done now: put off, moved to another day, or not to be done at all; each with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib.store.models import DueItem
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui.forms import SaveForm, Seen
from lib.ui.plain import escaped
from lib.ui.today import going, keys
from lib.ui.today.lines import Line
from lib.ui.today.look import Look
from lib.words import _, day, name
from lib.work import due

_OPEN, _OWN = "today.otherwise", "own"


def open_for(number: str) -> None:
    """Show this form for a customer in place of the log; for a button's callback."""
    st.session_state[_OPEN] = number


def close() -> None:
    """Back to the log."""
    st.session_state.pop(_OPEN, None)


def is_open(line: Line) -> bool:
    """Whether it is shown for the customer being worked."""
    return st.session_state.get(_OPEN) == line.number


def form(look: Look, line: Line, following: str | None) -> None:
    """Which of it, what becomes of it, until when and why."""
    page = look.page
    acts = {"snooze": _("暂缓"), "move": _("改期"), "drop": _("不再办理")}
    if not line.items:
        st.caption(escaped(_("这位客户没有可以暂缓或改期的事项；投诉与个案请在案件里处理。")))
    named = {item.id: escaped(item.title or name("due_kind", item.kind)) for item in line.items}
    seen_versions = {item.id: item.version for item in line.items}
    with SaveForm(f"today-otherwise-{line.number}") as form:
        act = st.segmented_control(escaped(_("如何处理")), list(acts), default="snooze", required=True,
                                   key=form.key("act"), format_func=acts.__getitem__)  # fmt: skip
        chosen = st.pills(escaped(_("事项")), list(named), selection_mode="multi", default=list(named),
                          key=form.key("items"), format_func=named.__getitem__)  # fmt: skip
        until = _day(look, form)
        why = st.text_input(escaped(_("理由")), key=form.key("why"), max_chars=200)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                for one in chosen:
                    _act(session, line, one, seen_versions[one], act or "", until, why)
            said = {"snooze": _("{n} 项暂缓至 {day}"), "move": _("{n} 项改期至 {day}"), "drop": _("{n} 项不再办理")}
            told = said[act or "drop"].format(n=len(chosen), day=day(until))
            going.tell(line, told)
            close()
            going.on_to(following)

        problems = [] if why.strip() else [_("请写明理由。")]
        problems += [] if chosen else [_("请选择事项。")]
        form.submit(save, problems=problems, label=_("确定，下一位"), done=_("已保存。"), shortcuts=keys.SAVE)
    st.button(escaped(_("返回记录")), key="today-back", type="tertiary", icon=":material/arrow_back:", on_click=close,
              shortcut=keys.PUT_OFF)  # fmt: skip


def _day(look: Look, form: SaveForm) -> date:
    on = look.asked.on
    days = {"1": on + timedelta(days=1), "3": on + timedelta(days=3), "monday": on + timedelta(days=7 - on.weekday())}
    said = {"1": _("明天"), "3": _("三天后"), "monday": _("下周一"), _OWN: _("自选")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.segmented_control(escaped(_("到哪一天")), list(said), default="1", required=True,
                                      key=form.key("when"), format_func=said.__getitem__)  # fmt: skip
        picked = st.date_input(escaped(_("自选日期")), on + timedelta(days=7), min_value=on + timedelta(days=1),
                               key=form.key("day"), width=150)  # fmt: skip
    return days.get(chosen or "", picked)


def _act(
    session: StoreSession, line: Line, item_id: int, version: int, act: str, until: date, why: str
) -> None:  # fmt: skip
    item = session.get_one(DueItem, (line.customer.customer_id, item_id))
    try:
        if act == "snooze":
            due.snooze(session, item, version, until, why)
        elif act == "move":
            due.move(session, item, version, until, why)
        else:
            due.drop(session, item, version, why)
    except Conflict:
        raise Refused(_("刚被别人更新过，请重新查看。")) from None

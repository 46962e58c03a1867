"""Closing and correcting from the page: a form that asks once, and the work itself with its progress."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.jobs import close as close_job
from lib.jobs.close_order import Underway
from lib.jobs.close_seen import Late
from lib.review.checks import Check, stopping, warning
from lib.ui.choices import called_otherwise
from lib.ui.forms import SaveForm
from lib.ui.plain import escaped
from lib.ui.review.look import Look
from lib.words import _, integer, moment, quarter_name

_GO = "closing.go"
LONGEST = 300


def close_form_key(look: Look) -> str:
    """Names the form of one quarter."""
    return f"close-{look.quarter}"


def close(look: Look, found: Sequence[Check]) -> None:
    """Ask for the closing; a reason where something warns; nothing while a check stops it."""
    if stopping(found):
        st.caption(_("先处理上面不通过的检查，再来关账。"))
        return
    warns = warning(found)
    form = SaveForm(close_form_key(look))
    with form:
        st.markdown(escaped(_("关账后，{quarter}的数字、公式、目标与口径都冻结；以后到的数据只能作为更正，另立一版。")
                            .format(quarter=quarter_name(look.quarter))))  # fmt: skip
        reason = ""
        if warns:
            reason = st.text_area(escaped(_("有提示仍要关账的理由")), key=form.key("reason"), max_chars=LONGEST)
        problems = [_("请写明有提示仍要关账的理由。")] if warns and not reason.strip() else []
        form.submit(lambda _seen: _order(look, "close", reason), problems=problems, label=_("关账"),
                    done=_("开始关账。"))  # fmt: skip


def correct(look: Look, waits: Late) -> None:
    """Ask for a correction of a closed quarter, with its reason."""
    with st.expander(escaped(_("更正这个季度")), expanded=bool(waits.total), key="close-correct"):
        form = SaveForm(f"correct-{look.quarter}")
        with form:
            st.markdown(escaped(_("更正把关账后到的数据并入，按关账时的口径另算一版；原来的一版保留，可随时对照。")))
            reason = st.text_area(escaped(_("更正的理由")), key=form.key("reason"), max_chars=LONGEST)
            problems = [] if reason.strip() else [_("请写明更正的理由。")]
            form.submit(lambda _seen: _order(look, "correct", reason), problems=problems, label=_("更正"),
                        done=_("开始更正。"))  # fmt: skip


def under_way(look: Look, begun: Underway) -> None:
    """What was begun and is not finished; who begins it watches, who comes back goes on with it."""
    asked = begun.order
    what = _("关账") if asked.act == "close" else _("更正")
    by = next((name for login, name in look.house.staff.values() if login == asked.by), asked.by)
    mine = st.session_state.pop(_GO, None) == look.quarter
    with st.container(border=True, key="close-under-way"):
        said = _("{what}进行中：{by}于 {at} 开始，已完成 {done} 步，共约 {steps} 步。")
        st.markdown(escaped(said.format(what=what, by=by, at=moment(begun.since), done=integer(begun.done),
                                        steps=integer(begun.steps))))  # fmt: skip
        if asked.reason:
            st.caption(escaped(_("理由：{reason}").format(reason=asked.reason)))
        if not look.closes:
            return
        st.caption(_("可以离开本页；做完的步骤都已保存，再来时接着做。"))
        again = st.button(escaped(_("接着做")), key="close-go-on", icon=":material/play_arrow:", type="primary")
        if mine or again:
            _work(look, begun)


def _order(look: Look, act: str, reason: str) -> None:
    close_job.order(look.run.quarter, look.page.scope, act, reason, look.page.key)
    st.session_state[_GO] = look.quarter


def _work(look: Look, begun: Underway) -> None:
    bar, done = st.progress(begun.share, text=escaped(_("正在计算…"))), begun.done

    def tell(said: str) -> None:
        nonlocal done
        done += 1
        bar.progress(min(0.97, done / max(1, begun.steps)), text=escaped(said))

    finished = close_job.carry_on(look.run.quarter, look.page.scope, tell)
    bar.empty()
    called_otherwise("quarter")
    st.session_state["forms.done"] = finished.sentence()
    st.rerun()

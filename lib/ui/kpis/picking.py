"""Which KPIs the board shows: chosen here, kept in the address (`?kpis=aum,csat`), and under a name as a saved view."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.rulebook import Kpi
from lib.ui.kpis.look import Look
from lib.ui.plain import escaped
from lib.ui.saved import saved_views
from lib.words import _, translate

#: what of the address a saved view keeps: what is looked at and how, never which quarter
SAVED = ("kpis", "view", "branch", "span")
_WIDGET = "kpis-chosen"


def chosen(kpis: Sequence[Kpi]) -> list[Kpi]:
    """The KPIs the address asks for, in the catalogue's order; all of them where it names none that is known."""
    asked = set(st.query_params.get("kpis", "").split(","))
    return [kpi for kpi in kpis if kpi.key in asked] or list(kpis)


def controls(look: Look) -> None:
    """The choice and the saved views, side by side."""
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small", key="kpis-picking"):
        _choose(look)
        saved_views(look.page, {key: st.query_params[key] for key in SAVED if key in st.query_params})


def _choose(look: Look) -> None:
    known, now = {kpi.key: kpi for kpi in look.kpis}, chosen(look.kpis)
    every = len(now) == len(known)
    if not every:
        st.caption(escaped(_("已选 {n} 项指标").format(n=len(now))), width="content")
    # one label whatever is chosen: with another the box would be a new one, and close at every choice
    with st.popover(escaped(_("选择指标")), icon=":material/checklist:", key="kpis-choose", on_change="rerun") as box:
        if not box.open:
            return
        asked = [] if every else [kpi.key for kpi in now]
        if st.session_state.get(f"{_WIDGET}.address") != asked or _WIDGET not in st.session_state:
            st.session_state[_WIDGET] = asked  # the address changed under the widget: a link, or Back
        keys = st.multiselect(
            escaped(_("看板上的指标（不选即全部）")), list(known), key=_WIDGET,
            format_func=lambda key: translate(known[key].title),
        )  # fmt: skip
        st.session_state[f"{_WIDGET}.address"] = keys
        if keys != asked:
            _write(keys, len(known))
            st.rerun()


def _write(keys: Sequence[str], most: int) -> None:
    if keys and len(keys) < most:
        st.query_params["kpis"] = ",".join(keys)
    else:
        st.query_params.pop("kpis", None)

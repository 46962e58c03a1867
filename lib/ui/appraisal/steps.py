"""The next step of a card: sign it, answer it, settle the dispute; one form at a time."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.staff import appraisal_write as write
from lib.staff.appraisal_rules import OUTCOMES, Correction
from lib.staff.appraisal_steps import LONGEST, At, StepForm, steps_from
from lib.store.models import AppraisalCard
from lib.ui import frames
from lib.ui.appraisal.data import PARAM
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name


def draw(page: Page, card: AppraisalCard) -> None:
    """The steps open to this person; why there is none, where that is not plain."""
    standing = write.at(page.scope, card)
    open_ = [step.to for step in steps_from(card.state, standing.parts, page.book, page.today)]
    if not open_:
        _waiting(page, card)
        return
    st.markdown(f"**{escaped(_('下一步'))}**")
    to = open_[0]
    if len(open_) > 1:
        to = st.segmented_control(
            escaped(_("下一步")), open_, default=to, required=True,
            format_func=lambda one: escaped(_step_name(one, settles=card.state == "disputed")),
            key=f"appraisal-step-{card.id}-{card.version}", label_visibility="collapsed",
        ) or to  # fmt: skip
    _form(page, card, standing, to)


def _waiting(page: Page, card: AppraisalCard) -> None:
    """Who is to act next."""
    waits = {
        "computed": _("等待支行负责人签署。") if card.level == "manager" else _("等待客户关系管理部签署。"),
        "signed": _("等待本人答复。"), "disputed": _("等待客户关系管理部裁定；签署人不裁定自己签的。"),
    }  # fmt: skip
    if card.state in waits:
        st.caption(escaped(waits[card.state]))


def _step_name(to: str, *, settles: bool) -> str:
    if settles:
        return _("不采纳") if to == "final" else _("采纳并更正")
    return {"signed": _("签署"), "final": _("确认"), "disputed": _("提出异议")}[to]


def _form(page: Page, card: AppraisalCard, standing: At, to: str) -> None:
    settles = card.state == "disputed"
    form = SaveForm(f"appraisal-{to}-{card.id}", version=card.version, before={"state": card.state})
    with form:
        filled = _asked(page, card, form, to, settles=settles)
        problems = filled.problems(standing, page.book, page.today)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                stands = write.step(session, card.id, seen.version or 0, filled)
                st.session_state["appraisal.stands"] = stands.id

        mine: dict[str, Any] = {"state": to}
        saved = form.submit(
            save, problems=[one.sentence for one in problems], mine=mine, titles={"state": _("状态")},
            label=_label(to, settles=settles), done=_("已记录。"),
        )  # fmt: skip
    if saved and to == "replaced":
        frames.go_to("appraisal", **{PARAM: str(st.session_state["appraisal.stands"])})


def _label(to: str, *, settles: bool) -> str:
    if settles:
        return _step_name(to, settles=True)
    return {"signed": _("签署这张考核单"), "final": _("我确认这张考核单"), "disputed": _("提出异议")}[to]


def _asked(page: Page, card: AppraisalCard, form: SaveForm, to: str, *, settles: bool) -> StepForm:
    """The widgets of a step, and what they say."""
    if to == "signed":
        comment = _text(form, "comment")
        outcome = st.segmented_control(
            escaped(name("appraisal_field", "outcome")), OUTCOMES, default="none", required=True,
            format_func=lambda code: escaped(name("appraisal_outcome", code)), key=form.key("outcome"),
        )  # fmt: skip
        return StepForm(to, comment=comment, outcome=outcome or "none")
    if to == "disputed":
        return StepForm(to, grounds=_text(form, "grounds"))
    if not settles:
        st.caption(escaped(_("确认后考核单定稿；不同意请选“提出异议”。")))
        return StepForm(to)
    correction = _correction(page, card, form) if to == "replaced" else None
    return StepForm(to, settlement=_text(form, "settlement"), correction=correction)


def _text(form: SaveForm, field: str) -> str:
    return st.text_area(escaped(name("appraisal_field", field)), key=form.key(field), max_chars=LONGEST, height=110)


def _correction(_page: Page, card: AppraisalCard, form: SaveForm) -> Correction | None:
    """Which line is put right, and how; a plain count has no denominator."""
    lines: dict[str, Any] = {str(line["kpi"]): line for line in card.lines}
    kpi = st.selectbox(
        escaped(_("更正哪个指标")), list(lines), index=None, key=form.key("kpi"), placeholder=_("请选择"),
        format_func=lambda key: name("appraisal_kpi", key),
    )  # fmt: skip
    left_out = st.checkbox(escaped(_("不计入这个指标")), key=form.key("leave-out"))
    one, two = st.columns(2)
    over = one.number_input(escaped(_("更正后的分子")), value=None, step=1, key=form.key("numerator"),
                            help=escaped(_("金额填最小货币单位（分）。")))  # fmt: skip
    under = two.number_input(escaped(_("更正后的分母")), value=None, step=1, min_value=0, key=form.key("denominator"),
                             help=escaped(_("不填则保持原分母。")))  # fmt: skip
    if kpi is None:
        return None
    stays = lines[kpi]["denominator"]
    return Correction(kpi, None if over is None else int(over), stays if under is None else int(under), left_out)

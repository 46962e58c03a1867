"""The next step of a case on screen: which one, what it asks for, and the follow-up that reached nobody."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.settings import today
from lib.store.book import rulebook
from lib.store.session import StoreSession
from lib.ui.cases.acting import LONGEST, Begun, form_on, said, submit
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name
from lib.work import cases, steps
from lib.work.causes import cause_title, causes, leaves
from lib.work.moves import Move, MoveForm, moves

_SCORES = (5, 4, 3, 2, 1)
_FEN = 100


def moving(opened: Opened, begun: Begun, page: Page) -> None:
    """The steps open to this person in this state, one at a time."""
    open_ = {move.to: move for move in begun.moves}
    if not open_:
        st.caption(escaped(_("这个状态下没有你可以办理的下一步。")))
        return
    to = next(iter(open_))
    if len(open_) > 1:
        to = st.segmented_control(
            escaped(_("下一步")), list(open_), default=to, required=True, key=f"step-{begun.number}-{begun.version}",
            format_func=lambda code: escaped(name("case_state", code)),
        ) or to  # fmt: skip
    if "satisfaction" in open_[to].needs and not _reached(begun):
        _not_reached(begun, page, open_[to])
    else:
        _move(opened, begun, page, open_[to])


def _move(opened: Opened, begun: Begun, page: Page, move: Move) -> None:
    case, to = opened.case, name("case_state", move.to)
    held = cases.capabilities(page.scope, case)
    as_what = next((one for one in held if one in move.who), "")
    form = form_on(f"move-{move.to}", begun)
    with form:
        asked = {field: value for need in _needs(opened, move, held)
                 for field, value in _asked(form, need, opened).items()}  # fmt: skip
        filled = MoveForm(move.to, **asked)
        problems = filled.problems(
            begun.state, as_what, moves(case.kind, page.book, page.today), steps.root_causes(page.book)
        )
        submit(form, page, begun, lambda session, read: steps.move(session, begun.number, read, filled),
               problems=[problem.sentence for problem in problems], to=move.to,
               label=_("转为“{state}”").format(state=to), done=_("已转为“{state}”。").format(state=to))  # fmt: skip


def _needs(opened: Opened, move: Move, held: tuple[str, ...]) -> list[str]:
    """What a step asks for: what the rule needs, and what may be recorded beside it."""
    found = list(move.needs)
    if "fault" in found:
        found += ["apology", "compensation_fen"]
    # Who is still unhappy is let go only with a reason, and not by the handler (管理 §5.2).
    if opened.case.kind == "unhappy" and move.to == "closed" and steps.may_let_go(held):
        found.append("reason")
    return found


def _asked(form: SaveForm, need: str, opened: Opened) -> dict[str, Any]:
    """The widgets of one thing a step needs, and what they say."""
    label = escaped(_("理由") if need == "reason" else name("complaint_field", need))
    match need:
        case "satisfaction":
            score = st.segmented_control(label, _SCORES, key=form.key(need))
            why = st.text_input(escaped(name("complaint_field", "not_asked_reason")), key=form.key("not_asked_reason"))
            return {need: score, "not_asked_reason": why, "contacted": "reached"}
        case "root_cause":
            known = causes(rulebook(), today())
            return {need: _chosen(form, need, {one.code: cause_title(one.code, known) for one in leaves(known)})}
        case "fault":
            return {need: _chosen(form, need, {code: name("responsibility", code) for code in codes("responsibility")})}
        case "apology":
            chosen = st.segmented_control(label, codes("apology"), default="none", required=True, key=form.key(need),
                                          format_func=lambda code: escaped(name("apology", code)))  # fmt: skip
            return {need: chosen or "none"}
        case "compensation_fen":
            unit = _("元") if opened.currency == "CNY" else opened.currency
            titled = _("{field}（{unit}，没有则留空）").format(field=name("complaint_field", need), unit=unit)
            paid = st.number_input(escaped(titled), min_value=0.0, value=None, step=0.01, format="%.2f",
                                   key=form.key(need))  # fmt: skip
            return {need: None if paid is None else round(paid * _FEN)}
    return {need: st.text_area(label, key=form.key(need), max_chars=LONGEST, height=120)}


def _chosen(form: SaveForm, need: str, options: dict[str, str]) -> str:
    label = escaped(name("complaint_field", need))
    chosen = st.selectbox(label, list(options), index=None, key=form.key(need), placeholder=_("请选择"),
                          format_func=options.__getitem__)  # fmt: skip
    return chosen or ""


def _reached(begun: Begun) -> bool:
    """Whether the follow-up reached the customer; outside the form, for it decides what the form asks."""
    options = ("reached", "not_reached")
    chosen = st.segmented_control(
        escaped(name("complaint_field", "contacted")), options, default="reached", required=True,
        key=f"contacted-{begun.number}-{begun.version}",
        format_func=lambda code: escaped(name("contact_outcome", code)),
    )  # fmt: skip
    return chosen != "not_reached"


def _not_reached(begun: Begun, page: Page, move: Move) -> None:
    """An attempt is kept and nothing moves on; after several, following up may be given up with the reason."""
    form = form_on("not-reached", begun)
    with form:
        text = st.text_area(escaped(_("联系经过")), key=form.key("text"), max_chars=LONGEST, height=90)
        may_end = move.needs == ("satisfaction",)
        give_up = may_end and st.checkbox(escaped(_("多次未联系上，结束回访")), key=form.key("give_up"))
        filled = MoveForm(move.to, contacted="not_reached", not_asked_reason=text)

        def keep(session: StoreSession, read: int) -> None:
            if give_up:
                steps.move(session, begun.number, read, filled)
            else:
                steps.progress(session, begun.number, read, text, False, "not_reached")

        to = move.to if give_up else ""
        submit(form, page, begun, keep, problems=said(text), to=to, label=_("保存"))

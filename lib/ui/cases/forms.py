"""What one can do with a case: take it, move it along, report to the customer, hand it over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.settings import today
from lib.store.book import rulebook
from lib.store.holder import holder_of
from lib.store.models import Case, Staff
from lib.store.reveal import reveal
from lib.store.session import Conflict, StoreSession
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped, plain
from lib.words import _, codes, name
from lib.work import cases, steps
from lib.work.causes import cause_title, causes, leaves
from lib.work.moves import Move, MoveForm, moves

_SCORES = (5, 4, 3, 2, 1)
_BEGUN = "case.begun"


@dataclass(frozen=True)
class Begun:
    """The case as this person began to act on it: what they write is judged against this, and never lost."""

    number: str
    version: int
    state: str
    moves: tuple[Move, ...]


def leave() -> None:
    """Forget what was begun: the list is open again, or the newest state is wanted."""
    st.session_state.pop(_BEGUN, None)


def gone(page: Page, number: str) -> str:
    """Why a case cannot be shown: who took it while it was open here, else that it is out of reach."""
    begun: Begun | None = st.session_state.get(_BEGUN)
    with page.session() as session:
        holder = holder_of(session, number) if begun is not None and begun.number == number else None
    if holder is not None:
        return _("这件投诉已由{name}处理。").format(name=holder)
    return _("没有找到这件投诉，或它不在你的范围内。")


def _begun(case: Case, page: Page) -> Begun:
    begun: Begun | None = st.session_state.get(_BEGUN)
    if begun is None or begun.number != case.number:
        begun = Begun(case.number, case.version, case.state, steps.open_moves(page.scope, case))
        st.session_state[_BEGUN] = begun
    return begun


def actions(opened: Opened, page: Page) -> None:
    """The forms open to this person on this case; a sentence where there are none."""
    case, begun = opened.case, _begun(opened.case, page)
    if case.version != begun.version:
        st.warning(escaped(_("这件投诉刚被别人更新过。你写的还在，看过最新情况再决定。")))
        st.button(escaped(_("看最新情况")), key="case-newest", on_click=leave)
    acting = page.right.change and bool(cases.capabilities(page.scope, case))
    if page.right.change and cases.may_take(page.scope, case):
        _take(case, page)
    if acting:
        _tabs(opened, begun, page)
    elif page.right.change and case.first_owner_id == page.scope.staff_id:
        st.caption(escaped(_("你是首问责任人：可以补充记录，处理由处理人进行。")))
        _note(case, page)
    elif page.right.change and case.about_staff_id == page.scope.staff_id:
        st.caption(escaped(_("投诉涉及你本人，须由他人处理。")))
    if acting and case.handler_id == page.scope.staff_id and opened.customer is not None and case.closed_at is None:
        _phone(opened, page)


def _tabs(opened: Opened, begun: Begun, page: Page) -> None:
    labels = [escaped(_("推进")), escaped(_("告知与记录")), escaped(_("转交"))]
    along, tell, hand = st.tabs(labels)
    with along:
        _moves(opened.case, begun, page)
    with tell:
        _progress(opened.case, begun, page)
        _note(opened.case, page)
    with hand:
        _hand_over(opened, begun, page)


def _take(case: Case, page: Page) -> None:
    form = SaveForm(f"take-{case.number}")
    with form:
        st.caption(escaped(_("这件投诉还没有处理人。")))
        save = _saving(page, lambda session, _seen: cases.take(session, case.number))
        form.submit(save, label=_("由我处理"), done=_("已由你处理。"))


def _moves(case: Case, begun: Begun, page: Page) -> None:
    open_ = {move.to: move for move in begun.moves}
    if not open_:
        st.caption(escaped(_("这个状态下没有你可以办理的下一步。")))
        return
    to = next(iter(open_))
    if len(open_) > 1:
        to = st.segmented_control(
            escaped(_("下一步")), list(open_), default=to, required=True, key=f"step-{case.number}-{begun.version}",
            format_func=lambda code: escaped(name("case_state", code)),
        ) or to  # fmt: skip
    _move(case, begun, page, open_[to])


def _move(case: Case, begun: Begun, page: Page, move: Move) -> None:
    to = name("case_state", move.to)
    form = _form(f"move-{move.to}", begun)
    with form:
        said = MoveForm(move.to, **{field: value for need in move.needs for field, value in _asked(form, need).items()})
        as_what = next((one for one in cases.capabilities(page.scope, case) if one in move.who), "")
        problems = said.problems(
            begun.state, as_what, moves(case.kind, page.book, page.today), steps.root_causes(page.book)
        )
        form.submit(
            _saving(page, lambda session, seen: steps.move(session, case.number, seen.version or 0, said)),
            problems=[problem.sentence for problem in problems], mine={"state": to}, titles=_titles(),
            label=_("转为“{state}”").format(state=to), done=_("已转为“{state}”。").format(state=to),
        )  # fmt: skip


def _form(what: str, begun: Begun) -> SaveForm:
    """A form on the case as it was begun: a newer state of the case is another form, beginning empty."""
    before = {"state": name("case_state", begun.state)}
    return SaveForm(f"{what}-{begun.number}-{begun.version}", version=begun.version, before=before)


def _titles() -> dict[str, str]:
    return {"state": _("状态")}


def _asked(form: SaveForm, need: str) -> dict[str, Any]:
    """The widgets of one thing a step needs, and what they say."""
    label = escaped(_("理由") if need == "reason" else name("complaint_field", need))
    if need == "satisfaction":
        score = st.segmented_control(label, _SCORES, key=form.key("satisfaction"))
        why = st.text_input(escaped(name("complaint_field", "not_asked_reason")), key=form.key("not_asked_reason"))
        return {"satisfaction": score, "not_asked_reason": why}
    if need == "root_cause":
        known = causes(rulebook(), today())
        chosen = st.selectbox(label, [one.code for one in leaves(known)], index=None, key=form.key(need),
                              placeholder=_("请选择"), format_func=lambda code: cause_title(code, known))  # fmt: skip
        return {need: chosen or ""}
    if need == "fault":
        chosen = st.selectbox(label, codes("responsibility"), index=None, key=form.key(need), placeholder=_("请选择"),
                              format_func=lambda code: name("responsibility", code))  # fmt: skip
        return {need: chosen or ""}
    return {need: st.text_area(label, key=form.key(need), max_chars=4000, height=120)}


def _progress(case: Case, begun: Begun, page: Page) -> None:
    if case.closed_at is not None:
        return
    form = _form("progress", begun)
    with form:
        text = st.text_area(escaped(_("向客户告知进展")), key=form.key("text"), max_chars=4000, height=90)
        substantive = case.promise_met_at is None and st.checkbox(
            escaped(_("这是首次实质答复（承诺时限到此为止）")), key=form.key("substantive")
        )
        save = _saving(page, lambda session, seen: steps.progress(
            session, case.number, seen.version or 0, text, substantive))  # fmt: skip
        mine = {"state": name("case_state", begun.state)}
        form.submit(save, problems=_said(text), mine=mine, titles=_titles(), label=_("记录告知"))


def _note(case: Case, page: Page) -> None:
    form = SaveForm(f"note-{case.number}")
    with form:
        text = st.text_area(escaped(_("内部记录")), key=form.key("text"), max_chars=4000, height=90)
        save = _saving(page, lambda session, _seen: steps.note(session, case.number, text))
        form.submit(save, problems=_said(text), label=_("添加记录"))


def _hand_over(opened: Opened, begun: Begun, page: Page) -> None:
    case = opened.case
    form = _form("assign", begun)
    with form:
        to = st.selectbox(escaped(_("转交给")), opened.handlers, index=None, key=form.key("to"),
                          format_func=_colleague, placeholder=_("请选择"))  # fmt: skip
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
        problems = [] if to is not None else [_("请选择接手的人。")]
        save = _saving(page, lambda session, seen: cases.assign(
            session, case.number, seen.version or 0, to.id if to else 0, reason))  # fmt: skip
        mine = {"state": name("case_state", begun.state)}
        form.submit(save, problems=problems, mine=mine, titles=_titles(), label=_("转交"))


def _phone(opened: Opened, page: Page) -> None:
    """The customer's phone, in clear on request: an open case of one's own is the reason."""
    customer = opened.customer
    if customer is None or not customer.phone_masked:
        return
    shown = f"phone-{opened.case.number}"
    with st.container(horizontal=True, vertical_alignment="center"):
        plain(_("联系电话 {phone}").format(phone=st.session_state.pop(shown, customer.phone_masked)))
        st.button(escaped(_("显示")), key="reveal-phone", on_click=_reveal, args=(page, customer.customer_id, shown),
                  help=escaped(_("查看会记入访问台账")))  # fmt: skip


def _reveal(page: Page, customer_id: int, shown: str) -> None:
    with page.session(write=True) as session:
        st.session_state[shown] = reveal(session, customer_id, "phone")


def _saving(page: Page, act: Callable[[StoreSession, Seen], object]) -> Callable[[Seen], None]:
    """Run one command in a transaction of its own; what a colleague saved first is told by name, not by code."""

    def save(seen: Seen) -> None:
        try:
            with page.session(write=True) as session:
                act(session, seen)
            leave()
        except Conflict as conflict:
            state = conflict.theirs.get("state")
            raise Conflict({"state": name("case_state", str(state))} if state else {}, conflict.version) from conflict

    return save


def _colleague(staff: Staff) -> str:
    return _("{name}（{role}）").format(name=staff.name, role=name("role", staff.role))


def _said(text: str) -> list[str]:
    return [] if text.strip() else [_("请写明内容。")]

"""What one can do with a request: decide on a colleague's, answer or withdraw one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lib.complaints import extension
from lib.customers import info, merge, transfer
from lib.store.models import ChangeRequest
from lib.store.session import Conflict, Refused, StoreSession
from lib.tiers import override
from lib.ui.approvals import carrying
from lib.ui.approvals.data import Opened
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work import proposals, requests
from lib.work.requests import VERDICTS, Apply

_BEGUN = "approvals.begun"
#: how an accepted request takes effect; bank-wide kinds are carried out by a job after the consent
_APPLY: dict[str, Apply | None] = {
    "term_complex": extension.apply,
    "term_specially_complex": extension.apply,
    info.KIND: info.apply_info,
    **dict.fromkeys(transfer.KINDS, transfer.apply_transfer),
    merge.MERGE: merge.apply_merge,
    merge.UNMERGE: merge.apply_unmerge,
    **dict.fromkeys(override.KINDS, override.apply_override),
    **dict.fromkeys(proposals.KINDS),
}


@dataclass(frozen=True)
class Begun:
    """A request as this person began to act on it: what they write is judged against this, and never lost."""

    request_id: int
    version: int
    may: tuple[str, ...]


def leave() -> None:
    """Forget what was begun: the newest state is wanted."""
    st.session_state.pop(_BEGUN, None)


def may(request: ChangeRequest, page: Page) -> tuple[str, ...]:
    """What the person may do with a request as it stands: decide | answer | withdraw."""
    scope = page.scope
    if request.requested_by == scope.staff_id:
        return {"pending": ("withdraw",), "returned": ("answer", "withdraw")}.get(request.state, ())
    mine = request.state == "pending" and request.stage_role == scope.role and request.kind in _APPLY
    here = scope.role != "head" or request.branch_id == scope.branch_id
    return ("decide",) if mine and here and page.right.change else ()


def forms(opened: Opened, page: Page) -> None:
    """The forms open to this person, or why there are none."""
    request = opened.request
    begun = _begun(request, page)
    if begun.version != request.version:
        _told(opened)
    if "decide" in begun.may:
        _decide(begun, page)
    if "answer" in begun.may:
        _write(begun, page, "answer", _("答复退回的问题"), requests.answer, needed=True)
    if "withdraw" in begun.may:
        with st.expander(escaped(_("撤回申请"))):
            _write(begun, page, "withdraw", _("说明（可不填）"), requests.withdraw, needed=False)
    own_turn = request.requested_by == page.scope.staff_id and request.stage_role == page.scope.role
    if own_turn and request.state == "pending":
        st.caption(escaped(_("这是你自己的申请，须由另一位同事审批。")))


def _begun(request: ChangeRequest, page: Page) -> Begun:
    begun: Begun | None = st.session_state.get(_BEGUN)
    if begun is None or begun.request_id != request.id:
        begun = Begun(request.id, request.version, may(request, page))
        st.session_state[_BEGUN] = begun
    return begun


def _told(opened: Opened) -> None:
    """Somebody was faster: who, and what they did."""
    last = opened.steps[-1] if opened.steps else None
    said = _("这项申请刚被同事处理过。你写的还在，但没有提交。")
    if last is not None:
        said = _("{name}刚处理过这项申请：{act}。你写的还在，但没有提交。").format(
            name=opened.person(last.staff_id), act=name("request_act", last.act)
        )
    st.warning(escaped(said))
    st.button(escaped(_("看最新情况")), key="request-newest", on_click=leave)


def _decide(begun: Begun, page: Page) -> None:
    form = SaveForm(f"decide-{begun.request_id}-{begun.version}", version=begun.version)
    with form:
        verdict = st.segmented_control(
            escaped(_("审批意见")), VERDICTS, key=form.key("verdict"),
            format_func=lambda code: escaped(name("request_act", code)),
        )  # fmt: skip
        text = st.text_area(escaped(_("说明（退回与不同意时必填）")), key=form.key("text"), max_chars=2000, height=110)
        problems = [] if verdict else [_("请选择审批意见。")]
        if verdict and verdict != "agreed" and not text.strip():
            problems = [_("退回询问和不同意须写明理由。")]

        def decide(session: StoreSession) -> ChangeRequest:
            apply = _apply(session, begun)
            return requests.decide(session, begun.request_id, begun.version, str(verdict), text, apply)

        form.submit(_saving(page, decide), problems=problems, label=_("提交意见"), done=_("意见已提交。"))


def _apply(session: StoreSession, begun: Begun) -> Apply | None:
    """How this request takes effect once agreed."""
    request = session.scalars(requests.request_by_id(begun.request_id)).one_or_none()
    if request is None:
        raise Refused(_("没有找到这项申请，或它不在你的范围内。"))
    return _APPLY[request.kind]


def _write(
    begun: Begun,
    page: Page,
    act: str,
    label: str,
    command: Callable[[StoreSession, int, int, str], ChangeRequest],
    *,
    needed: bool,
) -> None:
    form = SaveForm(f"{act}-{begun.request_id}-{begun.version}", version=begun.version)
    with form:
        text = st.text_area(escaped(label), key=form.key("text"), max_chars=2000, height=90)
        problems = [_("请写明内容。")] if needed and not text.strip() else []
        save = _saving(page, lambda session: command(session, begun.request_id, begun.version, text))
        button, done = {"answer": (_("提交答复"), _("答复已提交。")), "withdraw": (_("撤回"), _("申请已撤回。"))}[act]
        form.submit(save, problems=problems, label=button, done=done)


def _saving(page: Page, act: Callable[[StoreSession], ChangeRequest]) -> Callable[[Seen], None]:
    """Run one command in a transaction of its own; a stale one is refused with a sentence, never written over."""

    def save(_seen: Seen) -> None:
        try:
            with page.session(write=True) as session:
                request = act(session)
        except Conflict as conflict:
            raise Refused(_("这项申请刚被同事处理过，你的意见没有写入。")) from conflict
        leave()
        if request.state == "accepted" and request.kind in proposals.KINDS:
            carrying.begin(request.id)

    return save

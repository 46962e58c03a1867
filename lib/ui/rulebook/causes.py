"""The tree of root causes on screen, and the department's edits: collected in a draft, proposed as one request."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lib.store.book import rulebook
from lib.store.session import Refused
from lib.ui import frames
from lib.ui.approvals import carrying, kinds
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook.under_way import under_way
from lib.words import _, name
from lib.work import cause_tree, proposals
from lib.work.cause_tree import ACTS, Edit, Node, Tree, edited, path, tree

_DRAFT, _REFUSED = "causes.draft", "causes.refused"


@dataclass(frozen=True)
class Draft:
    """The tree as it stood when the first edit was made, and as it would be."""

    begun: Tree
    wanted: Tree


def causes(page: Page) -> None:
    """The tree, what is under way, the draft."""
    nodes = tree(rulebook())  # the newest: it may just have been put into effect
    with page.session() as session:
        carrying.offer_all(page, session, cause_tree.SUBJECT, cause_tree.KEY)
        waits = under_way(session, cause_tree.SUBJECT, cause_tree.KEY)
    _table(nodes)
    if not proposals.may_propose(page.scope):
        return
    st.subheader(escaped(_("修改根因树")), anchor=False)
    if waits:
        st.caption(escaped(_("现有申请决定并执行后，才能提出下一次修改。")))
        return
    draft = st.session_state.get(_DRAFT) or Draft(nodes, nodes)
    _edit(draft)
    _propose(page, draft)


def _table(nodes: Tree) -> None:
    rows = [
        {"top": node.title if not node.parent else "", "title": node.title if node.parent else "",
         "state": (_("停用"), "context") if node.retired else (_("在用"), "good"), "code": node.code}
        for node in nodes
    ]  # fmt: skip
    columns = [frames.Column("top", _("一级原因")), frames.Column("title", _("二级原因")),
               frames.Column("state", _("状态"), "badge"), frames.Column("code", _("代码"))]  # fmt: skip
    frames.table(rows, columns, key="causes-tree")


def _edit(draft: Draft) -> None:
    """One edit at a time, added to the draft by a button; nothing is written yet."""
    act = st.segmented_control(
        escaped(_("要做的修改")), ACTS, default="add", required=True, key="cause-act",
        format_func=lambda code: escaped(name("cause_act", code)),
    )  # fmt: skip
    act = act or "add"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if act != "add":
            _choose(
                _("原因"),
                [node for node in draft.wanted if node.retired == (act == "restore")],
                draft,
                f"cause-{act}-code",
            )
        if act in ("add", "rename"):
            st.text_input(escaped(_("名称")), key=f"cause-{act}-title", max_chars=cause_tree.LONGEST_TITLE)
        if act in ("add", "move"):
            tops = [node for node in draft.wanted if not node.parent and not node.retired]
            _choose(_("挂在（不选则为一级）"), tops, draft, f"cause-{act}-parent")
        st.button(escaped(_("加入修改")), key="cause-collect", on_click=_collect, args=(draft, act))
    refused = st.session_state.pop(_REFUSED, "")
    if refused:
        st.error(escaped(refused))


def _choose(label: str, nodes: list[Node], draft: Draft, key: str) -> None:
    titles = {node.code: path(node, draft.wanted) for node in nodes}
    st.selectbox(escaped(label), list(titles), index=None, key=key, placeholder=_("请选择"),
                 format_func=lambda code: titles.get(code, code))  # fmt: skip


def _collect(draft: Draft, act: str) -> None:
    """Put what was chosen into the draft; what cannot be done is said on the next run."""
    said = {part: str(st.session_state.get(f"cause-{act}-{part}") or "") for part in ("code", "title", "parent")}
    try:
        st.session_state[_DRAFT] = Draft(draft.begun, edited(draft.wanted, Edit(act, **said)))
    except Refused as refused:
        st.session_state[_REFUSED] = str(refused)
        return
    for part in said:
        if f"cause-{act}-{part}" in st.session_state:
            st.session_state[f"cause-{act}-{part}"] = "" if part == "title" else None


def _propose(page: Page, draft: Draft) -> None:
    changed = cause_tree.changes(draft.begun, draft.wanted)
    if not changed:
        st.caption(escaped(_("还没有修改。代码不变：停用的原因不再提供选择，已有投诉仍显示它的名称。")))
        return
    kinds.cause_changes(changed, key="causes-draft")
    st.button(escaped(_("放弃这些修改")), key="causes-drop", on_click=_drop)
    form = SaveForm("propose-causes")
    with form:
        reason = st.text_area(escaped(_("申请理由")), key=form.key("reason"), max_chars=2000, height=90)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                cause_tree.propose(session, draft.begun, draft.wanted, reason)
            _drop()

        problems = [] if reason.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, label=_("提交审批"), done=_("已提交审批。"))


def _drop() -> None:
    st.session_state.pop(_DRAFT, None)

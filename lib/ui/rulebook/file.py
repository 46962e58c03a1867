"""The rulebook as a file: taken away by who reads it, brought back changed and proposed rule by rule."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lib.jobs.examples import is_checked, run
from lib.rulebook import RuleFileError
from lib.store.book import rulebook
from lib.store.models import ChangeRequest
from lib.store.session import Refused
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook import shown
from lib.ui.rulebook.known import family_of, ident_of
from lib.words import _, day, integer, name, translate
from lib.work import proposals, rule_change
from lib.work.rule_change import Proposal, may_propose
from lib.work.rule_file import Change, Compared, read_file

_TOLD = "rulebook.file.told"


def download() -> None:
    """The link to the whole book."""
    frames.download(_("下载口径库（TOML）"), "rulebook")


def file(page: Page, currency: str) -> None:
    """The file to take away; for who may propose, a file to bring back, what it changes, and the requests."""
    st.caption(escaped(_("口径库的全部规则、指标、目标值与标签及其历次条目，写法与随产品发布的文件相同。")))
    download()
    if not proposals.may_propose(page.scope):
        return
    st.subheader(escaped(_("上传修改后的口径文件")), anchor=False)
    st.caption(escaped(_("只比较每条口径的最新条目；文件未列出的口径不受影响。先看差异，再逐条提交审批。")))
    told = st.session_state.pop(_TOLD, None)
    for sentence in told or ():
        st.info(escaped(sentence))
    uploaded = st.file_uploader(escaped(_("口径文件（TOML）")), type=["toml"], key="rulebook-file", max_upload_size=1)
    if uploaded is None:
        return
    try:
        compared = read_file(uploaded.getvalue(), uploaded.name, rulebook(), page.today)
    except RuleFileError as wrong:
        st.error(escaped(_("这个文件不能用作口径文件：{error}").format(error=wrong)))
        return
    _compared(page, compared, currency)


def _compared(page: Page, compared: Compared, currency: str) -> None:
    said = _("{n} 条与现行口径不同，{same} 条相同。")
    st.markdown(f"**{escaped(said.format(n=integer(len(compared.changes)), same=integer(compared.same)))}**")
    for sentence in compared.past:
        st.warning(escaped(sentence))
    ready = [proposal for one in compared.changes if (proposal := _one(page, one, currency)) is not None]
    if ready:
        _propose(page, ready)


def _one(page: Page, one: Change, currency: str) -> Proposal | None:
    """One changed key with its differences; the proposal, where nothing speaks against it."""
    asked = one.proposal
    with st.container(border=True, key=f"file-{asked.kind}-{asked.key.replace('.', '-')}"):
        kind = name("rule_kind", family_of(asked.kind, asked.key))
        st.markdown(f"**{escaped(translate(asked.title))}**  :gray[{escaped(f'{kind} · {asked.key}')}]")
        st.caption(escaped(_("适用自 {day}").format(day=day(asked.since))))
        shown.difference(one.differences)
        against = [*one.problems, *_against(page, asked)]
        for sentence in against:
            st.error(escaped(sentence))
        return None if against else _with_examples(asked, currency)


def _against(page: Page, asked: Proposal) -> list[str]:
    if not may_propose(page.scope, asked.key, page.book, page.today):
        return [_("你的岗位不能提出这条口径的修改。")]
    with page.session() as session:
        open_ = proposals.under_way(asked.kind, asked.key).with_only_columns(ChangeRequest.id)
        waits = session.scalars(open_).first() is not None
    return [_("这条口径已有一项修改在审批或待执行，完成后才能再提交。")] if waits else []


def _with_examples(asked: Proposal, currency: str) -> Proposal | None:
    """The proposal with examples that hold; None until who proposes has restated the others."""
    if not asked.examples or not is_checked(asked.kind, asked.key):
        return asked
    outcomes = run(asked.row(), asked.examples, rulebook())
    if all(one.holds for one in outcomes):
        shown.what_failed(outcomes)
        return asked
    shown.outcomes(outcomes, currency)
    shown.what_failed(outcomes)
    said = _("新的结果都正确：按算得的结果改写这些算例的预期")
    if not st.checkbox(escaped(said), key=f"file-restate-{ident_of(asked.kind, asked.key)}"):
        return None
    return replace(asked, examples=tuple(replace(one.example, expect=one.got) for one in outcomes if not one.told))


def _propose(page: Page, ready: list[Proposal]) -> None:
    form = SaveForm("propose-file")
    with form:
        reason = st.text_area(escaped(_("申请理由")), key=form.key("reason"), max_chars=2000, height=90)

        def save(_seen: Seen) -> None:
            st.session_state[_TOLD] = [*_asked(page, ready, reason)]

        problems = [] if reason.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, done=_("已提交审批。"),
                    label=_("提交审批：{n} 项申请").format(n=integer(len(ready))))  # fmt: skip


def _asked(page: Page, ready: list[Proposal], reason: str) -> list[str]:
    """Ask for each in a transaction of its own; what the last look refuses is told, the others stand."""
    told, done = [], 0
    for one in ready:
        try:
            with page.session(write=True) as session:
                rule_change.propose(session, one, reason, run)
            done += 1
        except Refused as refused:
            told.append(_("“{title}”：{why}").format(title=translate(one.title), why=refused))
    return [_("已提交 {n} 项申请。").format(n=integer(done)), *told]

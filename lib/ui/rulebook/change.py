"""Changing one entry: the form, the checks, the worked examples with what is restated of them, and the request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from lib.jobs.examples import is_checked, run
from lib.rulebook import BASES, Example
from lib.rulebook.examples import Outcome, examples_of
from lib.store.book import rulebook
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook import shown
from lib.ui.rulebook.condition_fields import tag_fields
from lib.ui.rulebook.fields import FieldProblem, toml_field, value_fields
from lib.ui.rulebook.known import Known
from lib.ui.rulebook.what_if import what_if_for
from lib.words import _, name
from lib.work import rule_change
from lib.work.rule_change import Proposal, plain_source
from lib.work.rule_file import differences_of

_STATE = "rulebook.change"


@dataclass
class Begun:
    """A change as this person began it: from which entry, and what was checked last."""

    ident: str
    base: str
    number: int
    checked: Proposal | None = None


def change(page: Page, found: Known) -> None:
    """The form; below it, once it was checked, what comes of it and the way to propose it."""
    begun = _begun(found)
    st.subheader(escaped(_("提出修改")), anchor=False)
    if begun.base != found.newest.version:
        st.warning(escaped(_("这条口径刚被改过。你写的还在，但须从最新的条目重新修改。")))
        st.button(escaped(_("从最新条目重新修改")), key="rule-anew", on_click=leave)
    _form(page, found, begun)
    if begun.checked is not None:
        _consider(page, found, begun.checked)


def leave() -> None:
    """Forget what was begun; the next form has widgets of its own."""
    begun: Begun | None = st.session_state.pop(_STATE, None)
    st.session_state[f"{_STATE}.number"] = begun.number + 1 if begun else 0


def _begun(found: Known) -> Begun:
    begun: Begun | None = st.session_state.get(_STATE)
    if begun is None or begun.ident != found.ident:
        begun = Begun(found.ident, found.newest.version, st.session_state.get(f"{_STATE}.number", 0))
        st.session_state[_STATE] = begun
    return begun


def _form(page: Page, found: Known, begun: Begun) -> None:
    def named(part: str) -> str:
        return f"rule-{part}" + (f"-{begun.number}" if begun.number else "")

    with st.form(f"rule-change-{found.ident}-{begun.number}", enter_to_submit=False):
        problem, value = "", found.newest.value
        try:
            value = _value(found, named)
        except FieldProblem as wrong:
            problem = str(wrong)
        since, basis, source = _grounds(page, found, named)
        if st.form_submit_button(escaped(_("检查")), key=named("check"), type="primary"):
            begun.checked = None if problem else _proposal(found, begun, value, since, basis, source)
            if problem:
                st.error(escaped(problem))


def _value(found: Known, named: Any) -> Any:
    said = found.newest.value
    if found.kind == "tag":
        return tag_fields(said, found.currency, named)
    if found.kind == "kpi":
        return toml_field(said, named("toml"))
    return value_fields(found.key, found.newest.unit, said, found.currency, named)


def _grounds(page: Page, found: Known, named: Any) -> tuple[date, str, str]:
    """From when, on what basis, by which source; the earliest day is today, or the newest entry's."""
    earliest = max(page.today, found.newest.valid_from or page.today)
    with st.container(horizontal=True, gap="small"):
        since = st.date_input(escaped(_("适用自")), value=earliest, min_value=earliest, key=named("since"),
                              format="YYYY-MM-DD", width=180)  # fmt: skip
        bases = {code: name("basis", code) for code in BASES}
        basis = st.selectbox(escaped(_("依据")), BASES, index=BASES.index(found.newest.basis), key=named("basis"),
                             format_func=bases.__getitem__, width=180)  # fmt: skip
    source = st.text_area(escaped(_("来源（文件、条款，或为何这样定）")), value=plain_source(found.newest.source),
                          key=named("source"), max_chars=rule_change.LONGEST_SOURCE, height=80)  # fmt: skip
    return since if isinstance(since, date) else earliest, basis, source


def _proposal(found: Known, begun: Begun, value: Any, since: date, basis: str, source: str) -> Proposal:
    newest = found.newest
    examples = examples_of(found.kind, found.key, newest)
    return Proposal(found.kind, found.key, newest.title, newest.unit, since, basis, source, value, examples, begun.base)


def _consider(page: Page, found: Known, proposal: Proposal) -> None:
    """What differs, what is wrong, how the examples come out, what it would do, and the request."""
    wrong = rule_change.problems(proposal, rulebook(), page.today)
    shown.difference(differences_of(proposal, found.newest))
    for sentence in wrong:
        st.error(escaped(sentence))
    if wrong:
        return
    proposal = _with_examples(found, proposal)
    figures = what_if_for(page, proposal)
    _propose(page, found, proposal, figures)


def _with_examples(found: Known, proposal: Proposal) -> Proposal:
    """The proposal with the examples whose new result was confirmed restated."""
    if not proposal.examples or not is_checked(proposal.kind, proposal.key):
        return proposal
    outcomes = run(proposal.row(), proposal.examples, rulebook())
    st.caption(escaped(_("算例按新口径计算的结果")))
    shown.outcomes(outcomes, found.currency)
    shown.what_failed(outcomes)
    restated = [_restated(number, one, found.currency) for number, one in enumerate(outcomes)]
    return replace(proposal, examples=tuple(one for one in restated if one is not None))


def _restated(number: int, one: Outcome, currency: str) -> Example | None:
    """The example as it will stand: confirmed as it comes out, left out where it makes no sense any more."""
    if one.holds:
        return one.example
    key = f"rule-restate-{number}"
    if one.told:
        return None if st.checkbox(escaped(_("删去无法计算的算例 {n}").format(n=number + 1)), key=key) else one.example
    said = _("新的结果正确：算例 {n} 的预期改为 {result}").format(n=number + 1, result=shown.result_text(one, currency))
    return replace(one.example, expect=one.got) if st.checkbox(escaped(said), key=key) else one.example


def _propose(page: Page, found: Known, proposal: Proposal, figures: dict[str, Any] | None) -> None:
    form = SaveForm(f"propose-{found.ident}")
    with form:
        reason = st.text_area(escaped(_("申请理由")), key=form.key("reason"), max_chars=2000, height=90)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                rule_change.propose(session, proposal, reason, run, figures)
            leave()
            st.query_params.pop("edit", None)

        problems = [] if reason.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, label=_("提交审批"), done=_("已提交审批。"))
    frames.link(frames.Link("rulebook", {"rule": found.ident}, _("不改了"), ":material/close:"))

"""One finding: what was found, its cause, its measure, its history, and the steps that may be taken now."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from lib import words
from lib.satisfaction import finding_lists, findings
from lib.satisfaction.finding_steps import steps_from
from lib.store.inspected import leads
from lib.store.models import Action, Finding
from lib.ui import frames, picks
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.ui.satisfaction import finding_forms
from lib.words import _, integer, name
from lib.work.causes import cause_title, causes

_TONES = {"verified": "good", "done": "watch", "reopened": "watch"}


def badge(finding: Finding, due_on: date | None, on: date) -> tuple[str, str]:
    """The state, and how long a measure is overdue."""
    if finding.state == "acting" and due_on is not None and due_on < on:
        return _("整改逾期 {d} 天").format(d=(on - due_on).days), "risk"
    return name("finding_state", finding.state), _TONES.get(finding.state, "context")


def draw(page: Page, asked: str) -> bool:
    """The finding in the address; False where there is none."""
    if not asked.isdigit():
        return False
    picks.back(_("返回问题列表"), "finding", key="finding-back")
    with page.session() as session:
        row = session.execute(finding_lists.one(int(asked))).one_or_none()
        steps = session.execute(finding_lists.steps_of(int(asked))).all()
    if row is None:
        frames.empty(_("没有这个质量问题，或它不在你的范围内。"))
        return True
    finding: Finding = row[0]
    action: Action | None = row[1]
    st.subheader(escaped(finding.title), anchor=False)
    _facts(page, finding, action, row)
    if action is not None:
        st.caption(escaped(_("整改措施")))
        plain(action.steps)
        if action.evidence:
            st.caption(escaped(_("完成的证据")))
            plain(action.evidence)
    _next(page, finding, action)
    _history(steps)
    return True


def _facts(page: Page, finding: Finding, action: Action | None, row: Any) -> None:
    state, tone = badge(finding, action.due_on if action else None, page.today)
    st.badge(escaped(state), color={"risk": "red", "watch": "orange", "good": "green"}.get(tone, "gray"))  # type: ignore[arg-type]
    owner = finding_forms.name_of(page, action.owner_id) if action else None
    known = [
        (_("支行"), row.branch or _("全行")), (_("来源"), name("finding_source", finding.source)),
        (_("发现日期"), words.day(finding.found_on)), (_("发现人"), row.found_by),
        (_("根本原因"), cause_title(finding.root_cause, causes(page.book, page.today)) if finding.root_cause else None),
        (_("整改责任人"), owner), (_("整改期限"), words.day(action.due_on) if action else None),
        (_("办理人"), row.done_by), (_("验证人"), row.verified_by),
        (_("验证日期"), words.day(finding.verified_on) if finding.verified_on else None),
        (_("重新整改次数"), integer(finding.reopened) if finding.reopened else None),
    ]  # fmt: skip
    pairs([(title, value) for title, value in known if value], key="finding-pairs")
    if finding.detail:
        st.caption(escaped(_("经过与影响")))
        plain(finding.detail)
    if finding.check_id is not None and page.scope.facts in ("own", "branch", "bank"):
        frames.link(Link("satisfaction", {"view": "checks", "check": str(finding.check_id)}, _("查看这次检查"),
                         icon=":material/checklist:"))  # fmt: skip


def _next(page: Page, finding: Finding, action: Action | None) -> None:
    """A form for each step that may be taken now; why none may, where somebody waits for another."""
    if not page.right.change:
        return
    at = findings.at(page.scope, finding, action)
    moves = steps_from(at, page.book, page.today)
    if not moves:
        if at.did_it and finding.state == "done":
            st.info(escaped(_("整改须由办理人以外的人验证：请支行负责人或客户关系管理部验证。")))
        return
    changes = finding.state == "acting" and leads(page.scope, finding.branch_id)
    titles = [name("finding_act", code) for code in (*(move.to for move in moves), *(["changed"] if changes else []))]
    tabs = st.tabs([escaped(title) for title in titles])
    for tab, move in zip(tabs, moves, strict=False):
        with tab:
            finding_forms.step(page, finding, move)
    if changes and action is not None:
        with tabs[-1]:
            finding_forms.change(page, finding, action)


def _history(steps: Any) -> None:
    st.caption(escaped(_("办理经过")))
    for step, who in steps:
        said = f"**{escaped(name('finding_act', step.act))}**　{escaped(who)}　{escaped(words.moment(step.at))}"
        st.markdown(said)
        if step.note:
            plain(step.note)

"""One action of the review: everything about it, what its KPI did, what else changed, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib import words
from lib.meeting.actions import House, expected_text, place, point_text, source, state_text, verdict_text, way
from lib.meeting.follow import Track
from lib.review import decisions
from lib.store.models import Action
from lib.store.reviewed import may_decide
from lib.store.session import StoreSession
from lib.ui import frames, nav
from lib.ui.forms import SaveForm, Seen, forget
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.ui.review import decision_forms
from lib.words import _, name, translate

Command = Callable[[StoreSession, int, int, str], Action]


def draw(page: Page, track: Track, house: House) -> None:
    """The action in a frame of its own."""
    action = track.action
    with st.container(border=True, key="review-action"):
        st.subheader(escaped(action.title), anchor=False)
        _details(track, house)
        _effect(track)
        if action.quarter is not None:
            _forms(page, track)
        elif nav.reachable(way(action).page) is not None:
            to = way(action)
            frames.link(frames.Link(to.page, dict(to.query), _("去办理这项措施")))


def _details(track: Track, house: House) -> None:
    action, currency = track.action, house.currency
    kpi = translate(track.kpi.title) if track.kpi else action.kpi_key
    pairs([
        (_("状态"), state_text(action, house.on)), (_("来源"), source(action)),
        (_("责任人"), house.people.get(action.owner_id)), (_("完成期限"), words.day(action.due_on)),
        (_("适用范围"), place(action, house)), (_("要改善的指标"), kpi),
        (_("此前"), point_text(track, track.outcome.before, currency)),
        (_("此后"), point_text(track, track.outcome.after, currency)),
        (_("预期达到"), expected_text(track, currency)), (_("成效"), verdict_text(track)),
        (_("下达"), f"{house.people.get(action.created_by, '')} {words.moment(action.created_at)}"),
    ], key="review-action-pairs")  # fmt: skip
    st.caption(escaped(_("具体步骤")))
    plain(action.steps)
    if action.expected:
        st.caption(escaped(_("预期效果")))
        plain(action.expected)
    if action.evidence:
        st.caption(escaped(_("取消的理由") if action.state == "dropped" else _("进展与证据")))
        plain(action.evidence)


def _effect(track: Track) -> None:
    if track.here:
        st.caption(escaped(_("全行的措施：这里的数字只是你能看到的范围。")))
    if track.meanwhile:
        st.caption(escaped(_("同期还有什么变化（供评审时考虑，不是原因分析）")))
        for sentence in track.meanwhile:
            st.markdown(f"- {escaped(sentence)}")


def _forms(page: Page, track: Track) -> None:
    action = track.action
    if not decisions.may_act(page.scope, action):
        return
    decides = may_decide(page.scope, action.branch_id)
    titles = [_("登记进展"), _("办结"), *([_("修改"), _("取消")] if decides else [])]
    tabs = st.tabs([escaped(title) for title in titles])
    with tabs[0]:
        _say(page, action, "prove", _("进展或证据"), _("登记进展"), decisions.prove)
    with tabs[1]:
        _say(page, action, "finish", _("完成的证据"), _("办结"), decisions.finish)
    if decides:
        with tabs[2]:
            decision_forms.change(page, action)
        with tabs[3]:
            _say(page, action, "drop", _("取消的理由"), _("取消决议"), decisions.drop)


def _say(page: Page, action: Action, what: str, title: str, label: str, command: Command) -> None:
    """A form of one text; a stale one shows what the other wrote meanwhile."""
    before = {"evidence": action.evidence or "", "state": name("action_state", action.state)}
    name_of_form = f"decision-{what}-{action.id}"
    form = SaveForm(name_of_form, version=action.version, before=before)
    with form:
        text = st.text_area(escaped(title), key=form.key("text"), max_chars=decisions.EVIDENCE, height=90)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                command(session, action.id, seen.version or 0, text)
            forget(*(one for one in decision_forms.names_of(action) if one != name_of_form))

        form.submit(save, mine={"evidence": text}, titles={"evidence": _("进展与证据"), "state": _("状态")},
                    label=label)  # fmt: skip

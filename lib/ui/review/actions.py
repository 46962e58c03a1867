"""上季措施 on the page: what came of what was decided before, one line an action, the one chosen in full."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.meeting import actions as meeting
from lib.meeting.actions import House
from lib.meeting.follow import Track
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.review import action_one
from lib.words import _, translate

_TONES = {"reached": "good", "better": "good", "worse": "risk"}


def draw(page: Page, session: StoreSession, quarter: Quarter, version: int | None = None) -> None:
    """The first part of the meeting."""
    found = meeting.followed(session, quarter, version)
    house = meeting.house_of(session)
    if not found:
        frames.empty(_("没有需要跟踪的措施：此前没有决议，也没有针对投诉和质量问题的措施。"))
        return
    for sentence in meeting.sentences(found, quarter, house.on):
        st.markdown(f"- {escaped(sentence)}")
    listed(found, house, key="review-actions")
    chosen(page, found, house)


def listed(found: Sequence[Track], house: House, *, key: str) -> None:
    """One line an action; choosing one puts it into the address."""
    rows = [_row(one, house) for one in found]
    columns = [
        Column("title", _("措施"), pinned=True), Column("state", _("状态"), "badge"),
        Column("effect", _("成效"), "badge"), Column("owner", _("责任人")), Column("due_on", _("完成期限"), "day"),
        Column("kpi", _("要改善的指标")), Column("before", _("此前")), Column("after", _("此后")),
        Column("expected", _("预期达到")), Column("place", _("适用范围")), Column("source", _("来源")),
    ]  # fmt: skip
    place = frames.table(rows, columns, key=key, select=True)
    if picks.picked(key, place) and place is not None:
        picks.show(str(found[place].action.id), "action")


def chosen(page: Page, found: Sequence[Track], house: House) -> None:
    """The action in the address, if it is one of these."""
    asked = st.query_params.get("action", "")
    track = next((one for one in found if str(one.action.id) == asked), None)
    if track is not None:
        action_one.draw(page, track, house)


def _row(track: Track, house: House) -> dict[str, object]:
    action, outcome = track.action, track.outcome
    late = meeting.is_overdue(action, house.on)
    verdict = meeting.verdict_text(track)
    return {
        "title": action.title, "due_on": action.due_on, "owner": house.people.get(action.owner_id, ""),
        "state": (meeting.state_text(action, house.on),
                  "risk" if late else "good" if action.state == "done" else "context"),
        "source": meeting.source(action), "place": meeting.place(action, house),
        "kpi": translate(track.kpi.title) if track.kpi else action.kpi_key,
        "before": meeting.point_text(track, outcome.before, house.currency),
        "after": meeting.point_text(track, outcome.after, house.currency),
        "expected": meeting.expected_text(track, house.currency),
        "effect": (verdict, _TONES.get(outcome.verdict, "context")) if verdict else None,
    }  # fmt: skip

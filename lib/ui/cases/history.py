"""The history of a case on screen: every event in words, the latest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from lib import words
from lib.complaints.crisis import checklist
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import CaseEvent
from lib.ui.cases.view import Opened, handed
from lib.ui.plain import escaped, plain
from lib.words import _, name
from lib.work.causes import cause_title, causes
from lib.work.clock import due_text

#: what a form recorded with an event, in words where it is a code or a figure
_SAID: dict[str, Callable[[str, Opened], str]] = {
    "root_cause": lambda said, _opened: cause_title(said, causes(rulebook(), today())),
    "relation": lambda said, _opened: name("complainant_relation", said),
    "fault": lambda said, _opened: name("responsibility", said),
    "apology": lambda said, _opened: name("apology", said),
    "contacted": lambda said, _opened: name("contact_outcome", said),
    "in_time": lambda said, _opened: name("timely", said),
    "conclusion": lambda said, _opened: name("review_conclusion", said),
    "extension": lambda said, _opened: name("extension", said),
    "notice": lambda said, _opened: name("extension", said),
    "kind": lambda said, _opened: name("case_kind", said),
    "legal_due_at": lambda said, _opened: due_text(datetime.fromisoformat(said)),
    "compensation_fen": lambda said, opened: words.money(int(said), opened.currency, exact=True),
}
#: what an event's title says already
_IN_TITLE = ("from", "to", "for", "step", "left_out", "begin", "log", "end")


def history(opened: Opened) -> None:
    """Everything that happened, with its author and time."""
    st.subheader(escaped(_("经过")), anchor=False)
    if not opened.events:
        st.caption(escaped(_("没有记录。导入的投诉只有来源给出的内容。")))
        return
    with st.container(border=True, gap="small", key="case-history"):
        for event in reversed(opened.events):
            with st.container(gap=None):
                who = escaped(" · ".join((words.moment(event.at), opened.person(event.staff_id))))
                st.markdown(f":gray[{who}]  **{escaped(title_of(event, opened))}**")
                said = "\n".join(facts_of(event, opened))
                if said:
                    plain(said)


def title_of(event: CaseEvent, opened: Opened) -> str:
    """What happened, in one line."""
    details = event.details or {}
    if event.kind == "move" and event.from_state:
        states = (name("case_state", event.from_state), name("case_state", event.to_state))
        return _("{before} → {after}").format(before=states[0], after=states[1])
    if event.kind == "move":
        return name("case_state", event.to_state)
    if handed(event):
        return _("由{name}处理").format(name=opened.person(handed(event)[-1]))
    if event.kind in ("wait", "resume") and "for" in details:
        what, whom = name("case_event", event.kind), name("waiting_for", str(details["for"]))
        return _("{what}：{whom}").format(what=what, whom=whom)
    if event.kind == "crisis":
        return _crisis(details, opened)
    return name("case_event", event.kind)


def facts_of(event: CaseEvent, opened: Opened) -> list[str]:
    """The words of an event: its text and what its form recorded, one line each."""
    lines = [event.text] if event.text else []
    for field, value in (event.details or {}).items():
        if field in _IN_TITLE:
            continue
        if field == "substantive":
            lines.append(_("已作实质答复，承诺时限到此为止。"))
            continue
        said = _SAID[field](str(value), opened) if field in _SAID else str(value)
        lines.append(_("{field}：{value}").format(field=name("complaint_field", field), value=said))
    return lines


def _crisis(details: dict[str, object], opened: Opened) -> str:
    if "step" in details:
        titles = {one.code: one.title for one in checklist(opened.case, opened.events, rulebook())}
        title = titles.get(str(details["step"])) or name("crisis_step", str(details["step"]))
        done = _("{step}：未做，已说明") if details.get("left_out") else _("{step}：已完成")
        return done.format(step=title)
    if "begin" in details:
        return _("开始按危机处理")
    return _("危机处理结束") if "end" in details else _("危机日志")

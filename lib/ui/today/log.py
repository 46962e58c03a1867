"""Logging the conversation with the customer being worked, and going on with the next."""

from __future__ import annotations

import streamlit as st

from lib.ui.contacts import Occasion, contact_fields, said_of
from lib.ui.forms import SaveForm, Seen
from lib.ui.plain import escaped
from lib.ui.today import going, keys, otherwise
from lib.ui.today.lines import Line
from lib.ui.today.look import Look
from lib.words import _, name
from lib.work.contacts import log_contact

#: what a conversation for a kind of reason is for
PURPOSES = {
    "meeting": "meeting", "churn": "churn", "maturity": "milestone", "milestone": "milestone",
    "life_event": "milestone", "birthday": "care", "festival": "care", "care": "care", "complaint": "complaint",
    "suggestion": "complaint", "enquiry": "enquiry",
}  # fmt: skip


def form(look: Look, line: Line, following: str | None) -> None:
    """One conversation in one go; saved, the following person opens."""
    page, customer = look.page, line.customer
    with SaveForm(f"today-{line.number}") as form:
        shape = contact_fields(page, form, occasion(line))

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                contact = log_contact(session, customer.customer_id, shape, seen.once)
                done = said_of(session, customer.customer_id, contact)
            going.tell(line, done)
            going.on_to(following)

        problems = [problem.sentence for problem in shape.problems(page.now)]
        form.submit(save, problems=problems, label=_("记录，下一位"), done=_("已记录这次联系。"), shortcuts=keys.SAVE)
    keys.outcomes(form.key("outcome"))
    st.button(escaped(_("暂缓、改期或不再办理")), key="today-put-off", type="tertiary", shortcut=keys.PUT_OFF,
              icon=":material/snooze:", on_click=otherwise.open_for, args=(line.number,))  # fmt: skip


def occasion(line: Line) -> Occasion:
    """What the log begins with: the channel the customer prefers, the purpose of the first reason, all that a
    conversation may end."""
    open_ = line.talks_about
    items = {one.id: one.title or name("due_kind", one.kind) for one in open_.values()}
    meeting = any(one.kind == "meeting" for one in open_.values()) or line.customer.kind == "corporate"
    return Occasion(line.customer.preferred_channel, purpose_of(line), items, tuple(items), meeting=meeting)


def purpose_of(line: Line) -> str:
    """The purpose of a conversation by its most pressing reason."""
    if not line.why:
        return "visit"
    first = line.why[0]
    kind = first.item.kind if first.item is not None else first.case.kind if first.case is not None else ""
    return PURPOSES.get(kind, "visit")

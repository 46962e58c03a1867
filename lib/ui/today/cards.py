"""The figures above the list: how many to contact, late, due today, and logged today."""

from __future__ import annotations

from typing import Any

from lib.care import today
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.frames import Card, Link
from lib.ui.today.look import Look
from lib.words import _, integer


def draw(look: Look, session: StoreSession, counted: Any) -> None:
    """The cards; the first three are people and lead to their list."""
    talked = session.scalar(today.talked_today(look.asked, look.whole)) or 0
    overdue = "risk" if counted.overdue else None
    frames.cards([
        Card(_("今天要联系"), integer(counted.people), _("人"), note=_("共 {n} 项").format(n=integer(counted.things))),
        Card(_("逾期"), integer(counted.overdue), _("人"), tone=overdue, href=_list(look, "overdue")),
        Card(_("今天到期"), integer(counted.due_today), _("人"), href=_list(look, "today")),
        Card(_("今天已记录"), integer(talked), note=_("含未联系上的")),
    ], key="today-cards")  # fmt: skip


def _list(look: Look, when: str) -> Link:
    kept = {"manager": look.login_of(look.wanted.staff_id)} if look.several and look.wanted.staff_id is not None else {}
    if look.page.scope.customers == "bank" and look.wanted.branch_id in look.house.branches:
        kept["office"] = look.house.branches[look.wanted.branch_id][0]
    return Link("today", {"when": when, **kept}, icon="")


def nothing(look: Look, people: int) -> str:
    """Why the list is empty."""
    if people:
        return _("没有符合条件的客户，可放宽筛选条件。")
    if look.several:
        return _("这里没有要联系的客户：到期的事都已办理，或列在以后的日子。")
    return _("今天要联系的客户都已联系。以后到期的事会按日子列到这里。")

"""What a person may write of surveys: a survey goes one way, and an answer once given is never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from lib.store.models import Survey, SurveyAnswer
from lib.store.scope import PassesBy, Refused
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

_MOVES = {("draft", "running"), ("running", "closed"), ("draft", "closed")}
#: what a survey asks whom is settled once it runs: who draws again must find the same people
_STAYS = ("title", "questionnaire", "channel", "query", "view", "size", "seed", "started_at")


def check_survey(session: StoreSession, row: Survey, fresh: bool) -> None:
    """A survey is its owner's, or the department's to close; what it asks whom stays once it runs."""
    mine = row.owner_id == session.scope.staff_id and row.branch_id == session.scope.branch_id
    if not mine and (fresh or session.scope.role != "crm"):
        raise Refused(_("调查由发起人自己发出，由发起人或客户关系管理部结束。"))
    if fresh:
        if row.state != "draft" or row.started_at is not None:
            raise PassesBy("a survey begins as a draft")
        return
    fields: Any = inspect(row).attrs
    before = (fields.state.history.deleted or [row.state])[0]
    if before != row.state and (before, row.state) not in _MOVES:
        raise PassesBy(f"a survey does not go from {before} to {row.state}")
    if before != "draft" and any(fields[name].history.has_changes() for name in _STAYS):
        raise PassesBy("what a running survey asks whom is settled")


def check_answer(session: StoreSession, row: SurveyAnswer, fresh: bool) -> None:
    """An invitation begins open, or answered by who enters it; an answer stands as it was given."""
    if row.answered_on is not None and row.staff_id != session.scope.staff_id and _news(row, fresh):
        raise PassesBy("an answer is entered in one's own name")
    if fresh:
        return
    fields: Any = inspect(row).attrs
    history = fields.answered_on.history
    stood = (history.deleted or [row.answered_on])[0] if history.has_changes() else row.answered_on
    if stood is not None:
        raise Refused(_("这份答卷已经录入，不再更改。"))


def _news(row: SurveyAnswer, fresh: bool) -> bool:
    fields: Any = inspect(row).attrs
    return fresh or fields.answered_on.history.has_changes()

"""Longer legal terms: 15 → 30 → 60 days, asked for by who handles, approved by another, told to the complainant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lib.complaints.rules import extension_problem
from lib.settings import business_now, today
from lib.store.book import calendar, rulebook
from lib.store.models import Branch, Case, CaseEvent, ChangeRequest
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import cases, requests, steps
from lib.work.clock import EXTENSIONS, Clock
from lib.work.clock_of import term_began, terms_of
from lib.work.moves import ENDED, kind_of
from lib.work.requests import Asked


def next_extension(case: Case) -> str | None:
    """The extension that may be asked for next; None where the kind has no legal term or none is left."""
    if "legal_term" not in kind_of(case.kind, rulebook(), today()).clocks:
        return None
    after = EXTENSIONS[EXTENSIONS.index(case.extension) + 1 :]
    return after[0] if after else None


def problem(case: Case) -> str | None:
    """Why a longer term cannot be asked for now, as a sentence; None if it can."""
    if next_extension(case) is None:
        return _("这件事项没有可以申请的延期。")
    if case.answered_at is not None or case.state in ENDED:
        return _("这件投诉已答复或已结束，不再延期。")
    if case.legal_due_at is None:
        return _("法定期限没有在计算，不需要延期。")
    if case.legal_due_at < business_now():
        return _("法定期限已过，不能再延期：延期须在期限届满前批准。")
    return None


def ask_extension(session: StoreSession, number: str, read_version: int, reason: str) -> ChangeRequest:
    """Ask for the next longer term of a complaint that is not answered yet and whose term still runs.

    The request carries what its approver must know — class, branch, dates — and nobody's name. Raises Refused with
    a sentence, Conflict when the case is stale. Law: 银行业保险业消费投诉处理管理办法.
    """
    case = steps.mine_to_act_on(session, number, read_version)
    _refuse(problem(case))
    to = next_extension(case)
    assert to is not None
    due = _longer(session, case, to).due_at
    before = {"extension": case.extension, "legal_due_at": _iso(case.legal_due_at), **_about(session, case)}
    after = {"extension": to, "legal_due_at": _iso(due)}
    return requests.ask(session, Asked(
        f"term_{to}", "case", number, before, after, reason, customer_id=case.customer_id,
        branch_id=case.branch_id, due_at=case.legal_due_at,
    ))  # fmt: skip


def apply(session: StoreSession, request: ChangeRequest) -> None:
    """Carry out an accepted extension: the longer term, counted anew, and an event by who agreed last.

    Raises Refused when the complaint was answered meanwhile, when its former term is over, or was extended already.
    """
    case = cases.for_change(session, request.subject_key, None)
    _refuse(problem(case))
    to = str(request.after["extension"])
    _refuse(extension_problem(case.extension, to))
    term = _longer(session, case, to)
    details = {"extension": to, "legal_due_at": _iso(term.due_at)}
    cases.record(session, case, "extension", text=request.reason, details=details)
    provisional = case.clocks_provisional or term.provisional
    changes = {"extension": to, "legal_due_at": term.due_at, "clocks_provisional": provisional}
    cases.change(session, case, changes)


def notice_due(case: Case, events: Sequence[CaseEvent]) -> str | None:
    """The extension of the running term the complainant has not been told of yet; the law requires the notice."""
    if case.answered_at is not None or case.state in ENDED:
        return None
    began = term_began(case, events)
    extended = [_said(event, "extension") for event in events if event.kind == "extension" and event.at >= began]
    told = {_said(event, "notice") for event in events if event.kind == "progress" and event.at >= began}
    return extended[-1] if extended and extended[-1] not in told else None


def tell(session: StoreSession, number: str, read_version: int, text: str) -> None:
    """Record that the complainant was told of the longer term, and how; Refused when nothing is left to tell."""
    case = steps.mine_to_act_on(session, number, read_version)
    steps.need_text(text)
    extension = notice_due(case, session.scalars(cases.events_of(case)).all())
    if extension is None:
        raise Refused(_("没有待告知的延期。"))
    cases.record(session, case, "progress", text=text, details={"notice": extension})


def _refuse(sentence: str | None) -> None:
    if sentence is not None:
        raise Refused(sentence)


def _longer(session: StoreSession, case: Case, to: str) -> Clock:
    """The running term as it would be under an extension."""
    book = rulebook()
    terms = terms_of(case, session.scalars(cases.events_of(case)).all(), book)
    clock = terms._replace(extension=to).legal_term(calendar(), book)
    assert clock is not None  # only a kind with a legal term has a next extension
    return clock


def _about(session: StoreSession, case: Case) -> dict[str, object]:
    branch = case.branch_id or case.about_branch_id
    named = session.scalar(select(Branch.name).where(Branch.id == branch)) if branch else None
    return {"kind": case.kind, "business": case.business, "reason": case.reason, "channel": case.channel,
            "received_at": _iso(case.received_at), "branch": named, "outside_number": case.outside_number}  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _said(event: CaseEvent, field: str) -> str:
    return str((event.details or {}).get(field, ""))

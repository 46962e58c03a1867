"""One step of an appraisal card: signed by another, confirmed or disputed by the person, settled by a third."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.staff.appraisal_peers import peers
from lib.staff.appraisal_read import scores
from lib.staff.appraisal_rules import Correction, Judging, corrected
from lib.staff.appraisal_steps import At, StepForm
from lib.store.appraised import capabilities
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import AppraisalCard
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save
from lib.words import _

#: what a corrected version takes over from the one it replaces
_CARRIED = ("period", "level", "subject_id", "branch_id", "staff_id", "comment", "outcome", "signed_by", "signed_at",
            "answer_due_on", "answered_by", "answered_at", "grounds", "settle_due_on")  # fmt: skip


def at(scope: Scope, card: AppraisalCard) -> At:
    """Where a card stands for somebody."""
    kpis = tuple(str(line["kpi"]) for line in card.lines)
    return At(card.state, capabilities(scope, card), card.answer_due_on, kpis)


def step(session: StoreSession, card_id: int, read_version: int, form: StepForm) -> AppraisalCard:
    """Take one step; returns the card that stands afterwards (a corrected version, where a dispute is upheld).

    Raises Refused with the sentences for what is wrong, Conflict when somebody saved the card first.
    """
    card = session.get(AppraisalCard, card_id)
    if card is None:
        raise Refused(_("这张考核单不在你的范围内。"))
    book = rulebook()
    if card.version == read_version:  # else the conflict says more than the step that is no longer open
        wrong = form.problems(at(session.scope, card), book, today())
        if wrong:
            raise Refused("".join(one.sentence for one in wrong))
    save(session, card, read_version, _changes(session.scope, form, book))
    session.flush()
    if form.to == "replaced" and form.correction is not None:
        return _correct(session, card, form.correction)
    return card


def _changes(scope: Scope, form: StepForm, book: Rulebook) -> dict[str, Any]:
    """The columns a step writes."""
    me, now, days = scope.staff_id, business_now(), book.value("appraisal.days", today())
    if form.to == "signed":
        return {"state": "signed", "comment": form.comment.strip(), "outcome": form.outcome, "signed_by": me,
                "signed_at": now, "answer_due_on": today() + timedelta(days=days["answer"])}  # fmt: skip
    if form.to == "disputed":
        return {"state": "disputed", "grounds": form.grounds.strip(), "answered_by": me, "answered_at": now,
                "settle_due_on": today() + timedelta(days=days["settle"])}  # fmt: skip
    if form.settlement:
        how = "corrected" if form.to == "replaced" else "rejected"
        return {"state": form.to, "settlement": form.settlement.strip(), "settled_by": me, "settled_at": now,
                "ended_how": how}  # fmt: skip
    return {"state": form.to, "answered_by": me, "answered_at": now, "ended_how": "confirmed"}


def _correct(session: StoreSession, card: AppraisalCard, said: Correction) -> AppraisalCard:
    """The next version, with one line put right, judged by the rules the card was computed by; it is final."""
    basis: dict[str, Any] = dict(card.basis)
    by = Judging(**basis["judging"])
    made = corrected(card.lines, said, by)
    others = [score for other, score in session.execute(scores(card.period, card.level)) if other != card.id]
    least = basis["peers_least"]
    among = [*others, made.score] if made.score is not None else others
    last = session.scalar(select(AppraisalCard.number).where(
        AppraisalCard.period == card.period, AppraisalCard.level == card.level,
        AppraisalCard.subject_id == card.subject_id).order_by(AppraisalCard.number.desc()).limit(1))  # fmt: skip
    row = AppraisalCard(
        **{name: getattr(card, name) for name in _CARRIED}, id=new_id(), number=(last or 0) + 1, state="final",
        score=made.score, grade=made.grade, counted=made.counted, lines=list(made.lines), basis=basis,
        peers=peers(among, made.score, least), computed_at=business_now(), why="corrected", reason=card.settlement,
        settled_by=card.settled_by, settled_at=card.settled_at, settlement=card.settlement, ended_how="corrected",
        version=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row

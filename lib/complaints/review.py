"""Reviews (核查): a complainant asks the superior body to look at an answer; a track of its own with its own term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Case, CaseReview
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes
from lib.work import cases, steps
from lib.work.clock import review_term
from lib.work.moves import Problem, blank, field_name, kind_of

_LONGEST = {"body": 80, "outside_number": 40, "grounds": 4000}


@dataclass(frozen=True)
class ReviewForm:
    """A review as asked for: by which body it is led, its number there, on what grounds, when (aware)."""

    body: str
    outside_number: str
    grounds: str
    asked_at: datetime

    def problems(self, case: Case, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being recorded on a case; empty if nothing does."""
        found = blank(self, ("body", "grounds"))
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=field_name(field), n=most))
                  for field, most in _LONGEST.items() if len(getattr(self, field)) > most]  # fmt: skip
        if self.asked_at > now:
            found.append(Problem("asked_at", _("申请时间不能晚于现在")))
        elif case.answered_at is not None and self.asked_at < case.answered_at:
            found.append(Problem("asked_at", _("核查针对已作出的答复，申请时间不能早于答复时间")))
        return found


def reviews_of(case: Case) -> Select[CaseReview]:
    """The reviews of a case, oldest first."""
    mine = (CaseReview.customer_id == case.customer_id, CaseReview.case_id == case.id)
    return select(CaseReview).where(*mine).order_by(CaseReview.asked_at, CaseReview.id)


def problem(case: Case) -> str | None:
    """Why a case cannot be reviewed now, as a sentence; None if it can."""
    if "legal_term" not in kind_of(case.kind, rulebook(), today()).clocks:
        return _("核查只针对投诉。")
    if case.answered_at is None:
        return _("还没有答复，不能登记核查。")
    return None


def ask_review(session: StoreSession, number: str, form: ReviewForm) -> CaseReview:
    """Record that a review was asked for, in time or not, and when it is to be answered.

    It may be asked for within the days of rule complaint.review after the answer; a late one is recorded as such.
    Raises Refused with a sentence, also while one on this case is not concluded.
    """
    case = steps.mine_to_act_on(session, number, None)
    refusal = problem(case)
    if refusal is not None:
        raise Refused(refusal)
    steps.refuse(form.problems(case, business_now(), rulebook()))
    if any(one.concluded_at is None for one in session.scalars(reviews_of(case))):
        raise Refused(_("这件投诉已有一项核查尚未结束。"))
    assert case.answered_at is not None
    limit = review_term("ask", case.answered_at, rulebook())
    review = CaseReview(
        customer_id=case.customer_id, id=new_id(), case_id=case.id, asked_at=form.asked_at, body=form.body.strip(),
        outside_number=form.outside_number.strip() or None, grounds=form.grounds.strip(),
        in_time=limit is None or form.asked_at <= limit, due_at=review_term("answer", form.asked_at, rulebook()),
        staff_id=session.scope.staff_id, version=1,
    )  # fmt: skip
    session.add(review)
    details = {
        "body": review.body,
        "outside_number": review.outside_number,
        "in_time": "yes" if review.in_time else "no",
    }
    cases.record(session, case, "review", text=form.grounds, details=details)
    session.flush()
    return review


def conclude(session: StoreSession, review_id: int, read_version: int, conclusion: str, finding: str) -> CaseReview:
    """Record how a review ended: upheld | changed | dropped, and what was found.

    A changed result reopens nothing by itself: that is a step of its own. Raises Refused, or Conflict when stale.
    """
    review = session.scalars(select(CaseReview).where(CaseReview.id == review_id)).one_or_none()
    if review is None:
        raise Refused(_("没有找到这项核查，或它不在你的范围内。"))
    of_case = select(Case.number).where(Case.customer_id == review.customer_id, Case.id == review.case_id)
    number = session.scalars(of_case).one()
    case = steps.mine_to_act_on(session, number, None)
    if conclusion not in codes("review_conclusion"):
        raise Refused(_("请选择核查结论。"))
    steps.need_text(finding)
    if review.concluded_at is not None:
        raise Refused(_("这项核查已经结束。"))
    changes = {"concluded_at": business_now(), "conclusion": conclusion, "finding": finding.strip()}
    save(session, review, read_version, changes)
    cases.record(session, case, "review", text=finding, details={"conclusion": conclusion})
    session.flush()
    return review

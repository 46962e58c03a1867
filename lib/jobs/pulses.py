"""Pulses: a short questionnaire after a settled complaint, a visit, business in a branch; and what has run out.

The rule of fatigue holds for them as for surveys. Whom a share falls on is drawn from the event's own id.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, String, cast, exists, func, literal, select, update

from lib.rulebook import Rulebook
from lib.satisfaction.drawing import Asking, rank_sql, reason
from lib.satisfaction.rules import Pulse, fatigue, open_days, pulses
from lib.settings import business_now, day_start, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.work.contacts import REACHED

CHUNK = 5000
_PERCENT = 100
#: conversations after which one may be asked: somebody spoke, and did not turn the bank away
_SPOKE = tuple(one for one in REACHED if one != "refused")


def send_pulses(size: int = CHUNK) -> int:
    """End what nobody answered in time, then ask after what was done; how many are asked."""
    book, on = rulebook(), today()
    with bulk("pulses") as session:
        one_at_a_time(session)
        _lapse(session, book)
    asked = 0
    for pulse in pulses(book, on):
        while True:
            with bulk("pulses") as session:
                one_at_a_time(session)
                found = _ask(session, pulse, book, size)
            asked += found
            if found < size:
                break
    return asked


def one_at_a_time(session: BulkSession) -> None:
    """Of two refreshes at once the second waits for the transaction of the first, and then finds what it wrote."""
    session.execute(select(m.Bank.id).with_for_update()).all()


def _ask(session: BulkSession, pulse: Pulse, book: Rulebook, size: int) -> int:
    on = today()
    asking = Asking(on, pulse.channel, fatigue(book, on), pulse=True)
    event, happened = _events(pulse)
    kind = about_kind(pulse.code)
    about = literal(f"{kind}-", String) + cast(event.id, String)
    known = exists().where(m.SurveyAnswer.customer_id == event.customer_id, m.SurveyAnswer.about == about)
    share = rank_sql(f"pulse-{pulse.code}", event.id) % literal(_PERCENT, BigInteger) < pulse.share
    wanted = (
        happened.join(m.Customer, m.Customer.customer_id == event.customer_id)
        .where(share, reason(asking).is_(None), ~known)
        .group_by(event.customer_id).order_by(event.customer_id).limit(size)
    )  # fmt: skip
    rows = session.execute(wanted).all()
    session.insert(m.SurveyAnswer, [
        {"customer_id": customer_id, "id": new_id(), "asked_on": on, "channel": pulse.channel, "occasion": pulse.code,
         "about": f"{kind}-{event_id}", "questionnaire": pulse.code, "version": 1}
        for customer_id, event_id in rows
    ])  # fmt: skip
    return len(rows)


def about_kind(code: str) -> str:
    """What kind of row a pulse is asked after."""
    return "case" if code == "complaint" else "contact"


def _events(pulse: Pulse) -> tuple[Any, Select]:
    """The table of what a pulse is asked after, and its newest row of each customer within the days of the rule."""
    since = day_start(today() - timedelta(days=pulse.within_days))
    if pulse.code == "complaint":
        case = m.Case
        done = (case.kind == "complaint", case.state == "closed", case.closed_at.between(since, business_now()))
        return case, select(case.customer_id, func.max(case.id)).where(*done)
    contact = m.Contact
    spoken: list[Any] = [contact.outcome.in_(_SPOKE), contact.happened_at.between(since, business_now())]
    spoken.append(contact.purpose == "visit" if pulse.code == "visit" else contact.channel == "branch")
    return contact, select(contact.customer_id, func.max(contact.id)).where(*spoken)


def _lapse(session: BulkSession, book: Rulebook) -> None:
    """Pulses nobody answered in time lapse; a survey whose last day is over is closed."""
    s, survey, on = m.SurveyAnswer, m.Survey, today()
    before = on - timedelta(days=open_days(book, on, pulse=True))
    lapsed = session.rows(
        update(s).where(s.about.is_not(None), s.answered_on.is_(None), s.outcome.is_(None), s.asked_on < before)
        .values(outcome="lapsed", version=s.version + 1)
    )  # fmt: skip
    closed = session.rows(
        update(survey).where(survey.state == "running", survey.closes_on < on)
        .values(state="closed", closed_at=business_now(), version=survey.version + 1)
    )  # fmt: skip
    for what, rows in (("survey_answer", lapsed), ("survey", closed)):
        if rows:
            session.note(what, rows)

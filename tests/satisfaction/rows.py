"""Invitations and answers of the small bank, with nobody asked before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from lib.satisfaction.survey import SurveyForm, draft
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.session import open_session
from tests.cast import filled, scope

ANSWER = {"service_quality": 4, "product_quality": 4, "price_fairness": 3, "communication": 4, "attitude": 5,
          "professional": 4, "efficiency": 3}  # fmt: skip


def nobody_asked() -> None:
    """No invitations and no surveys; everybody may be asked."""
    with bulk("test") as session:
        for table in (m.SurveyAnswer, m.Survey):
            session.rows(delete(table))
        session.rows(update(m.Customer).values(do_not_contact=False, merged_into_id=None))


def invited(customer_id: int, days_ago: int = 0, **given: Any) -> int:
    """An invitation so many days ago; its id."""
    answer_id = given.pop("id", None) or new_id()
    asked: date = today() - timedelta(days=days_ago)
    with bulk("test") as session:
        session.add(filled(m.SurveyAnswer, **{
            "customer_id": customer_id, "id": answer_id, "asked_on": asked, "channel": "phone", "occasion": "quarter",
            "version": 1, **given,
        }))  # fmt: skip
    return int(answer_id)


def answered(customer_id: int, overall: int, days_ago: int = 0, **given: Any) -> int:
    """An answer given the day it was asked for; its id."""
    day = today() - timedelta(days=days_ago)
    return invited(customer_id, days_ago, **{"answered_on": day, "overall": overall, **given})


def drafted(login: str = "rm.zhang", **more: Any) -> m.Survey:
    """A survey somebody has drafted."""
    said = {"title": "三季度满意度", "questionnaire": "full", "channel": "online", "size": 10,
            "closes_on": today() + timedelta(days=21), "seed": "2026Q3", **more}  # fmt: skip
    with open_session(scope(login), "satisfaction", write=True) as session:
        return draft(session, SurveyForm(**said))


def everybody() -> Any:
    """A list of all the bank's people, as one reaches them."""
    return select(m.Customer.customer_id)


def stored(answer_id: int) -> m.SurveyAnswer:
    """An invitation as it stands, past every scope."""
    with bulk("look", write=False) as session:
        return session.scalars(select(m.SurveyAnswer).where(m.SurveyAnswer.id == answer_id)).one()


def cases() -> list[m.Case]:
    """The cases of unhappy customers, past every scope."""
    with bulk("look", write=False) as session:
        return list(session.scalars(select(m.Case).where(m.Case.kind == "unhappy").order_by(m.Case.id)))

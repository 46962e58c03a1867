"""Surveys of the demonstration bank: one a quarter by each way of asking, seven dimensions, and what people say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import select

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Array, Plan, material
from lib.satisfaction import answering, survey
from lib.satisfaction.answering import AnswerForm
from lib.satisfaction.rules import DIMENSIONS
from lib.satisfaction.survey import SurveyForm
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.words import quarter_name
from lib.work import steps
from lib.work.moves import MoveForm

#: how a quarter is asked: all by the full questionnaire
WAYS = ("online", "phone", "questionnaire")
SAYS = 0.55
FULL = "full"
_MOODS = {"attitude": 0.12, "professional": 0.05, "efficiency": -0.28}
_ANSWERED, _INVITED = 3, 30


def write_surveys(session: BulkSession, plan: Plan, org: Organisation) -> None:
    """The surveys of every quarter; the running quarter's still run."""
    words = material("satisfaction")["survey"]
    for place, quarter in enumerate(plan.quarters):
        ended = quarter.end < plan.today
        begun = datetime.combine(quarter.start, time(1), UTC)
        for way in WAYS:
            session.add(m.Survey(
                id=survey_id(place, way), title=words[way].format(quarter=quarter_name(str(quarter))),
                questionnaire=FULL, channel=way, query={"stage": "customer"},
                view=words["all"], size=max(1, plan.customers // 20), seed=f"{quarter}-{way}",
                closes_on=quarter.end, state="closed" if ended else "running", counts={"done": 1}, owner_id=org.crm,
                branch_id=None, created_at=begun, started_at=begun, version=1,
                closed_at=datetime.combine(quarter.end, time(9), UTC) if ended else None,
            ))  # fmt: skip
    session.note("survey", len(plan.quarters) * len(WAYS))


def survey_id(place: int, way: str) -> int:
    """The id of a quarter's survey: small, so that it sorts before those of later rows."""
    return place * 10 + WAYS.index(way) + 1


def said(columns: dict[str, Any], quarter: Array, rng: np.random.Generator) -> dict[str, Any]:
    """What the answers of a chunk say beside their first four dimensions, and which survey they belong to."""
    overall = columns["overall"]
    answered = np.array([score is not None for score in overall])
    base = np.array([score or 3 for score in overall], dtype=float)
    made = {name: np.clip(np.rint(base + shift + rng.normal(0, 0.62, len(base))), 1, 5).astype(int).astype(object)
            for name, shift in _MOODS.items()}  # fmt: skip
    for scores in made.values():
        scores[~answered] = None
    speaks = answered & (rng.random(len(base)) < SAYS)
    words = material("satisfaction")
    luck = rng.random((len(base), 3))
    scored = {**columns, **made}
    verbatim = [_words(scored, place, words, luck[place]) if speaks[place] else None for place in range(len(base))]
    ids = [survey_id(int(at), str(way)) for at, way in zip(quarter, columns["channel"], strict=True)]
    return {**made, "verbatim": verbatim, "survey_id": ids, "questionnaire": FULL}


def _words(scored: dict[str, Any], place: int, words: dict[str, Any], luck: Array) -> str:
    """What somebody says: of what was worst where they are not content, of what was best where they are."""
    overall = int(scored["overall"][place])
    scores = {one: int(scored[one][place]) for one in DIMENSIONS}
    if overall == 3 and luck[2] < 0.5:
        return _of(words["plain"]["texts"], luck[0])
    end = min if overall <= 3 else max
    picked = [one for one in DIMENSIONS if scores[one] == end(scores.values())]
    text = _of(words["bad" if overall <= 3 else "good"][_of(picked, luck[0])], luck[1])
    return text + (_of(words["tail"]["texts"], luck[2]) if overall <= 3 else "")


def _of(choices: Sequence[str], luck: float) -> str:
    return choices[min(int(luck * len(choices)), len(choices) - 1)]


def work(managers: Sequence[Scope], heads: Sequence[Scope]) -> int:
    """Heads ask their branch, managers enter what was answered by telephone and follow up who is unhappy."""
    done = sum(_survey(scope) for scope in heads[:2])
    for number, scope in enumerate(managers):
        done += sum(_done(scope, partial(_answer, place)) for place in range(_ANSWERED))
        done += _follow_up(scope) if number % 2 == 0 else 0
    return done


def _survey(scope: Scope) -> int:
    """One that runs, and a draft still to be looked at."""
    chosen = select(m.Customer.customer_id).where(m.Customer.stage == "customer")
    ends, made = today() + timedelta(days=14), []
    words = material("satisfaction")["survey"]
    form = SurveyForm(words["branch"], "short", "phone", _INVITED, ends, {"stage": "customer"},
                      words["all"], f"demo-{scope.branch_id}")  # fmt: skip
    done = _done(scope, lambda session: made.append(survey.draft(session, form)))
    for row in made:
        done += _done(scope, lambda session, row=row: survey.begin(  # type: ignore[misc]
            session, row.id, row.version, survey.preview(session, chosen, row)))  # fmt: skip
        done += _done(scope, lambda session, row=row: survey.invite_some(session, row.id, chosen))  # type: ignore[misc]
        done += _done(scope, lambda session, row=row: survey.invite_some(session, row.id, chosen))  # type: ignore[misc]
    title = SurveyForm(words["draft"], "full", "online", _INVITED, ends, {"kind": "personal"},
                       words["people"], f"draft-{scope.branch_id}")  # fmt: skip
    return done + _done(scope, lambda session: survey.draft(session, title))


def _answer(place: int, session: StoreSession) -> None:
    """Somebody the survey by telephone or a pulse still waits for answers the questions they are asked."""
    s = m.SurveyAnswer
    waits = select(s).where(s.answered_on.is_(None), s.outcome.is_(None), s.channel == "phone", s.asked_on == today())
    row = session.scalars(waits.order_by(s.customer_id, s.id).limit(1)).first()
    if row is None:
        raise Refused("")
    asked = answering.asked_of(row, rulebook())
    scores = {ask: (9 if ask == "recommend" else (5, 4, 2)[place % 3]) for ask, _text in asked.scored}
    scores |= {"recommend": 4} if place % 3 == 2 and "recommend" in scores else {}
    words, luck = material("satisfaction"), row.customer_id % 7 / 7
    text = _of(words["bad"]["efficiency"], luck) if place % 3 == 2 else _of(words["good"]["attitude"], luck)
    answering.enter(session, row.customer_id, row.id, row.version, AnswerForm(scores, text))


def _follow_up(scope: Scope) -> int:
    """The first of a manager's unhappy customers is spoken with and content again, the second being looked into."""
    words = material("satisfaction")["settled"]
    mine = select(m.Case).where(m.Case.kind == "unhappy", m.Case.handler_id == scope.staff_id,
                                m.Case.state == "received").order_by(m.Case.customer_id, m.Case.id)  # fmt: skip
    with open_session(scope, "demo") as session:
        numbers = [one.number for one in session.scalars(mine.limit(2))]
    done = 0
    for place, number in enumerate(numbers):
        done += _done(scope, partial(_say, number, words["begun"]))
        done += _done(scope, partial(_move, number, MoveForm("investigating")))
        if place == 0:
            heard = MoveForm("followed_up", settlement=words["result"], satisfaction=4, contacted="reached")
            done += _done(scope, partial(_move, number, heard))
    return done


def _say(number: str, text: str, session: StoreSession) -> None:
    steps.progress(session, number, _version(session, number), text, substantive=True)


def _move(number: str, form: MoveForm, session: StoreSession) -> None:
    steps.move(session, number, _version(session, number), form)


def _version(session: StoreSession, number: str) -> int:
    return session.scalars(select(m.Case).where(m.Case.number == number)).one().version


def _done(scope: Scope, deed: Callable[[StoreSession], object]) -> int:
    """One deed in a transaction of its own; what the rules refuse is left undone."""
    try:
        with open_session(scope, "demo", write=True) as session:
            deed(session)
    except Refused:
        return 0
    return 1

"""Answers as entered: on an invitation or of the customer's own accord; a low one opens its follow-up at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from lib.rulebook import Rulebook
from lib.satisfaction import unhappy
from lib.satisfaction.rules import (
    CHANNELS,
    LONGEST_VERBATIM,
    OVERALL,
    SCALES,
    Questionnaire,
    is_low,
    questionnaires,
)
from lib.settings import today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import SurveyAnswer
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name

#: why no answer came
WITHOUT = ("declined", "not_reached")


@dataclass(frozen=True)
class AnswerForm:
    """What somebody answered: scores by what was asked (None: not answered), and in their own words."""

    scores: Mapping[str, int | None] = field(default_factory=dict)
    verbatim: str = ""

    def problems(self, asked: Questionnaire) -> list[str]:
        """What keeps it from being kept, as sentences."""
        found = []
        if self.scores.get(OVERALL) is None:
            found.append(_("请填写总体满意度。"))
        for ask, score in self.scores.items():
            if ask not in dict(asked.scored):
                found.append(_("这份问卷不问“{what}”。").format(what=name("survey_dimension", ask)))
            elif score is not None and not SCALES[ask][0] <= score <= SCALES[ask][1]:
                low, high = SCALES[ask]
                found.append(_("“{what}”为 {low} 至 {high} 分。").format(
                    what=name("survey_dimension", ask), low=low, high=high))  # fmt: skip
        if len(self.verbatim.strip()) > LONGEST_VERBATIM:
            found.append(_("原话最多 {n} 字。").format(n=LONGEST_VERBATIM))
        return found

    def columns(self) -> dict[str, object]:
        """As an answer keeps it."""
        given = {ask: score for ask, score in self.scores.items() if score is not None}
        return {**given, "verbatim": self.verbatim.strip() or None}


@dataclass(frozen=True)
class Kept:
    """An answer that was kept: its id, and the number of the follow-up it opened (empty: none was needed)."""

    answer_id: int
    case: str = ""


def enter(session: StoreSession, customer_id: int, answer_id: int, read_version: int, form: AnswerForm) -> Kept:
    """Keep the answer to an invitation. Refused for one already answered, Conflict when it was saved since."""
    row = _invitation(session, customer_id, answer_id)
    refuse(form.problems(asked_of(row, rulebook())))
    save(session, row, read_version, {**form.columns(), "answered_on": today(), "staff_id": session.scope.staff_id,
                                      "outcome": None})  # fmt: skip
    session.flush()
    return _followed_up(session, row)


def volunteer(
    session: StoreSession, customer_id: int, questionnaire: str, channel: str, form: AnswerForm, form_key: str
) -> Kept:
    """Keep what a customer says of their own accord; the same form again is kept once."""
    known = session.scalars(select(SurveyAnswer).where(
        SurveyAnswer.customer_id == customer_id, SurveyAnswer.form_key == form_key)).first()  # fmt: skip
    if known is not None:
        return Kept(known.id)
    asked = questionnaires(rulebook(), today()).get(questionnaire)
    if asked is None or channel not in CHANNELS:
        raise Refused(_("请选择问卷和方式。"))
    refuse(form.problems(asked))
    row = SurveyAnswer(
        customer_id=customer_id, id=new_id(), asked_on=today(), answered_on=today(), channel=channel, occasion="own",
        questionnaire=questionnaire, staff_id=session.scope.staff_id, form_key=form_key, version=1, **form.columns(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _followed_up(session, row)


def no_answer(session: StoreSession, customer_id: int, answer_id: int, read_version: int, why: str) -> None:
    """Keep that nobody answered: declined, or not reached (which may be tried again)."""
    if why not in WITHOUT:
        raise Refused(_("请选择未作答的原因。"))
    row = _invitation(session, customer_id, answer_id)
    save(session, row, read_version, {"outcome": why, "staff_id": session.scope.staff_id})
    session.flush()


def asked_of(row: SurveyAnswer, book: Rulebook) -> Questionnaire:
    """The questionnaire of an invitation; the full one where it says none, or one that is no more."""
    known = questionnaires(book, row.asked_on)
    return known.get(row.questionnaire or "") or next(iter(known.values()))


def refuse(problems: list[str]) -> None:
    """Raises Refused with the sentences, if there are any."""
    if problems:
        raise Refused("".join(problems))


def _invitation(session: StoreSession, customer_id: int, answer_id: int) -> SurveyAnswer:
    row = session.get(SurveyAnswer, (customer_id, answer_id))
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.answered_on is not None:
        raise Refused(_("这份答卷已经录入，不再更改。"))
    return row


def _followed_up(session: StoreSession, row: SurveyAnswer) -> Kept:
    low = is_low(row.overall, rulebook(), today())
    return Kept(row.id, unhappy.open_case(session, row) if low else "")

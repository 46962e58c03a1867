"""Surveys as written: drafted over a list, drawn and invited with everybody left out counted, closed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select

from lib.rulebook import Rulebook
from lib.satisfaction.drawing import REASONS, Asking, rank_sql, reason
from lib.satisfaction.rules import CHANNELS, fatigue, open_days, questionnaires
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Customer, Survey, SurveyAnswer
from lib.store.session import Refused, StoreSession, save
from lib.words import _

LONGEST_TITLE = 80
CHUNK = 200
_DONE = "done"


@dataclass(frozen=True)
class SurveyForm:
    """A survey to be drafted: `query` are the filters of its list, `view` what the list is called, `seed` what the
    draw is keyed by (empty: a fresh one)."""

    title: str
    questionnaire: str
    channel: str
    size: int
    closes_on: date
    query: Mapping[str, str] = field(default_factory=dict)
    view: str | None = None
    seed: str = ""

    def problems(self, book: Rulebook, on: date) -> list[str]:
        """What keeps it from being drafted, as sentences."""
        most = int(book.value("survey.most", on))
        found = [] if self.title.strip() else [_("请给这次调查起名。")]
        if len(self.title.strip()) > LONGEST_TITLE:
            found.append(_("名称最多 {n} 字。").format(n=LONGEST_TITLE))
        found += [] if self.questionnaire in questionnaires(book, on) else [_("请选择问卷。")]
        found += [] if self.channel in CHANNELS else [_("请选择调查方式。")]
        found += [] if 1 <= self.size <= most else [_("样本为 1 至 {n} 人。").format(n=most)]
        found += [] if self.closes_on > on else [_("截止日须晚于今天。")]
        return found


@dataclass(frozen=True)
class Preview:
    """How many are on the list, will be invited, and are left out for which first reason."""

    chosen: int
    drawn: int
    left_out: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """As the survey keeps it."""
        return {"chosen": self.chosen, "drawn": self.drawn, **self.left_out}


def usual_end(book: Rulebook, on: date) -> date:
    """The day a survey begun today closes by the rule."""
    return on + timedelta(days=open_days(book, on))


def draft(session: StoreSession, form: SurveyForm) -> Survey:
    """Keep a survey as a draft of one's own; Refused with the sentences for what is wrong."""
    wrong = form.problems(rulebook(), today())
    if wrong:
        raise Refused("".join(wrong))
    row = Survey(
        id=new_id(), title=form.title.strip(), questionnaire=form.questionnaire, channel=form.channel,
        query=dict(form.query), view=form.view, size=form.size, seed=form.seed.strip() or secrets.token_hex(8),
        closes_on=form.closes_on, state="draft", counts={}, owner_id=session.scope.staff_id,
        branch_id=session.scope.branch_id, created_at=business_now(), version=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def asking_of(row: Survey, book: Rulebook, on: date) -> Asking:
    """A survey as the draw is asked about it."""
    return Asking(on, row.channel, fatigue(book, on), row.id)


def preview(session: StoreSession, chosen: Select[Any], row: Survey) -> Preview:
    """Count the list by the first reason each is left out for, in one statement."""
    why = reason(asking_of(row, rulebook(), today()))
    judged = select(why.label("why")).select_from(Customer).where(Customer.customer_id.in_(chosen)).subquery("judged")
    things = cast(func.count(), BigInteger)
    found: dict[str | None, int] = dict(session.execute(select(judged.c.why, things).group_by(judged.c.why)).all())
    fit = found.pop(None, 0)
    left = {one: found[one] for one in REASONS if one in found}
    if fit > row.size:
        left["not_drawn"] = fit - row.size
    return Preview(fit + sum(found.values()), min(fit, row.size), left)


def begin(session: StoreSession, survey_id: int, read_version: int, seen: Preview) -> None:
    """The draft runs from now on, with the counts it was agreed on with. Refused when it moved on."""
    row = _own(session, survey_id)
    if row.state != "draft":
        raise Refused(_("这次调查已经发出或结束。"))
    if row.closes_on <= today():
        raise Refused(_("截止日已过，请重新起草。"))
    if not seen.drawn:
        raise Refused(_("没有可以调查的客户。"))
    save(session, row, read_version, {"state": "running", "started_at": business_now(), "counts": seen.counts})


def invite_some(session: StoreSession, survey_id: int, chosen: Select[Any], size: int = CHUNK) -> int:
    """Invite the next of the draw; how many. 0: everybody drawn is invited, and the survey is told so.

    Run until it gives 0; a run broken off is gone on with by the next. Each customer is invited once.
    """
    row = _own(session, survey_id)
    if row.state != "running":
        raise Refused(_("这次调查已结束，不再发出。"))
    if row.counts.get(_DONE):
        return 0
    invited = session.scalar(select(func.count(SurveyAnswer.id)).where(SurveyAnswer.survey_id == row.id)) or 0
    room = min(size, row.size - invited)
    found = session.scalars(_next(chosen, row).limit(room)).all() if room > 0 else []
    for customer_id in found:
        session.add(SurveyAnswer(
            customer_id=customer_id, id=new_id(), asked_on=today(), channel=row.channel, occasion="quarter",
            survey_id=row.id, questionnaire=row.questionnaire, version=1,
        ))  # fmt: skip
    if not found:
        save(session, row, row.version, {"counts": {**row.counts, "drawn": invited, _DONE: 1}})
    session.flush()
    return len(found)


def is_whole(row: Survey) -> bool:
    """Whether everybody drawn is invited."""
    return bool(row.counts.get(_DONE))


def close(session: StoreSession, survey_id: int, read_version: int) -> None:
    """No more answers are expected: who did not answer is counted as such."""
    row = session.get(Survey, survey_id)
    if row is None:
        raise Refused(_("没有这次调查，或它不在你的权限范围内。"))
    if row.state == "closed":
        raise Refused(_("这次调查已经结束。"))
    save(session, row, read_version, {"state": "closed", "closed_at": business_now()})


def _next(chosen: Select[Any], row: Survey) -> Select:
    """Who of the list may be asked and is not invited yet, in the order of the draw."""
    c = Customer
    fits = reason(asking_of(row, rulebook(), today())).is_(None)
    has = (SurveyAnswer.customer_id == c.customer_id, SurveyAnswer.survey_id == row.id)
    return (
        select(c.customer_id)
        .where(c.customer_id.in_(chosen), fits, ~select(SurveyAnswer.id).where(*has).correlate(c).exists())
        .order_by(rank_sql(row.seed, c.customer_id), c.customer_id)
    )


def _own(session: StoreSession, survey_id: int) -> Survey:
    row = session.get(Survey, survey_id)
    if row is None or row.owner_id != session.scope.staff_id:
        raise Refused(_("调查由发起人自己发出，由发起人或客户关系管理部结束。"))
    return row

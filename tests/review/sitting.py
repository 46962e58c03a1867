"""A closed quarter in the small bank, and what people do at its review."""

from __future__ import annotations

from collections.abc import Sequence

from lib.review import signing
from lib.review.signing import SignForm
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import filled, scope

LAST = Quarter.of(today()).shift(-1)


def closed(version: int = 1, state: str = "closed") -> None:
    """The last quarter in a version; the versions before it were corrected."""
    with bulk("test") as session:
        for run in session.query(m.QuarterRun).where(m.QuarterRun.quarter == str(LAST)):
            run.state = "corrected"
        session.add(filled(m.QuarterRun, quarter=str(LAST), version=version, state=state))
        session.note("quarter_run", 1)


def present(people: Sequence[int], login: str = "crm.zhao", version: int = 1) -> int:
    """Record who is there."""
    with open_session(scope(login), "review", write=True) as session:
        return signing.record(session, LAST, version, people)


def sign(login: str, opinion: str = "agree", remark: str = "", version: int = 1, read: int = 1) -> None:
    """Sign for oneself."""
    with open_session(scope(login), "review", write=True) as session:
        signing.sign(session, LAST, version, read, SignForm(opinion, remark))

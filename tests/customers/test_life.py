"""Life events: which kinds a person may record, on which days; plans and the bank's own records are none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lib.customers.life import BY_SYSTEM, LifeForm, kinds_of, life_events, record_life_event
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import LifeEvent
from lib.store.session import Refused, open_session
from lib.words import codes
from tests.cast import FIRM, OWN, SmallBank, filled, scope

DAY = date(2026, 9, 25)


@pytest.mark.parametrize(
    ("of", "kind", "happened", "note", "said"),
    [
        ("personal", "home", DAY, "", None),
        ("personal", "home", DAY + timedelta(days=1), "", "不能晚于今天"),
        ("personal", "marriage", date(1900, 1, 1), "", None),
        ("personal", "marriage", date(1899, 12, 31), "", "1900"),
        ("personal", "child", DAY, "长" * 400, None),
        ("personal", "child", DAY, "长" * 401, "说明最多"),
        ("personal", "", DAY, "", "发生了什么"),
        ("personal", "listing", DAY, "", "发生了什么"),
        ("corporate", "listing", DAY, "", None),
        ("corporate", "marriage", DAY, "", "发生了什么"),
        *(("personal", kind, DAY, "", "发生了什么") for kind in BY_SYSTEM),
        *(("corporate", kind, DAY, "", "发生了什么") for kind in BY_SYSTEM),
    ],
)
def test_what_an_event_needs(of: str, kind: str, happened: date, note: str, said: str | None) -> None:
    problems = LifeForm(kind, happened, note).problems(of, DAY)
    assert (problems == []) if said is None else (len(problems) == 1 and said in problems[0])


def test_every_kind_is_somebodys() -> None:
    by_hand = (*kinds_of("personal"), *kinds_of("corporate"))
    assert sorted((*by_hand, *BY_SYSTEM)) == sorted(codes("life_event"))


def test_recorded_with_its_note_and_known_once(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        record_life_event(session, OWN, LifeForm("education", today(), "  女儿留学 "))
        record_life_event(session, OWN, LifeForm("education", today() - timedelta(days=1)))
        record_life_event(session, FIRM, LifeForm("expansion", today()))
    with pytest.raises(Refused, match="已经登记过"), open_session(scope("head.wang"), "p", write=True) as session:
        record_life_event(session, OWN, LifeForm("education", today()))
    with open_session(scope("rm.zhang"), "portrait") as session:
        told = [(e.kind, e.happened_on, e.note) for e in session.scalars(life_events([OWN])) if e.kind == "education"]
        assert told == [("education", today(), "女儿留学"), ("education", today() - timedelta(days=1), None)]


def test_what_the_systems_wrote_is_told_by_the_timeline(bank: SmallBank) -> None:
    with bulk("test") as session:
        for i, kind in enumerate(BY_SYSTEM, 1):
            session.add(filled(LifeEvent, customer_id=OWN, id=i, kind=kind))
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert not {event.kind for event in session.scalars(life_events([OWN]))} & set(BY_SYSTEM)


@pytest.mark.parametrize(("customer", "kind"), [(OWN, "listing"), (FIRM, "home"), (OWN, "account_opened")])
def test_the_store_refuses_what_the_form_would(bank: SmallBank, customer: int, kind: str) -> None:
    with pytest.raises(Refused, match="发生了什么"), open_session(scope("rm.zhang"), "p", write=True) as session:
        record_life_event(session, customer, LifeForm(kind, today()))

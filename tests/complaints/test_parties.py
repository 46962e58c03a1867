"""Agents, heirs and representatives: what must be said of them, and how they are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from lib.complaints import parties
from lib.complaints.parties import Party, parties_of
from lib.rulebook import Rulebook, shipped_rows
from lib.store.bulk import bulk
from lib.store.models import AccessEntry, CaseParty
from lib.store.reveal import ReasonMissing, reveal_party
from lib.store.session import Refused, open_session
from lib.words import use_locale
from lib.work.cases import case_by_number
from tests.cast import CHEN, OWN, SmallBank, scope

Registered = Callable[..., str]
ON = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())
RESIDENT = "11010519491231002X"
AGENT = Party("agent", "马代理", RESIDENT, "138 1234 5678", "授权委托书 2026-11-20")


@pytest.mark.parametrize(
    ("party", "wrong"),
    [
        (AGENT, []),
        (Party("heir", "马继承", "", "010-88886666", "公证书"), []),
        (Party("representative", "马代表"), []),
        (Party("agent", "", "", "", ""), ["party_name", "phone", "authorisation"]),
        (Party("heir", "马", "", "13812345678", " "), ["authorisation"]),
        (Party("representative", "马", "110105194912310021", ""), ["identity"]),
        (Party("representative", "马", "", "12812345678"), ["phone"]),
        (Party("representative", "马" * 121), ["party_name"]),
        (Party("agent", "马", "", "13812345678", "书" * 1001), ["authorisation"]),
        (Party("neighbour", "马"), ["parties"]),
    ],
)
def test_what_must_be_said(party: Party, wrong: list[str]) -> None:
    assert [problem.field for problem in parties.problems([party], ON, BOOK)] == wrong


@pytest.mark.parametrize(("n", "wrong"), [(1, []), (5, []), (6, ["parties"])])
def test_at_most_five_represent(n: int, wrong: list[str]) -> None:
    them = [Party("representative", f"代表{k}") for k in range(n)]
    assert [problem.field for problem in parties.problems(them, ON, BOOK)] == wrong


def test_nobody_is_named_twice() -> None:
    twice = [Party("representative", "甲", RESIDENT), Party("representative", "乙", RESIDENT.lower())]
    assert [problem.field for problem in parties.problems(twice, ON, BOOK)] == ["identity"]


def test_a_sentence_names_the_person() -> None:
    (problem,) = parties.problems([Party("representative", "马代表", "1")], ON, BOOK)
    assert problem.sentence.startswith("马代表：居民身份证号")
    with use_locale("en"):
        (problem,) = parties.problems([Party("representative", "Ma", "1")], ON, BOOK)
        assert problem.sentence.startswith("Ma: ")


def test_they_are_kept_sealed_and_masked(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True, parties=(AGENT, Party("representative", "马代表")))
    with open_session(scope("care.chen"), "complaints") as session:
        case = session.scalars(case_by_number(number)).one()
        agent, other = session.scalars(parties_of(case)).all()
    assert (agent.role, agent.name, agent.authorisation) == ("agent", "马代理", None)  # seen through a case only
    assert agent.identity_masked == "*" * 14 + "002X" and agent.phone_masked == "138****5678"
    assert other.identity_sealed is None and other.phone_masked is None
    with bulk("look", write=False) as session:
        kept = session.scalars(select(CaseParty).where(CaseParty.role == "agent", CaseParty.case_id == case.id)).one()
        assert kept.authorisation == "授权委托书 2026-11-20"
        assert RESIDENT not in str(kept.identity_sealed) and "13812345678" not in str(kept.phone_sealed)


def test_the_handler_sees_the_phone_and_the_ledger_says_so(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True, parties=(AGENT,))
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        agent = session.scalars(parties_of(session.scalars(case_by_number(number)).one())).one()
        assert reveal_party(session, agent, "phone") == "13812345678"
        with pytest.raises(ReasonMissing):
            reveal_party(session, agent, "identity")
        assert reveal_party(session, agent, "identity", "核对委托书") == RESIDENT
    with bulk("look", write=False) as session:
        looks = select(AccessEntry.customer_id, AccessEntry.actor_id, AccessEntry.what)
        found = session.execute(looks.where(AccessEntry.what.like("reveal:%party")).order_by(AccessEntry.id)).all()
        assert found == [(OWN, CHEN, "reveal:phone of party"), (OWN, CHEN, "reveal:identity of party")]
    for login in ("care.lin", "exec.zhou"):
        with pytest.raises(Refused), open_session(scope(login), "complaints", write=True) as session:
            reveal_party(session, agent, "phone", "随便看看")

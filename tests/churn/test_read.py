"""The warning list: by value at risk, no further than the scope, names masked where they are; and the cases."""

from __future__ import annotations

from datetime import date

import pytest

from lib.churn import read, rules
from lib.churn.read import Run, Warned
from lib.churn.steps import StepForm
from lib.settings import today
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import FIRM, NORTH, OTHER, OWN, PEER, UNASSIGNED, ZHANG, SmallBank, number_of, scope
from tests.churn.rows import QUARTER, listed
from tests.churn.test_write import opened, step, talked

RUN = Run(QUARTER, 1, date(2026, 9, 30))
REACH = {
    "rm.zhang": [OWN, FIRM], "rm.gao": [PEER], "rm.li": [OTHER], "head.wang": [OWN, FIRM, PEER, UNASSIGNED],
    "head.zhu": [OTHER], "crm.zhao": [OWN, OTHER, FIRM, PEER, UNASSIGNED],
    "legal.qian": [OWN, OTHER, FIRM, PEER, UNASSIGNED], "exec.zhou": [OWN, OTHER, FIRM, PEER, UNASSIGNED],
    "care.chen": [], "product.he": [], "check.sun": [], "admin.wu": [],
}  # fmt: skip


def rows(login: str, wanted: Warned | None = None) -> list:
    card = rules.card(rulebook(), "CNY", RUN.end)
    with open_session(scope(login), "churn") as session:
        return list(session.execute(read.warned(RUN, card, wanted or Warned())).all())


@pytest.fixture
def flagged(bank: SmallBank) -> SmallBank:
    """The small bank with a warning list."""
    listed()
    return bank


def test_the_list_is_by_value_at_risk_within_the_scope(flagged: SmallBank) -> None:
    for login, customers in REACH.items():
        assert [row.customer_id for row in rows(login)] == customers, login


@pytest.mark.parametrize(
    ("wanted", "customers"),
    [
        (Warned(branch_id=NORTH), [OWN, FIRM, PEER, UNASSIGNED]),
        (Warned(manager_id=ZHANG), [OWN, FIRM]),
        (Warned(kind="corporate"), [FIRM]),
        (Warned(tier="mass"), []),
        (Warned(case=read.WITH), [OWN]),
        (Warned(case=read.WITHOUT, branch_id=NORTH), [FIRM, PEER, UNASSIGNED]),
        (Warned(contact="no"), []),
        (Warned(contact="yes", kind="personal"), [OWN, OTHER, PEER, UNASSIGNED]),
    ],
)
def test_the_filters(sqlite_bank: SmallBank, wanted: Warned, customers: list[int]) -> None:
    listed()
    opened()
    assert [row.customer_id for row in rows("crm.zhao", wanted)] == customers


def test_leadership_sees_masked_names_and_the_same_figures(flagged: SmallBank) -> None:
    (mine, masked) = (rows("crm.zhao")[0], rows("exec.zhou")[0])
    assert mine.name == "欧阳小明" and masked.name != mine.name and masked.name.startswith("欧")
    assert (masked.at_risk_fen, masked.total) == (mine.at_risk_fen, mine.total)


def test_the_explanation_is_the_databases_own_score(flagged: SmallBank) -> None:
    book = rulebook()
    card = rules.card(book, "CNY", RUN.end)
    with open_session(scope("rm.zhang"), "churn") as session:
        row = session.execute(read.of_customer(RUN, card, number_of(OWN))).one()
        assert session.execute(read.of_customer(RUN, card, number_of(OTHER))).one_or_none() is None
    why = read.explained(row, RUN, card, book, "CNY")
    facts = {one.factor.fact: one.fact for one in why.shares}
    assert why.score == card.total(facts) == row.total and facts["activity_percent"] == 25
    assert why.flagged and why.at_risk_fen == 90_000 and why.version == card.entry.version
    assert why.speaks_for[0].fact == "aum_percent" and why.speaks_against


def test_what_became_of_cases_by_quarter(flagged: SmallBank) -> None:
    number, other = opened(), opened("head.wang", PEER, "k2")
    step(number, talked())
    step(number, StepForm("closed", outcome="kept"))
    step(other, StepForm("closed", outcome="lost", lost_reason="price", reason="客户已销户"), "head.wang")
    with open_session(scope("head.wang"), "churn") as session:
        found = {row.outcome: (row.cases, row.at_risk_fen) for row in
                 session.execute(read.results([Quarter.of(today()), Quarter.of(today()).shift(-1)]))}  # fmt: skip
        assert session.execute(read.standing()).one().open == 0
        assert [row.number for row in session.execute(read.cases("over", "lost"))] == [other]
    assert found == {"kept": (1, 90_000), "lost": (1, 50_000)}
    with open_session(scope("exec.zhou"), "churn") as session:
        assert session.execute(read.cases()).all() == []

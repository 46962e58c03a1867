"""Every table × every person: exactly the rows they may see, by hand from the rights matrix of the design."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from lib.store import models as m
from lib.store.base import Base
from lib.store.bulk import bulk
from lib.store.narrow import CLOSED, FILES, FULL_VIEW, OPEN
from lib.store.rights import ROLES
from lib.store.scope import Scope
from lib.store.session import open_session
from tests.cast import (
    ACTIONS,
    C_FIRM,
    C_LIN,
    C_OUT,
    C_OWN,
    C_PEER,
    C_POOL,
    CAMPAIGNS,
    CARDS,
    CASES,
    CHECKS,
    CHEN,
    CUSTOMERS,
    DECIDED,
    DUE,
    EVENTS,
    FIGURE_TABLES,
    FINDINGS,
    FIRM,
    FORMER,
    GAO,
    LI,
    LIN,
    NORTH,
    NOTES,
    OF_A_CASE,
    OTHER,
    OUTSIDER,
    OWN,
    PEER,
    PRESENT,
    PROSPECT,
    REQUESTS,
    SOUTH,
    STAFF,
    SURVEYS,
    TRAINED,
    TRAININGS,
    UNASSIGNED,
    WAITS,
    WANG,
    ZHANG,
    ZHU,
    SmallBank,
    scope,
)

EVERYONE: set[int] = set(CUSTOMERS)
ALL_CASES: set[int] = set(CASES)
NOBODY: set[int] = set()
ALL_STAFF = {row[0] for row in STAFF.values()}

# Whose row a person sees: the customer itself and its number.
CUSTOMER = {
    "rm.zhang": {OWN, FIRM},
    "rm.gao": {PEER, PROSPECT},
    "rm.li": {OTHER, FORMER},
    "head.wang": {OWN, PEER, UNASSIGNED, FIRM, PROSPECT},
    "head.zhu": {OTHER, FORMER},
    "care.chen": {OWN, FIRM},  # narrowly, through the cases they handle or handled
    "care.lin": {FORMER, OUTSIDER},
    "product.he": NOBODY,
    "crm.zhao": EVERYONE,
    "check.sun": NOBODY,
    "legal.qian": EVERYONE,
    "exec.zhou": EVERYONE,  # masked
    "admin.wu": NOBODY,
}
# What hangs on a customer: accounts, contacts, quarters and so on. A narrow view has none of it.
OWNED = CUSTOMER | {"care.chen": NOBODY, "care.lin": NOBODY}
# Cases, their numbers and their events: of one's customers, handled, registered; officers also those nobody holds.
CASE = {
    "rm.zhang": {C_OWN, C_FIRM, C_POOL},
    "rm.gao": {C_PEER},
    "rm.li": {C_POOL, C_LIN, C_PEER},
    "head.wang": {C_OWN, C_FIRM, C_PEER, C_OUT},
    "head.zhu": {C_POOL, C_LIN},
    "care.chen": {C_OWN, C_FIRM, C_POOL, C_OUT},
    "care.lin": {C_LIN, C_OUT, C_POOL},
    "product.he": NOBODY,
    "crm.zhao": ALL_CASES,
    "check.sun": NOBODY,
    "legal.qian": ALL_CASES,
    "exec.zhou": NOBODY,  # counts only
    "admin.wu": NOBODY,
}
BANK_LEVEL = ("bank", 0, 0)
NORTH_LEVEL, SOUTH_LEVEL = ("branch", NORTH, 0), ("branch", SOUTH, 0)
ZHANG_LEVEL, GAO_LEVEL, LI_LEVEL = ("manager", NORTH, ZHANG), ("manager", NORTH, GAO), ("manager", SOUTH, LI)
CHEN_LEVEL, LIN_LEVEL = ("handler", 0, CHEN), ("handler", 0, LIN)
EVERY_LEVEL = {
    BANK_LEVEL,
    NORTH_LEVEL,
    SOUTH_LEVEL,
    ZHANG_LEVEL,
    GAO_LEVEL,
    LI_LEVEL,
    CHEN_LEVEL,
    LIN_LEVEL,
}
# Stored figures by (level, branch, person).
FIGURES: dict[str, set[tuple[str, int, int]]] = {
    "rm.zhang": {ZHANG_LEVEL},
    "rm.gao": {GAO_LEVEL},
    "rm.li": {LI_LEVEL},
    "head.wang": {NORTH_LEVEL, ZHANG_LEVEL, GAO_LEVEL},
    "head.zhu": {SOUTH_LEVEL, LI_LEVEL},
    "care.chen": {CHEN_LEVEL},
    "care.lin": {LIN_LEVEL},
    "product.he": {BANK_LEVEL},
    "crm.zhao": EVERY_LEVEL,
    "check.sun": set(),
    "legal.qian": EVERY_LEVEL,
    "exec.zhou": EVERY_LEVEL,
    "admin.wu": set(),
}
# Whose deeds: changes and looks, by who did them.
DEEDS = {
    "rm.zhang": {ZHANG},
    "rm.gao": {GAO},
    "rm.li": {LI},
    "head.wang": {ZHANG, GAO, WANG},
    "head.zhu": {LI, ZHU},
    "care.chen": {CHEN},
    "care.lin": {LIN},
    "product.he": NOBODY,
    "crm.zhao": ALL_STAFF,
    "check.sun": NOBODY,
    "legal.qian": ALL_STAFF,
    "exec.zhou": NOBODY,
    "admin.wu": {STAFF["admin.wu"][0]},
}
IMPORTS = {"crm.zhao", "legal.qian"}
# Change requests (and what was said about them): asked, to be decided by one's post, decided, of one's customers.
REQUEST = {
    "rm.zhang": {1, 4},
    "rm.gao": {6},
    "rm.li": {2, 5},
    "head.wang": {1, 4, 6},
    "head.zhu": {2, 5},
    "care.chen": {1},
    "care.lin": {2},
    "product.he": NOBODY,
    "crm.zhao": set(REQUESTS),
    "check.sun": {3},
    "legal.qian": set(REQUESTS),
    "exec.zhou": {2},
    "admin.wu": NOBODY,
}
# Saved views: one's own, one's branch's, the bank's.
VIEW = {login: {3} for login in STAFF} | {
    "rm.zhang": {1, 2, 3},
    "rm.gao": {2, 3},
    "rm.li": {3, 4},
    "head.wang": {2, 3},
}
# What is to be done: one's own, one's branch's, the bank's.
DUE_ITEM = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1},
    "rm.li": {2},
    "head.wang": {1, 3},
    "head.zhu": {2},
    "care.chen": {4},
    "crm.zhao": set(DUE),
    "legal.qian": set(DUE),
}
# Improvement actions: one's own, a head's branch, measures of a finding of one's branch, all for who oversees them;
# of what a review decided for the whole bank (7) the heads know too.
ACTION = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {4, 6, 8},
    "rm.gao": {6},
    "rm.li": {2, 5, 9},
    "head.wang": {1, 4, 6, 7, 8},
    "head.zhu": {2, 5, 7, 9},
    "care.chen": {3, 5},
    "crm.zhao": {*ACTIONS, *DECIDED},
    "legal.qian": {*ACTIONS, *DECIDED},
    "exec.zhou": {*ACTIONS, *DECIDED},
}
# Notes of a review: a head's branch's; all for the department and those above it.
NOTE = {login: NOBODY for login in STAFF} | {
    "head.wang": {2},
    "head.zhu": {3},
    **{key: set(NOTES) for key in ("crm.zhao", "legal.qian", "exec.zhou")},
}
# Who was at a review and what they signed: all for who holds it, one's own for anybody else.
SIGNATURE = {login: NOBODY for login in STAFF} | {
    **{key: set(PRESENT) for key in ("head.wang", "head.zhu", "crm.zhao", "legal.qian", "exec.zhou")},
    "product.he": {4},
}
# Campaigns: one's own, a branch's for its head; all for the department and who oversees it.
CAMPAIGN = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1},
    "rm.li": {4},
    "head.wang": {1, 2},
    "head.zhu": {4},
    "crm.zhao": set(CAMPAIGNS),
    "legal.qian": set(CAMPAIGNS),
}
# Surveys: one's own, a head's branch's, and what has begun of the bank's or one's branch's for who enters answers.
SURVEY = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1, 2, 3},
    "rm.gao": {2, 3},
    "rm.li": {3, 4},
    "head.wang": {1, 2, 3},
    "head.zhu": {3, 4},
    "crm.zhao": set(SURVEYS),
    "legal.qian": set(SURVEYS),
    "exec.zhou": set(SURVEYS),
}
# Findings: of one's branch, of the measures one has; all for the department and those above it.
FINDING = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1},
    "rm.gao": {1},
    "rm.li": {2},
    "head.wang": {1},
    "head.zhu": {2},
    "care.chen": {2},
    **{key: set(FINDINGS) for key in ("crm.zhao", "legal.qian", "exec.zhou")},
}
# Checks, marks and tickets: of one's branch; all for the department and those above it.
CHECKED = {login: NOBODY for login in STAFF} | {
    **{key: {1} for key in ("rm.zhang", "rm.gao", "head.wang")},
    **{key: {2} for key in ("rm.li", "head.zhu")},
    **{key: set(CHECKS) for key in ("crm.zhao", "legal.qian", "exec.zhou")},
}
# Stored times: of one's branch; the bank's and every branch's for the department and those above it.
TIMES: dict[str, set[tuple[Any, ...]]] = {login: set() for login in STAFF} | {
    **{key: {("branch", NORTH)} for key in ("rm.zhang", "rm.gao", "head.wang")},
    **{key: {("branch", SOUTH)} for key in ("rm.li", "head.zhu")},
    **{key: set(WAITS) for key in ("crm.zhao", "legal.qian", "exec.zhou")},
}
# Events: one's branch's and the whole bank's, and those with a customer of one's own as a guest (the first has all).
EVENT = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1, 2, 3},
    "rm.gao": {1, 2, 3},
    "rm.li": {1, 3, 4},
    "head.wang": {1, 2, 3},
    "head.zhu": {1, 3, 4},
    "care.chen": {1},  # guests among the customers of their cases
    "care.lin": {1},
    "crm.zhao": set(EVENTS),
    "legal.qian": set(EVENTS),
    "exec.zhou": set(EVENTS),
}
# Appraisal cards: a manager's own, a head's branch, the bank for the department and the leadership, nobody else.
CARD = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1},
    "rm.gao": {2},
    "rm.li": {3},
    "head.wang": {1, 2, 4},
    "head.zhu": {3, 5},
    "crm.zhao": set(CARDS),
    "exec.zhou": set(CARDS),
}
# Sessions of training: the bank's and one's branch's; all for the department and the leadership.
TRAINING = {login: {3} for login in STAFF} | {
    "rm.zhang": {1, 3},
    "rm.gao": {1, 3},
    "rm.li": {2, 3},
    "head.wang": {1, 3},
    "head.zhu": {2, 3},
    "crm.zhao": set(TRAININGS),
    "exec.zhou": set(TRAININGS),
}
# Whose training: one's own, a head's branch's; all for the department and the leadership.
RECORD = {login: NOBODY for login in STAFF} | {
    "rm.zhang": {1},
    "rm.li": {2},
    "head.wang": {1, 3},
    "head.zhu": {2},
    "care.chen": {4},
    "crm.zhao": set(TRAINED),
    "exec.zhou": set(TRAINED),
}
OF_CASES = (m.CaseEvent, *OF_A_CASE)
ASKED = (m.Customer, m.CustomerNumber, *FULL_VIEW, m.Case, *OF_CASES, *FILES, m.CaseNumber, *FIGURE_TABLES,
         m.AuditEntry, m.AccessEntry, m.ImportBatch, m.RejectedRow, m.ChangeRequest, m.ChangeStep, m.SavedView,
         m.Action, m.DueItem, m.Campaign, m.Survey, m.ServiceCheck, m.CheckMark, m.Finding, m.FindingStep,
         m.QueueTicket, m.WaitQuarter, m.Event, m.Invitation, m.AppraisalCard, m.TrainingSession, m.TrainingRecord,
         m.ReviewNote, m.ReviewSignature, *OPEN, *CLOSED)  # fmt: skip


def test_every_table_and_every_role_is_asked_about() -> None:
    assert set(ASKED) == {mapper.class_ for mapper in Base.registry.mappers}
    assert {role for _id, _name, role, _branch in STAFF.values()} == set(ROLES)


@pytest.mark.parametrize("login", list(STAFF))
def test_everyone_sees_exactly_their_rows(bank: SmallBank, login: str) -> None:
    wrong: dict[str, Any] = {}
    with open_session(scope(login), "test") as session:
        for table, seen in expected(login).items():
            columns = [getattr(table, name) for name in seen[0]]
            found = {tuple(row) for row in session.execute(select(*columns))}
            if found != seen[1]:
                wrong[table.__tablename__] = found
    assert wrong == {}


def expected(login: str) -> dict[type[Base], tuple[tuple[str, ...], set[tuple[Any, ...]]]]:
    """For every narrowed table: the columns to read and the rows of them that must come out."""
    customers, cases = singles(CUSTOMER[login]), singles(CASE[login])
    answer: dict[type[Base], tuple[tuple[str, ...], set[tuple[Any, ...]]]] = {
        m.Customer: (("customer_id",), customers),
        m.CustomerNumber: (("customer_id",), customers),
        m.Case: (("id",), cases),
        m.CaseNumber: (("case_id",), cases),
        m.ChangeRequest: (("id",), singles(REQUEST[login])),
        m.ChangeStep: (("request_id",), singles(REQUEST[login])),
        m.SavedView: (("id",), singles(VIEW[login])),
        m.Action: (("id",), singles(ACTION[login])),
        m.DueItem: (("id",), singles(DUE_ITEM[login])),
        m.Campaign: (("id",), singles(CAMPAIGN[login])),
        m.Survey: (("id",), singles(SURVEY[login])),
        m.Finding: (("id",), singles(FINDING[login])),
        m.FindingStep: (("finding_id",), singles(FINDING[login])),
        m.ServiceCheck: (("id",), singles(CHECKED[login])),
        m.CheckMark: (("check_id",), singles(CHECKED[login])),
        m.QueueTicket: (("id",), singles(CHECKED[login])),
        m.WaitQuarter: (("level", "branch_id"), TIMES[login]),
        m.Event: (("id",), singles(EVENT[login])),
        m.Invitation: (("customer_id",), customers),
        m.AppraisalCard: (("id",), singles(CARD[login])),
        m.TrainingSession: (("id",), singles(TRAINING[login])),
        m.TrainingRecord: (("id",), singles(RECORD[login])),
        m.ReviewNote: (("id",), singles(NOTE[login])),
        m.ReviewSignature: (("id",), singles(SIGNATURE[login])),
    }
    answer |= {table: (("case_id",), cases) for table in OF_CASES}
    named = NOBODY if scope(login).masked_names else OWNED[login]  # a file says who its customer is
    files = {(customer, 0) for customer in named} | {(CASES[case][0], case) for case in CASE[login]}
    answer |= {table: (("customer_id", "case_id"), files) for table in FILES}
    answer |= {table: (("customer_id",), singles(OWNED[login])) for table in FULL_VIEW}
    if scope(login).masked_names:  # the cast's tags are set by hand: free text
        answer[m.CustomerTag] = (("customer_id",), set())
    answer |= {table: (("level", "branch_id", "staff_id"), FIGURES[login]) for table in FIGURE_TABLES}
    jobs = {(None,)} if DEEDS[login] == ALL_STAFF else set()
    answer[m.AuditEntry] = (("actor_id",), singles(DEEDS[login]) | jobs)
    answer[m.AccessEntry] = (("actor_id",), singles(DEEDS[login]))
    answer |= {t: (("id",), {(1,)} if login in IMPORTS else set()) for t in (m.ImportBatch, m.RejectedRow)}
    answer |= {table: (first_key(table), set()) for table in CLOSED}
    return answer


def singles(values: set[int]) -> set[tuple[Any, ...]]:
    return {(value,) for value in values}


def first_key(table: type[Base]) -> tuple[str]:
    return (str(inspect(table).primary_key[0].key),)


def test_a_deputy_reaches_the_customer_and_what_hangs_on_it_and_nothing_else(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(m.Customer, PEER).deputy_id = ZHANG
    with open_session(scope("rm.zhang"), "test") as session:
        assert set(session.scalars(select(m.Customer.customer_id))) == {OWN, FIRM, PEER}
        assert set(session.scalars(select(m.Contact.customer_id))) == {OWN, FIRM, PEER}
    with open_session(scope("rm.gao"), "test") as session:
        assert set(session.scalars(select(m.Customer.customer_id))) == {PEER, PROSPECT}


@pytest.mark.parametrize("login", ["rm.zhang", "admin.wu"])
def test_small_references_are_open_to_everyone(bank: SmallBank, login: str) -> None:
    with open_session(scope(login), "test") as session, bulk("count", write=False) as whole:
        for table in OPEN:
            rows = select(func.count()).select_from(table)
            assert session.scalar(rows) == whole.scalar(rows) > 0, table.__tablename__


def test_closed_tables_do_hold_rows(bank: SmallBank) -> None:
    """Else nobody's seeing them would say nothing."""
    with bulk("count", write=False) as whole:
        for table in CLOSED:
            assert whole.scalar(select(func.count()).select_from(table)), table.__tablename__


def test_an_empty_scope_sees_nothing_of_customers(bank: SmallBank) -> None:
    nobody = Scope(staff_id=ZHANG, login="x", name="x", role="manager", branch_id=NORTH)
    with open_session(nobody, "test") as session:
        for table in (
            m.Customer,
            m.CustomerNumber,
            m.Case,
            *OF_CASES,
            *FILES,
            m.CaseNumber,
            *FULL_VIEW,
            *FIGURE_TABLES,
        ):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table.__tablename__


@pytest.mark.parametrize("reach", ["customers", "cases", "facts", "trail"])
def test_a_branch_scope_without_a_branch_sees_no_branch_less_rows(bank: SmallBank, reach: str) -> None:
    homeless = Scope(staff_id=WANG, login="x", name="x", role="head", branch_id=None, **{reach: "branch"})
    with open_session(homeless, "test") as session:
        assert set(session.scalars(select(m.Customer.customer_id))) == NOBODY
        assert set(session.scalars(select(m.Case.id))) == NOBODY
        assert session.scalar(select(func.count()).select_from(m.MeasureQuarter)) == 0
        assert set(session.scalars(select(m.AuditEntry.actor_id))) <= {WANG}


def test_a_tag_by_rule_is_for_who_sees_people_masked_too(bank: SmallBank) -> None:
    with bulk("test") as session:
        for tag in session.scalars(select(m.CustomerTag)):
            tag.by_rule = True
    with open_session(scope("exec.zhou"), "test") as session:
        assert session.scalar(select(func.count()).select_from(m.CustomerTag)) == len(CUSTOMERS)

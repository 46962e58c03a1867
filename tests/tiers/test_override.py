"""A tier set by hand: four eyes, within its term, counting from the next refresh until it ends — on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lib.store.book import rulebook
from lib.store.session import Conflict, Refused, open_session
from lib.tiers.decisions import end_decision, in_force
from lib.tiers.override import OverrideForm, apply_override, latest_end
from lib.tiers.rules import scheme
from lib.work import requests
from tests.kpi.ten import PROSPECT, A, C, D, E, F
from tests.kpi.ten import ten_made as ten_made
from tests.tiers.deciding import QUARTER, again, agreed, asked, decided, decisions, scope, standing
from tests.tiers.deciding import deciders as deciders

Day = Callable[[str], None]
TO_VIP = OverrideForm("vip", date(2027, 3, 31), "他行资产证明 80 万元")


def test_the_form_says_what_is_wrong(deciders: Day) -> None:
    on, book = date(2026, 11, 20), rulebook()
    lines = scheme(book, "personal", "CNY", on)
    assert latest_end(book, on) == date(2027, 11, 20)
    cases = [
        ("vip", date(2027, 11, 20), "有理由", 0), ("vip", date(2026, 11, 21), "有理由", 0),
        ("vip", date(2027, 11, 21), "有理由", 1), ("vip", on, "有理由", 1), ("vip", None, "有理由", 1),
        ("gold", date(2027, 1, 1), "有理由", 1), ("vip", date(2027, 1, 1), " ", 1), ("", None, "", 3),
    ]  # fmt: skip
    for tier, until, reason, problems in cases:
        assert len(OverrideForm(tier, until, reason).problems(lines, book, on)) == problems, (tier, until, reason)


@pytest.mark.parametrize(
    ("by", "by_whom", "kind"),
    [
        ("rm.ma", "head.wang", "tier_override"),
        ("crm.zhao", "head.wang", "tier_override"),
        ("head.wang", "crm.zhao", "tier_override_by_head"),
    ],
)
def test_another_post_agrees_and_the_next_refresh_counts_it(deciders: Day, by: str, by_whom: str, kind: str) -> None:
    request = asked(by, A, TO_VIP)
    with open_session(scope("crm.zhao"), "test") as session:
        row = session.scalars(requests.request_by_id(request)).one()
        assert (row.kind, row.before["tier"], row.before["amount"]) == (kind, "potential", 0)
    assert decisions(A) == []
    agreed(by_whom, request)
    (one,) = decisions(A)
    assert (one.act, one.tier, one.request_id, one.since_day) == ("override", "vip", request, date(2026, 11, 20))
    assert standing(A, "2026Q4") == ("potential", "watch", 1)
    again()
    assert standing(A, "2026Q4") == ("vip", "fixed", 0)
    assert standing(A, QUARTER)[0] == "potential"  # what ended before it stays


def test_it_runs_out_into_a_watch_and_a_downgrade(deciders: Day) -> None:
    agreed("head.wang", asked("rm.ma", A, TO_VIP))
    deciders("2027-09-30")
    again()
    assert [standing(A, quarter) for quarter in ("2026Q4", "2027Q1", "2027Q2", "2027Q3")] == [
        ("vip", "fixed", 0), ("vip", "fixed", 0), ("vip", "watch", 1), ("mass", "downgraded", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("by", "by_whom"), [("rm.ma", "rm.ma"), ("rm.ma", "crm.zhao"), ("rm.ma", "head.zhu"),
                                             ("head.wang", "head.wang"), ("rm.ma", "exec.zhou")])  # fmt: skip
def test_nobody_else_agrees(deciders: Day, by: str, by_whom: str) -> None:
    request = asked(by, A, TO_VIP)
    with pytest.raises(Exception, match=r"审批|决定|No row"):
        agreed(by_whom, request)
    assert decisions(A) == []


@pytest.mark.parametrize(
    ("login", "customer"),
    [("rm.ni", A), ("head.zhu", A), ("legal.qian", A), ("exec.zhou", A), ("care.chen", A), ("product.he", A),
     ("crm.zhao", D), ("crm.zhao", PROSPECT), ("crm.zhao", 999)],
)  # fmt: skip
def test_who_may_not_ask_or_for_whom(deciders: Day, login: str, customer: int) -> None:
    with pytest.raises(Refused):
        asked(login, customer, TO_VIP)


def test_one_request_at_a_time_whoever_asks(deciders: Day) -> None:
    asked("rm.ma", A, TO_VIP)
    with pytest.raises(Refused, match="等待审批"):
        asked("head.wang", A, TO_VIP)


def test_carrying_out_needs_the_consent(deciders: Day) -> None:
    request = asked("rm.ma", A, TO_VIP)
    with pytest.raises(Refused), open_session(scope("head.wang"), "test", write=True) as session:
        apply_override(session, session.scalars(requests.request_by_id(request)).one())
    assert decisions(A) == []


def test_a_tier_that_moved_meanwhile_is_refused(deciders: Day) -> None:
    agreed("head.wang", asked("rm.ma", A, TO_VIP))
    request = asked("rm.ma", A, OverrideForm("private", date(2027, 3, 31), "再上一级"))
    again()
    with pytest.raises(Refused, match="变动"):
        agreed("head.wang", request)


def test_a_firm_follows_its_own_scheme(deciders: Day) -> None:
    with pytest.raises(Refused, match="层级"):
        asked("rm.ni", F, TO_VIP)
    agreed("head.zhu", asked("rm.ni", F, OverrideForm("key", date(2027, 3, 31), "集团授信")))
    again()
    assert standing(F, "2026Q4") == ("key", "fixed", 0)


def test_the_newer_decision_ends_the_former(deciders: Day) -> None:
    decided("head.wang", C)
    agreed("head.wang", asked("rm.ma", C, OverrideForm("private", date(2027, 3, 31), "家庭资产合并")))
    held, override = decisions(C)
    assert held.ended_on == date(2026, 11, 20) and override.ended_on is None
    with open_session(scope("rm.ma"), "portrait") as session:
        assert session.scalars(in_force(C)).one().act == "override"


def test_ending_it_early_is_for_heads_and_the_department(deciders: Day) -> None:
    agreed("head.wang", asked("rm.ma", A, TO_VIP))
    (one,) = decisions(A)
    for login, reason, error in (
        ("rm.ma", "理由", Refused),
        ("head.zhu", "理由", Refused),
        ("head.wang", " ", Refused),
    ):
        with pytest.raises(error), open_session(scope(login), "portrait", write=True) as session:
            end_decision(session, A, one.id, one.version, reason)
    with pytest.raises(Conflict), open_session(scope("head.wang"), "portrait", write=True) as session:
        end_decision(session, A, one.id, one.version + 7, "理由")
    again()
    deciders("2026-12-10")
    with open_session(scope("head.wang"), "portrait", write=True) as session:
        end_decision(session, A, one.id, one.version, "证明失效")
    again()
    assert standing(A, "2026Q4")[0] != "vip"
    assert decisions(A)[0].ended_reason == "证明失效"


def test_a_refusal_leaves_nothing(deciders: Day) -> None:
    agreed("head.zhu", asked("rm.ni", E, TO_VIP), "refused")
    assert decisions(E) == []

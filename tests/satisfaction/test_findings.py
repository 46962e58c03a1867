"""Findings: any steps by anyone keep the road, the history grows, and nobody verifies their own measure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lib.satisfaction import finding_lists, findings
from lib.satisfaction.finding_lists import Wanted
from lib.satisfaction.finding_steps import FindingForm, StepForm
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Action, AuditEntry, Finding, FindingStep
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from lib.words import codes
from lib.work.moves import moves
from lib.work.steps import root_causes
from tests.cast import CHEN, GAO, LI, NORTH, SOUTH, WANG, ZHANG, ZHAO, SmallBank, scope

FORM = FindingForm("叫号后无人应答", "mystery", NORTH, "两次")
LATER = today() + timedelta(days=10)
PEOPLE = ("rm.zhang", "rm.gao", "rm.li", "head.wang", "head.zhu", "care.chen", "crm.zhao", "exec.zhou", "legal.qian")
ROAD = (("head.wang", "cause_found"), ("head.wang", "acting"), ("rm.zhang", "done"), ("head.wang", "verified"))


def found(login: str = "head.wang", form: FindingForm = FORM) -> int:
    """The id of a new finding."""
    with open_session(scope(login), "satisfaction", write=True) as session:
        return findings.register(session, form).id


def stored(finding_id: int) -> Finding:
    with bulk("look", write=False) as session:
        return session.get_one(Finding, finding_id)


def measures(finding_id: int) -> list[Action]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(Action).where(Action.finding_id == finding_id).order_by(Action.id)))


def history(finding_id: int) -> list[FindingStep]:
    with bulk("look", write=False) as session:
        query = select(FindingStep).where(FindingStep.finding_id == finding_id)
        return list(session.scalars(query.order_by(FindingStep.at, FindingStep.id)))


def form(to: str, owner: int | None = ZHANG) -> StepForm:
    """A step with everything it could need."""
    return StepForm(
        to, root_causes(rulebook())[0], "每窗安排应答", owner, LATER, "监控回看", "复查三次均合格", "未见改善"
    )


def take(login: str, finding_id: int, to: str, owner: int | None = ZHANG, version: int | None = None) -> Finding:
    with open_session(scope(login), "satisfaction", write=True) as session:
        read = stored(finding_id).version if version is None else version
        return findings.step(session, finding_id, read, form(to, owner))


def road(finding_id: int, steps: int = len(ROAD)) -> None:
    for login, to in ROAD[:steps]:
        take(login, finding_id, to)


def test_the_whole_road(bank: SmallBank) -> None:
    one = found()
    road(one)
    after, (measure,) = stored(one), measures(one)
    assert (after.state, after.done_by, after.verified_by, after.verified_on) == ("verified", ZHANG, WANG, today())
    assert (measure.state, measure.evidence, measure.owner_id) == ("done", "监控回看", ZHANG)
    assert [step.act for step in history(one)] == ["found", "cause_found", "acting", "done", "verified"]
    with bulk("look", write=False) as session:
        touched = session.scalars(select(AuditEntry.action).where(AuditEntry.table == "finding")).all()
    assert touched == ["insert", *["update"] * 4]


@pytest.mark.parametrize("login", ["rm.zhang", "rm.gao", "care.chen", "head.zhu", "rm.li"])
def test_who_is_not_of_the_branch_or_did_it_does_not_verify(sqlite_bank: SmallBank, login: str) -> None:
    one = found()
    road(one, 3)
    with pytest.raises(Refused):
        take(login, one, "verified")
    assert stored(one).state == "done"


def test_a_head_who_did_it_leaves_the_verifying_to_the_department(bank: SmallBank) -> None:
    one = found()
    take("head.wang", one, "cause_found")
    take("head.wang", one, "acting")  # the measure is Zhang's
    take("head.wang", one, "done")  # and the head says that it is done
    with pytest.raises(Refused, match="办理人以外"):
        take("head.wang", one, "verified")
    assert take("crm.zhao", one, "verified").verified_by == ZHAO


def test_the_owner_does_not_verify_what_another_declared_done(sqlite_bank: SmallBank) -> None:
    one = found()
    take("head.wang", one, "cause_found")
    take("crm.zhao", one, "acting", WANG)
    take("crm.zhao", one, "done")
    for login in ("head.wang", "crm.zhao"):
        with pytest.raises(Refused):
            take(login, one, "verified")


def test_reopened_takes_another_measure_and_keeps_the_first(bank: SmallBank) -> None:
    one = found()
    road(one)
    with pytest.raises(Refused):
        take("head.wang", one, "reopened")  # what was verified is opened again by the department
    take("crm.zhao", one, "reopened")
    take("head.wang", one, "acting", GAO)
    after, (first, second) = stored(one), measures(one)
    assert (after.state, after.reopened, after.action_id, after.verified_by) == ("acting", 1, second.id, None)
    assert (first.state, second.state, second.owner_id) == ("done", "open", GAO)


@pytest.mark.parametrize(
    ("login", "of", "may"),
    [
        ("rm.zhang", FORM, True),
        ("rm.zhang", FindingForm("x", "daily", SOUTH), False),
        ("rm.zhang", FindingForm("x", "daily", None), False),
        ("head.wang", FindingForm("x", "daily", None), False),
        ("crm.zhao", FindingForm("x", "daily", None), True),
        ("crm.zhao", FindingForm("x", "daily", SOUTH), True),
        ("care.chen", FORM, False),
        ("exec.zhou", FORM, False),
        ("crm.zhao", FindingForm(" ", "daily", NORTH), False),
        ("crm.zhao", FindingForm("x", "rumour", NORTH), False),
        ("crm.zhao", FindingForm("长" * 121, "daily", NORTH), False),
    ],
)
def test_who_registers_what(sqlite_bank: SmallBank, login: str, of: FindingForm, may: bool) -> None:
    if may:
        assert stored(found(login, of)).state == "open"
        return
    with pytest.raises(Refused):
        found(login, of)


@pytest.mark.parametrize(("owner", "may"), [(GAO, True), (CHEN, True), (ZHAO, True), (LI, False), (11, False)])
def test_who_may_own_a_measure(sqlite_bank: SmallBank, owner: int, may: bool) -> None:
    one = found()
    take("head.wang", one, "cause_found")
    if may:
        take("head.wang", one, "acting", owner)
        assert measures(one)[0].owner_id == owner
        return
    with pytest.raises(Refused):
        take("head.wang", one, "acting", owner)


def test_an_officer_does_a_measure_and_sees_its_finding(bank: SmallBank) -> None:
    one = found()
    take("head.wang", one, "cause_found")
    take("head.wang", one, "acting", CHEN)
    with open_session(scope("care.chen"), "satisfaction") as session:
        assert one in set(session.scalars(select(Finding.id)))
    take("care.chen", one, "done")
    assert stored(one).done_by == CHEN


def test_a_measure_gets_another_owner_or_day_with_a_reason(bank: SmallBank) -> None:
    one = found()
    road(one, 2)

    def change(login: str, owner: int = GAO, due: Any = LATER, reason: str = "调岗", version: int = 1) -> None:
        with open_session(scope(login), "satisfaction", write=True) as session:
            findings.change_measure(session, one, version, owner, due, reason)

    yesterday = today() - timedelta(days=1)
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("rm.zhang", {}), ("head.zhu", {}), ("head.wang", {"reason": " "}), ("head.wang", {"owner": LI}),
        ("head.wang", {"due": yesterday}),
    )  # fmt: skip
    for login, changes in refused:
        with pytest.raises(Refused):
            change(login, **changes)
    with pytest.raises(Conflict):
        change("head.wang", version=9)
    change("head.wang")
    assert (measures(one)[0].owner_id, history(one)[-1].act, history(one)[-1].note) == (GAO, "changed", "调岗")
    take("rm.gao", one, "done")
    with pytest.raises(Refused):
        change("head.wang", version=3)


def test_a_stale_form_is_a_conflict(sqlite_bank: SmallBank) -> None:
    one = found()
    take("head.wang", one, "cause_found")
    with pytest.raises(Conflict):
        take("crm.zhao", one, "acting", version=1)


def test_no_way_round_the_second_person(bank: SmallBank) -> None:
    one = found()
    road(one, 3)
    with pytest.raises(PassesBy), open_session(scope("crm.zhao"), "test", write=True) as session:
        session.get_one(Finding, one).verified_by = WANG
        session.flush()
    with pytest.raises(IntegrityError), bulk("test") as whole:
        whole.get_one(Finding, one).verified_by = ZHANG
        whole.flush()


def test_lists_put_the_overdue_first_and_count_them(bank: SmallBank) -> None:
    late, open_ = found(), found()
    road(late, 2)
    with bulk("test") as session:
        session.get_one(Action, stored(late).action_id).due_on = today() - timedelta(days=1)
    with open_session(scope("head.wang"), "satisfaction") as session:
        rows = session.execute(finding_lists.listed(Wanted(), today())).all()
        counts = session.execute(finding_lists.counts(today(), WANG)).one()
        overdue = session.execute(finding_lists.listed(Wanted(overdue=True, branch_id=NORTH), today())).all()
        mine = session.execute(finding_lists.due_of(ZHANG, today())).one()
    ids = [row[0].id for row in rows]
    assert set(ids) == {1, late, open_} and ids.index(late) < ids.index(open_)
    assert late in [row[0].id for row in overdue] and open_ not in [row[0].id for row in overdue]
    assert (counts.open, counts.mine) == (3, 0) and counts.overdue == len(overdue)
    assert (mine.due, mine.late) == (1, 1)
    with open_session(scope("rm.zhang"), "satisfaction") as session:
        mine = session.execute(finding_lists.listed(Wanted(mine=ZHANG), today())).all()
    assert [row[0].id for row in mine] == [late]


TRIES = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(codes("finding_state")), st.sampled_from((ZHANG, WANG, CHEN))
)


def test_every_journey_keeps_the_rules(sqlite_bank: SmallBank) -> None:
    allowed = {(move.start, move.to) for move in moves("finding", rulebook(), today())}

    @given(begun=st.integers(0, len(ROAD)), tried=st.lists(TRIES, max_size=8))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def journey(begun: int, tried: list[Any]) -> None:
        one = found()
        road(one, begun)
        for login, to, owner in tried:
            before, told = stored(one), history(one)
            try:
                take(login, one, to, owner)
            except Refused:
                assert stored(one).version == before.version and len(history(one)) == len(told)
                continue
            after, open_ = stored(one), [one for one in measures(one) if one.state == "open"]
            assert (before.state, after.state) in allowed
            assert [step.id for step in history(one)][: len(told)] == [step.id for step in told]
            assert len(history(one)) == len(told) + 1
            assert len(open_) == (1 if after.state == "acting" else 0)
            owners = {measure.id: measure.owner_id for measure in measures(one)}
            assert (after.verified_by is not None) == (after.state == "verified")
            assert after.verified_by is None or after.verified_by not in (after.done_by, owners[after.action_id or 0])

    journey()

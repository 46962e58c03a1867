"""Movements between any two quarters: against a slow count in Python, resumed, shared, and never read when outdated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lib.jobs import spans
from lib.jobs.demo import build
from lib.jobs.refresh import refresh
from lib.jobs.runs import remove
from lib.jobs.spans import Span, compute, standing
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Refused, Scope, scope_of
from lib.store.session import open_session
from lib.tiers import read, since
from lib.tiers.read import NONE, Facts, Group

Key = tuple[Any, ...]
CRM = scope_of(8, "crm.zhao", "赵", "crm", None)
ENGINES = ("sqlite", "postgresql")


def _quiet(_line: str) -> None:
    return


@pytest.fixture(params=ENGINES)
def span(
    request: pytest.FixtureRequest, new_database: Any, entered: Callable[[str], str], monkeypatch: Any
) -> Iterator[Span]:
    """A small bank with facts of four quarters; the span goes from the first to the third, in many steps."""
    entered(new_database(request.param))
    build(customers=90, quarters=4, seed=5, progress=_quiet)
    refresh(_quiet)
    monkeypatch.setattr(spans, "STEP", 15)
    with bulk("test", write=False) as session:
        runs = session.scalars(
            select(m.QuarterRun).where(m.QuarterRun.state.in_(("open", "closed"))).order_by(m.QuarterRun.quarter)
        ).all()
    yield Span(runs[0].quarter, runs[0].version, runs[2].quarter, runs[2].version)


def counted(span: Span) -> dict[Key, tuple[int, int]]:
    """The movements at level manager, one customer after the other."""
    with bulk("test", write=False) as session:
        q = m.CustomerQuarter
        at = {
            (quarter, version): {row.customer_id: row for row in session.scalars(
                select(q).where(q.quarter == quarter, q.version == version))}
            for quarter, version in ((span.since, span.since_version), (span.quarter, span.version))
        }  # fmt: skip
        merged = set(session.scalars(select(m.Customer.customer_id).where(m.Customer.merged_into_id.is_not(None))))
    then, now = at[span.since, span.since_version], at[span.quarter, span.version]
    found: Counter[Key] = Counter()
    amounts: Counter[Key] = Counter()
    for customer in then.keys() | now.keys():
        was, here = then.get(customer), now.get(customer)
        was = None if was is None or was.closed else was
        if here is None and (was is None or customer in merged):
            continue
        owner = here or was
        left = here is None or here.closed == 1
        key = (
            owner.branch_id, owner.manager_id, owner.kind, was.tier if was else NONE, int(bool(was and was.watch)),
            NONE if left else here.tier, int(not left and here.watch > 0),
        )  # fmt: skip
        found[key] += 1
        amounts[key] += was.aum_fen if here is None else here.opening_aum_fen if left else here.aum_fen
    return {key: (n, amounts[key]) for key, n in found.items()}


def stored(span: Span, level: str = "manager") -> dict[Key, tuple[int, int]]:
    t = m.MigrationQuarter
    with bulk("test", write=False) as session:
        rows = session.scalars(
            select(t).where(t.quarter == span.quarter, t.version == span.version, t.since == span.since,
                            t.since_version == span.since_version, t.level == level)
        )  # fmt: skip
        return {
            (r.branch_id, r.staff_id, r.kind, r.tier_before, r.watch_before, r.tier, r.watch): (r.customers, r.aum_fen)
            for r in rows
        }


def rolled(rows: dict[Key, tuple[int, int]], level: str) -> dict[Key, tuple[int, int]]:
    found: dict[Key, tuple[int, int]] = {}
    for (branch, _staff, *rest), (n, fen) in rows.items():
        key = (branch if level == "branch" else 0, 0, *rest)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + n, before[1] + fen)
    return found


def cells(span: Span) -> Iterator[tuple[Any, Facts, Group]]:
    """Every stored movement of the bank with the group of its people."""
    for kind in ("personal", "corporate"):
        facts = Facts(span.quarter, span.version, "bank", kind)
        with open_session(CRM, "test") as session:
            for row in session.execute(read.movements(facts, span.since, span.since_version)).all():
                if (row.before, row.tier) != (NONE, NONE):
                    yield row, facts, Group(
                        before=row.before, tier=row.tier, since=span.since, since_version=span.since_version,
                        was_watch=None if row.before == NONE else bool(row.was_watch),
                        watch=None if row.tier == NONE else bool(row.watch),
                    )  # fmt: skip


def test_the_sums_are_those_of_a_slow_count_at_every_level_and_lead_to_their_people(span: Span) -> None:
    assert standing(span) == spans.Progress(0, 0, False)
    done = list(compute(span, CRM))
    assert len(done) > 3 and [one.done for one in done] == list(range(1, len(done) + 1)) and done[-1].ready
    expected = counted(span)
    assert len(expected) > 5
    assert stored(span) == expected
    assert stored(span, "branch") == rolled(expected, "branch")
    assert stored(span, "bank") == rolled(expected, "bank")
    for row, facts, group in cells(span):
        with open_session(CRM, "test") as session:
            assert len(session.execute(since.people(facts, group)).all()) == row.customers, group


def test_left_half_way_it_goes_on_and_two_at_once_share_it(span: Span) -> None:
    first = compute(span, CRM)
    next(first)
    next(first)
    begun = standing(span)
    assert (begun.done, begun.ready) == (2, False) and 0 < begun.share < 1
    second = compute(span, scope_of(11, "exec.zhou", "周", "leadership", None))
    for _one, _other in zip(second, first, strict=False):
        pass
    list(first), list(second)
    assert standing(span).ready and stored(span) == counted(span)
    list(compute(span, CRM))  # whoever asks again finds it
    assert stored(span) == counted(span)
    assert stored(span, "bank") == rolled(counted(span), "bank")
    with bulk("test", write=False) as session:
        assert session.scalar(select(func.count()).where(m.Job.key == span.key)) == 1


def test_sums_of_an_earlier_version_are_taken_away_and_not_read(span: Span) -> None:
    list(compute(span, CRM))
    with bulk("test") as session:  # the first quarter is built anew
        session.rows(update(m.QuarterRun).where(m.QuarterRun.quarter == span.since).values(version=7))
        session.rows(update(m.CustomerQuarter).where(m.CustomerQuarter.quarter == span.since).values(version=7))
    anew = Span(span.since, 7, span.quarter, span.version)
    facts = Facts(span.quarter, span.version, "bank", "personal")
    with open_session(CRM, "test") as session:
        assert not session.execute(read.movements(facts, span.since, 7)).all()
    assert not standing(anew).ready
    with pytest.raises(Refused, match="已重新计算"):
        list(compute(span, CRM))
    list(compute(anew, CRM))
    assert stored(span) == {} and stored(anew) == counted(anew)


def test_a_replaced_quarter_takes_its_spans_along_but_not_what_its_neighbour_tells(span: Span) -> None:
    list(compute(span, CRM))
    following = str(Quarter.parse(span.since).shift(1))
    with bulk("test") as session:
        run = session.get(m.QuarterRun, (span.since, span.since_version))
        assert run is not None
        remove(session, run)
    assert stored(span) == {}
    t = m.MigrationQuarter
    with bulk("test", write=False) as session:
        assert session.scalar(select(func.count()).where(t.quarter == following, t.since == span.since))


@pytest.mark.parametrize("role", ["complaint_officer", "reviewer", "product", "admin"])
def test_posts_without_the_page_may_not_begin_it(sqlite_bank: Any, role: str) -> None:
    with pytest.raises(Refused, match="没有客户分层页面"):
        next(compute(Span("2025Q1", 1, "2026Q1", 1), scope_of(5, "x", "x", role, None)))


@pytest.mark.parametrize(("earlier", "later"), [("2025Q4", "2026Q1"), ("2026Q1", "2026Q1"), ("2026Q2", "2026Q1")])
def test_neighbours_and_the_wrong_way_round_are_no_spans(earlier: str, later: str) -> None:
    with pytest.raises(ValueError, match="further back"):
        next(compute(Span(earlier, 1, later, 1), CRM))


@pytest.mark.parametrize(("role", "branch"), [("manager", 1), ("head", 1), ("legal", None), ("leadership", None)])
def test_whoever_sees_the_page_may_begin_it_and_reads_only_the_own_part(
    span: Span, role: str, branch: int | None
) -> None:
    with bulk("test", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.role == role).order_by(m.Staff.id)).first()
    assert staff is not None
    scope: Scope = scope_of(staff.id, staff.login, staff.name, role, staff.branch_id)
    list(compute(span, scope))
    t = m.MigrationQuarter
    with open_session(scope, "test") as session:
        rows = session.scalars(select(t).where(t.since == span.since, t.quarter == span.quarter)).all()
    assert rows or role == "manager"
    if role == "manager":
        assert {row.staff_id for row in rows} <= {staff.id} and {row.level for row in rows} <= {"manager"}
    elif role == "head":
        assert {row.branch_id for row in rows} == {staff.branch_id}
    else:
        assert {row.level for row in rows} == {"manager", "branch", "bank"}

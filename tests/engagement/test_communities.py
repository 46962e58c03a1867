"""Communities: members by a tag with consent, their number over time, who joined and left, their events."""

from __future__ import annotations

from datetime import date

import pytest

from lib.customers.marks import end_tag, set_tag
from lib.engagement import communities
from lib.engagement.communities import JoinForm
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import CustomerTag
from lib.store.session import open_session
from tests.cast import FIRM, OWN, PEER, SmallBank, filled, scope
from tests.engagement.rows import planned

TAG = "稳健理财社"
DAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("form", "n"),
    [(JoinForm(DAY, "branch"), 0), (JoinForm(None, "branch"), 1), (JoinForm(date(2026, 11, 30), "branch"), 1),
     (JoinForm(DAY, ""), 1), (JoinForm(DAY, "branch", "长" * 81), 1)],
)  # fmt: skip
def test_joining_needs_consent(form: JoinForm, n: int) -> None:
    assert len(form.problems(DAY)) == n


def test_the_evidence_fits_the_tags_reason() -> None:
    said = JoinForm(DAY, "branch", "长" * 80).evidence()
    assert said.startswith("2026-11-29 客户同意加入（") and len(said) <= 200


def test_members_and_sizes(bank: SmallBank) -> None:
    with open_session(scope("head.wang"), "test", write=True) as session:
        for one in (OWN, PEER):
            set_tag(session, one, TAG, "need", JoinForm(today(), "branch").evidence())
        end_tag(session, PEER, TAG, "客户退出")
    with bulk("test") as session:
        session.add(filled(CustomerTag, customer_id=FIRM, tag=TAG, by_rule=False, since_day=date(2025, 5, 1),
                           until_day=date(2026, 2, 1)))  # fmt: skip
        session.add(filled(CustomerTag, customer_id=PEER, tag="别的", by_rule=False, since_day=date(2025, 5, 1)))
    ends = [date(2025, 3, 31), date(2025, 12, 31), today()]
    with open_session(scope("head.wang"), "test") as session:
        assert [row.customer_id for row in session.execute(communities.members(TAG))] == [OWN]
        (row,) = session.execute(communities.sizes([TAG], ends)).all()
        assert tuple(row) == (TAG, 0, 1, 1)
        (row,) = session.execute(communities.joined_since([TAG], date(2026, 1, 1))).all()
        assert tuple(row) == (TAG, 2, 2)
    with open_session(scope("rm.gao"), "test") as session:
        assert session.execute(communities.members(TAG)).all() == []
    with open_session(scope("exec.zhou"), "test") as session:
        assert session.execute(communities.sizes([TAG], ends)).all() == []  # by hand: not for who sees people masked


def test_events_of_a_community(sqlite_bank: SmallBank) -> None:
    planned(community="wealth_club", state="held")
    planned(community="wealth_club")
    planned()
    with open_session(scope("head.wang"), "test") as session:
        found = {row.community: (row.past, row.coming) for row in session.execute(communities.event_counts())}
    assert found == {"wealth_club": (1, 1)}

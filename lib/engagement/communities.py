"""Communities: a tag set by hand and the events for it (方案 §4.3); who joins has agreed, and may leave.

The tag itself is set and ended as any tag by hand is; this says what is kept as its evidence, and counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select

from lib.store.models import Customer, CustomerTag, Event, Staff
from lib.words import _, code_names, codes

LONGEST_NOTE = 80


@dataclass(frozen=True)
class JoinForm:
    """A customer's consent to join a community: on which day, by which channel, and what else was said."""

    consent_on: date | None
    channel: str
    note: str = ""

    def problems(self, on: date) -> list[str]:
        """What keeps it from being kept, as sentences."""
        found = [] if self.consent_on is not None else [_("请填写客户同意加入的日期。")]
        if self.consent_on is not None and self.consent_on > on:
            found.append(_("同意日期不能晚于今天。"))
        if self.channel not in codes("channel"):
            found.append(_("请选择客户以哪种方式同意。"))
        if len(self.note.strip()) > LONGEST_NOTE:
            found.append(_("说明最多 {n} 字。").format(n=LONGEST_NOTE))
        return found

    def evidence(self) -> str:
        """What the tag keeps as its evidence; in Chinese like every text that is stored."""
        assert self.consent_on is not None
        said = f"{self.consent_on.isoformat()} 客户同意加入（{code_names()['channel'][self.channel]}）"
        return said + (f"：{self.note.strip()}" if self.note.strip() else "")


def members(tag: str) -> Select:
    """Who is in a community now, within reach, with their manager; the newest member first."""
    t, c = CustomerTag, Customer
    return (
        select(t.customer_id, t.since_day, t.evidence, c.number, c.name, c.kind, c.tier, Staff.name.label("manager"))
        .join(c, c.customer_id == t.customer_id).outerjoin(Staff, Staff.id == c.manager_id)
        .where(t.tag == tag, t.by_rule.is_(False), t.until_day.is_(None), c.merged_into_id.is_(None))
        .order_by(t.since_day.desc(), c.number)
    )  # fmt: skip


def sizes(tags: Sequence[str], ends: Sequence[date]) -> Select:
    """How many were in each community at the end of each of these days: tag, and a column a day (d0, d1, …)."""
    t = CustomerTag
    counted = [
        cast(func.sum(case((and_(t.since_day <= end, or_(t.until_day.is_(None), t.until_day > end)), 1), else_=0)),
             BigInteger).label(f"d{place}")
        for place, end in enumerate(ends)
    ]  # fmt: skip
    return select(t.tag, *counted).where(t.tag.in_(tags), t.by_rule.is_(False)).group_by(t.tag)


def joined_since(tags: Sequence[str], since: date) -> Select:
    """How many joined each community from a day on, and how many left: tag, joined, left."""
    t = CustomerTag
    joined = cast(func.sum(case((t.since_day >= since, 1), else_=0)), BigInteger).label("joined")
    left = cast(func.sum(case((t.until_day >= since, 1), else_=0)), BigInteger).label("left")
    return select(t.tag, joined, left).where(t.tag.in_(tags), t.by_rule.is_(False)).group_by(t.tag)


def event_counts() -> Select:
    """How many events each community has had, and has still to come: community, past, coming."""
    e = Event
    past = cast(func.sum(case((e.state.in_(("held", "closed")), 1), else_=0)), BigInteger).label("past")
    coming = cast(func.sum(case((e.state.in_(("draft", "open")), 1), else_=0)), BigInteger).label("coming")
    return select(e.community, past, coming).where(e.community.is_not(None)).group_by(e.community)

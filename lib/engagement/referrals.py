"""Referrals: who brought whom, who became a customer, and the reward that is owed once a person (方案 §4.3, 管理 §2.2).

`customer.referred_by_id` says who brought whom, and the referral rate reads it (domain §8: customers, not leads); the
referrer's row keeps the reward.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select

from lib.engagement.rules import REWARDS, owed
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Bank, Customer, Referral, Staff
from lib.store.quarter import Quarter
from lib.store.referred import name_referrer
from lib.store.session import Refused, StoreSession, save
from lib.words import _

LONGEST_NOTE = 200
#: what a list of referrals may be narrowed to
SHOWN = ("due", "referred", "given", "declined")


def record(session: StoreSession, number: str, read_version: int, referrer_number: str) -> None:
    """Say who brought a prospect or new customer of one's own; the referrer's own row is made at once where it is
    within reach, else by refresh.

    Raises Refused for who opened an account too long ago (rule referral.record_days), and as `name_referrer` does.
    """
    customer = session.scalars(select(Customer).where(Customer.number == number.strip())).one_or_none()
    if customer is None or session.scope.narrow:
        raise Refused(_("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。").format(number=number.strip()))
    days = rulebook().value("referral.record_days", today())
    late = customer.opened_on is not None and customer.opened_on < today() - timedelta(days=days)
    if customer.stage not in ("prospect", "customer") or late:
        raise Refused(_("只登记潜在客户，或开户不满 {n} 天的客户的推荐人。").format(n=days))
    by = name_referrer(session, customer.customer_id, read_version, referrer_number)
    if session.scalar(select(Customer.customer_id).where(Customer.customer_id == by)) is not None:
        session.add(Referral(customer_id=by, referred_id=customer.customer_id, recorded_on=today(), state="open",
                             became_on=customer.opened_on, staff_id=session.scope.staff_id, version=1))  # fmt: skip
        session.flush()


def reward_of(reward: str, currency: str, on: date) -> int | None:
    """What a reward amounts to by rule: fen of the base currency for a gift, or points; None where no rule says."""
    if reward == "points":
        return int(rulebook().value("referral.points", on))
    amount: int | None = rulebook().value("referral.reward", on).get(currency)
    return amount


def give(session: StoreSession, referrer_id: int, referred_id: int, read_version: int, reward: str) -> Referral:
    """The reward of a referral is given: once a person, no more than the cap of a referrer's quarter.

    The quarter is the one in which the other opened an account. The rule agrees to it; nobody else need. What a gift
    or points are beyond this row is the caller's. Raises Refused, or Conflict when the row was saved since.
    """
    rows = _locked(session, referrer_id)
    row = rows.get(referred_id)
    if row is None or row.state != "open":
        raise Refused(_("这位被推荐人已答谢过，或不再答谢。"))
    if row.became_on is None:
        raise Refused(_("被推荐人还没有开户，暂不答谢。"))
    if reward not in REWARDS:
        raise Refused(_("请选择答谢方式。"))
    quarter = Quarter.of(row.became_on)
    if owed(_given(rows.values())[referrer_id, quarter], rulebook(), today()) == "capped":
        raise Refused(_("这位推荐人 {quarter} 的答谢已达上限。").format(quarter=quarter))
    amount = reward_of(reward, session.scalars(select(Bank.base_currency)).one(), today())
    if amount is None:
        raise Refused(_("本行尚未规定以本币计的推荐答谢金额。"))
    save(session, row, read_version, {
        "state": "given", "reward": reward, "reward_amount": amount, "ended_on": today(),
        "ended_by": session.scope.staff_id,
    })  # fmt: skip
    session.flush()
    return row


def decline(session: StoreSession, referrer_id: int, referred_id: int, read_version: int, why: str) -> None:
    """No reward for this referral, for a reason that stays with it."""
    if not why.strip() or len(why.strip()) > LONGEST_NOTE:
        raise Refused(_("请写明理由，最多 {n} 字。").format(n=LONGEST_NOTE))
    row = _locked(session, referrer_id).get(referred_id)
    if row is None or row.state != "open":
        raise Refused(_("这位被推荐人已答谢过，或不再答谢。"))
    save(session, row, read_version, {
        "state": "declined", "note": why.strip(), "ended_on": today(), "ended_by": session.scope.staff_id,
    })  # fmt: skip
    session.flush()


@dataclass(frozen=True)
class Wanted:
    """Which referrals: of SHOWN, of one manager's referrers (0: of nobody's), or one (referrer, referred)."""

    show: str = ""
    manager_id: int | None = None
    pair: tuple[int, int] | None = None

    def criteria(self) -> list[Any]:
        """The conditions over referral and its referrer."""
        r = Referral
        states = {
            "due": [r.state == "open", r.became_on.is_not(None)],
            "referred": [r.state == "open", r.became_on.is_(None)],
            "given": [r.state == "given"], "declined": [r.state == "declined"],
        }  # fmt: skip
        found: list[Any] = list(states.get(self.show, []))
        if self.manager_id is not None:
            found.append(Customer.manager_id == self.manager_id if self.manager_id else Customer.manager_id.is_(None))
        return found + ([r.customer_id == self.pair[0], r.referred_id == self.pair[1]] if self.pair else [])


def referrals(wanted: Wanted) -> Select:
    """Referrals with their referrer and the referrer's manager; those to be rewarded first, longest waiting first."""
    r, c = Referral, Customer
    return (
        select(
            r.customer_id, r.referred_id, r.recorded_on, r.became_on, r.state, r.reward, r.reward_amount, r.ended_on,
            r.note, r.version, c.number, c.name, c.tier, Staff.name.label("manager"),
        )
        .join(c, c.customer_id == r.customer_id).outerjoin(Staff, Staff.id == c.manager_id)
        .where(*wanted.criteria())
        .order_by(
            case((r.state != "open", 2), (r.became_on.is_(None), 1), else_=0), r.became_on, r.recorded_on.desc(),
            r.customer_id, r.referred_id,
        )
    )  # fmt: skip


def by_manager() -> Select:
    """Each manager's referrals: manager_id, name, people referred, became customers, rewards given, still to give."""
    r, c = Referral, Customer

    def of(*when: Any) -> Any:
        one: Any = when[0]
        for other in when[1:]:
            one = one & other
        return cast(func.sum(case((one, 1), else_=0)), BigInteger)

    became, waits = r.became_on.is_not(None), r.state == "open"
    return (
        select(
            c.manager_id, Staff.name.label("manager"), cast(func.count(r.referred_id), BigInteger).label("referred"),
            cast(func.count(r.customer_id.distinct()), BigInteger).label("referrers"), of(became).label("became"),
            of(r.state == "given").label("given"), of(waits, became).label("due"),
        )
        .join(c, c.customer_id == r.customer_id).outerjoin(Staff, Staff.id == c.manager_id)
        .group_by(c.manager_id, Staff.name).order_by(Staff.name, c.manager_id)
    )  # fmt: skip


def people(session: StoreSession, ids: Sequence[int]) -> dict[int, Customer]:
    """Those of these customers who are within reach, by id."""
    found = session.scalars(select(Customer).where(Customer.customer_id.in_(set(ids))))
    return {one.customer_id: one for one in found}


def given_by_quarter(session: StoreSession, referrers: Sequence[int]) -> Counter[tuple[int, Quarter]]:
    """How many rewards these referrers have had, by the quarter the other became a customer in."""
    r = Referral
    rows = session.scalars(select(r).where(r.customer_id.in_(set(referrers)), r.state == "given")).all()
    return _given(rows)


def _given(rows: Any) -> Counter[tuple[int, Quarter]]:
    return Counter((row.customer_id, Quarter.of(row.became_on)) for row in rows if row.state == "given")


def _locked(session: StoreSession, referrer_id: int) -> Mapping[int, Referral]:
    """All of a referrer's rows, so that of two rewards given at once the second counts the first."""
    wanted = select(Referral).where(Referral.customer_id == referrer_id).order_by(Referral.referred_id)
    rows = session.scalars(wanted.with_for_update(of=Referral).execution_options(populate_existing=True))
    return {row.referred_id: row for row in rows}

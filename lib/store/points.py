"""The points ledger as the store holds it: in pairs, in one's own name, by the rules of rewards, never overdrawn.

People redeem and correct; points are earned and expire by the jobs, through the bulk door. Both lock the accounts
first, so that what was read of a balance stays true until it is written.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from lib.settings import today
from lib.store.book import rulebook
from lib.store.door import link_of
from lib.store.models import Customer, PointAccount, PointEntry, RuleEntry
from lib.store.scope import PassesBy, Refused
from lib.words import _, integer, name

if TYPE_CHECKING:
    from lib.store.session import StoreSession

#: the bank's side of each kind of transfer
AGAINST = {"earn": "issued", "redeem": "redeemed", "expire": "expired", "correct": "corrected"}
CUSTOMER = "customer"
REDEEM, UNDO = "redeem:", "undo:"
REWARDS = "points.rewards"


class Reward(NamedTuple):
    """What points buy: its price, and how many there are (0: as many as asked for) since the day of the rule."""

    code: str
    price: int
    stock: int
    since: date | None


def rewards(on: date) -> dict[str, Reward]:
    """The rewards in force on a day, by code."""
    entry = rulebook().entry(REWARDS, on)
    return {one["code"]: Reward(one["code"], one["price"], one["stock"], entry.valid_from) for one in entry.value}


def good_until(booked: date, years: int) -> date:
    """The last day points are good for: the end of the so-manieth year after the one they were given in."""
    return date(booked.year + years, 12, 31)


def last_day(booked: date) -> date:
    """The last day of points given on a day, by the rule then in force."""
    return good_until(booked, rulebook().value("points.expiry_years", booked))


def pair(customer_id: int, deed: str, kind: str, points: int, **said: Any) -> tuple[PointEntry, PointEntry]:
    """Both sides of a transfer; `points` is the customer's, negative where they are taken."""
    of_bank = {key: value for key, value in said.items() if key != "expires_on"}
    return (
        PointEntry(customer_id=customer_id, deed=deed, account=CUSTOMER, kind=kind, points=points, **said),
        PointEntry(customer_id=customer_id, deed=deed, account=AGAINST[kind], kind=kind, points=-points, **of_bank),
    )


def taken(session: Session, reward: Reward) -> int:
    """How many of a reward the whole bank's customers have taken since the day of the rule, whatever the scope."""
    e = PointEntry.__table__.c
    since = [e.booked_on >= reward.since] if reward.since is not None else []
    counted = select(func.coalesce(func.sum(e.quantity), 0)).where(e.code == reward.code, e.account == CUSTOMER, *since)
    return int(link_of(session).execute(counted).scalar_one())


def check_entry(session: StoreSession, row: PointEntry) -> None:
    """Raises Refused, with a sentence, or PassesBy for an entry that no person's form makes."""
    sides = [one for one in _fresh(session) if (one.customer_id, one.deed) == (row.customer_id, row.deed)]
    if row.kind not in ("redeem", "correct"):
        raise PassesBy("points are earned and expire by the jobs")
    if {one.account for one in sides} != {CUSTOMER, AGAINST[row.kind]} or len(sides) != 2:
        raise PassesBy("points move between the customer and the account of their kind")
    if sum(one.points for one in sides) != 0 or row.points == 0:
        raise PassesBy("the two sides of a transfer sum to zero")
    if row.staff_id != session.scope.staff_id or row.booked_on != today():
        raise PassesBy("points are booked today, in one's own name")
    if not _moved(session, row.customer_id):
        raise PassesBy("the balance moves together with its entries")
    if row.account == CUSTOMER:
        _check_redeemed(session, row) if row.kind == "redeem" else _check_undone(session, row)


def check_account(session: StoreSession, row: PointAccount, fresh: bool) -> None:
    """A balance changes by exactly what is entered with it; raises Refused where it would fall below zero."""
    if fresh:
        raise PassesBy("an account is opened by the job that books what was earned")
    history: Any = inspect(row).attrs.balance.history
    before = (history.deleted or [row.balance])[0]
    entered = sum(
        one.points for one in _fresh(session) if one.account == CUSTOMER and one.customer_id == row.customer_id
    )
    if row.balance != before + entered:
        raise PassesBy("a balance is the sum of its entries")
    if row.balance < 0:
        raise Refused(_("积分不足：现有 {balance} 分，需要 {points} 分。").format(
            balance=integer(before), points=integer(-entered)))  # fmt: skip


def _fresh(session: Session) -> list[PointEntry]:
    return [one for one in session.new if isinstance(one, PointEntry)]


def _moved(session: Session, customer_id: int) -> bool:
    """Whether the customer's balance is written in the same breath."""
    changed = (one for one in session.dirty if isinstance(one, PointAccount) and session.is_modified(one))
    return any(one.customer_id == customer_id for one in changed)


def _check_redeemed(session: StoreSession, row: PointEntry) -> None:
    """A redemption costs what the rule says, from records of one customer, while there is stock."""
    parts = [one for one in _fresh(session) if one.deed == row.deed and one.account == CUSTOMER]
    if not row.deed.startswith(REDEEM):
        raise PassesBy("a redemption has a name of its own")
    reward = rewards(row.booked_on).get(row.code)
    if reward is None:
        raise Refused(_("没有这项可兑换的权益。"))
    quantity = sum(one.quantity or 0 for one in parts)
    if quantity < 1 or any(one.points >= 0 or one.code != row.code or (one.quantity or 0) < 0 for one in parts):
        raise PassesBy("a redemption takes points for one or more of a reward")
    if -sum(one.points for one in parts) != reward.price * quantity:
        raise PassesBy("a redemption costs what the rule says")
    if len({_root(session, one.customer_id) for one in parts}) != 1:
        raise PassesBy("a redemption is one customer's")
    if reward.stock and row is parts[0]:
        _check_stock(session, reward, quantity)


def _check_stock(session: StoreSession, reward: Reward, quantity: int) -> None:
    """Of two who want the last one the second waits here and is told."""
    rule = RuleEntry.__table__.c
    held = select(rule.id).where(rule.key == REWARDS).order_by(rule.id).with_for_update()
    link_of(session).execute(held).all()
    left = reward.stock - taken(session, reward)
    if quantity > left:
        raise Refused(_("{reward}只剩 {n} 份。").format(reward=name("reward", reward.code), n=integer(max(left, 0))))


def _check_undone(session: StoreSession, row: PointEntry) -> None:
    """A correction takes back one whole deed, says why, and is made by another person than the deed or by a head."""
    if row.undoes is None or row.deed != f"{UNDO}{row.undoes}":
        raise PassesBy("a correction is named by what it takes back, so that it happens once")
    if not (row.reason or "").strip():
        raise Refused(_("请写明更正的理由。"))
    e = PointEntry
    stored = select(e).where(e.customer_id == row.customer_id, e.deed == row.undoes, e.account == CUSTOMER)
    undone = session.scalars(stored).one_or_none()
    if undone is None or undone.kind not in ("redeem", "earn"):
        raise PassesBy("only what was earned or redeemed is taken back")
    if (row.points, row.code, row.quantity or 0) != (-undone.points, undone.code, -(undone.quantity or 0)):
        raise PassesBy("a correction takes back the whole of a deed")
    if row.points > 0 and row.expires_on != last_day(row.booked_on):
        raise PassesBy("points given back are good as long as points given today")
    scope = session.scope
    if undone.staff_id == scope.staff_id and scope.role not in rulebook().value("points.undo_own", today()):
        raise Refused(_("自己经办的兑换由另一位同事或支行负责人更正。"))


def _root(session: StoreSession, customer_id: int) -> int:
    """The record at the end of the merges; the customer itself where there is none."""
    c = Customer
    into = session.execute(select(c.merged_into_id).where(c.customer_id == customer_id)).one_or_none()
    if into is None:
        raise Refused(_("这位客户不在你的范围内。"))
    return into[0] or customer_id

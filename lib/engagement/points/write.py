"""Redeeming points for a reward, and taking a deed back (手册 §6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lib.engagement.points.read import lots
from lib.engagement.points.rules import LONGEST_REASON, MOST_AT_ONCE, remaining, shares
from lib.settings import today
from lib.store.family import family_of
from lib.store.models import Customer, PointAccount, PointEntry
from lib.store.points import CUSTOMER, REDEEM, UNDO, last_day, pair, rewards
from lib.store.session import Refused, StoreSession
from lib.words import _, integer


@dataclass(frozen=True)
class RedeemForm:
    """One redemption: which reward (code of rule points.rewards), how many, and what is to be remembered of it."""

    reward: str
    quantity: int
    note: str = ""

    def problems(self) -> list[str]:
        """What keeps it from being booked, as sentences; balance and stock are told by the ledger."""
        found = [] if self.reward else [_("请选择要兑换的权益。")]
        if not 1 <= self.quantity <= MOST_AT_ONCE:
            found.append(_("兑换数量为 1 到 {n}。").format(n=MOST_AT_ONCE))
        if len(self.note.strip()) > LONGEST_REASON:
            found.append(_("备注最多 {n} 字。").format(n=LONGEST_REASON))
        return found


@dataclass(frozen=True)
class UndoForm:
    """A correction: why a redemption or something earned is taken back."""

    reason: str

    def problems(self) -> list[str]:
        """What keeps it from being booked, as sentences."""
        if not self.reason.strip():
            return [_("请写明更正的理由。")]
        if len(self.reason.strip()) > LONGEST_REASON:
            return [_("理由最多 {n} 字。").format(n=LONGEST_REASON)]
        return []


def redeem(session: StoreSession, customer_id: int, form: RedeemForm, form_key: str) -> int:
    """Redeem points of a customer, from whichever of its records they expire first; the balance left.

    The same `form_key` books once. Raises Refused with a sentence: a problem of the form, too few points, no stock
    left, or a customer out of reach.
    """
    problems = form.problems()
    if problems:
        raise Refused("".join(problems))
    ids = _records(session, customer_id)
    accounts = _locked(session, ids)
    deed = f"{REDEEM}{form_key}"
    written = select(PointEntry.deed).where(PointEntry.customer_id.in_(ids), PointEntry.deed == deed)
    if session.scalars(written).first() is not None:
        return sum(one.balance for one in accounts.values())
    reward = rewards(today()).get(form.reward)
    if reward is None:
        raise Refused(_("没有这项可兑换的权益。"))
    price, has = reward.price * form.quantity, sum(one.balance for one in accounts.values())
    if price > has:
        raise Refused(_("积分不足：现有 {balance} 分，需要 {points} 分。").format(
            balance=integer(has), points=integer(price)))  # fmt: skip
    parts = shares({one: own for one, own in lots(session, ids).items() if one in accounts}, price)
    with session.no_autoflush:  # both sides and the balance are judged together
        for number, (one, points) in enumerate(parts.items()):
            session.add_all(pair(
                one, deed, "redeem", -points, code=reward.code, quantity=0 if number else form.quantity,
                booked_on=today(), staff_id=session.scope.staff_id, reason=form.note.strip() or None,
            ))  # fmt: skip
            accounts[one].balance -= points
            _tell_expiring(session, accounts[one], taken=points)
    session.flush()
    return has - price


def undo(session: StoreSession, customer_id: int, deed: str, form: UndoForm) -> None:
    """Take a deed back by entries that say why; nothing is erased. Twice changes nothing.

    Raises Refused with a sentence: no reason, one's own redemption, points already used, or out of reach.
    """
    problems = form.problems()
    if problems:
        raise Refused("".join(problems))
    ids = _records(session, customer_id)
    accounts = _locked(session, ids)
    e = PointEntry
    side = (e.customer_id.in_(ids), e.account == CUSTOMER)
    found = session.scalars(select(e).where(*side, e.deed == deed).order_by(e.customer_id)).all()
    if not found:
        raise Refused(_("没有找到这笔积分记录。"))
    if session.scalars(select(e.deed).where(*side, e.deed == f"{UNDO}{deed}")).first() is not None:
        return
    with session.no_autoflush:
        for one in found:
            session.add_all(pair(
                one.customer_id, f"{UNDO}{deed}", "correct", -one.points, code=one.code, undoes=deed,
                quantity=None if one.quantity is None else -one.quantity, booked_on=today(),
                expires_on=last_day(today()) if one.points < 0 else None, staff_id=session.scope.staff_id,
                reason=form.reason.strip(),
            ))  # fmt: skip
            account = accounts[one.customer_id]
            account.balance -= one.points
            _tell_expiring(session, account, taken=max(one.points, 0), given=max(-one.points, 0))
    session.flush()


def _records(session: StoreSession, customer_id: int) -> tuple[int, ...]:
    """The customer's records; a merged one stands for the one it was merged into."""
    found = session.execute(select(Customer.merged_into_id).where(Customer.customer_id == customer_id)).one_or_none()
    if found is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    return family_of(session, found[0] or customer_id)


def _locked(session: StoreSession, ids: Sequence[int]) -> dict[int, PointAccount]:
    """The accounts, held in one order until the transaction ends: of two who redeem at once the second sees the first's
    balance."""
    a = PointAccount
    wanted = select(a).where(a.customer_id.in_(ids)).order_by(a.customer_id).with_for_update(of=a)
    return {one.customer_id: one for one in session.scalars(wanted.execution_options(populate_existing=True))}


def _tell_expiring(session: StoreSession, account: PointAccount, taken: int = 0, given: int = 0) -> None:
    """What of a balance goes first, after `taken` and `given` that are not stored yet."""
    left = lots(session, [account.customer_id]).get(account.customer_id, [])
    fresh = [(last_day(today()), given)] if given else []
    left = remaining([*left, *fresh], taken)
    account.expiring_on = left[0].until if left else None
    account.expiring = left[0].points if left else 0

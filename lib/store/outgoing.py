"""Messages to customers: what a person's session may write of them, and where the gateway sends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.settings import now, today
from lib.store.book import rulebook
from lib.store.crypto import unseal
from lib.store.ids import new_id
from lib.store.models import AccessEntry, Campaign, Customer, Message
from lib.store.scope import PassesBy, Refused
from lib.words import _

if TYPE_CHECKING:
    from lib.store.bulk import BulkSession
    from lib.store.session import StoreSession

#: occasions that answer the customer's own matter: sent whatever they asked of advertising (domain §3)
SERVICE = ("service",)
#: states of a message that reached the customer, or still may
STANDING = ("queued", "taken", "sent", "delivered")
_GATEWAY = ("taken_at", "reported_at", "gateway_reference", "failure")
_CAMPAIGN_STAYS = {"title", "template", "occasion", "channel", "text", "query", "view", "product_id", "send_on"}
_CAMPAIGN_MOVES = {("draft", "queued"), ("draft", "cancelled"), ("queued", "cancelled")}
_AT_ONCE = 500


@dataclass
class Told:
    """What decides whether a customer may be written to: branch, the wish to be left alone, days of messages."""

    branch_id: int | None
    do_not_contact: bool
    days: list[date] = field(default_factory=list)


def check_message(session: StoreSession, row: Message, fresh: bool) -> None:
    """A message begins queued, in one's own name, for a customer within reach; a person may only cancel it.

    Raises Refused where the customer asked to be left alone or was written to within rule care.least_gap_days.
    """
    if not fresh:
        return _check_cancelled(session, row)
    if row.staff_id != session.scope.staff_id or row.state != "queued":
        raise PassesBy("a message begins queued, in one's own name")
    if any(getattr(row, name) is not None for name in _GATEWAY):
        raise PassesBy("what became of a message is written by the gateway")
    told = _told(session, row)
    if row.branch_id != told.branch_id:
        raise PassesBy("a message belongs to the branch of its customer")
    if row.send_on < today():
        raise Refused(_("发送日不能早于今天。"))
    if row.occasion in SERVICE:
        return None
    if told.do_not_contact:
        raise Refused(_("客户已声明请勿联系：只可发送对其事项的答复。"))
    least: int = rulebook().value("care.least_gap_days", today())
    if any(abs((row.send_on - day).days) < least for day in told.days):
        raise Refused(_("{n} 天内已给这位客户发过消息，不再重复打扰。").format(n=least))
    told.days.append(row.send_on)
    return None


def _check_cancelled(session: StoreSession, row: Message) -> None:
    state: Any = inspect(row)
    changed = {one.key for one in state.mapper.column_attrs if state.attrs[one.key].history.has_changes()}
    before = (state.attrs.state.history.deleted or [row.state])[0]
    if (before, row.state) != ("queued", "cancelled") or changed - {"state", "version"}:
        raise PassesBy("a message is only cancelled while it waits; the rest is the gateway's")
    scope = session.scope
    heads = scope.role == "head" and row.branch_id == scope.branch_id
    if row.staff_id != scope.staff_id and not heads and scope.role != "crm":
        raise Refused(_("消息由发起人、支行负责人或客户关系管理部取消。"))


def _told(session: StoreSession, row: Message) -> Told:
    """Of the row's customer; of all others with a new message too, so that many cost one question."""
    if row.customer_id not in session.writing_to:
        fresh = {new.customer_id for new in session.new if isinstance(new, Message)}
        _look_up(session, sorted(fresh - session.writing_to.keys()))
    told = session.writing_to.get(row.customer_id)
    if told is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    return told


def _look_up(session: StoreSession, ids: list[int]) -> None:
    """The customers' rows are locked, in one order: of two who write to one customer the second sees the first's."""
    one = Customer
    for first in range(0, len(ids), _AT_ONCE):
        part = ids[first : first + _AT_ONCE]
        wanted = (
            select(one.customer_id, one.branch_id, one.do_not_contact).where(one.customer_id.in_(part))
            .order_by(one.customer_id).with_for_update(of=one)
        )  # fmt: skip
        for customer_id, branch_id, alone in session.execute(wanted):
            session.writing_to[customer_id] = Told(branch_id, alone)
        since = today() - timedelta(days=rulebook().value("care.least_gap_days", today()))
        before = select(Message.customer_id, Message.send_on).where(
            Message.customer_id.in_(part), Message.state.in_(STANDING), Message.occasion.not_in(SERVICE),
            Message.send_on >= since,
        )  # fmt: skip
        for customer_id, day in session.execute(before):
            if customer_id in session.writing_to:
                session.writing_to[customer_id].days.append(day)


def check_campaign(session: StoreSession, row: Campaign, fresh: bool) -> None:
    """A campaign is its owner's: changed while a draft, then only cancelled; its counts are told as it goes on."""
    if row.owner_id != session.scope.staff_id or row.branch_id != session.scope.branch_id:
        raise Refused(_("群发由发起人自己修改或取消。"))
    if fresh:
        if row.state != "draft" or row.queued_at is not None:
            raise PassesBy("a campaign begins as a draft")
        return
    attributes: Any = inspect(row).attrs
    before = (attributes.state.history.deleted or [row.state])[0]
    if before != row.state and (before, row.state) not in _CAMPAIGN_MOVES:
        raise PassesBy(f"a campaign does not go from {before} to {row.state}")
    if before == "cancelled" and row.state == before:
        raise PassesBy("a cancelled campaign is not changed")
    if before != "draft" and any(attributes[name].history.has_changes() for name in _CAMPAIGN_STAYS):
        raise PassesBy("what is queued says what it said")


@dataclass(frozen=True)
class Reached:
    """Where a customer is reached, in clear: phone, e-mail; by `number` the gateway knows them in WeChat and app."""

    number: str
    phone: str | None
    email: str | None

    def at(self, channel: str) -> str | None:
        """The address on a channel; None where there is none."""
        return {"sms": self.phone, "email": self.email}.get(channel, self.number)


def addresses(session: BulkSession, customer_ids: Iterable[int], channel: str, batch: str) -> dict[int, Reached]:
    """Addresses in clear for a batch the gateway takes; each customer is entered in the access ledger."""
    one, found = Customer, {}
    wanted = sorted(set(customer_ids))
    for first in range(0, len(wanted), _AT_ONCE):
        part = wanted[first : first + _AT_ONCE]
        rows = select(one.customer_id, one.number, one.phone_sealed, one.email).where(one.customer_id.in_(part))
        for customer_id, number, phone, email in session.execute(rows):
            found[customer_id] = Reached(number, unseal(phone) if phone else None, email)
            session.add(AccessEntry(customer_id=customer_id, id=new_id(), at=now(), actor_id=0, actor="gateway",
                                    what=f"outbox:{channel}", reason=f"batch {batch}", page="outbox"))  # fmt: skip
    session.flush()
    return found

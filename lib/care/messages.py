"""Messages to single customers: written once, the due item they do, cancelled; and what stands in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select

from lib.care import drafts, policy
from lib.care.policy import Sending
from lib.care.rules import OCCASIONS, Rules, rules_of
from lib.care.whom import About, Addressee, addressee
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Customer, DueItem, Message, Product, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name
from lib.work import due

#: the occasion of a message for each kind of due item that one may do
OCCASION_OF = {"birthday": "birthday", "festival": "festival", "milestone": "milestone", "life_event": "life_event",
               "maturity": "maturity", "care": "milestone"}  # fmt: skip
FAILED_KIND = "follow_up"


@dataclass(frozen=True)
class MessageForm:
    """One message to be queued: on which occasion, by which channel, the whole text, when it leaves; the template it
    was made from, the due item it does, the product it speaks of."""

    occasion: str
    channel: str
    text: str
    send_on: date
    template: str | None = None
    item_id: int | None = None
    product_id: int | None = None

    def problems(self, rules: Rules, on: date) -> list[str]:
        """What keeps it from being queued, as sentences; empty if nothing does."""
        found = [] if self.occasion in OCCASIONS else [_("请选择场合。")]
        found += [] if self.channel in rules.order else [_("请选择渠道。")]
        found += [_("发送日不能早于今天。")] if self.send_on < on else []
        return found + drafts.problems(self.text, self.channel, rules)


def sending_of(form: MessageForm, rules: Rules, risk_level: str | None = None) -> Sending:
    """The form as the policy is asked about it."""
    return Sending(form.occasion, form.channel, form.send_on, rules, risk_level)


def risk_of(session: StoreSession, product_id: int | None) -> str | None:
    """The risk level of a product; None without one."""
    if product_id is None:
        return None
    return session.scalar(select(Product.risk_level).where(Product.id == product_id))


def queue(session: StoreSession, number: str, form: MessageForm, form_key: str) -> Message | None:
    """Put one message into the outbox in one's own name; the due item it does is done by it (制度 §五).

    The same `form_key` writes once: None then. Raises Refused with the reasons for who may not be written to.
    """
    rules = rules_of(rulebook(), today())
    problems = form.problems(rules, today())
    if problems:
        raise Refused("".join(problems))
    # The row is locked, so that of two clicks, or two colleagues, the second finds what the first wrote.
    customer = select(Customer.customer_id).where(Customer.number == number).with_for_update(of=Customer)
    customer_id = session.scalar(customer)
    if customer_id is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    written = select(Message.id).where(Message.customer_id == customer_id, Message.form_key == form_key)
    if session.scalar(written) is not None:
        return None
    sending = sending_of(form, rules, risk_of(session, form.product_id))
    to = addressee(session, number, sending, About())
    assert to is not None
    against = policy.why_not(to.facts, sending)
    if against:
        raise Refused(_("不能发送：{reasons}。").format(reasons=said(against)))
    message = made(session, to, form.occasion, form.channel, form.text, form.send_on)
    message.template, message.product_id = form.template, form.product_id
    message.due_item_id, message.form_key = form.item_id, form_key
    session.add(message)
    session.flush()
    if form.item_id is not None:
        _done(session, message)
    return message


def said(reasons: Sequence[str]) -> str:
    """Reasons in words, in a row."""
    return _("、").join(name("not_sent", one) for one in reasons)


def made(session: StoreSession, to: Addressee, occasion: str, channel: str, text: str, send_on: date) -> Message:
    """The row of a message to somebody, in the name of the session's person."""
    return Message(
        customer_id=to.customer_id, id=new_id(), channel=channel, occasion=occasion, text=text.strip(),
        state="queued", send_on=send_on, staff_id=session.scope.staff_id, branch_id=to.branch_id,
        created_at=business_now(), version=1,
    )  # fmt: skip


def _done(session: StoreSession, message: Message) -> None:
    """The due item the message does; one of a colleague's stays theirs."""
    item = session.get(DueItem, (message.customer_id, message.due_item_id))
    if item is None or item.state != "open" or OCCASION_OF.get(item.kind) != message.occasion:
        raise Refused(_("这件待办已经结束，或不属于这个场合。"))
    due.done(session, item, item.version, name("due_outcome", "messaged"))


def cancel(session: StoreSession, customer_id: int, message_id: int, read_version: int) -> None:
    """Cancel a message that still waits; what it did is to be done again.

    Raises Conflict when the gateway took it meanwhile, Refused for who may not.
    """
    message = session.get(Message, (customer_id, message_id))
    if message is None:
        raise Refused(_("没有找到这条消息。"))
    if message.state != "queued":
        raise Refused(_("消息已不在待发送状态，不能取消。"))
    save(session, message, read_version, {"state": "cancelled"})
    session.flush()
    item = session.get(DueItem, (customer_id, message.due_item_id)) if message.due_item_id is not None else None
    if item is not None and item.state == "done":
        save(session, item, item.version, {
            "state": "open", "due_on": max(item.due_on, today()), "ended_at": None, "ended_by": None, "outcome": None,
        })  # fmt: skip
        session.flush()


def call_instead(session: StoreSession, customer_id: int, message_id: int) -> DueItem:
    """Plan a call for a message that failed: due today, once a message."""
    message = session.get(Message, (customer_id, message_id))
    if message is None or message.state != "failed":
        raise Refused(_("只有发送失败的消息改用电话联系。"))
    title = _("消息未送达，改用电话：{occasion}").format(occasion=name("message_occasion", message.occasion))
    return due.plan(session, customer_id, FAILED_KIND, today(), title, subject_key=f"message-{message_id}")


@dataclass(frozen=True)
class Wanted:
    """Which messages: of a state, a channel, an occasion, a campaign, of one author; written since a day."""

    since: date
    state: str = ""
    channel: str = ""
    occasion: str = ""
    campaign_id: int | None = None
    staff_id: int | None = None

    def criteria(self) -> list[Any]:
        """The conditions over message."""
        m = Message
        found = [m.send_on >= self.since] if self.campaign_id is None else [m.campaign_id == self.campaign_id]
        asked = ((m.state, self.state), (m.channel, self.channel), (m.occasion, self.occasion))
        found += [column == said_ for column, said_ in asked if said_]
        return found + ([m.staff_id == self.staff_id] if self.staff_id is not None else [])


def outbox(wanted: Wanted) -> Select:
    """Messages with customer and author, the latest first."""
    m, c = Message, Customer
    return (
        select(
            m.customer_id, m.id, m.version, m.channel, m.occasion, m.text, m.state, m.send_on, m.created_at,
            m.taken_at, m.reported_at, m.failure, m.gateway_reference, m.campaign_id, m.staff_id, m.branch_id,
            c.name, c.number, c.phone_masked, c.email, Staff.name.label("author"),
        )
        .join(c, c.customer_id == m.customer_id).join(Staff, Staff.id == m.staff_id)
        .where(*wanted.criteria()).order_by(m.send_on.desc(), m.id.desc())
    )  # fmt: skip


def counts(wanted: Wanted) -> Select:
    """How many stand in each state on each channel: state, channel, things."""
    m = Message
    things = cast(func.count(), BigInteger).label("things")
    return select(m.state, m.channel, things).where(*wanted.criteria()).group_by(m.state, m.channel)


def last_of(ids: Sequence[int]) -> Select[Message]:
    """The last message to a customer (and the records merged into it) that is not cancelled."""
    m = Message
    mine = (m.customer_id.in_(ids), m.state != "cancelled")
    return select(m).where(*mine).order_by(m.send_on.desc(), m.id.desc()).limit(1)

"""Campaigns: one message to the customers of a list, with who is left out and why counted before anything is queued.

The list comes in as a select of customer_id: any list may be written to. Sources: 方案 §4.2, 个人信息保护法 §24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from lib.care import drafts, policy
from lib.care.messages import made, risk_of
from lib.care.policy import Sending
from lib.care.rules import OCCASIONS, Rules, rules_of
from lib.care.whom import About, Addressee, addressees, people
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Campaign, Customer, Message, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name

LONGEST_TITLE = 80
CHUNK = 200
_ENDED, _MANY = "done", 10_000_000


@dataclass(frozen=True)
class CampaignForm:
    """A campaign to be drafted: `query` are the filters of its list, `view` what the list is called; `channel` empty
    is each customer's own; `day` is what the text calls its day (of an event)."""

    title: str
    occasion: str
    channel: str
    text: str
    send_on: date
    query: Mapping[str, str]
    template: str | None = None
    view: str | None = None
    product_id: int | None = None

    def problems(self, rules: Rules, on: date) -> list[str]:
        """What keeps it from being drafted, as sentences."""
        found = [] if self.title.strip() else [_("请给这次群发起名。")]
        found += [_("名称最多 {n} 字。").format(n=LONGEST_TITLE)] if len(self.title.strip()) > LONGEST_TITLE else []
        found += [] if self.occasion in OCCASIONS else [_("请选择场合。")]
        found += [_("服务通知逐件发送，不作群发。")] if self.occasion == "service" else []
        found += [_("发送日不能早于今天。")] if self.send_on < on else []
        if rules.is_quiet(self.send_on):
            found.append(_("{day} 是静默日，不发送问候与推介，请另选一天。").format(day=self.send_on))
        lacking = {"product": self.product_id is None, "festival": not self.query.get("festival"), "event": True}
        found += [
            _("群发的文字里不能有“{place}”，或还没有选定。").format(place=name("message_placeholder", place))
            for place, lacks in lacking.items() if lacks and f"{{{place}}}" in self.text
        ]  # fmt: skip
        return found + drafts.problems(self.text, self.channel, rules, template=True)


@dataclass(frozen=True)
class Preview:
    """How many were chosen, get it, and are left out for which first reason."""

    chosen: int
    will_get: int
    left_out: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """As the campaign keeps it."""
        return {"chosen": self.chosen, "will_get": self.will_get, **self.left_out}


def draft(session: StoreSession, form: CampaignForm) -> Campaign:
    """Keep a campaign as a draft of one's own; Refused with the sentences for what is wrong."""
    wrong = form.problems(rules_of(rulebook(), today()), today())
    if wrong:
        raise Refused("".join(wrong))
    row = Campaign(
        id=new_id(), title=form.title.strip(), template=form.template, occasion=form.occasion,
        channel=form.channel or None, text=form.text.strip(), query=dict(form.query), view=form.view,
        product_id=form.product_id, send_on=form.send_on, state="draft", counts={},
        owner_id=session.scope.staff_id, branch_id=session.scope.branch_id, created_at=business_now(), version=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def sending_of(session: StoreSession, row: Campaign, rules: Rules) -> Sending:
    """A campaign as the policy is asked about it; its own messages do not count against it."""
    risk = risk_of(session, row.product_id)
    return Sending(row.occasion, row.channel or "", row.send_on, rules, risk, row.id)


def preview(session: StoreSession, chosen: Select[Any], sending: Sending) -> Preview:
    """Count the list by the first reason each is left out for, in one statement."""
    judged = _judged(chosen, sending).subquery("judged")
    things = cast(func.count(), BigInteger)
    found: dict[str | None, int] = dict(session.execute(select(judged.c.why, things).group_by(judged.c.why)).all())
    fit, most = found.pop(None, 0), sending.rules.most
    left = {one: found[one] for one in policy.REASONS if one in found}
    if fit > most:
        left["over_limit"] = fit - most
    return Preview(fit + sum(found.values()), min(fit, most), left)


def left_out(chosen: Select[Any], sending: Sending, reason: str) -> Select:
    """The customers left out for one reason: customer_id, number, name, tier. Who is over the limit are the last."""
    c = Customer
    why = policy.reason(sending)
    wanted = select(c.customer_id, c.number, c.name, c.tier).where(c.customer_id.in_(chosen)).order_by(c.customer_id)
    if reason == "over_limit":
        fit = select(c.customer_id).where(c.customer_id.in_(chosen), why.is_(None)).order_by(c.customer_id)
        return wanted.where(c.customer_id.in_(fit.offset(sending.rules.most).limit(_MANY)))
    return wanted.where(why == reason)


def samples(session: StoreSession, chosen: Select[Any], row: Campaign, sending: Sending, most: int = 3) -> list[str]:
    """The texts of the first customers who get it."""
    found = session.execute(_next(chosen, sending, row.id, waiting=False).limit(most)).all()
    return [drafts.filled(row.text, one.whom) for one in addressees(session, found, about(row))]


def about(row: Campaign) -> About:
    """What the text of a campaign is about: the day it leaves, its product, the festival its list was made for."""
    day = row.query.get("about_day")
    return About(
        date.fromisoformat(str(day)) if day else row.send_on, row.product_id, str(row.query.get("festival", ""))
    )


def begin(session: StoreSession, campaign_id: int, read_version: int, seen: Preview) -> None:
    """The draft is to be queued from now on; keeps the counts it was agreed on with. Refused when it moved on."""
    row = _mine(session, campaign_id)
    if row.state != "draft":
        raise Refused(_("这次群发已经排队或取消。"))
    rules = rules_of(rulebook(), today())
    if row.send_on < today() or rules.is_quiet(row.send_on):
        raise Refused(_("发送日已过或为静默日，请重新起草。"))
    if not seen.will_get:
        raise Refused(_("没有可以发送的客户。"))
    save(session, row, read_version, {"state": "queued", "queued_at": business_now(), "counts": seen.counts})


def queue_some(session: StoreSession, campaign_id: int, chosen: Select[Any], size: int = CHUNK) -> int:
    """Queue the next customers of the list who may get it; how many. 0: all have it, and the campaign is told so.

    Run until it gives 0; a run broken off is gone on with by the next. Each customer gets it once.
    """
    row = _mine(session, campaign_id)
    if row.state != "queued":
        raise Refused(_("这次群发已取消，不再排队。"))
    if row.counts.get(_ENDED):
        return 0
    rules = rules_of(rulebook(), today())
    sending = sending_of(session, row, rules)
    mine = select(func.count(Message.id)).where(Message.campaign_id == row.id)
    queued = session.scalar(mine) or 0
    found = session.execute(_next(chosen, sending, row.id).limit(min(size, rules.most - queued))).all()
    for one in addressees(session, found, about(row)):
        session.add(_message(session, row, one, sending))
    if not found:
        save(session, row, row.version, {"counts": {**row.counts, "queued": queued, _ENDED: 1}})
    session.flush()
    return len(found)


def is_whole(row: Campaign) -> bool:
    """Whether everybody who may get a queued campaign has it."""
    return bool(row.counts.get(_ENDED))


def _message(session: StoreSession, row: Campaign, to: Addressee, sending: Sending) -> Message:
    channel = policy.choose(to.facts, sending).channel
    text = drafts.filled(row.text, to.whom)
    message = made(session, to, row.occasion, channel, text, max(row.send_on, today()))
    message.campaign_id, message.template, message.product_id = row.id, row.template, row.product_id
    return message


def _next(chosen: Select[Any], sending: Sending, campaign_id: int, *, waiting: bool = True) -> Select:
    """Who of the list may get it (and, `waiting`, has none yet), by customer."""
    c = Customer
    query = people(sending).where(c.customer_id.in_(chosen), policy.reason(sending).is_(None)).order_by(c.customer_id)
    if not waiting:
        return query
    has = (Message.customer_id == c.customer_id, Message.campaign_id == campaign_id)
    return query.where(~select(Message.id).where(*has).correlate(c).exists())


def _judged(chosen: Select[Any], sending: Sending) -> Select:
    why: ColumnElement[str | None] = policy.reason(sending)
    return select(why.label("why")).select_from(Customer).where(Customer.customer_id.in_(chosen))


def cancel(session: StoreSession, campaign_id: int, read_version: int) -> None:
    """No more of it is queued; what waits is then cancelled by `cancel_some`."""
    row = _mine(session, campaign_id)
    if row.state == "cancelled":
        raise Refused(_("这次群发已经取消。"))
    save(session, row, read_version, {"state": "cancelled"})


def cancel_some(session: StoreSession, campaign_id: int, size: int = CHUNK) -> int:
    """Cancel the next messages of a cancelled campaign that still wait; how many, 0 when none is left."""
    row = _mine(session, campaign_id)
    if row.state != "cancelled":
        raise Refused(_("先取消这次群发。"))
    waits = select(Message).where(Message.campaign_id == row.id, Message.state == "queued").order_by(Message.id)
    found = session.scalars(waits.limit(size).with_for_update(of=Message)).all()
    for one in found:
        one.state = "cancelled"
    session.flush()
    return len(found)


def _mine(session: StoreSession, campaign_id: int) -> Campaign:
    row = session.get(Campaign, campaign_id)
    if row is None or row.owner_id != session.scope.staff_id:
        raise Refused(_("群发由发起人自己修改或取消。"))
    return row


def campaigns() -> Select:
    """Campaigns within reach with who started them, the latest first."""
    return (
        select(Campaign, Staff.name.label("owner")).join(Staff, Staff.id == Campaign.owner_id)
        .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    )  # fmt: skip


def results(ids: Sequence[int]) -> Select:
    """How many messages of these campaigns stand in each state: campaign_id, state, things."""
    m = Message
    things = cast(func.count(), BigInteger).label("things")
    return select(m.campaign_id, m.state, things).where(m.campaign_id.in_(ids)).group_by(m.campaign_id, m.state)

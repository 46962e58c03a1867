"""Messages of the demonstration bank: an outbox with every state; campaigns sent, queued, called off and drafted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from lib.care import campaign, drafts, policy
from lib.care.campaign import CampaignForm
from lib.care.policy import Sending
from lib.care.rules import Rules, Template, rules_of, templates
from lib.care.whom import About, Addressee, addressees, people
from lib.jobs.demo.plan import material
from lib.settings import BANK_ZONE, business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.scope import Scope
from lib.store.session import Refused, open_session

#: days back, occasion, and what became of it: one message a customer
_STORY = (
    (25, "festival", "delivered"), (22, "birthday", "delivered"), (20, "maturity", "delivered"),
    (18, "milestone", "sent"), (15, "birthday", "failed"), (13, "maturity", "delivered"), (11, "birthday", "delivered"),
    (9, "life_event", "delivered"), (3, "birthday", "delivered"), (1, "maturity", "failed"), (0, "birthday", "taken"),
)  # fmt: skip
_CAMPAIGN = ("delivered",) * 9 + ("failed", "sent")
_SENT_BACK, _AHEAD = 16, 2


def work(scopes: Sequence[Scope]) -> int:
    """Write the outbox of the first managers; returns how many messages. Not twice into one bank."""
    with bulk("demo", write=False) as session:
        if session.scalar(select(m.Message.id).limit(1)) is not None:
            return 0
    return sum(_messages(scope) + _campaigns(scope) for scope in scopes[:4])


def _messages(scope: Scope) -> int:
    """One message to each of a manager's first customers, as the gateway has left them."""
    rules = rules_of(rulebook(), today())
    known = {one.occasion: one for one in templates(rulebook(), today())}
    rows = []
    for place, (who, (back, occasion, state)) in enumerate(zip(_people(scope, rules, 0), _STORY, strict=False)):
        day = _loud(rules, today() - timedelta(days=back))
        rows.append(_row(scope, who, known[occasion], day, state, rules, place))
    with bulk("demo") as session:
        return session.insert(m.Message, rows)


def _people(scope: Scope, rules: Rules, skip: int, most: int = len(_STORY)) -> list[Addressee]:
    """A manager's personal customers who may be written to, the longest known first."""
    sending = Sending("birthday", "", _loud(rules, today()), rules)
    c = m.Customer
    query = people(sending).where(policy.reason(sending).is_(None), c.kind == "personal").order_by(c.customer_id)
    about = About(today() + timedelta(days=9), _product(), "mid_autumn", "account_opened")
    with open_session(scope, "demo") as session:
        return addressees(session, session.execute(query.limit(most).offset(skip)).all(), about)


def _product() -> int | None:
    with bulk("demo", write=False) as session:
        return session.scalars(
            select(m.Product.id).where(m.Product.category == "deposit").order_by(m.Product.id)
        ).first()


def _row(
    scope: Scope, who: Addressee, template: Template, day: date, state: str, rules: Rules, place: int,
    campaign_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    channel = policy.choose(who.facts, Sending(template.occasion, "", day, rules)).channel or "sms"
    at = datetime.combine(day, time(10, place % 60), BANK_ZONE)
    taken = None if state in ("queued", "cancelled") else min(at, business_now())
    over = state in ("sent", "delivered", "failed")
    return {
        "customer_id": who.customer_id, "id": new_id(), "channel": channel, "template": template.code,
        "occasion": template.occasion, "text": drafts.filled(template.text, who.whom), "state": state, "send_on": day,
        "campaign_id": campaign_id, "due_item_id": None, "product_id": None, "staff_id": scope.staff_id,
        "branch_id": who.branch_id, "created_at": at - timedelta(hours=2), "taken_at": taken, "version": 3,
        "reported_at": at + timedelta(minutes=2) if over else None,
        "gateway_reference": f"GW{day:%Y%m%d}{place:04d}" if over else None,
        "failure": _failure(place) if state == "failed" else None, "form_key": None,
    }  # fmt: skip


def _failure(place: int) -> str:
    said: list[str] = material("day")["failures"]
    return said[place % len(said)]


def _loud(rules: Rules, day: date) -> date:
    return day if not rules.is_quiet(day) else day - timedelta(days=1)


def _campaigns(scope: Scope) -> int:
    """One sent two weeks ago, one that waits, one called off, and a draft."""
    done, words = _sent(scope), material("day")
    day = today() + timedelta(days=_AHEAD)
    rules = rules_of(rulebook(), today())
    while rules.is_quiet(day):
        day += timedelta(days=1)
    chosen = select(m.Customer.customer_id).where(
        m.Customer.manager_id == scope.staff_id, m.Customer.stage == "customer"
    )
    corporate = chosen.where(m.Customer.kind == "corporate")
    known = {one.code: one for one in templates(rulebook(), today())}
    form = CampaignForm(words["campaign_thanks"], "milestone", "", known["milestone"].text, day, {"kind": "corporate"},
                        "milestone", words["to_firms"])  # fmt: skip
    for plan in ("queued", "cancelled"):
        done += _planned(scope, form, corporate if plan == "queued" else chosen, plan)
    festival = known["festival"].text.replace("{festival}", words["new_year"])
    new_year = date(today().year + 1, 1, 1)
    draft = CampaignForm(words["campaign_new_year"], "festival", "", festival, new_year, {"kind": "personal"},
                         "festival", words["to_people"])  # fmt: skip
    with open_session(scope, "demo", write=True) as session:
        campaign.draft(session, draft)
    return done


def _planned(scope: Scope, form: CampaignForm, chosen: Any, plan: str) -> int:
    """Queued by the steps of the page; one of them then called off."""
    rules = rules_of(rulebook(), today())
    try:
        with open_session(scope, "demo", write=True) as session:
            row = campaign.draft(session, form)
            seen = campaign.preview(session, chosen, campaign.sending_of(session, row, rules))
            campaign.begin(session, row.id, row.version, seen)
        done = 0
        for _step in range(3):
            with open_session(scope, "demo", write=True) as session:
                done += campaign.queue_some(session, row.id, chosen, 10 if plan == "cancelled" else campaign.CHUNK)
            if plan == "cancelled":
                break
        if plan == "cancelled":
            with open_session(scope, "demo", write=True) as session:
                campaign.cancel(session, row.id, session.get_one(m.Campaign, row.id).version)
                campaign.cancel_some(session, row.id)
    except Refused:
        return 0
    return done


def _sent(scope: Scope) -> int:
    """The invitation of two weeks ago, to customers with no message of their own."""
    rules = rules_of(rulebook(), today())
    template = next(one for one in templates(rulebook(), today()) if one.occasion == "invitation")
    day = _loud(rules, today() - timedelta(days=_SENT_BACK))
    found = _people(scope, rules, len(_STORY), 30)
    if not found:
        return 0
    words = material("day")
    at = datetime.combine(day, time(9), BANK_ZONE) - timedelta(days=1)
    counts = {"chosen": len(found) + 4, "will_get": len(found), "do_not_contact": 3, "recent": 1, "queued": len(found),
              "done": 1}  # fmt: skip
    row = m.Campaign(
        id=new_id(), title=words["campaign_salon"], template=template.code, occasion=template.occasion, channel=None,
        text=template.text, query={"kind": "personal"}, view=words["to_people"], send_on=day, state="queued",
        counts=counts, owner_id=scope.staff_id, branch_id=scope.branch_id, created_at=at, queued_at=at, version=3,
    )  # fmt: skip
    messages = [_row(scope, who, template, day, _CAMPAIGN[place % len(_CAMPAIGN)], rules, place, row.id)
                for place, who in enumerate(found)]  # fmt: skip
    with bulk("demo") as session:
        session.add(row)
        session.note("campaign", 1)
        return session.insert(m.Message, messages)

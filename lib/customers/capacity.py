"""The investor's risk capacity C1–C5: the result of a questionnaire answered again, valid for a year from that day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Customer
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes
from lib.work.months import months_later


def valid_until(answered: date, book: Rulebook) -> date:
    """The last day a questionnaire answered on a day holds, by rule `capacity.valid_months`."""
    return months_later(answered, book.value("capacity.valid_months", answered))


def problems(level: str, answered: date, on: date) -> list[str]:
    """What keeps a result from being registered, as sentences."""
    found = [] if level in codes("risk_capacity") else [_("请选择测评结果。")]
    if answered > on:
        found.append(_("测评日期不能晚于今天。"))
    elif (on - answered).days > 366:
        found.append(_("一年以前的测评已经失效，请登记最近一次。"))
    return found


def renew(session: StoreSession, customer_id: int, read_version: int, level: str, answered: date) -> None:
    """Register the result of a questionnaire for a person.

    Raises Conflict when the customer was saved since `read_version`, Refused out of reach, for a firm, or with the
    problems of the result.
    """
    said = problems(level, answered, today())
    if said:
        raise Refused("".join(said))
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.kind != "personal":
        raise Refused(_("企业客户不做个人风险承受能力测评。"))
    until = valid_until(answered, rulebook())
    if customer.risk_capacity_until is not None and until < customer.risk_capacity_until:
        raise Refused(_("已登记了更近一次的测评。"))
    save(session, customer, read_version, {"risk_capacity": level, "risk_capacity_until": until})

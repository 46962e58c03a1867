"""The rules of messages: channels and lengths, quiet days and hours, the gap between two, templates (制度 §五)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lib.rulebook import Rulebook
from lib.settings import BANK_ZONE
from lib.store.outgoing import SERVICE
from lib.words import codes
from lib.work import lunar

CHANNELS = ("sms", "app", "wechat", "email")
OCCASIONS = codes("message_occasion")
#: what advertises; greetings and reminders do not (个人信息保护法 §24)
MARKETING = ("product", "invitation")


@dataclass(frozen=True)
class Template:
    """One wording of rule care.templates: its code and name, the occasion and channels it is for, the text."""

    code: str
    name: str
    occasion: str
    channels: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Rules:
    """What the rules say on a day: channels in their order, which one a preference means, longest texts, quiet days
    and hours, days between two messages to one customer, the most a campaign reaches."""

    order: tuple[str, ...]
    as_said: Mapping[str, str]
    longest: Mapping[str, int]
    sms_part: int
    quiet: Mapping[str, Any]
    gap_days: int
    most: int

    def is_quiet(self, day: date) -> bool:
        """Whether nothing of the bank's own accord leaves on a day."""
        return quiet_on(day, self.quiet)

    def within_hours(self, moment: datetime) -> bool:
        """Whether messages leave at an aware moment, by the hour in Shanghai."""
        hour = moment.astimezone(BANK_ZONE).hour
        return bool(self.quiet["from_hour"] <= hour < self.quiet["until_hour"])


def rules_of(book: Rulebook, on: date) -> Rules:
    """The rules in force on a day."""
    said = book.value("care.channels", on)
    return Rules(
        tuple(said["order"]), said["as_said"], said["longest"], said["sms_part"], book.value("care.quiet", on),
        book.value("care.least_gap_days", on), book.value("care.campaign_most", on),
    )  # fmt: skip


def quiet_on(day: date, said: Mapping[str, Any]) -> bool:
    """Whether a day is quiet by the value of rule care.quiet: 清明, a day of every year (12-13), or a single day."""
    if said["qingming"] and lunar.qingming(day.year) == day:
        return True
    return f"{day:%m-%d}" in said["days"] or day.isoformat() in said["days"]


def templates(book: Rulebook, on: date) -> tuple[Template, ...]:
    """The templates in force on a day, in their order."""
    return tuple(
        Template(one["code"], one["name"], one["occasion"], tuple(one["channels"]), one["text"])
        for one in book.value("care.templates", on)
    )


def template_for(occasion: str, book: Rulebook, on: date) -> Template | None:
    """The first template of an occasion."""
    return next((one for one in templates(book, on) if one.occasion == occasion), None)


def is_proactive(occasion: str) -> bool:
    """Whether the bank writes of its own accord: all but an answer to the customer's own matter."""
    return occasion not in SERVICE

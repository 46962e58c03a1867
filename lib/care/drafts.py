"""The text of a message from a template with the customer's own facts, and what is wrong with a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lib.care.rules import Rules
from lib.words import _, code_names, codes, name

PLACEHOLDERS = codes("message_placeholder")
#: places that read well when nothing is known
_MAY_LACK = ("title", "branch")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Whom:
    """The customer a text is made for, and who signs it: all as they are written, in the bank's language."""

    name: str
    kind: str
    gender: str | None
    manager: str
    branch: str
    bank: str
    day: date | None = None
    product: str = ""
    festival: str = ""
    event: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What stands for each placeholder; empty for what is not known."""
        return {
            "name": self.name, "title": salutation(self.kind, self.gender), "manager": self.manager,
            "branch": self.branch, "bank": self.bank, "day": day_said(self.day), "product": self.product,
            "festival": code_names()["festival"].get(self.festival, self.festival),
            "event": code_names()["life_event"].get(self.event, self.event),
        }  # fmt: skip


def salutation(kind: str, gender: str | None) -> str:
    """先生 or 女士 for a person whose gender is known; nothing for a firm."""
    return code_names()["salutation"].get(gender or "", "") if kind == "personal" else ""


def day_said(day: date | None) -> str:
    """A day as a message says it: 12月5日."""
    return f"{day.month}月{day.day}日" if day else ""


def filled(text: str, whom: Whom) -> str:
    """The text with the facts in their places; a place whose fact is not known stays, to be seen and written."""
    values = whom.values

    def put(found: re.Match[str]) -> str:
        said = values.get(found[1], "")
        return said if said or found[1] in _MAY_LACK else found[0]

    return _PLACE.sub(put, text)


def unknown(text: str) -> list[str]:
    """The places of a template that no fact fills."""
    return [one for one in _PLACE.findall(text) if one not in PLACEHOLDERS]


def problems(text: str, channel: str, rules: Rules, *, template: bool = False) -> list[str]:
    """What keeps a text from being sent, as sentences; a `template` still has its places."""
    found = [] if text.strip() else [_("请填写消息文字。")]
    if template:
        found += [_("“{place}”不是已知的占位。").format(place=one) for one in unknown(text)]
    elif _PLACE.search(text):
        places = _("、").join(_place_name(one) for one in dict.fromkeys(_PLACE.findall(text)))
        found.append(_("还有没填上的内容：{places}。").format(places=places))
    longest = rules.longest.get(channel)
    if longest is not None and len(text) > longest:
        found.append(_("{channel}最多 {n} 字，现有 {have} 字。").format(channel=name("channel", channel), n=longest,
                                                               have=len(text)))  # fmt: skip
    return found


def _place_name(place: str) -> str:
    return name("message_placeholder", place) if place in PLACEHOLDERS else place


def length_said(text: str, channel: str, rules: Rules) -> str:
    """How long a text is, and in how many short messages it leaves."""
    longest = rules.longest.get(channel, 0)
    said = _("{n} / {most} 字").format(n=len(text), most=longest)
    parts = -(-len(text) // rules.sms_part)
    return _("{said}，计 {parts} 条短信").format(said=said, parts=parts) if channel == "sms" and text else said

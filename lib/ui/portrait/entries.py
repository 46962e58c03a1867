"""The entries of a customer's timeline in words: what each kind is called, and how a row of it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lib import words
from lib.customers.timeline import WHOLE_DAY
from lib.customers.transfer import REASONS
from lib.ui import nav
from lib.ui.frames import Link
from lib.ui.timeline import Entry
from lib.words import _, name
from lib.work.moves import state_name

_TONES = {
    "contact": "blue", "message": "blue", "life_event": "violet", "owner": "gray", "gift": "violet", "case": "orange",
    "tier": "gray", "holding": "green", "due": "blue", "request": "gray", "event": "violet",
}  # fmt: skip
# What somebody wrote may say who the customer is.
_WRITTEN = {"contact": ("text", "more"), "message": ("text",), "due": ("text", "more"), "gift": ("text", "what")}


def kind_titles() -> dict[str, str]:
    """What the kinds of entries are called."""
    return {
        "contact": _("联系"), "message": _("消息"), "life_event": _("生活与节点"), "owner": _("管户"),
        "gift": _("礼品"), "case": _("投诉与建议"), "tier": _("层级"), "holding": _("产品"), "due": _("待办"),
        "request": _("审批"), "event": _("活动"),
    }  # fmt: skip


def group_titles() -> dict[str, str]:
    """What the groups a reader chooses by are called."""
    return {
        "contact": _("联系"), "case": _("投诉与建议"), "life_event": _("生活、节点与活动"), "standing": _("层级与管户"),
        "holding": _("产品"), "work": _("待办与审批"),
    }  # fmt: skip


def entry_of(row: Any, currency: str, *, masked: bool = False) -> Entry:
    """A row of the timeline in words; `currency` is the bank's own.

    `masked` leaves out what somebody wrote, which may say who it is about.
    """
    told = row._asdict()
    if masked:
        told |= dict.fromkeys(("text", *_WRITTEN.get(row.kind, ())))
    title, facts, to = _READ[row.kind](told, currency)
    return Entry(
        row.at, title, [fact for fact in facts if fact], told["text"] or "", to, kind_titles()[row.kind],
        _tone(row), row.kind in WHOLE_DAY,
    )  # fmt: skip


_Told = dict[str, Any]
_Read = tuple[str, list[str | None], Link | None]


def _tone(row: Any) -> str:
    if row.kind == "tier":
        return "green" if row.by == "upgraded" else "orange"
    return _TONES[row.kind]


def _contact(told: _Told, _currency: str) -> _Read:
    facts = [name("channel", told["by"]), name("contact_outcome", told["state"]), told["who"]]
    step = _("下一步：{step}").format(step=told["more"]) if told["more"] else None
    return name("contact_purpose", told["what"]), [*facts, step], None


def _message(told: _Told, _currency: str) -> _Read:
    facts = [name("channel", told["by"]), name("message_state", told["state"]), told["who"]]
    return _("消息：{occasion}").format(occasion=name("message_occasion", told["what"])), [*facts], None


def _case(told: _Told, _currency: str) -> _Read:
    to = _to(nav.case_page(told["what"]), case=told["number"])
    if told["what"] == "churn":  # neither a channel nor a business of complaints
        facts = [state_name(told["what"], told["state"]), told["who"]]
        return f"{name('case_kind', told['what'])} {told['number']}", facts, to
    facts = [name("complaint_business", told["more"]), name("complaint_channel", told["by"]),
             state_name(told["what"], told["state"]), told["who"] or _("尚无经办人")]  # fmt: skip
    return f"{name('case_kind', told['what'])} {told['number']}", facts, to


def _life_event(told: _Told, _currency: str) -> _Read:
    return name("life_event", told["what"]), [], None


def _gift(told: _Told, currency: str) -> _Read:
    worth = words.money(told["amount_fen"], currency)
    return told["what"] or _("礼品"), [name("gift_occasion", told["by"]), worth, told["who"]], None


def _tier(told: _Told, _currency: str) -> _Read:
    said = _("{change}：{before} → {now}")
    title = said.format(
        change=name("tier_change", told["by"]), before=name("tier", told["what"]), now=name("tier", told["state"])
    )
    running = _("季度未结账，可能变化") if told["more"] == "open" else None
    return title, [words.quarter_name(told["number"]), running], None


def _owner(told: _Told, _currency: str) -> _Read:
    title = _("由{name}管户").format(name=told["who"]) if told["who"] else _("未分配客户经理")
    return title, [told["by"], name(REASONS, told["what"]) if told["what"] else None], None


def _holding(told: _Told, currency: str) -> _Read:
    title = _("{step} {product}").format(step=name("holding_step", told["state"]), product=told["what"])
    return title, [name("category", told["by"]), words.money(told["amount_fen"], told["currency"] or currency)], None


def _due(told: _Told, _currency: str) -> _Read:
    kind = name("due_kind", told["what"])
    title = _("{what}：{whom}").format(what=kind, whom=told["more"]) if told["more"] else kind
    return title, [name("due_state", told["state"]), told["who"]], None


def _request(told: _Told, _currency: str) -> _Read:
    facts = [name("request_state", told["state"]), told["who"]]
    return name("request_kind", told["what"]), facts, _to("approvals", request=str(told["id"]))


def _event(told: _Told, _currency: str) -> _Read:
    title = _("到场：{title}").format(title=told["what"])
    return title, [name("event_kind", told["by"])], _to("engagement", event=told["number"])


def _to(page: str, **params: str) -> Link:
    return Link(page, params, _("打开"))


_READ: dict[str, Callable[[_Told, str], _Read]] = {
    "contact": _contact,
    "message": _message,
    "life_event": _life_event,
    "owner": _owner,
    "gift": _gift,
    "case": _case,
    "tier": _tier,
    "holding": _holding,
    "due": _due,
    "request": _request,
    "event": _event,
}

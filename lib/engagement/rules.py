"""The rules of events and referrals: states and their moves, what a plan must say, when a reward is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.words import _, codes, name

#: states of an event in which its guests' rows may change
LIVING = ("draft", "open", "held")
#: states after which nothing of an event changes
OVER = ("closed", "cancelled")
REWARDS = ("gift", "points")
MOST_SEATS = 100_000
_LENGTHS = {"title": 40, "place": 80, "topics": 200}
_MOST_COST = 10**12
_LONGEST_REASON = 200


class Problem(NamedTuple):
    """What is wrong with one field, as a sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Community:
    """A community: its code, the tag its members bear, the family of that tag, what it is about."""

    code: str
    name: str
    family: str
    about: str


@dataclass(frozen=True)
class EventForm:
    """An event as it is planned; `starts_at` is aware, `cost_fen` in fen of the base currency, `products` are codes."""

    title: str
    kind: str
    starts_at: datetime | None
    place: str
    seats: int
    host_id: int | None
    branch_id: int | None = None
    cost_fen: int = 0
    topics: str = ""
    products: tuple[str, ...] = ()
    community: str = ""

    def problems(self, now: datetime, book: Rulebook, taken: int = 0) -> list[Problem]:
        """What keeps it from being kept; `taken` are the seats guests hold already."""
        on = bank_day(now)
        found = [Problem(field, _("请填写“{field}”。").format(field=field_name(field)))
                 for field in ("title", "place") if not getattr(self, field).strip()]  # fmt: skip
        found += [Problem(field, _("“{field}”太长，最多 {n} 字。").format(field=field_name(field), n=most))
                  for field, most in _LENGTHS.items() if len(getattr(self, field)) > most]  # fmt: skip
        if self.kind not in codes("event_kind"):
            found.append(Problem("kind", _("请选择“{field}”。").format(field=field_name("kind"))))
        if self.host_id is None:
            found.append(Problem("host_id", _("请选择“{field}”。").format(field=field_name("host_id"))))
        if self.starts_at is None or self.starts_at <= now:
            found.append(Problem("starts_at", _("活动须在将来开始。")))
        if not max(1, taken) <= self.seats <= MOST_SEATS:
            said = _("席位至少 {least}，最多 {most}。").format(least=max(1, taken), most=MOST_SEATS)
            found.append(Problem("seats", said))
        if not 0 <= self.cost_fen <= _MOST_COST:
            found.append(Problem("cost_fen", _("费用不能为负数，也不能过大。")))
        if self.community and self.community not in communities(book, on):
            found.append(Problem("community", _("请选择“{field}”。").format(field=field_name("community"))))
        return found


def field_name(field: str) -> str:
    """What the form calls a field of an event."""
    return name("event_field", field)


def moves_from(state: str, book: Rulebook, on: date) -> tuple[str, ...]:
    """The states an event may go to from one, by rule event.states."""
    return next((tuple(one["to"]) for one in book.value("event.states", on) if one["code"] == state), ())


def move_problem(state: str, to: str, starts_at: datetime, why: str, now: datetime, book: Rulebook) -> str | None:
    """Why an event does not go from one state to another now; None if it does."""
    if to not in moves_from(state, book, bank_day(now)):
        said = _("“{state}”的活动不能转为“{to}”。")
        return said.format(state=name("event_state", state), to=name("event_state", to))
    if to == "open" and starts_at <= now:
        return _("活动时间已过，请先改时间。")
    if to == "held" and bank_day(starts_at) > bank_day(now):
        return _("活动还没有开始，不能标记为已举办。")
    if to == "cancelled" and not why.strip():
        return _("请写明取消的理由。")
    return _("理由最多 {n} 字。").format(n=_LONGEST_REASON) if len(why.strip()) > _LONGEST_REASON else None


def takes_guests(state: str) -> bool:
    """Whether guests may be invited."""
    return state in ("draft", "open")


def takes_ticks(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether who came may be ticked: from the day of the event on, until it is closed."""
    return state == "held" or (state == "open" and bank_day(starts_at) <= bank_day(now))


def standing_of(state: str, event_state: str, had_seat: bool) -> str:
    """What a guest is, in the family guest_state: who had a seat at an event that is over, unticked, did not come."""
    return "absent" if had_seat and state == "registered" and event_state == "closed" else state


def most_invited(seats: int, book: Rulebook, on: date) -> int:
    """How many an event of so many seats may invite."""
    return int(seats * book.value("event.invited_per_seat", on))


def follow_up_by(held: date, book: Rulebook, on: date) -> date:
    """By when a guest who came is to be spoken with."""
    return held + timedelta(days=int(book.value("event.follow_up_days", on)))


def communities(book: Rulebook, on: date) -> dict[str, Community]:
    """The communities of a day by code."""
    said: Sequence[Mapping[str, str]] = book.value("engagement.communities", on)
    return {one["code"]: Community(one["code"], one["name"], one["family"], one["about"]) for one in said}


def owed(given_in_quarter: int, book: Rulebook, on: date) -> str:
    """Whether one more reward of a referrer's quarter is owed, or lies beyond the cap: owed | capped."""
    return "owed" if given_in_quarter < book.value("referral.per_quarter", on) else "capped"


def referral_state(state: str, became: bool, given_in_quarter: int, book: Rulebook, on: date) -> str:
    """What a referral is, in the family referral_state."""
    if state != "open":
        return state
    return owed(given_in_quarter, book, on) if became else "referred"

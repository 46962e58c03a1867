"""How the states of events, guests and referrals look: one tone each, everywhere."""

from __future__ import annotations

from lib.words import name

_EVENTS = {"draft": "context", "open": "main", "held": "watch", "closed": "context", "cancelled": "context"}
_GUESTS = {"attended": "good", "registered": "main", "waiting": "watch", "absent": "context", "invited": "context",
           "declined": "context"}  # fmt: skip
_REFERRALS = {"referred": "context", "owed": "watch", "capped": "context", "given": "good", "declined": "context"}


def event_badge(state: str) -> tuple[str, str]:
    """The state of an event and its tone."""
    return name("event_state", state), _EVENTS[state]


def guest_badge(state: str) -> tuple[str, str]:
    """What a guest is and its tone."""
    return name("guest_state", state), _GUESTS[state]


def referral_badge(state: str) -> tuple[str, str]:
    """What a referral is and its tone."""
    return name("referral_state", state), _REFERRALS[state]

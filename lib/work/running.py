"""How a clock stands right now, in the words of the queue: time left, time over, or done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.words import NOTHING, _


@dataclass(frozen=True)
class Standing:
    """A clock at a moment: its text and whether it is `running`, `overdue`, `met`, `missed`, `stopped` or `none`."""

    state: str
    text: str

    @property
    def late(self) -> bool:
        """Whether somebody must act at once."""
        return self.state == "overdue"


def standing_of(
    due_at: datetime | None, met_at: datetime | None, ended: bool, now: datetime, *, stopped: bool = False
) -> Standing:
    """How a clock stands at `now`; `met_at` is the reply (promise) or the answer (legal term).

    `stopped`: a wait makes it stand still, so that it is due at no moment.
    """
    if stopped and not ended:
        return Standing("stopped", _("暂停"))
    if due_at is None:
        return Standing("none", NOTHING)
    if met_at is not None:
        if met_at <= due_at:
            return Standing("met", _("按时答复"))
        return Standing("missed", _("迟 {span} 答复").format(span=span(met_at - due_at)))
    if ended:
        return Standing("none", NOTHING)
    if now <= due_at:
        return Standing("running", _("剩 {span}").format(span=span(due_at - now)))
    return Standing("overdue", _("逾期 {span}").format(span=span(now - due_at)))


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `3 天 4 小时`, `4 小时 20 分`, `20 分`."""
    minutes = int(length.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("{d} 天 {h} 小时").format(d=days, h=hours) if hours else _("{d} 天").format(d=days)
    if hours:
        return _("{h} 小时 {m} 分").format(h=hours, m=rest) if rest else _("{h} 小时").format(h=hours)
    return _("{m} 分").format(m=rest)

"""Life events of a customer (方案 §3, 管理 §4.1): what happened and was learned by a person; plans are no events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from lib.customers.entry import customer_for_entry
from lib.settings import today
from lib.store.family import family_of
from lib.store.ids import new_id
from lib.store.models import LifeEvent
from lib.store.session import Refused, StoreSession
from lib.words import _, codes

#: what the bank's own systems write; the timeline tells it
BY_SYSTEM = (
    "account_opened", "important_product", "maturity", "information_verified", "special_elderly", "special_disabled",
    "special_ended",
)  # fmt: skip
_OF_FIRMS = ("listing", "expansion")
EARLIEST = date(1900, 1, 1)
LONGEST_NOTE = 400


def kinds_of(customer_kind: str) -> tuple[str, ...]:
    """The kinds a person may record of a personal or corporate customer."""
    by_hand = [kind for kind in codes("life_event") if kind not in BY_SYSTEM]
    return tuple(kind for kind in by_hand if (kind in _OF_FIRMS) == (customer_kind == "corporate"))


@dataclass(frozen=True)
class LifeForm:
    """One event to be recorded: its kind (names family life_event), the day it happened, a note."""

    kind: str
    happened_on: date
    note: str = ""

    def problems(self, customer_kind: str, day: date) -> list[str]:
        """What keeps it from being recorded on `day`, as sentences; empty if nothing does."""
        found = [] if self.kind in kinds_of(customer_kind) else [_("请选择发生了什么。")]
        if self.happened_on > day:
            found.append(_("只登记已经发生的事：日期不能晚于今天。"))
        if self.happened_on < EARLIEST:
            found.append(_("日期不能早于 1900 年。"))
        if len(self.note.strip()) > LONGEST_NOTE:
            found.append(_("说明最多 {n} 字。").format(n=LONGEST_NOTE))
        return found


def life_events(ids: Sequence[int]) -> Select[LifeEvent]:
    """What happened in the customer's life, the newest first; without what the bank's systems write."""
    event = LifeEvent
    told = (event.customer_id.in_(ids), event.kind.not_in(BY_SYSTEM))
    return select(event).where(*told).order_by(event.happened_on.desc(), event.id.desc())


def record_life_event(session: StoreSession, customer_id: int, form: LifeForm) -> None:
    """Record one event; raises Refused with a sentence for what is wrong, out of reach, or known already."""
    customer = customer_for_entry(session, customer_id)
    problems = form.problems(customer.kind, today())
    if problems:
        raise Refused("".join(problems))
    same = (LifeEvent.kind == form.kind, LifeEvent.happened_on == form.happened_on)
    if session.scalars(life_events(family_of(session, customer_id)).where(*same)).first() is not None:
        raise Refused(_("这一天的同一事件已经登记过。"))
    session.add(LifeEvent(customer_id=customer_id, id=new_id(), kind=form.kind, happened_on=form.happened_on,
                          note=form.note.strip() or None))  # fmt: skip
    session.flush()

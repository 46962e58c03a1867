"""Facts learned of a customer from outside (制度 §四(一), 方案 §2.1): kept only with source, lawful basis and consent.

Law: 个人信息保护法 §13 (the bases), §15 (consent may be withdrawn at any time), §27 (what is public already, within
reason), §47 (erased once its basis is gone). Bought data rests on the customer's consent and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from lib.customers.entry import customer_for_entry
from lib.settings import today
from lib.store.ids import new_id
from lib.store.models import OutsideFact, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes

SOURCES = "outside_source"
BASES = "lawful_basis"
LONGEST_SOURCE = 200
LONGEST = 2000
LONGEST_REASON = 200


@dataclass(frozen=True)
class OutsideForm:
    """One fact to be recorded: kind of source and lawful basis are codes; `consent_on` only where that is the basis."""

    source_kind: str
    source: str
    lawful_basis: str
    content: str
    learned_on: date
    consent_on: date | None = None

    def problems(self, day: date) -> list[str]:
        """What keeps it from being recorded on `day`, as sentences; empty if nothing does."""
        found = [] if self.source_kind in codes(SOURCES) else [_("请选择来源类别。")]
        found += _text_problems(self.source, LONGEST_SOURCE, _("请写明来源（名称或网址）。"), _("来源最多 {n} 字。"))
        found += _text_problems(self.content, LONGEST, _("请填写信息内容。"), _("信息内容最多 {n} 字。"))
        if self.learned_on > day:
            found.append(_("取得日期不能晚于今天。"))
        return found + self._basis_problems(day)

    def _basis_problems(self, day: date) -> list[str]:
        if self.lawful_basis not in codes(BASES):
            return [_("请选择合法依据：没有依据的外部信息不能登记。")]
        if self.lawful_basis != "consent":
            found = [_("购买的信息须以客户同意为依据，否则不能登记。")] if self.source_kind == "bought" else []
            return found + ([_("依据不是客户同意的，不填同意日期。")] if self.consent_on else [])
        if self.consent_on is None:
            return [_("以客户同意为依据的，请填写同意日期。")]
        if self.consent_on > day:
            return [_("同意日期不能晚于今天。")]
        return [_("同意须在取得信息之前。")] if self.consent_on > self.learned_on else []


def ending_problem(reason: str) -> str | None:
    """Why a fact cannot be ended for this reason, as a sentence; None if it can."""
    if not reason.strip():
        return _("请写明停用原因，例如客户撤回同意。")
    return _("停用原因最多 {n} 字。").format(n=LONGEST_REASON) if len(reason.strip()) > LONGEST_REASON else None


def outside_facts(ids: Sequence[int]) -> Select:
    """The facts as `OutsideFact`, standing ones first, the newest on top, and who recorded each as `staff`."""
    row = OutsideFact
    told = select(row, Staff.name.label("staff")).outerjoin(Staff, Staff.id == row.staff_id)
    order = (row.ended_on.is_not(None), row.learned_on.desc(), row.id.desc())
    return told.where(row.customer_id.in_(ids)).order_by(*order)


def record_outside(session: StoreSession, customer_id: int, form: OutsideForm) -> None:
    """Record a fact in the name of the session's person.

    Raises Refused with a sentence: a problem of the form, a customer out of reach, or a fact that is known already.
    """
    customer_for_entry(session, customer_id)
    problems = form.problems(today())
    if problems:
        raise Refused("".join(problems))
    source, content = form.source.strip(), form.content.strip()
    standing = [row.OutsideFact for row in session.execute(outside_facts([customer_id]))]
    if any((one.source, one.content) == (source, content) and one.ended_on is None for one in standing):
        raise Refused(_("同一来源的这条信息已经登记过。"))
    session.add(OutsideFact(
        customer_id=customer_id, id=new_id(), learned_on=form.learned_on, source_kind=form.source_kind, source=source,
        lawful_basis=form.lawful_basis, consent_on=form.consent_on, content=content, staff_id=session.scope.staff_id,
    ))  # fmt: skip
    session.flush()


def end_outside(session: StoreSession, customer_id: int, fact_id: int, read_version: int, reason: str) -> None:
    """End a fact and erase its content; what stays is that it was, whence, on which basis, and why it ended.

    Raises Conflict when it was saved since `read_version`, Refused out of reach, without a reason or ended already.
    """
    problem = ending_problem(reason)
    if problem:
        raise Refused(problem)
    row = session.get(OutsideFact, (customer_id, fact_id))
    if row is None or row.ended_on is not None:
        raise Refused(_("这条外部信息已经停用，或不在你的范围内。"))
    save(session, row, read_version, {"content": "", "ended_on": today(), "ended_reason": reason.strip()})
    session.flush()


def _text_problems(text: str, longest: int, missing: str, too_long: str) -> list[str]:
    if not text.strip():
        return [missing]
    return [too_long.format(n=longest)] if len(text.strip()) > longest else []

"""Gifts given to a customer (管理 §4.1, 手册 §6.1), within what may be given at once and in a year (rules gift.*)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select

from lib.customers.entry import customer_for_entry
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.family import family_of
from lib.store.ids import new_id
from lib.store.models import Bank, Gift, Staff
from lib.store.session import Refused, StoreSession
from lib.words import _, codes, money, name

LONGEST_ITEM = 80
LONGEST_NOTE = 400


class Limits(NamedTuple):
    """The most in fen of `currency`, at once and in a calendar year, and the roles that may go beyond the year's."""

    single_fen: int
    yearly_fen: int
    beyond: tuple[str, ...]
    currency: str


@dataclass(frozen=True)
class GiftForm:
    """One gift to be recorded: what, its worth in fen of the base currency, the occasion (family gift_occasion)."""

    item: str
    value_fen: int
    occasion: str
    given_on: date
    note: str = ""

    def problems(self, day: date) -> list[str]:
        """What keeps it from being recorded on `day`, as sentences; the limits are `refusal`."""
        found = [] if self.item.strip() else [_("请填写礼品。")]
        if len(self.item.strip()) > LONGEST_ITEM:
            found.append(_("礼品名称最多 {n} 字。").format(n=LONGEST_ITEM))
        if self.value_fen <= 0:
            found.append(_("请填写礼品价值，须大于零。"))
        if self.occasion not in codes("gift_occasion"):
            found.append(_("请选择馈赠场合。"))
        if self.given_on > day:
            found.append(_("馈赠日期不能晚于今天。"))
        if len(self.note.strip()) > LONGEST_NOTE:
            found.append(_("备注最多 {n} 字。").format(n=LONGEST_NOTE))
        return found


def limits_of(book: Rulebook, currency: str, on: date) -> Limits | None:
    """The limits in force on a day; None where the bank has stated none in its currency."""
    single, yearly = (book.value(key, on).get(currency) for key in ("gift.single", "gift.yearly"))
    if single is None or yearly is None:
        return None
    return Limits(single, yearly, tuple(book.value("gift.beyond_yearly", on)), currency)


def refusal(form: GiftForm, given_fen: int, limits: Limits, role: str) -> str | None:
    """Why the limits refuse a gift after `given_fen` given in its year, as a sentence; None if they do not."""
    if form.value_fen > limits.single_fen:
        return _("超过单次馈赠限额 {limit}，不能登记。").format(limit=money(limits.single_fen, limits.currency))
    total = given_fen + form.value_fen
    if total <= limits.yearly_fen:
        return None
    if role in limits.beyond:
        return None if form.note.strip() else _("这份馈赠使全年合计超过限额，请在备注中写明理由。")
    said = _("{year} 年馈赠合计将达 {total}，超过年度限额 {limit}：只能由以下岗位登记：{posts}。")
    return said.format(
        year=form.given_on.year, total=money(total, limits.currency), limit=money(limits.yearly_fen, limits.currency),
        posts=_("、").join(name("role", role) for role in limits.beyond),
    )  # fmt: skip


def gifts(ids: Sequence[int]) -> Select:
    """What was given, the newest first: given_on, item, value_fen, occasion, note, and by whom as `staff`."""
    columns = (Gift.given_on, Gift.item, Gift.value_fen, Gift.occasion, Gift.note, Staff.name.label("staff"))
    given = select(*columns).outerjoin(Staff, Staff.id == Gift.staff_id).where(Gift.customer_id.in_(ids))
    return given.order_by(Gift.given_on.desc(), Gift.id.desc())


def given_in(ids: Sequence[int], year: int) -> Select:
    """The worth in fen of everything given in a calendar year."""
    then = (Gift.customer_id.in_(ids), Gift.given_on.between(date(year, 1, 1), date(year, 12, 31)))
    return select(func.coalesce(func.sum(Gift.value_fen), 0)).where(*then)


def record_gift(session: StoreSession, customer_id: int, form: GiftForm, form_key: str) -> None:
    """Record a gift in the name of the session's person; the same `form_key` writes once.

    Raises Refused with a sentence: a problem of the form, a limit, or a customer out of reach.
    """
    customer = customer_for_entry(session, customer_id)
    written = select(Gift.id).where(Gift.customer_id == customer_id, Gift.form_key == form_key)
    if session.scalar(written) is not None:
        return
    problems = form.problems(today())
    if problems:
        raise Refused("".join(problems))
    currency = session.scalars(select(Bank.base_currency)).one()
    limits = limits_of(rulebook(), currency, form.given_on)
    if limits is None:
        raise Refused(_("本行尚未规定以 {currency} 计的馈赠限额，不能登记。").format(currency=currency))
    ids = family_of(session, customer.merged_into_id or customer_id)
    given: int = session.scalars(given_in(ids, form.given_on.year)).one()
    refused = refusal(form, given, limits, session.scope.role)
    if refused:
        raise Refused(refused)
    session.add(Gift(
        customer_id=customer_id, id=new_id(), given_on=form.given_on, item=form.item.strip(), value_fen=form.value_fen,
        occasion=form.occasion, note=form.note.strip() or None, staff_id=session.scope.staff_id, form_key=form_key,
    ))  # fmt: skip
    session.flush()

"""No product is named to a customer whom it does not fit: judged by what is stored, whoever writes it.

A recommendation, a message and the offer of a churn case name products. Law: 金融机构产品适当性管理办法; of those who
want no automated advice: 个人信息保护法 §24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.settings import today
from lib.store import models as m
from lib.store.base import Base
from lib.store.scope import PassesBy, Refused
from lib.store.suitability import INVESTOR, SOLD, Investor, Sold, unfit, why_unfit
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

#: the need of a product the customer asked for of their own accord
ASKED = "asked"


def check_advised(session: StoreSession, row: Base, fresh: bool) -> None:
    """Raises Refused, with a sentence, where the row names a product that does not fit its customer.

    PassesBy for a recommendation that says otherwise of product or capacity than is stored, or is in another's name.
    """
    product_id = _named(row, fresh)
    if product_id is None:
        return
    customer_id: int = row.customer_id  # type: ignore[attr-defined]
    investor, wishes = _whom(session, customer_id)
    found = session.execute(select(*SOLD).where(m.Product.id == product_id)).one_or_none()
    if found is None:
        raise Refused(_("没有找到所选的产品。"))
    sold = Sold(*found)
    why = unfit(sold, investor, today())
    if why is not None:
        raise Refused(why_unfit(why, sold, investor))
    if isinstance(row, m.Recommendation):
        _check_record(session, row, sold, investor)
        if wishes and row.need != ASKED:
            raise Refused(wishes)


def _named(row: Base, fresh: bool) -> int | None:
    """The product this write names to the customer; of what was named before nothing is asked."""
    if isinstance(row, m.Recommendation | m.Message):
        return row.product_id if fresh else None
    if isinstance(row, m.Case) and row.kind == "churn":
        state: Any = inspect(row)
        return row.product_id if fresh or state.attrs.product_id.history.has_changes() else None
    return None


def _whom(session: StoreSession, customer_id: int) -> tuple[Investor, str]:
    """The customer as stored, held until the transaction ends; and why the bank may suggest nothing, if so."""
    c = m.Customer
    asked = select(*INVESTOR, c.merged_into_id, c.do_not_contact, c.no_automated_advice)
    stored = asked.where(c.customer_id == customer_id).with_for_update(read=True, of=c)
    found: Any = session.execute(stored).one_or_none()
    if found is None:
        raise Refused(_("这位客户不在你的范围内。"))
    investor = Investor(*found[: len(INVESTOR)])
    merged, silent, unadvised = found[len(INVESTOR) :]
    if merged is not None:
        raise Refused(_("这位客户已并入另一条记录，请在保留的记录上办理。"))
    wishes = _("客户已声明请勿联系：只登记客户主动询问的产品。") if silent else ""
    if unadvised and not silent:
        wishes = _("客户不接受自动推荐：只登记客户主动询问的产品。")
    return investor, wishes


def _check_record(session: StoreSession, row: m.Recommendation, sold: Sold, investor: Investor) -> None:
    if row.staff_id != session.scope.staff_id or row.outcome != "open":
        raise PassesBy("a recommendation begins open, in one's own name")
    said = (row.risk_level, row.capacity, row.capacity_until)
    if said != (sold.risk_level, investor.capacity, investor.until):
        raise PassesBy("a recommendation tells the product's level and the customer's capacity as stored")

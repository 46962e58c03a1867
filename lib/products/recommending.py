"""Recommendations as written: one product for one need, within the capacity as stored; later what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select

from lib.products import needs
from lib.products.advice import Advice, Circumstances, OnOffer, advise, fitting
from lib.settings import today
from lib.store.advised import ASKED
from lib.store.book import rulebook
from lib.store.family import family_of
from lib.store.ids import new_id
from lib.store.models import Account, Bank, Case, Customer, Holding, Product, Recommendation, Staff
from lib.store.session import Refused, StoreSession, save
from lib.store.suitability import SOLD, Sold, investor_of, unfit, why_unfit
from lib.words import _

OUTCOMES = ("accepted", "declined")
LONGEST_NOTE = 400


@dataclass(frozen=True)
class Advised:
    """A customer's needs, the advice that follows from them, and every product that may be named when asked for."""

    needs: Sequence[needs.Need]
    advice: Advice
    fitting: Sequence[OnOffer]


def advised(session: StoreSession, customer: Customer, on: date) -> Advised:
    """What may be recommended to a customer within reach today."""
    book, ids = rulebook(), family_of(session, customer.customer_id)
    currency = session.scalars(select(Bank.base_currency)).one()
    known = needs.known_of(session, [customer.customer_id], book, on).get(customer.customer_id)
    found = needs.needs_of(known, book, on, currency) if known else []
    products, whom = catalogue(session), investor_of(customer)
    around = _around(session, customer, ids, on)
    fit = [one for one in products if unfit(one.sold, whom, on) is None]
    return Advised(found, advise(found, products, whom, around, on), fit)


def catalogue(session: StoreSession) -> list[OnOffer]:
    """The products that are sold, as advice sees them."""
    rows = session.execute(
        select(Product.id, Product.category, Product.needs, *SOLD).where(Product.active).order_by(Product.code)
    )
    return [OnOffer(row[0], row[1], tuple(row[2] or ()), Sold(*row[3:])) for row in rows]


def _around(session: StoreSession, customer: Customer, ids: Sequence[int], on: date) -> Circumstances:
    standing = (Case.customer_id.in_(ids), Case.kind == "complaint", Case.state.not_in(("closed", "withdrawn")))
    complaints = session.scalar(select(func.count()).select_from(Case).where(*standing)) or 0
    return Circumstances(customer.do_not_contact, customer.no_automated_advice, complaints > 0, customer.risk_rating,
                         frozenset(_held(session, ids, on)))  # fmt: skip


def _held(session: StoreSession, ids: Sequence[int], on: date) -> set[int]:
    h, a = Holding, Account
    held = select(h.product_id).where(h.customer_id.in_(ids), h.started_on <= on,
                                      or_(h.ended_on.is_(None), h.ended_on > on))  # fmt: skip
    opened = select(a.product_id).where(a.customer_id.in_(ids), a.closed_on.is_(None), a.product_id.is_not(None))
    return {one for query in (held, opened) for one in session.scalars(query.distinct()) if one is not None}


def recommend(session: StoreSession, customer_id: int, product_id: int, need: str, form_key: str) -> Recommendation:
    """Record that a product was recommended for a need expected of the customer, or asked for (`need` = asked).

    The same form gives the same row. Raises Refused, saying why, for a product that does not fit or is not suggested
    now; the store refuses it again by itself.
    """
    customer, on = _customer(session, customer_id), today()
    row = Recommendation
    known = session.scalars(select(row).where(row.customer_id == customer_id, row.form_key == form_key)).first()
    if known is not None:
        return known
    found, whom = advised(session, customer, on), investor_of(customer)
    product = next((one for one in catalogue(session) if one.id == product_id), None)
    if product is None:
        raise Refused(_("没有找到所选的产品。"))
    why = unfit(product.sold, whom, on)
    if why is not None:
        raise Refused(why_unfit(why, product.sold, whom))
    reasons = (_("客户主动询问"), fitting(product.sold, whom)) if need == ASKED else _reasons(found, product_id, need)
    made = row(
        customer_id=customer_id, id=new_id(), product_id=product_id, risk_level=product.sold.risk_level,
        capacity=customer.risk_capacity, capacity_until=customer.risk_capacity_until, need=need,
        reasons=list(reasons), staff_id=session.scope.staff_id, outcome="open", form_key=form_key,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _reasons(found: Advised, product_id: int, need: str) -> tuple[str, ...]:
    """Why the product is suggested for the need; Refused where it is not."""
    if found.advice.silent:
        raise Refused(found.advice.silent)
    for one in found.advice.suggested:
        if (one.product.id, one.need) == (product_id, need):
            return one.reasons
    refused = next((one.sentence for one in found.advice.refused if one.product.id == product_id), None)
    raise Refused(refused or _("这件产品不在目前的推荐之列。"))


def _customer(session: StoreSession, customer_id: int) -> Customer:
    """The customer, locked until the transaction ends, so that the same form is written once."""
    mine = select(Customer).where(Customer.customer_id == customer_id).with_for_update(of=Customer)
    customer = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    if customer is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.stage == "outsider":
        raise Refused(_("非本行客户不登记这类记录。"))
    return customer


def settle(session: StoreSession, row: Recommendation, read_version: int, outcome: str, note: str = "") -> None:
    """Record what the customer said to a recommendation: accepted or declined, once.

    Raises Conflict when it was saved since `read_version`, Refused out of reach or once it is settled.
    """
    if outcome not in OUTCOMES:
        raise Refused(_("请选择客户的答复。"))
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(_("备注最多 {n} 字。").format(n=LONGEST_NOTE))
    if row.outcome != "open" and row.version == read_version:
        raise Refused(_("这次推荐的结果已经登记。"))
    save(session, row, read_version, {"outcome": outcome, "outcome_on": today(), "note": note.strip() or None})
    session.flush()


def recommendations(ids: Sequence[int]) -> Select:
    """What was recommended, the newest first, as `Recommendation`, with `product` and `staff` by name."""
    row = Recommendation
    return (
        select(row, Product.name.label("product"), Staff.name.label("staff"))
        .join(Product, Product.id == row.product_id)
        .outerjoin(Staff, Staff.id == row.staff_id)
        .where(row.customer_id.in_(ids))
        .order_by(row.made_at.desc(), row.id.desc())
    )

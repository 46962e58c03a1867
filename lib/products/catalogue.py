"""The product catalogue as the product desk keeps it: one form, what it must hold, and what a new level would do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from lib.products.matrix import state_of
from lib.products.stock import NONE
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.history import Change, product_history
from lib.store.holders import holders
from lib.store.models import Bank, CurrencyRate, Product
from lib.store.session import Refused, StoreSession, save
from lib.store.suitability import Sold, said_ages
from lib.words import _, codes

_LONGEST = {"code": 40, "name": 80, "description": 500}
#: what a product keeps for good (data/rights.toml [held])
FIXED = ("code", "category", "currency")
_OLDEST, _LONGEST_TERM, _MOST_MARGIN = 120, 36_525, 10_000


@dataclass(frozen=True)
class ProductForm:
    """A product as the form says it; empty words mean none. Margin a year in hundredths of a percent."""

    code: str
    name: str
    category: str
    currency: str
    risk_level: str = ""
    customer_kind: str = ""
    term_days: int | None = None
    annual_margin_bp: int | None = None
    age_from: int | None = None
    age_below: int | None = None
    needs: tuple[str, ...] = ()
    description: str = ""
    active: bool = True

    def problems(self, book: Rulebook, on: date, currencies: Collection[str]) -> list[str]:
        """What keeps it from being saved, as sentences."""
        found = [] if self.code.strip() else [_("请填写产品代码。")]
        found += [] if self.name.strip() else [_("请填写产品名称。")]
        found += [_("内容太长，最多 {n} 字。").format(n=most) for field, most in _LONGEST.items()
                  if len(getattr(self, field).strip()) > most]  # fmt: skip
        if self.category not in codes("category"):
            found.append(_("请选择品类。"))
        if self.currency not in currencies:
            found.append(_("没有这个币种的汇率，请选择已有币种。"))
        if self.risk_level and self.risk_level not in codes("product_risk"):
            found.append(_("请选择风险等级。"))
        if self.category == "wealth" and not self.risk_level:
            found.append(_("理财产品须有风险等级（R1 至 R5）。"))
        if self.customer_kind and self.customer_kind not in codes("customer_kind"):
            found.append(_("请选择面向的客户。"))
        return found + self._figures() + self._needs(book, on)

    def _figures(self) -> list[str]:
        found = []
        if self.term_days is not None and not 0 < self.term_days <= _LONGEST_TERM:
            found.append(_("期限须大于零，且不超过一百年。"))
        if self.annual_margin_bp is not None and abs(self.annual_margin_bp) > _MOST_MARGIN:
            found.append(_("年利差须在正负 10,000 个基点之内。"))
        ages = [age for age in (self.age_from, self.age_below) if age is not None]
        if any(not 0 <= age <= _OLDEST for age in ages) or ages != sorted(set(ages)):
            found.append(_("年龄下限须低于上限，都在 0 至 {n} 岁之间。").format(n=_OLDEST))
        if ages and self.customer_kind == "corporate":
            found.append(_("面向企业的产品没有年龄限制。"))
        return found

    def _needs(self, book: Rulebook, on: date) -> list[str]:
        known = {one["code"] for one in book.value("needs.rules", on)}
        strange = [one for one in self.needs if one not in known]
        return [_("{what}“{code}”不在已知的清单里。").format(what=_("需求"), code=code) for code in strange]

    def stored(self) -> dict[str, Any]:
        """The columns as they are kept: nothing instead of an empty word."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        said |= {key: value.strip() or None for key, value in said.items() if isinstance(value, str)}
        return said | {"needs": list(self.needs) or None}


def form_of(product: Product) -> ProductForm:
    """The form as a stored product fills it."""
    said = {field.name: getattr(product, field.name) for field in fields(ProductForm)}
    said |= {field: said[field] or "" for field in ("risk_level", "customer_kind", "description")}
    return ProductForm(**(said | {"needs": tuple(product.needs or ())}))


def products() -> Select[Product]:
    """The catalogue by category and code, what is no longer sold last."""
    return select(Product).order_by(Product.active.desc(), Product.category, Product.code)


def by_code(code: str) -> Select[Product]:
    """The product with a code."""
    return select(Product).where(Product.code == code)


def ages_of(product: Product) -> str:
    """The ages a product is made for in words; empty: any."""
    return said_ages(Sold(product.name, age_from=product.age_from, age_below=product.age_below))


def history(session: StoreSession, product: Product) -> list[Change]:
    """Who changed what of a product, the newest first."""
    return product_history(session, product.id)


def save_product(
    session: StoreSession, code: str | None, read_version: int | None, form: ProductForm, keep: Collection[str] = ()
) -> Product:
    """Save the product with a code, or with none enter a new one.

    Fields to `keep` stay as they are stored; code, category and currency always do. Raises Conflict when it was
    saved since `read_version`, Refused with the form's problems, for a code that is taken, and for any post but the
    product desk.
    """
    book, on = rulebook(), today()
    wrong = form.problems(book, on, _currencies(session))
    if wrong:
        raise Refused("".join(wrong))
    stored = session.scalars(select(Product).where(Product.code == (code or form.code.strip()))).one_or_none()
    if code is None:
        if stored is not None:
            raise Refused(_("产品代码 {code} 已经有了。").format(code=form.code.strip()))
        made = Product(**form.stored())
        session.add(made)
        session.flush()
        return made
    if stored is None:
        raise Refused(_("没有找到所选的产品。"))
    changes = {key: value for key, value in form.stored().items() if key not in (*FIXED, *keep)}
    save(session, stored, read_version or 0, changes)
    session.flush()
    return stored


def _currencies(session: StoreSession) -> set[str]:
    return set(currencies_of(session))


def currencies_of(session: StoreSession) -> list[str]:
    """The base currency, and those the bank has a rate for."""
    base = session.scalars(select(Bank.base_currency)).one()
    others = session.scalars(select(CurrencyRate.currency).distinct().order_by(CurrencyRate.currency))
    return [base, *(one for one in others if one != base)]


def consequences(session: StoreSession, product: Product, on: date) -> tuple[int, dict[str, int]]:
    """How many persons hold a product, and how many of them would be 需复核 at each level; whole-bank counts."""
    held = holders(session, product.id, on)
    after = {level: sum(one.customers for one in held if state_of(one.capacity or NONE, one.valid, level) == "review")
             for level in codes("product_risk")}  # fmt: skip
    return sum(one.customers for one in held), after

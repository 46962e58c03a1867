"""What may be recommended: suitable and needed, each with its reason; and what is refused, with why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from lib.products.needs import Need
from lib.store.suitability import Investor, Sold, unfit, why_unfit
from lib.words import _, day, name


@dataclass(frozen=True)
class OnOffer:
    """A product of the catalogue as advice sees it; `needs` empty: whatever its category answers."""

    id: int
    category: str
    needs: tuple[str, ...]
    sold: Sold

    def answers(self, need: Need) -> bool:
        """Whether it serves a need: by its own list, else by its category."""
        return need.code in self.needs if self.needs else self.category in need.categories


@dataclass(frozen=True)
class Circumstances:
    """What beside suitability decides: the customer's own wishes, an open complaint, what is held already."""

    do_not_contact: bool = False
    no_automated_advice: bool = False
    complaint: bool = False
    rating: str | None = None
    held: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """A product for a need and why it is one, as sentences."""

    product: OnOffer
    need: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """A product that would serve a need, and why it is not recommended: a code and a sentence."""

    product: OnOffer
    need: str
    code: str
    sentence: str


@dataclass(frozen=True)
class Advice:
    """What may be recommended and what not; `silent`: why nothing is suggested at all, if so."""

    suggested: tuple[Suggestion, ...] = ()
    refused: tuple[Refusal, ...] = ()
    silent: str = ""


def advise(
    needs: Sequence[Need], products: Sequence[OnOffer], whom: Investor, around: Circumstances, on: date
) -> Advice:
    """Suitable ∩ needed, in the order of the needs; every other product of the same needs with its reason."""
    suggested, refused = [], []
    for need, product in _pairs(needs, products):
        why = _against(product, whom, around, on)
        if why is not None:
            refused.append(Refusal(product, need.code, *why))
        else:
            suggested.append(Suggestion(product, need.code, reasons(need, product, whom)))
    silent = _silent(around)
    return Advice(() if silent else tuple(suggested), tuple(refused), silent)


def _pairs(needs: Sequence[Need], products: Sequence[OnOffer]) -> list[tuple[Need, OnOffer]]:
    """Each product once, with the first of the needs it serves."""
    seen: set[int] = set()
    found = []
    for need in needs:
        for product in products:
            if product.answers(need) and product.id not in seen:
                seen.add(product.id)
                found.append((need, product))
    return found


def _against(product: OnOffer, whom: Investor, around: Circumstances, on: date) -> tuple[str, str] | None:
    code = unfit(product.sold, whom, on)
    if code is not None:
        return code, why_unfit(code, product.sold, whom)
    if product.id in around.held:
        return "held", _("客户已持有{product}。").format(product=product.sold.name)
    if product.category == "loan" and around.rating in ("high", "D"):
        said = _("客户风险评级为{rating}，不主动推荐贷款。")
        return "rating", said.format(rating=name("risk_rating", around.rating))
    return None


def _silent(around: Circumstances) -> str:
    if around.do_not_contact:
        return _("客户已声明请勿联系：不主动推荐产品。")
    if around.no_automated_advice:
        return _("客户不接受自动推荐：不列推荐产品。")
    return _("客户有未结投诉：先处理投诉，不推荐产品。") if around.complaint else ""


def reasons(need: Need, product: OnOffer, whom: Investor) -> tuple[str, ...]:
    """Why a product is suggested: the need with its facts, and how it stands to the capacity."""
    needed = _("需求“{need}”：{why}").format(need=name("need", need.code), why=_("；").join(need.reasons))
    return (needed, fitting(product.sold, whom))


def fitting(sold: Sold, whom: Investor) -> str:
    """How a product that fits stands to the capacity: `R2 ≤ C3，测评有效至 …`."""
    if sold.risk_level is None:
        return _("不分风险等级的产品")
    said = _("{risk} ≤ {capacity}，测评有效至 {until}")
    return said.format(risk=sold.risk_level, capacity=whom.capacity, until=day(whom.until))


def serving(needs: Collection[Need], product: OnOffer) -> Need | None:
    """The first of the needs a product serves."""
    return next((need for need in needs if product.answers(need)), None)

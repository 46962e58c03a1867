"""The potential value of a customer (管理 §6.1): loyalty and room to grow, each factor with its figure."""

from __future__ import annotations

from typing import NamedTuple

from lib.rulebook import Entry
from lib.words import _, integer


class Potential(NamedTuple):
    """high | middle | low, and the factors met and not met, as sentences."""

    code: str
    met: tuple[str, ...]
    unmet: tuple[str, ...]


def potential(
    entry: Entry, *, years: int | None, categories: int, quiet_quarters: int, of_next_tier: int | None, missing: int
) -> Potential:
    """By rule `value.potential`, a point a factor: years with the bank, categories held, own transactions;
    near the next tier's line (`of_next_tier` percent of it, None on top), categories customers alike have besides.
    """
    rule = entry.value
    factors = [
        (_("往来 {n} 年").format(n=integer(years)), years is not None and years >= rule["loyalty_years"]),
        (_("持有 {n} 类产品").format(n=categories), categories >= rule["loyalty_categories"]),
        (_("本季有主动交易") if quiet_quarters == 0 else _("{n} 个季度没有主动交易").format(n=quiet_quarters),
         quiet_quarters <= rule["loyalty_quiet_quarters"]),
        (_("已达下一层级线的 {n}%").format(n=of_next_tier) if of_next_tier is not None else _("已在最高层级"),
         of_next_tier is not None and of_next_tier >= rule["room_next_tier_percent"]),
        (_("有 {n} 类同类客户常有的产品尚未持有").format(n=missing), missing >= rule["room_missing_categories"]),
    ]  # fmt: skip
    met = tuple(said for said, holds in factors if holds)
    unmet = tuple(said for said, holds in factors if not holds)
    code = "high" if len(met) >= rule["high"] else "middle" if len(met) >= rule["middle"] else "low"
    return Potential(code, met, unmet)

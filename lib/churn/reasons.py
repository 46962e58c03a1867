"""Why a customer is on the warning list: the strongest reasons for and against, as sentences with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.churn.rules import Passed
from lib.words import _, integer, money, number
from lib.work.scorecard import Share

MOST = 3
_HALF = 50
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """One factor in words; `adds` is what it makes of the score and `most` what it could, in hundredths."""

    fact: str
    sentence: str
    points: int
    adds: int
    most: int


@dataclass(frozen=True)
class House:
    """What sentences are told in: the bank's currency, within how many days a product ends soon, and how much of the
    quarter has passed."""

    currency: str
    ending_days: int
    passed: Passed


def reasons_for(shares: Sequence[Share], figures: Figures, house: House) -> list[Reason]:
    """What speaks for a loss, by what it adds to the score; three at the most (管理 §6.3)."""
    return [_reason(one, figures, house) for one in _strongest(shares)]


def reasons_against(shares: Sequence[Share], figures: Figures, house: House) -> list[Reason]:
    """What speaks against it: known facts below half their points, by what they leave out; three at the most.

    A fact already among the reasons for is none against.
    """
    named = {one.factor.fact for one in _strongest(shares)}
    rest = (one for one in shares if one.fact is not None and one.factor.fact not in named)
    low = [one for one in rest if one.points < _HALF and one.most > one.adds]
    found = sorted(low, key=lambda one: one.adds - one.most)
    return [_reason(one, figures, house) for one in found[:MOST]]


def _strongest(shares: Sequence[Share]) -> list[Share]:
    return sorted((one for one in shares if one.adds > 0), key=lambda one: -one.adds)[:MOST]


def sentence_of(share: Share, figures: Figures, house: House) -> str:
    """A factor of one customer in words; `figures` are named as in customer_quarter, amounts in base minor units."""
    return _SAID[share.factor.fact](share, figures, house)


def _reason(share: Share, figures: Figures, house: House) -> Reason:
    said = sentence_of(share, figures, house)
    return Reason(share.factor.fact, said, share.points, share.adds, share.most)


def _activity(share: Share, figures: Figures, house: House) -> str:
    now, quarters = integer(figures["initiated_count"]), figures["past_quarters"]
    if share.fact is None:
        return _("近一季主动交易 {now} 笔，过去没有可比的交易").format(now=now)
    mean = number(figures["past_initiated"] / quarters, 1)
    if house.passed.days < house.passed.of:
        said = _("本季 {days} 天主动交易 {now} 笔，过去 {n} 季季均 {mean} 笔")
        return said.format(days=house.passed.days, now=now, n=quarters, mean=mean)
    return _("近一季主动交易 {now} 笔，过去 {n} 季季均 {mean} 笔").format(now=now, n=quarters, mean=mean)


def _aum(share: Share, figures: Figures, house: House) -> str:
    now = money(figures["aum_fen"], house.currency)
    if share.fact is None:
        return _("AUM {now}，过去没有可比的季度").format(now=now)
    return _("AUM {now}，为过去 {n} 季最高 {peak} 的 {percent}%").format(
        now=now, n=figures["past_quarters"], peak=money(figures["peak_aum_fen"], house.currency),
        percent=integer(int(share.fact)),
    )  # fmt: skip


def _quiet(share: Share, figures: Figures, _house: House) -> str:
    if not share.fact:
        return _("本季有主动交易 {n} 笔").format(n=integer(figures["initiated_count"]))
    return _("已连续 {n} 季没有主动交易").format(n=share.fact)


def _ending(share: Share, figures: Figures, house: House) -> str:
    if not figures["ending_fen"]:
        return _("{days} 天内没有到期的产品").format(days=house.ending_days)
    return _("{days} 天内到期 {amount}，占 AUM 的 {percent}%").format(
        days=house.ending_days, amount=money(figures["ending_fen"], house.currency), percent=share.fact
    )


def _open(share: Share, _figures: Figures, _house: House) -> str:
    return _("有 {n} 件投诉未办结").format(n=share.fact) if share.fact else _("没有未办结的投诉")


def _bad(share: Share, _figures: Figures, _house: House) -> str:
    if share.fact:
        return _("近一年有 {n} 件投诉处理后仍不满意或重新处理").format(n=share.fact)
    return _("近一年没有处理不满意的投诉")


def _contact(share: Share, _figures: Figures, _house: House) -> str:
    if share.fact is None:
        return _("没有联系上的记录")
    return _("距上次联系上 {n} 天").format(n=integer(int(share.fact)))


def _years(share: Share, _figures: Figures, _house: House) -> str:
    if share.fact is None:
        return _("往来年限不详")
    return _("往来 {n} 年").format(n=share.fact) if share.fact else _("往来不满 1 年")


_SAID: dict[str, Callable[[Share, Figures, House], str]] = {
    "activity_percent": _activity,
    "aum_percent": _aum,
    "quiet_quarters": _quiet,
    "ending_percent": _ending,
    "complaints_open": _open,
    "complaints_bad": _bad,
    "contact_days": _contact,
    "years": _years,
}

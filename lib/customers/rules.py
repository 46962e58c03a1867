"""Customer rules: what the forms must say, and the size class of a firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lib.words import _, codes, integer, name

PERSONAL_FIELDS = ("occupation", "employer", "income_fen", "lunar_birthday")
CORPORATE_FIELDS = ("industry", "employees", "revenue_fen", "total_assets_fen", "development_stage")
SHARED_FIELDS = ("preferred_channel", "preferences", "notes", "do_not_contact", "no_automated_advice")
SIZES = ("large", "medium", "small")
WAN = 10_000 * 100
_LENGTHS = {"occupation": 60, "employer": 120, "preferences": 2000, "notes": 4000}
_AMOUNTS = ("income_fen", "employees", "revenue_fen", "total_assets_fen")
_LARGEST = 10**17


class Problem(NamedTuple):
    """What is wrong with one field, as a sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class ProfileForm:
    """The fields of a customer that need no second pair of eyes (办法 §二.2). Money in fen, base currency.

    `kind` decides which of the fields may be filled; `lunar_birthday` is the lunar day of birth (08-15) of who keeps
    it, and empty for who keeps the solar one.
    """

    kind: str
    preferred_channel: str | None = None
    preferences: str = ""
    notes: str = ""
    do_not_contact: bool = False
    no_automated_advice: bool = False
    occupation: str = ""
    employer: str = ""
    income_fen: int | None = None
    lunar_birthday: str | None = None
    industry: str | None = None
    employees: int | None = None
    revenue_fen: int | None = None
    total_assets_fen: int | None = None
    development_stage: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields a customer of this kind has."""
        return (PERSONAL_FIELDS if self.kind == "personal" else CORPORATE_FIELDS) + SHARED_FIELDS

    def problems(self, now: datetime) -> list[Problem]:
        """What keeps it from being saved; empty if nothing does. `now` is part of every form's contract."""
        foreign = set(PERSONAL_FIELDS + CORPORATE_FIELDS) - set(self.fields)
        found = [
            Problem(field, _("“{field}”不适用于该类客户").format(field=name("profile_field", field)))
            for field in PERSONAL_FIELDS + CORPORATE_FIELDS
            if field in foreign and getattr(self, field) not in (None, "")
        ]
        return found + self._code_problems() + self._figure_problems() + self._length_problems()

    def _code_problems(self) -> list[Problem]:
        families = {
            "preferred_channel": "channel", "industry": "industry", "development_stage": "development_stage",
        }  # fmt: skip
        return [
            Problem(field, _("请从列表中选择“{field}”").format(field=name("profile_field", field)))
            for field, family in families.items()
            if getattr(self, field) not in (None, *codes(family))
        ]

    def _figure_problems(self) -> list[Problem]:
        return [
            Problem(field, _("“{field}”须在 0 与合理范围之间").format(field=name("profile_field", field)))
            for field in _AMOUNTS
            if not 0 <= (getattr(self, field) or 0) <= _LARGEST
        ]

    def _length_problems(self) -> list[Problem]:
        return _too_long(self, _LENGTHS, "profile_field")


def _too_long(form: object, lengths: Mapping[str, int], family: str) -> list[Problem]:
    return [
        Problem(field, _("“{field}”太长，最多 {n} 字").format(field=name(family, field), n=longest))
        for field, longest in lengths.items()
        if len(getattr(form, field) or "") > longest
    ]


class SizeClass(NamedTuple):
    """large | medium | small (小微) | missing (待补) | exempt (不适用), with the reasons as sentences."""

    code: str
    reasons: tuple[str, ...]


def size_class(
    industry: str | None,
    employees: int | None,
    revenue_fen: int | None,
    assets_fen: int | None,
    table: Mapping[str, Any],
) -> SizeClass:
    """The size class of a firm (统计上大中小微型企业划分办法) by rule `customer.size_limits`.

    All lower limits of a class must be met, else the firm falls one class; figures that are not known make
    the class 待补, never a guess. Small and micro are one class to the bank (小微).
    """
    if industry in table["exempt"]:
        return SizeClass("exempt", (_("{industry}不划分企业规模").format(industry=name("industry", industry)),))
    if not industry or industry not in table["limits"]:
        return SizeClass("missing", (_("缺少行业"),))
    limits: Mapping[str, Sequence[int]] = table["limits"][industry]
    known = {"employees": employees, "revenue": revenue_fen, "assets": assets_fen}
    lacking = [fact for fact in limits if known[fact] is None]
    if lacking:
        reasons = [_("缺少“{fact}”").format(fact=name("size_fact", fact)) for fact in lacking]
        return SizeClass("missing", tuple(reasons))
    figures = {fact: known[fact] or 0 for fact in limits}
    return _classed(figures, limits)


def _classed(figures: Mapping[str, int], limits: Mapping[str, Sequence[int]]) -> SizeClass:
    for place, size in enumerate(SIZES[:2]):
        if all(figures[fact] >= _limit(fact, limit[place]) for fact, limit in limits.items()):
            return SizeClass(size, tuple(_reason(fact, figures, limits[fact][place]) for fact in limits))
    medium = [fact for fact in limits if figures[fact] < _limit(fact, limits[fact][1])]
    return SizeClass("small", tuple(_reason(fact, figures, limits[fact][1]) for fact in medium))


def _limit(fact: str, limit: int) -> int:
    return limit if fact == "employees" else limit * WAN


def _reason(fact: str, figures: Mapping[str, int], limit: int) -> str:
    met = figures[fact] >= _limit(fact, limit)
    sentence = _("{fact} {figure}，达到 {limit}") if met else _("{fact} {figure}，低于 {limit}")
    figure = figures[fact] if fact == "employees" else figures[fact] // WAN
    return sentence.format(fact=name("size_fact", fact), figure=integer(figure), limit=integer(limit))

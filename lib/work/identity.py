"""Identity numbers and phones: checking them, by the standards that say what they are made of."""

from __future__ import annotations

import re
from datetime import date, datetime

from lib.words import _, day

_RESIDENT = re.compile(r"\d{17}[\dX]")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_MOBILE = re.compile(r"1[3-9]\d{9}")
_OTHER_PAPER = re.compile(r"[A-Z]{1,3}[0-9A-Z]{6,15}")
_CALLED = re.compile(r"\+[0-9]{7,18}|0[0-9]{9,15}|[48]00[0-9]{7}")


def tidy(number: str) -> str:
    """A number as it is stored and looked up: no blanks, letters large."""
    return re.sub(r"\s", "", number).upper()


def resident_check(first17: str) -> str:
    """The check character of a resident's number from its first 17 digits (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECK[total % 11]


def resident_problem(number: str, on: date) -> str | None:
    """Why a resident's number cannot be one on the day `on` (GB 11643), as a sentence; None if it can."""
    if not (number.isascii() and _RESIDENT.fullmatch(number)):
        return _("居民身份证号应为 18 位：17 位数字加一位数字或 X")
    born = birth_date(number)
    if born is None:
        return _("居民身份证号第 7–14 位不是真实日期")
    if born > on:
        return _("居民身份证号的出生日期 {born} 在今天之后").format(born=day(born))
    if resident_check(number[:17]) != number[17]:
        return _("居民身份证号校验位不符，请核对")
    return None


def credit_check(first17: str) -> str:
    """The check character of a unified social credit code from its first 17 characters (GB 32100)."""
    values = (_CREDIT_ALPHABET.index(character) for character in first17)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_problem(number: str) -> str | None:
    """Why a unified social credit code cannot be one (GB 32100), as a sentence; None if it can."""
    if len(number) != 18 or any(character not in _CREDIT_ALPHABET for character in number):
        return _("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）")
    if credit_check(number[:17]) != number[17]:
        return _("统一社会信用代码校验位不符，请核对")
    return None


def mobile_problem(number: str) -> str | None:
    """Why a mobile number cannot be one, as a sentence; None if it can."""
    if not (number.isascii() and _MOBILE.fullmatch(number)):
        return _("手机号应为 11 位，以 13 至 19 开头")
    return None


def birth_date(number: str) -> date | None:
    """The birth date in a resident's number; None where its digits are no date."""
    try:
        return datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        return None


def person_problem(number: str, on: date) -> str | None:
    """Why this is no identity number of a natural person; None if it can be one.

    A number that begins with a letter is a passport's or permit's, of which only the form is known.
    """
    return None if _OTHER_PAPER.fullmatch(number) else resident_problem(number, on)


def phone_problem(number: str) -> str | None:
    """Why this is no number to call as a sentence; None for a mobile, fixed (with area code), 400 or foreign one."""
    digits = called(number)
    if digits.startswith("1"):
        return mobile_problem(digits)
    return None if _CALLED.fullmatch(digits) else _("电话应为手机号，或带区号的固定电话")


def names_somebody(text: str) -> bool:
    """Whether a text is a mobile, a resident's or a credit number: such a one is never kept in an address or a log."""
    number = called(tidy(text))
    return bool(_MOBILE.fullmatch(number) or _RESIDENT.fullmatch(number)) or credit_problem(number) is None


def called(number: str) -> str:
    """A phone number as it is stored and looked up: without blanks and hyphens."""
    return re.sub(r"[\s-]", "", number)

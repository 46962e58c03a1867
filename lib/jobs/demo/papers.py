"""Identity numbers, credit codes, phones and customer numbers: valid, and no two alike in one bank."""

from __future__ import annotations

from lib.jobs.demo.plan import Array, material
from lib.store.numbers import checked
from lib.work.identity import credit_check, resident_check

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SERIALS = 490
# The first customers may have chosen birth dates; their serials are their own.
_LEADS = 30
_PHONE_HEADS = ("130", "131", "133", "135", "136", "137", "138", "139", "150", "151", "158", "159", "176", "177",
                "180", "185", "186", "187", "188", "189", "191", "198", "199")  # fmt: skip
# Primes that stir consecutive places of the bank into numbers that look drawn by lot.
_STIR, _STIR_PHONE, _STIR_FIRM = 7919, 61_803_399, 618_033_989


def distinct_births(days: Array, places: Array, customers: int) -> Array:
    """Birth dates moved by a few days so that customers with the same region and serial never share one."""
    groups = customers // _codes() + 1
    ordinals = days.astype("datetime64[D]").astype(int)
    wanted = places // _codes() % groups
    return (ordinals - (ordinals - wanted) % groups).astype("datetime64[D]")


def resident_numbers(births: Array, genders: Array, places: Array) -> list[str]:
    """A resident's number for each: region, birth date, serial by gender, check digit (GB 11643)."""
    regions = material("names")["place"]["regions"].split()
    codes = places * _STIR % _codes()
    found = []
    for place, born, gender, code in zip(places.tolist(), births.tolist(), genders, codes.tolist(), strict=True):
        half = _SERIALS + place % 9 if place < _LEADS else code % _SERIALS
        serial = half * 2 + (1 if gender == "M" else 2)
        body = f"{regions[code // _SERIALS]}{born:%Y%m%d}{serial:03d}"
        found.append(body + resident_check(body))
    return found


def credit_codes(places: Array) -> list[str]:
    """A unified social credit code for each firm: 91, region, organisation code, check character (GB 32100)."""
    regions = material("names")["place"]["regions"].split()
    found = []
    for place in places.tolist():
        number = (place + 1) * _STIR_FIRM % 31**7
        body = "M" + "".join(_ALPHABET[number // 31**power % 31] for power in range(7))
        first = f"91{regions[place % len(regions)]}{body}{_organisation_check(body)}"
        found.append(first + credit_check(first))
    return found


def mobile_numbers(places: Array) -> list[str]:
    """A mobile number for each."""
    stirred = ((places + 1) * _STIR_PHONE % 10**8).tolist()
    return [_PHONE_HEADS[place % len(_PHONE_HEADS)] + f"{tail:08d}"
            for place, tail in zip(places.tolist(), stirred, strict=True)]  # fmt: skip


def customer_numbers(places: Array) -> list[str]:
    """Customer numbers with their check digit."""
    return [checked(100_000_000 + int(tail)) for tail in (places + 1) * _STIR_FIRM % 900_000_000]


def _organisation_check(body: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _codes() -> int:
    return len(material("names")["place"]["regions"].split()) * _SERIALS

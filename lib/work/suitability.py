"""Whether a product fits an investor's risk capacity (金融机构产品适当性管理办法, 2026-02-01): Cn may hold R1 to Rn."""

from __future__ import annotations

from datetime import date

LEVELS = ("1", "2", "3", "4", "5")


def capacity_valid(capacity: str | None, until: date | None, on: date) -> bool:
    """Whether a questionnaire's result still holds on a day, its last day included."""
    return bool(capacity) and until is not None and until >= on


def fits(risk_level: str | None, capacity: str | None, until: date | None, on: date) -> bool:
    """Whether a product may be spoken of: one without a risk level always, else only within a valid capacity."""
    if risk_level is None:
        return True
    if capacity is None or not capacity_valid(capacity, until, on):
        return False
    return risk_level[1:] in LEVELS and capacity[1:] in LEVELS and risk_level[1:] <= capacity[1:]
